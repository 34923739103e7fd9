//! GET /staff/letters/{slug}/progress: how many were asked, came and are on the list, by way, country and day; and the tables as files.

use super::chart::{About, bars, columns};
use super::reached::{MOST_DAYS, Period, Reached, Steps, days, weeks};
use super::store;
use crate::account::Organizer;
use crate::campaign::{Campaign, Here, Local, store as campaigns};
use crate::clock::Timestamp;
use crate::db::Error;
use crate::text::{Country, write_csv_field};
use crate::web::page::{Page, page};
use crate::web::show::day;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;

/// The most countries that are drawn; the table has all.
const DRAWN: usize = 15;

/// What is known.
struct Read {
    campaign: Campaign,
    reached: Reached,
    days: Vec<Period>,
}

async fn read(app: &App, who: &Organizer, now: Timestamp) -> Result<Read, Fault> {
    let id = who.campaign;
    let found = app.db.read(move |conn| -> Result<_, Error> {
        let Some(campaign) = campaigns::by_id(conn, id)? else { return Ok(None) };
        let (reached, counted) = store::reached(conn, &campaign)?;
        Ok(Some((campaign, reached, counted)))
    });
    let (campaign, reached, counted) = found.await?.ok_or(Fault::NotFound)?;
    // A letter that has closed has no more days than those on which something happened.
    let last = campaign.closed_on(now).unwrap_or(now).min(now);
    let days = days(&counted, campaign.settings.zone.local(last).date());
    Ok(Read { campaign, reached, days })
}

/// A step, for those who were invited, for those who came by themselves, and for both.
struct Row {
    name: &'static str,
    invited: i64,
    own: Option<i64>,
}

impl Row {
    fn all(&self) -> i64 {
        self.invited + self.own.unwrap_or(0)
    }
}

fn steps(reached: &Reached) -> Vec<Row> {
    let (invited, own) = (reached.invited.steps, reached.own.steps);
    let both = |name, invited, own| Row { name, invited, own: Some(own) };
    vec![
        Row { name: "Invited", invited: reached.invitations.invited, own: None },
        Row { name: "Opened by a person", invited: reached.invitations.opened, own: None },
        both("Sent the form", invited.sent, own.sent),
        both("Verified", invited.verified, own.verified),
        both("Approved", invited.approved, own.approved),
    ]
}

fn became(reached: &Reached) -> Vec<Row> {
    let asked = &reached.invitations;
    let one = |name, invited| Row { name, invited, own: None };
    let ways = reached.invited.became.named().into_iter().zip(reached.own.became.named());
    ways.map(|((name, invited), (_, own))| Row { name, invited, own: Some(own) })
        .chain([
            one("Declined the invitation", asked.declined),
            one("Invitation refused by a mail server", asked.refused),
            one("Invitation revoked, counted nowhere else", asked.revoked),
        ])
        .collect()
}

/// The page.
pub(super) async fn show(who: Organizer, app: Data<App>) -> Result<HttpResponse, Fault> {
    let now = app.clock.now();
    let Read { campaign, reached, days } = read(&app, &who, now).await?;
    let settings = &campaign.settings;
    let is_weekly = i64::try_from(days.len()).unwrap_or(i64::MAX) > MOST_DAYS;
    let periods = if is_weekly { weeks(&days) } else { days };
    let countries: Vec<CountryRow> = reached.by_country().into_iter().map(CountryRow::new).collect();
    let steps = steps(&reached);
    Ok(page(&Progress {
        page: who.staff.page(&app, format!("How far it has come: {} – Undersigned", settings.title)),
        local: Local::new(&campaign, true, Here::Progress, now),
        href: format!("/staff/letters/{}/progress", settings.slug),
        is_empty: steps.iter().all(|row| row.all() == 0),
        steps_chart: steps_chart(&steps),
        countries_chart: countries_chart(&countries),
        days_chart: days_chart(&periods, is_weekly),
        steps,
        became: became(&reached),
        countries,
        is_weekly,
        zone: settings.zone.said(),
        periods: periods
            .into_iter()
            .map(|period| PeriodRow {
                iso: period.begins.to_string(),
                day: day(period.begins),
                steps: period.steps,
            })
            .collect(),
    })?)
}

fn steps_chart(steps: &[Row]) -> String {
    let rows: Vec<(String, i64)> = steps.iter().map(|row| (row.name.to_owned(), row.all())).collect();
    let title = "From the invitation to the list";
    bars(About { id: "steps", title, says: "A bar for each line of the table, all together." }, &rows)
}

