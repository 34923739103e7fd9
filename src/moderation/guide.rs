//! GET /staff/letters/{slug}/guide: what to go by in judgment calls, and the reasons with what representatives read of them.

use super::bench::Bench;
use crate::account::{Moderator, Role};
use crate::campaign::{self, Here, ListedReason, Local};
use crate::web::page::{Page, page};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;

#[derive(Template)]
#[template(path = "moderation/guide.html")]
struct GuidePage {
    page: Page,
    local: Local,
    html: String,
    reasons: Vec<ListedReason>,
    /// Where it is changed, for those who may.
    edit_href: Option<String>,
}

/// The page.
pub(super) async fn show(who: Moderator, app: Data<App>) -> Result<HttpResponse, Fault> {
    let bench = Bench::new(&app, who);
    let id = bench.who.campaign;
    let campaign = app.db.read(move |conn| campaign::store::by_id(conn, id)).await?.ok_or(Fault::NotFound)?;
    let settings = &campaign.settings;
    Ok(page(&GuidePage {
        page: bench.who.staff.page(&app, format!("Judgment calls: {} – Undersigned", settings.title)),
        local: bench.local(&campaign, Here::Guide),
        html: settings.guide.html(),
        reasons: settings.reasons.open().cloned().collect(),
        edit_href: (bench.who.role.includes(Role::Organizer))
            .then(|| format!("/staff/letters/{}/moderation", settings.slug)),
    })?)
}
