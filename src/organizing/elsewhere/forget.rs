//! Forgetting a table that nobody added: asked first, because what was pasted does not come back.

use super::preview::{again, of};
use crate::account::Organizer;
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{Campaign, Here};
use crate::db::Tx;
use crate::ids::ImportId;
use crate::organizing::held::{Stop, changeable};
use crate::organizing::store::elsewhere::{self as imports, Import};
use crate::organizing::sure::Sure;
use crate::web::form::Fields;
use crate::web::page::{page, see};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::web::Data;

/// What the button says to this file: it asks, or it forgets.
pub(super) const WORDS: [&str; 2] = ["forget", NOW];

const NOW: &str = "forget_now";

/// Asks, and forgets the table after that.
pub(super) async fn forget(
    app: &Data<App>,
    who: &Organizer,
    campaign: &Campaign,
    fields: &Fields,
) -> Result<HttpResponse, Fault> {
    let back = format!("/staff/letters/{}/elsewhere", campaign.settings.slug);
    let import = match of(app, campaign.id, fields.get("of")).await {
        // Pressed twice: it is forgotten.
        Err(Fault::NotFound) if fields.get("do") == NOW => return Ok(see(&back)),
        found => found?,
    };
    let is_same = fields.get("version") == import.version.to_string() && import.confirmed_at.is_none();
    if is_same && fields.get("do") != NOW {
        return ask(app, who, campaign, &import, back).await;
    }
    let (desk, by, version) = (app.clone(), who.clone(), import.version);
    let id = import.id;
    let done = is_same && app.db.write(move |tx| drop(tx, &desk, &by, (id, version))).await?;
    match done {
        true => Ok(see(&back)),
        false => {
            again(app, who, campaign, id, "Somebody else changed the choices about this table, or added it, since you opened this page. Nothing was forgotten. Look at it as it stands now.").await
        }
    }
}

async fn ask(
    app: &App,
    who: &Organizer,
    campaign: &Campaign,
    import: &Import,
    back: String,
) -> Result<HttpResponse, Fault> {
    let id = import.id;
    let lines = app.db.read(move |conn| imports::fates(conn, id)).await?.values().sum::<i64>();
    let hidden =
        vec![("of", import.id.to_string()), ("version", import.version.to_string()), ("do", NOW.to_owned())];
    let lines = if lines == 1 { "1 line".to_owned() } else { format!("{lines} lines") };
    let question = format!("Forget this table of {lines}?");
    let sure = Sure::new(app, &who.staff, campaign, Here::FromElsewhere, question, "Forget it")
        .happens([
            "Its lines and the choices about them are erased here and do not come back.".to_owned(),
            "Nothing of it is on the list, and nobody on the list is taken off. The history keeps that it was forgotten."
                .to_owned(),
        ])
        .sent_to(format!("{back}/table"), hidden, super::preview::address(campaign, id));
    Ok(page(&sure)?)
}

fn drop(tx: &mut Tx<'_>, app: &App, who: &Organizer, (id, version): (ImportId, i64)) -> Result<bool, Stop> {
    // With the campaign's row held, nobody adds it meanwhile.
    changeable(tx, who.campaign)?;
    let lines = imports::fates(tx, id)?.values().sum::<i64>();
    if !imports::drop_import(tx, id, version)? {
        return Ok(false);
    }
    let subject = Subject::Campaign(who.campaign);
    let act = Act::new(app.clock.now(), Actor::Staff(who.staff.id), subject, "forgot a table from elsewhere");
    let act = act.in_campaign(who.campaign);
    audit::record(tx, &app.random, Act { old: Some(lines.to_string()), ..act })?;
    Ok(true)
}
