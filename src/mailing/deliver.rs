//! What became of a mail of a mailing.

use super::store;
use crate::clock::Timestamp;
use crate::db::{Error, Tx};
use crate::ids::MailId;

/// What the names of the mails of mailings begin with.
const BEGINS: &str = "mailing";

/// The relay has taken over a mail.
///
/// # Errors
/// Those of the database.
pub fn delivered(tx: &mut Tx<'_>, kind: &str, mail: MailId, now: Timestamp) -> Result<(), Error> {
    if kind.starts_with(BEGINS) { store::note_delivered(tx, mail, now) } else { Ok(()) }
}

/// A mailbox was refused for good. That it is shown on the entry, as after any other mail, is not done here.
///
/// # Errors
/// Those of the database.
pub fn refused(tx: &mut Tx<'_>, kind: &str, mail: MailId, now: Timestamp) -> Result<(), Error> {
    if kind.starts_with(BEGINS) { store::note_refused(tx, mail, now) } else { Ok(()) }
}
