//! When a campaign stopped taking sign-ons.

use crate::campaign::campaign::{Settings, Status};
use crate::clock::Timestamp;
use crate::db::schema::campaigns;
use crate::db::{Conn, Error, both};
use crate::ids::CampaignId;
use diesel::prelude::*;

/// Since when a campaign with these settings is closed by its button; `before` says since when it was.
pub(super) fn closed_at(before: Option<Timestamp>, settings: &Settings, now: Timestamp) -> Option<Timestamp> {
    match settings.status {
        Status::Closed | Status::Archived => before.or(Some(now)),
        Status::Draft | Status::Open => None,
    }
}

/// The campaigns that stopped taking sign-ons before this moment: by their deadline, or because they were closed.
///
/// # Errors
/// Those of the database.
pub fn closed_before(conn: &mut Conn, before: Timestamp) -> Result<Vec<CampaignId>, Error> {
    Ok(both!(conn, |c| campaigns::table
        .filter(campaigns::closes_at.lt(before).or(campaigns::closed_at.lt(before)))
        .select(campaigns::id)
        .load(c))?)
}
