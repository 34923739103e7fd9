//! What an edition of a list is called, for as long as the list is there.

use super::bounded::{Bounds, public_text, text_type};
use super::fold::searchable;

text_type! {
    /// The name of an edition: "First wave", "As handed over on 7 October".
    EditionName, name,
    Bounds { what: "a name for the edition", clusters: 80, bytes: 600 }
}
public_text!(EditionName);

impl EditionName {
    /// The name as it is compared: two editions of one letter are not called alike, whatever the case, the accents and the punctuation.
    #[must_use]
    pub fn key(&self) -> String {
        match searchable(&self.0) {
            key if key.is_empty() => self.0.clone(),
            key => key,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_short_line() {
        assert_eq!(EditionName::parse(" First wave, 7 October ").unwrap().as_str(), "First wave, 7 October");
        for wrong in ["", " ", "…", "one\ntwo", &"long ".repeat(20)] {
            assert!(EditionName::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn two_names_that_readers_would_mix_up_have_one_key() {
        let key = |name: &str| EditionName::parse(name).unwrap().key();
        assert_eq!(key("First wave"), key("FIRST  WAVE."));
        assert_ne!(key("First wave"), key("First wave 2"));
        assert!(!key("第一波").is_empty());
    }
}
