//! The outbox: mail that is owed. A message is put in by the transaction whose news it carries, so there is one if and only
//! if its cause was committed.

use super::message::{Kind, Message, NotAMessage, Rendered, Sender};
use crate::clock::{Clock, Timestamp};
use crate::db::schema::outbox;
use crate::db::{Conn, Error, Signal, Tx, both, kept};
use crate::ids::{AnyId, CampaignId, MailId};
use crate::secret::{Keys, LookupKey, Random};
use crate::text::EmailAddress;
use crate::text_column;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Where a message stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// It is to be sent when its time comes.
    Waiting,
    /// A postman holds it.
    Leased,
    /// The relay took it over.
    Sent,
    /// Its recipient was refused for good.
    Failed,
    /// It broke the postman's hands three times; somebody has to look.
    Quarantined,
    /// It was taken back before it went.
    Cancelled,
}

impl State {
    /// The word in the database and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Leased => "leased",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Quarantined => "quarantined",
            Self::Cancelled => "cancelled",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let all = [Self::Waiting, Self::Leased, Self::Sent, Self::Failed, Self::Quarantined, Self::Cancelled];
        all.into_iter().find(|state| state.as_str() == text)
    }
}

text_column!(State, State::parse);

/// What it takes to write mail: the sender, and the key that recipients and texts are sealed with. Clones share it.
#[derive(Clone)]
pub struct Outbox(Arc<Tools>);

struct Tools {
    keys: Keys,
    random: Random,
    clock: Clock,
    sender: Sender,
}

/// A finished, sealed message that has not been put in yet. Finishing takes longer than putting in, so it can be done before
/// the transaction.
pub struct Prepared {
    row: NewRow,
}

#[derive(Insertable)]
#[diesel(table_name = outbox)]
struct NewRow {
    id: MailId,
    kind: &'static str,
    state: State,
    campaign_id: Option<CampaignId>,
    subject_id: Option<AnyId>,
    recipient_key: Vec<u8>,
    sealed_to: Vec<u8>,
    sealed: Vec<u8>,
    message_id: String,
    by_stranger: bool,
    next_at: Timestamp,
    made_at: Timestamp,
}

/// What is sealed of a message besides its recipient.
#[derive(Serialize, Deserialize)]
pub(super) struct Content {
    /// The envelope's sender.
    pub(super) from: String,
    /// The subject and the plain words again, for the mailbox page.
    pub(super) subject: String,
    pub(super) text: String,
    /// The finished mail, all ASCII.
    pub(super) mail: String,
}

/// Why a stored message cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the stored message cannot be read: {0}")]
pub(super) struct Unreadable(String);

impl Outbox {
    /// Mail from `sender`, sealed with `keys`.
    pub fn new(keys: Keys, random: Random, clock: Clock, sender: Sender) -> Self {
        Self(Arc::new(Tools { keys, random, clock, sender }))
    }

    /// Takes back what about this subject has not gone yet to this address.
    ///
    /// # Errors
    /// Those of the database.
    pub fn take_back_to(
        &self,
        tx: &mut Tx<'_>,
        about: AnyId,
        to: &EmailAddress,
        now: Timestamp,
    ) -> Result<usize, Error> {
        let mails = outbox::table
            .filter(outbox::subject_id.eq(about))
            .filter(outbox::recipient_key.eq(self.recipient_key(to).as_bytes().to_vec()))
            .filter(outbox::state.eq(State::Waiting));
        Ok(both!(tx, |c| kept(diesel::update(mails).set(cancelled(now))).execute(c))?)
    }

    /// Finishes and seals a message; [`Prepared::enqueue`] puts it in.
    ///
    /// # Errors
    /// [`NotAMessage`] when its parts make no mail.
    pub fn prepare(&self, message: &Message) -> Result<Prepared, NotAMessage> {
        let now = self.0.clock.now();
        // What waits for its day is of that day.
        let goes_at = message.not_before.unwrap_or(now);
        let id = MailId::new(now.millis(), self.0.random.bytes());
        Ok(Prepared {
            row: NewRow {
                id,
                kind: message.kind.as_str(),
                state: State::Waiting,
                campaign_id: message.campaign,
                subject_id: message.about,
                recipient_key: self.recipient_key(&message.to).as_bytes().to_vec(),
                sealed_to: self.seal(id, "to", message.to.as_str().as_bytes()),
                sealed: self.finished(id, message, goes_at)?,
                message_id: self.0.sender.message_id(id),
                by_stranger: message.kind.is_by_stranger(),
                next_at: goes_at,
                made_at: now,
            },
        })
    }

