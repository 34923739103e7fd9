//! What makes a name look like another that it is not: homoglyphs, mixed scripts, full-width and mathematical letters. Shown to moderators; many
//! honest names mix scripts, so nothing is refused for it.

use std::{collections::BTreeSet, fmt};

use unicode_normalization::UnicodeNormalization;
use unicode_script::{Script, UnicodeScript};
use unicode_security::{MixedScript, skeleton as uts39_skeleton};

use super::{characters::CodePoint, fold};

/// A name reduced to what the eye sees (UTS #39, section 4, on the folded name). Names with the same skeleton can be taken for each other:
/// `Access Now` with a Cyrillic А, `lnternet Society` with a small L.
#[must_use]
pub fn skeleton(name: &str) -> String {
    // The eye meets both cases of a letter: capital I like small l, O like 0. The folded name has lost its case, so these are joined here.
    let seen: String = uts39_skeleton(&fold(name)).collect();
    fold(&seen).replace(['i', '1'], "l").replace('0', "o")
}

/// The scripts that a name is written in, by their English names; spaces, digits and punctuation belong to none.
#[must_use]
pub fn scripts(name: &str) -> BTreeSet<&'static str> {
    name.chars().map(|c| c.script()).filter(|s| is_own(*s)).map(Script::full_name).collect()
}

fn is_own(script: Script) -> bool {
    !matches!(script, Script::Common | Script::Inherited | Script::Unknown)
}

/// One character that a moderator should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oddity {
    /// The character itself.
    pub character: char,
    /// Its script, by its English name.
    pub script: &'static str,
}

impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "“{}” ({}, {})", self.character, CodePoint(self.character), self.script)
    }
}

/// A name in more than one script, as UTS #39 judges it (Japanese, Korean and Chinese with their own combinations are one).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MixedScripts {
    /// The scripts, by their English names.
    pub scripts: BTreeSet<&'static str>,
    /// Whether they meet inside one word: rare in honest names.
    pub in_one_word: bool,
    /// The characters outside the script that most of the name is written in, each once, in order.
    pub odd: Vec<Oddity>,
}

impl fmt::Display for MixedScripts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scripts: Vec<_> = self.scripts.iter().copied().collect();
        let place = if self.in_one_word { "inside one word" } else { "in different words" };
        write!(f, "{} {place}: ", scripts.join(" and "))?;
        for (i, oddity) in self.odd.iter().enumerate() {
            write!(f, "{}{oddity}", if i == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

/// Whether a name mixes scripts, and with which characters.
#[must_use]
pub fn mixed_scripts(name: &str) -> Option<MixedScripts> {
    if name.is_single_script() {
        return None;
    }
    let own: Vec<(char, Script)> =
        name.chars().map(|c| (c, c.script())).filter(|(_, s)| is_own(*s)).collect();
    let count = |script: Script| own.iter().filter(|(_, s)| *s == script).count();
    // Of two with as many letters the one that comes first is the name's own.
    let (_, main) = own.iter().rev().max_by_key(|(_, script)| count(*script))?;
    let mut odd: Vec<Oddity> = Vec::new();
    for (character, script) in &own {
        if script != main && odd.iter().all(|oddity| oddity.character != *character) {
            odd.push(Oddity { character: *character, script: script.full_name() });
        }
    }
    let in_one_word = name.split(|c: char| !c.is_alphanumeric()).any(|word| !word.is_single_script());
    Some(MixedScripts { scripts: scripts(name), in_one_word, odd })
}

/// Letters and digits in another dress: full-width, mathematical, enclosed. They look or read like the plain ones and are others.
#[must_use]
pub fn dressed_up(name: &str) -> Vec<Oddity> {
    let mut odd: Vec<Oddity> = Vec::new();
    for character in name.chars().filter(|c| !c.is_ascii()) {
        let mut plain = character.nfkc();
        let dressed = matches!((plain.next(), plain.next()), (Some(c), None) if c.is_ascii_alphanumeric())
            && !matches!(character, 'ª' | 'º');
        if dressed && odd.iter().all(|oddity| oddity.character != character) {
            odd.push(Oddity { character, script: character.script().full_name() });
        }
    }
    odd
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::letter_2019;

    #[test]
    fn names_that_look_the_same() {
        for (name, like) in [
            ("Access Now", "\u{410}ccess Now"),
            ("Access Now", "Acc\u{435}ss N\u{43E}w"),
            ("Internet Society", "lnternet Society"),
            ("Internet Society", "1nternet S0ciety"),
            ("ARTICLE 19", "ARTICLE l9"),
            ("WITNESS", "W\u{399}TNESS"),
        ] {
            assert_eq!(skeleton(name), skeleton(like), "{like}");
        }
    }

    #[test]
    fn the_names_of_2019_look_different_and_are_in_one_script() {
        let seen: BTreeSet<_> = letter_2019::names().iter().map(|name| skeleton(name)).collect();
        assert_eq!(seen.len(), 111);
        for name in letter_2019::names() {
            assert_eq!(mixed_scripts(&name), None);
            assert_eq!(dressed_up(&name), []);
            assert_eq!(scripts(&name), BTreeSet::from(["Latin"]));
        }
    }

    #[test]
    fn a_mixed_word_is_named_with_its_code_points() {
        let mixed = mixed_scripts("\u{410}ccess Now").unwrap();
        assert!(mixed.in_one_word);
        assert_eq!(mixed.to_string(), "Cyrillic and Latin inside one word: “А” (U+0410, Cyrillic)");
    }

    #[test]
    fn two_languages_side_by_side() {
        let mixed = mixed_scripts("شبكة Network").unwrap();
        assert!(!mixed.in_one_word);
        assert_eq!(mixed.scripts, BTreeSet::from(["Arabic", "Latin"]));
        assert_eq!(mixed_scripts("日本のネットワーク"), None);
        assert_eq!(mixed_scripts("Državljan D"), None);
    }

    #[test]
    fn letters_in_another_dress() {
        assert_eq!(
            dressed_up("\u{FF21}ccess").first().map(ToString::to_string).unwrap(),
            "“Ａ” (U+FF21, Latin)"
        );
        assert_eq!(dressed_up("\u{1D400}ccess").len(), 1);
        assert_eq!(dressed_up("Élan №5… ½").len(), 0);
    }

    proptest! {
        #[test]
        fn never_panics(name in "(?s).{0,30}") {
            let _ = (skeleton(&name), scripts(&name), mixed_scripts(&name), dressed_up(&name));
        }
    }
}
