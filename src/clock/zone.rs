//! Time zones: what a date and a time of day mean somewhere, and how an instant reads there.

use super::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, db};
use std::fmt;

/// A time zone of the IANA database, by its name: `Europe/Brussels`.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone {
    name: String,
    rules: TimeZone,
}

/// Why a name was not taken.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ZoneError {
    /// There is none of this name, but one that is like it.
    #[error("There is no time zone of this name. Did you mean {0}?")]
    Like(String),
    /// There is none of this name.
    #[error("There is no time zone of this name. Write area and city, such as Europe/Brussels, or UTC.")]
    Unknown,
}

/// What a date and a time of day mean in a zone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reading {
    /// One instant.
    Once(Timestamp),
    /// None: the clocks are put forward over it. What it would be by the clocks before that, and by those after it; the second comes
    /// first.
    Never([Timestamp; 2]),
    /// Two: the clocks are put back to before it. The first and the second time.
    Twice([Timestamp; 2]),
}

impl Default for Zone {
    fn default() -> Self {
        Self { name: "UTC".to_owned(), rules: TimeZone::UTC }
    }
}

impl Zone {
    /// Reads a name; upper and lower case are alike.
    ///
    /// # Errors
    /// See [`ZoneError`].
    pub fn parse(raw: &str) -> Result<Self, ZoneError> {
        let typed = raw.trim();
        let known = TimeZone::get(typed).ok().filter(|rules| !rules.is_unknown());
        let named = known.and_then(|rules| Some((rules.iana_name()?.to_owned(), rules)));
        match named {
            Some((name, rules)) => Ok(Self { name, rules }),
            None => Err(like(typed).map_or(ZoneError::Unknown, ZoneError::Like)),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// What people call the time there: `Brussels time`; `UTC` where it is that.
    pub fn said(&self) -> String {
        let city = || self.name.rsplit_once('/').filter(|(area, _)| *area != "Etc");
        match city() {
            _ if self.is_utc() => "UTC".to_owned(),
            Some((_, city)) => format!("{} time", city.replace('_', " ")),
            None => format!("{} time", self.name),
        }
    }

    /// Whether it is UTC itself.
    pub fn is_utc(&self) -> bool {
        self.rules == TimeZone::UTC
    }

    /// The date and the time of day there.
    pub fn local(&self, at: Timestamp) -> DateTime {
        self.rules.to_datetime(at.jiff())
    }

    /// By how much it is ahead of UTC then: `UTC+02:00`.
    pub fn offset(&self, at: Timestamp) -> String {
        let seconds = self.rules.to_offset(at.jiff()).seconds();
        let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() / 60 % 60);
        format!("UTC{}{hours:02}:{minutes:02}", if seconds < 0 { '−' } else { '+' })
    }

    /// What a date and a time of day mean there. Nothing is guessed where the clocks change.
    ///
    /// `None` at the ends of the calendar.
    pub fn read(&self, local: DateTime) -> Option<Reading> {
        let at =
            |offset: Offset| Some(Timestamp::from_micros(offset.to_timestamp(local).ok()?.as_microsecond()));
        Some(match self.rules.to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Unambiguous { offset } => Reading::Once(at(offset)?),
            AmbiguousOffset::Gap { before, after } => Reading::Never([at(after)?, at(before)?]),
            AmbiguousOffset::Fold { before, after } => Reading::Twice([at(before)?, at(after)?]),
        })
    }

    /// The stretches between two instants in which the clocks there go alike: from when, until when, and by how many seconds they are ahead of UTC.
    pub fn stretches(&self, from: Timestamp, until: Timestamp) -> Vec<(Timestamp, Timestamp, i64)> {
        let changes = self.rules.following(from.jiff());
        let changes = changes.map(|change| Timestamp::from_micros(change.timestamp().as_microsecond()));
        let (mut all, mut start) = (Vec::new(), from);
        for end in changes.take_while(|change| *change < until).chain([until]) {
            if end > start {
                all.push((start, end, i64::from(self.rules.to_offset(start.jiff()).seconds())));
            }
            start = end;
        }
        all
    }

    /// The moment at which the clocks there first show a full hour of a day; where they are put forward over it, the moment at which they are.
    /// `None` at the ends of the calendar.
    pub fn at_hour(&self, day: jiff::civil::Date, hour: i8) -> Option<Timestamp> {
        match self.read(day.at(hour, 0, 0, 0))? {
            Reading::Once(at) | Reading::Twice([at, _]) => Some(at),
            Reading::Never([_, after]) => Some(after),
        }
    }

