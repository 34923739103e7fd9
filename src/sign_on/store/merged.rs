//! Entries that were merged into another one. Nothing is moved: an entry that was merged names the one that stands for it, its
//! representative is reached through it, and undoing gives back what was there.

use super::before::as_told;
use super::contacts::ContactError;
use super::row::Row;
use crate::clock::Timestamp;
use crate::db::schema::{contacts, sign_ons, stood_before};
use crate::db::{Conn, Error, both};
use crate::ids::{CampaignId, ContactId, SignOnId};
use crate::secret::{Keys, LookupKey, Unsealable};
use crate::sign_on::contact;
use crate::sign_on::state::{SignOn, Standing, State};
use crate::sign_on::submission::Representative;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The entry that another one was merged into.
fn target(sign_on: &SignOn) -> Option<SignOnId> {
    match &sign_on.state {
        State::Rejected(decision) => decision.merged_into,
        _ => None,
    }
}

/// The entry that stands for this one, as those outside have been told: itself, unless it was merged.
///
/// # Errors
/// Those of the database.
pub fn standing_for(conn: &mut Conn, sign_on: SignOn, now: Timestamp) -> Result<SignOn, Error> {
    let mut stands = sign_on;
    // What is merged is over and cannot be merged into, so this ends.
    while target(&stands).is_some()
        && let Some(next) = target(&as_told(conn, stands.clone(), now)?)
        && let Some(next) = super::by_id(conn, next)?
    {
        stands = next;
    }
    Ok(stands)
}

/// A sign-on and, one after the other, those that it was merged into, whether or not those outside have been told: what is done about it
/// is done to the last.
///
/// # Errors
/// Those of the database.
pub fn chain_of(conn: &mut Conn, sign_on: SignOn) -> Result<(Vec<SignOn>, SignOn), Error> {
    let (mut before, mut stands) = (Vec::new(), sign_on);
    while let Some(next) = target(&stands)
        && let Some(next) = super::by_id(conn, next)?
    {
        before.push(std::mem::replace(&mut stands, next));
    }
    Ok((before, stands))
}

/// The entries that were merged into this one, directly or into one that was, and from when those outside are told of that.
fn merged_into(conn: &mut Conn, id: SignOnId) -> Result<BTreeMap<SignOnId, Option<Timestamp>>, Error> {
    let mut all = BTreeMap::new();
    let mut last = vec![(id, None)];
    while !last.is_empty() {
        let into: Vec<SignOnId> = last.iter().map(|(id, _)| *id).collect();
        let found: Vec<(SignOnId, Option<SignOnId>)> = both!(conn, |c| sign_ons::table
            .filter(sign_ons::merged_into.eq_any(&into))
            .select((sign_ons::id, sign_ons::merged_into))
            .load(c))?;
        if found.is_empty() {
            break;
        }
        let ids: Vec<SignOnId> = found.iter().map(|(id, _)| *id).collect();
        let told: Vec<(SignOnId, Timestamp)> = both!(conn, |c| stood_before::table
            .inner_join(sign_ons::table)
            .filter(stood_before::sign_on_id.eq_any(&ids))
            .filter(stood_before::version.eq(sign_ons::version))
            .select((stood_before::sign_on_id, stood_before::told_at))
            .load(c))?;
        let told: BTreeMap<SignOnId, Timestamp> = told.into_iter().collect();
        let before: BTreeMap<SignOnId, Option<Timestamp>> = last.into_iter().collect();
        last = found
            .into_iter()
            .map(|(id, into)| {
                let earlier = into.and_then(|into| before.get(&into).copied().flatten());
                (id, earlier.max(told.get(&id).copied()))
            })
            .filter(|(id, _)| !all.contains_key(id))
            .collect();
        all.extend(last.iter().copied());
    }
    Ok(all)
}

