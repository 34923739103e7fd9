//! What waits about one subject: read, hurried, reworded. `outbox::take_back` takes it back.

use super::message::{Kind, Message, NotAMessage};
use super::outbox::{Content, Outbox, State};
use crate::clock::Timestamp;
use crate::db::schema::outbox;
use crate::db::{Conn, Error, Signal, Tx, both, kept};
use crate::ids::{AnyId, MailId};
use crate::secret::Keys;
use crate::text::EmailAddress;
use diesel::prelude::*;

/// A stored message: its id, its kind, its recipient and its text, sealed, when it goes, and when it was written.
type Row = (MailId, String, Vec<u8>, Option<Vec<u8>>, Timestamp, Timestamp);

/// A mail that waits for its time.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Its id.
    pub id: MailId,
    /// What it is for.
    pub kind: Kind,
    /// The recipient's address.
    pub address: EmailAddress,
    /// The recipient, as pages show it.
    pub to: String,
    /// What is to be done.
    pub subject: String,
    /// The plain words.
    pub text: String,
    /// When it goes.
    pub at: Timestamp,
    /// When it was written: the date that it bears.
    pub made_at: Timestamp,
}

/// A message with other words, finished and sealed, that has not taken the place of the one that waits yet.
pub struct Reworded {
    id: MailId,
    sealed: Vec<u8>,
}

impl Outbox {
    /// Finishes and seals a message that says something else than the one that waits, under the same Message-ID and date. It must be to the
    /// same recipient.
    ///
    /// # Errors
    /// [`NotAMessage`] when its parts make no mail.
    pub fn reworded(&self, waiting: &Waiting, message: &Message) -> Result<Reworded, NotAMessage> {
        Ok(Reworded { id: waiting.id, sealed: self.finished(waiting.id, message, waiting.made_at)? })
    }
}

impl Reworded {
    /// Takes the place of the one that waits; `false` when that has gone, is due, or was tried: then somebody may have read it.
    ///
    /// # Errors
    /// Those of the database.
    pub fn put_in(self, tx: &mut Tx<'_>, now: Timestamp) -> Result<bool, Error> {
        let untried = outbox::table
            .find(self.id)
            .filter(outbox::state.eq(State::Waiting))
            .filter(outbox::attempts.eq(0))
            .filter(outbox::next_at.gt(now));
        let sealed = outbox::sealed.eq(Some(&self.sealed));
        Ok(both!(tx, |c| kept(diesel::update(untried).set(sealed)).execute(c))? == 1)
    }
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
    let names: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let rows: Vec<Row> = both!(conn, |c| outbox::table
        .filter(outbox::subject_id.eq(about))
        .filter(outbox::kind.eq_any(&names))
        .filter(outbox::state.eq(State::Waiting))
        .order((outbox::next_at, outbox::id))
        .select((
            outbox::id,
            outbox::kind,
            outbox::sealed_to,
            outbox::sealed,
            outbox::next_at,
            outbox::made_at
        ))
        .load(c))?;
    let open = |(id, kind, to, sealed, at, made_at): Row| {
        let kind = kinds.iter().copied().find(|known| known.as_str() == kind)?;
        let content: Content =
            serde_json::from_slice(&keys.open(id.uuid(), "content", &sealed?).ok()?).ok()?;
        let to = keys.open(id.uuid(), "to", &to).ok()?;
        let address = EmailAddress::parse(std::str::from_utf8(&to).ok()?).ok()?;
        let to = address.shown();
        Some(Waiting { id, kind, address, to, subject: content.subject, text: content.text, at, made_at })
    };
    Ok(rows.into_iter().filter_map(open).collect())
}

/// Sends at once what of these kinds about this subject waits for its time, except to those who are not to hear of it yet; how many.
///
/// # Errors
/// Those of the database.
pub fn send_at_once(
    tx: &mut Tx<'_>,
    post: &Outbox,
    (about, kinds): (AnyId, &[Kind]),
    except: &[EmailAddress],
    now: Timestamp,
) -> Result<usize, Error> {
    let except: Vec<Vec<u8>> = except.iter().map(|to| post.recipient_key(to).as_bytes().to_vec()).collect();
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let mails = outbox::table
        .filter(outbox::subject_id.eq(about))
        .filter(outbox::kind.eq_any(&kinds))
        .filter(outbox::state.eq(State::Waiting))
        .filter(outbox::recipient_key.ne_all(&except))
        .filter(outbox::next_at.gt(now));
    let hurried = both!(tx, |c| diesel::update(mails).set(outbox::next_at.eq(now)).execute(c))?;
    if hurried > 0 {
        tx.raise(Signal::Mail);
    }
    Ok(hurried)
}
