//! One sign-on on the bench: everything that its pages say and its decisions need, read at one moment.

use super::alike::{self, Alike, Beside};
use super::history::{self, Names};
use super::likeness::Candidate;
use super::store::Said;
use super::{mails, objection, store};
use crate::account::{Moderator, Role, store as staff};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Campaign, Here, Local, Status};
use crate::clock::{Timestamp, hours};
use crate::db::{self, Conn, Tx};
use crate::ids::{AccountId, AnyId, CampaignId, SignOnId};
use crate::mail;
use crate::secret::Keys;
use crate::sign_on::store::notices::Notice;
use crate::sign_on::store::{Answer, Before, TextShown};
use crate::sign_on::{
    self, Attested, Elsewhere, HandOver, Invitation, Report, Representative, SignOn, State,
};
use crate::text::EmailAddress;
use crate::web::{App, Fault};
use actix_web::web::Data;

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
    /// The same as it is told to whoever sent it.
    pub(super) told: Campaign,
    pub(super) sign_on: SignOn,
    pub(super) contacts: Vec<Representative>,
    /// What it may be like, without what it was said to be distinct from.
    pub(super) candidates: Vec<Candidate>,
    pub(super) said: Vec<Said>,
    /// What stood before the decision that stands, until that is told.
    pub(super) before: Option<Before>,
    /// Whoever is owed a word about their objection.
    pub(super) objectors: Vec<EmailAddress>,
    /// What the organizers want decisions to say.
    pub(super) worded: mails::Worded,
    /// Why it is not on the list when it is approved; empty where it is.
    pub(super) disagreement: &'static str,
}

/// What is known of one sign-on.
pub(super) struct Seen {
    pub(super) campaign: Campaign,
    /// The same as it is told to whoever sent it.
    pub(super) told: Campaign,
    /// Which text they were shown.
    pub(super) shown: Vec<TextShown>,
    pub(super) sign_on: SignOn,
    pub(super) contacts: Vec<Representative>,
    pub(super) candidates: Vec<Candidate>,
    /// The likely duplicates among them, in full, as many as are shown.
    pub(super) twins: Vec<Beside>,
    /// How many more there are.
    pub(super) more_twins: usize,
    /// What it was said to be distinct from, each with the other entry.
    pub(super) said: Vec<(Said, SignOn)>,
    /// The entry that it was merged into.
    pub(super) merged_into: Option<SignOn>,
    pub(super) from_domain: Vec<Candidate>,
    /// The entry of the same name on the list.
    pub(super) same_name: Option<SignOn>,
    /// What the representative answered.
    pub(super) answers: Vec<Answer>,
    /// Whether they agree to the text that stands.
    pub(super) agrees: bool,
    /// What stands in for the proved mailbox.
    pub(super) attested: Option<Attested>,
    /// The mailbox that may confirm it, where the organization signed in another way.
    pub(super) elsewhere: Option<Elsewhere>,
    /// What was reported about it and what was merged into it, the newest first.
    pub(super) reports: Vec<Report>,
    /// The last time that somebody was asked to take over.
    pub(super) hand_over: Option<HandOver>,
    /// What the organization was asked at an address that it published, the newest first.
    pub(super) notices: Vec<Notice>,
    /// The invitation that it came by.
    pub(super) invitation: Option<Invitation>,
    pub(super) history: Vec<Act>,
    pub(super) names: Names,
    /// What stood before the decision that stands, until that is told.
    pub(super) before: Option<Before>,
    /// Whether news of the last decision has gone.
    pub(super) has_gone: bool,
    /// The mails about it that wait.
    pub(super) waiting: Vec<mail::Waiting>,
    /// The mails about the printed line that wait.
    pub(super) about_line: Vec<mail::Waiting>,
    /// When news of the last decision goes.
    pub(super) goes_at: Option<Timestamp>,
    /// What the organizers want decisions to say.
    pub(super) worded: mails::Worded,
    /// Why it is not on the list when it is approved; empty where it is.
    pub(super) disagreement: &'static str,
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
        self.see_beside(id, Alike::default()).await
    }

    /// The same with other likely duplicates beside it than usual.
    ///
    /// # Errors
    /// [`Fault::NotFound`] when there is none.
    pub(super) async fn see_beside(&self, id: SignOnId, alike: Alike) -> Result<Seen, Fault> {
        let (keys, whose) = (self.app.keys.clone(), (self.who.campaign, self.who.staff.id));
        self.app.db.read(move |conn| see(conn, &keys, whose, id, alike)).await?.ok_or(Fault::NotFound)
    }

    /// As much of it as a decision needs.
    ///
    /// # Errors
    /// [`Fault::NotFound`] when there is none.
    pub(super) async fn glance(&self, id: SignOnId) -> Result<Glance, Fault> {
        let (keys, whose) = (self.app.keys.clone(), (self.who.campaign, self.who.staff.id));
        self.app.db.read(move |conn| glance(conn, &keys, whose, id)).await?.ok_or(Fault::NotFound)
    }

    /// Until when a decision can be undone, if nobody outside has been told.
    pub(super) fn undo_until(&self, seen: &Seen) -> Option<Timestamp> {
        let before = seen.before.as_ref().filter(|before| before.is_open(self.now))?;
        (!seen.has_gone && seen.campaign.settings.status != Status::Archived).then_some(before.told_at)
    }

    /// Writes into the history that this person has read a representative's data, of the entries beside it too: once an hour, however
    /// often they look.
    ///
    /// # Errors
    /// When the database is away; then the data is not shown.
    pub(super) async fn note_reading(&self, seen: &Seen) -> Result<(), Fault> {
        let holds_nothing = seen.contacts.is_empty()
            && seen.answers.is_empty()
            && seen.attested.is_none()
            && seen.reports.iter().all(|report| report.reporter.is_none());
        let own = (!holds_nothing).then_some((seen.sign_on.id, &seen.history));
        let beside = seen.twins.iter().filter(|twin| !twin.contacts.is_empty());
        let beside = beside.map(|twin| (twin.sign_on.id, &twin.history));
        let unread = own.into_iter().chain(beside);
        let unread = unread.filter(|(_, history)| !has_read(history, self.who.staff.id, self.now));
        let ids: Vec<SignOnId> = unread.map(|(id, _)| id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let bench = self.clone();
        Ok(self.app.db.write(move |tx| note_reading(tx, &bench, &ids)).await?)
    }
}

