//! GET, POST /sign-ons/{token}/shown: how much of the organization everybody sees, by its own representative. To show less is one press; to show
//! more asks for their consent first.

use super::page::About;
use super::private_page::behind;
use super::receive::{Desk, Failure};
use super::store;
use super::verify::{Signer, unknown};
use super::ways::{PURPOSE, SHOWN, ways};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Campaign};
use crate::db::Tx;
use crate::mail::Outbox;
use crate::secret::{Token, TokenDigest};
use crate::text::Shown;
use crate::web::form::{Filled, Problems};
use crate::web::link::{Link, Sent};
use crate::web::page::{Page, page_of, see};
use crate::web::show::Choice;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

#[derive(Template)]
#[template(path = "sign_on/shown.html")]
struct ShownPage {
    page: Page,
    letter: About,
    line: String,
    public_line: String,
    words: &'static str,
    action: String,
    back_href: String,
    token: String,
    ways: Vec<Choice>,
    form: Filled,
}

/// The page.
pub(super) async fn form(app: Data<App>, Link { token, .. }: Link<Signer>) -> Result<HttpResponse, Fault> {
    render(&app, &token, StatusCode::OK, None).await
}

async fn render(
    app: &App,
    token: &Token,
    status: StatusCode,
    form: Option<Filled>,
) -> Result<HttpResponse, Fault> {
    let (digest, now) = (token.digest(), app.clock.now());
    let Some((campaign, sign_on)) = app.db.read(move |conn| behind(conn, digest, now)).await? else {
        return unknown();
    };
    let shown = sign_on.entry.shown;
    let stands = || Filled::new([("shown", shown.as_str())].into_iter().collect(), Problems::default());
    let back_href = format!("/sign-ons/{}", token.reveal());
    let template = ShownPage {
        page: Page::new("How your organization is shown – Undersigned").not_indexed(),
        letter: About::new(&campaign, now),
        public_line: sign_on.entry.public_line(),
        line: sign_on.entry.line,
        words: shown.words(),
        action: format!("{back_href}/shown"),
        back_href,
        token: app.form_token(PURPOSE, digest.as_bytes()),
        ways: ways(),
        form: form.unwrap_or_else(stands),
    };
    Ok(page_of(status, &template)?)
}

/// Shows less at once; shows more if they agreed to that.
pub(super) async fn set(
    app: Data<App>,
    outbox: Data<Outbox>,
    sent: Sent<Signer>,
) -> Result<HttpResponse, Fault> {
    let (token, fields, is_fresh) = sent.checked(&app, PURPOSE);
    let (digest, now) = (token.digest(), app.clock.now());
    let Some((_, sign_on)) = app.db.read(move |conn| behind(conn, digest, now)).await? else {
        return unknown();
    };
    let mut problems = Problems::default();
    let wanted = problems.take("shown", Shown::parse(fields.get("shown")).ok_or("Choose how it is shown."));
    let is_more = wanted.is_some_and(|wanted| wanted > sign_on.entry.shown);
    if is_more && !fields.is_ticked("sure") {
        problems.add("sure", "Tick this if your organization agrees to be shown like this. What is public once cannot be taken back from those who read it.");
    }
    let Some(wanted) = wanted.filter(|_| is_fresh && problems.is_empty()) else {
        let status = if is_fresh { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::FORBIDDEN };
        return render(&app, &token, status, Some(Filled::new(fields, problems))).await;
    };
    let desk = Desk::new(&app, &outbox);
    app.db.write(move |tx| carry_out(tx, &desk, digest, wanted, is_more)).await?;
    Ok(see(&format!("/sign-ons/{}", token.reveal())))
}

fn carry_out(
    tx: &mut Tx<'_>,
    desk: &Desk,
    token: TokenDigest,
    wanted: Shown,
    is_more: bool,
) -> Result<(), Failure> {
    let Some((campaign, _)) = behind(tx, token, desk.now)? else { return Ok(()) };
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    campaign::store::hold(tx, campaign.id)?;
    let Some((campaign, before)) = behind(tx, token, desk.now)? else { return Ok(()) };
    let stands = before.entry.shown;
    // Whoever asked for less gets no more because somebody else has shown less still.
    if stands == wanted || (!is_more && wanted > stands) {
        return Ok(());
    }
    if !store::show(tx, &before, wanted)? {
        return Err(Failure::Overtaken);
    }
    record(tx, desk, &campaign, &before, wanted)
}

fn record(
    tx: &mut Tx<'_>,
    desk: &Desk,
    campaign: &Campaign,
    before: &super::state::SignOn,
    wanted: Shown,
) -> Result<(), Failure> {
    campaign::store::raise_list_revision(tx, campaign.id)?;
    let act = Act::new(desk.now, Actor::Representative, Subject::SignOn(before.id), SHOWN)
        .in_campaign(campaign.id)
        .changing(before.entry.shown.as_str(), wanted.as_str());
    Ok(audit::record(tx, &desk.app.random, act)?)
}
