//! Names without the letter: what a search finds, and the pages after the first.

use super::kept::Shown;
use super::names;
use super::view::{self, Asked, Find, LONGEST_SEARCH, LetterView, Name, Pages};
use crate::campaign::Settings;
use crate::text::searchable;
use crate::web::Fault;
use crate::web::page::Page;
use actix_web::HttpResponse;
use askama::Template;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "list/found.html")]
struct NamesPage<'a> {
    page: Page,
    letter: LetterView<'a>,
    find: Find<'a>,
    searching: bool,
    found: usize,
    count: u32,
    country_name: &'static str,
    names: Vec<Name<'a>>,
    pages: Pages,
}

/// Answers a search. Searched pages are as many as there are words, so they are made each time, on another thread.
pub(super) async fn answer(shown: Arc<Shown>, asked: Asked) -> Result<HttpResponse, Fault> {
    let number = shown.edition().number;
    let made = tokio::task::spawn_blocking(move || make(&shown, &asked)).await;
    let html = made.map_err(Fault::unexpected)??;
    Ok(HttpResponse::Ok()
        .insert_header(("content-type", "text/html; charset=utf-8"))
        .insert_header(("x-edition", number.to_string()))
        .body(html))
}

fn make(shown: &Shown, asked: &Asked) -> Result<String, Fault> {
    let settings = &shown.live.campaign.settings;
    let found = found(shown, asked);
    let path = format!("/letters/{}", settings.slug);
    let this = usize::try_from(asked.page).unwrap_or(usize::MAX);
    let pages = Pages::new(this, found.len(), &path, &asked.query());
    if !pages.exists() {
        return Err(Fault::NotFound);
    }
    let letter = LetterView::new(settings);
    let names = names(shown, pages.of(&found)).into_iter().map(|name| name.with_report(&letter)).collect();
    let template = NamesPage {
        page: view::page(title(settings), &shown.live.campaign).not_indexed(),
        letter,
        find: Find::new(shown, Some(asked)),
        searching: true,
        found: found.len(),
        count: shown.edition().contents.count(),
        country_name: asked.country.map_or("", |country| country.name()),
        names,
        pages,
    };
    template.render().map_err(Fault::unexpected)
}

/// A page of names after the first.
pub(super) fn further(shown: &Shown, pages: Pages) -> Result<String, Fault> {
    let settings = &shown.live.campaign.settings;
    let all: Vec<usize> = (0..shown.edition().contents.entries.len()).collect();
    let template = NamesPage {
        page: view::page(title(settings), &shown.live.campaign),
        letter: LetterView::new(settings),
        find: Find::new(shown, None),
        searching: false,
        found: all.len(),
        count: shown.edition().contents.count(),
        country_name: "",
        names: names(shown, pages.of(&all)),
        pages,
    };
    template.render().map_err(Fault::unexpected)
}

fn title(settings: &Settings) -> String {
    format!("Signatories of {} – Undersigned", settings.title)
}

/// The places of the entries that have all that is asked for. What is typed is text and nothing else: no character of it has
/// a meaning of its own.
fn found(shown: &Shown, asked: &Asked) -> Vec<usize> {
    let words = searchable(&asked.q);
    let hopeless = words.is_empty() && !asked.q.is_empty();
    let entries = shown.edition().contents.signatories().zip(shown.folded()).enumerate();
    let fits = entries.filter(|(_, (signatory, folded))| {
        !hopeless
            && folded.contains(&words)
            && asked.country.is_none_or(|country| signatory.country == Some(country))
    });
    fits.map(|(place, _)| place).collect()
}

/// The places of the entries that have this in one of their names.
pub(super) fn with(shown: &Shown, words: &str) -> Vec<usize> {
    let q: String = words.trim().chars().take(LONGEST_SEARCH).collect();
    if q.is_empty() {
        return Vec::new();
    }
    found(shown, &Asked { page: 1, q, country: None })
}

fn names<'a>(shown: &'a Shown, places: &[usize]) -> Vec<Name<'a>> {
    names::names(&shown.live, places.iter().filter_map(|place| shown.edition().contents.entries.get(*place)))
}
