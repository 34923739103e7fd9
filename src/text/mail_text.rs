//! The text of a mail as an organizer writes it: paragraphs, headings, lists, addresses, and placeholders for what each mail says of its own.
//!
//! The same value becomes the text part and the HTML part, so the two cannot say different things. What is filled in stays what it is: no
//! value becomes a heading, a list, a link or markup, because the text is read before anything is put into it.

mod filled;
mod read;
mod subject;

pub use filled::{Piece as MailPiece, Shown as MailBlock, Values, in_plain};
pub use subject::{MailSubject, MailSubjectError};

use super::characters::CharacterFault;
use std::fmt;

/// The most characters of a text.
const LONGEST: usize = 5_000;

/// Something that each mail has of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Placeholder {
    /// What stands between the curly brackets.
    pub name: &'static str,
    /// What it stands for, as a list of them says it.
    pub means: &'static str,
    /// How it shows.
    pub shape: Shape,
    /// Whether the mail is of no use without it.
    pub is_required: bool,
}

/// How a value shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// As words within a sentence.
    Words,
    /// The same; alone on its line, as the list prints a name.
    Line,
    /// As the mail's link, alone on its line.
    Act,
    /// As a code to be typed, alone on its line.
    Code,
    /// As paragraphs of their own.
    Prose,
}

impl Shape {
    /// Whether it stands on a line of its own and nowhere else.
    const fn is_alone(self) -> bool {
        matches!(self, Self::Act | Self::Code | Self::Prose)
    }
}

/// A text that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MailText {
    written: String,
    blocks: Vec<Block>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Block {
    Heading(Line),
    Paragraph(Vec<Line>),
    List(Vec<Line>),
    Alone(Placeholder),
}

type Line = Vec<Part>;

#[derive(Clone, PartialEq, Eq, Debug)]
enum Part {
    Words(String),
    /// An address that the organizer typed.
    Link(String),
    Value(&'static str),
}

/// Why a text was refused. Each sentence says where, and what to mend.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MailTextError {
    /// Nothing was typed.
    #[error("Write the text of the mail.")]
    Empty,
    /// More characters than a mail needs.
    #[error("Shorten the text to {max} characters: it has {0}.", max = LONGEST)]
    TooLong(usize),
    /// A placeholder that stands for nothing in this mail.
    #[error("Line {line}: nothing is filled in for {{{name}}}. What there is: {known}.")]
    Unknown {
        /// Where.
        line: usize,
        /// What was typed.
        name: String,
        /// What can be.
        known: String,
    },
    /// A curly bracket without its partner.
    #[error("Line {0}: check the curly brackets. Each placeholder stands in a pair of them.")]
    Braces(usize),
    /// A link, or another thing that needs a line, among words.
    #[error("Line {line}: put {{{name}}} on a line of its own.")]
    NotAlone {
        /// Where.
        line: usize,
        /// What.
        name: &'static str,
    },
    /// Something without which the mail is of no use.
    #[error("Add {{{0}}} on a line of its own: without it nobody can do what the mail asks for.")]
    Missing(&'static str),
    /// A tag.
    #[error("Line {0}: write words alone. HTML is not read here.")]
    Html(usize),
    /// A picture.
    #[error("Line {0}: mails of the letter have no pictures.")]
    Picture(usize),
    /// A link that hides where it leads.
    #[error("Line {0}: write the address itself, so that everybody sees where it leads.")]
    HiddenLink(usize),
    /// A character that no text may hold.
    #[error("Line {line}: {fault}")]
    Character {
        /// Where.
        line: usize,
        /// What is wrong.
        fault: CharacterFault,
    },
}

impl MailText {
    /// Takes what was typed; `known` is what is filled in.
    ///
    /// # Errors
    /// One variant per reason, with the line.
    pub fn parse(raw: &str, known: &[Placeholder]) -> Result<Self, MailTextError> {
        read::read(raw, known)
    }

    /// The text as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// What it shows with these values.
    #[must_use]
    pub fn filled(&self, values: &Values) -> Vec<MailBlock> {
        filled::fill(&self.blocks, values)
    }
}

impl fmt::Display for MailText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

#[cfg(test)]
mod tests;
