//! How an organization leaves the address book, and what keeps it in.

use super::{Newest, newest};
use crate::clock::Timestamp;
use crate::db::schema::{address_links, addresses, contacts};
use crate::db::{Error, Tx, both};
use crate::ids::{AddressId, ContactId, SignOnId};
use crate::secret::LookupKey;
use crate::sign_on::book::BookEntry;
use crate::sign_on::state::SignOn;
use diesel::prelude::*;

/// Takes an entry out; whether it was in.
///
/// # Errors
/// Those of the database.
pub fn leave_book(tx: &mut Tx<'_>, id: AddressId) -> Result<bool, Error> {
    Ok(both!(tx, |c| diesel::delete(addresses::table.find(id)).execute(c))? == 1)
}

/// Takes everything out that goes to a mailbox: whoever is erased is not kept here.
///
/// # Errors
/// Those of the database.
pub fn forget_in_book(tx: &mut Tx<'_>, whose: LookupKey) -> Result<usize, Error> {
    let theirs = addresses::table.filter(addresses::email_key.eq(whose.as_bytes()));
    Ok(both!(tx, |c| diesel::delete(theirs).execute(c))?)
}

/// Takes out what a contact of a sign-on agreed to, because somebody else speaks for the organization now.
pub(in crate::sign_on::store) fn forget_replaced(
    tx: &mut Tx<'_>,
    sign_on: SignOnId,
    contact: ContactId,
) -> Result<(), Error> {
    let key: Option<Vec<u8>> =
        both!(tx, |c| contacts::table.find(contact).select(contacts::email_key).first(c).optional())?;
    let Some(key) = key else { return Ok(()) };
    let theirs =
        addresses::table.filter(addresses::email_key.eq(key)).filter(addresses::sign_on_id.eq(Some(sign_on)));
    both!(tx, |c| diesel::delete(theirs).execute(c))?;
    Ok(())
}

/// Takes out what was agreed to with a sign-on that has ended.
///
/// # Errors
/// Those of the database.
pub fn forget_ended(tx: &mut Tx<'_>, sign_on: SignOnId) -> Result<(), Error> {
    let of = addresses::table.filter(addresses::sign_on_id.eq(Some(sign_on)));
    both!(tx, |c| diesel::delete(of).execute(c))?;
    Ok(())
}

/// Takes out those whose time is over, at most `most` at once; how many. Whoever has signed another letter since then stays, and links that led
/// to somebody who is gone end as long afterwards.
///
/// # Errors
/// Those of the database.
pub fn expire_book(tx: &mut Tx<'_>, now: Timestamp, most: i64) -> Result<usize, Error> {
    let before = BookEntry::over_before(now);
    let over: Vec<(AddressId, Vec<u8>, String)> = both!(tx, |c| addresses::table
        .filter(addresses::signed_at.lt(before))
        .order(addresses::signed_at)
        .limit(most)
        .select((addresses::id, addresses::email_key, addresses::folded))
        .load(c))?;
    let mailboxes: Vec<Vec<u8>> = over.iter().map(|(_, key, _)| key.clone()).collect();
    let newest = newest(tx, &mailboxes)?;
    let count = over.len();
    for (id, key, folded) in over {
        match newest.get(&(key, folded)).filter(|(_, _, at)| *at >= before) {
            Some(signed) => renew(tx, id, *signed)?,
            None => drop(leave_book(tx, id)?),
        }
    }
    let dead = address_links::table
        .filter(address_links::address_id.is_null())
        .filter(address_links::made_at.lt(before));
    both!(tx, |c| diesel::delete(dead).execute(c))?;
    Ok(count)
}

fn renew(tx: &mut Tx<'_>, id: AddressId, (sign_on, campaign, at): Newest) -> Result<(), Error> {
    both!(tx, |c| diesel::update(addresses::table.find(id))
        .set((
            addresses::sign_on_id.eq(Some(sign_on)),
            addresses::campaign_id.eq(Some(campaign)),
            addresses::signed_at.eq(at),
        ))
        .execute(c))?;
    Ok(())
}

/// Writes down that those in the book who represent this entry signed it, before who that was is erased: from then on nobody could tell.
///
/// # Errors
/// Those of the database.
pub fn keep_in_book(tx: &mut Tx<'_>, sign_on: &SignOn) -> Result<(), Error> {
    let mailboxes: Vec<Vec<u8>> = both!(tx, |c| contacts::table
        .filter(contacts::sign_on_id.eq(sign_on.id))
        .select(contacts::email_key)
        .load(c))?;
    let newest = newest(tx, &mailboxes)?;
    let known: Vec<(AddressId, Vec<u8>, String, Timestamp)> = both!(tx, |c| addresses::table
        .filter(addresses::email_key.eq_any(&mailboxes))
        .select((addresses::id, addresses::email_key, addresses::folded, addresses::signed_at))
        .load(c))?;
    for (id, key, folded, signed_at) in known {
        if let Some(signed) = newest.get(&(key, folded)).filter(|(_, _, at)| *at > signed_at) {
            renew(tx, id, *signed)?;
        }
    }
    Ok(())
}