/// Those who represent a sign-on, first come first: whoever sent it, and whoever sent an entry that was merged into it.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn representatives_of(
    conn: &mut Conn,
    keys: &Keys,
    id: SignOnId,
) -> Result<Vec<Representative>, ContactError> {
    let all = each_representative_of(conn, keys, id)?;
    Ok(all.into_iter().map(|(_, held)| held).collect::<Result<_, _>>()?)
}

/// A contact, and whoever it is, if the key opens that.
type Held = (ContactId, Result<Representative, Unsealable>);

/// The same where one that the key does not open is to be passed over.
///
/// # Errors
/// Those of the database.
pub fn each_representative_of(conn: &mut Conn, keys: &Keys, id: SignOnId) -> Result<Vec<Held>, Error> {
    let mut family = merged_into(conn, id)?;
    family.insert(id, None);
    let ids: Vec<SignOnId> = family.keys().copied().collect();
    let rows: Vec<(ContactId, SignOnId, Vec<u8>, bool)> = both!(conn, |c| contacts::table
        .filter(contacts::sign_on_id.eq_any(&ids))
        .order(contacts::id)
        .select((contacts::id, contacts::sign_on_id, contacts::sealed, contacts::updates))
        .load(c))?;
    let open = |(id, through, sealed, updates): (ContactId, SignOnId, Vec<u8>, bool)| {
        let told_at = family.get(&through).copied().flatten();
        let contact = contact::open(keys, id, &sealed, updates);
        (id, contact.map(|contact| Representative { id, through, contact, told_at }))
    };
    Ok(rows.into_iter().map(open).collect())
}

/// The entries of a campaign for which somebody speaks whose mailbox was proved for another one: that one was merged into them.
///
/// # Errors
/// Those of the database.
pub fn spoken_for(conn: &mut Conn, campaign: CampaignId) -> Result<BTreeSet<SignOnId>, Error> {
    let rows: Vec<(SignOnId, Option<SignOnId>, Option<Timestamp>)> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::state.eq(Standing::Rejected))
        .filter(sign_ons::merged_into.is_not_null())
        .select((sign_ons::id, sign_ons::merged_into, sign_ons::verified_at))
        .load(c))?;
    let into: BTreeMap<SignOnId, SignOnId> =
        rows.iter().filter_map(|(id, into, _)| Some((*id, (*into)?))).collect();
    let mut spoken_for = BTreeSet::new();
    for (id, _, verified) in &rows {
        let mut stands = *id;
        // What is merged is over and cannot be merged into, so this ends.
        while verified.is_some()
            && let Some(next) = into.get(&stands)
        {
            stands = *next;
            spoken_for.insert(stands);
        }
    }
    Ok(spoken_for)
}

/// Every sign-on by which somebody represents this one: itself first.
///
/// # Errors
/// Those of the database.
pub fn family_of(conn: &mut Conn, id: SignOnId) -> Result<Vec<SignOnId>, Error> {
    let merged = merged_into(conn, id)?;
    Ok(std::iter::once(id).chain(merged.into_keys()).collect())
}

/// The entries merged into this one of which those outside have not been told yet.
///
/// # Errors
/// Those of the database.
pub(in crate::sign_on) fn not_yet_told(
    conn: &mut Conn,
    into: SignOnId,
    now: Timestamp,
) -> Result<Vec<SignOn>, Error> {
    let rows: Vec<Row> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::merged_into.eq(into))
        .order(sign_ons::id)
        .select(Row::as_select())
        .load(c))?;
    let mut untold = Vec::new();
    for row in rows {
        let merged = row.into_sign_on()?;
        if target(&as_told(conn, merged.clone(), now)?).is_none() {
            untold.push(merged);
        }
    }
    Ok(untold)
}

