//! Accounts.

use super::Error;
use crate::account::password::PasswordHash;
use crate::account::person::Person;
use crate::clock::Timestamp;
use crate::db::schema::accounts;
use crate::db::{self, Conn, Tx, both};
use crate::ids::AccountId;
use crate::secret::{Keys, Random};
use crate::text::EmailAddress;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// What the personal part is sealed as.
const FIELD: &str = "account";

/// An account, opened.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Who it is.
    pub person: Person,
    /// Whether they may do everything.
    pub administrator: bool,
    /// Whether they have set a password: whether they have accepted the invitation.
    pub has_password: bool,
    /// Since when it is disabled.
    pub disabled_at: Option<Timestamp>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts)]
pub(super) struct Row {
    pub(super) id: AccountId,
    sealed: Vec<u8>,
    password_hash: Option<String>,
    administrator: bool,
    disabled_at: Option<Timestamp>,
}

impl Row {
    pub(super) fn open(self, keys: &Keys) -> Result<Account, Error> {
        let json = keys.open(self.id.uuid(), FIELD, &self.sealed)?;
        Ok(Account {
            id: self.id,
            person: Person::from_json(&json)?,
            administrator: self.administrator,
            has_password: self.password_hash.is_some(),
            disabled_at: self.disabled_at,
        })
    }
}

/// The account of whoever reads mail at this address.
///
/// # Errors
/// See [`Error`].
pub fn by_email(conn: &mut Conn, keys: &Keys, email: &EmailAddress) -> Result<Option<Account>, Error> {
    let key = email_key(keys, email);
    let row: Option<Row> = both!(conn, |c| accounts::table
        .filter(accounts::email_key.eq(key))
        .select(Row::as_select())
        .first(c)
        .optional())?;
    row.map(|row| row.open(keys)).transpose()
}

/// Whose address it is, and nothing more: to find nobody takes as long as to find somebody.
///
/// # Errors
/// Those of the database.
pub fn id_by_email(
    conn: &mut Conn,
    keys: &Keys,
    email: &EmailAddress,
) -> Result<Option<AccountId>, db::Error> {
    let key = email_key(keys, email);
    Ok(both!(conn, |c| accounts::table
        .filter(accounts::email_key.eq(key))
        .select(accounts::id)
        .first(c)
        .optional())?)
}

/// The account with this id.
///
/// # Errors
/// See [`Error`].
pub fn by_id(conn: &mut Conn, keys: &Keys, id: AccountId) -> Result<Option<Account>, Error> {
    let row: Option<Row> =
        both!(conn, |c| accounts::table.find(id).select(Row::as_select()).first(c).optional())?;
    row.map(|row| row.open(keys)).transpose()
}

/// Every account, the oldest first.
///
/// # Errors
/// See [`Error`].
pub fn every(conn: &mut Conn, keys: &Keys) -> Result<Vec<Account>, Error> {
    let rows: Vec<Row> =
        both!(conn, |c| accounts::table.order(accounts::id).select(Row::as_select()).load(c))?;
    rows.into_iter().map(|row| row.open(keys)).collect()
}

/// Who did it, for pages that say so: the name of each of these accounts, or the address of one that has none yet.
///
/// # Errors
/// See [`Error`].
pub fn names(conn: &mut Conn, keys: &Keys, ids: &[AccountId]) -> Result<BTreeMap<AccountId, String>, Error> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<Row> =
        both!(conn, |c| accounts::table.filter(accounts::id.eq_any(ids)).select(Row::as_select()).load(c))?;
    rows.into_iter().map(|row| row.open(keys).map(|account| (account.id, account.person.shown()))).collect()
}

/// The password of an account, as it is stored; none when there is no account, none was set, or it is disabled.
///
/// # Errors
/// Those of the database.
pub fn password_of(conn: &mut Conn, id: AccountId) -> Result<Option<PasswordHash>, db::Error> {
    let hash: Option<Option<String>> = both!(conn, |c| accounts::table
        .find(id)
        .filter(accounts::disabled_at.is_null())
        .select(accounts::password_hash)
        .first(c)
        .optional())?;
    Ok(hash.flatten().map(PasswordHash::stored))
}

