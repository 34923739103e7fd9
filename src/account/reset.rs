//! A new password, by a link to the mailbox of the account.

use super::access::from_our_page;
use super::alert::{Alert, tell};
use super::dead_link::{self, Alive, Dead};
use super::enter::enter;
use super::mails::To;
use super::password::{HashError, NewPassword, Passwords};
use super::said::{BUSY, BUSY_SECONDS, STALE};
use super::session::Presented;
use super::store::{self, Purpose};
use crate::audit::{self, Act, Actor, Subject};
use crate::clock::hours;
use crate::db::Tx;
use crate::ids::AccountId;
use crate::mail::Outbox;
use crate::secret::Token;
use crate::text::EmailAddress;
use crate::web::csrf;
use crate::web::form::{Fields, Filled, Form, Problems};
use crate::web::page::{Page, page, page_of, see};
use crate::web::rate_limit::Limit;
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

/// How long a link works.
const HOURS: i64 = 1;
/// The most links for one account in an hour; who asks for more is answered as always.
const MOST_AN_HOUR: i64 = 3;

const ASK_FORM: &str = "ask for a new password";
const SET_FORM: &str = "set a new password";

#[derive(Template)]
#[template(path = "account/reset.html")]
struct Ask {
    page: Page,
    form: Filled,
    token: String,
    action: &'static str,
    term: &'static str,
}

#[derive(Template)]
#[template(path = "account/reset_sent.html")]
struct Sent {
    page: Page,
}

#[derive(Template)]
#[template(path = "account/new_password.html")]
struct Set {
    page: Page,
    form: Filled,
    token: String,
    action: &'static str,
    email: String,
}

/// GET /login/reset
pub(super) async fn show(app: web::Data<App>) -> Result<HttpResponse, Fault> {
    ask_form(&app, StatusCode::OK, Filled::default())
}

fn ask_form(app: &App, status: StatusCode, form: Filled) -> Result<HttpResponse, Fault> {
    let page = Page::new("Set a new password – Undersigned").not_indexed();
    let token = app.form_token(ASK_FORM, b"");
    Ok(page_of(status, &Ask { page, form, token, action: "/login/reset", term: "one hour" })?)
}

/// POST /login/reset
pub(super) async fn ask(
    request: HttpRequest,
    app: web::Data<App>,
    outbox: web::Data<Outbox>,
    Form(fields): Form,
) -> Result<HttpResponse, Fault> {
    from_our_page(&request, &app)?;
    let mut problems = Problems::default();
    if app.check_form_token(fields.get(csrf::FIELD), ASK_FORM, b"").is_err() {
        problems.add("email", STALE);
    }
    let email = problems.take("email", EmailAddress::parse(fields.get("email")));
    let Some(email) = email.filter(|_| problems.is_empty()) else {
        return ask_form(&app, StatusCode::UNPROCESSABLE_ENTITY, Filled::new(fields, problems));
    };
    app.limits.check(Limit::LogIns, app.network(&request), app.clock.now())?;
    let keys = app.keys.clone();
    if let Some(id) = app.db.read(move |conn| store::id_by_email(conn, &keys, &email)).await? {
        // Not waited for, so that the time of the answer tells nobody whether there is an account. Should it fail, whoever asked
        // has been promised nothing.
        actix_web::rt::spawn(async move {
            if let Err(error) = send_link(&app, &outbox, id).await {
                tracing::warn!(%error, "a link to set a new password was not sent");
            }
        });
    }
    Ok(see("/login/reset/sent"))
}

/// GET /login/reset/sent
pub(super) async fn sent() -> Result<HttpResponse, Fault> {
    Ok(page(&Sent { page: Page::new("Now open your mail – Undersigned").not_indexed() })?)
}

/// Mails a link to an account that can be logged in to, unless there were too many lately.
async fn send_link(app: &App, outbox: &Outbox, id: AccountId) -> Result<(), Fault> {
    let (keys, now) = (app.keys.clone(), app.clock.now());
    let account = app.db.read(move |conn| store::by_id(conn, &keys, id)).await?;
    let able = account.filter(|account| account.has_password && account.disabled_at.is_none());
    let Some(account) = able else { return Ok(()) };
    let token = Token::make(&app.random);
    let to = To {
        base: &app.base_url,
        account: account.id,
        email: &account.person.email,
        link: app.base_url.join(&format!("/login/reset/{}", token.reveal())),
    };
    let until = now.plus(hours(HOURS));
    let message = to.password_reset(until).map_err(Fault::unexpected)?;
    let mail = outbox.prepare(&message).map_err(Fault::unexpected)?;
    let random = app.random.clone();
    let sent = app.db.write(move |tx: &mut Tx<'_>| {
        // Asked for many times at once, they are counted one after the other.
        store::hold(tx, account.id)?;
        if store::count_since(tx, account.id, Purpose::Reset, now.plus(hours(-1)))? < MOST_AN_HOUR {
            store::insert_token(tx, token.digest(), Purpose::Reset, account.id, now, until)?;
            let act = Act::new(now, Actor::Visitor, Subject::Account(account.id), "asked for a new password");
            audit::record(tx, &random, act)?;
            mail.enqueue(tx)?;
        }
        Ok::<_, crate::db::Error>(())
    });
    Ok(sent.await?)
}

