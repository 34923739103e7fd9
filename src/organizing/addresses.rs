//! GET, POST /staff/addresses: the organizations that agreed to be invited to later letters of this instance.

use super::create::may_create;
use super::invitation_lines::Invitee;
use crate::account::{Acting, Staff};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{Campaign, store as campaigns};
use crate::ids::{AddressId, CampaignId};
use crate::sign_on::store::{self, ContactError};
use crate::sign_on::{BOOK_MONTHS, BookEntry};
use crate::text::fold;
use crate::web::page::{Page, page, see};
use crate::web::show::Moment;
use crate::web::{App, Fault};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use std::collections::BTreeMap;

async fn admit(app: &App, staff: &Staff) -> Result<(), Fault> {
    match may_create(app, staff).await? {
        true => Ok(()),
        false => Err(Fault::Forbidden(
            "Only administrators and organizers see the address book. Nothing was changed.",
        )),
    }
}

/// An organization on the page. Its address is not: it is shown where it is used.
pub(super) struct Row {
    pub(super) id: AddressId,
    pub(super) organization: String,
    pub(super) country: &'static str,
    pub(super) website: String,
    /// The letter that it signed last; empty where that is gone.
    pub(super) letter: String,
    pub(super) signed: Moment,
    pub(super) until: Moment,
}

impl Row {
    pub(super) fn new(entry: &BookEntry, titles: &BTreeMap<CampaignId, String>, app: &App) -> Self {
        let now = app.clock.now();
        Self {
            id: entry.id,
            organization: entry.organization.to_string(),
            country: entry.country.map_or("", |country| country.name()),
            website: entry.website.as_ref().map(|url| url.shown()).unwrap_or_default(),
            letter: entry.campaign.and_then(|id| titles.get(&id).cloned()).unwrap_or_default(),
            signed: Moment::new(entry.signed_at, now),
            until: Moment::new(entry.ends_at(), now),
        }
    }
}

/// Every organization in the book, and the titles of the letters that they signed.
pub(super) async fn rows(app: &App) -> Result<Vec<Row>, Fault> {
    let (keys, now) = (app.keys.clone(), app.clock.now());
    let read = app.db.read(move |conn| -> Result<_, ContactError> {
        Ok((store::book(conn, &keys, now)?, campaigns::all(conn)?))
    });
    let (entries, letters) = read.await?;
    // Organizers of every letter read this page: that there is a letter under embargo is not for all of them.
    let title =
        |letter: Campaign| letter.is_visible(now).then(|| (letter.id, letter.settings.title.to_string()));
    let titles: BTreeMap<CampaignId, String> = letters.into_iter().filter_map(title).collect();
    Ok(entries.iter().map(|entry| Row::new(entry, &titles, app)).collect())
}

/// Everybody in the book.
pub(super) async fn all(app: &App) -> Result<Vec<BookEntry>, Fault> {
    let (keys, now) = (app.keys.clone(), app.clock.now());
    Ok(app.db.read(move |conn| store::book(conn, &keys, now)).await?)
}

/// The entry that somebody on a list is.
pub(super) fn of<'a>(book: &'a [BookEntry], invitee: &Invitee) -> Option<&'a BookEntry> {
    let (name, email) = (fold(invitee.organization.as_str()), invitee.email.canonical());
    book.iter().find(|entry| entry.email.canonical() == email && fold(entry.organization.as_str()) == name)
}

/// The page.
pub(super) async fn show(request: HttpRequest, staff: Staff, app: Data<App>) -> Result<HttpResponse, Fault> {
    admit(&app, &staff).await?;
    let notice =
        if request.query_string() == "removed" { "It is taken out of the address book." } else { "" };
    Ok(page(&Addresses {
        page: staff.page(&app, "Address book – Undersigned"),
        notice,
        rows: rows(&app).await?,
        months: BOOK_MONTHS,
    })?)
}

/// Takes one out, because it should not be there: only the organization itself can come back.
pub(super) async fn act(
    Acting { who: staff, fields }: Acting<Staff>,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    admit(&app, &staff).await?;
    let id = AddressId::parse(fields.get("address"));
    let id = id.ok_or(Fault::Unprocessable("The form does not say which organization is meant."))?;
    if fields.get("do") != "remove_now" {
        let row = rows(&app).await?.into_iter().find(|row| row.id == id).ok_or(Fault::NotFound)?;
        let page_of_staff = staff.page(&app, "Take it out of the address book? – Undersigned");
        return Ok(page(&Remove { page: page_of_staff, row })?);
    }
    let (of_app, by) = (app.clone(), staff.id);
    let write = move |tx: &mut crate::db::Tx<'_>| -> Result<(), crate::db::Error> {
        // Of one that is out already nothing is changed, and the answer is the same.
        if store::leave_book(tx, id)? {
            let past = "took an organization out of the address book";
            audit::record(
                tx,
                &of_app.random,
                Act::new(of_app.clock.now(), Actor::Staff(by), Subject::Instance, past),
            )?;
        }
        Ok(())
    };
    app.db.write(write).await?;
    Ok(see("/staff/addresses?removed"))
}

#[derive(Template)]
#[template(path = "organizing/addresses.html")]
struct Addresses {
    page: Page,
    notice: &'static str,
    rows: Vec<Row>,
    months: i64,
}

#[derive(Template)]
#[template(path = "organizing/address_remove.html")]
struct Remove {
    page: Page,
    row: Row,
}
