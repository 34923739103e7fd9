//! The letter's text: edited, looked at as it will show, saved as the next version.

use super::held::{Stop, changeable};
use super::history;
use crate::account::{Acting, Organizer, Staff};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{Campaign, Here, LetterText, LetterVersion, Local, store as campaigns};
use crate::clock::Timestamp;
use crate::db::{self, Tx};
use crate::ids::{CampaignId, LetterVersionId};
use crate::web::form::{Filled, Problems};
use crate::web::page::{Page, page_of, see};
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

/// The form with the newest text.
pub(super) async fn form(
    request: HttpRequest,
    who: Organizer,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let (campaign, letter) = newest(&app, who.campaign).await?;
    let text = [("letter", letter.text.as_str())].into_iter().collect();
    let view = View::new(&app, &who.staff, &campaign, &letter, Filled::new(text, Problems::default()));
    let notice = match request.query_string() {
        "saved" => "Saved. This is the text that the public page shows from now on.",
        _ => "",
    };
    Ok(page_of(StatusCode::OK, &View { notice, ..view })?)
}

/// Shows a preview, or saves the next version.
pub(super) async fn save(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let (campaign, letter) = newest(&app, who.campaign).await?;
    if fields.get("number") != letter.number.to_string() {
        return stale(&app, &who.staff, &campaign, &letter, Filled::new(fields, Problems::default())).await;
    }
    let mut problems = Problems::default();
    let text = problems.take("letter", LetterText::parse(fields.get("letter")));
    let saves = fields.is_ticked("save");
    let form = Filled::new(fields, problems);
    let view = View::new(&app, &who.staff, &campaign, &letter, form.clone());
    let Some(text) = text else {
        return Ok(page_of(StatusCode::UNPROCESSABLE_ENTITY, &view)?);
    };
    if !saves {
        return Ok(page_of(StatusCode::OK, &View { preview: Some(text.html()), ..view })?);
    }
    if text != letter.text {
        let (of_app, before, by) = (app.clone(), letter.clone(), who.staff.id);
        let act = move |tx: &mut Tx<'_>| {
            let now = of_app.clock.now();
            changeable(tx, who.campaign)?;
            if campaigns::letter(tx, who.campaign)?.number != before.number {
                return Ok(false);
            }
            let id = LetterVersionId::new(now.millis(), of_app.random.bytes());
            let after = campaigns::add_letter(tx, who.campaign, id, &text, now, Some(by))?;
            let act = Act::new(now, Actor::Staff(by), Subject::Campaign(who.campaign), "changed the text")
                .changing(&format!("version {}", before.number), &format!("version {}", after.number));
            audit::record(tx, &of_app.random, act.in_campaign(who.campaign))?;
            Ok::<_, Stop>(true)
        };
        match app.db.write(act).await {
            Ok(true) => {}
            Ok(false) | Err(Stop::Database(db::Error::Unique(_))) => {
                let (campaign, letter) = newest(&app, who.campaign).await?;
                return stale(&app, &who.staff, &campaign, &letter, form).await;
            }
            Err(other) => return Err(other.into()),
        }
    }
    Ok(see(&format!("/staff/letters/{}/letter?saved", campaign.settings.slug)))
}

async fn newest(app: &App, id: CampaignId) -> Result<(Campaign, LetterVersion), Fault> {
    let read = app.db.read(move |conn| -> Result<_, db::Error> {
        let Some(campaign) = campaigns::by_id(conn, id)? else { return Ok(None) };
        Ok(Some((campaign, campaigns::letter(conn, id)?)))
    });
    read.await?.ok_or(Fault::NotFound)
}

/// Somebody else saved a version since the page was made. What was typed stands in the form, and what stands now above it.
async fn stale(
    app: &App,
    staff: &Staff,
    campaign: &Campaign,
    letter: &LetterVersion,
    form: Filled,
) -> Result<HttpResponse, Fault> {
    let who = history::last(app, campaign.id).await?;
    let who = who.map(|change| change.sentence(app.clock.now())).unwrap_or_default();
    let view = View::new(app, staff, campaign, letter, form);
    let view = View { overtaken: Some(who), stands: letter.text.as_str().to_owned(), ..view };
    Ok(page_of(StatusCode::CONFLICT, &view)?)
}

#[derive(Template)]
#[template(path = "organizing/letter.html")]
struct View {
    page: Page,
    local: Local,
    notice: &'static str,
    form: Filled,
    number: i64,
    lang: String,
    dir: &'static str,
    salutation: String,
    closing: String,
    preview: Option<String>,
    overtaken: Option<String>,
    stands: String,
}

impl View {
    fn new(app: &App, staff: &Staff, campaign: &Campaign, letter: &LetterVersion, form: Filled) -> Self {
        let (settings, now): (_, Timestamp) = (&campaign.settings, app.clock.now());
        Self {
            page: staff.page(app, format!("Text: {} – Undersigned", settings.title)),
            local: Local::new(campaign, true, Here::Letter, now),
            notice: "",
            form,
            number: letter.number,
            lang: settings.language.to_string(),
            dir: settings.language.dir().as_str(),
            salutation: settings.salutation.clone(),
            closing: settings.closing.clone(),
            preview: None,
            overtaken: None,
            stands: String::new(),
        }
    }
}
