//! By which links somebody leaves the address book, and which invitations came from it.

use super::Row;
use crate::clock::Timestamp;
use crate::db::schema::{address_invitations, address_links, addresses};
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{AddressId, InvitationId};
use crate::secret::{Keys, TokenDigest};
use crate::sign_on::book::BookEntry;
use crate::sign_on::store::ContactError;
use diesel::prelude::*;

/// Remembers a link by which somebody leaves the book.
///
/// # Errors
/// Those of the database.
pub fn insert_book_link(
    tx: &mut Tx<'_>,
    entry: AddressId,
    link: TokenDigest,
    now: Timestamp,
) -> Result<(), Error> {
    both!(tx, |c| diesel::insert_into(address_links::table)
        .values((
            address_links::digest.eq(link.as_bytes()),
            address_links::address_id.eq(Some(entry)),
            address_links::made_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

/// What a link leads to: nothing where it is none of ours; an entry, or none where that has left the book.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn book_entry_behind(
    conn: &mut Conn,
    keys: &Keys,
    link: TokenDigest,
) -> Result<Option<Option<BookEntry>>, ContactError> {
    let id: Option<Option<AddressId>> = both!(conn, |c| address_links::table
        .find(link.as_bytes())
        .select(address_links::address_id)
        .first(c)
        .optional())
    .map_err(Error::from)?;
    match id {
        None => Ok(None),
        Some(None) => Ok(Some(None)),
        Some(Some(id)) => book_entry(conn, keys, id).map(Some),
    }
}

fn book_entry(conn: &mut Conn, keys: &Keys, id: AddressId) -> Result<Option<BookEntry>, ContactError> {
    let row: Option<Row> =
        both!(conn, |c| addresses::table.find(id).select(Row::as_select()).first(c).optional())
            .map_err(Error::from)?;
    Ok(row.map(|row| row.open(keys)).transpose()?)
}

/// Whether somebody is in the book.
///
/// # Errors
/// Those of the database.
pub fn is_in_book(conn: &mut Conn, id: AddressId) -> Result<bool, Error> {
    let found: Option<AddressId> =
        both!(conn, |c| addresses::table.find(id).select(addresses::id).first(c).optional())?;
    Ok(found.is_some())
}

/// Writes down that an invitation came from the book.
///
/// # Errors
/// Those of the database.
pub fn invited_from_book(tx: &mut Tx<'_>, invitation: InvitationId, entry: AddressId) -> Result<(), Error> {
    both!(tx, |c| diesel::insert_into(address_invitations::table)
        .values((
            address_invitations::invitation_id.eq(invitation),
            address_invitations::address_id.eq(entry),
        ))
        .execute(c))?;
    Ok(())
}

/// The entry that an invitation came from, as long as it is in the book.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn book_entry_invited(
    conn: &mut Conn,
    keys: &Keys,
    invitation: InvitationId,
) -> Result<Option<BookEntry>, ContactError> {
    let id: Option<AddressId> = both!(conn, |c| address_invitations::table
        .find(invitation)
        .select(address_invitations::address_id)
        .first(c)
        .optional())
    .map_err(Error::from)?;
    match id {
        Some(id) => book_entry(conn, keys, id),
        None => Ok(None),
    }
}
