//! GET /letters/{slug}/updates: what happened with a letter since it was published.

use super::kept::Lists;
use super::page::slug;
use super::timeline::{Happening, timeline};
use super::view::{self, LetterView};
use crate::web::Fault;
use crate::web::page::{Page, page};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "list/updates.html")]
struct UpdatesPage<'a> {
    page: Page,
    letter: LetterView<'a>,
    lang: String,
    dir: &'static str,
    happenings: Vec<Happening>,
}

/// The page.
pub(super) async fn all(lists: web::Data<Lists>, request: HttpRequest) -> Result<HttpResponse, Fault> {
    let letter = lists.letter(slug(&request)).await?;
    let shown = lists.live(&letter).await?;
    let (campaign, settings) = (&shown.live.campaign, &shown.live.campaign.settings);
    let title = format!("What happened since: {} – Undersigned", settings.title);
    Ok(page(&UpdatesPage {
        page: view::page(title, campaign),
        letter: LetterView::new(settings),
        lang: settings.language.to_string(),
        dir: settings.language.dir().as_str(),
        happenings: timeline(campaign, &shown.live.news, &shown.live.named),
    })?)
}
