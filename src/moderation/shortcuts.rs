//! GET and POST /staff/shortcuts: keys for the queue, off until somebody switches them on; and what a page tells its script of them.

use super::bench::Bench;
use super::keys::{ACTS, Keys};
use super::store;
use crate::account::{Acting, OwnAccount, Staff};
use crate::web::assets;
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{Page, page_of, see};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

/// What a page tells its script (`templates/moderation/script.html`).
pub(super) struct Script {
    pub(super) src: &'static str,
    /// `next=j previous=k`; empty while they are off.
    pub(super) keys: String,
    /// The same for people.
    pub(super) help: Vec<(char, &'static str)>,
    /// Where counts and claims are asked for again.
    pub(super) live: String,
}

impl Script {
    /// For a page of a letter.
    ///
    /// # Errors
    /// When the database is away.
    pub(super) async fn of(bench: &Bench, queue_href: &str) -> Result<Self, Fault> {
        let who = bench.who.staff.id;
        let keys = bench.app.db.read(move |conn| store::keys(conn, who)).await?;
        let live = format!("{queue_href}/live");
        let src = assets::staff_js();
        if !keys.is_on {
            return Ok(Self { src, keys: String::new(), help: Vec::new(), live });
        }
        let help = ACTS.iter().filter_map(|(act, words, _)| Some((keys.key(act)?, *words))).collect();
        Ok(Self { src, keys: keys.text(), help, live })
    }
}

#[derive(Template)]
#[template(path = "moderation/shortcuts.html")]
struct Shortcuts {
    page: Page,
    form: Filled,
    acts: [(&'static str, &'static str, char); ACTS.len()],
    saved: bool,
}

#[derive(Deserialize)]
pub(super) struct Saved {
    saved: Option<String>,
}

/// The page.
pub(super) async fn show(
    staff: Staff,
    app: Data<App>,
    Query(saved): Query<Saved>,
) -> Result<HttpResponse, Fault> {
    let who = staff.id;
    let keys = app.db.read(move |conn| store::keys(conn, who)).await?;
    let saved = saved.saved.is_some();
    render(&app, &staff, keys.fields(), Problems::default(), saved, StatusCode::OK)
}

fn render(
    app: &App,
    staff: &Staff,
    fields: Fields,
    problems: Problems,
    saved: bool,
    status: StatusCode,
) -> Result<HttpResponse, Fault> {
    let page = staff.page(app, "Keyboard shortcuts – Undersigned");
    Ok(page_of(status, &Shortcuts { page, form: Filled::new(fields, problems), acts: ACTS, saved })?)
}

/// Keeps what was chosen.
pub(super) async fn save(acting: Acting<OwnAccount>, app: Data<App>) -> Result<HttpResponse, Fault> {
    let Acting { who: OwnAccount(staff), fields } = acting;
    let who = staff.id;
    match Keys::parse(&fields) {
        Ok(keys) => {
            app.db.write(move |tx| store::set_keys(tx, who, &keys)).await?;
            Ok(see("/staff/shortcuts?saved=yes"))
        }
        Err(problems) => render(&app, &staff, fields, problems, false, StatusCode::UNPROCESSABLE_ENTITY),
    }
}
