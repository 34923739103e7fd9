//! Log-ins between the password and the second factor.

use super::accounts::{Account, Row};
use crate::clock::Timestamp;
use crate::db::schema::{accounts, half_log_ins};
use crate::db::{self, Conn, Tx, both};
use crate::ids::AccountId;
use crate::secret::{Keys, TokenDigest};
use diesel::prelude::*;

/// Begins one.
///
/// # Errors
/// Those of the database.
pub fn insert_half_log_in(
    tx: &mut Tx<'_>,
    digest: TokenDigest,
    account: AccountId,
    now: Timestamp,
    ends_at: Timestamp,
) -> Result<(), db::Error> {
    both!(tx, |c| diesel::insert_into(half_log_ins::table)
        .values((
            half_log_ins::digest.eq(digest.as_bytes()),
            half_log_ins::account_id.eq(account),
            half_log_ins::made_at.eq(now),
            half_log_ins::ends_at.eq(ends_at),
        ))
        .execute(c))?;
    Ok(())
}

/// Whose log-in it is, unless it has ended.
///
/// # Errors
/// See [`super::Error`].
pub fn half_log_in(
    conn: &mut Conn,
    keys: &Keys,
    digest: TokenDigest,
    now: Timestamp,
) -> Result<Option<Account>, super::Error> {
    let row: Option<Row> = both!(conn, |c| half_log_ins::table
        .inner_join(accounts::table)
        .filter(half_log_ins::digest.eq(digest.as_bytes()))
        .filter(half_log_ins::ends_at.gt(now))
        .filter(accounts::disabled_at.is_null())
        .select(Row::as_select())
        .first(c)
        .optional())?;
    row.map(|row| row.open(keys)).transpose()
}

/// Ends one; true for the one who is first.
///
/// # Errors
/// Those of the database.
pub fn end_half_log_in(tx: &mut Tx<'_>, digest: TokenDigest) -> Result<bool, db::Error> {
    let this = half_log_ins::table.find(digest.as_bytes());
    Ok(both!(tx, |c| diesel::delete(this).execute(c))? == 1)
}

/// Ends every one of somebody.
///
/// # Errors
/// Those of the database.
pub fn end_half_log_ins(tx: &mut Tx<'_>, account: AccountId) -> Result<(), db::Error> {
    let theirs = half_log_ins::table.filter(half_log_ins::account_id.eq(account));
    both!(tx, |c| diesel::delete(theirs).execute(c))?;
    Ok(())
}

/// Counts a wrong code, and ends the log-in with the `most`th. Whether it goes on.
///
/// # Errors
/// Those of the database.
pub fn count_wrong_half(tx: &mut Tx<'_>, digest: TokenDigest, most: i64) -> Result<bool, db::Error> {
    let this = half_log_ins::table.find(digest.as_bytes());
    let wrong: Option<i64> = both!(tx, |c| diesel::update(this)
        .set(half_log_ins::wrong_codes.eq(half_log_ins::wrong_codes + 1))
        .returning(half_log_ins::wrong_codes)
        .get_result(c)
        .optional())?;
    match wrong {
        Some(wrong) if wrong < most => Ok(true),
        Some(_) => end_half_log_in(tx, digest).map(|_| false),
        None => Ok(false),
    }
}

/// Removes what has ended.
///
/// # Errors
/// Those of the database.
pub(super) fn tidy(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), db::Error> {
    both!(tx, |c| diesel::delete(half_log_ins::table.filter(half_log_ins::ends_at.le(now))).execute(c))?;
    Ok(())
}
