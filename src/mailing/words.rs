//! /staff/letters/{slug}/mails: what the program's own mails say in this letter. Each can be worded, looked at as it goes out, and be the usual
//! one again; what it said before is kept.

use super::failure::{Failure, Stop, changeable};
use super::list::load;
use super::look::{self, Look};
use crate::account::{Acting, Organizer, store as accounts};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::mails::{Parts, Written, values};
use crate::campaign::store::{self as campaigns, WordsVersion};
use crate::campaign::{Campaign, Here, Local, MailMessage, MailWords};
use crate::clock::days;
use crate::db::Tx;
use crate::ids::{AccountId, CampaignId};
use crate::text::{Placeholder, Values};
use crate::web::form::{Fields, Filled, Problems, query};
use crate::web::page::{Page, page, page_of, see};
use crate::web::show::{Moment, in_utc};
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use std::collections::BTreeMap;

/// How many versions a page shows.
const SHOWN: usize = 20;

/// The list of them; with `?of=`, one.
pub(super) async fn show(
    request: HttpRequest,
    who: Organizer,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, &who).await?;
    let asked = query(&request)?;
    if asked.is_ticked("of") {
        let message = MailMessage::parse(asked.get("of")).ok_or(Fault::NotFound)?;
        let notice = match () {
            () if asked.is_ticked("saved") => "Saved. Mails that are written from now on say this.",
            () if asked.is_ticked("usual") => "The mail says what it says usually.",
            () => "",
        };
        return one(&app, &who, &campaign, message, None, (StatusCode::OK, notice)).await;
    }
    let (id, now) = (campaign.id, app.clock.now());
    let standing = app.db.read(move |conn| campaigns::standing_words(conn, id)).await?;
    let row = |message: MailMessage| {
        let stands = standing.iter().find(|version| version.message == message);
        let worded = stands.filter(|version| version.body.is_some());
        Row {
            href: format!("{}?of={}", href(&campaign), message.as_str()),
            label: message.label(),
            when: message.when(),
            worded: worded.map(|version| Moment::in_zone(version.made_at, now, &campaign.settings.zone)),
        }
    };
    Ok(page(&Mails {
        page: who.staff.page(&app, format!("Mails: {} – Undersigned", campaign.settings.title)),
        local: Local::new(&campaign, true, Here::Mails, now),
        rows: MailMessage::ALL.into_iter().map(row).collect(),
    })?)
}

fn href(campaign: &Campaign) -> String {
    format!("/staff/letters/{}/mails", campaign.settings.slug)
}

/// One of the form's buttons.
pub(super) async fn act(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, &who).await?;
    let unclear = Fault::Unprocessable("The form does not name the mail whose words it changes.");
    let named = MailMessage::parse(fields.get("mail")).zip(fields.get("version").parse::<i64>().ok());
    let (message, version) = named.ok_or(unclear)?;
    let act = fields.get("do").to_owned();
    if act == "usual" {
        return put(&app, &who, &campaign, (message, version), None).await;
    }
    let words = match read(message, &fields) {
        Ok(words) => words,
        Err(problems) => {
            let form = Filled::new(fields, problems);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return one(&app, &who, &campaign, message, Some((form, None)), (status, "")).await;
        }
    };
    match act.as_str() {
        "look" => {
            let parts = example(&app, &campaign, message, &words)?;
            let form = Filled::new(fields, Problems::default());
            let shown = Some((form, Some(parts.into())));
            one(&app, &who, &campaign, message, shown, (StatusCode::OK, "")).await
        }
        "html" => look::html(example(&app, &campaign, message, &words)),
        "save" => put(&app, &who, &campaign, (message, version), Some(words)).await,
        _ => Err(Fault::Unprocessable("The form does not say what to do with the words.")),
    }
}

fn read(message: MailMessage, fields: &Fields) -> Result<MailWords, Problems> {
    let mut problems = Problems::default();
    let subject = problems.take("subject", MailMessage::subject(fields.get("subject")));
    let text = problems.take("body", message.text(fields.get("body")));
    match (subject, text) {
        (Some(subject), Some(text)) => Ok(MailWords { subject, text }),
        _ => Err(problems),
    }
}

async fn put(
    app: &Data<App>,
    who: &Organizer,
    campaign: &Campaign,
    (message, version): (MailMessage, i64),
    words: Option<MailWords>,
) -> Result<HttpResponse, Fault> {
    let (of_app, id, by) = (app.clone(), campaign.id, who.staff.id);
    let what = if words.is_some() { "saved" } else { "usual" };
    app.db.write(move |tx| record(tx, &of_app, id, (message, version), words.as_ref(), by)).await?;
    Ok(see(&format!("{}?of={}&{what}", href(campaign), message.as_str())))
}

fn record(
    tx: &mut Tx<'_>,
    app: &App,
    campaign: CampaignId,
    (message, version): (MailMessage, i64),
    words: Option<&MailWords>,
    by: AccountId,
) -> Result<(), Stop> {
    let now = app.clock.now();
    changeable(tx, campaign)?;
    // The same press once more, or nothing was changed.
    if campaigns::mail_words(tx, campaign, message)?.as_ref() == words {
        return Ok(());
    }
    if !campaigns::put_words(tx, campaign, (message, version), words, Some(by), now)? {
        return Err(Stop::Overtaken);
    }
    let act = if words.is_some() { "changed the words of a mail" } else { "took back the words of a mail" };
    let act = Act::new(now, Actor::Staff(by), Subject::Campaign(campaign), act);
    let said = format!("{}, version {}", message.label(), version + 1);
    Ok(audit::record(tx, &app.random, Act { new: Some(said), ..act.in_campaign(campaign) })?)
}

