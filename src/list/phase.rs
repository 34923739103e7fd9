//! Whether sign-ons are taken, as the page says it.

use crate::campaign::{Campaign, Status};
use crate::clock::Timestamp;

/// See above. The finished page of each is kept apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Phase {
    /// Not yet.
    Soon,
    /// Now.
    Open,
    /// Not at the moment: organizers have paused it.
    Paused,
    /// No more.
    Closed,
}

impl Phase {
    pub(super) fn of(campaign: &Campaign, now: Timestamp) -> Self {
        let waits = || campaign.settings.status == Status::Open && !campaign.is_past_deadline(now);
        if campaign.takes_sign_ons(now) {
            Self::Open
        } else if campaign.is_paused(now) {
            Self::Paused
        } else if waits() {
            Self::Soon
        } else {
            Self::Closed
        }
    }
}
