//! A moderator's own words in the mail of a decision: what they are, and the same decision with other ones. Pure.

use crate::campaign::Reasons;
use crate::sign_on::{Decision, Remark, SignOn, State};

/// The words of a decision that is mailed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Words {
    /// What they are now; nothing where only the reason is mailed.
    pub(crate) text: Option<Remark>,
    /// Whether the mail would say nothing without them.
    pub(crate) is_needed: bool,
}

/// The words of the decision that stands; nothing where it has none of its own, as an approval, or where they stand in the mails of a merger.
pub(crate) fn of(sign_on: &SignOn, reasons: &Reasons) -> Option<Words> {
    match &sign_on.state {
        State::Rejected(decision) if decision.merged_into.is_some() => None,
        State::Rejected(decision) | State::Removed(decision) => Some(Words {
            text: decision.text.clone(),
            is_needed: reasons
                .chosen(decision.reason.as_str())
                .is_some_and(|listed| listed.wording.needs_words),
        }),
        State::OnHold { question: Some(question), .. } => {
            Some(Words { text: Some(question.clone()), is_needed: true })
        }
        _ => None,
    }
}

/// The sign-on after the same decision with other words; nothing where it has none of its own.
pub(crate) fn reworded(sign_on: SignOn, text: Option<Remark>) -> Option<SignOn> {
    let anew = |decision: &Decision| Decision { text: text.clone(), ..decision.clone() };
    let state = match (&sign_on.state, &text) {
        (State::Rejected(decision), _) if decision.merged_into.is_some() => return None,
        (State::Rejected(decision), _) => State::Rejected(anew(decision)),
        (State::Removed(decision), _) => State::Removed(anew(decision)),
        (State::OnHold { by, since, question: Some(_) }, Some(text)) => {
            State::OnHold { by: *by, since: *since, question: Some(text.clone()) }
        }
        _ => return None,
    };
    Some(SignOn { state, version: sign_on.version + 1, ..sign_on })
}
