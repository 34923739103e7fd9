//! The list with a way to move each entry: by buttons and a field, for keyboards and without scripts. What a pin moves is shown before it does.

use super::held::{Stop, changeable};
use super::moves::{Move, Pins, Shifted, shifted};
use super::store;
use crate::account::{Acting, Organizer};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{Campaign, Here, Local, Status, store as campaigns};
use crate::db::{Error, Tx};
use crate::ids::{AccountId, CampaignId, SignOnId};
use crate::list::store::{self as lists, Place, Places};
use crate::web::form::{self, Fields, Filled, Problems};
use crate::web::page::{Page, page, page_of, see};
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

/// Entries on one page.
const PER_PAGE: usize = 100;

/// Of those that a move shifts, how many are named before it.
const NAMED: usize = 50;

/// In the history.
pub(super) const MOVED: &str = "moved on the list";
/// The same.
pub(super) const UNPINNED: &str = "took its pin away";

/// The list as it stands.
struct Listed {
    places: Places,
    all: Vec<Place>,
}

async fn listed(app: &App, id: CampaignId) -> Result<Listed, Fault> {
    let read = app.db.read(move |conn| -> Result<_, Error> {
        let Some(places) = Places::read(conn, id)? else { return Ok(None) };
        let all = places.all()?;
        Ok(Some(Listed { places, all }))
    });
    read.await?.ok_or(Fault::NotFound)
}

impl Listed {
    fn entry(&self, id: SignOnId) -> Option<&Place> {
        self.all.iter().find(|place| place.sign_on == id)
    }
}

/// The page of the list.
pub(super) async fn show(
    request: HttpRequest,
    who: Organizer,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let listed = listed(&app, who.campaign).await?;
    let asked = form::query(&request)?;
    let moved = SignOnId::parse(asked.get("entry")).and_then(|id| listed.entry(id));
    let at = match (moved, asked.get("number"), asked.get("page")) {
        (Some(place), ..) => place.number,
        (None, "", "") => 1,
        (None, "", page) => page
            .parse::<u32>()
            .ok()
            .and_then(|page| page.checked_sub(1)?.checked_mul(u32::try_from(PER_PAGE).ok()?)?.checked_add(1))
            .ok_or(Fault::NotFound)?,
        (None, number, _) => number.trim().parse().unwrap_or(1),
    };
    let said = moved.map(|place| (place.number, result(place, asked.get("others"))));
    let came = Came { said, ..Came::default() };
    render(&app, &who, &listed, at, StatusCode::OK, came).await
}

/// What became of a move, as a sentence.
fn result(place: &Place, others: &str) -> String {
    let others = match others.parse::<u32>() {
        Ok(0) | Err(_) => "nobody else moved".to_owned(),
        Ok(1) => "1 other moved".to_owned(),
        Ok(many) => format!("{many} others moved"),
    };
    let pin = if place.pinned.is_some() { ", pinned" } else { ", by the rule" };
    format!("“{}” now stands at {}{pin}; {others}.", place.line, place.number)
}

/// Moves an entry; or shows first what moves with it.
pub(super) async fn act(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let id = SignOnId::parse(fields.get("entry"));
    let id = id.ok_or(Fault::Unprocessable("The form does not name the entry that it moves."))?;
    let wish = Move::parse(fields.get("do"), fields.get("number"));
    let wish = wish.ok_or(Fault::Unprocessable("The form does not say how the entry is moved."))?;
    let before = listed(&app, who.campaign).await?;
    let Some(entry) = before.entry(id).cloned() else {
        let came = Came {
            alert: "Nothing was changed: that entry is not on the list any more.".to_owned(),
            ..Came::default()
        };
        return render(&app, &who, &before, 1, StatusCode::CONFLICT, came).await;
    };
    let slug = before.places.campaign().settings.slug.clone();
    let done = |others: usize| see(&format!("/staff/letters/{slug}/list?entry={id}&others={others}#result"));
    let shown_at: u32 = fields.get("at").parse().unwrap_or(entry.number);
    if fields.get("revision") != before.places.campaign().list_revision.to_string() {
        // The same button pressed again: it stands where it was wanted.
        return match wish.ok().and_then(|wish| wish.target(shown_at)) {
            Some(target) if entry.pinned == Some(target) && entry.number == target => Ok(done(0)),
            _ => stale(&app, &who, &before, &entry, fields).await,
        };
    }
    let planned = wish.map_err(ToOwned::to_owned);
    let (wish, pins) = match planned.and_then(|wish| Ok((wish, wish.pins(&before.all, &entry)?))) {
        Ok(planned) => planned,
        Err(why) => {
            let mut problems = Problems::default();
            problems.add("number", why);
            let came = Came { form: Filled::new(fields, problems), at: entry.number, ..Came::default() };
            return render(&app, &who, &before, entry.number, StatusCode::UNPROCESSABLE_ENTITY, came).await;
        }
    };
    let Listed { places, all } = before;
    let (places, after) = with_pins(places, pins.clone()).await?;
    let others = shifted(&all, &after, id);
    let to = after.iter().find(|place| place.sign_on == id).map_or(entry.number, |place| place.number);
    let is_asked_first = matches!(wish, Move::Pin(_) | Move::Unpin);
    if is_asked_first && !fields.is_ticked("sure") {
        return ask(&app, &who, places.campaign(), &entry, (wish, to), others);
    }
    let change = Change { id, pins, from: entry.number, to, unpins: wish == Move::Unpin };
    match record(&app, &who, &places, change).await? {
        true => Ok(done(others.len())),
        false => {
            let now = listed(&app, who.campaign).await?;
            match now.entry(id).cloned() {
                Some(entry) => stale(&app, &who, &now, &entry, fields).await,
                None => render(&app, &who, &now, 1, StatusCode::CONFLICT, Came::default()).await,
            }
        }
    }
}

