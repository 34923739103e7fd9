//! The mails of a round: the question to those who signed, the reminder, the word to those who are off the list, and to the organizers that
//! somebody asks something.

use super::store::{Compared, Telling};
use crate::campaign::{Campaign, LetterVersion, Round};
use crate::config::BaseUrl;
use crate::ids::AnyId;
use crate::mail::{Kind, Message};
use crate::secret::Token;
use crate::sign_on::{SignOn, plain};
use crate::text::{Differences, EmailAddress};
use crate::web::show::in_utc;
use askama::Template;

/// Asks for consent.
pub(super) const CONSENT: Kind = Kind::new("consent");
/// Asks once more.
pub(super) const REMINDER: Kind = Kind::new("consent-reminder");
/// Says that an entry is off the list, and how it comes back.
const LAPSED: Kind = Kind::new("not-carried-over");
/// Tells the organizers that somebody asks something.
pub(super) const QUESTION: Kind = Kind::new("consent-question");

/// The longest change that a mail shows, in bytes; a longer one is on the page behind the link.
const LONGEST: usize = 20_000;

#[derive(Template)]
#[template(path = "mail/consent/body.txt")]
struct ConsentText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/consent/body.html")]
struct ConsentHtml<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/not_carried_over/body.txt")]
struct LapsedText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/not_carried_over/body.html")]
struct LapsedHtml<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/consent_question/body.txt")]
struct QuestionText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/consent_question/body.html")]
struct QuestionHtml<'a>(&'a Facts);

/// What the templates may say. Nothing typed by a stranger is a link, a header or markup: the line is printed as text, the
/// title and the letter are the organizer's.
#[derive(Clone, Default)]
struct Facts {
    title: String,
    host: String,
    contact: String,
    line: String,
    link: String,
    until: String,
    changes_text: bool,
    /// Whether saying nothing counts as consent.
    silence_counts: bool,
    is_reminder: bool,
    /// Whether there is still a way back.
    may_come_back: bool,
    /// What changes; nothing where the page has to show it.
    differences: Option<Differences>,
    /// Where that is not in their language: that there is no translation; else empty.
    instead: String,
    lang: String,
    dir: &'static str,
}

/// What all mails about one text share.
pub(super) struct About<'a> {
    base: &'a BaseUrl,
    campaign: &'a Campaign,
    facts: Facts,
}

impl<'a> About<'a> {
    pub(super) fn new(
        base: &'a BaseUrl,
        told: &'a Telling,
        (before, after): (&LetterVersion, &LetterVersion),
        compared: &Compared,
    ) -> Self {
        let campaign = &told.campaign;
        let settings = &campaign.settings;
        let changes = told.changes(before, after, compared);
        let changes_text = changes.is_some();
        let language = changes.as_ref().map_or_else(|| settings.language.clone(), |c| c.language.clone());
        let differences = changes
            .map(|changes| changes.differences)
            .filter(|differences| differences.plain().len() <= LONGEST);
        let facts = Facts {
            instead: if changes_text { told.instead() } else { String::new() },
            title: settings.title.to_string(),
            host: settings.host.clone(),
            contact: settings.contact.clone(),
            changes_text,
            differences,
            lang: language.to_string(),
            dir: language.dir().as_str(),
            ..Facts::default()
        };
        Self { base, campaign, facts }
    }

    fn facts(&self, sign_on: &SignOn, token: &Token) -> Facts {
        Facts {
            line: plain(&sign_on.entry.line),
            link: self.base.join(&format!("/consents/{}", token.reveal())),
            ..self.facts.clone()
        }
    }

    fn message(
        &self,
        kind: Kind,
        to: &EmailAddress,
        about: AnyId,
        subject: String,
        (text, html): (askama::Result<String>, askama::Result<String>),
    ) -> askama::Result<Message> {
        Ok(Message {
            kind,
            to: to.clone(),
            subject,
            text: text?,
            html: html?,
            campaign: Some(self.campaign.id),
            about: Some(about),
            not_before: None,
            unsubscribe: None,
        })
    }

    /// The question, or the reminder of it.
    ///
    /// # Errors
    /// When a template cannot be filled in: a defect.
    pub(super) fn consent(
        &self,
        (sign_on, silence_counts): (&SignOn, bool),
        round: &Round,
        to: &EmailAddress,
        token: &Token,
        is_reminder: bool,
    ) -> askama::Result<Message> {
        let facts = Facts {
            until: in_utc(round.ends_at),
            silence_counts: silence_counts && round.silence_counts,
            is_reminder,
            ..self.facts(sign_on, token)
        };
        let asks = match facts.changes_text {
            true => "whether your organization agrees to the new text",
            false => "whether your organization still stands with the letter",
        };
        let (kind, subject) = match is_reminder {
            true => (REMINDER, format!("Reminder: say {asks}: {}", facts.title)),
            false => (CONSENT, format!("Say {asks}: {}", facts.title)),
        };
        let parts = (ConsentText(&facts).render(), ConsentHtml(&facts).render());
        self.message(kind, to, AnyId::from_uuid(sign_on.id.uuid()), subject, parts)
    }

    /// The word to whoever is off the list.
    ///
    /// # Errors
    /// When a template cannot be filled in: a defect.
    pub(super) fn lapsed(
        &self,
        sign_on: &SignOn,
        may_come_back: bool,
        to: &EmailAddress,
        token: &Token,
    ) -> askama::Result<Message> {
        let facts = Facts { may_come_back, ..self.facts(sign_on, token) };
        let subject = format!("Your organization’s name no longer stands under the letter: {}", facts.title);
        let parts = (LapsedText(&facts).render(), LapsedHtml(&facts).render());
        self.message(LAPSED, to, AnyId::from_uuid(sign_on.id.uuid()), subject, parts)
    }

    /// The word to an organizer.
    ///
    /// # Errors
    /// When a template cannot be filled in: a defect.
    pub(super) fn question(&self, sign_on: &SignOn, to: &EmailAddress) -> askama::Result<Message> {
        let link = self.base.join(&format!("/staff/sign-ons/{}", sign_on.id));
        let facts = Facts { line: plain(&sign_on.entry.public_line()), link, ..self.facts.clone() };
        let subject = format!("Answer a question about the text: {}", facts.title);
        let parts = (QuestionText(&facts).render(), QuestionHtml(&facts).render());
        self.message(QUESTION, to, AnyId::from_uuid(self.campaign.id.uuid()), subject, parts)
    }
}
