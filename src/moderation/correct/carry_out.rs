//! A correction, its history, its mail and the list's new revision, in one transaction.

use super::eyes::{self, Eyes};
use super::order::{Stop, Task};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Status};
use crate::db::{self, Tx};
use crate::ids::{AccountId, AnyId, CorrectionId, SignOnId};
use crate::mail;
use crate::moderation::bench::Bench;
use crate::moderation::{history, store};
use crate::sign_on::{self, Asked, CORRECTION, Correction, Entry, Remark, SignOn};

/// Carries it out.
///
/// # Errors
/// Why it was not done.
pub(super) fn carry_out(
    tx: &mut Tx<'_>,
    bench: &Bench,
    id: SignOnId,
    version: i64,
    mut task: Task,
) -> Result<(), Stop> {
    let mails = std::mem::take(&mut task.mails);
    let (by, now, app) = (bench.who.staff.id, bench.now, &bench.app);
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    let held = campaign::store::hold(tx, bench.who.campaign)?.ok_or(Stop::Overtaken)?;
    if held.settings.status == Status::Archived {
        return Err(Stop::Archived);
    }
    let before = sign_on::store::by_id(tx, id)?.ok_or(Stop::Overtaken)?;
    let waits = match task.settles {
        Some((asked, _)) => sign_on::store::waiting_correction(tx, id)?.is_some_and(|one| one.id == asked),
        None => true,
    };
    if before.version != version || !waits {
        return if is_done(tx, by, &before, version, &task)? { Ok(()) } else { Err(Stop::Overtaken) };
    }
    let record = |tx: &mut Tx<'_>, act: &str| {
        let act = Act::new(now, Actor::Staff(by), Subject::SignOn(id), act)
            .in_campaign(held.id)
            .changing(&task.lines.0, &task.lines.1)
            .because(task.why.as_ref().map(Remark::as_str));
        Ok(audit::record(tx, &app.random, act)?)
    };
    match eyes::look(tx, bench, (&held, &before), task.settles)? {
        Eyes::First => return record(tx, "first of two who accept the correction"),
        Eyes::Again => return Ok(()),
        Eyes::Enough => {}
    }
    if let Some((correction, settled)) = task.settles
        && !sign_on::store::settle_correction(tx, correction, settled, by, now)?
    {
        return Err(Stop::Overtaken);
    }
    let is_listed = matches!(before.state, sign_on::State::Approved { .. });
    if let Some(entry) = &task.entry {
        let after = before.clone().correct(entry.clone()).map_err(|_| Stop::Overtaken)?;
        // Beside others of its new name it stands where each was said to be another organization.
        let namesakes = store::namesakes(tx, &after)?;
        let is_said = !namesakes.is_empty() && namesakes.iter().all(|(_, is_said)| *is_said);
        let after = sign_on::SignOn { is_distinct: before.is_distinct || is_said, ..after };
        if !sign_on::store::replace_entry(tx, &before, &after)? {
            return Err(Stop::Overtaken);
        }
        if is_listed {
            campaign::store::raise_list_revision(tx, held.id)?;
        }
        if task.is_made {
            sign_on::store::insert_correction(
                tx,
                &app.keys,
                &app.random,
                &made(bench, &before, entry),
                None,
                Some(by),
            )?;
        }
    }
    if task.entry.is_some() {
        // News of another line than this one is no longer true.
        mail::take_back(tx, AnyId::from_uuid(id.uuid()), &[CORRECTION], now)?;
    }
    for letter in mails {
        letter.enqueue(tx, now)?;
    }
    record(tx, task.act)
}

/// Whether the same person did the same from the same page before: they get the first answer again.
fn is_done(
    tx: &mut Tx<'_>,
    by: AccountId,
    before: &SignOn,
    version: i64,
    task: &Task,
) -> Result<bool, db::Error> {
    let is_there = match task.settles {
        Some((correction, settled)) => {
            sign_on::store::settled_correction(tx, before.id, correction)? == Some((settled, by))
        }
        None => before.version == version + 1 && task.entry.as_ref() == Some(&before.entry),
    };
    let why = task.why.as_ref().map(Remark::as_str);
    let acts = audit::of(tx, AnyId::from_uuid(before.id.uuid()))?;
    let is_it =
        |last: &Act| last.actor == Actor::Staff(by) && last.act == task.act && last.reason.as_deref() == why;
    Ok(is_there && history::latest(&acts).is_some_and(is_it))
}

fn made(bench: &Bench, before: &SignOn, entry: &Entry) -> Correction {
    Correction {
        id: CorrectionId::new(bench.now.millis(), bench.app.random.bytes()),
        sign_on: before.id,
        asked: Asked::ByStaff,
        at: bench.now,
        entry: entry.clone(),
        old_organization: before.entry.organization.clone(),
        old_line: before.entry.line.clone(),
        first: None,
    }
}
