//! Everything a moderator should know before deciding, as sentences; those that need a look come first.

mod asked;

use super::likeness::{self, Candidate, letters, resemblances, whereabouts};
use super::sentence::Sentence;
use crate::clock::Timestamp;
use crate::sign_on::store::notices::Notice;
use crate::sign_on::{HandOver, Invitation, Likeness, Origin, Representative, SignOn, Standing};
use crate::text::{EmailAddress, WebUrl};
use crate::web::show::in_utc;
use asked::{asked, hand_over, invited};

/// What is known about one sign-on.
pub(crate) struct Known<'a> {
    /// The sign-on.
    pub(crate) sign_on: &'a SignOn,
    /// Its representatives; none once they were erased, and none of an imported name.
    pub(crate) contacts: &'a [Representative],
    /// Entries that it may be like.
    pub(crate) candidates: &'a [Candidate],
    /// Other sign-ons from the same mail domain.
    pub(crate) from_domain: &'a [Candidate],
    /// The last time that somebody was asked to take over.
    pub(crate) hand_over: Option<&'a HandOver>,
    /// What the organization was asked at an address that it published, the newest first.
    pub(crate) notices: &'a [Notice],
    /// Now: a question that nobody answered in time is over.
    pub(crate) now: Timestamp,
    /// The invitation that it came by.
    pub(crate) invitation: Option<&'a Invitation>,
}

/// How a representative's address goes with the organization's website.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tie {
    /// At the website's own domain, or in a part of it.
    Match,
    /// Where anybody can have an address.
    FreeMail,
    /// Elsewhere.
    Differ,
    /// There is no website to compare with.
    NoWebsite,
}

impl Tie {
    /// Compares an address with a website, by what somebody registered of each.
    pub(crate) fn of(email: &EmailAddress, website: Option<&WebUrl>) -> Self {
        match website {
            _ if email.is_free_mail() => Self::FreeMail,
            None => Self::NoWebsite,
            Some(url) if url.registrable_domain() == email.registrable_domain() => Self::Match,
            Some(_) => Self::Differ,
        }
    }
}

/// Every sentence about a sign-on.
pub(crate) fn sentences(known: &Known<'_>) -> Vec<Sentence> {
    let sign_on = known.sign_on;
    let mut all: Vec<Sentence> = resemblances(sign_on.id, &sign_on.entry.likeness(), known.candidates)
        .iter()
        .map(|resemblance| likeness::sentence(&sign_on.entry, resemblance))
        .collect();
    if all.is_empty() {
        all.push(Sentence::plain("Nothing on the list or in the queue is like it."));
    }
    all.extend(letters(sign_on.entry.organization.as_str()));
    all.extend(undeliverable(sign_on));
    for contact in known.contacts {
        all.push(address(&contact.email, sign_on.entry.website.as_ref()));
    }
    all.extend(neighbors(known));
    all.extend(mailbox(known));
    all.extend(known.hand_over.and_then(hand_over));
    all.extend(known.notices.first().map(|last| asked(last, known.now)));
    all.extend(known.invitation.map(|invitation| invited(known, invitation)));
    all.sort_by_key(|sentence| !sentence.look);
    all
}

/// The one thing about a sign-on that needs a look, for its row in the queue; contacts stay sealed for it.
pub(crate) fn one_look(
    sign_on: &SignOn,
    likeness: &Likeness,
    candidates: &[Candidate],
    ties: &[Tie],
) -> Option<Sentence> {
    let alike = resemblances(sign_on.id, likeness, candidates);
    let alike = alike.first().map(|first| likeness::sentence(&sign_on.entry, first));
    alike
        .or_else(|| letters(sign_on.entry.organization.as_str()).into_iter().find(|sentence| sentence.look))
        .or_else(|| undeliverable(sign_on))
        .or_else(|| ties.iter().find_map(|tie| without_address(*tie, sign_on.entry.website.as_ref())))
}

fn undeliverable(sign_on: &SignOn) -> Option<Sentence> {
    let at = in_utc(sign_on.undeliverable_at?);
    Some(Sentence::look(format!("Mail to the representative came back on {at}: the address takes none.")))
}

/// An address beside the website.
fn address(email: &EmailAddress, website: Option<&WebUrl>) -> Sentence {
    let at = email.domain().shown();
    let start = format!("The address is at {at}");
    let site = website.map(WebUrl::shown).unwrap_or_default();
    match Tie::of(email, website) {
        Tie::FreeMail => Sentence::look(format!("{start}, where anybody can have one.")),
        Tie::NoWebsite => Sentence::look(format!("{start}; no website was given to compare it with.")),
        Tie::Differ => Sentence::look(format!("{start}, the website is {site}: they differ.")),
        Tie::Match if at == site => Sentence::plain(format!("{start}, the website is {site}: they match.")),
        Tie::Match => Sentence::plain(format!(
            "{start}, the website is {site}: both belong to {}.",
            email.registrable_domain()
        )),
    }
}

