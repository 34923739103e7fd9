//! The first page after logging in: what somebody works on.

use super::access::Staff;
use super::store::{self, Work};
use crate::web::page::{Page, page};
use crate::web::{App, Fault};
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "account/home.html")]
struct Home {
    page: Page,
    letters: Vec<Work>,
    is_administrator: bool,
}

/// GET /staff
pub(super) async fn show(staff: Staff, app: web::Data<App>) -> Result<HttpResponse, Fault> {
    let (id, is_administrator) = (staff.id, staff.is_administrator);
    let letters = app.db.read(move |conn| store::work(conn, id, is_administrator)).await?;
    let page_of_staff = staff.page(&app, "What waits – Undersigned");
    Ok(page(&Home { page: page_of_staff, letters, is_administrator })?)
}
