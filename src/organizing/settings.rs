//! Everything that is set about a letter, apart from its text.

use super::create::require;
use super::history;
use super::life::{self, load};
use super::stand::Stand;
use super::store;
use crate::account::{Acting, Organizer, Staff, stepped_up};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::settings::FIELDS;
use crate::campaign::{Campaign, Here, Local, Settings, store as campaigns};
use crate::clock::Timestamp;
use crate::db::{self, Tx};
use crate::ids::AccountId;
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{Page, page_of, see};
use crate::web::show::Choice;
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{Error, HttpRequest, HttpResponse};
use askama::Template;

/// The fields that hold a moment: the form shows and takes it without a zone, which is UTC.
const MOMENTS: [&str; 3] = ["opens_at", "closes_at", "published_at"];

/// What the form cannot change: the address would break links, the status has buttons of its own, and how the letter is moderated a
/// page.
const FIXED: [&str; 4] = ["slug", "status", "reasons", "guide"];

/// The form as the settings stand.
pub(super) async fn form(
    request: HttpRequest,
    who: Organizer,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, who.campaign).await?;
    let form = Filled::new(shown(&campaign.settings), Problems::default());
    let view = View::new(&app, &who.staff, &campaign, form);
    Ok(page_of(StatusCode::OK, &View { notice: notice(request.query_string()), ..view })?)
}

/// Saves them.
pub(super) async fn save(
    request: HttpRequest,
    Acting { who, mut fields }: Acting<Organizer>,
    app: Data<App>,
) -> Result<HttpResponse, Error> {
    let before = load(&app, who.campaign).await?;
    if fields.get("version") != before.version.to_string() {
        return Ok(stale(&app, &who.staff, &before, fields).await?);
    }
    let (after, mut problems) = match Settings::parse(&typed(&fields, &before.settings)) {
        Ok(settings) => (Some(settings), Problems::default()),
        Err(problems) => (None, problems),
    };
    require(&mut problems, &fields);
    let Some(after) = after.filter(|_| problems.is_empty()) else {
        let view = View::new(&app, &who.staff, &before, Filled::new(fields, problems));
        return Ok(page_of(StatusCode::UNPROCESSABLE_ENTITY, &view).map_err(Fault::from)?);
    };
    let saved = see(&format!("/staff/letters/{}/settings?saved", before.settings.slug));
    if after == before.settings {
        return Ok(saved);
    }
    // Who can read the letter is hard to take back.
    if (after.published_at, after.access) != (before.settings.published_at, before.settings.access) {
        fields = stepped_up(&request, &who.staff, fields).await?;
    }
    let (of_app, by) = (app.clone(), who.staff.id);
    let written = app.db.write(move |tx| record(tx, &of_app, &before, &after, by)).await;
    match written.map_err(Fault::from)? {
        true => Ok(saved),
        false => Ok(stale(&app, &who.staff, &load(&app, who.campaign).await?, fields).await?),
    }
}

fn record(
    tx: &mut Tx<'_>,
    app: &App,
    before: &Campaign,
    after: &Settings,
    by: AccountId,
) -> Result<bool, db::Error> {
    if !campaigns::replace(tx, before, after, app.clock.now())? {
        return Ok(false);
    }
    if after.line != before.settings.line {
        store::reprint(tx, before.id, &after.line)?;
    }
    let changed = FIELDS.into_iter().filter(|field| before.settings.text(field) != after.text(field));
    let says = |settings: &Settings| {
        let line = |field: &str| format!("{field}: {}", settings.text(field));
        changed.clone().map(line).collect::<Vec<_>>().join("\n")
    };
    let act =
        Act::new(app.clock.now(), Actor::Staff(by), Subject::Campaign(before.id), "changed the settings");
    let act = act.in_campaign(before.id).changing(&says(&before.settings), &says(after));
    audit::record(tx, &app.random, act)?;
    Ok(true)
}

/// Somebody else changed them since the page was made. What was typed stands in the form, and beside it what stands now.
async fn stale(
    app: &App,
    staff: &Staff,
    now_stands: &Campaign,
    fields: Fields,
) -> Result<HttpResponse, Fault> {
    let change = history::last(app, now_stands.id).await?;
    let overtaken = change.map(|change| change.sentence(app.clock.now()));
    let current = shown(&now_stands.settings);
    let differs = |field: &&str| !FIXED.contains(field) && fields.get(field).trim() != current.get(field);
    let stands = FIELDS.into_iter().filter(differs);
    let stands = stands.map(|field| (label(field), current.get(field).to_owned())).collect();
    let view = View::new(app, staff, now_stands, Filled::new(fields.clone(), Problems::default()));
    let overtaken = Some(overtaken.unwrap_or_default());
    Ok(page_of(StatusCode::CONFLICT, &View { overtaken, stands, ..view })?)
}

