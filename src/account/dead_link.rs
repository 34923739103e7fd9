//! Whether a one-time link still works, and the page when it does not.

use super::store::{self, Account, Purpose};
use crate::clock::Timestamp;
use crate::secret::{Token, TokenDigest};
use crate::web::page::{Page, page_of};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

/// A link that works.
pub(super) struct Alive {
    /// Whose.
    pub(super) account: Account,
    /// What it is stored as.
    pub(super) digest: TokenDigest,
    /// Until when it works.
    pub(super) until: Timestamp,
}

/// A link that does not work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Dead {
    /// It never did, or was mistyped.
    Unknown,
    /// It was used, taken back, or its time is over.
    Gone,
}

#[derive(Template)]
#[template(path = "account/link_gone.html")]
struct LinkGone {
    page: Page,
    reset_href: &'static str,
}

/// Looks at a link without using it.
pub(super) async fn look(app: &App, token: &str, purpose: Purpose) -> Result<Result<Alive, Dead>, Fault> {
    let Some(token) = Token::parse(token) else { return Ok(Err(Dead::Unknown)) };
    let (digest, keys, now) = (token.digest(), app.keys.clone(), app.clock.now());
    let found = app.db.read(move |conn| -> Result<_, store::Error> {
        let Some(link) = store::link(conn, digest, purpose)? else { return Ok(Err(Dead::Unknown)) };
        let account =
            store::by_id(conn, &keys, link.account)?.filter(|account| account.disabled_at.is_none());
        Ok(match account.filter(|_| link.used_at.is_none() && now < link.ends_at) {
            Some(account) => Ok(Alive { account, digest, until: link.ends_at }),
            None => Err(Dead::Gone),
        })
    });
    Ok(found.await?)
}

impl Dead {
    /// The page that says so.
    pub(super) fn page(self) -> Result<HttpResponse, Fault> {
        let status = match self {
            Self::Unknown => StatusCode::NOT_FOUND,
            Self::Gone => StatusCode::GONE,
        };
        let page = Page::new("This link no longer works – Undersigned").not_indexed();
        Ok(page_of(status, &LinkGone { page, reset_href: "/login/reset" })?)
    }
}
