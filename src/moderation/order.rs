//! What a moderator orders with a decision form.

use crate::campaign::{Reason, Reasons};
use crate::clock::Timestamp;
use crate::ids::AccountId;
use crate::sign_on::{Decision, Evidence, NotAllowed, Received, Remark, SignOn, State};
use crate::text::{PersonName, optional};
use crate::web::form::{Fields, Problems};

/// The first of two approvals, in the history.
pub(crate) const FIRST_APPROVAL: &str = "first approval";

/// The acts, by the last word of their addresses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verb {
    Approve,
    Reject,
    Hold,
    Release,
    Remove,
    Reopen,
    Undo,
    Attest,
}

impl Verb {
    const ALL: [Self; 8] = [
        Self::Approve,
        Self::Reject,
        Self::Hold,
        Self::Release,
        Self::Remove,
        Self::Reopen,
        Self::Undo,
        Self::Attest,
    ];

    /// The word in addresses and on buttons.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Hold => "hold",
            Self::Release => "release",
            Self::Remove => "remove",
            Self::Reopen => "reopen",
            Self::Undo => "undo",
            Self::Attest => "attest",
        }
    }

    /// Reads the word.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.as_str() == text)
    }

    /// What is done then, as the history says it.
    pub(crate) const fn done(self) -> &'static str {
        match self {
            Self::Approve => "approved",
            Self::Reject => "rejected",
            Self::Hold => "put on hold",
            Self::Release => "released",
            Self::Remove => "removed",
            Self::Reopen => "reopened",
            Self::Undo => "undone",
            Self::Attest => "attested",
        }
    }

    /// What was asked, after "You asked to".
    pub(crate) const fn asked(self) -> &'static str {
        match self {
            Self::Hold => "put on hold",
            Self::Undo => "undo the decision about",
            Self::Attest => "approve, with written evidence,",
            other => other.as_str(),
        }
    }
}

/// An order that could be understood.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Order {
    /// `distinct` says why it is another organization than the one of the same name on the list; without that, there may be a note for
    /// the history.
    Approve { looked: bool, distinct: Option<Remark>, note: Option<Remark>, notify: bool },
    /// Against the entry.
    Reject(Against),
    /// With a question that is mailed, or with a note for the history, or without words.
    Hold { question: Option<Remark>, note: Option<Remark> },
    /// Back to the queue, with a note for the history.
    Release { note: Option<Remark> },
    /// Off the list.
    Remove(Against),
    /// Decide anew, with a note for the history.
    Reopen { note: Option<Remark> },
    /// As if it had not been decided.
    Undo,
    /// Approve what nobody verified, because something in writing shows that the organization agreed.
    Attest { received: Received, evidence: Evidence, looked: bool, notify: bool },
}

/// On what ground an order is carried out.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Ground {
    /// Who ordered it.
    pub(crate) by: AccountId,
    /// When.
    pub(crate) at: Timestamp,
    /// The place in the order of joining, should it join.
    pub(crate) joined: i64,
    /// What stood before the decision that stands, where it can be undone.
    pub(crate) before: Option<SignOn>,
    /// Whether two moderators must approve.
    pub(crate) needs_two: bool,
    /// Whether it would be on the list beside others of its name.
    pub(crate) is_distinct: bool,
}

/// A decision against an entry: the reason, and the moderator's own words. Where the representative is not told, the words
/// are a note for the history alone.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Against {
    reason: Reason,
    text: Option<Remark>,
    notify: bool,
}

