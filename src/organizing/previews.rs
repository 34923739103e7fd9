//! Preview links: each with a name and a last day, made and ended by organizers. Whoever has one reads the letter before it is public.

use super::life::load;
use crate::account::{Acting, Organizer, SteppedUp, store as accounts};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::store::{self as campaigns, NewPreviewLink, PreviewError, PreviewLink};
use crate::campaign::{Campaign, Here, Local};
use crate::clock::{Timestamp, Zone, days};
use crate::db::{self, Tx};
use crate::ids::{AccountId, PreviewLinkId};
use crate::secret::Token;
use crate::text::LinkName;
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{Page, page_of, see};
use crate::web::show::{self, Moment};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use std::collections::BTreeMap;

/// How many days a link works if nobody says otherwise, and at most.
const USUAL_DAYS: i64 = 14;
const MOST_DAYS: i64 = 366;

/// The most links of one letter that are known at a time.
const MOST: usize = 100;

/// What is shown of a link once, and never again.
struct Made {
    name: LinkName,
    address: String,
}

/// The page.
pub(super) async fn show(who: Organizer, app: Data<App>) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, who.campaign).await?;
    render(&app, &who, &campaign, StatusCode::OK, fresh(&app, &campaign), None).await
}

/// Makes a link, ends one, or has one that was ended work again.
pub(super) async fn act(
    Acting { who: SteppedUp(who), fields }: Acting<SteppedUp<Organizer>>,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, who.campaign).await?;
    match fields.get("do") {
        "make" => make(app, who, campaign, fields).await,
        "end" => end(app, who, campaign, &fields, true).await,
        "restore" => end(app, who, campaign, &fields, false).await,
        _ => Err(Fault::Unprocessable("The form does not say what to do with a link.")),
    }
}

/// The empty form. It names the link that it makes, so that a button that is pressed twice makes one.
fn fresh(app: &App, campaign: &Campaign) -> Filled {
    let now = app.clock.now();
    let last = campaign.settings.zone.local(now.plus(days(USUAL_DAYS))).date();
    let link = PreviewLinkId::new(now.millis(), app.random.bytes()).to_string();
    Filled::new([("until", last.to_string()), ("link", link)].into_iter().collect(), Problems::default())
}

async fn make(
    app: Data<App>,
    who: Organizer,
    campaign: Campaign,
    fields: Fields,
) -> Result<HttpResponse, Fault> {
    let (now, id) = (app.clock.now(), PreviewLinkId::parse(fields.get("link")));
    let id = id.ok_or(Fault::Unprocessable("The form does not name the link that it makes."))?;
    let mut problems = Problems::default();
    let name = problems.take("link_name", LinkName::parse(fields.get("link_name")));
    let ends_at = problems.take("until", until(fields.get("until"), &campaign.settings.zone, now));
    let (keys, of) = (app.keys.clone(), campaign.id);
    let known = app.db.read(move |conn| campaigns::previews(conn, &keys, of)).await.map_err(unread)?;
    if known.len() >= MOST {
        problems.add(
            "link_name",
            format!("A letter has at most {MOST} links. Those that are over are forgotten after 30 days."),
        );
    }
    let (Some(name), Some(ends_at), true) = (name, ends_at, problems.is_empty()) else {
        let form = Filled::new(fields, problems);
        return render(&app, &who, &campaign, StatusCode::UNPROCESSABLE_ENTITY, form, None).await;
    };
    let token = Token::make(&app.random);
    let (digest, staff, of_app, of_name) = (token.digest(), who.staff.id, app.clone(), name.clone());
    let write = move |tx: &mut Tx<'_>| -> Result<(), db::Error> {
        let new = NewPreviewLink { id, campaign: of, digest, name: &of_name, by: staff, ends_at };
        campaigns::insert_preview(tx, &of_app.keys, &of_app.random, &new, now)?;
        let act = Act::new(now, Actor::Staff(staff), Subject::Campaign(of), "made a preview link");
        let act = Act { new: Some(format!("until {ends_at}")), ..act };
        audit::record(tx, &of_app.random, act.in_campaign(of))
    };
    match app.db.write(write).await {
        Ok(()) => {
            let address = app.base_url.join(&format!("/previews/{}", token.reveal()));
            let made = Some(Made { name, address });
            render(&app, &who, &campaign, StatusCode::OK, fresh(&app, &campaign), made).await
        }
        // Pressed twice.
        Err(db::Error::Unique(_)) => {
            problems.add(
                "link_name",
                "This link is made already, and its address was shown. If you do not have it, end that link and make another one.",
            );
            let link = PreviewLinkId::new(now.millis(), app.random.bytes()).to_string();
            let form = Filled::new(fields.with("link", link), problems);
            render(&app, &who, &campaign, StatusCode::CONFLICT, form, None).await
        }
        Err(other) => Err(other.into()),
    }
}

