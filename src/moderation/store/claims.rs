//! Who has which sign-on before them.

use super::page;
use crate::account::store::reads_at_risk;
use crate::clock::{Timestamp, minutes};
use crate::db::schema::{claims, sign_ons};
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{AccountId, CampaignId, ClaimId, SignOnId};
use crate::moderation::view::{After, View};
use crate::secret::TokenDigest;
use crate::sign_on::SignOn;
use diesel::prelude::*;
use jiff::SignedDuration;
use std::collections::BTreeMap;

/// How many entries that somebody may not open are passed over to find one that they may.
const VEILED: usize = 50;

/// A claim ends when its holder did nothing about the sign-on for this long.
pub(in crate::moderation) const IDLE: SignedDuration = minutes(10);

/// That somebody has a sign-on before them.
#[derive(Queryable, Selectable, Clone, Copy, PartialEq, Eq, Debug)]
#[diesel(table_name = claims)]
pub(in crate::moderation) struct Claim {
    #[diesel(column_name = sign_on_id)]
    pub(in crate::moderation) sign_on: SignOnId,
    /// Another one with each holder.
    pub(in crate::moderation) id: ClaimId,
    #[diesel(column_name = account_id)]
    pub(in crate::moderation) by: AccountId,
    #[diesel(column_name = made_at)]
    pub(in crate::moderation) since: Timestamp,
}

/// The claim on a sign-on, unless it has ended.
///
/// # Errors
/// Those of the database.
pub(in crate::moderation) fn claim_on(
    conn: &mut Conn,
    sign_on: SignOnId,
    now: Timestamp,
) -> Result<Option<Claim>, Error> {
    Ok(both!(conn, |c| claims::table
        .find(sign_on)
        .filter(claims::seen_at.gt(now.plus(-IDLE)))
        .select(Claim::as_select())
        .first(c)
        .optional())?)
}

/// The claims in a campaign that have not ended: as many as people work there.
///
/// # Errors
/// Those of the database.
pub(in crate::moderation) fn claims_in(
    conn: &mut Conn,
    campaign: CampaignId,
    now: Timestamp,
) -> Result<BTreeMap<SignOnId, Claim>, Error> {
    let all: Vec<Claim> = both!(conn, |c| claims::table
        .filter(claims::seen_at.gt(now.plus(-IDLE)))
        .select(Claim::as_select())
        .load(c))?;
    // Joined, SQLite would begin with the campaign and look for a claim on each of its thousands.
    let ids: Vec<SignOnId> = all.iter().map(|claim| claim.sign_on).collect();
    let of: Vec<(SignOnId, CampaignId)> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::id.eq_any(&ids))
        .select((sign_ons::id, sign_ons::campaign_id))
        .load(c))?;
    let is_here = |claim: &Claim| of.contains(&(claim.sign_on, campaign));
    Ok(all.into_iter().filter(is_here).map(|claim| (claim.sign_on, claim)).collect())
}

/// Makes somebody the holder of a sign-on, whoever was; or notes that the holder was seen. The campaign's row is held, so that of two
/// who come at once the second sees the first.
///
/// # Errors
/// Those of the database.
pub(in crate::moderation) fn claim(
    tx: &mut Tx<'_>,
    claim: Claim,
    session: TokenDigest,
    now: Timestamp,
) -> Result<(), Error> {
    both!(tx, |c| diesel::delete(claims::table.filter(claims::seen_at.le(now.plus(-IDLE)))).execute(c))?;
    both!(tx, |c| diesel::delete(claims::table.find(claim.sign_on)).execute(c))?;
    both!(tx, |c| diesel::insert_into(claims::table)
        .values((
            claims::sign_on_id.eq(claim.sign_on),
            claims::id.eq(claim.id),
            claims::account_id.eq(claim.by),
            claims::session.eq(session.as_bytes()),
            claims::made_at.eq(claim.since),
            // Two of the holder's own requests may come in the other order than they began.
            claims::seen_at.eq(now.max(claim.since)),
        ))
        .execute(c))?;
    Ok(())
}

/// The next one in the queue after this that nobody else has before them, if any waits.
///
/// # Errors
/// Those of the database.
pub(in crate::moderation) fn next_waiting(
    conn: &mut Conn,
    after: &SignOn,
    by: AccountId,
    now: Timestamp,
) -> Result<Option<SignOnId>, Error> {
    let claims = claims_in(conn, after.campaign, now)?;
    let place = After { verified_at: after.verified_at, id: after.id };
    let sees_all = reads_at_risk(conn, after.campaign, by)?;
    let next = page(conn, after.campaign, View::Waiting, Some(place), claims.len() + VEILED + 1)?;
    let next = next.into_iter().filter(|sign_on| sees_all || sign_on.entry.is_named());
    let is_free = |id: &SignOnId| claims.get(id).is_none_or(|claim| claim.by == by);
    Ok(next.map(|sign_on| sign_on.id).find(is_free))
}
