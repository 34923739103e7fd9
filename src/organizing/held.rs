//! The letter that a change is written to, held until it is written; and that nothing is written to an archived one.

use super::act::ARCHIVED;
use crate::campaign::{Campaign, Status, store as campaigns};
use crate::db::{self, Tx};
use crate::ids::CampaignId;
use crate::web::Fault;

/// Why a change was not written.
#[derive(Debug, thiserror::Error)]
pub(super) enum Stop {
    #[error("the letter is archived")]
    Archived,
    #[error("there is no such letter")]
    Gone,
    #[error(transparent)]
    Database(#[from] db::Error),
}

impl From<Stop> for Fault {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Archived => archived(),
            Stop::Gone => Self::NotFound,
            Stop::Database(error) => error.into(),
        }
    }
}

/// The letter, if it can be changed: held until the transaction ends, so that nobody archives it meanwhile.
pub(super) fn changeable(tx: &mut Tx<'_>, id: CampaignId) -> Result<Campaign, Stop> {
    match campaigns::hold(tx, id)? {
        None => Err(Stop::Gone),
        Some(held) if held.settings.status == Status::Archived => Err(Stop::Archived),
        Some(held) => Ok(held),
    }
}

/// What somebody is told who would change an archived letter. What they typed is given back on the page.
pub(super) fn archived() -> Fault {
    Fault::Overtaken(format!("{ARCHIVED} Nothing was changed."))
}
