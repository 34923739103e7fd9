//! The mailbox is proved: GET shows, POST acts; by the mailed link or by the typed code.

use super::code::Code;
use super::page::{About, from_our_pages};
use super::receive::{Desk, Failure, RENEWAL_DAYS, TERM_DAYS, send_link};
use super::state::{SignOn, State};
use super::store::{self, Purpose};
use super::submit::closed;
use crate::account::Visitor;
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Campaign};
use crate::clock::days;
use crate::db::{Conn, Tx};
use crate::mail::Outbox;
use crate::secret::{Token, TokenDigest};
use crate::web::form::{Filled, Form, Problems};
use crate::web::page::{Page, page, page_of, see};
use crate::web::rate_limit::Limit;
use crate::web::show::Moment;
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

/// What the forms' tokens are for.
const PURPOSE: &str = "verify";
const CODE_PURPOSE: &str = "verify by code";

/// What stands behind a link or a code.
pub(super) enum Behind {
    /// It can be verified now.
    Ready(Box<Campaign>, Box<SignOn>),
    /// The link has expired; a fresh one makes it good again.
    Expired(Box<SignOn>),
    /// The deadline, and the grace after it, have passed.
    TooLate(Box<Campaign>),
    /// It is verified, however often and by whom.
    Done(Box<Campaign>),
    /// Unknown, malformed, erased, or withdrawn before it was verified: one answer.
    Nothing,
}

/// The page behind the link. It changes nothing, whoever opens it and however often.
pub(super) async fn show(
    request: HttpRequest,
    app: Data<App>,
    outbox: Data<Outbox>,
    visitor: Visitor,
    token: Path<String>,
) -> Result<HttpResponse, Fault> {
    app.limits.check(Limit::Links, app.network(&request), app.clock.now())?;
    let Some(token) = Token::parse(&token) else { return unknown() };
    let desk = Desk::new(&app, &outbox);
    let digest = token.digest();
    let behind = app.db.read(move |conn| behind_link(conn, &desk, digest)).await?;
    match (&behind, visitor) {
        (Behind::Ready(..) | Behind::Expired(_), Visitor(Some(_))) => staff_here(StatusCode::OK),
        _ => answer(&app, &token, behind, StatusCode::OK),
    }
}

/// A member of staff who looks into a signer's link finds no button, and cannot verify by accident.
fn staff_here(status: StatusCode) -> Result<HttpResponse, Fault> {
    let page_of_it = Page::new("This link is the signer’s – Undersigned").not_indexed();
    Ok(page_of(status, &StaffHere { page: page_of_it })?)
}

/// The button on that page; or the one on the page of an expired link.
pub(super) async fn verify(
    request: HttpRequest,
    app: Data<App>,
    outbox: Data<Outbox>,
    visitor: Visitor,
    token: Path<String>,
    Form(fields): Form,
) -> Result<HttpResponse, Fault> {
    from_our_pages(&request, &app)?;
    if visitor.0.is_some() {
        return staff_here(StatusCode::FORBIDDEN);
    }
    app.limits.check(Limit::Links, app.network(&request), app.clock.now())?;
    let Some(token) = Token::parse(&token) else { return unknown() };
    let (desk, digest) = (Desk::new(&app, &outbox), token.digest());
    if app.check_form_token(fields.get("form_token"), PURPOSE, digest.as_bytes()).is_err() {
        // The page lay open for longer than its token lives: the same page again, and the button once more.
        let behind = app.db.read(move |conn| behind_link(conn, &desk, digest)).await?;
        return answer(&app, &token, behind, StatusCode::FORBIDDEN);
    }
    let done = app
        .db
        .write(move |tx| match behind_link(tx, &desk, digest)? {
            Behind::Ready(campaign, sign_on) => prove(tx, &desk, campaign, *sign_on),
            Behind::Expired(sign_on) => renew(tx, &desk, &sign_on).map(|()| Behind::Expired(sign_on)),
            other => Ok(other),
        })
        .await?;
    match done {
        Behind::Expired(_) => Ok(see("/verify/renewed")),
        done => answer(&app, &token, done, StatusCode::CONFLICT),
    }
}

/// The form for the typed code.
pub(super) async fn code_form(app: Data<App>) -> Result<HttpResponse, Fault> {
    show_code(&app, StatusCode::OK, Filled::default())
}