/// GET /login/reset/{token}
pub(super) async fn show_link(
    request: HttpRequest,
    app: web::Data<App>,
    token: web::Path<String>,
) -> Result<HttpResponse, Fault> {
    app.limits.check(Limit::Links, app.network(&request), app.clock.now())?;
    match dead_link::look(&app, &token, Purpose::Reset).await? {
        Ok(alive) => set_form(&app, &alive, StatusCode::OK, Filled::default()),
        Err(dead) => dead.page(),
    }
}

fn set_form(app: &App, alive: &Alive, status: StatusCode, form: Filled) -> Result<HttpResponse, Fault> {
    let page = Page::new("Your new password – Undersigned").not_indexed();
    let token = app.form_token(SET_FORM, alive.digest.as_bytes());
    // An empty action sends the form to the page's own address, which alone holds the secret.
    Ok(page_of(status, &Set { page, form, token, action: "", email: alive.account.person.email.shown() })?)
}

/// POST /login/reset/{token}
pub(super) async fn set(
    request: HttpRequest,
    app: web::Data<App>,
    outbox: web::Data<Outbox>,
    passwords: web::Data<Passwords>,
    token: web::Path<String>,
    Form(fields): Form,
) -> Result<HttpResponse, Fault> {
    from_our_page(&request, &app)?;
    app.limits.check(Limit::Links, app.network(&request), app.clock.now())?;
    let alive = match dead_link::look(&app, &token, Purpose::Reset).await? {
        Ok(alive) => alive,
        Err(dead) => return dead.page(),
    };
    let mut problems = Problems::default();
    if app.check_form_token(fields.get(csrf::FIELD), SET_FORM, alive.digest.as_bytes()).is_err() {
        problems.add("password", STALE);
    }
    let password =
        problems.take("password", NewPassword::parse(fields.get("password"), &alive.account.person));
    let Some(password) = password.filter(|_| problems.is_empty()) else {
        let form = Filled::new(fields, problems);
        return set_form(&app, &alive, StatusCode::UNPROCESSABLE_ENTITY, form);
    };
    let hash = match passwords.hash(password).await {
        Ok(hash) => hash,
        Err(HashError::Busy) => return busy(&app, &alive, fields),
        Err(error) => return Err(Fault::unexpected(error)),
    };
    let (random, now, digest) = (app.random.clone(), app.clock.now(), alive.digest);
    let presented = Presented::by(&request, &app.base_url);
    let of_app = app.clone();
    let opened = app.db.write(move |tx: &mut Tx<'_>| {
        let Some(account) = store::use_up(tx, digest, Purpose::Reset, now)? else {
            return Ok::<_, Fault>(None);
        };
        store::set_password(tx, account, &hash)?;
        // Whoever had the old password, or another link, has nothing in the hand any more.
        store::void(tx, account, now)?;
        store::end_sessions(tx, account)?;
        store::end_half_log_ins(tx, account)?;
        store::forget_devices(tx, account)?;
        let act = Act::new(now, Actor::Staff(account), Subject::Account(account), "set a new password");
        audit::record(tx, &random, act)?;
        tell(tx, &of_app, &outbox, account, Alert::Password)?;
        // The second factor stays, and is asked for now.
        Ok(Some(enter(tx, &random, now, account, presented)?))
    });
    match opened.await? {
        Some(entered) => Ok(entered.see(&app.base_url, super::next::HOME)),
        None => Dead::Gone.page(),
    }
}

fn busy(app: &App, alive: &Alive, fields: Fields) -> Result<HttpResponse, Fault> {
    let mut problems = Problems::default();
    problems.add("password", BUSY);
    let mut answer = set_form(app, alive, StatusCode::SERVICE_UNAVAILABLE, Filled::new(fields, problems))?;
    answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(BUSY_SECONDS));
    Ok(answer)
}
