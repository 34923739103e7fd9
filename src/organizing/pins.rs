//! Pins: which names the list keeps at a number of their own, and what would stand elsewhere by the rule alone.

use super::held::{Stop, changeable};
use super::life::load;
use super::store;
use crate::account::{Acting, Organizer};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{Here, Local, store as campaigns};
use crate::db::Error;
use crate::list::ordering::Renumbered;
use crate::list::store as lists;
use crate::web::page::{Page, page, see};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;

/// What moved.
pub(super) async fn show(who: Organizer, app: Data<App>) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, who.campaign).await?;
    let of_campaign = campaign.clone();
    let moved = app.db.read(move |conn| lists::what_moved(conn, &of_campaign)).await?;
    Ok(page(&Moved {
        page: who.staff.page(&app, "What moved – Undersigned"),
        local: Local::new(&campaign, true, Here::Moved, app.clock.now()),
        pairs: moved.pairs,
        moved: moved.renumbered,
    })?)
}

/// Pins every name to the number that it has, or takes all pins away.
pub(super) async fn set(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let keep = match (fields.is_ticked("keep"), fields.is_ticked("free")) {
        (true, false) => true,
        (false, true) => false,
        _ => return Err(Fault::Unprocessable("The form did not say what to do with the pins.")),
    };
    let campaign = load(&app, who.campaign).await?;
    let (of_app, id, by) = (app.clone(), campaign.id, who.staff.id);
    let read = app.db.read(move |conn| -> Result<_, Error> {
        let Some(places) = lists::Places::read(conn, id)? else { return Ok(Vec::new()) };
        let all = places.all()?.into_iter();
        Ok(all.map(|place| (place.sign_on, Some(places.stored(place.number)))).collect())
    });
    let pins = read.await?;
    let act = move |tx: &mut crate::db::Tx<'_>| -> Result<(), Stop> {
        changeable(tx, id)?;
        campaigns::raise_list_revision(tx, id)?;
        let past = match keep {
            true => store::pin(tx, &pins).map(|()| "pinned every name to its number")?,
            false => store::unpin(tx, id).map(|()| "took all pins away")?,
        };
        let act = Act::new(of_app.clock.now(), Actor::Staff(by), Subject::Campaign(id), past).in_campaign(id);
        Ok(audit::record(tx, &of_app.random, act)?)
    };
    app.db.write(act).await?;
    Ok(see(&format!("/staff/letters/{}/moved", campaign.settings.slug)))
}

#[derive(Template)]
#[template(path = "organizing/moved.html")]
struct Moved {
    page: Page,
    local: Local,
    pairs: Vec<(String, String)>,
    moved: Vec<Renumbered<String>>,
}
