//! What became of a mail of a round: silence says something only where the question was taken over in time.

use super::mails::{CONSENT, REMINDER};
use super::store;
use crate::clock::Timestamp;
use crate::db::{Error, Tx};
use crate::ids::{AnyId, SignOnId};

/// The relay has taken over a mail.
///
/// # Errors
/// Those of the database.
pub fn delivered(tx: &mut Tx<'_>, kind: &str, about: AnyId, now: Timestamp) -> Result<(), Error> {
    match [CONSENT, REMINDER].iter().any(|of_a_round| of_a_round.as_str() == kind) {
        true => store::note_delivery(tx, SignOnId::from_uuid(about.uuid()), now),
        false => Ok(()),
    }
}
