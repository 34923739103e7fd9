//! Logging in with address and password, and logging out.

use super::access::{Visitor, from_our_page};
use super::alert::{Alert, tell};
use super::enter::{Entered, enter};
use super::password::{HashError, PasswordHash, Passwords, Typed};
use super::said::{BUSY, BUSY_SECONDS, STALE};
use super::session::{self, Presented};
use super::{next, store};
use crate::audit::{self, Act, Actor, Subject};
use crate::db;
use crate::ids::AccountId;
use crate::mail::Outbox;
use crate::text::EmailAddress;
use crate::web::address::Network;
use crate::web::csrf;
use crate::web::form::{Fields, Filled, Form, Problems};
use crate::web::page::{Page, page_of, see};
use crate::web::rate_limit::{Limit, RetryAfter, Whose};
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

const FORM: &str = "log in";
/// Said of a wrong password, of an address without an account, and of a disabled one, so that nobody learns which it is.
const WRONG: &str = "The address or the password is not right.";

#[derive(Template)]
#[template(path = "account/login.html")]
struct LogIn<'a> {
    page: Page,
    form: Filled,
    token: String,
    next: &'a str,
    reset_href: &'static str,
}

/// GET /login
pub(super) async fn show(
    request: HttpRequest,
    app: web::Data<App>,
    Visitor(staff): Visitor,
) -> Result<HttpResponse, Fault> {
    let next = next::asked(request.query_string());
    if staff.is_some() {
        return Ok(see(next::checked(&next)));
    }
    form(&app, StatusCode::OK, Filled::default(), &next)
}

fn form(app: &App, status: StatusCode, form: Filled, next: &str) -> Result<HttpResponse, Fault> {
    let page = Page::new("Log in – Undersigned").not_indexed();
    let token = app.form_token(FORM, b"");
    Ok(page_of(status, &LogIn { page, form, token, next, reset_href: "/login/reset" })?)
}

