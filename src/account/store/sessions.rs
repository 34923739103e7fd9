//! What staff are logged in with, and the browsers they have logged in from.

use super::accounts::{Account, Row};
use super::at_risk::is_veiled;
use super::roles::{campaign_at, campaign_of_sign_on, role_in};
use super::{half_log_ins, passkeys};
use crate::account::role::Role;
use crate::clock::{Timestamp, days};
use crate::db::schema::{account_tokens, accounts, known_devices, sessions};
use crate::db::{self, Conn, Tx, both, kept};
use crate::ids::{AccountId, CampaignId, SessionId, SignOnId};
use crate::secret::{Keys, TokenDigest};
use crate::text::Slug;
use diesel::prelude::*;

/// The campaign that an address names.
pub enum Place {
    /// None.
    Instance,
    /// By its slug.
    Campaign(Slug),
    /// By a sign-on of it.
    SignOn(SignOnId),
}

/// A request of somebody who is logged in.
pub struct Visit {
    /// Who.
    pub account: Account,
    /// What they are logged in with.
    pub session: TokenDigest,
    /// When they were last seen.
    pub seen_at: Timestamp,
    /// Until when the second factor counts as just shown; none if there was none to show.
    pub stepped_up_until: Option<Timestamp>,
    /// The campaign that the address names, and what they are in it.
    pub campaign: Option<(CampaignId, Option<Role>)>,
    /// Whether the address names a sign-on whose name is held back from them.
    pub is_veiled: bool,
}

/// Who a session belongs to, unless it has ended by `now` or nobody was seen since `idle_since`.
///
/// # Errors
/// See [`super::Error`].
pub fn visit(
    conn: &mut Conn,
    keys: &Keys,
    digest: TokenDigest,
    now: Timestamp,
    idle_since: Timestamp,
    place: &Place,
) -> Result<Option<Visit>, super::Error> {
    let found: Option<(Timestamp, Option<Timestamp>, Row)> = both!(conn, |c| sessions::table
        .inner_join(accounts::table)
        .filter(sessions::digest.eq(digest.as_bytes()))
        .filter(sessions::ends_at.gt(now))
        .filter(sessions::seen_at.gt(idle_since))
        .filter(accounts::disabled_at.is_null())
        .select((sessions::seen_at, sessions::stepped_up_until, Row::as_select()))
        .first(c)
        .optional())?;
    let Some((seen_at, stepped_up_until, row)) = found else { return Ok(None) };
    let account = row.open(keys)?;
    let campaign = match place {
        Place::Instance => None,
        Place::Campaign(slug) => campaign_at(conn, slug)?.map(|campaign| campaign.id),
        Place::SignOn(id) => campaign_of_sign_on(conn, *id)?,
    };
    let campaign = match campaign {
        None => None,
        Some(id) if account.administrator => Some((id, Some(Role::Administrator))),
        Some(id) => Some((id, role_in(conn, account.id, id)?)),
    };
    let is_veiled = match (place, campaign) {
        (Place::SignOn(sign_on), Some((id, Some(_)))) => is_veiled(conn, id, account.id, *sign_on)?,
        _ => false,
    };
    Ok(Some(Visit { account, session: digest, seen_at, stepped_up_until, campaign, is_veiled }))
}

/// A session to be made.
pub struct NewSession {
    /// What its token is stored as.
    pub digest: TokenDigest,
    /// Its id, by which its owner can end it.
    pub id: SessionId,
    /// Whose.
    pub account: AccountId,
    /// What the browser says it is, in our words.
    pub browser: String,
    /// Its end, however busy it is.
    pub ends_at: Timestamp,
    /// Until when the second factor counts as just shown; none if there was none to show.
    pub stepped_up_until: Option<Timestamp>,
}

/// Makes a session.
///
/// # Errors
/// Those of the database.
pub fn insert_session(tx: &mut Tx<'_>, session: &NewSession, now: Timestamp) -> Result<(), db::Error> {
    both!(tx, |c| diesel::insert_into(sessions::table)
        .values((
            sessions::digest.eq(session.digest.as_bytes()),
            sessions::id.eq(session.id),
            sessions::account_id.eq(session.account),
            sessions::browser.eq(&session.browser),
            sessions::made_at.eq(now),
            sessions::seen_at.eq(now),
            sessions::ends_at.eq(session.ends_at),
            sessions::stepped_up_until.eq(session.stepped_up_until),
        ))
        .execute(c))?;
    Ok(())
}

/// Notes that the second factor was shown once more in a session.
///
/// # Errors
/// Those of the database.
pub fn step_up(tx: &mut Tx<'_>, digest: TokenDigest, until: Timestamp) -> Result<(), db::Error> {
    both!(tx, |c| diesel::update(sessions::table.find(digest.as_bytes()))
        .set((sessions::stepped_up_until.eq(until), sessions::wrong_codes.eq(0)))
        .execute(c))?;
    Ok(())
}

/// Counts a wrong code in a session, and ends it with the `most`th. Whether it goes on.
///
/// # Errors
/// Those of the database.
pub fn count_wrong_session(tx: &mut Tx<'_>, digest: TokenDigest, most: i64) -> Result<bool, db::Error> {
    let wrong: Option<i64> = both!(tx, |c| diesel::update(sessions::table.find(digest.as_bytes()))
        .set(sessions::wrong_codes.eq(sessions::wrong_codes + 1))
        .returning(sessions::wrong_codes)
        .get_result(c)
        .optional())?;
    match wrong {
        Some(wrong) if wrong < most => Ok(true),
        Some(_) => end_session(tx, digest).map(|_| false),
        None => Ok(false),
    }
}

