//! Taking messages up and putting them down. A message is taken up with a lease and a number, the fence; it can be put down only
//! under the number it was taken up with, so a postman who was held up too long changes nothing.

use super::outbox::State;
use super::schedule::Settlement;
use crate::clock::Timestamp;
use crate::db::schema::outbox;
use crate::db::{Conn, Error, Tx, both, kept};
use crate::ids::{AnyId, CampaignId, MailId};
use diesel::prelude::*;
use jiff::SignedDuration;

/// How long a postman may hold a message without saying that he still does.
pub(super) const LEASE: SignedDuration = SignedDuration::from_mins(2);

/// A message that was taken up.
#[derive(Queryable, Selectable, Clone)]
#[diesel(table_name = outbox)]
pub(super) struct Claimed {
    pub(super) id: MailId,
    pub(super) kind: String,
    campaign_id: Option<CampaignId>,
    subject_id: Option<AnyId>,
    pub(super) sealed_to: Vec<u8>,
    pub(super) sealed: Option<Vec<u8>>,
    pub(super) attempts: i64,
    pub(super) strikes: i64,
    pub(super) next_at: Timestamp,
    fence: i64,
}

/// What became of a message, for the feature that wrote it.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The message.
    pub id: MailId,
    /// The name of its [`Kind`](super::Kind).
    pub kind: String,
    /// The campaign it belongs to.
    pub campaign: Option<CampaignId>,
    /// What it is about.
    pub about: Option<AnyId>,
    /// To whom it was addressed: [`Outbox::addressee`](super::Outbox::addressee) opens it.
    pub(super) sealed_to: Vec<u8>,
    /// When.
    pub at: Timestamp,
    /// What.
    pub news: News,
}

/// Whether a message arrived, as far as the relay can tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum News {
    /// The relay took it over. Said once for each message.
    Delivered,
    /// It will not be delivered, or somebody has to look at it first.
    Failed,
}

#[derive(AsChangeset)]
#[diesel(table_name = outbox)]
struct Change {
    state: State,
    attempts: i64,
    strikes: i64,
    next_at: Timestamp,
    lease_until: Option<Option<Timestamp>>,
    settled_at: Option<Option<Timestamp>>,
    last_error: Option<Option<String>>,
    sealed: Option<Option<Vec<u8>>>,
}

/// Whether something is to be sent.
pub(super) fn is_due(conn: &mut Conn, now: Timestamp) -> Result<bool, Error> {
    let waiting =
        outbox::settled_at.is_null().and(outbox::state.eq(State::Waiting)).and(outbox::next_at.le(now));
    let forsaken = outbox::state.eq(State::Leased).and(outbox::lease_until.lt(now));
    let due = outbox::table.filter(waiting.or(forsaken));
    Ok(both!(conn, |c| diesel::select(diesel::dsl::exists(due)).get_result(c))?)
}

/// Takes up at most `most` messages that are due, the longest due first. The attempt is counted here, before anything is done
/// with them, so that a message that ends the process is not tried for ever.
pub(super) fn claim(tx: &mut Tx<'_>, now: Timestamp, most: i64) -> Result<Vec<Claimed>, Error> {
    put_down_forsaken(tx, now)?;
    let mut claimed = Vec::new();
    for (id, fence) in due(tx, now, most)? {
        let row =
            outbox::table.find(id).filter(outbox::fence.eq(fence)).filter(outbox::state.eq(State::Waiting));
        let taken: Option<Claimed> = both!(tx, |c| kept(
            diesel::update(row)
                .set((
                    outbox::state.eq(State::Leased),
                    outbox::lease_until.eq(Some(now.plus(LEASE))),
                    outbox::fence.eq(fence + 1),
                    outbox::attempts.eq(outbox::attempts + 1),
                ))
                .returning(Claimed::as_returning())
        )
        .get_result(c)
        .optional())?;
        claimed.extend(taken);
    }
    Ok(claimed)
}

/// Where mail goes nowhere: counts at most `most` messages that are due as delivered, without taking them up first, because nothing
/// outside can go wrong in between. Their texts stay, for the mailbox page.
pub(super) fn keep(tx: &mut Tx<'_>, now: Timestamp, most: i64) -> Result<Vec<Settled>, Error> {
    put_down_forsaken(tx, now)?;
    let mut settled = Vec::new();
    for (id, fence) in due(tx, now, most)? {
        let row =
            outbox::table.find(id).filter(outbox::fence.eq(fence)).filter(outbox::state.eq(State::Waiting));
        type Sent = (String, Option<CampaignId>, Option<AnyId>, Vec<u8>);
        let sent: Option<Sent> = both!(tx, |c| kept(
            diesel::update(row)
                .set((
                    outbox::state.eq(State::Sent),
                    outbox::fence.eq(fence + 1),
                    outbox::attempts.eq(outbox::attempts + 1),
                    outbox::settled_at.eq(Some(now)),
                    outbox::last_error.eq(None::<String>),
                ))
                .returning((outbox::kind, outbox::campaign_id, outbox::subject_id, outbox::sealed_to))
        )
        .get_result(c)
        .optional())?;
        settled.extend(sent.map(|(kind, campaign, about, sealed_to)| Settled {
            id,
            kind,
            campaign,
            about,
            sealed_to,
            at: now,
            news: News::Delivered,
        }));
    }
    Ok(settled)
}

