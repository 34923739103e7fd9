//! What staff call a link that they give somebody. Personal: it may say who that is.

use super::bounded::{Bounds, personal_text, text_type};

text_type! {
    /// The name of a link: "For the press", "For the board of Example Federation".
    LinkName, name,
    Bounds { what: "a name for the link", clusters: 80, bytes: 600 }
}
personal_text!(LinkName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_short_line() {
        assert_eq!(LinkName::parse(" For the press ").unwrap().as_str(), "For the press");
        for wrong in ["", "one\ntwo", &"long ".repeat(20)] {
            assert!(LinkName::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
