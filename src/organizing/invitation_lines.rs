//! A pasted list of organizations: one line each, `name,email,website,language`, and what is wrong with a line.

use crate::text::{EmailAddress, Language, OrganizationName, WebUrl, fold, optional};
use std::collections::BTreeMap;

/// The most lines that are taken at once.
pub(super) const MOST: usize = 1_000;

/// The most organizations on one list with the same address: each is a mail there.
const FOR_ONE: usize = 3;

/// As much of a line as is shown again, in characters.
const SHOWN: usize = 200;

/// Somebody to invite.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Invitee {
    pub(super) organization: OrganizationName,
    pub(super) email: EmailAddress,
    pub(super) website: Option<WebUrl>,
    pub(super) language: Option<Language>,
}

impl Invitee {
    /// The same as a line that reads as this.
    pub(super) fn line(&self) -> String {
        let name = self.organization.as_str().replace('"', "\"\"");
        let website = self.website.as_ref().map_or("", WebUrl::as_str).replace('"', "\"\"");
        let language = self.language.as_ref().map_or("", Language::as_str);
        format!("\"{name}\",{},\"{website}\",{language}", self.email.as_str())
    }
}

/// A line of the list.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Line {
    /// Its number in what was pasted, from 1.
    pub(super) number: usize,
    /// What it says, fit to be shown.
    pub(super) text: String,
    /// Who is meant; or what is wrong, as sentences.
    pub(super) meant: Result<Invitee, String>,
}

/// Why there is nothing to look at line by line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(super) enum NotAList {
    /// Nothing was pasted.
    #[error("Paste at least one line: a name, a comma, an email address.")]
    Empty,
    /// It is too long.
    #[error("Paste at most 1,000 lines at once: this list has {0}. Nothing was sent. Send it in parts.")]
    TooMany(usize),
}

/// Reads a list. Empty lines count for nothing, and neither does a first line that names the columns. Spreadsheets copy with tabs between the
/// fields: they are taken too.
///
/// # Errors
/// See [`NotAList`].
pub(super) fn read(text: &str) -> Result<Vec<Line>, NotAList> {
    let filled = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let names_columns = |line: &str| {
        let line = line.to_ascii_lowercase();
        let mut words = line.split([',', ';', '\t']).map(str::trim);
        words.next() == Some("name") && words.next() == Some("email")
    };
    let lines: Vec<(usize, &str)> = filled
        .enumerate()
        .filter(|(n, (_, line))| *n > 0 || !names_columns(line))
        .map(|(_, line)| line)
        .collect();
    match lines.len() {
        0 => return Err(NotAList::Empty),
        count if count > MOST => return Err(NotAList::TooMany(count)),
        _ => {}
    }
    let mut seen = BTreeMap::new();
    let mut names = BTreeMap::<_, usize>::new();
    Ok(lines
        .into_iter()
        .map(|(index, line)| {
            let number = index + 1;
            let meant = invitee(line).and_then(|meant| {
                let once = (meant.email.canonical(), fold(meant.organization.as_str()));
                match seen.get(&once) {
                    Some(first) => Err(format!("It is the same as line {first}.")),
                    None => {
                        let there = names.entry(once.0.clone()).or_default();
                        if *there == FOR_ONE {
                            return Err(format!(
                                "Its address stands for {FOR_ONE} others on this list already."
                            ));
                        }
                        *there += 1;
                        seen.insert(once, number);
                        Ok(meant)
                    }
                }
            });
            Line { number, text: shown(line), meant }
        })
        .collect())
}

fn invitee(line: &str) -> Result<Invitee, String> {
    let fields = fields(line)?;
    let field = |n: usize| fields.get(n).map_or("", String::as_str);
    if fields.len() > 4 {
        return Err(format!(
            "It has {} fields: write name, email, website and language. A name with a comma stands in quotation marks.",
            fields.len()
        ));
    }
    let mut wrong = Vec::new();
    let mut note = |what: &str, error: String| wrong.push(format!("{what}: {error}"));
    let organization = OrganizationName::parse(field(0)).map_err(|e| note("Name", e.to_string())).ok();
    let email = EmailAddress::parse(field(1)).map_err(|e| note("Email", e.to_string())).ok();
    let website = optional(field(2), WebUrl::parse).map_err(|e| note("Website", e.to_string())).ok();
    let language = optional(field(3), Language::parse).map_err(|e| note("Language", e.to_string())).ok();
    match (organization, email, website, language) {
        (Some(organization), Some(email), Some(website), Some(language)) => {
            Ok(Invitee { organization, email, website, language })
        }
        _ => Err(wrong.join(" ")),
    }
}

