//! GET /staff/letters/{slug}/numbers: how long organizations wait and what is decided, over a period. For those who work on the letter alone.

use super::bench::{Bench, Failure};
use super::quality::{Counts, Quality};
use crate::account::{Moderator, store as staff};
use crate::audit::{self, Act};
use crate::campaign::{self, Here, Local};
use crate::clock::{Timestamp, days};
use crate::ids::AccountId;
use crate::sign_on::{self, store::FromElsewhere};
use crate::web::form::{Filled, Problems};
use crate::web::page::{Page, page_of};
use crate::web::show::length;
use crate::web::{App, Fault, form};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The period that is shown where none is asked for: the last so many days.
const USUAL: i64 = 30;

/// The page.
pub(super) async fn show(
    who: Moderator,
    app: Data<App>,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    let bench = Bench::new(&app, who);
    let asked = form::query(&request)?;
    let mut problems = Problems::default();
    let usual = (date_of(bench.now.plus(days(1 - USUAL))), date_of(bench.now));
    let mut day = |name: &'static str, usual: Date| match asked.get(name) {
        "" => usual,
        typed => typed.parse().unwrap_or_else(|_| {
            problems.add(name, "Write a date, like 2026-03-31.");
            usual
        }),
    };
    let (from, to) = (day("from", usual.0), day("to", usual.1));
    if problems.is_empty() && to < from {
        problems.add("to", "The last day comes before the first one.");
    }
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (keys, id) = (app.keys.clone(), bench.who.campaign);
    let found = app.db.read(move |conn| -> Result<_, Failure> {
        let Some(campaign) = campaign::store::by_id(conn, id)? else { return Ok(None) };
        let acts: Vec<Act> = audit::everything(conn, id, None)?.into_iter().map(|entry| entry.act).collect();
        let quality = Quality::of(&acts, beginning(from), beginning(to).plus(days(1)));
        let people: Vec<AccountId> = quality.by.keys().copied().collect();
        let names = staff::names(conn, &keys, &people)?;
        let elsewhere = sign_on::store::from_elsewhere(conn, id)?;
        Ok(Some((campaign, quality, names, elsewhere)))
    });
    let (campaign, quality, names, elsewhere) = found.await?.ok_or(Fault::NotFound)?;
    let fields = [("from", from.to_string()), ("to", to.to_string())];
    let fields = match status {
        StatusCode::OK => fields.iter().map(|(name, value)| (*name, value.as_str())).collect(),
        _ => asked,
    };
    let row = |(id, counts): (&AccountId, &Counts)| Row {
        name: names.get(id).cloned().unwrap_or_else(|| "a former member of staff".to_owned()),
        counts: *counts,
    };
    let page = NumbersPage {
        page: bench.who.staff.page(&app, format!("Numbers: {} – Undersigned", campaign.settings.title)),
        local: bench.local(&campaign, Here::Numbers),
        action: format!("/staff/letters/{}/numbers", campaign.settings.slug),
        form: Filled::new(fields, problems),
        firsts: quality.first_decisions(),
        median: quality.median().map(length).unwrap_or_default().replace("just now", "less than a minute"),
        ninetieth: quality
            .ninetieth()
            .map(length)
            .unwrap_or_default()
            .replace("just now", "less than a minute"),
        rows: quality.by.iter().map(row).collect(),
        all: quality.all,
        elsewhere,
    };
    Ok(page_of(status, &page)?)
}

fn date_of(at: Timestamp) -> Date {
    at.jiff().to_zoned(TimeZone::UTC).date()
}

/// The first moment of a day, in UTC.
fn beginning(day: Date) -> Timestamp {
    let midnight = day.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp().as_microsecond());
    Timestamp::from_micros(midnight.unwrap_or(0))
}

struct Row {
    name: String,
    counts: Counts,
}

#[derive(Template)]
#[template(path = "moderation/numbers.html")]
struct NumbersPage {
    page: Page,
    local: Local,
    action: String,
    form: Filled,
    firsts: usize,
    median: String,
    ninetieth: String,
    rows: Vec<Row>,
    all: Counts,
    elsewhere: FromElsewhere,
}
