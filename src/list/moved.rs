//! GET /letters/{slug}/editions/{n}/since: what is different on the list of today, for everybody: who left is told as the edition tells it.

use super::compare::{Comparison, compare};
use super::editions::number;
use super::kept::{Lists, Shown};
use super::page::slug;
use super::view::{self, EditionView, LetterView};
use crate::ids::SignOnId;
use crate::web::Fault;
use crate::web::page::Page;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use std::collections::BTreeSet;
use std::sync::Arc;

/// How many of each kind of change are shown.
const MOST: usize = 500;

/// Somebody of the edition who is not on the list of today.
struct Gone {
    number: u32,
    line: String,
    /// Whether the line says itself that they left: else it is on the list under another entry, or agreed to an earlier text alone.
    says_so: bool,
}

#[derive(Template)]
#[template(path = "list/moved.html")]
struct MovedPage<'a> {
    page: Page,
    letter: LetterView<'a>,
    edition: EditionView<'a>,
    gone: Vec<Gone>,
    gone_count: usize,
    joined_count: usize,
    more_moved: usize,
    is_empty: bool,
    compared: Comparison,
}

/// The page. It is about two editions, so it is made each time, on another thread.
pub(super) async fn show(lists: web::Data<Lists>, request: HttpRequest) -> Result<HttpResponse, Fault> {
    let letter = lists.letter(slug(&request)).await?;
    let then = lists.edition(&letter, number(&request)?).await?;
    let now = lists.live(&letter).await?;
    let made = tokio::task::spawn_blocking(move || render(&then, &now)).await;
    let html = made.map_err(Fault::unexpected)??;
    Ok(HttpResponse::Ok().insert_header(("content-type", "text/html; charset=utf-8")).body(html))
}

fn render(then: &Arc<Shown>, now: &Arc<Shown>) -> Result<String, Fault> {
    let campaign = &now.live.campaign;
    let edition = EditionView::new(then);
    let called = match edition.name {
        "" => format!("edition {}", edition.number),
        name => name.to_owned(),
    };
    let mut compared = compare(&then.edition().contents, &now.edition().contents);
    let marked = then.edition().contents.entries.iter().filter(|entry| entry.left.is_some());
    let marked: BTreeSet<SignOnId> = marked.map(|entry| entry.sign_on).collect();
    let gone = compared.left.iter().take(MOST).map(|line| Gone {
        number: line.number,
        line: line.line.clone(),
        says_so: marked.contains(&line.sign_on),
    });
    let gone = gone.collect();
    let template = MovedPage {
        page: view::page(format!("Since {called}: {} – Undersigned", campaign.settings.title), campaign)
            .not_indexed(),
        letter: LetterView::new(&campaign.settings),
        edition,
        gone,
        gone_count: compared.left.len(),
        joined_count: compared.joined.len(),
        more_moved: compared.moved.len().saturating_sub(MOST),
        is_empty: compared.is_empty(),
        compared: {
            compared.joined.truncate(MOST);
            compared.moved.truncate(MOST);
            compared
        },
    };
    template.render().map_err(Fault::unexpected)
}
