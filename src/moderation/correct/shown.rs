//! The page: the correction that waits, and the name for staff to correct.

use super::eyes;
use crate::campaign::{Here, Local, Status};
use crate::ids::SignOnId;
use crate::moderation::bench::Bench;
use crate::sign_on::{self, Asked, Difference, differences};
use crate::web::Fault;
use crate::web::form::Filled;
use crate::web::page::{Page, page_of};
use crate::web::show::Moment;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

/// The page, with a form that came back or without.
pub(super) async fn render(
    bench: &Bench,
    id: SignOnId,
    status: StatusCode,
    notice: &'static str,
    answer: Filled,
    rename: Filled,
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
    let name = match rename.value("name") {
        "" => entry.organization.to_string(),
        typed => typed.to_owned(),
    };
    let can_change = seen.campaign.settings.status != Status::Archived
        && seen.sign_on.clone().correct(entry.clone()).is_ok();
    let rename_form = Filled::new(
        [("name", name), ("text", rename.value("text").to_owned())].into_iter().collect(),
        rename.problems(),
    );
    let title = format!("Correct {} – Undersigned", entry.organization);
    let template = Correct {
        page: bench.who.staff.page(&bench.app, title),
        local: bench.local(&seen.campaign, Here::Elsewhere),
        name: entry.organization.to_string(),
        line: entry.line.clone(),
        href: format!("/staff/sign-ons/{id}"),
        version: seen.sign_on.version,
        notice,
        waiting,
        can_change,
        answer,
        rename: rename_form,
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
    waiting: Option<WaitingShown>,
    can_change: bool,
    answer: Filled,
    rename: Filled,
}
