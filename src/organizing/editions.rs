//! The editions of a list: which there are, and the names that make some of them stay for ever.

use super::held::{Stop, archived, changeable};
use super::history::{NAME_MENDED, NAMED};
use super::life::load;
use crate::account::{Acting, Organizer, SteppedUp};
use crate::audit::{self, Actor, Subject};
use crate::campaign::{Campaign, Here, Late, Leavers, Local, Status};
use crate::clock::Timestamp;
use crate::db;
use crate::ids::{AccountId, CampaignId};
use crate::list::store::{self as lists, Heading, Live, Named};
use crate::text::EditionName;
use crate::web::form::{self, Filled, Problems};
use crate::web::page::{Page, page, page_of, see};
use crate::web::show::Moment;
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

/// How often it is tried to name an edition while what no edition says of the letter changes meanwhile, such as its deadline.
const ATTEMPTS: u8 = 3;

/// All editions, the newest first.
pub(super) async fn all(request: HttpRequest, who: Organizer, app: Data<App>) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, who.campaign).await?;
    let asked = form::query(&request)?;
    let below = match asked.get("below") {
        "" => None,
        number => Some(number.parse().map_err(|_| Fault::NotFound)?),
    };
    // The newest change may not have its edition yet.
    let live = live(&app, campaign.id).await?;
    let id = campaign.id;
    let (headings, more) = app.db.read(move |conn| lists::every_heading(conn, id, below)).await?;
    let (slug, now) = (&campaign.settings.slug, app.clock.now());
    let last = headings.last().map_or(0, |heading| heading.number);
    let done = |word| named_by(&live.named, asked.get(word)).map(|named| (named.number, named.name.clone()));
    Ok(page(&Editions {
        page: who.staff.page(&app, format!("Editions: {} – Undersigned", campaign.settings.title)),
        local: Local::new(&campaign, true, Here::Editions, now),
        has_named: done("named"),
        has_mended: done("mended"),
        can_name: campaign.settings.status != Status::Archived,
        live: Shown::new(&live, now),
        rows: headings.into_iter().map(|heading| Row::new(heading, &campaign, &live, now)).collect(),
        next: more.then(|| format!("/staff/letters/{slug}/editions?below={last}")),
        first: below.map(|_| format!("/staff/letters/{slug}/editions")),
        href: format!("/staff/letters/{slug}/editions"),
    })?)
}

fn named_by<'a>(named: &'a [Named], number: &str) -> Option<&'a Named> {
    named.iter().find(|named| named.number.to_string() == number)
}

async fn live(app: &App, id: CampaignId) -> Result<Live, Fault> {
    lists::live(&app.db, &app.clock, &app.random, id).await?.ok_or(Fault::NotFound)
}

/// The page that says what a name does, with the field for it.
pub(super) async fn ask(
    who: Organizer,
    app: Data<App>,
    named: Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    let number = number(&named.1)?;
    let campaign = load(&app, who.campaign).await?;
    let live = live(&app, campaign.id).await?;
    let typed = live.named.iter().find(|named| named.number == number).map_or("", |named| &named.name);
    let form = Filled::new([("name", typed)].into_iter().collect(), Problems::default());
    show(&app, &who, &campaign, &live, (number, StatusCode::OK), form)
}

fn number(text: &str) -> Result<u32, Fault> {
    text.parse().map_err(|_| Fault::NotFound)
}

