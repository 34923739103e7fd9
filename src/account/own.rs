//! One's own account: where one is logged in, the second factor, the password, the recovery codes.

use super::access::{Acting, OwnAccount, Staff, SteppedUp};
use super::alert::{Alert, tell};
use super::password::{HashError, NewPassword, Passwords, Typed};
use super::said::{BUSY, BUSY_SECONDS};
use super::second_factor::RecoveryCode;
use super::session::{self, Presented, Shown};
use super::store::Factors;
use super::{next, set_up, store};
use crate::audit::{self, Act, Actor, Subject};
use crate::db::{self, Tx};
use crate::ids::SessionId;
use crate::mail::Outbox;
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{Page, page_of, see};
use crate::web::rate_limit::{Limit, Whose};
use crate::web::show::Moment;
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

/// Where it is.
const PAGE: &str = "/staff/account";

#[derive(Template)]
#[template(path = "account/own.html")]
struct Own {
    page: Page,
    form: Filled,
    notice: &'static str,
    email: String,
    sessions: Vec<SessionShown>,
    has_others: bool,
    factors: Factors,
    passkeys: Vec<PasskeyShown>,
    codes_left: i64,
    set_up_href: &'static str,
    passkeys_href: &'static str,
}

struct PasskeyShown {
    id: String,
    name: String,
    made: Moment,
    used: Option<Moment>,
}

struct SessionShown {
    id: String,
    browser: String,
    is_this: bool,
    since: Moment,
    seen: Moment,
}

/// What was done last, as the address of the page says it.
fn notice(query: &str) -> &'static str {
    match query {
        "ended" => "That browser is logged out.",
        "others-ended" => "Every other browser is logged out.",
        "passkey" => "Your passkey is kept. A mail confirms it.",
        "passkey-removed" => "That passkey is removed: it opens nothing here any more.",
        "password" => "Your password is changed, and every other browser is logged out. A mail confirms it.",
        _ => "",
    }
}

/// GET /staff/account
pub(super) async fn show(
    request: HttpRequest,
    OwnAccount(who): OwnAccount,
    app: web::Data<App>,
) -> Result<HttpResponse, Fault> {
    render(&app, &who, StatusCode::OK, Filled::default(), notice(request.query_string())).await
}

async fn render(
    app: &App,
    who: &Staff,
    status: StatusCode,
    form: Filled,
    notice: &'static str,
) -> Result<HttpResponse, Fault> {
    let (id, now, keys) = (who.id, app.clock.now(), app.keys.clone());
    let read = app.db.read(move |conn| -> Result<_, store::Error> {
        let sessions = store::sessions_of(conn, id, now, session::idle_since(now))?;
        let passkeys = store::passkeys_of(conn, &keys, id)?;
        Ok((sessions, store::factors(conn, id)?, passkeys, store::recovery_codes_left(conn, id)?))
    });
    let (sessions, factors, passkeys, codes_left) = read.await?;
    let this = who.standing().session;
    let shown = |session: store::OpenSession| SessionShown {
        is_this: session.digest == this.as_bytes(),
        id: session.id.to_string(),
        browser: session.browser,
        since: Moment::new(session.made_at, now),
        seen: Moment::new(session.seen_at, now),
    };
    let sessions: Vec<SessionShown> = sessions.into_iter().map(shown).collect();
    let template = Own {
        page: who.page(app, "Your account – Undersigned"),
        form,
        notice,
        email: who.email.shown(),
        has_others: sessions.iter().any(|session| !session.is_this),
        sessions,
        factors,
        passkeys: passkeys
            .into_iter()
            .map(|passkey| PasskeyShown {
                id: passkey.id.to_string(),
                name: passkey.name.as_str().to_owned(),
                made: Moment::new(passkey.made_at, now),
                used: passkey.used_at.map(|at| Moment::new(at, now)),
            })
            .collect(),
        codes_left,
        set_up_href: next::SET_UP,
        passkeys_href: next::PASSKEYS,
    };
    Ok(page_of(status, &template)?)
}

/// POST /staff/account/sessions: logs out one browser, or all but this one. Ending what has ended gives the same answer.
pub(super) async fn end_sessions(
    Acting { who: OwnAccount(who), fields }: Acting<OwnAccount>,
    app: web::Data<App>,
) -> Result<HttpResponse, Fault> {
    let one = SessionId::parse(fields.get("session"));
    if one.is_none() && !fields.is_ticked("others") {
        return Err(Fault::Unprocessable(
            "The form does not say which browser to log out. Nothing was changed.",
        ));
    }
    let (random, now, id, this) = (app.random.clone(), app.clock.now(), who.id, who.standing().session);
    let ended = app.db.write(move |tx| -> Result<_, db::Error> {
        let ended = match one {
            Some(session) => store::end_session_of(tx, id, session)?,
            None => store::end_other_sessions(tx, id, this)?,
        };
        if ended > 0 {
            let act = Act::new(now, Actor::Staff(id), Subject::Account(id), "ended the sessions");
            audit::record(tx, &random, act)?;
        }
        Ok(())
    });
    ended.await?;
    Ok(see(&format!("{PAGE}?{}", if one.is_some() { "ended" } else { "others-ended" })))
}

