//! What the instance does by itself: erase what nobody verified, and personal data whose time is over; link the history; ask for consent and
//! end the rounds of it; go on with mailings; mail what is new to those who chose to hear of it; tell those who signed what happened with a letter.
//!
//! `due` says what is over at a moment; `erase` erases it, `forecast` says what will be, and `retention` shows that to an organizer.
//!
//! Nothing that the public sees depends on it: deadlines and publication are decided by the clock at each read, so an upkeep
//! that stands still can neither leak nor delay.

mod due;
mod erase;
mod forecast;
mod link;
mod retention;

pub use due::What;
pub use forecast::{Coming, coming, due_now, organizations};

use crate::clock::days;
use crate::consent;
use crate::db;
use crate::delivery;
use crate::digest;
use crate::mail::Outbox;
use crate::mailing;
use crate::organizing;
use crate::web::route::get;
use crate::web::{App, Fault};
use actix_web::web::{Data, ServiceConfig, resource};
use std::ops::AddAssign;
use std::time::Duration;

/// The addresses of this feature.
pub fn routes(config: &mut ServiceConfig) {
    config.service(resource("/staff/letters/{slug}/retention").route(get().to(retention::show)));
}

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
    /// Intentions erased whose day has passed or whose mailbox nobody proved.
    pub intentions: usize,
    /// Entries of the address book whose time was over, or that signed again and stay.
    pub addresses: usize,
    /// Addresses of mailings forgotten that their letter does not know any more, and links by which they ended updates.
    pub recipients: usize,
    /// Intentions whose letter has closed, so that nobody is reminded.
    pub open_intentions: usize,
    /// Hand-overs that nobody answered.
    pub hand_overs: usize,
    /// Preview links that had been over for long.
    pub preview_links: usize,
}

impl Round {
    /// How many of a kind were erased.
    pub const fn of(&self, what: What) -> usize {
        match what {
            What::HandOvers => self.hand_overs,
            What::Reports => self.reports,
            What::Invitations => self.invitations,
            What::OpenIntentions => self.open_intentions,
            What::Intentions => self.intentions,
            What::Contacts => self.contacts,
            What::Unverified => self.unverified,
            What::Mails => self.mails,
            What::PreviewLinks => self.preview_links,
        }
    }
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
        self.recipients += more.recipients;
        self.open_intentions += more.open_intentions;
        self.hand_overs += more.hand_overs;
        self.preview_links += more.preview_links;
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

/// Adds what was confirmed of tables from elsewhere, wherever that was left.
///
/// # Errors
/// When the database is away; the next time does what is left.
pub async fn elsewhere(app: &Data<App>) -> Result<(), Fault> {
    organizing::work(app).await
}

/// Goes on with every mailing that is on its way, as far as the relay keeps up.
///
/// # Errors
/// When the database is away; the next time does what is left.
pub async fn mailings(app: &Data<App>, outbox: &Data<Outbox>) -> Result<(), Fault> {
    Ok(mailing::work(app, outbox).await?)
}

/// Mailings for as long as the server lives.
pub async fn keep_sending(app: Data<App>, outbox: Data<Outbox>) {
    mailing::keep_sending(app, outbox).await;
}

/// Mails what is new to those whose hour has come.
///
/// # Errors
/// When the database is away; the next time tells what this one left.
pub async fn digests(app: &Data<App>, outbox: &Data<Outbox>) -> Result<(), Fault> {
    Ok(digest::work(app, outbox).await?)
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
                recipients = done.recipients,
                open_intentions = done.open_intentions,
                hand_overs = done.hand_overs,
                preview_links = done.preview_links,
                addresses = done.addresses,
                "upkeep erased what is over"
            );
        }
        if let Err(error) = consent::work(&app, &outbox).await {
            tracing::warn!(%error, "upkeep could not ask for consent");
        }
        if let Err(error) = organizing::work(&app).await {
            tracing::warn!(%error, "upkeep could not work off what was pasted");
        }
        if let Err(error) = digest::work(&app, &outbox).await {
            tracing::warn!(%error, "upkeep could not mail what is new");
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
