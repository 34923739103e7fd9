//! Everything that is set about a letter, apart from its text.

use super::act::Act;
use super::asked_first::{Grave, Reason, Shown};
use super::create::require;
use super::held::{Stop, archived, changeable};
use super::history;
use super::life::load;
use super::moments::{self, Asked, Typed};
use super::stand::Stand;
use super::store;
use crate::account::{Acting, Organizer, Staff, stepped_up};
use crate::audit::{self, Actor, Subject};
use crate::campaign::settings::FIELDS;
use crate::campaign::{Campaign, Here, Leavers, Local, Settings, Status, store as campaigns};
use crate::db::Tx;
use crate::ids::AccountId;
use crate::list::store as lists;
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{Page, page_of, see};
use crate::web::show::Choice;
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{Error, HttpRequest, HttpResponse};
use askama::Template;

/// What the form cannot change: the address would break links, the status and a pause have buttons of their own, and how the letter is
/// moderated and what the press gets a page each.
const FIXED: [&str; 7] = ["slug", "status", "paused", "reasons", "guide", "press_contact", "press_pack"];

/// The form as the settings stand.
pub(super) async fn form(
    request: HttpRequest,
    who: Organizer,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, who.campaign).await?;
    let form = Filled::new(moments::shown(&campaign.settings, &campaign.settings.zone), Problems::default());
    let (of, now) = (campaign.clone(), app.clock.now());
    let grave = app.db.read(move |conn| Grave::of(conn, &of, &of.settings, now)).await?.shown(now);
    let view = View::new(&app, &who.staff, &campaign, form);
    Ok(page_of(StatusCode::OK, &View { notice: notice(request.query_string()), grave, ..view })?)
}

/// Saves them.
pub(super) async fn save(
    request: HttpRequest,
    Acting { who, mut fields }: Acting<Organizer>,
    app: Data<App>,
) -> Result<HttpResponse, Error> {
    let before = load(&app, who.campaign).await?;
    if fields.get("version") != before.version.to_string() {
        return Ok(stale(&app, &who.staff, &before, fields).await?);
    }
    if before.settings.status == Status::Archived {
        return Err(archived().into());
    }
    let (after, problems) = read(&app, &before, &fields).await?;
    let Some(after) = after.filter(|_| problems.is_empty()) else {
        return Ok(mend(&app, &who.staff, &before, Filled::new(fields, problems), Shown::default())?);
    };
    let saved = see(&format!("/staff/letters/{}/settings?saved", before.settings.slug));
    if after == before.settings && fields.get("consent").trim().is_empty() {
        return Ok(saved);
    }
    let (of, wanted, now) = (before.clone(), after.clone(), app.clock.now());
    let grave = app.db.read(move |conn| Grave::of(conn, &of, &wanted, now)).await.map_err(Fault::from)?;
    // Who can read the letter is hard to take back, and what is erased stays erased.
    let is_seen = |settings: &Settings| (settings.published_at, settings.access);
    if is_seen(&after) != is_seen(&before.settings) || grave.erases() || grave.drops() {
        fields = stepped_up(&request, &who.staff, fields).await?;
    }
    let (of_app, of, by, typed) = (app.clone(), before.clone(), who.staff.id, fields.clone());
    let written = app.db.write(move |tx| record(tx, &of_app, &of, &after, &typed, by)).await;
    match written.map_err(Fault::from)? {
        Done::Saved => Ok(saved),
        Done::Overtaken => Ok(stale(&app, &who.staff, &load(&app, who.campaign).await?, fields).await?),
        Done::Asks(grave, problems) => {
            Ok(mend(&app, &who.staff, &before, Filled::new(fields, problems), grave.shown(now))?)
        }
    }
}

/// The form as it was typed, with what has to be mended or answered.
fn mend(
    app: &App,
    staff: &Staff,
    campaign: &Campaign,
    form: Filled,
    grave: Shown,
) -> Result<HttpResponse, Fault> {
    let view = View { grave, ..View::new(app, staff, campaign, form) };
    Ok(page_of(StatusCode::UNPROCESSABLE_ENTITY, &view)?)
}

