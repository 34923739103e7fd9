//! The mails that tell a representative of a decision: approved, rejected, removed, asked.

use crate::campaign::Campaign;
use crate::clock::Timestamp;
use crate::config::BaseUrl;
use crate::db::{Error, Tx};
use crate::ids::{AnyId, SignOnId};
use crate::mail::{Kind, Message, Prepared};
use crate::secret::{Token, TokenDigest};
use crate::sign_on::store::Purpose;
use crate::sign_on::{self, Remark, SignOn, State, plain};
use crate::text::EmailAddress;
use askama::Template;

/// On the list.
const APPROVED: Kind = Kind::new("approved");
/// Not taken.
const REJECTED: Kind = Kind::new("rejected");
/// Asked something.
const QUESTION: Kind = Kind::new("question");
/// Off the list.
const REMOVED: Kind = Kind::new("removed");

/// Another entry stands for it now.
pub(super) const MERGED: Kind = Kind::new("merged");
/// What stands for another entry too now.
pub(super) const JOINED: Kind = Kind::new("joined");

/// Every kind of news of a decision. Whatever moves a sign-on takes back what of these has not gone: it is no longer true.
pub(super) const DECISIONS: [Kind; 6] = [APPROVED, REJECTED, REMOVED, QUESTION, MERGED, JOINED];

/// A finished mail with a link to the private page, which is of the sign-on that its reader sent.
pub(super) struct Letter {
    pub(super) through: SignOnId,
    pub(super) token: TokenDigest,
    pub(super) mail: Prepared,
}

impl Letter {
    /// Owes it, and lets its link work.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) fn enqueue(self, tx: &mut Tx<'_>, now: Timestamp) -> Result<(), Error> {
        sign_on::store::insert_token(tx, self.token, Purpose::Private, self.through, now, None)?;
        self.mail.enqueue(tx)?;
        Ok(())
    }
}

/// What the mails about one decision share.
pub(super) struct News<'a> {
    pub(super) base: &'a BaseUrl,
    pub(super) campaign: &'a Campaign,
    /// The sign-on as the decision left it.
    pub(super) sign_on: &'a SignOn,
    pub(super) now: Timestamp,
    /// When it may go, so that the decision can be undone before.
    pub(super) not_before: Option<Timestamp>,
}

#[derive(Template)]
#[template(path = "mail/approved/body.txt")]
struct ApprovedText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/approved/body.html")]
struct ApprovedHtml<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/rejected/body.txt")]
struct RejectedText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/rejected/body.html")]
struct RejectedHtml<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/question/body.txt")]
struct QuestionText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/question/body.html")]
struct QuestionHtml<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/removed/body.txt")]
struct RemovedText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/removed/body.html")]
struct RemovedHtml<'a>(&'a Facts);

/// What the templates may say. `letter` is empty while the public may not see it.
#[derive(Default)]
struct Facts {
    title: String,
    contact: String,
    letter: String,
    line: String,
    link: String,
    reason: String,
    text: String,
}

impl News<'_> {
    /// The mail to one representative, with a link to the private page; none where the decision is no news for them.
    ///
    /// # Errors
    /// When a template cannot be filled in: a defect.
    pub(super) fn message(&self, to: &EmailAddress, private: &Token) -> askama::Result<Option<Message>> {
        let facts = self.facts(private);
        let (kind, subject, text, html) = match self.sign_on.state {
            State::Approved { .. } => (
                APPROVED,
                "Your organization is on the list",
                ApprovedText(&facts).render()?,
                ApprovedHtml(&facts).render()?,
            ),
            State::Rejected(_) => (
                REJECTED,
                "Your sign-on was not accepted",
                RejectedText(&facts).render()?,
                RejectedHtml(&facts).render()?,
            ),
            State::Removed(_) => (
                REMOVED,
                "Your organization was removed from the list",
                RemovedText(&facts).render()?,
                RemovedHtml(&facts).render()?,
            ),
            State::OnHold { question: Some(_), .. } => (
                QUESTION,
                "Answer a question about your sign-on",
                QuestionText(&facts).render()?,
                QuestionHtml(&facts).render()?,
            ),
            _ => return Ok(None),
        };
        Ok(Some(Message {
            kind,
            to: to.clone(),
            subject: format!("{subject}: {}", facts.title),
            text,
            html,
            campaign: Some(self.campaign.id),
            about: Some(AnyId::from_uuid(self.sign_on.id.uuid())),
            not_before: self.not_before,
            unsubscribe: None,
        }))
    }

    fn facts(&self, private: &Token) -> Facts {
        let settings = &self.campaign.settings;
        let letter = match self.campaign.is_visible(self.now) {
            true => self.base.join(&format!("/letters/{}", settings.slug)),
            false => String::new(),
        };
        let (reason, text) = match &self.sign_on.state {
            State::Rejected(decision) | State::Removed(decision) => (
                settings.reasons.sentence(&decision.reason).into_owned(),
                decision.text.as_ref().map_or("", Remark::as_str),
            ),
            State::OnHold { question: Some(question), .. } => (String::new(), question.as_str()),
            _ => (String::new(), ""),
        };
        Facts {
            title: settings.title.to_string(),
            contact: settings.contact.clone(),
            letter,
            line: plain(&self.sign_on.entry.line),
            link: self.base.join(&format!("/sign-ons/{}", private.reveal())),
            reason,
            text: text.to_owned(),
        }
    }
}
