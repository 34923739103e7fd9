//! Every statement about mailings.

mod candidates;
mod recipients;

pub use candidates::{AT_ONCE, Candidate, Fate, Reading, candidates, tally};
pub use recipients::{
    Counts, counts, forget_links, forget_recipient, forget_recipients, insert_recipient,
    insert_unsubscribe_link, knows, note_delivered, note_refused, take_back_waiting, unsubscribe_link,
};

use super::audience::Audience;
use super::letter::{Begun, Mailing, Stand, Words};
use crate::clock::Timestamp;
use crate::db::columns::UnknownValue;
use crate::db::schema::mailings;
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{AccountId, AnyId, CampaignId, MailingId};
use crate::text_column;
use diesel::prelude::*;

text_column!(Audience, Audience::parse);

#[derive(Queryable, Selectable)]
#[diesel(table_name = mailings)]
struct Row {
    id: MailingId,
    campaign_id: CampaignId,
    version: i64,
    audience: Audience,
    subject: String,
    body: String,
    state: String,
    changed_at: Timestamp,
    changed_by: AccountId,
    begun_at: Option<Timestamp>,
    begun_by: Option<AccountId>,
    counted: Option<i64>,
    looked_at: Option<AnyId>,
    mailed: i64,
    left_out: i64,
    ended_at: Option<Timestamp>,
    stopped_by: Option<AccountId>,
}

impl Row {
    fn into_mailing(self) -> Result<Mailing, Error> {
        let unknown = |expected, value: String| {
            let unknown = UnknownValue { expected, value };
            Error::from(diesel::result::Error::DeserializationError(unknown.into()))
        };
        let begun = match (self.begun_at, self.begun_by, self.counted) {
            (Some(at), Some(by), Some(counted)) => Some(Begun { at, by, counted }),
            _ => None,
        };
        let stand = match (self.state.as_str(), begun, self.ended_at, self.stopped_by) {
            ("draft", None, None, None) => Stand::Draft,
            ("sending", Some(begun), None, None) => Stand::Sending(begun),
            ("sent", Some(begun), Some(at), None) => Stand::Sent(begun, at),
            ("stopped", Some(begun), Some(at), Some(by)) => Stand::Stopped(begun, at, by),
            _ => return Err(unknown("state of a mailing", self.state)),
        };
        let words = Words::again(&self.subject, &self.body);
        Ok(Mailing {
            words: words.ok_or_else(|| unknown("text of a mailing", self.subject))?,
            id: self.id,
            campaign: self.campaign_id,
            version: self.version,
            audience: self.audience,
            stand,
            changed_at: self.changed_at,
            changed_by: self.changed_by,
            looked_at: self.looked_at,
            mailed: self.mailed,
            left_out: self.left_out,
        })
    }
}

/// The mailing with this id.
///
/// # Errors
/// Those of the database.
pub fn mailing(conn: &mut Conn, id: MailingId) -> Result<Option<Mailing>, Error> {
    let row: Option<Row> =
        both!(conn, |c| mailings::table.find(id).select(Row::as_select()).first(c).optional())?;
    row.map(Row::into_mailing).transpose()
}

/// Every mailing of a letter, the newest first.
///
/// # Errors
/// Those of the database.
pub fn mailings_of(conn: &mut Conn, campaign: CampaignId) -> Result<Vec<Mailing>, Error> {
    let rows: Vec<Row> = both!(conn, |c| mailings::table
        .filter(mailings::campaign_id.eq(campaign))
        .order((mailings::made_at.desc(), mailings::id.desc()))
        .select(Row::as_select())
        .load(c))?;
    rows.into_iter().map(Row::into_mailing).collect()
}

/// The mailings that are on their way, the oldest first.
///
/// # Errors
/// Those of the database.
pub fn sending(conn: &mut Conn) -> Result<Vec<MailingId>, Error> {
    Ok(both!(conn, |c| mailings::table
        .filter(mailings::state.eq("sending"))
        .order(mailings::begun_at)
        .select(mailings::id)
        .load(c))?)
}