/// The end of the last day on which a link works.
fn until(typed: &str, zone: &Zone, now: Timestamp) -> Result<Timestamp, String> {
    let day: Option<jiff::civil::Date> = typed.trim().parse().ok().filter(|_| typed.trim().len() == 10);
    let ends_at = day
        .and_then(|day| zone.end_of(day))
        .ok_or("Write the last day as year-month-day, such as 2026-12-31.")?;
    match ends_at {
        past if past <= now => Err("Choose a day that is not over.".to_owned()),
        late if late > now.plus(days(MOST_DAYS)) => Err("Choose a day within a year.".to_owned()),
        fits => Ok(fits),
    }
}

async fn end(
    app: Data<App>,
    who: Organizer,
    campaign: Campaign,
    fields: &Fields,
    ends: bool,
) -> Result<HttpResponse, Fault> {
    let id =
        PreviewLinkId::parse(fields.get("link")).ok_or(Fault::Unprocessable("There is no such link."))?;
    let (now, staff, of, of_app) = (app.clock.now(), who.staff.id, campaign.id, app.clone());
    let write = move |tx: &mut Tx<'_>| -> Result<(), db::Error> {
        // Of a link that stands like that already nothing is changed, and the answer is the same.
        if campaigns::end_preview(tx, of, id, ends.then_some((now, staff)))? {
            let past = if ends { "ended a preview link" } else { "had a preview link work again" };
            let act = Act::new(now, Actor::Staff(staff), Subject::Campaign(of), past);
            audit::record(tx, &of_app.random, act.in_campaign(of))?;
        }
        Ok(())
    };
    app.db.write(write).await?;
    Ok(see(&format!("/staff/letters/{}/previews", campaign.settings.slug)))
}

fn unread(error: PreviewError) -> Fault {
    match error {
        PreviewError::Database(error) => error.into(),
        PreviewError::Sealed(error) => error.into(),
    }
}

async fn render(
    app: &Data<App>,
    who: &Organizer,
    campaign: &Campaign,
    status: StatusCode,
    form: Filled,
    made: Option<Made>,
) -> Result<HttpResponse, Fault> {
    let (keys, id, now) = (app.keys.clone(), campaign.id, app.clock.now());
    let links = app.db.read(move |conn| campaigns::previews(conn, &keys, id)).await.map_err(unread)?;
    let (keys, ids) = (app.keys.clone(), links.iter().map(|link| link.made_by).collect::<Vec<_>>());
    let names = app.db.read(move |conn| accounts::names(conn, &keys, &ids)).await?;
    let template = Previews {
        page: who.staff.page(app, format!("Preview links: {} – Undersigned", campaign.settings.title)),
        local: Local::new(campaign, true, Here::Previews, now),
        is_public: campaign.is_visible(now),
        zone: campaign.settings.zone.said(),
        action: format!("/staff/letters/{}/previews", campaign.settings.slug),
        rows: links.into_iter().map(|link| Row::new(link, &names, &campaign.settings.zone, now)).collect(),
        form,
        made,
    };
    Ok(page_of(status, &template)?)
}

struct Row {
    id: String,
    name: LinkName,
    by: String,
    made: Moment,
    /// The last day on which it works, in the letter’s zone.
    last_day: String,
    is_ended: bool,
    is_over: bool,
}

impl Row {
    fn new(link: PreviewLink, names: &BTreeMap<AccountId, String>, zone: &Zone, now: Timestamp) -> Self {
        Self {
            id: link.id.to_string(),
            by: names.get(&link.made_by).cloned().unwrap_or_default(),
            made: Moment::new(link.made_at, now),
            last_day: show::day(zone.local(link.ends_at.plus(jiff::SignedDuration::from_micros(-1))).date()),
            is_ended: link.ended_at.is_some(),
            is_over: link.ends_at <= now,
            name: link.name,
        }
    }
}

#[derive(Template)]
#[template(path = "organizing/previews.html")]
struct Previews {
    page: Page,
    local: Local,
    /// Whether the letter is public, so that links lead to its page.
    is_public: bool,
    zone: String,
    action: String,
    rows: Vec<Row>,
    form: Filled,
    made: Option<Made>,
}