    /// The finished mail with what the mailbox page shows of it, sealed.
    pub(super) fn finished(
        &self,
        id: MailId,
        message: &Message,
        date: Timestamp,
    ) -> Result<Vec<u8>, NotAMessage> {
        let rendered = message.rendered(&self.0.sender, id, date)?;
        let content = Content {
            from: rendered.from.to_string(),
            subject: message.subject.clone(),
            text: message.text.clone(),
            mail: String::from_utf8(rendered.bytes).map_err(|error| NotAMessage::Parts(error.to_string()))?,
        };
        let content = serde_json::to_vec(&content).map_err(|error| NotAMessage::Parts(error.to_string()))?;
        Ok(self.seal(id, "content", &content))
    }

    fn seal(&self, id: MailId, field: &str, plain: &[u8]) -> Vec<u8> {
        self.0.keys.seal(&self.0.random, id.uuid(), field, plain)
    }

    pub(super) fn recipient_key(&self, to: &EmailAddress) -> LookupKey {
        self.0.keys.lookup("mail recipient", &to.canonical())
    }

    /// What the relay is greeted with: the domain that mail comes from.
    pub fn domain(&self) -> &str {
        self.0.sender.domain()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The recipient of a stored message.
    pub(super) fn open_to(&self, id: MailId, sealed: &[u8]) -> Result<EmailAddress, Unreadable> {
        let plain = self.0.keys.open(id.uuid(), "to", sealed).map_err(|e| Unreadable(e.to_string()))?;
        let text = std::str::from_utf8(&plain).map_err(|e| Unreadable(e.to_string()))?;
        EmailAddress::parse(text).map_err(|_| Unreadable("its recipient is no address".to_owned()))
    }

    /// What a stored message says.
    pub(super) fn open_content(&self, id: MailId, sealed: &[u8]) -> Result<Content, Unreadable> {
        let plain = self.0.keys.open(id.uuid(), "content", sealed).map_err(|e| Unreadable(e.to_string()))?;
        serde_json::from_slice(&plain).map_err(|e| Unreadable(e.to_string()))
    }

    /// A stored message as it goes over the wire.
    pub(super) fn open(&self, id: MailId, sealed_to: &[u8], sealed: &[u8]) -> Result<Rendered, Unreadable> {
        let content = self.open_content(id, sealed)?;
        let to = self.open_to(id, sealed_to)?;
        Rendered::again(&content.from, to.as_str(), content.mail.into_bytes())
            .map_err(|e| Unreadable(e.to_string()))
    }
}

impl Prepared {
    /// Puts it in: part of the transaction whose news it carries. The postman is woken when that commits.
    ///
    /// # Errors
    /// Those of the database.
    pub fn enqueue(self, tx: &mut Tx<'_>) -> Result<MailId, Error> {
        both!(tx, |c| diesel::insert_into(outbox::table).values(&self.row).execute(c))?;
        tx.raise(Signal::Mail);
        Ok(self.row.id)
    }

