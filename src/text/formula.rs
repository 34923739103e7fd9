//! What a spreadsheet takes for a formula.

/// A spreadsheet computes text that begins like this (OWASP, "CSV Injection"); with an apostrophe before it, it is text. The
/// full-width forms count as well: East Asian settings fold them.
const BEGINS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Whether a spreadsheet would compute this text, if it stood in a cell.
#[must_use]
pub fn begins_a_formula(text: &str) -> bool {
    text.starts_with(BEGINS)
}

/// Writes a field of comma-separated values (RFC 4180), in quotation marks where it needs them. With an apostrophe before it, no spreadsheet
/// computes what looks like a formula.
pub fn write_csv_field(csv: &mut String, field: &str) {
    let apostrophe = if begins_a_formula(field) { "'" } else { "" };
    if field.contains(['"', ',', '\r', '\n']) {
        csv.push('"');
        csv.push_str(apostrophe);
        csv.push_str(&field.replace('"', "\"\""));
        csv.push('"');
    } else {
        csv.push_str(apostrophe);
        csv.push_str(field);
    }
}
