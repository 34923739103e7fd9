//! Adding the lines of a table that was confirmed, a few hundred in one transaction: it can end anywhere and goes on where it was left, by whoever
//! comes next, and no line is added twice, because what says that it was added is written with it.

use crate::account::store::reads_at_risk;
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{Campaign, store as campaigns};
use crate::clock::{Timestamp, hours};
use crate::db::{self, Tx};
use crate::ids::{AccountId, AnyId, CampaignId, ImportId, SignOnId};
use crate::organizing::elsewhere_fates::Fate;
use crate::organizing::elsewhere_lines::Meant;
use crate::organizing::held::{Stop, changeable};
use crate::organizing::store::elsewhere::{self as imports, Import, LineError};
use crate::secret::Unsealable;
use crate::sign_on::store::{self as sign_ons, Added};
use crate::sign_on::{ADDED, Origin, SignOn, State};
use crate::text::fold;
use crate::web::{App, Fault};
use actix_web::web::Data;
use std::time::{Duration, Instant};

/// Lines in one transaction.
const AT_ONCE: i64 = 400;

/// How long a press waits for its table; what is left goes on without it.
const MOMENT: Duration = Duration::from_secs(3);

/// How long a table is kept that nobody confirmed, and one that was worked off, with the lines that were not taken.
const UNCONFIRMED: jiff::SignedDuration = hours(24);
const DONE: jiff::SignedDuration = hours(24 * 30);

/// What it is called where it failed.
const WHAT: &str = "a table from elsewhere";