impl Order {
    /// Reads a decision form, with the reasons that the campaign has.
    ///
    /// # Errors
    /// What is to be mended.
    pub(crate) fn parse(verb: Verb, fields: &Fields, reasons: &Reasons) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let text = problems.take("text", optional(fields.get("text"), Remark::parse));
        let order = match verb {
            Verb::Approve => {
                let is_distinct = fields.is_ticked("distinct");
                if is_distinct && text == Some(None) {
                    problems.add("text", "Write why it is another organization than the one on the list.");
                }
                let text = text.clone().flatten();
                let (distinct, note) = if is_distinct { (text, None) } else { (None, text) };
                Some(Self::Approve {
                    looked: fields.is_ticked("looked"),
                    distinct,
                    note,
                    notify: fields.is_ticked("notify"),
                })
            }
            Verb::Reject => against(fields, reasons, &text, &mut problems).map(Self::Reject),
            Verb::Remove => against(fields, reasons, &text, &mut problems).map(Self::Remove),
            Verb::Hold => {
                let (is_mailed, text) = (fields.is_ticked("notify"), text.clone().flatten());
                let (question, note) = if is_mailed { (text, None) } else { (None, text) };
                Some(Self::Hold { question, note })
            }
            Verb::Attest => attestation(fields, &text, &mut problems),
            Verb::Release => Some(Self::Release { note: text.clone().flatten() }),
            Verb::Reopen => Some(Self::Reopen { note: text.clone().flatten() }),
            Verb::Undo => Some(Self::Undo),
        };
        order.filter(|_| problems.is_empty()).ok_or(problems)
    }

    /// Its verb.
    pub(crate) const fn verb(&self) -> Verb {
        match self {
            Self::Approve { .. } => Verb::Approve,
            Self::Reject(_) => Verb::Reject,
            Self::Hold { .. } => Verb::Hold,
            Self::Release { .. } => Verb::Release,
            Self::Remove(_) => Verb::Remove,
            Self::Reopen { .. } => Verb::Reopen,
            Self::Undo => Verb::Undo,
            Self::Attest { .. } => Verb::Attest,
        }
    }

    /// Whether the representative is told by mail.
    pub(crate) const fn notifies(&self) -> bool {
        match self {
            Self::Approve { notify, .. } | Self::Attest { notify, .. } => *notify,
            Self::Reject(against) | Self::Remove(against) => against.notify,
            Self::Hold { question, .. } => question.is_some(),
            Self::Release { .. } | Self::Reopen { .. } | Self::Undo => false,
        }
    }

    /// Why, for the history: a reason's code, or staff's words.
    pub(crate) fn why(&self) -> Option<&str> {
        match self {
            Self::Approve { distinct, note, .. } => distinct.as_ref().or(note.as_ref()).map(Remark::as_str),
            Self::Reject(Against { notify: false, text: Some(text), .. })
            | Self::Remove(Against { notify: false, text: Some(text), .. }) => Some(text.as_str()),
            Self::Reject(against) | Self::Remove(against) => Some(against.reason.as_str()),
            Self::Hold { note, .. } | Self::Release { note } | Self::Reopen { note } => {
                note.as_ref().map(Remark::as_str)
            }
            // What was received may speak of persons: the history only says how.
            Self::Attest { received, .. } => Some(received.words()),
            Self::Undo => None,
        }
    }

    /// The sign-on as the order leaves it.
    ///
    /// # Errors
    /// When the standing does not allow it.
    pub(crate) fn carried_out(&self, sign_on: SignOn, ground: Ground) -> Result<SignOn, NotAllowed> {
        let Ground { by, at, joined, before, needs_two, is_distinct } = ground;
        let approve = |sign_on: SignOn| {
            let sign_on = SignOn { is_distinct, ..sign_on };
            match needs_two {
                true => sign_on.approve_as_one_of_two(by, at, joined),
                false => sign_on.approve(by, at, joined),
            }
        };
        match self {
            Self::Approve { .. } => approve(sign_on),
            Self::Reject(against) => sign_on.reject(against.decision(by, at)),
            Self::Hold { question, .. } => sign_on.hold(by, at, question.clone()),
            Self::Attest { .. } => approve(sign_on.attest(at)?),
            Self::Release { .. } => sign_on.release(),
            Self::Remove(against) => sign_on.remove(against.decision(by, at)),
            Self::Reopen { .. } => sign_on.reopen(),
            Self::Undo => sign_on.undo(before),
        }
    }

    /// Whether this very order left the sign-on as it stands now.
    pub(crate) fn is_done_in(&self, sign_on: &SignOn, by: AccountId) -> bool {
        match (self, &sign_on.state) {
            (Self::Approve { .. } | Self::Attest { .. }, State::Approved { by: Some(who), .. }) => *who == by,
            (
                Self::Approve { .. } | Self::Attest { .. },
                State::AwaitingModeration { first: Some(first) },
            ) => first.by == by,
            (Self::Reject(against), State::Rejected(decision))
            | (Self::Remove(against), State::Removed(decision)) => {
                against.decision(by, decision.at) == *decision
            }
            (Self::Hold { question: asked, .. }, State::OnHold { by: who, question, .. }) => {
                *who == Some(by) && asked == question
            }
            (Self::Release { .. } | Self::Reopen { .. }, State::AwaitingModeration { .. })
            | (Self::Undo, _) => true,
            _ => false,
        }
    }

    /// What was done by it, as the history says it, given how it left the sign-on.
    pub(crate) const fn done(&self, after: &SignOn) -> &'static str {
        match (self, &after.state) {
            (Self::Approve { .. }, State::AwaitingModeration { .. }) => FIRST_APPROVAL,
            _ => self.verb().done(),
        }
    }

    /// Whether it can be undone until it is told. What only returns to the queue is decided anew there.
    pub(crate) const fn can_be_undone(&self) -> bool {
        !matches!(self, Self::Release { .. } | Self::Reopen { .. } | Self::Undo)
    }
}

