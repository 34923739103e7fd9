//! What moved between two editions: who joined, who left and how, and whose number changed for which reason.

use super::life::load;
use crate::account::Organizer;
use crate::campaign::{Campaign, Here, Local};
use crate::db::{Conn, Error};
use crate::ids::SignOnId;
use crate::list::compare::{Comparison, Line, compare};
use crate::list::edition::Edition;
use crate::list::store::{self as lists, Live, Standings};
use crate::text::Shown;
use crate::web::page::{Page, page};
use crate::web::{App, Fault, form};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use std::collections::BTreeMap;

/// How many of each kind of change are shown.
const MOST: usize = 500;

/// How an address calls the list that stands.
const LIVE: &str = "live";

/// The page.
pub(super) async fn show(
    request: HttpRequest,
    who: Organizer,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, who.campaign).await?;
    let live = lists::live(&app.db, &app.clock, &app.random, campaign.id).await?.ok_or(Fault::NotFound)?;
    let asked = form::query(&request)?;
    let number = |text: &str| match text {
        LIVE => Ok(live.edition.number),
        text => text.parse().map_err(|_| Fault::NotFound),
    };
    let to = if asked.get("to").is_empty() { live.edition.number } else { number(asked.get("to"))? };
    let from = match asked.get("from") {
        "" => usual(&live, to),
        text => Some(number(text)?),
    };
    let local = Local::new(&campaign, true, Here::Editions, app.clock.now());
    let staff_page = who.staff.page(&app, format!("What moved: {} – Undersigned", campaign.settings.title));
    let href = format!("/staff/letters/{}/editions", campaign.settings.slug);
    let Some(from) = from else {
        let (from, to) = (Vec::new(), Vec::new());
        return Ok(page(&Compared { page: staff_page, local, href, from, to, told: None })?);
    };
    // The earlier one first, however it was asked.
    let (from, to) = (from.min(to), from.max(to));
    let options = |chosen| options(&live, chosen);
    let (from_options, to_options) = (options(from), options(to));
    let of = campaign.clone();
    let told = app.db.read(move |conn| told(conn, &of, &live, (from, to))).await?;
    let told = Some(told.ok_or(Fault::NotFound)?);
    Ok(page(&Compared { page: staff_page, local, href, from: from_options, to: to_options, told })?)
}

/// What the list is compared with where nobody says: the last edition that has a name, or the one before.
fn usual(live: &Live, to: u32) -> Option<u32> {
    let named = live.named.iter().rev().map(|named| named.number).find(|number| *number < to);
    named.or_else(|| to.checked_sub(1).filter(|before| *before > 0))
}

/// What can be chosen: the list that stands, the editions that have a name, and what is chosen.
fn options(live: &Live, chosen: u32) -> Vec<Offered> {
    let stands = (live.edition.number, "The list as it stands".to_owned());
    let named = live.named.iter().rev().map(|named| (named.number, named.name.clone()));
    let mut all: Vec<(u32, String)> = vec![stands];
    all.extend(named.filter(|(number, _)| *number != live.edition.number));
    if all.iter().all(|(number, _)| *number != chosen) {
        all.push((chosen, format!("Edition {chosen}")));
    }
    let option = |(number, label)| Offered { value: number, label, is_chosen: number == chosen };
    all.into_iter().map(option).collect()
}

/// Everything that is told of two editions; nothing where one of them is not there.
fn told(
    conn: &mut Conn,
    campaign: &Campaign,
    live: &Live,
    (from, to): (u32, u32),
) -> Result<Option<Told>, Error> {
    let mut edition = |number| -> Result<Option<Edition>, Error> {
        match number == live.edition.number {
            true => Ok(Some(live.edition.clone())),
            false => lists::whole(conn, campaign.id, number),
        }
    };
    let (Some(earlier), Some(later)) = (edition(from)?, edition(to)?) else { return Ok(None) };
    let standings = Standings::read(conn, campaign)?;
    let compared = compare(&earlier.contents, &later.contents);
    let here: BTreeMap<SignOnId, &str> = live
        .edition
        .contents
        .entries
        .iter()
        .map(|entry| (entry.sign_on, entry.signatory.name.as_str()))
        .collect();
    let why = |line: &Line| match (
        standings.left(line.sign_on, true, Shown::Counted),
        standings.merged_into(line.sign_on),
    ) {
        (Some(left), _) => left.words(&campaign.settings.zone),
        (None, Some(into)) => match here.get(&into) {
            Some(stands) => format!("merged: “{stands}” stands for it"),
            None => "merged with another entry".to_owned(),
        },
        (None, None) if here.contains_key(&line.sign_on) => "was off the list then".to_owned(),
        (None, None) => "has not agreed to the text that stands".to_owned(),
    };
    let left = compared.left.iter().take(MOST).map(|line| Gone { why: why(line), line: line.clone() });
    Ok(Some(Told::new(left.collect(), compared)))
}

/// Who left, and how.
struct Gone {
    line: Line,
    why: String,
}

/// What is told, cut to what a page holds.
struct Told {
    left: Vec<Gone>,
    left_count: usize,
    joined_count: usize,
    moved_count: u32,
    more_moved: usize,
    is_empty: bool,
    compared: Comparison,
}

impl Told {
    fn new(left: Vec<Gone>, mut compared: Comparison) -> Self {
        let told = Self {
            left,
            left_count: compared.left.len(),
            joined_count: compared.joined.len(),
            moved_count: compared.moved_count,
            more_moved: compared.moved.len().saturating_sub(MOST),
            is_empty: compared.is_empty(),
            compared: Comparison::default(),
        };
        compared.joined.truncate(MOST);
        compared.moved.truncate(MOST);
        compared.reprinted.truncate(MOST);
        Self { compared, ..told }
    }
}

/// An edition that can be chosen.
struct Offered {
    value: u32,
    label: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "organizing/compared.html")]
struct Compared {
    page: Page,
    local: Local,
    href: String,
    from: Vec<Offered>,
    to: Vec<Offered>,
    /// None where there is but one edition.
    told: Option<Told>,
}
