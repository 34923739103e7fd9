//! What a sign-on is and where it stands. `acts` moves it.

use super::submission::{Authority, Entry};
use crate::campaign::Reason;
use crate::clock::Timestamp;
use crate::ids::{AccountId, CampaignId, SignOnId};
use crate::text::Prose;

/// Text that staff write about a decision.
pub type Remark = Prose<2000>;

/// An organization's record from form to list.
#[derive(Clone, PartialEq, Debug)]
pub struct SignOn {
    /// Its id.
    pub id: SignOnId,
    /// The campaign it is for.
    pub campaign: CampaignId,
    /// Raised by every change: a page made from an older version is stale.
    pub version: i64,
    /// How it came here.
    pub origin: Origin,
    /// The version of the letter it stands for.
    pub letter_version: i64,
    /// What prints.
    pub entry: Entry,
    /// The recorded authority; imported names have none.
    pub authority: Option<Authority>,
    /// The number it must have on the list, if it is pinned.
    pub pin: Option<u32>,
    /// When it was submitted or imported.
    pub submitted_at: Timestamp,
    /// When its mailbox was proved, if it ever was.
    pub verified_at: Option<Timestamp>,
    /// When a mail server refused its mailbox for good.
    pub undeliverable_at: Option<Timestamp>,
    /// When a moderator wrote down what shows that the organization agreed, where nobody proved a mailbox.
    pub attested_at: Option<Timestamp>,
    /// Whether something about it needs a look: told from what was typed, or because mail came back.
    pub is_flagged: bool,
    /// Whether a moderator said that it is another organization than those of the same name.
    pub is_distinct: bool,
    /// Where it stands.
    pub state: State,
}

/// How a sign-on came here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// Through the form.
    Form,
    /// From a campaign's folder; nobody proved a mailbox.
    Import,
    /// The organization signed in another way; staff wrote down how, and who vouches for it.
    Elsewhere,
}

/// Where a sign-on stands. Each variant holds what exists at that point and nothing else.
#[derive(Clone, PartialEq, Debug)]
pub enum State {
    /// A mail with a link is on its way or in the mailbox.
    AwaitingVerification {
        /// Until when the newest link works.
        until: Timestamp,
    },
    /// The mailbox is proved (`SignOn::verified_at`); nobody has decided.
    AwaitingModeration {
        /// Where two moderators approve: the first of them, once there is one.
        first: Option<First>,
    },
    /// A moderator wants to know more first.
    OnHold {
        /// Who holds it; nobody of the staff where the organization objected.
        by: Option<AccountId>,
        /// Since when.
        since: Timestamp,
        /// What was asked, if something was.
        question: Option<Remark>,
    },
    /// On the list.
    Approved {
        /// Since when.
        at: Timestamp,
        /// Who approved it; nobody did where it was imported.
        by: Option<AccountId>,
        /// Its place in the order of joining.
        joined: i64,
    },
    /// Not taken.
    Rejected(Decision),
    /// They took their name back.
    Withdrawn {
        /// When.
        at: Timestamp,
        /// Whether it was on the list.
        was_listed: bool,
    },
    /// We took it off the list.
    Removed(Decision),
}

/// The first of two approvals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct First {
    /// Who.
    pub by: AccountId,
    /// When.
    pub at: Timestamp,
}

/// A decision against an entry.
#[derive(Clone, PartialEq, Debug)]
pub struct Decision {
    /// Why, from the campaign's list of reasons.
    pub reason: Reason,
    /// Why, in the moderator's own words.
    pub text: Option<Remark>,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: AccountId,
    /// The entry that took over the contacts, where this was the same organization once more.
    pub merged_into: Option<SignOnId>,
}

/// A state without its data: the `state` column.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Standing {
    /// See [`State::AwaitingVerification`].
    AwaitingVerification,
    /// See [`State::AwaitingModeration`].
    AwaitingModeration,
    /// See [`State::OnHold`].
    OnHold,
    /// See [`State::Approved`].
    Approved,
    /// See [`State::Rejected`].
    Rejected,
    /// See [`State::Withdrawn`].
    Withdrawn,
    /// See [`State::Removed`].
    Removed,
}

impl Standing {
    /// Every standing, in the order of a sign-on's life.
    pub const ALL: [Self; 7] = [
        Self::AwaitingVerification,
        Self::AwaitingModeration,
        Self::OnHold,
        Self::Approved,
        Self::Rejected,
        Self::Withdrawn,
        Self::Removed,
    ];

    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AwaitingVerification => "awaiting_verification",
            Self::AwaitingModeration => "awaiting_moderation",
            Self::OnHold => "on_hold",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Removed => "removed",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.as_str() == text)
    }

    /// How people say it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::AwaitingVerification => "waiting for verification",
            Self::AwaitingModeration => "waiting for review",
            Self::OnHold => "on hold",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Removed => "removed",
        }
    }
}

impl SignOn {
    /// Whether the organization signed in another way and has not confirmed it here.
    pub const fn is_unconfirmed(&self) -> bool {
        matches!(self.origin, Origin::Elsewhere) && self.verified_at.is_none()
    }

    /// The same for whoever may not see its name. It is to be shown, never to be written back.
    #[must_use]
    pub fn veiled(self) -> Self {
        Self { entry: self.entry.veiled(), authority: None, is_flagged: false, ..self }
    }

    /// The standing, without its data.
    pub const fn standing(&self) -> Standing {
        match self.state {
            State::AwaitingVerification { .. } => Standing::AwaitingVerification,
            State::AwaitingModeration { .. } => Standing::AwaitingModeration,
            State::OnHold { .. } => Standing::OnHold,
            State::Approved { .. } => Standing::Approved,
            State::Rejected(_) => Standing::Rejected,
            State::Withdrawn { .. } => Standing::Withdrawn,
            State::Removed(_) => Standing::Removed,
        }
    }

    /// Who decided what stands now, and when; nobody has while it waits.
    pub fn decided(&self) -> Option<(Option<AccountId>, Timestamp)> {
        match &self.state {
            State::OnHold { by, since, .. } => Some((*by, *since)),
            State::Approved { by, at, .. } => Some((*by, *at)),
            State::Rejected(decision) | State::Removed(decision) => Some((Some(decision.by), decision.at)),
            State::Withdrawn { at, .. } => Some((None, *at)),
            State::AwaitingVerification { .. } | State::AwaitingModeration { .. } => None,
        }
    }
}
