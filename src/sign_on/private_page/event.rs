//! What happened to a sign-on, in the words of the representative's page.

use crate::audit::{Act, Actor};
use crate::clock::Timestamp;
use crate::sign_on::book::{JOINED_BOOK, LEFT_BOOK};
use crate::sign_on::told::{self, UPDATES_OFF, UPDATES_ON};
use crate::sign_on::verify::VERIFIED_LATER;
use crate::web::show::Moment;

/// One thing that happened, as the representative may read it: what staff do among themselves is not shown.
pub(super) struct Event {
    pub(super) at: Moment,
    pub(super) what: String,
}

impl Event {
    pub(super) fn of(act: &Act, now: Timestamp) -> Option<Self> {
        let what = match (act.act.as_str(), act.actor) {
            ("submitted", _) => "Submitted",
            ("submitted again", _) => "Submitted again before it was verified",
            ("asked for a fresh link", _) => "A fresh link was asked for",
            ("verified" | VERIFIED_LATER, _) => "Verified by you",
            ("approved", _) => "Approved by a moderator",
            ("attested", _) => "Approved by a moderator, who has your agreement in writing",
            ("answered", _) => "You answered the question",
            ("rejected", _) => "Not accepted by a moderator",
            ("put on hold", _) => "Put on hold by a moderator",
            ("released" | "reopened", _) => "Returned to review",
            ("removed", _) => "Removed from the list by a moderator",
            ("asked for a correction", _) => "You asked for a correction",
            ("corrected", Actor::Representative) => "Corrected by you",
            ("corrected", _) => "The printed name was corrected by a moderator",
            ("objected to the correction", _) => "You objected to the correction",
            ("accepted the correction", _) => "Your correction was accepted by a moderator",
            ("declined the correction", _) => "Your correction was not accepted by a moderator",
            ("asked a colleague to take over", _) => "A colleague was asked to take over",
            ("asked somebody else to take over", _) => "A moderator asked somebody else to take over",
            ("declined to take over", _) => "The colleague declined",
            ("took the hand-over back", _) => "The colleague is not asked any more",
            ("took over", _) => "A colleague took over",
            ("agreed to the text anew", _) => "Your organization agreed to the text anew",
            ("not carried over", _) => "Left the list, because nobody agreed to the text anew",
            ("came back", _) => "Your organization agreed to the text, and is back",
            (UPDATES_ON, _) => "Updates by mail were switched on",
            (UPDATES_OFF, _) => "Updates by mail were switched off",
            ("contact erased", Actor::Representative) => "What names a representative was erased",
            ("withdrawn", Actor::Representative) => "Withdrawn by you",
            (crate::sign_on::ADDED, _) => {
                "Added by those who run the letter, because your organization signed in another way"
            }
            (crate::sign_on::CONFIRMED, _) => "Confirmed by you",
            (crate::sign_on::SHOWN, Actor::Representative) => "You changed how your organization is shown",
            (crate::sign_on::SHOWN, _) => "Staff changed how your organization is shown",
            (JOINED_BOOK, _) => "You agreed that your organization may be invited to later letters",
            (LEFT_BOOK, _) => "Your organization is not invited to later letters any more",
            (told::MERGED, _) => {
                "A moderator found that your organization had signed twice, and made one entry of the two"
            }
            (told::TOOK_IN, _) => "A moderator added a colleague of yours, who had signed too, as a contact",
            _ => return None,
        };
        Some(Self { at: Moment::new(act.at, now), what: what.to_owned() })
    }
}
