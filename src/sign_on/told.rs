//! What of a history those outside are told: a decision only once its time has come, and never one that did not stand until then.

use super::state::Standing;
use crate::audit::Act;
use crate::clock::Timestamp;
use jiff::SignedDuration;

/// The act by which staff tell a decision before its time.
pub(crate) const TOLD_AT_ONCE: &str = "told at once";

/// The act by which another entry stands for a sign-on, in its own history.
pub(crate) const MERGED: &str = "merged";

/// The same act in the history of the entry that stands for both. What it took in is the new value.
pub(crate) const TOOK_IN: &str = "took in another entry";

/// That it does not stand for the other one any more, which is the old value.
pub(crate) const LET_GO: &str = "let another entry go";

/// That somebody asked for updates after all.
pub(super) const UPDATES_ON: &str = "switched updates on";

/// That somebody wants no more updates.
pub(super) const UPDATES_OFF: &str = "switched updates off";

/// Acts of staff that are told after the delay.
const DECISIONS: [&str; 6] = ["approved", "attested", "rejected", "put on hold", "removed", MERGED];

/// Acts that only answer a decision: where that was never told, neither are they.
const ANSWERS: [&str; 3] = ["undone", "released", "reopened"];

/// The history as whoever sent a sign-on may read it now: what was done with theirs, and from when another entry stands for it, what is done with
/// that.
pub(super) fn through<'a>(
    own: &'a [Act],
    history: &'a [Act],
    now: Timestamp,
    delay: SignedDuration,
) -> Vec<&'a Act> {
    let mut all = told(own, now, delay);
    let since = all.iter().rev().find(|act| act.act == MERGED).map(|act| act.at);
    let later = told(history, now, delay).into_iter();
    all.extend(later.filter(|act| since.is_none_or(|since| act.at >= since && act.act != TOOK_IN)));
    all
}

/// The history as those outside may read it now.
fn told(history: &[Act], now: Timestamp, delay: SignedDuration) -> Vec<&Act> {
    let mut told: Vec<&Act> = Vec::new();
    let mut is_answered_in_silence = false;
    for (i, act) in history.iter().enumerate() {
        let is_decision = DECISIONS.contains(&act.act.as_str());
        if is_decision {
            let rest = history.get(i + 1..).unwrap_or_default();
            is_answered_in_silence = told_at(act, rest, delay).is_none_or(|at| at > now);
        }
        let is_silent = is_answered_in_silence && (is_decision || ANSWERS.contains(&act.act.as_str()));
        let rest = history.get(i + 1..).unwrap_or_default();
        if !is_silent && act.act != "undone" && (act.act != TOOK_IN || has_stayed(act, rest, now, delay)) {
            told.push(act);
        }
    }
    told
}

/// Whether what an entry took in stayed with it until those outside were told.
fn has_stayed(act: &Act, rest: &[Act], now: Timestamp, delay: SignedDuration) -> bool {
    let told_at = act.at.plus(delay);
    let left = rest.iter().find(|later| later.act == LET_GO && later.old == act.new);
    told_at <= now && left.is_none_or(|left| left.at >= told_at)
}

/// When a decision is told, given what was done after it; never, where something else stood before that.
fn told_at(decision: &Act, rest: &[Act], delay: SignedDuration) -> Option<Timestamp> {
    let at_once = rest.iter().find(|act| act.act == TOLD_AT_ONCE).map(|act| act.at);
    let due = decision.at.plus(delay);
    let at = at_once.map_or(due, |at| at.min(due));
    let moved = rest.iter().find(|act| act.new.as_deref().and_then(Standing::parse).is_some());
    moved.is_none_or(|act| act.at >= at).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{Actor, Subject};
    use crate::clock::minutes;
    use crate::ids::{AccountId, SignOnId};

    fn words(history: &[(i64, &str)], now: i64) -> Vec<String> {
        let minute = |n| Timestamp::from_micros(0).plus(minutes(n));
        let acts: Vec<Act> = history
            .iter()
            .map(|(at, act)| {
                let subject = Subject::SignOn(SignOnId::new(1, [1; 10]));
                let made = Act::new(minute(*at), Actor::Staff(AccountId::new(1, [2; 10])), subject, act);
                match *act {
                    TOLD_AT_ONCE | "contact read" => made,
                    _ => made.changing("awaiting_moderation", "on_hold"),
                }
            })
            .collect();
        told(&acts, minute(now), minutes(10)).into_iter().map(|act| act.act.clone()).collect()
    }

    #[test]
    fn a_decision_is_told_when_its_time_has_come() {
        assert_eq!(words(&[(0, "verified"), (1, "approved")], 10), ["verified"]);
        assert_eq!(
            words(&[(0, "verified"), (1, "approved"), (2, "contact read")], 11),
            ["verified", "approved", "contact read"]
        );
        assert_eq!(words(&[(1, "approved"), (3, TOLD_AT_ONCE)], 4), ["approved", TOLD_AT_ONCE]);
    }

    #[test]
    fn what_was_taken_in_and_let_go_before_that_is_never_told() {
        let minute = |n| Timestamp::from_micros(0).plus(minutes(n));
        let subject = Subject::SignOn(SignOnId::new(1, [1; 10]));
        let by = Actor::Staff(AccountId::new(1, [2; 10]));
        let took = |at, other: &str| Act {
            new: Some(other.to_owned()),
            ..Act::new(minute(at), by, subject, TOOK_IN)
        };
        let let_go = |at, other: &str| Act {
            old: Some(other.to_owned()),
            ..Act::new(minute(at), by, subject, LET_GO)
        };
        let is_told = |history: &[Act], now| {
            told(history, minute(now), minutes(10)).iter().filter(|act| act.act == TOOK_IN).count()
        };
        assert_eq!(is_told(&[took(0, "a")], 9), 0);
        assert_eq!(is_told(&[took(0, "a")], 10), 1);
        assert_eq!(is_told(&[took(0, "a"), took(1, "b"), let_go(2, "b")], 60), 1);
        assert_eq!(is_told(&[took(0, "a"), let_go(20, "a")], 60), 1);
    }

    #[test]
    fn a_decision_that_did_not_stand_until_then_is_never_told() {
        for answer in ["undone", "released"] {
            assert_eq!(words(&[(0, "verified"), (1, "put on hold"), (2, answer)], 60), ["verified"]);
        }
        assert_eq!(words(&[(1, "put on hold"), (2, "approved")], 60), ["approved"]);
        assert_eq!(words(&[(1, "put on hold"), (20, "released")], 60), ["put on hold", "released"]);
        assert_eq!(words(&[(1, "approved"), (20, "removed"), (22, "undone")], 60), ["approved"]);
        assert_eq!(words(&[(1, "approved"), (2, "withdrawn")], 60), ["withdrawn"]);
    }
}
