//! GET, POST /addresses/{token}: an organization that was invited from the address book leaves it.

use super::behind::{Asked, unknown};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign;
use crate::db::Tx;
use crate::secret::TokenDigest;
use crate::sign_on::store::{self, ContactError};
use crate::sign_on::{BOOK_MONTHS, LEFT_BOOK};
use crate::web::link::{Link, Sent};
use crate::web::page::{Page, page, page_of, see};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

/// What the form is bound to.
const PURPOSE: &str = "leave address book";

/// The page with the button. It changes nothing, whoever opens it and however often.
pub(super) async fn show(app: Data<App>, Link { token, .. }: Link<Asked>) -> Result<HttpResponse, Fault> {
    let (keys, digest) = (app.keys.clone(), token.digest());
    let found = app.db.read(move |conn| store::book_entry_behind(conn, &keys, digest)).await?;
    match found {
        None => unknown(),
        Some(None) => Ok(page(&Ended::new())?),
        Some(Some(entry)) => Ok(page(&Leave {
            page: Page::new("End invitations to later letters – Undersigned").not_indexed(),
            organization: entry.organization.to_string(),
            email: entry.email.shown(),
            action: format!("/addresses/{}", token.reveal()),
            token: app.form_token(PURPOSE, digest.as_bytes()),
            months: BOOK_MONTHS,
            is_old: false,
        })?),
    }
}

/// Takes it out. However often it is pressed, the answer is the same.
pub(super) async fn end(app: Data<App>, sent: Sent<Asked>) -> Result<HttpResponse, Fault> {
    let (token, _, is_fresh) = sent.checked(&app, PURPOSE);
    let (keys, digest) = (app.keys.clone(), token.digest());
    let found = app.db.read(move |conn| store::book_entry_behind(conn, &keys, digest)).await?;
    let done = see("/addresses/ended");
    let entry = match found {
        None => return unknown(),
        Some(None) => return Ok(done),
        Some(Some(entry)) => entry,
    };
    if !is_fresh {
        let template = Leave {
            page: Page::new("End invitations to later letters – Undersigned").not_indexed(),
            organization: entry.organization.to_string(),
            email: entry.email.shown(),
            action: format!("/addresses/{}", token.reveal()),
            token: app.form_token(PURPOSE, digest.as_bytes()),
            months: BOOK_MONTHS,
            is_old: true,
        };
        return Ok(page_of(StatusCode::FORBIDDEN, &template)?);
    }
    let of_app = app.clone();
    app.db.write(move |tx| record(tx, &of_app, digest)).await?;
    Ok(done)
}

fn record(tx: &mut Tx<'_>, app: &App, link: TokenDigest) -> Result<(), ContactError> {
    let Some(Some(entry)) = store::book_entry_behind(tx, &app.keys, link)? else { return Ok(()) };
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    if let Some(campaign) = entry.campaign {
        campaign::store::hold(tx, campaign)?;
    }
    if store::leave_book(tx, entry.id)? {
        let now = app.clock.now();
        let act = match (entry.sign_on, entry.campaign) {
            (Some(sign_on), Some(campaign)) => {
                let act = Act::new(now, Actor::Representative, Subject::SignOn(sign_on), LEFT_BOOK);
                act.in_campaign(campaign)
            }
            _ => Act::new(now, Actor::Representative, Subject::Instance, LEFT_BOOK),
        };
        audit::record(tx, &app.random, act)?;
    }
    Ok(())
}

/// After it has ended, without a link.
pub(super) async fn ended() -> Result<HttpResponse, Fault> {
    Ok(page(&Ended::new())?)
}

#[derive(Template)]
#[template(path = "invited/leave_book.html")]
struct Leave {
    page: Page,
    organization: String,
    email: String,
    action: String,
    token: String,
    months: i64,
    /// Whether the page was too old to send.
    is_old: bool,
}

#[derive(Template)]
#[template(path = "invited/left_book.html")]
struct Ended {
    page: Page,
}

impl Ended {
    fn new() -> Self {
        Self { page: Page::new("No more invitations to later letters – Undersigned").not_indexed() }
    }
}
