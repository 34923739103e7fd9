//! The editions of a list: which there are, and the names of one.

use super::kept::{Form, Lists, Shown};
use super::names::{NamedLine, named_lines, names};
use super::page::{finished, slug};
use super::view::{self, Asked, EditionView, LetterView, Name, Pages};
use crate::web::Fault;
use crate::web::kept::Kept;
use crate::web::page::{self, Page};
use crate::web::show::Moment;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "list/editions.html")]
struct EditionsPage<'a> {
    page: Page,
    letter: LetterView<'a>,
    /// Those that have a name; on the first page alone.
    named: Vec<NamedLine<'a>>,
    editions: Vec<Line>,
    previous: Option<String>,
    next: Option<String>,
}

/// One edition among the others.
struct Line {
    href: String,
    number: i64,
    count: i64,
    made: Moment,
}

#[derive(Template)]
#[template(path = "list/edition.html")]
struct EditionPage<'a> {
    page: Page,
    letter: LetterView<'a>,
    count: u32,
    names: Vec<Name<'a>>,
    pages: Pages,
    edition: EditionView<'a>,
}

/// `GET /letters/{slug}/editions`
pub(super) async fn all(lists: web::Data<Lists>, request: HttpRequest) -> Result<HttpResponse, Fault> {
    let letter = lists.letter(slug(&request)).await?;
    // The newest change may not have its edition yet.
    let live = lists.live(&letter).await?;
    let settings = &letter.campaign.settings;
    let line = |heading: super::store::Heading| Line {
        href: format!("/letters/{}/editions/{}", settings.slug, heading.number),
        number: heading.number,
        count: heading.count,
        made: Moment::new(heading.made_at, lists.now()),
    };
    let this = Asked::of(&request)?.page;
    let (headings, more) = lists.headings(&letter, this).await?;
    if headings.is_empty() && this > 1 {
        return Err(Fault::NotFound);
    }
    let named = if this == 1 { named_lines(&live.live.named, settings) } else { Vec::new() };
    let editions = headings.into_iter().map(line).collect();
    let at_page = |number: u32| format!("/letters/{}/editions?page={number}", settings.slug);
    let previous = (this > 1).then(|| at_page(this - 1));
    let next = more.then(|| at_page(this + 1));
    let title = format!("Editions of {} – Undersigned", settings.title);
    let page = view::page(title, &letter.campaign);
    let letter = LetterView::new(settings);
    Ok(page::page(&EditionsPage { page, letter, named, editions, previous, next })?)
}

/// `GET /letters/{slug}/editions/{n}`
pub(super) async fn one(lists: web::Data<Lists>, request: HttpRequest) -> Result<HttpResponse, Fault> {
    let letter = lists.letter(slug(&request)).await?;
    let number = number(&request)?;
    let asked = Asked::of(&request)?;
    let shown = lists.edition(&letter, number).await?;
    if !pages(&shown, asked.page).exists() {
        return Err(Fault::NotFound);
    }
    shown.answer(&request, Form::Edition(asked.page), make).await
}

/// The number in the address, written as we write it, so that an edition has one address.
pub(super) fn number(request: &HttpRequest) -> Result<u32, Fault> {
    let written = request.match_info().get("n").unwrap_or("");
    let number: u32 = written.parse().map_err(|_| Fault::NotFound)?;
    if number.to_string() == written { Ok(number) } else { Err(Fault::NotFound) }
}

fn pages(shown: &Shown, page: u32) -> Pages {
    let count = shown.edition().contents.entries.len();
    let path = EditionView::new(shown).href;
    Pages::new(usize::try_from(page).unwrap_or(usize::MAX), count, &path, "")
}

fn make(shown: &Shown, form: Form) -> Result<Kept, Fault> {
    let Form::Edition(page) = form else {
        return Err(Fault::unexpected(format!("no page of an edition: {form:?}")));
    };
    let (campaign, edition) = (&shown.live.campaign, shown.edition());
    let pages = pages(shown, page);
    let view = EditionView::new(shown);
    let called = match view.name {
        "" => format!("Edition {}", edition.number),
        name => name.to_owned(),
    };
    let title = format!("{called}: {} – Undersigned", campaign.settings.title);
    let template = EditionPage {
        page: view::page(title, campaign).not_indexed(),
        letter: LetterView::new(&campaign.settings),
        count: edition.contents.count(),
        names: names(&shown.live, pages.of(&edition.contents.entries).iter()),
        pages,
        edition: view,
    };
    finished(shown, template.render().map_err(Fault::unexpected)?)
}
