//! When a campaign stopped taking sign-ons.

use crate::campaign::campaign::{Campaign, Settings, Status};
use crate::clock::Timestamp;
use crate::db::{Conn, Error};
use crate::ids::CampaignId;
use std::collections::BTreeMap;

/// Since when a campaign with these settings is closed by its button; `before` says since when it was.
pub(super) fn closed_at(before: Option<Timestamp>, settings: &Settings, now: Timestamp) -> Option<Timestamp> {
    match settings.status {
        Status::Closed | Status::Archived => before.or(Some(now)),
        Status::Draft | Status::Open => None,
    }
}

/// The campaigns that stopped taking sign-ons before a moment, by their deadline or because they were closed, so long before that contacts are
/// no longer kept then; each with until when they are.
///
/// # Errors
/// Those of the database.
pub fn kept_until(conn: &mut Conn, at: Timestamp) -> Result<BTreeMap<CampaignId, Timestamp>, Error> {
    let over =
        |campaign: Campaign| Some((campaign.id, campaign.keeps_until(at).filter(|until| *until < at)?));
    Ok(super::all(conn)?.into_iter().filter_map(over).collect())
}
