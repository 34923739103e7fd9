//! One sign-on on the bench: everything that its pages say and its decisions need, read at one moment.

use super::history::{self, Names};
use super::likeness::{Candidate, Shared, resemblances};
use super::{mails, objection, store};
use crate::account::{Moderator, Role, store as staff};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Campaign, Here, Local, Status};
use crate::clock::{Timestamp, hours};
use crate::db::{self, Conn, Tx};
use crate::ids::{AccountId, AnyId, CampaignId, SignOnId};
use crate::mail;
use crate::secret::Keys;
use crate::sign_on::store::{Answer, Before};
use crate::sign_on::{self, Attested, HandOver, Report, Representative, SignOn};
use crate::text::EmailAddress;
use crate::web::{App, Fault};
use actix_web::web::Data;

/// How many likely duplicates are shown side by side. An acronym alone makes none.
const TWINS: usize = 3;

/// Who works, where, and now.
#[derive(Clone)]
pub(super) struct Bench {
    pub(super) app: Data<App>,
    pub(super) who: Moderator,
    pub(super) now: Timestamp,
}

/// What a decision needs of a sign-on.
pub(super) struct Glance {
    pub(super) campaign: Campaign,
    pub(super) sign_on: SignOn,
    pub(super) contacts: Vec<Representative>,
    pub(super) candidates: Vec<Candidate>,
    /// What stood before the decision that stands, until that is told.
    pub(super) before: Option<Before>,
    /// Whoever is owed a word about their objection.
    pub(super) objectors: Vec<EmailAddress>,
}

/// What is known of one sign-on.
pub(super) struct Seen {
    pub(super) campaign: Campaign,
    pub(super) sign_on: SignOn,
    pub(super) contacts: Vec<Representative>,
    pub(super) candidates: Vec<Candidate>,
    /// The likely duplicates among them, in full.
    pub(super) twins: Vec<SignOn>,
    pub(super) from_domain: Vec<Candidate>,
    /// The entry of the same name on the list.
    pub(super) same_name: Option<SignOn>,
    /// What the representative answered.
    pub(super) answers: Vec<Answer>,
    /// What stands in for the proved mailbox.
    pub(super) attested: Option<Attested>,
    /// What was reported about it, the newest first.
    pub(super) reports: Vec<Report>,
    /// The last time that somebody was asked to take over.
    pub(super) hand_over: Option<HandOver>,
    pub(super) history: Vec<Act>,
    pub(super) names: Names,
    /// What stood before the decision that stands, until that is told.
    pub(super) before: Option<Before>,
    /// Whether news of the last decision has gone.
    pub(super) has_gone: bool,
    /// The mails about it that wait.
    pub(super) waiting: Vec<mail::Waiting>,
    /// When news of the last decision goes.
    pub(super) goes_at: Option<Timestamp>,
}

/// Why something on the bench failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Contact(#[from] sign_on::store::ContactError),
    #[error(transparent)]
    Staff(#[from] staff::Error),
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Database(error) => error.into(),
            Failure::Contact(error) => error.into(),
            Failure::Staff(error) => error.into(),
        }
    }
}

impl Bench {
    pub(super) fn new(app: &Data<App>, who: Moderator) -> Self {
        Self { app: app.clone(), who, now: app.clock.now() }
    }

    /// The way to the letter's other pages.
    pub(super) fn local(&self, campaign: &Campaign, here: Here) -> Local {
        Local::new(campaign, self.who.role.includes(Role::Organizer), here, self.now)
    }

    /// What is known of a sign-on of this campaign.
    ///
    /// # Errors
    /// [`Fault::NotFound`] when there is none.
    pub(super) async fn see(&self, id: SignOnId) -> Result<Seen, Fault> {
        let (keys, campaign) = (self.app.keys.clone(), self.who.campaign);
        self.app.db.read(move |conn| see(conn, &keys, campaign, id)).await?.ok_or(Fault::NotFound)
    }

    /// As much of it as a decision needs.
    ///
    /// # Errors
    /// [`Fault::NotFound`] when there is none.
    pub(super) async fn glance(&self, id: SignOnId) -> Result<Glance, Fault> {
        let (keys, campaign) = (self.app.keys.clone(), self.who.campaign);
        self.app.db.read(move |conn| glance(conn, &keys, campaign, id)).await?.ok_or(Fault::NotFound)
    }

    /// Until when a decision can be undone, if nobody outside has been told.
    pub(super) fn undo_until(&self, seen: &Seen) -> Option<Timestamp> {
        let before = seen.before.as_ref().filter(|before| before.is_open(self.now))?;
        (!seen.has_gone && seen.campaign.settings.status != Status::Archived).then_some(before.told_at)
    }

