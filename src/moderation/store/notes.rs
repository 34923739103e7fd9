//! Notes: one sealed text for each sign-on.

use crate::clock::Timestamp;
use crate::db::schema::notes;
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{AccountId, SignOnId};
use crate::secret::{Keys, Random, Unsealable};
use diesel::prelude::*;

const FIELD: &str = "note";

/// A note as it stands. One that nobody wrote yet is empty and has version 0.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::moderation) struct Note {
    /// What it says.
    pub(in crate::moderation) text: String,
    /// Raised by every change.
    pub(in crate::moderation) version: i64,
    /// Who changed it last, and when.
    pub(in crate::moderation) changed: Option<(AccountId, Timestamp)>,
}

/// Why a note cannot be read.
#[derive(Debug, thiserror::Error)]
pub(in crate::moderation) enum NoteError {
    #[error(transparent)]
    Database(#[from] Error),
    #[error(transparent)]
    Sealed(#[from] Unsealable),
}

/// The note about a sign-on.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub(in crate::moderation) fn note(conn: &mut Conn, keys: &Keys, about: SignOnId) -> Result<Note, NoteError> {
    let found: Option<(Vec<u8>, i64, AccountId, Timestamp)> = both!(conn, |c| notes::table
        .find(about)
        .select((notes::sealed, notes::version, notes::changed_by, notes::changed_at))
        .first(c)
        .optional())
    .map_err(Error::from)?;
    let Some((sealed, version, by, at)) = found else { return Ok(Note::default()) };
    let plain = keys.open(about.uuid(), FIELD, &sealed)?;
    let text = String::from_utf8(plain.to_vec()).map_err(|_| Unsealable)?;
    Ok(Note { text, version, changed: Some((by, at)) })
}

/// Writes a note where the one that stands is still of this version. `false` means that somebody was first.
///
/// # Errors
/// Those of the database.
pub(in crate::moderation) fn write_note(
    tx: &mut Tx<'_>,
    keys: &Keys,
    random: &Random,
    about: SignOnId,
    before: i64,
    text: &str,
    (by, at): (AccountId, Timestamp),
) -> Result<bool, Error> {
    let sealed = keys.seal(random, about.uuid(), FIELD, text.as_bytes());
    let changed = match before {
        0 => both!(tx, |c| diesel::insert_into(notes::table)
            .values((
                notes::sign_on_id.eq(about),
                notes::sealed.eq(&sealed),
                notes::version.eq(1_i64),
                notes::changed_at.eq(at),
                notes::changed_by.eq(by),
            ))
            .on_conflict_do_nothing()
            .execute(c))?,
        _ => both!(tx, |c| diesel::update(notes::table.find(about).filter(notes::version.eq(before)))
            .set((
                notes::sealed.eq(&sealed),
                notes::version.eq(before + 1),
                notes::changed_at.eq(at),
                notes::changed_by.eq(by),
            ))
            .execute(c))?,
    };
    Ok(changed == 1)
}
