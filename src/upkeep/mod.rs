//! What the instance does by itself: erase what nobody verified, and personal data whose time is over; link the history.
//!
//! Nothing that the public sees depends on it: deadlines and publication are decided by the clock at each read, so an upkeep
//! that stands still can neither leak nor delay.

mod erase;
mod link;

use crate::clock::{Timestamp, days};
use crate::db;
use crate::web::App;
use actix_web::web::Data;
use std::time::Duration;

/// How often there is a round.
const PAUSE: Duration = Duration::from_secs(60);

/// What a round did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Round {
    /// Sign-ons erased that nobody verified.
    pub unverified: usize,
    /// Representatives whose data was erased.
    pub contacts: usize,
    /// Mails forgotten that were settled long ago.
    pub mails: usize,
    /// Old editions thrown away that nobody was promised any longer.
    pub editions: usize,
    /// Reports erased, or what named who made them.
    pub reports: usize,
}

/// One round.
///
/// # Errors
/// When the database is away; the next round does what this one left.
pub async fn round(app: &App) -> Result<Round, db::Error> {
    round_since(app, None).await
}

/// A round that looks for history to be linked only since then.
async fn round_since(app: &App, since: Option<Timestamp>) -> Result<Round, db::Error> {
    let done = erase::run(app).await?;
    link::run(app, since).await?;
    Ok(done)
}

/// Rounds for as long as the server lives.
pub async fn keep_up(app: Data<App>) {
    // The first round looks at the whole history, those after it at the last day: what is older was linked.
    let mut since = None;
    loop {
        let done = round_since(&app, since).await;
        if done.is_ok() {
            since = Some(app.clock.now().plus(days(-1)));
        }
        match done {
            Ok(done) if done != Round::default() => tracing::info!(
                unverified = done.unverified,
                contacts = done.contacts,
                mails = done.mails,
                editions = done.editions,
                reports = done.reports,
                "upkeep erased what is over"
            ),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "upkeep could not do its round"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}