/// Makes an account without a password and without a role.
///
/// # Errors
/// [`db::Error::Unique`] when the address has one.
pub fn insert(
    tx: &mut Tx<'_>,
    keys: &Keys,
    random: &Random,
    id: AccountId,
    person: &Person,
    made_at: Timestamp,
) -> Result<(), db::Error> {
    both!(tx, |c| diesel::insert_into(accounts::table)
        .values((
            accounts::id.eq(id),
            accounts::sealed.eq(seal(keys, random, id, person)),
            accounts::email_key.eq(email_key(keys, &person.email)),
            accounts::administrator.eq(false),
            accounts::made_at.eq(made_at),
        ))
        .execute(c))?;
    Ok(())
}

/// Sets who somebody is. The address stays.
///
/// # Errors
/// Those of the database.
pub fn set_person(
    tx: &mut Tx<'_>,
    keys: &Keys,
    random: &Random,
    id: AccountId,
    person: &Person,
) -> Result<(), db::Error> {
    both!(tx, |c| diesel::update(accounts::table.find(id))
        .set(accounts::sealed.eq(seal(keys, random, id, person)))
        .execute(c))?;
    Ok(())
}

/// Sets the password.
///
/// # Errors
/// Those of the database.
pub fn set_password(tx: &mut Tx<'_>, id: AccountId, hash: &PasswordHash) -> Result<(), db::Error> {
    both!(tx, |c| diesel::update(accounts::table.find(id))
        .set(accounts::password_hash.eq(hash.as_str()))
        .execute(c))?;
    Ok(())
}

/// Disables or enables an account; whether that changed anything.
///
/// # Errors
/// Those of the database.
pub fn set_disabled(tx: &mut Tx<'_>, id: AccountId, at: Option<Timestamp>) -> Result<bool, db::Error> {
    let changed = match at {
        Some(at) => {
            both!(tx, |c| diesel::update(accounts::table.find(id).filter(accounts::disabled_at.is_null()))
                .set(accounts::disabled_at.eq(at))
                .execute(c))?
        }
        None => both!(tx, |c| diesel::update(
            accounts::table.find(id).filter(accounts::disabled_at.is_not_null())
        )
        .set(accounts::disabled_at.eq(None::<Timestamp>))
        .execute(c))?,
    };
    Ok(changed == 1)
}

/// Holds the row of an account until the transaction ends, so that what is counted of it stays counted.
///
/// # Errors
/// Those of the database.
pub fn hold(tx: &mut Tx<'_>, id: AccountId) -> Result<(), db::Error> {
    // The embedded database has one writer, and this transaction is it.
    if let Conn::Pg(c) = &mut **tx {
        accounts::table.find(id).select(accounts::id).for_update().first::<AccountId>(c).optional()?;
    }
    Ok(())
}

/// The administrators that can log in, their rows held until the transaction ends, so that two of them cannot
/// disable each other at the same moment.
///
/// # Errors
/// Those of the database.
pub fn hold_administrators(tx: &mut Tx<'_>) -> Result<Vec<AccountId>, db::Error> {
    let able = accounts::table
        .filter(accounts::administrator.eq(true))
        .filter(accounts::disabled_at.is_null())
        .filter(accounts::password_hash.is_not_null())
        .order(accounts::id)
        .select(accounts::id);
    Ok(match &mut **tx {
        // The embedded database has one writer, and this transaction is it.
        Conn::Sqlite(c) => able.load(c)?,
        Conn::Pg(c) => able.for_update().load(c)?,
    })
}

fn email_key(keys: &Keys, email: &EmailAddress) -> Vec<u8> {
    keys.lookup("address", &email.canonical()).as_bytes().to_vec()
}

fn seal(keys: &Keys, random: &Random, id: AccountId, person: &Person) -> Vec<u8> {
    keys.seal(random, id.uuid(), FIELD, &person.to_json())
}
