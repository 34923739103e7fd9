//! GET /staff/letters/{slug}/elsewhere: organizations that signed in another way. One is typed in by hand, or a table of them is pasted; both are
//! looked at first (`preview`), then worked off in pieces (`work`). `ask` asks their contacts to confirm, `forget` throws a
//! table away.

pub(super) mod ask;
mod forget;
mod known;
pub(super) mod preview;
pub(super) mod work;

use super::elsewhere_fates::{Fate, Known, judge};
use super::elsewhere_lines::{self, Common, Read, Typed};
use super::life::load;
use super::store::elsewhere::{self as imports, Import, Line, Sealed};
use crate::account::{Acting, Organizer, Staff};
use crate::campaign::{Campaign, Here, Local, Status, Unconfirmed};
use crate::db;
use crate::ids::{AccountId, ImportId, SignOnId};
use crate::sign_on::{Received, store as sign_ons, store::FromElsewhere};
use crate::text::{Country, LinePattern};
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{Page, page_of, see};
use crate::web::show::{Choice, Moment};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use known::known;
use serde::Deserialize;
use std::sync::LazyLock;

/// How many tables the page names.
const NAMED: i64 = 10;

/// What was done last, as the address says it.
#[derive(Deserialize)]
pub(super) struct Wish {
    asked: Option<u32>,
    skipped: Option<u32>,
}

/// A table that was pasted.
struct Pasted {
    href: String,
    made: Moment,
    stand: &'static str,
}

#[derive(Template)]
#[template(path = "organizing/elsewhere.html")]
struct ElsewherePage {
    page: Page,
    local: Local,
    notice: String,
    counts: FromElsewhere,
    /// How those print that are not confirmed.
    prints: &'static str,
    settings_href: String,
    action: String,
    is_archived: bool,
    pasted: Vec<Pasted>,
    by_hand: Filled,
    table: Filled,
    countries: Vec<Choice>,
    sources: Vec<Choice>,
}

/// The page.
pub(super) async fn show(
    who: Organizer,
    app: Data<App>,
    Query(wish): Query<Wish>,
) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, who.campaign).await?;
    let notice = match (wish.asked, wish.skipped.unwrap_or(0)) {
        (None, _) => String::new(),
        (Some(asked), 0) => format!("Asked: {asked}. A mail goes to each."),
        (Some(asked), skipped) => {
            format!(
                "Asked: {asked}. A mail goes to each. Left out, because the mailbox has had enough mail about this letter: {skipped}."
            )
        }
    };
    render(&app, &who.staff, &campaign, StatusCode::OK, (Filled::default(), Filled::default()), notice).await
}

async fn render(
    app: &App,
    staff: &Staff,
    campaign: &Campaign,
    status: StatusCode,
    (by_hand, table): (Filled, Filled),
    notice: String,
) -> Result<HttpResponse, Fault> {
    let (id, now) = (campaign.id, app.clock.now());
    let read = app.db.read(move |conn| -> Result<_, db::Error> {
        Ok((sign_ons::from_elsewhere(conn, id)?, imports::imports(conn, id, NAMED)?))
    });
    let (counts, pasted) = read.await?;
    let settings = &campaign.settings;
    let action = format!("/staff/letters/{}/elsewhere", settings.slug);
    let of_import = |import: &Import| Pasted {
        href: preview::address(campaign, import.id),
        made: Moment::new(import.made_at, now),
        stand: match (import.confirmed_at, import.done_at) {
            (None, _) => "Looked at, not added",
            (Some(_), None) => "Being added",
            (Some(_), Some(_)) => "Added",
        },
    };
    let template = ElsewherePage {
        page: staff.page(app, format!("From elsewhere: {} – Undersigned", settings.title)),
        local: Local::new(campaign, true, Here::FromElsewhere, now),
        notice,
        counts,
        prints: match settings.unconfirmed {
            Unconfirmed::Print => "print like every other",
            Unconfirmed::Marked => "print with “(unconfirmed)” after the name",
            Unconfirmed::Hide => "do not print",
        },
        settings_href: format!("/staff/letters/{}/settings", settings.slug),
        is_archived: settings.status == Status::Archived,
        pasted: pasted.iter().map(of_import).collect(),
        action,
        by_hand,
        table,
        countries: countries().to_vec(),
        sources: sources(),
    };
    Ok(page_of(status, &template)?)
}

fn countries() -> &'static [Choice] {
    static ALL: LazyLock<Vec<Choice>> = LazyLock::new(|| {
        Country::all().iter().map(|c| Choice { value: c.as_str(), label: c.name(), hint: "" }).collect()
    });
    &ALL
}

fn sources() -> Vec<Choice> {
    Received::ALL
        .into_iter()
        .map(|way| Choice { value: way.as_str(), label: way.words(), hint: "" })
        .collect()
}

/// What is said of where they come from, beside a table or one organization.
fn common(fields: &Fields, problems: &mut Problems) -> Option<Common> {
    let received = Received::parse(fields.get("source")).ok_or("Choose how it was received.");
    let received = problems.take("source", received);
    let (evidence, vouched_by) = (fields.get("evidence").trim(), fields.get("vouched_by").trim());
    let what = crate::sign_on::Remark::parse(evidence).map_err(|_| "Write what shows that they agreed.");
    problems.take("evidence", what);
    problems.take("vouched_by", crate::text::PersonName::parse(vouched_by));
    let common =
        Common { received: received?, evidence: evidence.to_owned(), vouched_by: vouched_by.to_owned() };
    problems.is_empty().then_some(common)
}

