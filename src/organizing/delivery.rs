//! To whom the letter was delivered: written down, corrected, and what came back. What everybody reads of it stands in the same place as it is typed.

mod read;
mod tell;
mod view;

pub(super) use tell::{ask as ask_to_tell, tell};

use super::held::{Stop, changeable};
use super::history;
use super::life::load;
use super::sure::Sure;
use crate::account::{Acting, Organizer, store as accounts};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::store::{self as campaigns, PreviewError};
use crate::campaign::{Campaign, Delivery, DeliveryLine, Here};
use crate::db::{self, Conn, Tx};
use crate::delivery::{Telling, store as tellings};
use crate::ids::{AccountId, CampaignId, DeliveryId, TellingId};
use crate::list::store as lists;
use crate::secret::Keys;
use crate::web::form::{self, Fields, Filled};
use crate::web::page::{page_of, see};
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use read::Written;
use std::collections::BTreeMap;
use view::View;

/// Everything that the page says.
pub(super) struct Read {
    campaign: Campaign,
    deliveries: Vec<Delivery>,
    by_whom: BTreeMap<DeliveryId, DeliveryLine>,
    tellings: BTreeMap<TellingId, Telling>,
    names: BTreeMap<AccountId, String>,
    /// How many are on the list, how many of them nobody represents, how many mailboxes would be mailed.
    counts: (usize, usize, usize),
}

/// Why it could not be read.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Sealed(#[from] PreviewError),
    #[error(transparent)]
    Accounts(#[from] accounts::Error),
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Database(error) | Failure::Sealed(PreviewError::Database(error)) => error.into(),
            Failure::Sealed(PreviewError::Sealed(error)) => error.into(),
            Failure::Accounts(error) => error.into(),
        }
    }
}

fn read(conn: &mut Conn, keys: &Keys, campaign: Campaign) -> Result<Read, Failure> {
    let id = campaign.id;
    let deliveries = campaigns::deliveries_of(conn, id)?;
    let tellings = tellings::of_campaign(conn, id)?;
    let people = deliveries.iter().map(|delivery| delivery.made_by);
    let mut people: Vec<AccountId> = people.chain(tellings.values().map(|telling| telling.made_by)).collect();
    people.sort_unstable();
    people.dedup();
    Ok(Read {
        by_whom: campaigns::bearers(conn, keys, id)?,
        names: accounts::names(conn, keys, &people)?,
        counts: tellings::count(conn, id)?,
        tellings,
        deliveries,
        campaign,
    })
}

async fn read_all(app: &App, campaign: CampaignId) -> Result<Read, Fault> {
    let (campaign, keys) = (load(app, campaign).await?, app.keys.clone());
    Ok(app.db.read(move |conn| read(conn, &keys, campaign)).await?)
}

/// The page.
pub(super) async fn show(
    request: HttpRequest,
    who: Organizer,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let read = read_all(&app, who.campaign).await?;
    let wish = form::query(&request)?;
    let of = match wish.get("of") {
        "" => None,
        id => {
            let id = DeliveryId::parse(id).ok_or(Fault::NotFound)?;
            Some(read.deliveries.iter().find(|delivery| delivery.id == id).cloned().ok_or(Fault::NotFound)?)
        }
    };
    let form = match &of {
        Some(delivery) => read::stands(delivery, read.by_whom.get(&delivery.id), &read.campaign),
        None => {
            let id = DeliveryId::new(app.clock.now().millis(), app.random.bytes());
            let live = lists::live(&app.db, &app.clock, &app.random, who.campaign).await?;
            read::empty(id, live.map(|live| live.edition.number))
        }
    };
    let notice = match wish.get("done") {
        "saved" => "Saved. Where it is to be shown, everybody reads it now.",
        "removed" => "Removed.",
        "told" => "The mails are on their way; this page counts them.",
        _ => "",
    };
    let view = View::new(&app, &who.staff, &read, of.as_ref(), form);
    Ok(page_of(StatusCode::OK, &view.with_notice(notice))?)
}

/// One of the page's buttons.
pub(super) async fn act(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let id = DeliveryId::parse(fields.get("delivery"));
    let id = id.ok_or(Fault::Unprocessable("The form does not say which delivery is meant."))?;
    let read = read_all(&app, who.campaign).await?;
    let before = read.deliveries.iter().find(|delivery| delivery.id == id).cloned();
    match (fields.get("do"), before) {
        ("save", before) => save(&app, &who, &read, id, before, fields).await,
        ("remove", Some(before)) => Ok(page_of(StatusCode::OK, &ask_to_remove(&app, &who, &read, &before))?),
        ("remove_now", Some(before)) => remove(&app, &who, &read, before, &fields).await,
        // Pressed twice.
        ("remove_now", None) => Ok(here(&read.campaign, "removed")),
        _ => Err(Fault::Unprocessable("The form does not say what to do. Nothing was changed.")),
    }
}

fn here(campaign: &Campaign, done: &str) -> HttpResponse {
    see(&format!("/staff/letters/{}/delivery?done={done}", campaign.settings.slug))
}

