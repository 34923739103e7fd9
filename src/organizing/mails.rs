//! The mail that asks an organization to sign, and the one that reminds it.

use crate::campaign::mails::{Parts, Written, values};
use crate::campaign::{Campaign, MailMessage, MailWords, Promises};
use crate::clock::Timestamp;
use crate::config::BaseUrl;
use crate::ids::AnyId;
use crate::mail::Message;
use crate::secret::Token;
use crate::sign_on::{INVITATION_MAILS, Invitation, plain};
use crate::text::EmailAddress;
use crate::web::show::in_utc;
use askama::Template;

#[derive(Template)]
#[template(path = "mail/invited/body.txt")]
struct InvitedText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/invited/body.html")]
struct InvitedHtml<'a>(&'a Facts);

/// What the templates may say.
struct Facts {
    title: String,
    recipient: String,
    host: String,
    contact: String,
    organization: String,
    link: String,
    /// Until when the letter takes their sign-on.
    closes: String,
    is_public: bool,
    /// Since when they are invited, where this reminds them.
    again: String,
    /// Where they end being invited, where they had agreed to be; empty where nobody asked them.
    book_link: String,
}

/// The mail. `again`: it reminds. `book`: the link by which they leave the address book, where they are invited from it.
///
/// # Errors
/// When a template cannot be filled in: a defect.
pub(super) fn invited(
    base: &BaseUrl,
    campaign: &Campaign,
    invitation: &Invitation,
    (to, token): (&EmailAddress, &Token),
    (again, words): (bool, Option<&MailWords>),
    book: Option<&Token>,
    now: Timestamp,
) -> askama::Result<Message> {
    let settings = &campaign.settings;
    let facts = Facts {
        title: settings.title.to_string(),
        recipient: settings.recipient.clone(),
        host: if settings.host.is_empty() { "Somebody".to_owned() } else { settings.host.clone() },
        contact: settings.contact.clone(),
        organization: plain(invitation.organization.as_str()),
        link: base.join(&format!("/invitations/{}", token.reveal())),
        closes: invitation.extends(campaign).settings.closes_at.map(in_utc).unwrap_or_default(),
        is_public: campaign.is_visible(now),
        again: if again { in_utc(invitation.made_at) } else { String::new() },
        book_link: book.map(|token| base.join(&format!("/addresses/{}", token.reveal()))).unwrap_or_default(),
    };
    let [first, reminder, _] = INVITATION_MAILS;
    let parts = match words {
        Some(words) => worded(campaign, &facts, again, words)?,
        None => Parts {
            subject: match again {
                true => format!("Reminder: sign for your organization: {}", facts.title),
                false => format!("Sign for your organization: {}", facts.title),
            },
            text: InvitedText(&facts).render()?,
            html: InvitedHtml(&facts).render()?,
        },
    };
    Ok(Message {
        kind: if again { reminder } else { first },
        to: to.clone(),
        subject: parts.subject,
        text: parts.text,
        html: parts.html,
        campaign: Some(campaign.id),
        about: Some(AnyId::from_uuid(invitation.id.uuid())),
        not_before: None,
        unsubscribe: None,
    })
}

/// Which of the two mails it is, for those who word them.
pub(super) const fn message(again: bool) -> MailMessage {
    if again { MailMessage::InvitedAgain } else { MailMessage::Invited }
}

/// The same in the words of the organizers, with what the program itself promises behind them.
fn worded(campaign: &Campaign, facts: &Facts, again: bool, words: &MailWords) -> askama::Result<Parts> {
    let values = values(campaign)
        .with("organization", facts.organization.as_str())
        .with("link", facts.link.as_str())
        .with("host", facts.host.as_str())
        .with("deadline", facts.closes.as_str())
        .with("invited_on", facts.again.as_str());
    let promises =
        Promises::Invited { closes: &facts.closes, is_public: facts.is_public, book: &facts.book_link };
    Written::new(campaign, message(again), words, &values, promises).parts(campaign)
}