/// One that is typed in by hand: a table of one line. Where nothing stands in its way it is added at once.
pub(super) async fn one(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, who.campaign).await?;
    let mut problems = Problems::default();
    let typed = by_hand(&fields, &campaign.settings.line, &mut problems);
    let Some(typed) = typed.filter(|_| problems.is_empty()) else {
        let forms = (Filled::new(fields, problems), Filled::default());
        return render(&app, &who.staff, &campaign, StatusCode::UNPROCESSABLE_ENTITY, forms, String::new())
            .await;
    };
    let import = keep(&app, &campaign, who.staff.id, vec![Read::new(1, typed)]).await?;
    let here = preview::address(&campaign, import.id);
    let id = import.id;
    let fates = app.db.read(move |conn| imports::fates(conn, id)).await?;
    if fates.contains_key(&(Fate::Add, false)) {
        let now = app.clock.now();
        app.db.write(move |tx| imports::touch(tx, id, 1, Some(now))).await?;
        work::work_for_a_moment(&app, id).await?;
    }
    Ok(see(&here))
}

fn by_hand(fields: &Fields, pattern: &LinePattern, p: &mut Problems) -> Option<Typed> {
    crate::sign_on::Entry::parse(fields, pattern, p);
    let email = crate::text::optional(fields.get("email"), crate::text::EmailAddress::parse);
    p.take("email", email);
    let name = crate::text::optional(fields.get("representative"), crate::text::PersonName::parse);
    p.take("representative", name);
    p.take("role", crate::text::optional(fields.get("role"), crate::text::RoleTitle::parse));
    let common = common(fields, p)?;
    let get = |name: &str| fields.get(name).trim().to_owned();
    Some(Typed {
        name: get("organization"),
        acronym: get("acronym"),
        native_name: get("native_name"),
        sort_as: get("sort_as"),
        country: get("country"),
        website: get("website"),
        email: get("email"),
        representative: get("representative"),
        role: get("role"),
        source: common.received.as_str().to_owned(),
        evidence: common.evidence,
        vouched_by: common.vouched_by,
        text: elsewhere_lines::shown(fields.get("organization")),
        why: String::new(),
    })
}

/// A table that is pasted: every line is looked at before anything is written to the list.
pub(super) async fn paste(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, who.campaign).await?;
    let mut problems = Problems::default();
    let said = common(&fields, &mut problems);
    let table = fields.get("table").to_owned();
    let read = match said {
        None => {
            if table.trim().is_empty() {
                problems.add("table", elsewhere_lines::NotATable::Empty);
            }
            None
        }
        Some(common) => {
            // A long table is read on another thread.
            let read = tokio::task::spawn_blocking(move || elsewhere_lines::read(&table, &common));
            problems.take("table", read.await.map_err(Fault::unexpected)?)
        }
    };
    let Some(lines) = read.filter(|_| problems.is_empty()) else {
        let forms = (Filled::default(), Filled::new(fields, problems));
        return render(&app, &who.staff, &campaign, StatusCode::UNPROCESSABLE_ENTITY, forms, String::new())
            .await;
    };
    let import = keep(&app, &campaign, who.staff.id, lines).await?;
    Ok(see(&preview::address(&campaign, import.id)))
}

/// What a button of a table's page does: `forget` takes its own, `preview` the others.
pub(super) async fn act(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    if forget::WORDS.contains(&fields.get("do")) {
        let campaign = load(&app, who.campaign).await?;
        return forget::forget(&app, &who, &campaign, &fields).await;
    }
    preview::act(Acting { who, fields }, app).await
}

/// Keeps the lines with what becomes of each.
async fn keep(
    app: &Data<App>,
    campaign: &Campaign,
    by: AccountId,
    lines: Vec<Read>,
) -> Result<Import, Fault> {
    let known = known(app, campaign, by).await?;
    let now = app.clock.now();
    let import = Import {
        id: ImportId::new(now.millis(), app.random.bytes()),
        campaign_id: campaign.id,
        version: 1,
        made_at: now,
        made_by: by,
        confirmed_at: None,
        done_at: None,
    };
    let (pattern, desk, id) = (campaign.settings.line.clone(), app.clone(), import.id);
    let judged = tokio::task::spawn_blocking(move || {
        let fates = judge(&lines, &Known::new(&known), &pattern);
        let line = |(read, (fate, other)): (Read, (Fate, Option<SignOnId>))| Line {
            number: i64::try_from(read.number).unwrap_or(i64::MAX),
            typed: read.typed,
            fate,
            is_another: false,
            other,
        };
        let lines = lines.into_iter().zip(fates).map(line);
        lines.map(|line| Sealed::new(&desk.keys, &desk.random, id, &line)).collect::<Vec<_>>()
    });
    let lines = judged.await.map_err(Fault::unexpected)?;
    let of = import.clone();
    app.db.write(move |tx| imports::insert(tx, &of, &lines)).await?;
    Ok(import)
}