/// Nothing is there, too, where the name of the entry is held back from whoever looks.
fn glance(
    conn: &mut Conn,
    keys: &Keys,
    (campaign, who): (CampaignId, AccountId),
    id: SignOnId,
) -> Result<Option<Glance>, Failure> {
    let Some(sign_on) = sign_on::store::by_id(conn, id)?.filter(|sign_on| sign_on.campaign == campaign)
    else {
        return Ok(None);
    };
    let sees_all = staff::reads_at_risk(conn, campaign, who)?;
    if !sees_all && !sign_on.entry.is_named() {
        return Ok(None);
    }
    let Some(campaign) = campaign::store::by_id(conn, campaign)? else { return Ok(None) };
    let contacts = sign_on::store::representatives_of(conn, keys, id)?;
    let said = store::said_distinct(conn, id)?;
    let mut candidates = store::candidates(conn, campaign.id, &[sign_on.entry.likeness()], sees_all)?;
    candidates.retain(|candidate| said.iter().all(|said| said.other != candidate.id));
    let before = sign_on::store::before(conn, &sign_on)?;
    let objectors = objection::owed(conn, keys, &sign_on)?;
    let told = sign_on::store::told_to(conn, &campaign, id)?;
    let worded = mails::Worded::of(conn, campaign.id)?;
    let disagreement = sign_on::disagreement(conn, &campaign, &sign_on)?;
    Ok(Some(Glance {
        campaign,
        told,
        sign_on,
        contacts,
        candidates,
        said,
        before,
        objectors,
        worded,
        disagreement,
    }))
}

