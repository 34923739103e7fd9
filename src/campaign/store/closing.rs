//! When a campaign stopped taking sign-ons.

use crate::campaign::campaign::{Campaign, Settings, Status};
use crate::clock::Timestamp;
use crate::db::{Conn, Error};
use crate::ids::CampaignId;

/// Since when a campaign with these settings is closed by its button; `before` says since when it was.
pub(super) fn closed_at(before: Option<Timestamp>, settings: &Settings, now: Timestamp) -> Option<Timestamp> {
    match settings.status {
        Status::Closed | Status::Archived => before.or(Some(now)),
        Status::Draft | Status::Open => None,
    }
}

/// The campaigns that stopped taking sign-ons, by their deadline or because they were closed, so long ago that contacts are no longer kept.
///
/// # Errors
/// Those of the database.
pub fn kept_long_enough(conn: &mut Conn, now: Timestamp) -> Result<Vec<CampaignId>, Error> {
    let is_over = |campaign: &Campaign| campaign.has_kept_long_enough(now);
    Ok(super::all(conn)?.into_iter().filter(is_over).map(|campaign| campaign.id).collect())
}
