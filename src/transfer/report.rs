//! What could not be taken from a folder, line by line.

use std::borrow::Cow;
use std::fmt;

/// The file of the settings.
pub(super) const CAMPAIGN: &str = "campaign.toml";
/// The file of the letter's text.
pub(super) const LETTER: &str = "letter.md";
/// The file of the names.
pub(super) const SIGNATORIES: &str = "signatories.csv";

/// One thing that could not be taken, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The file in the folder.
    pub file: Cow<'static, str>,
    /// The line in it, counted from 1, where there is one to name.
    pub line: Option<usize>,
    /// The field, where it is one field that is wrong.
    pub field: Option<String>,
    /// What to mend, as a sentence.
    pub sentence: String,
}

impl Refusal {
    /// A refusal of a whole file.
    pub fn of_file(file: impl Into<Cow<'static, str>>, sentence: impl fmt::Display) -> Self {
        Self { file: file.into(), line: None, field: None, sentence: sentence.to_string() }
    }

    /// A refusal of a line.
    pub fn of_line(file: impl Into<Cow<'static, str>>, line: usize, sentence: impl fmt::Display) -> Self {
        Self { line: Some(line), ..Self::of_file(file, sentence) }
    }

    /// The same refusal, of one field.
    #[must_use]
    pub fn field(self, field: &str) -> Self {
        Self { field: Some(field.to_owned()), ..self }
    }
}

/// `signatories.csv, line 12, country: Choose a country from the list.`
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(field) = &self.field {
            write!(f, ", {field}")?;
        }
        write!(f, ": {}", self.sentence)
    }
}

/// A file as text, without the byte order mark that some editors put before it.
///
/// # Errors
/// The line with the first byte that is no UTF-8.
pub(super) fn text(file: impl Into<Cow<'static, str>>, bytes: &[u8]) -> Result<&str, Refusal> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        Refusal::of_line(file, line_after(before), NOT_UTF_8)
    })
}

/// Said of bytes that are no UTF-8.
pub(super) const NOT_UTF_8: &str = "Save the file as UTF-8: this line holds bytes that are none.";

/// The number of the line that comes after these bytes.
pub(super) fn line_after(before: &[u8]) -> usize {
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}