/// Notes that somebody was seen.
///
/// # Errors
/// Those of the database.
pub fn touch(tx: &mut Tx<'_>, digest: TokenDigest, now: Timestamp) -> Result<(), db::Error> {
    let session = sessions::table.find(digest.as_bytes()).filter(sessions::seen_at.lt(now));
    both!(tx, |c| kept(diesel::update(session).set(sessions::seen_at.eq(now))).execute(c))?;
    Ok(())
}

/// Ends a session: whose it was, if there was one.
///
/// # Errors
/// Those of the database.
pub fn end_session(tx: &mut Tx<'_>, digest: TokenDigest) -> Result<Option<AccountId>, db::Error> {
    Ok(both!(tx, |c| diesel::delete(sessions::table.find(digest.as_bytes()))
        .returning(sessions::account_id)
        .get_result(c)
        .optional())?)
}

/// Ends every session of somebody.
///
/// # Errors
/// Those of the database.
pub fn end_sessions(tx: &mut Tx<'_>, account: AccountId) -> Result<(), db::Error> {
    both!(tx, |c| diesel::delete(sessions::table.filter(sessions::account_id.eq(account))).execute(c))?;
    Ok(())
}

/// A session, as its owner sees it.
#[derive(Clone, Debug, Queryable)]
pub struct OpenSession {
    /// What its token is stored as.
    pub digest: Vec<u8>,
    /// Its id.
    pub id: SessionId,
    /// What the browser says it is, in our words.
    pub browser: String,
    /// When it began.
    pub made_at: Timestamp,
    /// When its owner was last seen in it.
    pub seen_at: Timestamp,
}

/// The sessions of somebody that go on, the one seen last first.
///
/// # Errors
/// Those of the database.
pub fn sessions_of(
    conn: &mut Conn,
    account: AccountId,
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<Vec<OpenSession>, db::Error> {
    Ok(both!(conn, |c| sessions::table
        .filter(sessions::account_id.eq(account))
        .filter(sessions::ends_at.gt(now))
        .filter(sessions::seen_at.gt(idle_since))
        .order((sessions::seen_at.desc(), sessions::id.desc()))
        .select((sessions::digest, sessions::id, sessions::browser, sessions::made_at, sessions::seen_at))
        .load(c))?)
}

/// Ends one session of somebody, whoever's the id is; how many ended.
///
/// # Errors
/// Those of the database.
pub fn end_session_of(tx: &mut Tx<'_>, account: AccountId, id: SessionId) -> Result<usize, db::Error> {
    let theirs = sessions::table.filter(sessions::account_id.eq(account)).filter(sessions::id.eq(id));
    Ok(both!(tx, |c| diesel::delete(theirs).execute(c))?)
}

/// Ends every session of somebody but one; how many ended.
///
/// # Errors
/// Those of the database.
pub fn end_other_sessions(
    tx: &mut Tx<'_>,
    account: AccountId,
    keep: TokenDigest,
) -> Result<usize, db::Error> {
    let others =
        sessions::table.filter(sessions::account_id.eq(account)).filter(sessions::digest.ne(keep.as_bytes()));
    Ok(both!(tx, |c| diesel::delete(others).execute(c))?)
}

/// Whether somebody has logged in from any browser that is still known.
///
/// # Errors
/// Those of the database.
pub fn has_known_devices(conn: &mut Conn, account: AccountId) -> Result<bool, db::Error> {
    let known: i64 = both!(conn, |c| known_devices::table
        .filter(known_devices::account_id.eq(account))
        .count()
        .get_result(c))?;
    Ok(known > 0)
}

/// Whether somebody has logged in from this browser before.
///
/// # Errors
/// Those of the database.
pub fn is_known_device(conn: &mut Conn, digest: TokenDigest, account: AccountId) -> Result<bool, db::Error> {
    let found: i64 = both!(conn, |c| known_devices::table
        .find(digest.as_bytes())
        .filter(known_devices::account_id.eq(account))
        .count()
        .get_result(c))?;
    Ok(found > 0)
}

/// Notes that somebody has logged in from this browser.
///
/// # Errors
/// Those of the database.
pub fn remember_device(
    tx: &mut Tx<'_>,
    digest: TokenDigest,
    account: AccountId,
    now: Timestamp,
) -> Result<(), db::Error> {
    both!(tx, |c| diesel::insert_into(known_devices::table)
        .values((
            known_devices::digest.eq(digest.as_bytes()),
            known_devices::account_id.eq(account),
            known_devices::made_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

/// Forgets every browser that somebody has logged in from.
///
/// # Errors
/// Those of the database.
pub fn forget_devices(tx: &mut Tx<'_>, account: AccountId) -> Result<(), db::Error> {
    let theirs = known_devices::table.filter(known_devices::account_id.eq(account));
    both!(tx, |c| diesel::delete(theirs).execute(c))?;
    Ok(())
}

/// Removes what has ended: sessions, half-open log-ins, what passkeys were to sign, links a month after their end, browsers after `device_days`.
///
/// # Errors
/// Those of the database.
pub fn tidy(tx: &mut Tx<'_>, now: Timestamp, device_days: i64) -> Result<(), db::Error> {
    both!(tx, |c| diesel::delete(sessions::table.filter(sessions::ends_at.le(now))).execute(c))?;
    half_log_ins::tidy(tx, now)?;
    passkeys::tidy(tx, now)?;
    let ended = account_tokens::table.filter(account_tokens::ends_at.lt(now.plus(days(-30))));
    both!(tx, |c| diesel::delete(ended).execute(c))?;
    let old = known_devices::table.filter(known_devices::made_at.lt(now.plus(days(-device_days))));
    both!(tx, |c| diesel::delete(old).execute(c))?;
    Ok(())
}
