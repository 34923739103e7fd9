//! Who is written to: found anew at each look, in the order of ids, so that whoever goes on begins where the last one ended.

use crate::clock::Timestamp;
use crate::db::schema::{contacts, sign_ons};
use crate::db::{Conn, Error, both};
use crate::ids::{AnyId, CampaignId, ContactId, SignOnId};
use crate::mail::Outbox;
use crate::mailing::audience::{Audience, LeftOut, Tally};
use crate::secret::Keys;
use crate::sign_on::store::{self as sign_on_store, ContactError, contact_key};
use crate::sign_on::{Invitation, NoReminder, Standing, stands};
use crate::text::fold;
use diesel::prelude::*;
use std::collections::BTreeSet;

/// Candidates in one transaction.
pub const AT_ONCE: i64 = 50;

/// As many are counted at a time.
const COUNTED_AT_ONCE: i64 = 500;

/// What it takes to look.
#[derive(Clone)]
pub struct Reading {
    /// Opens addresses.
    pub keys: Keys,
    /// Knows what they have had.
    pub outbox: Outbox,
    /// The moment.
    pub now: Timestamp,
}

/// Somebody who may be written to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// The contact or the invitation.
    pub id: AnyId,
    /// The sign-on or the invitation that the mail is about.
    pub about: AnyId,
    /// The keyed hash of the address.
    pub key: Vec<u8>,
    /// What is to come of it.
    pub fate: Fate,
}

/// Whether somebody is written to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// They are, unless the address was written to already.
    Written,
    /// They would be, but for this.
    LeftOut(LeftOut),
    /// The mailing is not for them.
    Elsewhere,
}

/// The next candidates behind one, at most so many.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn candidates(
    conn: &mut Conn,
    reading: &Reading,
    (campaign, audience): (CampaignId, Audience),
    after: Option<AnyId>,
    most: i64,
) -> Result<Vec<Candidate>, ContactError> {
    match audience {
        Audience::Invited => invited(conn, reading, campaign, after, most),
        _ => represented(conn, reading, (campaign, audience), after, most),
    }
}

/// How many addresses there are, and who is left out.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn tally(
    conn: &mut Conn,
    reading: &Reading,
    (campaign, audience): (CampaignId, Audience),
) -> Result<Tally, ContactError> {
    let (mut tally, mut seen, mut after) = (Tally::default(), BTreeSet::new(), None);
    loop {
        let some = candidates(conn, reading, (campaign, audience), after, COUNTED_AT_ONCE)?;
        let Some(last) = some.last() else { break };
        after = Some(last.id);
        for candidate in some {
            let why = match candidate.fate {
                Fate::Elsewhere => continue,
                Fate::LeftOut(why) => why,
                Fate::Written if seen.insert(candidate.key) => {
                    tally.addresses += 1;
                    continue;
                }
                Fate::Written => LeftOut::SameAddress,
            };
            *tally.left_out.entry(why).or_default() += 1;
        }
    }
    let nobody = nobody(conn, campaign, audience)?;
    if nobody > 0 {
        *tally.left_out.entry(LeftOut::Nobody).or_default() += nobody;
    }
    Ok(tally)
}

const LIVE: [Standing; 3] = [Standing::AwaitingModeration, Standing::OnHold, Standing::Approved];

#[derive(Queryable)]
struct Row {
    id: ContactId,
    sign_on: SignOnId,
    key: Vec<u8>,
    updates: bool,
    state: Standing,
    merged_into: Option<SignOnId>,
    verified_at: Option<Timestamp>,
    verify_until: Option<Timestamp>,
    undeliverable_at: Option<Timestamp>,
    lapsed_at: Option<Timestamp>,
}

/// Of those who sent a sign-on.
fn represented(
    conn: &mut Conn,
    reading: &Reading,
    (campaign, audience): (CampaignId, Audience),
    after: Option<AnyId>,
    most: i64,
) -> Result<Vec<Candidate>, ContactError> {
    let states: &[Standing] = match audience {
        Audience::Unverified => &[Standing::AwaitingVerification],
        _ => &LIVE,
    };
    let after = after.map_or(ContactId::from_uuid(uuid::Uuid::nil()), |id| ContactId::from_uuid(id.uuid()));
    let rows: Vec<Row> = both!(conn, |c| contacts::table
        .inner_join(sign_ons::table)
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::state.eq_any(states).or(sign_ons::merged_into.is_not_null()))
        .filter(contacts::id.gt(after))
        .order(contacts::id)
        .limit(most)
        .select((
            contacts::id,
            contacts::sign_on_id,
            contacts::email_key,
            contacts::updates,
            sign_ons::state,
            sign_ons::merged_into,
            sign_ons::verified_at,
            sign_ons::verify_until,
            sign_ons::undeliverable_at,
            sign_ons::lapsed_at,
        ))
        .load(c))
    .map_err(Error::from)?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let fate = fate(conn, reading, (campaign, audience), &row)?;
        all.push(Candidate {
            id: AnyId::from_uuid(row.id.uuid()),
            about: AnyId::from_uuid(row.sign_on.uuid()),
            key: row.key,
            fate,
        });
    }
    Ok(all)
}