/// Where everybody would stand with these pins. A long list is put in order on another thread.
async fn with_pins(mut places: Places, pins: Pins) -> Result<(Places, Vec<Place>), Fault> {
    let arranged = tokio::task::spawn_blocking(move || {
        for (id, number) in pins {
            places.pin(id, number);
        }
        let all = places.all()?;
        Ok::<_, Error>((places, all))
    });
    Ok(arranged.await.map_err(Fault::unexpected)??)
}

/// The list moved on since the page was made: what stands now, with what was typed.
async fn stale(
    app: &App,
    who: &Organizer,
    now: &Listed,
    entry: &Place,
    fields: Fields,
) -> Result<HttpResponse, Fault> {
    let alert = format!(
        "Nothing was changed: the list has moved on since your page was made. “{}” stands at {} now. Look once more, then choose again.",
        entry.line, entry.number
    );
    let form = Filled::new(fields, Problems::default());
    let came = Came { alert, form, at: entry.number, said: None };
    render(app, who, now, entry.number, StatusCode::CONFLICT, came).await
}

/// What is written of a move.
struct Change {
    id: SignOnId,
    pins: Pins,
    from: u32,
    to: u32,
    unpins: bool,
}

/// Writes it, if the list is still as it was; whether it was.
async fn record(app: &Data<App>, who: &Organizer, places: &Places, change: Change) -> Result<bool, Fault> {
    let (of_app, id, by) = (app.clone(), who.campaign, who.staff.id);
    let revision = places.campaign().list_revision;
    let pins: Vec<_> =
        change.pins.iter().map(|(id, number)| (*id, number.map(|number| places.stored(number)))).collect();
    let write = move |tx: &mut Tx<'_>| -> Result<bool, Stop> {
        if changeable(tx, id)?.list_revision != revision {
            return Ok(false);
        }
        store::pin(tx, &pins)?;
        campaigns::raise_list_revision(tx, id)?;
        audit::record(tx, &of_app.random, told(&of_app, by, id, &change))?;
        Ok(true)
    };
    Ok(app.db.write(write).await?)
}

fn told(app: &App, by: AccountId, campaign: CampaignId, change: &Change) -> Act {
    let past = if change.unpins { UNPINNED } else { MOVED };
    let act = Act::new(app.clock.now(), Actor::Staff(by), Subject::SignOn(change.id), past);
    let to = if change.unpins { change.to.to_string() } else { format!("{}, pinned", change.to) };
    act.in_campaign(campaign).changing(&change.from.to_string(), &to)
}

/// What was sent, where the page comes again; or what is said of what was done.
#[derive(Default)]
struct Came {
    alert: String,
    form: Filled,
    /// The number of the entry that the form is about.
    at: u32,
    /// The number of the entry that was moved, and the sentence about it.
    said: Option<(u32, String)>,
}