/// What was typed, and everything that has to be mended in it.
async fn read(app: &App, before: &Campaign, fields: &Fields) -> Result<(Option<Settings>, Problems), Fault> {
    let Typed { texts, mut problems } = moments::typed(fields, &before.settings, &FIXED);
    let after = match Settings::parse(&texts) {
        Ok(settings) => Some(settings),
        Err(more) => {
            problems.append(more);
            None
        }
    };
    require(&mut problems, fields);
    // Empty means the usual six in a file; here somebody took away what stood there.
    if fields.get("keep_months").trim().is_empty() {
        problems.add("keep_months", "Write for how many months contacts are kept.");
    }
    let Some(mut after) = after.filter(|_| problems.is_empty()) else { return Ok((None, problems)) };
    let rules = after.eligibility.after(&before.settings.eligibility, &after.reasons);
    if let Some(reasons) = problems.take("eligibility", rules) {
        after.reasons = reasons;
    }
    let id = before.id;
    if after.language != before.settings.language {
        let language = after.language.clone();
        let translated = app.db.read(move |conn| campaigns::translation(conn, id, &language)).await?;
        if translated.is_some_and(|translation| translation.retired_at.is_none()) {
            problems.add("language", "The letter is translated into this language. Make that the binding text under Languages, or delete it there.");
        }
    }
    // What was promised to those who signed can be bettered, not worsened.
    if after.keep_months > before.settings.keep_months
        && app.db.read(move |conn| store::has_signed(conn, id)).await?
    {
        let told = before.settings.kept_for();
        problems.add("keep_months", format!("Whoever has signed was told {told}: choose no more than that."));
    }
    Ok((Some(after), problems))
}

/// What became of a change.
enum Done {
    Saved,
    /// Somebody changed the settings first.
    Overtaken,
    /// It does what has to be asked about first.
    Asks(Grave, Problems),
}

fn record(
    tx: &mut Tx<'_>,
    app: &App,
    before: &Campaign,
    after: &Settings,
    typed: &Fields,
    by: AccountId,
) -> Result<Done, Stop> {
    let now = app.clock.now();
    if changeable(tx, before.id)?.version != before.version {
        return Ok(Done::Overtaken);
    }
    // The letter is held: who is on its list now is who becomes public.
    let grave = Grave::of(tx, before, after, now)?;
    let reason = match grave.answered(typed) {
        Ok(reason) => reason,
        Err(problems) => return Ok(Done::Asks(grave, problems)),
    };
    if *after == before.settings {
        let words = reason.as_ref().map(Reason::as_str);
        let act = audit::Act::new(now, Actor::Staff(by), Subject::Campaign(before.id), history::WROTE_WHY);
        if words.is_some() {
            audit::record(tx, &app.random, act.in_campaign(before.id).because(words))?;
        }
        return Ok(Done::Saved);
    }
    if !campaigns::replace(tx, before, after, now)? {
        return Ok(Done::Overtaken);
    }
    if before.settings.leavers == Leavers::Kept && after.leavers == Leavers::Dropped {
        lists::drop_names(tx, before.id)?;
    }
    if after.line != before.settings.line {
        store::reprint(tx, before.id, &after.line)?;
    }
    let changed = FIELDS.into_iter().filter(|field| before.settings.text(field) != after.text(field));
    let says = |settings: &Settings| {
        let line = |field: &str| format!("{field}: {}", settings.text(field));
        changed.clone().map(line).collect::<Vec<_>>().join("\n")
    };
    let act = audit::Act::new(now, Actor::Staff(by), Subject::Campaign(before.id), "changed the settings");
    let act = act.in_campaign(before.id).changing(&says(&before.settings), &says(after));
    audit::record(tx, &app.random, act.because(reason.as_ref().map(Reason::as_str)))?;
    Ok(Done::Saved)
}

/// Somebody else changed them since the page was made. What was typed stands in the form, and beside it what stands now.
async fn stale(
    app: &App,
    staff: &Staff,
    now_stands: &Campaign,
    fields: Fields,
) -> Result<HttpResponse, Fault> {
    let change = history::last(app, now_stands.id).await?;
    let overtaken = change.map(|change| change.sentence(app.clock.now()));
    let current = moments::shown(&now_stands.settings, &moments::times_in(&fields));
    let differs = |field: &&str| !FIXED.contains(field) && fields.get(field).trim() != current.get(field);
    let stands = FIELDS.into_iter().filter(differs);
    let stands = stands.map(|field| (label(field), current.get(field).to_owned())).collect();
    let view = View::new(app, staff, now_stands, Filled::new(fields.clone(), Problems::default()));
    let overtaken = Some(overtaken.unwrap_or_default());
    Ok(page_of(StatusCode::CONFLICT, &View { overtaken, stands, ..view })?)
}

/// What the form calls a field.
fn label(field: &str) -> &'static str {
    match field {
        "title" => "Title",
        "language" => "Language",
        "recipient" => "Recipient",
        "salutation" => "Salutation",
        "closing" => "Closing",
        "letter_date" => "Date of the letter",
        "host" => "Host",
        "contact" => "Contact",
        "authority" => "Statement about authority",
        "eligibility" => "Who may sign",
        "at_risk" => "Ask whether the organization can be named",
        "unconfirmed" => "Entries from elsewhere",
        "zone" => "Time zone",
        "keep_months" => "Months for which contacts are kept",
        "access" => "Who may see the letter",
        "opens_at" => "Opens",
        "closes_at" => "Deadline",
        "published_at" => "Public from",
        "ordering" => "Order",
        "articles" => "Leading words to ignore",
        "amber_days" => "Due after days",
        "red_days" => "Overdue after days",
        "four_eyes" => "Two moderators approve",
        "leavers" => "Named editions and who leaves",
        "late" => "Who joins later",
        _ => "Printed line",
    }
}

