//! The mails of a sign-on: verify, already signed, received, withdrawn, and the word to the moderators.

pub(super) mod confirm;
mod hand_over;
mod worded;

use super::state::{SignOn, Standing};
use crate::campaign::mails::Parts;
use crate::campaign::{Campaign, MailWords};
use crate::clock::Timestamp;
use crate::config::BaseUrl;
use crate::ids::AnyId;
use crate::mail::{Kind, Message};
use crate::secret::Token;
use crate::text::EmailAddress;
use crate::web::show::in_zone;
use askama::Template;

/// Asks the mailbox to verify.
pub(crate) const VERIFY: Kind = Kind::by_stranger("verify");
/// Tells the mailbox that the organization has signed before.
pub(crate) const ALREADY: Kind = Kind::by_stranger("already-signed");
/// Confirms that the mailbox is proved, with the link to the private page.
pub(crate) const RECEIVED: Kind = Kind::new("received");
/// Confirms a withdrawal.
pub(crate) const WITHDRAWN: Kind = Kind::new("withdrawn");
/// Tells the moderators that something waits for them.
pub(crate) const REVIEW: Kind = Kind::new("review");
/// What became of the printed line. Moderators write it; whatever changes the line again takes back what of it waits.
pub(crate) const CORRECTION: Kind = Kind::new("correction");

/// What the mails about one sign-on share.
pub(super) struct About<'a> {
    pub(super) base: &'a BaseUrl,
    pub(super) campaign: &'a Campaign,
    pub(super) sign_on: &'a SignOn,
    pub(super) now: Timestamp,
}

#[derive(Template)]
#[template(path = "mail/verify/body.txt")]
struct VerifyText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/verify/body.html")]
struct VerifyHtml<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/already_signed/body.txt")]
struct AlreadyText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/already_signed/body.html")]
struct AlreadyHtml<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/received/body.txt")]
struct ReceivedText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/received/body.html")]
struct ReceivedHtml<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/withdrawn/body.txt")]
struct WithdrawnText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/withdrawn/body.html")]
struct WithdrawnHtml<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/review/body.txt")]
struct ReviewText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/review/body.html")]
struct ReviewHtml<'a>(&'a Facts);

/// What the templates may say. Nothing typed by a stranger is a link, a header or markup: the line is printed as text, the
/// title is the organizer's. `letter` is empty while strangers may not see it.
#[derive(Default)]
struct Facts {
    title: String,
    contact: String,
    letter: String,
    line: String,
    link: String,
    code_page: String,
    code: String,
    /// How long the link works.
    works: String,
    standing: &'static str,
    /// Whether the moderators still decide.
    waits: bool,
    closes: String,
}

