//! The moments of a campaign in its form: typed as a date and a time of day in a zone, and never guessed where those mean two instants, or
//! none.

use crate::campaign::Settings;
use crate::campaign::settings::FIELDS;
use crate::clock::{Reading, Timestamp, Zone};
use crate::web::form::{Fields, Problems};
use jiff::civil::DateTime;

/// The fields that hold a moment, and those that say which reading of it is meant.
const MOMENTS: [(&str, &str); 3] = [
    ("opens_at", "opens_at_reading"),
    ("closes_at", "closes_at_reading"),
    ("published_at", "published_at_reading"),
];

/// The zone in which the page showed its moments, and takes them.
const TIMES_IN: &str = "times_in";

/// What a change of the zone does to moments that are set.
const ZONE_MEANS: &str = "zone_means";

/// One of two answers to what is meant.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) hint: String,
}

/// What is asked about beside the fields; nothing where all is clear.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub(super) opens_at: Vec<Offer>,
    pub(super) closes_at: Vec<Offer>,
    pub(super) published_at: Vec<Offer>,
    pub(super) zone: Vec<Offer>,
}

/// What was typed, as the settings' texts.
pub(super) struct Typed {
    pub(super) texts: Fields,
    /// What has to be answered first.
    pub(super) problems: Problems,
}

/// The settings as the form shows them, with the moments in this zone.
pub(super) fn shown(settings: &Settings, zone: &Zone) -> Fields {
    let mut fields: Fields = FIELDS.into_iter().map(|field| (field, settings.text(field))).collect();
    for (field, reading) in MOMENTS {
        let at = moment(settings, field);
        fields = fields.with(field, at.map(|at| local(at, zone)).unwrap_or_default());
        if let Some(at) = at.filter(|at| !offers(&local(*at, zone), zone).is_empty()) {
            fields = fields.with(reading, at.to_string());
        }
    }
    fields.with(TIMES_IN, zone.as_str())
}

/// The zone in which the moments of a form are shown.
pub(super) fn times_in(fields: &Fields) -> Zone {
    Zone::parse(fields.get(TIMES_IN)).unwrap_or_default()
}

/// The zone in which the times of a form are meant: where its zone was changed and it was said that the times on the clock stay, the new one.
pub(super) fn meant_in(fields: &Fields) -> Zone {
    zone_of(fields).unwrap_or_else(|(shown, _)| shown)
}

/// What is asked about a form.
pub(super) fn asked(fields: &Fields) -> Asked {
    let zone = meant_in(fields);
    let of = |field| offers(fields.get(field).trim(), &zone);
    let (shown, wanted) = (times_in(fields), wanted(fields));
    let zones =
        if shown != wanted && has_moments(fields) { zone_offers(&shown, &wanted) } else { Vec::new() };
    Asked {
        opens_at: of("opens_at"),
        closes_at: of("closes_at"),
        published_at: of("published_at"),
        zone: zones,
    }
}

/// What was typed as texts of settings. `fixed` are the fields that stay as they were.
pub(super) fn typed(fields: &Fields, before: &Settings, fixed: &[&str]) -> Typed {
    let mut problems = Problems::default();
    let zone = zone_of(fields).unwrap_or_else(|(shown, wanted)| {
        problems.add(
            "zone",
            format!(
                "Dates are set, and they were read in {}. Choose below whether the moments or the times on the clock stay, in {}.",
                shown.said(),
                wanted.said()
            ),
        );
        shown
    });
    let plain = |field: &&'static str| !MOMENTS.iter().any(|(moment, _)| moment == field);
    let text = |field: &'static str| match fixed.contains(&field) {
        true => before.text(field),
        false => fields.get(field).trim().to_owned(),
    };
    let mut texts: Fields = FIELDS.into_iter().filter(plain).map(|field| (field, text(field))).collect();
    for (field, reading) in MOMENTS {
        let typed = fields.get(field).trim();
        let chosen = Timestamp::parse(fields.get(reading));
        // What was not touched keeps its seconds, which the form does not show.
        let stands = moment(before, field)
            .filter(|at| typed == local(*at, &zone) && chosen.is_none_or(|chosen| chosen == *at));
        let read = match stands {
            Some(at) => Ok(at.to_string()),
            None => read(typed, chosen, &zone),
        };
        match read {
            Ok(text) => texts = texts.with(field, text),
            Err(why) => problems.add(field, why),
        }
    }
    Typed { texts, problems }
}

