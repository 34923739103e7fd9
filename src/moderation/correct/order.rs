//! What a form asks for, checked, with the mails about it: finished before the transaction.

use super::mails::{News, Told};
use crate::account::store::reads_at_risk;
use crate::db;
use crate::ids::{CorrectionId, SignOnId};
use crate::mail::Outbox;
use crate::moderation::bench::{Bench, Seen};
use crate::moderation::likeness::may_deceive;
use crate::moderation::mails::Letter;
use crate::moderation::store;
use crate::secret::Token;
use crate::sign_on::store::Settled;
use crate::sign_on::{self, Entry, Remark};
use crate::text::OrganizationName;
use crate::web::Fault;
use crate::web::form::{Fields, Problems};

/// What was ordered.
pub(super) enum Order {
    /// Another name, and why.
    Rename(OrganizationName, Remark),
    /// The correction that waits becomes what is printed.
    Accept(CorrectionId, Option<Remark>),
    /// It does not, and why.
    Decline(CorrectionId, Remark),
}

/// What one transaction is to do.
pub(super) struct Task {
    /// The correction that waits, and what becomes of it.
    pub(super) settles: Option<(CorrectionId, Settled)>,
    /// What is to be printed from now on, if that changes.
    pub(super) entry: Option<Entry>,
    /// Whether staff made it, so that it can be objected to.
    pub(super) is_made: bool,
    pub(super) act: &'static str,
    pub(super) lines: (String, String),
    pub(super) why: Option<Remark>,
    pub(super) mails: Vec<Letter>,
}

/// Why it was not done. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Stop {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error("overtaken")]
    Overtaken,
    #[error("the letter is archived")]
    Archived,
}

/// The entry that the order asks for, checked, with the mails about it; nothing when something is to be mended.
pub(super) async fn prepare(
    bench: &Bench,
    outbox: &Outbox,
    (seen, version): (&Seen, i64),
    order: Order,
    fields: &Fields,
    problems: &mut Problems,
) -> Result<Option<Task>, Fault> {
    let id = seen.sign_on.id;
    let waiting = bench.app.db.read(move |conn| sign_on::store::waiting_correction(conn, id)).await?;
    let asked = |correction: CorrectionId| {
        // A correction that does not wait any more is found to be stale in the transaction.
        let asked = waiting.as_ref().filter(|waiting| waiting.id == correction);
        asked.map_or_else(|| seen.sign_on.entry.clone(), |waiting| waiting.entry.clone())
    };
    let stands = &seen.sign_on.entry;
    let (told, act) = match &order {
        Order::Rename(..) => (Told::Made, "corrected"),
        Order::Accept(..) => (Told::Accepted, "accepted the correction"),
        Order::Decline(..) => (Told::Declined, "declined the correction"),
    };
    let (settles, entry, why) = match order {
        Order::Rename(name, why) => {
            let entry = stands.renamed(&seen.campaign.settings.line, name);
            // From a page that is older it is what was done before, or stale: the transaction finds out.
            if entry == *stands && seen.sign_on.version == version {
                problems.add("name", "This is the name that stands.");
                return Ok(None);
            }
            (None, Some(entry), Some(why))
        }
        Order::Accept(correction, why) => {
            (Some((correction, Settled::Accepted)), Some(asked(correction)), why)
        }
        Order::Decline(correction, why) => (Some((correction, Settled::Declined)), None, Some(why)),
    };
    if let Some(entry) = &entry
        && !fields.is_ticked("looked")
        && entry.organization != stands.organization
        && deceives(bench, id, entry).await?
    {
        problems.add(
            "looked",
            "The letters of this name can be taken for those of another one in this letter. Compare them, then tick the box.",
        );
        return Ok(None);
    }
    let lines = match (&entry, settles) {
        (None, Some((correction, _))) => (asked(correction).line, stands.line.clone()),
        (entry, _) => (stands.line.clone(), entry.as_ref().unwrap_or(stands).line.clone()),
    };
    let task = Task { settles, entry, is_made: told == Told::Made, act, lines, why, mails: Vec::new() };
    let mails = match fields.is_ticked("notify") {
        true => mails(bench, outbox, seen, told, &task)?,
        false => Vec::new(),
    };
    Ok(Some(Task { mails, ..task }))
}

async fn deceives(bench: &Bench, id: SignOnId, entry: &Entry) -> Result<bool, Fault> {
    let (campaign, who, likeness) = (bench.who.campaign, bench.who.staff.id, entry.likeness());
    let read = bench.app.db.read(move |conn| -> Result<_, db::Error> {
        let sees_all = reads_at_risk(conn, campaign, who)?;
        let mut candidates = store::candidates(conn, campaign, &[likeness], sees_all)?;
        let distinct = store::pairs_of(conn, &[id])?;
        candidates.retain(|other| !distinct.contains(&store::pair(id, other.id)));
        Ok(candidates)
    });
    let candidates = read.await?;
    Ok(may_deceive(id, entry, &candidates))
}

/// The mails, finished before the transaction; each with a link of its own to the private page.
fn mails(bench: &Bench, outbox: &Outbox, seen: &Seen, told: Told, task: &Task) -> Result<Vec<Letter>, Fault> {
    let mut mails = Vec::new();
    let delay = bench.app.moderation_delay;
    // Who has not been told yet that they represent it hears of it first.
    for held in seen.contacts.iter().filter(|held| held.is_told(bench.now)) {
        let token = Token::make(&bench.app.random);
        let news = News {
            base: &bench.app.base_url,
            campaign: &seen.told,
            sign_on: seen.sign_on.id,
            told,
            before: &task.lines.0,
            after: &task.lines.1,
            why: task.why.as_ref(),
            not_before: (!delay.is_zero()).then(|| bench.now.plus(delay)),
        };
        let message = news.message(&held.email, &token).map_err(Fault::unexpected)?;
        let mail = outbox.prepare(&message).map_err(Fault::unexpected)?;
        mails.push(Letter { link: Some((held.id, token.digest())), mail });
    }
    Ok(mails)
}
