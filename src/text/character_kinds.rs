//! Kinds of characters that Unicode's general categories do not tell apart, as `characters` asks for them.

use std::ops::RangeInclusive;

use unicode_properties::{GeneralCategory, UnicodeEmoji, UnicodeGeneralCategory};
use unicode_script::{Script, UnicodeScript};

/// The scripts whose orthography uses ZWJ and ZWNJ (Unicode Standard, 23.2 and the chapters on these scripts).
const WITH_JOINERS: [Script; 15] = [
    Script::Arabic,
    Script::Bengali,
    Script::Devanagari,
    Script::Gujarati,
    Script::Gurmukhi,
    Script::Kannada,
    Script::Khmer,
    Script::Malayalam,
    Script::Mongolian,
    Script::Myanmar,
    Script::Oriya,
    Script::Sinhala,
    Script::Syriac,
    Script::Tamil,
    Script::Telugu,
];

/// Characters that show nothing although they are no format characters: fillers, the blank braille cell, and what UAX #44 calls default
/// ignorable, assigned or not.
const INVISIBLE: [RangeInclusive<char>; 10] = [
    '\u{34F}'..='\u{34F}',
    '\u{115F}'..='\u{1160}',
    '\u{17B4}'..='\u{17B5}',
    '\u{180E}'..='\u{180E}',
    '\u{2065}'..='\u{2065}',
    '\u{2800}'..='\u{2800}',
    '\u{3164}'..='\u{3164}',
    '\u{FFA0}'..='\u{FFA0}',
    '\u{FFF0}'..='\u{FFF8}',
    '\u{E0000}'..='\u{E0FFF}',
];

/// Format characters that print: the number and verse signs of Arabic, Syriac and Kaithi.
const PRINTED: [RangeInclusive<char>; 7] = [
    '\u{600}'..='\u{605}',
    '\u{6DD}'..='\u{6DD}',
    '\u{70F}'..='\u{70F}',
    '\u{890}'..='\u{891}',
    '\u{8E2}'..='\u{8E2}',
    '\u{110BD}'..='\u{110BD}',
    '\u{110CD}'..='\u{110CD}',
];

/// Whether this is a letter or mark beside which a zero-width joiner or non-joiner changes what is written.
pub(super) fn writes_with_joiners(c: char) -> bool {
    let in_a_word = c.is_alphabetic() || c.general_category() == GeneralCategory::NonspacingMark;
    in_a_word && WITH_JOINERS.contains(&c.script())
}

pub(super) fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' | '\u{180B}'..='\u{180D}' | '\u{180F}')
}

/// Whether a variation selector after this base chooses something: text or color for an emoji, a glyph for an ideograph (UTS #37), a
/// form in Mongolian. After anything else it only makes two names differ that look the same.
pub(super) fn has_variant(base: char, selector: char) -> bool {
    match selector {
        '\u{FE0E}' | '\u{FE0F}' => base.is_emoji_char() && !base.is_ascii(),
        '\u{FE00}'..='\u{FE02}' | '\u{E0100}'..='\u{E01EF}' => base.script() == Script::Han,
        '\u{180B}'..='\u{180D}' | '\u{180F}' => base.script() == Script::Mongolian && base.is_alphabetic(),
        _ => false,
    }
}

/// Whether a character takes part in a text without being seen.
pub(super) fn is_invisible(c: char) -> bool {
    let within = |ranges: &[RangeInclusive<char>]| ranges.iter().any(|range| range.contains(&c));
    within(&INVISIBLE) || (c.general_category() == GeneralCategory::Format && !within(&PRINTED))
}
