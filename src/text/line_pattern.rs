//! How a campaign prints an entry: `{name} ({acronym}), {country}`.
//!
//! The rule for what is absent: **a value that is absent takes with it the brackets around it and the text that joins it to its neighbor.** In
//! full: text between two values is printed only if a value is printed on both sides (of several such texts the last), brackets with their
//! content only if one of the values inside is, and text at the very start or end of the pattern always.

use std::fmt;

use super::characters::{self, CharacterFault};

/// A parsed pattern; holds `{name}` exactly once and every other placeholder at most once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinePattern {
    written: String,
    parts: Vec<Part>,
}

/// Why a pattern was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinePatternError {
    /// Nothing was typed.
    #[error("Write how an entry is printed, such as {{name}}, {{country}}.")]
    Empty,
    /// More than 200 characters.
    #[error("Shorten the pattern to 200 characters: it has {0}.")]
    TooLong(usize),
    /// A placeholder that does not exist.
    #[error("Replace {{{0}}}: the placeholders are {{name}}, {{acronym}}, {{country}} and {{native_name}}.")]
    Unknown(String),
    /// No `{name}`.
    #[error("Add {{name}}: every entry is printed with its name.")]
    NoName,
    /// A placeholder that stands twice.
    #[error("Write {{{0}}} only once.")]
    Twice(&'static str),
    /// A curly bracket without its partner.
    #[error("Check the curly brackets: each placeholder stands in a pair of them.")]
    Braces,
    /// A bracket without its partner.
    #[error("Check the brackets: one has no partner.")]
    Brackets,
    /// A character that no text may hold.
    #[error(transparent)]
    Character(#[from] CharacterFault),
}

/// What a pattern is filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts<'a> {
    /// The name of the organization.
    pub name: &'a str,
    /// Its acronym.
    pub acronym: Option<&'a str>,
    /// Its country, by name.
    pub country: Option<&'a str>,
    /// Its name in its own script.
    pub native_name: Option<&'a str>,
}

/// A piece of a printed line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text of the pattern.
    Text(&'a str),
    /// Something an organization is called; isolate it (`<bdi>`), for it may run the other way than the pattern.
    Value(&'a str),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Value(Placeholder),
    Group { open: String, inside: Vec<Part>, close: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Placeholder {
    Name,
    Acronym,
    Country,
    NativeName,
}

impl Placeholder {
    const ALL: [Self; 4] = [Self::Name, Self::Acronym, Self::Country, Self::NativeName];

    fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Acronym => "acronym",
            Self::Country => "country",
            Self::NativeName => "native_name",
        }
    }

    fn of<'a>(self, parts: &Parts<'a>) -> Option<&'a str> {
        match self {
            Self::Name => Some(parts.name),
            Self::Acronym => parts.acronym,
            Self::Country => parts.country,
            Self::NativeName => parts.native_name,
        }
    }
}

/// Brackets that belong to what they hold.
const BRACKETS: [(char, char); 3] = [('(', ')'), ('[', ']'), ('（', '）')];