/// The same without the address.
fn without_address(tie: Tie, website: Option<&WebUrl>) -> Option<Sentence> {
    let site = website.map(WebUrl::shown).unwrap_or_default();
    match tie {
        Tie::Match => None,
        Tie::FreeMail => Some(Sentence::look("The address is at a free-mail service.")),
        Tie::NoWebsite => Some(Sentence::look("No website was given to compare the address with.")),
        Tie::Differ => Some(Sentence::look(format!("The address is not at the website’s domain, {site}."))),
    }
}

/// Who else signed from the same mail domain. At a free-mail service that says nothing.
fn neighbors(known: &Known<'_>) -> Option<Sentence> {
    let email = known.contacts.iter().map(|contact| &contact.email).find(|email| !email.is_free_mail())?;
    let domain = email.registrable_domain();
    if known.from_domain.is_empty() {
        return Some(Sentence::plain(format!("No other sign-on comes from {domain}.")));
    }
    let mut sentence = Sentence::plain(format!("Also from {domain}: "));
    for (i, other) in known.from_domain.iter().enumerate() {
        let comma = if i == 0 { "" } else { "; " };
        sentence = sentence
            .and(format!("{comma}“"))
            .link(&other.name, other.id)
            .and(format!("”, {}", whereabouts(other.standing)));
    }
    Some(sentence.and("."))
}

