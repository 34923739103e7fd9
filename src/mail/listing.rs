//! What is in the outbox, for those who look after it, and for the mailbox page.

use super::outbox::{Outbox, State};
use crate::clock::Timestamp;
use crate::db::schema::outbox;
use crate::db::{Conn, Error, Signal, Tx, both};
use crate::ids::MailId;
use diesel::prelude::*;
use serde::{Serialize, Serializer};

/// A message as the command line lists it.
#[derive(Clone, Debug, Serialize)]
pub struct Listed {
    /// Its id, for `retry` and `cancel`.
    #[serde(serialize_with = "shown")]
    pub id: MailId,
    /// What it is for.
    pub kind: String,
    /// Where it stands.
    #[serde(serialize_with = "word")]
    pub state: State,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next; for what is settled, when it was tried last.
    #[serde(serialize_with = "shown")]
    pub next_at: Timestamp,
    /// The recipient, masked: `r***@ngo.example`.
    pub to: String,
    /// What went wrong last.
    pub last_error: Option<String>,
}

/// A message that was kept instead of sent.
#[derive(Clone)]
pub struct Kept {
    /// Its id.
    pub id: MailId,
    /// The recipient.
    pub to: String,
    /// What is to be done.
    pub subject: String,
    /// The plain words.
    pub text: String,
    /// When it would have been sent.
    pub at: Timestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = outbox)]
struct Row {
    id: MailId,
    kind: String,
    state: State,
    attempts: i64,
    next_at: Timestamp,
    sealed_to: Vec<u8>,
    last_error: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = outbox)]
struct KeptRow {
    id: MailId,
    sealed_to: Vec<u8>,
    sealed: Option<Vec<u8>>,
    settled_at: Option<Timestamp>,
    made_at: Timestamp,
}

/// How a message looks that is to be tried again as if it were new.
#[derive(AsChangeset)]
#[diesel(table_name = outbox, treat_none_as_null = true)]
struct Renewed {
    state: State,
    attempts: i64,
    strikes: i64,
    next_at: Timestamp,
    settled_at: Option<Timestamp>,
}

impl Outbox {
    /// What is not done, the next due first: what waits and what needs somebody. With `since`, also what was sent or taken
    /// back since then.
    ///
    /// # Errors
    /// Those of the database.
    pub fn list(&self, conn: &mut Conn, since: Option<Timestamp>) -> Result<Vec<Listed>, Error> {
        const DONE: [State; 2] = [State::Sent, State::Cancelled];
        // Nothing was settled in the far future: without `since` the second condition finds nothing.
        let since = since.unwrap_or(Timestamp::from_micros(i64::MAX));
        let rows: Vec<Row> = both!(conn, |c| outbox::table
            .filter(outbox::state.ne_all(DONE).or(outbox::settled_at.ge(since).assume_not_null()))
            .order((outbox::next_at, outbox::id))
            .select(Row::as_select())
            .load(c))?;
        Ok(rows.into_iter().map(|row| self.listed(row)).collect())
    }

    /// What was kept instead of sent, newest first; at most `most`.
    ///
    /// # Errors
    /// Those of the database.
    pub fn kept(&self, conn: &mut Conn, most: i64) -> Result<Vec<Kept>, Error> {
        let rows: Vec<KeptRow> = both!(conn, |c| outbox::table
            .filter(outbox::state.eq(State::Sent))
            .filter(outbox::sealed.is_not_null())
            .order((outbox::settled_at.desc(), outbox::id.desc()))
            .limit(most)
            .select(KeptRow::as_select())
            .load(c))?;
        // One that does not open was sealed with another key: there is nothing of it to show.
        Ok(rows.into_iter().filter_map(|row| self.opened(row)).collect())
    }

    fn listed(&self, row: Row) -> Listed {
        let to = self.open_to(row.id, &row.sealed_to).map(|to| to.masked());
        Listed {
            id: row.id,
            kind: row.kind,
            state: row.state,
            attempts: row.attempts,
            next_at: row.next_at,
            to: to.unwrap_or_else(|_| "(sealed with another key)".to_owned()),
            last_error: row.last_error,
        }
    }

    fn opened(&self, row: KeptRow) -> Option<Kept> {
        let content = self.open_content(row.id, &row.sealed?).ok()?;
        let to = self.open_to(row.id, &row.sealed_to).ok()?;
        Some(Kept {
            id: row.id,
            to: to.as_str().to_owned(),
            subject: content.subject,
            text: content.text,
            at: row.settled_at.unwrap_or(row.made_at),
        })
    }
}

/// Tries one message again now, as if it were new. False when it is done, or being sent at this moment.
///
/// # Errors
/// Those of the database.
pub fn retry(tx: &mut Tx<'_>, id: MailId, now: Timestamp) -> Result<bool, Error> {
    let again = outbox::table
        .find(id)
        .filter(outbox::state.eq_any([State::Waiting, State::Failed, State::Quarantined]))
        .filter(outbox::sealed.is_not_null());
    let count = both!(tx, |c| diesel::update(again).set(renewed(now)).execute(c))?;
    tx.raise(Signal::Mail);
    Ok(count > 0)
}

/// Tries everything again now that went wrong; how many. What waits for its time and was never tried goes on waiting.
///
/// # Errors
/// Those of the database.
pub fn retry_all(tx: &mut Tx<'_>, now: Timestamp) -> Result<usize, Error> {
    let tried = outbox::state.eq(State::Waiting).and(outbox::last_error.is_not_null());
    let again = outbox::table
        .filter(outbox::state.eq_any([State::Failed, State::Quarantined]).or(tried))
        .filter(outbox::sealed.is_not_null());
    let count = both!(tx, |c| diesel::update(again).set(renewed(now)).execute(c))?;
    tx.raise(Signal::Mail);
    Ok(count)
}

fn renewed(now: Timestamp) -> Renewed {
    Renewed { state: State::Waiting, attempts: 0, strikes: 0, next_at: now, settled_at: None }
}

fn shown<S: Serializer>(value: &impl ToString, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&value.to_string())
}

fn word<S: Serializer>(state: &State, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(state.as_str())
}
