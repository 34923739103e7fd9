//! Who a mailing is written to, and who of them is left out.

use crate::text::{Placeholder, Shape};
use std::collections::BTreeMap;

/// Whom a mailing is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Audience {
    /// Whoever represents an organization on the list: news of the letter itself.
    Signed,
    /// Whoever asked for updates, and has verified.
    Updates,
    /// Whoever has not verified yet, within their term.
    Unverified,
    /// Whoever is invited and has not answered.
    Invited,
}

/// Why an address is not written to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum LeftOut {
    /// They did not ask for updates, or ended them.
    NoUpdates,
    /// There is nobody any more, or there never was: erased, or imported.
    Nobody,
    /// Mail to it came back.
    Bounced,
    /// It gets the mail for another entry.
    SameAddress,
    /// It has had as many mails as strangers may cause.
    Capped,
    /// They asked for no more mail about the invitation.
    Quiet,
    /// They had as many mails about invitations as they may, or one too lately.
    Reminded,
    /// They are on the list, and hear of that first.
    NotTold,
    /// They could not sign any more.
    Closed,
}

impl LeftOut {
    /// Why, in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NoUpdates => "because they did not ask for updates, or ended them",
            Self::Nobody => "because nobody is there to write to: imported, or erased",
            Self::Bounced => "because mail to them came back",
            Self::SameAddress => "because the address gets it for another entry",
            Self::Capped => "because the address has had as many mails as it may before it is verified",
            Self::Quiet => "because they declined there, or asked for no more mail",
            Self::Reminded => "because they had a mail about it in the last days, or as many as they may",
            Self::NotTold => "because they have not been told yet that they are on the list",
            Self::Closed => {
                "because the letter is not open to them: it is no longer open, or its deadline has passed"
            }
        }
    }
}

/// How many there are.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Tally {
    /// Addresses that are written to.
    pub addresses: i64,
    /// How many are left out, and why.
    pub left_out: BTreeMap<LeftOut, i64>,
}

const fn placeholder(name: &'static str, means: &'static str, shape: Shape) -> Placeholder {
    Placeholder { name, means, shape, is_required: false }
}

const fn all(link: &'static str) -> [Placeholder; 7] {
    [
        placeholder(
            "organization",
            "the organization, as the list prints it where it stands alone",
            Shape::Line,
        ),
        placeholder("letter", "the title of the letter", Shape::Words),
        placeholder("link", link, Shape::Act),
        placeholder("host", "who runs the letter", Shape::Words),
        placeholder("recipient", "whom the letter addresses", Shape::Words),
        placeholder("contact", "how to reach the host", Shape::Words),
        placeholder("deadline", "when the letter closes", Shape::Words),
    ]
}

/// The same in every audience, so that another one can be chosen for a text.
static PLACEHOLDERS: [Placeholder; 7] =
    all("a link of each one’s own: the private page, the page to verify, or the invitation");

impl Audience {
    /// Every audience, in the order in which it is offered.
    pub const ALL: [Self; 4] = [Self::Signed, Self::Updates, Self::Unverified, Self::Invited];

    /// The word in forms and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::Updates => "updates",
            Self::Unverified => "unverified",
            Self::Invited => "invited",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|audience| audience.as_str() == text)
    }

    /// Who they are.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Signed => "All who signed",
            Self::Updates => "Those who asked for updates",
            Self::Unverified => "Those who have not verified yet",
            Self::Invited => "The invited who did not answer",
        }
    }

    /// What to know about writing to them.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Signed => {
                "Everybody who represents an organization on the list. Only for necessary news of the letter: they cannot switch this off."
            }
            Self::Updates => {
                "Everybody who ticked the box and verified. Each mail has a link that ends the updates by one press."
            }
            Self::Unverified => {
                "Within the term of their link. It counts among the few mails that an address gets before it is verified."
            }
            Self::Invited => {
                "Without those who declined, signed, or asked for no more mail. It counts as a reminder, and reminders are few."
            }
        }
    }

    /// What the button of a link says.
    pub const fn button(self) -> &'static str {
        match self {
            Self::Signed | Self::Updates => "Open your private page",
            Self::Unverified => "Open the page to verify",
            Self::Invited => "Read the letter",
        }
    }

    /// What is filled in.
    pub fn placeholders() -> &'static [Placeholder] {
        &PLACEHOLDERS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audience_is_read_by_its_word() {
        for audience in Audience::ALL {
            assert_eq!(Audience::parse(audience.as_str()), Some(audience));
        }
        assert_eq!(Audience::parse("everybody"), None);
    }
}
