//! GET /staff/letters: every letter that somebody works on, and where it stands.

use super::create::may_create;
use super::home::{Desk, desks};
use super::stand::Stand;
use crate::account::{Role, Staff};
use crate::clock::Timestamp;
use crate::web::page::{Page, page};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;

/// The page.
pub(super) async fn show(staff: Staff, app: Data<App>) -> Result<HttpResponse, Fault> {
    let now = app.clock.now();
    let letters = desks(&app, &staff).await?.iter().map(|desk| Row::new(desk, now)).collect();
    let may_create = may_create(&app, &staff).await?;
    Ok(page(&Letters { page: staff.page(&app, "Letters – Undersigned"), letters, may_create })?)
}

struct Row {
    title: String,
    href: String,
    queue_href: String,
    stand: Stand,
    listed: i64,
    waiting: i64,
}

impl Row {
    fn new(desk: &Desk, now: Timestamp) -> Self {
        let settings = &desk.campaign.settings;
        let staff = |page: &str| format!("/staff/letters/{}/{page}", settings.slug);
        Self {
            title: settings.title.to_string(),
            href: staff(if desk.role.includes(Role::Organizer) { "settings" } else { "queue" }),
            queue_href: staff("queue"),
            stand: Stand::of(&desk.campaign, now),
            listed: desk.listed,
            waiting: desk.waiting.count,
        }
    }
}

#[derive(Template)]
#[template(path = "organizing/letters.html")]
struct Letters {
    page: Page,
    letters: Vec<Row>,
    may_create: bool,
}
