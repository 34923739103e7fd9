//! The internal history: who did what to what, when and why. Written in the transaction of the act itself and never changed.
//! `chain` links the entries, so that a change would show; `read` gives them in pages.

mod chain;
mod read;

pub use chain::{Broken, Checked, chains, check, link, unlinked};
pub use read::{Entry, everything, page};

use crate::clock::Timestamp;
use crate::db::columns::UnknownValue;
use crate::db::schema::{audit_entries, audit_links};
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{AccountId, AnyId, AuditId, CampaignId, SignOnId};
use crate::secret::Random;
use diesel::prelude::*;

/// Rows in one statement: few enough that no engine's limit of parameters is reached.
const AT_ONCE: usize = 500;

/// Who acts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Actor {
    /// Somebody who holds a link mailed to the organization.
    Representative,
    /// Somebody who is nobody to the program: whoever reads a list and reports an entry, or asks for a new password.
    Visitor,
    /// A member of staff who is logged in.
    Staff(AccountId),
    /// Whoever has a shell on the server.
    Command,
    /// The instance itself: deadlines, terms, retention.
    System,
}

/// What an act is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    /// A member of staff.
    Account(AccountId),
    /// A campaign.
    Campaign(CampaignId),
    /// A sign-on.
    SignOn(SignOnId),
    /// The instance as a whole.
    Instance,
}

/// One act.
#[derive(Clone, Debug)]
pub struct Act {
    /// When.
    pub at: Timestamp,
    /// In which campaign, if in one.
    pub campaign: Option<CampaignId>,
    /// About what.
    pub subject: Subject,
    /// What was done, as a verb in the past: `approved`, `withdrawn`, `logged in`.
    pub act: String,
    /// By whom.
    pub actor: Actor,
    /// What stood before, where that says something.
    pub old: Option<String>,
    /// What stands now.
    pub new: Option<String>,
    /// Why, as a code or in staff's words.
    pub reason: Option<String>,
}

impl Act {
    /// An act without before, after and reason; add them by their fields.
    pub fn new(at: Timestamp, actor: Actor, subject: Subject, act: &str) -> Self {
        Self { at, campaign: None, subject, act: act.to_owned(), actor, old: None, new: None, reason: None }
    }

    /// The same act in a campaign.
    #[must_use]
    pub fn in_campaign(self, campaign: CampaignId) -> Self {
        Self { campaign: Some(campaign), ..self }
    }

    /// The same act with what stood before and what stands now.
    #[must_use]
    pub fn changing(self, old: &str, new: &str) -> Self {
        Self { old: Some(old.to_owned()), new: Some(new.to_owned()), ..self }
    }

    /// The same act with its reason.
    #[must_use]
    pub fn because(self, reason: Option<&str>) -> Self {
        Self { reason: reason.map(ToOwned::to_owned), ..self }
    }
}

/// Writes acts into the history whose subjects are new: nothing was done with them before. Many with one statement.
///
/// # Errors
/// Those of the database.
pub fn record_new(tx: &mut Tx<'_>, random: &Random, acts: Vec<Act>) -> Result<(), Error> {
    let rows: Vec<Row> = acts.into_iter().map(|act| Row::new(random, act.at, act)).collect();
    for some in rows.chunks(AT_ONCE) {
        both!(tx, |c| diesel::insert_into(audit_entries::table).values(some).execute(c))?;
    }
    Ok(())
}

/// Writes an act into the history.
///
/// # Errors
/// Those of the database.
pub fn record(tx: &mut Tx<'_>, random: &Random, act: Act) -> Result<(), Error> {
    let subject = act.subject.id();
    let at = after_the_last(tx, subject, act.at)?;
    let row = Row::new(random, at, act);
    both!(tx, |c| diesel::insert_into(audit_entries::table).values(&row).execute(c))?;
    Ok(())
}

impl Subject {
    fn id(self) -> Option<AnyId> {
        match self {
            Self::Account(id) => Some(AnyId::from_uuid(id.uuid())),
            Self::Campaign(id) => Some(AnyId::from_uuid(id.uuid())),
            Self::SignOn(id) => Some(AnyId::from_uuid(id.uuid())),
            Self::Instance => None,
        }
    }

    const fn kind(self) -> &'static str {
        match self {
            Self::Account(_) => "account",
            Self::Campaign(_) => "campaign",
            Self::SignOn(_) => "sign_on",
            Self::Instance => "instance",
        }
    }
}

impl Row {
    fn new(random: &Random, at: Timestamp, act: Act) -> Self {
        let (actor_kind, actor_id) = match act.actor {
            Actor::Representative => ("representative", None),
            Actor::Visitor => ("visitor", None),
            Actor::Staff(id) => ("staff", Some(AnyId::from_uuid(id.uuid()))),
            Actor::Command => ("command", None),
            Actor::System => ("system", None),
        };
        Self {
            id: AuditId::new(at.millis(), random.bytes()),
            at,
            campaign_id: act.campaign,
            subject_kind: act.subject.kind().to_owned(),
            subject_id: act.subject.id(),
            act: act.act,
            actor_kind: actor_kind.to_owned(),
            actor_id,
            old_value: act.old,
            new_value: act.new,
            reason: act.reason,
        }
    }
}

