//! A pasted table of organizations that signed in another way: what each line means, and what is wrong with it.

use crate::sign_on::{Address, Entry, Evidence, Received, Remark};
use crate::text::{
    Acronym, Country, EmailAddress, LinePattern, NativeName, OrganizationName, PersonName, RoleTitle, SortAs,
    WebUrl, optional,
};
use serde::{Deserialize, Serialize};

/// The most lines of one table.
pub(super) const MOST: usize = 10_000;

/// As much of a line as is shown again, in characters.
const SHOWN: usize = 200;

/// The columns that a table may have.
pub(super) const COLUMNS: [&str; 11] = [
    "name",
    "acronym",
    "native_name",
    "sort_as",
    "country",
    "website",
    "email",
    "representative",
    "role",
    "source",
    "evidence",
];

/// A line as it was typed: what is kept, sealed, from the look at a table until it is worked off.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Typed {
    pub(super) name: String,
    pub(super) acronym: String,
    pub(super) native_name: String,
    pub(super) sort_as: String,
    pub(super) country: String,
    pub(super) website: String,
    pub(super) email: String,
    pub(super) representative: String,
    pub(super) role: String,
    pub(super) source: String,
    pub(super) evidence: String,
    pub(super) vouched_by: String,
    /// The line, fit to be shown.
    pub(super) text: String,
    /// Why it cannot be taken, as a sentence; empty where it can.
    pub(super) why: String,
}

/// What a line means.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Meant {
    pub(super) organization: OrganizationName,
    pub(super) acronym: Option<Acronym>,
    pub(super) native_name: Option<NativeName>,
    pub(super) sort_as: Option<SortAs>,
    pub(super) country: Option<Country>,
    pub(super) website: Option<WebUrl>,
    pub(super) address: Option<Address>,
    pub(super) received: Received,
    pub(super) evidence: Evidence,
}

/// Why there is nothing to look at line by line.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub(super) enum NotATable {
    #[error("Paste a first line that names the columns, and at least one organization under it.")]
    Empty,
    #[error("Paste at most 10,000 lines at once: this table has {0}. Nothing was kept. Send it in parts.")]
    TooMany(usize),
    #[error("The first line has to name the columns: “name” is not among them.")]
    NoName,
    #[error(
        "There is no column “{0}”: there are name, acronym, native_name, sort_as, country, website, email, representative, role, source, evidence."
    )]
    Unknown(String),
    #[error("The column “{0}” is there twice.")]
    Doubled(String),
}

/// What is said beside a table for all of its lines.
#[derive(Clone, Debug)]
pub(super) struct Common {
    pub(super) received: Received,
    pub(super) evidence: String,
    pub(super) vouched_by: String,
}

/// Reads a table, each line with its number in what was pasted.
///
/// # Errors
/// See [`NotATable`].
pub(super) fn read(text: &str, common: &Common) -> Result<Vec<Read>, NotATable> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = (1_usize..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let (_, header) = lines.next().ok_or(NotATable::Empty)?;
    let delimiter = match header {
        header if header.contains('\t') => b'\t',
        header if !header.contains(',') && header.contains(';') => b';',
        _ => b',',
    };
    let columns = columns(header, delimiter)?;
    let count = lines.clone().count();
    match count {
        0 => return Err(NotATable::Empty),
        count if count > MOST => return Err(NotATable::TooMany(count)),
        _ => {}
    }
    Ok(lines.map(|(number, line)| Read::new(number, typed(line, delimiter, &columns, common))).collect())
}

fn columns(header: &str, delimiter: u8) -> Result<Vec<&'static str>, NotATable> {
    let mut found = Vec::new();
    for name in fields(header, delimiter).unwrap_or_default() {
        let name = name.trim().to_lowercase();
        let column = COLUMNS.into_iter().find(|column| *column == name);
        let column = column.ok_or_else(|| NotATable::Unknown(shown(&name)))?;
        if found.contains(&column) {
            return Err(NotATable::Doubled(name));
        }
        found.push(column);
    }
    if found.contains(&"name") { Ok(found) } else { Err(NotATable::NoName) }
}

fn fields(line: &str, delimiter: u8) -> Result<Vec<String>, String> {
    if line.matches('"').count() % 2 == 1 {
        return Err("Close the quotation mark on this line.".to_owned());
    }
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.has_headers(false).flexible(true).delimiter(delimiter).from_reader(line.as_bytes());
    let record = reader.into_records().next().and_then(Result::ok).ok_or("It cannot be read.")?;
    Ok(record.iter().map(str::to_owned).collect())
}

fn typed(line: &str, delimiter: u8, columns: &[&'static str], common: &Common) -> Typed {
    let mut typed = Typed { text: shown(line), vouched_by: common.vouched_by.clone(), ..Typed::default() };
    match fields(line, delimiter) {
        Err(why) => typed.why = why,
        Ok(fields) if fields.iter().skip(columns.len()).any(|more| !more.trim().is_empty()) => {
            typed.why = format!(
                "It has {} fields, and there are {} columns. A name with a comma stands in quotation marks.",
                fields.len(),
                columns.len()
            );
        }
        Ok(fields) => {
            for (column, value) in columns.iter().zip(fields) {
                *typed.field(column) = value.trim().to_owned();
            }
        }
    }
    if typed.source.is_empty() {
        common.received.as_str().clone_into(&mut typed.source);
    }
    if typed.evidence.is_empty() {
        typed.evidence.clone_from(&common.evidence);
    }
    typed
}

/// A line that was read, and what it means where it can be taken.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Read {
    pub(super) number: usize,
    pub(super) typed: Typed,
    pub(super) meant: Option<Meant>,
}

