//! Pairs of entries that are alike and that a moderator said to be two organizations.

use crate::clock::Timestamp;
use crate::db::schema::{distinct_pairs, sign_ons};
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{AccountId, SignOnId};
use crate::sign_on::{Remark, SignOn, Standing};
use diesel::prelude::*;
use std::collections::BTreeSet;

/// That an entry and another one are two organizations.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::moderation) struct Said {
    /// The other one.
    pub(in crate::moderation) other: SignOnId,
    /// Why; absent once staff's words were erased.
    pub(in crate::moderation) reason: Option<Remark>,
    pub(in crate::moderation) by: AccountId,
    pub(in crate::moderation) at: Timestamp,
}

/// A pair as it is kept, whichever of the two was looked at.
pub(in crate::moderation) fn pair(one: SignOnId, other: SignOnId) -> (SignOnId, SignOnId) {
    (one.min(other), one.max(other))
}

/// What an entry was said to be distinct from, first said first.
///
/// # Errors
/// Those of the database.
pub(in crate::moderation) fn said_distinct(conn: &mut Conn, id: SignOnId) -> Result<Vec<Said>, Error> {
    type Row = (SignOnId, SignOnId, Option<Remark>, AccountId, Timestamp);
    let rows: Vec<Row> = both!(conn, |c| distinct_pairs::table
        .filter(distinct_pairs::lower_id.eq(id).or(distinct_pairs::upper_id.eq(id)))
        .order((distinct_pairs::made_at, distinct_pairs::lower_id, distinct_pairs::upper_id))
        .load(c))?;
    Ok(rows
        .into_iter()
        .map(|(lower, upper, reason, by, at)| Said {
            other: if lower == id { upper } else { lower },
            reason,
            by,
            at,
        })
        .collect())
}

/// The pairs that these entries are in.
///
/// # Errors
/// Those of the database.
pub(in crate::moderation) fn pairs_of(
    conn: &mut Conn,
    ids: &[SignOnId],
) -> Result<BTreeSet<(SignOnId, SignOnId)>, Error> {
    let rows: Vec<(SignOnId, SignOnId)> = both!(conn, |c| distinct_pairs::table
        .filter(distinct_pairs::lower_id.eq_any(ids).or(distinct_pairs::upper_id.eq_any(ids)))
        .select((distinct_pairs::lower_id, distinct_pairs::upper_id))
        .load(c))?;
    Ok(rows.into_iter().collect())
}

/// Says that two entries are two organizations.
///
/// # Errors
/// [`Error::Unique`] when that was said.
pub(in crate::moderation) fn say_distinct(
    tx: &mut Tx<'_>,
    (one, other): (SignOnId, SignOnId),
    reason: &Remark,
    by: AccountId,
    at: Timestamp,
) -> Result<(), Error> {
    let (lower, upper) = pair(one, other);
    both!(tx, |c| diesel::insert_into(distinct_pairs::table)
        .values((
            distinct_pairs::lower_id.eq(lower),
            distinct_pairs::upper_id.eq(upper),
            distinct_pairs::reason.eq(Some(reason)),
            distinct_pairs::made_by.eq(by),
            distinct_pairs::made_at.eq(at),
        ))
        .execute(c))?;
    Ok(())
}

/// Takes that back.
///
/// # Errors
/// Those of the database.
pub(in crate::moderation) fn unsay_distinct(
    tx: &mut Tx<'_>,
    one: SignOnId,
    other: SignOnId,
) -> Result<(), Error> {
    both!(tx, |c| diesel::delete(distinct_pairs::table.find(pair(one, other))).execute(c))?;
    Ok(())
}

/// Takes back what was said of an entry with an approval that is undone.
///
/// # Errors
/// Those of the database.
pub(in crate::moderation) fn unsay_with(
    tx: &mut Tx<'_>,
    id: SignOnId,
    approved_at: Timestamp,
) -> Result<(), Error> {
    let said = distinct_pairs::table
        .filter(distinct_pairs::lower_id.eq(id).or(distinct_pairs::upper_id.eq(id)))
        .filter(distinct_pairs::made_at.eq(approved_at));
    both!(tx, |c| diesel::delete(said).execute(c))?;
    Ok(())
}

/// The entries on the list that have the same name, and whether each of them was said to be another organization.
///
/// # Errors
/// Those of the database.
pub(in crate::moderation) fn namesakes(
    conn: &mut Conn,
    sign_on: &SignOn,
) -> Result<Vec<(SignOnId, bool)>, Error> {
    let folded = sign_on.entry.likeness().folded;
    let ids: Vec<SignOnId> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(sign_on.campaign))
        .filter(sign_ons::contact_key.is_null())
        .filter(sign_ons::folded.eq(&folded))
        .filter(sign_ons::state.eq(Standing::Approved))
        .filter(sign_ons::id.ne(sign_on.id))
        .order(sign_ons::joined)
        .select(sign_ons::id)
        .load(c))?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let said: BTreeSet<SignOnId> =
        said_distinct(conn, sign_on.id)?.into_iter().map(|said| said.other).collect();
    Ok(ids.into_iter().map(|id| (id, said.contains(&id))).collect())
}