/// The moment under which an act is kept: later than what was done with the same subject before, even where that was done by
/// a server whose clock is ahead. So a history reads in the order in which it happened.
fn after_the_last(tx: &mut Tx<'_>, subject: Option<AnyId>, at: Timestamp) -> Result<Timestamp, Error> {
    let Some(subject) = subject else { return Ok(at) };
    let last: Option<Timestamp> = both!(tx, |c| audit_entries::table
        .filter(audit_entries::subject_id.eq(subject))
        .select(diesel::dsl::max(audit_entries::at))
        .first(c))?;
    Ok(last.filter(|last| *last >= at).map_or(at, |last| last.plus(jiff::SignedDuration::from_micros(1))))
}

/// The history of one subject, oldest first.
///
/// # Errors
/// Those of the database.
pub fn of(conn: &mut Conn, subject: AnyId) -> Result<Vec<Act>, Error> {
    let rows: Vec<Row> = both!(conn, |c| audit_entries::table
        .filter(audit_entries::subject_id.eq(subject))
        .order((audit_entries::at, audit_entries::id))
        .select(Row::as_select())
        .load(c))?;
    rows.into_iter().map(Row::into_act).collect()
}

/// Whether somebody has done this with a subject since a moment.
///
/// # Errors
/// Those of the database.
pub fn has_done_since(
    conn: &mut Conn,
    subject: AnyId,
    act: &str,
    by: AccountId,
    since: Timestamp,
) -> Result<bool, Error> {
    let done = audit_entries::table
        .filter(audit_entries::subject_id.eq(subject))
        .filter(audit_entries::at.gt(since))
        .filter(audit_entries::act.eq(act))
        .filter(audit_entries::actor_id.eq(AnyId::from_uuid(by.uuid())));
    Ok(both!(conn, |c| diesel::select(diesel::dsl::exists(done)).get_result(c))?)
}

/// Takes away the words that staff wrote as reasons about a subject, because they may name a person whose data is erased. Codes stay: `keep`
/// knows them. That there were words stays visible, and so does the rest of each entry.
///
/// # Errors
/// Those of the database.
pub fn erase_words(tx: &mut Tx<'_>, subject: AnyId, keep: impl Fn(&str) -> bool) -> Result<(), Error> {
    let found: Vec<(AuditId, Option<String>)> = both!(tx, |c| audit_entries::table
        .filter(audit_entries::subject_id.eq(subject))
        .filter(audit_entries::reason.is_not_null())
        .select((audit_entries::id, audit_entries::reason))
        .load(c))?;
    let is_code = |reason: &Option<String>| reason.as_deref().is_some_and(&keep);
    let words: Vec<AuditId> =
        found.into_iter().filter(|(_, reason)| !is_code(reason)).map(|(id, _)| id).collect();
    if words.is_empty() {
        return Ok(());
    }
    both!(tx, |c| diesel::update(audit_entries::table.filter(audit_entries::id.eq_any(&words)))
        .set(audit_entries::reason.eq(None::<String>))
        .execute(c))?;
    // Without its salt a digest says nothing: whoever guesses the words cannot try them.
    both!(tx, |c| diesel::update(audit_links::table.filter(audit_links::entry_id.eq_any(&words)))
        .set(audit_links::salt.eq(None::<String>))
        .execute(c))?;
    Ok(())
}

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_entries)]
#[diesel(treat_none_as_default_value = false)]
struct Row {
    id: AuditId,
    at: Timestamp,
    campaign_id: Option<CampaignId>,
    subject_kind: String,
    subject_id: Option<AnyId>,
    act: String,
    actor_kind: String,
    actor_id: Option<AnyId>,
    old_value: Option<String>,
    new_value: Option<String>,
    reason: Option<String>,
}

impl Row {
    fn into_act(self) -> Result<Act, Error> {
        let subject = match (self.subject_kind.as_str(), self.subject_id.map(AnyId::uuid)) {
            ("account", Some(id)) => Subject::Account(AccountId::from_uuid(id)),
            ("campaign", Some(id)) => Subject::Campaign(CampaignId::from_uuid(id)),
            ("sign_on", Some(id)) => Subject::SignOn(SignOnId::from_uuid(id)),
            ("instance", None) => Subject::Instance,
            _ => return Err(unknown("Subject", self.subject_kind)),
        };
        let actor = match (self.actor_kind.as_str(), self.actor_id.map(AnyId::uuid)) {
            ("representative", None) => Actor::Representative,
            ("visitor", None) => Actor::Visitor,
            ("staff", Some(id)) => Actor::Staff(AccountId::from_uuid(id)),
            ("command", None) => Actor::Command,
            ("system", None) => Actor::System,
            _ => return Err(unknown("Actor", self.actor_kind)),
        };
        Ok(Act {
            at: self.at,
            campaign: self.campaign_id,
            subject,
            act: self.act,
            actor,
            old: self.old_value,
            new: self.new_value,
            reason: self.reason,
        })
    }
}

fn unknown(expected: &'static str, value: String) -> Error {
    diesel::result::Error::DeserializationError(Box::new(UnknownValue { expected, value })).into()
}
