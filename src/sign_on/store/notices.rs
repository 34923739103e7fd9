//! Every statement about counter-notices. `concern` asks and hears the answer, `moderation` tells the one who objected what came of it.

use super::ContactError;
use crate::clock::Timestamp;
use crate::db::schema::notices;
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{AccountId, AnyId, SignOnId};
use crate::secret::{Keys, Random, TokenDigest, Unsealable};
use crate::text::EmailAddress;
use crate::text_column;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

const FIELD: &str = "notice";

/// What an organization answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// It signed.
    Confirmed,
    /// It did not agree.
    Objected,
}

impl Answer {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Objected => "objected",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Confirmed, Self::Objected].into_iter().find(|answer| answer.as_str() == text)
    }
}

text_column!(Answer, Answer::parse);

/// To whom it was sent, and where that address was published; empty where it is at the website's domain.
#[derive(Clone, Serialize, Deserialize)]
pub struct Sent {
    /// The address.
    pub address: String,
    /// Where it was published.
    pub source: String,
}

/// One counter-notice.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = notices)]
pub struct Notice {
    /// Its id.
    pub id: AnyId,
    /// The entry.
    pub sign_on_id: SignOnId,
    /// The line that it spoke of.
    pub line: String,
    sealed: Option<Vec<u8>>,
    /// When it was asked.
    pub made_at: Timestamp,
    /// Until when it can be answered.
    pub ends_at: Timestamp,
    /// What was answered.
    pub answer: Option<Answer>,
    /// When.
    pub answered_at: Option<Timestamp>,
}

impl Notice {
    /// To whom it was sent; nothing once that was erased.
    ///
    /// # Errors
    /// When the key does not open it.
    pub fn sent(&self, keys: &Keys) -> Result<Option<Sent>, Unsealable> {
        let Some(sealed) = &self.sealed else { return Ok(None) };
        let plain = keys.open(self.id.uuid(), FIELD, sealed)?;
        serde_json::from_slice(&plain).map(Some).map_err(|_| Unsealable)
    }
}

/// What a new one is made of.
pub struct New<'a> {
    /// Its id.
    pub id: AnyId,
    /// The entry.
    pub sign_on: SignOnId,
    /// Of the link.
    pub token: TokenDigest,
    /// The line that it speaks of.
    pub line: &'a str,
    /// To whom it goes.
    pub sent: &'a Sent,
    /// Who asks.
    pub by: AccountId,
    /// When.
    pub at: Timestamp,
    /// Until when it can be answered.
    pub ends_at: Timestamp,
}

/// Remembers one.
///
/// # Errors
/// Those of the database.
pub fn insert(tx: &mut Tx<'_>, keys: &Keys, random: &Random, new: &New<'_>) -> Result<(), Error> {
    let plain = serde_json::to_vec(new.sent).unwrap_or_default();
    let sealed = keys.seal(random, new.id.uuid(), FIELD, &plain);
    both!(tx, |c| diesel::insert_into(notices::table)
        .values((
            notices::id.eq(new.id),
            notices::sign_on_id.eq(new.sign_on),
            notices::digest.eq(new.token.as_bytes()),
            notices::line.eq(new.line),
            notices::sealed.eq(Some(&sealed)),
            notices::made_at.eq(new.at),
            notices::made_by.eq(new.by),
            notices::ends_at.eq(new.ends_at),
        ))
        .execute(c))?;
    Ok(())
}

/// The one behind a link.
///
/// # Errors
/// Those of the database.
pub fn by_token(conn: &mut Conn, token: TokenDigest) -> Result<Option<Notice>, Error> {
    Ok(both!(conn, |c| notices::table
        .filter(notices::digest.eq(token.as_bytes()))
        .select(Notice::as_select())
        .first(c)
        .optional())?)
}

/// Those about a sign-on, newest first.
///
/// # Errors
/// Those of the database.
pub fn about(conn: &mut Conn, sign_on: SignOnId) -> Result<Vec<Notice>, Error> {
    Ok(both!(conn, |c| notices::table
        .filter(notices::sign_on_id.eq(sign_on))
        .order((notices::made_at.desc(), notices::id.desc()))
        .select(Notice::as_select())
        .load(c))?)
}

/// Writes an answer down where the one that stands is still this. `false` means that somebody was first.
///
/// # Errors
/// Those of the database.
pub fn answer(tx: &mut Tx<'_>, notice: &Notice, answer: Answer, at: Timestamp) -> Result<bool, Error> {
    let changes = (notices::answer.eq(Some(answer)), notices::answered_at.eq(Some(at)));
    let changed = match notice.answer {
        None => {
            both!(tx, |c| diesel::update(notices::table.find(notice.id).filter(notices::answer.is_null()))
                .set(changes)
                .execute(c))?
        }
        Some(stood) => {
            both!(tx, |c| diesel::update(notices::table.find(notice.id).filter(notices::answer.eq(stood)))
                .set(changes)
                .execute(c))?
        }
    };
    Ok(changed == 1)
}

/// The addresses from which organizations have objected to this entry since then, as far as they are still known.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn objectors(
    conn: &mut Conn,
    keys: &Keys,
    sign_on: SignOnId,
    since: Timestamp,
) -> Result<Vec<EmailAddress>, ContactError> {
    let mut found = Vec::new();
    for notice in about(conn, sign_on)? {
        let has_objected = notice.answer == Some(Answer::Objected);
        if has_objected && notice.answered_at.is_some_and(|at| at >= since) {
            found.extend(notice.sent(keys)?.and_then(|sent| EmailAddress::parse(&sent.address).ok()));
        }
    }
    found.sort_unstable_by(|a, b| a.as_str().cmp(b.as_str()));
    found.dedup();
    Ok(found)
}

/// Erases to whom those were sent that went to this address; which they are.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub(in crate::sign_on) fn erase_to(
    tx: &mut Tx<'_>,
    keys: &Keys,
    sign_on: SignOnId,
    address: &EmailAddress,
) -> Result<Vec<AnyId>, ContactError> {
    let mut theirs = Vec::new();
    for notice in about(tx, sign_on)? {
        let sent = notice.sent(keys)?.and_then(|sent| EmailAddress::parse(&sent.address).ok());
        if sent.is_some_and(|sent| sent.canonical() == address.canonical()) {
            theirs.push(notice.id);
        }
    }
    both!(tx, |c| diesel::update(notices::table.filter(notices::id.eq_any(&theirs)))
        .set(notices::sealed.eq(None::<Vec<u8>>))
        .execute(c))
    .map_err(Error::from)?;
    Ok(theirs)
}

/// Erases to whom counter-notices about a sign-on were sent. What was answered stays.
///
/// # Errors
/// Those of the database.
pub fn erase(tx: &mut Tx<'_>, sign_on: SignOnId) -> Result<(), Error> {
    both!(tx, |c| diesel::update(notices::table.filter(notices::sign_on_id.eq(sign_on)))
        .set(notices::sealed.eq(None::<Vec<u8>>))
        .execute(c))?;
    Ok(())
}
