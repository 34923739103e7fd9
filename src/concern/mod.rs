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
use crate::db::{Error, Tx};
use crate::ids::{CampaignId, SignOnId};
use crate::sign_on::store;
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

/// Erases reports that nobody confirmed in time, and who made those whose time is over: settled a month ago, or about letters that closed long
/// ago. At most `most` of each kind at once; how many.
///
/// # Errors
/// Those of the database.
pub fn erase_over(tx: &mut Tx<'_>, now: Timestamp, closed: &[CampaignId], most: i64) -> Result<usize, Error> {
    store::erase_old_reports(tx, now.plus(-receive::EXPIRED), now.plus(-SETTLED), closed, most)
}
