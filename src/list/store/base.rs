//! The edition after which a list goes on, where those who join later stand apart from those of it.

use super::entries;
use super::naming::Named;
use crate::campaign::{Campaign, Late};
use crate::db::schema::{editions, sign_ons};
use crate::db::{Conn, Error, both};
use crate::ids::SignOnId;
use crate::list::edition::After;
use crate::list::ordering;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// That edition.
pub(super) struct Base {
    edition: u32,
    /// The place of each of its entries, from 0.
    places: BTreeMap<SignOnId, usize>,
    /// The groups that stood apart on it already.
    within: Vec<After>,
}

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

impl Base {
    /// The place of an entry on it.
    pub(super) fn place(&self, id: SignOnId) -> Option<usize> {
        self.places.get(&id).copied()
    }

    /// Where each group begins on a list of these, in this order.
    pub(super) fn groups(&self, listed: impl ExactSizeIterator<Item = SignOnId>) -> Vec<After> {
        let count = listed.len();
        let places: Vec<usize> = listed.map_while(|id| self.place(id)).collect();
        ordering::groups(&self.within, self.edition, &places, count)
    }
}
