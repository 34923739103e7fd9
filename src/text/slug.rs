//! The name of a campaign in addresses.

use std::fmt;

use serde::Serialize;

/// 1–64 lower-case letters a–z, digits and hyphens, neither starting nor ending with a hyphen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Slug(String);

/// Why a slug was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SlugError {
    /// Nothing was typed.
    #[error("Write a short name for the address, such as letter-2019.")]
    Empty,
    /// More than 64 characters.
    #[error("Shorten the address to 64 characters: it has {0}.")]
    TooLong(usize),
    /// Something other than a–z, 0–9 and the hyphen.
    #[error("Use only the lower-case letters a–z, digits and hyphens, such as letter-2019.")]
    Character,
    /// A hyphen at the start or the end.
    #[error("Remove the hyphen at the start or the end.")]
    OuterHyphen,
}

impl Slug {
    /// Takes a slug as it is written; nothing is mended, because addresses that differ must stay different.
    ///
    /// # Errors
    /// One variant per reason.
    pub fn parse(raw: &str) -> Result<Self, SlugError> {
        if raw.is_empty() {
            return Err(SlugError::Empty);
        }
        if !raw.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
            return Err(SlugError::Character);
        }
        if raw.starts_with('-') || raw.ends_with('-') {
            return Err(SlugError::OuterHyphen);
        }
        if raw.len() > 64 {
            return Err(SlugError::TooLong(raw.len()));
        }
        Ok(Self(raw.to_owned()))
    }

    /// The slug as it stands in an address; needs no escaping there.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_slug() {
        for slug in ["letter-2019", "a", "0", &"x".repeat(64)] {
            assert_eq!(Slug::parse(slug).unwrap().as_str(), slug);
        }
    }

    #[test]
    fn what_is_not() {
        assert_eq!(Slug::parse(""), Err(SlugError::Empty));
        assert_eq!(Slug::parse(&"x".repeat(65)), Err(SlugError::TooLong(65)));
        for raw in ["Letter", "a b", "ä", "a/b", "../x", "a.csv", "a_b", "a\0"] {
            assert_eq!(Slug::parse(raw), Err(SlugError::Character), "{raw:?}");
        }
        for raw in ["-", "-a", "a-"] {
            assert_eq!(Slug::parse(raw), Err(SlugError::OuterHyphen));
        }
    }
}
