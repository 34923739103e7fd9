//! What stood before the last decisions about a sign-on: for undo, and for what those outside see until they are told.

use super::row::{StandingColumns, standing_at, standing_columns};
use crate::campaign::Reason;
use crate::clock::Timestamp;
use crate::db::schema::{sign_ons, stood_before};
use crate::db::{Conn, Error, Tx, both, kept};
use crate::ids::{AccountId, SignOnId};
use crate::sign_on::state::{Remark, SignOn, Standing};
use diesel::prelude::*;

/// What stood before the decision that stands.
#[derive(Clone, Debug)]
pub struct Before {
    /// The sign-on as it stood.
    pub sign_on: SignOn,
    /// When the decision was made.
    pub made_at: Timestamp,
    /// From when those outside are told of it.
    pub told_at: Timestamp,
    /// Whether what stood before had not been told either, and has a mail that undoing owes again.
    pub owes_mail: bool,
}

/// When and how a decision is told.
#[derive(Clone, Copy, Debug)]
pub struct Telling {
    /// When it was made.
    pub made_at: Timestamp,
    /// From when those outside are told of it: what is told at once has nothing to undo.
    pub told_at: Timestamp,
    /// Whether there is a mail about it.
    pub is_mailed: bool,
}

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = stood_before)]
#[diesel(treat_none_as_default_value = false)]
struct BeforeRow {
    sign_on_id: SignOnId,
    version: i64,
    made_at: Timestamp,
    told_at: Timestamp,
    over_version: Option<i64>,
    mailed: bool,
    state: Standing,
    is_distinct: bool,
    contact_key: Option<Vec<u8>>,
    verify_until: Option<Timestamp>,
    verified_at: Option<Timestamp>,
    joined_at: Option<Timestamp>,
    joined: Option<i64>,
    decided_at: Option<Timestamp>,
    decided_by: Option<AccountId>,
    question: Option<Remark>,
    reason: Option<Reason>,
    reason_text: Option<Remark>,
    merged_into: Option<SignOnId>,
    attested_at: Option<Timestamp>,
    first_by: Option<AccountId>,
    first_at: Option<Timestamp>,
}

impl BeforeRow {
    fn new(before: &SignOn, version: i64, telling: Telling, over_version: Option<i64>) -> Self {
        let stood = standing_columns(before);
        Self {
            sign_on_id: before.id,
            version,
            made_at: telling.made_at,
            told_at: telling.told_at,
            over_version,
            mailed: telling.is_mailed,
            state: stood.state,
            is_distinct: before.is_distinct,
            contact_key: stood.contact_key,
            verify_until: stood.verify_until,
            verified_at: stood.verified_at,
            joined_at: stood.joined_at,
            joined: stood.joined,
            decided_at: stood.decided_at,
            decided_by: stood.decided_by,
            question: stood.question,
            reason: stood.reason,
            reason_text: stood.reason_text,
            merged_into: stood.merged_into,
            attested_at: stood.attested_at,
            first_by: stood.first_by,
            first_at: stood.first_at,
        }
    }

    /// The sign-on as it stood, with what else has changed of it since: also that its mailbox was proved.
    fn sign_on(mut self, now: &SignOn) -> Result<SignOn, Error> {
        if now.verified_at.is_some() && self.state == Standing::AwaitingVerification {
            (self.state, self.contact_key, self.verify_until) = (Standing::AwaitingModeration, None, None);
        }
        self.verified_at = self.verified_at.or(now.verified_at);
        let stood = StandingColumns {
            version: now.version,
            state: self.state,
            identity: String::new(),
            contact_key: self.contact_key,
            verify_until: self.verify_until,
            verified_at: self.verified_at,
            joined_at: self.joined_at,
            joined: self.joined,
            decided_at: self.decided_at,
            decided_by: self.decided_by,
            question: self.question,
            reason: self.reason,
            reason_text: self.reason_text,
            withdrawn_at: None,
            was_listed: None,
            merged_into: self.merged_into,
            attested_at: self.attested_at,
            first_by: self.first_by,
            first_at: self.first_at,
        };
        standing_at(now, self.is_distinct, stood)
    }
}

fn rows(conn: &mut Conn, sign_on: SignOnId) -> Result<Vec<BeforeRow>, Error> {
    Ok(both!(conn, |c| stood_before::table
        .filter(stood_before::sign_on_id.eq(sign_on))
        .select(BeforeRow::as_select())
        .load(c))?)
}

/// Forgets it: the decision has been told, and can be undone no more.
///
/// # Errors
/// Those of the database.
pub fn forget_before(tx: &mut Tx<'_>, sign_on: SignOnId) -> Result<(), Error> {
    let rows = stood_before::table.filter(stood_before::sign_on_id.eq(sign_on));
    both!(tx, |c| kept(diesel::delete(rows)).execute(c))?;
    Ok(())
}

