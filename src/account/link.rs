//! The one-time link of the demonstration: it logs in without a password and without a phone.

use super::access::from_our_page;
use super::dead_link::{self, Alive};
use super::session::{self, Presented, Shown};
use super::store::{self, Purpose};
use crate::clock::{Timestamp, hours};
use crate::db::{self, Tx};
use crate::ids::AccountId;
use crate::secret::{Random, Token};
use crate::web::csrf;
use crate::web::form::{Filled, Form};
use crate::web::page::{Page, page};
use crate::web::rate_limit::Limit;
use crate::web::{App, Fault};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

const FORM: &str = "log in by link";

#[derive(Template)]
#[template(path = "account/one_time.html")]
struct OneTime {
    page: Page,
    form: Filled,
    name: String,
    token: String,
}

/// Makes a link that logs somebody in once, within a day, and gives its path. Only the demonstration does: a real instance has no
/// way in without a password.
///
/// # Errors
/// Those of the database.
pub fn make(
    tx: &mut Tx<'_>,
    random: &Random,
    account: AccountId,
    now: Timestamp,
) -> Result<String, db::Error> {
    let token = Token::make(random);
    store::insert_token(tx, token.digest(), Purpose::LogIn, account, now, now.plus(hours(24)))?;
    Ok(format!("/login/{}", token.reveal()))
}

/// GET /login/{token}
pub(super) async fn show(
    request: HttpRequest,
    app: web::Data<App>,
    token: web::Path<String>,
) -> Result<HttpResponse, Fault> {
    app.limits.check(Limit::Links, app.network(&request), app.clock.now())?;
    match dead_link::look(&app, &token, Purpose::LogIn).await? {
        Ok(Alive { account, digest, .. }) => Ok(page(&OneTime {
            page: Page::new("Log in – Undersigned").not_indexed(),
            form: Filled::default(),
            name: account.person.shown(),
            token: app.form_token(FORM, digest.as_bytes()),
        })?),
        Err(dead) => dead.page(),
    }
}

/// POST /login/{token}
pub(super) async fn log_in(
    request: HttpRequest,
    app: web::Data<App>,
    token: web::Path<String>,
    Form(fields): Form,
) -> Result<HttpResponse, Fault> {
    from_our_page(&request, &app)?;
    app.limits.check(Limit::Links, app.network(&request), app.clock.now())?;
    let digest = match dead_link::look(&app, &token, Purpose::LogIn).await? {
        Ok(alive) => alive.digest,
        Err(dead) => return dead.page(),
    };
    app.check_form_token(fields.get(csrf::FIELD), FORM, digest.as_bytes())
        .map_err(|_| Fault::Forbidden("This page was open for too long. Open the link once more."))?;
    let (random, now) = (app.random.clone(), app.clock.now());
    let presented = Presented::by(&request, &app.base_url);
    let opened = app.db.write(move |tx| match store::use_up(tx, digest, Purpose::LogIn, now)? {
        Some(account) => {
            session::open(tx, &random, now, account, presented, Shown::LinkOfDemonstration).map(Some)
        }
        None => Ok::<_, db::Error>(None),
    });
    match opened.await? {
        Some(opened) => Ok(opened.see(&app.base_url, super::next::HOME)),
        None => dead_link::Dead::Gone.page(),
    }
}
