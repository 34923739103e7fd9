//! Telling: everybody who represents an entry gets one mail. A few entries in one transaction, with how far it has come; so the work can end
//! anywhere and go on later, and nobody is told twice or left out.

use super::mails::About;
use super::store;
use super::telling::Event;
use crate::campaign::{Delivery, store as campaigns};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::ids::TellingId;
use crate::mail::Outbox;
use crate::sign_on::store::{self as sign_ons, contact_key};
use crate::sign_on::{Failure, Standing};
use crate::web::App;
use actix_web::web::Data;

/// Entries in one transaction.
const AT_ONCE: i64 = 25;

/// What a transaction here works with.
#[derive(Clone)]
pub(super) struct Tools {
    app: Data<App>,
    outbox: Data<Outbox>,
    now: Timestamp,
}

impl Tools {
    pub(super) fn new(app: &Data<App>, outbox: &Data<Outbox>) -> Self {
        Self { app: app.clone(), outbox: outbox.clone(), now: app.clock.now() }
    }
}

/// Tells some of those who come next; whether there may be more.
pub(super) fn tell_some(tx: &mut Tx<'_>, tools: &Tools, id: TellingId) -> Result<bool, Failure> {
    let Some(telling) = store::open(tx, id)? else { return Ok(false) };
    // The campaign's row first, as everywhere, so that no two transactions wait for each other; another server that tells waits here.
    let Some(campaign) = campaigns::hold(tx, telling.campaign)? else { return Ok(false) };
    let Some(telling) = store::open(tx, id)? else { return Ok(false) };
    let next = store::next(tx, &telling, AT_ONCE)?;
    let Some(last) = next.last().copied() else {
        store::finish(tx, id, tools.now)?;
        return Ok(false);
    };
    let is_theirs = |delivery: &Delivery| match telling.event {
        Event::Delivered => delivery.told_by == Some(id),
        Event::Replied => delivery.reply_told_by == Some(id),
    };
    let mut told = campaigns::deliveries_of(tx, campaign.id)?;
    told.retain(is_theirs);
    let about = About::new(&tools.app.base_url, &campaign, telling.event, &told, tools.now);
    let mut mailed = 0;
    for sign_on in next {
        let Some(sign_on) = sign_ons::by_id(tx, sign_on)? else { continue };
        // Whoever has not been told yet that they are on the list does not learn it from this.
        let sign_on = sign_ons::as_told(tx, sign_on, tools.now)?;
        if sign_on.standing() != Standing::Approved {
            continue;
        }
        for held in sign_ons::representatives_of(tx, &tools.app.keys, sign_on.id)? {
            let to = &held.contact.email;
            if !held.is_told(tools.now) || !store::note(tx, id, contact_key(&tools.app.keys, to))? {
                continue;
            }
            tools.outbox.prepare(&about.message(&sign_on, to)?)?.enqueue(tx)?;
            mailed += 1;
        }
    }
    store::advance(tx, id, last, mailed)?;
    Ok(true)
}
