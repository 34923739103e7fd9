//! Why an entry is rejected or removed: a code for the record, a label for staff, a sentence for the representative. Each
//! campaign has a list of its own, which begins as the usual one.

mod usual;

use crate::text::characters;
use std::borrow::Cow;
use std::fmt;
pub(super) use usual::RULE;
use usual::{count, usual};

/// The most reasons of one campaign, the retired ones among them.
const MOST: usize = 40;
/// The most characters of a label, and of a sentence.
const LABEL: usize = 100;
const SENTENCE: usize = 300;
/// The most characters of a code.
const CODE: usize = 40;

/// The code of a reason, as forms send it and as the record keeps it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reason(Cow<'static, str>);

/// No code of a reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("Write a code of at most {CODE} small letters, digits and underscores.")]
pub struct NoCode;

impl Reason {
    /// The campaign's rules do not include this kind of organization.
    pub const NOT_ELIGIBLE: Self = Self(Cow::Borrowed("not_eligible"));
    /// Nothing shows that the representative may sign for the organization.
    pub const AUTHORITY_UNCLEAR: Self = Self(Cow::Borrowed("authority_unclear"));
    /// The organization is on the list, or waits, under another entry.
    pub const DUPLICATE: Self = Self(Cow::Borrowed("duplicate"));
    /// The details do not identify an organization.
    pub const DETAILS_UNCLEAR: Self = Self(Cow::Borrowed("details_unclear"));
    /// The organization asked for it outside this program.
    pub const ASKED_FOR: Self = Self(Cow::Borrowed("asked_for"));
    /// The organization says that it did not sign.
    pub const NOT_THEIRS: Self = Self(Cow::Borrowed("not_theirs"));
    /// None of the others; the text says it.
    pub const OTHER: Self = Self(Cow::Borrowed("other"));

    /// Reads a code, whichever campaign it belongs to.
    ///
    /// # Errors
    /// [`NoCode`].
    pub fn parse(text: &str) -> Result<Self, NoCode> {
        let is_code = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        match (1..=CODE).contains(&text.len()) && text.chars().all(is_code) {
            true => Ok(Self(Cow::Owned(text.to_owned()))),
            false => Err(NoCode),
        }
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reason({})", self.0)
    }
}

/// A reason of a campaign's list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Its code, which stays when it is worded anew.
    pub code: Reason,
    /// What it says.
    pub wording: Wording,
    /// Whether it can no longer be chosen. It is never taken away: old decisions name it.
    pub is_retired: bool,
}

/// What a reason says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wording {
    /// What staff choose from.
    pub label: String,
    /// What the representative reads.
    pub sentence: String,
    /// Whether the moderator has to add words, because the sentence alone does not say it.
    pub needs_words: bool,
}

/// A campaign's reasons, in the order in which forms list them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reasons {
    all: Vec<Listed>,
    /// As it is kept: empty for the usual ones.
    text: String,
}

/// What is wrong with a list of reasons. Each sentence says what to mend.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ReasonsError {
    /// See [`NoCode`].
    #[error(transparent)]
    Code(#[from] NoCode),
    /// A label that is none, or too long.
    #[error("{0}")]
    Label(String),
    /// A sentence that is none, or too long.
    #[error("{0}")]
    Sentence(String),
    /// A code or a label that another reason has.
    #[error("There is a reason “{0}” already.")]
    Twice(String),
    /// No reason could be chosen any more.
    #[error("Keep at least one reason that can be chosen.")]
    NoneLeft,
    /// Over the limit.
    #[error("A letter has at most {MOST} reasons, the retired ones among them.")]
    TooMany,
    /// No reason has this code.
    #[error("There is no such reason.")]
    Unknown,
    /// Not written as this program writes it.
    #[error("Write a list of reasons, each with code, label and sentence.")]
    Unreadable,
}

impl Wording {
    /// Reads what was typed.
    ///
    /// # Errors
    /// [`ReasonsError::Label`] and [`ReasonsError::Sentence`].
    pub fn parse(label: &str, sentence: &str, needs_words: bool) -> Result<Self, ReasonsError> {
        let label = bounded(label, LABEL, "Write what moderators choose from.").map_err(ReasonsError::Label);
        let sentence = bounded(sentence, SENTENCE, "Write what the representative reads.");
        Ok(Self { label: label?, sentence: sentence.map_err(ReasonsError::Sentence)?, needs_words })
    }
}

fn bounded(raw: &str, most: usize, missing: &str) -> Result<String, String> {
    let line = characters::line(raw).map_err(|error| error.to_string())?;
    match line.chars().count() {
        0 => Err(missing.to_owned()),
        count if count > most => Err(format!("Shorten this to {most} characters: it has {count}.")),
        _ => Ok(line),
    }
}

impl Default for Reasons {
    fn default() -> Self {
        Self { all: usual(), text: String::new() }
    }
}

