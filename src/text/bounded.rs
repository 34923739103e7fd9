//! Names and prose are all the same thing underneath: checked text within two limits.

use unicode_segmentation::UnicodeSegmentation;

use super::characters::{self, CharacterFault};

/// Why a typed text was refused. Each sentence says what to mend and is shown beside the field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing was typed.
    #[error("Write {what}.")]
    Empty {
        /// What the field asks for, as it stands in a sentence: "the name of the organization".
        what: &'static str,
    },
    /// More characters than the limit, counted as readers count them (grapheme clusters, UAX #29).
    #[error("Shorten {what} to {limit} characters: it has {count}.")]
    TooLong {
        /// What the field asks for.
        what: &'static str,
        /// The limit in grapheme clusters.
        limit: usize,
        /// The actual count.
        count: usize,
    },
    /// Few characters, but more bytes than can be kept.
    #[error("Shorten {what}: it takes {count} bytes and at most {limit} can be kept.")]
    TooManyBytes {
        /// What the field asks for.
        what: &'static str,
        /// The limit in bytes of UTF-8.
        limit: usize,
        /// The actual count.
        count: usize,
    },
    /// A name of nothing but punctuation and symbols: it could be neither sorted nor found.
    #[error("Write {what} with at least one letter or digit.")]
    NoLetter {
        /// What the field asks for.
        what: &'static str,
    },
    /// A character that no text may hold.
    #[error(transparent)]
    Character(#[from] CharacterFault),
}

/// The limits of one type of text, and how its field is called in a sentence.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    pub(super) what: &'static str,
    pub(super) clusters: usize,
    pub(super) bytes: usize,
}

impl Bounds {
    /// A name: one line that holds a letter or a digit.
    pub(super) fn name(self, raw: &str) -> Result<String, TextError> {
        let text = self.line(raw)?;
        if text.chars().any(char::is_alphanumeric) {
            Ok(text)
        } else {
            Err(TextError::NoLetter { what: self.what })
        }
    }

    pub(super) fn line(self, raw: &str) -> Result<String, TextError> {
        self.hold(characters::line(raw)?)
    }

    pub(super) fn paragraphs(self, raw: &str) -> Result<String, TextError> {
        self.hold(characters::paragraphs(raw)?)
    }

    fn hold(self, text: String) -> Result<String, TextError> {
        let Self { what, clusters, bytes } = self;
        if text.is_empty() {
            return Err(TextError::Empty { what });
        }
        let count = text.graphemes(true).count();
        if count > clusters {
            return Err(TextError::TooLong { what, limit: clusters, count });
        }
        if text.len() > bytes {
            return Err(TextError::TooManyBytes { what, limit: bytes, count: text.len() });
        }
        Ok(text)
    }
}

/// Defines a newtype over checked text: private field, `parse`, `as_str`, `Display`.
macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $method:ident, $bounds:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Takes what was typed, mending only spaces and normalization.
            ///
            /// # Errors
            /// One variant per reason; its sentence says what to mend.
            pub fn parse(raw: &str) -> Result<Self, $crate::text::TextError> {
                $bounds.$method(raw).map(Self)
            }

            /// The text as it was accepted.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

/// What is public may be shown in logs and written to JSON.
macro_rules! public_text {
    ($name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.0).finish()
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
    };
}

/// What belongs to a person is not written into a log by accident, nor into JSON.
macro_rules! personal_text {
    ($name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

pub(super) use {personal_text, public_text, text_type};