    /// The first instant after a day there.
    pub fn end_of(&self, day: jiff::civil::Date) -> Option<Timestamp> {
        let next = day.tomorrow().ok()?.at(0, 0, 0, 0);
        let end = self.rules.to_ambiguous_timestamp(next).compatible().ok()?;
        Some(Timestamp::from_micros(end.as_microsecond()))
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name)
    }
}

/// The zone whose city was typed without its area, or with a space in it.
fn like(typed: &str) -> Option<String> {
    let wanted = typed.rsplit('/').next()?.trim().replace(' ', "_");
    let names = db().available().map(|name| name.as_str().to_owned());
    let is_wanted =
        |name: &String| name.rsplit_once('/').is_some_and(|(_, city)| city.eq_ignore_ascii_case(&wanted));
    names.filter(is_wanted).min_by_key(String::len)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn read(zone: &str, local: &str) -> Reading {
        Zone::parse(zone).unwrap().read(local.parse().unwrap()).unwrap()
    }

    #[test]
    fn a_zone_is_found_by_its_name_and_others_are_suggested() {
        let zone = Zone::parse(" europe/brussels ").unwrap();
        assert_eq!((zone.as_str(), zone.said().as_str()), ("Europe/Brussels", "Brussels time"));
        assert_eq!(Zone::parse(zone.as_str()), Ok(zone));
        assert_eq!(Zone::parse("America/Argentina/Buenos_Aires").unwrap().said(), "Buenos Aires time");
        assert_eq!(Zone::parse("UTC"), Ok(Zone::default()));
        assert_eq!(Zone::default().said(), "UTC");
        assert_eq!(Zone::parse("buenos aires"), Err(ZoneError::Like("America/Buenos_Aires".to_owned())));
        assert_eq!(Zone::parse("Nairobi"), Err(ZoneError::Like("Africa/Nairobi".to_owned())));
        for wrong in ["", "Middle/Earth", "CEST-1", "Etc/Unknown", "../Brussel"] {
            assert_eq!(Zone::parse(wrong), Err(ZoneError::Unknown), "{wrong}");
        }
    }

    #[test]
    fn what_does_not_exist_or_exists_twice_is_not_guessed() {
        assert_eq!(read("Europe/Brussels", "2026-07-01T12:00"), Reading::Once(at("2026-07-01T10:00:00Z")));
        let gap = [at("2026-03-29T00:30:00Z"), at("2026-03-29T01:30:00Z")];
        assert_eq!(read("Europe/Brussels", "2026-03-29T02:30"), Reading::Never(gap));
        let fold = [at("2026-10-25T00:30:00Z"), at("2026-10-25T01:30:00Z")];
        assert_eq!(read("Europe/Brussels", "2026-10-25T02:30"), Reading::Twice(fold));
        // Half an hour, on Lord Howe Island.
        let half = [at("2026-04-04T14:45:00Z"), at("2026-04-04T15:15:00Z")];
        assert_eq!(read("Australia/Lord_Howe", "2026-04-05T01:45"), Reading::Twice(half));
    }

    #[test]
    fn an_instant_reads_as_the_clocks_there_show_it() {
        let zone = Zone::parse("America/St_Johns").unwrap();
        let summer = at("2026-07-01T12:00:00Z");
        assert_eq!(zone.local(summer).to_string(), "2026-07-01T09:30:00");
        assert_eq!(zone.offset(summer), "UTC−02:30");
        assert_eq!(Zone::default().offset(summer), "UTC+00:00");
        let day = jiff::civil::date(2026, 3, 29);
        let brussels = Zone::parse("Europe/Brussels").unwrap();
        assert_eq!(brussels.at_hour(day, 2), Some(at("2026-03-29T01:00:00Z")), "put forward over it");
        assert_eq!(brussels.at_hour(jiff::civil::date(2026, 10, 25), 2), Some(at("2026-10-25T00:00:00Z")));
        let [from, change, until] =
            ["2026-03-28T00:00:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"].map(at);
        assert_eq!(brussels.stretches(from, until), [(from, change, 3600), (change, until, 7200)]);
        assert_eq!(Zone::default().stretches(from, until), [(from, until, 0)]);
        assert_eq!(Zone::parse("Europe/Brussels").unwrap().end_of(day), Some(at("2026-03-29T22:00:00Z")));
    }
}
