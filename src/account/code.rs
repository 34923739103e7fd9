//! The second step of a log-in: the code, or a passkey.

use super::access::{Visitor, from_our_page};
use super::alert::{Alert, tell};
use super::password::Passwords;
use super::proof::{self, CODE, Offered, Unproven, WRONG_CODES};
use super::said::{BUSY_SECONDS, STALE};
use super::session::{self, Opened, Presented, Shown};
use super::step_up::Asks;
use super::store::{self, Account, ChallengeFor, Factors};
use super::{challenge, half_open, next};
use crate::mail::Outbox;
use crate::secret::TokenDigest;
use crate::web::csrf;
use crate::web::form::{Filled, Form, Problems};
use crate::web::page::{Page, page_of, see};
use crate::web::rate_limit::{Limit, RetryAfter, Whose};
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

const FORM: &str = "log in: code";

#[derive(Template)]
#[template(path = "account/code.html")]
struct Code<'a> {
    page: Page,
    form: Filled,
    token: String,
    next: &'a str,
    asks: Asks,
}

#[derive(Template)]
#[template(path = "account/code_over.html")]
struct Over {
    page: Page,
}

/// Whose log-in waits for a code.
struct Waiting {
    account: Account,
    factors: Factors,
    digest: TokenDigest,
    /// Whose allowance of codes it is: the browser's, if it has logged in before; else that of the account with this password, so that
    /// a new password gives a new one.
    allowance: Vec<u8>,
}

async fn waiting(
    app: &App,
    digest: Option<TokenDigest>,
    presented: Presented,
) -> Result<Option<Waiting>, Fault> {
    let Some(digest) = digest else { return Ok(None) };
    let (keys, now) = (app.keys.clone(), app.clock.now());
    let read = app.db.read(move |conn| -> Result<_, store::Error> {
        let Some(account) = store::half_log_in(conn, &keys, digest, now)? else { return Ok(None) };
        let known = match presented.device {
            Some(device) if store::is_known_device(conn, device, account.id)? => Some(device),
            _ => None,
        };
        let allowance = match (known, store::password_of(conn, account.id)?) {
            (Some(device), _) => device.as_bytes().to_vec(),
            (None, Some(hash)) => {
                [account.id.uuid().as_bytes().as_slice(), hash.as_str().as_bytes()].concat()
            }
            (None, None) => return Ok(None),
        };
        let factors = store::factors(conn, account.id)?;
        Ok(Some(Waiting { account, factors, digest, allowance }))
    });
    Ok(read.await?)
}

/// GET /login/code
pub(super) async fn show(
    request: HttpRequest,
    app: web::Data<App>,
    Visitor(staff): Visitor,
) -> Result<HttpResponse, Fault> {
    let next = next::asked(request.query_string());
    let presented = Presented::by(&request, &app.base_url);
    let digest = half_open::presented(&request, &app.base_url);
    match waiting(&app, digest, presented).await? {
        Some(waiting) => form(&app, &waiting, StatusCode::OK, Filled::default(), &next),
        None if staff.is_some() => Ok(see(next::checked(&next))),
        None => Ok(see(&next::asking(next::LOG_IN, &next))),
    }
}

fn form(
    app: &App,
    waiting: &Waiting,
    status: StatusCode,
    form: Filled,
    next: &str,
) -> Result<HttpResponse, Fault> {
    let page = Page::new("Your code – Undersigned").not_indexed();
    let token = app.form_token(FORM, waiting.digest.as_bytes());
    let asks = Asks::of(app, waiting.factors);
    Ok(asks.dressed(page_of(status, &Code { page, form, token, next, asks })?))
}

/// POST /login/passkey: what a passkey is to sign, for the script of the page.
pub(super) async fn ask(
    request: HttpRequest,
    app: web::Data<App>,
    Form(fields): Form,
) -> Result<HttpResponse, Fault> {
    from_our_page(&request, &app)?;
    app.limits.check(Limit::Links, app.network(&request), app.clock.now())?;
    let presented = Presented::by(&request, &app.base_url);
    let digest = half_open::presented(&request, &app.base_url);
    let waiting = waiting(&app, digest, presented).await?.filter(|waiting| {
        app.check_form_token(fields.get(csrf::FIELD), FORM, waiting.digest.as_bytes()).is_ok()
    });
    match waiting {
        Some(Waiting { account, digest, .. }) => {
            challenge::to_show(&app, account.id, digest, ChallengeFor::LogIn).await
        }
        None => Ok(challenge::refused(StatusCode::FORBIDDEN, "This log-in has ended. Start again.")),
    }
}

