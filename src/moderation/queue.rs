//! GET /staff/letters/{slug}/queue: what waits for a decision, oldest first; and what was decided.

use super::bench::Bench;
use super::entry::{state_class, state_word};
use super::evidence::{Tie, one_look};
use super::notice::{Done, Last};
use super::sentence::Sentence;
use super::store;
use crate::account::Moderator;
use crate::campaign::{self, Campaign, Here, Local};
use crate::clock::Timestamp;
use crate::db::{Conn, Error};
use crate::ids::{CampaignId, SignOnId};
use crate::secret::Keys;
use crate::sign_on::{self, Likeness, SignOn, Standing, State};
use crate::text::{Country, EmailAddress};
use crate::web::page::{Page, page};
use crate::web::show::Moment;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;
use std::collections::{BTreeMap, HashSet};

/// How many sign-ons one page lists.
const PER_PAGE: i64 = 100;

/// The views: the word in the address, what it is called, what it shows.
const VIEWS: [(&str, &str, &[Standing]); 6] = [
    ("", "To review", &[Standing::AwaitingModeration, Standing::OnHold]),
    ("held", "On hold", &[Standing::OnHold]),
    ("approved", "Approved", &[Standing::Approved]),
    ("rejected", "Rejected", &[Standing::Rejected]),
    ("removed", "Removed", &[Standing::Removed]),
    ("withdrawn", "Withdrawn", &[Standing::Withdrawn]),
];

/// What the address asks for.
#[derive(Deserialize)]
pub(super) struct Wish {
    show: Option<String>,
    page: Option<String>,
}

/// What was read for a page.
struct Read {
    campaign: Campaign,
    counts: BTreeMap<&'static str, i64>,
    listed: Vec<SignOn>,
    looks: BTreeMap<SignOnId, Sentence>,
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
    let word = wish.show.as_deref().unwrap_or_default();
    let Some((word, label, standings)) = VIEWS.into_iter().find(|view| view.0 == word) else {
        return Err(Fault::NotFound);
    };
    let this_page = wish.page.and_then(|page| page.parse().ok()).unwrap_or(1).clamp(1, 1_000_000);
    let (keys, id) = (app.keys.clone(), bench.who.campaign);
    let is_queue = standings.iter().all(|standing| is_undecided(*standing));
    let read = app
        .db
        .read(move |conn| read(conn, &keys, id, standings, is_queue, (this_page - 1) * PER_PAGE))
        .await?;
    let Some(read) = read else { return Err(Fault::NotFound) };
    let view = View { word, label, standings, this_page };
    Ok(page(&view.page(&bench, &read, done))?)
}

const fn is_undecided(standing: Standing) -> bool {
    matches!(standing, Standing::AwaitingModeration | Standing::OnHold)
}

fn read(
    conn: &mut Conn,
    keys: &Keys,
    campaign: CampaignId,
    standings: &[Standing],
    is_queue: bool,
    skip: i64,
) -> Result<Option<Read>, Error> {
    let Some(campaign) = campaign::store::by_id(conn, campaign)? else { return Ok(None) };
    let listed = store::page(conn, campaign.id, standings, is_queue, PER_PAGE, skip)?;
    let counts = store::counts(conn, campaign.id)?;
    let looks = if is_queue { looks(conn, keys, campaign.id, &listed)? } else { BTreeMap::new() };
    Ok(Some(Read { campaign, counts, listed, looks }))
}

/// The one thing about each that needs a look, where there is one.
fn looks(
    conn: &mut Conn,
    keys: &Keys,
    campaign: CampaignId,
    listed: &[SignOn],
) -> Result<BTreeMap<SignOnId, Sentence>, Error> {
    let ids: Vec<SignOnId> = listed.iter().map(|sign_on| sign_on.id).collect();
    let likenesses = store::likenesses(conn, &ids)?;
    let all: Vec<Likeness> = likenesses.values().cloned().collect();
    let candidates = store::candidates(conn, campaign, &all)?;
    let ties = ties(keys, listed, &store::domain_keys(conn, &ids)?);
    let look = |sign_on: &SignOn| {
        let ties = ties.get(&sign_on.id).map_or(&[][..], Vec::as_slice);
        let sentence = one_look(sign_on, likenesses.get(&sign_on.id)?, &candidates, ties)?;
        Some((sign_on.id, sentence))
    };
    Ok(listed.iter().filter_map(look).collect())
}

/// How each address goes with the website, told by keyed hashes: the list opens nobody's data.
fn ties(
    keys: &Keys,
    listed: &[SignOn],
    domains: &BTreeMap<SignOnId, Vec<Vec<u8>>>,
) -> BTreeMap<SignOnId, Vec<Tie>> {
    let key = |domain: &str| sign_on::store::mail_domain_key(keys, domain).as_bytes().to_vec();
    let free: HashSet<Vec<u8>> = EmailAddress::free_mail_domains().iter().map(|domain| key(domain)).collect();
    let mut all = BTreeMap::new();
    for sign_on in listed {
        let site = sign_on.entry.website.as_ref().map(|url| key(url.registrable_domain()));
        let tie = |domain: &Vec<u8>| match &site {
            _ if free.contains(domain) => Tie::FreeMail,
            None => Tie::NoWebsite,
            Some(site) if site == domain => Tie::Match,
            Some(_) => Tie::Differ,
        };
        all.insert(sign_on.id, domains.get(&sign_on.id).into_iter().flatten().map(tie).collect());
    }
    all
}

