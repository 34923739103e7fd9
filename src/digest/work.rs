//! Telling those whose hour has come. Each is a transaction of its own, which moves on until when they were told and owes the mail; so a mail
//! goes once for each period, whoever looks at the same moment and whenever somebody is cut off.

use super::cadence::Cadence;
use super::mails;
use super::store::{self, Chosen};
use crate::account::store as accounts;
use crate::campaign::{Campaign, Status, store as campaigns};
use crate::clock::Timestamp;
use crate::db::{self, Tx};
use crate::ids::{AnyId, CampaignId};
use crate::mail::{NotAMessage, Outbox};
use crate::web::{App, Fault};
use actix_web::web::Data;
use std::collections::BTreeMap;

/// What it is called where it failed.
const WHAT: &str = "a digest";

/// Why somebody could not be told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Account(#[from] accounts::Error),
    #[error("a mail could not be written: {0}")]
    Template(#[from] askama::Error),
    #[error("a mail could not be made: {0}")]
    Message(#[from] NotAMessage),
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Database(error) => error.into(),
            Failure::Account(error) => error.into(),
            defect => Self::unexpected(defect),
        }
    }
}

/// Tells everybody whose hour has come since they were told last.
///
/// # Errors
/// When the database is away; the next call does what is left.
pub(crate) async fn work(app: &Data<App>, outbox: &Data<Outbox>) -> Result<(), Failure> {
    let now = app.clock.now();
    let read = app.db.read(|conn| -> Result<_, db::Error> {
        let chosen = store::all(conn)?;
        let letters = if chosen.is_empty() { Vec::new() } else { campaigns::all(conn)? };
        Ok((chosen, letters))
    });
    let (chosen, letters) = read.await?;
    let letters: BTreeMap<CampaignId, Campaign> =
        letters.into_iter().map(|letter| (letter.id, letter)).collect();
    for one in chosen {
        let Some(letter) = letters.get(&one.campaign) else { continue };
        let due = one.choice.due(&letter.settings.zone, now).filter(|due| *due > one.told_until);
        if let Some(due) = due {
            let (of_app, outbox) = (app.clone(), outbox.clone());
            let account = AnyId::from_uuid(one.account.uuid());
            match app.db.write(move |tx| tell(tx, &of_app, &outbox, &one, due)).await {
                Ok(()) => app.passed_over.works(WHAT, account),
                Err(Failure::Database(error @ db::Error::Unavailable(_))) => return Err(error.into()),
                // The others are told all the same.
                Err(error) => app.passed_over.note(WHAT, account, &error),
            }
        }
    }
    Ok(())
}

fn tell(
    tx: &mut Tx<'_>,
    app: &App,
    outbox: &Outbox,
    chosen: &Chosen,
    until: Timestamp,
) -> Result<(), Failure> {
    if !store::move_on(tx, chosen, until)? {
        return Ok(());
    }
    let Some(campaign) = campaigns::by_id(tx, chosen.campaign)? else { return Ok(()) };
    // Whoever does not work on it any more hears nothing of it.
    let to = accounts::at_work(tx, &app.keys, chosen.account, campaign.id)?;
    let Some(to) = to.filter(|_| campaign.settings.status != Status::Archived) else { return Ok(()) };
    let news = store::news(tx, campaign.id, (chosen.told_until, until))?;
    // By the hour only what has happened is told: what waits would be told all day.
    let waits = chosen.choice.cadence != Cadence::Hourly && news.is_work();
    if news.is_news() || waits {
        let message = mails::digest(&app.base_url, &campaign, &news, chosen.told_until, &to.person.email)?;
        outbox.prepare(&message)?.enqueue(tx)?;
    }
    Ok(())
}
