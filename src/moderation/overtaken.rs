//! 409: what was asked can no longer be done. The page says what stands, who did it and when, what can be done instead, and
//! keeps what was typed.

use super::bench::{Bench, Seen};
use super::entry::{state_class, state_of};
use super::history;
use super::order::Verb;
use crate::audit::Actor;
use crate::campaign::Reason;
use crate::sign_on::{Received, Standing, State};
use crate::web::form::Fields;
use crate::web::page::{Page, page_of};
use crate::web::show::{Fact, Moment};
use crate::web::{Fault, typed};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

#[derive(Template)]
#[template(path = "moderation/conflict.html")]
struct Conflict {
    page: Page,
    heading: String,
    asked: &'static str,
    name: String,
    state: &'static str,
    state_class: &'static str,
    reason: String,
    who: String,
    when: Moment,
    typed: Vec<Fact>,
    instead: String,
    queue_href: String,
    entry_href: String,
}

/// The page about a decision.
pub(super) fn page(bench: &Bench, seen: &Seen, verb: Verb, fields: &Fields) -> Result<HttpResponse, Fault> {
    let standing = seen.sign_on.standing();
    let is_late =
        verb == Verb::Undo && !matches!(standing, Standing::AwaitingModeration | Standing::Withdrawn);
    let instead = match &seen.sign_on.state {
        State::AwaitingModeration { first: Some(first) } if first.by == bench.who.staff.id => {
            "You gave the first of two approvals. Another moderator gives the second."
        }
        _ => instead(is_late, standing),
    };
    let heading = if is_late { "It is too late to undo this" } else { "" };
    about(bench, seen, verb.asked(), heading, fields, instead.to_owned())
}

/// The page about an act on a letter that was archived meanwhile.
pub(super) fn archived(
    bench: &Bench,
    seen: &Seen,
    asked: &'static str,
    fields: &Fields,
) -> Result<HttpResponse, Fault> {
    let why = "The letter is archived: nothing about it changes any more.".to_owned();
    about(bench, seen, asked, "The letter is archived", fields, why)
}

/// The page about an act that needs another entry too: what stands is that of the one that is in its way.
pub(super) fn beside(
    bench: &Bench,
    seen: &Seen,
    asked: &'static str,
    fields: &Fields,
    why: Option<String>,
) -> Result<HttpResponse, Fault> {
    let (heading, why) = match why {
        Some(why) => ("This cannot be done", why),
        None => ("", instead(false, seen.sign_on.standing()).to_owned()),
    };
    about(bench, seen, asked, heading, fields, why)
}

fn about(
    bench: &Bench,
    seen: &Seen,
    asked: &'static str,
    heading: &str,
    fields: &Fields,
    instead: String,
) -> Result<HttpResponse, Fault> {
    let sign_on = &seen.sign_on;
    let standing = sign_on.standing();
    let last = history::latest(&seen.history);
    let who = last.map_or_else(|| "the program".to_owned(), |act| history::who(act.actor, &seen.names));
    let own = last.is_some_and(|act| act.actor == Actor::Staff(bench.who.staff.id));
    let heading = match last.map(|act| act.actor) {
        _ if !heading.is_empty() => heading.to_owned(),
        Some(Actor::Staff(_)) if own => "You have acted on this already".to_owned(),
        Some(Actor::Staff(_)) => format!("{who} was first"),
        _ => "This sign-on has changed".to_owned(),
    };
    let at = last.map_or(sign_on.submitted_at, |act| act.at);
    let conflict = Conflict {
        page: bench.who.staff.page(&bench.app, format!("{heading} – Undersigned")),
        heading,
        asked,
        name: sign_on.entry.organization.to_string(),
        state: state_of(sign_on),
        state_class: state_class(standing),
        reason: match &sign_on.state {
            State::Rejected(decision) | State::Removed(decision) if decision.merged_into.is_none() => {
                seen.campaign.settings.reasons.label(&decision.reason).into_owned()
            }
            _ => String::new(),
        },
        who: capitalized(&who),
        when: Moment::new(at, bench.now),
        typed: typed(seen, fields),
        instead,
        queue_href: format!("/staff/letters/{}/queue", seen.campaign.settings.slug),
        entry_href: format!("/staff/sign-ons/{}", sign_on.id),
    };
    Ok(page_of(StatusCode::CONFLICT, &conflict)?)
}

/// What was chosen and typed, in words.
fn typed(seen: &Seen, fields: &Fields) -> Vec<Fact> {
    let reasons = &seen.campaign.settings.reasons;
    let reason = Reason::parse(fields.get("reason")).ok().filter(|reason| reasons.has(reason.as_str()));
    let reason = reason.map(|reason| ("Reason that you chose", reasons.label(&reason).into_owned()));
    let received = Received::parse(fields.get("received"));
    let received = received.map(|received| ("How it was received", received.words().to_owned()));
    let chosen = reason.into_iter().chain(received).map(|(name, value)| Fact { name, value });
    chosen.chain(typed::shown(fields)).collect()
}

/// What can be done about it.
const fn instead(is_late: bool, standing: Standing) -> &'static str {
    match (is_late, standing) {
        (true, Standing::Approved) => {
            "The time in which nobody outside was told is over. To take the entry off the list, open it and remove it; the \
             representative is told why."
        }
        (true, Standing::OnHold) => {
            "The time in which nobody outside was told is over. To decide now, open the entry and release it."
        }
        (true, _) => {
            "The time in which nobody outside was told is over. To decide anew, open the entry and reopen it; write to the \
             representative if they should know."
        }
        (false, Standing::Withdrawn) => {
            "They took their name back. To come back, the organization signs again."
        }
        (false, _) => {
            "The page you acted from is older than that. Look at the entry as it stands, and decide again if needed."
        }
    }
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