impl Against {
    fn decision(&self, by: AccountId, at: Timestamp) -> Decision {
        let text = self.text.clone().filter(|_| self.notify);
        Decision { reason: self.reason.clone(), text, at, by, merged_into: None }
    }
}

/// What a moderator wrote down about an agreement that came another way.
fn attestation(fields: &Fields, text: &Option<Option<Remark>>, problems: &mut Problems) -> Option<Order> {
    let received = Received::parse(fields.get("received"));
    let received = problems.take("received", received.ok_or("Choose how the agreement was received."));
    if *text == Some(None) {
        problems.add("text", "Write what shows that the organization agreed.");
    }
    let vouched_by = problems.take("vouched_by", PersonName::parse(fields.get("vouched_by")));
    let evidence = Evidence { what: text.clone().flatten()?, vouched_by: vouched_by? };
    let (looked, notify) = (fields.is_ticked("looked"), fields.is_ticked("notify"));
    Some(Order::Attest { received: received?, evidence, looked, notify })
}

fn against(
    fields: &Fields,
    reasons: &Reasons,
    text: &Option<Option<Remark>>,
    problems: &mut Problems,
) -> Option<Against> {
    let notify = fields.is_ticked("notify");
    let code = fields.get("reason");
    let reason = reasons.chosen(code);
    match (code, reason) {
        (_, Some(_)) => {}
        ("", None) => problems.add("reason", "Choose a reason."),
        (_, None) => problems.add("reason", "Choose one of the reasons in the list."),
    }
    let missing = match (notify, reason) {
        (false, _) => "Write why the representative is not told. The note stays among staff.",
        (true, Some(listed)) if listed.wording.needs_words => {
            "Write the reason: the mail says only that you give one."
        }
        (true, _) => "",
    };
    if *text == Some(None) && !missing.is_empty() {
        problems.add("text", missing);
    }
    Some(Against { reason: reason?.code.clone(), text: text.clone()?, notify })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::form::Filled;

    fn parse(verb: Verb, typed: &[(&str, &str)]) -> Result<Order, Vec<&'static str>> {
        let fields: Fields = typed.iter().copied().collect();
        Order::parse(verb, &fields, &Reasons::default()).map_err(|problems| {
            Filled::new(Fields::default(), problems).errors().iter().map(|error| error.name).collect()
        })
    }

    #[test]
    fn each_verb_is_read_by_its_word() {
        for verb in Verb::ALL {
            assert_eq!(Verb::parse(verb.as_str()), Some(verb));
        }
        assert_eq!(Verb::parse("delete"), None);
    }

    #[test]
    fn a_decision_against_an_entry_has_a_reason_and_what_is_not_mailed_has_a_note() {
        assert_eq!(parse(Verb::Reject, &[("notify", "yes")]), Err(vec!["reason"]));
        assert_eq!(parse(Verb::Reject, &[("notify", "yes"), ("reason", "because")]), Err(vec!["reason"]));
        assert_eq!(parse(Verb::Remove, &[("reason", "duplicate")]), Err(vec!["text"]));
        assert_eq!(parse(Verb::Reject, &[("reason", "other"), ("notify", "yes")]), Err(vec!["text"]));
        let silent = parse(Verb::Reject, &[("reason", "duplicate"), ("text", "A test of ours.")]).unwrap();
        assert_eq!((silent.notifies(), silent.why()), (false, Some("A test of ours.")));
        let told =
            parse(Verb::Reject, &[("reason", "duplicate"), ("text", "See 7."), ("notify", "on")]).unwrap();
        assert_eq!((told.notifies(), told.why()), (true, Some("duplicate")));
    }

    #[test]
    fn a_note_that_stays_among_staff_is_no_part_of_the_decision() {
        let text = [("reason", "duplicate"), ("text", "A test of ours.")];
        let Order::Reject(silent) = parse(Verb::Reject, &text).unwrap() else { panic!("a rejection") };
        let by = AccountId::new(1, [1; 10]);
        assert_eq!(silent.decision(by, Timestamp::from_micros(0)).text, None);
    }

    #[test]
    fn calling_an_organization_another_one_needs_words() {
        assert_eq!(parse(Verb::Approve, &[("distinct", "yes")]), Err(vec!["text"]));
        let order = parse(Verb::Approve, &[("distinct", "yes"), ("text", "Another country.")]).unwrap();
        assert_eq!(order.why(), Some("Another country."));
        let plain = parse(Verb::Approve, &[("notify", "yes")]).unwrap();
        assert_eq!((plain.why(), plain.notifies()), (None, true));
    }

    #[test]
    fn why_it_was_done_is_for_the_history_and_never_mailed() {
        for verb in [Verb::Approve, Verb::Release, Verb::Reopen] {
            let order = parse(verb, &[("text", "Ben called."), ("notify", "yes")]).unwrap();
            assert_eq!((order.why(), order.notifies()), (Some("Ben called."), verb == Verb::Approve));
            assert_eq!(parse(verb, &[("text", " ")]).unwrap().why(), None);
            assert_eq!(parse(verb, &[("text", "\u{0}")]), Err(vec!["text"]));
        }
    }

    #[test]
    fn what_is_asked_is_mailed_and_what_is_not_mailed_is_a_note() {
        let asked = parse(Verb::Hold, &[("text", "Who?"), ("notify", "yes")]).unwrap();
        assert_eq!((asked.notifies(), asked.why()), (true, None));
        let noted = parse(Verb::Hold, &[("text", "Ask Tom.")]).unwrap();
        assert_eq!((noted.notifies(), noted.why()), (false, Some("Ask Tom.")));
    }

    #[test]
    fn an_attestation_says_how_what_and_who() {
        assert_eq!(parse(Verb::Attest, &[]), Err(vec!["received", "text", "vouched_by"]));
        let typed = [("received", "paper"), ("text", "Signed on 1 March."), ("vouched_by", "Ben Example")];
        let order = parse(Verb::Attest, &typed).unwrap();
        assert_eq!((order.notifies(), order.why()), (false, Some("Received on paper")));
        assert_eq!(parse(Verb::Attest, &[("received", "rumor"), typed[1], typed[2]]), Err(vec!["received"]));
    }

    #[test]
    fn a_text_that_cannot_be_taken_is_said_beside_it() {
        assert_eq!(parse(Verb::Hold, &[("text", "\u{0}")]), Err(vec!["text"]));
        assert_eq!(parse(Verb::Hold, &[("text", " ")]), Ok(Order::Hold { question: None, note: None }));
        let long = "x".repeat(2001);
        assert_eq!(parse(Verb::Reject, &[("reason", "other"), ("text", &long)]), Err(vec!["text"]));
    }
}
