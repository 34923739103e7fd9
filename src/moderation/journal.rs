//! GET /staff/letters/{slug}/history: everything that was done with a letter and its sign-ons, newest first, with a check of the chain over it; and the
//! same as a file. Nothing here changes anything, whoever asks.

mod export;

use super::bench::{Bench, Failure};
use super::history::{self, Names};
use crate::account::{Moderator, store as staff};
use crate::audit::{self, Act, Actor, Checked, Entry, Subject};
use crate::campaign::{self, Campaign, Here, Local};
use crate::db::Conn;
use crate::ids::{AccountId, AnyId, CampaignId, SignOnId};
use crate::secret::Keys;
use crate::sign_on::{self, Standing};
use crate::web::page::{Page, page};
use crate::web::show::Moment;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// How many entries one page lists.
const PER_PAGE: i64 = 100;

/// What the address asks for.
#[derive(Deserialize)]
pub(super) struct Wish {
    page: Option<String>,
    /// Whether the chain is to be checked, which reads all of it.
    check: Option<String>,
}

/// What the address of a file asks for.
#[derive(Deserialize)]
pub(super) struct Part {
    /// One sign-on, instead of everything.
    sign_on: Option<String>,
}

/// What entries name.
struct Named {
    staff: Names,
    organizations: BTreeMap<SignOnId, String>,
    /// Those whose names are held back from the reader.
    veiled: BTreeSet<SignOnId>,
}

struct Read {
    campaign: Campaign,
    entries: Vec<Entry>,
    count: i64,
    named: Named,
    checked: Option<Checked>,
}

/// The page.
pub(super) async fn show(
    who: Moderator,
    app: Data<App>,
    Query(wish): Query<Wish>,
) -> Result<HttpResponse, Fault> {
    let bench = Bench::new(&app, who);
    let this_page = wish.page.and_then(|page| page.parse().ok()).unwrap_or(1).clamp(1, 1_000_000);
    let (keys, is_checked) = (app.keys.clone(), wish.check.is_some());
    let whose = (bench.who.campaign, bench.who.staff.id);
    let read =
        app.db.read(move |conn| read(conn, &keys, whose, (this_page - 1) * PER_PAGE, is_checked)).await?;
    let read = read.ok_or(Fault::NotFound)?;
    let (settings, now) = (&read.campaign.settings, bench.now);
    let href = format!("/staff/letters/{}/history", settings.slug);
    let last_page = (read.count + PER_PAGE - 1) / PER_PAGE;
    let to = |page: i64| format!("{href}?page={page}");
    Ok(page(&JournalPage {
        page: bench.who.staff.page(&app, format!("History: {} – Undersigned", settings.title)),
        local: bench.local(&read.campaign, Here::History),
        count: read.count,
        rows: read.entries.iter().map(|entry| Row::new(entry, &read.named, &read.campaign, now)).collect(),
        checked: read.checked,
        this_page,
        last_page,
        previous: (this_page > 1).then(|| to(this_page - 1)),
        next: (this_page < last_page).then(|| to(this_page + 1)),
        href,
    })?)
}

/// Everything as comma-separated values.
pub(super) async fn csv(
    who: Moderator,
    app: Data<App>,
    Query(part): Query<Part>,
) -> Result<HttpResponse, Fault> {
    let (slug, lines) = lines(who, &app, part).await?;
    Ok(file(&slug, "csv", "text/csv; charset=utf-8", export::csv(&lines)))
}

/// Everything as JSON, with what is needed to check the chain.
pub(super) async fn json(
    who: Moderator,
    app: Data<App>,
    Query(part): Query<Part>,
) -> Result<HttpResponse, Fault> {
    let chain = who.campaign.to_string();
    let (slug, lines) = lines(who, &app, part).await?;
    let json = export::json(&slug, &chain, app.clock.now(), &lines).map_err(Fault::unexpected)?;
    Ok(file(&slug, "json", "application/json", json))
}

fn file(slug: &str, ending: &str, kind: &'static str, body: String) -> HttpResponse {
    let name = format!("attachment; filename=\"{slug}-history.{ending}\"");
    HttpResponse::Ok()
        .insert_header(("content-type", kind))
        .insert_header(("content-disposition", name))
        .body(body)
}

async fn lines(who: Moderator, app: &App, part: Part) -> Result<(String, Vec<export::Line>), Fault> {
    let about = match part.sign_on.as_deref() {
        None => None,
        Some(text) => Some(AnyId::from_uuid(SignOnId::parse(text).ok_or(Fault::NotFound)?.uuid())),
    };
    let (keys, id, me) = (app.keys.clone(), who.campaign, who.staff.id);
    let found = app.db.read(move |conn| -> Result<_, Failure> {
        let Some(campaign) = campaign::store::by_id(conn, id)? else { return Ok(None) };
        let mut entries = audit::everything(conn, id, about)?;
        let named = named(conn, &keys, (id, me), &mut entries)?;
        if about.is_some_and(|about| named.veiled.contains(&SignOnId::from_uuid(about.uuid()))) {
            return Ok(None);
        }
        Ok(Some((campaign, entries, named)))
    });
    let (campaign, entries, named) = found.await?.ok_or(Fault::NotFound)?;
    let slug = campaign.settings.slug.to_string();
    Ok((
        slug,
        entries
            .iter()
            .map(|entry| export::Line::new(entry, &named.staff, &named.about(&entry.act)))
            .collect(),
    ))
}

