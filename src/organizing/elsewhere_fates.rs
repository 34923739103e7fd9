//! What becomes of each line of a table, beside what there is already.

use super::elsewhere_lines::Read;
use crate::ids::SignOnId;
use crate::sign_on::{Likeness, Shared};
use crate::text::LinePattern;
use std::collections::{BTreeSet, HashMap};

/// What becomes of a line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Fate {
    /// It will be added.
    Add,
    /// It is like an entry that there is; it is skipped unless somebody says that it is another organization.
    Alike,
    /// It cannot be taken.
    Refused,
    /// An earlier line says the same.
    Twice,
    /// It was added.
    Added,
    /// Somebody was first: its name was on the list when its turn came.
    Taken,
}

impl Fate {
    pub(super) const ALL: [Self; 6] =
        [Self::Add, Self::Alike, Self::Refused, Self::Twice, Self::Added, Self::Taken];

    /// The word in addresses and the database.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Alike => "alike",
            Self::Refused => "refused",
            Self::Twice => "twice",
            Self::Added => "added",
            Self::Taken => "taken",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fate| fate.as_str() == text)
    }

    /// How a page heads them.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Add => "Will be added",
            Self::Alike => "Likely duplicates",
            Self::Refused => "Refused",
            Self::Twice => "Twice in the table",
            Self::Added => "Added",
            Self::Taken => "On the list by then",
        }
    }
}

/// What there is already, found by each thing that a line may have in common with it.
pub(super) struct Known<'a> {
    entries: &'a [(SignOnId, Likeness)],
    by: HashMap<(Shared, &'a str), usize>,
}

impl<'a> Known<'a> {
    pub(super) fn new(entries: &'a [(SignOnId, Likeness)]) -> Self {
        let mut by = HashMap::new();
        for (place, (_, likeness)) in entries.iter().enumerate() {
            by.entry((Shared::Name, likeness.folded.as_str())).or_insert(place);
            by.entry((Shared::Look, likeness.skeleton.as_str())).or_insert(place);
            if let Some(host) = &likeness.website_host {
                by.entry((Shared::Website, host.as_str())).or_insert(place);
            }
            if let Some(acronym) = &likeness.acronym {
                by.entry((Shared::Acronym, acronym.as_str())).or_insert(place);
            }
        }
        Self { entries, by }
    }

    /// The entry that this is most like, and in what.
    pub(super) fn like(&self, likeness: &Likeness) -> Option<(SignOnId, Vec<Shared>)> {
        let keys = [
            Some((Shared::Name, likeness.folded.as_str())),
            Some((Shared::Look, likeness.skeleton.as_str())),
            likeness.website_host.as_deref().map(|host| (Shared::Website, host)),
            likeness.acronym.as_deref().map(|acronym| (Shared::Acronym, acronym)),
        ];
        let place = keys.into_iter().flatten().find_map(|key| self.by.get(&key))?;
        let (id, other) = self.entries.get(*place)?;
        Some((*id, likeness.shared_with(other)))
    }
}

/// What becomes of each line, beside what there is.
pub(super) fn judge(
    lines: &[Read],
    known: &Known<'_>,
    pattern: &LinePattern,
) -> Vec<(Fate, Option<SignOnId>)> {
    let mut seen = BTreeSet::<String>::new();
    let fate = |line: &Read| {
        let Some(meant) = &line.meant else { return (Fate::Refused, None) };
        let likeness = meant.entry(pattern).likeness();
        if !seen.insert(likeness.folded.clone()) {
            return (Fate::Twice, None);
        }
        match known.like(&likeness) {
            Some((other, _)) => (Fate::Alike, Some(other)),
            None => (Fate::Add, None),
        }
    };
    lines.iter().map(fate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organizing::elsewhere_lines::{Common, read};
    use crate::sign_on::Received;

    #[test]
    fn every_line_has_its_fate() {
        let (evidence, vouched_by) = ("The list of the partner.".to_owned(), "Ben Example".to_owned());
        let common = Common { received: Received::Partner, evidence, vouched_by };
        let text =
            "name,website,email\nOne,,\none,,\n\u{202e}X,,\nAnother,www.site.example,\nFour,,not an address";
        let lines = read(text, &common).unwrap();
        let id = SignOnId::new(1, [1; 10]);
        let site = Likeness {
            folded: "site".to_owned(),
            skeleton: "site".to_owned(),
            acronym: None,
            website_host: Some("site.example".to_owned()),
        };
        let entries = [(id, site)];
        let fates = judge(&lines, &Known::new(&entries), &LinePattern::parse("{name}").unwrap());
        use Fate::{Add, Alike, Refused, Twice};
        assert_eq!(fates, [(Add, None), (Twice, None), (Refused, None), (Alike, Some(id)), (Refused, None)]);
        assert!(lines[4].typed.why.starts_with("Email:"), "{:?}", lines[4].typed);
    }
}
