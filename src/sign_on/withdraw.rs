//! They take their name back: GET asks, POST acts, at any time.

use super::private_page::behind;
use super::receive::{Desk, Failure};
use super::state::{Decision, SignOn, State};
use super::store;
use super::told::LET_GO;
use super::verify::{Signer, unknown};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Campaign};
use crate::clock::Timestamp;
use crate::db::{Conn, Error, Tx};
use crate::ids::AnyId;
use crate::mail::{self, Outbox};
use crate::secret::{Token, TokenDigest};
use crate::web::link::{Link, Sent};
use crate::web::page::{Page, page, page_of, see};
use crate::web::show::{Moment, in_utc};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

const PURPOSE: &str = "withdraw";

/// Asks; or says that it is done, however often it is opened.
pub(super) async fn ask(app: Data<App>, Link { token, .. }: Link<Signer>) -> Result<HttpResponse, Fault> {
    let digest = token.digest();
    let now = app.clock.now();
    let found = app.db.read(move |conn| seen(conn, digest, now)).await?;
    let Some((sign_on, keeps_name)) = found else { return unknown() };
    show(&app, &token, &sign_on, keeps_name, StatusCode::OK)
}

/// Acts.
pub(super) async fn withdraw(
    app: Data<App>,
    outbox: Data<Outbox>,
    sent: Sent<Signer>,
) -> Result<HttpResponse, Fault> {
    let (token, _, is_fresh) = sent.checked(&app, PURPOSE);
    let digest = token.digest();
    if !is_fresh {
        let now = app.clock.now();
        let found = app.db.read(move |conn| seen(conn, digest, now)).await?;
        let Some((sign_on, keeps_name)) = found else { return unknown() };
        return show(&app, &token, &sign_on, keeps_name, StatusCode::FORBIDDEN);
    }
    let desk = Desk::new(&app, &outbox);
    let done = app.db.write(move |tx| take_back_by_link(tx, &desk, digest)).await?;
    match done {
        None => unknown(),
        Some(Ended::Withdrawn) => Ok(see(&format!("/sign-ons/{}/withdraw", token.reveal()))),
        Some(Ended::Otherwise(sign_on)) => Err(Fault::Overtaken(format!(
            "{} So there is nothing to withdraw, and nothing was changed. Your private page says why.",
            stands(&sign_on)
        ))),
    }
}

/// What their page is about, as they have been told; and whether editions that are named keep its line.
fn seen(conn: &mut Conn, token: TokenDigest, now: Timestamp) -> Result<Option<(SignOn, bool)>, Error> {
    let Some((campaign, sign_on)) = behind(conn, token, now)? else { return Ok(None) };
    let keeps_name = store::keeps_name(conn, &campaign, sign_on.id)?;
    Ok(Some((store::as_told(conn, sign_on, now)?, keeps_name)))
}

/// What stands, who decided it and when, as a sentence for the representative.
pub(super) fn stands(sign_on: &SignOn) -> String {
    let words = sign_on.standing().words();
    match (&sign_on.state, sign_on.decided()) {
        (State::Withdrawn { at, .. }, _) => format!("You withdrew the sign-on on {}.", in_utc(*at)),
        (_, Some((Some(_), at))) => format!("A moderator decided on {}: the sign-on is {words}.", in_utc(at)),
        (_, Some((None, at))) => format!("Since {} the sign-on is {words}.", in_utc(at)),
        (_, None) => format!("The sign-on is {words}."),
    }
}

/// What became of taking a name back.
pub(crate) enum Ended {
    /// It is withdrawn, now or from before.
    Withdrawn,
    /// There is nothing to withdraw: what stands.
    Otherwise(Box<SignOn>),
}

fn take_back_by_link(tx: &mut Tx<'_>, desk: &Desk, token: TokenDigest) -> Result<Option<Ended>, Failure> {
    let Some((campaign, _)) = behind(tx, token, desk.now)? else { return Ok(None) };
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    campaign::store::hold(tx, campaign.id)?;
    let Some((campaign, sign_on)) = behind(tx, token, desk.now)? else { return Ok(None) };
    take_back(tx, desk, &campaign, sign_on).map(Some)
}

/// Takes a sign-on back for one of its representatives. The campaign's row is held.
///
/// # Errors
/// [`Failure::Overtaken`] when it moved at the same moment.
pub(crate) fn take_back(
    tx: &mut Tx<'_>,
    desk: &Desk,
    campaign: &Campaign,
    sign_on: SignOn,
) -> Result<Ended, Failure> {
    if matches!(sign_on.state, State::Withdrawn { .. }) {
        return Ok(Ended::Withdrawn);
    }
    // A decision that they have not been told of does not stand in their way.
    let told = store::as_told(tx, sign_on.clone(), desk.now)?;
    let Ok(withdrawn) = sign_on.clone().withdraw(desk.now).or_else(|_| told.withdraw(desk.now)) else {
        return Ok(Ended::Otherwise(Box::new(sign_on)));
    };
    if !store::replace(tx, &sign_on, &withdrawn)? {
        let now = store::by_id(tx, sign_on.id)?.ok_or(Failure::Overtaken)?;
        return take_back(tx, desk, campaign, now);
    }
    record(tx, desk, campaign, &sign_on, &withdrawn)?;
    Ok(Ended::Withdrawn)
}

