//! The mails that tell the representatives of two entries that these are one now.

use crate::campaign::Campaign;
use crate::clock::Timestamp;
use crate::config::BaseUrl;
use crate::ids::AnyId;
use crate::mail::{Kind, Message};
use crate::moderation::mails::{JOINED, MERGED};
use crate::secret::Token;
use crate::sign_on::{Remark, Representative, SignOn, plain};
use crate::text::EmailAddress;
use askama::Template;

#[derive(Template)]
#[template(path = "mail/merged/body.txt")]
struct MergedText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/merged/body.html")]
struct MergedHtml<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/joined/body.txt")]
struct JoinedText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/joined/body.html")]
struct JoinedHtml<'a>(&'a Facts);

/// What the templates may say. They name nobody: each learns that there is a colleague, not who.
struct Facts {
    title: String,
    contact: String,
    line: String,
    text: String,
    link: String,
    /// Whether they had sent the one that stays themselves.
    is_own: bool,
    /// Whether somebody else represents it too.
    has_colleague: bool,
}

/// What the mails about one merger share.
pub(super) struct News<'a> {
    pub(super) base: &'a BaseUrl,
    pub(super) campaign: &'a Campaign,
    /// The entry that ends: the mails belong to the decision about it.
    pub(super) merged: &'a SignOn,
    pub(super) stays: &'a SignOn,
    pub(super) text: Option<&'a Remark>,
    /// When they may go, so that the decision can be undone before.
    pub(super) not_before: Option<Timestamp>,
}

impl News<'_> {
    /// To whoever sent the entry that ends; `to_stays` represent the one that stays.
    pub(super) fn merged(
        &self,
        to: &EmailAddress,
        private: &Token,
        to_stays: &[Representative],
    ) -> askama::Result<Message> {
        let is_they = |held: &Representative| held.contact.email.canonical() == to.canonical();
        let facts = Facts {
            is_own: to_stays.iter().any(is_they),
            has_colleague: !to_stays.iter().all(is_they),
            ..self.facts(private)
        };
        let subject = format!("Your organization has one entry, and you represent it: {}", facts.title);
        self.message(MERGED, to, subject, MergedText(&facts).render()?, MergedHtml(&facts).render()?)
    }

    /// To whoever represents the entry that stays.
    pub(super) fn joined(&self, to: &EmailAddress, private: &Token) -> askama::Result<Message> {
        let facts = self.facts(private);
        let subject = format!("A colleague represents your organization too: {}", facts.title);
        self.message(JOINED, to, subject, JoinedText(&facts).render()?, JoinedHtml(&facts).render()?)
    }

    fn facts(&self, private: &Token) -> Facts {
        let settings = &self.campaign.settings;
        Facts {
            title: settings.title.to_string(),
            contact: settings.contact.clone(),
            line: plain(&self.stays.entry.line),
            text: self.text.map_or("", Remark::as_str).to_owned(),
            link: self.base.join(&format!("/sign-ons/{}", private.reveal())),
            is_own: false,
            has_colleague: true,
        }
    }

    fn message(
        &self,
        kind: Kind,
        to: &EmailAddress,
        subject: String,
        text: String,
        html: String,
    ) -> askama::Result<Message> {
        Ok(Message {
            kind,
            to: to.clone(),
            subject,
            text,
            html,
            campaign: Some(self.campaign.id),
            about: Some(AnyId::from_uuid(self.merged.id.uuid())),
            not_before: self.not_before,
            unsubscribe: None,
        })
    }
}
