//! The mails of a hand-over: to the colleague, to whoever spoke before, to the moderators. No name that somebody typed stands in them.

use super::{About, plain};
use crate::clock::Timestamp;
use crate::ids::{AnyId, ContactId};
use crate::mail::{Kind, Message};
use crate::secret::Token;
use crate::text::EmailAddress;
use crate::web::show::in_utc;
use askama::Template;

/// Asks a colleague. Whoever holds a private link can cause it, so it counts for the cap.
const OFFER: Kind = Kind::by_stranger("hand-over");
/// The colleague's private link.
const TAKEN_OVER: Kind = Kind::new("taken-over");
/// Tells whoever spoke before that a moderator asks somebody else, or what became of it.
const NEWS: Kind = Kind::new("hand-over-news");
/// Tells the moderators that somebody objects.
const OBJECTION: Kind = Kind::new("hand-over-objection");

#[derive(Template)]
#[template(path = "mail/hand_over/body.txt")]
struct Text<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/hand_over/body.html")]
struct Html<'a>(&'a Facts);

/// What the templates may say.
struct Facts {
    title: String,
    contact: String,
    line: String,
    subject: &'static str,
    says: &'static str,
    more: String,
    link: String,
    button: &'static str,
    after: &'static str,
}

/// One of the mails, without what they share.
struct Words {
    kind: Kind,
    subject: &'static str,
    says: &'static str,
    more: String,
    /// The path, what its button says, and what stands below.
    link: Option<(String, &'static str, &'static str)>,
}

impl About<'_> {
    /// Asks the colleague.
    pub(in crate::sign_on) fn offer(
        &self,
        to: &EmailAddress,
        about: ContactId,
        token: &Token,
        by_staff: bool,
        until: Timestamp,
    ) -> askama::Result<Message> {
        let who = match by_staff {
            false => "The person who signed for it asks you",
            true => "The moderators of the letter have lost touch with whoever signed for it and ask you",
        };
        let page = format!("/hand-overs/{}", token.reveal());
        let words = Words {
            kind: OFFER,
            subject: "Take over your organization’s sign-on",
            says: "Somebody has to speak for this line, which your organization signed:",
            more: format!(
                "{who} to take over: to answer questions, to correct the line and, if it must be, to withdraw it. Accept or decline until \
                 {}. The page:",
                in_utc(until)
            ),
            link: Some((
                page,
                "Accept or decline",
                "Opening the page changes nothing. If you know nothing of it, do nothing.",
            )),
        };
        self.about_hand_over(to, about, words)
    }

    /// Gives the colleague the private link.
    pub(in crate::sign_on) fn taken_over(
        &self,
        to: &EmailAddress,
        private: &Token,
    ) -> askama::Result<Message> {
        let words = Words {
            kind: TAKEN_OVER,
            subject: "You speak for your organization’s sign-on now",
            says: "You have taken over this line:",
            more: "Your private page shows where it stands and whether the moderators ask something, and lets you correct and withdraw it:"
                .to_owned(),
            link: Some((
                format!("/sign-ons/{}", private.reveal()),
                "Open your private page",
                "Keep that link to yourself: whoever has it can withdraw the sign-on.",
            )),
        };
        // About the sign-on: if it comes back, the moderators see that its mailbox takes none.
        self.about_hand_over(to, ContactId::from_uuid(self.sign_on.id.uuid()), words)
    }

    /// Tells whoever spoke before that a moderator asks somebody else, with the link to object.
    pub(in crate::sign_on) fn to_be_replaced(
        &self,
        to: &EmailAddress,
        about: ContactId,
        token: &Token,
        until: Timestamp,
    ) -> askama::Result<Message> {
        let words = Words {
            kind: NEWS,
            subject: "Object if you still speak for your organization",
            says: "A moderator asks somebody else to speak for this line, which you signed:",
            more: format!(
                "If that person accepts, your private link ends and what names you is erased. If you still speak for the organization, \
                 object until {}. The page:",
                in_utc(until)
            ),
            link: Some((
                format!("/hand-overs/{}/object", token.reveal()),
                "Object",
                "Nobody takes over then until the moderators have looked into it. If it is right, do nothing.",
            )),
        };
        self.about_hand_over(to, about, words)
    }

    /// Tells whoever spoke before that the colleague has accepted.
    pub(in crate::sign_on) fn handed_over(
        &self,
        to: &EmailAddress,
        about: ContactId,
    ) -> askama::Result<Message> {
        let words = Words {
            kind: NEWS,
            subject: "Somebody else speaks for your organization’s sign-on now",
            says: "A colleague has taken over this line:",
            more: "Your private link has ended, and what named you is erased. There is nothing to do."
                .to_owned(),
            link: None,
        };
        self.about_hand_over(to, about, words)
    }

    /// Tells the representative that the colleague has declined.
    pub(in crate::sign_on) fn declined(
        &self,
        to: &EmailAddress,
        about: ContactId,
    ) -> askama::Result<Message> {
        let words = Words {
            kind: NEWS,
            subject: "Ask another colleague: the hand-over was declined",
            says: "The colleague whom you asked does not take over this line:",
            more: "You go on speaking for it. To ask somebody else, open your private page by the link that you have.".to_owned(),
            link: None,
        };
        self.about_hand_over(to, about, words)
    }

    /// Tells a moderator that whoever spoke before objects.
    pub(in crate::sign_on) fn hand_over_objection(
        &self,
        to: &EmailAddress,
        about: ContactId,
    ) -> askama::Result<Message> {
        let words = Words {
            kind: OBJECTION,
            subject: "Look at a hand-over that is objected to",
            says: "Whoever signed this line objects to somebody else’s taking over:",
            more: "Until you have decided, nobody can accept. Where somebody has accepted already, they go on speaking for it. The page of \
                   the entry:"
                .to_owned(),
            link: Some((
                format!("/staff/sign-ons/{}/contact", self.sign_on.id),
                "Open the entry",
                "You get this because you are a moderator of this letter.",
            )),
        };
        self.about_hand_over(to, about, words)
    }

    fn about_hand_over(&self, to: &EmailAddress, about: ContactId, words: Words) -> askama::Result<Message> {
        let settings = &self.campaign.settings;
        let (path, button, after) = words.link.unwrap_or_default();
        let facts = Facts {
            title: settings.title.to_string(),
            contact: settings.contact.clone(),
            line: plain(&self.sign_on.entry.line),
            subject: words.subject,
            says: words.says,
            more: words.more,
            link: if path.is_empty() { path } else { self.base.join(&path) },
            button,
            after,
        };
        Ok(Message {
            kind: words.kind,
            to: to.clone(),
            subject: format!("{}: {}", words.subject, facts.title),
            text: Text(&facts).render()?,
            html: Html(&facts).render()?,
            campaign: Some(self.campaign.id),
            about: Some(AnyId::from_uuid(about.uuid())),
            not_before: None,
            unsubscribe: None,
        })
    }
}