impl LinePattern {
    /// Takes a pattern as an organizer types it.
    ///
    /// # Errors
    /// One variant per reason.
    pub fn parse(raw: &str) -> Result<Self, LinePatternError> {
        let written = characters::line(raw)?;
        if written.is_empty() {
            return Err(LinePatternError::Empty);
        }
        let count = written.chars().count();
        if count > 200 {
            return Err(LinePatternError::TooLong(count));
        }
        let mut seen = Vec::new();
        let mut rest = written.as_str();
        let parts = sequence(&mut rest, None, &mut seen)?;
        if !seen.contains(&Placeholder::Name) {
            return Err(LinePatternError::NoName);
        }
        Ok(Self { written, parts })
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// One entry as the list prints it.
    #[must_use]
    pub fn render(&self, parts: &Parts<'_>) -> String {
        self.pieces(parts).into_iter().map(|(Piece::Text(text) | Piece::Value(text))| text).collect()
    }

    /// One entry in pieces, so that a page can isolate what an organization is called.
    #[must_use]
    pub fn pieces<'a>(&'a self, parts: &Parts<'a>) -> Vec<Piece<'a>> {
        printed(&self.parts, parts).unwrap_or_default()
    }
}

impl Default for LinePattern {
    /// `{name}`.
    fn default() -> Self {
        Self { written: "{name}".to_owned(), parts: vec![Part::Value(Placeholder::Name)] }
    }
}

impl fmt::Display for LinePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

/// Reads up to the closing bracket that is waited for, or to the end.
fn sequence(
    rest: &mut &str,
    close: Option<char>,
    seen: &mut Vec<Placeholder>,
) -> Result<Vec<Part>, LinePatternError> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut chars = rest.chars();
    while let Some(c) = chars.next() {
        *rest = chars.as_str();
        let part =
            if c == '{' {
                Part::Value(placeholder(rest, seen)?)
            } else if let Some((_, partner)) = BRACKETS.iter().find(|(open, _)| *open == c) {
                let inside = sequence(rest, Some(*partner), seen)?;
                chars = rest.chars();
                if let [] | [Part::Text(_)] = inside.as_slice() {
                    // Brackets around nothing that could be absent are text.
                    text.push(c);
                    text.extend(inside.iter().filter_map(|part| {
                        if let Part::Text(text) = part { Some(text.as_str()) } else { None }
                    }));
                    text.push(*partner);
                    continue;
                }
                Part::Group { open: c.to_string(), inside, close: partner.to_string() }
            } else if close == Some(c) {
                push_text(&mut parts, &mut text);
                return Ok(parts);
            } else if c == '}' {
                return Err(LinePatternError::Braces);
            } else if BRACKETS.iter().any(|(_, partner)| *partner == c) {
                return Err(LinePatternError::Brackets);
            } else {
                text.push(c);
                continue;
            };
        push_text(&mut parts, &mut text);
        parts.push(part);
        chars = rest.chars();
    }
    if close.is_some() {
        return Err(LinePatternError::Brackets);
    }
    push_text(&mut parts, &mut text);
    Ok(parts)
}

fn push_text(parts: &mut Vec<Part>, text: &mut String) {
    if !text.is_empty() {
        parts.push(Part::Text(std::mem::take(text)));
    }
}

fn placeholder(rest: &mut &str, seen: &mut Vec<Placeholder>) -> Result<Placeholder, LinePatternError> {
    let (word, after) = rest.split_once('}').ok_or(LinePatternError::Braces)?;
    if word.contains('{') {
        return Err(LinePatternError::Braces);
    }
    let found = Placeholder::ALL.into_iter().find(|placeholder| placeholder.word() == word);
    let found = found.ok_or_else(|| LinePatternError::Unknown(word.to_owned()))?;
    if seen.contains(&found) {
        return Err(LinePatternError::Twice(found.word()));
    }
    seen.push(found);
    *rest = after;
    Ok(found)
}