async fn render(
    app: &App,
    who: &Organizer,
    listed: &Listed,
    at: u32,
    status: StatusCode,
    came: Came,
) -> Result<HttpResponse, Fault> {
    let campaign = listed.places.campaign();
    let id = campaign.id;
    let named = app.db.read(move |conn| lists::named(conn, id)).await?;
    let count = listed.all.len();
    let skipped = usize::try_from(at.saturating_sub(1)).unwrap_or(usize::MAX) / PER_PAGE * PER_PAGE;
    let skipped = if skipped < count { skipped } else { count.saturating_sub(1) / PER_PAGE * PER_PAGE };
    let (this, last) = (skipped / PER_PAGE + 1, count.div_ceil(PER_PAGE).max(1));
    let href = format!("/staff/letters/{}/list", campaign.settings.slug);
    let early = listed.all.iter().filter(|place| place.is_early).count();
    let row = |place: &Place| Row::new(place, early, count, &came);
    let template = ListPage {
        page: who.staff.page(app, format!("Order and pins: {} – Undersigned", campaign.settings.title)),
        local: Local::new(campaign, true, Here::List, app.clock.now()),
        rows: listed.all.iter().skip(skipped).take(PER_PAGE).map(row).collect(),
        revision: campaign.list_revision,
        is_archived: campaign.settings.status == Status::Archived,
        rule: campaign.settings.ordering.as_str(),
        pinned: listed.all.iter().filter(|place| place.pinned.is_some()).count(),
        early_as: named.last().filter(|_| early > 0).map(|named| named.name.clone()).unwrap_or_default(),
        count,
        prev: (this > 1).then(|| format!("{href}?page={}", this - 1)),
        next: (this < last).then(|| format!("{href}?page={}", this + 1)),
        scope: format!("n{}-", came.at),
        came,
        this,
        last,
        href,
    };
    Ok(page_of(status, &template)?)
}

fn ask(
    app: &App,
    who: &Organizer,
    campaign: &Campaign,
    entry: &Place,
    (wish, to): (Move, u32),
    others: Vec<Shifted>,
) -> Result<HttpResponse, Fault> {
    let settings = &campaign.settings;
    let template = Ask {
        page: who.staff.page(app, format!("What moves: {} – Undersigned", settings.title)),
        local: Local::new(campaign, true, Here::List, app.clock.now()),
        line: entry.line.clone(),
        entry: entry.sign_on,
        from: entry.number,
        to,
        unpins: wish == Move::Unpin,
        count: others.len(),
        others: others.into_iter().take(NAMED).collect(),
        revision: campaign.list_revision,
        href: format!("/staff/letters/{}/list", settings.slug),
    };
    Ok(page(&template)?)
}

/// An entry of the list.
struct Row {
    entry: SignOnId,
    number: u32,
    line: String,
    is_pinned: bool,
    /// The number that its pin asks for, where it stands at another.
    pinned_elsewhere: Option<u32>,
    is_early: bool,
    can_go_up: bool,
    can_go_down: bool,
    typed: String,
    error: String,
    said: String,
}

impl Row {
    fn new(place: &Place, early: usize, count: usize, came: &Came) -> Self {
        let number = usize::try_from(place.number).unwrap_or(usize::MAX);
        let is_asked = came.at == place.number;
        let of_form = |text: &str| if is_asked { text.to_owned() } else { String::new() };
        let said = came.said.as_ref().filter(|(at, _)| *at == place.number);
        Self {
            entry: place.sign_on,
            number: place.number,
            line: place.line.clone(),
            is_pinned: place.pinned.is_some(),
            pinned_elsewhere: place.pinned.filter(|pin| *pin != place.number),
            is_early: place.is_early,
            can_go_up: !place.is_early && number > early + 1,
            can_go_down: !place.is_early && number < count,
            typed: of_form(came.form.value("number")),
            error: of_form(came.form.error("number")),
            said: said.map(|(_, said)| said.clone()).unwrap_or_default(),
        }
    }
}

#[derive(Template)]
#[template(path = "organizing/list.html")]
struct ListPage {
    page: Page,
    local: Local,
    rows: Vec<Row>,
    came: Came,
    /// What stands before the ids of the form that came back.
    scope: String,
    revision: i64,
    is_archived: bool,
    rule: &'static str,
    count: usize,
    pinned: usize,
    /// The edition in whose order the first ones stand; empty where there are none.
    early_as: String,
    this: usize,
    last: usize,
    prev: Option<String>,
    next: Option<String>,
    href: String,
}

#[derive(Template)]
#[template(path = "organizing/list_move.html")]
struct Ask {
    page: Page,
    local: Local,
    line: String,
    entry: SignOnId,
    from: u32,
    to: u32,
    unpins: bool,
    others: Vec<Shifted>,
    count: usize,
    revision: i64,
    href: String,
}