/// The merged sign-on of this organization by the same mailbox, where what it was merged into is live.
///
/// # Errors
/// Those of the database.
pub(in crate::sign_on) fn merged_twin(
    conn: &mut Conn,
    campaign: CampaignId,
    contact: LookupKey,
    folded: &str,
) -> Result<Option<SignOn>, Error> {
    let rows: Vec<Row> = both!(conn, |c| sign_ons::table
        .inner_join(contacts::table)
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::merged_into.is_not_null())
        .filter(sign_ons::folded.eq(folded))
        .filter(contacts::email_key.eq(contact.as_bytes()))
        .order(sign_ons::id)
        .select(Row::as_select())
        .load(c))?;
    for row in rows {
        let merged = row.into_sign_on()?;
        if is_live(conn, merged.clone())? {
            return Ok(Some(merged));
        }
    }
    Ok(None)
}

/// Whether what stands for an entry is in the queue or on the list.
fn is_live(conn: &mut Conn, sign_on: SignOn) -> Result<bool, Error> {
    const LIVE: [Standing; 3] = [Standing::AwaitingModeration, Standing::OnHold, Standing::Approved];
    let (_, stands) = chain_of(conn, sign_on)?;
    Ok(LIVE.contains(&stands.standing()))
}

/// Sign-ons that ended before this moment and still have contacts, each with its campaign and when it ended.
///
/// # Errors
/// Those of the database.
pub fn contacts_of_ended(
    conn: &mut Conn,
    before: Timestamp,
    most: i64,
) -> Result<Vec<(SignOnId, CampaignId, Timestamp)>, Error> {
    const ENDED: [Standing; 3] = [Standing::Rejected, Standing::Removed, Standing::Withdrawn];
    type Row = (SignOnId, CampaignId, Option<Timestamp>, Option<Timestamp>);
    let rows: Vec<Row> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::state.eq_any(ENDED))
        .filter(sign_ons::merged_into.is_null())
        .filter(sign_ons::decided_at.lt(before).or(sign_ons::withdrawn_at.lt(before)))
        .filter(sign_ons::id.eq_any(contacts::table.select(contacts::sign_on_id)))
        .limit(most)
        .select((sign_ons::id, sign_ons::campaign_id, sign_ons::decided_at, sign_ons::withdrawn_at))
        .load(c))?;
    let at = |(id, campaign, decided, withdrawn): Row| Some((id, campaign, withdrawn.or(decided)?));
    let mut ended: Vec<_> = rows.into_iter().filter_map(at).collect();
    // Whoever represents another entry since theirs was merged into it is kept as long as that one's own.
    ended.extend(of_ended(conn, before, most)?);
    Ok(ended)
}

/// Of the entries that still have contacts, those that were merged into one that has ended before this moment.
fn of_ended(
    conn: &mut Conn,
    before: Timestamp,
    most: i64,
) -> Result<Vec<(SignOnId, CampaignId, Timestamp)>, Error> {
    let mut open: Vec<(SignOnId, SignOnId)> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::merged_into.is_not_null())
        .filter(sign_ons::id.eq_any(contacts::table.select(contacts::sign_on_id)))
        .order(sign_ons::id)
        .select((sign_ons::id, sign_ons::merged_into.assume_not_null()))
        .load(c))?;
    let mut ended = Vec::new();
    while !open.is_empty() && i64::try_from(ended.len()).unwrap_or(i64::MAX) < most {
        let mut next = Vec::new();
        // As many as one statement can name, on either engine.
        for some in open.chunks(1000) {
            let into: Vec<SignOnId> = some.iter().map(|(_, into)| *into).collect();
            let stands: BTreeMap<SignOnId, SignOn> =
                super::by_ids(conn, &into)?.into_iter().map(|stands| (stands.id, stands)).collect();
            for (id, into) in some {
                let Some(stands) = stands.get(into) else { continue };
                let at = match (target(stands), &stands.state) {
                    (Some(further), _) => {
                        next.push((*id, further));
                        continue;
                    }
                    (None, State::Rejected(end) | State::Removed(end)) => end.at,
                    (None, State::Withdrawn { at, .. }) => *at,
                    _ => continue,
                };
                if at < before {
                    ended.push((*id, stands.campaign, at));
                }
            }
        }
        open = next;
    }
    Ok(ended)
}
