//! How long a link to verify works, in words: what the page after the form says, and the mail.

use crate::campaign::Campaign;
use crate::clock::{Timestamp, days};
use crate::web::show::in_zone;

/// How long a link to verify works from the first accepted delivery, in days.
pub(crate) const TERM_DAYS: i64 = 7;

/// How long a link works that is mailed now, in words: its term, or until what was submitted then can be verified no more, where that is sooner.
pub(super) fn works(campaign: &Campaign, submitted_at: Timestamp, now: Timestamp) -> String {
    match campaign.verifies_until(submitted_at).filter(|until| *until < now.plus(days(TERM_DAYS))) {
        Some(until) => format!("until {}", in_zone(until, &campaign.settings.zone)),
        None => format!("for {TERM_DAYS} days"),
    }
}
