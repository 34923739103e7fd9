//! Where two moderators approve: what this one can do about it.

use crate::audit::Actor;
use crate::moderation::bench::{Bench, Seen};
use crate::moderation::history;
use crate::moderation::sentence::Sentence;
use crate::sign_on::{First, State};
use crate::web::show::in_utc;

fn first(seen: &Seen) -> Option<First> {
    match seen.sign_on.state {
        State::AwaitingModeration { first } => first.filter(|_| seen.campaign.settings.four_eyes),
        _ => None,
    }
}

/// Whether this moderator gave the first approval, and so cannot give the second.
pub(super) fn is_first(bench: &Bench, seen: &Seen) -> bool {
    first(seen).is_some_and(|first| first.by == bench.who.staff.id)
}

/// What an approval means here; nothing where one is enough.
pub(super) fn sentence(bench: &Bench, seen: &Seen) -> Sentence {
    if !seen.campaign.settings.four_eyes {
        return Sentence::default();
    }
    match (first(seen), &seen.sign_on.state) {
        (Some(first), _) if first.by == bench.who.staff.id => Sentence::plain(format!(
            "You gave the first approval, {}. Another moderator gives the second.",
            in_utc(first.at)
        )),
        (Some(first), _) => Sentence::default()
            .typed(history::who(Actor::Staff(first.by), &seen.names))
            .and(format!(" gave the first approval, {}. Yours is the second.", in_utc(first.at))),
        (
            None,
            State::AwaitingVerification { .. } | State::AwaitingModeration { .. } | State::OnHold { .. },
        ) => Sentence::plain("Two moderators approve for this letter. Yours is the first approval."),
        _ => Sentence::default(),
    }
}
