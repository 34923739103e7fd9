//! `campaign.toml`: the settings of a campaign as a file, and back.

use super::mails_table::{self, Worded};
use super::reasons_table;
use super::report::{CAMPAIGN, Refusal, line_after, text};
use super::translations_table::{self, Lines};
use crate::campaign::{
    AUTHORITY, Ages, KEEP_MONTHS, Late, Leavers, PressPack, Settings, Unconfirmed, settings::FIELDS,
};
use crate::clock::Zone;
use crate::web::form::{Fields, Filled};
use std::collections::BTreeMap;
use std::fmt::Write;
use toml::Value;
use toml::de::{DeArray, DeTable, DeValue};

/// Whether signatories are kept at their numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Pins {
    /// The campaign's rule orders them.
    None,
    /// Each is pinned to its `number`.
    Numbers,
}

/// What the file says: settings, pins, the tables of translations, and the words of mails.
pub(super) type Read = (Settings, Pins, Vec<Lines>, Vec<Worded>);

/// Reads the file.
///
/// # Errors
/// Everything in it that could not be taken.
pub(super) fn parse(bytes: &[u8]) -> Result<Read, Vec<Refusal>> {
    let source = text(CAMPAIGN, bytes).map_err(|refusal| vec![refusal])?;
    let (table, faults) = DeTable::parse_recoverable(source);
    let line_at = |at: usize| line_after(source.as_bytes().get(..at).unwrap_or_default());
    if !faults.is_empty() {
        let refusal = |fault: toml::de::Error| {
            let line = line_at(fault.span().map_or(0, |span| span.start));
            Refusal::of_line(CAMPAIGN, line, format!("This is no TOML: {}.", fault.message()))
        };
        return Err(faults.into_iter().map(refusal).collect());
    }
    let mut refusals = Vec::new();
    let mut texts = Vec::new();
    let mut lines = BTreeMap::new();
    let (mut pins, mut translations, mut mails) = (Pins::None, Vec::new(), Vec::new());
    for (key, value) in table.get_ref() {
        let (line, name) = (line_at(key.span().start), key.get_ref().as_ref());
        let read = match (FIELDS.iter().find(|field| **field == name), name) {
            (Some(field), _) => field_text(field, value.get_ref()).map(|text| {
                lines.insert(*field, line);
                texts.push((*field, text));
            }),
            (None, "pins") => read_pins(value.get_ref()).map(|read| pins = read),
            (None, "translations") => {
                match translations_table::parse(value.get_ref(), line, &line_at) {
                    Ok(read) => translations = read,
                    Err(refused) => refusals.extend(refused),
                }
                Ok(())
            }
            (None, "mails") => {
                match mails_table::parse(value.get_ref(), line, &line_at) {
                    Ok(read) => mails = read,
                    Err(refused) => refusals.extend(refused),
                }
                Ok(())
            }
            (None, _) => Err(format!(
                "Remove this key: there is none of this name. There are {}, pins, translations and mails.",
                FIELDS.join(", ")
            )),
        };
        refusals.extend(read.err().map(|said| Refusal::of_line(CAMPAIGN, line, said).field(name)));
    }
    let known: Vec<String> = refusals.iter().filter_map(|refusal| refusal.field.clone()).collect();
    match Settings::parse(&texts.into_iter().collect::<Fields>()) {
        Ok(settings) if refusals.is_empty() => Ok((settings, pins, translations, mails)),
        Ok(_) => Err(refusals),
        Err(problems) => {
            for problem in Filled::new(Fields::default(), problems).errors() {
                // What is there but could not be read as text was named already.
                if !known.iter().any(|field| field == problem.name) {
                    let line = lines.get(problem.name).copied();
                    let refusal = Refusal { line, ..Refusal::of_file(CAMPAIGN, &problem.message) };
                    refusals.push(refusal.field(problem.name));
                }
            }
            refusals.sort_by_key(|refusal| refusal.line);
            Err(refusals)
        }
    }
}