/// Keeps what stood before a decision that made this version. What earlier decisions left is forgotten once they are told.
///
/// # Errors
/// Those of the database.
pub fn keep_before(tx: &mut Tx<'_>, before: &SignOn, version: i64, telling: Telling) -> Result<(), Error> {
    let untold = rows(tx, before.id)?
        .into_iter()
        .any(|row| row.version == before.version && row.told_at > telling.made_at);
    if !untold {
        forget_before(tx, before.id)?;
    }
    if telling.told_at <= telling.made_at {
        return Ok(());
    }
    let mut row = BeforeRow::new(before, version, telling, untold.then_some(before.version));
    // The row has it as long as the decision did not end it.
    row.contact_key = both!(tx, |c| sign_ons::table.find(before.id).select(sign_ons::contact_key).first(c))?;
    both!(tx, |c| diesel::insert_into(stood_before::table).values(&row).execute(c))?;
    Ok(())
}

/// Takes what was kept along to a later version: what made that did not touch the decision, which can still be undone and is told in
/// its time.
///
/// # Errors
/// Those of the database.
pub fn carry_before(tx: &mut Tx<'_>, sign_on: SignOnId, from: i64, to: i64) -> Result<(), Error> {
    both!(tx, |c| diesel::update(stood_before::table.find((sign_on, from)))
        .set(stood_before::version.eq(to))
        .execute(c))?;
    Ok(())
}

/// An objection counts also where a decision that nobody outside was told of is undone after it: what that took from the list or the queue
/// comes back on hold.
///
/// # Errors
/// Those of the database.
pub fn object_before(tx: &mut Tx<'_>, sign_on: SignOnId, now: Timestamp) -> Result<(), Error> {
    let open = stood_before::table
        .filter(stood_before::sign_on_id.eq(sign_on))
        .filter(stood_before::told_at.gt(now))
        .filter(stood_before::state.eq_any([Standing::AwaitingModeration, Standing::Approved]));
    both!(tx, |c| diesel::update(open)
        .set((
            stood_before::state.eq(Standing::OnHold),
            stood_before::decided_at.eq(Some(now)),
            stood_before::decided_by.eq(None::<AccountId>),
            stood_before::question.eq(None::<Remark>),
            stood_before::joined_at.eq(None::<Timestamp>),
            stood_before::joined.eq(None::<i64>),
            stood_before::first_by.eq(None::<AccountId>),
            stood_before::first_at.eq(None::<Timestamp>),
        ))
        .execute(c))?;
    Ok(())
}

/// What stood before the decision that stands, if that was kept.
///
/// # Errors
/// Those of the database.
pub fn before(conn: &mut Conn, now: &SignOn) -> Result<Option<Before>, Error> {
    let rows = rows(conn, now.id)?;
    let Some(row) = rows.iter().find(|row| row.version == now.version) else { return Ok(None) };
    let over = rows.iter().find(|earlier| Some(earlier.version) == row.over_version);
    Ok(Some(Before {
        sign_on: row.clone().sign_on(now)?,
        made_at: row.made_at,
        told_at: row.told_at,
        owes_mail: over.is_some_and(|earlier| earlier.mailed),
    }))
}

/// The sign-on as those outside see it: where a decision has not been told yet, what stood before it.
///
/// # Errors
/// Those of the database.
pub fn as_told(conn: &mut Conn, sign_on: SignOn, now: Timestamp) -> Result<SignOn, Error> {
    let rows = rows(conn, sign_on.id)?;
    let of = |version: i64| rows.iter().find(|row| row.version == version);
    let Some(mut row) = of(sign_on.version).filter(|row| row.told_at > now) else { return Ok(sign_on) };
    while let Some(earlier) = row.over_version.and_then(of) {
        row = earlier;
    }
    row.clone().sign_on(&sign_on)
}

/// Puts back what stood before a decision, and with it what was still to be told then. `false` means that somebody was first.
///
/// # Errors
/// [`Error::Unique`] when it would be on the list again, where another entry of the same organization is by now.
pub fn put_back(tx: &mut Tx<'_>, now: &SignOn, after: &SignOn, telling: Telling) -> Result<bool, Error> {
    let rows = rows(tx, now.id)?;
    let Some(row) = rows.iter().find(|row| row.version == now.version) else { return Ok(false) };
    let mut changes = standing_columns(after);
    changes.contact_key = row.contact_key.clone().filter(|_| after.verified_at.is_none());
    let changed = both!(tx, |c| diesel::update(
        sign_ons::table
            .find(now.id)
            .filter(sign_ons::state.eq(now.standing()))
            .filter(sign_ons::version.eq(now.version))
    )
    .set(&changes)
    .execute(c))?;
    let gone = stood_before::table.find((now.id, now.version));
    both!(tx, |c| diesel::delete(gone).execute(c))?;
    if let Some(earlier) = rows.iter().find(|earlier| Some(earlier.version) == row.over_version) {
        let again = BeforeRow {
            version: after.version,
            made_at: telling.made_at,
            told_at: telling.told_at,
            ..earlier.clone()
        };
        both!(tx, |c| diesel::insert_into(stood_before::table).values(&again).execute(c))?;
    }
    Ok(changed == 1)
}

impl Before {
    /// Whether the decision can still be undone, as far as the clock is concerned.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.told_at > now
    }
}
