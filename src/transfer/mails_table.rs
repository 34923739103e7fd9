//! The words of mails in `campaign.toml`: a table for each mail that does not say what it says usually, named as in the addresses of the staff.

use super::report::{CAMPAIGN, Refusal};
use crate::campaign::{MailMessage, MailWords};
use std::fmt::Write;
use toml::Value;
use toml::de::DeValue;

/// The keys of a mail.
const KEYS: [&str; 2] = ["subject", "text"];

/// The words of one mail.
pub(super) type Worded = (MailMessage, MailWords);

/// Reads the tables.
///
/// # Errors
/// Everything in them that could not be taken.
pub(super) fn parse(
    value: &DeValue<'_>,
    line: usize,
    line_at: &dyn Fn(usize) -> usize,
) -> Result<Vec<Worded>, Vec<Refusal>> {
    let DeValue::Table(all) = value else {
        let said = "Write a table for each mail, such as [mails.verify].";
        return Err(vec![Refusal::of_line(CAMPAIGN, line, said).field("mails")]);
    };
    let (mut mails, mut refusals) = (Vec::new(), Vec::new());
    for (key, value) in all {
        let (line, name) = (line_at(key.span().start), key.get_ref().as_ref());
        let named = format!("mails.{name}");
        let refusal = |line: usize, said: String| Refusal::of_line(CAMPAIGN, line, said).field(&named);
        let Some(message) = MailMessage::parse(name) else {
            let all = MailMessage::ALL.map(MailMessage::as_str).join(", ");
            refusals.push(refusal(line, format!("Remove this table: the mails are {all}.")));
            continue;
        };
        let DeValue::Table(table) = value.get_ref() else {
            refusals.push(refusal(line, "Write a table with subject and text.".to_owned()));
            continue;
        };
        let (mut texts, mut lines) = ([None, None], [line, line]);
        for (key, value) in table {
            let (line, name) = (line_at(key.span().start), key.get_ref().as_ref());
            let place = KEYS.iter().position(|known| *known == name);
            let slot = place.and_then(|place| texts.get_mut(place).zip(lines.get_mut(place)));
            match (slot, value.get_ref().as_str()) {
                (Some((text, at)), Some(read)) => (*text, *at) = (Some(read.to_owned()), line),
                (Some(_), None) => {
                    refusals.push(refusal(line, "Write a text in quotation marks.".to_owned()));
                }
                (None, _) => {
                    refusals.push(refusal(line, format!("Remove “{name}”: a mail has subject and text.")));
                }
            }
        }
        let ([subject, text], [subject_at, text_at]) = (texts, lines);
        let subject = MailMessage::subject(subject.as_deref().unwrap_or_default())
            .map_err(|error| refusals.push(refusal(subject_at, format!("subject: {error}"))));
        let text = message
            .text(text.as_deref().unwrap_or_default())
            .map_err(|error| refusals.push(refusal(text_at, format!("text: {error}"))));
        if let (Ok(subject), Ok(text)) = (subject, text) {
            mails.push((message, MailWords { subject, text }));
        }
    }
    mails.sort_by_key(|(message, _)| *message);
    if refusals.is_empty() { Ok(mails) } else { Err(refusals) }
}

/// The tables of these mails.
pub(super) fn write(all: &[Worded]) -> String {
    let mut file = String::new();
    for (message, words) in all {
        let _ = writeln!(file, "\n[mails.{}]", message.as_str());
        for (key, text) in KEYS.into_iter().zip([words.subject.as_str(), words.text.as_str()]) {
            let _ = writeln!(file, "{key} = {}", Value::String(text.to_owned()));
        }
    }
    file
}