/// The instant that was typed, as text; what holds its own zone, and what is no moment, as it is.
fn read(typed: &str, chosen: Option<Timestamp>, zone: &Zone) -> Result<String, String> {
    let Some(local) = civil(typed) else {
        return match typed.len() {
            16 | 19 if !typed.ends_with('Z') => {
                Err("Write a day and a time that the calendar has, such as 2026-12-31T23:59.".to_owned())
            }
            _ => Ok(typed.to_owned()),
        };
    };
    let meant = |both: [Timestamp; 2]| both.into_iter().find(|at| Some(*at) == chosen);
    let (day, said) = (local.strftime("%-d %B %Y, %H:%M").to_string(), zone.said());
    match zone.read(local) {
        Some(Reading::Once(at)) => Ok(at.to_string()),
        Some(Reading::Never(both)) => meant(both).map(|at| at.to_string()).ok_or_else(|| {
            format!("{day} does not exist in {said}: the clocks go forward over it. Choose below what is meant, or write another time.")
        }),
        Some(Reading::Twice(both)) => meant(both).map(|at| at.to_string()).ok_or_else(|| {
            format!("{day} comes twice in {said}: the clocks go back over it. Choose below which one is meant.")
        }),
        None => Err("Write a day that the calendar has.".to_owned()),
    }
}

/// The two readings of what was typed; nothing where there is one.
fn offers(typed: &str, zone: &Zone) -> Vec<Offer> {
    let reading = civil(typed).and_then(|local| zone.read(local));
    let offer = |(at, hint): (Timestamp, &str)| Offer {
        value: at.to_string(),
        label: format!(
            "{} ({}, {})",
            zone.local(at).strftime("%-d %B %Y, %H:%M"),
            zone.offset(at),
            Zone::default().local(at).strftime("%H:%M UTC")
        ),
        hint: hint.to_owned(),
    };
    match reading {
        Some(Reading::Never([early, late])) => {
            let both =
                [(early, "Before the clocks go forward."), (late, "After the clocks have gone forward.")];
            both.map(offer).into()
        }
        Some(Reading::Twice([first, second])) => {
            let both = [
                (first, "The first time, before the clocks go back."),
                (second, "The second time, after it."),
            ];
            both.map(offer).into()
        }
        Some(Reading::Once(_)) | None => Vec::new(),
    }
}

/// The zone in which a form's moments are to be read; or the one in which they were shown and the one that is wanted, where it was not said
/// what the change means.
fn zone_of(fields: &Fields) -> Result<Zone, (Zone, Zone)> {
    let (shown, wanted) = (times_in(fields), wanted(fields));
    match fields.get(ZONE_MEANS) {
        _ if shown == wanted || !has_moments(fields) => Ok(wanted),
        "moments" => Ok(shown),
        "times" => Ok(wanted),
        _ => Err((shown, wanted)),
    }
}

fn has_moments(fields: &Fields) -> bool {
    MOMENTS.iter().any(|(field, _)| !fields.get(field).trim().is_empty())
}

/// The zone that was typed; while it is none, the one in which the moments were shown.
fn wanted(fields: &Fields) -> Zone {
    let typed = fields.get("zone").trim();
    let typed = if typed.is_empty() { Ok(Zone::default()) } else { Zone::parse(typed) };
    typed.unwrap_or_else(|_| times_in(fields))
}

fn zone_offers(shown: &Zone, wanted: &Zone) -> Vec<Offer> {
    let offer = |value: &str, label: String, hint: &str| Offer {
        value: value.to_owned(),
        label,
        hint: hint.to_owned(),
    };
    let moments = format!("The moments stay: the times typed below are {}", shown.said());
    let times = format!("The times on the clock stay: they are {} from now on", wanted.said());
    vec![
        offer("moments", moments, "Nothing happens earlier or later than before."),
        offer("times", times, "Everything happens earlier or later than before."),
    ]
}

fn moment(settings: &Settings, field: &str) -> Option<Timestamp> {
    match field {
        "opens_at" => settings.opens_at,
        "closes_at" => settings.closes_at,
        _ => settings.published_at,
    }
}

