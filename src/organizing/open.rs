//! What is open in a letter, in words, for whoever is about to publish, close or archive it; and whose consent is old.

use super::act::Act;
use super::store::{self, Unsettled};
use crate::campaign::Campaign;
use crate::clock::{Timestamp, days};
use crate::db::Error;
use crate::web::show::Moment;
use crate::web::{App, Fault};

/// When a letter is published longer than this after somebody verified, they are asked again first, or it is recorded why not.
pub(super) const STALE_DAYS: i64 = 30;

/// Lines that are named; the others are counted.
const NAMED: usize = 25;

/// What is open.
pub(super) struct Open {
    /// What waits, one sentence each with where it stands.
    pub(super) waiting: Vec<Waiting>,
    /// How many are on the list by an old consent.
    pub(super) stale: usize,
    /// The first of them.
    pub(super) named: Vec<Stale>,
}

/// Something that waits.
pub(super) struct Waiting {
    pub(super) text: String,
    pub(super) href: String,
}

/// A line whose consent is old.
pub(super) struct Stale {
    pub(super) line: String,
    pub(super) verified: Moment,
}

impl Open {
    /// What is open in a campaign, as far as an act tells it first.
    pub(super) async fn before(app: &App, campaign: &Campaign, act: Act) -> Result<Self, Fault> {
        let now = app.clock.now();
        let (id, before) = (campaign.id, (act == Act::Publish).then(|| stale_before(now)));
        let found = match act.tells_what_is_open() {
            true => app.db.read(move |conn| store::unsettled(conn, id, before)).await?,
            false => Unsettled::default(),
        };
        Ok(Self::new(campaign, found, now))
    }

    fn new(campaign: &Campaign, found: Unsettled, now: Timestamp) -> Self {
        let queue = |show: &str| format!("/staff/letters/{}/queue{show}", campaign.settings.slug);
        let many = |count: i64, one: &str, more: &str| match count {
            1 => format!("1 {one}"),
            _ => format!("{count} {more}"),
        };
        let corrections = i64::try_from(found.corrections).unwrap_or(i64::MAX);
        let all = [
            (
                found.undecided,
                many(found.undecided, "sign-on waits for a decision", "sign-ons wait for a decision"),
                "",
            ),
            (found.held, many(found.held, "sign-on is on hold", "sign-ons are on hold"), "?show=held"),
            (
                found.unverified,
                many(
                    found.unverified,
                    "sign-on waits for its representative to verify the mailbox",
                    "sign-ons wait for their representatives to verify the mailbox",
                ),
                "?show=unverified",
            ),
            (
                corrections,
                many(corrections, "correction waits to be accepted", "corrections wait to be accepted"),
                "",
            ),
            (
                found.reported,
                many(found.reported, "entry is reported as wrong", "entries are reported as wrong"),
                "?show=reported",
            ),
        ];
        let waiting = all.into_iter().filter(|(count, ..)| *count > 0);
        let stale = found.stale.len();
        let named = found.stale.into_iter().take(NAMED);
        Self {
            waiting: waiting.map(|(_, text, show)| Waiting { text, href: queue(show) }).collect(),
            stale,
            named: named.map(|(line, at)| Stale { line, verified: Moment::new(at, now) }).collect(),
        }
    }
}

/// Whoever verified before this gave an old consent to what is published at a moment.
pub(super) fn stale_before(published_at: Timestamp) -> Timestamp {
    published_at.plus(-days(STALE_DAYS))
}

/// How many on the list gave an old consent to what is published at a moment.
pub(super) async fn stale(app: &App, campaign: &Campaign, published_at: Timestamp) -> Result<usize, Fault> {
    let (id, before) = (campaign.id, stale_before(published_at));
    let found = app.db.read(move |conn| -> Result<_, Error> { store::stale(conn, id, before) });
    Ok(found.await?.len())
}
