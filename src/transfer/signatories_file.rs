//! `signatories.csv`: the names of a campaign as a file, and back (RFC 4180).
//!
//! The file is read line by line and not as one stream, because a name holds no line break: so every refusal names its line,
//! and a quotation mark that somebody forgot to close spoils that line and not the rest of the file.

use super::campaign_file::Pins;
use super::csv_line;
use super::report::{NOT_UTF_8, Refusal, SIGNATORIES};
use crate::clock::Timestamp;
use crate::text::{Acronym, Country, NativeName, OrganizationName, SortAs, WebUrl, fold, optional};
use std::collections::{HashMap, HashSet};
use std::fmt::Display;

/// The columns that a file may have, in the order in which they are written.
const COLUMNS: [&str; 10] = [
    "number",
    "name",
    "acronym",
    "native_name",
    "sort_as",
    "country",
    "website",
    "joined_on",
    "pin",
    "distinct",
];

/// The most signatories that one file may hold.
const MOST: usize = 100_000;

/// A signatory as the file holds it.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Listed {
    /// Its name.
    pub name: OrganizationName,
    /// Its acronym.
    pub acronym: Option<Acronym>,
    /// Its name in its own script.
    pub native_name: Option<NativeName>,
    /// Under what it is sorted, where that is not its name.
    pub sort_as: Option<SortAs>,
    /// Its country.
    pub country: Option<Country>,
    /// Its website.
    pub website: Option<WebUrl>,
    /// When it joined.
    pub joined_on: Option<Timestamp>,
    /// The number it must have on the list, if it is pinned.
    pub pin: Option<u32>,
    /// Whether somebody decided that it is another organization than one of the same name.
    pub distinct: bool,
}

/// Reads the file: the signatories in its order and the lines that could not be taken. `progress` is told how many lines of how
/// many have been read.
///
/// # Errors
/// When the file as a whole cannot be taken: its header, or its length.
pub(super) fn parse(
    bytes: &[u8],
    pins: Pins,
    progress: &dyn Fn(usize, usize),
) -> Result<(Vec<Listed>, Vec<Refusal>), Refusal> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut lines = bytes
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .zip(1_usize..)
        .filter(|(line, _)| !line.trim_ascii().iter().all(|byte| *byte == b','));
    let Some((header, number)) = lines.next() else {
        return Err(Refusal::of_file(
            SIGNATORIES,
            "Write the names of the columns into the first line: name, at least.",
        ));
    };
    let columns = Columns::parse(header).map_err(|said| Refusal::of_line(SIGNATORIES, number, said))?;
    let total = lines.clone().count();
    if total > MOST {
        let sentence = format!("Split the file: it holds {total} names and one file holds at most {MOST}.");
        return Err(Refusal::of_file(SIGNATORIES, sentence));
    }
    let mut reader = Reader { columns, pins, total, names: HashMap::new(), numbers: HashSet::new() };
    let (mut listed, mut refusals) = (Vec::with_capacity(total), Vec::new());
    for ((line, number), read) in lines.zip(0..) {
        if read % 500 == 0 {
            progress(read, total);
        }
        match reader.read(line, number) {
            Ok(signatory) => listed.push(signatory),
            Err(said) => refusals.extend(said.into_iter().map(|(field, sentence)| {
                let refusal = Refusal::of_line(SIGNATORIES, number, sentence);
                if field.is_empty() { refusal } else { refusal.field(field) }
            })),
        }
    }
    progress(total, total);
    Ok((listed, refusals))
}

