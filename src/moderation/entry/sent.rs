//! What the representative sent.

use crate::audit::Actor;
use crate::moderation::bench::Seen;
use crate::moderation::history::who;
use crate::sign_on::{Attested, Contact};
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
    facts.extend(seen.attested.iter().map(|attested| ("Attestation", Some(attestation(attested, seen)))));
    facts.into_iter().filter_map(|(name, value)| Some(Fact { name, value: value? })).collect()
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