/// As `<input type="datetime-local">` has it: `2026-12-31T23:59`.
fn local(at: Timestamp, zone: &Zone) -> String {
    zone.local(at).strftime("%Y-%m-%dT%H:%M").to_string()
}

/// The same as a date and a time of day. What says its own offset is none.
fn civil(typed: &str) -> Option<DateTime> {
    let time = typed.get(10..)?;
    let is_plain = time.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'T' | b' ' | b':'));
    typed.parse().ok().filter(|_| is_plain && matches!(typed.len(), 16 | 19))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(closes_at: &str, zone: &str) -> Settings {
        let fields = [("slug", "a"), ("title", "A"), ("closes_at", closes_at), ("zone", zone)];
        Settings::parse(&fields.into_iter().collect()).unwrap()
    }

    fn again(fields: &Fields, before: &Settings) -> Result<String, usize> {
        let Typed { texts, problems } = typed(fields, before, &[]);
        match crate::web::form::Filled::new(Fields::default(), problems).errors().len() {
            0 => Ok(texts.get("closes_at").to_owned()),
            count => Err(count),
        }
    }

    #[test]
    fn what_was_not_touched_stays_to_the_microsecond() {
        let before = settings("2026-12-31T22:59:07.123456Z", "Europe/Brussels");
        let form = shown(&before, &before.zone);
        assert_eq!(form.get("closes_at"), "2026-12-31T23:59");
        assert_eq!(again(&form, &before), Ok("2026-12-31T22:59:07.123456Z".to_owned()));
        let later = form.clone().with("closes_at", "2027-01-01T00:00");
        assert_eq!(again(&later, &before), Ok("2026-12-31T23:00:00Z".to_owned()));
        assert_eq!(again(&form.with("closes_at", "2027-02-30T00:00"), &before), Err(1));
    }

    #[test]
    fn a_time_of_two_readings_is_asked_about_and_an_answer_to_another_time_is_none() {
        let before = settings("", "Europe/Brussels");
        let twice = shown(&before, &before.zone).with("closes_at", "2026-10-25T02:30");
        assert_eq!(again(&twice, &before), Err(1));
        let offers = asked(&twice).closes_at;
        assert_eq!(offers[0].label, "25 October 2026, 02:30 (UTC+02:00, 00:30 UTC)");
        assert_eq!(offers[1].value, "2026-10-25T01:30:00Z");
        let chosen = twice.with("closes_at_reading", offers[1].value.clone());
        assert_eq!(again(&chosen, &before), Ok("2026-10-25T01:30:00Z".to_owned()));
        let never = chosen.with("closes_at", "2026-03-29T02:30");
        assert_eq!(again(&never, &before), Err(1));
        assert_eq!(asked(&never).closes_at[1].label, "29 March 2026, 03:30 (UTC+02:00, 01:30 UTC)");
        // A moment that stands in such an hour is shown with its reading, which can be changed.
        let before = settings("2026-10-25T01:30:00Z", "Europe/Brussels");
        let form = shown(&before, &before.zone);
        assert_eq!(again(&form, &before), Ok("2026-10-25T01:30:00Z".to_owned()));
        let other = form.with("closes_at_reading", "2026-10-25T00:30:00Z");
        assert_eq!(again(&other, &before), Ok("2026-10-25T00:30:00Z".to_owned()));
    }

    #[test]
    fn another_zone_asks_what_becomes_of_the_moments() {
        let before = settings("2026-12-31T23:59:00Z", "UTC");
        let form = shown(&before, &before.zone).with("zone", "Asia/Tokyo");
        assert_eq!(again(&form, &before), Err(1));
        assert_eq!(asked(&form).zone.len(), 2);
        let moments = form.clone().with(ZONE_MEANS, "moments");
        assert_eq!(again(&moments, &before), Ok("2026-12-31T23:59:00Z".to_owned()));
        let times = form.with(ZONE_MEANS, "times");
        assert_eq!(again(&times, &before), Ok("2026-12-31T14:59:00Z".to_owned()));
        let empty = settings("", "UTC");
        let form = shown(&empty, &empty.zone).with("zone", "Asia/Tokyo");
        assert_eq!(again(&form, &empty), Ok(String::new()));
    }
}
