//! Which other entries an entry is like, and in what. A likeness only ever suggests: `Internet Society` and
//! `Internet Society - Bulgaria` are two signatories, and a person decides.

use super::sentence::Sentence;
use crate::ids::SignOnId;
pub(crate) use crate::sign_on::Shared;
use crate::sign_on::{Entry, Likeness, SignOn, Standing};
use crate::text::characters::CodePoint;
use crate::text::look_alike::{dressed_up, mixed_scripts};

/// Another entry of the campaign, on the list or undecided, as far as comparing needs it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Candidate {
    pub(crate) id: SignOnId,
    pub(crate) name: String,
    pub(crate) standing: Standing,
    pub(crate) likeness: Likeness,
}

/// An entry that another one is like, and in what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Resemblance<'a> {
    pub(crate) other: &'a Candidate,
    pub(crate) shared: Vec<Shared>,
}

impl From<&SignOn> for Candidate {
    fn from(sign_on: &SignOn) -> Self {
        Self {
            id: sign_on.id,
            name: sign_on.entry.organization.as_str().to_owned(),
            standing: sign_on.standing(),
            likeness: sign_on.entry.likeness(),
        }
    }
}

/// The candidates that an entry is like; those on the list come first, then those that weigh most.
pub(crate) fn resemblances<'a>(
    own: SignOnId,
    likeness: &Likeness,
    candidates: &'a [Candidate],
) -> Vec<Resemblance<'a>> {
    let mut found: Vec<_> = candidates
        .iter()
        .filter(|other| other.id != own)
        .map(|other| Resemblance { other, shared: likeness.shared_with(&other.likeness) })
        .filter(|resemblance| !resemblance.shared.is_empty())
        .collect();
    found.sort_by_key(|resemblance| {
        let other = resemblance.other;
        (other.standing != Standing::Approved, resemblance.shared.clone(), other.id)
    });
    found
}

/// What is alike, as a sentence that names the other entry.
pub(crate) fn sentence(entry: &Entry, resemblance: &Resemblance<'_>) -> Sentence {
    let other = resemblance.other;
    let named = |start: &str| {
        let sentence = Sentence::look(start).and("“").link(&other.name, other.id).and("”");
        sentence.and(format!(", which is {}", whereabouts(other.standing)))
    };
    let common: Vec<String> =
        resemblance.shared.iter().filter_map(|shared| in_common(*shared, other)).collect();
    if resemblance.shared.contains(&Shared::Look) {
        let letters = differing_letters(entry.organization.as_str(), &other.name);
        let also = common.iter().map(|what| format!(" It has {what} too."));
        return named("The name looks like that of ").and(letters).and(".").and(also.collect::<String>());
    }
    match common.split_last() {
        Some((only, [])) => named("").and(format!(", has {only}.")),
        Some((last, others)) => named("").and(format!(", has {} and {last}.", others.join(", "))),
        None => named(""),
    }
}

fn in_common(shared: Shared, other: &Candidate) -> Option<String> {
    match shared {
        Shared::Look => None,
        Shared::Name => Some("the same name".to_owned()),
        Shared::Website => {
            other.likeness.website_host.as_ref().map(|host| format!("the same website, {host}"))
        }
        Shared::Acronym => Some("the same acronym".to_owned()),
    }
}

/// Where another entry stands, after "which is".
pub(super) const fn whereabouts(standing: Standing) -> &'static str {
    match standing {
        Standing::Approved => "on the list",
        other => other.words(),
    }
}

/// Where two names differ, letter by letter with the code points; nothing where they have not as many.
fn differing_letters(own: &str, other: &str) -> String {
    let letters = |name: &str| name.chars().filter(|c| c.is_alphanumeric()).collect::<Vec<_>>();
    let (own, other) = (letters(own), letters(other));
    if own.len() != other.len() {
        return String::new();
    }
    let mut pairs: Vec<(char, char)> = Vec::new();
    for (a, b) in own.into_iter().zip(other) {
        if !a.to_lowercase().eq(b.to_lowercase()) && !pairs.contains(&(a, b)) {
            pairs.push((a, b));
        }
    }
    let words = pairs.iter().map(|(a, b)| format!("{} stands where it has {}", letter(*a), letter(*b)));
    match pairs.is_empty() {
        true => String::new(),
        false => format!(": {}", words.collect::<Vec<_>>().join(", ")),
    }
}

fn letter(c: char) -> String {
    let script = crate::text::look_alike::scripts(c.encode_utf8(&mut [0; 4]));
    match script.first() {
        Some(script) => format!("the {script} “{c}” ({})", CodePoint(c)),
        None => format!("“{c}” ({})", CodePoint(c)),
    }
}

