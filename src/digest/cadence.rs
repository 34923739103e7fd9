//! How often somebody hears of a letter, and when that is.

use crate::clock::{Timestamp, Zone};
use crate::web::form::{Fields, Problems};
use jiff::civil::Date;

/// How often.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Cadence {
    /// With the next full hour.
    Hourly,
    /// Once a day.
    Daily,
    /// Every Monday.
    Weekly,
}

impl Cadence {
    const ALL: [Self; 3] = [Self::Hourly, Self::Daily, Self::Weekly];

    /// The word in forms and the database.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Hourly => "hourly",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
        }
    }

    /// Reads the word.
    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cadence| cadence.as_str() == text)
    }
}

/// What somebody chose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Choice {
    /// How often.
    pub(super) cadence: Cadence,
    /// The hour of the day in the letter's zone, 0 to 23.
    pub(super) hour: i8,
}

/// The hour that is offered first.
pub(super) const USUAL_HOUR: i8 = 8;

/// What the form says instead of a cadence for no mail at all.
pub(super) const NONE: &str = "none";

impl Choice {
    /// Reads the form: nothing where no mail is wanted.
    ///
    /// # Errors
    /// With what is to be mended.
    pub(super) fn parse(fields: &Fields) -> Result<Option<Self>, Problems> {
        let mut problems = Problems::default();
        let word = fields.get("cadence");
        let cadence = Cadence::parse(word);
        if cadence.is_none() && word != NONE {
            problems.add("cadence", "Choose how often you want to hear of this letter.");
        }
        let hour = match fields.get("hour") {
            "" => Some(USUAL_HOUR),
            typed => typed.parse().ok().filter(|hour| (0..24).contains(hour)),
        };
        if hour.is_none() {
            problems.add("hour", "Choose an hour of the day.");
        }
        match (cadence, hour) {
            (Some(cadence), Some(hour)) if problems.is_empty() => Ok(Some(Self { cadence, hour })),
            _ if problems.is_empty() => Ok(None),
            _ => Err(problems),
        }
    }

    /// The last moment, not after `now`, at which a mail was due. There is one for each day or week, also where the clocks are changed: an hour
    /// that they skip is the moment at which they do, and of an hour that comes twice the first counts.
    pub(super) fn due(self, zone: &Zone, now: Timestamp) -> Option<Timestamp> {
        let today = zone.local(now).date();
        match self.cadence {
            Cadence::Hourly => {
                let hour = jiff::SignedDuration::from_hours(1).as_micros();
                let micros = i128::from(now.as_micros());
                i64::try_from(micros - micros.rem_euclid(hour)).ok().map(Timestamp::from_micros)
            }
            Cadence::Daily => self.last(zone, now, [Some(today), today.yesterday().ok()]),
            Cadence::Weekly => {
                let since_monday = i64::from(today.weekday().to_monday_zero_offset());
                let monday = today.checked_sub(jiff::Span::new().days(since_monday)).ok();
                let before = monday.and_then(|monday| monday.checked_sub(jiff::Span::new().days(7)).ok());
                self.last(zone, now, [monday, before])
            }
        }
    }

    fn last(self, zone: &Zone, now: Timestamp, days: [Option<Date>; 2]) -> Option<Timestamp> {
        let moments = days.into_iter().flatten().filter_map(|day| zone.at_hour(day, self.hour));
        moments.filter(|at| *at <= now).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{hours, minutes};
    use std::collections::BTreeSet;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    /// Every moment that is due, as somebody learns of it who looks every ten minutes.
    fn due(cadence: Cadence, hour: i8, from: &str, until: &str) -> Vec<String> {
        let zone = Zone::parse("Europe/Brussels").unwrap();
        let (mut now, mut found) = (at(from), BTreeSet::new());
        while now < at(until) {
            let moment = Choice { cadence, hour }.due(&zone, now).unwrap();
            assert!(moment <= now);
            if moment >= at(from) {
                found.insert(moment);
            }
            now = now.plus(minutes(10));
        }
        found.into_iter().map(|moment| moment.to_string()).collect()
    }

    #[test]
    fn a_day_has_one_moment_also_when_the_clocks_are_changed() {
        let spring = due(Cadence::Daily, 2, "2026-03-28T00:00:00Z", "2026-03-31T00:00:00Z");
        assert_eq!(spring, ["2026-03-28T01:00:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"]);
        let autumn = due(Cadence::Daily, 2, "2026-10-24T00:00:00Z", "2026-10-27T00:00:00Z");
        assert_eq!(autumn, ["2026-10-24T00:00:00Z", "2026-10-25T00:00:00Z", "2026-10-26T01:00:00Z"]);
        let year = due(Cadence::Daily, 2, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
        assert_eq!(year.len(), 365);
    }

    #[test]
    fn a_week_begins_on_monday_and_an_hour_when_it_is_full() {
        let weeks = due(Cadence::Weekly, 8, "2026-03-20T00:00:00Z", "2026-04-07T00:00:00Z");
        assert_eq!(weeks, ["2026-03-23T07:00:00Z", "2026-03-30T06:00:00Z", "2026-04-06T06:00:00Z"]);
        let choice = Choice { cadence: Cadence::Hourly, hour: 0 };
        let found = choice.due(&Zone::default(), at("2026-03-02T09:59:59Z"));
        assert_eq!(found, Some(at("2026-03-02T09:00:00Z")));
        assert_eq!(
            choice.due(&Zone::default(), at("2026-03-02T09:00:00Z").plus(hours(1))),
            Some(at("2026-03-02T10:00:00Z"))
        );
    }

    #[test]
    fn a_form_says_how_often_and_when_or_that_no_mail_is_wanted() {
        let parse = |cadence: &str, hour: &str| {
            Choice::parse(&[("cadence", cadence), ("hour", hour)].into_iter().collect())
        };
        assert_eq!(parse("daily", "17").unwrap(), Some(Choice { cadence: Cadence::Daily, hour: 17 }));
        assert_eq!(parse("none", "").unwrap(), None);
        for wrong in [("", "8"), ("yearly", "8"), ("daily", "24"), ("daily", "noon")] {
            assert!(parse(wrong.0, wrong.1).is_err(), "{wrong:?}");
        }
    }
}
