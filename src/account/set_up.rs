//! Setting up the app that shows codes, and the recovery codes that come with it.

use super::access::{Acting, OwnAccount, Staff};
use super::alert::{Alert, tell};
use super::password::{HashError, PasswordHash, Passwords};
use super::said::{BUSY, BUSY_SECONDS};
use super::second_factor::{RecoveryCode, Secret};
use super::session::{self, Presented, Shown};
use super::step_up::Sureness;
use super::store::Factors;
use super::{next, qr, store};
use crate::audit::{self, Act, Actor, Subject};
use crate::mail::Outbox;
use crate::web::form::{Filled, Problems};
use crate::web::page::{Page, page_of, see};
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use data_encoding::BASE64URL_NOPAD;
use zeroize::Zeroizing;

/// The hidden field that carries the secret, sealed, until a code shows that the app has it. So a page that is only looked at
/// changes nothing.
const SEALED: &str = "sealed";

#[derive(Template)]
#[template(path = "account/set_up.html")]
struct SetUp<'a> {
    page: Page,
    form: Filled,
    action: &'static str,
    next: &'a str,
    sealed: String,
    secret: String,
    uri: String,
    qr: String,
    /// What there is already; an app is replaced by this one.
    factors: Factors,
    /// Where a passkey is made instead.
    passkeys_href: String,
}

#[derive(Template)]
#[template(path = "account/recovery_codes.html")]
struct Codes<'a> {
    page: Page,
    codes: Vec<String>,
    next: &'a str,
}

/// What comes first, when the second factor that there is was shown too long ago.
fn detour(who: &Staff, app: &App) -> Option<HttpResponse> {
    let missing = who.standing().lacks(Sureness::LatelyIfAny, app.clock.now());
    missing.map(|_| see(&next::asking(next::CONFIRM, next::SET_UP)))
}

/// GET /staff/account/app
pub(super) async fn show(
    request: HttpRequest,
    OwnAccount(who): OwnAccount,
    app: web::Data<App>,
) -> Result<HttpResponse, Fault> {
    if let Some(detour) = detour(&who, &app) {
        return Ok(detour);
    }
    let secret = Secret::make(&app.random);
    let next = next::asked(request.query_string());
    form(&app, &who, &secret, StatusCode::OK, Filled::default(), &next).await
}

async fn form(
    app: &App,
    who: &Staff,
    secret: &Secret,
    status: StatusCode,
    form: Filled,
    next: &str,
) -> Result<HttpResponse, Fault> {
    let id = who.id;
    let factors = app.db.read(move |conn| store::factors(conn, id)).await?;
    let uri = secret.uri(&format!("Undersigned {}", app.base_url.host()), &who.email.shown());
    let sealed = app.keys.seal(&app.random, id.uuid(), SEALED, secret.as_bytes());
    let mut page = who.page(app, "Set up your second factor – Undersigned");
    page.must_set_up = false;
    Ok(page_of(
        status,
        &SetUp {
            page,
            form,
            action: next::SET_UP,
            next,
            sealed: BASE64URL_NOPAD.encode(&sealed),
            secret: secret.shown(),
            qr: qr::svg(&uri)?,
            uri,
            factors,
            passkeys_href: next::asking(next::PASSKEYS, next),
        },
    )?)
}

/// POST /staff/account/app
pub(super) async fn set_up(
    request: HttpRequest,
    Acting { who: OwnAccount(who), fields }: Acting<OwnAccount>,
    app: web::Data<App>,
    outbox: web::Data<Outbox>,
    passwords: web::Data<Passwords>,
) -> Result<HttpResponse, Fault> {
    if let Some(detour) = detour(&who, &app) {
        return Ok(detour);
    }
    let sealed = BASE64URL_NOPAD.decode(fields.get(SEALED).as_bytes()).unwrap_or_default();
    let secret =
        app.keys.open(who.id.uuid(), SEALED, &sealed).ok().and_then(|plain| Secret::from_bytes(&plain));
    let Some(secret) = secret else {
        return Err(Fault::Unprocessable(
            "The form does not hold the secret that we made. Nothing was changed.",
        ));
    };
    let next = next::checked(fields.get(next::FIELD)).to_owned();
    let typed: String = fields.get("code").chars().filter(char::is_ascii_digit).collect();
    let mut problems = Problems::default();
    let Some(step) = secret.step_of(&typed, app.clock.now()) else {
        problems.add(
            "code",
            "This is not the code that the app shows now. Look again; if it stays so, set the clock of your phone.",
        );
        let again = Filled::new(Default::default(), problems);
        return form(&app, &who, &secret, StatusCode::UNPROCESSABLE_ENTITY, again, &next).await;
    };
    let codes = RecoveryCode::ten(&app.random);
    let hashes = match hashes(&passwords, &codes).await {
        Ok(hashes) => hashes,
        Err(HashError::Busy) => {
            problems.add("code", BUSY);
            let again = Filled::new(Default::default(), problems);
            let mut answer = form(&app, &who, &secret, StatusCode::SERVICE_UNAVAILABLE, again, &next).await?;
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(BUSY_SECONDS));
            return Ok(answer);
        }
        Err(error) => return Err(Fault::unexpected(error)),
    };
    let (keys, random, now, id) = (app.keys.clone(), app.random.clone(), app.clock.now(), who.id);
    let presented = Presented::by(&request, &app.base_url);
    let of_app = app.clone();
    let opened = app.db.write(move |tx| -> Result<_, Fault> {
        store::hold(tx, id)?;
        store::set_code_app(tx, &keys, &random, id, &secret, step, now)?;
        store::set_recovery_codes(tx, id, &hashes, now)?;
        // Whoever else is logged in has shown less.
        store::end_sessions(tx, id)?;
        store::end_half_log_ins(tx, id)?;
        let act = Act::new(now, Actor::Staff(id), Subject::Account(id), "set up an app for codes");
        audit::record(tx, &random, act)?;
        tell(tx, &of_app, &outbox, id, Alert::CodeApp)?;
        Ok(session::renew(tx, &random, now, id, presented, Shown::Factor)?)
    });
    let opened = opened.await?;
    let mut page = who.page(&app, "Your recovery codes – Undersigned");
    page.must_set_up = false;
    let answer = shown(page, &codes, &next)?;
    Ok(opened.hand_over(&app.base_url, answer))
}

/// The hashes of recovery codes.
pub(super) async fn hashes(
    passwords: &Passwords,
    codes: &[RecoveryCode],
) -> Result<Vec<PasswordHash>, HashError> {
    passwords.hash_codes(codes.iter().map(|code| Zeroizing::new(code.secret().to_owned())).collect()).await
}

/// The page that shows recovery codes, this once.
pub(super) fn shown(page: Page, codes: &[RecoveryCode], next: &str) -> Result<HttpResponse, Fault> {
    let codes = codes.iter().map(ToString::to_string).collect();
    Ok(page_of(StatusCode::OK, &Codes { page, codes, next: next::checked(next) })?)
}
