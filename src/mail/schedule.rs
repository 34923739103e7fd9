//! When to try again: what an outcome means for the message, and how long a relay that is down is left alone.

use super::transport::Outcome;
use crate::clock::{Timestamp, hours, minutes};
use jiff::SignedDuration;

/// Attempts until a recipient that is refused for the time being is given up: 1, 5, 15 and 30 minutes apart, then hourly,
/// these take 72 hours. Attempts are counted and not hours, so that a relay that was down for days costs nobody a mail.
const ATTEMPTS: i64 = 76;

/// Times that a message may break the postman's hands.
const STRIKES: i64 = 3;

/// How a message is put down after it was taken up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Settlement {
    /// The relay has it.
    Sent,
    /// Try again then.
    Again { at: Timestamp, why: String },
    /// It was not tried: the attempt does not count.
    GivenBack { at: Timestamp, why: Option<String> },
    /// It broke something; try again then, unless that was once too often.
    Strike { at: Timestamp, why: String },
    /// It will never be delivered.
    Failed { why: String },
    /// It is put aside for somebody to look at.
    Quarantined { why: String },
}

/// What becomes of a message that was tried `attempts` times, this one included.
pub(super) fn after(outcome: Outcome, attempts: i64, now: Timestamp) -> Settlement {
    match outcome {
        Outcome::Delivered { .. } => Settlement::Sent,
        Outcome::RelayDown { stage, why } => {
            Settlement::GivenBack { at: now, why: Some(format!("the relay is down ({stage}): {why}")) }
        }
        Outcome::RecipientPermanent { why, .. } => Settlement::Failed { why },
        Outcome::RecipientTemporary { why, .. } | Outcome::Ambiguous { why } if attempts >= ATTEMPTS => {
            Settlement::Failed { why: format!("given up after {attempts} attempts: {why}") }
        }
        Outcome::RecipientTemporary { why, .. } => Settlement::Again { at: now.plus(wait(attempts)), why },
        // The mail may have arrived. This is where a second copy comes from, so it is not hurried.
        Outcome::Ambiguous { why } => {
            let why = format!("the connection was lost before the relay said that it has the mail: {why}");
            Settlement::Again { at: now.plus(minutes(15)), why }
        }
    }
}

/// What becomes of a message that broke something for the `strikes`th time.
pub(super) fn after_strike(strikes: i64, attempts: i64, now: Timestamp, why: String) -> Settlement {
    if strikes >= STRIKES {
        Settlement::Quarantined { why }
    } else {
        Settlement::Strike { at: now.plus(wait(attempts)), why }
    }
}

fn wait(attempts: i64) -> SignedDuration {
    match attempts {
        ..=1 => minutes(1),
        2 => minutes(5),
        3 => minutes(15),
        4 => minutes(30),
        _ => hours(1),
    }
}

/// Keeps a relay that is down from being asked for every message: one mail tries it after 15, 30, then every 60 seconds.
#[derive(Default)]
pub(super) struct Breaker {
    open: Option<(Timestamp, SignedDuration)>,
}

impl Breaker {
    /// Notes that the relay is down. True when it was not known yet.
    pub(super) fn down(&mut self, now: Timestamp) -> bool {
        let wait = match self.open {
            None => SignedDuration::from_secs(15),
            Some((_, wait)) => (wait * 2).min(minutes(1)),
        };
        self.open.replace((now.plus(wait), wait)).is_none()
    }

    /// Notes that the relay answers. True when it was down.
    pub(super) fn up(&mut self) -> bool {
        self.open.take().is_some()
    }

    /// How many mails may be taken up now: `all` as a rule, one when it is time to try a relay that is down.
    pub(super) fn allows(&self, now: Timestamp, all: i64) -> i64 {
        match self.open {
            None => all,
            Some((at, _)) if now >= at => 1,
            Some(_) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::transport::Stage;
    use super::*;

    const NOW: fn() -> Timestamp = || Timestamp::from_micros(0);

    fn later(attempts: i64) -> Outcome {
        Outcome::RecipientTemporary { code: 450, why: format!("{attempts}") }
    }

    #[test]
    fn a_recipient_refused_for_now_is_tried_again_for_72_hours() {
        let mut now = NOW();
        let mut waits = Vec::new();
        let mut attempts = 1;
        while let Settlement::Again { at, .. } = after(later(attempts), attempts, now) {
            waits.push(at.since(now));
            now = at;
            attempts += 1;
        }
        assert_eq!(waits[..5], [minutes(1), minutes(5), minutes(15), minutes(30), hours(1)]);
        assert_eq!(now.since(NOW()).as_hours(), 71, "and a last attempt within the 72nd hour");
        assert!(matches!(after(later(attempts), attempts, now), Settlement::Failed { .. }));
    }

    #[test]
    fn a_relay_that_is_down_costs_no_attempt_and_a_refused_recipient_is_final() {
        let down = Outcome::RelayDown { stage: Stage::Connect, why: "refused".to_owned() };
        let settled = after(down, 1, NOW());
        assert!(matches!(settled, Settlement::GivenBack { at, .. } if at == NOW()));
        let never = Outcome::RecipientPermanent { code: 550, why: "no".to_owned() };
        assert_eq!(after(never, 1, NOW()), Settlement::Failed { why: "no".to_owned() });
    }

    #[test]
    fn a_mail_that_may_have_arrived_is_not_hurried() {
        let lost = Outcome::Ambiguous { why: "lost".to_owned() };
        assert!(
            matches!(after(lost, 1, NOW()), Settlement::Again { at, .. } if at == NOW().plus(minutes(15)))
        );
    }

    #[test]
    fn a_message_that_breaks_things_is_put_aside_at_the_third_time() {
        let strike = |n| after_strike(n, n, NOW(), "broken".to_owned());
        assert!(matches!(strike(1), Settlement::Strike { .. }));
        assert!(matches!(strike(2), Settlement::Strike { .. }));
        assert!(matches!(strike(3), Settlement::Quarantined { .. }));
    }

    #[test]
    fn a_relay_that_is_down_is_tried_by_one_mail_after_15_to_60_seconds() {
        let seconds = |n| NOW().plus(SignedDuration::from_secs(n));
        let mut breaker = Breaker::default();
        assert_eq!(breaker.allows(NOW(), 4), 4);
        assert!(breaker.down(NOW()));
        assert_eq!((breaker.allows(seconds(14), 4), breaker.allows(seconds(15), 4)), (0, 1));
        for (at, wait) in [(15, 30), (45, 60), (105, 60)] {
            assert!(!breaker.down(seconds(at)));
            assert_eq!(breaker.allows(seconds(at + wait - 1), 4), 0);
            assert_eq!(breaker.allows(seconds(at + wait), 4), 1);
        }
        assert!(breaker.up() && !breaker.up());
        assert_eq!(breaker.allows(NOW(), 4), 4);
    }
}
