//! What waits about one subject: read, hurried. `outbox::take_back` takes it back.

use super::message::Kind;
use super::outbox::{Content, State};
use crate::clock::Timestamp;
use crate::db::schema::outbox;
use crate::db::{Conn, Error, Signal, Tx, both};
use crate::ids::{AnyId, MailId};
use crate::secret::Keys;
use crate::text::EmailAddress;
use diesel::prelude::*;

/// A stored message: its id, its recipient and its text, sealed, and when it goes.
type Row = (MailId, Vec<u8>, Option<Vec<u8>>, Timestamp);

/// A mail that waits for its time.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The recipient.
    pub to: String,
    /// What is to be done.
    pub subject: String,
    /// The plain words.
    pub text: String,
    /// When it goes.
    pub at: Timestamp,
}

/// The mails of these kinds about this subject that have not gone, the next due first. One that does not open is left out.
///
/// # Errors
/// Those of the database.
pub fn waiting_about(
    conn: &mut Conn,
    keys: &Keys,
    about: AnyId,
    kinds: &[Kind],
) -> Result<Vec<Waiting>, Error> {
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let rows: Vec<Row> = both!(conn, |c| outbox::table
        .filter(outbox::subject_id.eq(about))
        .filter(outbox::kind.eq_any(&kinds))
        .filter(outbox::state.eq(State::Waiting))
        .order((outbox::next_at, outbox::id))
        .select((outbox::id, outbox::sealed_to, outbox::sealed, outbox::next_at))
        .load(c))?;
    let open = |(id, to, sealed, at): Row| {
        let content: Content =
            serde_json::from_slice(&keys.open(id.uuid(), "content", &sealed?).ok()?).ok()?;
        let to = keys.open(id.uuid(), "to", &to).ok()?;
        let to = EmailAddress::parse(std::str::from_utf8(&to).ok()?).ok()?.shown();
        Some(Waiting { to, subject: content.subject, text: content.text, at })
    };
    Ok(rows.into_iter().filter_map(open).collect())
}

/// Sends at once what of these kinds about this subject waits for its time; how many.
///
/// # Errors
/// Those of the database.
pub fn send_at_once(tx: &mut Tx<'_>, about: AnyId, kinds: &[Kind], now: Timestamp) -> Result<usize, Error> {
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let mails = outbox::table
        .filter(outbox::subject_id.eq(about))
        .filter(outbox::kind.eq_any(&kinds))
        .filter(outbox::state.eq(State::Waiting))
        .filter(outbox::next_at.gt(now));
    let hurried = both!(tx, |c| diesel::update(mails).set(outbox::next_at.eq(now)).execute(c))?;
    if hurried > 0 {
        tx.raise(Signal::Mail);
    }
    Ok(hurried)
}
