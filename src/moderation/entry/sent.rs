//! What the representative sent.

use crate::moderation::bench::Seen;
use crate::sign_on::Contact;
use crate::web::show::{Fact, in_utc};

/// What the representative sent.
pub(super) fn sent(seen: &Seen) -> Vec<Fact> {
    let entry = &seen.sign_on.entry;
    let mut facts = vec![("Organization", Some(entry.organization.to_string()))];
    facts.push(("Acronym", entry.acronym.as_ref().map(ToString::to_string)));
    facts.push(("In its own script", entry.native_name.as_ref().map(ToString::to_string)));
    facts.push(("Sorted as", entry.sort_as.as_ref().map(ToString::to_string)));
    facts.push(("Country", entry.country.as_ref().map(|country| country.name().to_owned())));
    for contact in &seen.contacts {
        facts.extend(personal(contact));
    }
    facts.push((
        "Authority",
        seen.sign_on.authority.as_ref().map(|authority| {
            let basis = authority.basis.label();
            format!("{basis}. “{}” Ticked on {}.", authority.statement, in_utc(authority.at))
        }),
    ));
    facts.into_iter().filter_map(|(name, value)| Some(Fact { name, value: value? })).collect()
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
