//! A letter and its list for whoever is let in to a private one: made at each reading, because nothing of it may be kept where others are
//! served from. Where a letter is public, its own page is better.

use super::names::names;
use super::store::{self, Live};
use super::told::Told;
use super::view::{LetterView, Name, Pages};
use crate::campaign::{Campaign, LetterHtml, Settings};
use crate::ids::CampaignId;
use crate::text::Language;
use crate::web::language::LanguageLink;
use crate::web::{App, Fault};
use askama::Template;

/// The letter and one page of its names, as pieces of a page.
pub(crate) struct Reading {
    /// The letter's text.
    pub(crate) letter: String,
    /// The names, with their heading.
    pub(crate) names: String,
    /// How many signed.
    pub(crate) count: u32,
    /// From how many countries.
    pub(crate) countries: usize,
    /// The campaign as it is told in the language of the text.
    pub(crate) told: Campaign,
    /// The same in other languages.
    pub(crate) languages: Vec<LanguageLink>,
    /// What is said of the language; empty where nothing is to be said.
    pub(crate) note: String,
}

#[derive(Template)]
#[template(path = "list/letter_text.html")]
struct LetterText<'a> {
    letter: LetterView<'a>,
    html: LetterHtml,
}

#[derive(Template)]
#[template(path = "list/names_alone.html")]
struct Names<'a> {
    names: Vec<Name<'a>>,
    pages: Pages,
    count: u32,
    countries: usize,
}

/// Reads it. `page` is that of the names, `path` where the reader is, `wanted` the language in which they would rather read it.
///
/// # Errors
/// [`Fault::NotFound`] when there is no such page of names.
pub(crate) async fn reading(
    app: &App,
    campaign: CampaignId,
    page: usize,
    (path, wanted): (&str, Option<&Language>),
) -> Result<Reading, Fault> {
    let live = store::live(&app.db, &app.clock, &app.random, campaign).await?.ok_or(Fault::NotFound)?;
    pieces(&live, page, Told::new(&live, wanted, path))
}

fn pieces(live: &Live, page: usize, told: Told) -> Result<Reading, Fault> {
    let settings: &Settings = &told.campaign.settings;
    let contents = &live.edition.contents;
    let pages = Pages::new(page, contents.entries.len(), &told.path, &told.query);
    if !pages.exists() {
        return Err(Fault::NotFound);
    }
    let (count, countries) = (contents.count(), contents.countries().len());
    let names = names(live, pages.of(&contents.entries).iter());
    let names = Names { names, pages, count, countries };
    let letter = LetterText { letter: LetterView::new(settings), html: told.html };
    Ok(Reading {
        letter: letter.render().map_err(Fault::unexpected)?,
        names: names.render().map_err(Fault::unexpected)?,
        count,
        countries,
        told: told.campaign,
        languages: told.languages,
        note: told.note,
    })
}
