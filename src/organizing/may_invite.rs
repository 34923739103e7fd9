//! Whether anybody can be invited now, and until when they may sign.

use crate::campaign::Campaign;
use crate::clock::{Timestamp, days};
pub(super) use crate::sign_on::why_not_invite as why_not;
use crate::web::show::in_utc;

/// How long after the deadline an invitation may be used at most.
const LATEST_DAYS: i64 = 90;

/// Until when those of the list may sign after the deadline.
pub(super) fn late(typed: &str, campaign: &Campaign, now: Timestamp) -> Result<Option<Timestamp>, String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let written = if typed.len() == 16 { format!("{typed}:00Z") } else { typed.to_owned() };
    let at = Timestamp::parse(&written).ok_or("Write a date and a time, such as 2026-12-31T23:59 (UTC).")?;
    match campaign.settings.closes_at {
        None => Err("The letter has no deadline: leave this empty.".to_owned()),
        Some(closes) if at <= closes => {
            Err(format!("Choose a moment after the deadline, {}.", in_utc(closes)))
        }
        Some(closes) if at > closes.plus(days(LATEST_DAYS)) => Err(format!(
            "Choose a moment within {LATEST_DAYS} days after the deadline: until {} at the latest.",
            in_utc(closes.plus(days(LATEST_DAYS)))
        )),
        Some(_) if at <= now => Err("Choose a moment that lies ahead.".to_owned()),
        Some(_) => Ok(Some(at)),
    }
}
