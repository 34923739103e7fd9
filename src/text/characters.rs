//! The one check of what characters a typed text may hold. Every text type goes through it.
//!
//! A name is printed on public lists, in mails and in files that others open. What cannot be seen, changes the direction of its
//! neighbors or has no agreed meaning is refused here, each with its own sentence; what the world's scripts need is kept.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use super::character_kinds::{has_variant, is_invisible, is_variation_selector, writes_with_joiners};

/// At most this many combining marks on one base character: more than any orthography stacks, less than what overprints other lines.
const MARKS_ON_ONE_BASE: usize = 4;

/// Where in the text a fault was found, told by the characters before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place(String);

impl Place {
    /// Keeps the last characters before the fault, cut at a word where possible. They have passed the check, so they can be shown.
    fn after(checked: &str) -> Self {
        let mut tail: Vec<char> =
            checked.trim_end().chars().rev().take_while(|c| *c != '\n').take(20).collect();
        tail.reverse();
        let tail: String = tail.into_iter().collect();
        let word = tail.rsplit(' ').next().unwrap_or_default();
        Self(if word.chars().count() > 3 { word } else { tail.as_str() }.trim_start().to_owned())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { f.write_str("at the start") } else { write!(f, "after “{}”", self.0) }
    }
}

/// A code point as the standard writes it: `U+202E`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodePoint(pub char);

impl fmt::Display for CodePoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "U+{:04X}", u32::from(self.0))
    }
}

/// Why a text was refused for one of its characters. Each sentence says what to mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CharacterFault {
    /// U+0000, which C libraries and databases take for the end of a text.
    #[error("Remove the NUL character (U+0000) {0}.")]
    Nul(Place),
    /// A line break where one line is asked for.
    #[error("Write this on one line: remove the line break {0}.")]
    LineBreak(Place),
    /// A tab where one line is asked for.
    #[error("Replace the tab {0} with a space.")]
    Tab(Place),
    /// Any other control character, C0 or C1.
    #[error("Remove the control character {1} {0}.")]
    Control(Place, CodePoint),
    /// A mark, embedding, override or isolate of the bidirectional algorithm (UAX #9).
    #[error("Remove the invisible text-direction character {1} {0}.")]
    Direction(Place, CodePoint),
    /// A character that shows nothing: zero-width space, soft hyphen, tag, filler and the like.
    #[error("Remove the invisible character {1} {0}.")]
    Invisible(Place, CodePoint),
    /// A zero-width joiner or non-joiner elsewhere than between letters of a script that writes with it.
    #[error(
        "Remove the invisible joiner {1} {0}: it belongs only inside words of scripts that need it, such as Persian or Hindi."
    )]
    Joiner(Place, CodePoint),
    /// A variation selector after a character that has no variants.
    #[error("Remove the invisible variation selector {1} {0}.")]
    Variation(Place, CodePoint),
    /// A combining mark with nothing before it: it would sit on whatever is printed before the text.
    #[error("Remove the mark {0} at the start: it has no letter to stand on.")]
    LooseMark(CodePoint),
    /// More than four combining marks on one character.
    #[error("Remove some of the marks {0}: one letter can carry at most {max}.", max = MARKS_ON_ONE_BASE)]
    Marks(Place),
    /// U+FFFD, which stands where some program could not read a letter.
    #[error("Replace the character “\u{FFFD}” {0}: it stands for a letter that was lost in copying.")]
    Lost(Place),
    /// A private-use code point, which looks different in every font.
    #[error("Replace the private-use character {1} {0}: others would not see what you see.")]
    PrivateUse(Place, CodePoint),
    /// A noncharacter, or a code point that Unicode has not assigned.
    #[error("Remove {1} {0}: it is not a character.")]
    Unassigned(Place, CodePoint),
}

/// One line of text: checked, in normalization form C, without spaces at its ends, and with every run of spaces (and every
/// no-break, thin or ideographic space) as one plain space. A text that is so already comes back byte for byte.
///
/// # Errors
/// The first character that a line may not hold.
pub fn line(raw: &str) -> Result<String, CharacterFault> {
    if is_plain_line(raw) {
        return Ok(raw.to_owned());
    }
    let mut text = String::with_capacity(raw.len());
    for c in raw.nfc() {
        if c.general_category() != GeneralCategory::SpaceSeparator {
            text.push(c);
        } else if !text.is_empty() && !text.ends_with(' ') {
            text.push(' ');
        }
    }
    text.truncate(text.trim_end_matches(' ').len());
    check(&text, Layout::Line)?;
    Ok(text)
}

