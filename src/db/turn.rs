//! Taking turns where no row stands for what is shared: what is counted before it is written.

use super::{Conn, Error, Tx};
use diesel::sql_types::BigInt;
use diesel::{RunQueryDsl, sql_query};

/// Waits until no other transaction holds this turn, and holds it until this one ends. Take it before the row of a campaign and
/// before anything is written, so that no two transactions wait for each other. Whether it may have waited, so that what was read
/// before may no longer be true.
///
/// # Errors
/// Those of the database.
pub fn take_turn(tx: &mut Tx<'_>, key: &[u8]) -> Result<bool, Error> {
    // Two keys that begin alike only wait for each other.
    let number = key.first_chunk().map_or(0, |first| i64::from_be_bytes(*first));
    match &mut **tx {
        // The embedded database has one writer, and this transaction is it.
        Conn::Sqlite(_) => Ok(false),
        Conn::Pg(conn) => {
            sql_query("select pg_advisory_xact_lock($1)").bind::<BigInt, _>(number).execute(conn)?;
            Ok(true)
        }
    }
}
