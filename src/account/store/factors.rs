//! What somebody shows besides the password: codes of an app, recovery codes; passkeys are in a file of their own.

use super::Error;
use crate::account::password::PasswordHash;
use crate::account::second_factor::{Secret, Step};
use crate::clock::Timestamp;
use crate::db::schema::{code_apps, passkeys, recovery_codes};
use crate::db::{self, Conn, Tx, both};
use crate::ids::AccountId;
use crate::secret::{Keys, Random, Unsealable};
use diesel::prelude::*;

/// What the secret of an app is sealed as.
const FIELD: &str = "code app";

/// What somebody can show besides the password. With any of it, it is asked for at every log-in; recovery codes come with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Factors {
    /// An app that shows codes.
    pub has_app: bool,
    /// How many passkeys.
    pub passkeys: usize,
}

impl Factors {
    /// Whether there is any.
    pub const fn any(self) -> bool {
        self.has_app || self.passkeys > 0
    }
}

/// What somebody can show besides the password.
///
/// # Errors
/// Those of the database.
pub fn factors(conn: &mut Conn, account: AccountId) -> Result<Factors, db::Error> {
    let apps: i64 = both!(conn, |c| code_apps::table.find(account).count().get_result(c))?;
    let passkeys: i64 =
        both!(conn, |c| passkeys::table.filter(passkeys::account_id.eq(account)).count().get_result(c))?;
    Ok(Factors { has_app: apps > 0, passkeys: usize::try_from(passkeys).unwrap_or(usize::MAX) })
}

/// The secret of somebody's app.
///
/// # Errors
/// See [`Error`].
pub fn code_app(conn: &mut Conn, keys: &Keys, account: AccountId) -> Result<Option<Secret>, Error> {
    let sealed: Option<Vec<u8>> =
        both!(conn, |c| code_apps::table.find(account).select(code_apps::sealed).first(c).optional())?;
    let Some(sealed) = sealed else { return Ok(None) };
    let secret = keys.open(account.uuid(), FIELD, &sealed)?;
    Ok(Some(Secret::from_bytes(&secret).ok_or(Unsealable)?))
}

/// Gives somebody an app, in the place of the one they had. No code of `step` or before is taken any more.
///
/// # Errors
/// Those of the database.
pub fn set_code_app(
    tx: &mut Tx<'_>,
    keys: &Keys,
    random: &Random,
    account: AccountId,
    secret: &Secret,
    step: Step,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sealed = keys.seal(random, account.uuid(), FIELD, secret.as_bytes());
    both!(tx, |c| diesel::delete(code_apps::table.find(account)).execute(c))?;
    both!(tx, |c| diesel::insert_into(code_apps::table)
        .values((
            code_apps::account_id.eq(account),
            code_apps::sealed.eq(&sealed),
            code_apps::last_step.eq(step),
            code_apps::made_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

/// Takes the code of a step; true for the one who is first with it, or with a later one.
///
/// # Errors
/// Those of the database.
pub fn take_step(tx: &mut Tx<'_>, account: AccountId, step: Step) -> Result<bool, db::Error> {
    let unused = code_apps::table.find(account).filter(code_apps::last_step.lt(step));
    Ok(both!(tx, |c| diesel::update(unused).set(code_apps::last_step.eq(step)).execute(c))? == 1)
}

/// One of somebody's recovery codes, as it is stored, unless it was used.
///
/// # Errors
/// Those of the database.
pub fn recovery_code(
    conn: &mut Conn,
    account: AccountId,
    number: i64,
) -> Result<Option<PasswordHash>, db::Error> {
    let hash: Option<String> = both!(conn, |c| recovery_codes::table
        .find((account, number))
        .filter(recovery_codes::used_at.is_null())
        .select(recovery_codes::hash)
        .first(c)
        .optional())?;
    Ok(hash.map(PasswordHash::stored))
}

/// Gives somebody recovery codes, in the place of those they had. The first is number 0.
///
/// # Errors
/// Those of the database.
pub fn set_recovery_codes(
    tx: &mut Tx<'_>,
    account: AccountId,
    hashes: &[PasswordHash],
    now: Timestamp,
) -> Result<(), db::Error> {
    let theirs = recovery_codes::table.filter(recovery_codes::account_id.eq(account));
    both!(tx, |c| diesel::delete(theirs).execute(c))?;
    let row = |(number, hash): (i64, &PasswordHash)| {
        (
            recovery_codes::account_id.eq(account),
            recovery_codes::number.eq(number),
            recovery_codes::hash.eq(hash.as_str().to_owned()),
            recovery_codes::made_at.eq(now),
        )
    };
    let rows: Vec<_> = (0..).zip(hashes).map(row).collect();
    both!(tx, |c| diesel::insert_into(recovery_codes::table).values(&rows).execute(c))?;
    Ok(())
}

/// Uses a recovery code up; true for the one who is first. `hash` is the one it was checked against.
///
/// # Errors
/// Those of the database.
pub fn take_recovery_code(
    tx: &mut Tx<'_>,
    account: AccountId,
    number: i64,
    hash: &PasswordHash,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let unused = recovery_codes::table
        .find((account, number))
        .filter(recovery_codes::hash.eq(hash.as_str()))
        .filter(recovery_codes::used_at.is_null());
    Ok(both!(tx, |c| diesel::update(unused).set(recovery_codes::used_at.eq(now)).execute(c))? == 1)
}

/// How many recovery codes somebody has left.
///
/// # Errors
/// Those of the database.
pub fn recovery_codes_left(conn: &mut Conn, account: AccountId) -> Result<i64, db::Error> {
    Ok(both!(conn, |c| recovery_codes::table
        .filter(recovery_codes::account_id.eq(account))
        .filter(recovery_codes::used_at.is_null())
        .count()
        .get_result(c))?)
}

/// Takes everything of somebody that counts as a second factor.
///
/// # Errors
/// Those of the database.
pub fn remove_factors(tx: &mut Tx<'_>, account: AccountId) -> Result<(), db::Error> {
    both!(tx, |c| diesel::delete(code_apps::table.find(account)).execute(c))?;
    both!(tx, |c| diesel::delete(passkeys::table.filter(passkeys::account_id.eq(account))).execute(c))?;
    let codes = recovery_codes::table.filter(recovery_codes::account_id.eq(account));
    both!(tx, |c| diesel::delete(codes).execute(c))?;
    Ok(())
}
