//! The mails about intentions: the question whether the mailbox is theirs, and the word on the day.

use crate::campaign::Campaign;
use crate::clock::Timestamp;
use crate::config::BaseUrl;
use crate::ids::{AnyId, IntentionId};
use crate::mail::{Kind, Message};
use crate::secret::Token;
use crate::sign_on::{Intention, KEPT_DAYS, Meant, plain};
use crate::text::EmailAddress;
use crate::web::show::{day as in_words, in_utc};
use askama::Template;

/// Asks the mailbox whether it means to sign.
const CONFIRM: Kind = Kind::by_stranger("confirm-intention");
/// Reminds on the day. It waits in the outbox from the moment at which the mailbox is proved.
const DAY: Kind = Kind::new("intention-day");

#[derive(Template)]
#[template(path = "mail/intention_confirm/body.txt")]
struct ConfirmText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/intention_confirm/body.html")]
struct ConfirmHtml<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/intention_day/body.txt")]
struct DayText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/intention_day/body.html")]
struct DayHtml<'a>(&'a Facts);

/// What the templates may say. Nothing typed by a stranger is a link, a header or markup.
struct Facts {
    title: String,
    host: String,
    contact: String,
    organization: String,
    link: String,
    day: String,
    until: String,
    closes: String,
}

fn facts(campaign: &Campaign, organization: &str, at: Timestamp, link: String) -> Facts {
    Facts {
        title: campaign.settings.title.to_string(),
        host: campaign.settings.host.clone(),
        contact: campaign.settings.contact.clone(),
        organization: plain(organization),
        link,
        day: in_words(at.jiff().to_zoned(jiff::tz::TimeZone::UTC).date()),
        until: in_utc(at.plus(crate::clock::days(KEPT_DAYS))),
        closes: campaign.settings.closes_at.map(in_utc).unwrap_or_default(),
    }
}

/// The question.
///
/// # Errors
/// When a template cannot be filled in: a defect.
pub(super) fn confirm(
    base: &BaseUrl,
    campaign: &Campaign,
    id: IntentionId,
    meant: &Meant,
    token: &Token,
    ends_at: Timestamp,
) -> askama::Result<Message> {
    let link = base.join(&format!("/intentions/{}", token.reveal()));
    let facts = facts(campaign, meant.organization.as_str(), meant.decides_at, link);
    let facts = Facts { until: in_utc(ends_at), ..facts };
    Ok(Message {
        kind: CONFIRM,
        to: meant.contact.email.clone(),
        subject: format!("Confirm when you decide: {}", facts.title),
        text: ConfirmText(&facts).render()?,
        html: ConfirmHtml(&facts).render()?,
        campaign: Some(campaign.id),
        about: Some(AnyId::from_uuid(id.uuid())),
        not_before: None,
        unsubscribe: None,
    })
}

/// The word on the day.
///
/// # Errors
/// When a template cannot be filled in: a defect.
pub(super) fn day(
    base: &BaseUrl,
    campaign: &Campaign,
    intention: &Intention,
    to: &EmailAddress,
    token: &Token,
) -> askama::Result<Message> {
    let link = base.join(&format!("/intentions/{}", token.reveal()));
    let facts = facts(campaign, intention.organization.as_str(), intention.decides_at, link);
    Ok(Message {
        kind: DAY,
        to: to.clone(),
        subject: format!("Sign if you have decided to: {}", facts.title),
        text: DayText(&facts).render()?,
        html: DayHtml(&facts).render()?,
        campaign: Some(campaign.id),
        about: Some(AnyId::from_uuid(intention.id.uuid())),
        not_before: Some(intention.decides_at),
        unsubscribe: None,
    })
}
