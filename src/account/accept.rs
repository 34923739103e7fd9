//! Accepting an invitation: a name, a password, and in.

use super::access::from_our_page;
use super::dead_link::{self, Alive, Dead};
use super::enter::enter;
use super::password::{HashError, NewPassword, Passwords};
use super::person::Person;
use super::role::Role;
use super::said::{BUSY, BUSY_SECONDS, STALE};
use super::session::Presented;
use super::store::{self, Purpose};
use crate::audit::{self, Act, Actor, Subject};
use crate::db::{self, Tx};
use crate::text::PersonName;
use crate::web::csrf;
use crate::web::form::{Filled, Form, Problems};
use crate::web::page::{Page, page_of};
use crate::web::rate_limit::Limit;
use crate::web::show::Moment;
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

const FORM: &str = "accept an invitation";

#[derive(Template)]
#[template(path = "account/invitation.html")]
struct Invitation {
    page: Page,
    form: Filled,
    token: String,
    action: &'static str,
    role: &'static str,
    letter_title: String,
    email: String,
    until: Moment,
}

/// GET /staff/invitations/{token}
pub(super) async fn show(
    request: HttpRequest,
    app: web::Data<App>,
    token: web::Path<String>,
) -> Result<HttpResponse, Fault> {
    app.limits.check(Limit::Links, app.network(&request), app.clock.now())?;
    match dead_link::look(&app, &token, Purpose::Invitation).await? {
        Ok(alive) => form(&app, alive, StatusCode::OK, Filled::default()).await,
        Err(dead) => dead.page(),
    }
}

async fn form(app: &App, alive: Alive, status: StatusCode, form: Filled) -> Result<HttpResponse, Fault> {
    let Alive { account, digest, until } = alive;
    let (id, administrator) = (account.id, account.administrator);
    let work = app.db.read(move |conn| store::work(conn, id, administrator)).await?;
    let role = match administrator {
        true => Role::Administrator,
        false => work.iter().map(|work| work.role).max().unwrap_or(Role::Moderator),
    };
    let titles: Vec<_> = work.into_iter().map(|work| work.place.title).collect();
    Ok(page_of(
        status,
        &Invitation {
            page: Page::new("Your invitation – Undersigned").not_indexed(),
            form,
            token: app.form_token(FORM, digest.as_bytes()),
            // An empty action sends the form to the page's own address, which alone holds the secret.
            action: "",
            role: role.as_str(),
            letter_title: if administrator { String::new() } else { titles.join(", ") },
            email: account.person.email.shown(),
            until: Moment::new(until, app.clock.now()),
        },
    )?)
}

/// POST /staff/invitations/{token}
pub(super) async fn accept(
    request: HttpRequest,
    app: web::Data<App>,
    passwords: web::Data<Passwords>,
    token: web::Path<String>,
    Form(fields): Form,
) -> Result<HttpResponse, Fault> {
    from_our_page(&request, &app)?;
    app.limits.check(Limit::Links, app.network(&request), app.clock.now())?;
    let alive = match dead_link::look(&app, &token, Purpose::Invitation).await? {
        Ok(alive) => alive,
        Err(dead) => return dead.page(),
    };
    let mut problems = Problems::default();
    if app.check_form_token(fields.get(csrf::FIELD), FORM, alive.digest.as_bytes()).is_err() {
        problems.add("name", STALE);
    }
    let name = problems.take("name", PersonName::parse(fields.get("name")));
    let person = Person { name, email: alive.account.person.email.clone() };
    let password = problems.take("password", NewPassword::parse(fields.get("password"), &person));
    let Some(password) = password.filter(|_| problems.is_empty()) else {
        return form(&app, alive, StatusCode::UNPROCESSABLE_ENTITY, Filled::new(fields, problems)).await;
    };
    let hash = match passwords.hash(password).await {
        Ok(hash) => hash,
        Err(HashError::Busy) => {
            problems.add("password", BUSY);
            let again = Filled::new(fields, problems);
            let mut answer = form(&app, alive, StatusCode::SERVICE_UNAVAILABLE, again).await?;
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(BUSY_SECONDS));
            return Ok(answer);
        }
        Err(error) => return Err(Fault::unexpected(error)),
    };
    let (keys, random, now, digest) = (app.keys.clone(), app.random.clone(), app.clock.now(), alive.digest);
    let presented = Presented::by(&request, &app.base_url);
    let opened = app.db.write(move |tx: &mut Tx<'_>| {
        let Some(account) = store::use_up(tx, digest, Purpose::Invitation, now)? else {
            return Ok::<_, db::Error>(None);
        };
        store::set_person(tx, &keys, &random, account, &person)?;
        store::set_password(tx, account, &hash)?;
        store::void(tx, account, now)?;
        let act = Act::new(now, Actor::Staff(account), Subject::Account(account), "accepted the invitation");
        audit::record(tx, &random, act)?;
        enter(tx, &random, now, account, presented).map(Some)
    });
    match opened.await? {
        Some(entered) => Ok(entered.see(&app.base_url, super::next::HOME)),
        None => Dead::Gone.page(),
    }
}