    /// Writes into the history that this person has read a representative's data: once an hour, however often they look.
    ///
    /// # Errors
    /// When the database is away; then the data is not shown.
    pub(super) async fn note_reading(&self, seen: &Seen) -> Result<(), Fault> {
        let holds_nothing = seen.contacts.is_empty()
            && seen.answers.is_empty()
            && seen.attested.is_none()
            && seen.reports.iter().all(|report| report.reporter.is_none());
        if holds_nothing || has_read(&seen.history, self.who.staff.id, self.now) {
            return Ok(());
        }
        let (bench, id) = (self.clone(), seen.sign_on.id);
        Ok(self.app.db.write(move |tx| note_reading(tx, &bench, id)).await?)
    }
}

fn glance(
    conn: &mut Conn,
    keys: &Keys,
    campaign: CampaignId,
    id: SignOnId,
) -> Result<Option<Glance>, Failure> {
    let Some(sign_on) = sign_on::store::by_id(conn, id)?.filter(|sign_on| sign_on.campaign == campaign)
    else {
        return Ok(None);
    };
    let Some(campaign) = campaign::store::by_id(conn, campaign)? else { return Ok(None) };
    let contacts = sign_on::store::contacts_of(conn, keys, id)?;
    let candidates = store::candidates(conn, campaign.id, &[sign_on.entry.likeness()])?;
    let before = sign_on::store::before(conn, &sign_on)?;
    let objectors = objection::owed(conn, keys, &sign_on)?;
    Ok(Some(Glance { campaign, sign_on, contacts, candidates, before, objectors }))
}

fn see(conn: &mut Conn, keys: &Keys, campaign: CampaignId, id: SignOnId) -> Result<Option<Seen>, Failure> {
    let Some(glance) = glance(conn, keys, campaign, id)? else { return Ok(None) };
    let Glance { campaign, sign_on, contacts, candidates, before, .. } = glance;
    let about = AnyId::from_uuid(id.uuid());
    let from_domain = match contacts.iter().find(|contact| !contact.email.is_free_mail()) {
        None => Vec::new(),
        Some(contact) => {
            let domain = sign_on::store::domain_key(keys, &contact.email);
            sign_on::store::others_from_domain(conn, campaign.id, domain, id)?
        }
    };
    let history = audit::of(conn, about)?;
    let likely: Vec<SignOnId> = resemblances(id, &sign_on.entry.likeness(), &candidates)
        .iter()
        .filter(|resemblance| resemblance.shared != [Shared::Acronym])
        .take(TWINS)
        .map(|resemblance| resemblance.other.id)
        .collect();
    let twins = sign_on::store::by_ids(conn, &likely)?;
    let decided = before.as_ref().map_or(sign_on.submitted_at, |before| before.made_at);
    Ok(Some(Seen {
        from_domain: from_domain.iter().map(Candidate::from).collect(),
        same_name: store::approved_twin(conn, &sign_on)?.filter(|_| !sign_on.is_distinct),
        answers: sign_on::store::answers_of(conn, keys, id)?,
        attested: match sign_on.attested_at {
            Some(_) => sign_on::store::attested(conn, keys, id)?,
            None => None,
        },
        reports: sign_on::store::reports_about(conn, keys, id)?,
        hand_over: sign_on::store::last_hand_over(conn, id)?,
        names: staff::names(conn, keys, &staff_in(&history))?,
        has_gone: mail::has_gone(conn, about, &mails::DECISIONS, decided)?,
        waiting: mail::waiting_about(conn, keys, about, &mails::DECISIONS)?,
        goes_at: mail::goes_at(conn, about, &mails::DECISIONS)?,
        twins: likely.iter().filter_map(|id| twins.iter().find(|twin| twin.id == *id).cloned()).collect(),
        contacts,
        candidates,
        before,
        history,
        sign_on,
        campaign,
    }))
}

/// The members of staff whom a history names.
fn staff_in(history: &[Act]) -> Vec<AccountId> {
    let mut ids: Vec<AccountId> = history
        .iter()
        .filter_map(|act| match act.actor {
            Actor::Staff(id) => Some(id),
            _ => None,
        })
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn has_read(history: &[Act], who: AccountId, now: Timestamp) -> bool {
    history.iter().rev().any(|act| {
        act.act == history::CONTACT_READ && act.actor == Actor::Staff(who) && act.at > now.plus(hours(-1))
    })
}

fn note_reading(tx: &mut Tx<'_>, bench: &Bench, id: SignOnId) -> Result<(), db::Error> {
    // Two windows opened at once are one reading: with the campaign's row held, the second sees the first.
    campaign::store::hold(tx, bench.who.campaign)?;
    let who = bench.who.staff.id;
    if has_read(&audit::of(tx, AnyId::from_uuid(id.uuid()))?, who, bench.now) {
        return Ok(());
    }
    let act = Act::new(bench.now, Actor::Staff(who), Subject::SignOn(id), history::CONTACT_READ);
    audit::record(tx, &bench.app.random, act.in_campaign(bench.who.campaign))
}
