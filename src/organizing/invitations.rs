//! GET /staff/letters/{slug}/invitations: who was asked to sign and how far that has come, one invitation in full, and who means to sign later.

mod shown;

use super::life::load;
use crate::account::{Acting, Organizer, Staff, store as accounts};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{Campaign, Here, Local, store as campaigns};
use crate::clock::{Timestamp, hours};
use crate::db::{self, Conn, Tx};
use crate::ids::{AccountId, AnyId, CampaignId, InvitationId, SignOnId};
use crate::organizing::may_invite::late_hint;
use crate::secret::{Keys, Random};
use crate::sign_on::store::{self, ContactError};
use crate::sign_on::{Intention, Invitation, Mailbox, NoReminder, Stage, Standing};
use crate::text::{EmailAddress, searchable};
use crate::web::form::{self, Filled, Problems};
use crate::web::page::{Page, page_of};
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use shown::{IntentionRow, One, Row, ViewLink};
use std::collections::BTreeMap;

/// How many invitations one page lists.
const PER_PAGE: usize = 100;

/// How many intentions are listed.
const INTENTIONS: i64 = 500;

/// What it is called in the history that somebody read who they are.
const INTENTIONS_READ: &str = "read who means to sign later";

/// The longest text that is searched for, in characters.
const LONGEST: usize = 320;

/// What is asked for, and the forms that came back.
#[derive(Default)]
pub(super) struct Asked {
    /// Only those that have come so far.
    pub(super) stage: Option<Stage>,
    /// The page of the list, from 1.
    pub(super) page: usize,
    /// What is searched for.
    pub(super) find: Option<Filled>,
    /// The list to invite.
    pub(super) paste: Filled,
    /// One invitation in full, with its form as it came back.
    pub(super) one: Option<(InvitationId, Filled)>,
    /// What was done.
    pub(super) notice: String,
}

/// What was read for a page.
pub(super) struct Read {
    pub(super) invitations: Vec<Invitation>,
    pub(super) sign_ons: BTreeMap<InvitationId, Vec<(SignOnId, Standing)>>,
    pub(super) intentions: Vec<Intention>,
    pub(super) names: BTreeMap<AccountId, String>,
    /// What each address had, by what is the same of all its spellings.
    pub(super) mailboxes: BTreeMap<String, Mailbox>,
}

impl Read {
    pub(super) fn standings(&self, id: InvitationId) -> Vec<Standing> {
        let all = self.sign_ons.get(&id).into_iter().flatten();
        all.map(|(_, standing)| *standing).collect()
    }

    /// Whether a reminder may go now.
    fn may_remind(&self, invitation: &Invitation, now: Timestamp) -> Result<(), NoReminder> {
        invitation.may_remind(&self.standings(invitation.id), now)?;
        let there = invitation.email.as_ref().and_then(|to| self.mailboxes.get(&to.canonical()));
        there.map_or(Ok(()), |there| there.may_have(now))
    }

    fn stage(&self, invitation: &Invitation) -> Stage {
        invitation.stage(&self.standings(invitation.id))
    }
}

/// Why it could not be read.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Contact(#[from] ContactError),
    #[error(transparent)]
    Accounts(#[from] accounts::Error),
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Database(error) => error.into(),
            Failure::Contact(error) => error.into(),
            Failure::Accounts(error) => error.into(),
        }
    }
}

fn read(conn: &mut Conn, keys: &Keys, campaign: CampaignId, who: AccountId) -> Result<Read, Failure> {
    let invitations = store::invitations_of(conn, keys, campaign)?;
    let mut people: Vec<AccountId> = invitations
        .iter()
        .flat_map(|found| [Some(found.made_by), found.revoked.map(|(_, by)| by)])
        .flatten()
        .collect();
    people.sort_unstable();
    people.dedup();
    let mut mailboxes = BTreeMap::<String, Mailbox>::new();
    for found in &invitations {
        if let Some(to) = &found.email {
            let has_refused = found.declined_at.is_some() || found.quiet_at.is_some();
            mailboxes.entry(to.canonical()).or_default().add(found.mails, found.mailed_at, has_refused);
        }
    }
    let mut sign_ons = store::came_by_invitations(conn, campaign)?;
    // An invitation has a name: that it led to an entry whose name is held back is not told.
    if !accounts::reads_at_risk(conn, campaign, who)? {
        let unnamed = store::unnamed(conn, campaign)?;
        sign_ons.values_mut().for_each(|all| all.retain(|(id, _)| !unnamed.contains(id)));
    }
    Ok(Read {
        mailboxes,
        sign_ons,
        intentions: store::intentions_of(conn, keys, campaign, INTENTIONS)?,
        names: accounts::names(conn, keys, &people)?,
        invitations,
    })
}