/// The typed code.
pub(super) async fn code(
    request: HttpRequest,
    app: Data<App>,
    outbox: Data<Outbox>,
    Form(fields): Form,
) -> Result<HttpResponse, Fault> {
    from_our_pages(&request, &app)?;
    app.limits.check(Limit::Links, app.network(&request), app.clock.now())?;
    if app.check_form_token(fields.get("form_token"), CODE_PURPOSE, &[]).is_err() {
        return show_code(&app, StatusCode::FORBIDDEN, Filled::new(fields, Problems::default()));
    }
    let desk = Desk::new(&app, &outbox);
    let typed = Code::parse(fields.get("code"));
    let done = app
        .db
        .write(move |tx| -> Result<Behind, Failure> {
            let Some(code) = typed else { return Ok(Behind::Nothing) };
            let Some(sign_on) = store::try_code(tx, &desk.app.keys, &code)? else {
                return Ok(Behind::Nothing);
            };
            match behind(tx, &desk, sign_on, None)? {
                Behind::Ready(campaign, sign_on) => prove(tx, &desk, campaign, *sign_on),
                other => Ok(other),
            }
        })
        .await?;
    match done {
        Behind::Ready(campaign, _) | Behind::Done(campaign) => Ok(see(&success(&app, &campaign))),
        Behind::TooLate(campaign) => closed(&app, &campaign, StatusCode::CONFLICT, Vec::new()),
        Behind::Expired(_) => wrong_code(
            &app,
            fields,
            "This code has expired. Open the link in the same mail: its page sends you a fresh one in one press.",
        ),
        Behind::Nothing => wrong_code(
            &app,
            fields,
            "This code does not work. Compare it with the mail, or open the link there. After five wrong tries a code is \
             dead: then use the link, or sign once more for a fresh one.",
        ),
    }
}

/// The page after success, without a secret in its address.
pub(super) async fn verified(app: Data<App>, slug: Path<String>) -> Result<HttpResponse, Fault> {
    let campaign = super::page::visible(&app, &slug).await?;
    let page_of_it = Page::new("Verified – Undersigned").not_indexed();
    Ok(page(&Verified { page: page_of_it, letter_href: About::new(&campaign).href })?)
}

/// The same for a campaign that strangers may not see.
pub(super) async fn done() -> Result<HttpResponse, Fault> {
    let page_of_it = Page::new("Verified – Undersigned").not_indexed();
    Ok(page(&Verified { page: page_of_it, letter_href: String::new() })?)
}

/// After asking for a fresh link: the same whether the mailbox has had enough mail or not.
pub(super) async fn renewed() -> Result<HttpResponse, Fault> {
    let page_of_it = Page::new("A fresh link is on its way – Undersigned").not_indexed();
    Ok(page(&Renewed { page: page_of_it, term_days: TERM_DAYS })?)
}

fn behind_link(conn: &mut Conn, desk: &Desk, token: TokenDigest) -> Result<Behind, Failure> {
    let Some(link) = store::link(conn, token, Purpose::Verify)? else { return Ok(Behind::Nothing) };
    let Some(sign_on) = store::by_id(conn, link.sign_on)? else { return Ok(Behind::Nothing) };
    behind(conn, desk, sign_on, Some(link))
}

fn behind(
    conn: &mut Conn,
    desk: &Desk,
    sign_on: SignOn,
    link: Option<store::Link>,
) -> Result<Behind, Failure> {
    let Some(campaign) = campaign::store::by_id(conn, sign_on.campaign)? else { return Ok(Behind::Nothing) };
    Ok(match sign_on.state {
        State::AwaitingVerification { until } => {
            let ends_at = link.and_then(|link| link.ends_at).unwrap_or(until);
            if !campaign.takes_verification(sign_on.submitted_at, desk.now) {
                Behind::TooLate(Box::new(campaign))
            } else if ends_at <= desk.now {
                Behind::Expired(Box::new(sign_on))
            } else {
                Behind::Ready(Box::new(campaign), Box::new(sign_on))
            }
        }
        _ if sign_on.verified_at.is_some() => Behind::Done(Box::new(campaign)),
        _ => Behind::Nothing,
    })
}

/// The act itself: the guarded update, the history, the receipt and the word to the moderators.
pub(super) fn prove(
    tx: &mut Tx<'_>,
    desk: &Desk,
    campaign: Box<Campaign>,
    sign_on: SignOn,
) -> Result<Behind, Failure> {
    let Ok(verified) = sign_on.clone().verify(desk.now) else { return Ok(Behind::Done(campaign)) };
    if !store::replace(tx, &sign_on, &verified)? {
        // Somebody pressed the same button a moment earlier, or the form was sent again: what stands now decides.
        return match store::by_id(tx, sign_on.id)? {
            Some(now) if now.verified_at.is_some() => Ok(Behind::Done(campaign)),
            Some(now) => prove(tx, desk, campaign, now),
            None => Ok(Behind::Nothing),
        };
    }
    let act = Act::new(desk.now, Actor::Representative, Subject::SignOn(sign_on.id), "verified");
    audit::record(tx, &desk.app.random, act.in_campaign(campaign.id))?;
    for contact in store::contacts_of(tx, &desk.app.keys, sign_on.id)? {
        let private = Token::make(&desk.app.random);
        store::insert_token(tx, private.digest(), Purpose::Private, sign_on.id, desk.now, None)?;
        let receipt = desk.about(&campaign, &verified).received(&contact.email, &private)?;
        desk.outbox.prepare(&receipt)?.enqueue(tx)?;
    }
    super::notify::moderators(tx, desk, &campaign, &verified)?;
    Ok(Behind::Done(campaign))
}

