//! Where a sign-on stands, as the page says it: in a word, and in a sentence with who, when and why.

use crate::clock::Timestamp;
use crate::ids::SignOnId;
use crate::moderation::bench::Seen;
use crate::moderation::history;
use crate::moderation::sentence::Sentence;
use crate::sign_on::{SignOn, Standing, State, is_live};
use crate::web::show::{Moment, in_utc};

/// Where a sign-on stands, in a word or two.
pub(in crate::moderation) const fn state_word(standing: Standing) -> &'static str {
    match standing {
        Standing::AwaitingVerification => "Waiting for verification",
        Standing::AwaitingModeration => "Waiting for review",
        Standing::OnHold => "On hold",
        Standing::Approved => "On the list",
        Standing::Rejected => "Rejected",
        Standing::Withdrawn => "Withdrawn",
        Standing::Removed => "Removed",
    }
}

/// The same of one whose story is known: what another entry stands for is merged.
pub(in crate::moderation) const fn state_of(sign_on: &SignOn) -> &'static str {
    match &sign_on.state {
        State::Rejected(decision) if decision.merged_into.is_some() => "Merged",
        _ => state_word(sign_on.standing()),
    }
}

/// The mark beside it.
pub(in crate::moderation) const fn state_class(standing: Standing) -> &'static str {
    match standing {
        Standing::AwaitingVerification | Standing::AwaitingModeration => "",
        Standing::OnHold => "held",
        Standing::Approved => "done",
        Standing::Rejected | Standing::Withdrawn | Standing::Removed => "ended",
    }
}

/// The head of the page.
pub(super) struct EntryShown {
    pub(super) id: SignOnId,
    /// The history of the whole letter.
    pub(super) journal_href: String,
    pub(super) name: String,
    pub(super) place: String,
    pub(super) line: String,
    pub(super) href: String,
    pub(super) website: String,
    /// How much of it everybody sees, where that is not all of it.
    pub(super) shown: &'static str,
    pub(super) version: i64,
    pub(super) state: &'static str,
    pub(super) state_class: &'static str,
    pub(super) stands: Sentence,
    /// Whether they agree to another text than the one that stands, so that an approval alone does not put them on the list.
    pub(super) is_of_another_text: bool,
    /// The translations that they read: what each is called, and where staff read it.
    pub(super) translations: Vec<(String, String)>,
}

impl EntryShown {
    pub(super) fn new(seen: &Seen, now: Timestamp) -> Self {
        let sign_on = &seen.sign_on;
        let place = match sign_on.verified_at {
            Some(at) => format!("Verified {} ago, on {}.", Moment::new(at, now).ago, in_utc(at))
                .replace("just now ago", "just now"),
            None => format!("Came in on {}.", in_utc(sign_on.submitted_at)),
        };
        Self {
            id: sign_on.id,
            journal_href: format!("/staff/letters/{}/history", seen.campaign.settings.slug),
            name: sign_on.entry.organization.to_string(),
            place,
            line: sign_on.entry.public_line(),
            href: format!("/staff/sign-ons/{}", sign_on.id),
            website: sign_on.entry.website.as_ref().map(ToString::to_string).unwrap_or_default(),
            shown: if sign_on.entry.is_named() { "" } else { sign_on.entry.shown.words() },
            version: sign_on.version,
            state: match sign_on.standing() {
                Standing::Approved if !seen.agrees => "Approved, not on the list",
                _ => state_of(sign_on),
            },
            state_class: match sign_on.standing() {
                Standing::Approved if !seen.agrees => "held",
                standing => state_class(standing),
            },
            is_of_another_text: !seen.agrees && is_live(sign_on.standing()),
            stands: stands(seen),
            translations: translations(seen),
        }
    }
}

/// The very texts that were shown, where those were translations.
fn translations(seen: &Seen) -> Vec<(String, String)> {
    let letter = format!("/staff/letters/{}", seen.campaign.settings.slug);
    let read = seen.shown.iter().filter_map(|shown| shown.translation.as_ref());
    read.map(|(translation, version)| {
        let language = &translation.language;
        let name = format!("{}, version {}", language.english_name(), version.number);
        (name, format!("{letter}/languages/{language}/versions/{}", version.number))
    })
    .collect()
}

/// Who decided what stands, when, and why.
fn stands(seen: &Seen) -> Sentence {
    let Some((_, at)) = seen.sign_on.decided() else { return Sentence::default() };
    let by = match history::latest(&seen.history) {
        Some(act) => Sentence::plain("by ").typed(history::who(act.actor, &seen.names)).and(", "),
        None => Sentence::default(),
    };
    let since = by.and(format!("{}.", in_utc(at)));
    match &seen.sign_on.state {
        State::OnHold { question: Some(question), .. } => {
            since.and(" Asked: “").typed(question.as_str()).and("”")
        }
        State::Rejected(decision) if decision.merged_into.is_some() => {
            let merged = match &seen.merged_into {
                Some(other) => since
                    .and(" “")
                    .link(other.entry.organization.as_str(), other.id)
                    .and("” stands for both now."),
                None => since,
            };
            match &decision.text {
                Some(text) => merged.and(" In the mail: “").typed(text.as_str()).and("”"),
                None => merged,
            }
        }
        State::Rejected(decision) | State::Removed(decision) => {
            let label = seen.campaign.settings.reasons.label(&decision.reason);
            let reason = since.and(" ").typed(label).and(".");
            match &decision.text {
                Some(text) => reason.and(" In the mail: “").typed(text.as_str()).and("”"),
                None => reason,
            }
        }
        _ => since,
    }
}
