//! What the sign-on was said to be distinct from, as quiet lines.

use crate::audit::Actor;
use crate::ids::SignOnId;
use crate::moderation::bench::Seen;
use crate::moderation::history;
use crate::moderation::sentence::Sentence;
use crate::web::show::in_utc;

/// One of them.
pub(super) struct SaidShown {
    pub(super) other: SignOnId,
    pub(super) says: Sentence,
}

/// Each with who said so, when and why.
pub(super) fn said(seen: &Seen) -> Vec<SaidShown> {
    seen.said
        .iter()
        .map(|(said, other)| {
            let who = history::who(Actor::Staff(said.by), &seen.names);
            let says = Sentence::plain("Said to be distinct from “")
                .link(other.entry.organization.as_str(), other.id)
                .and("” by ")
                .typed(who)
                .and(format!(" on {}", in_utc(said.at)));
            let says = match &said.reason {
                Some(reason) => says.and(": “").typed(reason.as_str()).and("”"),
                None => says.and(". Why has been erased with the contacts."),
            };
            SaidShown { other: other.id, says }
        })
        .collect()
}