/// Gives the name, or mends it.
pub(super) async fn name(
    Acting { who: SteppedUp(who), fields }: Acting<SteppedUp<Organizer>>,
    app: Data<App>,
    named: Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    let number = number(&named.1)?;
    let campaign = load(&app, who.campaign).await?;
    if campaign.settings.status == Status::Archived {
        return Err(archived());
    }
    let live = live(&app, campaign.id).await?;
    let mut problems = Problems::default();
    let Some(name) = problems.take("name", EditionName::parse(fields.get("name"))) else {
        let form = Filled::new(fields, problems);
        return show(&app, &who, &campaign, &live, (number, StatusCode::UNPROCESSABLE_ENTITY), form);
    };
    let there = live.named.iter().find(|named| named.number == number);
    let mends = !fields.get("was").is_empty();
    let done = match there {
        // Pressed twice; or somebody else had the same thought.
        Some(there) if there.name == name.as_str() => Done::Recorded,
        Some(_) if mends => mend(&app, &campaign, number, fields.get("was"), &name, who.staff.id).await?,
        Some(_) => Done::Overtaken,
        None => give(&app, &campaign, number, &name, who.staff.id).await?,
    };
    let (status, field, why) = match done {
        Done::Recorded => {
            let word = if mends { "mended" } else { "named" };
            return Ok(see(&format!("/staff/letters/{}/editions?{word}={number}", campaign.settings.slug)));
        }
        Done::Overtaken => (StatusCode::CONFLICT, "", ""),
        Done::Taken => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "name",
            "Choose another name: an edition of this letter is called so already.",
        ),
        Done::Empty => {
            (StatusCode::UNPROCESSABLE_ENTITY, "name", "Nobody stands on the list yet: name it later.")
        }
    };
    if !field.is_empty() {
        problems.add(field, why);
    }
    again(&app, &who, &campaign, (number, status), Filled::new(fields, problems)).await
}

/// The page once more, with what stands now. Where the list moved on, what is offered is the edition that stands.
async fn again(
    app: &App,
    who: &Organizer,
    campaign: &Campaign,
    (number, status): (u32, StatusCode),
    form: Filled,
) -> Result<HttpResponse, Fault> {
    let live = live(app, campaign.id).await?;
    show(app, who, campaign, &live, (number, status), form)
}

/// What became of a name.
enum Done {
    Recorded,
    /// The edition is not the one that stands any more, or is called otherwise than the page said.
    Overtaken,
    /// Another edition is called so.
    Taken,
    /// Nobody is on it.
    Empty,
}

async fn give(
    app: &Data<App>,
    campaign: &Campaign,
    number: u32,
    name: &EditionName,
    by: AccountId,
) -> Result<Done, Fault> {
    for _ in 0..ATTEMPTS {
        let live = live(app, campaign.id).await?;
        if live.edition.number != number {
            return Ok(Done::Overtaken);
        }
        if live.edition.contents.count() == 0 {
            return Ok(Done::Empty);
        }
        let (of_app, id, name) = (app.clone(), campaign.id, name.clone());
        let says = format!(
            "{name}: edition {number}, {} organizations, SHA-256 {}",
            live.edition.contents.count(),
            live.edition.sha256
        );
        let write = move |tx: &mut db::Tx<'_>| -> Result<bool, Stop> {
            let (held, now) = (changeable(tx, id)?, of_app.clock.now());
            let is_named = lists::give_name(tx, &held, number, &name, now)?;
            if is_named {
                let act = audit::Act::new(now, Actor::Staff(by), Subject::Campaign(id), NAMED);
                audit::record(tx, &of_app.random, audit::Act { new: Some(says), ..act }.in_campaign(id))?;
            }
            Ok(is_named)
        };
        match app.db.write(write).await {
            Ok(true) => return Ok(Done::Recorded),
            Ok(false) => {}
            Err(Stop::Database(db::Error::Unique(_))) => return Ok(Done::Taken),
            Err(other) => return Err(other.into()),
        }
    }
    Ok(Done::Overtaken)
}

async fn mend(
    app: &Data<App>,
    campaign: &Campaign,
    number: u32,
    was: &str,
    name: &EditionName,
    by: AccountId,
) -> Result<Done, Fault> {
    let (of_app, id, was, name) = (app.clone(), campaign.id, was.to_owned(), name.clone());
    let write = move |tx: &mut db::Tx<'_>| -> Result<bool, Stop> {
        changeable(tx, id)?;
        let is_mended = lists::rename(tx, id, number, &was, &name)?;
        if is_mended {
            let now = of_app.clock.now();
            let act =
                audit::Act::new(now, Actor::Staff(by), Subject::Campaign(id), NAME_MENDED).in_campaign(id);
            let (old, new) = (format!("{was}: edition {number}"), format!("{name}: edition {number}"));
            audit::record(tx, &of_app.random, act.changing(&old, &new))?;
        }
        Ok(is_mended)
    };
    match app.db.write(write).await {
        Ok(true) => Ok(Done::Recorded),
        Ok(false) => Ok(Done::Overtaken),
        Err(Stop::Database(db::Error::Unique(_))) => Ok(Done::Taken),
        Err(other) => Err(other.into()),
    }
}

