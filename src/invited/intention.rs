//! GET, POST /intentions/{token}: what the mails about an intention lead to. Before the mailbox is proved it is a question with one button; then the
//! form to sign, filled in, and the way to take the intention back. GET changes nothing.

use super::act::{self, Behind};
use super::behind::{Asked, embargo, staff_here, unknown};
use crate::account::Visitor;
use crate::mail::Outbox;
use crate::secret::Token;
use crate::sign_on::page::{About, Place};
use crate::sign_on::submit::{self, SignForm};
use crate::sign_on::{Came, Intention, Via, meant};
use crate::text::Language;
use crate::web::form::{Filled, Problems};
use crate::web::language::wanted;
use crate::web::link::{Link, Sent};
use crate::web::page::{Page, page_of, see};
use crate::web::show::{Fact, Moment};
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

/// What the tokens of its buttons are for.
const PURPOSE: &str = "intention link";

fn place(found: &Behind, token: &Token, now: crate::clock::Timestamp) -> Place {
    let here = format!("/intentions/{}", token.reveal());
    Place {
        via: Via::Intention(found.intention.id, found.intention.invitation),
        letter: About::new(&found.campaign, now).href,
        sent: format!("{here}/sent"),
        action: here,
        later: String::new(),
        binding: token.digest().as_bytes().to_vec(),
        wanted: None,
        campaign: found.campaign.clone(),
    }
}

async fn find(app: &Data<App>, token: &Token) -> Result<Option<Behind>, Fault> {
    let (of_app, digest) = (app.clone(), token.digest());
    Ok(app.db.read(move |conn| act::behind(conn, &of_app, digest)).await?)
}

/// The page.
pub(super) async fn show(
    request: HttpRequest,
    app: Data<App>,
    visitor: Visitor,
    Link { token, .. }: Link<Asked>,
) -> Result<HttpResponse, Fault> {
    if visitor.0.is_some() {
        return staff_here(StatusCode::OK);
    }
    match find(&app, &token).await? {
        Some(found) => render(&app, &token, &found, wanted(&request)?, StatusCode::OK).await,
        None => unknown(),
    }
}

/// The form to sign comes back.
pub(super) async fn sign(
    request: HttpRequest,
    app: Data<App>,
    outbox: Data<Outbox>,
    visitor: Visitor,
    sent: Sent<Asked>,
) -> Result<HttpResponse, Fault> {
    if visitor.0.is_some() {
        return staff_here(StatusCode::FORBIDDEN);
    }
    let (token, fields, _) = sent.checked(&app, submit::PURPOSE);
    let Some(found) = find(&app, &token).await? else { return unknown() };
    let may = found.intention.confirmed_at.is_some()
        && !found.is_verified
        && !matches!(found.intention.settled, Some((Came::Withdrawn, _)));
    if !may {
        return render(&app, &token, &found, None, StatusCode::CONFLICT).await;
    }
    let place = place(&found, &token, app.clock.now()).wanting(wanted(&request)?);
    match submit::answer(&request, &app, &outbox, &place, fields).await? {
        Some(answer) => Ok(answer),
        None => unknown(),
    }
}

/// After sending that form.
pub(super) async fn sent(app: Data<App>, Link { token, .. }: Link<Asked>) -> Result<HttpResponse, Fault> {
    match find(&app, &token).await? {
        Some(found) => submit::sent_from(&app, &place(&found, &token, app.clock.now())),
        None => unknown(),
    }
}

/// The button that proves the mailbox.
pub(super) async fn confirm(
    app: Data<App>,
    outbox: Data<Outbox>,
    visitor: Visitor,
    sent: Sent<Asked>,
) -> Result<HttpResponse, Fault> {
    if visitor.0.is_some() {
        return staff_here(StatusCode::FORBIDDEN);
    }
    let (token, _, is_fresh) = sent.checked(&app, PURPOSE);
    let (of_app, digest) = (app.clone(), token.digest());
    if is_fresh && !app.db.write(move |tx| act::confirm(tx, &of_app, &outbox, digest)).await? {
        return unknown();
    }
    after(&app, &token, is_fresh).await
}

/// The button that takes it back.
pub(super) async fn withdraw(
    app: Data<App>,
    visitor: Visitor,
    sent: Sent<Asked>,
) -> Result<HttpResponse, Fault> {
    if visitor.0.is_some() {
        return staff_here(StatusCode::FORBIDDEN);
    }
    let (token, _, is_fresh) = sent.checked(&app, PURPOSE);
    let (of_app, digest) = (app.clone(), token.digest());
    if is_fresh && !app.db.write(move |tx| act::withdraw(tx, &of_app, digest)).await? {
        return unknown();
    }
    after(&app, &token, is_fresh).await
}

async fn after(app: &Data<App>, token: &Token, is_fresh: bool) -> Result<HttpResponse, Fault> {
    if is_fresh {
        return Ok(see(&format!("/intentions/{}", token.reveal())));
    }
    // The page lay open for longer than its token lives: the same page, and the button once more.
    match find(app, token).await? {
        Some(found) => render(app, token, &found, None, StatusCode::FORBIDDEN).await,
        None => unknown(),
    }
}

async fn render(
    app: &App,
    token: &Token,
    found: &Behind,
    language: Option<Language>,
    status: StatusCode,
) -> Result<HttpResponse, Fault> {
    let now = app.clock.now();
    let (intention, place) = (&found.intention, place(found, token, now).wanting(language));
    let is_open = found.campaign.takes_sign_ons(now);
    let stands = intention.settled.is_none();
    let form = Filled::new(intention.form(), Problems::default());
    let template = Shown {
        page: Page::new("When you decide – Undersigned").not_indexed(),
        letter: About { href: place.letter.clone(), ..About::new(&found.campaign, now) },
        embargo: embargo(&found.campaign, now),
        facts: facts(intention),
        day: Moment::new(intention.decides_at, now),
        erased_on: Moment::new(intention.erased_at(), now),
        token: app.form_token(PURPOSE, &place.binding),
        action: place.action.clone(),
        is_question: stands && intention.confirmed_at.is_none(),
        is_confirmed: stands && intention.confirmed_at.is_some(),
        is_signed: matches!(intention.settled, Some((Came::Signed, _))),
        is_verified: found.is_verified,
        is_ahead: intention.decides_at > now,
        is_closed: meant::is_closed(&found.campaign, now),
        is_open,
        fields: submit::fields(app, &place, form).await?,
    };
    Ok(page_of(status, &template)?)
}

/// Everything that was written down, so that nothing that somebody else typed is confirmed unseen.
fn facts(intention: &Intention) -> Vec<Fact> {
    let mut facts = vec![
        Fact { name: "Organization", value: intention.organization.to_string() },
        Fact { name: "Country", value: intention.country.name().to_owned() },
    ];
    if let Some(contact) = &intention.contact {
        facts.push(Fact { name: "Your name", value: contact.name.to_string() });
        facts.push(Fact { name: "Your role", value: contact.role.to_string() });
        facts.push(Fact { name: "Your email address", value: contact.email.shown() });
    }
    facts
}

#[derive(Template)]
#[template(path = "invited/intention.html")]
struct Shown {
    page: Page,
    letter: About,
    embargo: String,
    facts: Vec<Fact>,
    day: Moment,
    erased_on: Moment,
    token: String,
    action: String,
    is_question: bool,
    is_confirmed: bool,
    is_signed: bool,
    /// The sign-on that it became is verified, so there is nothing to send again.
    is_verified: bool,
    /// The day is still to come.
    is_ahead: bool,
    is_closed: bool,
    is_open: bool,
    fields: SignForm,
}
