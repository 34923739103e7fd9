//! The mails that tell a representative of a decision: approved, rejected, removed, asked, no longer on hold; and whoever objected, what came
//! of that.

mod worded;

use crate::campaign::store::mail_words;
use crate::campaign::{Campaign, MailMessage, MailWords};
use crate::clock::Timestamp;
use crate::config::BaseUrl;
use crate::db::{Conn, Error, Tx};
use crate::ids::{AnyId, CampaignId, ContactId};
use crate::mail::{Kind, Message, Prepared};
use crate::secret::{Token, TokenDigest};
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
/// No longer on hold.
const HOLD_OVER: Kind = Kind::new("hold-over");
/// What came of an objection, to whoever objected.
pub(super) const OBJECTION_SETTLED: Kind = Kind::new("objection-settled");

/// Every kind of news of a decision. Whatever moves a sign-on takes back what of these has not gone: it is no longer true.
pub(super) const DECISIONS: [Kind; 8] =
    [APPROVED, REJECTED, REMOVED, QUESTION, MERGED, JOINED, HOLD_OVER, OBJECTION_SETTLED];

/// Those of them that [`News::message`] writes. Only these hold a moderator's words that can be changed while they wait: a mail of a merger
/// is made from two entries, and what goes to whoever objected holds none.
pub(super) const WORDED: [Kind; 4] = [APPROVED, REJECTED, REMOVED, QUESTION];

/// A finished mail; where it holds a link to a private page, whose page that is and what the link is known by.
pub(super) struct Letter {
    pub(super) link: Option<(ContactId, TokenDigest)>,
    pub(super) mail: Prepared,
}

impl Letter {
    /// Owes it, and lets its link work; unless whoever it is to is no longer among the contacts.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) fn enqueue(self, tx: &mut Tx<'_>, now: Timestamp) -> Result<(), Error> {
        if let Some((contact, token)) = self.link
            && !sign_on::store::insert_private_link(tx, token, contact, now)?
        {
            return Ok(());
        }
        self.mail.enqueue(tx)?;
        Ok(())
    }
}

/// The words of decisions, as the organizers of a letter wrote them.
#[derive(Clone, Default)]
pub(super) struct Worded {
    approved: Option<MailWords>,
    rejected: Option<MailWords>,
}

impl Worded {
    /// Those of a letter.
    ///
    /// # Errors
    /// Those of the database.
    pub(super) fn of(conn: &mut Conn, campaign: CampaignId) -> Result<Self, Error> {
        Ok(Self {
            approved: mail_words(conn, campaign, MailMessage::Approved)?,
            rejected: mail_words(conn, campaign, MailMessage::Rejected)?,
        })
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
    /// What the organizers want decisions to say.
    pub(super) worded: &'a Worded,
    /// Why it is not on the list although it is approved; empty where it is.
    pub(super) disagreement: &'static str,
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
#[derive(Template)]
#[template(path = "mail/hold_over/body.txt")]
struct HoldOverText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/hold_over/body.html")]
struct HoldOverHtml<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/objection_settled/body.txt")]
struct ObjectionText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/objection_settled/body.html")]
struct ObjectionHtml<'a>(&'a Facts);

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
    /// Why it is not on the list although it is approved; empty where it is.
    off_list: &'static str,
}

impl News<'_> {
    /// The mail to one representative, with a link to the private page; none where the decision is no news for them.
    ///
    /// # Errors
    /// When a template cannot be filled in: a defect.
    pub(super) fn message(&self, to: &EmailAddress, private: &Token) -> askama::Result<Option<Message>> {
        let facts = self.facts(private);
        let worded = match self.sign_on.state {
            // Organizers word it for those who are on the list.
            State::Approved { .. } if self.disagreement.is_empty() => {
                self.worded_approval(&facts)?.map(|parts| (APPROVED, parts))
            }
            State::Rejected(_) => self.worded_rejection(&facts)?.map(|parts| (REJECTED, parts)),
            _ => None,
        };
        if let Some((kind, parts)) = worded {
            let message = self.mail(kind, to, ("", &facts), parts.text, parts.html);
            return Ok(Some(Message { subject: parts.subject, ..message }));
        }
        let (kind, subject, text, html) = match self.sign_on.state {
            State::Approved { .. } => (
                APPROVED,
                match self.disagreement {
                    "" => "Your organization is on the list",
                    _ => "Your sign-on is approved",
                },
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
        Ok(Some(self.mail(kind, to, (subject, &facts), text, html)))
    }

    /// That it is no longer on hold, to one representative, with a link to the private page.
    ///
    /// # Errors
    /// When a template cannot be filled in: a defect.
    pub(super) fn hold_over(&self, to: &EmailAddress, private: &Token) -> askama::Result<Message> {
        let facts = self.facts(private);
        let (text, html) = (HoldOverText(&facts).render()?, HoldOverHtml(&facts).render()?);
        Ok(self.mail(HOLD_OVER, to, ("Your sign-on waits for review again", &facts), text, html))
    }

    /// What came of an objection, to whoever objected; none where it stands. Their mail has no link: the private page is not theirs.
    ///
    /// # Errors
    /// When a template cannot be filled in: a defect.
    pub(super) fn to_objector(&self, to: &EmailAddress) -> askama::Result<Option<Message>> {
        let came = match self.sign_on.state {
            State::Approved { .. } => {
                "The moderators have looked into your objection. The entry is on the list again."
            }
            State::Rejected(_) | State::Removed(_) => {
                "The moderators have looked into your objection. The entry stays off the list."
            }
            State::AwaitingModeration { .. } => {
                "The moderators have looked into your objection. The entry waits for review again, and is not on the list meanwhile."
            }
            _ => return Ok(None),
        };
        let settings = &self.campaign.settings;
        let facts = Facts {
            title: settings.title.to_string(),
            contact: settings.contact.clone(),
            line: plain(&self.sign_on.entry.line),
            text: came.to_owned(),
            ..Facts::default()
        };
        let (text, html) = (ObjectionText(&facts).render()?, ObjectionHtml(&facts).render()?);
        Ok(Some(self.mail(OBJECTION_SETTLED, to, ("What came of your objection", &facts), text, html)))
    }

    fn mail(
        &self,
        kind: Kind,
        to: &EmailAddress,
        (subject, facts): (&str, &Facts),
        text: String,
        html: String,
    ) -> Message {
        Message {
            kind,
            to: to.clone(),
            subject: format!("{subject}: {}", facts.title),
            text,
            html,
            campaign: Some(self.campaign.id),
            about: Some(AnyId::from_uuid(self.sign_on.id.uuid())),
            not_before: self.not_before,
            unsubscribe: None,
        }
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
            off_list: self.disagreement,
        }
    }
}