/// POST /login
pub(super) async fn log_in(
    request: HttpRequest,
    app: web::Data<App>,
    outbox: web::Data<Outbox>,
    passwords: web::Data<Passwords>,
    Form(fields): Form,
) -> Result<HttpResponse, Fault> {
    from_our_page(&request, &app)?;
    let mut problems = Problems::default();
    if app.check_form_token(fields.get(csrf::FIELD), FORM, b"").is_err() {
        problems.add("email", STALE);
    }
    if fields.get("email").trim().is_empty() {
        problems.add("email", "Write the email address of your account.");
    }
    if fields.get("password").is_empty() {
        problems.add("password", "Write your password.");
    }
    let outcome = match problems.is_empty() {
        true => {
            let presented = Presented::by(&request, &app.base_url);
            attempt(&app, &outbox, &passwords, &fields, presented, app.network(&request)).await?
        }
        false => Outcome::Mend,
    };
    let (status, wait) = match outcome {
        Outcome::Entered(entered) => {
            return Ok(entered.see(&app.base_url, next::checked(fields.get(next::FIELD))));
        }
        Outcome::Mend => (StatusCode::UNPROCESSABLE_ENTITY, None),
        Outcome::Wrong => {
            // Counted by the log, without whom it was for.
            tracing::info!("a log-in failed");
            problems.add("email", WRONG);
            (StatusCode::UNPROCESSABLE_ENTITY, None)
        }
        Outcome::UsedUp(RetryAfter { seconds }) => {
            problems.add(
                "email",
                "There were too many attempts to log in to this account. A browser that has logged in to it before still \
                 can; from any other one, set a new password or come back tomorrow.",
            );
            (StatusCode::TOO_MANY_REQUESTS, Some(seconds))
        }
        Outcome::Busy => {
            problems.add("password", BUSY);
            (StatusCode::SERVICE_UNAVAILABLE, Some(BUSY_SECONDS))
        }
    };
    let next = next::checked(fields.get(next::FIELD)).to_owned();
    let mut answer = form(&app, status, Filled::new(fields, problems), &next)?;
    if let Some(seconds) = wait {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(answer)
}

enum Outcome {
    Entered(Entered),
    Mend,
    Wrong,
    UsedUp(RetryAfter),
    Busy,
}

/// Whom the address belongs to, as far as it matters before the password is checked.
struct Candidate {
    account: Option<(AccountId, PasswordHash)>,
    device_is_known: bool,
}

async fn attempt(
    app: &web::Data<App>,
    outbox: &web::Data<Outbox>,
    passwords: &Passwords,
    fields: &Fields,
    presented: Presented,
    network: Network,
) -> Result<Outcome, Fault> {
    let (email, password) = (fields.get("email"), fields.get("password"));
    // What is no address has no account: the same answer, after the same work.
    let email = EmailAddress::parse(email).ok();
    let candidate = candidate(app, email.clone(), presented).await?;
    if !candidate.device_is_known {
        // Whoever guesses from the network of an office must not keep those out who work there.
        app.limits.check(Limit::LogIns, network, app.clock.now())?;
        app.limits.check(Limit::LogInsOfBlock, network.block(), app.clock.now())?;
    }
    if let Err(used_up) = check_budget(app, email.as_ref(), &candidate, presented) {
        return Ok(Outcome::UsedUp(used_up));
    }
    let stored = candidate.account.as_ref().map(|(_, hash)| hash.clone());
    match passwords.verify(Typed::prepare(password), stored).await {
        Ok(true) => {}
        Ok(false) => return Ok(Outcome::Wrong),
        Err(HashError::Busy) => return Ok(Outcome::Busy),
        Err(error) => return Err(Fault::unexpected(error)),
    }
    let Some((account, hash)) = candidate.account else { return Ok(Outcome::Wrong) };
    let (of_app, outbox, now) = (app.clone(), outbox.clone(), app.clock.now());
    app.db
        .write(move |tx| -> Result<_, Fault> {
            // Meanwhile the account may have been disabled, or have got another password.
            if store::password_of(tx, account)? != Some(hash) {
                return Ok(Outcome::Wrong);
            }
            let entered = enter(tx, &of_app.random, now, account, presented)?;
            if let Entered::Session(opened) = &entered
                && let Some(browser) = &opened.new_browser
            {
                tell(tx, &of_app, &outbox, account, Alert::NewBrowser(browser.clone()))?;
            }
            Ok(Outcome::Entered(entered))
        })
        .await
}

async fn candidate(app: &App, email: Option<EmailAddress>, presented: Presented) -> Result<Candidate, Fault> {
    let keys = app.keys.clone();
    let found = app.db.read(move |conn| -> Result<Candidate, db::Error> {
        let id = match email {
            Some(email) => store::id_by_email(conn, &keys, &email)?,
            None => None,
        };
        // Nobody is asked for in the same way as somebody, so that the time of the answer tells nothing.
        let id = id.unwrap_or(AccountId::new(0, [0; 10]));
        let device_is_known = match presented.device {
            Some(digest) => store::is_known_device(conn, digest, id)?,
            None => false,
        };
        let hash = store::password_of(conn, id)?;
        Ok(Candidate { account: hash.map(|hash| (id, hash)), device_is_known })
    });
    Ok(found.await?)
}

/// Strangers who guess share one allowance for each account, and it is the same for an account that does not exist. A browser that
/// has logged in before has an allowance of its own: so nobody can lock the owner out.
fn check_budget(
    app: &App,
    email: Option<&EmailAddress>,
    candidate: &Candidate,
    presented: Presented,
) -> Result<(), RetryAfter> {
    let now = app.clock.now();
    match (presented.device.filter(|_| candidate.device_is_known), email) {
        (Some(device), _) => app.limits.check(Limit::LogInsOfAccount, Whose::Named(device.as_bytes()), now),
        (None, Some(email)) => {
            let canonical = email.canonical();
            app.limits.check(Limit::LogInsOfAccount, Whose::Named(canonical.as_bytes()), now)
        }
        (None, None) => Ok(()),
    }
}

/// POST /logout. Without a session there is nothing to end, and the answer is the same.
pub(super) async fn log_out(
    request: HttpRequest,
    app: web::Data<App>,
    Form(fields): Form,
) -> Result<HttpResponse, Fault> {
    from_our_page(&request, &app)?;
    let digest = Presented::by(&request, &app.base_url).session;
    let found = match digest {
        Some(digest) => session::visit(&app, digest, store::Place::Instance, false).await?,
        None => None,
    };
    if let (Some(digest), Some(visit)) = (digest, found) {
        super::access::check_form(&app, visit.account.id, &fields)?;
        let (random, now) = (app.random.clone(), app.clock.now());
        app.db
            .write(move |tx| {
                if let Some(account) = store::end_session(tx, digest)? {
                    let act = Act::new(now, Actor::Staff(account), Subject::Account(account), "logged out");
                    audit::record(tx, &random, act)?;
                }
                Ok::<_, db::Error>(())
            })
            .await?;
    }
    let mut answer = see("/login");
    session::take_back(&app.base_url, &mut answer);
    // Not "cookies": that the browser has logged in before is to stay known, or strangers could lock its owner out.
    let nothing_stays = HeaderValue::from_static("\"cache\", \"storage\"");
    answer.headers_mut().insert(HeaderName::from_static("clear-site-data"), nothing_stays);
    Ok(answer)
}
