//! The pages of the editor.

use super::Texts;
use crate::account::Staff;
use crate::campaign::{Fit, Here, LetterBody, LetterHtml, Local};
use crate::text::Differences;
use crate::web::App;
use crate::web::form::Filled;
use crate::web::page::Page;
use crate::web::show::{Choice, Moment};
use askama::Template;

/// The form, with a preview or without.
#[derive(Template)]
#[template(path = "organizing/letter.html")]
pub(super) struct View {
    pub(super) page: Page,
    pub(super) local: Local,
    pub(super) notice: &'static str,
    pub(super) form: Filled,
    /// What the page was made from.
    pub(super) basis: String,
    /// The version that stands.
    pub(super) number: i64,
    /// The number that the next one gets.
    pub(super) next: i64,
    pub(super) lang: String,
    pub(super) dir: &'static str,
    pub(super) salutation: String,
    pub(super) closing: String,
    pub(super) preview: Option<Preview>,
    pub(super) overtaken: Option<String>,
    pub(super) stands: String,
    /// Whether somebody stands behind the text.
    pub(super) is_signed: bool,
    /// Whether the form shows a change of meaning about which nobody has been asked yet.
    pub(super) is_draft: bool,
    /// Until when everybody is asked about another text; nothing can be saved meanwhile.
    pub(super) asked_until: Option<Moment>,
    pub(super) consent_href: String,
    /// The translations that are of an earlier text.
    pub(super) outdated: String,
    pub(super) languages_href: String,
}

/// The translations that are offered and are of an earlier text, or a slip behind.
fn outdated(texts: &Texts) -> Vec<String> {
    let late = texts.translations.iter().filter(|known| {
        known.translation.retired_at.is_none() && known.fit.is_some_and(|fit| fit != Fit::Exact)
    });
    late.map(|known| known.translation.language.english_name()).collect()
}

/// What was typed, as it will be read.
pub(super) struct Preview {
    pub(super) html: LetterHtml,
    pub(super) plain: String,
}

impl View {
    pub(super) fn new(app: &App, staff: &Staff, texts: &Texts, form: Filled) -> Self {
        let (settings, now) = (&texts.campaign.settings, app.clock.now());
        Self {
            page: staff.page(app, format!("Text: {} – Undersigned", settings.title)),
            local: Local::new(&texts.campaign, true, Here::Letter, now),
            notice: "",
            form,
            basis: texts.basis(),
            number: texts.letter.number,
            next: texts.next,
            lang: settings.language.to_string(),
            dir: settings.language.dir().as_str(),
            salutation: settings.salutation.clone(),
            closing: settings.closing.clone(),
            preview: None,
            overtaken: None,
            stands: String::new(),
            is_signed: texts.is_signed,
            is_draft: texts.draft.is_some(),
            asked_until: texts.round.map(|round| Moment::new(round.ends_at, now)),
            consent_href: format!("/staff/letters/{}/consent", settings.slug),
            outdated: outdated(texts).join(", "),
            languages_href: format!("/staff/letters/{}/languages", settings.slug),
        }
    }

    pub(super) fn with_preview(self, body: &LetterBody) -> Self {
        Self { preview: Some(Preview { html: body.html(), plain: body.plain() }), ..self }
    }
}

/// What changed, and the question what that is.
#[derive(Template)]
#[template(path = "organizing/letter_change.html")]
pub(super) struct ChangePage {
    page: Page,
    local: Local,
    form: Filled,
    basis: String,
    lang: String,
    dir: &'static str,
    differences: Differences,
    /// What the change may be; nothing to choose from while nobody stands behind the text.
    kinds: Vec<Choice>,
    /// The translations that are left behind.
    behind: String,
    languages_href: String,
}

impl ChangePage {
    pub(super) fn new(app: &App, staff: &Staff, texts: &Texts, body: &LetterBody, form: Filled) -> Self {
        let settings = &texts.campaign.settings;
        Self {
            page: staff.page(app, format!("What changed: {} – Undersigned", settings.title)),
            local: Local::new(&texts.campaign, true, Here::Letter, app.clock.now()),
            form,
            basis: texts.basis(),
            lang: settings.language.to_string(),
            dir: settings.language.dir().as_str(),
            differences: texts.letter.body.differences(body),
            behind: texts.current_translations().join(", "),
            languages_href: format!("/staff/letters/{}/languages", settings.slug),
            kinds: if texts.is_signed { kinds(texts) } else { Vec::new() },
        }
    }
}

fn kinds(texts: &Texts) -> Vec<Choice> {
    vec![
        Choice {
            value: "slip",
            label: "A slip is mended: the letter says what it said",
            hint: match texts.draft.is_some() {
                true => {
                    "The new text stands at once, and the other text that was prepared is given up. Nobody is asked, and everybody can read this change below the letter."
                }
                false => {
                    "The new text stands at once. Nobody is asked, and everybody can read this change below the letter."
                }
            },
        },
        Choice {
            value: "meaning",
            label: "The letter says something else, or more, or less",
            hint: "Nothing changes in public yet. Next you set a date until which everybody who signed is asked.",
        },
    ]
}
