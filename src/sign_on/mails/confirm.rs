//! The mails about organizations that signed in another way: the question whether they did, and the word to staff that they did not.

use super::{About, plain};
use crate::campaign::Campaign;
use crate::clock::Timestamp;
use crate::config::BaseUrl;
use crate::mail::{Kind, Message};
use crate::secret::Token;
use crate::sign_on::SignOn;
use crate::text::EmailAddress;
use askama::Template;

/// Asks whether the organization signed. Staff typed the address, so it counts among the mails that the mailbox did not ask for.
const CONFIRM: Kind = Kind::by_stranger("confirm-elsewhere");
/// Tells staff that it did not.
const DISOWNED: Kind = Kind::new("disowned");

#[derive(Template)]
#[template(path = "mail/confirm_elsewhere/body.txt")]
struct ConfirmText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/confirm_elsewhere/body.html")]
struct ConfirmHtml<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/disowned/body.txt")]
struct DisownedText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/disowned/body.html")]
struct DisownedHtml<'a>(&'a Facts);

struct Facts {
    title: String,
    host: String,
    contact: String,
    line: String,
    link: String,
    again: bool,
}

fn facts(campaign: &Campaign, line: &str, link: String) -> Facts {
    let settings = &campaign.settings;
    Facts {
        title: settings.title.to_string(),
        host: if settings.host.is_empty() { "Those who run it".to_owned() } else { settings.host.clone() },
        contact: settings.contact.clone(),
        line: plain(line),
        link,
        again: false,
    }
}

/// The question. `again`: it was asked before.
///
/// # Errors
/// When a template cannot be filled in: a defect.
pub(crate) fn confirmation(
    (base, now): (&BaseUrl, Timestamp),
    campaign: &Campaign,
    sign_on: &SignOn,
    (to, token): (&EmailAddress, &Token),
    again: bool,
) -> askama::Result<Message> {
    let link = base.join(&format!("/confirmations/{}", token.reveal()));
    let facts = Facts { again, ..facts(campaign, &sign_on.entry.line, link) };
    let subject = match again {
        true => format!("Reminder: confirm that your organization signed: {}", facts.title),
        false => format!("Confirm that your organization signed: {}", facts.title),
    };
    let (text, html) = (ConfirmText(&facts).render(), ConfirmHtml(&facts).render());
    About { base, campaign, sign_on, now }.message(CONFIRM, to, subject, text, html)
}

impl About<'_> {
    pub(in crate::sign_on) fn disowned(&self, to: &EmailAddress) -> askama::Result<Message> {
        let link = self.base.join(&format!("/staff/sign-ons/{}", self.sign_on.id));
        let facts = facts(self.campaign, &self.sign_on.entry.public_line(), link);
        let subject = format!("An organization says that it did not sign: {}", facts.title);
        self.message(DISOWNED, to, subject, DisownedText(&facts).render(), DisownedHtml(&facts).render())
    }
}
