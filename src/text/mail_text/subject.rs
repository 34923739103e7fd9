//! The subject of a mail as an organizer writes it. What strangers typed is never part of a header, so few placeholders stand in it.

use super::Values;
use crate::text::characters::{self, CharacterFault};
use std::fmt;
use unicode_segmentation::UnicodeSegmentation;

/// What can be filled in: what organizers themselves have set.
const KNOWN: [&str; 2] = ["letter", "host"];

/// The most characters of a subject, as it is written.
const LONGEST: usize = 150;

/// A subject that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MailSubject(String);

/// Why a subject was refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MailSubjectError {
    /// Nothing was typed.
    #[error("Write a subject: what is to be done, and for which letter.")]
    Empty,
    /// Longer than a list of mails shows.
    #[error("Shorten the subject to {max} characters: it has {0}.", max = LONGEST)]
    TooLong(usize),
    /// A placeholder that cannot stand here.
    #[error("In a subject only {{letter}} and {{host}} are filled in, not {{{0}}}.")]
    Unknown(String),
    /// A curly bracket without its partner.
    #[error("Check the curly brackets of the subject: each placeholder stands in a pair of them.")]
    Braces,
    /// Nothing that says which letter it is about.
    #[error("Add {{letter}} to the subject, so that everybody sees which letter it is about.")]
    NoLetter,
    /// A character that no line may hold.
    #[error(transparent)]
    Character(#[from] CharacterFault),
}

impl MailSubject {
    /// Takes what was typed.
    ///
    /// # Errors
    /// One variant per reason.
    pub fn parse(raw: &str) -> Result<Self, MailSubjectError> {
        let line = characters::line(raw)?;
        if line.is_empty() {
            return Err(MailSubjectError::Empty);
        }
        let count = line.graphemes(true).count();
        if count > LONGEST || line.len() > 4 * LONGEST {
            return Err(MailSubjectError::TooLong(count.max(line.len() / 4)));
        }
        pieces(&line)?;
        Ok(Self(line))
    }

    /// The same, where it must name the letter.
    ///
    /// # Errors
    /// One variant per reason.
    pub fn naming_the_letter(raw: &str) -> Result<Self, MailSubjectError> {
        let subject = Self::parse(raw)?;
        if subject.0.contains("{letter}") { Ok(subject) } else { Err(MailSubjectError::NoLetter) }
    }

    /// The subject as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it says with these values: one line, whatever they are.
    #[must_use]
    pub fn filled(&self, values: &Values) -> String {
        let pieces = pieces(&self.0).unwrap_or_default();
        let words = pieces.iter().map(|(words, name)| format!("{words}{}", values.get(name)));
        words.collect::<String>().replace(char::is_control, " ")
    }
}

impl fmt::Display for MailSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The words, each with the placeholder after it.
fn pieces(line: &str) -> Result<Vec<(&str, &'static str)>, MailSubjectError> {
    let (mut pieces, mut rest) = (Vec::new(), line);
    while let Some(at) = rest.find(['{', '}']) {
        let (words, after) = rest.split_at(at);
        let inside = after.strip_prefix('{').and_then(|after| after.split_once('}'));
        let (name, after) = inside.ok_or(MailSubjectError::Braces)?;
        let known = KNOWN.iter().find(|known| **known == name);
        pieces.push((words, *known.ok_or_else(|| MailSubjectError::Unknown(name.to_owned()))?));
        rest = after;
    }
    pieces.push((rest, ""));
    Ok(pieces)
}
