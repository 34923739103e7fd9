//! GET, POST /notices/{token}: the organization answers. GET shows, POST acts, under the same rules as verification: a reader of mails, a second press
//! and another browser change nothing.

use super::hold::{self, Failure};
use crate::account::Visitor;
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Campaign};
use crate::clock::Timestamp;
use crate::db::{self, Conn, Tx};
use crate::mail::Outbox;
use crate::secret::{Token, TokenDigest};
use crate::sign_on::store::notices::{self as store, Answer, Notice};
use crate::sign_on::{self, SignOn};
use crate::web::link::{Door, Link, Sent};
use crate::web::page::{Page, page_of, see};
use crate::web::show::Moment;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

/// What the form's token is for.
const PURPOSE: &str = "notice";

/// What stands behind a link.
struct Behind {
    notice: Notice,
    sign_on: SignOn,
    campaign: Campaign,
}

/// The page. It changes nothing, whoever opens it and however often.
pub(super) async fn show(
    app: Data<App>,
    visitor: Visitor,
    Link { token, .. }: Link<Asked>,
) -> Result<HttpResponse, Fault> {
    page_behind(&app, &visitor, &token, StatusCode::OK).await
}

/// One of its two buttons.
pub(super) async fn answer(
    app: Data<App>,
    outbox: Data<Outbox>,
    visitor: Visitor,
    sent: Sent<Asked>,
) -> Result<HttpResponse, Fault> {
    if visitor.0.is_some() {
        return staff_here(StatusCode::FORBIDDEN);
    }
    let (token, fields, is_fresh) = sent.checked(&app, PURPOSE);
    let digest = token.digest();
    if !is_fresh {
        // The page lay open for longer than its token lives: the same page again, and the button once more.
        return page_behind(&app, &visitor, &token, StatusCode::FORBIDDEN).await;
    }
    let given = match fields.get("answer") {
        "confirm" => Answer::Confirmed,
        "object" => Answer::Objected,
        _ => return Err(Fault::Unprocessable("The form says neither yes nor no. Nothing was changed.")),
    };
    for _ in 0..5 {
        let (of_app, of_outbox) = (app.clone(), outbox.clone());
        match app.db.write(move |tx| take(tx, &of_app, &of_outbox, digest, given)).await {
            Err(Failure::Overtaken) => {}
            Ok(None) => return Asked::unknown(),
            Ok(Some(Answer::Confirmed)) if given == Answer::Confirmed => {
                return Ok(see("/notices/confirmed"));
            }
            Ok(Some(Answer::Objected)) if given == Answer::Objected => return Ok(see("/notices/objected")),
            // Expired, or answered otherwise before: the page says what stands.
            Ok(Some(_)) => return page_behind(&app, &visitor, &token, StatusCode::CONFLICT).await,
            Err(error) => return Err(error.into()),
        }
    }
    Err(Fault::Unavailable("the same sign-on changed too many times at once".to_owned()))
}

fn behind(conn: &mut Conn, token: TokenDigest) -> Result<Option<Behind>, db::Error> {
    let Some(notice) = store::by_token(conn, token)? else { return Ok(None) };
    let Some(sign_on) = sign_on::store::by_id(conn, notice.sign_on_id)? else { return Ok(None) };
    let campaign = campaign::store::by_id(conn, sign_on.campaign)?;
    Ok(campaign.map(|campaign| Behind { notice, sign_on, campaign }))
}

/// Takes an answer; which one stands then. An objection counts until the link expires, after a confirmation too.
fn take(
    tx: &mut Tx<'_>,
    app: &App,
    outbox: &Outbox,
    token: TokenDigest,
    given: Answer,
) -> Result<Option<Answer>, Failure> {
    let now = app.clock.now();
    let Some(found) = behind(tx, token)? else { return Ok(None) };
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    campaign::store::hold(tx, found.campaign.id)?;
    let Some(Behind { notice, sign_on, campaign }) = behind(tx, token)? else { return Ok(None) };
    match notice.answer {
        Some(stands) if stands == given || stands == Answer::Objected => return Ok(Some(stands)),
        // Expired: the page says so, with the other answer than the one that was given.
        _ if notice.ends_at <= now => {
            let other = if given == Answer::Confirmed { Answer::Objected } else { Answer::Confirmed };
            return Ok(Some(other));
        }
        _ => {}
    }
    if !store::answer(tx, &notice, given, now)? {
        return Err(Failure::Overtaken);
    }
    let act = |act: &str| {
        Act::new(now, Actor::Representative, Subject::SignOn(sign_on.id), act).in_campaign(campaign.id)
    };
    if given == Answer::Confirmed {
        audit::record(tx, &app.random, act("confirmed at a published address"))?;
        return Ok(Some(given));
    }
    hold::object(tx, app, outbox, &campaign, &sign_on, act("objected to at a published address"))?;
    Ok(Some(given))
}

