//! Between the password and the second factor: a browser holds something that is good for showing the factor, and for nothing
//! else.

use super::{next, store};
use crate::clock::{Timestamp, minutes};
use crate::config::BaseUrl;
use crate::db::{self, Tx};
use crate::ids::AccountId;
use crate::secret::{Random, Token, TokenDigest};
use crate::web::cookies::Cookie;
use crate::web::page::see;
use actix_web::http::header::SET_COOKIE;
use actix_web::{HttpRequest, HttpResponse};
use jiff::SignedDuration;

/// How long somebody may look for their phone.
const TERM: SignedDuration = minutes(10);

const COOKIE: Cookie = Cookie::staff("half");

/// A log-in that has begun: what the browser is to be given.
pub(super) struct HalfOpened(Token);

/// Begins it.
pub(super) fn open(
    tx: &mut Tx<'_>,
    random: &Random,
    now: Timestamp,
    account: AccountId,
) -> Result<HalfOpened, db::Error> {
    let token = Token::make(random);
    store::insert_half_log_in(tx, token.digest(), account, now, now.plus(TERM))?;
    Ok(HalfOpened(token))
}

impl HalfOpened {
    /// The answer that hands it to the browser and asks for the second factor.
    pub(super) fn see(&self, base: &BaseUrl, path: &str) -> HttpResponse {
        let mut answer = see(&next::asking(next::CODE, path));
        if let Some(cookie) = COOKIE.set(base, &self.0.reveal(), Some(TERM)) {
            answer.headers_mut().append(SET_COOKIE, cookie);
        }
        answer
    }
}

/// What a browser holds of a half-open log-in.
pub(super) fn presented(request: &HttpRequest, base: &BaseUrl) -> Option<TokenDigest> {
    COOKIE.read(base, request).and_then(Token::parse).map(|token| token.digest())
}

/// Takes it back from the browser.
pub(super) fn take_back(base: &BaseUrl, answer: &mut HttpResponse) {
    if let Some(cookie) = COOKIE.clear(base) {
        answer.headers_mut().append(SET_COOKIE, cookie);
    }
}
