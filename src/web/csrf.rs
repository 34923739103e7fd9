//! Two checks on every request that acts: the form was ours (a token in it), and so was the page (the browser says).

use crate::clock::{Timestamp, days};
use crate::config::BaseUrl;
use crate::secret::{Keys, Random, same};
use actix_web::http::header::{HeaderMap, HeaderName, ORIGIN};
use data_encoding::BASE64URL_NOPAD;
use jiff::SignedDuration;

/// The name of the hidden field that carries the token.
pub const FIELD: &str = "form_token";

/// How long a form may lie open before it is sent. Typing rests over a weekend; the page must still send.
pub const VALID_FOR: SignedDuration = days(7);

const PURPOSE: &str = "form token v1";
const NONCE: usize = 16;
const STAMP: usize = 8;

/// The random part of a form token: one per form that was shown. The same form sent twice has the same one, so it tells a
/// repeated act from a second one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Nonce([u8; NONCE]);

impl Nonce {
    /// A new one.
    pub fn make(random: &Random) -> Self {
        Self(random.bytes())
    }

    /// The 16 bytes for the database.
    pub fn as_bytes(&self) -> &[u8; NONCE] {
        &self.0
    }
}

/// A form token that is missing, too old, or was made for another form, another session or by somebody else. On a public form
/// this is most often a page that was open too long: show what was typed again, with a new token.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the form token does not fit")]
pub struct Stale;

/// Makes a token. `purpose` names the form; `binding` ties it to a session (its digest) and is empty on public forms. Nothing is
/// stored: what makes it ours is an authenticator under the instance's key.
pub fn issue(keys: &Keys, nonce: Nonce, now: Timestamp, purpose: &str, binding: &[u8]) -> String {
    let stamp = now.as_micros().to_be_bytes();
    let mark = keys.authenticate(PURPOSE, &[purpose.as_bytes(), binding, &nonce.0, &stamp]);
    BASE64URL_NOPAD.encode(&[nonce.0.as_slice(), &stamp, &mark].concat())
}

/// Checks a token and gives its nonce.
///
/// # Errors
/// [`Stale`] when it was not issued here for this purpose and binding within [`VALID_FOR`].
pub fn check(
    keys: &Keys,
    token: &str,
    now: Timestamp,
    purpose: &str,
    binding: &[u8],
) -> Result<Nonce, Stale> {
    let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).map_err(|_| Stale)?;
    let (nonce, rest) = bytes.split_first_chunk::<NONCE>().ok_or(Stale)?;
    let (stamp, mark) = rest.split_first_chunk::<STAMP>().ok_or(Stale)?;
    let expected = keys.authenticate(PURPOSE, &[purpose.as_bytes(), binding, nonce, stamp]);
    let issued = Timestamp::from_micros(i64::from_be_bytes(*stamp));
    if same(mark, &expected) && now <= issued.plus(VALID_FOR) { Ok(Nonce(*nonce)) } else { Err(Stale) }
}

/// What a request says about the page that it was sent from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sender {
    /// A page of ours.
    Ours,
    /// A page of somebody else's: refused always.
    Foreign,
    /// Nothing, as programs and old browsers do: refused for staff.
    Unstated,
}

/// Who sent a request, by `Origin`, or else by `Sec-Fetch-Site`.
///
/// `Origin: null` says nothing by itself: our own pages send it, because they have the referrer policy `no-referrer` (Fetch,
/// "append a request `Origin` header"), and so do sandboxed frames of others. `Sec-Fetch-Site` tells them apart.
pub fn sender(headers: &HeaderMap, base: &BaseUrl) -> Sender {
    match headers.get(ORIGIN).map(|value| value.as_bytes()) {
        Some(b"null") | None => {}
        Some(origin) if origin == base.origin().as_bytes() => return Sender::Ours,
        Some(_) => return Sender::Foreign,
    }
    match headers.get(HeaderName::from_static("sec-fetch-site")).map(|value| value.as_bytes()) {
        Some(b"same-origin") => Sender::Ours,
        Some(b"none") | None => Sender::Unstated,
        Some(_) => Sender::Foreign,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::hours;
    use actix_web::test::TestRequest;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_micros(0).plus(hours(hour))
    }

    #[test]
    fn a_token_comes_back_with_its_nonce_for_seven_days() {
        let keys = Keys::derive(&[1; 32]);
        let nonce = Nonce::make(&Random::system());
        let token = issue(&keys, nonce, at(0), "sign", b"");
        assert_eq!(check(&keys, &token, at(1), "sign", b""), Ok(nonce));
        assert_eq!(check(&keys, &token, at(7 * 24), "sign", b""), Ok(nonce));
        assert_eq!(check(&keys, &token, at(7 * 24 + 1), "sign", b""), Err(Stale));
    }

    #[test]
    fn a_token_serves_one_purpose_one_session_and_one_instance() {
        let keys = Keys::derive(&[1; 32]);
        let token = issue(&keys, Nonce::make(&Random::system()), at(0), "approve", b"session");
        assert_eq!(check(&keys, &token, at(0), "reject", b"session"), Err(Stale));
        assert_eq!(check(&keys, &token, at(0), "approve", b"another"), Err(Stale));
        assert_eq!(check(&Keys::derive(&[2; 32]), &token, at(0), "approve", b"session"), Err(Stale));
    }

    #[test]
    fn a_token_that_was_touched_is_refused() {
        let keys = Keys::derive(&[1; 32]);
        let token = issue(&keys, Nonce::make(&Random::system()), at(0), "sign", b"");
        for place in 0..token.len() {
            let mut touched = token.clone().into_bytes();
            touched[place] = if touched[place] == b'A' { b'B' } else { b'A' };
            let touched = String::from_utf8(touched).unwrap();
            assert_eq!(check(&keys, &touched, at(0), "sign", b""), Err(Stale), "{place}");
        }
        for broken in ["", "AAAA", "ü", &token[1..]] {
            assert_eq!(check(&keys, broken, at(0), "sign", b""), Err(Stale), "{broken}");
        }
    }

    #[test]
    fn the_sender_is_told_by_origin_or_else_by_fetch_metadata() {
        let base = BaseUrl::parse("https://letters.example").unwrap();
        for (origin, site, expected) in [
            (Some("https://letters.example"), None, Sender::Ours),
            (Some("https://letters.example:8443"), None, Sender::Foreign),
            (Some("http://letters.example"), Some("same-origin"), Sender::Foreign),
            (Some("https://evil.example"), Some("same-origin"), Sender::Foreign),
            (Some("null"), Some("same-origin"), Sender::Ours),
            (Some("null"), Some("cross-site"), Sender::Foreign),
            (Some("null"), None, Sender::Unstated),
            (None, Some("same-origin"), Sender::Ours),
            (None, Some("same-site"), Sender::Foreign),
            (None, Some("cross-site"), Sender::Foreign),
            (None, Some("none"), Sender::Unstated),
            (None, None, Sender::Unstated),
        ] {
            let mut request = TestRequest::default();
            request = origin.into_iter().fold(request, |r, o| r.append_header((ORIGIN, o)));
            request = site.into_iter().fold(request, |r, s| r.append_header(("sec-fetch-site", s)));
            let headers = request.to_http_request().headers().clone();
            assert_eq!(sender(&headers, &base), expected, "{origin:?} {site:?}");
        }
    }
}
