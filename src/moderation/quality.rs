//! How well a letter is moderated, told from its history: how long organizations wait, what was decided, and what was decided otherwise later.

use crate::audit::{Act, Actor, Subject};
use crate::clock::Timestamp;
use crate::ids::{AccountId, SignOnId};
use crate::sign_on::MERGED;
use jiff::SignedDuration;
use std::collections::BTreeMap;

/// What one person, or everybody together, did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) approved: u32,
    pub(crate) rejected: u32,
    pub(crate) held: u32,
    pub(crate) removed: u32,
    pub(crate) merged: u32,
    /// Decisions of theirs that somebody, they themselves included, took back or decided otherwise later.
    pub(crate) reversed: u32,
}

/// The numbers of a period.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Quality {
    /// From verification to the first decision, of those first decided in the period, shortest first.
    waits: Vec<SignedDuration>,
    pub(crate) all: Counts,
    pub(crate) by: BTreeMap<AccountId, Counts>,
}

impl Counts {
    /// Approvals, rejections, removals and merges: what can be reversed.
    pub(crate) const fn decisions(&self) -> u32 {
        self.approved + self.rejected + self.removed + self.merged
    }
}

impl Quality {
    /// Reads a letter's history, oldest first. Decisions count that were taken from `from` until before `until`; what became of them counts
    /// whenever it happened.
    pub(crate) fn of(acts: &[Act], from: Timestamp, until: Timestamp) -> Self {
        let mut quality = Self::default();
        let mut stands: BTreeMap<SignOnId, Standing> = BTreeMap::new();
        for act in acts {
            let Subject::SignOn(id) = act.subject else { continue };
            let standing = stands.entry(id).or_default();
            let by = match act.actor {
                Actor::Staff(by) => Some(by),
                _ => None,
            };
            let is_counted = act.at >= from && act.at < until;
            match (act.act.as_str(), by) {
                ("verified", _) => standing.verified_at = Some(act.at),
                (done @ ("approved" | "rejected" | "removed" | MERGED), Some(by)) => {
                    if done == "removed" {
                        quality.reverse(standing.last.take());
                    } else if let Some(since) =
                        standing.verified_at.filter(|_| !standing.was_decided && is_counted)
                    {
                        quality.waits.push(act.at.since(since));
                    }
                    standing.was_decided = true;
                    standing.last = is_counted.then_some(by);
                    if is_counted {
                        quality.count(by, |counts| match done {
                            "approved" => counts.approved += 1,
                            "rejected" => counts.rejected += 1,
                            MERGED => counts.merged += 1,
                            _ => counts.removed += 1,
                        });
                    }
                }
                ("put on hold", Some(by)) if is_counted => quality.count(by, |counts| counts.held += 1),
                ("undone" | "reopened", Some(_)) => quality.reverse(standing.last.take()),
                _ => {}
            }
        }
        quality.waits.sort_unstable();
        quality
    }

    /// How long half of the organizations waited at most.
    pub(crate) fn median(&self) -> Option<SignedDuration> {
        self.share(50)
    }

    /// How long nine of ten waited at most.
    pub(crate) fn ninetieth(&self) -> Option<SignedDuration> {
        self.share(90)
    }

    /// How many organizations were decided on for the first time.
    pub(crate) fn first_decisions(&self) -> usize {
        self.waits.len()
    }

    /// The shortest wait that so many of a hundred did not exceed.
    fn share(&self, percent: usize) -> Option<SignedDuration> {
        let rank = (self.waits.len() * percent).div_ceil(100);
        self.waits.get(rank.checked_sub(1)?).copied()
    }

    fn count(&mut self, by: AccountId, add: impl Fn(&mut Counts)) {
        add(&mut self.all);
        add(self.by.entry(by).or_default());
    }

    fn reverse(&mut self, decided_by: Option<AccountId>) {
        if let Some(by) = decided_by {
            self.count(by, |counts| counts.reversed += 1);
        }
    }
}

/// What is known of a sign-on while its acts are read.
#[derive(Default)]
struct Standing {
    verified_at: Option<Timestamp>,
    was_decided: bool,
    /// Whose decision stands, if it counts.
    last: Option<AccountId>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::hours;
    use crate::moderation::likeness::tests::id;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_micros(0).plus(hours(hour))
    }

    fn who(n: u8) -> AccountId {
        AccountId::new(1, [n; 10])
    }

    fn act(hour: i64, by: Option<u8>, about: u8, what: &str) -> Act {
        let actor = by.map_or(Actor::Representative, |n| Actor::Staff(who(n)));
        Act::new(at(hour), actor, Subject::SignOn(id(about)), what)
    }

    #[test]
    fn waiting_times_are_those_of_first_decisions() {
        let mut acts: Vec<Act> = (1..=10).map(|n| act(0, None, n, "verified")).collect();
        acts.extend((1..=10).map(|n| act(i64::from(n), Some(1), n, "approved")));
        acts.push(act(50, Some(1), 1, "removed"));
        let quality = Quality::of(&acts, at(0), at(100));
        assert_eq!((quality.median(), quality.ninetieth()), (Some(hours(5)), Some(hours(9))));
        assert_eq!(quality.first_decisions(), 10);
        assert_eq!(Quality::of(&acts, at(60), at(100)).median(), None);
        assert_eq!(Quality::of(&acts, at(10), at(11)).median(), Some(hours(10)));
    }

    #[test]
    fn a_reversal_is_counted_for_whoever_decided() {
        let acts = [
            act(0, None, 1, "verified"),
            act(1, Some(1), 1, "approved"),
            act(2, Some(2), 1, "removed"),
            act(3, Some(1), 1, "reopened"),
            act(4, Some(1), 1, "approved"),
            act(5, Some(1), 2, "rejected"),
            act(6, Some(1), 2, "undone"),
            act(7, Some(2), 3, "put on hold"),
            act(8, Some(2), 3, "released"),
        ];
        let quality = Quality::of(&acts, at(0), at(100));
        let first = Counts { approved: 2, rejected: 1, reversed: 2, ..Counts::default() };
        let second = Counts { removed: 1, held: 1, reversed: 1, ..Counts::default() };
        assert_eq!((quality.by[&who(1)], quality.by[&who(2)]), (first, second));
        assert_eq!((quality.all.decisions(), quality.all.reversed), (4, 3));
        // A decision of before the period does not count, nor what became of it.
        assert_eq!(
            Quality::of(&acts, at(2), at(3)).all,
            Counts { removed: 1, reversed: 1, ..Counts::default() }
        );
    }
}
