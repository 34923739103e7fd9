//! GET /staff/letters/{slug}/queue: what waits for a decision, oldest first; what was decided; and what a search finds.

mod live;
mod looks;
mod rows;

pub(super) use live::live;

use super::bench::{Bench, Failure};
use super::correct::CorrectionRow;
use super::entry::ReasonOption;
use super::listing::{self, Listing};
use super::notice::{Done, Last};
use super::sentence::Sentence;
use super::shortcuts::Script;
use super::store::{self, Claim, Counts, Search};
use super::view::{After, View, address};
use crate::account::{Acting, Moderator, store as staff};
use crate::campaign::{self, Campaign, Here, Local, Status};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::ids::{AccountId, SignOnId};
use crate::secret::Keys;
use crate::sign_on::{self, Correction, ReportKind, SignOn, Standing};
use crate::text::{EmailAddress, WebUrl, fold};
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{Page, page_of, see, with_scripts};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use rows::{Row, ViewLink};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// How many sign-ons one page lists, and so how many can be decided at once.
pub(super) const PER_PAGE: usize = 50;

/// The longest text that is searched for.
const LONGEST: usize = 320;

/// What the address asks for.
#[derive(Deserialize)]
pub(super) struct Wish {
    show: Option<String>,
    after: Option<String>,
    /// The one to go on with.
    at: Option<String>,
}

/// What a page lists.
pub(super) enum Asked {
    /// A view, from behind the last one of the page before.
    View(View, Option<After>),
    /// What was searched for.
    Search(Search),
    /// What a page listed whose form came back.
    Listed(Vec<SignOnId>),
}

/// The forms of the page.
pub(super) struct Forms {
    /// What is searched for.
    find: Filled,
    /// The decision about those that are ticked.
    bulk: Filled,
    /// Which are ticked.
    ticked: BTreeSet<String>,
    /// The one to go on with.
    at: Option<SignOnId>,
}

impl Default for Forms {
    /// Nobody has filled them in: representatives are told unless the box is cleared.
    fn default() -> Self {
        let bulk = Filled::new([("notify", "yes")].into_iter().collect(), Problems::default());
        Self { find: Filled::default(), bulk, ticked: BTreeSet::new(), at: None }
    }
}

/// What was read for a page.
struct Read {
    campaign: Campaign,
    counts: Counts,
    listed: Vec<SignOn>,
    /// Those whose names are held back from the reader.
    veiled: BTreeSet<SignOnId>,
    /// Whether there are more than one page lists.
    more: bool,
    looks: BTreeMap<SignOnId, Sentence>,
    /// Who has claimed which.
    claims: BTreeMap<SignOnId, Claim>,
    names: BTreeMap<AccountId, String>,
    corrections: Vec<Correction>,
    /// What is wrong with those that are reported, and since when the oldest case is open.
    reported: BTreeMap<SignOnId, (ReportKind, Timestamp)>,
}

/// The page.
pub(super) async fn show(
    who: Moderator,
    app: Data<App>,
    Query(wish): Query<Wish>,
    Query(last): Query<Last>,
) -> Result<HttpResponse, Fault> {
    let bench = Bench::new(&app, who);
    let done = last.notice(&bench).await?;
    let view = View::parse(wish.show.as_deref().unwrap_or_default()).ok_or(Fault::NotFound)?;
    let after = match wish.after {
        None => None,
        Some(text) => Some(After::parse(&text).ok_or(Fault::NotFound)?),
    };
    let forms = Forms { at: wish.at.as_deref().and_then(SignOnId::parse), ..Forms::default() };
    render(&bench, Asked::View(view, after), done, forms, StatusCode::OK).await
}

