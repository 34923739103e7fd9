//! One line of comma-separated values (RFC 4180), read and written.
//!
//! The file may be opened in a spreadsheet. So what that would compute gets an apostrophe before it, which is taken away again
//! when the file is read.

use crate::text::begins_a_formula;

/// The fields of a line: separated by commas, in quotation marks where one holds a comma or a quotation mark, which is then
/// written twice.
///
/// # Errors
/// A sentence that says what to mend.
pub(super) fn fields(line: &str) -> Result<Vec<String>, &'static str> {
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        let (field, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_field(quoted)?,
            None => {
                let (field, after) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
                (field.to_owned(), after)
            }
        };
        fields.push(as_it_was(&field).to_owned());
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None if after.is_empty() => return Ok(fields),
            None => return Err("Write a comma after the closing quotation mark."),
        }
    }
}

/// What stands before the closing quotation mark, and what comes after it.
fn quoted_field(quoted: &str) -> Result<(String, &str), &'static str> {
    let mut field = String::new();
    let mut rest = quoted;
    loop {
        let Some((before, after)) = rest.split_once('"') else {
            return Err("Close the quotation mark on this line: a name stands on one line.");
        };
        field.push_str(before);
        match after.strip_prefix('"') {
            Some(next) => {
                field.push('"');
                rest = next;
            }
            None => return Ok((field, after)),
        }
    }
}

/// A value without the apostrophe that [`line`] put before it.
fn as_it_was(value: &str) -> &str {
    value.strip_prefix('\'').filter(|_| is_computed(value)).unwrap_or(value)
}

/// Whether a value gets an apostrophe. One that has some already gets another, so that reading takes only ours away.
fn is_computed(value: &str) -> bool {
    begins_a_formula(value.trim_start_matches('\''))
}

/// A line of these values, without its end.
pub(super) fn line<'a>(values: impl Iterator<Item = &'a str>) -> String {
    let quoted = values.map(|value| {
        let apostrophe = if is_computed(value) { "'" } else { "" };
        match value.contains([',', '"']) {
            true => format!("\"{apostrophe}{}\"", value.replace('"', "\"\"")),
            false => format!("{apostrophe}{value}"),
        }
    });
    quoted.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn commas_and_quotation_marks_stand_in_quotation_marks() {
        assert_eq!(
            fields("1,\"Iuridicum Remedium, z.s.\",\"the \"\"x\"\"\",").unwrap(),
            ["1", "Iuridicum Remedium, z.s.", "the \"x\"", ""]
        );
        assert_eq!(fields("ACT | The \"App\" Association").unwrap(), ["ACT | The \"App\" Association"]);
        assert_eq!(line(["=1", "'=1", "'t Fonds", "@x, y"].into_iter()), "'=1,''=1,'t Fonds,\"'@x, y\"");
        assert!(fields("\"open").is_err());
        assert!(fields("\"closed\" too early,x").is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(values in prop::collection::vec("[a,\" é='@＝]{0,6}", 1..5)) {
            prop_assert_eq!(fields(&line(values.iter().map(String::as_str))), Ok(values));
        }
    }
}
