//! GET, POST /staff/letters/{slug}/elsewhere/table: every line of a table with what becomes of it, the choices about likely duplicates, and the
//! button that adds the rest; then how far that is, and what came of it.

use super::known::known;
use super::work;
use crate::account::{Acting, Organizer, store as accounts};
use crate::campaign::{Campaign, Here, Local};
use crate::db::{self, Tx};
use crate::ids::{AccountId, CampaignId, ImportId, SignOnId};
use crate::organizing::elsewhere_fates::{Fate, Known, judge};
use crate::organizing::elsewhere_lines::Read;
use crate::organizing::held::{Stop, changeable};
use crate::organizing::life::load;
use crate::organizing::store::elsewhere::{self as imports, Import, Line, LineError};
use crate::sign_on::{self, Shared, Standing};
use crate::web::form::Fields;
use crate::web::page::{Page, page_of, see};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// How many lines one page lists.
const PER_PAGE: i64 = 200;

/// What the address asks for.
#[derive(Deserialize, Default)]
pub(in crate::organizing) struct Wish {
    of: Option<String>,
    show: Option<String>,
    page: Option<i64>,
}

/// A line of the page.
struct Row {
    number: i64,
    text: String,
    why: String,
    is_another: bool,
    /// The entry that it is like: where it is, its name, and in what.
    other: Option<(String, String, String)>,
}

/// A way to the lines of one fate.
struct View {
    href: String,
    label: &'static str,
    count: i64,
    here: bool,
}

#[derive(Template)]
#[template(path = "organizing/elsewhere_import.html")]
struct ImportPage {
    page: Page,
    local: Local,
    notice: &'static str,
    action: String,
    of: String,
    here_href: String,
    back_href: String,
    version: i64,
    is_confirmed: bool,
    is_done: bool,
    all: i64,
    to_add: i64,
    added: i64,
    taken: i64,
    percent: i64,
    views: Vec<View>,
    show: &'static str,
    here: i64,
    label: &'static str,
    is_alike: bool,
    rows: Vec<Row>,
    prev: Option<String>,
    next: Option<String>,
}

impl From<LineError> for Fault {
    fn from(error: LineError) -> Self {
        match error {
            LineError::Database(error) => error.into(),
            LineError::Sealed(error) => error.into(),
        }
    }
}

/// Where a table is looked at.
pub(super) fn address(campaign: &Campaign, id: ImportId) -> String {
    format!("/staff/letters/{}/elsewhere/table?of={id}", campaign.settings.slug)
}

pub(super) async fn of(app: &App, campaign: CampaignId, id: &str) -> Result<Import, Fault> {
    let id = ImportId::parse(id).ok_or(Fault::NotFound)?;
    let found = app.db.read(move |conn| imports::import(conn, id)).await?;
    found.filter(|import| import.campaign_id == campaign).ok_or(Fault::NotFound)
}

/// The page.
pub(in crate::organizing) async fn show(
    who: Organizer,
    app: Data<App>,
    Query(wish): Query<Wish>,
) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, who.campaign).await?;
    let Some(id) = wish.of.as_deref() else {
        return Ok(see(&format!("/staff/letters/{}/elsewhere", campaign.settings.slug)));
    };
    let import = of(&app, campaign.id, id).await?;
    render(&app, &who, &campaign, &import, wish, StatusCode::OK, "").await
}

