//! The mails of this feature: to the organization that is asked, and to the moderators when it objects.

use crate::campaign::Campaign;
use crate::clock::Timestamp;
use crate::config::BaseUrl;
use crate::ids::AnyId;
use crate::mail::{Kind, Message};
use crate::secret::Token;
use crate::sign_on::{SignOn, plain};
use crate::text::EmailAddress;
use crate::web::show::in_utc;
use askama::Template;

/// Asks an organization at an address that it published. It counts as caused from outside: a form that a stranger filled in is behind it.
pub(super) const NOTICE: Kind = Kind::by_stranger("counter-notice");
/// Tells the moderators that an organization objects.
const OBJECTION: Kind = Kind::new("objection");

#[derive(Template)]
#[template(path = "mail/counter_notice/body.txt")]
struct NoticeText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/counter_notice/body.html")]
struct NoticeHtml<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/objection/body.txt")]
struct ObjectionText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/objection/body.html")]
struct ObjectionHtml<'a>(&'a Facts);

/// What the templates may say. Nothing typed by a stranger is a link, a header or markup.
struct Facts {
    title: String,
    host: String,
    contact: String,
    line: String,
    link: String,
    until: String,
    was_listed: bool,
}

fn facts(campaign: &Campaign, line: &str, link: String) -> Facts {
    Facts {
        title: campaign.settings.title.to_string(),
        host: campaign.settings.host.clone(),
        contact: campaign.settings.contact.clone(),
        line: plain(line),
        link,
        until: String::new(),
        was_listed: false,
    }
}

/// The question to the organization.
///
/// # Errors
/// When a template cannot be filled in: a defect.
pub(super) fn notice(
    base: &BaseUrl,
    campaign: &Campaign,
    (about, line): (AnyId, &str),
    to: &EmailAddress,
    token: &Token,
    until: Timestamp,
) -> askama::Result<Message> {
    let link = base.join(&format!("/notices/{}", token.reveal()));
    let facts = Facts { until: in_utc(until), ..facts(campaign, line, link) };
    Ok(Message {
        kind: NOTICE,
        to: to.clone(),
        subject: format!("Did your organization sign this letter? {}", facts.title),
        text: NoticeText(&facts).render()?,
        html: NoticeHtml(&facts).render()?,
        campaign: Some(campaign.id),
        about: Some(about),
        not_before: None,
        unsubscribe: None,
    })
}

/// The word to a moderator.
///
/// # Errors
/// When a template cannot be filled in: a defect.
pub(super) fn objection(
    base: &BaseUrl,
    campaign: &Campaign,
    sign_on: &SignOn,
    was_listed: bool,
    to: &EmailAddress,
) -> askama::Result<Message> {
    let link = base.join(&format!("/staff/sign-ons/{}", sign_on.id));
    let facts = Facts { was_listed, ..facts(campaign, &sign_on.entry.line, link) };
    Ok(Message {
        kind: OBJECTION,
        to: to.clone(),
        subject: format!("Look at an entry whose organization objects: {}", facts.title),
        text: ObjectionText(&facts).render()?,
        html: ObjectionHtml(&facts).render()?,
        campaign: Some(campaign.id),
        about: Some(AnyId::from_uuid(sign_on.id.uuid())),
        not_before: None,
        unsubscribe: None,
    })
}
