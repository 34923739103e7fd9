//! Sessions: what a browser is logged in with.

use super::browser::Browser;
use super::store;
use crate::audit::{self, Act, Actor, Subject};
use crate::clock::{Timestamp, days, hours, minutes};
use crate::config::BaseUrl;
use crate::db::{self, Tx};
use crate::ids::{AccountId, SessionId};
use crate::secret::{Random, Token, TokenDigest};
use crate::web::cookies::Cookie;
use crate::web::page::see;
use crate::web::{App, Fault};
use actix_web::http::header::{SET_COOKIE, USER_AGENT};
use actix_web::{HttpRequest, HttpResponse};
use jiff::SignedDuration;

/// A session ends when nobody was seen for this long.
const IDLE: SignedDuration = minutes(60);
/// A session ends after this, however busy it was.
const ABSOLUTE: SignedDuration = hours(12);
/// How long the second factor counts as just shown.
const STEPPED_UP: SignedDuration = minutes(10);
/// How exact the last sighting is, so that to look at a page is no write.
const SEEN_EVERY: SignedDuration = minutes(1);
/// A browser is known for this long after a log-in.
const DEVICE_DAYS: i64 = 365;

const SESSION: Cookie = Cookie::staff("session");
const DEVICE: Cookie = Cookie::staff("device");

/// What a browser shows of itself.
#[derive(Clone, Copy)]
pub(super) struct Presented {
    /// What it is logged in with.
    pub(super) session: Option<TokenDigest>,
    /// That it has logged in before.
    pub(super) device: Option<TokenDigest>,
    /// What it says it is.
    browser: Browser,
}

impl Presented {
    /// What is in the cookies.
    pub(super) fn by(request: &HttpRequest, base: &BaseUrl) -> Self {
        let digest =
            |cookie: Cookie| cookie.read(base, request).and_then(Token::parse).map(|token| token.digest());
        let user_agent =
            request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("");
        Self { session: digest(SESSION), device: digest(DEVICE), browser: Browser::of(user_agent) }
    }

    /// What it says it is, in our words.
    pub(super) fn browser(&self) -> String {
        self.browser.to_string()
    }
}

/// What somebody showed to get in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shown {
    /// The password; there was no second factor to show.
    PasswordAlone,
    /// The second factor.
    Factor,
    /// A link of the demonstration, which needs no phone: it counts as the second factor for as long as the session lasts.
    LinkOfDemonstration,
}

/// Until when a second factor that is shown now counts as just shown.
pub(super) fn stepped_up_until(now: Timestamp) -> Timestamp {
    now.plus(STEPPED_UP)
}

/// Before when the last sighting must be for a session to have ended of idleness.
pub(super) fn idle_since(now: Timestamp) -> Timestamp {
    now.plus(-IDLE)
}

/// A session that has begun: what the browser is to be given.
pub(super) struct Opened {
    session: Token,
    device: Option<Token>,
    /// What a browser says it is that has not logged in before, where others have.
    pub(super) new_browser: Option<String>,
}

/// Begins a session, as the last step of every way to log in.
pub(super) fn open(
    tx: &mut Tx<'_>,
    random: &Random,
    now: Timestamp,
    account: AccountId,
    presented: Presented,
    shown: Shown,
) -> Result<Opened, db::Error> {
    let opened = renew(tx, random, now, account, presented, shown)?;
    audit::record(tx, random, Act::new(now, Actor::Staff(account), Subject::Account(account), "logged in"))?;
    Ok(opened)
}

/// Gives a browser a session in the place of the one it had. It is a known browser from now on.
pub(super) fn renew(
    tx: &mut Tx<'_>,
    random: &Random,
    now: Timestamp,
    account: AccountId,
    presented: Presented,
    shown: Shown,
) -> Result<Opened, db::Error> {
    store::tidy(tx, now, DEVICE_DAYS)?;
    if let Some(before) = presented.session {
        store::end_session(tx, before)?;
    }
    let (session, ends_at) = (Token::make(random), now.plus(ABSOLUTE));
    let new = store::NewSession {
        digest: session.digest(),
        id: SessionId::new(now.millis(), random.bytes()),
        account,
        browser: presented.browser.to_string(),
        ends_at,
        stepped_up_until: match shown {
            Shown::PasswordAlone => None,
            Shown::Factor => Some(stepped_up_until(now)),
            Shown::LinkOfDemonstration => Some(ends_at),
        },
    };
    store::insert_session(tx, &new, now)?;
    let known = match presented.device {
        Some(digest) => store::is_known_device(tx, digest, account)?,
        None => false,
    };
    let device = (!known).then(|| Token::make(random));
    let has_others = !known && store::has_known_devices(tx, account)?;
    let new_browser = has_others.then(|| presented.browser.to_string());
    if let Some(device) = &device {
        store::remember_device(tx, device.digest(), account, now)?;
    }
    Ok(Opened { session, device, new_browser })
}

impl Opened {
    /// The answer that hands it to the browser and shows the page at `path`.
    pub(super) fn see(&self, base: &BaseUrl, path: &str) -> HttpResponse {
        self.hand_over(base, see(path))
    }

    /// An answer that hands it to the browser.
    pub(super) fn hand_over(&self, base: &BaseUrl, mut answer: HttpResponse) -> HttpResponse {
        let session = SESSION.set(base, &self.session.reveal(), None);
        let device = self
            .device
            .as_ref()
            .and_then(|device| DEVICE.set(base, &device.reveal(), Some(days(DEVICE_DAYS))));
        for cookie in session.into_iter().chain(device) {
            answer.headers_mut().append(SET_COOKIE, cookie);
        }
        answer
    }
}

/// Takes the session's cookie back. The browser stays a known one.
pub(super) fn take_back(base: &BaseUrl, answer: &mut HttpResponse) {
    if let Some(cookie) = SESSION.clear(base) {
        answer.headers_mut().append(SET_COOKIE, cookie);
    }
}

/// Who is logged in, and what they are in the campaign that the address names. Nothing is kept from one request to the next, so a
/// log-out or a disabled account takes effect at once and on every instance.
///
/// What a page asks by itself is nobody's visit, or a forgotten page would keep its session.
pub(super) async fn visit(
    app: &App,
    digest: TokenDigest,
    place: store::Place,
    is_by_itself: bool,
) -> Result<Option<store::Visit>, Fault> {
    let now = app.clock.now();
    let (keys, idle_since) = (app.keys.clone(), idle_since(now));
    let found = app.db.read(move |conn| store::visit(conn, &keys, digest, now, idle_since, &place)).await?;
    if let Some(visit) = &found
        && !is_by_itself
        && now.since(visit.seen_at) >= SEEN_EVERY
        && let Err(error) = app.db.write(move |tx| store::touch(tx, digest, now)).await
    {
        // To read must be possible while nothing can be written.
        tracing::warn!(%error, "a sighting of a session was not noted");
    }
    Ok(found)
}

impl From<store::Error> for Fault {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Database(error) => error.into(),
            other => Self::unexpected(other),
        }
    }
}
