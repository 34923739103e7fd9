//! That an organization left the list which stands on an edition that has a name.

use crate::clock::{Timestamp, Zone};
use crate::web::show::day;

/// How an organization left the list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// It took its name back.
    Withdrawn,
    /// Moderators took it off, or decided against it after all.
    Removed,
    /// It is off the list until something is known: it objected, or is decided anew.
    Unsettled,
}

impl How {
    /// The word in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::Removed => "removed",
            Self::Unsettled => "unsettled",
        }
    }
}

/// That an organization left the list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Left {
    /// How.
    pub how: How,
    /// When; unknown where it is decided anew.
    pub on: Option<Timestamp>,
    /// Whether its line stays.
    pub keeps_name: bool,
}

impl Left {
    /// `withdrawn on 3 May 2026`, by the calendar of the letter's zone.
    pub fn words(&self, zone: &Zone) -> String {
        let day = self.on.map(|at| day(zone.local(at).date()));
        match (self.how, day) {
            (How::Unsettled, Some(day)) => format!("not shown since {day}"),
            (How::Unsettled, None) => "not shown at the moment".to_owned(),
            (how, Some(day)) => format!("{} on {day}", how.as_str()),
            (how, None) => how.as_str().to_owned(),
        }
    }

    /// The line that stands for an entry now.
    pub(super) fn line(&self, line: &str, zone: &Zone) -> String {
        match self.keeps_name {
            true => format!("{line} ({})", self.words(zone)),
            false => format!("Name {}", self.words(zone)),
        }
    }
}
