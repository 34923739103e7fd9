//! GET, POST /letters/{slug}/report: anybody reports an entry of a list. First it is chosen, by its number or a part of its name; then said what is
//! wrong with it. `receive` takes it.
//!
//! What a stranger sees never depends on what we know of them or of the organization: after sending, it is the same page for everybody.

use super::receive::{New, Received, receive};
use crate::campaign::{Campaign, Status};
use crate::clock::Timestamp;
use crate::list::{Lists, Meant};
use crate::mail::Outbox;
use crate::sign_on::{ReportKind, Reporter, Words};
use crate::text::{EmailAddress, PersonName, optional};
use crate::web::form::{self, Fields, Filled, Form, Problems};
use crate::web::link::from_our_pages;
use crate::web::page::{Page, page, page_of, see};
use crate::web::rate_limit::Limit;
use crate::web::show::{Choice, Fact};
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

/// What the form's token is for.
const PURPOSE: &str = "report";

/// The most entries that one name may lead to.
const MOST: usize = 20;

/// The letter that a page is about.
pub(super) struct Letter {
    pub(super) recipient: String,
    pub(super) title: String,
    pub(super) contact: String,
    pub(super) contact_href: String,
    /// Empty while strangers may not see it.
    pub(super) href: String,
}

impl Letter {
    pub(super) fn new(campaign: &Campaign, now: Timestamp) -> Self {
        let settings = &campaign.settings;
        Self {
            recipient: settings.recipient.clone(),
            title: settings.title.to_string(),
            contact: settings.contact.clone(),
            contact_href: settings.contact_href(),
            href: match campaign.is_visible(now) {
                true => format!("/letters/{}", settings.slug),
                false => String::new(),
            },
        }
    }
}

/// The entry is chosen, or the form is shown.
pub(super) async fn show(
    request: HttpRequest,
    app: Data<App>,
    lists: Data<Lists>,
    slug: Path<String>,
) -> Result<HttpResponse, Fault> {
    let campaign = lists.campaign(&slug).await?;
    if campaign.settings.status == Status::Archived {
        return over(&app, &campaign, StatusCode::OK, Vec::new());
    }
    let fields = form::query(&request)?;
    let asked = fields.get("entry").trim();
    let (found, more) = match asked {
        "" => (Vec::new(), false),
        asked => lists.meant(&slug, asked, MOST).await?,
    };
    match found.as_slice() {
        [entry] => show_form(&app, &campaign, entry, StatusCode::OK, Filled::default()),
        found => choose(&app, &campaign, Asked { asked, found, more, ..Asked::default() }, StatusCode::OK),
    }
}

/// The report is sent.
pub(super) async fn send(
    request: HttpRequest,
    app: Data<App>,
    lists: Data<Lists>,
    outbox: Data<Outbox>,
    slug: Path<String>,
    Form(fields): Form,
) -> Result<HttpResponse, Fault> {
    let campaign = lists.campaign(&slug).await?;
    from_our_pages(&request, &app)?;
    if campaign.settings.status == Status::Archived {
        return over(&app, &campaign, StatusCode::CONFLICT, typed(&fields));
    }
    // The line that they saw is what they report; its number may have changed since.
    let number = fields.get("entry").parse().unwrap_or(0);
    let Some(entry) = lists.still_meant(&slug, number, fields.get("line")).await? else {
        return gone(&app, &campaign, &fields);
    };
    let (kind, reporter) = match read(&fields) {
        Ok(read) => read,
        Err(problems) => {
            let filled = Filled::new(fields, problems);
            return show_form(&app, &campaign, &entry, StatusCode::UNPROCESSABLE_ENTITY, filled);
        }
    };
    let token = app.check_form_token(fields.get("form_token"), PURPOSE, campaign.id.uuid().as_bytes());
    let Ok(nonce) = token else {
        // The form lay open for longer than its token lives, or was not ours. Nothing typed is lost: send it again.
        let filled = Filled::new(fields, Problems::default());
        return show_form(&app, &campaign, &entry, StatusCode::FORBIDDEN, filled);
    };
    // Pressing the button again is the same report. What was typed is part of the press, so that one token does not open the door to many.
    let words = reporter.words.as_ref().map_or("", Words::as_str);
    let press = [
        nonce.as_bytes().as_slice(),
        entry.line.as_bytes(),
        reporter.email.as_str().as_bytes(),
        words.as_bytes(),
    ];
    app.limits.check_once(Limit::Reports, app.network(&request), &press.concat(), app.clock.now())?;
    let new = New { sign_on: entry.sign_on, campaign: campaign.id, kind, line: entry.line, reporter };
    match receive(&app, &outbox, new).await? {
        Received::Taken => Ok(see(&format!("/letters/{}/report/sent", campaign.settings.slug))),
        Received::Archived => over(&app, &campaign, StatusCode::CONFLICT, typed(&fields)),
        Received::NotListed => gone(&app, &campaign, &fields),
    }
}

/// After sending: the same for everybody.
pub(super) async fn sent(
    app: Data<App>,
    lists: Data<Lists>,
    slug: Path<String>,
) -> Result<HttpResponse, Fault> {
    let campaign = lists.campaign(&slug).await?;
    let page_of_it = Page::new("Now open your mail – Undersigned").not_indexed();
    Ok(page(&Sent { page: page_of_it, letter: Letter::new(&campaign, app.clock.now()) })?)
}