fn renew(tx: &mut Tx<'_>, desk: &Desk, sign_on: &SignOn) -> Result<(), Failure> {
    let Some(campaign) = campaign::store::by_id(tx, sign_on.campaign)? else { return Ok(()) };
    for contact in store::contacts_of(tx, &desk.app.keys, sign_on.id)? {
        send_link(tx, desk, &campaign, sign_on, &contact.email)?;
    }
    let act =
        Act::new(desk.now, Actor::Representative, Subject::SignOn(sign_on.id), "asked for a fresh link");
    Ok(audit::record(tx, &desk.app.random, act.in_campaign(campaign.id))?)
}

/// Where success is shown.
fn success(app: &App, campaign: &Campaign) -> String {
    match campaign.is_visible(app.clock.now()) {
        true => format!("/letters/{}/sign/verified", campaign.settings.slug),
        false => "/verify/done".to_owned(),
    }
}

fn answer(app: &App, token: &Token, behind: Behind, status: StatusCode) -> Result<HttpResponse, Fault> {
    let now = app.clock.now();
    let form_token = || app.form_token(PURPOSE, token.digest().as_bytes());
    let action = format!("/verify/{}", token.reveal());
    match behind {
        Behind::Ready(campaign, sign_on) => {
            let State::AwaitingVerification { until } = sign_on.state else { return unknown() };
            let template = Verify {
                page: Page::new("Verify your sign-on – Undersigned").not_indexed(),
                letter: About::new(&campaign),
                line: sign_on.entry.line,
                statement: sign_on.authority.map(|a| a.statement).unwrap_or_default(),
                action,
                token: form_token(),
                erased_on: Moment::new(until.plus(days(RENEWAL_DAYS)), now),
            };
            Ok(page_of(status, &template)?)
        }
        Behind::Expired(sign_on) => {
            let State::AwaitingVerification { until } = sign_on.state else { return unknown() };
            let template = Expired {
                page: Page::new("This link has expired – Undersigned").not_indexed(),
                term_days: TERM_DAYS,
                action,
                token: form_token(),
                erased_on: Moment::new(until.plus(days(RENEWAL_DAYS)), now),
            };
            Ok(page_of(StatusCode::GONE, &template)?)
        }
        Behind::TooLate(campaign) => closed(app, &campaign, status, Vec::new()),
        Behind::Done(campaign) => Ok(see(&success(app, &campaign))),
        Behind::Nothing => unknown(),
    }
}

/// The one page for a link that is unknown, malformed or belongs to something erased.
pub(super) fn unknown() -> Result<HttpResponse, Fault> {
    let page_of_it = Page::new("We do not know this link – Undersigned").not_indexed();
    Ok(page_of(StatusCode::NOT_FOUND, &Unknown { page: page_of_it })?)
}

fn wrong_code(app: &App, fields: crate::web::form::Fields, sentence: &str) -> Result<HttpResponse, Fault> {
    let mut problems = Problems::default();
    problems.add("code", sentence);
    show_code(app, StatusCode::UNPROCESSABLE_ENTITY, Filled::new(fields, problems))
}

fn show_code(app: &App, status: StatusCode, form: Filled) -> Result<HttpResponse, Fault> {
    let page_of_it = Page::new("Type the code from the mail – Undersigned").not_indexed();
    Ok(page_of(status, &CodePage { page: page_of_it, form, token: app.form_token(CODE_PURPOSE, &[]) })?)
}

#[derive(Template)]
#[template(path = "sign_on/verify.html")]
struct Verify {
    page: Page,
    letter: About,
    line: String,
    statement: String,
    action: String,
    token: String,
    erased_on: Moment,
}

#[derive(Template)]
#[template(path = "sign_on/expired.html")]
struct Expired {
    page: Page,
    term_days: i64,
    action: String,
    token: String,
    erased_on: Moment,
}

#[derive(Template)]
#[template(path = "sign_on/renewed.html")]
struct Renewed {
    page: Page,
    term_days: i64,
}

#[derive(Template)]
#[template(path = "sign_on/verified.html")]
struct Verified {
    page: Page,
    letter_href: String,
}

#[derive(Template)]
#[template(path = "sign_on/unknown.html")]
struct Unknown {
    page: Page,
}

#[derive(Template)]
#[template(path = "sign_on/staff_here.html")]
struct StaffHere {
    page: Page,
}

#[derive(Template)]
#[template(path = "sign_on/code.html")]
struct CodePage {
    page: Page,
    form: Filled,
    token: String,
}