/// The page.
pub(super) async fn show(
    request: HttpRequest,
    who: Organizer,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, who.campaign).await?;
    let wish = form::query(&request)?;
    let stage = match wish.get("show") {
        "" => None,
        word => Some(Stage::parse(word).ok_or(Fault::NotFound)?),
    };
    let page = match wish.get("page") {
        "" => 1,
        number => number.parse().ok().filter(|number| *number >= 1).ok_or(Fault::NotFound)?,
    };
    let one = match wish.get("of") {
        "" => None,
        id => Some((InvitationId::parse(id).ok_or(Fault::NotFound)?, Filled::default())),
    };
    let count = |name: &str| wish.get(name).parse::<u32>().ok();
    let notice = match (count("invited"), count("before"), wish.get("done")) {
        (Some(invited), _, _) => shown::invited(invited, count("skipped").unwrap_or(0)),
        (None, Some(before), _) => shown::invited_before(before),
        (None, None, done) => shown::done(done).to_owned(),
    };
    let asked = Asked { stage, page, one, notice, ..Asked::default() };
    render(&app, &who.staff, campaign, asked, StatusCode::OK).await
}

/// What is searched for is sent like a form, because it may be somebody's address.
pub(super) async fn search(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, who.campaign).await?;
    let mut problems = Problems::default();
    if fields.get("q").trim().is_empty() {
        problems.add("q", "Write a part of a name, or a whole address.");
    } else if fields.get("q").chars().nth(LONGEST).is_some() {
        problems.add("q", "Write less: no name or address is so long.");
    }
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let asked = Asked { find: Some(Filled::new(fields, problems)), ..Asked::default() };
    render(&app, &who.staff, campaign, asked, status).await
}

/// The page, with whatever came back.
pub(super) async fn render(
    app: &App,
    staff: &Staff,
    campaign: Campaign,
    asked: Asked,
    status: StatusCode,
) -> Result<HttpResponse, Fault> {
    let (keys, id, who) = (app.keys.clone(), campaign.id, staff.id);
    let read = app.db.read(move |conn| read(conn, &keys, id, who)).await?;
    let now = app.clock.now();
    if asked.one.is_none() && read.intentions.iter().any(|intention| intention.contact.is_some()) {
        let (random, by) = (app.random.clone(), staff.id);
        app.db.write(move |tx| note_reading(tx, &random, id, by, now)).await?;
    }
    if let Some((id, form)) = asked.one {
        let invitation = read.invitations.iter().find(|found| found.id == id).ok_or(Fault::NotFound)?;
        let page = staff.page(app, format!("{} – Undersigned", invitation.organization));
        let local = Local::new(&campaign, true, Here::Elsewhere, now);
        let one = One::new(&read, invitation, &campaign, form, now);
        return Ok(page_of(status, &OnePage { page, local, notice: asked.notice, one })?);
    }
    Ok(page_of(status, &Tracker::new(app, staff, &campaign, &read, asked, now))?)
}

/// Writes down that somebody read who means to sign later, once an hour, as reading a representative's data is written down.
fn note_reading(
    tx: &mut Tx<'_>,
    random: &Random,
    campaign: CampaignId,
    by: AccountId,
    now: Timestamp,
) -> Result<(), db::Error> {
    let subject = AnyId::from_uuid(campaign.uuid());
    // Two windows opened at once are one reading: with the campaign's row held, the second sees the first.
    campaigns::hold(tx, campaign)?;
    if audit::has_done_since(tx, subject, INTENTIONS_READ, by, now.plus(hours(-1)))? {
        return Ok(());
    }
    let act = Act::new(now, Actor::Staff(by), Subject::Campaign(campaign), INTENTIONS_READ);
    audit::record(tx, random, act.in_campaign(campaign))
}

