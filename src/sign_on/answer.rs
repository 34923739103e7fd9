//! POST /sign-ons/{token}/answer: what the representative answers to the moderators' question.

use super::private_page::{Came, PURPOSE, again, behind, own, question};
use super::receive::{Desk, Failure};
use super::state::{Remark, State};
use super::store::{self, Answer};
use super::verify::{Signer, unknown};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign;
use crate::db::Tx;
use crate::mail::Outbox;
use crate::secret::TokenDigest;
use crate::web::form::Problems;
use crate::web::link::Sent;
use crate::web::page::see;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

/// Takes the answer; the sign-on returns to the queue.
pub(super) async fn answer(
    app: Data<App>,
    outbox: Data<Outbox>,
    sent: Sent<Signer>,
) -> Result<HttpResponse, Fault> {
    let (token, fields, is_fresh) = sent.checked(&app, PURPOSE);
    let digest = token.digest();
    let mut problems = Problems::default();
    let text = problems.take("answer", Remark::parse(fields.get("answer")));
    if !is_fresh {
        problems.add("answer", "The page was too old to send this. Send it now.");
        return again(&app, &token, Came::Mend(fields, problems), StatusCode::FORBIDDEN).await;
    }
    let Some(text) = text else {
        return again(&app, &token, Came::Mend(fields, problems), StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let (desk, asked) = (Desk::new(&app, &outbox), fields.get("asked").to_owned());
    let done = app.db.write(move |tx| record(tx, &desk, digest, &asked, text)).await?;
    match done {
        None => unknown(),
        Some(true) => Ok(see(&format!("/sign-ons/{}?answered", token.reveal()))),
        Some(false) => {
            let kept = Came::Over(fields.get("answer").to_owned());
            again(&app, &token, kept, StatusCode::CONFLICT).await
        }
    }
}

/// Whether the answer was taken, now or by an earlier press of the same button.
fn record(
    tx: &mut Tx<'_>,
    desk: &Desk,
    token: TokenDigest,
    asked: &str,
    answer: Remark,
) -> Result<Option<bool>, Failure> {
    let Some((campaign, _)) = behind(tx, token, desk.now)? else { return Ok(None) };
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    campaign::store::hold(tx, campaign.id)?;
    let Some((campaign, sign_on)) = behind(tx, token, desk.now)? else { return Ok(None) };
    let told = store::as_told(tx, sign_on.clone(), desk.now)?;
    // What somebody writes stays with what they sent: a colleague whose sign-on was merged with theirs does not read it.
    let Some(through) = own(tx, token)?.map(|own| own.id) else { return Ok(None) };
    let Some(open) = question(&told).filter(|open| open.1 == asked && told == sign_on) else {
        let given = store::answers_of(tx, &desk.app.keys, through)?;
        let is_done =
            given.last().is_some_and(|last| last.asked_at.to_string() == asked && last.answer == answer);
        return Ok(Some(is_done));
    };
    let (State::OnHold { since, .. }, question) = (&sign_on.state, open.0) else { return Ok(Some(false)) };
    let Ok(after) = sign_on.clone().answer() else { return Ok(Some(false)) };
    if !store::replace(tx, &sign_on, &after)? {
        return Ok(Some(false));
    }
    let given = Answer { question, asked_at: *since, answer, answered_at: desk.now };
    store::insert_answer(tx, &desk.app.keys, &desk.app.random, through, &given)?;
    let act = Act::new(desk.now, Actor::Representative, Subject::SignOn(sign_on.id), "answered")
        .in_campaign(campaign.id)
        .changing(sign_on.standing().as_str(), after.standing().as_str());
    audit::record(tx, &desk.app.random, act)?;
    super::notify::moderators(tx, desk, &campaign, &after)?;
    Ok(Some(true))
}
