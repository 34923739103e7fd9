//! The press pack: what is in it, who can fetch it, and whom the press can ask.

use super::held::{Stop, changeable};
use super::history;
use super::life::load;
use crate::account::{Acting, Organizer, Staff};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::settings::PressContact;
use crate::campaign::{Campaign, Here, Local, PressPack, Settings, Status, store as campaigns};
use crate::db::Tx;
use crate::ids::AccountId;
use crate::list::packed;
use crate::text::optional;
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{Page, page_of, see};
use crate::web::show::Choice;
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

const PACKS: [Choice; 3] = [
    Choice {
        value: PressPack::Staff.as_str(),
        label: "Organizers alone",
        hint: "You pass it on to whom you like.",
    },
    Choice {
        value: PressPack::Published.as_str(),
        label: "Everybody, once the letter is public",
        hint: "Under the letter’s own address.",
    },
    Choice {
        value: PressPack::Previews.as_str(),
        label: "The same, and before that whoever has a preview link",
        hint: "Until the letter is public every file says that it is under embargo.",
    },
];

/// The page.
pub(super) async fn show(
    request: HttpRequest,
    who: Organizer,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, who.campaign).await?;
    let fields = [
        ("press_contact", campaign.settings.press_contact.as_str()),
        ("press_pack", campaign.settings.press_pack.as_str()),
    ];
    let form = Filled::new(fields.into_iter().collect(), Problems::default());
    let notice = if request.query_string() == "saved" { "Saved." } else { "" };
    render(&app, &who.staff, &campaign, notice, form, StatusCode::OK).await
}

/// The archive itself, as things stand now.
pub(super) async fn fetch(who: Organizer, app: Data<App>) -> Result<HttpResponse, Fault> {
    Ok(packed(&app, who.campaign).await?.answer())
}

/// Saves who can fetch it and whom the press can ask.
pub(super) async fn save(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let before = load(&app, who.campaign).await?;
    let after = match read(&fields, &before.settings) {
        Ok(after) => after,
        Err(problems) => {
            let form = Filled::new(fields, problems);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return render(&app, &who.staff, &before, "", form, status).await;
        }
    };
    let saved = see(&format!("/staff/letters/{}/press?saved", before.settings.slug));
    if after == before.settings {
        return Ok(saved);
    }
    if fields.get("version") != before.version.to_string() {
        return Err(history::overtaken(&app, who.campaign).await?);
    }
    let (of_app, by) = (app.clone(), who.staff.id);
    match app.db.write(move |tx| record(tx, &of_app, &before, &after, by)).await? {
        true => Ok(saved),
        false => Err(history::overtaken(&app, who.campaign).await?),
    }
}

fn read(fields: &Fields, before: &Settings) -> Result<Settings, Problems> {
    let mut problems = Problems::default();
    let contact = problems.take("press_contact", optional(fields.get("press_contact"), PressContact::parse));
    let pack = PressPack::parse(fields.get("press_pack")).ok_or("Choose who can fetch the press pack.");
    let pack = problems.take("press_pack", pack);
    match (contact, pack) {
        (Some(contact), Some(press_pack)) => Ok(Settings {
            press_contact: contact.map(|contact| contact.to_string()).unwrap_or_default(),
            press_pack,
            ..before.clone()
        }),
        _ => Err(problems),
    }
}

fn record(
    tx: &mut Tx<'_>,
    app: &App,
    before: &Campaign,
    after: &Settings,
    by: AccountId,
) -> Result<bool, Stop> {
    let now = app.clock.now();
    changeable(tx, before.id)?;
    if !campaigns::replace(tx, before, after, now)? {
        return Ok(false);
    }
    let said = |settings: &Settings| format!("{}\n{}", settings.press_pack.as_str(), settings.press_contact);
    let act = Act::new(now, Actor::Staff(by), Subject::Campaign(before.id), "changed the press pack");
    let act = act.in_campaign(before.id).changing(&said(&before.settings), &said(after));
    audit::record(tx, &app.random, act)?;
    Ok(true)
}

async fn render(
    app: &App,
    staff: &Staff,
    campaign: &Campaign,
    notice: &'static str,
    form: Filled,
    status: StatusCode,
) -> Result<HttpResponse, Fault> {
    let (settings, now) = (&campaign.settings, app.clock.now());
    let is_public = campaign.is_visible(now);
    let template = View {
        page: staff.page(app, format!("Press pack: {} – Undersigned", settings.title)),
        local: Local::new(campaign, true, Here::Press, now),
        notice,
        version: campaign.version,
        files: packed(app, campaign.id).await?.files,
        pack_href: format!("/staff/letters/{}/press.zip", settings.slug),
        public_href: match is_public && settings.press_pack.is_public() {
            true => app.base_url.join(&format!("/letters/{}/press.zip", settings.slug)),
            false => String::new(),
        },
        is_public,
        is_archived: settings.status == Status::Archived,
        packs: PACKS,
        contact_hint: contact_hint(settings),
        form,
    };
    Ok(page_of(status, &template)?)
}

/// Where the press has nobody of its own it asks whom readers ask.
fn contact_hint(settings: &Settings) -> String {
    let hint = "A name, an address, a telephone number, as everybody may read them. They stand in the pack and nowhere else.";
    match settings.contact.as_str() {
        "" => hint.to_owned(),
        contact => format!("{hint} Where this is empty the pack names {contact}."),
    }
}

#[derive(Template)]
#[template(path = "organizing/press.html")]
struct View {
    page: Page,
    local: Local,
    notice: &'static str,
    version: i64,
    /// What is in it, file by file.
    files: Vec<String>,
    pack_href: String,
    /// Where everybody fetches it; empty where nobody can.
    public_href: String,
    is_public: bool,
    is_archived: bool,
    packs: [Choice; 3],
    contact_hint: String,
    form: Filled,
}
