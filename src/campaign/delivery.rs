//! That a letter was handed to somebody whom it addresses: when, how, which edition of its list, and what came back.

use super::letter::LetterText;
use crate::clock::{Timestamp, Zone};
use crate::ids::{AccountId, CampaignId, DeliveryId, TellingId};
use crate::text::{Line, WebUrl};
use crate::web::show::{Moment, day, in_zone};
use jiff::civil::Date;

/// What an organizer writes on one line about a delivery.
pub type DeliveryLine = Line<300>;

/// How a letter was handed over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Means {
    /// By email.
    Mail,
    /// By post.
    Post,
    /// By somebody who went there.
    InPerson,
    /// By a form of the recipient's.
    Form,
    /// In another way.
    Other,
}

impl Means {
    /// Each of them, in the order of the form.
    pub const ALL: [Self; 5] = [Self::Mail, Self::Post, Self::InPerson, Self::Form, Self::Other];

    /// The word in forms and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Post => "post",
            Self::InPerson => "person",
            Self::Form => "form",
            Self::Other => "other",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|means| means.as_str() == text)
    }

    /// What a reader reads after “delivered to …”; empty where there is nothing to say.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Mail => "by email",
            Self::Post => "by post",
            Self::InPerson => "in person",
            Self::Form => "by an online form",
            Self::Other => "",
        }
    }
}

/// When something was: nobody has to know the minute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Happened {
    /// On a day, as the calendar of the letter's zone has it.
    On(Date),
    /// At a moment.
    At(Timestamp),
}

impl Happened {
    /// `7 October 2019`, or the moment with its zone named.
    pub fn text(self, zone: &Zone) -> String {
        match self {
            Self::On(date) => day(date),
            Self::At(at) => in_zone(at, zone),
        }
    }

    /// For programs: a date, or RFC 3339.
    pub fn iso(self) -> String {
        match self {
            Self::On(date) => date.to_string(),
            Self::At(at) => at.to_string(),
        }
    }

    /// What sorts it among moments: a day counts as its end, since nobody knows more.
    pub fn sorted_by(self, zone: &Zone) -> Timestamp {
        match self {
            Self::On(date) => zone.end_of(date).unwrap_or(Timestamp::from_micros(0)),
            Self::At(at) => at,
        }
    }

    /// The same as pages show moments.
    pub fn moment(self, zone: &Zone) -> Moment {
        Moment { iso: self.iso(), text: self.text(zone), ago: String::new() }
    }
}

/// The edition of the list that was delivered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeliveredEdition {
    /// Its number.
    pub number: i64,
    /// Its checksum.
    pub sha256: String,
    /// How many signed.
    pub count: i64,
}

/// What came back.
#[derive(Clone, PartialEq, Debug)]
pub struct Reply {
    /// On which day.
    pub on: Date,
    /// What it says, or the organizers say of it.
    pub text: Option<LetterText>,
    /// Where it can be read.
    pub link: Option<WebUrl>,
}

/// A delivery. It has no personal field: who carried the letter is kept apart.
#[derive(Clone, PartialEq, Debug)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// The letter.
    pub campaign: CampaignId,
    /// Raised by every change: a page made from an older version is stale.
    pub version: i64,
    /// To whom.
    pub recipient: DeliveryLine,
    /// How.
    pub means: Means,
    /// When.
    pub happened: Happened,
    /// Which edition.
    pub edition: Option<DeliveredEdition>,
    /// What proves it: a registration number, or such.
    pub receipt: Option<DeliveryLine>,
    /// What came back, once something has.
    pub reply: Option<Reply>,
    /// Whether it stands on the letter's page.
    pub is_shown: bool,
    /// When it was written down.
    pub made_at: Timestamp,
    /// By whom.
    pub made_by: AccountId,
    /// When it was changed last.
    pub changed_at: Timestamp,
    /// The mails by which those who signed were told of it.
    pub told_by: Option<TellingId>,
    /// Those by which they were told of the reply.
    pub reply_told_by: Option<TellingId>,
}