/// The mail as it goes out to an example.
fn example(
    app: &App,
    campaign: &Campaign,
    message: MailMessage,
    words: &MailWords,
) -> Result<Parts, Failure> {
    let values = example_values(app, campaign, message);
    let letter = match campaign.is_visible(app.clock.now()) {
        true => app.base_url.join(&format!("/letters/{}", campaign.settings.slug)),
        false => String::new(),
    };
    let code_page = app.base_url.join("/verify");
    let promises = message.example(&code_page, &letter, values.get("deadline"));
    Ok(Written::new(campaign, message, words, &values, promises).parts(campaign)?)
}

/// Its links lead to a page that says that it does not know them.
fn example_values(app: &App, campaign: &Campaign, message: MailMessage) -> Values {
    let path = match message {
        MailMessage::Verify => "/verify/example",
        MailMessage::Received | MailMessage::Approved | MailMessage::Rejected => "/sign-ons/example",
        MailMessage::Invited | MailMessage::InvitedAgain => "/invitations/example",
    };
    let reasons = &campaign.settings.reasons;
    let reason = reasons.open().next().map(|listed| listed.wording.sentence.clone());
    values(campaign)
        .with("organization", super::mails::EXAMPLE)
        .with("link", app.base_url.join(path))
        .with("code", "ABCD-2345")
        .with("reason", reason.unwrap_or_default())
        .with("invited_on", in_utc(app.clock.now().plus(days(-7))))
}

async fn one(
    app: &Data<App>,
    who: &Organizer,
    campaign: &Campaign,
    message: MailMessage,
    shown: Option<(Filled, Option<Look>)>,
    (status, notice): (StatusCode, &'static str),
) -> Result<HttpResponse, Fault> {
    let (id, now, keys) = (campaign.id, app.clock.now(), app.keys.clone());
    let read = app.db.read(move |conn| -> Result<_, accounts::Error> {
        let versions = campaigns::words_versions(conn, id, message)?;
        let people: Vec<AccountId> = versions.iter().filter_map(|version| version.made_by).collect();
        Ok((versions, accounts::names(conn, &keys, &people)?))
    });
    let (versions, names) = read.await?;
    let stands = versions.first();
    let (usual_subject, usual_text) = message.usual();
    let is_worded = stands.is_some_and(|version| version.body.is_some());
    let (form, look) = shown.unwrap_or_else(|| {
        let subject = stands.and_then(|version| version.subject.clone());
        let body = stands.and_then(|version| version.body.clone());
        let fields = [
            ("mail", message.as_str().to_owned()),
            ("version", stands.map_or(0, |version| version.number).to_string()),
            ("subject", subject.unwrap_or_else(|| usual_subject.to_owned())),
            ("body", body.unwrap_or_else(|| usual_text.to_owned())),
        ];
        (Filled::new(fields.into_iter().collect(), Problems::default()), None)
    });
    let template = Mail {
        page: who.staff.page(app, format!("{}: {} – Undersigned", message.label(), campaign.settings.title)),
        local: Local::new(campaign, true, Here::Mails, now),
        action: href(campaign),
        label: message.label(),
        when: message.when(),
        placeholders: message.placeholders(),
        is_worded,
        usual_subject,
        usual_text,
        versions: versions
            .iter()
            .take(SHOWN)
            .map(|version| Past::new(campaign, version, &names, now))
            .collect(),
        form,
        look,
        notice,
    };
    Ok(page_of(status, &template)?)
}

struct Row {
    href: String,
    label: &'static str,
    when: &'static str,
    /// Since when it says something else than usually.
    worded: Option<Moment>,
}

/// A version, as the page lists it.
struct Past {
    number: i64,
    at: Moment,
    by: String,
    subject: String,
    body: String,
}

impl Past {
    fn new(
        campaign: &Campaign,
        version: &WordsVersion,
        names: &BTreeMap<AccountId, String>,
        now: crate::clock::Timestamp,
    ) -> Self {
        Self {
            number: version.number,
            at: Moment::in_zone(version.made_at, now, &campaign.settings.zone),
            by: match version.made_by {
                Some(by) => names.get(&by).cloned().unwrap_or_default(),
                None => "whoever imported the letter".to_owned(),
            },
            subject: version.subject.clone().unwrap_or_default(),
            body: version.body.clone().unwrap_or_default(),
        }
    }
}

#[derive(Template)]
#[template(path = "mailing/mails.html")]
struct Mails {
    page: Page,
    local: Local,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "mailing/mail.html")]
struct Mail {
    page: Page,
    local: Local,
    action: String,
    label: &'static str,
    when: &'static str,
    placeholders: &'static [Placeholder],
    is_worded: bool,
    usual_subject: &'static str,
    usual_text: &'static str,
    versions: Vec<Past>,
    form: Filled,
    look: Option<Look>,
    notice: &'static str,
}
