//! What an entry is to say instead: the pure part.

use super::state::{First, SignOn};
use super::submission::Entry;
use crate::clock::Timestamp;
use crate::ids::{CorrectionId, SignOnId};
use crate::text::{Country, OrganizationName};

/// Another wording of an entry. The entry stays as it is until the wording is accepted; what staff make is accepted at once.
#[derive(Clone, PartialEq, Debug)]
pub struct Correction {
    /// Its id.
    pub id: CorrectionId,
    /// Of which sign-on.
    pub sign_on: SignOnId,
    /// Whose it is.
    pub asked: Asked,
    /// When it came.
    pub at: Timestamp,
    /// What the entry is to say.
    pub entry: Entry,
    /// The name when it came.
    pub old_organization: OrganizationName,
    /// The line when it came.
    pub old_line: String,
    /// Where two moderators accept it: the first of them, once there is one.
    pub first: Option<First>,
}

/// How a correction came about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asked {
    /// A representative asked for it.
    ByRepresentative,
    /// Staff made it.
    ByStaff,
    /// A representative objects to what staff made: what stood before is to stand again.
    InObjection,
}

impl Asked {
    const ALL: [Self; 3] = [Self::ByRepresentative, Self::ByStaff, Self::InObjection];

    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ByRepresentative => "asked",
            Self::ByStaff => "made",
            Self::InObjection => "objected",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|asked| asked.as_str() == text)
    }
}

/// One thing that two wordings of an entry say differently. What is not given is empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// What.
    pub name: &'static str,
    /// In the first.
    pub before: String,
    /// In the second.
    pub after: String,
}

/// What two wordings say differently, the line first.
pub fn differences(before: &Entry, after: &Entry) -> Vec<Difference> {
    type Part = (&'static str, fn(&Entry) -> String);
    const PARTS: [Part; 7] = [
        ("Printed line", |entry| entry.line.clone()),
        ("Organization", |entry| entry.organization.to_string()),
        ("Acronym", |entry| entry.acronym.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("Name in its own script", |entry| {
            entry.native_name.as_ref().map(ToString::to_string).unwrap_or_default()
        }),
        ("Sorted under", |entry| entry.sort_as.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("Website", |entry| entry.website.as_ref().map(|url| url.shown()).unwrap_or_default()),
        ("Country", |entry| entry.country.as_ref().map_or("", Country::name).to_owned()),
    ];
    PARTS
        .iter()
        .map(|(name, part)| Difference { name, before: part(before), after: part(after) })
        .filter(|difference| difference.before != difference.after)
        .collect()
}

/// What can be objected to: what staff made last, unless that was done already or the sign-on is over.
pub(super) fn objectionable(sign_on: &SignOn, made: Option<(Correction, bool)>) -> Option<Correction> {
    let (made, objected) = made?;
    let stands = made.entry.organization == sign_on.entry.organization;
    (!objected && stands && sign_on.clone().correct(sign_on.entry.clone()).is_ok()).then_some(made)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign_on::submission::tests::entry;

    #[test]
    fn only_what_differs_is_named() {
        let before = entry("Bits of Freedom");
        assert_eq!(differences(&before, &before), []);
        let after = entry("Bits of freedom");
        let names: Vec<_> = differences(&before, &after).iter().map(|difference| difference.name).collect();
        assert_eq!(names, ["Printed line", "Organization"]);
        let without = Entry { country: None, ..before.clone() };
        let of_country = differences(&before, &without);
        assert!(
            of_country.iter().all(|difference| difference.name == "Country" && difference.after.is_empty())
        );
    }
}
