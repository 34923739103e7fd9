//! The mails to those who signed: that the letter was delivered, and that a reply came.

use super::telling::Event;
use crate::campaign::{Campaign, Delivery, LetterBody};
use crate::clock::Timestamp;
use crate::config::BaseUrl;
use crate::ids::{AnyId, SignOnId};
use crate::mail::{Kind, Message};
use crate::sign_on::{SignOn, plain};
use crate::text::EmailAddress;
use crate::web::show::day;
use askama::Template;

/// Says that the letter was delivered.
const DELIVERED: Kind = Kind::new("letter-delivered");
/// Says that a reply came.
const REPLIED: Kind = Kind::new("reply-came");

/// The longest reply that a mail holds, in bytes; a longer one is read where the letter is.
const LONGEST: usize = 20_000;

#[derive(Template)]
#[template(path = "mail/letter_delivered/body.txt")]
struct DeliveredText<'a>(&'a Facts<'a>);
#[derive(Template)]
#[template(path = "mail/letter_delivered/body.html")]
struct DeliveredHtml<'a>(&'a Facts<'a>);
#[derive(Template)]
#[template(path = "mail/reply_came/body.txt")]
struct RepliedText<'a>(&'a Facts<'a>);
#[derive(Template)]
#[template(path = "mail/reply_came/body.html")]
struct RepliedHtml<'a>(&'a Facts<'a>);

/// One delivery, as the mails say it.
struct Handed {
    recipient: String,
    /// `on 7 October 2019, in person`
    when: String,
    /// `Edition 12 of the list, with 111 organizations`; empty where none was named.
    edition: String,
    replied_on: String,
    /// The reply, where it is short; empty where there is none, or the link leads to it.
    reply: String,
}

/// What the templates may say. The line is printed as text; everything else is the organizers'.
#[derive(Clone)]
struct Facts<'a> {
    title: &'a str,
    host: &'a str,
    contact: &'a str,
    line: String,
    /// Where it can be read; empty where strangers may not see the letter.
    link: String,
    deliveries: &'a [Handed],
}

/// What all mails of one telling share.
pub(super) struct About<'a> {
    campaign: &'a Campaign,
    event: Event,
    link: String,
    deliveries: Vec<Handed>,
}

impl<'a> About<'a> {
    pub(super) fn new(
        base: &BaseUrl,
        campaign: &'a Campaign,
        event: Event,
        told: &[Delivery],
        now: Timestamp,
    ) -> Self {
        let settings = &campaign.settings;
        let is_public = campaign.is_visible(now);
        let handed = |delivery: &Delivery| {
            let means = delivery.means.words();
            let when = delivery.happened.text(&settings.zone);
            let edition = delivery.edition.as_ref().map(|edition| {
                let s = if edition.count == 1 { "" } else { "s" };
                format!("Edition {} of the list, with {} organization{s}", edition.number, edition.count)
            });
            let reply = delivery.reply.as_ref();
            let words = reply.and_then(|reply| reply.text.clone()).filter(|_| !is_public);
            let words = words.map(|text| LetterBody::from(text).plain());
            Handed {
                recipient: delivery.recipient.to_string(),
                when: if means.is_empty() { when } else { format!("{when}, {means}") },
                edition: edition.unwrap_or_default(),
                replied_on: reply.map(|reply| day(reply.on)).unwrap_or_default(),
                reply: words.filter(|words| words.len() <= LONGEST).unwrap_or_default(),
            }
        };
        let link = match is_public {
            true => base.join(&format!("/letters/{}/updates", settings.slug)),
            false => String::new(),
        };
        Self { campaign, event, link, deliveries: told.iter().map(handed).collect() }
    }

    /// The mail to somebody who represents an entry, through the sign-on that they sent.
    ///
    /// # Errors
    /// When a template cannot be filled in: a defect.
    pub(super) fn message(
        &self,
        sign_on: &SignOn,
        through: SignOnId,
        to: &EmailAddress,
    ) -> askama::Result<Message> {
        let settings = &self.campaign.settings;
        let facts = Facts {
            title: settings.title.as_str(),
            host: &settings.host,
            contact: &settings.contact,
            line: plain(&sign_on.entry.line),
            link: self.link.clone(),
            deliveries: &self.deliveries,
        };
        let (kind, subject, text, html) = match self.event {
            Event::Delivered => (
                DELIVERED,
                format!("The letter that your organization signed was delivered: {}", facts.title),
                DeliveredText(&facts).render()?,
                DeliveredHtml(&facts).render()?,
            ),
            Event::Replied => (
                REPLIED,
                format!("A reply came to the letter that your organization signed: {}", facts.title),
                RepliedText(&facts).render()?,
                RepliedHtml(&facts).render()?,
            ),
        };
        Ok(Message {
            kind,
            to: to.clone(),
            subject,
            text,
            html,
            campaign: Some(self.campaign.id),
            // Whoever is erased before it goes does not get it.
            about: Some(AnyId::from_uuid(through.uuid())),
            not_before: None,
            unsubscribe: None,
        })
    }
}
