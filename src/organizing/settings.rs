//! Everything that is set about a letter, apart from its text.

use super::act::{ARCHIVED, Act};
use super::create::require;
use super::history;
use super::life::load;
use super::moments::{self, Asked, Typed};
use super::open::{self, STALE_DAYS};
use super::stand::Stand;
use super::store;
use crate::account::{Acting, Organizer, Staff, stepped_up};
use crate::audit::{self, Actor, Subject};
use crate::campaign::settings::FIELDS;
use crate::campaign::{Access, Campaign, Here, Local, Settings, Status, store as campaigns};
use crate::clock::Timestamp;
use crate::db::{self, Tx};
use crate::ids::AccountId;
use crate::text::{Prose, optional};
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{Page, page_of, see};
use crate::web::show::Choice;
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{Error, HttpRequest, HttpResponse};
use askama::Template;

/// What the form cannot change: the address would break links, the status and a pause have buttons of their own, and how the letter is
/// moderated a page.
const FIXED: [&str; 5] = ["slug", "status", "paused", "reasons", "guide"];

/// The form as the settings stand.
pub(super) async fn form(
    request: HttpRequest,
    who: Organizer,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, who.campaign).await?;
    let form = Filled::new(moments::shown(&campaign.settings, &campaign.settings.zone), Problems::default());
    let view = View::new(&app, &who.staff, &campaign, form);
    Ok(page_of(StatusCode::OK, &View { notice: notice(request.query_string()), ..view })?)
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
        return Err(Fault::Overtaken(format!("{ARCHIVED} Nothing was changed.")).into());
    }
    let (after, problems) = read(&app, &before, &fields).await?;
    let Some(after) = after.filter(|_| problems.is_empty()) else {
        let view = View::new(&app, &who.staff, &before, Filled::new(fields, problems));
        return Ok(page_of(StatusCode::UNPROCESSABLE_ENTITY, &view).map_err(Fault::from)?);
    };
    let saved = see(&format!("/staff/letters/{}/settings?saved", before.settings.slug));
    if after == before.settings {
        return Ok(saved);
    }
    // Who can read the letter is hard to take back.
    if (after.published_at, after.access) != (before.settings.published_at, before.settings.access) {
        fields = stepped_up(&request, &who.staff, fields).await?;
    }
    let (of_app, by) = (app.clone(), who.staff.id);
    let consent = Some(fields.get("consent").trim().to_owned()).filter(|words| !words.is_empty());
    let written = app.db.write(move |tx| record(tx, &of_app, &before, &after, consent.as_deref(), by)).await;
    match written.map_err(Fault::from)? {
        true => Ok(saved),
        false => Ok(stale(&app, &who.staff, &load(&app, who.campaign).await?, fields).await?),
    }
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
    let Some(mut after) = after.filter(|_| problems.is_empty()) else { return Ok((None, problems)) };
    let rules = after.eligibility.after(&before.settings.eligibility, &after.reasons);
    if let Some(reasons) = problems.take("eligibility", rules) {
        after.reasons = reasons;
    }
    // What was promised to those who signed can be bettered, not worsened.
    let id = before.id;
    if after.keep_months > before.settings.keep_months
        && app.db.read(move |conn| store::has_signed(conn, id)).await?
    {
        let told = before.settings.kept_for();
        problems.add("keep_months", format!("Whoever has signed was told {told}: choose no more than that."));
    }
    let opens_up = before.settings.access == Access::Invitation && after.access != Access::Invitation;
    let published = after.published_at.filter(|at| opens_up || before.settings.published_at != Some(*at));
    if let Some(at) = published
        && let Err(why) = consent(app, before, at, fields.get("consent")).await?
    {
        problems.add("consent", why);
    }
    Ok((Some(after), problems))
}

/// Whether nobody on the list verified too long before this moment, or it was written why they are not asked again.
async fn consent(
    app: &App,
    campaign: &Campaign,
    published_at: Timestamp,
    typed: &str,
) -> Result<Result<(), String>, Fault> {
    let stale = open::stale(app, campaign, published_at.max(app.clock.now())).await?;
    if stale == 0 {
        return Ok(Ok(()));
    }
    if let Some(words) = optional(typed, Prose::<500>::parse).transpose() {
        return Ok(words.map(drop).map_err(|error| error.to_string()));
    }
    let many = if stale == 1 { "1 organization".to_owned() } else { format!("{stale} organizations") };
    Ok(Err(format!(
        "{many} on the list verified more than {STALE_DAYS} days before the letter is to be public. Ask them again first, or write here \
         why you do not."
    )))
}

fn record(
    tx: &mut Tx<'_>,
    app: &App,
    before: &Campaign,
    after: &Settings,
    consent: Option<&str>,
    by: AccountId,
) -> Result<bool, db::Error> {
    if !campaigns::replace(tx, before, after, app.clock.now())? {
        return Ok(false);
    }
    if after.line != before.settings.line {
        store::reprint(tx, before.id, &after.line)?;
    }
    let changed = FIELDS.into_iter().filter(|field| before.settings.text(field) != after.text(field));
    let says = |settings: &Settings| {
        let line = |field: &str| format!("{field}: {}", settings.text(field));
        changed.clone().map(line).collect::<Vec<_>>().join("\n")
    };
    let act = audit::Act::new(
        app.clock.now(),
        Actor::Staff(by),
        Subject::Campaign(before.id),
        "changed the settings",
    );
    let act = act.in_campaign(before.id).changing(&says(&before.settings), &says(after)).because(consent);
    audit::record(tx, &app.random, act)?;
    Ok(true)
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

const ACCESSES: [Choice; 3] = [
    Choice { value: "public", label: "Everybody", hint: "It stands on the index page." },
    Choice { value: "link", label: "Whoever has the address", hint: "It appears nowhere else." },
    Choice { value: "invitation", label: "Whoever is invited", hint: "To everybody else it does not exist." },
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
    /// Whether to say why nobody is asked again.
    asks_for_consent: bool,
    is_archived: bool,
    copy_href: String,
    previews_href: String,
    version: i64,
    orderings: [Choice; 2],
    accesses: [Choice; 3],
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
            asks_for_consent: !form.error("consent").is_empty() || !form.value("consent").is_empty(),
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