/// What is searched for is sent like a form, because it may be somebody's address: the address of a page stands in histories and
/// in the logs of whatever is between.
pub(super) async fn search(acting: Acting<Moderator>, app: Data<App>) -> Result<HttpResponse, Fault> {
    let Acting { who, fields } = acting;
    let bench = Bench::new(&app, who);
    let mut problems = Problems::default();
    let asked = match what(&app.keys, fields.get("q")) {
        Ok(search) => Asked::Search(search),
        Err(sentence) => {
            problems.add("q", sentence);
            Asked::View(View::Review, None)
        }
    };
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let forms = Forms { find: Filled::new(fields, problems), ..Forms::default() };
    render(&bench, asked, None, forms, status).await
}

/// What is found has no address of its own: whoever comes back to it is at the queue.
pub(super) async fn back(_: Moderator, slug: Path<String>) -> HttpResponse {
    see(&format!("/staff/letters/{slug}/queue"))
}

/// What a typed text may mean: a whole address, or a part of a name, which may be a domain as well.
fn what(keys: &Keys, typed: &str) -> Result<Search, &'static str> {
    use crate::sign_on::store::{contact_key, mail_domain_key};
    let typed = typed.trim();
    if typed.len() > LONGEST {
        return Err("Shorten what you search for.");
    }
    if typed.contains('@') {
        let address = EmailAddress::parse(typed)
            .map_err(|_| "Write the whole address: what is stored can only be compared as a whole.")?;
        let address = Some(contact_key(keys, &address));
        return Ok(Search { name: None, host: None, mail_domain: None, address });
    }
    let name = Some(fold(typed)).filter(|folded| !folded.is_empty());
    let site = WebUrl::parse(typed).ok().filter(|_| typed.contains('.'));
    let mail_domain = site.as_ref().map(|url| mail_domain_key(keys, url.registrable_domain()));
    let host = site.map(|url| url.host().trim_start_matches("www.").to_owned());
    match (&name, &host) {
        (None, None) => Err("Write a part of a name, a domain, or a whole address."),
        _ => Ok(Search { name, host, mail_domain, address: None }),
    }
}

