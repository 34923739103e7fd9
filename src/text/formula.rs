//! What a spreadsheet takes for a formula.

/// A spreadsheet computes text that begins like this (OWASP, "CSV Injection"); with an apostrophe before it, it is text. The
/// full-width forms count as well: East Asian settings fold them.
const BEGINS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Whether a spreadsheet would compute this text, if it stood in a cell.
#[must_use]
pub fn begins_a_formula(text: &str) -> bool {
    text.starts_with(BEGINS)
}
