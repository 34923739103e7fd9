//! POST /sign-ons/{token}/updates: whether the representative gets updates of the letter by mail. It is about the address, so about everything
//! that it signed in this letter.

use super::private_page::{UPDATES, own};
use super::receive::Failure;
use super::store::{self, Purpose};
use super::told::{UPDATES_OFF, UPDATES_ON};
use super::verify::{Signer, unknown};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign;
use crate::clock::Timestamp;
use crate::db::{Error, Tx};
use crate::ids::CampaignId;
use crate::secret::{Random, TokenDigest};
use crate::web::link::Sent;
use crate::web::page::see;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::web::Data;

/// Switches them, as the pressed button says.
pub(super) async fn switch(app: Data<App>, sent: Sent<Signer>) -> Result<HttpResponse, Fault> {
    let (token, fields, is_fresh) = sent.checked(&app, UPDATES);
    let wants = match fields.get("updates") {
        "on" => true,
        "off" => false,
        _ => return Err(Fault::Unprocessable("The form does not say whether you want updates.")),
    };
    let here = format!("/sign-ons/{}", token.reveal());
    if !is_fresh {
        // The page is shown again, with a form that is fresh: one more press does it.
        return Ok(see(&here));
    }
    let (digest, of_app) = (token.digest(), app.clone());
    match app.db.write(move |tx| record(tx, &of_app, digest, wants)).await? {
        true => Ok(see(&format!("{here}?updates"))),
        false => unknown(),
    }
}

/// Whether the link is somebody's.
fn record(tx: &mut Tx<'_>, app: &App, token: TokenDigest, wants: bool) -> Result<bool, Failure> {
    let Some(own) = own(tx, token)? else { return Ok(false) };
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    campaign::store::hold(tx, own.campaign)?;
    let link = store::link(tx, token, Purpose::Private)?.and_then(|link| link.contact);
    let Some(contact) = link else { return Ok(false) };
    let Some(whose) = store::key_of_contact(tx, contact)? else { return Ok(false) };
    switch_updates(tx, &app.random, own.campaign, &whose, wants, app.clock.now())?;
    Ok(true)
}

/// Has an address get the updates of a letter, or not: with the history of every sign-on of theirs, and without what waits to go. Where that is
/// so already, nothing is changed. The campaign's row is held before.
///
/// # Errors
/// Those of the database.
pub(crate) fn switch_updates(
    tx: &mut Tx<'_>,
    random: &Random,
    campaign: CampaignId,
    whose: &[u8],
    wants: bool,
    now: Timestamp,
) -> Result<(), Error> {
    for sign_on in store::set_updates(tx, campaign, whose, wants)? {
        let act = if wants { UPDATES_ON } else { UPDATES_OFF };
        let act = Act::new(now, Actor::Representative, Subject::SignOn(sign_on), act);
        audit::record(tx, random, act.in_campaign(campaign))?;
    }
    if !wants {
        store::take_back_updates(tx, campaign, whose, now)?;
    }
    Ok(())
}
