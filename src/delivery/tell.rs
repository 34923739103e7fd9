//! Telling: everybody who represents an entry gets one mail. A few entries in one transaction, with how far it has come; so the work can end
//! anywhere and go on later, and nobody is told twice or left out.

use super::mails::About;
use super::store;
use super::telling::Event;
use crate::campaign::{Delivery, store as campaigns};
use crate::clock::{Timestamp, hours, minutes};
use crate::db::Tx;
use crate::ids::{AnyId, SignOnId, TellingId};
use crate::mail::Outbox;
use crate::sign_on::store::{self as sign_ons, contact_key};
use crate::sign_on::{Failure, Standing};
use crate::web::App;
use actix_web::web::Data;

/// Entries in one transaction.
const AT_ONCE: i64 = 25;

/// After how long it is tried again to write a mail that could not be written.
const AGAIN: jiff::SignedDuration = hours(1);

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

/// Whether everybody who represents an entry was told.
enum Told {
    /// They were, or they are not on the list any more; so many mails.
    All(i64),
    /// Somebody is to be looked at again.
    Later(i64, Timestamp),
}

/// Tells some of those who come next, and then those who were put off; whether there may be more now.
pub(super) fn tell_some(tx: &mut Tx<'_>, tools: &Tools, id: TellingId) -> Result<bool, Failure> {
    let Some(telling) = store::open(tx, id)? else { return Ok(false) };
    // The campaign's row first, as everywhere, so that no two transactions wait for each other; another server that tells waits here.
    let Some(campaign) = campaigns::hold(tx, telling.campaign)? else { return Ok(false) };
    let Some(telling) = store::open(tx, id)? else { return Ok(false) };
    let mut next = store::next(tx, &telling, AT_ONCE)?;
    let reached = next.last().copied().or(telling.reached);
    if next.is_empty() {
        let Some(put_off) = store::put_off_until(tx, id, tools.now, AT_ONCE)? else {
            store::finish(tx, id, tools.now)?;
            return Ok(false);
        };
        next = put_off;
    }
    let is_theirs = |delivery: &Delivery| match telling.event {
        Event::Delivered => delivery.told_by == Some(id),
        Event::Replied => delivery.reply_told_by == Some(id),
    };
    let mut told = campaigns::deliveries_of(tx, campaign.id)?;
    told.retain(is_theirs);
    let about = About::new(&tools.app.base_url, &campaign, telling.event, &told, tools.now);
    let is_more = !next.is_empty();
    let mut all = 0;
    for sign_on in next {
        all += match tell_one(tx, tools, &about, id, sign_on)? {
            Told::All(mailed) => {
                store::forget_put_off(tx, id, sign_on)?;
                mailed
            }
            Told::Later(mailed, next_at) => {
                store::put_off(tx, id, sign_on, next_at)?;
                mailed
            }
        };
    }
    store::advance(tx, id, reached, all)?;
    Ok(is_more)
}

/// Tells everybody who represents an entry. Whoever has not been told yet that they are on the list does not learn it from this: they come once they
/// have been.
fn tell_one(
    tx: &mut Tx<'_>,
    tools: &Tools,
    about: &About<'_>,
    id: TellingId,
    sign_on: SignOnId,
) -> Result<Told, Failure> {
    let Some(sign_on) = sign_ons::by_id(tx, sign_on)? else { return Ok(Told::All(0)) };
    if sign_on.standing() != Standing::Approved {
        return Ok(Told::All(0));
    }
    if sign_ons::as_told(tx, sign_on.clone(), tools.now)?.standing() != Standing::Approved {
        let before = sign_ons::before(tx, &sign_on)?;
        let told_at = before.map_or(tools.now, |before| before.told_at);
        return Ok(Told::Later(0, told_at.max(tools.now.plus(minutes(1)))));
    }
    let (mut mailed, mut later) = (0, None);
    for (whose, held) in sign_ons::each_representative_of(tx, &tools.app.keys, sign_on.id)? {
        let named = AnyId::from_uuid(whose.uuid());
        let held = match held {
            Ok(held) => held,
            Err(error) => {
                tools.app.passed_over.note("telling a representative of a delivery", named, &error);
                later = later.max(Some(tools.now.plus(AGAIN)));
                continue;
            }
        };
        if !held.is_told(tools.now) {
            later = later.max(held.told_at);
            continue;
        }
        let to = &held.contact.email;
        if store::note(tx, id, contact_key(&tools.app.keys, to))? {
            tools.outbox.prepare(&about.message(&sign_on, held.through, to)?)?.enqueue(tx)?;
            mailed += 1;
        }
    }
    Ok(later.map_or(Told::All(mailed), |at| Told::Later(mailed, at.max(tools.now.plus(minutes(1))))))
}
