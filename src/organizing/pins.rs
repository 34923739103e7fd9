//! Pins: which names the list keeps at a number of their own, and what would stand elsewhere by the rule alone.

use super::held::{Stop, archived, changeable};
use super::life::load;
use super::store;
use super::sure::Sure;
use crate::account::{Acting, Organizer};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{Campaign, Here, Local, Status, store as campaigns};
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

/// What the button says on the page that asks first.
const NOW: &str = "now";

/// Pins every name to the number that it has; or takes all pins away, after a page that says what moves.
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
    if !keep && fields.get("free") != NOW {
        return are_you_sure(&app, &who, &campaign).await;
    }
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

async fn are_you_sure(app: &App, who: &Organizer, campaign: &Campaign) -> Result<HttpResponse, Fault> {
    if campaign.settings.status == Status::Archived {
        return Err(archived());
    }
    let of_campaign = campaign.clone();
    let moves = app.db.read(move |conn| lists::what_moved(conn, &of_campaign)).await?.renumbered.len();
    let moves = match moves {
        0 => "No number changes now: every name stands where the rule puts it. Names that join later take their places by the rule alone."
            .to_owned(),
        1 => "1 name gets another number, at once and in every public form of the list.".to_owned(),
        _ => format!("{moves} names get another number, at once and in every public form of the list."),
    };
    let href = format!("/staff/letters/{}/moved", campaign.settings.slug);
    let question = "Take all pins away?".to_owned();
    let sure = Sure::new(app, &who.staff, campaign, Here::Moved, question, "Take them away")
        .happens([
            moves,
            "At which numbers the names were pinned is not kept: to have that back, each is pinned anew. Editions that have a name stay as they are."
                .to_owned(),
        ])
        .sent_to(href.clone(), vec![("free", NOW.to_owned())], href);
    Ok(page(&sure)?)
}

#[derive(Template)]
#[template(path = "organizing/moved.html")]
struct Moved {
    page: Page,
    local: Local,
    pairs: Vec<(String, String)>,
    moved: Vec<Renumbered<String>>,
}