/// POST /login/code
pub(super) async fn log_in(
    request: HttpRequest,
    app: web::Data<App>,
    outbox: web::Data<Outbox>,
    passwords: web::Data<Passwords>,
    Form(fields): Form,
) -> Result<HttpResponse, Fault> {
    from_our_page(&request, &app)?;
    let next = next::checked(fields.get(next::FIELD)).to_owned();
    let presented = Presented::by(&request, &app.base_url);
    let digest = half_open::presented(&request, &app.base_url);
    let Some(waiting) = waiting(&app, digest, presented).await? else {
        return Ok(see(&next::asking(next::LOG_IN, &next)));
    };
    let mut problems = Problems::default();
    if app.check_form_token(fields.get(csrf::FIELD), FORM, waiting.digest.as_bytes()).is_err() {
        problems.add(CODE, STALE);
        return form(&app, &waiting, StatusCode::UNPROCESSABLE_ENTITY, Filled::new(fields, problems), &next);
    }
    let offered = Offered::in_form(&fields, waiting.digest, ChallengeFor::LogIn).unwrap_or(Offered::Code(""));
    let outcome = attempt(&app, &outbox, &passwords, &waiting, offered, presented).await?;
    let (status, wait) = match outcome {
        Outcome::Opened(opened) => {
            let mut answer = opened.see(&app.base_url, &next);
            half_open::take_back(&app.base_url, &mut answer);
            return Ok(answer);
        }
        Outcome::Over => {
            let page = Page::new("Log in once more – Undersigned").not_indexed();
            let mut answer = page_of(StatusCode::FORBIDDEN, &Over { page })?;
            half_open::take_back(&app.base_url, &mut answer);
            return Ok(answer);
        }
        Outcome::Unproven(unproven) => {
            problems.add(CODE, unproven.says());
            match unproven {
                Unproven::Busy => (StatusCode::SERVICE_UNAVAILABLE, Some(BUSY_SECONDS)),
                _ => (StatusCode::UNPROCESSABLE_ENTITY, None),
            }
        }
        Outcome::UsedUp(RetryAfter { seconds }) => {
            problems.add(
                CODE,
                "There were too many codes for this account. A browser that has logged in to it before still can; from any \
                 other one, set a new password or come back tomorrow.",
            );
            (StatusCode::TOO_MANY_REQUESTS, Some(seconds))
        }
    };
    // A code is not shown again: it is of no use, and somebody may look on.
    let mut answer = form(&app, &waiting, status, Filled::new(Default::default(), problems), &next)?;
    if let Some(seconds) = wait {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(answer)
}

enum Outcome {
    Opened(Opened),
    Unproven(Unproven),
    UsedUp(RetryAfter),
    /// The log-in has ended meanwhile, or with this wrong one.
    Over,
}

async fn attempt(
    app: &web::Data<App>,
    outbox: &web::Data<Outbox>,
    passwords: &Passwords,
    waiting: &Waiting,
    offered: Offered<'_>,
    presented: Presented,
) -> Result<Outcome, Fault> {
    let allowance = [b"code".as_slice(), &waiting.allowance].concat();
    if let Err(used_up) = app.limits.check(Limit::LogInsOfAccount, Whose::Named(&allowance), app.clock.now())
    {
        return Ok(Outcome::UsedUp(used_up));
    }
    let (account, digest) = (waiting.account.id, waiting.digest);
    let wrong = offered.wrong();
    let proof = match proof::prove(app, passwords, account, &offered).await? {
        Ok(proof) => Some(proof),
        Err(unproven) if unproven == wrong => None,
        Err(other) => return Ok(Outcome::Unproven(other)),
    };
    let (random, now) = (app.random.clone(), app.clock.now());
    let (of_app, outbox) = (app.clone(), outbox.clone());
    let outcome = app.db.write(move |tx| -> Result<_, Fault> {
        let taken = match &proof {
            Some(proof) => proof.take(tx, &random, account, now)?,
            None => false,
        };
        if !taken {
            let goes_on = store::count_wrong_half(tx, digest, WRONG_CODES)?;
            return Ok(if goes_on { Outcome::Unproven(wrong) } else { Outcome::Over });
        }
        if !store::end_half_log_in(tx, digest)? {
            return Ok(Outcome::Over);
        }
        let opened = session::open(tx, &random, now, account, presented, Shown::Factor)?;
        if let Some(browser) = &opened.new_browser {
            tell(tx, &of_app, &outbox, account, Alert::NewBrowser(browser.clone()))?;
        }
        Ok(Outcome::Opened(opened))
    });
    let outcome = outcome.await?;
    if !matches!(outcome, Outcome::Opened(_)) {
        // Counted by the log, without whom it was for.
        tracing::info!("a log-in failed at the second factor");
    }
    Ok(outcome)
}
