//! Small things that pages show the same way everywhere; `templates/parts/words.html` and `field.html` print them.

use crate::clock::{Timestamp, Zone};

/// A moment for a page.
#[derive(Clone, Debug)]
pub struct Moment {
    /// For programs: RFC 3339.
    pub iso: String,
    /// For people, with the zone named: `31 December 2026, 23:59 UTC`.
    pub text: String,
    /// How long ago: `3 days`.
    pub ago: String,
}

impl Moment {
    /// A moment as it is seen from `now`.
    pub fn new(at: Timestamp, now: Timestamp) -> Self {
        Self { iso: at.to_string(), text: in_utc(at), ago: length(now.since(at)) }
    }

    /// The same as somebody in a zone reads it: see [`in_zone`].
    pub fn in_zone(at: Timestamp, now: Timestamp, zone: &Zone) -> Self {
        Self { text: in_zone(at, zone), ..Self::new(at, now) }
    }
}

/// `31 December 2026, 23:59 Brussels time (22:59 UTC)`, with the day of UTC where it is another one: a reader elsewhere knows what it is
/// there, and no script has to ask where they are.
pub fn in_zone(at: Timestamp, zone: &Zone) -> String {
    if zone.is_utc() {
        return in_utc(at);
    }
    let (there, utc) = (zone.local(at), Zone::default().local(at));
    let pattern = if there.date() == utc.date() { "%H:%M UTC" } else { "%-d %B %Y, %H:%M UTC" };
    format!("{} {} ({})", there.strftime("%-d %B %Y, %H:%M"), zone.said(), utc.strftime(pattern))
}

/// `31 December 2026, 23:59 UTC`
pub fn in_utc(at: Timestamp) -> String {
    at.jiff().to_zoned(jiff::tz::TimeZone::UTC).strftime("%-d %B %Y, %H:%M UTC").to_string()
}

/// `31 December 2026`
pub fn day(date: jiff::civil::Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// A length of time in its largest whole unit: `20 minutes`, `1 day`.
pub fn length(length: jiff::SignedDuration) -> String {
    let minutes = length.as_mins();
    let (count, unit) = match minutes {
        ..1 => return "just now".to_owned(),
        1..60 => (minutes, "minute"),
        60..1440 => (minutes / 60, "hour"),
        _ => (minutes / 1440, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// A name beside a value.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What it is.
    pub name: &'static str,
    /// The value.
    pub value: String,
}

/// One of several answers.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// What the form sends.
    pub value: &'static str,
    /// What it says.
    pub label: &'static str,
    /// A hint; empty for none.
    pub hint: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{days, hours, minutes};

    #[test]
    fn a_moment_is_shown_in_its_zone_and_in_utc() {
        let at = Timestamp::parse("2026-12-31T22:59:00Z").unwrap();
        let shown = |zone: &str| in_zone(at, &Zone::parse(zone).unwrap());
        assert_eq!(shown("Europe/Brussels"), "31 December 2026, 23:59 Brussels time (22:59 UTC)");
        assert_eq!(shown("Asia/Tokyo"), "1 January 2027, 07:59 Tokyo time (31 December 2026, 22:59 UTC)");
        assert_eq!(shown("UTC"), "31 December 2026, 22:59 UTC");
    }

    #[test]
    fn a_moment_is_shown_with_its_zone_and_its_age() {
        let at = Timestamp::parse("2026-12-31T23:59:30Z").unwrap();
        let moment = Moment::new(at, at.plus(days(3)));
        assert_eq!((moment.text.as_str(), moment.ago.as_str()), ("31 December 2026, 23:59 UTC", "3 days"));
        assert_eq!(Moment::new(at, at.plus(hours(1))).ago, "1 hour");
        assert_eq!(Moment::new(at, at.plus(minutes(59))).ago, "59 minutes");
        assert_eq!(Moment::new(at, at).ago, "just now");
    }
}
