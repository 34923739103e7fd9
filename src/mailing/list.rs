//! GET /staff/letters/{slug}/mailings: every mailing of a letter and where it stands, with a form for another one; or a single one.

use super::audience::Audience;
use super::letter::{Mailing, Stand};
use super::look::Look;
use super::{one, store};
use crate::account::Organizer;
use crate::campaign::{Campaign, Here, Local, store as campaigns};
use crate::clock::Timestamp;
use crate::ids::MailingId;
use crate::mail::Outbox;
use crate::text::Placeholder;
use crate::web::form::{Fields, Filled, Problems, query};
use crate::web::page::{Page, page_of};
use crate::web::show::{Choice, Moment};
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

/// The page; with `?of=`, that of one mailing.
pub(super) async fn show(
    request: HttpRequest,
    who: Organizer,
    app: Data<App>,
    outbox: Data<Outbox>,
) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, &who).await?;
    let asked = query(&request)?;
    if asked.is_ticked("of") {
        let id = MailingId::parse(asked.get("of")).ok_or(Fault::NotFound)?;
        return one::show((&app, &outbox), &who, &campaign, id, &asked).await;
    }
    let notice = if asked.is_ticked("discarded") { "The draft is thrown away." } else { "" };
    let form = Filled::new(fresh(&app), Problems::default());
    render(&app, &who, &campaign, StatusCode::OK, (form, None), notice).await
}

/// The letter.
pub(super) async fn load(app: &Data<App>, who: &Organizer) -> Result<Campaign, Fault> {
    let id = who.campaign;
    app.db.read(move |conn| campaigns::by_id(conn, id)).await?.ok_or(Fault::NotFound)
}

/// The empty form. It names the mailing that it makes, so that a button that is pressed twice makes one.
fn fresh(app: &App) -> Fields {
    let id = MailingId::new(app.clock.now().millis(), app.random.bytes());
    [("mailing", id.to_string()), ("version", "0".to_owned())].into_iter().collect()
}

/// The page with a form for a mailing that is not saved yet.
pub(super) async fn render(
    app: &Data<App>,
    who: &Organizer,
    campaign: &Campaign,
    status: StatusCode,
    (form, look): (Filled, Option<Look>),
    notice: &'static str,
) -> Result<HttpResponse, Fault> {
    let (id, now) = (campaign.id, app.clock.now());
    let all = app.db.read(move |conn| store::mailings_of(conn, id)).await?;
    let template = Mailings {
        page: who.staff.page(app, format!("Mailings: {} – Undersigned", campaign.settings.title)),
        local: Local::new(campaign, true, Here::Mailings, now),
        action: one::href(campaign),
        audiences: one::audiences(),
        placeholders: Audience::placeholders(),
        rows: all.iter().map(|mailing| Row::new(campaign, mailing, now)).collect(),
        form,
        look,
        notice,
    };
    Ok(page_of(status, &template)?)
}

struct Row {
    subject: String,
    href: String,
    audience: &'static str,
    class: &'static str,
    word: &'static str,
    how_far: String,
    at: Moment,
}

impl Row {
    fn new(campaign: &Campaign, mailing: &Mailing, now: Timestamp) -> Self {
        let (word, class, at) = match mailing.stand {
            Stand::Draft => ("Draft", "", mailing.changed_at),
            Stand::Sending(begun) => ("Sending", "held", begun.at),
            Stand::Sent(_, at) => ("Sent", "done", at),
            Stand::Stopped(_, at, _) => ("Stopped", "ended", at),
        };
        Self {
            subject: mailing.words.subject.filled(&crate::campaign::mails::values(campaign)),
            href: format!("{}?of={}", one::href(campaign), mailing.id),
            audience: mailing.audience.label(),
            class,
            word,
            how_far: one::how_far(mailing),
            at: Moment::in_zone(at, now, &campaign.settings.zone),
        }
    }
}

#[derive(Template)]
#[template(path = "mailing/mailings.html")]
struct Mailings {
    page: Page,
    local: Local,
    action: String,
    audiences: Vec<Choice>,
    placeholders: &'static [Placeholder],
    rows: Vec<Row>,
    form: Filled,
    look: Option<Look>,
    notice: &'static str,
}
