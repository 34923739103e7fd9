//! The representative speaks against a name that staff corrected: it comes back to the queue, as a correction to what stood before.

use super::correction::{Asked, Correction, objectionable};
use super::notify;
use super::page::About;
use super::private_page::behind;
use super::receive::{Desk, Failure};
use super::state::Remark;
use super::store;
use super::submission::Entry;
use super::verify::{Signer, unknown};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Campaign, Status};
use crate::db::Tx;
use crate::ids::CorrectionId;
use crate::mail::Outbox;
use crate::secret::{Token, TokenDigest};
use crate::text::{LinePattern, optional};
use crate::web::form::{Filled, Problems};
use crate::web::link::{Link, Sent};
use crate::web::page::{Page, page_of, see};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

const PURPOSE: &str = "object";

struct Opened {
    campaign: Campaign,
    made: Correction,
}

/// Asks what is wrong with it.
pub(super) async fn form(app: Data<App>, Link { token, .. }: Link<Signer>) -> Result<HttpResponse, Fault> {
    match open(&app, token.digest()).await? {
        None => unknown(),
        Some(None) => Ok(see(&format!("/sign-ons/{}", token.reveal()))),
        Some(Some(opened)) => show(&app, &token, &opened, StatusCode::OK, Filled::default()),
    }
}

/// Takes the objection.
pub(super) async fn send(
    app: Data<App>,
    outbox: Data<Outbox>,
    sent: Sent<Signer>,
) -> Result<HttpResponse, Fault> {
    let (token, fields, is_fresh) = sent.checked(&app, PURPOSE);
    let (digest, back) = (token.digest(), format!("/sign-ons/{}", token.reveal()));
    let opened = match open(&app, digest).await? {
        None => return unknown(),
        // Pressed twice, or nothing to object to: the private page says what stands.
        Some(None) => return Ok(see(&back)),
        Some(Some(opened)) => opened,
    };
    if !is_fresh {
        let filled = Filled::new(fields, Problems::default());
        return show(&app, &token, &opened, StatusCode::FORBIDDEN, filled);
    }
    let mut problems = Problems::default();
    let Some(note) = problems.take("text", optional(fields.get("text"), Remark::parse)) else {
        let filled = Filled::new(fields, problems);
        return show(&app, &token, &opened, StatusCode::UNPROCESSABLE_ENTITY, filled);
    };
    let desk = Desk::new(&app, &outbox);
    app.db.write(move |tx| take(tx, &desk, digest, note.as_ref())).await?;
    Ok(see(&back))
}

async fn open(app: &App, token: TokenDigest) -> Result<Option<Option<Opened>>, Fault> {
    let now = app.clock.now();
    let read = app.db.read(move |conn| -> Result<_, crate::db::Error> {
        let Some((campaign, sign_on)) = behind(conn, token, now)? else { return Ok(None) };
        let made = store::last_correction_made(conn, sign_on.id)?;
        let made = objectionable(&sign_on, made).filter(|_| campaign.settings.status != Status::Archived);
        Ok(Some(made.map(|made| Opened { campaign, made })))
    });
    Ok(read.await?)
}

fn take(tx: &mut Tx<'_>, desk: &Desk, token: TokenDigest, note: Option<&Remark>) -> Result<(), Failure> {
    let Some((campaign, _)) = behind(tx, token, desk.now)? else { return Ok(()) };
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    campaign::store::hold(tx, campaign.id)?;
    let Some((campaign, sign_on)) = behind(tx, token, desk.now)? else { return Ok(()) };
    let made = store::last_correction_made(tx, sign_on.id)?;
    let Some(made) = objectionable(&sign_on, made) else { return Ok(()) };
    let correction = Correction {
        id: CorrectionId::new(desk.now.millis(), desk.app.random.bytes()),
        sign_on: sign_on.id,
        asked: Asked::InObjection,
        at: desk.now,
        entry: before(&sign_on.entry, &made, &campaign.settings.line),
        old_organization: sign_on.entry.organization.clone(),
        old_line: sign_on.entry.line.clone(),
        first: None,
    };
    store::replace_waiting_correction(tx, sign_on.id, desk.now)?;
    store::insert_correction(tx, &desk.app.keys, &desk.app.random, &correction, note, None)?;
    let act =
        Act::new(desk.now, Actor::Representative, Subject::SignOn(sign_on.id), "objected to the correction")
            .in_campaign(campaign.id)
            .changing(&sign_on.entry.line, &correction.entry.line);
    audit::record(tx, &desk.app.random, act)?;
    notify::moderators(tx, desk, &campaign, &sign_on)
}

/// The entry with the name that it had before staff corrected it.
fn before(entry: &Entry, made: &Correction, pattern: &LinePattern) -> Entry {
    entry.renamed(pattern, made.old_organization.clone())
}

fn show(
    app: &App,
    token: &Token,
    opened: &Opened,
    status: StatusCode,
    form: Filled,
) -> Result<HttpResponse, Fault> {
    let back_href = format!("/sign-ons/{}", token.reveal());
    let template = Object {
        page: Page::new("Object to the correction – Undersigned").not_indexed(),
        letter: About::new(&opened.campaign, app.clock.now()),
        form,
        token: app.form_token(PURPOSE, token.digest().as_bytes()),
        before: opened.made.old_line.clone(),
        now: opened.made.entry.line.clone(),
        action: format!("{back_href}/object"),
        back_href,
    };
    Ok(page_of(status, &template)?)
}

#[derive(Template)]
#[template(path = "sign_on/object.html")]
struct Object {
    page: Page,
    letter: About,
    form: Filled,
    token: String,
    before: String,
    now: String,
    action: String,
    back_href: String,
}
