//! The keys that somebody has chosen.

use crate::db::schema::shortcuts;
use crate::db::{Conn, Error, Tx, both};
use crate::ids::AccountId;
use crate::moderation::keys::Keys;
use diesel::prelude::*;

/// The keys of somebody.
///
/// # Errors
/// Those of the database.
pub(in crate::moderation) fn keys(conn: &mut Conn, account: AccountId) -> Result<Keys, Error> {
    let row: Option<(bool, String)> = both!(conn, |c| shortcuts::table
        .find(account)
        .select((shortcuts::is_on, shortcuts::keys))
        .first(c)
        .optional())?;
    Ok(row.map(|(is_on, text)| Keys::stored(is_on, &text)).unwrap_or_default())
}

/// Keeps what somebody has chosen.
///
/// # Errors
/// Those of the database.
pub(in crate::moderation) fn set_keys(tx: &mut Tx<'_>, account: AccountId, keys: &Keys) -> Result<(), Error> {
    both!(tx, |c| diesel::insert_into(shortcuts::table)
        .values((
            shortcuts::account_id.eq(account),
            shortcuts::is_on.eq(keys.is_on),
            shortcuts::keys.eq(keys.text()),
        ))
        .on_conflict(shortcuts::account_id)
        .do_update()
        .set((shortcuts::is_on.eq(keys.is_on), shortcuts::keys.eq(keys.text())))
        .execute(c))?;
    Ok(())
}
