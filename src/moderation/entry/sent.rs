//! What the representative sent.

use crate::audit::Actor;
use crate::moderation::bench::Seen;
use crate::moderation::history::who;
use crate::sign_on::{Address, Attested, Contact, Elsewhere, Said};
use crate::web::show::{Fact, in_utc};

/// What the representative sent.
pub(super) fn sent(seen: &Seen) -> Vec<Fact> {
    let entry = &seen.sign_on.entry;
    let mut facts = vec![("Organization", Some(entry.organization.to_string()))];
    facts.push(("Acronym", entry.acronym.as_ref().map(ToString::to_string)));
    facts.push(("In its own script", entry.native_name.as_ref().map(ToString::to_string)));
    facts.push(("Sorted as", entry.sort_as.as_ref().map(ToString::to_string)));
    facts.push(("Country", entry.country.as_ref().map(|country| country.name().to_owned())));
    for held in &seen.contacts {
        facts.extend(personal(&held.contact));
    }
    facts.push((
        "Authority",
        seen.sign_on.authority.as_ref().map(|authority| {
            let basis = authority.basis.label();
            format!("{basis}. “{}” Ticked on {}.", authority.statement, in_utc(authority.at))
        }),
    ));
    facts.push(("Agreed to", Some(format!("Version {} of the text", seen.sign_on.letter_version))));
    for shown in &seen.shown {
        facts.push(("Read in", Some(format!("{}, {}", shown.said(), in_utc(shown.at)))));
    }
    for answer in &seen.answers {
        facts.push(("Asked", Some(format!("“{}”, {}.", answer.question, in_utc(answer.asked_at)))));
        facts.push(("Answered", Some(format!("“{}”, {}.", answer.answer, in_utc(answer.answered_at)))));
    }
    if let Some(known) = &seen.elsewhere {
        facts.push(("May confirm", known.address.as_ref().map(mailbox)));
        facts.push(("Confirmation", Some(confirmation(known))));
    }
    facts.extend(seen.attested.iter().map(|attested| ("Attestation", Some(attestation(attested, seen)))));
    facts.into_iter().filter_map(|(name, value)| Some(Fact { name, value: value? })).collect()
}

fn mailbox(address: &Address) -> String {
    let parts = [
        address.name.as_ref().map(ToString::to_string),
        address.role.as_ref().map(ToString::to_string),
        Some(address.email.shown()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// How the organization was asked whether it signed, and what it said.
fn confirmation(known: &Elsewhere) -> String {
    match (known.said, known.asked_at, &known.address) {
        (Some((Said::Confirmed, at)), ..) => format!("Its contact confirmed on {}.", in_utc(at)),
        (Some((Said::Refused, at)), ..) => {
            format!("Its contact said on {} that they did not sign.", in_utc(at))
        }
        (None, Some(at), _) if known.asks > 1 => format!("Unconfirmed. Asked twice, last on {}.", in_utc(at)),
        (None, Some(at), _) => format!("Unconfirmed. Asked on {}.", in_utc(at)),
        (None, None, Some(_)) => "Unconfirmed. Not asked yet.".to_owned(),
        (None, None, None) => "Unconfirmed. No address is known that could confirm.".to_owned(),
    }
}

/// What stands in for the proved mailbox.
fn attestation(attested: &Attested, seen: &Seen) -> String {
    let written_by = who(Actor::Staff(attested.by), &seen.names);
    let evidence = match &attested.evidence {
        Some(evidence) => format!("“{}” {} vouches for it.", evidence.what, evidence.vouched_by),
        None => "What it was has been erased with the contacts.".to_owned(),
    };
    format!(
        "{}. {evidence} Written down by {written_by}, {}.",
        attested.received.words(),
        in_utc(attested.at)
    )
}

fn personal(contact: &Contact) -> [(&'static str, Option<String>); 4] {
    let wants = if contact.updates { "Wanted" } else { "Not wanted" };
    [
        ("Representative", Some(format!("{}, {}", contact.name, contact.role))),
        ("Address", Some(contact.email.shown())),
        ("Updates", Some(wants.to_owned())),
        ("Note", contact.note.as_ref().map(ToString::to_string)),
    ]
}
