//! Mailed links, typed codes, and how long they work.

use crate::clock::Timestamp;
use crate::db::schema::{contacts, sign_on_tokens, sign_ons};
use crate::db::{Conn, Error, Tx, both, kept};
use crate::ids::{ContactId, SignOnId};
use crate::secret::{Keys, TokenDigest};
use crate::sign_on::code::{Code, TRIES};
use crate::sign_on::state::{SignOn, Standing};
use diesel::prelude::*;

/// What a mailed link is for. One does not open another's door.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// Proves the mailbox.
    Verify,
    /// Opens the private page.
    Private,
    /// Asks an organization that signed in another way to confirm it.
    Confirm,
}

impl Purpose {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Private => "private",
            Self::Confirm => "confirm",
        }
    }
}

/// A link that was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Link {
    /// The sign-on it is for.
    pub sign_on: SignOnId,
    /// Whose it is; nobody's where it proves a mailbox, or where the last representative has been erased.
    pub contact: Option<ContactId>,
    /// Until when it works; for ever, if absent.
    pub ends_at: Option<Timestamp>,
}

impl Link {
    /// Whether it works at this moment.
    pub fn works(&self, now: Timestamp) -> bool {
        self.ends_at.is_none_or(|ends_at| ends_at > now)
    }
}

/// Remembers a link that proves the mailbox of a sign-on.
///
/// # Errors
/// Those of the database.
pub fn insert_verify_link(
    tx: &mut Tx<'_>,
    token: TokenDigest,
    sign_on: SignOnId,
    now: Timestamp,
    ends_at: Timestamp,
) -> Result<(), Error> {
    both!(tx, |c| diesel::insert_into(sign_on_tokens::table)
        .values((
            sign_on_tokens::digest.eq(token.as_bytes()),
            sign_on_tokens::sign_on_id.eq(sign_on),
            sign_on_tokens::purpose.eq(Purpose::Verify.as_str()),
            sign_on_tokens::made_at.eq(now),
            sign_on_tokens::ends_at.eq(Some(ends_at)),
        ))
        .execute(c))?;
    Ok(())
}

/// Remembers a link to the private page for one representative: it ends with that contact. `false` when the contact has been erased or
/// replaced meanwhile; then the mail with the link must not go either.
///
/// # Errors
/// Those of the database.
pub fn insert_private_link(
    tx: &mut Tx<'_>,
    token: TokenDigest,
    contact: ContactId,
    now: Timestamp,
) -> Result<bool, Error> {
    let held = contacts::table.find(contact).select(contacts::sign_on_id);
    let sign_on: Option<SignOnId> = both!(tx, |c| held.first(c).optional())?;
    let Some(sign_on) = sign_on else { return Ok(false) };
    both!(tx, |c| diesel::insert_into(sign_on_tokens::table)
        .values((
            sign_on_tokens::digest.eq(token.as_bytes()),
            sign_on_tokens::sign_on_id.eq(sign_on),
            sign_on_tokens::purpose.eq(Purpose::Private.as_str()),
            sign_on_tokens::made_at.eq(now),
            sign_on_tokens::contact_id.eq(Some(contact)),
        ))
        .execute(c))?;
    Ok(true)
}

/// Takes the names off the links to the private page of a sign-on: they go on working, and show nobody's data.
pub(super) fn leave_links_to_nobody(tx: &mut Tx<'_>, sign_on: SignOnId) -> Result<(), Error> {
    let links = sign_on_tokens::table
        .filter(sign_on_tokens::sign_on_id.eq(sign_on))
        .filter(sign_on_tokens::contact_id.is_not_null());
    both!(tx, |c| diesel::update(links).set(sign_on_tokens::contact_id.eq(None::<ContactId>)).execute(c))?;
    Ok(())
}

/// Ends the links to the private page that are nobody's.
pub(super) fn end_links_of_nobody(tx: &mut Tx<'_>, sign_on: SignOnId) -> Result<(), Error> {
    let links = sign_on_tokens::table
        .filter(sign_on_tokens::sign_on_id.eq(sign_on))
        .filter(sign_on_tokens::purpose.eq(Purpose::Private.as_str()))
        .filter(sign_on_tokens::contact_id.is_null());
    both!(tx, |c| diesel::delete(links).execute(c))?;
    Ok(())
}

/// The link with this token, if it is for this purpose.
///
/// # Errors
/// Those of the database.
pub fn link(conn: &mut Conn, token: TokenDigest, purpose: Purpose) -> Result<Option<Link>, Error> {
    let found: Option<(SignOnId, Option<ContactId>, Option<Timestamp>)> =
        both!(conn, |c| sign_on_tokens::table
            .find(token.as_bytes())
            .filter(sign_on_tokens::purpose.eq(purpose.as_str()))
            .select((sign_on_tokens::sign_on_id, sign_on_tokens::contact_id, sign_on_tokens::ends_at))
            .first(c)
            .optional())?;
    Ok(found.map(|(sign_on, contact, ends_at)| Link { sign_on, contact, ends_at }))
}