/// The file of these settings. What is not set is left out.
pub(super) fn write(settings: &Settings, pins: Pins) -> String {
    let mut file = String::new();
    for field in FIELDS {
        let text = settings.text(field);
        if text.is_empty() || is_usual(field, settings) {
            continue;
        }
        let value = match field {
            "articles" => Value::Array(settings.articles.iter().cloned().map(Value::String).collect()),
            "eligibility" => {
                let rules = settings.eligibility.all().map(ToOwned::to_owned);
                Value::Array(rules.map(Value::String).collect())
            }
            "keep_months" => Value::Integer(settings.keep_months),
            "reasons" => reasons_table::value(&settings.reasons),
            "amber_days" => Value::Integer(settings.ages.amber_days),
            "red_days" => Value::Integer(settings.ages.red_days),
            "four_eyes" => Value::Boolean(settings.four_eyes),
            "at_risk" => Value::Boolean(settings.at_risk),
            _ => Value::String(text),
        };
        let _ = writeln!(file, "{field} = {value}");
    }
    let _ = writeln!(file, "pins = \"{}\"", if pins == Pins::Numbers { "numbers" } else { "none" });
    file
}

/// Whether a field says only what goes without saying.
fn is_usual(field: &str, settings: &Settings) -> bool {
    match field {
        "authority" => settings.authority == AUTHORITY,
        "amber_days" | "red_days" => settings.ages == Ages::default(),
        "zone" => settings.zone == Zone::default(),
        "keep_months" => settings.keep_months == KEEP_MONTHS,
        "unconfirmed" => settings.unconfirmed == Unconfirmed::default(),
        "leavers" => settings.leavers == Leavers::default(),
        "late" => settings.late == Late::default(),
        "press_pack" => settings.press_pack == PressPack::default(),
        _ => false,
    }
}

/// A value as the text that a form would hold. Dates and instants may be TOML's own.
fn field_text(field: &str, value: &DeValue<'_>) -> Result<String, String> {
    match (field, value) {
        ("articles", DeValue::Array(words)) => {
            joined(words, &[',', '\n', '\r']).ok_or_else(|| "Write each word in quotation marks.".to_owned())
        }
        ("eligibility", DeValue::Array(rules)) => joined(rules, &['\n', '\r'])
            .ok_or_else(|| "Write each rule in quotation marks, on a line of its own.".to_owned()),
        ("eligibility", _) => {
            Err("Write an array of rules, such as [\"Organizations seated in Europe\"].".to_owned())
        }
        ("reasons", value) => reasons_table::text(value),
        ("articles", _) => Err("Write an array of words, such as [\"The\", \"La\"].".to_owned()),
        ("letter_date" | "opens_at" | "closes_at" | "published_at", DeValue::Datetime(at)) => {
            Ok(at.to_string())
        }
        ("amber_days" | "red_days" | "keep_months", DeValue::Integer(number)) => Ok(number.to_string()),
        ("four_eyes" | "at_risk", DeValue::Boolean(yes)) => Ok(yes.to_string()),
        (_, DeValue::String(text)) => Ok(text.to_string()),
        (_, other) => {
            Err(format!("Write a text in quotation marks: this is TOML of the type {}.", other.type_str()))
        }
    }
}

/// The texts of an array, one on each line; nothing where one of them is no text, or holds one of these.
fn joined(array: &DeArray<'_>, without: &[char]) -> Option<String> {
    let texts = array.iter().map(|text| text.get_ref().as_str().filter(|text| !text.contains(without)));
    Some(texts.collect::<Option<Vec<&str>>>()?.join("\n"))
}

