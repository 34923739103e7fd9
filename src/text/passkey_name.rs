//! What somebody calls a passkey of theirs. Personal: it may say whose phone it is.

use super::bounded::{Bounds, personal_text, text_type};

text_type! {
    /// The name of a passkey: "Phone", "The key on my key ring".
    PasskeyName, name,
    Bounds { what: "a name for the passkey", clusters: 60, bytes: 500 }
}
personal_text!(PasskeyName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_short_line() {
        assert_eq!(PasskeyName::parse(" Ada’s phone ").unwrap().as_str(), "Ada’s phone");
        for wrong in ["", "…", "one\ntwo", &"long ".repeat(20)] {
            assert!(PasskeyName::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