fn fields(line: &str) -> Result<Vec<String>, String> {
    let delimiter = match line {
        line if line.contains('\t') => b'\t',
        line if !line.contains(',') && line.contains(';') => b';',
        _ => b',',
    };
    if line.matches('"').count() % 2 == 1 {
        return Err("Close the quotation mark on this line.".to_owned());
    }
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.has_headers(false).flexible(true).delimiter(delimiter).from_reader(line.as_bytes());
    let record = reader.into_records().next().and_then(Result::ok);
    let record = record.ok_or("It cannot be read.")?;
    // Tabs and spaces at the end of a line are no fields.
    let mut fields: Vec<String> = record.iter().map(str::to_owned).collect();
    while fields.len() > 2 && fields.last().is_some_and(|last| last.trim().is_empty()) {
        fields.pop();
    }
    Ok(fields)
}

/// A line without what would change how the page around it reads.
fn shown(line: &str) -> String {
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

    fn wrong(text: &str) -> Vec<String> {
        read(text).unwrap().into_iter().filter_map(|line| line.meant.err()).collect()
    }

    #[test]
    fn a_list_is_read_line_by_line_as_it_was_pasted() {
        let pasted = "Name,Email,Website,Language\r\n\r\n\"Example, z.s.\",a@one.example,one.example,pt-br\r\nTwo\tb@two.example\t\t\nThree;c@three.example";
        let lines = read(pasted).unwrap();
        let names: Vec<_> =
            lines.iter().map(|line| line.meant.as_ref().unwrap().organization.as_str()).collect();
        assert_eq!(names, ["Example, z.s.", "Two", "Three"]);
        assert_eq!(lines.iter().map(|line| line.number).collect::<Vec<_>>(), [3, 4, 5]);
        let first = lines[0].meant.as_ref().unwrap();
        assert_eq!(first.language.as_ref().unwrap().as_str(), "pt-BR");
        assert_eq!(first.website.as_ref().unwrap().host(), "one.example");
        let again: Vec<String> = lines.iter().map(|line| line.meant.as_ref().unwrap().line()).collect();
        let again = read(&again.join("\n")).unwrap();
        for (line, again) in lines.iter().zip(&again) {
            assert_eq!(line.meant, again.meant);
        }
    }

    #[test]
    fn what_is_wrong_with_a_line_is_said_of_that_line() {
        let found = wrong(
            "One,a@one.example\nA,not an address\nB\u{0},b@b.example\n\u{202e}C,c@c.example\nD,d@d.example,javascript:alert(1)\n\
             E,e@e.example,,xx-!!\n\"F,f@f.example\nG,g@g.example,,,more\none,A@one.example",
        );
        let begins = [
            "Email:",
            "Name:",
            "Name:",
            "Website:",
            "Language:",
            "Close the",
            "It has 5",
            "It is the same as line 1.",
        ];
        assert_eq!(found.len(), begins.len(), "{found:#?}");
        for (found, begin) in found.iter().zip(begins) {
            assert!(found.starts_with(begin), "{found:?} is not {begin}");
        }
        assert_eq!(read("B\u{0},b@b.example").unwrap()[0].text, "B\u{fffd},b@b.example");
    }

    #[test]
    fn a_list_has_a_line_and_not_too_many() {
        assert_eq!(read(" \n\nname,email"), Err(NotAList::Empty));
        assert_eq!(read(&"a,a@b.example\n".repeat(10_000)), Err(NotAList::TooMany(10_000)));
        assert_eq!(read(&"a,a@b.example\n".repeat(MOST)).unwrap().len(), MOST);
    }
}
