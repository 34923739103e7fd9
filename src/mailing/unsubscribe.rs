//! The page behind the link in updates. GET shows and changes nothing; one press ends the updates of this letter to this address, whether a
//! person presses or their mail program does (RFC 8058). It takes the secret in the address and nothing else: no form token, no cookie, no
//! origin; and it can do nothing but this.

use super::failure::Failure;
use super::store;
use crate::campaign::{Campaign, store as campaigns};
use crate::db::{Conn, Error, Tx};
use crate::secret::{Token, TokenDigest};
use crate::sign_on;
use crate::web::link::{Door, Link};
use crate::web::page::{Page, page_of};
use crate::web::rate_limit::Limit;
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

/// What a press holds (RFC 8058 section 3.2), in whichever of the two encodings of forms.
const NAME: &str = "List-Unsubscribe";
const VALUE: &str = "One-Click";

/// The links in updates.
#[derive(Debug)]
pub(super) struct Updates;

impl Door for Updates {
    fn unknown() -> Result<HttpResponse, Fault> {
        unknown()
    }
}

fn unknown() -> Result<HttpResponse, Fault> {
    let page = Page::new("We do not know this link – Undersigned").not_indexed();
    Ok(page_of(StatusCode::NOT_FOUND, &Unknown { page })?)
}

/// What a link leads to.
struct Behind {
    campaign: Campaign,
    key: Vec<u8>,
    /// Whether the address gets updates now.
    wants: bool,
}

fn behind(conn: &mut Conn, token: TokenDigest) -> Result<Option<Behind>, Error> {
    let Some((campaign, key)) = store::unsubscribe_link(conn, token)? else { return Ok(None) };
    let wants = sign_on::store::wants_updates(conn, campaign, &key)?;
    let found = campaigns::by_id(conn, campaign)?.zip(wants);
    Ok(found.map(|(campaign, wants)| Behind { campaign, key, wants }))
}

/// The page with the button.
pub(super) async fn show(app: Data<App>, Link { token, .. }: Link<Updates>) -> Result<HttpResponse, Fault> {
    let digest = token.digest();
    match app.db.read(move |conn| behind(conn, digest)).await? {
        Some(found) => answer(&token, &found.campaign, found.wants),
        None => unknown(),
    }
}

/// The press. A provider's machines press for many at once, so what is known here is not counted; guesses are.
pub(super) async fn end(
    request: HttpRequest,
    app: Data<App>,
    typed: Path<String>,
    body: Bytes,
) -> Result<HttpResponse, Fault> {
    let guess = || app.limits.check(Limit::Links, app.network(&request), app.clock.now());
    let Some(token) = Token::parse(&typed) else {
        guess()?;
        return unknown();
    };
    let digest = token.digest();
    let Some(found) = app.db.read(move |conn| behind(conn, digest)).await? else {
        guess()?;
        return unknown();
    };
    if !is_press(&body) {
        return answer(&token, &found.campaign, found.wants);
    }
    let of_app = app.clone();
    app.db.write(move |tx| record(tx, &of_app, digest)).await?;
    answer(&token, &found.campaign, false)
}

/// Whether a body says what a press says. It is looked for, not parsed: what else a mail program sends along does not matter.
fn is_press(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    text.find(NAME).and_then(|at| text.get(at + NAME.len()..)).is_some_and(|rest| rest.contains(VALUE))
}

fn record(tx: &mut Tx<'_>, app: &App, token: TokenDigest) -> Result<(), Failure> {
    let Some(found) = behind(tx, token)? else { return Ok(()) };
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    campaigns::hold(tx, found.campaign.id)?;
    let (now, campaign) = (app.clock.now(), found.campaign.id);
    Ok(sign_on::switch_updates(tx, &app.random, campaign, &found.key, false, now)?)
}

fn answer(token: &Token, campaign: &Campaign, wants: bool) -> Result<HttpResponse, Fault> {
    let title = if wants { "Stop the updates?" } else { "You get no more updates" };
    let template = Unsubscribe {
        page: Page::new(format!("{title} – Undersigned")).not_indexed(),
        letter: campaign.settings.title.to_string(),
        action: format!("/unsubscribe/{}", token.reveal()),
        wants,
    };
    Ok(page_of(StatusCode::OK, &template)?)
}

#[derive(Template)]
#[template(path = "mailing/unsubscribe.html")]
struct Unsubscribe {
    page: Page,
    letter: String,
    action: String,
    wants: bool,
}

#[derive(Template)]
#[template(path = "mailing/unknown.html")]
struct Unknown {
    page: Page,
}

#[cfg(test)]
mod tests {
    use super::is_press;

    #[test]
    fn a_press_is_known_in_both_encodings_and_nothing_else_is_one() {
        let parts =
            b"--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
        for press in [&b"List-Unsubscribe=One-Click"[..], b"a=b&List-Unsubscribe=One-Click", parts] {
            assert!(is_press(press));
        }
        for other in
            [&b""[..], b"One-Click", b"One-Click=List-Unsubscribe", b"List-Unsubscribe=", b"\xff\xfe"]
        {
            assert!(!is_press(other));
        }
    }
}
