//! The order of the list and the numbers that follow from it.
//!
//! Alphabetical is word by word: punctuation and symbols are ignored, a space sorts before any letter or digit, digits before letters, then
//! the language's collation decides (letters, then accents, then case: UTS #10 with CLDR's rules for the language). Keys are computed here and
//! never by a database, whose collations differ between engines and versions.

mod groups;
mod moved;

pub use groups::{arrange_after, groups};
pub use moved::{Moved, Renumbered, what_moved};

use icu_collator::{
    Collator, CollatorBorrowed,
    options::{AlternateHandling, CollatorOptions, Strength},
};
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use crate::{
    ids::SignOnId,
    text::{Language, OrderingRule},
};

/// Makes sort keys for one language and one campaign's articles. Cheap to make, cheap to keep.
pub struct Orderer {
    collator: CollatorBorrowed<'static>,
    articles: Vec<String>,
}

/// The collation data compiled into the program could not be read; does not happen with a program that was built whole.
#[derive(Debug, thiserror::Error)]
#[error("the collation rules for {language} could not be loaded")]
pub struct NoCollation {
    language: String,
}

/// Where a name stands among others: compares by collation, then by the bytes of the name, so that names which differ never tie.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SortKey {
    collation: Vec<u8>,
    name: String,
}

impl Orderer {
    /// An orderer for a language; one without rules of its own gets Unicode's root collation. `articles` are the leading words to ignore, in
    /// any case, such as `The`; one that ends in an apostrophe or hyphen (`L'`, `al-`) is ignored without a space after it too.
    ///
    /// # Errors
    /// Only if the program's own collation data is unreadable.
    pub fn new(language: &Language, articles: &[impl AsRef<str>]) -> Result<Self, NoCollation> {
        let mut options = CollatorOptions::default();
        options.strength = Some(Strength::Tertiary);
        // Some languages' rules ignore spaces by default; here a space always counts, and is the lowest of all.
        options.alternate_handling = Some(AlternateHandling::NonIgnorable);
        let collator = Collator::try_new(language.identifier().into(), options)
            .map_err(|_| NoCollation { language: language.to_string() })?;
        let articles = articles.iter().map(|article| comparable(article.as_ref().trim())).collect();
        Ok(Self { collator, articles })
    }

    /// The key of an entry. `sort_as` overrides the name and is taken as it is: an article in it counts.
    #[must_use]
    pub fn key(&self, name: &str, sort_as: Option<&str>) -> SortKey {
        let sorted_by = words(sort_as.unwrap_or_else(|| self.without_article(name)));
        let mut collation = Vec::with_capacity(sorted_by.len() * 2);
        let Ok(()) = self.collator.write_sort_key_to(&sorted_by, &mut collation);
        SortKey { collation, name: name.to_owned() }
    }

    fn without_article<'a>(&self, name: &'a str) -> &'a str {
        if self.articles.is_empty() {
            return name;
        }
        let start = name.trim_start_matches(|c: char| !c.is_alphanumeric());
        let ends = [
            start.find(' '),
            start
                .find(['\'', '’', '-'])
                .and_then(|at| Some(at + start.get(at..)?.chars().next()?.len_utf8())),
        ];
        ends.into_iter()
            .flatten()
            .filter_map(|end| start.split_at_checked(end))
            .find(|(first, rest)| {
                rest.contains(char::is_alphanumeric) && self.articles.contains(&comparable(first))
            })
            .map_or(name, |(_, rest)| rest)
    }
}

/// One spelling of an article for all cases, forms and apostrophes.
fn comparable(article: &str) -> String {
    caseless::default_case_fold_str(article).replace('’', "'").nfc().collect()
}

/// The text without punctuation and symbols, its words separated by single spaces.
fn words(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for c in text.chars() {
        let group =
            if c.is_ascii_alphanumeric() { GeneralCategoryGroup::Letter } else { c.general_category_group() };
        match group {
            GeneralCategoryGroup::Punctuation | GeneralCategoryGroup::Symbol => {}
            GeneralCategoryGroup::Separator if words.is_empty() || words.ends_with(' ') => {}
            GeneralCategoryGroup::Separator => words.push(' '),
            _ => words.push(c),
        }
    }
    words.truncate(words.trim_end().len());
    words
}

/// What the order of an entry depends on, and the entry itself.
#[derive(Debug, Clone)]
pub struct Entry<T> {
    /// Decides where everything else is equal.
    pub id: SignOnId,
    /// From [`Orderer::key`].
    pub key: SortKey,
    /// The place in the order of approval.
    pub joined: i64,
    /// The number this entry must have.
    pub pin: Option<u32>,
    /// What is put in order.
    pub item: T,
}