/// The settings as the form shows them.
fn shown(settings: &Settings) -> Fields {
    let text = |field: &'static str| match field {
        "opens_at" => settings.opens_at.map(without_zone).unwrap_or_default(),
        "closes_at" => settings.closes_at.map(without_zone).unwrap_or_default(),
        "published_at" => settings.published_at.map(without_zone).unwrap_or_default(),
        _ => settings.text(field),
    };
    FIELDS.into_iter().map(|field| (field, text(field))).collect()
}

/// What was typed as the settings' texts.
fn typed(fields: &Fields, before: &Settings) -> Fields {
    let was_shown = shown(before);
    let text = |field: &'static str| {
        let typed = fields.get(field).trim();
        match field {
            _ if FIXED.contains(&field) => before.text(field),
            // What was not touched keeps its fractions of a second, which the form does not show.
            _ if MOMENTS.contains(&field) && typed == was_shown.get(field) => before.text(field),
            _ if MOMENTS.contains(&field) => with_zone(typed),
            _ => typed.to_owned(),
        }
    };
    FIELDS.into_iter().map(|field| (field, text(field))).collect()
}

/// As `<input type="datetime-local">` has it: `2026-12-31T23:59`.
fn without_zone(at: Timestamp) -> String {
    at.jiff().to_zoned(jiff::tz::TimeZone::UTC).strftime("%Y-%m-%dT%H:%M").to_string()
}

/// The same as an instant. What has a zone, or is no moment at all, stays as it is.
fn with_zone(typed: &str) -> String {
    match typed.len() {
        16 if typed.contains('T') => format!("{typed}:00Z"),
        19 if typed.contains('T') => format!("{typed}Z"),
        _ => typed.to_owned(),
    }
}

/// What the form calls a field.
fn label(field: &str) -> &'static str {
    match field {
        "title" => "Title",
        "language" => "Language",
        "recipient" => "Recipient",
        "salutation" => "Salutation",
        "closing" => "Closing",
        "letter_date" => "Date of the letter",
        "host" => "Host",
        "contact" => "Contact",
        "authority" => "Statement about authority",
        "access" => "Who may see the letter",
        "opens_at" => "Opens",
        "closes_at" => "Deadline",
        "published_at" => "Public from",
        "ordering" => "Order",
        "articles" => "Leading words to ignore",
        "amber_days" => "Due after days",
        "red_days" => "Overdue after days",
        "four_eyes" => "Two moderators approve",
        _ => "Printed line",
    }
}

/// What was done last, as the address of the page says it.
fn notice(query: &str) -> &'static str {
    match query {
        "saved" => "Saved.",
        "created" => "The draft is made. Set what else is needed, then open and publish it.",
        "open" => "The letter is open: the form takes sign-ons.",
        "close" => "The letter is closed: the form takes no more sign-ons.",
        "publish" => "The letter is published.",
        "unpublish" => "The letter is not public any more.",
        _ => "",
    }
}

const ORDERINGS: [Choice; 2] = [
    Choice {
        value: "alphabetical",
        label: "Alphabetical",
        hint: "Word by word, as the letter's language sorts. Punctuation does not count.",
    },
    Choice { value: "joining", label: "By joining", hint: "Whoever was approved first stands first." },
];

const ACCESSES: [Choice; 3] = [
    Choice { value: "public", label: "Everybody", hint: "It stands on the index page." },
    Choice { value: "link", label: "Whoever has the address", hint: "It appears nowhere else." },
    Choice { value: "invitation", label: "Whoever is invited", hint: "To everybody else it does not exist." },
];

/// A button that leads to the page of an act.
struct Way {
    href: String,
    label: &'static str,
}

#[derive(Template)]
#[template(path = "organizing/settings.html")]
struct View {
    page: Page,
    local: Local,
    notice: &'static str,
    stand: Stand,
    form: Filled,
    version: i64,
    orderings: [Choice; 2],
    accesses: [Choice; 3],
    ways: Vec<Way>,
    overtaken: Option<String>,
    stands: Vec<(&'static str, String)>,
}

impl View {
    fn new(app: &App, staff: &Staff, campaign: &Campaign, form: Filled) -> Self {
        let (settings, now) = (&campaign.settings, app.clock.now());
        let way = |act: life::Act| Way {
            href: format!("/staff/letters/{}/life/{}", settings.slug, act.word()),
            label: act.label(),
        };
        Self {
            page: staff.page(app, format!("Settings: {} – Undersigned", settings.title)),
            local: Local::new(campaign, true, Here::Settings, now),
            notice: "",
            stand: Stand::of(campaign, now),
            form,
            version: campaign.version,
            orderings: ORDERINGS,
            accesses: ACCESSES,
            ways: life::Act::possible(campaign, now).into_iter().map(way).collect(),
            overtaken: None,
            stands: Vec::new(),
        }
    }
}
