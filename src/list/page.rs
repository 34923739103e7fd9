//! The letter and its names, as everybody reads them.

use super::find;
use super::kept::{Form, Lists, Shown};
use super::lately::Lately;
use super::names::{NamedLine, names, some_named};
use super::phase::Phase;
use super::text_view::TextView;
use super::tongues::Tongues;
use super::view::{self, Asked, EditionView, Find, LetterView, Name, Pages, Stand};
use crate::campaign::Campaign;
use crate::secret::sha256_hex;
use crate::web::Fault;
use crate::web::kept::{Kept, NotKept};
use crate::web::page::Page;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

/// Caches may keep a list, and must ask each time whether it still stands: who withdraws is gone within a second.
pub(super) const CACHING: &str = "public, max-age=0, must-revalidate";

#[derive(Template)]
#[template(path = "list/page.html")]
pub(super) struct LetterPage<'a> {
    page: Page,
    letter: LetterView<'a>,
    text: TextView,
    tongues: Tongues,
    since: Lately,
    stand: Stand,
    count: u32,
    countries: usize,
    find: Find<'a>,
    names: Vec<Name<'a>>,
    pages: Pages,
    edition: EditionView<'a>,
    /// The last editions that have a name, and whether there are more.
    named: Vec<NamedLine<'a>>,
    more_named: bool,
}

/// `GET /letters/{slug}`
pub(super) async fn show(lists: web::Data<Lists>, request: HttpRequest) -> Result<HttpResponse, Fault> {
    let letter = lists.letter(slug(&request)).await?;
    let asked = Asked::of(&request)?;
    let shown = lists.live(&letter).await?;
    if asked.searches() {
        return find::answer(shown, asked).await;
    }
    if !pages(&shown, asked.page).exists() {
        return Err(Fault::NotFound);
    }
    let phase = Phase::of(&letter.campaign, lists.now());
    shown.answer(&request, Form::Page(phase, asked.page), make).await
}

/// The letter's name in the address.
pub(super) fn slug(request: &HttpRequest) -> &str {
    request.match_info().get("slug").unwrap_or("")
}

pub(super) fn pages(shown: &Shown, page: u32) -> Pages {
    let entries = &shown.edition().contents.entries;
    let path = format!("/letters/{}", shown.live.campaign.settings.slug);
    Pages::new(usize::try_from(page).unwrap_or(usize::MAX), entries.len(), &path, "")
}

fn make(shown: &Shown, form: Form) -> Result<Kept, Fault> {
    let (phase, page) = match form {
        Form::Page(phase, page) => (phase, page),
        other => return Err(Fault::unexpected(format!("no page of a letter: {other:?}"))),
    };
    let campaign = &shown.live.campaign;
    let pages = pages(shown, page);
    if page > 1 {
        return finished(shown, find::further(shown, pages)?);
    }
    let template =
        LetterPage::new(shown, phase, pages, (campaign, TextView::new(shown), Tongues::binding(shown)));
    finished(shown, template.render().map_err(Fault::unexpected)?)
}

impl<'a> LetterPage<'a> {
    /// The page of a letter as it is told in a language, which `campaign` is in.
    pub(super) fn new(
        shown: &'a Shown,
        phase: Phase,
        pages: Pages,
        (campaign, text, tongues): (&'a Campaign, TextView, Tongues),
    ) -> Self {
        let edition = shown.edition();
        let (named, more_named) = some_named(&shown.live.named, &campaign.settings);
        let letter = LetterView::new(&campaign.settings);
        Self {
            page: view::page(format!("{} – Undersigned", campaign.settings.title), campaign),
            letter: LetterView { sign_href: tongues.with_language(letter.sign_href), ..letter },
            text,
            tongues,
            since: Lately::new(shown),
            stand: Stand::new(campaign, phase),
            count: edition.contents.count(),
            countries: edition.contents.countries().len(),
            find: Find::new(shown, None),
            names: names(&shown.live, pages.of(&edition.contents.entries).iter()),
            pages,
            edition: EditionView::of_letter(shown),
            named,
            more_named,
        }
    }
}

/// A page of an edition, finished. Its ETag begins like those of all forms of the edition; the rest is of the bytes, because
/// a page also says what no edition does: the deadline, the stylesheet's address.
pub(super) fn finished(shown: &Shown, html: String) -> Result<Kept, Fault> {
    let edition = shown.edition();
    let bytes = sha256_hex(html.as_bytes());
    let tag = format!("{}-html_{}", edition.tag(), bytes.get(..8).unwrap_or(&bytes));
    let number = edition.number.to_string();
    let kept = Kept::new(html, "text/html; charset=utf-8", CACHING, &tag);
    kept.and_then(|kept| kept.with_header("x-edition", &number)).map_err(unkept)
}

pub(super) fn unkept(error: NotKept) -> Fault {
    Fault::unexpected(error)
}