fn countries_chart(countries: &[CountryRow]) -> String {
    let rows: Vec<(String, i64)> =
        countries.iter().take(DRAWN).map(|row| (row.name.to_owned(), row.steps.verified)).collect();
    let says = "A bar for each country: how many sign-ons were verified.";
    bars(About { id: "countries", title: "Verified, by country", says }, &rows)
}

fn days_chart(periods: &[Period], is_weekly: bool) -> String {
    let begins: Vec<String> = periods.iter().map(|period| day(period.begins)).collect();
    let counts = |of: fn(Steps) -> i64| periods.iter().map(|period| of(period.steps)).collect::<Vec<i64>>();
    let kinds = [
        ("Sent", counts(|steps| steps.sent)),
        ("Verified", counts(|steps| steps.verified)),
        ("Approved", counts(|steps| steps.approved)),
    ];
    let (title, says) = match is_weekly {
        true => ("Week by week", "A column for each week, in three rows: sent, verified, approved."),
        false => ("Day by day", "A column for each day, in three rows: sent, verified, approved."),
    };
    columns(About { id: "days", title, says }, &begins, &kinds)
}

/// One of the tables as comma-separated values, with a byte order mark, because spreadsheets take a file without one for something else than
/// UTF-8. Days are always one by one.
pub(super) async fn file(
    who: Organizer,
    app: Data<App>,
    named: Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    let Read { campaign, reached, days } = read(&app, &who, app.clock.now()).await?;
    let lines = match named.1.as_str() {
        "steps.csv" => of_steps(&reached),
        "countries.csv" => of_countries(&reached),
        "days.csv" => of_days(&days),
        _ => return Err(Fault::NotFound),
    };
    let mut csv = String::from("\u{feff}");
    for line in lines {
        for (place, field) in line.iter().enumerate() {
            if place > 0 {
                csv.push(',');
            }
            write_csv_field(&mut csv, field);
        }
        csv.push_str("\r\n");
    }
    let name = format!("attachment; filename=\"{}-{}\"", campaign.settings.slug, named.1);
    Ok(HttpResponse::Ok()
        .insert_header(("content-type", "text/csv; charset=utf-8"))
        .insert_header(("content-disposition", name))
        .body(csv))
}

type Lines = Vec<Vec<String>>;

fn head(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn of_steps(reached: &Reached) -> Lines {
    let line = |row: Row| {
        let own = row.own.map(|own| own.to_string()).unwrap_or_default();
        vec![row.name.to_owned(), row.invited.to_string(), own, row.all().to_string()]
    };
    let rows = steps(reached).into_iter().chain(became(reached)).map(line);
    std::iter::once(head(&["step", "by_invitation", "by_themselves", "all"])).chain(rows).collect()
}

fn of_countries(reached: &Reached) -> Lines {
    let line = |(country, steps): (Option<Country>, Steps)| {
        let code = country.map_or("", |country| country.as_str()).to_owned();
        let name = country.map_or("", |country| country.name()).to_owned();
        [vec![code, name], numbers(steps)].concat()
    };
    let rows = reached.by_country().into_iter().map(line);
    std::iter::once(head(&["country", "name", "sent", "verified", "approved"])).chain(rows).collect()
}

fn of_days(days: &[Period]) -> Lines {
    let rows = days.iter().map(|day| [vec![day.begins.to_string()], numbers(day.steps)].concat());
    std::iter::once(head(&["day", "sent", "verified", "approved"])).chain(rows).collect()
}

fn numbers(steps: Steps) -> Vec<String> {
    [steps.sent, steps.verified, steps.approved].map(|count| count.to_string()).to_vec()
}

struct CountryRow {
    name: &'static str,
    steps: Steps,
}

impl CountryRow {
    fn new((country, steps): (Option<Country>, Steps)) -> Self {
        Self { name: country.map_or("None given", |country| country.name()), steps }
    }
}

struct PeriodRow {
    iso: String,
    day: String,
    steps: Steps,
}

#[derive(Template)]
#[template(path = "organizing/progress.html")]
struct Progress {
    page: Page,
    local: Local,
    href: String,
    is_empty: bool,
    steps: Vec<Row>,
    steps_chart: String,
    became: Vec<Row>,
    countries: Vec<CountryRow>,
    countries_chart: String,
    periods: Vec<PeriodRow>,
    days_chart: String,
    is_weekly: bool,
    zone: String,
}
