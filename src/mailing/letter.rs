//! A mailing: what it says, to whom, and how far it has come.

use super::audience::Audience;
use crate::clock::Timestamp;
use crate::ids::{AccountId, AnyId, CampaignId, MailingId};
use crate::text::{MailSubject, MailText};

/// Where a mailing stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stand {
    /// It is written, and nobody has been sent it.
    Draft,
    /// It is on its way to one after the other.
    Sending(Begun),
    /// It went to everybody.
    Sent(Begun, Timestamp),
    /// Somebody stopped it; the rest was not written to.
    Stopped(Begun, Timestamp, AccountId),
}

/// How sending began.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Begun {
    /// When.
    pub at: Timestamp,
    /// Who confirmed it.
    pub by: AccountId,
    /// How many addresses there were then.
    pub counted: i64,
}

/// A mailing.
#[derive(Clone, PartialEq, Debug)]
pub struct Mailing {
    /// Its id.
    pub id: MailingId,
    /// The letter.
    pub campaign: CampaignId,
    /// Raised by every change.
    pub version: i64,
    /// For whom.
    pub audience: Audience,
    /// What it says.
    pub words: Words,
    /// Where it stands.
    pub stand: Stand,
    /// When it was last written.
    pub changed_at: Timestamp,
    /// By whom.
    pub changed_by: AccountId,
    /// The last one that was looked at, in the order of ids.
    pub looked_at: Option<AnyId>,
    /// How many were written to.
    pub mailed: i64,
    /// How many were left out when their turn came.
    pub left_out: i64,
}

/// What a mailing says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Words {
    /// The subject.
    pub subject: MailSubject,
    /// The text.
    pub text: MailText,
}

impl Words {
    /// Words that were taken before.
    pub fn again(subject: &str, text: &str) -> Option<Self> {
        let text = MailText::parse(text, Audience::placeholders()).ok()?;
        Some(Self { subject: MailSubject::parse(subject).ok()?, text })
    }
}

impl Stand {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sending(_) => "sending",
            Self::Sent(..) => "sent",
            Self::Stopped(..) => "stopped",
        }
    }

    /// How sending began, if it has.
    pub const fn begun(self) -> Option<Begun> {
        match self {
            Self::Draft => None,
            Self::Sending(begun) | Self::Sent(begun, _) | Self::Stopped(begun, _, _) => Some(begun),
        }
    }
}