/// Which column stands where.
struct Columns(Vec<&'static str>);

impl Columns {
    fn parse(header: &[u8]) -> Result<Self, String> {
        let header = std::str::from_utf8(header).map_err(|_| NOT_UTF_8)?;
        let mut found = Vec::new();
        for name in csv_line::fields(header)? {
            let name = name.trim();
            let Some(column) = COLUMNS.iter().find(|column| **column == name) else {
                return Err(format!(
                    "Remove or rename the column “{name}”: there are {}, separated by commas.",
                    COLUMNS.join(", ")
                ));
            };
            if found.contains(column) {
                return Err(format!("Remove one of the two columns “{column}”."));
            }
            found.push(*column);
        }
        match found.contains(&"name") {
            true => Ok(Self(found)),
            false => Err("Add the column “name”.".to_owned()),
        }
    }
}

/// What is wrong with a line, by field; no field where it is the line as a whole.
type Said = Vec<(&'static str, String)>;

struct Reader {
    columns: Columns,
    pins: Pins,
    total: usize,
    /// The folded names so far, and the line of each.
    names: HashMap<String, usize>,
    numbers: HashSet<u32>,
}

impl Reader {
    fn read(&mut self, line: &[u8], number: usize) -> Result<Listed, Said> {
        let whole = |sentence: &str| vec![("", sentence.to_owned())];
        let line = std::str::from_utf8(line).map_err(|_| whole(NOT_UTF_8))?;
        let values = csv_line::fields(line).map_err(whole)?;
        let columns = &self.columns.0;
        if values.len() != columns.len() {
            return Err(whole(&format!(
                "This line has {} fields and the first has {}: put a name that holds a comma into quotation marks.",
                values.len(),
                columns.len()
            )));
        }
        let mut said = Said::new();
        let value = |column: &str| {
            let place = columns.iter().position(|name| *name == column);
            place.and_then(|place| values.get(place)).map(String::as_str).unwrap_or_default()
        };
        let place = take(&mut said, "number", optional(value("number"), whole_number));
        let name = take(&mut said, "name", OrganizationName::parse(value("name")));
        let acronym = take(&mut said, "acronym", optional(value("acronym"), Acronym::parse));
        let native_name = take(&mut said, "native_name", optional(value("native_name"), NativeName::parse));
        let sort_as = take(&mut said, "sort_as", optional(value("sort_as"), SortAs::parse));
        let country = take(&mut said, "country", optional(value("country"), Country::parse));
        let website = take(&mut said, "website", optional(value("website"), WebUrl::parse));
        let joined_on = take(&mut said, "joined_on", optional(value("joined_on"), instant));
        let pin = take(&mut said, "pin", optional(value("pin"), whole_number));
        let distinct = take(&mut said, "distinct", yes(value("distinct")));
        let pinned = place.and_then(|place| take(&mut said, "number", self.pinned(place)));
        let folded = name.as_ref().map(|name| fold(name.as_str()));
        if let Some(first) = folded.as_ref().and_then(|folded| self.names.get(folded))
            && distinct == Some(false)
        {
            said.push((
                "name",
                format!("Remove this line, or line {first}: they name the same organization."),
            ));
        }
        let read = (|| {
            Some(Listed {
                name: name?,
                acronym: acronym?,
                native_name: native_name?,
                sort_as: sort_as?,
                country: country?,
                website: website?,
                joined_on: joined_on?,
                pin: pinned?.or(pin?),
                distinct: distinct?,
            })
        })();
        let read = read.filter(|_| said.is_empty()).ok_or(said)?;
        self.numbers.extend(read.pin);
        if !read.distinct {
            folded.map(|folded| self.names.entry(folded).or_insert(number));
        }
        Ok(read)
    }

    /// The pin that a number means. With every number from 1 to the count of lines at most once, they are 1…N each once.
    fn pinned(&self, place: Option<u32>) -> Result<Option<u32>, String> {
        match (self.pins, place) {
            (Pins::None, _) => Ok(None),
            (Pins::Numbers, None) => {
                Err("Write the number: pins = \"numbers\" keeps every name at its own.".to_owned())
            }
            (Pins::Numbers, Some(place)) if self.numbers.contains(&place) => {
                Err(format!("Write another number: {place} stands on an earlier line."))
            }
            (Pins::Numbers, Some(place)) if usize::try_from(place).is_ok_and(|place| place > self.total) => {
                Err(format!("Write another number: {place} is more than the {} names.", self.total))
            }
            (Pins::Numbers, Some(place)) => Ok(Some(place)),
        }
    }
}

fn take<T, E: Display>(said: &mut Said, field: &'static str, parsed: Result<T, E>) -> Option<T> {
    parsed.map_err(|error| said.push((field, error.to_string()))).ok()
}

fn whole_number(text: &str) -> Result<u32, &'static str> {
    text.trim().parse().ok().filter(|number| *number >= 1).ok_or("Write a whole number from 1.")
}

fn yes(text: &str) -> Result<bool, &'static str> {
    match text.trim() {
        "" => Ok(false),
        "yes" => Ok(true),
        _ => Err("Write “yes” or nothing."),
    }
}

