//! Instants, and where they come from. Code that depends on the time takes a `Clock`, so that a test can move it.

mod zone;

pub use zone::{Reading, Zone, ZoneError};

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// An instant in UTC, cut to whole microseconds, because PostgreSQL keeps no more and the two engines must agree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// From microseconds since 1970-01-01T00:00:00Z. What is out of the calendar's range becomes its nearest end.
    pub fn from_micros(micros: i64) -> Self {
        Self(jiff::Timestamp::from_microsecond(micros).unwrap_or(if micros < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        }))
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub fn as_micros(self) -> i64 {
        self.0.as_microsecond()
    }

    /// Whole milliseconds since 1970-01-01T00:00:00Z; 0 before it. What time-ordered ids are made of.
    pub fn millis(self) -> u64 {
        u64::try_from(self.as_micros() / 1000).unwrap_or(0)
    }

    /// Reads RFC 3339, with any offset: `2019-10-07T09:00:00+02:00`.
    pub fn parse(text: &str) -> Option<Self> {
        let parsed: jiff::Timestamp = text.trim().parse().ok()?;
        Some(Self::from_micros(parsed.as_microsecond()))
    }

    /// This instant moved by a length of time, forward or (negative) back.
    pub fn plus(self, length: jiff::SignedDuration) -> Self {
        let micros = i64::try_from(length.as_micros()).unwrap_or(if length.is_negative() {
            i64::MIN
        } else {
            i64::MAX
        });
        Self::from_micros(self.as_micros().saturating_add(micros))
    }

    /// How much later this is than `earlier`; negative when it is not.
    pub fn since(self, earlier: Self) -> jiff::SignedDuration {
        jiff::SignedDuration::from_micros(self.as_micros().saturating_sub(earlier.as_micros()))
    }

    /// The first instant of its month, in UTC.
    #[must_use]
    pub fn month(self) -> Self {
        let first = self.0.to_zoned(jiff::tz::TimeZone::UTC).first_of_month();
        let begins = first.and_then(|first| first.start_of_day());
        begins.map_or(Self::from_micros(0), |begins| Self(begins.timestamp()))
    }

    /// The same instant for the calendar and the zones.
    pub fn jiff(self) -> jiff::Timestamp {
        self.0
    }
}

/// RFC 3339 in UTC, e.g. `2019-10-07T09:00:00Z`: the form of every public document.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A number of days as a length of time.
pub const fn days(n: i64) -> jiff::SignedDuration {
    jiff::SignedDuration::from_hours(n * 24)
}

/// A number of hours as a length of time.
pub const fn hours(n: i64) -> jiff::SignedDuration {
    jiff::SignedDuration::from_hours(n)
}

/// A number of minutes as a length of time.
pub const fn minutes(n: i64) -> jiff::SignedDuration {
    jiff::SignedDuration::from_mins(n)
}

/// Tells the time. Clones tell the same time.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    /// The machine's clock, and by how many microseconds the database's is ahead of it.
    System(Arc<AtomicI64>),
    Moved(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System(Arc::new(AtomicI64::new(0))))
    }

    /// Corrects the machine's clock to the database's, so that every instance decides moments (publication, deadlines)
    /// by one clock. `ahead` is by how much the database's clock is ahead. A standing clock stays.
    pub fn follow(&self, ahead: jiff::SignedDuration) {
        if let Source::System(offset) = &self.0 {
            offset.store(i64::try_from(ahead.as_micros()).unwrap_or(0), Ordering::Relaxed);
        }
    }

    /// A clock that stands at `start` until [`Clock::advance`] moves it.
    pub fn standing(start: Timestamp) -> Self {
        Self(Source::Moved(Arc::new(AtomicI64::new(start.as_micros()))))
    }

    /// Now.
    #[expect(clippy::disallowed_methods, reason = "this is the one place where time comes in")]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System(offset) => Timestamp::from_micros(
                jiff::Timestamp::now().as_microsecond().saturating_add(offset.load(Ordering::Relaxed)),
            ),
            Source::Moved(micros) => Timestamp::from_micros(micros.load(Ordering::SeqCst)),
        }
    }

    /// Moves a standing clock; the machine's clock is not ours to move.
    pub fn advance(&self, length: jiff::SignedDuration) {
        if let Source::Moved(micros) = &self.0 {
            micros.store(self.now().plus(length).as_micros(), Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_cut_to_microseconds_and_printed_as_rfc_3339() {
        let at = Timestamp::parse("2019-10-07T11:00:00.123456789+02:00").unwrap();
        assert_eq!(at.to_string(), "2019-10-07T09:00:00.123456Z");
    }

    #[test]
    fn a_standing_clock_moves_only_when_told() {
        let clock = Clock::standing(Timestamp::from_micros(0));
        let other = clock.clone();
        clock.advance(hours(1));
        assert_eq!(other.now().since(Timestamp::from_micros(0)), hours(1));
    }

    #[test]
    fn instants_at_the_calendars_ends_do_not_overflow() {
        let end = Timestamp::from_micros(i64::MAX).plus(days(1));
        assert_eq!(end, Timestamp::from_micros(i64::MAX));
    }
}
