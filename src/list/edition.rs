//! An edition: one immutable, numbered state of a list. Every public form is made from one edition and from nothing else, so
//! that no two of them can disagree.

use super::canonical::Json;
use super::left::Left;
use crate::clock::Timestamp;
use crate::ids::SignOnId;
use crate::secret::sha256_hex;
use crate::text::{Country, OrderingRule, Shown};
use std::collections::BTreeMap;

/// An organization on the list. All public output is made from this type; it has no personal field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signatory {
    /// The place in the edition: 1, 2, 3 … without gap or repeat.
    pub number: u32,
    /// How much of it is shown. What is held back is in no field of this type.
    pub shown: Shown,
    /// The line as it prints.
    pub name: String,
    /// What the organization is called.
    pub organization: String,
    /// Its acronym.
    pub acronym: Option<String>,
    /// Its name in its own script.
    pub native_name: Option<String>,
    /// Where it is based.
    pub country: Option<Country>,
    /// Its website: an `http` or `https` address.
    pub website: Option<String>,
    /// When it joined the list; none where its name was taken out of an edition.
    pub joined_on: Option<Timestamp>,
}

/// A signatory with what the house has to know about it and the public does not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Whose line it is: tells whether somebody on an old edition has left the list since.
    pub sign_on: SignOnId,
    /// The place in the order of joining.
    pub joined: i64,
    /// What is public.
    pub signatory: Signatory,
    /// How it left the list since: only in an edition that has a name, as it is shown now.
    pub left: Option<Left>,
}

/// Where those begin who joined after an edition was named, in a list that shows them apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct After {
    /// The number of that edition.
    pub edition: u32,
    /// The number of the first of them.
    pub from: u32,
}

/// The letter that an edition stands under.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LetterFacts {
    /// Its name in addresses.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// The version of its text.
    pub version: u32,
}

/// What an edition says, apart from its number and its moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contents {
    /// Which letter.
    pub letter: LetterFacts,
    /// By which rule the entries stand in their order.
    pub ordering: OrderingRule,
    /// Who signed, in order; the signatories' numbers are their places.
    pub entries: Vec<Entry>,
    /// Those who joined later, where they stand apart; in order. Empty where the rule orders everybody.
    pub after: Vec<After>,
}

/// An edition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edition {
    /// 1, 2, 3 … within the campaign.
    pub number: u32,
    /// When it was made.
    pub made_at: Timestamp,
    /// The SHA-256, in hexadecimal, of the canonical form (RFC 8785) of its document without `sha256` and `made_at`: the same
    /// content has the same checksum whenever and wherever it is made.
    pub sha256: String,
    /// The checksum that it had when it was named and has for ever, where somebody has left since and what is shown is no longer that.
    pub original: Option<String>,
    /// What it says.
    pub contents: Contents,
}

impl Contents {
    /// Who signed, in order.
    pub fn signatories(&self) -> impl ExactSizeIterator<Item = &Signatory> {
        self.entries.iter().map(|entry| &entry.signatory)
    }

    /// How many signed.
    pub fn count(&self) -> u32 {
        u32::try_from(self.entries.len()).unwrap_or(u32::MAX)
    }

    /// The countries of those who gave one, by English name, each with how many are based there.
    pub fn countries(&self) -> Vec<(Country, u32)> {
        let mut countries = BTreeMap::new();
        for country in self.signatories().filter_map(|signatory| signatory.country) {
            *countries.entry(country).or_insert(0) += 1;
        }
        let mut countries: Vec<_> = countries.into_iter().collect();
        countries.sort_by_cached_key(|(country, _)| crate::text::fold(country.name()));
        countries
    }

    /// The highest place in the order of joining; 0 while nobody has.
    pub fn joined_through(&self) -> i64 {
        self.entries.iter().map(|entry| entry.joined).max().unwrap_or(0)
    }

    /// The checksum that an edition with this number and content has.
    pub fn sha256(&self, number: u32) -> String {
        self.sha256_beside(number, None)
    }

    fn sha256_beside(&self, number: u32, original: Option<&str>) -> String {
        sha256_hex(self.document(number, vec![], original).canonical().as_bytes())
    }

    /// The public document, in the order of its fields; `seal` is what its checksum does not cover. What most editions have nothing to say
    /// of is left out, so that theirs are as they always were.
    fn document<'a>(
        &'a self,
        number: u32,
        seal: Vec<(&'static str, Json<'a>)>,
        original: Option<&'a str>,
    ) -> Json<'a> {
        let letter = Json::Object(vec![
            ("slug", Json::text(&*self.letter.slug)),
            ("title", Json::text(&*self.letter.title)),
            ("version", Json::Number(self.letter.version)),
        ]);
        let mut members = vec![("letter", letter), ("edition", Json::Number(number))];
        members.extend(seal);
        members.extend(original.map(|sha256| ("original_sha256", Json::text(sha256))));
        members.push(("count", Json::Number(self.count())));
        if !self.after.is_empty() {
            members.push(("joined_after", Json::array(&self.after, joined_after)));
        }
        members.push(("signatories", Json::array(&self.entries, signatory)));
        Json::Object(members)
    }
}

