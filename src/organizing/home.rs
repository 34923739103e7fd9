//! GET /staff: what waits.

use super::stand::Stand;
use super::store::{self, Waiting};
use crate::account::store::{self as accounts, Work};
use crate::account::{Role, Staff};
use crate::campaign::{Campaign, store as campaigns};
use crate::clock::Timestamp;
use crate::db::Error;
use crate::list::store as lists;
use crate::web::page::{Page, page};
use crate::web::show::Moment;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;

/// A letter that somebody works on, with its counts.
pub(super) struct Desk {
    pub(super) campaign: Campaign,
    pub(super) role: Role,
    pub(super) waiting: Waiting,
    pub(super) listed: i64,
    /// How many consents will be old at the moment that is set for its publication.
    pub(super) stale_ahead: usize,
}

/// The letters that somebody works on.
pub(super) async fn desks(app: &App, staff: &Staff) -> Result<Vec<Desk>, Fault> {
    let (id, is_administrator) = (staff.id, staff.is_administrator);
    let now = app.clock.now();
    let read = app.db.read(move |conn| -> Result<_, Error> {
        let (work, all) = (accounts::work(conn, id, is_administrator)?, campaigns::all(conn)?);
        let ahead = store::stale_ahead(conn, &all, now)?;
        Ok((work, all, store::waiting(conn)?, lists::counts(conn)?, ahead))
    });
    let (work, campaigns, waiting, counts, ahead) = read.await?;
    let desk = |campaign: Campaign| {
        let role = work.iter().find(|Work { place, .. }| place.id == campaign.id)?.role;
        let waiting = waiting.get(&campaign.id).copied().unwrap_or_default();
        let listed = counts.get(&campaign.id).map_or(0, |(organizations, _)| *organizations);
        let stale_ahead = ahead.get(&campaign.id).copied().unwrap_or_default();
        Some(Desk { campaign, role, waiting, listed, stale_ahead })
    };
    Ok(campaigns.into_iter().filter_map(desk).collect())
}

/// The page.
pub(super) async fn show(staff: Staff, app: Data<App>) -> Result<HttpResponse, Fault> {
    let now = app.clock.now();
    let mut desks = desks(&app, &staff).await?;
    // Where somebody has waited longest comes first; letters in which nothing waits keep their order, newest first.
    desks.sort_by_key(|desk| desk.waiting.oldest.map_or(i64::MAX, Timestamp::as_micros));
    let waiting = desks.iter().map(|desk| desk.waiting.count).sum();
    let page_of_staff = staff
        .page(&app, if waiting == 0 { "Nothing waits – Undersigned" } else { "What waits – Undersigned" });
    Ok(page(&Home {
        page: page_of_staff,
        waiting,
        letters: desks.into_iter().map(|desk| Row::new(&desk, now)).collect(),
        is_administrator: staff.is_administrator,
    })?)
}

struct Row {
    title: String,
    queue_href: String,
    settings_href: Option<String>,
    waiting: i64,
    urgency: &'static str,
    oldest: Option<Moment>,
    held: i64,
    listed: i64,
    stale_ahead: usize,
    stand: Stand,
}

impl Row {
    fn new(desk: &Desk, now: Timestamp) -> Self {
        let settings = &desk.campaign.settings;
        let staff = |page: &str| format!("/staff/letters/{}/{page}", settings.slug);
        Self {
            title: settings.title.to_string(),
            queue_href: staff("queue"),
            settings_href: desk.role.includes(Role::Organizer).then(|| staff("settings")),
            waiting: desk.waiting.count,
            urgency: desk.waiting.oldest.map_or("", |since| settings.ages.urgency(since, now)),
            oldest: desk.waiting.oldest.map(|since| Moment::new(since, now)),
            held: desk.waiting.held,
            listed: desk.listed,
            stale_ahead: if desk.role.includes(Role::Organizer) { desk.stale_ahead } else { 0 },
            stand: Stand::of(&desk.campaign, now),
        }
    }
}

#[derive(Template)]
#[template(path = "organizing/home.html")]
struct Home {
    page: Page,
    waiting: i64,
    letters: Vec<Row>,
    is_administrator: bool,
}