fn read(
    conn: &mut Conn,
    keys: &Keys,
    whose: (CampaignId, AccountId),
    skip: i64,
    is_checked: bool,
) -> Result<Option<Read>, Failure> {
    let Some(campaign) = campaign::store::by_id(conn, whose.0)? else { return Ok(None) };
    let (mut entries, count) = audit::page(conn, campaign.id, PER_PAGE, skip)?;
    let named = named(conn, keys, whose, &mut entries)?;
    let checked = if is_checked { Some(audit::check(conn, Some(campaign.id))?) } else { None };
    Ok(Some(Read { campaign, entries, count, named, checked }))
}

/// What the entries name. Of what they say about somebody whose name is held back from the reader, only what was done is left.
fn named(
    conn: &mut Conn,
    keys: &Keys,
    (campaign, who): (CampaignId, AccountId),
    entries: &mut [Entry],
) -> Result<Named, Failure> {
    let veiled = match staff::reads_at_risk(conn, campaign, who)? {
        true => BTreeSet::new(),
        false => sign_on::store::unnamed(conn, campaign)?,
    };
    for entry in entries.iter_mut() {
        if matches!(entry.act.subject, Subject::SignOn(id) if veiled.contains(&id)) {
            veil(entry);
        }
    }
    let (mut people, mut sign_ons): (Vec<AccountId>, Vec<SignOnId>) = (Vec::new(), Vec::new());
    for entry in &*entries {
        if let Actor::Staff(id) = entry.act.actor {
            people.push(id);
        }
        match entry.act.subject {
            Subject::Account(id) => people.push(id),
            Subject::SignOn(id) => sign_ons.push(id),
            Subject::Campaign(_) | Subject::Instance => {}
        }
        sign_ons.extend(
            [&entry.act.old, &entry.act.new].into_iter().flatten().filter_map(|id| SignOnId::parse(id)),
        );
    }
    people.sort_unstable();
    people.dedup();
    sign_ons.sort_unstable();
    sign_ons.dedup();
    let mut organizations = BTreeMap::new();
    // As many as one statement can name, on either engine.
    for some in sign_ons.chunks(1000) {
        let found = sign_on::store::by_ids(conn, some)?;
        let name = |found: sign_on::SignOn| match veiled.contains(&found.id) {
            true => (found.id, found.entry.public_line()),
            false => (found.id, found.entry.organization.to_string()),
        };
        organizations.extend(found.into_iter().map(name));
    }
    Ok(Named { staff: staff::names(conn, keys, &people)?, organizations, veiled })
}

fn veil(entry: &mut Entry) {
    let is_standing = |value: &String| Standing::parse(value).is_some();
    entry.act.old = entry.act.old.take().filter(is_standing);
    entry.act.new = entry.act.new.take().filter(is_standing);
    entry.act.reason = None;
    if let Some(link) = &mut entry.link {
        // By its salt and its digest a name could be tried out.
        (link.salt, link.words) = (None, None);
    }
}

impl Named {
    /// Where something stood, or which other entry it is about, as people say it.
    fn words(&self, value: Option<&str>) -> String {
        let value = value.unwrap_or_default();
        match (Standing::parse(value), SignOnId::parse(value).and_then(|id| self.organizations.get(&id))) {
            (Some(standing), _) => standing.words().to_owned(),
            (None, Some(organization)) => organization.clone(),
            (None, None) => value.to_owned(),
        }
    }

    /// What an act is about, as people say it.
    fn about(&self, act: &Act) -> String {
        match act.subject {
            Subject::SignOn(id) => {
                self.organizations.get(&id).cloned().unwrap_or_else(|| "an erased sign-on".to_owned())
            }
            Subject::Account(id) => history::who(Actor::Staff(id), &self.staff),
            Subject::Campaign(_) => "the letter".to_owned(),
            Subject::Instance => "the instance".to_owned(),
        }
    }
}

struct Row {
    number: Option<i64>,
    at: Moment,
    who: String,
    act: String,
    about: String,
    href: Option<String>,
    before: String,
    after: String,
    reason: String,
    is_erased: bool,
}

impl Row {
    fn new(entry: &Entry, named: &Named, campaign: &Campaign, now: crate::clock::Timestamp) -> Self {
        let act = &entry.act;
        let href = match act.subject {
            Subject::SignOn(id) if named.organizations.contains_key(&id) => {
                Some(format!("/staff/sign-ons/{id}"))
            }
            _ => None,
        };
        Self {
            number: entry.link.as_ref().map(|link| link.number),
            at: Moment::new(act.at, now),
            who: history::who(act.actor, &named.staff),
            act: act.act.clone(),
            about: named.about(act),
            href,
            before: named.words(act.old.as_deref()),
            after: named.words(act.new.as_deref()),
            reason: history::why(act, &campaign.settings.reasons),
            is_erased: entry.is_erased(),
        }
    }
}

#[derive(Template)]
#[template(path = "moderation/journal.html")]
struct JournalPage {
    page: Page,
    local: Local,
    count: i64,
    rows: Vec<Row>,
    checked: Option<Checked>,
    href: String,
    this_page: i64,
    last_page: i64,
    previous: Option<String>,
    next: Option<String>,
}
