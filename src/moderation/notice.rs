//! What was just done, above the page that comes next, and the way back while it is open.

use super::bench::{Bench, Seen};
use super::history;
use super::order::{FIRST_APPROVAL, Verb};
use super::sentence::Sentence;
use crate::audit::Actor;
use crate::ids::SignOnId;
use crate::sign_on::{MERGED, Standing};
use crate::web::Fault;
use crate::web::show::Moment;
use serde::Deserialize;

/// The part of a page's address that says what was done last.
#[derive(Deserialize)]
pub(super) struct Last {
    done: Option<String>,
}

/// The notice (`templates/moderation/notice.html`).
pub(super) struct Done {
    pub(super) id: SignOnId,
    pub(super) version: i64,
    pub(super) what: Sentence,
    pub(super) mail_at: Option<Moment>,
    pub(super) way_back: Option<WayBack>,
}

/// How to take it back.
pub(super) struct WayBack {
    pub(super) act: &'static str,
    pub(super) label: &'static str,
}

impl Last {
    /// The notice; none when nothing was done, or somebody else has acted since.
    ///
    /// # Errors
    /// When the database is away.
    pub(super) async fn notice(&self, bench: &Bench) -> Result<Option<Done>, Fault> {
        let Some(id) = self.done.as_deref().and_then(SignOnId::parse) else { return Ok(None) };
        match bench.see(id).await {
            Ok(seen) => Ok(notice(bench, &seen)),
            Err(Fault::NotFound) => Ok(None),
            Err(fault) => Err(fault),
        }
    }
}

fn notice(bench: &Bench, seen: &Seen) -> Option<Done> {
    let last = history::latest(&seen.history).filter(|act| act.actor == Actor::Staff(bench.who.staff.id))?;
    let sign_on = &seen.sign_on;
    let named = |start: &str| {
        Sentence::plain(start).and("“").link(sign_on.entry.organization.as_str(), sign_on.id).and("”")
    };
    let what = match last.act.as_str() {
        "undone" => named("The decision is taken back: ").and(again(sign_on.standing())),
        "released" | "reopened" => named("").and(" is in the queue again."),
        "put on hold" => named("You put ").and(" on hold."),
        "attested" if sign_on.standing() == Standing::Approved => {
            named("You approved ").and(", with written evidence.")
        }
        "attested" | FIRST_APPROVAL => {
            named("You gave the first approval of ").and(". Another moderator gives the second.")
        }
        MERGED => match &seen.merged_into {
            Some(into) => {
                let name = into.entry.organization.as_str();
                named("You merged ")
                    .and(" into “")
                    .link(name, into.id)
                    .and("”, which has the contacts of both now.")
            }
            None => return None,
        },
        done @ ("approved" | "rejected" | "removed") => named(&format!("You {done} ")).and("."),
        _ => return None,
    };
    let verb = |verb: Verb, label| WayBack { act: verb.as_str(), label };
    let undo = bench.undo_until(seen).map(|_| verb(Verb::Undo, "Undo it"));
    let way_back = match last.act.as_str() {
        "put on hold" => undo.or(Some(verb(Verb::Release, "Release it"))),
        "removed" => undo.or(Some(verb(Verb::Reopen, "Reopen it"))),
        "undone" => None,
        _ => undo,
    };
    let mail_at = seen.goes_at.filter(|at| *at > bench.now).map(|at| Moment::new(at, bench.now));
    Some(Done { id: sign_on.id, version: sign_on.version, what, mail_at, way_back })
}

/// What stands again after a decision was taken back.
const fn again(standing: Standing) -> &'static str {
    match standing {
        Standing::OnHold => " is on hold again.",
        Standing::Approved => " is on the list again.",
        Standing::Rejected => " is rejected again.",
        Standing::Removed => " is removed again.",
        Standing::AwaitingVerification => " waits for verification again.",
        Standing::AwaitingModeration | Standing::Withdrawn => " is in the queue again.",
    }
}