fn fate(
    conn: &mut Conn,
    reading: &Reading,
    (campaign, audience): (CampaignId, Audience),
    row: &Row,
) -> Result<Fate, ContactError> {
    // Whoever represents an entry that theirs was merged into stands where that one stands.
    let (standing, lapsed_at) = match row.merged_into {
        None => (row.state, row.lapsed_at),
        Some(into) => match sign_on_store::by_id(conn, into)? {
            None => return Ok(Fate::Elsewhere),
            Some(into) => {
                let (_, last) = sign_on_store::chain_of(conn, into)?;
                (last.standing(), sign_on_store::lapsed_at(conn, last.id)?)
            }
        },
    };
    let is_for_them = match audience {
        Audience::Signed => standing == Standing::Approved && lapsed_at.is_none(),
        Audience::Updates => LIVE.contains(&standing) && row.verified_at.is_some(),
        Audience::Unverified => {
            standing == Standing::AwaitingVerification
                && row.verify_until.is_some_and(|until| until > reading.now)
        }
        Audience::Invited => false,
    };
    Ok(match () {
        () if !is_for_them => Fate::Elsewhere,
        () if audience == Audience::Updates && !row.updates => Fate::LeftOut(LeftOut::NoUpdates),
        () if row.undeliverable_at.is_some() => Fate::LeftOut(LeftOut::Bounced),
        () if audience == Audience::Unverified && has_had_enough(conn, reading, campaign, row)? => {
            Fate::LeftOut(LeftOut::Capped)
        }
        () => Fate::Written,
    })
}

fn has_had_enough(
    conn: &mut Conn,
    reading: &Reading,
    campaign: CampaignId,
    row: &Row,
) -> Result<bool, ContactError> {
    let all = sign_on_store::contacts_of(conn, &reading.keys, row.sign_on)?;
    match all.iter().find(|held| held.id == row.id) {
        Some(held) => Ok(reading.outbox.has_had_enough(conn, &held.email, campaign, reading.now)?),
        None => Ok(true),
    }
}

/// How many entries of the audience have nobody who could be written to.
fn nobody(conn: &mut Conn, campaign: CampaignId, audience: Audience) -> Result<i64, Error> {
    let represented = contacts::table.select(contacts::sign_on_id);
    let unrepresented = sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::state.eq(Standing::Approved))
        .filter(sign_ons::lapsed_at.is_null())
        .filter(sign_ons::id.ne_all(represented));
    match audience {
        Audience::Signed => Ok(both!(conn, |c| unrepresented.count().get_result(c))?),
        Audience::Updates | Audience::Unverified | Audience::Invited => Ok(0),
    }
}

/// Of those who were invited.
fn invited(
    conn: &mut Conn,
    reading: &Reading,
    campaign: CampaignId,
    after: Option<AnyId>,
    most: i64,
) -> Result<Vec<Candidate>, ContactError> {
    let mut all = sign_on_store::invitations_of(conn, &reading.keys, campaign)?;
    all.sort_by_key(|invitation| invitation.id);
    all.retain(|invitation| after.is_none_or(|after| invitation.id.uuid() > after.uuid()));
    all.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    let came = sign_on_store::came_by_invitations(conn, campaign)?;
    let had = sign_on_store::mailboxes(conn, campaign)?;
    let signed = sign_on_store::signed(conn, campaign)?;
    let fate = |invitation: &Invitation, key: &[u8]| {
        let by_it: Vec<Standing> =
            came.get(&invitation.id).into_iter().flatten().map(|(_, standing)| *standing).collect();
        let has_signed = stands(&by_it) || signed.contains(&fold(invitation.organization.as_str()));
        if has_signed || invitation.revoked.is_some() || invitation.declined_at.is_some() {
            return Fate::Elsewhere;
        }
        let there = had.get(key).copied().unwrap_or_default();
        let may = invitation.may_remind(&by_it, reading.now).and_then(|()| there.may_have(reading.now));
        match may {
            Ok(()) => Fate::Written,
            Err(NoReminder::Revoked | NoReminder::Declined | NoReminder::Signed) => Fate::Elsewhere,
            Err(NoReminder::Quiet | NoReminder::Refused) => Fate::LeftOut(LeftOut::Quiet),
            Err(NoReminder::Erased) => Fate::LeftOut(LeftOut::Nobody),
            Err(NoReminder::Bounced) => Fate::LeftOut(LeftOut::Bounced),
            Err(NoReminder::Full | NoReminder::Enough | NoReminder::TooSoon { .. }) => {
                Fate::LeftOut(LeftOut::Reminded)
            }
        }
    };
    Ok(all
        .iter()
        .map(|invitation| {
            let key = invitation.email.as_ref().map(|to| contact_key(&reading.keys, to).as_bytes().to_vec());
            let key = key.unwrap_or_default();
            let id = AnyId::from_uuid(invitation.id.uuid());
            Candidate { id, about: id, fate: fate(invitation, &key), key }
        })
        .collect())
}