async fn render(
    app: &App,
    who: &Organizer,
    campaign: &Campaign,
    import: &Import,
    wish: Wish,
    status: StatusCode,
    notice: &'static str,
) -> Result<HttpResponse, Fault> {
    let id = import.id;
    let fates = app.db.read(move |conn| imports::fates(conn, id)).await?;
    let count = |fate: Fate| -> i64 { [true, false].iter().filter_map(|is| fates.get(&(fate, *is))).sum() };
    let shown = match wish.show.as_deref() {
        Some(word) => Fate::parse(word).ok_or(Fault::NotFound)?,
        // What needs a look comes first.
        None => [Fate::Alike, Fate::Refused, Fate::Twice, Fate::Add, Fate::Taken, Fate::Added]
            .into_iter()
            .find(|fate| count(*fate) > 0)
            .unwrap_or(Fate::Add),
    };
    let here = wish.page.unwrap_or(1);
    let last = ((count(shown) + PER_PAGE - 1) / PER_PAGE).max(1);
    if !(1..=last).contains(&here) {
        return Err(Fault::NotFound);
    }
    let (keys, of, me) = (app.keys.clone(), campaign.id, who.staff.id);
    let read = app.db.read(move |conn| -> Result<_, LineError> {
        let lines = imports::lines(conn, &keys, id, shown, (PER_PAGE, (here - 1) * PER_PAGE))?;
        let others: Vec<SignOnId> = lines.iter().filter_map(|line| line.other).collect();
        let sees_all = accounts::reads_at_risk(conn, of, me)?;
        let others = sign_on::store::by_ids(conn, &others)?.into_iter();
        let others = others.filter(|other| sees_all || other.entry.is_named());
        Ok((lines, others.map(|other| (other.id, other)).collect::<BTreeMap<_, _>>()))
    });
    let (lines, others) = read.await?;
    let action = format!("/staff/letters/{}/elsewhere/table", campaign.settings.slug);
    let here_href = address(campaign, id);
    let at = |page: i64| format!("{here_href}&show={}&page={page}", shown.as_str());
    let row = |line: Line| {
        let other = line.other.and_then(|other| others.get(&other));
        let mine = line.typed.meant().ok().map(|meant| meant.entry(&campaign.settings.line).likeness());
        let other = other.map(|other| {
            let shared = mine.map(|mine| mine.shared_with(&other.entry.likeness())).unwrap_or_default();
            let href = format!("/staff/sign-ons/{}", other.id);
            (href, other.entry.organization.to_string(), words(&shared) + ended(other.standing()))
        });
        Row {
            number: line.number,
            text: line.typed.text,
            why: line.typed.why,
            is_another: line.is_another,
            other,
        }
    };
    let chosen = fates.get(&(Fate::Alike, true)).copied().unwrap_or(0);
    let (all, added): (i64, i64) = (fates.values().sum(), count(Fate::Added));
    let to_add = count(Fate::Add) + chosen;
    let template = ImportPage {
        page: who.staff.page(app, format!("Look at the table: {} – Undersigned", campaign.settings.title)),
        local: Local::new(campaign, true, Here::FromElsewhere, app.clock.now()),
        notice,
        back_href: format!("/staff/letters/{}/elsewhere", campaign.settings.slug),
        version: import.version,
        is_confirmed: import.confirmed_at.is_some(),
        is_done: import.done_at.is_some(),
        all,
        to_add,
        added,
        taken: count(Fate::Taken),
        percent: 100 * added / (added + to_add).max(1),
        views: Fate::ALL
            .into_iter()
            .filter(|fate| count(*fate) > 0)
            .map(|fate| View {
                href: format!("{here_href}&show={}", fate.as_str()),
                label: fate.label(),
                count: count(fate),
                here: fate == shown,
            })
            .collect(),
        show: shown.as_str(),
        here,
        label: shown.label(),
        is_alike: shown == Fate::Alike && import.confirmed_at.is_none(),
        of: id.to_string(),
        rows: lines.into_iter().map(row).collect(),
        prev: (here > 1).then(|| at(here - 1)),
        next: (here < last).then(|| at(here + 1)),
        here_href,
        action,
    };
    Ok(page_of(status, &template)?)
}

/// How an entry ended, where it did.
const fn ended(standing: Standing) -> &'static str {
    match standing {
        Standing::Withdrawn => ", and which withdrew",
        Standing::Removed => ", and which was taken off the list",
        Standing::Rejected => ", and which was rejected",
        _ => "",
    }
}