impl About<'_> {
    fn facts(&self) -> Facts {
        let settings = &self.campaign.settings;
        let letter = self.base.join(&format!("/letters/{}", settings.slug));
        Facts {
            title: settings.title.to_string(),
            contact: settings.contact.clone(),
            letter: if self.campaign.is_visible(self.now) { letter } else { String::new() },
            line: plain(&self.sign_on.entry.line),
            standing: self.sign_on.standing().words(),
            waits: matches!(self.sign_on.standing(), Standing::AwaitingModeration | Standing::OnHold),
            ..Facts::default()
        }
    }

    fn message(
        &self,
        kind: Kind,
        to: &EmailAddress,
        subject: String,
        text: askama::Result<String>,
        html: askama::Result<String>,
    ) -> askama::Result<Message> {
        Ok(Message {
            kind,
            to: to.clone(),
            subject,
            text: text?,
            html: html?,
            campaign: Some(self.campaign.id),
            about: Some(AnyId::from_uuid(self.sign_on.id.uuid())),
            not_before: None,
            unsubscribe: None,
        })
    }

    /// A mail in the words of the organizers.
    fn worded(&self, kind: Kind, to: &EmailAddress, parts: Parts) -> askama::Result<Message> {
        self.message(kind, to, parts.subject, Ok(parts.text), Ok(parts.html))
    }

    pub(super) fn verify(
        &self,
        to: &EmailAddress,
        token: &Token,
        (code, works): (&str, String),
        words: Option<&MailWords>,
    ) -> askama::Result<Message> {
        let settings = &self.campaign.settings;
        let facts = Facts {
            link: self.base.join(&format!("/verify/{}", token.reveal())),
            code_page: self.base.join("/verify"),
            code: code.to_owned(),
            works,
            closes: settings.closes_at.map(|at| in_zone(at, &settings.zone)).unwrap_or_default(),
            ..self.facts()
        };
        if let Some(words) = words {
            return self.worded(VERIFY, to, self.worded_verify(&facts, words)?);
        }
        let subject = format!("Verify your sign-on: {}", facts.title);
        self.message(VERIFY, to, subject, VerifyText(&facts).render(), VerifyHtml(&facts).render())
    }

    pub(super) fn already_signed(&self, to: &EmailAddress, private: &Token) -> askama::Result<Message> {
        let facts = self.with_private_link(private);
        let subject = format!("Your organization has already signed: {}", facts.title);
        self.message(ALREADY, to, subject, AlreadyText(&facts).render(), AlreadyHtml(&facts).render())
    }

    pub(super) fn received(
        &self,
        to: &EmailAddress,
        private: &Token,
        words: Option<&MailWords>,
    ) -> askama::Result<Message> {
        let facts = self.with_private_link(private);
        if let Some(words) = words {
            return self.worded(RECEIVED, to, self.worded_receipt(&facts, words)?);
        }
        let subject = match facts.waits {
            true => format!("Your sign-on is verified and waits for review: {}", facts.title),
            false => format!("Your sign-on is verified: {}", facts.title),
        };
        self.message(RECEIVED, to, subject, ReceivedText(&facts).render(), ReceivedHtml(&facts).render())
    }

    pub(super) fn withdrawn(&self, to: &EmailAddress) -> askama::Result<Message> {
        let facts = self.facts();
        let subject = format!("Your sign-on is withdrawn: {}", facts.title);
        self.message(WITHDRAWN, to, subject, WithdrawnText(&facts).render(), WithdrawnHtml(&facts).render())
    }

    pub(super) fn review(&self, to: &EmailAddress) -> askama::Result<Message> {
        let queue = self.base.join(&format!("/staff/letters/{}/queue", self.campaign.settings.slug));
        // Not everybody who is told may see every name.
        let line = plain(&self.sign_on.entry.public_line());
        let facts = Facts { link: queue, line, ..self.facts() };
        let subject = format!("Review new sign-ons: {}", facts.title);
        let message =
            self.message(REVIEW, to, subject, ReviewText(&facts).render(), ReviewHtml(&facts).render())?;
        // About the campaign, not this one sign-on: one such mail stands for all that wait.
        Ok(Message { about: Some(AnyId::from_uuid(self.campaign.id.uuid())), ..message })
    }

    fn with_private_link(&self, private: &Token) -> Facts {
        Facts { link: self.base.join(&format!("/sign-ons/{}", private.reveal())), ..self.facts() }
    }
}

/// A typed line for a plain-text mail. Mail programs turn `guifi.net` and `https://…` into links by themselves; a word joiner
/// (U+2060) after each full stop, colon and at sign between two letters keeps what a stranger typed from becoming one, and is
/// not seen.
pub(crate) fn plain(line: &str) -> String {
    let mut safe = String::with_capacity(line.len());
    let mut characters = line.chars().peekable();
    let mut before = ' ';
    while let Some(c) = characters.next() {
        safe.push(c);
        let between = !before.is_whitespace() && characters.peek().is_some_and(|next| !next.is_whitespace());
        if between && matches!(c, '.' | ':' | '@' | '/') {
            safe.push('\u{2060}');
        }
        before = c;
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stranger_typed_does_not_become_a_link() {
        let line = plain("Free pills visit https://xyz.biz/now, or mail me@xyz.biz");
        for link in ["https://", "xyz.biz", "me@xyz"] {
            assert!(!line.contains(link), "{link}");
        }
        assert_eq!(line.replace('\u{2060}', ""), "Free pills visit https://xyz.biz/now, or mail me@xyz.biz");
        assert_eq!(plain("ACT | The App Association, z.s."), "ACT | The App Association, z.\u{2060}s.");
    }
}
