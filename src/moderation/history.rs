//! What was done with a sign-on, as sentences.

use super::order::FIRST_APPROVAL;
use super::sentence::Sentence;
use crate::audit::{Act, Actor};
use crate::campaign::{Reason, Reasons};
use crate::clock::Timestamp;
use crate::ids::{AccountId, SignOnId};
use crate::sign_on::{
    ADDED, BY_INVITATION, CONFIRMED, LATE_BY_INVITATION, LET_GO, MERGED, Outcome, READ_IN, REFUSED,
    ReportKind, SHOWN, TOOK_IN,
};
use crate::text::Shown;
use std::collections::BTreeMap;

/// The act of looking at a representative's data, in the history.
pub(crate) const CONTACT_READ: &str = "contact read";

/// That an entry and another one are two organizations, which is the new value.
pub(crate) const DISTINCT: &str = "said to be distinct";

/// That this was taken back; the other one is the old value.
pub(crate) const NOT_DISTINCT: &str = "no longer said to be distinct";

/// The act of changing the words of a mail that waits, in the history.
pub(crate) const MAIL_EDITED: &str = "edited the mail";

/// The act of sending the mails about the printed line before their time.
pub(crate) const LINE_MAIL_SENT: &str = "sent the mail about the printed line";

/// The act of taking them back.
pub(crate) const LINE_MAIL_BACK: &str = "took the mail about the printed line back";

/// Acts that leave a sign-on where it stands, though somebody outside or among the staff did them.
const BESIDE: [&str; 15] = [
    CONTACT_READ,
    MAIL_EDITED,
    LINE_MAIL_SENT,
    LINE_MAIL_BACK,
    "reported",
    "settled a report",
    TOOK_IN,
    LET_GO,
    DISTINCT,
    NOT_DISTINCT,
    BY_INVITATION,
    LATE_BY_INVITATION,
    READ_IN,
    CONFIRMED,
    SHOWN,
];

/// What staff are called.
pub(crate) type Names = BTreeMap<AccountId, String>;

/// One line of the history.
pub(crate) struct Event {
    /// When.
    pub(crate) at: Timestamp,
    /// What, by whom, and why.
    pub(crate) what: Sentence,
}

/// The history as a page shows it, oldest first.
pub(crate) fn events(acts: &[Act], names: &Names, reasons: &Reasons) -> Vec<Event> {
    acts.iter().map(|act| Event { at: act.at, what: sentence(act, names, reasons) }).collect()
}

/// The act that led to what stands now: the last one that was more than reading, wording, reporting and settling a report, and about this entry
/// rather than another one.
pub(crate) fn latest(acts: &[Act]) -> Option<&Act> {
    acts.iter().rev().find(|act| !BESIDE.contains(&act.act.as_str()))
}

/// Who acted.
pub(crate) fn who(actor: Actor, names: &Names) -> String {
    match actor {
        Actor::Representative => "the representative".to_owned(),
        Actor::Visitor => "a visitor".to_owned(),
        Actor::Staff(id) => names.get(&id).cloned().unwrap_or_else(|| "a former member of staff".to_owned()),
        Actor::Command => "a command on the server".to_owned(),
        Actor::System => "the program".to_owned(),
    }
}

/// Why it was done, where that was written down: what a code means, or staff's words.
pub(crate) fn why(act: &Act, reasons: &Reasons) -> String {
    let Some(reason) = act.reason.as_deref() else { return String::new() };
    match Reason::parse(reason).ok().filter(|_| reasons.has(reason)) {
        Some(reason) => reasons.label(&reason).into_owned(),
        None => reason.to_owned(),
    }
}