/// Why a piece was not worked off.
#[derive(Debug, thiserror::Error)]
pub(in crate::organizing) enum Failure {
    #[error(transparent)]
    Stop(#[from] Stop),
    #[error(transparent)]
    Line(#[from] LineError),
    #[error(transparent)]
    Database(#[from] db::Error),
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Stop(stop) => stop.into(),
            Failure::Line(error) => error.into(),
            Failure::Database(error) => error.into(),
        }
    }
}

/// Works on a table for as long as somebody may wait; then goes on in the background. What that does not get done, upkeep does.
pub(super) async fn work_for_a_moment(app: &Data<App>, id: ImportId) -> Result<(), Fault> {
    let begun = Instant::now();
    while begun.elapsed() < MOMENT {
        let desk = app.clone();
        if !app.db.write(move |tx| piece(tx, &desk, id)).await? {
            return Ok(());
        }
    }
    let app = app.clone();
    tokio::spawn(async move {
        if let Err(error) = to_the_end(&app, id).await {
            tracing::warn!(%error, "a table from elsewhere could not be worked off at once");
        }
    });
    Ok(())
}

async fn to_the_end(app: &Data<App>, id: ImportId) -> Result<(), Failure> {
    loop {
        let desk = app.clone();
        if !app.db.write(move |tx| piece(tx, &desk, id)).await? {
            return Ok(());
        }
    }
}

/// Works off every table that is confirmed, wherever it was left, and forgets those whose time is over.
///
/// # Errors
/// When the database is away; the next time does what is left.
pub(in crate::organizing) async fn work(app: &Data<App>) -> Result<(), Failure> {
    for id in app.db.read(imports::unfinished).await? {
        let named = AnyId::from_uuid(id.uuid());
        match to_the_end(app, id).await {
            // An archived letter takes nothing more.
            Ok(()) | Err(Failure::Stop(Stop::Archived | Stop::Gone)) => app.passed_over.works(WHAT, named),
            Err(
                Failure::Database(error @ db::Error::Unavailable(_))
                | Failure::Line(LineError::Database(error @ db::Error::Unavailable(_)))
                | Failure::Stop(Stop::Database(error @ db::Error::Unavailable(_))),
            ) => return Err(error.into()),
            // The other tables are worked off all the same.
            Err(error) => app.passed_over.note(WHAT, named, &error),
        }
    }
    let now = app.clock.now();
    app.db.write(move |tx| imports::erase_imports(tx, now.plus(-UNCONFIRMED), now.plus(-DONE))).await?;
    Ok(())
}

/// Writes into the history that somebody has a table added.
pub(super) fn note_confirmed(
    tx: &mut Tx<'_>,
    app: &App,
    campaign: CampaignId,
    by: AccountId,
) -> Result<(), db::Error> {
    let act = Act::new(
        app.clock.now(),
        Actor::Staff(by),
        Subject::Campaign(campaign),
        "adds a table from elsewhere",
    );
    audit::record(tx, &app.random, act.in_campaign(campaign))
}

/// Adds some lines; whether there may be more.
fn piece(tx: &mut Tx<'_>, app: &App, id: ImportId) -> Result<bool, Failure> {
    let Some(import) = imports::import(tx, id)? else { return Ok(false) };
    // With the campaign's row held, whoever works on the same table sees what was added.
    let campaign = changeable(tx, import.campaign_id)?;
    let is_open = |import: &Import| import.confirmed_at.is_some() && import.done_at.is_none();
    let Some(import) = imports::import(tx, id)?.filter(is_open) else { return Ok(false) };
    let now = app.clock.now();
    let (lines, unreadable) = imports::to_add(tx, &app.keys, id, AT_ONCE)?;
    if !unreadable.is_empty() {
        let named = AnyId::from_uuid(id.uuid());
        app.passed_over.note("a line of a table from elsewhere", named, &Unsealable);
    }
    if lines.is_empty() && !unreadable.is_empty() {
        // All others are added. The table is not done as long as these are not.
        return Ok(false);
    }
    if lines.is_empty() {
        imports::finish(tx, id, now)?;
        return Ok(false);
    }
    let read = lines.into_iter().map(|line| (line.number, line.is_another, line.typed.meant()));
    let (mut taken, mut good) = (Vec::new(), Vec::new());
    for (number, is_another, meant) in read {
        match meant {
            Ok(meant) => good.push((number, is_another, meant)),
            Err(_) => taken.push(number),
        }
    }
    let names: Vec<String> = good.iter().map(|(_, _, meant)| fold(meant.organization.as_str())).collect();
    let listed = sign_ons::listed_among(tx, campaign.id, &names)?;
    let sees_all = reads_at_risk(tx, campaign.id, import.made_by)?;
    let (mut numbers, mut entries) = (Vec::new(), Vec::new());
    for ((number, is_another, meant), folded) in good.into_iter().zip(names) {
        // Where the name that is in the way is held back, that it is in the way is not told.
        let (is_listed, is_told) = match listed.get(&folded) {
            None => (false, false),
            Some(named) => (true, *named || sees_all),
        };
        if is_told && !is_another {
            taken.push(number);
        } else {
            numbers.push(number);
            entries.push((meant, is_listed));
        }
    }
    let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
    if count > 0 {
        let mut place = campaigns::take_places(tx, campaign.id, count)? - count;
        let make = |(meant, is_distinct): (Meant, bool)| {
            place += 1;
            added(app, &campaign, (import.made_by, now), meant, is_distinct, place)
        };
        let entries: Vec<Added> = entries.into_iter().map(make).collect();
        sign_ons::insert_elsewhere(tx, &app.keys, &app.random, &entries, (import.made_by, now))?;
        let act = |entry: &Added| {
            let subject = Subject::SignOn(entry.sign_on.id);
            let act = Act::new(now, Actor::Staff(import.made_by), subject, ADDED).in_campaign(campaign.id);
            Act { new: Some(entry.sign_on.standing().as_str().to_owned()), ..act }
        };
        audit::record_new(tx, &app.random, entries.iter().map(act).collect())?;
    }
    imports::set_fate(tx, id, &numbers, (Fate::Added, None))?;
    imports::set_fate(tx, id, &taken, (Fate::Taken, None))?;
    Ok(true)
}

fn added(
    app: &App,
    campaign: &Campaign,
    (by, now): (AccountId, Timestamp),
    meant: Meant,
    is_distinct: bool,
    joined: i64,
) -> Added {
    let entry = meant.entry(&campaign.settings.line);
    let sign_on = SignOn {
        id: SignOnId::new(now.millis(), app.random.bytes()),
        campaign: campaign.id,
        version: 1,
        origin: Origin::Elsewhere,
        letter_version: campaign.text_number,
        is_flagged: entry.needs_a_look(None),
        entry,
        authority: None,
        pin: None,
        submitted_at: now,
        verified_at: None,
        undeliverable_at: None,
        attested_at: Some(now),
        is_distinct,
        state: State::Approved { at: now, by: Some(by), joined },
    };
    Added { sign_on, received: meant.received, evidence: meant.evidence, address: meant.address }
}
