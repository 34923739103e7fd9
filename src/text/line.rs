//! One line of text: a recipient, a registration number, the title of an update.

use std::fmt;

use super::{TextError, bounded::Bounds};

/// At least one and at most `MAX` grapheme clusters of text on one line, at most `4 × MAX` bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Line<const MAX: usize>(String);

impl<const MAX: usize> Line<MAX> {
    /// Takes what was typed, mending only spaces and normalization. For a field that may stay empty see
    /// [`optional`](super::optional).
    ///
    /// # Errors
    /// Empty, too long, or a character that no line may hold.
    pub fn parse(raw: &str) -> Result<Self, TextError> {
        Bounds { what: "this", clusters: MAX, bytes: 4 * MAX }.line(raw).map(Self)
    }

    /// The line as it was accepted.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Display for Line<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A line may name a person: only its length goes into a log.
impl<const MAX: usize> fmt::Debug for Line<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_bounded_and_one() {
        assert_eq!(Line::<10>::parse("  The  Mayor ").unwrap().as_str(), "The Mayor");
        assert_eq!(
            Line::<10>::parse("elf Zeichen").unwrap_err().to_string(),
            "Shorten this to 10 characters: it has 11."
        );
        for wrong in ["", " ", "one\ntwo", "\u{202e}turned"] {
            assert!(Line::<10>::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