fn read_pins(value: &DeValue<'_>) -> Result<Pins, String> {
    match value.as_str() {
        Some("none") => Ok(Pins::None),
        Some("numbers") => Ok(Pins::Numbers),
        _ => Err("Choose \"none\" or \"numbers\".".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(file: &str) -> Vec<String> {
        parse(file.as_bytes()).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_file_reads_back_as_it_was_written() {
        let file = "\u{FEFF}slug = \"next\"\r\ntitle = '''The “next” \"letter\"'''\r\nletter_date = 2019-10-07\r\n\
                    closes_at = 2026-12-31T23:59:00+01:00 # a comment\r\narticles = [\"The\", \"L'\"]\r\namber_days = 2\r\nfour_eyes = true\r\npins = \"numbers\"\r\n";
        let (settings, pins, translations, mails) = parse(file.as_bytes()).unwrap();
        assert_eq!((translations, mails), (Vec::new(), Vec::new()));
        assert_eq!(settings.title.as_str(), "The “next” \"letter\"");
        assert_eq!(settings.articles, ["The", "L'"]);
        assert_eq!(settings.text("closes_at"), "2026-12-31T22:59:00Z");
        assert_eq!((settings.ages, settings.four_eyes), (Ages { amber_days: 2, red_days: 6 }, true));
        let written = write(&settings, pins);
        assert_eq!(parse(written.as_bytes()).unwrap(), (settings.clone(), pins, Vec::new(), Vec::new()));
        assert_eq!(write(&settings, pins), written);
        assert!(!written.contains("authority"), "{written}");
    }

    #[test]
    fn what_an_organizer_sets_reads_back_too() {
        let file = "slug = \"next\"\ntitle = \"Next\"\nstatus = \"open\"\npaused = \"Back on Monday.\"\nzone = \"Europe/Brussels\"\n\
                    keep_months = 2\nleavers = \"kept\"\nlate = \"after\"\neligibility = [\"Seated in Europe, or in Asia\", \"No companies\"]\n";
        let (settings, pins, translations, mails) = parse(file.as_bytes()).unwrap();
        assert_eq!((translations, mails), (Vec::new(), Vec::new()));
        assert_eq!(settings.eligibility.as_str(), "Seated in Europe, or in Asia\nNo companies");
        assert_eq!((settings.zone.as_str(), settings.keep_months), ("Europe/Brussels", 2));
        assert_eq!(settings.paused, "Back on Monday.");
        assert_eq!((settings.leavers, settings.late), (Leavers::Kept, Late::After));
        let written = write(&settings, pins);
        assert_eq!(parse(written.as_bytes()).unwrap(), (settings.clone(), pins, Vec::new(), Vec::new()));
        assert_eq!(write(&settings, pins), written);
        let told = refused("slug = \"a\"\ntitle = \"A\"\neligibility = [1]\nzone = \"Brussels\"\n");
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(
            told.concat().contains("Did you mean Europe/Brussels?") && told.concat().contains("eligibility")
        );
    }

    #[test]
    fn each_wrong_key_is_named_with_its_line() {
        assert_eq!(
            refused(
                "colour = 1\nslug = \"next\"\narticles = \"The\"\nstatus = \"pending\"\nhost = 5\npins = true\n[more]\n"
            ),
            [
                "campaign.toml, title: Write the title of the letter.",
                &format!(
                    "campaign.toml, line 1, colour: Remove this key: there is none of this name. There are {}, pins, translations and mails.",
                    FIELDS.join(", ")
                ),
                "campaign.toml, line 3, articles: Write an array of words, such as [\"The\", \"La\"].",
                "campaign.toml, line 4, status: Choose draft, open, closed or archived.",
                "campaign.toml, line 5, host: Write a text in quotation marks: this is TOML of the type integer.",
                "campaign.toml, line 6, pins: Choose \"none\" or \"numbers\".",
                &format!(
                    "campaign.toml, line 7, more: Remove this key: there is none of this name. There are {}, pins, translations and mails.",
                    FIELDS.join(", ")
                ),
            ]
        );
    }

    #[test]
    fn what_is_no_toml_or_no_utf_8_is_named_with_its_line() {
        let told = refused("slug = \"next\"\ntitle = \n");
        assert!(
            told.iter().any(|line| line.starts_with("campaign.toml, line 2: This is no TOML: ")),
            "{told:?}"
        );
        assert!(refused("slug = \"a\"\nslug = \"b\"\n").iter().any(|line| line.contains("line 2")));
        let told = parse(b"slug = \"a\"\ntitle = \"\xE9\"\n").unwrap_err();
        assert_eq!(told[0].line, Some(2));
    }
}
