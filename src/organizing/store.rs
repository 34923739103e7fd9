//! The statements of the organizers' workbench.

use crate::clock::Timestamp;
use crate::db::schema::sign_ons;
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{CampaignId, SignOnId};
use crate::sign_on::{Entry, Standing, store};
use crate::text::LinePattern;
use diesel::prelude::*;
use std::collections::BTreeMap;

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
        let Entry { organization, acronym, native_name, sort_as, website, country, line } = sign_on.entry;
        let printed = Entry::new(pattern, organization, acronym, native_name, sort_as, website, country).line;
        if printed != line {
            both!(tx, |c| diesel::update(sign_ons::table.find(sign_on.id))
                .set(sign_ons::line.eq(printed))
                .execute(c))?;
        }
    }
    Ok(())
}

/// Pins entries to numbers.
pub(super) fn pin(tx: &mut Tx<'_>, numbers: &[(SignOnId, u32)]) -> Result<(), Error> {
    for (id, number) in numbers {
        both!(tx, |c| diesel::update(sign_ons::table.find(id))
            .set(sign_ons::pin.eq(i64::from(*number)))
            .execute(c))?;
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