/// Makes a draft.
///
/// # Errors
/// [`Error::Unique`] when it was made already.
pub fn insert(
    tx: &mut Tx<'_>,
    (id, campaign): (MailingId, CampaignId),
    (audience, words): (Audience, &Words),
    by: AccountId,
    now: Timestamp,
) -> Result<(), Error> {
    both!(tx, |c| diesel::insert_into(mailings::table)
        .values((
            mailings::id.eq(id),
            mailings::campaign_id.eq(campaign),
            mailings::version.eq(1_i64),
            mailings::audience.eq(audience),
            mailings::subject.eq(words.subject.as_str()),
            mailings::body.eq(words.text.as_str()),
            mailings::state.eq("draft"),
            mailings::made_at.eq(now),
            mailings::changed_at.eq(now),
            mailings::changed_by.eq(by),
        ))
        .execute(c))?;
    Ok(())
}

/// The draft in this version.
macro_rules! draft {
    ($before:expr) => {
        mailings::table
            .find($before.0)
            .filter(mailings::version.eq($before.1))
            .filter(mailings::state.eq("draft"))
    };
}

/// Writes a draft anew, if it is still in this version; whether it was.
///
/// # Errors
/// Those of the database.
pub fn rewrite(
    tx: &mut Tx<'_>,
    before: (MailingId, i64),
    (audience, words): (Audience, &Words),
    by: AccountId,
    now: Timestamp,
) -> Result<bool, Error> {
    let changed = both!(tx, |c| diesel::update(draft!(before))
        .set((
            mailings::version.eq(mailings::version + 1),
            mailings::audience.eq(audience),
            mailings::subject.eq(words.subject.as_str()),
            mailings::body.eq(words.text.as_str()),
            mailings::changed_at.eq(now),
            mailings::changed_by.eq(by),
        ))
        .execute(c))?;
    Ok(changed == 1)
}

/// Throws a draft away, if it is still in this version; whether it was.
///
/// # Errors
/// Those of the database.
pub fn discard(tx: &mut Tx<'_>, before: (MailingId, i64)) -> Result<bool, Error> {
    Ok(both!(tx, |c| diesel::delete(draft!(before)).execute(c))? == 1)
}

/// Begins to send a draft, if it is still in this version; whether it was.
///
/// # Errors
/// Those of the database.
pub fn begin(
    tx: &mut Tx<'_>,
    before: (MailingId, i64),
    counted: i64,
    by: AccountId,
    now: Timestamp,
) -> Result<bool, Error> {
    let changed = both!(tx, |c| diesel::update(draft!(before))
        .set((
            mailings::version.eq(mailings::version + 1),
            mailings::state.eq("sending"),
            mailings::begun_at.eq(Some(now)),
            mailings::begun_by.eq(Some(by)),
            mailings::counted.eq(Some(counted)),
        ))
        .execute(c))?;
    Ok(changed == 1)
}

/// Writes down how far it has come, if it is still on its way and stands where it stood; whether it did. Without a next place everybody has
/// been looked at, and it is sent.
///
/// # Errors
/// Those of the database.
pub fn advance(
    tx: &mut Tx<'_>,
    before: &Mailing,
    looked_at: Option<AnyId>,
    (mailed, left_out): (i64, i64),
    ended_at: Option<Timestamp>,
) -> Result<bool, Error> {
    let on_its_way = mailings::table.find(before.id).filter(mailings::state.eq("sending"));
    let changed = both!(tx, |c| diesel::update(on_its_way)
        .set((
            mailings::looked_at.eq(looked_at.or(before.looked_at)),
            mailings::mailed.eq(mailings::mailed + mailed),
            mailings::left_out.eq(mailings::left_out + left_out),
            mailings::state.eq(if ended_at.is_some() { "sent" } else { "sending" }),
            mailings::ended_at.eq(ended_at),
        ))
        .execute(c))?;
    Ok(changed == 1)
}

/// Stops one that is on its way; whether it was. `taken_back`: how many of its mails were, so that they do not count.
///
/// # Errors
/// Those of the database.
pub fn stop(
    tx: &mut Tx<'_>,
    id: MailingId,
    taken_back: i64,
    by: AccountId,
    now: Timestamp,
) -> Result<bool, Error> {
    let on_its_way = mailings::table.find(id).filter(mailings::state.eq("sending"));
    let changed = both!(tx, |c| diesel::update(on_its_way)
        .set((
            mailings::version.eq(mailings::version + 1),
            mailings::state.eq("stopped"),
            mailings::mailed.eq(mailings::mailed - taken_back),
            mailings::ended_at.eq(Some(now)),
            mailings::stopped_by.eq(Some(by)),
        ))
        .execute(c))?;
    Ok(changed == 1)
}