impl Read {
    /// What the line means; or else it says from now on what is wrong with it.
    pub(super) fn new(number: usize, typed: Typed) -> Self {
        if !typed.why.is_empty() {
            return Self { number, typed, meant: None };
        }
        match typed.meant() {
            Ok(meant) => Self { number, typed, meant: Some(meant) },
            Err(why) => Self { number, typed: Typed { why, ..typed }, meant: None },
        }
    }
}

impl Typed {
    fn field(&mut self, column: &str) -> &mut String {
        match column {
            "acronym" => &mut self.acronym,
            "native_name" => &mut self.native_name,
            "sort_as" => &mut self.sort_as,
            "country" => &mut self.country,
            "website" => &mut self.website,
            "email" => &mut self.email,
            "representative" => &mut self.representative,
            "role" => &mut self.role,
            "source" => &mut self.source,
            "evidence" => &mut self.evidence,
            _ => &mut self.name,
        }
    }

    /// What it means.
    ///
    /// # Errors
    /// Everything that is wrong with it, as sentences.
    pub(super) fn meant(&self) -> Result<Meant, String> {
        let mut wrong = Vec::new();
        let mut note = |what: &str, error: String| wrong.push(format!("{what}: {error}"));
        let organization = OrganizationName::parse(&self.name).map_err(|e| note("Name", e.to_string())).ok();
        let acronym =
            optional(&self.acronym, Acronym::parse).map_err(|e| note("Acronym", e.to_string())).ok();
        let native_name = optional(&self.native_name, NativeName::parse)
            .map_err(|e| note("Native name", e.to_string()))
            .ok();
        let sort_as = optional(&self.sort_as, SortAs::parse).map_err(|e| note("Sort as", e.to_string())).ok();
        let country =
            optional(&self.country, Country::parse).map_err(|e| note("Country", e.to_string())).ok();
        let website = optional(&self.website, WebUrl::parse).map_err(|e| note("Website", e.to_string())).ok();
        let email = optional(&self.email, EmailAddress::parse).map_err(|e| note("Email", e.to_string())).ok();
        let name = optional(&self.representative, PersonName::parse);
        let name = name.map_err(|e| note("Representative", e.to_string())).ok();
        let role = optional(&self.role, RoleTitle::parse).map_err(|e| note("Role", e.to_string())).ok();
        let received = Received::parse(&self.source)
            .ok_or("Write mail, paper, meeting, partner or letter.")
            .map_err(|e| note("Source", e.to_owned()))
            .ok();
        let what = Remark::parse(&self.evidence).map_err(|e| note("Evidence", e.to_string())).ok();
        let vouched_by =
            PersonName::parse(&self.vouched_by).map_err(|e| note("Who vouches", e.to_string())).ok();
        let meant = (|| {
            let (name, role) = (name?, role?);
            Some(Meant {
                organization: organization?,
                acronym: acronym?,
                native_name: native_name?,
                sort_as: sort_as?,
                country: country?,
                website: website?,
                address: email?.map(|email| Address { email, name, role }),
                received: received?,
                evidence: Evidence { what: what?, vouched_by: vouched_by? },
            })
        })();
        meant.ok_or_else(|| wrong.join(" "))
    }
}

impl Meant {
    /// The entry as it prints.
    pub(super) fn entry(&self, pattern: &LinePattern) -> Entry {
        let Self { organization, acronym, native_name, sort_as, website, country, .. } = self.clone();
        Entry::new(pattern, organization, acronym, native_name, sort_as, website, country)
    }
}

/// A line without what would change how the page around it reads.
pub(super) fn shown(line: &str) -> String {
    let is_odd = |c: char| {
        (c.is_control() && c != '\t')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut shown: String =
        line.chars().take(SHOWN).map(|c| if is_odd(c) { char::REPLACEMENT_CHARACTER } else { c }).collect();
    if line.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn common() -> Common {
        let (evidence, vouched_by) = ("The list of the partner.".to_owned(), "Ben Example".to_owned());
        Common { received: Received::Partner, evidence, vouched_by }
    }

    #[test]
    fn a_table_is_read_by_its_header_with_what_is_said_for_all() {
        let text =
            "\u{feff}Name,country,email,source\r\n\r\n\"Example, z.s.\",cz,a@one.example,paper\r\nTwo,,,\r\n";
        let lines = read(text, &common()).unwrap();
        assert_eq!(lines.iter().map(|line| line.number).collect::<Vec<_>>(), [3, 4]);
        let first = lines[0].typed.meant().unwrap();
        assert_eq!(first.organization.as_str(), "Example, z.s.");
        assert_eq!((first.received, first.evidence.vouched_by.as_str()), (Received::Paper, "Ben Example"));
        assert_eq!(lines[1].typed.meant().unwrap().received, Received::Partner);
        assert_eq!(read("acronym\nA", &common()), Err(NotATable::NoName));
        assert_eq!(read("name,color\nA,b", &common()), Err(NotATable::Unknown("color".to_owned())));
        assert_eq!(read("name\n", &common()), Err(NotATable::Empty));
    }
}
