//! The first page: the letters that are open and published.

use super::kept::Lists;
use super::phase::Phase;
use super::view::{LetterView, Stand};
use crate::web::Fault;
use crate::web::page::{self, Page};
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "list/index.html")]
struct IndexPage {
    page: Page,
    letters: Vec<Line>,
}

/// One letter among the others.
struct Line {
    href: String,
    title: String,
    recipient: String,
    host: String,
    stand: Stand,
    count: i64,
    countries: usize,
}

/// `GET /`
pub(super) async fn show(lists: web::Data<Lists>) -> Result<HttpResponse, Fault> {
    let announced = lists.announced().await?;
    let line = |(letter, count, countries): &(std::sync::Arc<super::kept::Letter>, i64, usize)| {
        let settings = &letter.campaign.settings;
        let view = LetterView::new(settings);
        Line {
            title: view.title.to_owned(),
            recipient: view.recipient.to_owned(),
            host: view.host.to_owned(),
            href: view.href,
            stand: Stand::new(&letter.campaign, Phase::of(&letter.campaign, lists.now())),
            count: *count,
            countries: *countries,
        }
    };
    let letters = announced.iter().map(line).collect();
    Ok(page::page(&IndexPage { page: Page::new("Open letters – Undersigned"), letters })?)
}
