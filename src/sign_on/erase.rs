//! What names a representative is erased: GET asks and says what stays and why, POST acts. The organization's entry stays. `download` hands it out.

use super::page::{About, done};
use super::private_page::{behind, own, theirs};
use super::receive::Failure;
use super::state::SignOn;
use super::store;
use super::submission::Representative;
use super::verify::{Signer, unknown};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Campaign};
use crate::db::Tx;
use crate::ids::{AnyId, ReportId};
use crate::mail::Outbox;
use crate::secret::{Token, TokenDigest};
use crate::text::EmailAddress;
use crate::web::form::{Filled, Problems};
use crate::web::link::{Link, Sent};
use crate::web::page::{Page, page_of, see};
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

const PURPOSE: &str = "erase";

/// What the link opens.
struct Opened {
    campaign: Campaign,
    /// The entry that stands, as far as they have been told.
    sign_on: SignOn,
    contacts: Vec<Representative>,
}

async fn open(app: &App, token: TokenDigest) -> Result<Option<Opened>, Fault> {
    let (keys, now) = (app.keys.clone(), app.clock.now());
    let read = app.db.read(move |conn| -> Result<_, store::ContactError> {
        let Some((campaign, sign_on)) = behind(conn, token, now)? else { return Ok(None) };
        let Some(own) = own(conn, token)? else { return Ok(None) };
        let contacts = store::contacts_of(conn, &keys, own.id)?;
        let contacts = theirs(conn, token, contacts)?;
        let sign_on = store::as_told(conn, sign_on, now)?;
        Ok(Some(Opened { campaign, sign_on, contacts }))
    });
    Ok(read.await?)
}

/// Asks; or says that it is done, however often it is opened.
pub(super) async fn form(
    request: HttpRequest,
    app: Data<App>,
    Link { token, .. }: Link<Signer>,
) -> Result<HttpResponse, Fault> {
    let Some(opened) = open(&app, token.digest()).await? else { return unknown() };
    show(&app, &token, &opened, StatusCode::OK, request.query_string() == "done", Filled::default())
}

/// Acts: what names the person of this address goes. Where it is gone already the answer is the same.
pub(super) async fn erase(
    app: Data<App>,
    outbox: Data<Outbox>,
    sent: Sent<Signer>,
) -> Result<HttpResponse, Fault> {
    let (token, fields, is_fresh) = sent.checked(&app, PURPOSE);
    let digest = token.digest();
    let Some(opened) = open(&app, digest).await? else { return unknown() };
    if !is_fresh {
        let filled = Filled::new(fields, Problems::default());
        return show(&app, &token, &opened, StatusCode::FORBIDDEN, false, filled);
    }
    let here = see(&format!("/sign-ons/{}/erase?done", token.reveal()));
    if opened.contacts.is_empty() {
        return Ok(here);
    }
    let mut problems = Problems::default();
    let email = problems.take("email", EmailAddress::parse(fields.get("email")));
    let whose = |email: &EmailAddress| {
        opened.contacts.iter().any(|contact| contact.email.canonical() == email.canonical())
    };
    if email.as_ref().is_some_and(|email| !whose(email)) {
        problems.add(
            "email",
            "Nothing is held about this address. Write the one that the mails of this letter went to.",
        );
    }
    let Some(email) = email.filter(|_| problems.is_empty()) else {
        let filled = Filled::new(fields, problems);
        return show(&app, &token, &opened, StatusCode::UNPROCESSABLE_ENTITY, false, filled);
    };
    let of_app = app.clone();
    match app.db.write(move |tx| take_out(tx, &of_app, &outbox, digest, &email)).await? {
        true => Ok(here),
        // Somebody else speaks for the organization, so the link has ended with what named its holder.
        false => Ok(see("/sign-ons/erased")),
    }
}

/// After erasing, without a link that works.
pub(super) async fn erased() -> Result<HttpResponse, Fault> {
    done(
        "Erased",
        "What names you is erased, and your private link has ended. The organization’s entry stays: others speak for it.",
    )
}

