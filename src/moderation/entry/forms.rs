//! The decisions that can be taken, and their forms.

use super::eyes;
use crate::campaign::{ListedReason, Status};
use crate::ids::SignOnId;
use crate::moderation::bench::{Bench, Seen};
use crate::moderation::order::Verb;
use crate::sign_on::{Received, Standing};
use crate::web::form::{Fields, Filled, Problems};
use crate::web::show::Choice;
use actix_web::http::StatusCode;

/// A decision form that came back because something in it is to be mended.
pub(in crate::moderation) struct Returned {
    /// The last word of its address.
    pub(in crate::moderation) act: &'static str,
    /// The entry that it is about besides.
    pub(in crate::moderation) beside: Option<SignOnId>,
    pub(in crate::moderation) fields: Fields,
    pub(in crate::moderation) problems: Problems,
    pub(in crate::moderation) status: StatusCode,
}

impl Returned {
    /// The form as it was typed, with what is to be mended.
    pub(super) fn filled(&self) -> Filled {
        Filled::new(self.fields.clone(), self.problems.clone())
    }
}

/// A reason to choose.
pub(in crate::moderation) struct ReasonOption {
    pub(in crate::moderation) value: String,
    pub(in crate::moderation) label: String,
}

impl From<&ListedReason> for ReasonOption {
    fn from(listed: &ListedReason) -> Self {
        Self { value: listed.code.to_string(), label: listed.wording.label.clone() }
    }
}

/// How an agreement was received, to choose from.
pub(super) fn ways_received() -> Vec<Choice> {
    Received::ALL
        .into_iter()
        .map(|way| Choice { value: way.as_str(), label: way.words(), hint: "" })
        .collect()
}

/// The decision forms, each filled in by itself.
pub(super) struct Forms {
    pub(super) approve: Filled,
    pub(super) release: Filled,
    pub(super) reopen: Filled,
    pub(super) hold: Filled,
    pub(super) reject: Filled,
    pub(super) remove: Filled,
    pub(super) attest: Filled,
}

/// The decisions that can be taken now.
#[derive(Default)]
pub(super) struct Acts {
    pub(super) approve: bool,
    pub(super) hold: bool,
    pub(super) release: bool,
    pub(super) reject: bool,
    pub(super) remove: bool,
    pub(super) reopen: bool,
    pub(super) undo: bool,
    pub(super) attest: bool,
}

impl Acts {
    pub(super) fn of(bench: &Bench, seen: &Seen) -> Self {
        if seen.campaign.settings.status == Status::Archived {
            return Self::default();
        }
        let standing = seen.sign_on.standing();
        let undecided = matches!(standing, Standing::AwaitingModeration | Standing::OnHold);
        let undo = bench.undo_until(seen).is_some();
        Self {
            approve: undecided && !eyes::is_first(bench, seen),
            reject: undecided,
            hold: standing == Standing::AwaitingModeration,
            release: standing == Standing::OnHold,
            remove: standing == Standing::Approved,
            reopen: matches!(standing, Standing::Rejected | Standing::Removed) && !undo,
            undo,
            attest: standing == Standing::AwaitingVerification,
        }
    }

    pub(super) const fn any(&self) -> bool {
        self.reject || self.remove || self.undo || self.attest
    }
}

impl Forms {
    pub(super) fn new(returned: Option<&Returned>) -> Self {
        let mut forms = Self {
            approve: blank(),
            release: blank(),
            reopen: blank(),
            hold: blank(),
            reject: blank(),
            remove: blank(),
            attest: blank(),
        };
        let Some(returned) = returned else { return forms };
        let filled = returned.filled();
        match Verb::parse(returned.act) {
            Some(Verb::Approve) => forms.approve = filled,
            Some(Verb::Release) => forms.release = filled,
            Some(Verb::Reopen) => forms.reopen = filled,
            Some(Verb::Hold) => forms.hold = filled,
            Some(Verb::Reject) => forms.reject = filled,
            Some(Verb::Remove) => forms.remove = filled,
            Some(Verb::Attest) => forms.attest = filled,
            Some(Verb::Undo) | None => {}
        }
        forms
    }
}

/// A form that nobody has filled in: the representative is told unless the box is cleared.
fn blank() -> Filled {
    Filled::new([("notify", "yes")].into_iter().collect(), Problems::default())
}
