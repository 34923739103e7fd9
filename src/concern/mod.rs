//! What speaks against an entry, from outside: anybody reports it, or the organization itself is asked at an address that it published, and answers.
//!
//! `mails` as in every feature; what is kept stands in `sign_on::store`, because the moderators' workbench shows it. The steps: `report` is where
//! somebody says what is wrong, `receive` takes it, `confirm` is where their mailbox sends it to the moderators, `settle` where a moderator
//! closes the case; `notice` is where a moderator asks, `answer` where the organization answers. `hold` is what the organization's own
//! word does, whichever way it comes.

mod answer;
mod confirm;
mod hold;
mod mails;
mod notice;
mod receive;
mod report;
mod settle;

use crate::clock::{Timestamp, days};
use crate::db::{Conn, Error, Tx};
use crate::ids::{CampaignId, ReportId, SignOnId};
use crate::sign_on::store::{self, ReportOver};
use crate::web::route::{get, post};
use actix_web::web::{ServiceConfig, resource};

/// How long it is kept who made a report that is settled.
const SETTLED: jiff::SignedDuration = days(30);

/// The addresses of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(
            resource("/staff/sign-ons/{sign_on}/notice")
                .route(get().to(notice::ask))
                .route(post().to(notice::send)),
        )
        .service(resource("/staff/sign-ons/{sign_on}/report").route(post().to(settle::settle)))
        .service(resource("/notices/confirmed").route(get().to(answer::confirmed)))
        .service(resource("/notices/objected").route(get().to(answer::objected)))
        .service(resource("/notices/{token}").route(get().to(answer::show)).route(post().to(answer::answer)))
        .service(
            resource("/letters/{slug}/report").route(get().to(report::show)).route(post().to(report::send)),
        )
        .service(resource("/letters/{slug}/report/sent").route(get().to(report::sent)))
        .service(resource("/reports/confirmed").route(get().to(confirm::confirmed)))
        .service(resource("/reports/suspended").route(get().to(confirm::suspended)))
        .service(
            resource("/reports/{token}").route(get().to(confirm::show)).route(post().to(confirm::confirm)),
        );
}

/// Erases who was asked about a sign-on and who reported it. What was asked, answered and settled stays.
///
/// # Errors
/// Those of the database.
pub fn erase(tx: &mut Tx<'_>, sign_on: SignOnId) -> Result<(), Error> {
    store::notices::erase(tx, sign_on)?;
    store::erase_reports(tx, sign_on)
}

/// Reports that are over at a moment, at most `most` of each kind: that nobody confirmed in time, that were settled a month before, or about
/// letters whose contacts are not kept any longer. Each with since when; nothing where its time is that of its letter.
///
/// # Errors
/// Those of the database.
pub fn over_until(
    conn: &mut Conn,
    at: Timestamp,
    closed: &[CampaignId],
    most: i64,
) -> Result<Vec<(ReportId, CampaignId, Option<Timestamp>)>, Error> {
    let over = store::reports_until(conn, at.plus(-receive::EXPIRED), at.plus(-SETTLED), closed, most)?;
    let since = |report: &ReportOver| {
        let kept = if report.is_unconfirmed { receive::EXPIRED } else { SETTLED };
        (report.id, report.campaign, report.since.map(|since| since.plus(kept)))
    };
    Ok(over.iter().map(since).collect())
}

/// Erases these: what nobody confirmed altogether, of the others who made them. How many.
///
/// # Errors
/// Those of the database.
pub fn erase_over(tx: &mut Tx<'_>, ids: &[ReportId]) -> Result<usize, Error> {
    store::erase_these_reports(tx, ids)
}
