//! What the queue can show: which sign-ons, in which order, under which word of its address.

use crate::clock::Timestamp;
use crate::ids::SignOnId;
use crate::sign_on::Standing;

/// Undecided: verified, and nobody has said yes or no.
const UNDECIDED: &[Standing] = &[Standing::AwaitingModeration, Standing::OnHold];

/// Everything that somebody verified, or that was imported.
const VERIFIED: &[Standing] = &[
    Standing::AwaitingModeration,
    Standing::OnHold,
    Standing::Approved,
    Standing::Rejected,
    Standing::Removed,
    Standing::Withdrawn,
];

/// One of the lists that the queue can show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum View {
    /// Everything that is undecided.
    Review,
    /// Undecided and not on hold.
    Waiting,
    /// On hold.
    Held,
    /// Undecided, and claimed by whoever looks.
    Mine,
    /// Undecided, and something about it needs a look.
    Flagged,
    /// Undecided, and another entry may be the same organization.
    Alike,
    /// Somebody reported it, and the case is open: whether it is on the list, waits, or is over.
    Reported,
    /// Nobody has proved the mailbox: nothing to decide, and so in no other list.
    Unverified,
    /// On the list.
    Approved,
    /// Not taken.
    Rejected,
    /// Taken off the list by us.
    Removed,
    /// Taken back by them.
    Withdrawn,
}

/// What of these standings a list shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Only {
    /// Everything.
    All,
    /// What needs a look.
    Flagged,
    /// What is like another entry, on the list or undecided.
    Alike,
    /// What the reader has claimed.
    Mine,
    /// What was reported.
    Reported,
}

impl View {
    /// Every view, in the order of the page.
    pub(crate) const ALL: [Self; 12] = [
        Self::Review,
        Self::Waiting,
        Self::Held,
        Self::Mine,
        Self::Flagged,
        Self::Alike,
        Self::Reported,
        Self::Unverified,
        Self::Approved,
        Self::Rejected,
        Self::Removed,
        Self::Withdrawn,
    ];

    /// The word in the address; the first view has none.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Review => "",
            Self::Waiting => "waiting",
            Self::Held => "held",
            Self::Mine => "mine",
            Self::Flagged => "flagged",
            Self::Alike => "alike",
            Self::Reported => "reported",
            Self::Unverified => "unverified",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Removed => "removed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// What it is called.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Review => "To review",
            Self::Waiting => "Waiting",
            Self::Held => "On hold",
            Self::Mine => "Claimed by you",
            Self::Flagged => "To look at",
            Self::Alike => "Likely duplicates",
            Self::Reported => "Reported",
            Self::Unverified => "Not verified",
            Self::Approved => "Approved",
            Self::Rejected => "Rejected",
            Self::Removed => "Removed",
            Self::Withdrawn => "Withdrawn",
        }
    }

    /// Reads the word.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.word() == word)
    }

    /// The standings that it lists.
    pub(crate) const fn standings(self) -> &'static [Standing] {
        match self {
            Self::Review | Self::Mine | Self::Flagged | Self::Alike => UNDECIDED,
            Self::Reported => VERIFIED,
            Self::Waiting => &[Standing::AwaitingModeration],
            Self::Held => &[Standing::OnHold],
            Self::Unverified => &[Standing::AwaitingVerification],
            Self::Approved => &[Standing::Approved],
            Self::Rejected => &[Standing::Rejected],
            Self::Removed => &[Standing::Removed],
            Self::Withdrawn => &[Standing::Withdrawn],
        }
    }

    /// What of them.
    pub(crate) const fn only(self) -> Only {
        match self {
            Self::Flagged => Only::Flagged,
            Self::Alike => Only::Alike,
            Self::Mine => Only::Mine,
            Self::Reported => Only::Reported,
            _ => Only::All,
        }
    }

    /// Whether what it lists can be decided: then it stands oldest first.
    pub(crate) const fn is_undecided(self) -> bool {
        matches!(self, Self::Review | Self::Waiting | Self::Held | Self::Mine | Self::Flagged | Self::Alike)
    }

    /// Whether those that came last stand first.
    pub(crate) const fn newest_first(self) -> bool {
        !self.is_undecided() && !matches!(self, Self::Unverified | Self::Reported)
    }
}

/// The last one of a page: the next page begins behind it, whatever was decided meanwhile.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct After {
    /// When its mailbox was proved; among those reported, when the oldest report came in.
    pub(crate) verified_at: Option<Timestamp>,
    /// Which it is.
    pub(crate) id: SignOnId,
}

impl After {
    /// Reads what an address holds.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('.')?;
        let verified_at = match at {
            "never" => None,
            micros => Some(Timestamp::from_micros(micros.parse().ok()?)),
        };
        Some(Self { verified_at, id: SignOnId::parse(id)? })
    }
}

impl std::fmt::Display for After {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.verified_at {
            None => write!(f, "never.{}", self.id),
            Some(at) => write!(f, "{}.{}", at.as_micros(), self.id),
        }
    }
}

/// The address of a view's page.
pub(crate) fn address(action: &str, view: View, after: Option<After>) -> String {
    let show = (!view.word().is_empty()).then(|| format!("show={}", view.word()));
    let after = after.map(|after| format!("after={after}"));
    let query: Vec<String> = show.into_iter().chain(after).collect();
    match query.is_empty() {
        true => action.to_owned(),
        false => format!("{action}?{}", query.join("&")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_view_is_read_by_its_word() {
        for view in View::ALL {
            assert_eq!(View::parse(view.word()), Some(view));
            assert!(!view.is_undecided() || !view.standings().contains(&Standing::AwaitingVerification));
        }
        assert_eq!(View::parse("everything"), None);
    }

    #[test]
    fn where_a_page_ended_reads_back() {
        let id = SignOnId::new(7, [7; 10]);
        for verified_at in [None, Some(Timestamp::from_micros(1_772_442_000_123_456))] {
            let after = After { verified_at, id };
            assert_eq!(After::parse(&after.to_string()), Some(after));
        }
        for wrong in ["", "never", "x.1", "1772442000123456.", "soon.0197", &format!("1 or 1.{id}")] {
            assert_eq!(After::parse(wrong), None, "{wrong}");
        }
    }
}
