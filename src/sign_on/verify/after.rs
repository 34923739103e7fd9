//! What is shown after the press: without a secret in the address, and the same for everybody.

use super::pages::{Renewed, Verified};
use crate::sign_on::page::{About, visible};
use crate::web::page::{Page, page};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

/// The page after success, without a secret in its address.
pub(in crate::sign_on) async fn verified(app: Data<App>, slug: Path<String>) -> Result<HttpResponse, Fault> {
    let campaign = visible(&app, &slug).await?;
    let page_of_it = Page::new("Verified – Undersigned").not_indexed();
    Ok(page(&Verified { page: page_of_it, letter_href: About::new(&campaign, app.clock.now()).href })?)
}

/// The same for a campaign that strangers may not see.
pub(in crate::sign_on) async fn done() -> Result<HttpResponse, Fault> {
    let page_of_it = Page::new("Verified – Undersigned").not_indexed();
    Ok(page(&Verified { page: page_of_it, letter_href: String::new() })?)
}

/// After asking for a fresh link: the same whether the mailbox has had enough mail or not.
pub(in crate::sign_on) async fn renewed() -> Result<HttpResponse, Fault> {
    let page_of_it = Page::new("A fresh link is on its way – Undersigned").not_indexed();
    Ok(page(&Renewed { page: page_of_it })?)
}
