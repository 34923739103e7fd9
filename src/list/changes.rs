//! How the text of a letter changed: every version that stood, what was mended or asked about, and each of them to be read.

use super::editions::number;
use super::kept::{Letter, Lists};
use super::page::slug;
use super::view::{self, LetterView};
use crate::campaign::{LetterHtml, LetterVersion, Round};
use crate::text::Differences;
use crate::web::Fault;
use crate::web::page::{Page, page};
use crate::web::show::Moment;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

/// One version among the others.
struct Row {
    number: i64,
    href: String,
    since: Option<Moment>,
    what: &'static str,
    /// What changed from the version before it; none for the first.
    differences: Option<Differences>,
}

#[derive(Template)]
#[template(path = "list/changes.html")]
struct ChangesPage<'a> {
    page: Page,
    letter: LetterView<'a>,
    lang: String,
    dir: &'static str,
    asked: Option<(Row, Moment)>,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "list/version.html")]
struct VersionPage<'a> {
    page: Page,
    letter: LetterView<'a>,
    number: i64,
    html: LetterHtml,
    /// Whether it is the text that stands.
    stands: bool,
    /// Whether it never was: it is asked about.
    is_asked: bool,
    plain_href: String,
}

/// What there is to read: the versions that stand or stood, and the one that is asked about, the newest first.
async fn versions(lists: &Lists, letter: &Letter) -> Result<(Vec<LetterVersion>, Option<Round>), Fault> {
    let round = lists.live(letter).await?.live.round;
    let asked = round.map(|round| round.to_number);
    let mut versions = lists.versions(letter).await?;
    versions.retain(|version| version.stands_since.is_some() || Some(version.number) == asked);
    Ok((versions, round.filter(Round::changes_text)))
}

/// `GET /letters/{slug}/changes`
pub(super) async fn all(lists: web::Data<Lists>, request: HttpRequest) -> Result<HttpResponse, Fault> {
    let letter = lists.letter(slug(&request)).await?;
    let (versions, round) = versions(&lists, &letter).await?;
    let settings = &letter.campaign.settings;
    let (asked, stood): (Vec<_>, Vec<_>) =
        versions.iter().partition(|version| version.stands_since.is_none());
    let row = |version: &LetterVersion, before: Option<&LetterVersion>| Row {
        number: version.number,
        href: format!("/letters/{}/versions/{}", settings.slug, version.number),
        since: version.stands_since.map(|since| Moment::new(since, lists.now())),
        what: match before {
            None => "The first text.",
            Some(before) if before.meaning == version.meaning => {
                "A slip was mended. What the letter says is the same, so nobody was asked again."
            }
            Some(_) => "The letter says something else. Its signatories have agreed to this text.",
        },
        differences: before.map(|before| before.body.differences(&version.body)),
    };
    let rows = stood.iter().enumerate().map(|(place, version)| row(version, stood.get(place + 1).copied()));
    let rows = rows.collect();
    let asked = asked.first().zip(round).map(|(version, round)| {
        (row(version, stood.first().copied()), Moment::new(round.ends_at, lists.now()))
    });
    let title = format!("Changes of the text: {} – Undersigned", settings.title);
    Ok(page(&ChangesPage {
        page: view::page(title, &letter.campaign),
        letter: LetterView::new(settings),
        lang: settings.language.to_string(),
        dir: settings.language.dir().as_str(),
        asked,
        rows,
    })?)
}

async fn version(
    lists: &Lists,
    request: &HttpRequest,
) -> Result<(std::sync::Arc<Letter>, LetterVersion), Fault> {
    let letter = lists.letter(slug(request)).await?;
    let number = i64::from(number(request)?);
    let (versions, _) = versions(lists, &letter).await?;
    let version = versions.into_iter().find(|version| version.number == number);
    Ok((letter, version.ok_or(Fault::NotFound)?))
}

/// `GET /letters/{slug}/versions/{n}`
pub(super) async fn one(lists: web::Data<Lists>, request: HttpRequest) -> Result<HttpResponse, Fault> {
    let (letter, version) = version(&lists, &request).await?;
    let settings = &letter.campaign.settings;
    let title = format!("Version {} of the text: {} – Undersigned", version.number, settings.title);
    Ok(page(&VersionPage {
        page: view::page(title, &letter.campaign).not_indexed(),
        letter: LetterView::new(settings),
        number: version.number,
        html: version.body.html(),
        stands: version.number == letter.campaign.text_number,
        is_asked: version.stands_since.is_none(),
        plain_href: format!("/letters/{}/versions/{}.txt", settings.slug, version.number),
    })?)
}

/// `GET /letters/{slug}/versions/{n}.txt`: the letter as plain text, its links as footnotes.
pub(super) async fn plain(lists: web::Data<Lists>, request: HttpRequest) -> Result<HttpResponse, Fault> {
    let (letter, version) = version(&lists, &request).await?;
    let settings = &letter.campaign.settings;
    let parts = [settings.title.as_str(), &settings.salutation, &version.body.plain(), &settings.closing]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n");
    let mut answer = HttpResponse::Ok();
    if !view::is_listed(&letter.campaign) {
        answer.insert_header(("x-robots-tag", "noindex"));
    }
    Ok(answer.content_type("text/plain; charset=utf-8").body(parts + "\n"))
}
