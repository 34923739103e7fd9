//! Making a passkey, and removing one.

use super::access::{Acting, OwnAccount, Staff, SteppedUp};
use super::alert::{Alert, tell};
use super::passkey::{MOST, NewPasskey, Site, Unfit};
use super::password::{HashError, PasswordHash, Passwords};
use super::said::{BUSY, BUSY_SECONDS};
use super::second_factor::RecoveryCode;
use super::session::{self, Opened, Presented, Shown};
use super::store::{self, ChallengeFor, Factors};
use super::{next, set_up};
use crate::audit::{self, Act, Actor, Subject};
use crate::db::{self, Tx};
use crate::ids::PasskeyId;
use crate::mail::Outbox;
use crate::text::PasskeyName;
use crate::web::form::{Filled, Problems};
use crate::web::page::{Page, page_of, see, with_scripts};
use crate::web::{App, Fault, assets};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

/// The field that the script fills in with what the browser made.
const MADE: &str = "made";
/// The field that says which one is to be removed.
const KEY: &str = "key";

const TOO_LATE: &str = "This took too long, or was sent twice. Press the button once more.";
const KNOWN: &str = "This passkey is on an account already. Use another one.";
const TOO_MANY: &str = "You have ten passkeys. Remove one that you do not use any more.";

#[derive(Template)]
#[template(path = "account/passkeys.html")]
struct Passkeys<'a> {
    page: Page,
    form: Filled,
    next: &'a str,
    /// Why there are none on this instance; empty where there are.
    why_not: String,
    is_first: bool,
    script: &'static str,
    app_href: &'static str,
}

/// GET /staff/account/passkeys
pub(super) async fn show(
    request: HttpRequest,
    SteppedUp(OwnAccount(who)): SteppedUp<OwnAccount>,
    app: web::Data<App>,
) -> Result<HttpResponse, Fault> {
    let next = next::asked(request.query_string());
    let form = Filled::default();
    render(&app, &who, StatusCode::OK, form, &next).await
}

async fn render(
    app: &App,
    who: &Staff,
    status: StatusCode,
    form: Filled,
    next: &str,
) -> Result<HttpResponse, Fault> {
    let id = who.id;
    let factors = app.db.read(move |conn| store::factors(conn, id)).await?;
    let template = Passkeys {
        page: Page { must_set_up: false, ..who.page(app, "Make a passkey – Undersigned") },
        form,
        next,
        why_not: Site::of(&app.base_url).err().map(|why| why.to_string()).unwrap_or_default(),
        is_first: !factors.any(),
        script: assets::passkey_js(),
        app_href: next::SET_UP,
    };
    Ok(with_scripts(page_of(status, &template)?))
}

