//! A mail of a mailing: the organizer's words in the frame of all mails, and below them why it comes and how it ends.

use super::audience::Audience;
use super::letter::Words;
use crate::campaign::mails::{Parts, Written, questions, values};
use crate::campaign::{Campaign, from_the_book};
use crate::config::BaseUrl;
use crate::ids::AnyId;
use crate::mail::{Kind, Message};
use crate::sign_on::{INVITATION_MAILS, plain};
use crate::text::{EmailAddress, MailBlock};

/// News of the letter itself.
const SIGNED: Kind = Kind::new("mailing");
/// Updates that were asked for.
const UPDATES: Kind = Kind::new("mailing-updates");
/// To an address that a stranger typed: such mails are few.
const UNVERIFIED: Kind = Kind::by_stranger("mailing-unverified");
/// To the organizer who writes it.
pub(super) const TEST: Kind = Kind::new("mailing-test");

/// What one mail says of its own.
pub(super) struct Own<'a> {
    /// The organization: the line as the list prints it, or the name that was invited.
    pub(super) organization: &'a str,
    /// The link of their own.
    pub(super) link: String,
    /// Where one press ends updates.
    pub(super) unsubscribe: Option<String>,
    /// Where they leave the address book, where they are invited from it.
    pub(super) book: Option<String>,
}

impl Own<'static> {
    /// What an example says. Its links lead to a page that says that it does not know them.
    pub(super) fn example(base: &BaseUrl, audience: Audience) -> Self {
        let path = match audience {
            Audience::Signed | Audience::Updates => "/sign-ons/example",
            Audience::Unverified => "/verify/example",
            Audience::Invited => "/invitations/example",
        };
        let unsubscribe = (audience == Audience::Updates).then(|| base.join("/unsubscribe/example"));
        Self { organization: EXAMPLE, link: base.join(path), unsubscribe, book: None }
    }
}

/// Whom an example is for.
pub(super) const EXAMPLE: &str = "Example Federation";

/// What it is known as in the outbox.
pub(super) const fn kind(audience: Audience) -> Kind {
    let [_, _, invited] = INVITATION_MAILS;
    match audience {
        Audience::Signed => SIGNED,
        Audience::Updates => UPDATES,
        Audience::Unverified => UNVERIFIED,
        Audience::Invited => invited,
    }
}

/// Both parts of a mail.
///
/// # Errors
/// When a template cannot be filled in: a defect.
pub(super) fn parts(
    campaign: &Campaign,
    audience: Audience,
    words: &Words,
    own: &Own<'_>,
) -> askama::Result<Parts> {
    let values =
        values(campaign).with("organization", plain(own.organization)).with("link", own.link.as_str());
    let filled = words.text.filled(&values);
    let has_link = filled.iter().any(|block| matches!(block, MailBlock::Act(_)));
    let promises = match audience {
        Audience::Signed | Audience::Updates if has_link => {
            vec![MailBlock::words(
                "Keep the link to your private page to yourself: whoever has it can withdraw the sign-on.",
            )]
        }
        Audience::Unverified => vec![MailBlock::words(
            "Until somebody verifies, nothing is sent to the moderators and nothing is published. Not from you? Do nothing: the submission is erased by itself.",
        )],
        _ => Vec::new(),
    };
    let mut foot = why(campaign, audience, own);
    foot.extend(questions(campaign));
    let written = Written {
        subject: words.subject.filled(&values),
        words: filled,
        button: audience.button(),
        promises,
        foot,
    };
    written.parts(campaign)
}

/// Why it comes, and how it ends.
fn why(campaign: &Campaign, audience: Audience, own: &Own<'_>) -> Vec<MailBlock> {
    let host = match campaign.settings.host.as_str() {
        "" => "Somebody",
        host => host,
    };
    match audience {
        Audience::Signed => vec![MailBlock::words(
            "You get this mail because your organization signed the letter. It is about the letter itself, so it goes to everybody who signed.",
        )],
        Audience::Updates => {
            let mut lines = vec![MailBlock::words(
                "You get this mail because you asked for updates about the letter. To end them, open this page and press its button:",
            )];
            lines.extend(own.unsubscribe.as_deref().map(MailBlock::link));
            lines
        }
        Audience::Unverified => vec![MailBlock::words(
            "You get this mail because somebody filled in the form to sign the letter and gave this address, and nobody has verified it yet.",
        )],
        Audience::Invited => {
            let mut lines = vec![
                MailBlock::words(format!(
                    "{host} runs this letter, and invited your organization to sign it. If you do not sign, say so on this page, and nobody reminds you:"
                )),
                MailBlock::link(own.link.as_str()),
            ];
            lines.extend(own.book.as_deref().into_iter().flat_map(from_the_book));
            lines
        }
    }
}

/// A mail to somebody.
pub(super) fn message(
    campaign: &Campaign,
    (audience, about): (Audience, AnyId),
    to: &EmailAddress,
    parts: Parts,
    unsubscribe: Option<String>,
) -> Message {
    Message {
        kind: kind(audience),
        to: to.clone(),
        subject: parts.subject,
        text: parts.text,
        html: parts.html,
        campaign: Some(campaign.id),
        about: Some(about),
        not_before: None,
        unsubscribe,
    }
}

/// The same to the organizer who writes it: marked, without a link that ends anything.
pub(super) fn test(campaign: &Campaign, about: AnyId, to: &EmailAddress, parts: Parts) -> Message {
    let subject = format!("[Test] {}", parts.subject);
    Message {
        kind: TEST,
        subject,
        ..message(campaign, (Audience::Signed, about), to, parts_without_subject(parts), None)
    }
}

fn parts_without_subject(parts: Parts) -> Parts {
    Parts { subject: String::new(), ..parts }
}
