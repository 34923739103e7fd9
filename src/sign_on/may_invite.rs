//! Whether whoever is invited could sign now. Pure.

use super::invitation::extended;
use crate::campaign::{Campaign, Status};
use crate::clock::Timestamp;

/// Why nobody can be invited now, or reminded of an invitation that may be used until then, where nobody can.
pub(crate) fn why_not_invite(
    campaign: &Campaign,
    late_until: Option<Timestamp>,
    now: Timestamp,
) -> Option<&'static str> {
    match campaign.settings.status {
        Status::Draft => Some("The letter is a draft: open it in its settings before you invite anybody."),
        Status::Closed | Status::Archived => Some("The letter is closed: nobody can sign it any more."),
        Status::Open if extended(campaign, late_until).is_past_deadline(now) => {
            Some("The deadline has passed: say below until when those whom you invite may sign nevertheless.")
        }
        Status::Open => None,
    }
}
