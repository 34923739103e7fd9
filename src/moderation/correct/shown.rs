//! The page: the correction that waits, and the name for staff to correct.

use super::eyes;
use crate::campaign::{Here, Local, Status};
use crate::ids::SignOnId;
use crate::moderation::bench::{Bench, Seen};
use crate::moderation::history;
use crate::moderation::sentence::Sentence;
use crate::sign_on::{self, Asked, Difference, differences};
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{Page, page_of};
use crate::web::show::{Fact, Moment};
use crate::web::{Fault, typed};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

/// A form that came back.
pub(super) struct Returned {
    pub(super) status: StatusCode,
    /// What stands in its way.
    pub(super) notice: &'static str,
    /// Whether something else stands than what its page showed.
    pub(super) is_overtaken: bool,
    pub(super) fields: Fields,
    pub(super) problems: Problems,
}

/// The page, with a form that came back or without.
pub(super) async fn render(
    bench: &Bench,
    id: SignOnId,
    returned: Option<Returned>,
) -> Result<HttpResponse, Fault> {
    let seen = bench.see(id).await?;
    let keys = bench.app.keys.clone();
    let read = bench.app.db.read(move |conn| -> Result<_, sign_on::store::ContactError> {
        let Some(waiting) = sign_on::store::waiting_correction(conn, id)? else { return Ok(None) };
        let note = sign_on::store::correction_note(conn, &keys, waiting.id)?;
        Ok(Some((waiting, note)))
    });
    let entry = &seen.sign_on.entry;
    let waiting = read.await?.map(|(waiting, note)| WaitingShown {
        id: waiting.id.to_string(),
        is_objection: waiting.asked == Asked::InObjection,
        since: Moment::new(waiting.at, bench.now),
        differences: differences(entry, &waiting.entry),
        note: note.unwrap_or_default(),
        eyes: eyes::words(bench, &seen, &waiting),
    });
    let can_change = seen.campaign.settings.status != Status::Archived
        && seen.sign_on.clone().correct(entry.clone()).is_ok();
    let name = entry.organization.to_string();
    let status = returned.as_ref().map_or(StatusCode::OK, |returned| returned.status);
    let template = Correct {
        page: bench.who.staff.page(&bench.app, format!("Correct {name} – Undersigned")),
        local: bench.local(&seen.campaign, Here::Elsewhere),
        line: entry.line.clone(),
        href: format!("/staff/sign-ons/{id}"),
        version: seen.sign_on.version,
        notice: returned.as_ref().map_or("", |returned| returned.notice),
        overtaken: returned
            .as_ref()
            .filter(|returned| returned.is_overtaken)
            .map(|returned| Overtaken::new(bench, &seen, &returned.fields)),
        waiting,
        can_change,
        answer: Filled::new([("notify", "yes")].into_iter().collect(), Problems::default()),
        rename: Filled::new(
            [("name", name.as_str()), ("notify", "yes")].into_iter().collect(),
            Problems::default(),
        ),
        mail_at: seen.about_line.first().map(|mail| Moment::new(mail.at, bench.now)),
        name,
    };
    let template = match returned {
        None => template,
        Some(Returned { fields, problems, .. }) if fields.is_ticked("do") => {
            Correct { answer: Filled::new(fields, problems), ..template }
        }
        Some(Returned { fields, problems, .. }) => {
            Correct { rename: Filled::new(fields, problems), ..template }
        }
    };
    Ok(page_of(status, &template)?)
}

struct WaitingShown {
    id: String,
    is_objection: bool,
    since: Moment,
    differences: Vec<Difference>,
    note: String,
    /// What two moderators have to do with it, and whether this one can accept.
    eyes: (String, bool),
}

/// What was done since the page was made, and what was typed into it.
struct Overtaken {
    last: Option<(Sentence, Moment)>,
    typed: Vec<Fact>,
}

impl Overtaken {
    fn new(bench: &Bench, seen: &Seen, fields: &Fields) -> Self {
        let last = history::latest(&seen.history);
        let last = last.map(std::slice::from_ref).unwrap_or_default();
        let events = history::events(last, &seen.names, &seen.campaign.settings.reasons);
        let last = events.into_iter().next().map(|event| (event.what, Moment::new(event.at, bench.now)));
        Self { last, typed: typed::shown(fields) }
    }
}

#[derive(Template)]
#[template(path = "moderation/correct.html")]
struct Correct {
    page: Page,
    local: Local,
    name: String,
    line: String,
    href: String,
    version: i64,
    notice: &'static str,
    overtaken: Option<Overtaken>,
    waiting: Option<WaitingShown>,
    can_change: bool,
    answer: Filled,
    rename: Filled,
    /// When the next mail about the printed line goes.
    mail_at: Option<Moment>,
}