impl Reasons {
    /// A list of these.
    ///
    /// # Errors
    /// See [`ReasonsError`].
    pub fn new(all: Vec<Listed>) -> Result<Self, ReasonsError> {
        if count(&all) > MOST {
            return Err(ReasonsError::TooMany);
        }
        if all.iter().all(|listed| listed.is_retired) {
            return Err(ReasonsError::NoneLeft);
        }
        for (place, listed) in all.iter().enumerate() {
            let before = all.get(..place).unwrap_or_default();
            if before.iter().any(|other| other.code == listed.code) {
                return Err(ReasonsError::Twice(listed.code.to_string()));
            }
            if before.iter().any(|other| other.wording.label == listed.wording.label) {
                return Err(ReasonsError::Twice(listed.wording.label.clone()));
            }
        }
        let text = if all == usual() { String::new() } else { written(&all) };
        Ok(Self { all, text })
    }

    /// Reads a list as it is kept: a reason on each line, its parts separated by tabs. Nothing is the usual list.
    ///
    /// # Errors
    /// See [`ReasonsError`].
    pub fn parse(text: &str) -> Result<Self, ReasonsError> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let listed = |line: &str| {
            let mut parts = line.split('\t');
            let mut part = || parts.next().ok_or(ReasonsError::Unreadable);
            let (code, marks) = (Reason::parse(part()?)?, part()?);
            let wording = Wording::parse(part()?, part()?, marks.contains(WORDS))?;
            Ok(Listed { code, wording, is_retired: marks.contains(RETIRED) })
        };
        Self::new(text.lines().map(listed).collect::<Result<_, ReasonsError>>()?)
    }

    /// The list as it is kept; empty for the usual one.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Every reason, the retired ones among them.
    pub fn all(&self) -> &[Listed] {
        &self.all
    }

    /// Those that can be chosen.
    pub fn open(&self) -> impl Iterator<Item = &Listed> {
        self.all.iter().filter(|listed| !listed.is_retired)
    }

    /// The one that a form chose.
    pub fn chosen(&self, code: &str) -> Option<&Listed> {
        self.open().find(|listed| listed.code.as_str() == code)
    }

    /// What staff read of a reason. Of one that the list does not have, what is usual, or the bare code.
    pub fn label<'a>(&'a self, reason: &'a Reason) -> Cow<'a, str> {
        self.say(reason, |wording| &wording.label)
    }

    /// What the representative reads of a reason.
    pub fn sentence<'a>(&'a self, reason: &'a Reason) -> Cow<'a, str> {
        self.say(reason, |wording| &wording.sentence)
    }

    /// Whether this is the code of one of them, chosen once or now.
    pub fn has(&self, code: &str) -> bool {
        self.all.iter().any(|listed| listed.code.as_str() == code)
    }

    fn say<'a>(&'a self, reason: &'a Reason, part: fn(&Wording) -> &String) -> Cow<'a, str> {
        match self.all.iter().find(|listed| listed.code == *reason) {
            Some(listed) => Cow::Borrowed(part(&listed.wording)),
            None => match usual().iter().find(|listed| listed.code == *reason) {
                Some(listed) => Cow::Owned(part(&listed.wording).clone()),
                None => Cow::Borrowed(reason.as_str()),
            },
        }
    }

    /// The same list with one more at its end. Its code is made of its label and was never used here.
    ///
    /// # Errors
    /// See [`ReasonsError`].
    pub fn with(&self, wording: Wording) -> Result<Self, ReasonsError> {
        let code = self.new_code(&wording.label)?;
        let mut all = self.all.clone();
        all.push(Listed { code, wording, is_retired: false });
        Self::new(all)
    }

    /// The same list with one of them changed.
    ///
    /// # Errors
    /// See [`ReasonsError`].
    pub fn changed(&self, code: &str, change: impl FnOnce(&mut Listed)) -> Result<Self, ReasonsError> {
        let mut all = self.all.clone();
        let listed = all.iter_mut().find(|listed| listed.code.as_str() == code);
        change(listed.ok_or(ReasonsError::Unknown)?);
        Self::new(all)
    }

    /// The same list with one of them a place earlier, or later. The first and the last stay where they are.
    ///
    /// # Errors
    /// [`ReasonsError::Unknown`].
    pub fn moved(&self, code: &str, earlier: bool) -> Result<Self, ReasonsError> {
        let mut all = self.all.clone();
        let from = all.iter().position(|listed| listed.code.as_str() == code);
        let from = from.ok_or(ReasonsError::Unknown)?;
        let to = if earlier { from.checked_sub(1) } else { Some(from + 1) };
        if let Some(to) = to.filter(|to| *to < all.len()) {
            all.swap(from, to);
        }
        Self::new(all)
    }

    fn new_code(&self, label: &str) -> Result<Reason, ReasonsError> {
        let mut base = String::new();
        for c in label.chars().map(|c| c.to_ascii_lowercase()) {
            match c {
                'a'..='z' | '0'..='9' => base.push(c),
                _ if base.ends_with('_') || base.is_empty() => {}
                _ => base.push('_'),
            }
        }
        base.truncate(CODE - 4);
        let base = match base.trim_end_matches('_') {
            "" => "reason",
            base => base,
        };
        let is_free = |code: &str| !self.has(code) && !usual().iter().any(|u| u.code.as_str() == code);
        let numbered = (2..).map(|number| format!("{base}_{number}"));
        let code = std::iter::once(base.to_owned()).chain(numbered.take(MOST)).find(|code| is_free(code));
        Ok(Reason::parse(&code.ok_or(ReasonsError::TooMany)?)?)
    }
}

