//! Hand-overs: who was asked to take over, by which links, and what became of it.

use super::ContactError;
use super::contacts::{erase_written, put_contact};
use super::links::end_links_of_nobody;
use crate::clock::Timestamp;
use crate::db::schema::{contacts, hand_over_links, hand_overs, sign_ons};
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{AccountId, CampaignId, ContactId, SignOnId};
use crate::secret::{Keys, Random, TokenDigest};
use crate::sign_on::colleague::{Ended, HandOver};
use crate::sign_on::contact;
use crate::sign_on::submission::Contact;
use crate::text_column;
use diesel::prelude::*;

text_column!(Ended, Ended::parse);

/// What a link in a mail about a hand-over is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HandOverPurpose {
    /// The colleague accepts or declines.
    Accept,
    /// Whoever spoke before objects.
    Object,
}

impl HandOverPurpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Object => "object",
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = hand_overs)]
struct Row {
    id: ContactId,
    sign_on_id: SignOnId,
    from_contact: Option<ContactId>,
    other_domain: bool,
    asked_by: Option<AccountId>,
    made_at: Timestamp,
    ends_at: Timestamp,
    objected_at: Option<Timestamp>,
    outcome: Option<Ended>,
    settled_at: Option<Timestamp>,
}

impl From<Row> for HandOver {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            sign_on: row.sign_on_id,
            from: row.from_contact,
            is_elsewhere: row.other_domain,
            asked_by: row.asked_by,
            made_at: row.made_at,
            ends_at: row.ends_at,
            objected_at: row.objected_at,
            settled: row.outcome.zip(row.settled_at),
        }
    }
}

/// Puts one in, with what names the colleague sealed.
///
/// # Errors
/// [`Error::Unique`] when another one of the same sign-on waits.
pub fn insert_hand_over(
    tx: &mut Tx<'_>,
    keys: &Keys,
    random: &Random,
    made: &HandOver,
    colleague: &Contact,
) -> Result<(), Error> {
    both!(tx, |c| diesel::insert_into(hand_overs::table)
        .values((
            hand_overs::id.eq(made.id),
            hand_overs::sign_on_id.eq(made.sign_on),
            hand_overs::from_contact.eq(made.from),
            hand_overs::sealed.eq(Some(contact::seal(keys, random, made.id, colleague))),
            hand_overs::other_domain.eq(made.is_elsewhere),
            hand_overs::asked_by.eq(made.asked_by),
            hand_overs::made_at.eq(made.made_at),
            hand_overs::ends_at.eq(made.ends_at),
        ))
        .execute(c))?;
    Ok(())
}

/// The one that waits for an answer.
///
/// # Errors
/// Those of the database.
pub fn waiting_hand_over(conn: &mut Conn, sign_on: SignOnId) -> Result<Option<HandOver>, Error> {
    Ok(last_hand_over(conn, sign_on)?.filter(|last| last.settled.is_none()))
}

/// The one that was asked last, whatever became of it.
///
/// # Errors
/// Those of the database.
pub fn last_hand_over(conn: &mut Conn, sign_on: SignOnId) -> Result<Option<HandOver>, Error> {
    let row: Option<Row> = both!(conn, |c| hand_overs::table
        .filter(hand_overs::sign_on_id.eq(sign_on))
        // What waits is the last, also where two were asked at the same moment.
        .order((hand_overs::outcome.is_null().desc(), hand_overs::made_at.desc(), hand_overs::id.desc()))
        .select(Row::as_select())
        .first(c)
        .optional())?;
    Ok(row.map(HandOver::from))
}

/// Who was asked; nobody once it is settled.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn colleague_of(conn: &mut Conn, keys: &Keys, id: ContactId) -> Result<Option<Contact>, ContactError> {
    let sealed: Option<Option<Vec<u8>>> =
        both!(conn, |c| hand_overs::table.find(id).select(hand_overs::sealed).first(c).optional())
            .map_err(Error::from)?;
    Ok(sealed.flatten().map(|sealed| contact::open(keys, id, &sealed, false)).transpose()?)
}

/// Remembers a mailed link. A link to accept sets the term of the hand-over.
///
/// # Errors
/// Those of the database.
pub fn insert_hand_over_link(
    tx: &mut Tx<'_>,
    token: TokenDigest,
    (hand_over, purpose): (ContactId, HandOverPurpose),
    now: Timestamp,
    ends_at: Timestamp,
) -> Result<(), Error> {
    both!(tx, |c| diesel::insert_into(hand_over_links::table)
        .values((
            hand_over_links::digest.eq(token.as_bytes()),
            hand_over_links::hand_over_id.eq(hand_over),
            hand_over_links::purpose.eq(purpose.as_str()),
            hand_over_links::made_at.eq(now),
            hand_over_links::ends_at.eq(ends_at),
        ))
        .execute(c))?;
    if purpose == HandOverPurpose::Accept {
        both!(tx, |c| diesel::update(hand_overs::table.find(hand_over))
            .set(hand_overs::ends_at.eq(ends_at))
            .execute(c))?;
    }
    Ok(())
}

