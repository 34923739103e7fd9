//! What somebody reports about an entry of a list, and what comes of it. `concern` takes it, and `moderation` shows it.

use crate::clock::Timestamp;
use crate::ids::{AccountId, CampaignId, ReportId, SignOnId};
use crate::secret::{Keys, Random, Unsealable};
use crate::text::{EmailAddress, PersonName, Prose};
use serde::{Deserialize, Serialize};

const FIELD: &str = "report";

/// What somebody writes about it.
pub type Words = Prose<2000>;

/// What is wrong with an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReportKind {
    /// The organization did not sign.
    NeverAgreed,
    /// Its name, or what else is printed of it.
    Wrong,
    /// It stands there more than once.
    Twice,
    /// Something else.
    Other,
}

impl ReportKind {
    /// Every kind, in the order of the form.
    pub const ALL: [Self; 4] = [Self::NeverAgreed, Self::Wrong, Self::Twice, Self::Other];

    /// The word in forms and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NeverAgreed => "never_agreed",
            Self::Wrong => "wrong",
            Self::Twice => "twice",
            Self::Other => "other",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// How the form says it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NeverAgreed => "Our organization never agreed to this",
            Self::Wrong => "The name or its details are wrong",
            Self::Twice => "The organization is listed twice",
            Self::Other => "Something else",
        }
    }

    /// How staff read it, after "Reported: ".
    pub const fn said(self) -> &'static str {
        match self {
            Self::NeverAgreed => "the organization never agreed",
            Self::Wrong => "the name or its details are wrong",
            Self::Twice => "the organization is listed twice",
            Self::Other => "something else",
        }
    }

    /// Whether it says nothing without words.
    pub const fn needs_words(self) -> bool {
        matches!(self, Self::Wrong | Self::Other)
    }
}

/// What came of a report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The entry stays as it was.
    Nothing,
    /// It was put on hold, removed, corrected or merged.
    Acted,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 2] = [Self::Nothing, Self::Acted];

    /// The word in forms and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Acted => "acted",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text)
    }

    /// How staff read it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Nothing => "settled, nothing changed",
            Self::Acted => "acted on",
        }
    }
}

/// Who reports, and in which words. Personal.
#[derive(Clone, PartialEq, Debug)]
pub struct Reporter {
    /// The address that confirms it.
    pub email: EmailAddress,
    /// Their name, where they gave it.
    pub name: Option<PersonName>,
    /// What they wrote.
    pub words: Option<Words>,
    /// Whether they want the entry off the list until this is settled.
    pub wants_hold: bool,
    /// Whether they want to hear what came of it.
    pub wants_answer: bool,
}

#[derive(Serialize, Deserialize)]
struct Plain {
    email: String,
    name: Option<String>,
    words: Option<String>,
    hold: bool,
    answer: bool,
}

impl Reporter {
    /// As the database keeps it.
    pub fn seal(&self, keys: &Keys, random: &Random, id: ReportId) -> Vec<u8> {
        let plain = Plain {
            email: self.email.as_str().to_owned(),
            name: self.name.as_ref().map(|name| name.as_str().to_owned()),
            words: self.words.as_ref().map(|words| words.as_str().to_owned()),
            hold: self.wants_hold,
            answer: self.wants_answer,
        };
        keys.seal(random, id.uuid(), FIELD, &serde_json::to_vec(&plain).unwrap_or_default())
    }

    /// Back from there.
    ///
    /// # Errors
    /// When the key does not open it.
    pub fn open(keys: &Keys, id: ReportId, sealed: &[u8]) -> Result<Self, Unsealable> {
        let json = keys.open(id.uuid(), FIELD, sealed)?;
        let plain: Plain = serde_json::from_slice(&json).map_err(|_| Unsealable)?;
        Ok(Self {
            email: EmailAddress::parse(&plain.email).map_err(|_| Unsealable)?,
            name: plain.name.map(|name| PersonName::parse(&name)).transpose().map_err(|_| Unsealable)?,
            words: plain.words.map(|words| Words::parse(&words)).transpose().map_err(|_| Unsealable)?,
            wants_hold: plain.hold,
            wants_answer: plain.answer,
        })
    }
}

/// What was known when the mailbox was proved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Confirmed {
    /// When that was.
    pub at: Timestamp,
    /// The version of the sign-on that was reported.
    pub version: i64,
    /// Whether the address is at the domain of the organization's website.
    pub is_own_domain: bool,
    /// Whether it took the entry off the list.
    pub has_suspended: bool,
}

/// What moderators made of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SettledAs {
    /// What came of it.
    pub outcome: Outcome,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: AccountId,
}

/// A report.
#[derive(Clone, PartialEq, Debug)]
pub struct Report {
    /// Its id.
    pub id: ReportId,
    /// The campaign.
    pub campaign: CampaignId,
    /// The entry.
    pub sign_on: SignOnId,
    /// What is wrong.
    pub kind: ReportKind,
    /// The line as it was printed.
    pub line: String,
    /// Who reports it; nothing once that was erased.
    pub reporter: Option<Reporter>,
    /// When it came in.
    pub made_at: Timestamp,
    /// Until when it can be confirmed.
    pub ends_at: Timestamp,
    /// Nothing until the mailbox is proved: then it is a case.
    pub confirmed: Option<Confirmed>,
    /// Nothing while the case is open.
    pub settled: Option<SettledAs>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_reports_comes_back_as_they_were_and_is_nowhere_in_clear() {
        let keys = Keys::derive(&[5; 32]);
        let reporter = Reporter {
            email: EmailAddress::parse("ada@ngo.example").unwrap(),
            name: PersonName::parse("Ada Example").ok(),
            words: Words::parse("We never\nagreed.").ok(),
            wants_hold: true,
            wants_answer: false,
        };
        let id = ReportId::new(1, [4; 10]);
        let sealed = reporter.seal(&keys, &Random::system(), id);
        assert!(!sealed.windows(3).any(|w| w == b"Ada"));
        assert_eq!(Reporter::open(&keys, id, &sealed).unwrap(), reporter);
        assert!(Reporter::open(&keys, ReportId::new(2, [4; 10]), &sealed).is_err());
    }

    #[test]
    fn each_word_reads_back() {
        for kind in ReportKind::ALL {
            assert_eq!(ReportKind::parse(kind.as_str()), Some(kind));
        }
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::parse(outcome.as_str()), Some(outcome));
        }
        assert_eq!((ReportKind::parse("rumor"), Outcome::parse("")), (None, None));
    }
}
