//! The folded form of a name: what two ways of writing one organization have in common.
//!
//! A likeness only ever suggests; a person decides. So the folding may be bold where the writing varies (case, accents, punctuation, spaces, legal
//! form, leading article, acronym in parentheses) and must leave alone what tells organizations apart (every other word).

use unicode_normalization::UnicodeNormalization;

use super::legal_forms::{ARTICLES, LEGAL_FORMS};

/// Folds a name for comparison. `ARTICLE 19`, `article19` and `Article 19.` fold to the same; `Internet Society` and
/// `Internet Society - Bulgaria` do not. Empty only for a text without a letter, digit or symbol.
#[must_use]
pub fn fold(name: &str) -> String {
    let words = words(&without_acronym(name));
    let mut kept = words.as_slice();
    while let Some(shorter) = without_legal_form(kept) {
        kept = shorter;
    }
    if let [first, rest @ ..] = kept
        && !rest.is_empty()
        && ARTICLES.contains(&first.as_str())
    {
        kept = rest;
    }
    let folded = kept.concat();
    if !folded.is_empty() {
        return folded;
    }
    caseless::default_case_fold_str(name).nfkc().filter(|c| !c.is_whitespace()).collect()
}

/// A text as a search compares it: its words in lower case, without accents and punctuation, with single spaces between them.
/// What is searched for is folded the same way and looked for inside. Empty for a text without a letter or digit.
#[must_use]
pub fn searchable(text: &str) -> String {
    words(text).join(" ")
}

/// The name without parentheses or brackets that hold an acronym: one word, at least two capitals, at least half of it capitals.
fn without_acronym(name: &str) -> String {
    let mut kept = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(open) = rest.find(['(', '[']) {
        let (before, inside) = rest.split_at(open);
        kept.push_str(before);
        let Some(close) = inside.find([')', ']']) else {
            rest = inside;
            break;
        };
        let (group, after) = inside.split_at(close);
        if !is_acronym(group) {
            kept.push_str(group);
        }
        kept.push(' ');
        rest = after.get(1..).unwrap_or_default();
    }
    kept.push_str(rest);
    if kept.chars().any(char::is_alphanumeric) { kept } else { name.to_owned() }
}

fn is_acronym(group: &str) -> bool {
    let letters = group.chars().filter(|c| c.is_alphanumeric()).count();
    let capitals = group.chars().filter(|c| c.is_uppercase()).count();
    !group.contains(' ') && letters <= 20 && capitals >= 2 && capitals * 2 >= letters
}

/// The words of a name in lower case without accents. Dots and apostrophes join (`e.V.` is one word), all other punctuation separates; an
/// ampersand of its own is "and"; an elided article (`L'`) is a word.
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in caseless::default_case_fold_str(name).nfkd() {
        match c {
            '.' | '\u{B7}' => {}
            '\'' | '\u{2019}' | '\u{2BC}' | '\u{2018}' => {
                if words.is_empty() && matches!(word.as_str(), "l" | "d") {
                    words.push(std::mem::take(&mut word));
                }
            }
            '&' if word.is_empty() => words.push("and".to_owned()),
            c if is_accent(c) => {}
            c => match plain(c) {
                Some(letters) => word.push_str(letters),
                None if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) => {
                    word.push(c)
                }
                None if word.is_empty() => {}
                None => words.push(std::mem::take(&mut word)),
            },
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Marks that a careless writer leaves out: the combining diacritics of Latin, Greek and Cyrillic, Hebrew points, Arabic vowel signs and
/// tatweel. The vowel signs of Indic scripts are letters to their readers and stay.
fn is_accent(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}'
            | '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}' | '\u{5C2}' | '\u{5C4}' | '\u{5C5}' | '\u{5C7}'
            | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}'
            | '\u{200C}' | '\u{200D}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}'
    )
}

/// Letters that Unicode does not decompose, though readers see a plain one with something added.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        _ => return None,
    })
}