/// What a postman holds who has not said for too long that he does is anybody's again.
fn put_down_forsaken(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), Error> {
    let forsaken = outbox::table.filter(outbox::state.eq(State::Leased)).filter(outbox::lease_until.lt(now));
    both!(tx, |c| kept(
        diesel::update(forsaken)
            .set((outbox::state.eq(State::Waiting), outbox::lease_until.eq(None::<Timestamp>)))
    )
    .execute(c))?;
    Ok(())
}

/// What is due, locked on PostgreSQL; rows that another instance is about to take up are passed over there.
fn due(tx: &mut Tx<'_>, now: Timestamp, most: i64) -> Result<Vec<(MailId, i64)>, Error> {
    let due = outbox::table
        .filter(outbox::settled_at.is_null())
        .filter(outbox::state.eq(State::Waiting))
        .filter(outbox::next_at.le(now))
        .order(outbox::next_at)
        .limit(most)
        .select((outbox::id, outbox::fence));
    let conn: &mut Conn = tx.as_mut();
    Ok(match conn {
        Conn::Sqlite(c) => due.load(c)?,
        Conn::Pg(c) => due.for_update().skip_locked().load(c)?,
    })
}

/// Says that messages are still held.
pub(super) fn renew(tx: &mut Tx<'_>, held: &[Claimed], now: Timestamp) -> Result<(), Error> {
    for mail in held {
        let row = outbox::table
            .find(mail.id)
            .filter(outbox::fence.eq(mail.fence))
            .filter(outbox::state.eq(State::Leased));
        both!(tx, |c| kept(diesel::update(row).set(outbox::lease_until.eq(Some(now.plus(LEASE)))))
            .execute(c))?;
    }
    Ok(())
}

/// Puts a message down. `None` when it is no longer ours: the lease ran out and another postman took it up, or somebody took it
/// back. `keep` leaves the text of a delivered message, for the mailbox page.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    mail: &Claimed,
    settlement: &Settlement,
    now: Timestamp,
    keep: bool,
) -> Result<Option<Option<Settled>>, Error> {
    // A lease that ran out and was taken up by nobody is still ours to settle.
    let row = outbox::table
        .find(mail.id)
        .filter(outbox::fence.eq(mail.fence))
        .filter(outbox::state.eq_any([State::Leased, State::Waiting]));
    let change = change(mail, settlement, now, keep);
    if both!(tx, |c| kept(diesel::update(row).set(&change)).execute(c))? == 0 {
        return Ok(None);
    }
    let news = match settlement {
        Settlement::Sent => Some(News::Delivered),
        Settlement::Failed { .. } | Settlement::Quarantined { .. } => Some(News::Failed),
        Settlement::Again { .. } | Settlement::GivenBack { .. } | Settlement::Strike { .. } => None,
    };
    Ok(Some(news.map(|news| Settled {
        id: mail.id,
        kind: mail.kind.clone(),
        campaign: mail.campaign_id,
        about: mail.subject_id,
        sealed_to: mail.sealed_to.clone(),
        at: now,
        news,
    })))
}

/// Puts down what the last server held when it ended. Only for the embedded database, where the lock file shows that no other
/// server is there.
pub(super) fn recover(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let held =
        outbox::table.filter(outbox::state.eq(State::Leased)).filter(outbox::lease_until.is_not_null());
    Ok(both!(tx, |c| diesel::update(held)
        .set((outbox::state.eq(State::Waiting), outbox::lease_until.eq(None::<Timestamp>)))
        .execute(c))?)
}

fn change(mail: &Claimed, settlement: &Settlement, now: Timestamp, keep: bool) -> Change {
    // As it was, put down; each case says what is different.
    let mut change = Change {
        state: State::Waiting,
        attempts: mail.attempts,
        strikes: mail.strikes,
        next_at: mail.next_at,
        lease_until: Some(None),
        settled_at: None,
        last_error: None,
        sealed: None,
    };
    match settlement {
        Settlement::Sent => {
            change.state = State::Sent;
            change.last_error = Some(None);
            change.sealed = if keep { None } else { Some(None) };
        }
        Settlement::Again { at, why } => {
            change.next_at = *at;
            change.last_error = Some(Some(why.clone()));
        }
        Settlement::GivenBack { at, why } => {
            change.attempts -= 1;
            change.next_at = *at;
            change.last_error = why.clone().map(Some);
        }
        Settlement::Strike { at, why } => {
            change.strikes += 1;
            change.next_at = *at;
            change.last_error = Some(Some(why.clone()));
        }
        Settlement::Failed { why } => {
            change.state = State::Failed;
            change.last_error = Some(Some(why.clone()));
        }
        Settlement::Quarantined { why } => {
            change.state = State::Quarantined;
            change.strikes += 1;
            change.last_error = Some(Some(why.clone()));
        }
    }
    if change.state != State::Waiting {
        change.settled_at = Some(Some(now));
    }
    change
}
