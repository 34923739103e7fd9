//! POST /staff/letters/{slug}/mailings/end: one that is on its way is stopped, or a draft is thrown away; a page asks before.

use super::failure::{Stop, changeable};
use super::letter::{Mailing, Stand};
use super::list::load;
use super::{one, store};
use crate::account::{Acting, Organizer};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::store as campaigns;
use crate::db::Tx;
use crate::ids::{AccountId, MailingId};
use crate::web::page::see;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::web::Data;

/// Ends it.
pub(super) async fn end(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let unclear = Fault::Unprocessable("The form does not say which mailing is to end, or how.");
    let named = MailingId::parse(fields.get("mailing")).zip(fields.get("version").parse::<i64>().ok());
    let (Some((id, version)), how @ ("stop" | "discard")) = (named, fields.get("do")) else {
        return Err(unclear);
    };
    let campaign = load(&app, &who).await?;
    let mailing = one::of(&app, &campaign, id).await?;
    let (of_app, by) = (app.clone(), who.staff.id);
    if how == "stop" {
        app.db.write(move |tx| stop(tx, &of_app, &mailing, by)).await?;
        return Ok(see(&format!("{}?of={id}", one::href(&campaign))));
    }
    app.db.write(move |tx| discard(tx, &of_app, &mailing, version, by)).await?;
    Ok(see(&format!("{}?discarded", one::href(&campaign))))
}

/// Stops it; what of it has not gone is taken back.
fn stop(tx: &mut Tx<'_>, app: &App, mailing: &Mailing, by: AccountId) -> Result<(), Stop> {
    let now = app.clock.now();
    // The campaign's row first, as everywhere. An archived letter's mailing can be stopped too.
    campaigns::hold(tx, mailing.campaign)?.ok_or(Stop::Gone)?;
    let stands = store::mailing(tx, mailing.id)?.ok_or(Stop::Gone)?;
    match stands.stand {
        Stand::Sending(begun) => {
            let taken_back = store::take_back_waiting(tx, mailing.id, now)?;
            store::stop(tx, mailing.id, taken_back, by, now)?;
            let act =
                Act::new(now, Actor::Staff(by), Subject::Campaign(mailing.campaign), "stopped a mailing");
            let mailed = stands.mailed - taken_back;
            let said = format!("{}: {mailed} of {}", mailing.audience.label(), begun.counted);
            let act = Act { new: Some(said), ..act.in_campaign(mailing.campaign) };
            Ok(audit::record(tx, &app.random, act)?)
        }
        // Pressed twice.
        Stand::Stopped(..) => Ok(()),
        Stand::Draft | Stand::Sent(..) => Err(Stop::Overtaken),
    }
}

fn discard(tx: &mut Tx<'_>, app: &App, mailing: &Mailing, version: i64, by: AccountId) -> Result<(), Stop> {
    let now = app.clock.now();
    changeable(tx, mailing.campaign)?;
    if !store::discard(tx, (mailing.id, version))? {
        return Err(Stop::Overtaken);
    }
    let act = Act::new(now, Actor::Staff(by), Subject::Campaign(mailing.campaign), "threw a mailing away");
    Ok(audit::record(tx, &app.random, act.in_campaign(mailing.campaign))?)
}