/// The words before a legal form, if the name ends in one and something is left.
fn without_legal_form(words: &[String]) -> Option<&[String]> {
    LEGAL_FORMS.iter().find_map(|form| {
        let before = words.len().checked_sub(form.split(' ').count()).filter(|before| *before > 0)?;
        let (kept, last) = words.split_at_checked(before)?;
        last.iter().map(String::as_str).eq(form.split(' ')).then_some(kept)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::text::letter_2019;

    #[test]
    fn ways_to_write_one_organization() {
        for same in [
            &["ARTICLE 19", "article19", "Article 19.", "Artícle-19"][..],
            &["The Fourth Estate", "Fourth Estate", "FOURTH ESTATE, Inc."],
            &[
                "Iuridicum Remedium, z.s.",
                "Iuridicum Remedium",
                "iuridicum remedium z. s.",
                "Iuridicum Remedium zs",
            ],
            &[
                "Association for Progressive Communications (APC)",
                "association for progressive communications",
            ],
            &["Zenzeleni Networks NPC", "Zenzeleni Networks"],
            &["Center for Democracy & Technology", "Center for Democracy and Technology"],
            &[
                "Asociación por los Derechos Civiles (ADC), Argentina",
                "Asociacion por los derechos civiles - Argentina",
            ],
            &["Državljan D", "Drzavljan D"],
            &["New America’s Open Technology Institute", "New America's Open Technology Institute"],
            &[
                "S.T.O.P. - The Surveillance Technology Oversight Project",
                "STOP: The Surveillance Technology Oversight Project",
            ],
            &["Example gGmbH", "Example GmbH & Co. KG", "Example e. V.", "Example asbl", "Example a.s.b.l."],
            &["L’Exemple", "Exemple"],
            &["Ｅｘａｍｐｌｅ", "Example"],
            &["Straße", "STRASSE"],
        ] {
            let folded: BTreeSet<_> = same.iter().map(|name| fold(name)).collect();
            assert_eq!(folded.len(), 1, "{folded:?}");
        }
    }

    #[test]
    fn the_names_of_2019_stay_apart() {
        let folded: BTreeSet<_> = letter_2019::names().iter().map(|name| fold(name)).collect();
        assert_eq!(folded.len(), 111);
        for chapter in
            ["Internet Society", "Internet Society - Bulgaria", "Internet Society UK England Chapter"]
        {
            assert!(folded.contains(&fold(chapter)));
        }
    }

    #[test]
    fn what_is_left_is_never_nothing() {
        for (name, folded) in [
            ("The", "the"),
            ("Inc.", "inc"),
            ("The Inc", "the"),
            ("(APC)", "apc"),
            ("!?", "!?"),
            ("& &", "andand"),
        ] {
            assert_eq!(fold(name), folded);
        }
    }

    #[test]
    fn a_search_ignores_case_accents_and_punctuation() {
        assert_eq!(searchable("Asociación (ADC), Argentina"), "asociacion adc argentina");
        assert_eq!(searchable("  7amleh-The Øresund & Co. "), "7amleh the oresund and co");
        assert_eq!(searchable("|"), "");
    }

    #[test]
    fn words_that_tell_apart_stay() {
        assert_ne!(fold("Fundación Datos Protegidos (Chile)"), fold("Fundación Datos Protegidos"));
        assert_ne!(fold("हिन्दी"), fold("हन्द"));
        assert_ne!(fold("Incubator"), fold("ubator"));
    }

    proptest! {
        #[test]
        fn never_panics_and_is_never_empty(name in "(?s).{0,30}|[\\[(A-Z).' &]{0,12}") {
            let folded = fold(&name);
            prop_assert_eq!(folded.is_empty(), name.chars().all(|c| c.is_whitespace() || is_accent(c)) && folded.is_empty());
            if name.chars().any(char::is_alphanumeric) {
                prop_assert!(!folded.is_empty());
            }
        }
    }
}