/// The marks of a reason in the list as it is kept.
const WORDS: &str = "words";
const RETIRED: &str = "retired";

fn written(all: &[Listed]) -> String {
    let line = |listed: &Listed| {
        let marks = [(listed.wording.needs_words, WORDS), (listed.is_retired, RETIRED)];
        let marks: Vec<&str> = marks.into_iter().filter(|(is, _)| *is).map(|(_, mark)| mark).collect();
        let Wording { label, sentence, .. } = &listed.wording;
        format!("{}\t{}\t{label}\t{sentence}", listed.code, marks.join(" "))
    };
    all.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wording(label: &str) -> Wording {
        Wording::parse(label, "A sentence.", false).unwrap()
    }

    fn codes(reasons: &Reasons) -> Vec<&str> {
        reasons.all().iter().map(|listed| listed.code.as_str()).collect()
    }

    #[test]
    fn a_code_reads_back_and_what_is_none_does_not() {
        for listed in Reasons::default().all() {
            assert_eq!(Reason::parse(listed.code.as_str()), Ok(listed.code.clone()));
        }
        for wrong in ["", "Because", "a b", "a-b", "é", &"x".repeat(41)] {
            assert_eq!(Reason::parse(wrong), Err(NoCode), "{wrong}");
        }
    }

    #[test]
    fn a_list_reads_back_as_it_was_kept_and_the_usual_one_is_kept_as_nothing() {
        let usual = Reasons::default();
        assert_eq!((usual.as_str(), Reasons::parse(" ")), ("", Ok(usual.clone())));
        let own = usual.with(wording("Not a library: of any kind")).unwrap();
        let own = own.changed("asked_for", |listed| listed.is_retired = true).unwrap();
        assert_eq!(Reasons::parse(own.as_str()).as_ref(), Ok(&own));
        let back = own.changed("asked_for", |listed| listed.is_retired = false).unwrap();
        assert_ne!(back.as_str(), "");
        assert!(own.chosen("not_a_library_of_any_kind").is_some());
    }

    #[test]
    fn a_code_is_never_used_twice_and_a_retired_reason_stays_readable() {
        let all = Reasons::default().with(wording("Boats")).unwrap();
        let retired = all.changed("boats", |listed| listed.is_retired = true).unwrap();
        assert!(retired.chosen("boats").is_none() && retired.has("boats"));
        assert_eq!(retired.label(&Reason::parse("boats").unwrap()), "Boats");
        let renamed = retired.changed("boats", |listed| listed.wording = wording("Ships")).unwrap();
        let again = renamed.with(wording("Boats")).unwrap();
        assert_eq!(codes(&again)[7..], ["boats", "boats_2"]);
        let foreign = again.with(wording("Не библиотека")).unwrap();
        assert_eq!(codes(&foreign)[9], "reason");
        assert_eq!(again.with(wording("Boats")), Err(ReasonsError::Twice("Boats".to_owned())));
    }

    #[test]
    fn one_reason_can_always_be_chosen() {
        let one = Reasons::new(vec![Reasons::default().all()[0].clone()]).unwrap();
        let none = one.changed("not_eligible", |listed| listed.is_retired = true);
        assert_eq!(none, Err(ReasonsError::NoneLeft));
        // What the list does not have is told as is usual.
        assert_eq!(one.sentence(&Reason::ASKED_FOR), "The organization asked us to.");
        assert_eq!(one.label(&Reason::parse("gone").unwrap()), "gone");
    }

    #[test]
    fn reasons_move_one_place_and_stop_at_the_ends() {
        let usual = Reasons::default();
        let moved = usual.moved("duplicate", true).unwrap();
        assert_eq!(codes(&moved)[..3], ["not_eligible", "duplicate", "authority_unclear"]);
        assert_eq!(moved.moved("duplicate", false).unwrap(), usual);
        assert_eq!(usual.moved("not_eligible", true).unwrap(), usual);
        assert_eq!(usual.moved("other", false).unwrap(), usual);
        assert_eq!(usual.moved("because", true), Err(ReasonsError::Unknown));
    }

    #[test]
    fn what_is_missing_or_too_long_is_said() {
        let parse = |label: &str, sentence: &str| Wording::parse(label, sentence, false).unwrap_err();
        assert!(matches!(parse(" ", "a"), ReasonsError::Label(_)));
        assert!(matches!(parse("a", ""), ReasonsError::Sentence(_)));
        assert!(parse(&"x".repeat(101), "a").to_string().starts_with("Shorten this to 100"));
        for unreadable in ["a", "a\t\tb", "A\t\tb\tc", "a\t\tb\tc\na\t\td\te"] {
            assert!(Reasons::parse(unreadable).is_err(), "{unreadable}");
        }
    }
}
