//! What moderators read about judgment calls: Markdown of the organizers', or the usual guide.

use super::letter::{LetterText, LetterTextError};
use crate::text::characters;

/// The most that a guide may have, in bytes: some ten pages.
const LONGEST: usize = 30_000;

/// The usual guide.
const USUAL: &str = include_str!("guide.md");

/// A campaign's guide.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Guide(Option<LetterText>);

impl Guide {
    /// Reads a guide; nothing is the usual one. What it may hold is what a letter may hold.
    ///
    /// # Errors
    /// With a sentence that says what to mend.
    pub fn parse(raw: &str) -> Result<Self, String> {
        if characters::is_blank(raw) {
            return Ok(Self(None));
        }
        if raw.len() > LONGEST {
            return Err(format!("Shorten the guide: it has {} bytes and the most is {LONGEST}.", raw.len()));
        }
        match LetterText::parse(raw) {
            Ok(text) if text.as_str() == USUAL.trim() => Ok(Self(None)),
            Ok(text) => Ok(Self(Some(text))),
            Err(LetterTextError::Html(html, _)) => {
                Err(format!("Remove the HTML “{html}”: a guide is plain text and Markdown."))
            }
            Err(LetterTextError::Picture(picture, _)) => {
                Err(format!("Remove the picture “{picture}”: a guide shows none."))
            }
            Err(LetterTextError::Unsuitable(what, _)) => Err(format!(
                "Remove the {what}: a guide has paragraphs, headings, emphasis, lists, quotations and links."
            )),
            Err(other) => Err(other.to_string()),
        }
    }

    /// The Markdown of the organizers' own; empty for the usual one.
    pub fn as_str(&self) -> &str {
        self.0.as_ref().map_or("", LetterText::as_str)
    }

    /// The Markdown that is read.
    pub fn text(&self) -> &str {
        self.0.as_ref().map_or(USUAL.trim_ascii(), LetterText::as_str)
    }

    /// The guide as HTML. Headings begin at level 2.
    pub fn html(&self) -> String {
        match &self.0 {
            Some(text) => text.html(),
            // The tests read it: it always parses.
            None => LetterText::parse(USUAL).map(|usual| usual.html()).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_the_usual_guide_and_so_is_its_own_text() {
        let usual = Guide::parse("\n ").unwrap();
        assert_eq!(usual, Guide::default());
        assert_eq!(Guide::parse(usual.text()), Ok(usual.clone()));
        assert_eq!(usual.as_str(), "");
        assert!(usual.html().contains("<h2>When to hold, and what to ask</h2>"));
    }

    #[test]
    fn a_guide_holds_what_a_letter_holds() {
        let own = Guide::parse("# Ours\n\n*Ask* twice.").unwrap();
        assert_eq!(own.html(), "<h2>Ours</h2>\n<p><em>Ask</em> twice.</p>\n");
        assert_eq!(Guide::parse(own.as_str()), Ok(own));
        for (wrong, sentence) in [
            ("<b>x</b>", "Remove the HTML “<b>”: a guide is"),
            ("![x](https://x.example)", "Remove the picture"),
            (&*"x".repeat(30_001), "Shorten the guide"),
        ] {
            assert!(Guide::parse(wrong).unwrap_err().starts_with(sentence), "{wrong}");
        }
    }
}