/// Whether an invitation is what was searched for: a part of its name or of its website, or its whole address.
fn is_meant(invitation: &Invitation, typed: &str) -> bool {
    if let Ok(address) = EmailAddress::parse(typed) {
        return invitation.email.as_ref().is_some_and(|email| email.canonical() == address.canonical());
    }
    let (part, typed) = (searchable(typed), typed.trim().to_lowercase());
    let in_name = !part.is_empty() && searchable(invitation.organization.as_str()).contains(&part);
    let at = |domain: &str| !typed.is_empty() && domain.contains(&typed);
    in_name
        || invitation.website.as_ref().is_some_and(|url| at(url.host()))
        || invitation.email.as_ref().is_some_and(|email| at(email.domain().as_str()))
}

#[derive(Template)]
#[template(path = "organizing/invitations.html")]
struct Tracker {
    page: Page,
    local: Local,
    notice: String,
    action: String,
    views: Vec<ViewLink>,
    find: Filled,
    is_search: bool,
    heading: &'static str,
    count: usize,
    rows: Vec<Row>,
    this_page: usize,
    last_page: usize,
    previous: Option<String>,
    next: Option<String>,
    paste: Filled,
    has_deadline: bool,
    /// In which zone the time of that field is.
    late_hint: String,
    is_first: bool,
    intentions: Vec<IntentionRow>,
}

impl Tracker {
    fn new(app: &App, staff: &Staff, campaign: &Campaign, read: &Read, asked: Asked, now: Timestamp) -> Self {
        let Asked { stage, page, find, paste, notice, .. } = asked;
        let href = format!("/staff/letters/{}/invitations", campaign.settings.slug);
        let searched = find.as_ref().filter(|find| find.errors().is_empty()).map(|find| find.value("q"));
        let mut counts = BTreeMap::<Stage, usize>::new();
        let mut meant = Vec::new();
        for invitation in &read.invitations {
            let own = read.stage(invitation);
            *counts.entry(own).or_default() += 1;
            let fits = match searched {
                Some(typed) => is_meant(invitation, typed),
                None => stage.is_none_or(|stage| stage == own),
            };
            if fits {
                meant.push((invitation, own));
            }
        }
        let (count, this_page) = (meant.len(), page.max(1));
        let last_page = count.div_ceil(PER_PAGE).max(1);
        let to = |page: usize| match stage {
            Some(stage) => format!("{href}?show={}&page={page}", stage.as_str()),
            None => format!("{href}?page={page}"),
        };
        let is_paged = searched.is_none();
        let listed =
            meant.into_iter().skip(this_page.saturating_sub(1).saturating_mul(PER_PAGE)).take(PER_PAGE);
        Self {
            page: staff.page(app, format!("Invitations: {} – Undersigned", campaign.settings.title)),
            local: Local::new(campaign, true, Here::Invitations, now),
            notice,
            views: shown::views(&href, stage.filter(|_| is_paged), read.invitations.len(), &counts),
            is_search: searched.is_some(),
            heading: match stage {
                Some(stage) if is_paged => stage.words(),
                _ => "Invitations",
            },
            count,
            rows: listed.map(|(invitation, own)| Row::new(read, invitation, own, &href, now)).collect(),
            previous: (is_paged && this_page > 1).then(|| to(this_page - 1)),
            next: (is_paged && this_page < last_page).then(|| to(this_page + 1)),
            this_page,
            last_page,
            find: find.unwrap_or_default(),
            paste,
            has_deadline: campaign.settings.closes_at.is_some(),
            late_hint: late_hint(
                campaign,
                "Leave it empty where the deadline holds. If you close the letter by its button, it is closed for everybody.",
            ),
            is_first: read.invitations.is_empty(),
            intentions: read.intentions.iter().map(|found| IntentionRow::new(found, now)).collect(),
            action: href,
        }
    }
}

#[derive(Template)]
#[template(path = "organizing/invitation.html")]
struct OnePage {
    page: Page,
    local: Local,
    notice: String,
    one: One,
}