fn sentence(act: &Act, names: &Names, reasons: &Reasons) -> Sentence {
    let by = |sentence: Sentence| match act.actor {
        Actor::Staff(_) => sentence.and(" by ").typed(who(act.actor, names)),
        actor => sentence.and(format!(" by {}", who(actor, names))),
    };
    let done = match act.act.as_str() {
        CONTACT_READ => by(Sentence::plain("The representative’s data was read")),
        "objected to at a published address" | "confirmed at a published address" => {
            Sentence::plain(capitalized(&act.act)).and(", by whoever reads it for the organization")
        }
        "objected to from its own domain" => {
            Sentence::plain("Objected to by a report from the domain of its website")
        }
        "reported" => {
            let kind = act.new.as_deref().and_then(ReportKind::parse).map_or("something", ReportKind::said);
            Sentence::plain(format!("Reported from outside: {kind}"))
        }
        "settled a report" => {
            let outcome = act.new.as_deref().and_then(Outcome::parse).map_or("settled", Outcome::words);
            by(Sentence::plain(format!("A report was {outcome},")))
        }
        BY_INVITATION | LATE_BY_INVITATION => Sentence::plain(capitalized(&act.act))
            .and(": the one to “")
            .typed(act.new.clone().unwrap_or_default())
            .and("”"),
        READ_IN => Sentence::plain("Submitted after reading the letter in ")
            .typed(act.new.clone().unwrap_or_default()),
        "agreed to the text anew" | "came back" if act.new.is_some() => {
            by(Sentence::plain(capitalized(&act.act)))
                .and(", after reading it in ")
                .typed(act.new.clone().unwrap_or_default())
        }
        ADDED => by(Sentence::plain("Added from elsewhere")),
        CONFIRMED => Sentence::plain("Confirmed by its contact, by the link in a mail"),
        REFUSED => Sentence::plain("Its contact said that they did not sign"),
        SHOWN => {
            let way = |word: &Option<String>| word.as_deref().and_then(Shown::parse).map_or("", Shown::words);
            by(Sentence::plain(format!("Shown {}, no longer {},", way(&act.new), way(&act.old))))
        }
        "attested" => by(Sentence::plain("Approved with written evidence, without a proved mailbox,")),
        FIRST_APPROVAL => by(Sentence::plain("First of two approvals")),
        "undone" => by(Sentence::plain("The decision was taken back")),
        MERGED => by(Sentence::plain("Merged into another entry")),
        TOOK_IN => by(another("Another entry", act.new.as_deref()).and(" was merged into it")),
        LET_GO => by(another("Another entry", act.old.as_deref()).and(" stands by itself again, as decided")),
        DISTINCT => by(Sentence::plain("Said to be distinct from ")
            .and_all(another("another entry", act.new.as_deref()))),
        NOT_DISTINCT => by(Sentence::plain("No longer said to be distinct from ")
            .and_all(another("another entry", act.old.as_deref()))),
        other => by(Sentence::plain(capitalized(other))),
    };
    match act.reason.as_deref() {
        None => done.and("."),
        Some(code) => match Reason::parse(code).ok().filter(|_| reasons.has(code)) {
            Some(reason) => done.and(". Reason: ").typed(lower(&reasons.label(&reason))).and("."),
            None => done.and(". Note: ").typed(code),
        },
    }
}

/// Another entry, by its id.
fn another(words: &str, id: Option<&str>) -> Sentence {
    match id.and_then(SignOnId::parse) {
        Some(id) => Sentence::default().link(words, id),
        None => Sentence::plain(words),
    }
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

fn lower(label: &str) -> String {
    let mut characters = label.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Subject;
    use crate::moderation::likeness::tests::id;

    #[test]
    fn acts_are_told_with_who_and_why() {
        let moderator = AccountId::new(1, [1; 10]);
        let names = Names::from([(moderator, "Moderator One".to_owned())]);
        let act = |actor, what: &str, reason| {
            Act::new(Timestamp::from_micros(0), actor, Subject::SignOn(id(1)), what).because(reason)
        };
        let acts = [
            act(Actor::Representative, "submitted", None),
            act(Actor::Staff(moderator), "rejected", Some("duplicate")),
            act(Actor::Staff(AccountId::new(2, [2; 10])), "reopened", Some("They called us.")),
            act(Actor::Staff(moderator), CONTACT_READ, None),
        ];
        let told: Vec<_> =
            events(&acts, &names, &Reasons::default()).iter().map(|event| event.what.text()).collect();
        assert_eq!(
            told,
            [
                "Submitted by the representative.",
                "Rejected by Moderator One. Reason: already on the list or in the queue.",
                "Reopened by a former member of staff. Note: They called us.",
                "The representative’s data was read by Moderator One.",
            ]
        );
        assert_eq!(latest(&acts).map(|act| act.act.as_str()), Some("reopened"));
    }
}
