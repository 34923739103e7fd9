//! The mail that tells a representative what became of the printed line.

use crate::campaign::Campaign;
use crate::clock::Timestamp;
use crate::config::BaseUrl;
use crate::ids::{AnyId, SignOnId};
use crate::mail::Message;
use crate::secret::Token;
use crate::sign_on::{CORRECTION, Remark, plain};
use crate::text::EmailAddress;
use askama::Template;

/// What it tells.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// Staff corrected the name.
    Made,
    /// The correction that was asked for is accepted.
    Accepted,
    /// It is not.
    Declined,
}

/// What the mail is made of. After a refusal `before` is what was asked for, and `after` what stays.
pub(super) struct News<'a> {
    pub(super) base: &'a BaseUrl,
    pub(super) campaign: &'a Campaign,
    pub(super) sign_on: SignOnId,
    pub(super) told: Told,
    pub(super) before: &'a str,
    pub(super) after: &'a str,
    pub(super) why: Option<&'a Remark>,
    /// When it may go, so that a slip can be mended before.
    pub(super) not_before: Option<Timestamp>,
}

struct Facts {
    title: String,
    contact: String,
    subject: &'static str,
    says: &'static str,
    before_label: &'static str,
    before: String,
    after_label: &'static str,
    after: String,
    why: String,
    next: &'static str,
    link: String,
}

#[derive(Template)]
#[template(path = "mail/correction/body.txt")]
struct Text<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/correction/body.html")]
struct Html<'a>(&'a Facts);

impl News<'_> {
    /// The mail to one representative, with a link to the private page.
    pub(super) fn message(&self, to: &EmailAddress, private: &Token) -> askama::Result<Message> {
        let settings = &self.campaign.settings;
        let (subject, says, before_label, after_label, next) = match self.told {
            Told::Made => (
                "Your organization’s name was corrected",
                "The moderators have corrected how your organization is printed.",
                "Before:",
                "Now:",
                "If that is wrong, object to it on your private page:",
            ),
            Told::Accepted => (
                "Your correction is accepted",
                "The moderators have accepted your correction.",
                "Before:",
                "Now:",
                "Your private page shows where the sign-on stands:",
            ),
            Told::Declined => (
                "Your correction was not accepted",
                "The moderators have not accepted your correction.",
                "You asked for:",
                "It stays:",
                "Your private page shows where the sign-on stands, and lets you correct it again:",
            ),
        };
        let facts = Facts {
            title: settings.title.to_string(),
            contact: settings.contact.clone(),
            subject,
            says,
            before_label,
            before: plain(self.before),
            after_label,
            after: plain(self.after),
            why: self.why.map(ToString::to_string).unwrap_or_default(),
            next,
            link: self.base.join(&format!("/sign-ons/{}", private.reveal())),
        };
        Ok(Message {
            kind: CORRECTION,
            to: to.clone(),
            subject: format!("{subject}: {}", facts.title),
            text: Text(&facts).render()?,
            html: Html(&facts).render()?,
            campaign: Some(self.campaign.id),
            about: Some(AnyId::from_uuid(self.sign_on.uuid())),
            not_before: self.not_before,
            unsubscribe: None,
        })
    }
}
