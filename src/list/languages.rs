//! GET /letters/{slug}/{lang}: the letter in another language, with the same list under the same numbers. A translation of a text that says something
//! else than the one that stands is shown without a name: docs/decisions/0071-what-is-signed-through-a-translation.md.

use super::editions::number;
use super::kept::{Form, Letter, Lists, Shown};
use super::page::{LetterPage, finished, pages, slug};
use super::phase::Phase;
use super::text_view::TextView;
use super::tongues::Tongues;
use super::view::{self, LetterView};
use crate::campaign::{Campaign, Fit, LetterHtml, Translation, TranslationVersion};
use crate::text::{Differences, Language};
use crate::web::Fault;
use crate::web::kept::Kept;
use crate::web::page::{Page, page, see};
use crate::web::show::Moment;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use std::sync::Arc;

/// The page.
pub(super) async fn show(lists: web::Data<Lists>, request: HttpRequest) -> Result<HttpResponse, Fault> {
    let letter = lists.letter(slug(&request)).await?;
    let tag = tag(&request);
    let shown = lists.live(&letter).await?;
    match shown.live.place_of(tag) {
        Some(place) => {
            let phase = Phase::of(&letter.campaign, lists.now());
            shown.answer(&request, Form::In(place, phase), make).await
        }
        None if tag == letter.campaign.settings.language.as_str() => {
            Ok(see(&format!("/letters/{}", letter.campaign.settings.slug)))
        }
        None => Err(Fault::NotFound),
    }
}

fn tag(request: &HttpRequest) -> &str {
    request.match_info().get("lang").unwrap_or("")
}

#[derive(Template)]
#[template(path = "list/outdated.html")]
struct OutdatedPage<'a> {
    page: Page,
    letter: LetterView<'a>,
    text: TextView,
    tongues: Tongues,
}

fn make(shown: &Shown, form: Form) -> Result<Kept, Fault> {
    let translation = match form {
        Form::In(place, _) => shown.live.translations.get(place),
        _ => None,
    };
    let (Form::In(_, phase), Some(translation)) = (form, translation) else {
        return Err(Fault::unexpected(format!("no letter in another language: {form:?}")));
    };
    let told = shown.live.campaign.told_in(&translation.language, &translation.version.says);
    let text = TextView::of_translation(shown, translation);
    let tongues = Tongues::new(shown, Some(translation));
    let html = match translation.fit {
        Fit::Exact | Fit::Slip => {
            LetterPage::new(shown, phase, pages(shown, 1), (&told, text, tongues)).render()
        }
        Fit::Outdated => {
            let title = format!("{} – Undersigned", told.settings.title);
            let page = view::page(title, &told).not_indexed();
            OutdatedPage { page, letter: LetterView::new(&told.settings), text, tongues }.render()
        }
    };
    finished(shown, html.map_err(Fault::unexpected)?)
}

/// A translation as the pages about its versions need it.
struct Versions {
    letter: Arc<Letter>,
    translation: Translation,
    /// Those that can be read, the newest first: what translates a text that stands or stood, or is asked about.
    versions: Vec<TranslationVersion>,
    /// The one that the letter's page shows.
    shown: Option<i64>,
}

async fn versions(lists: &Lists, request: &HttpRequest) -> Result<Versions, Fault> {
    let letter = lists.letter(slug(request)).await?;
    let language = Language::parse(tag(request)).map_err(|_| Fault::NotFound)?;
    if language.as_str() != tag(request) {
        return Err(Fault::NotFound);
    }
    let live = lists.live(&letter).await?;
    let asked = live.live.round.map(|round| round.to_number);
    let shown = live.live.place_of(tag(request)).and_then(|place| live.live.translations.get(place));
    let shown = shown.map(|one| one.version.number);
    let texts = lists.versions(&letter).await?;
    let (translation, mut versions) = lists.translation(&letter, language).await?.ok_or(Fault::NotFound)?;
    versions.retain(|version| {
        let of = texts.iter().find(|text| text.number == version.of_number);
        of.is_some_and(|text| text.stands_since.is_some() || Some(text.number) == asked)
    });
    if versions.is_empty() {
        return Err(Fault::NotFound);
    }
    Ok(Versions { letter, translation, versions, shown })
}

/// One version among the others.
struct Row {
    number: i64,
    href: String,
    what: String,
    made: Moment,
    differences: Option<Differences>,
}

