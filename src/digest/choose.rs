//! GET and POST /staff/letters/{slug}/digest: how often one hears of a letter by mail. GET /staff/digests: the same for all of one's letters.

use super::cadence::{Cadence, Choice, NONE, USUAL_HOUR};
use super::store;
use crate::account::store::{self as accounts, Work};
use crate::account::{Acting, Moderator, Role, Staff};
use crate::campaign::{Campaign, Here, Local, Status, store as campaigns};
use crate::db::Error;
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{Page, page, page_of, see};
use crate::web::show::Choice as Answer;
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

const CADENCES: [Answer; 4] = [
    Answer { value: NONE, label: "No mail", hint: "" },
    Answer {
        value: Cadence::Hourly.as_str(),
        label: "As it happens",
        hint: "With the next full hour, when something has happened.",
    },
    Answer {
        value: Cadence::Daily.as_str(),
        label: "Once a day",
        hint: "When something has happened, or something waits for staff.",
    },
    Answer { value: Cadence::Weekly.as_str(), label: "Every Monday", hint: "The same, for the week." },
];

const fn hour(value: &'static str, label: &'static str) -> Answer {
    Answer { value, label, hint: "" }
}

const HOURS: [Answer; 24] = [
    hour("0", "00:00"),
    hour("1", "01:00"),
    hour("2", "02:00"),
    hour("3", "03:00"),
    hour("4", "04:00"),
    hour("5", "05:00"),
    hour("6", "06:00"),
    hour("7", "07:00"),
    hour("8", "08:00"),
    hour("9", "09:00"),
    hour("10", "10:00"),
    hour("11", "11:00"),
    hour("12", "12:00"),
    hour("13", "13:00"),
    hour("14", "14:00"),
    hour("15", "15:00"),
    hour("16", "16:00"),
    hour("17", "17:00"),
    hour("18", "18:00"),
    hour("19", "19:00"),
    hour("20", "20:00"),
    hour("21", "21:00"),
    hour("22", "22:00"),
    hour("23", "23:00"),
];

async fn load(app: &App, who: &Moderator) -> Result<(Campaign, Option<Choice>), Fault> {
    let (account, id) = (who.staff.id, who.campaign);
    let read = app.db.read(move |conn| -> Result<_, Error> {
        let chosen = store::of(conn, account)?.into_iter().find(|chosen| chosen.campaign == id);
        Ok((campaigns::by_id(conn, id)?, chosen.map(|chosen| chosen.choice)))
    });
    let (campaign, choice) = read.await?;
    Ok((campaign.ok_or(Fault::NotFound)?, choice))
}

/// The page of one letter.
pub(super) async fn show(
    request: HttpRequest,
    who: Moderator,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let (campaign, choice) = load(&app, &who).await?;
    let cadence = choice.map_or(NONE, |choice| choice.cadence.as_str());
    let hour = choice.map_or(USUAL_HOUR, |choice| choice.hour).to_string();
    let fields = [("cadence", cadence), ("hour", hour.as_str())].into_iter().collect();
    let is_saved = request.query_string() == "saved";
    render(&app, &who, &campaign, StatusCode::OK, Filled::new(fields, Problems::default()), is_saved)
}

fn render(
    app: &App,
    who: &Moderator,
    campaign: &Campaign,
    status: StatusCode,
    form: Filled,
    is_saved: bool,
) -> Result<HttpResponse, Fault> {
    let settings = &campaign.settings;
    Ok(page_of(
        status,
        &DigestPage {
            page: who.staff.page(app, format!("Mails to you: {} – Undersigned", settings.title)),
            local: Local::new(campaign, who.role.includes(Role::Organizer), Here::Digest, app.clock.now()),
            form,
            is_saved,
            is_archived: settings.status == Status::Archived,
            action: format!("/staff/letters/{}/digest", settings.slug),
            email: who.staff.email.shown(),
            hint: format!("{}. For once a day and every Monday.", settings.zone.said()),
            cadences: CADENCES,
            hours: HOURS,
        },
    )?)
}

/// Keeps what was chosen. Choosing the same again changes nothing.
pub(super) async fn save(
    Acting { who, fields }: Acting<Moderator>,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let (campaign, _) = load(&app, &who).await?;
    match Choice::parse(&fields) {
        Ok(choice) => {
            let (account, id, now) = (who.staff.id, campaign.id, app.clock.now());
            app.db.write(move |tx| store::choose(tx, account, id, choice, now)).await?;
            Ok(see(&format!("/staff/letters/{}/digest?saved", campaign.settings.slug)))
        }
        Err(problems) => mend(&app, &who, &campaign, fields, problems),
    }
}

fn mend(
    app: &App,
    who: &Moderator,
    campaign: &Campaign,
    fields: Fields,
    problems: Problems,
) -> Result<HttpResponse, Fault> {
    render(app, who, campaign, StatusCode::UNPROCESSABLE_ENTITY, Filled::new(fields, problems), false)
}

/// All of one's letters.
pub(super) async fn all(who: Staff, app: Data<App>) -> Result<HttpResponse, Fault> {
    let (id, is_administrator) = (who.id, who.is_administrator);
    let read = app.db.read(move |conn| -> Result<_, Error> {
        Ok((accounts::work(conn, id, is_administrator)?, store::of(conn, id)?))
    });
    let (work, chosen) = read.await?;
    let row = |Work { place, .. }: Work| {
        let choice = chosen.iter().find(|chosen| chosen.campaign == place.id).map(|chosen| chosen.choice);
        let label = CADENCES
            .iter()
            .find(|answer| answer.value == choice.map_or(NONE, |choice| choice.cadence.as_str()));
        Row {
            title: place.title,
            href: format!("/staff/letters/{}/digest", place.slug),
            chosen: label.map_or("", |answer| answer.label),
        }
    };
    Ok(page(&AllPage {
        page: who.page(&app, "Mails about your letters – Undersigned"),
        rows: work.into_iter().map(row).collect(),
    })?)
}

#[derive(Template)]
#[template(path = "digest/choose.html")]
struct DigestPage {
    page: Page,
    local: Local,
    form: Filled,
    is_saved: bool,
    is_archived: bool,
    action: String,
    email: String,
    hint: String,
    cadences: [Answer; 4],
    hours: [Answer; 24],
}

struct Row {
    title: String,
    href: String,
    chosen: &'static str,
}

#[derive(Template)]
#[template(path = "digest/all.html")]
struct AllPage {
    page: Page,
    rows: Vec<Row>,
}
