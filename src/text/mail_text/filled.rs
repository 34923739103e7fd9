//! A text with its values: what both parts of a mail are written from.

use super::{Block, Line, Part, Placeholder, Shape};
use std::collections::BTreeMap;

/// What is filled in, by the placeholders' names. What has no value, or an empty one, is left out with its line.
#[derive(Clone, Default, Debug)]
pub struct Values(BTreeMap<&'static str, String>);

impl Values {
    /// The same with one more.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.insert(name, value.into());
        self
    }

    /// What is filled in; empty where nothing is.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

/// A piece of a mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Shown {
    /// A heading.
    Heading(Vec<Piece>),
    /// A paragraph, line by line.
    Paragraph(Vec<Vec<Piece>>),
    /// A list.
    List(Vec<Vec<Piece>>),
    /// A name as the list prints it.
    Printed(String),
    /// The mail's link.
    Act(String),
    /// A code to be typed.
    Code(String),
}

/// A piece of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    /// Words.
    Words(String),
    /// An address that an organizer typed.
    Link(String),
}

impl Shown {
    /// A paragraph of one line of words.
    pub fn words(words: impl Into<String>) -> Self {
        Self::Paragraph(vec![vec![Piece::Words(words.into())]])
    }

    /// An address alone on its line.
    pub fn link(address: impl Into<String>) -> Self {
        Self::Paragraph(vec![vec![Piece::Link(address.into())]])
    }
}

pub(super) fn fill(blocks: &[Block], values: &Values) -> Vec<Shown> {
    blocks.iter().flat_map(|block| block_of(block, values)).collect()
}

fn block_of(block: &Block, values: &Values) -> Vec<Shown> {
    let lines = |lines: &[Line]| -> Vec<Vec<Piece>> {
        lines.iter().filter_map(|line| line_of(line, values)).collect()
    };
    let some = |lines: Vec<Vec<Piece>>, shown: fn(Vec<Vec<Piece>>) -> Shown| match lines.is_empty() {
        true => Vec::new(),
        false => vec![shown(lines)],
    };
    match block {
        Block::Heading(line) => line_of(line, values).map(Shown::Heading).into_iter().collect(),
        Block::Paragraph(all) => some(lines(all), Shown::Paragraph),
        Block::List(all) => some(lines(all), Shown::List),
        Block::Alone(placeholder) => alone(*placeholder, values.get(placeholder.name)),
    }
}

fn alone(placeholder: Placeholder, value: &str) -> Vec<Shown> {
    if value.is_empty() {
        return Vec::new();
    }
    match placeholder.shape {
        Shape::Line => vec![Shown::Printed(value.to_owned())],
        Shape::Act => vec![Shown::Act(value.to_owned())],
        Shape::Code => vec![Shown::Code(value.to_owned())],
        Shape::Words | Shape::Prose => {
            let paragraphs = value.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
            let lines =
                |paragraph: &str| paragraph.lines().map(|line| vec![Piece::Words(line.to_owned())]).collect();
            paragraphs.map(|paragraph| Shown::Paragraph(lines(paragraph))).collect()
        }
    }
}

/// One line, unless something in it has no value.
fn line_of(line: &Line, values: &Values) -> Option<Vec<Piece>> {
    let mut pieces: Vec<Piece> = Vec::new();
    for part in line {
        let words = match part {
            Part::Link(address) => {
                pieces.push(Piece::Link(address.clone()));
                continue;
            }
            Part::Words(words) => words.as_str(),
            Part::Value(name) => Some(values.get(name)).filter(|value| !value.is_empty())?,
        };
        match pieces.last_mut() {
            Some(Piece::Words(before)) => before.push_str(words),
            _ => pieces.push(Piece::Words(words.to_owned())),
        }
    }
    Some(pieces)
}

/// The text part: the same words, with what stands alone between empty lines.
pub fn in_plain(shown: &[Shown]) -> String {
    let line = |pieces: &[Piece]| -> String {
        pieces.iter().map(|(Piece::Words(text) | Piece::Link(text))| text.as_str()).collect()
    };
    let all = |lines: &[Vec<Piece>], mark: &str| -> String {
        lines.iter().map(|pieces| format!("{mark}{}", line(pieces))).collect::<Vec<_>>().join("\n")
    };
    let blocks = shown.iter().map(|block| match block {
        Shown::Heading(pieces) => line(pieces),
        Shown::Paragraph(lines) => all(lines, ""),
        Shown::List(items) => all(items, "- "),
        Shown::Printed(name) => format!("    {name}"),
        Shown::Act(text) | Shown::Code(text) => text.clone(),
    });
    blocks.collect::<Vec<_>>().join("\n\n")
}
