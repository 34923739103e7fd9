//! The statements of the organizers' workbench.

pub(super) mod elsewhere;
mod progress;

pub(super) use progress::reached;

use crate::campaign::{Campaign, DeliveredEdition};
use crate::clock::{Timestamp, days};
use crate::db::schema::{editions, sign_ons};
use crate::db::{Conn, Error, Tx, both, kept};
use crate::ids::{CampaignId, SignOnId};
use crate::sign_on::{Entry, Standing, store};
use crate::text::{Country, LinePattern, Shown};
use diesel::prelude::*;
use std::collections::BTreeMap;

/// When a letter is published longer than this after somebody verified, they are asked again first, or it is recorded why not.
pub(super) const STALE_DAYS: i64 = 30;

/// What waits in one campaign.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Waiting {
    /// How many wait for review.
    pub(super) count: i64,
    /// Since when the first of them does.
    pub(super) oldest: Option<Timestamp>,
    /// How many are on hold.
    pub(super) held: i64,
}

/// What is open in a campaign, for whoever is about to publish, close or archive it.
#[derive(Clone, Default, Debug)]
pub(super) struct Unsettled {
    /// How many wait for review.
    pub(super) undecided: i64,
    /// How many are on hold.
    pub(super) held: i64,
    /// How many have not verified their mailbox.
    pub(super) unverified: i64,
    /// How many corrections wait.
    pub(super) corrections: usize,
    /// How many entries somebody has reported.
    pub(super) reported: i64,
    /// The lines that were verified before a moment that the asker named, each with when; the oldest first.
    pub(super) stale: Vec<(String, Timestamp)>,
}

/// What is open in a campaign. `stale_before`: who is on the list by a consent older than this is told.
pub(super) fn unsettled(
    conn: &mut Conn,
    campaign: CampaignId,
    stale_before: Option<Timestamp>,
) -> Result<Unsettled, Error> {
    let counts: Vec<(Standing, i64)> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .group_by(sign_ons::state)
        .select((sign_ons::state, diesel::dsl::count_star()))
        .load(c))?;
    let count =
        |wanted| counts.iter().find(|(standing, _)| *standing == wanted).map_or(0, |(_, count)| *count);
    Ok(Unsettled {
        undecided: count(Standing::AwaitingModeration),
        held: count(Standing::OnHold),
        unverified: count(Standing::AwaitingVerification),
        corrections: store::waiting_corrections(conn, campaign)?.len(),
        reported: store::count_reported(conn, campaign)?,
        stale: match stale_before {
            Some(before) => stale(conn, campaign, before)?,
            None => Vec::new(),
        },
    })
}

/// Whoever verified before this gave an old consent to what is published at a moment.
pub(super) fn stale_before(published_at: Timestamp) -> Timestamp {
    published_at.plus(-days(STALE_DAYS))
}

/// When a mailbox was proved, when that was stood in for in writing, and when the organization agreed anew.
type Agreed = (Option<Timestamp>, Option<Timestamp>, Option<Timestamp>);

/// The lines on the list that agreed last, by proving a mailbox, in writing, or anew, before this moment. Of imported names no such moment is
/// known.
pub(super) fn stale(
    conn: &mut Conn,
    campaign: CampaignId,
    before: Timestamp,
) -> Result<Vec<(String, Timestamp)>, Error> {
    type Line = (String, Shown, Option<Country>);
    let rows: Vec<(Line, Agreed)> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::state.eq(Standing::Approved))
        .filter(sign_ons::verified_at.lt(before).or(sign_ons::attested_at.lt(before)))
        .select((
            (sign_ons::line, sign_ons::shown, sign_ons::country),
            (sign_ons::verified_at, sign_ons::attested_at, sign_ons::renewed_at)
        ))
        .load(c))?;
    let agreed = |((line, shown, country), (verified, attested, renewed)): (Line, Agreed)| {
        let at = verified.max(attested).max(renewed)?;
        // The line as everybody sees it: not every organizer may see more.
        let line = if shown.is_named() { line } else { shown.unnamed(country) };
        (at < before).then_some((line, at))
    };
    let mut stale: Vec<_> = rows.into_iter().filter_map(agreed).collect();
    stale.sort_by(|(line, at), (other, other_at)| (at, line).cmp(&(other_at, other)));
    Ok(stale)
}