fn show(
    app: &App,
    who: &Organizer,
    campaign: &Campaign,
    live: &Live,
    (number, status): (u32, StatusCode),
    form: Filled,
) -> Result<HttpResponse, Fault> {
    let (settings, now) = (&campaign.settings, app.clock.now());
    let there = live.named.iter().find(|named| named.number == number);
    let overtaken = status == StatusCode::CONFLICT;
    let href = format!("/staff/letters/{}/editions", settings.slug);
    // What is offered after the list moved on is the edition that stands, with the name that was typed.
    let offered = if there.is_some() { number } else { live.edition.number };
    let template = Name {
        page: who.staff.page(app, format!("Name an edition: {} – Undersigned", settings.title)),
        local: Local::new(campaign, true, Here::Editions, now),
        asked: number,
        overtaken,
        live: Shown::new(live, now),
        version: live.edition.contents.letter.version,
        called: there.map(|there| there.name.clone()),
        action: format!("{href}/{offered}/name"),
        href,
        is_archived: settings.status == Status::Archived,
        keeps: settings.leavers == Leavers::Kept,
        goes_after: settings.late == Late::After,
        form,
    };
    Ok(page_of(status, &template)?)
}

/// The edition that stands.
struct Shown {
    number: u32,
    count: u32,
    made: Moment,
    sha256: String,
    /// What it is called; empty where it has no name.
    name: String,
}

impl Shown {
    fn new(live: &Live, now: Timestamp) -> Self {
        let edition = &live.edition;
        let named = live.named.iter().find(|named| named.number == edition.number);
        Self {
            number: edition.number,
            count: edition.contents.count(),
            made: Moment::new(edition.made_at, now),
            sha256: edition.sha256.clone(),
            name: named.map(|named| named.name.clone()).unwrap_or_default(),
        }
    }
}

/// One edition among the others.
struct Row {
    number: i64,
    /// Where the public reads it; empty where it cannot.
    public_href: String,
    compare_href: String,
    /// Where its name is mended; empty where it has none.
    mend_href: String,
    name: String,
    made: Moment,
    count: i64,
    sha256: String,
    is_live: bool,
    is_ended: bool,
}

impl Row {
    fn new(heading: Heading, campaign: &Campaign, live: &Live, now: Timestamp) -> Self {
        let (settings, number) = (&campaign.settings, heading.number);
        let is_live = number == i64::from(live.edition.number);
        let since = settings.published_at;
        let is_citable =
            heading.name.is_some() || is_live || since.is_some_and(|since| heading.made_at >= since);
        let is_public = campaign.is_visible(now) && heading.ended_at.is_none() && is_citable;
        let staff = format!("/staff/letters/{}/editions", settings.slug);
        let can_mend = heading.name.is_some() && settings.status != Status::Archived;
        Self {
            public_href: if is_public {
                format!("/letters/{}/editions/{number}", settings.slug)
            } else {
                String::new()
            },
            compare_href: if is_live {
                String::new()
            } else {
                format!("{staff}/compare?from={number}&to=live")
            },
            mend_href: if can_mend { format!("{staff}/{number}/name") } else { String::new() },
            number,
            made: Moment::new(heading.made_at, now),
            count: heading.count,
            sha256: heading.sha256,
            is_live,
            is_ended: heading.ended_at.is_some(),
            name: heading.name.unwrap_or_default(),
        }
    }
}

#[derive(Template)]
#[template(path = "organizing/editions.html")]
struct Editions {
    page: Page,
    local: Local,
    /// What was done last: the edition and its name.
    has_named: Option<(u32, String)>,
    has_mended: Option<(u32, String)>,
    can_name: bool,
    live: Shown,
    rows: Vec<Row>,
    next: Option<String>,
    first: Option<String>,
    href: String,
}

#[derive(Template)]
#[template(path = "organizing/edition_name.html")]
struct Name {
    page: Page,
    local: Local,
    /// The edition that was asked about.
    asked: u32,
    overtaken: bool,
    live: Shown,
    version: u32,
    /// What the one that was asked about is called, if it has a name.
    called: Option<String>,
    action: String,
    href: String,
    is_archived: bool,
    keeps: bool,
    goes_after: bool,
    form: Filled,
}
