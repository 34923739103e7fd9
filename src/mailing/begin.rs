//! POST /staff/letters/{slug}/mailings/send: a draft is sent, after the page that says to how many.

use super::failure::{Stop, changeable};
use super::letter::{Mailing, Stand};
use super::list::load;
use super::{one, store};
use crate::account::{Acting, Organizer, SteppedUp};
use crate::audit::{self, Act, Actor, Subject};
use crate::db::Tx;
use crate::ids::{AccountId, MailingId};
use crate::mail::Outbox;
use crate::web::form::{Filled, Problems};
use crate::web::page::see;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

/// Begins.
pub(super) async fn begin(
    Acting { who: SteppedUp(who), fields }: Acting<SteppedUp<Organizer>>,
    app: Data<App>,
    outbox: Data<Outbox>,
) -> Result<HttpResponse, Fault> {
    let unclear = Fault::Unprocessable("The form does not say which mailing is to be sent.");
    let named = MailingId::parse(fields.get("mailing")).zip(fields.get("version").parse::<i64>().ok());
    let (id, version) = named.ok_or(unclear)?;
    let campaign = load(&app, &who).await?;
    let mailing = one::of(&app, &campaign, id).await?;
    let done = see(&format!("{}?of={id}", one::href(&campaign)));
    if mailing.stand.begun().is_some_and(|begun| begun.by == who.staff.id) {
        // Pressed twice.
        return Ok(done);
    }
    if mailing.stand != Stand::Draft || mailing.version != version {
        return Err(Stop::Overtaken.into());
    }
    let tally = one::count(&app, &outbox, &campaign, mailing.audience).await?;
    let mut problems = Problems::default();
    let differs = fields.get("counted") != tally.addresses.to_string();
    if tally.addresses == 0 {
        problems.add("sure", "There is nobody to write to now.");
    } else if !fields.is_ticked("sure") {
        problems.add("sure", "Tick this if it may be sent.");
    }
    if differs || !problems.is_empty() {
        // What was confirmed was another number.
        let fields = if differs { fields.without("sure") } else { fields };
        let status = if differs { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
        let form = Filled::new(fields, problems);
        return one::ask((&app, &outbox), &who, &campaign, &mailing, form, status).await;
    }
    let (of_app, by, counted) = (app.clone(), who.staff.id, tally.addresses);
    app.db.write(move |tx| record(tx, &of_app, &mailing, counted, by)).await?;
    Ok(done)
}

fn record(tx: &mut Tx<'_>, app: &App, mailing: &Mailing, counted: i64, by: AccountId) -> Result<(), Stop> {
    let now = app.clock.now();
    changeable(tx, mailing.campaign)?;
    if !store::begin(tx, (mailing.id, mailing.version), counted, by, now)? {
        return Err(Stop::Overtaken);
    }
    let act = Act::new(now, Actor::Staff(by), Subject::Campaign(mailing.campaign), "began a mailing");
    let said = format!("{}: {counted}", mailing.audience.label());
    let act = Act { new: Some(said), ..act.in_campaign(mailing.campaign) };
    Ok(audit::record(tx, &app.random, act)?)
}
