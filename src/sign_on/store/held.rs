//! What is held around a sign-on besides who sent it, for whoever asks what is held about them.

use super::corrections::Settled;
use super::{ContactError, colleague_of, correction_note};
use crate::clock::Timestamp;
use crate::db::schema::{consent_answers, corrections, hand_overs, sign_on_tokens};
use crate::db::{Conn, Error, both};
use crate::ids::{ContactId, CorrectionId, SignOnId};
use crate::secret::Keys;
use crate::sign_on::colleague::Ended;
use crate::sign_on::correction::Asked;
use crate::sign_on::submission::Contact;
use diesel::prelude::*;

/// A mailed link, of which only a digest is kept: for what it is, when it was made, until when it works.
pub type LinkHeld = (String, Timestamp, Option<Timestamp>);

/// The links of one representative, and those that prove the mailbox of their sign-on.
///
/// # Errors
/// Those of the database.
pub fn links_held(conn: &mut Conn, sign_on: SignOnId, whose: &[ContactId]) -> Result<Vec<LinkHeld>, Error> {
    let whose: Vec<Option<ContactId>> = whose.iter().copied().map(Some).collect();
    Ok(both!(conn, |c| sign_on_tokens::table
        .filter(sign_on_tokens::sign_on_id.eq(sign_on))
        .filter(sign_on_tokens::contact_id.eq_any(&whose).or(sign_on_tokens::purpose.eq("verify")))
        .order((sign_on_tokens::made_at, sign_on_tokens::digest))
        .select((sign_on_tokens::purpose, sign_on_tokens::made_at, sign_on_tokens::ends_at))
        .load(c))?)
}

/// A correction that representatives asked for.
#[derive(Clone, Debug)]
pub struct CorrectionHeld {
    /// When.
    pub at: Timestamp,
    /// The line before it.
    pub before: String,
    /// The line that was asked for.
    pub line: String,
    /// What was written with it.
    pub note: Option<String>,
    /// When it was settled.
    pub settled_at: Option<Timestamp>,
    /// Whether the entry says it now.
    pub is_accepted: bool,
}

/// The corrections that representatives asked for, and their objections, the oldest first.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn corrections_held(
    conn: &mut Conn,
    keys: &Keys,
    sign_on: SignOnId,
) -> Result<Vec<CorrectionHeld>, ContactError> {
    type Row = (CorrectionId, Timestamp, String, String, Option<Settled>, Option<Timestamp>);
    let rows: Vec<Row> = both!(conn, |c| corrections::table
        .filter(corrections::sign_on_id.eq(sign_on))
        .filter(corrections::kind.ne(Asked::ByStaff))
        .order((corrections::at, corrections::id))
        .select((
            corrections::id,
            corrections::at,
            corrections::old_line,
            corrections::line,
            corrections::outcome,
            corrections::settled_at,
        ))
        .load(c))
    .map_err(Error::from)?;
    let mut held = Vec::new();
    for (id, at, before, line, outcome, settled_at) in rows {
        let note = correction_note(conn, keys, id)?;
        held.push(CorrectionHeld {
            at,
            before,
            line,
            note,
            settled_at,
            is_accepted: outcome == Some(Settled::Accepted),
        });
    }
    Ok(held)
}

/// That a colleague was asked to take over.
#[derive(Clone, Debug)]
pub struct HandOverHeld {
    /// When.
    pub at: Timestamp,
    /// Until when they can accept.
    pub ends_at: Timestamp,
    /// Who, while it waits.
    pub colleague: Option<Contact>,
    /// When it was settled.
    pub settled_at: Option<Timestamp>,
    /// Whether they accepted.
    pub is_accepted: bool,
}

/// The colleagues whom these representatives asked to take over, the first asked first.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn hand_overs_held(
    conn: &mut Conn,
    keys: &Keys,
    sign_on: SignOnId,
    whose: &[ContactId],
) -> Result<Vec<HandOverHeld>, ContactError> {
    type Row = (ContactId, Timestamp, Timestamp, Option<Ended>, Option<Timestamp>);
    let whose: Vec<Option<ContactId>> = whose.iter().copied().map(Some).collect();
    let rows: Vec<Row> = both!(conn, |c| hand_overs::table
        .filter(hand_overs::sign_on_id.eq(sign_on))
        .filter(hand_overs::from_contact.eq_any(&whose))
        .filter(hand_overs::asked_by.is_null())
        .order((hand_overs::made_at, hand_overs::id))
        .select((
            hand_overs::id,
            hand_overs::made_at,
            hand_overs::ends_at,
            hand_overs::outcome,
            hand_overs::settled_at,
        ))
        .load(c))
    .map_err(Error::from)?;
    let mut held = Vec::new();
    for (id, at, ends_at, outcome, settled_at) in rows {
        let colleague = colleague_of(conn, keys, id)?;
        held.push(HandOverHeld {
            at,
            ends_at,
            colleague,
            settled_at,
            is_accepted: outcome == Some(Ended::Accepted),
        });
    }
    Ok(held)
}

/// That an organization was asked whether it agrees to a text: when, how often it was reminded, when somebody asked something, what was
/// answered, and when.
pub type ConsentHeld = (Timestamp, i64, Option<Timestamp>, Option<String>, Option<Timestamp>);

/// How often a sign-on was asked, and what was answered, the oldest first.
///
/// # Errors
/// Those of the database.
pub fn consents_held(conn: &mut Conn, sign_on: SignOnId) -> Result<Vec<ConsentHeld>, Error> {
    Ok(both!(conn, |c| consent_answers::table
        .filter(consent_answers::sign_on_id.eq(sign_on))
        .order(consent_answers::asked_at)
        .select((
            consent_answers::asked_at,
            consent_answers::reminders,
            consent_answers::question_at,
            consent_answers::answer,
            consent_answers::answered_at,
        ))
        .load(c))?)
}