/// The pieces of a sequence, or nothing if none of its values is there.
fn printed<'a>(sequence: &'a [Part], parts: &Parts<'a>) -> Option<Vec<Piece<'a>>> {
    let mut pieces = Vec::new();
    let mut joint = None;
    let mut at_start = true;
    let mut any = false;
    for part in sequence {
        let unit = match part {
            Part::Text(text) => {
                joint = Some(Piece::Text(text));
                continue;
            }
            Part::Value(placeholder) => placeholder.of(parts).map(|value| vec![Piece::Value(value)]),
            Part::Group { open, inside, close } => printed(inside, parts)
                .map(|inside| [vec![Piece::Text(open)], inside, vec![Piece::Text(close)]].concat()),
        };
        if std::mem::take(&mut at_start) {
            pieces.extend(joint.take());
        }
        if let Some(unit) = unit {
            let joint = joint.take();
            pieces.extend(joint.filter(|_| any));
            pieces.extend(unit);
            any = true;
        }
    }
    if let Some(Part::Text(text)) = sequence.last() {
        pieces.push(Piece::Text(text));
    }
    any.then_some(pieces)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rendered(pattern: &str, acronym: Option<&str>, country: Option<&str>) -> String {
        let parts = Parts { name: "Name", acronym, country, native_name: None };
        LinePattern::parse(pattern).unwrap().render(&parts)
    }

    #[test]
    fn what_is_absent_leaves_no_trace() {
        let (a, c) = (Some("ACR"), Some("Peru"));
        for (pattern, full, no_acronym, no_country, neither) in [
            ("{name}", "Name", "Name", "Name", "Name"),
            ("{name} ({acronym}), {country}", "Name (ACR), Peru", "Name, Peru", "Name (ACR)", "Name"),
            ("{name} ({acronym}, {country})", "Name (ACR, Peru)", "Name (Peru)", "Name (ACR)", "Name"),
            ("{name} [{acronym}] – {country}.", "Name [ACR] – Peru.", "Name – Peru.", "Name [ACR].", "Name."),
            (
                "{acronym} – {name} (from {country})",
                "ACR – Name (from Peru)",
                "Name (from Peru)",
                "ACR – Name",
                "Name",
            ),
            ("{country}: {acronym} – {name}", "Peru: ACR – Name", "Peru – Name", "ACR – Name", "Name"),
            (
                "★ {name}, {country} (NGO)",
                "★ Name, Peru (NGO)",
                "★ Name, Peru (NGO)",
                "★ Name (NGO)",
                "★ Name (NGO)",
            ),
            ("({acronym}) {name} / {native_name}", "(ACR) Name", "Name", "(ACR) Name", "Name"),
        ] {
            assert_eq!(rendered(pattern, a, c), full);
            assert_eq!(rendered(pattern, None, c), no_acronym);
            assert_eq!(rendered(pattern, a, None), no_country);
            assert_eq!(rendered(pattern, None, None), neither);
        }
    }

    #[test]
    fn what_is_refused_and_why() {
        use LinePatternError as E;
        for (raw, reason) in [
            ("", E::Empty),
            ("{country}", E::NoName),
            ("name", E::NoName),
            ("{name} {nation}", E::Unknown("nation".to_owned())),
            ("{name} {}", E::Unknown(String::new())),
            ("{name} {name}", E::Twice("name")),
            ("{name} {country", E::Braces),
            ("{name} }", E::Braces),
            ("{{name}}", E::Braces),
            ("{name} ({country}", E::Brackets),
            ("{name} {country})", E::Brackets),
            ("{name} ({country}]", E::Brackets),
        ] {
            assert_eq!(LinePattern::parse(raw), Err(reason), "{raw:?}");
        }
        assert!(matches!(LinePattern::parse("{name}\u{202E}"), Err(E::Character(_))));
        assert_eq!(
            E::Unknown("nation".to_owned()).to_string(),
            "Replace {nation}: the placeholders are {name}, {acronym}, {country} and {native_name}."
        );
    }

    #[test]
    fn values_are_told_from_text() {
        let pattern = LinePattern::parse("{name} ({country})").unwrap();
        let parts = Parts { name: "{acronym}", acronym: None, country: Some("Peru"), native_name: None };
        assert_eq!(
            pattern.pieces(&parts),
            [
                Piece::Value("{acronym}"),
                Piece::Text(" "),
                Piece::Text("("),
                Piece::Value("Peru"),
                Piece::Text(")")
            ]
        );
    }

    proptest! {
        #[test]
        fn never_panics_and_always_prints_the_name(raw in "(\\{name\\}|\\{country\\}|[a ,()\\[\\]{}]){0,9}", country in proptest::option::of("[A-Z]")) {
            if let Ok(pattern) = LinePattern::parse(&raw) {
                prop_assert_eq!(LinePattern::parse(pattern.as_str()), Ok(pattern.clone()));
                let parts = Parts { name: "N", acronym: None, country: country.as_deref(), native_name: None };
                prop_assert!(pattern.render(&parts).contains('N'));
            }
        }
    }
}