/// Text of several lines: checked, in normalization form C, trimmed, with line feeds as the only line breaks (a form sends CRLF).
/// Tabs and spaces inside stay as typed.
///
/// # Errors
/// The first character that such a text may not hold.
pub fn paragraphs(raw: &str) -> Result<String, CharacterFault> {
    let text = raw.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let text = if text.is_ascii() { text } else { text.nfc().collect() };
    let text = text.trim_matches(|c: char| c == '\n' || c == '\t' || is_space(c));
    check(text, Layout::Paragraphs)?;
    Ok(text.to_owned())
}

/// Whether this is a line as it should be, of visible ASCII characters: most are, and each stored one is read again at every look.
fn is_plain_line(raw: &str) -> bool {
    let is_trimmed = !raw.starts_with(' ') && !raw.ends_with(' ') && !raw.contains("  ");
    is_trimmed && raw.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Whether a field was left empty: nothing but spaces and line breaks.
#[must_use]
pub fn is_blank(raw: &str) -> bool {
    raw.chars().all(|c| matches!(c, '\n' | '\r' | '\t') || is_space(c))
}

fn is_space(c: char) -> bool {
    c.general_category() == GeneralCategory::SpaceSeparator
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    Line,
    Paragraphs,
}

fn check(text: &str, layout: Layout) -> Result<(), CharacterFault> {
    let mut marks = 0;
    let mut before = None;
    for (at, c) in text.char_indices() {
        let (checked, rest) = text.split_at(at);
        let place = || Place::after(checked);
        let point = CodePoint(c);
        match c {
            ' '..='~' => marks = 0,
            '\0' => return Err(CharacterFault::Nul(place())),
            '\n' | '\t' if layout == Layout::Paragraphs => {}
            '\t' => return Err(CharacterFault::Tab(place())),
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                return Err(CharacterFault::LineBreak(place()));
            }
            c if c.is_control() => return Err(CharacterFault::Control(place(), point)),
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{61C}' | '\u{200E}' | '\u{200F}' => {
                return Err(CharacterFault::Direction(place(), point));
            }
            '\u{200C}' | '\u{200D}' => {
                let after = rest.chars().nth(1);
                if !(before.is_some_and(writes_with_joiners) && after.is_some_and(writes_with_joiners)) {
                    return Err(CharacterFault::Joiner(place(), point));
                }
            }
            c if is_variation_selector(c) => {
                if !before.is_some_and(|base| has_variant(base, c)) {
                    return Err(CharacterFault::Variation(place(), point));
                }
            }
            c if is_invisible(c) => return Err(CharacterFault::Invisible(place(), point)),
            '\u{FFFD}' => return Err(CharacterFault::Lost(place())),
            _ => match c.general_category() {
                GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark => {
                    if before.is_none() {
                        return Err(CharacterFault::LooseMark(point));
                    }
                    marks += 1;
                    if marks > MARKS_ON_ONE_BASE {
                        let base = checked.trim_end_matches(|c: char| {
                            matches!(
                                c.general_category(),
                                GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark
                            )
                        });
                        return Err(CharacterFault::Marks(Place::after(base)));
                    }
                }
                GeneralCategory::PrivateUse => return Err(CharacterFault::PrivateUse(place(), point)),
                GeneralCategory::Unassigned | GeneralCategory::Surrogate => {
                    return Err(CharacterFault::Unassigned(place(), point));
                }
                _ => marks = 0,
            },
        }
        before = Some(c);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(raw: &str) -> String {
        line(raw).unwrap_err().to_string()
    }

    #[test]
    fn what_is_fine_stays_byte_for_byte() {
        for text in [
            "ACT | The App Association",
            "Fundación Karisma, Colombia",
            "Државна мрежа",
            "شبكة الحقوق الرقمية",
            "می\u{200C}خواهم",
            "क्\u{200D}ष",
            "中文 网络",
            "Tiếng Việt",
            "葛\u{E0100}城",
            "I \u{2764}\u{FE0F} data",
        ] {
            assert_eq!(line(text).as_deref(), Ok(text));
        }
    }

    #[test]
    fn spaces_are_folded_and_the_form_is_nfc() {
        assert_eq!(line("  Bits \u{A0} of\u{3000}Freedom ").as_deref(), Ok("Bits of Freedom"));
        assert_eq!(line("Asociacio\u{301}n").as_deref(), Ok("Asociación"));
    }

    #[test]
    fn each_fault_has_its_sentence() {
        assert_eq!(told("Access\u{200B} Now"), "Remove the invisible character U+200B after “Access”.");
        assert_eq!(
            told("Access\u{202E} Now"),
            "Remove the invisible text-direction character U+202E after “Access”."
        );
        assert_eq!(told("Access\0"), "Remove the NUL character (U+0000) after “Access”.");
        assert_eq!(told("\u{7}Access"), "Remove the control character U+0007 at the start.");
        assert_eq!(told("Access\r\nBcc: x"), "Write this on one line: remove the line break after “Access”.");
        assert_eq!(told("Access\tNow"), "Replace the tab after “Access” with a space.");
        assert!(matches!(line("a\u{9B}b"), Err(CharacterFault::Control(..))));
        assert!(matches!(line("\u{301}a"), Err(CharacterFault::LooseMark(_))));
        assert!(matches!(line("Acc\u{FFFD}s"), Err(CharacterFault::Lost(_))));
        assert!(matches!(line("a\u{E000}"), Err(CharacterFault::PrivateUse(..))));
        assert!(matches!(line("a\u{FFFF}"), Err(CharacterFault::Unassigned(..))));
        assert!(matches!(line("a\u{378}"), Err(CharacterFault::Unassigned(..))));
    }

    #[test]
    fn direction_and_invisible_characters_are_refused_everywhere() {
        for c in ('\u{202A}'..='\u{202E}')
            .chain('\u{2066}'..='\u{2069}')
            .chain(['\u{61C}', '\u{200E}', '\u{200F}'])
        {
            assert!(matches!(line(&format!("a{c}b")), Err(CharacterFault::Direction(..))), "{c:?}");
            assert!(matches!(paragraphs(&format!("a{c}b")), Err(CharacterFault::Direction(..))), "{c:?}");
        }
        for c in [
            '\u{200B}',
            '\u{2060}',
            '\u{FEFF}',
            '\u{AD}',
            '\u{E0041}',
            '\u{3164}',
            '\u{115F}',
            '\u{2800}',
            '\u{2062}',
        ] {
            assert!(matches!(line(&format!("a{c}b")), Err(CharacterFault::Invisible(..))), "{c:?}");
        }
    }

    #[test]
    fn joiners_only_where_a_script_needs_them() {
        for text in
            ["Acc\u{200D}ess", "Acc\u{200C}ess", "می\u{200C}", "\u{200C}می", "\u{1F469}\u{200D}\u{1F4BB}"]
        {
            assert!(matches!(line(text), Err(CharacterFault::Joiner(..))), "{text:?}");
        }
    }

    #[test]
    fn variation_selectors_only_where_they_choose() {
        for text in ["a\u{FE0F}", "1\u{FE0F}", "\u{FE0F}", "a\u{E0100}", "\u{2764}\u{FE0F}\u{FE0F}"] {
            assert!(matches!(line(text), Err(CharacterFault::Variation(..))), "{text:?}");
        }
    }

    #[test]
    fn four_marks_stand_and_five_do_not() {
        let marks = |n| format!("x{}", "\u{32F}".repeat(n));
        assert!(line(&marks(4)).is_ok());
        assert_eq!(told(&marks(5)), "Remove some of the marks after “x”: one letter can carry at most 4.");
    }

    #[test]
    fn prose_keeps_lines_and_tabs() {
        assert_eq!(paragraphs(" One\r\n\r\n\ttwo\rthree \r\n").as_deref(), Ok("One\n\n\ttwo\nthree"));
        assert!(matches!(paragraphs("a\u{B}b"), Err(CharacterFault::Control(..))));
    }

    #[test]
    fn blank_is_spaces_only() {
        assert!(is_blank(" \r\n\u{A0}\t"));
        assert!(!is_blank(" \u{200B}"));
    }

    proptest! {
        #[test]
        fn never_panics_and_is_settled_after_once(raw in "\\PC{0,40}|(?s).{0,40}") {
            if let Ok(once) = line(&raw) {
                prop_assert_eq!(line(&once), Ok(once));
            }
            if let Ok(once) = paragraphs(&raw) {
                prop_assert_eq!(paragraphs(&once), Ok(once));
            }
        }
    }
}
