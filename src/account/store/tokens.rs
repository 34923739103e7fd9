//! Links that let somebody set a password or log in, once.

use crate::clock::Timestamp;
use crate::db::schema::account_tokens;
use crate::db::{Conn, Error, Tx, both};
use crate::ids::AccountId;
use crate::secret::TokenDigest;
use crate::text_column;
use diesel::prelude::*;

/// What a link is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// To accept an invitation.
    Invitation,
    /// To set a new password.
    Reset,
    /// To log in without a password: only the demonstration makes these.
    LogIn,
}

impl Purpose {
    const ALL: [Self; 3] = [Self::Invitation, Self::Reset, Self::LogIn];

    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reset => "reset",
            Self::LogIn => "log_in",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == text)
    }
}

text_column!(Purpose, Purpose::parse);

/// A link, as it is stored.
#[derive(Clone, Copy, Debug, Queryable)]
pub struct Link {
    /// Whose.
    pub account: AccountId,
    /// Until when it works.
    pub ends_at: Timestamp,
    /// When it was used, or taken back.
    pub used_at: Option<Timestamp>,
}

/// Makes a link.
///
/// # Errors
/// Those of the database.
pub fn insert_token(
    tx: &mut Tx<'_>,
    digest: TokenDigest,
    purpose: Purpose,
    account: AccountId,
    made_at: Timestamp,
    ends_at: Timestamp,
) -> Result<(), Error> {
    both!(tx, |c| diesel::insert_into(account_tokens::table)
        .values((
            account_tokens::digest.eq(digest.as_bytes()),
            account_tokens::account_id.eq(account),
            account_tokens::purpose.eq(purpose),
            account_tokens::made_at.eq(made_at),
            account_tokens::ends_at.eq(ends_at),
        ))
        .execute(c))?;
    Ok(())
}

/// The link with this token, whether it still works or not.
///
/// # Errors
/// Those of the database.
pub fn link(conn: &mut Conn, digest: TokenDigest, purpose: Purpose) -> Result<Option<Link>, Error> {
    Ok(both!(conn, |c| account_tokens::table
        .find(digest.as_bytes())
        .filter(account_tokens::purpose.eq(purpose))
        .select((account_tokens::account_id, account_tokens::ends_at, account_tokens::used_at))
        .first(c)
        .optional())?)
}

/// Uses a link up: whose it was, for the one who was first and in time; nothing for everybody else.
///
/// # Errors
/// Those of the database.
pub fn use_up(
    tx: &mut Tx<'_>,
    digest: TokenDigest,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<AccountId>, Error> {
    let usable = account_tokens::table
        .find(digest.as_bytes())
        .filter(account_tokens::purpose.eq(purpose))
        .filter(account_tokens::used_at.is_null())
        .filter(account_tokens::ends_at.gt(now));
    Ok(both!(tx, |c| diesel::update(usable)
        .set(account_tokens::used_at.eq(now))
        .returning(account_tokens::account_id)
        .get_result(c)
        .optional())?)
}

/// Takes every link of somebody back.
///
/// # Errors
/// Those of the database.
pub fn void(tx: &mut Tx<'_>, account: AccountId, now: Timestamp) -> Result<(), Error> {
    let unused = account_tokens::table
        .filter(account_tokens::account_id.eq(account))
        .filter(account_tokens::used_at.is_null());
    both!(tx, |c| diesel::update(unused).set(account_tokens::used_at.eq(now)).execute(c))?;
    Ok(())
}

/// How many links of a kind somebody was sent since then.
///
/// # Errors
/// Those of the database.
pub fn count_since(
    conn: &mut Conn,
    account: AccountId,
    purpose: Purpose,
    since: Timestamp,
) -> Result<i64, Error> {
    Ok(both!(conn, |c| account_tokens::table
        .filter(account_tokens::account_id.eq(account))
        .filter(account_tokens::purpose.eq(purpose))
        .filter(account_tokens::made_at.gt(since))
        .count()
        .get_result(c))?)
}