/// The view that is shown.
struct View {
    word: &'static str,
    label: &'static str,
    standings: &'static [Standing],
    this_page: i64,
}

impl View {
    fn page(&self, bench: &Bench, read: &Read, done: Option<Done>) -> Queue {
        let settings = &read.campaign.settings;
        let action = format!("/staff/letters/{}/queue", settings.slug);
        let count = |standings: &[Standing]| -> i64 {
            standings.iter().filter_map(|standing| read.counts.get(standing.as_str())).sum()
        };
        let total = count(self.standings);
        let last_page = (total.max(1) + PER_PAGE - 1) / PER_PAGE;
        let heading = match (self.word, total) {
            ("", 0) => "Nothing to review".to_owned(),
            ("", 1) => "1 sign-on to review".to_owned(),
            ("", many) => format!("{many} sign-ons to review"),
            (_, total) => format!("{}: {total}", self.label),
        };
        let at_page = |number: i64| {
            let show = if self.word.is_empty() { String::new() } else { format!("show={}&", self.word) };
            format!("{action}?{show}page={number}")
        };
        Queue {
            page: bench.who.staff.page(&bench.app, format!("{heading} – Undersigned")),
            local: bench.local(&read.campaign, Here::Queue),
            done,
            views: VIEWS
                .iter()
                .map(|(word, label, standings)| ViewLink {
                    query: if word.is_empty() { String::new() } else { format!("?show={word}") },
                    label,
                    count: count(standings),
                    here: *word == self.word,
                })
                .collect(),
            nothing: nothing(self.word, &read.counts),
            entries: read.listed.iter().map(|sign_on| Row::new(sign_on, read, bench.now)).collect(),
            first: (self.this_page - 1) * PER_PAGE + 1,
            this_page: self.this_page,
            last_page,
            previous: (self.this_page > 1).then(|| at_page(self.this_page - 1)),
            next: (self.this_page < last_page).then(|| at_page(self.this_page + 1)),
            heading,
            action,
        }
    }
}

/// What an empty view says.
fn nothing(word: &str, counts: &BTreeMap<&'static str, i64>) -> String {
    let decided: i64 = [Standing::Approved, Standing::Rejected, Standing::Removed]
        .iter()
        .filter_map(|standing| counts.get(standing.as_str()))
        .sum();
    match (word, decided) {
        ("", 0) => "Nothing has come in yet. A sign-on appears here when its mailbox is verified.".to_owned(),
        ("", 1) => {
            "The one that came in is decided. You get a mail when the next one is verified.".to_owned()
        }
        ("", all) => format!("All {all} are decided. You get a mail when the next one is verified."),
        _ => "There is none.".to_owned(),
    }
}

#[derive(Template)]
#[template(path = "moderation/queue.html")]
struct Queue {
    page: Page,
    local: Local,
    done: Option<Done>,
    heading: String,
    action: String,
    views: Vec<ViewLink>,
    entries: Vec<Row>,
    nothing: String,
    first: i64,
    this_page: i64,
    last_page: i64,
    previous: Option<String>,
    next: Option<String>,
}

struct ViewLink {
    query: String,
    label: &'static str,
    count: i64,
    here: bool,
}

struct Row {
    id: SignOnId,
    name: String,
    country: &'static str,
    since: Moment,
    urgency: &'static str,
    state: &'static str,
    state_class: &'static str,
    look: Option<Sentence>,
    quiet: &'static str,
}

impl Row {
    fn new(sign_on: &SignOn, read: &Read, now: Timestamp) -> Self {
        let standing = sign_on.standing();
        let waits = is_undecided(standing);
        let since = match (&sign_on.state, sign_on.decided()) {
            (State::OnHold { .. }, _) | (_, None) => sign_on.verified_at.unwrap_or(sign_on.submitted_at),
            (_, Some((_, at))) => at,
        };
        Self {
            id: sign_on.id,
            name: sign_on.entry.organization.to_string(),
            country: sign_on.entry.country.as_ref().map_or("", Country::name),
            since: Moment::new(since, now),
            urgency: if waits { read.campaign.settings.ages.urgency(since, now) } else { "" },
            state: match sign_on.state {
                State::AwaitingModeration { first: Some(_) } => "One of two approvals",
                State::AwaitingModeration { first: None } => "",
                _ => state_word(standing),
            },
            state_class: state_class(standing),
            look: read.looks.get(&sign_on.id).cloned(),
            quiet: if waits { "Nothing unusual." } else { "" },
        }
    }
}