/// What the letters of a name say by themselves: its scripts, and letters in another dress.
pub(crate) fn letters(name: &str) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let dressed = dressed_up(name);
    if !dressed.is_empty() {
        let shown: Vec<String> = dressed.iter().map(ToString::to_string).collect();
        sentences.push(Sentence::look(format!(
            "The name has letters that only look like plain ones: {}.",
            shown.join(", ")
        )));
    }
    match mixed_scripts(name) {
        Some(mixed) if mixed.in_one_word => {
            sentences.push(Sentence::look(format!("The name has letters of {mixed}.")));
        }
        Some(mixed) => sentences.push(Sentence::plain(format!("The name has letters of {mixed}."))),
        None => {
            let scripts = crate::text::look_alike::scripts(name);
            let scripts: Vec<_> = scripts.into_iter().collect();
            if !scripts.is_empty() {
                sentences
                    .push(Sentence::plain(format!("The name is in one script, {}.", scripts.join(" with "))));
            }
        }
    }
    sentences
}

/// Whether the letters of an entry can deceive: then approving it needs a tick of its own.
pub(crate) fn may_deceive(own: SignOnId, entry: &Entry, candidates: &[Candidate]) -> bool {
    letters(entry.organization.as_str()).iter().any(|sentence| sentence.look)
        || resemblances(own, &entry.likeness(), candidates)
            .iter()
            .any(|resemblance| resemblance.shared.contains(&Shared::Look))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::text::{Acronym, LinePattern, OrganizationName, WebUrl};

    pub(in super::super) fn entry(name: &str, acronym: &str, website: &str) -> Entry {
        Entry::new(
            &LinePattern::parse("{name}").unwrap(),
            OrganizationName::parse(name).unwrap(),
            Acronym::parse(acronym).ok(),
            None,
            None,
            WebUrl::parse(website).ok(),
            None,
        )
    }

    pub(in super::super) fn id(n: u8) -> SignOnId {
        SignOnId::new(u64::from(n), [n; 10])
    }

    fn listed(n: u8, name: &str, acronym: &str, website: &str) -> Candidate {
        Candidate {
            id: id(n),
            name: name.to_owned(),
            standing: Standing::Approved,
            likeness: entry(name, acronym, website).likeness(),
        }
    }

    fn said(entry: &Entry, candidates: &[Candidate]) -> Vec<String> {
        resemblances(id(0), &entry.likeness(), candidates)
            .iter()
            .map(|resemblance| sentence(entry, resemblance).text())
            .collect()
    }

    #[test]
    fn what_two_entries_share_is_said_with_the_heaviest_first() {
        let list = [
            listed(1, "Association of Digital Clubs (ADC)", "", ""),
            listed(2, "ARTICLE 19", "", "https://www.article19.example"),
            listed(3, "Access Now", "", "accessnow.example"),
            listed(4, "Somebody Else", "", "else.example"),
        ];
        let article = entry("article19", "ADC", "article19.example/about");
        assert_eq!(
            said(&article, &list),
            [
                "“ARTICLE 19”, which is on the list, has the same name and the same website, article19.example.",
                "“Association of Digital Clubs (ADC)”, which is on the list, has the same acronym.",
            ]
        );
        assert!(!may_deceive(id(0), &article, &list));
    }

    #[test]
    fn a_look_alike_is_told_letter_by_letter_with_code_points() {
        let list = [listed(1, "Access Now", "", "accessnow.example"), listed(2, "Internet Society", "", "")];
        let cyrillic = entry("\u{410}ccess Now", "", "accessnow.example");
        assert_eq!(
            said(&cyrillic, &list),
            [
                "The name looks like that of “Access Now”, which is on the list: the Cyrillic “\u{410}” (U+0410) stands where \
              it has the Latin “A” (U+0041). It has the same website, accessnow.example too."
            ]
        );
        let small_l = entry("lnternet Society", "", "");
        assert!(
            said(&small_l, &list)[0]
                .contains("the Latin “l” (U+006C) stands where it has the Latin “I” (U+0049)")
        );
        assert!(may_deceive(id(0), &cyrillic, &list));
        assert!(may_deceive(id(0), &small_l, &list));
        assert!(may_deceive(id(0), &cyrillic, &[]), "mixed inside one word");
    }

    #[test]
    fn chapters_are_signatories_of_their_own_and_an_entry_is_not_like_itself() {
        let list = [listed(0, "Internet Society", "", ""), listed(1, "Internet Society - Bulgaria", "", "")];
        assert_eq!(said(&entry("Internet Society", "", ""), &list), Vec::<String>::new());
    }

    #[test]
    fn the_scripts_of_a_name_are_named_and_only_mixed_words_need_a_look() {
        let look = |name| letters(name).iter().any(|sentence| sentence.look);
        assert_eq!(letters("شبكة الحقوق")[0].text(), "The name is in one script, Arabic.");
        assert!(!look("شبكة Network"));
        assert!(look("N\u{435}twork"));
        assert!(look("\u{FF21}ccess"));
        assert_eq!(
            letters("N\u{435}twork")[0].text(),
            "The name has letters of Cyrillic and Latin inside one word: “\u{435}” (U+0435, Cyrillic)."
        );
    }
}
