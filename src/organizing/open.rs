//! What is open in a letter, in words, for whoever is about to publish, close or archive it; and whose consent is old.

use super::act::Act;
use super::store::{self, Unsettled};
use crate::campaign::Campaign;
use crate::clock::Timestamp;
use crate::db::{Conn, Error};
use crate::secret::sha256_hex;
use crate::web::show::Moment;
use crate::web::{App, Fault};

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
    /// What was shown of it, so that whoever presses the button agrees to that and to nothing else.
    pub(super) seen: String,
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
        let (of, now) = (campaign.clone(), app.clock.now());
        Ok(app.db.read(move |conn| Self::read(conn, &of, act, now)).await?)
    }

    /// The same inside a transaction: what it finds of a letter that is held stays so.
    pub(super) fn read(
        conn: &mut Conn,
        campaign: &Campaign,
        act: Act,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let before = (act == Act::Publish).then(|| store::stale_before(now));
        let found = match act.tells_what_is_open() {
            true => store::unsettled(conn, campaign.id, before)?,
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
        let waiting: Vec<_> = all.into_iter().filter(|(count, ..)| *count > 0).collect();
        let texts = waiting.iter().map(|(_, text, _)| text.as_str()).collect::<Vec<_>>().join("\n");
        Self {
            seen: sha256_hex(format!("{texts}\n\n{}", seen(&found.stale)).as_bytes()),
            stale: found.stale.len(),
            named: named(found.stale, now),
            waiting: waiting.into_iter().map(|(_, text, show)| Waiting { text, href: queue(show) }).collect(),
        }
    }
}

/// The first of the lines whose consent is old.
pub(super) fn named(stale: Vec<(String, Timestamp)>, now: Timestamp) -> Vec<Stale> {
    let named = stale.into_iter().take(NAMED);
    named.map(|(line, at)| Stale { line, verified: Moment::new(at, now) }).collect()
}

/// All of them in few characters, for a form that says which of them it showed.
pub(super) fn seen(stale: &[(String, Timestamp)]) -> String {
    let lines = stale.iter().map(|(line, at)| format!("{at} {line}")).collect::<Vec<_>>();
    sha256_hex(lines.join("\n").as_bytes())
}
