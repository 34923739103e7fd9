//! POST /sign-ons/{token}/later: a representative agrees that their organization may be invited to later letters, or ends that.

use super::book::{BookEntry, JOINED_BOOK, LEFT_BOOK};
use super::private_page::{Came, LATER, again, behind, book_entry, own, theirs};
use super::receive::Failure;
use super::state::{SignOn, State};
use super::store;
use super::submission::Representative;
use super::verify::{Signer, unknown};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Campaign};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::ids::AddressId;
use crate::secret::TokenDigest;
use crate::web::form::Problems;
use crate::web::link::Sent;
use crate::web::page::see;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

/// What was asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    Join,
    Leave,
}

/// What became of it.
enum Became {
    Done,
    Unknown,
    /// They are not on the list, or nobody is named any more.
    NotNow,
}

/// The buttons of the private page.
pub(super) async fn act(app: Data<App>, sent: Sent<Signer>) -> Result<HttpResponse, Fault> {
    let (token, fields, is_fresh) = sent.checked(&app, LATER);
    let mut problems = Problems::default();
    let wish = match fields.get("do") {
        "join" => Wish::Join,
        "leave" => Wish::Leave,
        _ => return Err(Fault::Unprocessable("The form does not say what to do. Nothing was changed.")),
    };
    if !is_fresh {
        problems.add("later", "The page was too old to send this. Send it now.");
        return again(&app, &token, Came::Mend(fields, problems), StatusCode::FORBIDDEN).await;
    }
    if wish == Wish::Join && !fields.is_ticked("later") {
        problems
            .add("later", "Tick this if your organization agrees. If it does not, there is nothing to do.");
        return again(&app, &token, Came::Mend(fields, problems), StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let (of_app, digest) = (app.clone(), token.digest());
    match app.db.write(move |tx| record(tx, &of_app, digest, wish)).await? {
        Became::Done => Ok(see(&format!("/sign-ons/{}#later-letters", token.reveal()))),
        Became::Unknown => unknown(),
        Became::NotNow => Err(Fault::Overtaken(
            "This can be agreed to once the organization is on the list, by somebody who represents it. Nothing was changed."
                .to_owned(),
        )),
    }
}

fn record(tx: &mut Tx<'_>, app: &App, token: TokenDigest, wish: Wish) -> Result<Became, Failure> {
    let now = app.clock.now();
    let Some((campaign, _)) = behind(tx, token, now)? else { return Ok(Became::Unknown) };
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    campaign::store::hold(tx, campaign.id)?;
    let Some((campaign, sign_on)) = behind(tx, token, now)? else { return Ok(Became::Unknown) };
    let Some(own) = own(tx, token)? else { return Ok(Became::Unknown) };
    let contacts = store::contacts_of(tx, &app.keys, own.id)?;
    let contacts = theirs(tx, token, contacts)?;
    let Some(contact) = contacts.first() else { return Ok(Became::NotNow) };
    let stands = book_entry(tx, &app.keys, &sign_on, &contacts)?;
    let past = match (wish, stands) {
        (Wish::Join, Some(_)) | (Wish::Leave, None) => return Ok(Became::Done),
        (Wish::Leave, Some(entry)) => {
            store::leave_book(tx, entry.id)?;
            LEFT_BOOK
        }
        (Wish::Join, None) => {
            let told = store::as_told(tx, sign_on.clone(), now)?;
            let State::Approved { at, .. } = told.state else { return Ok(Became::NotNow) };
            if !sign_on.entry.is_named() {
                return Ok(Became::NotNow);
            }
            let entry = new(app, &campaign, &sign_on, contact, (at, now));
            store::put_book_entry(tx, &app.keys, &app.random, &entry)?;
            JOINED_BOOK
        }
    };
    let act = Act::new(now, Actor::Representative, Subject::SignOn(sign_on.id), past);
    audit::record(tx, &app.random, act.in_campaign(campaign.id))?;
    Ok(Became::Done)
}

fn new(
    app: &App,
    campaign: &Campaign,
    sign_on: &SignOn,
    contact: &Representative,
    (signed_at, agreed_at): (Timestamp, Timestamp),
) -> BookEntry {
    let entry = &sign_on.entry;
    BookEntry {
        id: AddressId::new(agreed_at.millis(), app.random.bytes()),
        organization: entry.organization.clone(),
        acronym: entry.acronym.clone(),
        native_name: entry.native_name.clone(),
        sort_as: entry.sort_as.clone(),
        website: entry.website.clone(),
        country: entry.country,
        language: campaign.settings.language.clone(),
        email: contact.email.clone(),
        sign_on: Some(sign_on.id),
        campaign: Some(campaign.id),
        signed_at,
        agreed_at,
    }
}
