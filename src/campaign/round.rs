//! Asking everybody who signed whether they agree to another text, or to the same one still.

use crate::clock::{Timestamp, days};
use crate::ids::{AccountId, CampaignId, RoundId};

/// The shortest time to answer in, in days.
pub const SHORTEST_ROUND_DAYS: i64 = 3;

/// The longest, in days.
pub const LONGEST_ROUND_DAYS: i64 = 90;

/// How old consent is before it can be asked for anew without a change of the text, in days.
pub const FRESH_DAYS: i64 = 30;

/// One such round.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Round {
    /// Its id.
    pub id: RoundId,
    /// The letter.
    pub campaign: CampaignId,
    /// The version that stands while it runs.
    pub from_number: i64,
    /// The version that is asked about: the same where the text does not change.
    pub to_number: i64,
    /// Whether silence counts as consent, for those who were told so when they signed.
    pub silence_counts: bool,
    /// When it began.
    pub made_at: Timestamp,
    /// Who began it.
    pub made_by: AccountId,
    /// Until when there is time to answer.
    pub ends_at: Timestamp,
    /// When it was over.
    pub settled_at: Option<Timestamp>,
    /// Whether an organizer stopped it, so that nothing came of it.
    pub stopped: bool,
}

impl Round {
    /// Whether it is about another text, and not about the same one still.
    pub fn changes_text(&self) -> bool {
        self.from_number != self.to_number
    }

    /// Consent given before this is not fresh any more.
    pub fn fresh_since(made_at: Timestamp) -> Timestamp {
        made_at.plus(-days(FRESH_DAYS))
    }
}