fn see(
    conn: &mut Conn,
    keys: &Keys,
    whose: (CampaignId, AccountId),
    id: SignOnId,
    wish: Alike,
) -> Result<Option<Seen>, Failure> {
    let Some(glance) = glance(conn, keys, whose, id)? else { return Ok(None) };
    let sees_all = staff::reads_at_risk(conn, whose.0, whose.1)?;
    let is_seen = |other: &SignOn| sees_all || other.entry.is_named();
    let Glance { campaign, told, sign_on, contacts, candidates, said, before, worded, disagreement, .. } =
        glance;
    let about = AnyId::from_uuid(id.uuid());
    let from_domain = match contacts.iter().find(|held| !held.contact.email.is_free_mail()) {
        None => Vec::new(),
        Some(held) => {
            let domain = sign_on::store::domain_key(keys, &held.contact.email);
            sign_on::store::others_from_domain(conn, campaign.id, domain, id)?
        }
    };
    let is_own = |other: &SignOn| contacts.iter().any(|held| held.through == other.id);
    let from_domain = from_domain.iter().filter(|other| !is_own(other) && is_seen(other));
    let from_domain = from_domain.map(Candidate::from).collect();
    let history = audit::of(conn, about)?;
    let (mut twins, more_twins) = alike::beside(conn, keys, &sign_on, &candidates, wish)?;
    twins.retain(|twin| is_seen(&twin.sign_on));
    let decided = before.as_ref().map_or(sign_on.submitted_at, |before| before.made_at);
    let others = sign_on::store::by_ids(conn, &said.iter().map(|said| said.other).collect::<Vec<_>>())?;
    let mut people = staff_in(&history);
    people.extend(said.iter().map(|said| said.by));
    let namesake = store::namesakes(conn, &sign_on)?.into_iter().find(|(_, is_said)| !is_said);
    let merged_into = match &sign_on.state {
        State::Rejected(decision) => decision.merged_into,
        _ => None,
    };
    Ok(Some(Seen {
        told,
        shown: sign_on::store::shown(conn, id)?,
        from_domain,
        agrees: sign_on::store::agrees(conn, &campaign, &sign_on)?,
        same_name: match namesake {
            Some((id, _)) => sign_on::store::by_id(conn, id)?.filter(is_seen),
            None => None,
        },
        merged_into: match merged_into {
            Some(id) => sign_on::store::by_id(conn, id)?.filter(is_seen),
            None => None,
        },
        answers: {
            let mut answers = Vec::new();
            for through in sign_on::store::family_of(conn, id)? {
                answers.extend(sign_on::store::answers_of(conn, keys, through)?);
            }
            answers.sort_by_key(|answer| answer.asked_at);
            answers
        },
        attested: match sign_on.attested_at {
            Some(_) => sign_on::store::attested(conn, keys, id)?,
            None => None,
        },
        elsewhere: sign_on::store::elsewhere_of(conn, keys, id)?,
        reports: {
            let mut reports = Vec::new();
            for about in sign_on::store::family_of(conn, id)? {
                reports.extend(sign_on::store::reports_about(conn, keys, about)?);
            }
            reports.sort_by_key(|report| std::cmp::Reverse(report.confirmed.map(|confirmed| confirmed.at)));
            reports
        },
        hand_over: sign_on::store::last_hand_over(conn, id)?,
        notices: sign_on::store::notices::about(conn, id)?,
        invitation: sign_on::store::invitation_of(conn, keys, id)?,
        names: staff::names(conn, keys, &people)?,
        has_gone: mail::has_gone(conn, about, &mails::DECISIONS, decided)?,
        waiting: mail::waiting_about(conn, keys, about, &mails::DECISIONS)?,
        about_line: mail::waiting_about(conn, keys, about, &[sign_on::CORRECTION])?,
        goes_at: mail::goes_at(conn, about, &mails::DECISIONS)?,
        twins,
        more_twins,
        said: said
            .into_iter()
            .filter_map(|said| {
                let other = others.iter().find(|other| other.id == said.other && is_seen(other))?.clone();
                Some((said, other))
            })
            .collect(),
        contacts,
        candidates,
        before,
        history,
        sign_on,
        campaign,
        worded,
        disagreement,
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

fn note_reading(tx: &mut Tx<'_>, bench: &Bench, ids: &[SignOnId]) -> Result<(), db::Error> {
    // Two windows opened at once are one reading: with the campaign's row held, the second sees the first.
    campaign::store::hold(tx, bench.who.campaign)?;
    let who = bench.who.staff.id;
    for id in ids {
        if has_read(&audit::of(tx, AnyId::from_uuid(id.uuid()))?, who, bench.now) {
            continue;
        }
        let act = Act::new(bench.now, Actor::Staff(who), Subject::SignOn(*id), history::CONTACT_READ);
        audit::record(tx, &bench.app.random, act.in_campaign(bench.who.campaign))?;
    }
    Ok(())
}