/// In what two are alike.
fn words(shared: &[Shared]) -> String {
    let word = |shared: &Shared| match shared {
        Shared::Look => "a name that looks the same",
        Shared::Name => "the same name",
        Shared::Website => "the same website",
        Shared::Acronym => "the same acronym",
    };
    shared.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// What became of a press.
enum Pressed {
    Kept,
    Confirmed,
    /// Somebody else pressed first, or it was confirmed before.
    Overtaken,
    /// The list has moved on: some lines are likely duplicates now that were not.
    Moved,
    /// Nothing is left to add.
    Nothing,
}

/// Keeps the choices, or adds the lines.
pub(in crate::organizing) async fn act(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    if !fields.is_ticked("of") {
        return Err(Fault::Unprocessable(
            "The form does not say which table it is about. Nothing was changed.",
        ));
    }
    let campaign = load(&app, who.campaign).await?;
    let import = of(&app, campaign.id, fields.get("of")).await?;
    let here = address(&campaign, import.id);
    let id = import.id;
    let confirms = match fields.get("do") {
        "keep" => false,
        "add" => true,
        _ => return Err(Fault::Unprocessable("The form does not say what to do. Nothing was changed.")),
    };
    // Pressed twice, it goes on.
    if confirms && import.confirmed_at.is_some() {
        return Ok(see(&here));
    }
    let moved = match confirms {
        true => moved(&app, &campaign, who.staff.id, id).await?,
        false => Vec::new(),
    };
    let task = Task {
        app: app.clone(),
        import: id,
        campaign: campaign.id,
        by: who.staff.id,
        version: fields.get("version").parse().unwrap_or(0),
        listed: numbers(fields.get("listed")),
        another: another(&fields),
        moved,
    };
    match app.db.write(move |tx| press(tx, &task, confirms)).await? {
        Pressed::Kept => {
            let show = fields.get("show");
            let page = fields.get("page").parse::<i64>().unwrap_or(1);
            Ok(see(&format!("{here}&show={}&page={page}", Fate::parse(show).map_or("alike", Fate::as_str))))
        }
        Pressed::Confirmed => {
            work::work_for_a_moment(&app, id).await?;
            Ok(see(&here))
        }
        Pressed::Overtaken => again(&app, &who, &campaign, id, "Somebody else changed the choices about this table, or added it, since you opened this page. Nothing was added. Look at it as it stands now, and press again.").await,
        Pressed::Moved => again(&app, &who, &campaign, id, "The list has moved on since this was shown: some lines are likely duplicates now. Nothing was added. Look at them, and press again.").await,
        Pressed::Nothing => again(&app, &who, &campaign, id, "Nothing is left to add: every line is refused or skipped.").await,
    }
}

/// The page as it stands now, to somebody who pressed a button of an older one.
pub(super) async fn again(
    app: &App,
    who: &Organizer,
    campaign: &Campaign,
    id: ImportId,
    notice: &'static str,
) -> Result<HttpResponse, Fault> {
    let import = of(app, campaign.id, &id.to_string()).await?;
    render(app, who, campaign, &import, Wish::default(), StatusCode::CONFLICT, notice).await
}

fn numbers(listed: &str) -> BTreeSet<i64> {
    listed.split(' ').filter_map(|number| number.parse().ok()).collect()
}

/// The lines that are ticked: each box has a name of its own.
fn another(fields: &Fields) -> BTreeSet<i64> {
    fields.pairs().filter_map(|(name, _)| name.strip_prefix("another-")?.parse().ok()).collect()
}

struct Task {
    app: Data<App>,
    import: ImportId,
    campaign: CampaignId,
    by: AccountId,
    version: i64,
    listed: BTreeSet<i64>,
    another: BTreeSet<i64>,
    /// The lines that are likely duplicates now, each of which entry.
    moved: Vec<(i64, SignOnId)>,
}

/// Why a press did nothing.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Stop(#[from] Stop),
    #[error(transparent)]
    Line(#[from] LineError),
    #[error(transparent)]
    Database(#[from] db::Error),
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Stop(stop) => stop.into(),
            Failure::Line(error) => error.into(),
            Failure::Database(error) => error.into(),
        }
    }
}

fn press(tx: &mut Tx<'_>, task: &Task, confirms: bool) -> Result<Pressed, Failure> {
    changeable(tx, task.campaign)?;
    // What is written is what was shown: a page of another version of the choices, or of the list, adds nothing.
    let now = task.app.clock.now();
    if !imports::touch(tx, task.import, task.version, None)? {
        return Ok(Pressed::Overtaken);
    }
    imports::choose(tx, task.import, &task.listed, &task.another)?;
    if !confirms {
        return Ok(Pressed::Kept);
    }
    for (number, other) in &task.moved {
        imports::set_fate(tx, task.import, &[*number], (Fate::Alike, Some(*other)))?;
    }
    if !task.moved.is_empty() {
        return Ok(Pressed::Moved);
    }
    if imports::to_add(tx, &task.app.keys, task.import, 1)?.0.is_empty() {
        return Ok(Pressed::Nothing);
    }
    imports::touch(tx, task.import, task.version + 1, Some(now))?;
    work::note_confirmed(tx, &task.app, task.campaign, task.by)?;
    Ok(Pressed::Confirmed)
}

/// The lines that are like something now and were not when they were shown, each with what that is. Looked for outside the transaction: a long
/// table takes a while.
async fn moved(
    app: &Data<App>,
    campaign: &Campaign,
    who: AccountId,
    import: ImportId,
) -> Result<Vec<(i64, SignOnId)>, Fault> {
    let known = known(app, campaign, who).await?;
    let keys = app.keys.clone();
    let lines = app.db.read(move |conn| imports::open_lines(conn, &keys, import)).await?;
    let pattern = campaign.settings.line.clone();
    let judged = tokio::task::spawn_blocking(move || {
        let number = |line: &Line| usize::try_from(line.number).unwrap_or(usize::MAX);
        let read: Vec<Read> = lines.iter().map(|line| Read::new(number(line), line.typed.clone())).collect();
        let fates = judge(&read, &Known::new(&known), &pattern).into_iter().zip(lines);
        let moved = |((_, other), line): ((Fate, Option<SignOnId>), Line)| {
            other.filter(|_| line.fate == Fate::Add).map(|other| (line.number, other))
        };
        fates.filter_map(moved).collect()
    });
    judged.await.map_err(Fault::unexpected)
}