async fn page_behind(
    app: &Data<App>,
    visitor: &Visitor,
    token: &Token,
    status: StatusCode,
) -> Result<HttpResponse, Fault> {
    let digest = token.digest();
    let Some(found) = app.db.read(move |conn| behind(conn, digest)).await? else { return Asked::unknown() };
    if visitor.0.is_some() {
        return staff_here(status);
    }
    let now = app.clock.now();
    let Behind { notice, campaign, .. } = &found;
    let is_over = notice.ends_at <= now;
    let status = if is_over && notice.answer.is_none() { StatusCode::GONE } else { status };
    Ok(page_of(status, &AnswerPage::new(app, token, notice, campaign, is_over, now))?)
}

impl AnswerPage {
    fn new(
        app: &App,
        token: &Token,
        notice: &Notice,
        campaign: &Campaign,
        is_over: bool,
        now: Timestamp,
    ) -> Self {
        let settings = &campaign.settings;
        Self {
            page: Page::new("Did your organization sign? – Undersigned").not_indexed(),
            title: settings.title.to_string(),
            recipient: settings.recipient.clone(),
            host: settings.host.clone(),
            contact: settings.contact.clone(),
            contact_href: settings.contact_href(),
            letter_href: match campaign.is_visible(now) {
                true => format!("/letters/{}", settings.slug),
                false => String::new(),
            },
            line: notice.line.clone(),
            statement: settings.authority.clone(),
            action: format!("/notices/{}", token.reveal()),
            token: app.form_token(PURPOSE, token.digest().as_bytes()),
            until: Moment::new(notice.ends_at, now),
            answered: notice.answered_at.map(|at| Moment::new(at, now)),
            has_objected: notice.answer == Some(Answer::Objected),
            is_over,
        }
    }
}

/// After confirming, without a secret in the address.
pub(super) async fn confirmed() -> Result<HttpResponse, Fault> {
    done(false)
}

/// After objecting.
pub(super) async fn objected() -> Result<HttpResponse, Fault> {
    done(true)
}

fn done(has_objected: bool) -> Result<HttpResponse, Fault> {
    let page = Page::new("Thank you – Undersigned").not_indexed();
    Ok(page_of(StatusCode::OK, &Done { page, has_objected })?)
}

/// A member of staff who looks into an organization's link finds no button, and cannot answer by accident.
fn staff_here(status: StatusCode) -> Result<HttpResponse, Fault> {
    let page = Page::new("This link is the organization’s – Undersigned").not_indexed();
    Ok(page_of(status, &StaffHere { page })?)
}

/// The links that organizations get at a published address.
#[derive(Debug)]
pub(super) struct Asked;

impl Door for Asked {
    fn unknown() -> Result<HttpResponse, Fault> {
        let page = Page::new("We do not know this link – Undersigned").not_indexed();
        Ok(page_of(StatusCode::NOT_FOUND, &Unknown { page })?)
    }
}

#[derive(Template)]
#[template(path = "concern/answer.html")]
struct AnswerPage {
    page: Page,
    title: String,
    recipient: String,
    host: String,
    contact: String,
    contact_href: String,
    letter_href: String,
    line: String,
    statement: String,
    action: String,
    token: String,
    until: Moment,
    answered: Option<Moment>,
    has_objected: bool,
    is_over: bool,
}

#[derive(Template)]
#[template(path = "concern/done.html")]
struct Done {
    page: Page,
    has_objected: bool,
}

#[derive(Template)]
#[template(path = "concern/staff_here.html")]
struct StaffHere {
    page: Page,
}

#[derive(Template)]
#[template(path = "concern/unknown.html")]
struct Unknown {
    page: Page,
}
