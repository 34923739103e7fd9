//! The pages of the editor of a translation.

use super::{Of, Task};
use crate::account::Staff;
use crate::campaign::{Here, LetterHtml, Local, Rendition};
use crate::organizing::languages::href;
use crate::text::Differences;
use crate::web::App;
use crate::web::form::Filled;
use crate::web::page::Page;
use crate::web::show::Choice;
use askama::Template;

/// The form, with a preview or without.
#[derive(Template)]
#[template(path = "organizing/language.html")]
pub(super) struct View {
    pub(super) page: Page,
    pub(super) local: Local,
    pub(super) form: Filled,
    pub(super) basis: String,
    pub(super) action: String,
    pub(super) language: String,
    /// Which text it translates, in words.
    pub(super) of: String,
    pub(super) is_other: bool,
    /// The language that binds, and what it says.
    pub(super) binding: String,
    pub(super) binding_lang: String,
    pub(super) binding_dir: &'static str,
    pub(super) says: Rendition,
    pub(super) html: LetterHtml,
    pub(super) lang: String,
    pub(super) dir: &'static str,
    pub(super) salutation: String,
    pub(super) closing: String,
    pub(super) preview: Option<Preview>,
    pub(super) overtaken: Option<String>,
    pub(super) stands: String,
    /// What the form begins with, where that is a translation of an earlier text.
    pub(super) begins_with: String,
}

/// What was typed, as it will be read.
pub(super) struct Preview {
    pub(super) title: String,
    pub(super) html: LetterHtml,
}

impl View {
    pub(super) fn new(app: &App, staff: &Staff, task: &Task, form: Filled) -> Self {
        let (settings, language) = (&task.texts.campaign.settings, &task.language);
        let of = match &task.of {
            Of::Version(number) if task.is_other() => {
                format!("version {number}, about which everybody is asked")
            }
            Of::Version(number) => format!("version {number}, which stands"),
            Of::Draft(_) => "the other text, about which nobody has been asked yet".to_owned(),
        };
        let fits = task.present().is_some()
            && (task.is_other() || task.known.as_ref().is_none_or(|known| known.is_current()));
        let begins_with = match (task.shown().is_some(), fits) {
            (true, false) => "The form holds the translation of an earlier text. Read what changed in the binding one, and change it here too.".to_owned(),
            _ => String::new(),
        };
        Self {
            page: staff.page(app, format!("{}: {} – Undersigned", language.english_name(), settings.title)),
            local: Local::new(&task.texts.campaign, true, Here::Languages, app.clock.now()),
            form,
            basis: task.basis(),
            action: href(settings.slug.as_str(), language),
            language: language.english_name(),
            of,
            is_other: task.is_other(),
            binding: settings.language.english_name(),
            binding_lang: settings.language.to_string(),
            binding_dir: settings.language.dir().as_str(),
            says: Rendition::binding(settings, &task.binding),
            html: task.binding.html(),
            lang: language.to_string(),
            dir: language.dir().as_str(),
            salutation: String::new(),
            closing: String::new(),
            preview: None,
            overtaken: None,
            stands: String::new(),
            begins_with,
        }
    }

    pub(super) fn with_preview(self, says: &Rendition) -> Self {
        Self {
            salutation: says.salutation.clone(),
            closing: says.closing.clone(),
            preview: Some(Preview { title: says.title.to_string(), html: says.body.html() }),
            ..self
        }
    }

    /// What the binding text says there, as a hint beside the field.
    pub(super) fn hint(&self, field: &str) -> String {
        match self.says.text(field) {
            "" => format!("The {} text has none.", self.binding),
            said => format!("In {}: {said}", self.binding),
        }
    }
}

/// What changed in a translation, and the question what that is.
#[derive(Template)]
#[template(path = "organizing/language_change.html")]
pub(super) struct ChangePage {
    page: Page,
    local: Local,
    form: Filled,
    basis: String,
    action: String,
    is_other: bool,
    language: String,
    binding: String,
    lang: String,
    dir: &'static str,
    differences: Differences,
    kinds: [Choice; 2],
    /// Every field, to be carried along unseen.
    hidden: Vec<(&'static str, String)>,
}

impl ChangePage {
    pub(super) fn new(app: &App, staff: &Staff, task: &Task, says: &Rendition, form: Filled) -> Self {
        let (settings, language) = (&task.texts.campaign.settings, &task.language);
        let before = task.corrects().map_or(says, |before| &before.says);
        let all = Rendition::FIELDS.into_iter().chain(["introduction", "letter"]);
        Self {
            page: staff.page(app, format!("What changed: {} – Undersigned", settings.title)),
            local: Local::new(&task.texts.campaign, true, Here::Languages, app.clock.now()),
            basis: task.basis(),
            action: href(settings.slug.as_str(), language),
            is_other: task.is_other(),
            language: language.english_name(),
            binding: settings.language.english_name(),
            lang: language.to_string(),
            dir: language.dir().as_str(),
            differences: before.differences(says),
            hidden: all.map(|field| (field, form.value(field).to_owned())).collect(),
            form,
            kinds: [
                Choice {
                    value: "slip",
                    label: "A slip is mended: the translation says what it said",
                    hint: "A form that somebody has open is taken as it is. Everybody can read this change below the translation.",
                },
                Choice {
                    value: "meaning",
                    label: "The translation was wrong, and says something else now",
                    hint: "The binding text stays as it is, so nobody is asked again. A form that somebody has open comes back, and those who signed by the earlier translation read on their private page what was corrected.",
                },
            ],
        }
    }
}
