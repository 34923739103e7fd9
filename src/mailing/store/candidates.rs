//! Who is written to: found anew at each look, in the order of ids, so that whoever goes on begins where the last one ended.

use crate::campaign::store as campaigns;
use crate::clock::Timestamp;
use crate::db::schema::{contacts, sign_ons, stood_before};
use crate::db::{Conn, Error, both};
use crate::ids::{AnyId, CampaignId, ContactId, SignOnId};
use crate::mail::Outbox;
use crate::mailing::audience::{Audience, LeftOut, Tally};
use crate::secret::Keys;
use crate::sign_on::store::{self as sign_on_store, ContactError, contact_key};
use crate::sign_on::{Invitation, NoReminder, Standing, State, stands, why_not_invite};
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
    /// The version of that, so that it is seen when it has changed.
    pub version: i64,
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
    version: i64,
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
    // What was decided lately stands as it stood before, until they are told.
    let now = reading.now;
    let untold =
        || stood_before::table.filter(stood_before::told_at.gt(now)).select(stood_before::sign_on_id);
    let rows: Vec<Row> = both!(conn, |c| contacts::table
        .inner_join(sign_ons::table)
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(
            sign_ons::state
                .eq_any(states)
                .or(sign_ons::merged_into.is_not_null())
                .or(sign_ons::id.eq_any(untold())),
        )
        .filter(contacts::id.gt(after))
        .order(contacts::id)
        .limit(most)
        .select((
            contacts::id,
            contacts::sign_on_id,
            sign_ons::version,
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
    let ids: Vec<SignOnId> = rows.iter().map(|row| row.sign_on).collect();
    let undecided: Vec<SignOnId> =
        both!(conn, |c| untold().filter(stood_before::sign_on_id.eq_any(&ids)).load(c))
            .map_err(Error::from)?;
    let undecided: BTreeSet<SignOnId> = undecided.into_iter().collect();
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let fate = fate(conn, reading, (campaign, audience), &row, &undecided)?;
        all.push(Candidate {
            id: AnyId::from_uuid(row.id.uuid()),
            about: AnyId::from_uuid(row.sign_on.uuid()),
            key: row.key,
            version: row.version,
            fate,
        });
    }
    Ok(all)
}

/// Where the sign-on of a contact stands, as those outside have been told.
struct Told {
    standing: Standing,
    is_verified: bool,
    verify_until: Option<Timestamp>,
    has_lapsed: bool,
    /// On the list, and they have not been told so yet.
    is_news: bool,
}

fn told(
    conn: &mut Conn,
    now: Timestamp,
    row: &Row,
    undecided: &BTreeSet<SignOnId>,
) -> Result<Option<Told>, Error> {
    if row.merged_into.is_none() && !undecided.contains(&row.sign_on) {
        return Ok(Some(Told {
            standing: row.state,
            is_verified: row.verified_at.is_some(),
            verify_until: row.verify_until,
            has_lapsed: row.lapsed_at.is_some(),
            is_news: false,
        }));
    }
    let Some(own) = sign_on_store::by_id(conn, row.sign_on)? else { return Ok(None) };
    let (_, last) = sign_on_store::chain_of(conn, own.clone())?;
    let stands = sign_on_store::standing_for(conn, own, now)?;
    let told = sign_on_store::as_told(conn, stands, now)?;
    Ok(Some(Told {
        standing: told.standing(),
        is_verified: row.verified_at.is_some(),
        verify_until: match &told.state {
            State::AwaitingVerification { until } => Some(*until),
            _ => None,
        },
        has_lapsed: sign_on_store::lapsed_at(conn, told.id)?.is_some(),
        is_news: last.standing() == Standing::Approved && told.standing() != Standing::Approved,
    }))
}

fn fate(
    conn: &mut Conn,
    reading: &Reading,
    (campaign, audience): (CampaignId, Audience),
    row: &Row,
    undecided: &BTreeSet<SignOnId>,
) -> Result<Fate, ContactError> {
    let Some(told) = told(conn, reading.now, row, undecided)? else { return Ok(Fate::Elsewhere) };
    let is_for_them = match audience {
        Audience::Signed if told.is_news => return Ok(Fate::LeftOut(LeftOut::NotTold)),
        Audience::Signed => told.standing == Standing::Approved && !told.has_lapsed,
        Audience::Updates => LIVE.contains(&told.standing) && told.is_verified,
        Audience::Unverified => {
            told.standing == Standing::AwaitingVerification
                && told.verify_until.is_some_and(|until| until > reading.now)
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
    let all = match sign_on_store::contacts_of(conn, &reading.keys, row.sign_on) {
        // Found anew when the mail is written, and passed over there.
        Err(ContactError::Sealed(_)) => return Ok(false),
        all => all?,
    };
    match all.iter().find(|held| held.id == row.id) {
        Some(held) => Ok(reading.outbox.has_had_enough(conn, &held.email, campaign, reading.now)?),
        None => Ok(true),
    }
}

/// How many entries of the audience have nobody who could be written to: neither who sent them, nor who sent one that was merged into them.
fn nobody(conn: &mut Conn, campaign: CampaignId, audience: Audience) -> Result<i64, Error> {
    if audience != Audience::Signed {
        return Ok(0);
    }
    let represented = contacts::table.select(contacts::sign_on_id);
    let unrepresented: Vec<SignOnId> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::state.eq(Standing::Approved))
        .filter(sign_ons::lapsed_at.is_null())
        .filter(sign_ons::id.ne_all(represented))
        .select(sign_ons::id)
        .load(c))?;
    let merged: Vec<(SignOnId, SignOnId)> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::merged_into.is_not_null())
        .filter(sign_ons::id.eq_any(represented))
        .select((sign_ons::id, sign_ons::merged_into.assume_not_null()))
        .load(c))?;
    let mut nobody: BTreeSet<SignOnId> = unrepresented.into_iter().collect();
    for (_, into) in merged {
        if nobody.contains(&into) {
            nobody.remove(&into);
        } else if let Some(into) = sign_on_store::by_id(conn, into)? {
            let (_, stands) = sign_on_store::chain_of(conn, into)?;
            nobody.remove(&stands.id);
        }
    }
    Ok(i64::try_from(nobody.len()).unwrap_or(i64::MAX))
}

/// Of those who were invited.
fn invited(
    conn: &mut Conn,
    reading: &Reading,
    campaign: CampaignId,
    after: Option<AnyId>,
    most: i64,
) -> Result<Vec<Candidate>, ContactError> {
    let Some(letter) = campaigns::by_id(conn, campaign)? else { return Ok(Vec::new()) };
    let mut all = sign_on_store::readable_invitations_of(conn, &reading.keys, campaign)?;
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
        if why_not_invite(&letter, invitation.late_until, reading.now).is_some() {
            return Fate::LeftOut(LeftOut::Closed);
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
            Candidate { id, about: id, version: invitation.version, fate: fate(invitation, &key), key }
        })
        .collect())
}
