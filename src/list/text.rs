//! The `.txt` form: one line for each signatory.

use super::edition::Edition;
use std::fmt::Write;

/// The whole file. A line is `12. Name`; a name holds no line break.
pub(super) fn document(edition: &Edition) -> String {
    let mut text = String::new();
    for signatory in edition.contents.signatories() {
        let _ = writeln!(text, "{}. {}", signatory.number, signatory.name);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::edition::tests::edition;

    #[test]
    fn a_line_is_the_number_and_the_name() {
        assert_eq!(super::document(&edition(&["<b>", "جمعية"])), "1. <b>\n2. جمعية\n");
        assert_eq!(super::document(&edition(&[])), "");
    }
}