/// What a version is beside the one before it.
pub(super) fn what(version: &TranslationVersion, before: Option<&TranslationVersion>) -> String {
    let of = version.of_number;
    match before {
        None => format!("The first translation, of version {of} of the binding text."),
        Some(before) if before.of_number != of => {
            format!("It translates version {of} of the binding text.")
        }
        Some(before) if before.meaning == version.meaning => {
            "A slip in the translation was mended: it says the same.".to_owned()
        }
        Some(_) => {
            "The translation was corrected: it says something else now. The binding text stayed as it was."
                .to_owned()
        }
    }
}

#[derive(Template)]
#[template(path = "list/translation_changes.html")]
struct ChangesPage<'a> {
    page: Page,
    letter: LetterView<'a>,
    language: String,
    binding: String,
    lang: String,
    dir: &'static str,
    rows: Vec<Row>,
}

/// `GET /letters/{slug}/{lang}/changes`
pub(super) async fn changes(lists: web::Data<Lists>, request: HttpRequest) -> Result<HttpResponse, Fault> {
    let Versions { letter, translation, versions, .. } = versions(&lists, &request).await?;
    let (settings, language) = (&letter.campaign.settings, &translation.language);
    let row = |(place, version): (usize, &TranslationVersion)| {
        let before = versions.get(place + 1);
        Row {
            number: version.number,
            href: format!("/letters/{}/{language}/versions/{}", settings.slug, version.number),
            what: what(version, before),
            made: Moment::new(version.made_at, lists.now()),
            differences: before.map(|before| before.says.differences(&version.says)),
        }
    };
    let title = format!("Changes of the translation: {} – Undersigned", settings.title);
    Ok(page(&ChangesPage {
        page: view::page(title, &letter.campaign),
        letter: LetterView::new(settings),
        language: language.english_name(),
        binding: settings.language.english_name(),
        lang: language.to_string(),
        dir: language.dir().as_str(),
        rows: versions.iter().enumerate().map(row).collect(),
    })?)
}

#[derive(Template)]
#[template(path = "list/translation_version.html")]
struct VersionPage<'a> {
    page: Page,
    letter: LetterView<'a>,
    html: LetterHtml,
    number: i64,
    of_number: i64,
    language: String,
    binding: String,
    of_href: String,
    here_href: String,
    plain_href: String,
    is_shown: bool,
}

/// One version, and whether it is the one that the letter's page shows.
async fn version(
    lists: &Lists,
    request: &HttpRequest,
) -> Result<(Campaign, Arc<Letter>, TranslationVersion, bool), Fault> {
    let wanted = i64::from(number(request)?);
    let Versions { letter, translation, versions, shown } = versions(lists, request).await?;
    let found = versions.into_iter().find(|version| version.number == wanted).ok_or(Fault::NotFound)?;
    let told = letter.campaign.told_in(&translation.language, &found.says);
    let is_shown = shown == Some(found.number);
    Ok((told, letter, found, is_shown))
}

/// `GET /letters/{slug}/{lang}/versions/{n}`
pub(super) async fn one(lists: web::Data<Lists>, request: HttpRequest) -> Result<HttpResponse, Fault> {
    let (told, letter, version, is_shown) = version(&lists, &request).await?;
    let settings = &told.settings;
    let here = format!("/letters/{}/{}", settings.slug, settings.language);
    let title = format!("Version {} of the translation: {} – Undersigned", version.number, settings.title);
    Ok(page(&VersionPage {
        page: view::page(title, &told).not_indexed(),
        letter: LetterView::new(settings),
        html: version.says.body.html(),
        number: version.number,
        of_number: version.of_number,
        language: settings.language.english_name(),
        binding: letter.campaign.settings.language.english_name(),
        of_href: format!("/letters/{}/versions/{}", settings.slug, version.of_number),
        plain_href: format!("{here}/versions/{}.txt", version.number),
        here_href: here,
        is_shown,
    })?)
}

/// `GET /letters/{slug}/{lang}/versions/{n}.txt`: a translation as plain text, its links as footnotes.
pub(super) async fn plain(lists: web::Data<Lists>, request: HttpRequest) -> Result<HttpResponse, Fault> {
    let (told, _, version, _) = version(&lists, &request).await?;
    let mut answer = HttpResponse::Ok();
    if !view::is_listed(&told) {
        answer.insert_header(("x-robots-tag", "noindex"));
    }
    Ok(answer.content_type("text/plain; charset=utf-8").body(version.says.plain()))
}
