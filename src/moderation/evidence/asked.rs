//! Whom somebody asked about a sign-on, and what came of it: to take over, at an address that the organization published, and to sign.

use super::Known;
use crate::clock::Timestamp;
use crate::moderation::sentence::Sentence;
use crate::sign_on::store::notices::{Answer, Notice};
use crate::sign_on::{Ended, HandOver, Invitation};
use crate::text::{EmailAddress, fold};
use crate::web::show::in_utc;

/// Whether somebody else is to speak for the organization, or does already.
pub(super) fn hand_over(last: &HandOver) -> Option<Sentence> {
    let asked = in_utc(last.made_at);
    let who = if last.asked_by.is_some() { "A moderator" } else { "The representative" };
    match (last.settled, last.objected_at) {
        (None, Some(at)) => Some(Sentence::look(format!(
            "{who} asked somebody else on {asked} to take over, and whoever spoke before objects since {}: on hold until a moderator \
             decides.",
            in_utc(at)
        ))),
        (None, None) => Some(Sentence::plain(format!(
            "{who} asked somebody else on {asked} to take over; the link works until {}.",
            in_utc(last.ends_at)
        ))),
        (Some((Ended::Accepted, _)), Some(at)) => Some(Sentence::look(format!(
            "Somebody else took over, and whoever spoke before objects since {}.",
            in_utc(at)
        ))),
        (Some((Ended::Accepted, at)), None) => {
            let start = format!("Somebody else took over on {}", in_utc(at));
            Some(match last.is_elsewhere {
                true => {
                    Sentence::look(format!("{start}, at an address of another domain than the one before."))
                }
                false => Sentence::plain(format!("{start}.")),
            })
        }
        _ => None,
    }
}

/// What the organization said at an address that it published, when it was asked last.
pub(super) fn asked(last: &Notice, now: Timestamp) -> Sentence {
    let start = format!("It was asked on {} at an address that it published", in_utc(last.made_at));
    match (last.answer, last.answered_at) {
        (Some(Answer::Confirmed), Some(at)) => {
            Sentence::plain(format!("{start}, and confirmed on {} that it signed.", in_utc(at)))
        }
        (Some(Answer::Objected), Some(at)) => {
            Sentence::look(format!("{start}, and objected on {}.", in_utc(at)))
        }
        _ if last.ends_at <= now => Sentence::look(format!("{start}, and did not answer.")),
        _ => Sentence::plain(format!("{start}; it can answer until {}.", in_utc(last.ends_at))),
    }
}

/// By which invitation it came, and whether that was to this organization and this mailbox.
pub(super) fn invited(known: &Known<'_>, invitation: &Invitation) -> Sentence {
    let (asked, entry) = (&invitation.organization, &known.sign_on.entry);
    let is_same_name = fold(asked.as_str()) == entry.likeness().folded;
    let is_invited = |to: &EmailAddress| known.contacts.iter().any(|c| c.email.canonical() == to.canonical());
    let is_same_address = invitation.email.as_ref().map(is_invited);
    let sentence = match is_same_name && is_same_address != Some(false) {
        true => Sentence::plain("It came by the invitation to “"),
        false => Sentence::look("It came by the invitation to “"),
    };
    let to = invitation.email.as_ref().map(|to| format!(" at {}", to.masked())).unwrap_or_default();
    let name = if is_same_name { "that organization" } else { "another name than this one" };
    let address = match is_same_address {
        Some(true) if !is_same_name => "but this address",
        Some(true) => "and this address",
        Some(false) if !is_same_name => "and another address",
        Some(false) => "but another address",
        None => "and its address is erased",
    };
    sentence.typed(asked.as_str()).and(format!("”{to} of {}: {name}, {address}.", in_utc(invitation.made_at)))
}
