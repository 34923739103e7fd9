//! Whoever is to speak for an organization next, and what that leaves of the sign-on. Pure.

use super::acts::NotAllowed;
use super::state::{SignOn, Standing};
use super::submission::{Authority, Contact};
use crate::clock::Timestamp;
use crate::ids::{AccountId, ContactId, SignOnId};
use crate::text::{EmailAddress, PersonName, RoleTitle};
use crate::web::form::{Fields, Problems};

/// That a colleague was asked to take over.
#[derive(Clone, PartialEq, Debug)]
pub struct HandOver {
    /// Its id, and the one that the colleague has as a contact once they accept.
    pub id: ContactId,
    /// The sign-on.
    pub sign_on: SignOnId,
    /// The contact whose place it is; nobody where there was none, or it has been erased.
    pub from: Option<ContactId>,
    /// Whether the new address is at another domain than the one before it.
    pub is_elsewhere: bool,
    /// The moderator who asked; nobody where the representative did.
    pub asked_by: Option<AccountId>,
    /// When it was asked.
    pub made_at: Timestamp,
    /// Until when the newest link works.
    pub ends_at: Timestamp,
    /// Since when whoever spoke before objects. Until a moderator goes on with it, nobody can accept.
    pub objected_at: Option<Timestamp>,
    /// What became of it, and when.
    pub settled: Option<(Ended, Timestamp)>,
}

/// What became of a hand-over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// The colleague speaks for the organization.
    Accepted,
    /// The colleague does not want to.
    Declined,
    /// Whoever asked thought better of it.
    TakenBack,
    /// Somebody else was asked after it.
    Replaced,
    /// Nobody answered.
    Expired,
}

impl Ended {
    const ALL: [Self; 5] = [Self::Accepted, Self::Declined, Self::TakenBack, Self::Replaced, Self::Expired];

    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::TakenBack => "taken_back",
            Self::Replaced => "replaced",
            Self::Expired => "expired",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ended| ended.as_str() == text)
    }
}

/// Reads who is to take over, and notes what is to be mended. `known` are the contacts that there are: none of them is asked.
pub fn colleague(fields: &Fields, known: &[EmailAddress], p: &mut Problems) -> Option<Contact> {
    let name = p.take("representative", PersonName::parse(fields.get("representative")));
    let role = p.take("role", RoleTitle::parse(fields.get("role")));
    let email = p.take("email", EmailAddress::parse(fields.get("email")));
    if let Some(email) = &email
        && known.iter().any(|other| other.canonical() == email.canonical())
    {
        p.add("email", "This is the address that the mails go to now. Write the colleague’s.");
        return None;
    }
    Some(Contact { name: name?, role: role?, email: email?, note: None, updates: false })
}

/// Whether there is something that somebody could speak for.
pub const fn is_live(standing: Standing) -> bool {
    matches!(standing, Standing::AwaitingModeration | Standing::OnHold | Standing::Approved)
}

impl SignOn {
    /// Somebody else speaks for it: by an authority that they state themselves, from a mailbox that they have just proved.
    ///
    /// # Errors
    /// When nobody could speak for it yet, or it was taken back.
    pub fn hand_over(
        self,
        authority: Authority,
        email: &EmailAddress,
        now: Timestamp,
    ) -> Result<Self, NotAllowed> {
        if matches!(self.standing(), Standing::AwaitingVerification | Standing::Withdrawn) {
            return Err(NotAllowed { standing: self.standing(), act: "handed over" });
        }
        Ok(Self {
            version: self.version + 1,
            is_flagged: self.entry.needs_a_look(Some(email)),
            authority: Some(authority),
            verified_at: self.verified_at.or(Some(now)),
            // It was about the mailbox of before.
            undeliverable_at: None,
            ..self
        })
    }
}
