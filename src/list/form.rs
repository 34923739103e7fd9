//! The forms in which a letter and an edition of its list are kept.

use crate::campaign::{Campaign, Status};
use crate::clock::Timestamp;

/// A public form of an edition.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Form {
    /// The letter with the first names, or a further page of names.
    Page(Phase, u32),
    /// A page of names as the page of an edition.
    Edition(u32),
    /// `.csv`
    Csv,
    /// `.json`
    Json,
    /// `.txt`
    Text,
    /// `.atom`
    Atom,
    /// The press pack.
    Press,
}

/// Whether sign-ons are taken, as the page says it.
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
