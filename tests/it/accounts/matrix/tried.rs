//! What must come of a request, by the row of its address and by who sends it.

use super::people::{Answer, Factor, Rank};
use super::{Needs, Row};

/// What must come of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Expected {
    /// It is shown, or the form is taken and read.
    Taken,
    /// The page to log in; for a form, the page that keeps what was typed.
    LogIn,
    /// No such thing: they do not learn that there is.
    Unknown,
    /// They know that there is such a thing, and may not.
    Forbidden,
    /// First a second factor.
    SetUp,
    /// The code once more.
    Code,
}

/// What must come of it.
pub(super) fn expected(row: &Row, rank: Rank, factor: Factor) -> Expected {
    if rank == Rank::Visitor {
        return Expected::LogIn;
    }
    match row.needs {
        Needs::OwnAccount | Needs::Staff => {}
        Needs::Administrator if rank == Rank::Administrator => {}
        Needs::Administrator => return Expected::Forbidden,
        Needs::Moderator | Needs::Organizer
            if matches!(rank, Rank::ModeratorElsewhere | Rank::OrganizerElsewhere) =>
        {
            return Expected::Unknown;
        }
        Needs::OrganizerOfAny if matches!(rank, Rank::ModeratorElsewhere | Rank::Moderator) => {
            let is_asked_first = row.posts && factor == Factor::None;
            return if is_asked_first { Expected::SetUp } else { Expected::Forbidden };
        }
        Needs::OrganizerOfAny => {}
        Needs::Organizer if rank == Rank::Moderator => return Expected::Forbidden,
        Needs::Moderator | Needs::Organizer => {}
    }
    let own = row.needs == Needs::OwnAccount;
    match factor {
        Factor::None if own => Expected::Taken,
        Factor::None if row.posts || row.lately => Expected::SetUp,
        Factor::ShownBefore if row.lately => Expected::Code,
        Factor::None | Factor::ShownNow | Factor::ShownBefore => Expected::Taken,
    }
}

/// Whether a page was shown, or a form read.
pub(super) fn is_taken(answer: &Answer) -> bool {
    match answer.status {
        200 | 409 | 422 => !answer.says("Confirm that it is you"),
        303 => !["/login", "/staff/confirm?", "/staff/account/app?"]
            .iter()
            .any(|page| answer.location.starts_with(page)),
        _ => false,
    }
}

impl Expected {
    /// Whether the answer is that; else what it is.
    pub(super) fn judge(self, answer: &Answer) -> Result<(), String> {
        let forbidden = |words| answer.status == 403 && answer.says(words);
        let sent_to = |page| answer.status == 303 && answer.location.starts_with(page);
        let fits = match self {
            Self::Taken => is_taken(answer) || (answer.path == "/staff/confirm" && answer.status == 200),
            Self::LogIn => sent_to("/login") || forbidden("You are not logged in"),
            Self::Unknown => answer.status == 404,
            Self::Forbidden => {
                forbidden("Your role in this letter is not enough")
                    || forbidden("Only an administrator")
                    || forbidden("Only administrators and organizers")
            }
            Self::SetUp => {
                sent_to("/staff/account/app?next=") || forbidden("Set up your second factor first")
            }
            Self::Code => sent_to("/staff/confirm?next=") || forbidden("Confirm that it is you"),
        };
        if fits { Ok(()) } else { Err(format!("not {self:?} but {answer:?}")) }
    }
}