/// Whether somebody proved a mailbox.
fn mailbox(known: &Known<'_>) -> Option<Sentence> {
    let sign_on = known.sign_on;
    let undecided = matches!(sign_on.standing(), Standing::AwaitingModeration | Standing::OnHold);
    match (sign_on.origin, sign_on.verified_at) {
        (Origin::Elsewhere, None) if !known.contacts.is_empty() => Some(Sentence::plain(format!(
            "It signed in another way, added on {}. Whoever represents it signed by the form too, and was added as a contact.",
            in_utc(sign_on.submitted_at)
        ))),
        (Origin::Elsewhere, None) => Some(Sentence {
            look: undecided,
            ..Sentence::plain(format!(
                "It signed in another way, added on {}, and has not confirmed that here.",
                in_utc(sign_on.submitted_at)
            ))
        }),
        (Origin::Elsewhere, Some(at)) if !known.contacts.is_empty() => Some(Sentence::plain(format!(
            "It signed in another way, and its contact confirmed that here on {}.",
            in_utc(at)
        ))),
        (Origin::Import, None) if !known.contacts.is_empty() => Some(Sentence::plain(format!(
            "Imported on {}. Whoever represents it signed later, and was added as a contact.",
            in_utc(sign_on.submitted_at)
        ))),
        (Origin::Import, None) => Some(Sentence {
            look: undecided,
            ..Sentence::plain(format!(
                "Imported on {}: nobody proved a mailbox, and no contact is known.",
                in_utc(sign_on.submitted_at)
            ))
        }),
        (_, Some(at)) if known.contacts.is_empty() => Some(Sentence::plain(format!(
            "The mailbox was proved on {}. What was held of the representative has been erased.",
            in_utc(at)
        ))),
        (_, Some(at)) => Some(Sentence::plain(match sign_on.attested_at {
            None => format!("The mailbox was proved on {}.", in_utc(at)),
            Some(attested) => format!(
                "A moderator wrote down on {} what shows that the organization agreed; the mailbox was verified later, on {}.",
                in_utc(attested),
                in_utc(at)
            ),
        })),
        (Origin::Form, None) => Some(match sign_on.attested_at {
            None => Sentence::look("Nobody has proved the mailbox yet."),
            Some(at) => Sentence {
                look: undecided,
                ..Sentence::plain(format!(
                    "Nobody proved the mailbox. A moderator wrote down on {} what shows that the organization agreed.",
                    in_utc(at)
                ))
            },
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{CampaignId, ContactId, SignOnId};
    use crate::moderation::likeness::tests::{entry, id};
    use crate::sign_on::{Authority, Basis, Contact, State};
    use crate::text::{PersonName, RoleTitle};

    fn sign_on(name: &str, website: &str) -> SignOn {
        SignOn {
            id: id(0),
            campaign: CampaignId::new(1, [1; 10]),
            version: 2,
            origin: Origin::Form,
            letter_version: 1,
            entry: entry(name, "", website),
            authority: Some(Authority {
                basis: Basis::Head,
                statement: "I may.".to_owned(),
                at: Timestamp::from_micros(0),
            }),
            pin: None,
            submitted_at: Timestamp::from_micros(0),
            verified_at: Timestamp::parse("2026-11-20T07:00:00Z"),
            undeliverable_at: None,
            attested_at: None,
            is_flagged: false,
            is_distinct: false,
            state: State::AwaitingModeration { first: None },
        }
    }

    fn contact(email: &str) -> Representative {
        let contact = Contact {
            name: PersonName::parse("Ada Example").unwrap(),
            role: RoleTitle::parse("Director").unwrap(),
            email: EmailAddress::parse(email).unwrap(),
            note: None,
            updates: false,
        };
        let through = SignOnId::new(1, [3; 10]);
        Representative { id: ContactId::new(1, [3; 10]), through, contact, told_at: None }
    }

    fn about(sign_on: &SignOn, email: &str, from_domain: &[Candidate]) -> Vec<Sentence> {
        sentences(&Known {
            sign_on,
            contacts: &[contact(email)],
            candidates: &[],
            from_domain,
            hand_over: None,
            notices: &[],
            now: Timestamp::from_micros(0),
            invitation: None,
        })
    }

    fn looks(sentences: &[Sentence]) -> Vec<String> {
        sentences.iter().filter(|sentence| sentence.look).map(Sentence::text).collect()
    }

    #[test]
    fn the_address_is_compared_with_the_website_by_what_was_registered() {
        for (email, website, expected) in [
            (
                "a@ngo.example",
                "www.ngo.example",
                "The address is at ngo.example, the website is ngo.example: they match.",
            ),
            (
                "a@mail.ngo.example",
                "ngo.example",
                "The address is at mail.ngo.example, the website is ngo.example: both belong to ngo.example.",
            ),
            (
                "a@one.co.uk",
                "two.co.uk",
                "The address is at one.co.uk, the website is two.co.uk: they differ.",
            ),
            ("a@gmail.com", "ngo.example", "The address is at gmail.com, where anybody can have one."),
            ("a@ngo.example", "", "The address is at ngo.example; no website was given to compare it with."),
        ] {
            let sign_on = sign_on("Example Network", website);
            let all = about(&sign_on, email, &[]);
            let found = all.iter().find(|sentence| sentence.text() == expected);
            assert!(found.is_some(), "{expected} in {all:?}");
            let matches =
                Tie::of(&EmailAddress::parse(email).unwrap(), sign_on.entry.website.as_ref()) == Tie::Match;
            assert_eq!(found.unwrap().look, !matches, "{expected}");
        }
    }

    #[test]
    fn a_clear_entry_needs_no_look_and_everything_else_comes_first() {
        let clear = sign_on("Example Network", "ngo.example");
        assert_eq!(looks(&about(&clear, "a@ngo.example", &[])), Vec::<String>::new());
        assert_eq!(one_look(&clear, &clear.entry.likeness(), &[], &[Tie::Match]), None);

        let returned = SignOn { undeliverable_at: Timestamp::parse("2026-11-21T07:00:00Z"), ..clear.clone() };
        let all = about(&returned, "a@gmail.com", &[]);
        assert_eq!(looks(&all[..2]).len(), 2);
        assert!(all[2..].iter().all(|sentence| !sentence.look));

        let imported = SignOn { origin: Origin::Import, verified_at: None, ..clear };
        let known = Known {
            sign_on: &imported,
            contacts: &[],
            candidates: &[],
            from_domain: &[],
            hand_over: None,
            notices: &[],
            now: Timestamp::from_micros(0),
            invitation: None,
        };
        assert_eq!(
            looks(&sentences(&known)),
            ["Imported on 1 January 1970, 00:00 UTC: nobody proved a mailbox, and no contact is known."]
        );
    }

    #[test]
    fn others_from_the_domain_are_named_but_not_at_a_free_mail_service() {
        let own = sign_on("Example Network", "ngo.example");
        let other = SignOn { id: id(7), ..sign_on("Example Network, Youth", "") };
        let others = [Candidate::from(&other)];
        let said = |email| {
            let all = about(&own, email, &others);
            all.iter().map(Sentence::text).find(|text| text.starts_with("Also from"))
        };
        assert_eq!(
            said("a@ngo.example").as_deref(),
            Some("Also from ngo.example: “Example Network, Youth”, waiting for review.")
        );
        assert_eq!(said("a@gmail.com"), None);
    }

    #[test]
    fn the_row_of_the_queue_names_the_one_thing_that_weighs_most() {
        let own = sign_on("Example Network", "ngo.example");
        let twin = Candidate::from(&SignOn { id: id(3), ..own.clone() });
        let text = |candidates: &[Candidate], tie| {
            one_look(&own, &own.entry.likeness(), candidates, &[tie]).map(|s| s.text())
        };
        assert!(
            text(&[twin], Tie::Differ).unwrap().starts_with("“Example Network”, which is waiting for review")
        );
        assert_eq!(
            text(&[], Tie::Differ).as_deref(),
            Some("The address is not at the website’s domain, ngo.example.")
        );
        assert_eq!(text(&[], Tie::FreeMail).as_deref(), Some("The address is at a free-mail service."));
    }
}
