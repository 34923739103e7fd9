//! Text of several lines: notes, questions, reasons.

use std::fmt;

use super::{TextError, bounded::Bounds};

/// At least one and at most `MAX` grapheme clusters of text, at most `4 × MAX` bytes, lines separated by line feeds.
#[derive(Clone, PartialEq, Eq)]
pub struct Prose<const MAX: usize>(String);

impl<const MAX: usize> Prose<MAX> {
    /// Takes what was typed, mending only line breaks, outer space and normalization. For a field that may stay empty see
    /// [`optional`](super::optional).
    ///
    /// # Errors
    /// Empty, too long, or a character that no text may hold.
    pub fn parse(raw: &str) -> Result<Self, TextError> {
        Bounds { what: "the text", clusters: MAX, bytes: 4 * MAX }.paragraphs(raw).map(Self)
    }

    /// The text as it was accepted.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Display for Prose<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Notes may speak of persons: only the length goes into a log.
impl<const MAX: usize> fmt::Debug for Prose<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Prose({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::optional;

    #[test]
    fn empty_is_none_where_nothing_is_asked() {
        assert_eq!(optional(" \r\n ", Prose::<10>::parse), Ok(None));
        assert_eq!(optional(" a\r\nb ", Prose::<10>::parse).unwrap().unwrap().as_str(), "a\nb");
    }

    #[test]
    fn bounded() {
        assert_eq!(
            Prose::<10>::parse("elf Zeichen").unwrap_err().to_string(),
            "Shorten the text to 10 characters: it has 11."
        );
        assert!(matches!(Prose::<10>::parse("\u{202E}"), Err(TextError::Character(_))));
    }
}
