//! GET /previews/{token}: a letter and its names before they are public, for whoever was given a link.

use super::embargo::Embargo;
use super::kept::{Lists, Shown};
use super::names::names;
use super::told::Told;
use super::view::{Asked, LetterView, Name, Pages};
use crate::campaign::{Campaign, LetterHtml, PressPack, store as campaigns};
use crate::clock::Timestamp;
use crate::web::language::{self, LanguageLink};
use crate::web::link::{Door, Link};
use crate::web::page::{Page, page_of, see};
use crate::web::show::Moment;
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

/// The links that organizers give to readers.
#[derive(Debug)]
pub(super) struct Reader;

impl Door for Reader {
    fn unknown() -> Result<HttpResponse, Fault> {
        let page = Page::new("We do not know this link – Undersigned").not_indexed();
        Ok(unlisted(page_of(StatusCode::NOT_FOUND, &Unknown { page })?))
    }
}

/// The page. Nothing of it is kept: who may see it is asked each time, and no cache may hold it.
pub(super) async fn show(
    request: HttpRequest,
    app: web::Data<App>,
    lists: web::Data<Lists>,
    Link { token, .. }: Link<Reader>,
) -> Result<HttpResponse, Fault> {
    let (digest, now) = (token.digest(), lists.now());
    let found = app.db.read(move |conn| campaigns::previewed(conn, digest, now)).await?;
    let Some(id) = found else { return Reader::unknown() };
    let Some(letter) = lists.whoever_may_see(id).await else { return Reader::unknown() };
    if letter.campaign.is_visible(now) {
        return Ok(see(&format!("/letters/{}", letter.campaign.settings.slug)));
    }
    let (asked, wanted) = (Asked::of(&request)?, language::wanted(&request)?);
    let shown = lists.live(&letter).await?;
    // A long list is written on another thread.
    let made = tokio::task::spawn_blocking(move || {
        let told = Told::new(&shown.live, wanted.as_ref(), &format!("/previews/{}", token.reveal()));
        render(&shown, &asked, &told, now)
    })
    .await;
    let html = made.map_err(Fault::unexpected)??;
    Ok(unlisted(HttpResponse::Ok().insert_header((CONTENT_TYPE, "text/html; charset=utf-8")).body(html)))
}

fn render(shown: &Shown, asked: &Asked, told: &Told, now: Timestamp) -> Result<String, Fault> {
    let (settings, contents) = (&told.campaign.settings, &shown.edition().contents);
    let this = usize::try_from(asked.page).unwrap_or(usize::MAX);
    let pages = Pages::new(this, contents.entries.len(), &told.path, &told.query);
    if !pages.exists() {
        return Err(Fault::NotFound);
    }
    let template = Preview {
        page: Page::new(format!("Not public: {} – Undersigned", settings.title)).not_indexed(),
        embargo: Notice::of(&told.campaign, now),
        pack_href: match settings.press_pack {
            PressPack::Previews => format!("{}/press.zip", told.path),
            PressPack::Staff | PressPack::Published => String::new(),
        },
        letter: LetterView::new(settings),
        html: told.html.clone(),
        languages: &told.languages,
        note: &told.note,
        count: contents.count(),
        countries: contents.countries().len(),
        names: names(&shown.live, pages.of(&contents.entries).iter()),
        pages,
    };
    template.render().map_err(Fault::unexpected)
}

/// Asks search engines once more, for those that do not read pages.
pub(super) fn unlisted(mut answer: HttpResponse) -> HttpResponse {
    let name = HeaderName::from_static("x-robots-tag");
    answer.headers_mut().insert(name, HeaderValue::from_static("noindex, nofollow, noarchive"));
    answer
}

/// Until when nothing of it may be published.
struct Notice {
    /// The moment that is set, where the letter is public from then on.
    until: Option<Moment>,
    /// Whether it stays among those who are invited.
    is_for_invited: bool,
}

impl Notice {
    fn of(campaign: &Campaign, now: Timestamp) -> Self {
        let embargo = Embargo::of(campaign, now);
        let until = match embargo {
            Some(Embargo::Until(at)) => Some(Moment::in_zone(at, now, &campaign.settings.zone)),
            _ => None,
        };
        Self { until, is_for_invited: embargo == Some(Embargo::Invited) }
    }
}

#[derive(Template)]
#[template(path = "list/preview.html")]
struct Preview<'a> {
    page: Page,
    embargo: Notice,
    /// Where the press pack is, for whoever has this link; empty where nobody may fetch it.
    pack_href: String,
    letter: LetterView<'a>,
    html: LetterHtml,
    languages: &'a [LanguageLink],
    note: &'a str,
    count: u32,
    countries: usize,
    names: Vec<Name<'a>>,
    pages: Pages,
}

#[derive(Template)]
#[template(path = "list/unknown.html")]
struct Unknown {
    page: Page,
}
