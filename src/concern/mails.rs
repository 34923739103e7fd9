//! The mails of this feature: to the organization that is asked, to whoever reports an entry, and to the moderators.

use crate::campaign::Campaign;
use crate::clock::Timestamp;
use crate::config::BaseUrl;
use crate::ids::AnyId;
use crate::mail::{Kind, Message};
use crate::secret::Token;
use crate::sign_on::{Outcome, Report, SignOn, plain};
use crate::text::EmailAddress;
use crate::web::show::in_utc;
use askama::Template;

/// Asks an organization at an address that it published. It counts as caused from outside: a form that a stranger filled in is behind it.
pub(super) const NOTICE: Kind = Kind::by_stranger("counter-notice");
/// Tells the moderators that an organization objects.
const OBJECTION: Kind = Kind::new("objection");
/// Asks the mailbox whether it reports an entry.
const CONFIRM: Kind = Kind::by_stranger("confirm-report");
/// Tells the moderators that an entry was reported.
pub(super) const REPORTED: Kind = Kind::new("reported");
/// Tells whoever asked what came of a report.
const SETTLED: Kind = Kind::new("report-settled");

#[derive(Template)]
#[template(path = "mail/counter_notice/body.txt")]
struct NoticeText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/counter_notice/body.html")]
struct NoticeHtml<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/confirm_report/body.txt")]
struct ConfirmText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/confirm_report/body.html")]
struct ConfirmHtml<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/reported/body.txt")]
struct ReportedText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/reported/body.html")]
struct ReportedHtml<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/report_settled/body.txt")]
struct SettledText<'a>(&'a Facts);
#[derive(Template)]
#[template(path = "mail/report_settled/body.html")]
struct SettledHtml<'a>(&'a Facts);
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
    erased: String,
    outcome: &'static str,
    is_held: bool,
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
        erased: String::new(),
        outcome: "",
        is_held: false,
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
        subject: format!("Say whether your organization signed: {}", facts.title),
        text: NoticeText(&facts).render()?,
        html: NoticeHtml(&facts).render()?,
        campaign: Some(campaign.id),
        about: Some(about),
        not_before: None,
        unsubscribe: None,
    })
}

/// The word to a moderator: whether the entry is on hold now, and whether it was on the list.
///
/// # Errors
/// When a template cannot be filled in: a defect.
pub(super) fn objection(
    base: &BaseUrl,
    campaign: &Campaign,
    sign_on: &SignOn,
    (is_held, was_listed): (bool, bool),
    to: &EmailAddress,
) -> askama::Result<Message> {
    let link = base.join(&format!("/staff/sign-ons/{}", sign_on.id));
    let facts = Facts { is_held, was_listed, ..facts(campaign, &sign_on.entry.public_line(), link) };
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

/// The question whether a mailbox reports an entry. What was written is on the page alone.
///
/// # Errors
/// When a template cannot be filled in: a defect.
pub(super) fn confirm(
    base: &BaseUrl,
    campaign: &Campaign,
    report: &Report,
    to: &EmailAddress,
    token: &Token,
    erased_at: Timestamp,
) -> askama::Result<Message> {
    let link = base.join(&format!("/reports/{}", token.reveal()));
    let facts = Facts {
        until: in_utc(report.ends_at),
        erased: in_utc(erased_at),
        ..facts(campaign, &report.line, link)
    };
    Ok(Message {
        kind: CONFIRM,
        to: to.clone(),
        subject: format!("Send your report about an entry: {}", facts.title),
        text: ConfirmText(&facts).render()?,
        html: ConfirmHtml(&facts).render()?,
        campaign: Some(campaign.id),
        about: Some(AnyId::from_uuid(report.id.uuid())),
        not_before: None,
        unsubscribe: None,
    })
}

/// The word to a moderator that there is a case.
///
/// # Errors
/// When a template cannot be filled in: a defect.
pub(super) fn reported(
    base: &BaseUrl,
    campaign: &Campaign,
    sign_on: &SignOn,
    to: &EmailAddress,
) -> askama::Result<Message> {
    let link = base.join(&format!("/staff/letters/{}/queue?show=reported", campaign.settings.slug));
    let facts = facts(campaign, &sign_on.entry.public_line(), link);
    Ok(Message {
        kind: REPORTED,
        to: to.clone(),
        subject: format!("Look at a reported entry: {}", facts.title),
        text: ReportedText(&facts).render()?,
        html: ReportedHtml(&facts).render()?,
        campaign: Some(campaign.id),
        about: Some(AnyId::from_uuid(campaign.id.uuid())),
        not_before: None,
        unsubscribe: None,
    })
}

/// What came of a report, for whoever asked to be told.
///
/// # Errors
/// When a template cannot be filled in: a defect.
pub(super) fn settled(
    campaign: &Campaign,
    report: &Report,
    outcome: Outcome,
    to: &EmailAddress,
    not_before: Option<Timestamp>,
) -> askama::Result<Message> {
    let outcome = match outcome {
        Outcome::Nothing => "The moderators have looked into your report, and the entry stays as it is.",
        Outcome::Acted => "The moderators have looked into your report and acted on it.",
    };
    let facts = Facts { outcome, ..facts(campaign, &report.line, String::new()) };
    Ok(Message {
        kind: SETTLED,
        to: to.clone(),
        subject: format!("What came of your report: {}", facts.title),
        text: SettledText(&facts).render()?,
        html: SettledHtml(&facts).render()?,
        campaign: Some(campaign.id),
        about: Some(AnyId::from_uuid(report.id.uuid())),
        not_before,
        unsubscribe: None,
    })
}
