//! How one setting is read from its text.

use crate::campaign::campaign::KEEP_MONTHS;
use crate::clock::Timestamp;
use crate::text::{EmailAddress, WebUrl, characters};

/// The most words that sorting may pass over, and the most characters of each.
const ARTICLES: usize = 50;
const ARTICLE: usize = 20;
/// The most months for which contacts are kept after a campaign has closed.
const MONTHS: i64 = 36;

pub(super) fn or<'a>(text: &'a str, default: &'a str) -> &'a str {
    if characters::is_blank(text) { default } else { text.trim() }
}

/// A number of days, at most a year; empty for the usual one.
pub(super) fn number_of_days(text: &str, usual: i64) -> Result<i64, &'static str> {
    match text.trim() {
        "" => Ok(usual),
        text => text
            .parse()
            .ok()
            .filter(|days| (1..=366).contains(days))
            .ok_or("Write a number of days between 1 and 366."),
    }
}

/// For how many months contacts are kept; empty for the usual six.
pub(super) fn months(text: &str) -> Result<i64, String> {
    match text.trim() {
        "" => Ok(KEEP_MONTHS),
        text => text
            .parse()
            .ok()
            .filter(|months| (1..=MONTHS).contains(months))
            .ok_or_else(|| format!("Write a number of months between 1 and {MONTHS}.")),
    }
}

/// Whether two moderators must approve.
pub(super) fn yes_or_no(text: &str) -> Result<bool, &'static str> {
    match text.trim() {
        "" | "no" | "false" => Ok(false),
        "yes" | "true" => Ok(true),
        _ => Err("Choose yes or no."),
    }
}

pub(super) fn line(text: &str, most: usize) -> Result<String, String> {
    let line = characters::line(text).map_err(|e| e.to_string())?;
    match line.chars().count() {
        count if count > most => Err(format!("Shorten this to {most} characters: it has {count}.")),
        _ => Ok(line),
    }
}

/// A date as the calendar writes it; jiff alone would take more ways to write one than people read the same.
pub(super) fn date(text: &str) -> Result<jiff::civil::Date, &'static str> {
    const SENTENCE: &str = "Write the date as year-month-day, such as 2019-10-07.";
    let text = text.trim();
    if text.len() != 10 {
        return Err(SENTENCE);
    }
    text.parse().map_err(|_| SENTENCE)
}

/// An instant of RFC 3339. Without an offset nobody could say when it is, so one must be there.
pub(super) fn instant(text: &str) -> Result<Timestamp, &'static str> {
    Timestamp::parse(text)
        .ok_or("Write a date, a time and its offset from UTC, such as 2019-10-07T09:00:00Z or 2019-10-07T11:00:00+02:00.")
}

/// How to reach the host: an address or a page, in the form that a link needs.
pub(super) fn contact(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.contains('@') && !text.contains('/') {
        return EmailAddress::parse(text)
            .map(|address| address.as_str().to_owned())
            .map_err(|e| e.to_string());
    }
    WebUrl::parse(text).map(|page| page.as_str().to_owned()).map_err(|_| {
        "Write an email address or the address of a page, such as letters@example.org.".to_owned()
    })
}

/// Words, one on a line or separated by commas.
pub(super) fn articles(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    for word in text.split(['\n', '\r', ',']) {
        let word = characters::line(word).map_err(|e| e.to_string())?;
        if word.contains(' ') {
            return Err(format!("Write one word on each line: “{word}” has a space."));
        }
        if word.chars().count() > ARTICLE {
            return Err(format!("Shorten “{word}” to {ARTICLE} characters."));
        }
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    }
    if words.len() > ARTICLES {
        return Err(format!("Write at most {ARTICLES} words."));
    }
    Ok(words)
}