/// The hand-over that a link is about, and until when the link works.
///
/// # Errors
/// Those of the database.
pub fn hand_over_behind(
    conn: &mut Conn,
    token: TokenDigest,
    purpose: HandOverPurpose,
) -> Result<Option<(HandOver, Timestamp)>, Error> {
    let found: Option<(Row, Timestamp)> = both!(conn, |c| hand_over_links::table
        .inner_join(hand_overs::table)
        .filter(hand_over_links::digest.eq(token.as_bytes()))
        .filter(hand_over_links::purpose.eq(purpose.as_str()))
        .select((Row::as_select(), hand_over_links::ends_at))
        .first(c)
        .optional())?;
    Ok(found.map(|(row, ends_at)| (row.into(), ends_at)))
}

/// How many links to accept were mailed about a sign-on since then, for moderators or for representatives.
///
/// # Errors
/// Those of the database.
pub fn hand_over_links_since(
    conn: &mut Conn,
    sign_on: SignOnId,
    by_staff: bool,
    since: Timestamp,
) -> Result<usize, Error> {
    let askers: Vec<Option<AccountId>> = both!(conn, |c| hand_over_links::table
        .inner_join(hand_overs::table)
        .filter(hand_overs::sign_on_id.eq(sign_on))
        .filter(hand_over_links::purpose.eq(HandOverPurpose::Accept.as_str()))
        .filter(hand_over_links::made_at.gt(since))
        .select(hand_overs::asked_by)
        .load(c))?;
    Ok(askers.into_iter().filter(|by| by.is_some() == by_staff).count())
}

/// Settles the one that waits, and erases what named the colleague in it; `false` when it does not wait any more.
///
/// # Errors
/// Those of the database.
pub fn settle_hand_over(tx: &mut Tx<'_>, id: ContactId, ended: Ended, now: Timestamp) -> Result<bool, Error> {
    let waiting = hand_overs::table.find(id).filter(hand_overs::outcome.is_null());
    let changed = both!(tx, |c| diesel::update(waiting)
        .set((
            hand_overs::outcome.eq(Some(ended)),
            hand_overs::settled_at.eq(Some(now)),
            hand_overs::sealed.eq(None::<Vec<u8>>),
        ))
        .execute(c))?;
    Ok(changed == 1)
}

/// Writes down that whoever spoke before objects since then, or that a moderator goes on nevertheless; `false` when that stood already.
///
/// # Errors
/// Those of the database.
pub fn object_to_hand_over(tx: &mut Tx<'_>, id: ContactId, since: Option<Timestamp>) -> Result<bool, Error> {
    let changes = hand_overs::objected_at.eq(since);
    let changed = match since {
        Some(_) => both!(tx, |c| diesel::update(
            hand_overs::table.find(id).filter(hand_overs::objected_at.is_null())
        )
        .set(changes)
        .execute(c))?,
        None => both!(tx, |c| diesel::update(
            hand_overs::table.find(id).filter(hand_overs::objected_at.is_not_null())
        )
        .set(changes)
        .execute(c))?,
    };
    Ok(changed == 1)
}

/// Makes the colleague a contact of the sign-on, and erases the one whose place it was, with what they wrote: their links end, and so do those
/// of nobody.
///
/// # Errors
/// Those of the database.
pub fn replace_contact(
    tx: &mut Tx<'_>,
    keys: &Keys,
    random: &Random,
    hand_over: &HandOver,
    colleague: &Contact,
    now: Timestamp,
) -> Result<(), Error> {
    put_contact(tx, keys, random, hand_over.id, hand_over.sign_on, colleague, now)?;
    if let Some(from) = hand_over.from {
        super::book::forget_replaced(tx, hand_over.sign_on, from)?;
        both!(tx, |c| diesel::delete(contacts::table.find(from)).execute(c))?;
        erase_written(tx, hand_over.sign_on)?;
    }
    end_links_of_nobody(tx, hand_over.sign_on)
}

/// Those that wait and whose link ends before a moment, at most `most`: each with its campaign, and when the link ends.
///
/// # Errors
/// Those of the database.
pub fn hand_overs_until(
    conn: &mut Conn,
    ends_before: Timestamp,
    most: i64,
) -> Result<Vec<(ContactId, CampaignId, Timestamp)>, Error> {
    Ok(both!(conn, |c| hand_overs::table
        .inner_join(sign_ons::table)
        .filter(hand_overs::outcome.is_null())
        .filter(hand_overs::ends_at.lt(ends_before))
        .order(hand_overs::ends_at)
        .limit(most)
        .select((hand_overs::id, sign_ons::campaign_id, hand_overs::ends_at))
        .load(c))?)
}

/// Settles these, which nobody has answered: who was asked is forgotten. How many.
///
/// # Errors
/// Those of the database.
pub fn expire_hand_overs(tx: &mut Tx<'_>, ids: &[ContactId], now: Timestamp) -> Result<usize, Error> {
    let over = hand_overs::table.filter(hand_overs::outcome.is_null()).filter(hand_overs::id.eq_any(ids));
    Ok(both!(tx, |c| diesel::update(over)
        .set((
            hand_overs::outcome.eq(Some(Ended::Expired)),
            hand_overs::settled_at.eq(Some(now)),
            hand_overs::sealed.eq(None::<Vec<u8>>),
        ))
        .execute(c))?)
}
