//! After which edition a list goes on: read from the settings, the names of editions and the mergers.

use super::base::Base;
use super::entries;
use super::naming::Named;
use crate::campaign::{Campaign, Late};
use crate::db::schema::{editions, sign_ons};
use crate::db::{Conn, Error, both};
use crate::ids::SignOnId;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// The edition that was named last, if those who join later stand after it.
pub(super) fn base(conn: &mut Conn, campaign: &Campaign, named: &[Named]) -> Result<Option<Base>, Error> {
    let Some(last) = named.last().filter(|_| campaign.settings.late == Late::After) else { return Ok(None) };
    let packed: Vec<u8> = both!(conn, |c| editions::table
        .filter(editions::campaign_id.eq(campaign.id))
        .filter(editions::number.eq(i64::from(last.number)))
        .select(editions::entries)
        .first(c))?;
    let contents = entries::unpack(&packed)?;
    let mut places: BTreeMap<SignOnId, usize> =
        contents.entries.iter().map(|entry| entry.sign_on).zip(0..).collect();
    // Where another entry stands for one of it, that is the same organization, and it signed before the edition was named.
    let merged: Vec<(SignOnId, Option<SignOnId>)> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign.id))
        .filter(sign_ons::merged_into.is_not_null())
        .select((sign_ons::id, sign_ons::merged_into))
        .load(c))?;
    let merged: BTreeMap<SignOnId, SignOnId> =
        merged.into_iter().filter_map(|(id, into)| Some((id, into?))).collect();
    for id in merged.keys() {
        let Some(place) = places.get(id).copied() else { continue };
        let mut stands = *id;
        // What is merged is over and cannot be merged into, so this ends.
        while let Some(next) = merged.get(&stands) {
            stands = *next;
        }
        let of_both = places.get(&stands).map_or(place, |own| place.min(*own));
        places.insert(stands, of_both);
    }
    Ok(Some(Base { edition: last.number, places, within: contents.after }))
}
