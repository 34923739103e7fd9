//! A round begins, and is stopped: both after a page that says what will happen, and with the second factor shown lately.

use super::{Order, basis, read_order, review};
use crate::account::{Acting, Organizer, SteppedUp};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::store::{self as campaigns, NewVersion};
use crate::campaign::{Round, Status};
use crate::consent;
use crate::db::{self, Tx};
use crate::ids::{AccountId, CampaignId, LetterVersionId, RoundId};
use crate::mail::Outbox;
use crate::organizing::act::ARCHIVED;
use crate::organizing::history;
use crate::organizing::letter::{Texts, load, texts};
use crate::web::form::{Filled, Problems};
use crate::web::page::see;
use crate::web::show::in_utc;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

/// Begins it. The mails follow.
pub(in crate::organizing) async fn begin(
    Acting { who: SteppedUp(who), fields }: Acting<SteppedUp<Organizer>>,
    app: Data<App>,
    outbox: Data<Outbox>,
) -> Result<HttpResponse, Fault> {
    let stands = load(&app, who.campaign).await?;
    let done = see(&format!("/staff/letters/{}/consent?begun", stands.campaign.settings.slug));
    if fields.get("basis") != basis(&stands) {
        return again(&app, &who, &stands, done).await;
    }
    if stands.campaign.settings.status == Status::Archived {
        return Err(Fault::Overtaken(format!("{ARCHIVED} Nobody was asked.")));
    }
    let order = match read_order(&fields, &stands, app.clock.now()) {
        Ok(order) => order,
        Err(_) => {
            return Err(Fault::Unprocessable(
                "The date is too near by now. Go back and choose a later one. Nobody was asked.",
            ));
        }
    };
    if !fields.is_ticked("sure") {
        let mut problems = Problems::default();
        problems.add("sure", "Tick this, or go back: once the mails are out nobody can call them back.");
        let form = Filled::new(fields, problems);
        return review(&app, &who, &stands, order, form, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let (of_app, by, before) = (app.clone(), who.staff.id, stands.clone());
    match app.db.write(move |tx| record(tx, &of_app, &before, order, by)).await {
        Ok(true) => {
            consent::work_soon(&app, &outbox);
            Ok(done)
        }
        Ok(false) | Err(db::Error::Unique(_)) => again(&app, &who, &stands, done).await,
        Err(other) => Err(other.into()),
    }
}

/// The same person pressing the same button again gets the first answer again.
async fn again(
    app: &App,
    who: &Organizer,
    before: &Texts,
    done: HttpResponse,
) -> Result<HttpResponse, Fault> {
    let id: CampaignId = before.campaign.id;
    let round = app.db.read(move |conn| campaigns::open_round(conn, id)).await?;
    match round.is_some_and(|round| round.made_by == who.staff.id) {
        true => Ok(done),
        false => Err(history::overtaken(app, who.campaign).await?),
    }
}

fn record(
    tx: &mut Tx<'_>,
    app: &App,
    before: &Texts,
    order: Order,
    by: AccountId,
) -> Result<bool, db::Error> {
    let (id, now) = (before.campaign.id, app.clock.now());
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    campaigns::hold(tx, id)?;
    let Some(stands) = texts(tx, id)? else { return Ok(false) };
    if basis(&stands) != basis(before) || stands.campaign.settings.status == Status::Archived {
        return Ok(false);
    }
    let to_number = match &stands.draft {
        Some(draft) => {
            let new = NewVersion {
                id: LetterVersionId::new(now.millis(), app.random.bytes()),
                body: &draft.body,
                mends: None,
                stands: false,
                at: now,
                by: Some(draft.changed_by),
            };
            let version = campaigns::add_version(tx, id, new)?;
            campaigns::let_drafts_stand(tx, id, &draft.stamp(), version.number)?;
            campaigns::drop_draft(tx, id)?;
            version.number
        }
        None => stands.letter.number,
    };
    let round = Round {
        id: RoundId::new(now.millis(), app.random.bytes()),
        campaign: id,
        from_number: stands.letter.number,
        to_number,
        silence_counts: order.silence_counts && stands.campaign.silence_counts,
        made_at: now,
        made_by: by,
        ends_at: order.ends_at,
        settled_at: None,
        stopped: false,
    };
    campaigns::insert_round(tx, &round)?;
    let act = Act::new(now, Actor::Staff(by), Subject::Campaign(id), "began to ask for consent");
    let words = format!("to version {to_number}, until {}", in_utc(order.ends_at));
    audit::record(tx, &app.random, Act { new: Some(words), ..act.in_campaign(id) })?;
    // The public page says that the text is asked about.
    campaigns::raise_list_revision(tx, id)?;
    Ok(true)
}

/// Stops it: what stood before it stands on.
pub(in crate::organizing) async fn stop(
    Acting { who: SteppedUp(who), fields }: Acting<SteppedUp<Organizer>>,
    app: Data<App>,
    outbox: Data<Outbox>,
) -> Result<HttpResponse, Fault> {
    let stands = load(&app, who.campaign).await?;
    let Some(round) = stands.round.filter(|_| fields.get("basis") == basis(&stands)) else {
        return Err(history::overtaken(&app, who.campaign).await?);
    };
    let (random, now, by) = (app.random.clone(), app.clock.now(), who.staff.id);
    let outcome = consent::Outcome::Stopped(by);
    if !app.db.write(move |tx| consent::settle(tx, &random, round.id, outcome, now)).await? {
        return Err(history::overtaken(&app, who.campaign).await?);
    }
    consent::work_soon(&app, &outbox);
    Ok(see(&format!("/staff/letters/{}/consent?stopped", stands.campaign.settings.slug)))
}