fn record(
    tx: &mut Tx<'_>,
    desk: &Desk,
    campaign: &Campaign,
    before: &SignOn,
    after: &SignOn,
) -> Result<(), Failure> {
    match before.state {
        State::Approved { .. } => campaign::store::raise_list_revision(tx, campaign.id)?,
        // It was never on any list.
        State::AwaitingVerification { .. } => {}
        _ => campaign::store::raise_where_named(tx, campaign.id)?,
    }
    let act = Act::new(desk.now, Actor::Representative, Subject::SignOn(after.id), "withdrawn")
        .in_campaign(campaign.id)
        .changing(before.standing().as_str(), after.standing().as_str());
    audit::record(tx, &desk.app.random, act)?;
    // News of a decision that no longer stands is not sent.
    for about in store::family_of(tx, after.id)? {
        mail::take_back_all(tx, AnyId::from_uuid(about.uuid()), desk.now)?;
    }
    if let State::Rejected(Decision { merged_into: Some(stays), .. }) = &before.state {
        // They leave before anybody was told that another entry stands for theirs: its news is not theirs.
        let theirs = store::representatives_of(tx, &desk.app.keys, *stays)?;
        for held in store::representatives_of(tx, &desk.app.keys, after.id)? {
            if theirs.iter().any(|other| other.email.canonical() == held.email.canonical()) {
                continue;
            }
            for about in store::family_of(tx, *stays)? {
                desk.outbox.take_back_to(tx, AnyId::from_uuid(about.uuid()), &held.email, desk.now)?;
            }
        }
        let act = Act::new(desk.now, Actor::Representative, Subject::SignOn(*stays), LET_GO);
        let act = Act { old: Some(after.id.to_string()), ..act.in_campaign(campaign.id) };
        audit::record(tx, &desk.app.random, act)?;
    }
    for untold in store::not_yet_told(tx, after.id, desk.now)? {
        give_back(tx, desk, campaign, &untold)?;
    }
    for representative in store::representatives_of(tx, &desk.app.keys, after.id)? {
        let receipt = desk.about(campaign, after).withdrawn(&representative.contact.email)?;
        desk.outbox.prepare(&receipt)?.enqueue(tx)?;
    }
    Ok(())
}

/// A sign-on that was merged into the one that ends now, and whose representative has not been told so: for them it stands, so it
/// waits for the moderators again.
fn give_back(tx: &mut Tx<'_>, desk: &Desk, campaign: &Campaign, merged: &SignOn) -> Result<(), Failure> {
    let Ok(back) = merged.clone().reopen() else { return Ok(()) };
    if !store::replace(tx, merged, &back)? {
        return Ok(());
    }
    mail::take_back_all(tx, AnyId::from_uuid(merged.id.uuid()), desk.now)?;
    let act = Act::new(desk.now, Actor::System, Subject::SignOn(merged.id), "reopened")
        .in_campaign(campaign.id)
        .changing(merged.standing().as_str(), back.standing().as_str());
    audit::record(tx, &desk.app.random, act)?;
    super::notify::moderators(tx, desk, campaign, &back)
}

fn show(
    app: &App,
    token: &Token,
    sign_on: &SignOn,
    keeps_name: bool,
    status: StatusCode,
) -> Result<HttpResponse, Fault> {
    let now: Timestamp = app.clock.now();
    let back_href = format!("/sign-ons/{}", token.reveal());
    if let State::Withdrawn { at, .. } = sign_on.state {
        let page_of_it = Page::new("Your sign-on is withdrawn – Undersigned").not_indexed();
        return Ok(page(&Withdrawn { page: page_of_it, withdrawn: Moment::new(at, now), back_href })?);
    }
    if sign_on.clone().withdraw(now).is_err() {
        return Ok(see(&back_href));
    }
    let template = Withdraw {
        page: Page::new("Withdraw your sign-on? – Undersigned").not_indexed(),
        line: sign_on.entry.line.clone(),
        listed: matches!(sign_on.state, State::Approved { .. }),
        keeps_name,
        action: format!("{back_href}/withdraw"),
        back_href,
        token: app.form_token(PURPOSE, token.digest().as_bytes()),
    };
    Ok(page_of(status, &template)?)
}

#[derive(Template)]
#[template(path = "sign_on/withdraw.html")]
struct Withdraw {
    page: Page,
    line: String,
    listed: bool,
    /// Whether editions that are named keep the line.
    keeps_name: bool,
    action: String,
    back_href: String,
    token: String,
}

#[derive(Template)]
#[template(path = "sign_on/withdrawn.html")]
struct Withdrawn {
    page: Page,
    withdrawn: Moment,
    back_href: String,
}
