//! Limits: exact sliding windows in memory. What is kept of a network is a hash under a key that ends with the process.

use super::address::Network;
use crate::clock::{Timestamp, days, hours, minutes};
use crate::config::Limits;
use crate::secret::{Keys, Random};
use jiff::SignedDuration;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

/// At most this many networks are remembered for one limit; then the one that was quiet for longest is forgotten. With the
/// standard limits that is some 30 MB when every one of them has used its allowance up.
const REMEMBERED: usize = 20_000;

/// What is limited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Limit {
    /// Sending a sign-on form, per network.
    SignOns,
    /// Reporting an entry, per network: as often as sign-ons are sent, and counted by itself.
    Reports,
    /// Opening or confirming a mailed link, or typing a code, per network. It never counts against sign-ons.
    Links,
    /// Trying to log in, per network.
    LogIns,
    /// Trying to log in, per block of networks.
    LogInsOfBlock,
    /// Trying to log in, per account.
    LogInsOfAccount,
}

/// Whose allowance it is.
pub enum Whose<'a> {
    /// A network's.
    Network(Network),
    /// Something's with a name of its own, like an account.
    Named(&'a [u8]),
}

impl From<Network> for Whose<'_> {
    fn from(network: Network) -> Self {
        Self::Network(network)
    }
}

/// The allowance is used up.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("too many in too short a time; the next is possible in {seconds} seconds")]
pub struct RetryAfter {
    /// When the next is possible: whole seconds, at least 1.
    pub seconds: u64,
}

/// All limits of the instance.
pub struct RateLimiter {
    secret: Keys,
    sign_ons: Windows,
    reports: Windows,
    links: Windows,
    log_ins: Windows,
    log_ins_of_block: Windows,
    log_ins_of_account: Windows,
    presses: Windows,
    turn: Mutex<()>,
}

impl RateLimiter {
    /// Limits as they are set, with nothing done yet.
    pub fn new(limits: &Limits, random: &Random) -> Self {
        let of_forms = [(minutes(10), limits.sign_ons_per_10_minutes), (hours(1), limits.sign_ons_per_hour)];
        Self {
            secret: Keys::derive(&random.bytes()),
            sign_ons: Windows::new(&of_forms),
            reports: Windows::new(&of_forms),
            links: Windows::new(&[(minutes(1), limits.links_per_minute)]),
            log_ins: Windows::new(&[(minutes(5), limits.log_ins_per_5_minutes)]),
            log_ins_of_block: Windows::new(&[(hours(1), limits.log_ins_per_5_minutes.saturating_mul(2))]),
            log_ins_of_account: Windows::new(&[(days(1), limits.log_ins_per_day)]),
            presses: Windows::new(&[(hours(1), 1)]),
            turn: Mutex::default(),
        }
    }

    /// Counts one act against an allowance, and the same act repeated within an hour not again: whoever presses a button
    /// five times has done one thing. `press` tells acts apart, such as a form token's nonce.
    ///
    /// # Errors
    /// [`RetryAfter`] as for [`RateLimiter::check`].
    pub fn check_once<'a>(
        &self,
        limit: Limit,
        whose: impl Into<Whose<'a>>,
        press: &[u8],
        now: Timestamp,
    ) -> Result<(), RetryAfter> {
        // One at a time, so that presses at the same moment are not counted beside each other.
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let press = self.hash(&Whose::Named(press));
        if self.presses.is_full(press, now.as_micros()) {
            return Ok(());
        }
        self.check(limit, whose, now)?;
        self.presses.check(press, now.as_micros())
    }

    /// Counts one act against an allowance.
    ///
    /// # Errors
    /// [`RetryAfter`] when the allowance is used up; the refused act is not counted.
    pub fn check<'a>(
        &self,
        limit: Limit,
        whose: impl Into<Whose<'a>>,
        now: Timestamp,
    ) -> Result<(), RetryAfter> {
        let windows = match limit {
            Limit::SignOns => &self.sign_ons,
            Limit::Reports => &self.reports,
            Limit::Links => &self.links,
            Limit::LogIns => &self.log_ins,
            Limit::LogInsOfBlock => &self.log_ins_of_block,
            Limit::LogInsOfAccount => &self.log_ins_of_account,
        };
        windows.check(self.hash(&whose.into()), now.as_micros())
    }

    fn hash(&self, whose: &Whose<'_>) -> u128 {
        let digest = match whose {
            Whose::Network(network) => self.secret.authenticate("network", &[&network.octets()]),
            Whose::Named(name) => self.secret.authenticate("name", &[name]),
        };
        digest.first_chunk().map_or(0, |bytes| u128::from_ne_bytes(*bytes))
    }
}

struct Windows {
    /// Length in microseconds, and how many acts fit into it. The longest is last.
    spans: Vec<(i64, usize)>,
    /// By hash: the moments of the counted acts within the longest span, oldest first; never an empty queue.
    acts: Mutex<HashMap<u128, VecDeque<i64>>>,
}

impl Windows {
    fn new(spans: &[(SignedDuration, u32)]) -> Self {
        let micros = |length: &SignedDuration| i64::try_from(length.as_micros()).unwrap_or(i64::MAX);
        Self {
            spans: spans.iter().map(|(length, most)| (micros(length), *most as usize)).collect(),
            acts: Mutex::default(),
        }
    }

    fn longest(&self) -> i64 {
        self.spans.iter().map(|(length, _)| *length).max().unwrap_or(0)
    }

