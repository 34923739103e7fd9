//! GET, POST /hand-overs/{token}/object: whoever spoke for the organization objects to a moderator's asking somebody else. Until a moderator goes
//! on, nobody can accept; where somebody has, the moderators are told.

use crate::account::{self, Visitor};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Campaign};
use crate::clock::Timestamp;
use crate::db::{Conn, Error, Tx};
use crate::mail::Outbox;
use crate::secret::{Token, TokenDigest};
use crate::sign_on::colleague::{Ended, HandOver};
use crate::sign_on::page::{About, done};
use crate::sign_on::receive::{Desk, Failure};
use crate::sign_on::state::SignOn;
use crate::sign_on::store::{self, HandOverPurpose};
use crate::sign_on::verify::{Signer, staff_here, unknown};
use crate::web::link::{Link, Sent};
use crate::web::page::{Page, page_of, see};
use crate::web::show::Moment;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

const PURPOSE: &str = "object to a hand-over";

struct Behind {
    campaign: Campaign,
    sign_on: SignOn,
    hand_over: HandOver,
    ends_at: Timestamp,
}

impl Behind {
    /// Whether an objection would still say something.
    fn is_open(&self, now: Timestamp) -> bool {
        self.ends_at > now && matches!(self.hand_over.settled, None | Some((Ended::Accepted, _)))
    }
}

fn behind(conn: &mut Conn, token: TokenDigest) -> Result<Option<Behind>, Error> {
    let Some((hand_over, ends_at)) = store::hand_over_behind(conn, token, HandOverPurpose::Object)? else {
        return Ok(None);
    };
    let Some(sign_on) = store::by_id(conn, hand_over.sign_on)? else { return Ok(None) };
    let campaign = campaign::store::by_id(conn, sign_on.campaign)?;
    Ok(campaign.map(|campaign| Behind { campaign, sign_on, hand_over, ends_at }))
}

/// The page. It changes nothing, whoever opens it and however often.
pub(in crate::sign_on) async fn show(
    app: Data<App>,
    visitor: Visitor,
    Link { token, .. }: Link<Signer>,
) -> Result<HttpResponse, Fault> {
    again(&app, &visitor, &token, StatusCode::OK).await
}

/// Its button.
pub(in crate::sign_on) async fn send(
    app: Data<App>,
    outbox: Data<Outbox>,
    visitor: Visitor,
    sent: Sent<Signer>,
) -> Result<HttpResponse, Fault> {
    let (token, _, is_fresh) = sent.checked(&app, PURPOSE);
    if visitor.0.is_some() {
        return staff_here(StatusCode::FORBIDDEN);
    }
    if !is_fresh {
        return again(&app, &visitor, &token, StatusCode::FORBIDDEN).await;
    }
    let (desk, digest) = (Desk::new(&app, &outbox), token.digest());
    match app.db.write(move |tx| take(tx, &desk, digest)).await? {
        None => unknown(),
        Some(true) => Ok(see("/hand-overs/objected")),
        Some(false) => again(&app, &visitor, &token, StatusCode::CONFLICT).await,
    }
}

/// Whether the objection stands, by this press or an earlier one.
fn take(tx: &mut Tx<'_>, desk: &Desk, token: TokenDigest) -> Result<Option<bool>, Failure> {
    let Some(found) = behind(tx, token)? else { return Ok(None) };
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    campaign::store::hold(tx, found.campaign.id)?;
    let Some(found) = behind(tx, token)? else { return Ok(None) };
    let Behind { campaign, sign_on, hand_over, .. } = &found;
    if hand_over.objected_at.is_some() {
        return Ok(Some(true));
    }
    if !found.is_open(desk.now) || !store::object_to_hand_over(tx, hand_over.id, Some(desk.now))? {
        return Ok(Some(false));
    }
    let act =
        Act::new(desk.now, Actor::Representative, Subject::SignOn(sign_on.id), "objected to the hand-over");
    audit::record(tx, &desk.app.random, act.in_campaign(campaign.id))?;
    // Not everybody who is told may see every name.
    let told = if sign_on.entry.is_named() { sign_on.clone() } else { sign_on.clone().veiled() };
    for member in account::store::team(tx, &desk.app.keys, campaign.id)? {
        let about = desk.about(campaign, &told);
        let message = about.hand_over_objection(&member.person.email, hand_over.id)?;
        desk.outbox.prepare(&message)?.enqueue(tx)?;
    }
    Ok(Some(true))
}

/// After objecting, without a secret in the address.
pub(in crate::sign_on) async fn objected() -> Result<HttpResponse, Fault> {
    done(
        "Your objection is recorded",
        "The moderators are told and look into it. Until then nobody else can take over.",
    )
}

async fn again(
    app: &App,
    visitor: &Visitor,
    token: &Token,
    status: StatusCode,
) -> Result<HttpResponse, Fault> {
    let digest = token.digest();
    let Some(found) = app.db.read(move |conn| behind(conn, digest)).await? else { return unknown() };
    if visitor.0.is_some() {
        return staff_here(status);
    }
    let now = app.clock.now();
    let is_open = found.is_open(now) && found.hand_over.objected_at.is_none();
    let template = ObjectPage {
        page: Page::new("Do you still speak for the organization? – Undersigned").not_indexed(),
        letter: About::new(&found.campaign, now),
        line: found.sign_on.entry.line.clone(),
        since: Moment::new(found.hand_over.made_at, now),
        until: Moment::new(found.ends_at, now),
        is_accepted: matches!(found.hand_over.settled, Some((Ended::Accepted, _))),
        has_objected: found.hand_over.objected_at.is_some(),
        is_open,
        token: app.form_token(PURPOSE, digest.as_bytes()),
        action: format!("/hand-overs/{}/object", token.reveal()),
    };
    let is_over = !is_open && found.hand_over.objected_at.is_none();
    Ok(page_of(if is_over { StatusCode::GONE } else { status }, &template)?)
}

#[derive(Template)]
#[template(path = "sign_on/hand_over_object.html")]
struct ObjectPage {
    page: Page,
    letter: About,
    line: String,
    since: Moment,
    until: Moment,
    is_accepted: bool,
    has_objected: bool,
    is_open: bool,
    token: String,
    action: String,
}