/// POST /staff/account/recovery-codes: ten new ones, in the place of those there were.
pub(super) async fn new_codes(
    Acting { who: SteppedUp(OwnAccount(who)), .. }: Acting<SteppedUp<OwnAccount>>,
    app: web::Data<App>,
    outbox: web::Data<Outbox>,
    passwords: web::Data<Passwords>,
) -> Result<HttpResponse, Fault> {
    if who.standing().stepped_up_until.is_none() {
        return Err(Fault::Overtaken(
            "You have no second factor yet: recovery codes come with it. Nothing was changed.".to_owned(),
        ));
    }
    let codes = RecoveryCode::ten(&app.random);
    let hashes = match set_up::hashes(&passwords, &codes).await {
        Ok(hashes) => hashes,
        Err(HashError::Busy) => return Err(Fault::Unavailable(BUSY.to_owned())),
        Err(error) => return Err(Fault::unexpected(error)),
    };
    let (of_app, now, id) = (app.clone(), app.clock.now(), who.id);
    app.db
        .write(move |tx| -> Result<(), Fault> {
            store::hold(tx, id)?;
            store::set_recovery_codes(tx, id, &hashes, now)?;
            let act = Act::new(now, Actor::Staff(id), Subject::Account(id), "made new recovery codes");
            audit::record(tx, &of_app.random, act)?;
            tell(tx, &of_app, &outbox, id, Alert::RecoveryCodes)
        })
        .await?;
    set_up::shown(who.page(&app, "Your recovery codes – Undersigned"), &codes, PAGE)
}

/// POST /staff/account/password: another password, for whoever knows the one that there is.
pub(super) async fn change_password(
    request: HttpRequest,
    Acting { who: SteppedUp(OwnAccount(who)), fields }: Acting<SteppedUp<OwnAccount>>,
    app: web::Data<App>,
    outbox: web::Data<Outbox>,
    passwords: web::Data<Passwords>,
) -> Result<HttpResponse, Fault> {
    let (keys, id, now) = (app.keys.clone(), who.id, app.clock.now());
    let read = app.db.read(move |conn| -> Result<_, store::Error> {
        Ok((store::by_id(conn, &keys, id)?, store::password_of(conn, id)?))
    });
    let (Some(account), Some(stored)) = read.await? else { return Err(Fault::LoggedOut) };
    let mut problems = Problems::default();
    if fields.get("current").is_empty() {
        problems.add("current", "Write the password that you have now.");
    }
    let new = problems.take("password", NewPassword::parse(fields.get("password"), &account.person));
    let Some(new) = new.filter(|_| problems.is_empty()) else { return mend(&app, &who, problems).await };
    app.limits.check(
        Limit::LogInsOfAccount,
        Whose::Named(&[b"own", id.uuid().as_bytes().as_slice()].concat()),
        now,
    )?;
    match passwords.verify(Typed::prepare(fields.get("current")), Some(stored.clone())).await {
        Ok(true) => {}
        Ok(false) => {
            problems.add("current", "This is not the password that you have now.");
            return mend(&app, &who, problems).await;
        }
        Err(HashError::Busy) => return busy(&app, &who).await,
        Err(error) => return Err(Fault::unexpected(error)),
    }
    let hash = match passwords.hash(new).await {
        Ok(hash) => hash,
        Err(HashError::Busy) => return busy(&app, &who).await,
        Err(error) => return Err(Fault::unexpected(error)),
    };
    let shown = match who.standing().stepped_up_until {
        Some(_) => Shown::Factor,
        None => Shown::PasswordAlone,
    };
    let (of_app, presented) = (app.clone(), Presented::by(&request, &app.base_url));
    let opened = app.db.write(move |tx: &mut Tx<'_>| -> Result<_, Fault> {
        store::hold(tx, id)?;
        if store::password_of(tx, id)? != Some(stored) {
            return Err(Fault::Overtaken(
                "Your password was changed at the same moment. Log in with that one.".to_owned(),
            ));
        }
        store::set_password(tx, id, &hash)?;
        // Whoever had the old password has nothing in the hand any more.
        store::void(tx, id, now)?;
        store::end_sessions(tx, id)?;
        store::end_half_log_ins(tx, id)?;
        let act = Act::new(now, Actor::Staff(id), Subject::Account(id), "set a new password");
        audit::record(tx, &of_app.random, act)?;
        tell(tx, &of_app, &outbox, id, Alert::Password)?;
        Ok(session::renew(tx, &of_app.random, now, id, presented, shown)?)
    });
    Ok(opened.await?.see(&app.base_url, &format!("{PAGE}?password")))
}

/// The page with what is to be mended. Passwords are not shown again.
async fn mend(app: &App, who: &Staff, problems: Problems) -> Result<HttpResponse, Fault> {
    let form = Filled::new(Fields::default(), problems);
    render(app, who, StatusCode::UNPROCESSABLE_ENTITY, form, "").await
}

async fn busy(app: &App, who: &Staff) -> Result<HttpResponse, Fault> {
    let mut problems = Problems::default();
    problems.add("password", BUSY);
    let form = Filled::new(Fields::default(), problems);
    let mut answer = render(app, who, StatusCode::SERVICE_UNAVAILABLE, form, "").await?;
    answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(BUSY_SECONDS));
    Ok(answer)
}