/// A day, which means its first moment in UTC, or an instant.
fn instant(text: &str) -> Result<Timestamp, &'static str> {
    let text = text.trim();
    let day = format!("{text}T00:00:00Z");
    Timestamp::parse(if text.len() == 10 { &day } else { text })
        .ok_or("Write a day, such as 2019-10-07, or an instant, such as 2019-10-07T09:00:00Z.")
}

/// The file of these signatories, in this order, each with its number on the list. Columns that say nothing are left out.
pub(super) fn write(signatories: &[(u32, &Listed)], pins: Pins) -> String {
    let rows: Vec<[String; COLUMNS.len()]> =
        signatories.iter().map(|(number, listed)| row(*number, listed, pins)).collect();
    let used =
        |column: usize| column < 2 || rows.iter().any(|row| row.get(column).is_some_and(|v| !v.is_empty()));
    let columns: Vec<usize> = (0..COLUMNS.len()).filter(|column| used(*column)).collect();
    let mut file = String::new();
    let header = COLUMNS.map(str::to_owned);
    for row in std::iter::once(&header).chain(&rows) {
        file.push_str(&csv_line::line(
            columns.iter().filter_map(|column| row.get(*column)).map(String::as_str),
        ));
        file.push_str("\r\n"); // RFC 4180
    }
    file
}