    fn is_full(&self, who: u128, now: i64) -> bool {
        let all = self.acts.lock().unwrap_or_else(PoisonError::into_inner);
        let within = |length: i64| {
            move |acts: &VecDeque<i64>| acts.iter().filter(|at| **at > now.saturating_sub(length)).count()
        };
        all.get(&who)
            .is_some_and(|acts| self.spans.iter().any(|(length, most)| within(*length)(acts) >= *most))
    }

    fn check(&self, who: u128, now: i64) -> Result<(), RetryAfter> {
        let mut all = self.acts.lock().unwrap_or_else(PoisonError::into_inner);
        let horizon = now.saturating_sub(self.longest());
        if let Some(acts) = all.get_mut(&who) {
            while acts.front().is_some_and(|at| *at <= horizon) {
                acts.pop_front();
            }
            // A span is full when the act that is `most` back lies within it; there is room again when it has left.
            let full_until = self.spans.iter().filter_map(|(length, most)| {
                let back = acts.len().checked_sub(*most)?;
                Some(acts.get(back)?.saturating_add(*length)).filter(|leaves| *leaves > now)
            });
            if let Some(leaves) = full_until.max() {
                let seconds = u64::try_from(leaves - now).unwrap_or(0).div_ceil(1_000_000).max(1);
                return Err(RetryAfter { seconds });
            }
        } else if all.len() >= REMEMBERED {
            make_room(&mut all, horizon);
        }
        all.entry(who).or_default().push_back(now);
        Ok(())
    }
}

/// Forgets whoever did nothing within the longest span; if that is nobody, the half that was quiet for longest, so that
/// the work is shared by many calls.
fn make_room(all: &mut HashMap<u128, VecDeque<i64>>, horizon: i64) {
    all.retain(|_, acts| acts.back().is_some_and(|at| *at > horizon));
    if all.len() >= REMEMBERED {
        let mut last: Vec<i64> = all.values().filter_map(|acts| acts.back().copied()).collect();
        let middle = last.len() / 2;
        let (_, median, _) = last.select_nth_unstable(middle);
        let median = *median;
        let mut surplus = all.len() - REMEMBERED / 2;
        all.retain(|_, acts| {
            let goes = surplus > 0 && acts.back().is_none_or(|at| *at <= median);
            surplus -= usize::from(goes);
            !goes
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_press_is_counted_once_and_a_refused_one_stays_refused() {
        let (limiter, now, network) = (limiter(), Timestamp::from_micros(0), network("192.0.2.1"));
        for _ in 0..100 {
            limiter.check_once(Limit::SignOns, network, b"one press", now).unwrap();
        }
        for n in 0..29_u8 {
            limiter.check_once(Limit::SignOns, network, &[n], now).unwrap();
        }
        for _ in 0..2 {
            limiter.check_once(Limit::SignOns, network, b"one too many", now).unwrap_err();
        }
        limiter.check_once(Limit::SignOns, network, b"one press", now).unwrap();
    }

    fn limiter() -> RateLimiter {
        RateLimiter::new(&Limits::default(), &Random::system())
    }

    fn network(address: &str) -> Network {
        Network::of(address.parse().unwrap())
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(0).plus(SignedDuration::from_secs(seconds))
    }

    #[test]
    fn thirty_in_ten_minutes_and_no_more_until_the_first_has_left() {
        let limiter = limiter();
        let here = network("192.0.2.1");
        for second in 0..30 {
            assert_eq!(limiter.check(Limit::SignOns, here, at(second)), Ok(()));
        }
        assert_eq!(limiter.check(Limit::SignOns, here, at(30)), Err(RetryAfter { seconds: 570 }));
        assert_eq!(limiter.check(Limit::SignOns, here, at(599)), Err(RetryAfter { seconds: 1 }));
        assert_eq!(limiter.check(Limit::SignOns, here, at(600)), Ok(()));
        assert_eq!(limiter.check(Limit::SignOns, here, at(600)), Err(RetryAfter { seconds: 1 }));
        assert_eq!(limiter.check(Limit::SignOns, network("192.0.2.2"), at(600)), Ok(()));
        assert_eq!(limiter.check(Limit::Links, here, at(600)), Ok(()), "another allowance");
    }

    #[test]
    fn the_longer_span_holds_too() {
        let limiter = limiter();
        let here = network("2001:db8::1");
        for n in 0..100 {
            assert_eq!(limiter.check(Limit::SignOns, here, at(n * 30)), Ok(()), "{n}");
        }
        let refused = limiter.check(Limit::SignOns, network("2001:db8::2"), at(3_000));
        assert_eq!(refused, Err(RetryAfter { seconds: 600 }));
    }

    #[test]
    fn what_is_refused_is_not_counted() {
        let limiter = limiter();
        for _ in 0..500 {
            let _ = limiter.check(Limit::LogInsOfAccount, Whose::Named(b"account"), at(0));
        }
        let tomorrow = limiter.check(Limit::LogInsOfAccount, Whose::Named(b"account"), at(86_400));
        assert_eq!(tomorrow, Ok(()));
    }

    #[test]
    fn memory_is_bounded_and_whoever_was_busy_last_is_remembered() {
        let windows = Windows::new(&[(minutes(1), 1)]);
        for n in 0..(3 * REMEMBERED as u128) {
            windows.check(n, 1_000 + n as i64).unwrap();
        }
        assert!(windows.acts.lock().unwrap().len() <= REMEMBERED);
        assert!(windows.check(3 * REMEMBERED as u128 - 1, 90_000).is_err());
        windows.check(u128::MAX, 120_000_000).unwrap();
        let mut all = windows.acts.lock().unwrap();
        make_room(&mut all, 60_000_000);
        assert_eq!(all.len(), 1, "what is past is forgotten");
    }
}