impl Edition {
    /// An edition with its checksum.
    pub fn new(contents: Contents, number: u32, made_at: Timestamp) -> Self {
        Self { sha256: contents.sha256(number), number, made_at, contents, original: None }
    }

    /// The same edition as it is shown now, with these contents: what is shown has a checksum of its own, beside the one of the edition.
    pub(super) fn shown_as(self, contents: Contents) -> Self {
        let original = self.original.unwrap_or(self.sha256);
        let sha256 = contents.sha256_beside(self.number, Some(&original));
        Self { sha256, contents, original: Some(original), ..self }
    }

    /// What the ETags of all its forms begin with.
    pub fn tag(&self) -> &str {
        self.sha256.get(..16).unwrap_or(&self.sha256)
    }

    /// The whole public document.
    pub(super) fn document(&self) -> Json<'_> {
        let seal =
            vec![("made_at", Json::text(self.made_at.to_string())), ("sha256", Json::text(&*self.sha256))];
        self.contents.document(self.number, seal, self.original.as_deref())
    }
}

/// What an entry is in the document.
fn signatory(entry: &Entry) -> Json<'_> {
    let signatory = &entry.signatory;
    let mut members = vec![
        ("number", Json::Number(signatory.number)),
        ("name", Json::text(&*signatory.name)),
        ("country", Json::text_or_null(signatory.country.map(|country| country.as_str()))),
        ("website", Json::text_or_null(signatory.website.as_deref())),
        ("joined_on", Json::text_or_null(signatory.joined_on.map(|at| at.to_string()))),
    ];
    if let Some(left) = &entry.left {
        members.push(("left", Json::text(left.how.as_str())));
        members.push(("left_on", Json::text_or_null(left.on.map(|at| at.to_string()))));
    }
    Json::Object(members)
}

/// Where those who joined later begin, in the document.
fn joined_after(after: &After) -> Json<'_> {
    Json::Object(vec![("edition", Json::Number(after.edition)), ("from", Json::Number(after.from))])
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An edition of these lines, for tests of the forms.
    pub(in crate::list) fn edition(names: &[&str]) -> Edition {
        let entry = |(number, name): (u32, &&str)| Entry {
            sign_on: SignOnId::new(u64::from(number), [7; 10]),
            joined: i64::from(number),
            signatory: Signatory {
                number,
                shown: Shown::Full,
                name: (*name).to_owned(),
                organization: (*name).to_owned(),
                acronym: None,
                native_name: None,
                country: (number % 2 == 1).then(|| Country::parse("KE").unwrap()),
                website: (number % 2 == 1).then(|| format!("https://{number}.example/")),
                joined_on: Timestamp::parse("2019-10-07T09:00:00Z"),
            },
            left: None,
        };
        let letter = LetterFacts { slug: "letter".to_owned(), title: "Title".to_owned(), version: 1 };
        let entries = (1..).zip(names).map(entry).collect();
        let contents = Contents { letter, ordering: OrderingRule::Joining, entries, after: Vec::new() };
        Edition::new(contents, 3, Timestamp::parse("2026-12-31T23:59:00Z").unwrap())
    }

    #[test]
    fn the_checksum_is_that_of_the_canonical_document_without_the_seal() {
        let edition = edition(&["Zebra “Ö”", "Ant"]);
        let canonical = "{\"count\":2,\"edition\":3,\"letter\":{\"slug\":\"letter\",\"title\":\"Title\",\"version\":1},\
                         \"signatories\":[{\"country\":\"KE\",\"joined_on\":\"2019-10-07T09:00:00Z\",\"name\":\"Zebra “Ö”\",\
                         \"number\":1,\"website\":\"https://1.example/\"},{\"country\":null,\"joined_on\":\"2019-10-07T09:00:00Z\",\
                         \"name\":\"Ant\",\"number\":2,\"website\":null}]}";
        assert_eq!(edition.sha256, sha256_hex(canonical.as_bytes()));
        assert_ne!(edition.contents.sha256(4), edition.sha256);
        assert_eq!(edition.tag(), &edition.sha256[..16]);
    }

    #[test]
    fn a_checksum_does_not_depend_on_the_moment() {
        let first = edition(&["A"]);
        let again = Edition::new(first.contents.clone(), 3, first.made_at.plus(crate::clock::hours(1)));
        assert_eq!(again.sha256, first.sha256);
    }

    #[test]
    fn countries_are_counted_and_stand_by_name() {
        let mut contents = edition(&["A", "B", "C"]).contents;
        contents.entries[1].signatory.country = Some(Country::parse("AX").unwrap());
        let counted: Vec<_> = contents.countries().iter().map(|(c, n)| (c.name(), *n)).collect();
        assert_eq!(counted, [("Åland Islands", 1), ("Kenya", 2)]);
    }
}