/// When the newest link for this purpose was made.
///
/// # Errors
/// Those of the database.
pub fn last_link_at(
    conn: &mut Conn,
    sign_on: SignOnId,
    purpose: Purpose,
) -> Result<Option<Timestamp>, Error> {
    Ok(both!(conn, |c| sign_on_tokens::table
        .filter(sign_on_tokens::sign_on_id.eq(sign_on))
        .filter(sign_on_tokens::purpose.eq(purpose.as_str()))
        .order(sign_on_tokens::made_at.desc())
        .select(sign_on_tokens::made_at)
        .first(c)
        .optional())?)
}

/// Sets until when the live verification links of a sign-on work, and with them the term of the sign-on itself. Links that
/// have expired stay expired.
///
/// # Errors
/// Those of the database.
pub fn set_term(tx: &mut Tx<'_>, sign_on: SignOnId, now: Timestamp, until: Timestamp) -> Result<(), Error> {
    both!(tx, |c| kept(
        diesel::update(
            sign_on_tokens::table
                .filter(sign_on_tokens::sign_on_id.eq(sign_on))
                .filter(sign_on_tokens::purpose.eq(Purpose::Verify.as_str()))
                .filter(sign_on_tokens::ends_at.gt(now))
        )
        .set(sign_on_tokens::ends_at.eq(until))
    )
    .execute(c))?;
    both!(tx, |c| kept(
        diesel::update(
            sign_ons::table.find(sign_on).filter(sign_ons::state.eq(Standing::AwaitingVerification))
        )
        .set(sign_ons::verify_until.eq(until))
    )
    .execute(c))?;
    Ok(())
}

/// Ends the verification links and the typed code of a sign-on, because what they would confirm has changed.
///
/// # Errors
/// Those of the database.
pub(crate) fn end_links(tx: &mut Tx<'_>, sign_on: SignOnId, now: Timestamp) -> Result<(), Error> {
    both!(tx, |c| diesel::update(
        sign_on_tokens::table
            .filter(sign_on_tokens::sign_on_id.eq(sign_on))
            .filter(sign_on_tokens::purpose.eq(Purpose::Verify.as_str()))
            .filter(sign_on_tokens::ends_at.gt(now))
    )
    .set(sign_on_tokens::ends_at.eq(now))
    .execute(c))?;
    both!(tx, |c| diesel::update(sign_ons::table.find(sign_on))
        .set((sign_ons::code_handle.eq(None::<String>), sign_ons::code_digest.eq(None::<Vec<u8>>)))
        .execute(c))?;
    Ok(())
}

/// Gives a sign-on a new typed code with all its tries.
///
/// # Errors
/// [`Error::Unique`] when another sign-on has a code of the same first half: make another.
pub(crate) fn set_code(tx: &mut Tx<'_>, keys: &Keys, sign_on: SignOnId, code: &Code) -> Result<(), Error> {
    both!(tx, |c| kept(diesel::update(sign_ons::table.find(sign_on)).set((
        sign_ons::code_handle.eq(code.handle()),
        sign_ons::code_digest.eq(code.digest(keys).as_bytes()),
        sign_ons::code_tries.eq(0_i64),
    )))
    .execute(c))?;
    Ok(())
}

/// Whether no sign-on has a code of this first half.
///
/// # Errors
/// Those of the database.
pub(crate) fn is_code_free(conn: &mut Conn, code: &Code) -> Result<bool, Error> {
    let taken: i64 = both!(conn, |c| sign_ons::table
        .filter(sign_ons::code_handle.eq(code.handle()))
        .count()
        .get_result(c))?;
    Ok(taken == 0)
}

/// Whether the code of a sign-on was tried too often.
///
/// # Errors
/// Those of the database.
pub(crate) fn is_code_dead(conn: &mut Conn, sign_on: SignOnId) -> Result<bool, Error> {
    let tries: Option<i64> =
        both!(conn, |c| sign_ons::table.find(sign_on).select(sign_ons::code_tries).first(c).optional())?;
    Ok(tries.is_some_and(|tries| tries >= TRIES))
}

/// The sign-on whose code this is. A wrong secret costs the named sign-on a try; when none is left its code is dead.
///
/// # Errors
/// Those of the database.
pub(crate) fn try_code(tx: &mut Tx<'_>, keys: &Keys, code: &Code) -> Result<Option<SignOn>, Error> {
    let named = sign_ons::code_handle.eq(code.handle());
    let id: Option<SignOnId> =
        both!(tx, |c| sign_ons::table.filter(named).select(sign_ons::id).first(c).optional())?;
    let Some(id) = id else { return Ok(None) };
    let sign_on = super::by_id(tx, id)?;
    // The code after the sign-on: what ends a code changes the sign-on too, so a code that works now is for what was read.
    let found: Option<(Option<Vec<u8>>, i64)> = both!(tx, |c| sign_ons::table
        .find(id)
        .filter(named)
        .select((sign_ons::code_digest, sign_ons::code_tries))
        .first(c)
        .optional())?;
    let Some((Some(digest), tries)) = found else { return Ok(None) };
    if tries >= TRIES {
        return Ok(None);
    }
    if crate::secret::same(&digest, code.digest(keys).as_bytes()) {
        return Ok(sign_on);
    }
    both!(tx, |c| kept(
        diesel::update(sign_ons::table.find(id)).set(sign_ons::code_tries.eq(sign_ons::code_tries + 1))
    )
    .execute(c))?;
    Ok(None)
}