/// Why a passkey was not kept.
enum NotKept {
    /// What is said beside the form.
    Said(&'static str),
    Fault(Fault),
}

impl From<db::Error> for NotKept {
    fn from(error: db::Error) -> Self {
        match error {
            db::Error::Unique(_) => Self::Said(KNOWN),
            other => Self::Fault(other.into()),
        }
    }
}

impl From<Fault> for NotKept {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// POST /staff/account/passkeys
pub(super) async fn make(
    request: HttpRequest,
    Acting { who: SteppedUp(OwnAccount(who)), fields }: Acting<SteppedUp<OwnAccount>>,
    app: web::Data<App>,
    outbox: web::Data<Outbox>,
    passwords: web::Data<Passwords>,
) -> Result<HttpResponse, Fault> {
    let next = next::checked(fields.get(next::FIELD)).to_owned();
    let mut problems = Problems::default();
    let name = problems.take("name", PasskeyName::parse(fields.get("name")));
    let made = Site::of(&app.base_url).map_err(|why| why.to_string());
    let made = made.and_then(|site| NewPasskey::read(fields.get(MADE), &site).map_err(says));
    let made = if name.is_some() { problems.take("name", made) } else { None };
    let (Some(name), Some(made)) = (name, made) else {
        let form = Filled::new(fields, problems);
        return render(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, form, &next).await;
    };
    let id = who.id;
    let factors = app.db.read(move |conn| store::factors(conn, id)).await?;
    let mut recovery = None;
    if !factors.any() {
        let codes = RecoveryCode::ten(&app.random);
        match set_up::hashes(&passwords, &codes).await {
            Ok(hashes) => recovery = Some((codes, hashes)),
            Err(HashError::Busy) => {
                problems.add("name", BUSY);
                let form = Filled::new(fields, problems);
                let status = StatusCode::SERVICE_UNAVAILABLE;
                let mut answer = render(&app, &who, status, form, &next).await?;
                answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(BUSY_SECONDS));
                return Ok(answer);
            }
            Err(error) => return Err(Fault::unexpected(error)),
        }
    }
    let (codes, hashes) = recovery.unzip();
    let keep = Keep { who: who.clone(), name, made, factors, hashes };
    let (of_app, presented) = (app.clone(), Presented::by(&request, &app.base_url));
    let kept = app.db.write(move |tx| keep.run(tx, &of_app, &outbox, presented)).await;
    let opened = match kept {
        Ok(opened) => opened,
        Err(NotKept::Said(why)) => {
            problems.add("name", why);
            let form = Filled::new(fields, problems);
            return render(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, form, &next).await;
        }
        Err(NotKept::Fault(fault)) => return Err(fault),
    };
    match codes {
        None => Ok(opened.see(&app.base_url, "/staff/account?passkey")),
        Some(codes) => {
            let page = who.page(&app, "Your recovery codes – Undersigned");
            let answer = set_up::shown(Page { must_set_up: false, ..page }, &codes, &next)?;
            Ok(opened.hand_over(&app.base_url, answer))
        }
    }
}

fn says(unfit: Unfit) -> String {
    match unfit {
        Unfit::Unreadable => {
            "Your browser sent no passkey. It must know passkeys and run scripts; else use an app for codes.".to_owned()
        }
        Unfit::NotVerified => {
            "The passkey does not make sure that it is you. Give it a PIN or a fingerprint, or use another one.".to_owned()
        }
        other => format!("This passkey cannot be taken: {other}. Nothing was changed."),
    }
}

/// What is to be kept.
struct Keep {
    who: Staff,
    name: PasskeyName,
    made: NewPasskey,
    /// What there was before.
    factors: Factors,
    /// Those of the recovery codes that come with the first second factor.
    hashes: Option<Vec<PasswordHash>>,
}

impl Keep {
    fn run(
        self,
        tx: &mut Tx<'_>,
        app: &App,
        outbox: &Outbox,
        presented: Presented,
    ) -> Result<Opened, NotKept> {
        let (id, session, now) = (self.who.id, self.who.session(), app.clock.now());
        store::hold(tx, id)?;
        if !store::take_challenge(tx, id, session, ChallengeFor::Make, self.made.challenge, now)? {
            return Err(NotKept::Said(TOO_LATE));
        }
        let factors = store::factors(tx, id)?;
        if factors.any() != self.factors.any() {
            let meanwhile = "Your second factor was changed at the same moment. Nothing was changed here.";
            return Err(Fault::Overtaken(meanwhile.to_owned()).into());
        }
        if factors.passkeys >= MOST {
            return Err(NotKept::Said(TOO_MANY));
        }
        store::insert_passkey(tx, &app.keys, &app.random, id, &self.name, &self.made, now)?;
        if let Some(hashes) = &self.hashes {
            store::set_recovery_codes(tx, id, hashes, now)?;
        }
        let act = Act::new(now, Actor::Staff(id), Subject::Account(id), "made a passkey");
        audit::record(tx, &app.random, act)?;
        tell(tx, app, outbox, id, Alert::PasskeyMade(presented.browser()))?;
        Ok(begin_anew(tx, app, &self.who, presented)?)
    }
}

/// POST /staff/account/passkeys/remove: takes one away. To remove what is gone gives the same answer.
pub(super) async fn remove(
    request: HttpRequest,
    Acting { who: SteppedUp(OwnAccount(who)), fields }: Acting<SteppedUp<OwnAccount>>,
    app: web::Data<App>,
    outbox: web::Data<Outbox>,
) -> Result<HttpResponse, Fault> {
    let Some(key) = PasskeyId::parse(fields.get(KEY)) else {
        return Err(Fault::Unprocessable(
            "The form does not say which passkey to remove. Nothing was changed.",
        ));
    };
    let (of_app, presented, id) = (app.clone(), Presented::by(&request, &app.base_url), who.id);
    let opened = app.db.write(move |tx| -> Result<_, Fault> {
        store::hold(tx, id)?;
        let factors = store::factors(tx, id)?;
        if !store::remove_passkey(tx, id, key)? {
            return Ok(None);
        }
        if factors == (Factors { has_app: false, passkeys: 1 }) {
            return Err(Fault::Overtaken(
                "This passkey is your only second factor: set up another one first. Nothing was changed."
                    .to_owned(),
            ));
        }
        let act = Act::new(of_app.clock.now(), Actor::Staff(id), Subject::Account(id), "removed a passkey");
        audit::record(tx, &of_app.random, act)?;
        tell(tx, &of_app, &outbox, id, Alert::PasskeyRemoved)?;
        Ok(Some(begin_anew(tx, &of_app, &who, presented)?))
    });
    let back = "/staff/account?passkey-removed";
    Ok(opened.await?.map_or_else(|| see(back), |opened| opened.see(&app.base_url, back)))
}

/// The second factor is another one: whoever else is logged in has to show it, and this browser gets a new session.
fn begin_anew(tx: &mut Tx<'_>, app: &App, who: &Staff, presented: Presented) -> Result<Opened, db::Error> {
    store::end_sessions(tx, who.id)?;
    store::end_half_log_ins(tx, who.id)?;
    session::renew(tx, &app.random, app.clock.now(), who.id, presented, Shown::Factor)
}
