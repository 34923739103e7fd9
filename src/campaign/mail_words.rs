//! The mails whose words the organizers of a letter may change: which there are, what is filled in, and what they say usually.
//!
//! What the program itself promises in a mail (that doing nothing is enough, how long a link works, that a private link is to be kept) is no
//! part of these words: it is written behind them by the feature that sends the mail.

mod promises;
mod usual;

pub use promises::{Promises, from_the_book};

use crate::text::{MailSubject, MailSubjectError, MailText, MailTextError, Placeholder, Shape};

/// A mail whose words can be changed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum MailMessage {
    /// Asks the mailbox to verify.
    Verify,
    /// The receipt after that.
    Received,
    /// On the list.
    Approved,
    /// Not taken.
    Rejected,
    /// Asks an organization to sign.
    Invited,
    /// Reminds it.
    InvitedAgain,
}

/// The words of a mail as an organizer wrote them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MailWords {
    /// The subject.
    pub subject: MailSubject,
    /// The text.
    pub text: MailText,
}

const fn placeholder(name: &'static str, means: &'static str, shape: Shape) -> Placeholder {
    Placeholder { name, means, shape, is_required: false }
}

const fn required(name: &'static str, means: &'static str, shape: Shape) -> Placeholder {
    Placeholder { is_required: true, ..placeholder(name, means, shape) }
}

const LETTER: Placeholder = placeholder("letter", "the title of the letter", Shape::Words);
const LINE: Placeholder =
    placeholder("organization", "the organization, as the list prints it where it stands alone", Shape::Line);
const HOST: Placeholder = placeholder("host", "who runs the letter", Shape::Words);
const RECIPIENT: Placeholder = placeholder("recipient", "whom the letter addresses", Shape::Words);
const CONTACT: Placeholder = placeholder("contact", "how to reach the host", Shape::Words);
const DEADLINE: Placeholder = placeholder("deadline", "when the letter closes", Shape::Words);
const PRIVATE: Placeholder = required("link", "the link to the private page", Shape::Act);
const WAY_IN: Placeholder = required("link", "the link to the letter and its form", Shape::Act);

const VERIFY: [Placeholder; 8] = [
    LINE,
    LETTER,
    required("link", "the link to the page with the button", Shape::Act),
    required("code", "the code that can be typed instead", Shape::Code),
    HOST,
    RECIPIENT,
    CONTACT,
    DEADLINE,
];
const PLAIN: [Placeholder; 7] = [LINE, LETTER, PRIVATE, HOST, RECIPIENT, CONTACT, DEADLINE];
const REJECTED: [Placeholder; 7] = [
    LINE,
    LETTER,
    required("reason", "the reason, and what the moderator adds", Shape::Prose),
    PRIVATE,
    HOST,
    RECIPIENT,
    CONTACT,
];
const INVITED: [Placeholder; 7] = [LINE, LETTER, WAY_IN, HOST, RECIPIENT, CONTACT, DEADLINE];
const INVITED_AGAIN: [Placeholder; 8] = [
    LINE,
    LETTER,
    WAY_IN,
    HOST,
    RECIPIENT,
    CONTACT,
    DEADLINE,
    placeholder("invited_on", "when the invitation was made", Shape::Words),
];

impl MailMessage {
    /// Every such mail, in the order in which an organization gets them.
    pub const ALL: [Self; 6] =
        [Self::Invited, Self::InvitedAgain, Self::Verify, Self::Received, Self::Approved, Self::Rejected];

    /// The word in addresses and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Received => "received",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Invited => "invited",
            Self::InvitedAgain => "invited-again",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|message| message.as_str() == text)
    }

    /// What organizers call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Verify => "Verify the mailbox",
            Self::Received => "Receipt after verifying",
            Self::Approved => "Approved",
            Self::Rejected => "Rejected",
            Self::Invited => "Invitation",
            Self::InvitedAgain => "Reminder of an invitation",
        }
    }

    /// When it goes, and to whom.
    pub const fn when(self) -> &'static str {
        match self {
            Self::Verify => "To the address in the form, when somebody has sent it.",
            Self::Received => "To the representative, once the mailbox is verified.",
            Self::Approved => "To the representatives, when a moderator has approved.",
            Self::Rejected => "To the representatives, when a moderator has rejected, with the reason.",
            Self::Invited => "To an organization that you invite.",
            Self::InvitedAgain => "To an organization that you remind.",
        }
    }

    /// What the button of the mail says.
    pub const fn button(self) -> &'static str {
        match self {
            Self::Verify => "Open the page to verify",
            Self::Received | Self::Approved | Self::Rejected => "Open your private page",
            Self::Invited | Self::InvitedAgain => "Read the letter",
        }
    }

    /// What is filled in.
    pub const fn placeholders(self) -> &'static [Placeholder] {
        match self {
            Self::Verify => &VERIFY,
            Self::Received | Self::Approved => &PLAIN,
            Self::Rejected => &REJECTED,
            Self::Invited => &INVITED,
            Self::InvitedAgain => &INVITED_AGAIN,
        }
    }

    /// The usual subject and text, to begin with.
    pub const fn usual(self) -> (&'static str, &'static str) {
        usual::of(self)
    }

    /// Reads a subject for it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn subject(typed: &str) -> Result<MailSubject, MailSubjectError> {
        MailSubject::naming_the_letter(typed)
    }

    /// Reads a text for it.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn text(self, typed: &str) -> Result<MailText, MailTextError> {
        MailText::parse(typed, self.placeholders())
    }

    /// Words that were taken before.
    pub fn words(self, subject: &str, text: &str) -> Option<MailWords> {
        Some(MailWords { subject: Self::subject(subject).ok()?, text: self.text(text).ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_words_of_every_mail_could_have_been_typed() {
        for message in MailMessage::ALL {
            let (subject, text) = message.usual();
            assert_eq!(MailMessage::subject(subject).unwrap().as_str(), subject);
            assert_eq!(message.text(text).map(|text| text.as_str().to_owned()), Ok(text.to_owned()));
            assert_eq!(MailMessage::parse(message.as_str()), Some(message));
        }
    }
}