fn row(number: u32, listed: &Listed, pins: Pins) -> [String; COLUMNS.len()] {
    fn text<T: AsRef<str>>(value: Option<&T>) -> String {
        value.map(|value| value.as_ref().to_owned()).unwrap_or_default()
    }
    [
        number.to_string(),
        listed.name.as_str().to_owned(),
        text(listed.acronym.as_ref()),
        text(listed.native_name.as_ref()),
        text(listed.sort_as.as_ref()),
        listed.country.map(|country| country.as_str().to_owned()).unwrap_or_default(),
        listed.website.as_ref().map(|url| url.as_str().to_owned()).unwrap_or_default(),
        listed.joined_on.map(|at| at.to_string()).unwrap_or_default(),
        listed.pin.filter(|_| pins == Pins::None).map(|pin| pin.to_string()).unwrap_or_default(),
        if listed.distinct { "yes".to_owned() } else { String::new() },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &[u8], pins: Pins) -> (Vec<Listed>, Vec<String>) {
        let (listed, refusals) = parse(file, pins, &|_, _| ()).unwrap();
        (listed, refusals.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_list_of_2019_reads_and_writes_without_loss() {
        let file = include_str!("../../examples/letter-2019/signatories.csv");
        let (listed, refusals) = read(file.as_bytes(), Pins::Numbers);
        assert_eq!((listed.len(), refusals.len()), (111, 0));
        assert!((1..).zip(&listed).all(|(number, listed)| listed.pin == Some(number)));
        let numbered: Vec<_> = (1..).zip(&listed).collect();
        assert_eq!(write(&numbered, Pins::Numbers), file);
    }

    #[test]
    fn byte_order_mark_line_ends_and_empty_lines_do_not_matter() {
        for file in [
            "name,country\nAlpha,ke\n\nBeta,\n",
            "\u{FEFF}name,country\r\nAlpha,KE\r\n,\r\nBeta,\r\n",
            "\n name , country \nAlpha,KE\nBeta,",
        ] {
            let (listed, refusals) = read(file.as_bytes(), Pins::None);
            assert!(refusals.is_empty(), "{refusals:?}");
            assert_eq!(listed.iter().map(|l| l.name.as_str()).collect::<Vec<_>>(), ["Alpha", "Beta"]);
            assert_eq!(listed[0].country.unwrap().as_str(), "KE");
        }
    }

    #[test]
    fn each_refused_line_is_named_with_its_field_and_the_rest_is_taken() {
        let file = b"name,country,website,joined_on\n\
            Alpha,XX,javascript:x,yesterday\n\
            Beta,KE,beta.example,2019-10-07\n\
            Be\xFFta,,,\n\
            Gamma, Delta,KE,,\n\
            \"Epsilon,KE,,\n\
            \"The Beta, Inc.\",,,\n\
            Zeta\xE2\x80\xAE,,,\n";
        let (listed, refusals) = read(file, Pins::None);
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].joined_on, Timestamp::parse("2019-10-07T00:00:00Z"));
        let begins: Vec<_> = refusals.iter().map(|said| said.split(": ").next().unwrap()).collect();
        assert_eq!(
            begins,
            [
                "signatories.csv, line 2, country",
                "signatories.csv, line 2, website",
                "signatories.csv, line 2, joined_on",
                "signatories.csv, line 4",
                "signatories.csv, line 5",
                "signatories.csv, line 6",
                "signatories.csv, line 7, name",
                "signatories.csv, line 8, name",
            ]
        );
        assert!(refusals[6].ends_with("Remove this line, or line 3: they name the same organization."));
    }

    #[test]
    fn numbers_are_one_to_n_each_once_where_they_are_pins() {
        let (listed, refusals) =
            read(b"number,name\n2,A\n2,B\n,C\n5,D\n0,E\nx,F\n1,G\n6,H\n9,I\n", Pins::Numbers);
        assert_eq!(listed.iter().filter_map(|l| l.pin).collect::<Vec<_>>(), [2, 5, 1, 6, 9]);
        let lines: Vec<_> = refusals.iter().map(|said| said.split(", ").nth(1).unwrap()).collect();
        assert_eq!(lines, ["line 3", "line 4", "line 6", "line 7"]);
        let (_, refusals) = read(b"number,name\n1,A\n3,B\n", Pins::Numbers);
        assert_eq!(
            refusals,
            ["signatories.csv, line 3, number: Write another number: 3 is more than the 2 names."]
        );
        let (listed, refusals) = read(b"number,name\n7,A\n7,B\n", Pins::None);
        assert!(refusals.is_empty() && listed.iter().all(|l| l.pin.is_none()));
    }

    #[test]
    fn a_header_names_only_columns_that_there_are() {
        for header in ["", "number\n", "name,colour\n", "name;country\n", "name,name\n", "\"name\n"] {
            assert!(parse(header.as_bytes(), Pins::None, &|_, _| ()).is_err(), "{header}");
        }
        assert!(parse(b"na\xFFme\n", Pins::None, &|_, _| ()).is_err());
        assert_eq!(read(b"name\n", Pins::None), (vec![], vec![]));
    }

    #[test]
    fn what_only_some_have_is_kept() {
        let file = "number,name,acronym,native_name,sort_as,country,website,joined_on,pin,distinct\n\
            1,\"Alpha, the\",A,\u{645}\u{631}\u{643}\u{632},Z,KE,https://alpha.example,2019-10-07T09:00:00.000001Z,7,\n\
            2,Alpha the,,,,,,2019-10-08T00:00:00Z,,yes\n";
        let (listed, refusals) = read(file.as_bytes(), Pins::None);
        assert!(refusals.is_empty(), "{refusals:?}");
        let numbered: Vec<_> = (1..).zip(&listed).collect();
        assert_eq!(write(&numbered, Pins::None), file.replace('\n', "\r\n"));
    }

    #[test]
    fn a_long_file_tells_how_far_it_is_read() {
        let mut file = String::from("name\n");
        (0..1100).for_each(|n| file.push_str(&format!("Organization {n}\n")));
        let told = std::cell::RefCell::new(Vec::new());
        parse(file.as_bytes(), Pins::None, &|read, of| told.borrow_mut().push((read, of))).unwrap();
        assert_eq!(told.into_inner(), [(0, 1100), (500, 1100), (1000, 1100), (1100, 1100)]);
    }
}