fn read(fields: &Fields) -> Result<(ReportKind, Reporter), Problems> {
    let mut problems = Problems::default();
    let kind =
        problems.take("kind", ReportKind::parse(fields.get("kind")).ok_or("Choose what is wrong with it."));
    let words = problems.take("text", optional(fields.get("text"), Words::parse));
    if words == Some(None) && kind.is_some_and(ReportKind::needs_words) {
        problems.add("text", "Write what is wrong, and how it should be.");
    }
    let name = problems.take("name", optional(fields.get("name"), PersonName::parse));
    let email = problems.take("email", EmailAddress::parse(fields.get("email")));
    match (kind, words, name, email) {
        (Some(kind), Some(words), Some(name), Some(email)) if problems.is_empty() => {
            let (wants_hold, wants_answer) = (fields.is_ticked("hold"), fields.is_ticked("answer"));
            Ok((kind, Reporter { email, name, words, wants_hold, wants_answer }))
        }
        _ => Err(problems),
    }
}

/// What was typed, for whoever has to copy it because it could not be taken.
fn typed(fields: &Fields) -> Vec<Fact> {
    const NAMES: [(&str, &str); 4] = [
        ("line", "The entry"),
        ("text", "What you wrote"),
        ("name", "Your name"),
        ("email", "Your email address"),
    ];
    let given = NAMES.iter().filter(|(field, _)| !fields.get(field).is_empty());
    given.map(|(field, name)| Fact { name, value: fields.get(field).to_owned() }).collect()
}

/// The line that they saw is not on the list any more, or two are like it: they choose again, and what they typed is kept in sight.
fn gone(app: &App, campaign: &Campaign, fields: &Fields) -> Result<HttpResponse, Fault> {
    let asked = Asked { is_gone: true, typed: typed(fields), ..Asked::default() };
    choose(app, campaign, asked, StatusCode::CONFLICT)
}

/// What the page to choose an entry says.
#[derive(Default)]
struct Asked<'a> {
    asked: &'a str,
    found: &'a [Meant],
    more: bool,
    is_gone: bool,
    typed: Vec<Fact>,
}

fn choose(
    app: &App,
    campaign: &Campaign,
    asked: Asked<'_>,
    status: StatusCode,
) -> Result<HttpResponse, Fault> {
    let action = format!("/letters/{}/report", campaign.settings.slug);
    let Asked { asked, found, more, is_gone, typed } = asked;
    let template = Choose {
        page: Page::new("Report a problem with an entry – Undersigned").not_indexed(),
        letter: Letter::new(campaign, app.clock.now()),
        found: found
            .iter()
            .map(|entry| Found {
                href: format!("{action}?entry={}", entry.number),
                number: entry.number,
                line: entry.line.clone(),
            })
            .collect(),
        asked: asked.to_owned(),
        action,
        more,
        is_gone,
        typed,
    };
    Ok(page_of(status, &template)?)
}

fn show_form(
    app: &App,
    campaign: &Campaign,
    entry: &Meant,
    status: StatusCode,
    form: Filled,
) -> Result<HttpResponse, Fault> {
    let kinds = ReportKind::ALL.into_iter();
    let template = ReportPage {
        page: Page::new("Report a problem with an entry – Undersigned").not_indexed(),
        letter: Letter::new(campaign, app.clock.now()),
        action: format!("/letters/{}/report", campaign.settings.slug),
        token: app.form_token(PURPOSE, campaign.id.uuid().as_bytes()),
        number: entry.number,
        line: entry.line.clone(),
        kinds: kinds.map(|kind| Choice { value: kind.as_str(), label: kind.label(), hint: "" }).collect(),
        form,
    };
    Ok(page_of(status, &template)?)
}

/// The letter is archived: nothing about it changes any more.
fn over(app: &App, campaign: &Campaign, status: StatusCode, typed: Vec<Fact>) -> Result<HttpResponse, Fault> {
    let page_of_it = Page::new("This letter is archived – Undersigned").not_indexed();
    let letter = Letter::new(campaign, app.clock.now());
    Ok(page_of(status, &Over { page: page_of_it, letter, typed })?)
}

struct Found {
    href: String,
    number: u32,
    line: String,
}

#[derive(Template)]
#[template(path = "concern/choose.html")]
struct Choose {
    page: Page,
    letter: Letter,
    action: String,
    asked: String,
    found: Vec<Found>,
    more: bool,
    is_gone: bool,
    typed: Vec<Fact>,
}

#[derive(Template)]
#[template(path = "concern/report.html")]
struct ReportPage {
    page: Page,
    letter: Letter,
    action: String,
    token: String,
    number: u32,
    line: String,
    kinds: Vec<Choice>,
    form: Filled,
}

#[derive(Template)]
#[template(path = "concern/sent.html")]
struct Sent {
    page: Page,
    letter: Letter,
}

#[derive(Template)]
#[template(path = "concern/over.html")]
struct Over {
    page: Page,
    letter: Letter,
    typed: Vec<Fact>,
}