/// Numbers the entries 1…N without gap or repeat, whatever the pins say.
///
/// A pinned entry gets its number as long as every pin is used once and there are entries enough to fill the places before it. Otherwise the list
/// closes up: a pin beyond the end is the end, and of two entries with the same pin the one that the rule puts first gets it, the other the next
/// number. Entries without a pin fill the remaining places in the order of the rule.
#[must_use]
pub fn arrange<T>(mut entries: Vec<Entry<T>>, rule: OrderingRule) -> Vec<(u32, T)> {
    match rule {
        OrderingRule::Alphabetical => {
            entries.sort_unstable_by(|a, b| a.key.cmp(&b.key).then(a.id.cmp(&b.id)))
        }
        OrderingRule::Joining => entries.sort_unstable_by_key(|entry| (entry.joined, entry.id)),
    }
    let (mut pinned, others): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.pin.is_some());
    pinned.sort_by_key(|entry| entry.pin);
    let mut pinned = pinned.into_iter().peekable();
    let mut others = others.into_iter();
    let next = |number: u32| {
        let entry = match pinned.next_if(|entry| entry.pin <= Some(number)) {
            Some(due) => Some(due),
            None => others.next().or_else(|| pinned.next()),
        };
        entry.map(|entry| (number, entry.item))
    };
    (1..).map_while(next).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::text::letter_2019;

    fn orderer(language: &str, articles: &[&str]) -> Orderer {
        Orderer::new(&Language::parse(language).unwrap(), articles).unwrap()
    }

    /// The names in their right order.
    fn sorted<'a>(language: &str, articles: &[&str], names: &[&'a str]) -> Vec<&'a str> {
        let orderer = orderer(language, articles);
        let mut names = names.to_vec();
        names.sort_by_key(|name| orderer.key(name, None));
        names
    }

    fn id(n: usize) -> SignOnId {
        SignOnId::from_uuid(Uuid::from_u128(n as u128))
    }

    fn entries<'a>(names: &'a [String], pin: impl Fn(u32) -> Option<u32>) -> Vec<Entry<&'a str>> {
        let orderer = orderer("en", &[]);
        let entry = |(i, name): (usize, &'a String)| Entry {
            id: id(i),
            key: orderer.key(name, None),
            joined: i as i64,
            pin: pin(i as u32 + 1),
            item: name.as_str(),
        };
        names.iter().enumerate().map(entry).collect()
    }

    fn items<'a>(arranged: &[(u32, &'a str)]) -> Vec<&'a str> {
        assert!(arranged.iter().map(|(number, _)| *number).eq(1..=arranged.len() as u32));
        arranged.iter().map(|(_, item)| *item).collect()
    }

    #[test]
    fn the_letter_of_2019_has_eight_pairs_out_of_order() {
        let names = letter_2019::names();
        let given: Vec<&str> = names.iter().map(String::as_str).collect();
        let correct = items(&arrange(entries(&names, |_| None), OrderingRule::Alphabetical));
        let moved = what_moved(&given, &correct);
        assert_eq!(
            moved.pairs,
            [
                ("Bolo Bhi", "Bits of Freedom"),
                (
                    "Centro de Ensino e Pesquisa em Inovação (CEPI), FGV Direito SP, Brasil",
                    "Center for Computer Security and Society, University of Michigan"
                ),
                ("Internews", "InternetNZ"),
                ("Korean Progressive Network Jinbonet", "Iuridicum Remedium, z.s."),
                ("OpenMedia", "Open Net Africa"),
                ("Open Net Africa", "Open MIC (Open Media & Information Companies Initiative)"),
                ("Prostasia Foundation", "Privacy International"),
                ("South Pacific Computer Society", "SMEX"),
            ]
        );
        assert_eq!(moved.renumbered.len(), 19);
    }

    #[test]
    fn the_letter_of_2019_prints_as_given_when_pinned() {
        let names = letter_2019::names();
        let given: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut entries = entries(&names, Some);
        entries.reverse();
        let arranged = items(&arrange(entries, OrderingRule::Alphabetical));
        assert_eq!(arranged, given);
        assert_eq!(what_moved(&given, &arranged), Moved { pairs: vec![], renumbered: vec![] });
    }

    #[test]
    fn word_by_word() {
        let right = [
            "7amleh",
            "A Z",
            "Aa",
            "ARTICLE 19",
            "Article Nineteen",
            "Articles",
            "IT-Political",
            "ITX",
            "Öl",
            "Pa",
        ];
        let mut mixed = right;
        mixed.reverse();
        assert_eq!(sorted("en", &[], &mixed), right);
    }

    #[test]
    fn punctuation_is_ignored_then_accents_then_case() {
        let orderer = orderer("en", &[]);
        for (a, b) in
            [("S.T.O.P. now", "Stop now"), ("“Act” | now", "Act now"), ("a – b", "a b"), ("A/B", "AB")]
        {
            assert_eq!(
                orderer.key(&a.to_lowercase(), None).collation,
                orderer.key(&b.to_lowercase(), None).collation,
                "{a}"
            );
        }
        assert_eq!(
            sorted("en", &[], &["Resume b", "résumé a", "resume a"]),
            ["resume a", "résumé a", "Resume b"]
        );
        assert_eq!(sorted("en", &[], &["ACT", "act", "Act"]), ["act", "Act", "ACT"]);
    }

    #[test]
    fn the_language_decides() {
        let names = ["Zebra", "Österlen", "Ärlig", "Oslo", "Åre"];
        assert_eq!(sorted("en", &[], &names), ["Åre", "Ärlig", "Oslo", "Österlen", "Zebra"]);
        assert_eq!(sorted("sv", &[], &names), ["Oslo", "Zebra", "Åre", "Ärlig", "Österlen"]);
        assert_eq!(sorted("cs", &[], &["Internet", "Chrudim", "Hory"]), ["Hory", "Chrudim", "Internet"]);
        assert_eq!(sorted("th", &[], &["ab", "a c"]), ["a c", "ab"]);
        assert_eq!(sorted("qaa", &[], &["b", "a"]), ["a", "b"]);
    }

    #[test]
    fn articles_and_sort_as() {
        let articles = ["The", "l’", "AL-"];
        let names = ["The Fourth Estate", "L'Exemple", "al-Haqq", "the", "Thea", "“The Guard”"];
        assert_eq!(
            sorted("en", &articles, &names),
            ["L'Exemple", "The Fourth Estate", "“The Guard”", "al-Haqq", "the", "Thea"]
        );
        let orderer = orderer("en", &articles);
        assert!(orderer.key("Zebra", Some("Antelope")) < orderer.key("Bear", None));
        assert!(orderer.key("Zebra", Some("The Zebra")) > orderer.key("Guard", None));
    }

    #[test]
    fn equal_names_are_told_apart_by_id_and_punctuation_by_bytes() {
        let names = ["Same".to_owned(), "Same".to_owned(), "Same!".to_owned()];
        let mut entries = entries(&names, |_| None);
        entries.iter_mut().zip(["second", "first", "third"]).for_each(|(entry, item)| entry.item = item);
        entries[0].id = id(9);
        assert_eq!(items(&arrange(entries, OrderingRule::Alphabetical)), ["first", "second", "third"]);
    }

    #[test]
    fn joining_is_the_order_of_approval() {
        let names = ["b".to_owned(), "a".to_owned()];
        assert_eq!(items(&arrange(entries(&names, |_| None), OrderingRule::Joining)), ["b", "a"]);
    }

    #[test]
    fn pins_that_cannot_all_be_kept() {
        let names: Vec<String> = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
        let pins = |pins: [Option<u32>; 4]| {
            items(&arrange(entries(&names, |n| pins[n as usize - 1]), OrderingRule::Alphabetical)).concat()
        };
        assert_eq!(pins([Some(3), None, None, None]), "bcad");
        assert_eq!(pins([Some(9), None, None, Some(1)]), "dbca");
        assert_eq!(pins([Some(2), Some(2), None, None]), "cabd");
        assert_eq!(pins([Some(0), None, Some(0), None]), "acbd");
        // One was withdrawn and its pin with it: the others close up in their order.
        assert_eq!(pins([Some(1), Some(3), Some(4), Some(5)]), "abcd");
    }

    #[test]
    fn what_stands_in_one_list_only_is_left_out() {
        let moved = what_moved(&["a", "gone", "b"], &["b", "a", "new"]);
        assert_eq!(moved.pairs, []);
        assert_eq!(
            moved.renumbered,
            [Renumbered { item: "a", from: 1, to: 2 }, Renumbered { item: "b", from: 3, to: 1 }]
        );
    }

    proptest! {
        #[test]
        fn keys_never_panic(name in "(?s).{0,30}", sort_as in proptest::option::of("(?s).{0,9}"), article in "(?s).{0,4}") {
            let _ = orderer("en", &[&article]).key(&name, sort_as.as_deref());
        }

        #[test]
        fn numbers_are_dense_and_nobody_is_lost(
            given in proptest::collection::vec(("[a-c ]{0,3}", proptest::option::of(0_u32..12), 0_i64..5), 0..12),
            joining: bool,
        ) {
            let orderer = orderer("en", &[]);
            let entries: Vec<_> = given.iter().enumerate().map(|(i, (name, pin, joined))| {
                Entry { id: id(i), key: orderer.key(name, None), joined: *joined, pin: *pin, item: i }
            }).collect();
            let mut shuffled = entries.clone();
            shuffled.reverse();
            let rule = if joining { OrderingRule::Joining } else { OrderingRule::Alphabetical };
            let arranged = arrange(entries, rule);
            prop_assert_eq!(&arranged, &arrange(shuffled, rule));
            prop_assert!(arranged.iter().map(|(number, _)| *number).eq(1..=given.len() as u32));
            let mut items: Vec<_> = arranged.iter().map(|(_, item)| *item).collect();
            items.sort_unstable();
            prop_assert!(items.into_iter().eq(0..given.len()));
            let pins: Vec<u32> = given.iter().filter_map(|(_, pin, _)| *pin).collect();
            let all_possible = pins.iter().all(|pin| (1..=given.len() as u32).contains(pin))
                && pins.iter().collect::<std::collections::BTreeSet<_>>().len() == pins.len();
            if all_possible {
                for (number, item) in arranged {
                    prop_assert!(given[item].1.is_none_or(|pin| pin == number));
                }
            }
        }
    }
}