/// The page of a decision about many, whose form is to be mended: the same list, with the same ticks.
///
/// # Errors
/// When the database is away.
pub(super) async fn returned(
    bench: &Bench,
    listed: Vec<SignOnId>,
    fields: Fields,
    problems: Problems,
) -> Result<HttpResponse, Fault> {
    let ticked = fields.all("entry").map(ToOwned::to_owned).collect();
    let forms = Forms { find: Filled::default(), bulk: Filled::new(fields, problems), ticked, at: None };
    render(bench, Asked::Listed(listed), None, forms, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// A page of the queue.
async fn render(
    bench: &Bench,
    asked: Asked,
    done: Option<Done>,
    forms: Forms,
    status: StatusCode,
) -> Result<HttpResponse, Fault> {
    let reader = bench.clone();
    let read = bench.app.db.read(move |conn| read(conn, &reader, &asked).map(|read| (asked, read))).await?;
    let (asked, Some(read)) = read else { return Err(Fault::NotFound) };
    let script = Script::of(bench, &format!("/staff/letters/{}/queue", read.campaign.settings.slug)).await?;
    Ok(with_scripts(page_of(status, &Queue::new(bench, &asked, &read, done, forms, script))?))
}

fn read(conn: &mut Conn, bench: &Bench, asked: &Asked) -> Result<Option<Read>, Failure> {
    let (keys, me) = (&bench.app.keys, bench.who.staff.id);
    let Some(campaign) = campaign::store::by_id(conn, bench.who.campaign)? else { return Ok(None) };
    let claims = store::claims_in(conn, campaign.id, bench.now)?;
    let mine: Vec<SignOnId> =
        claims.values().filter(|claim| claim.by == me).map(|claim| claim.sign_on).collect();
    let mut listed = match asked {
        Asked::View(View::Mine, _) => store::in_this_order(conn, &mine)?,
        Asked::Listed(ids) => store::in_this_order(conn, ids)?,
        Asked::View(View::Reported, after) => store::reported(conn, campaign.id, *after, PER_PAGE + 1)?
            .into_iter()
            .map(|(_, sign_on)| sign_on)
            .collect(),
        Asked::View(view, after) => store::page(conn, campaign.id, *view, *after, PER_PAGE + 1)?,
        Asked::Search(search) => store::search(conn, campaign.id, search, PER_PAGE + 1)?,
    };
    let more = listed.len() > PER_PAGE;
    listed.truncate(PER_PAGE);
    let sees_all = staff::reads_at_risk(conn, campaign.id, me)?;
    // What is searched for, or like another one, would tell the name.
    if !sees_all && matches!(asked, Asked::Search(_) | Asked::View(View::Alike, _)) {
        listed.retain(|sign_on| sign_on.entry.is_named());
    }
    let mut counts = store::counts(conn, campaign.id)?;
    counts.mine = i64::try_from(mine.len()).unwrap_or(i64::MAX);
    let mut looks = looks::of(conn, keys, campaign.id, &listed, sees_all)?;
    let ids: Vec<SignOnId> = listed.iter().map(|sign_on| sign_on.id).collect();
    let reported = sign_on::store::open_reports(conn, &ids)?;
    looks.extend(reported.iter().map(|(id, (kind, _))| (*id, looks::reported(*kind))));
    let people: BTreeSet<AccountId> = claims.values().map(|claim| claim.by).collect();
    let names = staff::names(conn, keys, &people.into_iter().collect::<Vec<_>>())?;
    let corrections = match asked {
        Asked::View(View::Review, None) => sign_on::store::waiting_corrections(conn, campaign.id)?,
        _ => Vec::new(),
    };
    let unnamed = if sees_all { BTreeSet::new() } else { sign_on::store::unnamed(conn, campaign.id)? };
    let corrections = corrections.into_iter().filter(|waiting| !unnamed.contains(&waiting.sign_on));
    let corrections = corrections.collect();
    let veil = |sign_on: SignOn| if unnamed.contains(&sign_on.id) { sign_on.veiled() } else { sign_on };
    let listed = listed.into_iter().map(veil).collect();
    let veiled = unnamed;
    Ok(Some(Read { campaign, counts, listed, veiled, more, looks, claims, names, corrections, reported }))
}

#[derive(Template)]
#[template(path = "moderation/queue.html")]
struct Queue {
    page: Page,
    local: Local,
    done: Option<Done>,
    find: Filled,
    bulk: Filled,
    reasons: Vec<ReasonOption>,
    /// Whether those listed can be decided.
    can_decide: bool,
    listing: Listing,
    script: Script,
    show: &'static str,
    after: String,
    heading: String,
    action: String,
    views: Vec<ViewLink>,
    corrections: Vec<CorrectionRow>,
    entries: Vec<Row>,
    nothing: String,
    first: Option<String>,
    next: Option<String>,
    more_found: bool,
}

impl Queue {
    fn new(
        bench: &Bench,
        asked: &Asked,
        read: &Read,
        done: Option<Done>,
        forms: Forms,
        script: Script,
    ) -> Self {
        let settings = &read.campaign.settings;
        let action = format!("/staff/letters/{}/queue", settings.slug);
        let heading = heading(asked, read);
        let here = match asked {
            Asked::View(view, _) => Some(*view),
            Asked::Search(_) | Asked::Listed(_) => None,
        };
        let can_decide = settings.status != Status::Archived
            && !read.listed.is_empty()
            && match asked {
                Asked::View(view, _) => view.is_undecided(),
                Asked::Search(_) => false,
                Asked::Listed(_) => true,
            };
        let ids = read.listed.iter().map(|sign_on| sign_on.id).filter(|id| !read.veiled.contains(id));
        let ids: Vec<SignOnId> = ids.collect();
        let listing = if can_decide { listing::of(bench, &ids) } else { Listing::default() };
        let of_row = |sign_on| Row::new(sign_on, read, here, bench, &forms.ticked);
        let (first, next) = match asked {
            Asked::View(view, after) => {
                let at = |after: Option<After>| address(&action, *view, after);
                let end = read.listed.last().filter(|_| read.more);
                let end = end.map(|last| match (view, read.reported.get(&last.id)) {
                    (View::Reported, Some((_, since))) => After { verified_at: Some(*since), id: last.id },
                    _ => After { verified_at: last.verified_at, id: last.id },
                });
                (after.map(|_| at(None)), end.map(|end| at(Some(end))))
            }
            Asked::Search(_) | Asked::Listed(_) => (None, None),
        };
        let is_after = done.is_some();
        Self {
            page: bench.who.staff.page(&bench.app, format!("{heading} – Undersigned")),
            local: bench.local(&read.campaign, Here::Queue),
            done,
            views: View::ALL.iter().map(|view| ViewLink::new(&action, *view, here, &read.counts)).collect(),
            nothing: nothing(asked, &read.counts),
            corrections: read
                .corrections
                .iter()
                .map(|waiting| CorrectionRow::new(waiting, &settings.ages, bench.now))
                .collect(),
            entries: go_on(read.listed.iter().map(of_row).collect(), forms.at, is_after),
            more_found: here.is_none() && read.more,
            reasons: settings.reasons.open().map(ReasonOption::from).collect(),
            can_decide,
            listing,
            script,
            show: here.map_or("", View::word),
            after: match asked {
                Asked::View(_, Some(after)) => after.to_string(),
                _ => String::new(),
            },
            first,
            next,
            find: forms.find,
            bulk: forms.bulk,
            heading,
            action,
        }
    }
}

/// After a decision the focus is on the next one: the one that the address names, else the first.
fn go_on(mut rows: Vec<Row>, at: Option<SignOnId>, is_after: bool) -> Vec<Row> {
    if is_after {
        let place = at.and_then(|at| rows.iter().position(|row| row.id == at)).unwrap_or(0);
        if let Some(row) = rows.get_mut(place) {
            row.is_next = true;
        }
    }
    rows
}

fn heading(asked: &Asked, read: &Read) -> String {
    let found = read.listed.len();
    match asked {
        Asked::View(View::Review, _) => match read.counts.of(View::Review).unwrap_or(0) {
            0 => "Nothing to review".to_owned(),
            1 => "1 sign-on to review".to_owned(),
            many => format!("{many} sign-ons to review"),
        },
        Asked::View(view, _) => match read.counts.of(*view) {
            Some(count) => format!("{}: {count}", view.label()),
            None => view.label().to_owned(),
        },
        Asked::Listed(_) => "What you ticked".to_owned(),
        Asked::Search(_) => match found {
            1 => "1 sign-on found".to_owned(),
            _ if read.more => format!("More than {found} sign-ons found"),
            _ => format!("{found} sign-ons found"),
        },
    }
}

/// What an empty page says.
fn nothing(asked: &Asked, counts: &Counts) -> String {
    let decided: i64 = [Standing::Approved, Standing::Rejected, Standing::Removed]
        .into_iter()
        .map(|standing| counts.standing(standing))
        .sum();
    match (asked, decided) {
        (Asked::Search(_), _) => {
            "No sign-on of this letter has it in its name, website or address. An address is found only as a whole."
                .to_owned()
        }
        (Asked::View(_, Some(_)), _) => "No more come after these.".to_owned(),
        (Asked::View(View::Review, None), 0) => {
            "Nothing has come in yet. A sign-on appears here when its mailbox is verified.".to_owned()
        }
        (Asked::View(View::Review, None), 1) => {
            "The one that came in is decided. You get a mail when the next one is verified.".to_owned()
        }
        (Asked::View(View::Review, None), all) => {
            format!("All {all} are decided. You get a mail when the next one is verified.")
        }
        (Asked::View(View::Reported, None), _) => {
            "Nothing is reported. Whoever sees a wrong entry reports it under the list.".to_owned()
        }
        _ => "There is none.".to_owned(),
    }
}
