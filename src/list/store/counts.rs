//! How many stand on each list, for pages that name many letters.

use crate::campaign::{Unconfirmed, store as campaigns};
use crate::db::schema::{campaigns as campaigns_table, sign_ons};
use crate::db::{Conn, Error, both};
use crate::ids::CampaignId;
use crate::text::Shown;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// How many are on each campaign's list, and from how many countries.
///
/// # Errors
/// Those of the database.
pub fn counts(conn: &mut Conn) -> Result<BTreeMap<CampaignId, (i64, usize)>, Error> {
    type Group = (CampaignId, i64, (Option<String>, Shown), i64);
    let groups: Vec<Group> = both!(conn, |c| sign_ons::table
        .inner_join(campaigns_table::table)
        .filter(sign_ons::state.eq("approved"))
        .filter(sign_ons::lapsed_at.is_null())
        .filter(
            sign_ons::origin
                .ne("elsewhere")
                .or(sign_ons::verified_at.is_not_null())
                .or(campaigns_table::unconfirmed.ne(Unconfirmed::Hide))
        )
        .group_by((sign_ons::campaign_id, sign_ons::letter_version, sign_ons::country, sign_ons::shown))
        .select((
            sign_ons::campaign_id,
            sign_ons::letter_version,
            (sign_ons::country, sign_ons::shown),
            diesel::dsl::count_star(),
        ))
        .load(c))?;
    // Who has agreed to another text than the one that stands is not on the list.
    let standing: BTreeSet<(CampaignId, i64)> = campaigns::standing_versions(conn)?.into_iter().collect();
    let mut counts = BTreeMap::<CampaignId, (i64, BTreeSet<String>)>::new();
    for (campaign, version, (country, shown), count) in groups {
        if standing.contains(&(campaign, version)) {
            let (organizations, countries) = counts.entry(campaign).or_default();
            *organizations += count;
            countries.extend(country.filter(|_| shown >= Shown::InCountry));
        }
    }
    Ok(counts
        .into_iter()
        .map(|(id, (organizations, countries))| (id, (organizations, countries.len())))
        .collect())
}
