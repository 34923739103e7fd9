//! What organizers write about a letter after it was published, and how that was corrected.

use super::letter::{LetterText, LetterTextError};
use crate::clock::Timestamp;
use crate::ids::{AccountId, CampaignId, UpdateId};
use crate::text::{Differences, Line};

/// The most an update may have, in bytes: some three printed pages.
const LONGEST: usize = 10_000;

/// The title of an update.
pub type UpdateTitle = Line<200>;

/// One wording of an update.
#[derive(Clone, PartialEq, Debug)]
pub struct UpdateText {
    /// Its title.
    pub title: UpdateTitle,
    /// What it says, in Markdown.
    pub body: LetterText,
    /// When it was written.
    pub made_at: Timestamp,
    /// By whom.
    pub made_by: AccountId,
}

impl UpdateText {
    /// Reads what it is to say.
    ///
    /// # Errors
    /// With a sentence that says what to mend.
    pub fn body(raw: &str) -> Result<LetterText, String> {
        if raw.len() > LONGEST {
            return Err(format!("Shorten the text: it has {} bytes and the most is {LONGEST}.", raw.len()));
        }
        LetterText::parse(raw).map_err(|error| match error {
            LetterTextError::Empty => "Write the text.".to_owned(),
            error => error.to_string(),
        })
    }

    /// What changes from this one to another.
    pub fn differences(&self, after: &Self) -> Differences {
        let (title, body) = (self.title.as_str(), self.body.as_str());
        Differences::of_parts(&[(title, after.title.as_str()), (body, after.body.as_str())])
    }
}

/// An update: a draft, then something that everybody reads.
#[derive(Clone, PartialEq, Debug)]
pub struct Update {
    /// Its id.
    pub id: UpdateId,
    /// The letter.
    pub campaign: CampaignId,
    /// Raised by every change: a page made from an older version is stale.
    pub version: i64,
    /// Since when everybody reads it; a draft while there is no such moment.
    pub published_at: Option<Timestamp>,
    /// Since when nobody does any more.
    pub taken_back_at: Option<Timestamp>,
    /// Its wordings that were published, the first one first; of a draft the only one.
    pub texts: Vec<UpdateText>,
}

impl Update {
    /// What it says now.
    pub fn newest(&self) -> Option<&UpdateText> {
        self.texts.last()
    }

    /// What was corrected after it was published: when, and what, the newest first.
    pub fn corrections(&self) -> Vec<(Timestamp, Differences)> {
        let pairs = self.texts.iter().zip(self.texts.iter().skip(1));
        let mut all: Vec<_> =
            pairs.map(|(before, after)| (after.made_at, before.differences(after))).collect();
        all.reverse();
        all
    }
}