async fn save(
    app: &Data<App>,
    who: &Organizer,
    read: &Read,
    id: DeliveryId,
    before: Option<Delivery>,
    fields: Fields,
) -> Result<HttpResponse, Fault> {
    let now = app.clock.now();
    let written = match read::written(&fields, &read.campaign, now) {
        Ok(written) => written,
        Err(problems) => return mend(app, who, read, before.as_ref(), Filled::new(fields, problems)),
    };
    // Which edition that is: known by its number, as the page of editions lists it.
    let edition = match written.edition {
        Some(number) => {
            let of = who.campaign;
            let found = app.db.read(move |conn| super::store::edition(conn, of, number)).await?;
            if found.is_none() {
                let problems = read::no_such_edition();
                return mend(app, who, read, before.as_ref(), Filled::new(fields, problems));
            }
            found
        }
        None => None,
    };
    let Written { by_whom, .. } = &written;
    let (by_whom, is_new) = (by_whom.clone(), before.is_none());
    let after = written.delivery((id, who.campaign), edition, before.as_ref(), (who.staff.id, now));
    let is_same = |before: &Delivery| {
        Delivery { changed_at: before.changed_at, ..after.clone() } == *before
            && read.by_whom.get(&id) == by_whom.as_ref()
    };
    // Nothing to write: also where the button is pressed twice.
    if before.as_ref().is_some_and(is_same) {
        return Ok(here(&read.campaign, "saved"));
    }
    if !is_new && fields.get("version") != after.version.to_string() {
        return Err(history::overtaken_in(app, who.campaign, &history::DELIVERIES).await?);
    }
    let (of_app, by) = (app.clone(), who.staff.id);
    let wrote = app.db.write(move |tx| record(tx, &of_app, before.as_ref(), &after, by_whom.as_ref(), by));
    match wrote.await {
        Ok(true) => Ok(here(&read.campaign, "saved")),
        Ok(false) | Err(Stop::Database(db::Error::Unique(_))) => {
            Err(history::overtaken_in(app, who.campaign, &history::DELIVERIES).await?)
        }
        Err(other) => Err(other.into()),
    }
}

fn mend(
    app: &App,
    who: &Organizer,
    read: &Read,
    before: Option<&Delivery>,
    form: Filled,
) -> Result<HttpResponse, Fault> {
    Ok(page_of(StatusCode::UNPROCESSABLE_ENTITY, &View::new(app, &who.staff, read, before, form))?)
}

fn record(
    tx: &mut Tx<'_>,
    app: &App,
    before: Option<&Delivery>,
    after: &Delivery,
    by_whom: Option<&DeliveryLine>,
    by: AccountId,
) -> Result<bool, Stop> {
    let id = after.campaign;
    changeable(tx, id)?;
    let past = match before {
        None => {
            campaigns::insert_delivery(tx, &app.keys, &app.random, after, by_whom)?;
            "wrote down a delivery"
        }
        Some(before) => {
            let both = (before, after);
            if !campaigns::replace_delivery(tx, &app.keys, &app.random, both, by_whom)? {
                return Ok(false);
            }
            "changed a delivery"
        }
    };
    // Who carried the letter is not in the history: it may name a person.
    let act = Act::new(app.clock.now(), Actor::Staff(by), Subject::Campaign(id), past).in_campaign(id);
    let old = before.map(read::said);
    audit::record(tx, &app.random, Act { old, new: Some(read::said(after)), ..act })?;
    campaigns::raise_list_revision(tx, id)?;
    Ok(true)
}

fn ask_to_remove(app: &App, who: &Organizer, read: &Read, before: &Delivery) -> Sure {
    let href = format!("/staff/letters/{}/delivery", read.campaign.settings.slug);
    let hidden = vec![
        ("delivery", before.id.to_string()),
        ("version", before.version.to_string()),
        ("do", "remove_now".to_owned()),
    ];
    let question = format!("Remove the delivery to {}?", before.recipient);
    Sure::new(app, &who.staff, &read.campaign, Here::Delivery, question, "Remove it")
        .happens([
            "It is gone from this page and from the letter’s own, with the reply. The history keeps that it was there."
                .to_owned(),
        ])
        .sent_to(href.clone(), hidden, format!("{href}?of={}", before.id))
}

async fn remove(
    app: &Data<App>,
    who: &Organizer,
    read: &Read,
    before: Delivery,
    fields: &Fields,
) -> Result<HttpResponse, Fault> {
    if before.told_by.is_some() || before.reply_told_by.is_some() {
        return Err(Fault::Overtaken(
            "Those who signed were told of this delivery, so it stays. Correct it instead. Nothing was changed."
                .to_owned(),
        ));
    }
    if fields.get("version") != before.version.to_string() {
        return Err(history::overtaken_in(app, who.campaign, &history::DELIVERIES).await?);
    }
    let (of_app, by) = (app.clone(), who.staff.id);
    let removed = app.db.write(move |tx| -> Result<bool, Stop> {
        let id = before.campaign;
        changeable(tx, id)?;
        if !campaigns::remove_delivery(tx, &before)? {
            return Ok(false);
        }
        let past = "removed a delivery";
        let act = Act::new(of_app.clock.now(), Actor::Staff(by), Subject::Campaign(id), past);
        audit::record(tx, &of_app.random, Act { old: Some(read::said(&before)), ..act.in_campaign(id) })?;
        campaigns::raise_list_revision(tx, id)?;
        Ok(true)
    });
    match removed.await? {
        true => Ok(here(&read.campaign, "removed")),
        false => Err(history::overtaken_in(app, who.campaign, &history::DELIVERIES).await?),
    }
}