/// What was done last, as the address of the page says it.
fn notice(query: &str) -> &'static str {
    match query {
        "saved" => "Saved.",
        "created" => "The draft is made. Set what else is needed, then open and publish it.",
        word => Act::parse(word).map_or("", Act::done),
    }
}

const ORDERINGS: [Choice; 2] = [
    Choice {
        value: "alphabetical",
        label: "Alphabetical",
        hint: "Word by word, as the letter's language sorts. Punctuation does not count.",
    },
    Choice { value: "joining", label: "By joining", hint: "Whoever was approved first stands first." },
];

const LEAVERS: [Choice; 2] = [
    Choice {
        value: "dropped",
        label: "The name is taken out",
        hint: "The number stays, with “name withdrawn on” and the date. This holds for everybody at once.",
    },
    Choice {
        value: "kept",
        label: "The line stays, with the date",
        hint: "With the words “withdrawn on”. The form says so; it holds for editions that are named from now on, and on them for those who sign from now on.",
    },
];

const LATES: [Choice; 2] = [
    Choice { value: "live", label: "Among all others", hint: "By the order above." },
    Choice {
        value: "after",
        label: "After those of the edition",
        hint: "Under the heading “Joined after” and its name, numbered on from there.",
    },
];

const ACCESSES: [Choice; 3] = [
    Choice { value: "public", label: "Everybody", hint: "It stands on the index page." },
    Choice { value: "link", label: "Whoever has the address", hint: "It appears nowhere else." },
    Choice { value: "invitation", label: "Whoever is invited", hint: "To everybody else it does not exist." },
];

const UNCONFIRMED: [Choice; 3] = [
    Choice { value: "print", label: "Like every other", hint: "" },
    Choice {
        value: "marked",
        label: "With “(unconfirmed)” after the name",
        hint: "Until the organization confirms by its link.",
    },
    Choice { value: "hide", label: "Not until the organization confirms", hint: "" },
];

/// A button that leads to the page of an act.
struct Way {
    href: String,
    label: &'static str,
}

#[derive(Template)]
#[template(path = "organizing/settings.html")]
struct View {
    page: Page,
    local: Local,
    notice: &'static str,
    stand: Stand,
    form: Filled,
    /// What is asked about beside a field.
    asked: Asked,
    /// The zone in which the form takes its moments.
    times_in: String,
    said_zone: String,
    /// What cannot be taken back of the change that was typed.
    grave: Shown,
    is_archived: bool,
    copy_href: String,
    previews_href: String,
    version: i64,
    orderings: [Choice; 2],
    accesses: [Choice; 3],
    unconfirmed: [Choice; 3],
    leavers: [Choice; 2],
    lates: [Choice; 2],
    ways: Vec<Way>,
    overtaken: Option<String>,
    stands: Vec<(&'static str, String)>,
}

impl View {
    fn new(app: &App, staff: &Staff, campaign: &Campaign, form: Filled) -> Self {
        let (settings, now) = (&campaign.settings, app.clock.now());
        let (asked, zone) = (moments::asked(form.fields()), moments::times_in(form.fields()));
        let way = |act: Act| Way {
            href: format!("/staff/letters/{}/life/{}", settings.slug, act.word()),
            label: act.label(),
        };
        Self {
            page: staff.page(app, format!("Settings: {} – Undersigned", settings.title)),
            local: Local::new(campaign, true, Here::Settings, now),
            notice: "",
            stand: Stand::of(campaign, now),
            grave: Shown::default(),
            asked,
            times_in: zone.to_string(),
            said_zone: moments::meant_in(form.fields()).said(),
            is_archived: settings.status == Status::Archived,
            copy_href: format!("/staff/letters/{}/copy", settings.slug),
            previews_href: format!("/staff/letters/{}/previews", settings.slug),
            form,
            version: campaign.version,
            orderings: ORDERINGS,
            accesses: ACCESSES,
            unconfirmed: UNCONFIRMED,
            leavers: LEAVERS,
            lates: LATES,
            ways: Act::ALL
                .into_iter()
                .filter(|act| act.changed(settings, now, "").is_ok())
                .map(way)
                .collect(),
            overtaken: None,
            stands: Vec::new(),
        }
    }
}
