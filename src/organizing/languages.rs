//! The letter in other languages: which there are, how each stands to the binding text, and the way to add one. `edit` writes one, `end` retires or
//! deletes it, `bind` makes it the binding one, `read` shows a version to staff.

pub(super) mod bind;
pub(super) mod edit;
pub(super) mod end;
pub(super) mod read;

use super::letter::{self, Texts};
use super::translations::{Known, Other};
use crate::account::{Acting, Organizer};
use crate::campaign::store::LetterDraft;
use crate::campaign::{Fit, Here, Local, Status};
use crate::clock::Timestamp;
use crate::text::Language;
use crate::web::form::{Filled, Problems};
use crate::web::page::{Page, page_of, see};
use crate::web::show::Moment;
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

/// Where the pages of a language are.
fn href(slug: &str, language: &Language) -> String {
    format!("/staff/letters/{slug}/languages/{language}")
}

/// The language that an address names, written as we write it.
fn named(tag: &str) -> Result<Language, Fault> {
    Language::parse(tag).ok().filter(|language| language.as_str() == tag).ok_or(Fault::NotFound)
}

/// A language as somebody types it who adds a translation.
fn read_language(typed: &str, texts: &Texts) -> Result<Language, String> {
    const SENTENCE: &str = "Write a language tag such as fr, ar or pt-BR.";
    let language = Language::parse(typed).map_err(|_| SENTENCE)?;
    // Addresses of a letter go on with words of more letters than that.
    if language.primary().len() > 3 {
        return Err(SENTENCE.to_owned());
    }
    if language == texts.campaign.settings.language {
        return Err(format!("{} is the binding language already.", language.english_name()));
    }
    Ok(language)
}

/// The page.
pub(super) async fn show(
    request: HttpRequest,
    who: Organizer,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let texts = letter::load(&app, who.campaign).await?;
    let notice = match request.query_string() {
        "saved" => "Saved. This is what the public page shows from now on.",
        "prepared" => "Kept beside the other text. It becomes public with it.",
        "retired" => "Retired: it is offered no more, and those who signed by it can still read it.",
        "restored" => "Offered again.",
        "deleted" => "Deleted.",
        "bound" => "The binding language is another one now.",
        _ => "",
    };
    let view = View::new(&app, &who, &texts, Filled::default());
    Ok(page_of(StatusCode::OK, &View { notice, ..view })?)
}

/// The form for another language: what is typed is read, and the page to write it comes next. Nothing is kept before that.
pub(super) async fn begin(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let texts = letter::load(&app, who.campaign).await?;
    let mut problems = Problems::default();
    match problems.take("language", read_language(fields.get("language"), &texts)) {
        Some(language) => Ok(see(&href(texts.campaign.settings.slug.as_str(), &language))),
        None => {
            let view = View::new(&app, &who, &texts, Filled::new(fields, problems));
            Ok(page_of(StatusCode::UNPROCESSABLE_ENTITY, &view)?)
        }
    }
}

/// A translation on the page.
struct Row {
    name: String,
    own_name: String,
    tag: String,
    dir: &'static str,
    word: &'static str,
    class: &'static str,
    says: String,
    /// What is to be said of the other text; empty where there is none.
    other: String,
    changed: Option<Moment>,
    uses: i64,
    is_retired: bool,
    edit_href: String,
    other_href: String,
    end_href: String,
    /// Where it is made the binding one; empty where that cannot be.
    bind_href: String,
    public_href: String,
}

impl Row {
    fn new(known: &Known, texts: &Texts, now: Timestamp) -> Self {
        let (settings, language) = (&texts.campaign.settings, &known.translation.language);
        let here = href(settings.slug.as_str(), language);
        let is_retired = known.translation.retired_at.is_some();
        let (word, class, says) = known.stand(texts.letter.number, &settings.zone);
        let draft = texts.draft.as_ref().map(LetterDraft::stamp);
        let other = match known.other(draft.as_deref(), texts.round) {
            _ if is_retired => String::new(),
            Other::None => String::new(),
            Other::Translated => "The other text is translated too.".to_owned(),
            Other::Earlier => {
                "The other text has changed since it was translated: look at it once more.".to_owned()
            }
            Other::Missing => {
                "The other text is not translated: its readers are asked with the binding text.".to_owned()
            }
        };
        Self {
            name: language.english_name(),
            own_name: language.own_name(),
            tag: language.to_string(),
            dir: language.dir().as_str(),
            word,
            class,
            says,
            changed: known.newest.as_ref().map(|version| Moment::new(version.made_at, now)),
            uses: known.uses,
            is_retired,
            other_href: if other.is_empty() { String::new() } else { format!("{here}?of=other") },
            other,
            end_href: format!("{here}/end"),
            bind_href: match bind::why_not(texts, known) {
                None => format!("{here}/bind"),
                Some(_) => String::new(),
            },
            public_href: match texts.campaign.is_visible(now) && !is_retired && known.fit.is_some() {
                true => format!("/letters/{}/{language}", settings.slug),
                false => String::new(),
            },
            edit_href: here,
        }
    }
}

#[derive(Template)]
#[template(path = "organizing/languages.html")]
struct View {
    page: Page,
    local: Local,
    notice: &'static str,
    form: Filled,
    binding: String,
    number: i64,
    letter_href: String,
    action: String,
    rows: Vec<Row>,
    /// The languages whose translation does not fit the text that stands.
    outdated: Vec<String>,
    is_archived: bool,
}

impl View {
    fn new(app: &App, who: &Organizer, texts: &Texts, form: Filled) -> Self {
        let (settings, now) = (&texts.campaign.settings, app.clock.now());
        let late = texts.translations.iter().filter(|known| {
            known.translation.retired_at.is_none() && known.fit.is_some_and(|fit| fit != Fit::Exact)
        });
        Self {
            page: who.staff.page(app, format!("Languages: {} – Undersigned", settings.title)),
            local: Local::new(&texts.campaign, true, Here::Languages, now),
            notice: "",
            form,
            binding: settings.language.english_name(),
            number: texts.letter.number,
            letter_href: format!("/staff/letters/{}/letter", settings.slug),
            action: format!("/staff/letters/{}/languages", settings.slug),
            outdated: late.map(|known| known.translation.language.english_name()).collect(),
            rows: texts.translations.iter().map(|known| Row::new(known, texts, now)).collect(),
            is_archived: settings.status == Status::Archived,
        }
    }
}