    /// What it will be known by.
    pub fn id(&self) -> MailId {
        self.row.id
    }
}

/// Takes back what of these kinds about this subject has not gone yet: for undo, and for news that is no longer true. Returns
/// how many were taken back; those that a postman holds at this moment go.
///
/// # Errors
/// Those of the database.
pub fn take_back(tx: &mut Tx<'_>, about: AnyId, kinds: &[Kind], now: Timestamp) -> Result<usize, Error> {
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let mails = outbox::table
        .filter(outbox::subject_id.eq(about))
        .filter(outbox::kind.eq_any(&kinds))
        .filter(outbox::state.eq(State::Waiting));
    Ok(both!(tx, |c| kept(diesel::update(mails).set(cancelled(now))).execute(c))?)
}

/// Takes back everything about this subject that has not gone yet.
///
/// # Errors
/// Those of the database.
pub fn take_back_all(tx: &mut Tx<'_>, about: AnyId, now: Timestamp) -> Result<usize, Error> {
    let mails = outbox::table.filter(outbox::subject_id.eq(about)).filter(outbox::state.eq(State::Waiting));
    Ok(both!(tx, |c| kept(diesel::update(mails).set(cancelled(now))).execute(c))?)
}

/// Whether a message of this kind about this subject was written since this moment.
///
/// # Errors
/// Those of the database.
pub fn was_written_since(conn: &mut Conn, about: AnyId, kind: Kind, since: Timestamp) -> Result<bool, Error> {
    let count: i64 = both!(conn, |c| outbox::table
        .filter(outbox::subject_id.eq(about))
        .filter(outbox::kind.eq(kind.as_str()))
        .filter(outbox::state.ne(State::Cancelled))
        .filter(outbox::made_at.gt(since))
        .count()
        .get_result(c))?;
    Ok(count > 0)
}

/// Whether a message of one of these kinds about this subject, made since then, has gone, may have, or is going at this
/// moment.
///
/// # Errors
/// Those of the database.
pub fn has_gone(conn: &mut Conn, about: AnyId, kinds: &[Kind], since: Timestamp) -> Result<bool, Error> {
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let gone: i64 = both!(conn, |c| outbox::table
        .filter(outbox::subject_id.eq(about))
        .filter(outbox::kind.eq_any(&kinds))
        .filter(outbox::made_at.ge(since))
        .filter(outbox::state.ne_all([State::Waiting, State::Cancelled, State::Failed]))
        .count()
        .get_result(c))?;
    Ok(gone > 0)
}

/// When the next message of one of these kinds about this subject goes, if one waits.
///
/// # Errors
/// Those of the database.
pub fn goes_at(conn: &mut Conn, about: AnyId, kinds: &[Kind]) -> Result<Option<Timestamp>, Error> {
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    Ok(both!(conn, |c| outbox::table
        .filter(outbox::subject_id.eq(about))
        .filter(outbox::kind.eq_any(&kinds))
        .filter(outbox::state.eq(State::Waiting))
        .order(outbox::next_at)
        .select(outbox::next_at)
        .first(c)
        .optional())?)
}

/// Takes one message back. False when it has gone, or is going.
///
/// # Errors
/// Those of the database.
pub fn cancel(tx: &mut Tx<'_>, id: MailId, now: Timestamp) -> Result<bool, Error> {
    let mails = outbox::table.find(id).filter(outbox::state.eq(State::Waiting));
    let taken = both!(tx, |c| diesel::update(mails).set(cancelled(now)).execute(c))?;
    Ok(taken > 0)
}

/// How many messages of these kinds of a campaign wait for their first try, or are tried for the first time at this moment.
///
/// # Errors
/// Those of the database.
pub fn untried(conn: &mut Conn, campaign: CampaignId, kinds: &[Kind]) -> Result<i64, Error> {
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let waits = outbox::state.eq(State::Waiting).and(outbox::attempts.eq(0));
    let is_tried = outbox::state.eq(State::Leased).and(outbox::attempts.eq(1));
    Ok(both!(conn, |c| outbox::table
        .filter(outbox::settled_at.is_null())
        .filter(waits.or(is_tried))
        .filter(outbox::campaign_id.eq(campaign))
        .filter(outbox::kind.eq_any(&kinds))
        .count()
        .get_result(c))?)
}

/// When the newest message of one of these kinds about this subject was written that was not taken back, and when it went.
///
/// # Errors
/// Those of the database.
pub fn newest(
    conn: &mut Conn,
    about: AnyId,
    kinds: &[Kind],
) -> Result<Option<(Timestamp, Option<Timestamp>)>, Error> {
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let newest: Option<(Timestamp, State, Option<Timestamp>)> = both!(conn, |c| outbox::table
        .filter(outbox::subject_id.eq(about))
        .filter(outbox::kind.eq_any(&kinds))
        .filter(outbox::state.ne(State::Cancelled))
        .order(outbox::made_at.desc())
        .select((outbox::made_at, outbox::state, outbox::settled_at))
        .first(c)
        .optional())?;
    Ok(newest.map(|(at, state, settled)| (at, settled.filter(|_| state == State::Sent))))
}

/// Takes these messages back; which of them were, and what they were about: those that have gone, or are going, are not.
///
/// # Errors
/// Those of the database.
pub fn cancel_all(
    tx: &mut Tx<'_>,
    ids: &[MailId],
    now: Timestamp,
) -> Result<Vec<(MailId, Option<AnyId>)>, Error> {
    let mails = outbox::table.filter(outbox::id.eq_any(ids)).filter(outbox::state.eq(State::Waiting));
    Ok(both!(tx, |c| diesel::update(mails)
        .set(cancelled(now))
        .returning((outbox::id, outbox::subject_id))
        .get_results(c))?)
}

/// How a message that is taken back looks: without its text.
#[derive(AsChangeset)]
#[diesel(table_name = outbox, treat_none_as_null = true)]
struct Cancelled {
    state: State,
    settled_at: Option<Timestamp>,
    sealed: Option<Vec<u8>>,
}

fn cancelled(now: Timestamp) -> Cancelled {
    Cancelled { state: State::Cancelled, settled_at: Some(now), sealed: None }
}
