//! Whether anybody can be invited now, and until when they may sign.

use crate::campaign::Campaign;
use crate::clock::{Reading, Timestamp, Zone, days};
pub(super) use crate::sign_on::why_not_invite as why_not;
use crate::web::show::in_utc;
use jiff::civil::DateTime;

/// How long after the deadline an invitation may be used at most.
const LATEST_DAYS: i64 = 90;

/// How the field says in which zone its time is, and what more is said there.
pub(super) fn late_hint(campaign: &Campaign, more: &str) -> String {
    format!("In {}. {more}", campaign.settings.zone.said())
}

/// A moment of the letter's zone. Where that day's clocks skip or repeat the hour, another time has to be chosen.
fn moment(typed: &str, zone: &Zone) -> Result<Timestamp, String> {
    if let Some(at) = Timestamp::parse(typed) {
        return Ok(at);
    }
    let said = zone.said();
    match typed.parse::<DateTime>().ok().and_then(|local| zone.read(local)) {
        None => Err(format!("Write a date and a time, such as 2026-12-31T23:59 (in {said}).")),
        Some(Reading::Once(at)) => Ok(at),
        Some(Reading::Never(_)) => Err(format!(
            "That time does not exist in {said}: the clocks go forward that night. Choose another one."
        )),
        Some(Reading::Twice(_)) => Err(format!(
            "That time comes twice in {said}: the clocks go back that night. Choose another one."
        )),
    }
}

/// Until when those of the list may sign after the deadline.
pub(super) fn late(typed: &str, campaign: &Campaign, now: Timestamp) -> Result<Option<Timestamp>, String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let at = moment(typed, &campaign.settings.zone)?;
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
