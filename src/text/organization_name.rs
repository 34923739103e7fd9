//! What an organization is called: its name, and what stands beside it on the list.

use super::bounded::{Bounds, public_text, text_type};
use super::{Country, Shown};

text_type! {
    /// The name of an organization, in any script, as the list prints it.
    OrganizationName, name,
    Bounds { what: "the name of the organization", clusters: 120, bytes: 1000 }
}
public_text!(OrganizationName);

impl OrganizationName {
    /// What stands in the place of a name that may not be shown.
    #[must_use]
    pub fn unnamed(shown: Shown, country: Option<Country>) -> Self {
        Self(shown.unnamed(country))
    }
}

text_type! {
    /// The short form that members use: `APC`.
    Acronym, name,
    Bounds { what: "the acronym", clusters: 20, bytes: 160 }
}
public_text!(Acronym);

text_type! {
    /// The name in the organization's own script, where the printed one is a transliteration or translation.
    NativeName, name,
    Bounds { what: "the name in the native script", clusters: 120, bytes: 1000 }
}
public_text!(NativeName);

text_type! {
    /// What to sort by instead of the name.
    SortAs, name,
    Bounds { what: "the name to sort by", clusters: 120, bytes: 1000 }
}
public_text!(SortAs);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::{TextError, letter_2019};

    #[test]
    fn the_names_of_2019_parse_byte_for_byte() {
        let names = letter_2019::names();
        assert_eq!(names.len(), 111);
        for name in names {
            assert_eq!(OrganizationName::parse(&name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn length_is_counted_as_readers_count_it() {
        assert!(OrganizationName::parse(&"क्षि".repeat(60)).is_ok());
        assert!(OrganizationName::parse(&"ä".repeat(120)).is_ok());
        let error = OrganizationName::parse(&"ä".repeat(121)).unwrap_err();
        assert_eq!(error.to_string(), "Shorten the name of the organization to 120 characters: it has 121.");
        let heavy = "a\u{32F}\u{330}\u{331}\u{332}".repeat(112);
        let error = OrganizationName::parse(&heavy).unwrap_err();
        assert_eq!(
            error.to_string(),
            "Shorten the name of the organization: it takes 1008 bytes and at most 1000 can be kept."
        );
    }

    #[test]
    fn a_name_says_something() {
        assert_eq!(
            OrganizationName::parse("  ").unwrap_err().to_string(),
            "Write the name of the organization."
        );
        assert!(matches!(OrganizationName::parse("— !"), Err(TextError::NoLetter { .. })));
        assert!(OrganizationName::parse("7").is_ok());
    }

    #[test]
    fn an_acronym_is_short() {
        assert!(Acronym::parse("WOUGNET").is_ok());
        assert!(matches!(
            Acronym::parse("abcdefghijklmnopqrstu"),
            Err(TextError::TooLong { limit: 20, count: 21, .. })
        ));
    }

    proptest! {
        #[test]
        fn what_is_kept_parses_to_itself(raw in "(?s).{0,140}") {
            if let Ok(name) = OrganizationName::parse(&raw) {
                prop_assert_eq!(OrganizationName::parse(name.as_str()), Ok(name));
            }
        }
    }
}
