//! What the instance does by itself: erase what nobody verified, and personal data whose time is over; link the history; ask for consent and
//! end the rounds of it; tell those who signed what happened with a letter.
//!
//! Nothing that the public sees depends on it: deadlines and publication are decided by the clock at each read, so an upkeep
//! that stands still can neither leak nor delay.

mod erase;
mod link;

use crate::clock::days;
use crate::consent;
use crate::db;
use crate::delivery;
use crate::mail::Outbox;
use crate::web::{App, Fault};
use actix_web::web::Data;
use std::ops::AddAssign;
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
    /// Invitations that no longer say where they went.
    pub invitations: usize,
    /// Intentions erased whose day has passed, whose mailbox nobody proved, or whose letter has closed.
    pub intentions: usize,
    /// Entries of the address book whose time was over, or that signed again and stay.
    pub addresses: usize,
}

impl AddAssign for Round {
    fn add_assign(&mut self, more: Self) {
        self.unverified += more.unverified;
        self.contacts += more.contacts;
        self.mails += more.mails;
        self.editions += more.editions;
        self.reports += more.reports;
        self.invitations += more.invitations;
        self.intentions += more.intentions;
        self.addresses += more.addresses;
    }
}

/// One round. What goes wrong in one part of it does not keep the others from being done.
///
/// # Errors
/// When something could not be done; the next round does what this one left.
pub async fn round(app: &App) -> Result<Round, db::Error> {
    let (done, erased) = erase::run(app).await;
    link::run(app, None).await.and(erased).map(|()| done)
}

/// Asks for consent where a round of it runs, ends those whose time is over, and tells whoever is off the list.
///
/// # Errors
/// When the database is away; the next time does what is left.
pub async fn consent(app: &Data<App>, outbox: &Data<Outbox>) -> Result<(), Fault> {
    Ok(consent::work(app, outbox).await?)
}

/// Goes on telling those who signed what happened with a letter, where somebody began to.
///
/// # Errors
/// When the database is away; the next time does what is left.
pub async fn tell(app: &Data<App>, outbox: &Data<Outbox>) -> Result<(), Fault> {
    Ok(delivery::work(app, outbox).await?)
}

/// Rounds for as long as the server lives.
pub async fn keep_up(app: Data<App>, outbox: Data<Outbox>) {
    // The first round looks at the whole history, those after it at the last day: what is older was linked.
    let mut since = None;
    loop {
        // What could not be erased is logged there.
        let (done, _) = erase::run(&app).await;
        if done != Round::default() {
            tracing::info!(
                unverified = done.unverified,
                contacts = done.contacts,
                mails = done.mails,
                editions = done.editions,
                reports = done.reports,
                invitations = done.invitations,
                intentions = done.intentions,
                addresses = done.addresses,
                "upkeep erased what is over"
            );
        }
        if let Err(error) = consent::work(&app, &outbox).await {
            tracing::warn!(%error, "upkeep could not ask for consent");
        }
        if let Err(error) = delivery::work(&app, &outbox).await {
            tracing::warn!(%error, "upkeep could not tell those who signed");
        }
        match link::run(&app, since).await {
            Ok(()) => since = Some(app.clock.now().plus(days(-1))),
            Err(error) => tracing::warn!(%error, "upkeep could not link the history"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}