/// Whether the link still works.
fn take_out(
    tx: &mut Tx<'_>,
    app: &App,
    outbox: &Outbox,
    token: TokenDigest,
    email: &EmailAddress,
) -> Result<bool, Failure> {
    let now = app.clock.now();
    let Some((campaign, _)) = behind(tx, token, now)? else { return Ok(false) };
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    campaign::store::hold(tx, campaign.id)?;
    let Some((_, sign_on)) = behind(tx, token, now)? else { return Ok(false) };
    let Some(own) = own(tx, token)? else { return Ok(false) };
    let all = store::representatives_of(tx, &app.keys, sign_on.id)?;
    // Whoever represents it only by what nobody outside has been told yet does not know so, and cannot take the name back.
    let is_last = all
        .iter()
        .filter(|other| other.is_told(now))
        .all(|other| other.email.canonical() == email.canonical());
    let whose = store::contact_key(&app.keys, email);
    if store::contact_at(tx, own.id, whose)?.is_none() {
        return Ok(true);
    }
    // While the invitations are still known as theirs.
    super::meant::forget(tx, outbox, campaign.id, (whose, email), now)?;
    store::forget_in_book(tx, whose)?;
    let is_code = |reason: &str| campaign.settings.reasons.has(reason);
    // They may have signed more than once, and a mail that waits would go to somebody whom we no longer know.
    for about in store::family_of(tx, sign_on.id)? {
        outbox.forget_to(tx, AnyId::from_uuid(about.uuid()), email, now)?;
        if store::contact_at(tx, about, whose)?.is_none() {
            continue;
        }
        store::erase_contact(tx, about, sign_on.id, whose, is_last)?;
        // Staff's words may name whom they are about.
        store::erase_said(tx, about)?;
        audit::erase_words(tx, AnyId::from_uuid(about.uuid()), is_code)?;
        for notice in store::notices::erase_to(tx, &app.keys, about, email)? {
            outbox.forget_to(tx, notice, email, now)?;
        }
        let act = Act::new(now, Actor::Representative, Subject::SignOn(about), "contact erased");
        audit::record(tx, &app.random, act.in_campaign(campaign.id))?;
    }
    let reports = store::reports_by(tx, &app.keys, campaign.id, whose)?;
    let reports: Vec<ReportId> = reports.into_iter().map(|report| report.id).collect();
    for id in &reports {
        outbox.forget_to(tx, AnyId::from_uuid(id.uuid()), email, now)?;
    }
    store::erase_these_reports(tx, &reports)?;
    Ok(behind(tx, token, now)?.is_some())
}

fn show(
    app: &App,
    token: &Token,
    opened: &Opened,
    status: StatusCode,
    is_done: bool,
    form: Filled,
) -> Result<HttpResponse, Fault> {
    let back_href = format!("/sign-ons/{}", token.reveal());
    let title = if is_done || opened.contacts.is_empty() { "Erased" } else { "Erase what names you?" };
    let template = Erase {
        page: Page::new(format!("{title} – Undersigned")).not_indexed(),
        letter: About::new(&opened.campaign, app.clock.now()),
        is_done: is_done || opened.contacts.is_empty(),
        form,
        token: app.form_token(PURPOSE, token.digest().as_bytes()),
        line: opened.sign_on.entry.line.clone(),
        can_withdraw: opened.sign_on.clone().withdraw(app.clock.now()).is_ok(),
        kept_for: opened.campaign.settings.kept_for(),
        action: format!("{back_href}/erase"),
        back_href,
    };
    Ok(page_of(status, &template)?)
}

#[derive(Template)]
#[template(path = "sign_on/erase.html")]
struct Erase {
    page: Page,
    letter: About,
    is_done: bool,
    form: Filled,
    token: String,
    line: String,
    can_withdraw: bool,
    kept_for: String,
    action: String,
    back_href: String,
}
