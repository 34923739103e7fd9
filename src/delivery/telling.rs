//! That everybody who signed is told something.

use crate::clock::Timestamp;
use crate::ids::{AccountId, CampaignId, SignOnId, TellingId};

/// What they are told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// The letter was delivered.
    Delivered,
    /// A reply came.
    Replied,
}

impl Event {
    /// Each of them.
    pub const ALL: [Self; 2] = [Self::Delivered, Self::Replied];

    /// The word in addresses, forms and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Replied => "replied",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == text)
    }
}

/// One press of the button.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Telling {
    /// Its id.
    pub id: TellingId,
    /// The letter.
    pub campaign: CampaignId,
    /// What they are told.
    pub event: Event,
    /// When the button was pressed.
    pub made_at: Timestamp,
    /// Who pressed it.
    pub made_by: AccountId,
    /// The last entry whose representatives were mailed.
    pub reached: Option<SignOnId>,
    /// How many mails were written so far.
    pub mailed: i64,
    /// When everybody was.
    pub done_at: Option<Timestamp>,
}
