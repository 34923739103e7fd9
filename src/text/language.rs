//! The language of a letter.

use std::fmt;

use icu_locale_core::LanguageIdentifier;
use serde::{Serialize, Serializer};

/// A BCP 47 language tag without extensions, in its usual spelling: `en`, `pt-BR`, `sr-Latn`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Language {
    tag: String,
    identifier: LanguageIdentifier,
}

/// Why a language tag was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LanguageError {
    /// No language tag, or one that names no language (`und`).
    #[error("Write a language tag such as en, pt-BR or sr-Latn.")]
    Malformed,
}

/// Which way a script runs, as HTML's `dir` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Left to right.
    Ltr,
    /// Right to left.
    Rtl,
}

/// Languages that are written from right to left unless their tag names another script (CLDR, likely subtags).
const RIGHT_TO_LEFT: [&str; 22] = [
    "ar", "arc", "ckb", "dv", "fa", "glk", "he", "iw", "ks", "lrc", "mzn", "nqo", "pnb", "ps", "rhg", "sd",
    "sdh", "skr", "syr", "ug", "ur", "yi",
];

/// Scripts that run from right to left (ISO 15924).
const RIGHT_TO_LEFT_SCRIPTS: [&str; 9] =
    ["Adlm", "Arab", "Aran", "Hebr", "Mand", "Nkoo", "Rohg", "Syrc", "Thaa"];

impl Language {
    /// Takes a tag in any case.
    ///
    /// # Errors
    /// Not well-formed, or with extensions.
    pub fn parse(raw: &str) -> Result<Self, LanguageError> {
        let identifier =
            LanguageIdentifier::try_from_str(raw.trim()).map_err(|_| LanguageError::Malformed)?;
        if identifier.language.is_unknown() {
            return Err(LanguageError::Malformed);
        }
        Ok(Self { tag: identifier.to_string(), identifier })
    }

    /// The tag, fit for HTML's `lang`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.tag
    }

    /// The tag in parts, for collation.
    #[must_use]
    pub fn identifier(&self) -> &LanguageIdentifier {
        &self.identifier
    }

    /// Which way it is written: by the script if the tag names one, else by the language's usual script.
    #[must_use]
    pub fn dir(&self) -> Direction {
        let right_to_left = match self.identifier.script {
            Some(script) => RIGHT_TO_LEFT_SCRIPTS.contains(&script.as_str()),
            // Punjabi is written in Arabic letters in Pakistan and in Gurmukhi in India.
            None if self.tag == "pa-PK" => true,
            None => RIGHT_TO_LEFT.contains(&self.identifier.language.as_str()),
        };
        if right_to_left { Direction::Rtl } else { Direction::Ltr }
    }
}

impl Direction {
    /// The value of HTML's `dir`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.tag)
    }
}

impl Serialize for Language {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_spelling() {
        for (raw, kept) in [
            ("en", "en"),
            ("PT-br", "pt-BR"),
            ("sr-latn", "sr-Latn"),
            (" de ", "de"),
            ("zh-hant-tw", "zh-Hant-TW"),
        ] {
            assert_eq!(Language::parse(raw).unwrap().as_str(), kept);
        }
    }

    #[test]
    fn what_is_no_tag() {
        for raw in ["", "und", "english language", "e", "en_", "en-", "en-u-co-phonebk", "1", "en\0", "ä"] {
            assert_eq!(Language::parse(raw), Err(LanguageError::Malformed), "{raw:?}");
        }
    }

    #[test]
    fn which_way_it_runs() {
        for (tag, dir) in [
            ("en", "ltr"),
            ("ar", "rtl"),
            ("ar-EG", "rtl"),
            ("he", "rtl"),
            ("fa", "rtl"),
            ("ur", "rtl"),
            ("yi", "rtl"),
            ("az-Arab", "rtl"),
            ("ar-Latn", "ltr"),
            ("pa-PK", "rtl"),
            ("pa", "ltr"),
            ("zh", "ltr"),
        ] {
            assert_eq!(Language::parse(tag).unwrap().dir().as_str(), dir, "{tag}");
        }
    }
}