/// How many consents will be old when each letter becomes public that is to be at a moment that lies ahead; the others are left out.
pub(super) fn stale_ahead(
    conn: &mut Conn,
    campaigns: &[Campaign],
    now: Timestamp,
) -> Result<BTreeMap<CampaignId, usize>, Error> {
    let mut ahead = BTreeMap::new();
    for campaign in campaigns {
        if let Some(at) = campaign.settings.published_at.filter(|at| *at > now) {
            ahead.insert(campaign.id, stale(conn, campaign.id, stale_before(at))?.len());
        }
    }
    Ok(ahead)
}

/// How many sign-ons of a campaign still have contacts.
pub(super) fn with_contacts(conn: &mut Conn, campaign: CampaignId) -> Result<usize, Error> {
    Ok(store::contacts_of_campaigns(conn, &[campaign], i64::MAX)?.len())
}

/// Whether anybody has signed by the form, and was told there how long contacts are kept.
pub(super) fn has_signed(conn: &mut Conn, campaign: CampaignId) -> Result<bool, Error> {
    let ids: Vec<SignOnId> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::authority_at.is_not_null())
        .select(sign_ons::id)
        .limit(1)
        .load(c))?;
    Ok(!ids.is_empty())
}

/// What waits, campaign by campaign; those in which nothing does are left out.
pub(super) fn waiting(conn: &mut Conn) -> Result<BTreeMap<CampaignId, Waiting>, Error> {
    let groups: Vec<(CampaignId, Standing, i64, Option<Timestamp>)> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::state.eq_any([Standing::AwaitingModeration, Standing::OnHold]))
        .group_by((sign_ons::campaign_id, sign_ons::state))
        .select((
            sign_ons::campaign_id,
            sign_ons::state,
            diesel::dsl::count_star(),
            diesel::dsl::min(sign_ons::verified_at),
        ))
        .load(c))?;
    let mut waiting = BTreeMap::<CampaignId, Waiting>::new();
    for (campaign, standing, count, oldest) in groups {
        let here = waiting.entry(campaign).or_default();
        match standing {
            Standing::OnHold => here.held = count,
            _ => (here.count, here.oldest) = (count, oldest),
        }
    }
    Ok(waiting)
}

/// Prints every line of a campaign by another pattern.
pub(super) fn reprint(tx: &mut Tx<'_>, campaign: CampaignId, pattern: &LinePattern) -> Result<(), Error> {
    for sign_on in store::in_standing(tx, campaign, &Standing::ALL)? {
        let Entry { organization, acronym, native_name, sort_as, website, country, line, .. } = sign_on.entry;
        let printed = Entry::new(pattern, organization, acronym, native_name, sort_as, website, country).line;
        if printed != line {
            both!(tx, |c| diesel::update(sign_ons::table.find(sign_on.id))
                .set(sign_ons::line.eq(printed))
                .execute(c))?;
        }
    }
    Ok(())
}

/// What an edition of a letter's list is called, so that it can be written down.
pub(super) fn edition(
    conn: &mut Conn,
    campaign: CampaignId,
    number: i64,
) -> Result<Option<DeliveredEdition>, Error> {
    let found: Option<(i64, String, i64)> = both!(conn, |c| editions::table
        .filter(editions::campaign_id.eq(campaign))
        .filter(editions::number.eq(number))
        .select((editions::number, editions::sha256, editions::count))
        .first(c)
        .optional())?;
    Ok(found.map(|(number, sha256, count)| DeliveredEdition { number, sha256, count }))
}

/// Changes the pins of entries, as `list::store::Places` stores them; none takes a pin away.
pub(super) fn pin(tx: &mut Tx<'_>, pins: &[(SignOnId, Option<i64>)]) -> Result<(), Error> {
    for (id, pin) in pins {
        both!(tx, |c| kept(diesel::update(sign_ons::table.find(id)).set(sign_ons::pin.eq(*pin))).execute(c))?;
    }
    Ok(())
}

/// Takes every pin of a campaign away.
pub(super) fn unpin(tx: &mut Tx<'_>, campaign: CampaignId) -> Result<(), Error> {
    both!(tx, |c| diesel::update(sign_ons::table.filter(sign_ons::campaign_id.eq(campaign)))
        .set(sign_ons::pin.eq(None::<i64>))
        .execute(c))?;
    Ok(())
}
