//! What is printed: a correction that a representative asks for is accepted or declined, and staff correct a name themselves. Either way
//! the representative is told, and can object to what staff made.

mod eyes;
mod mails;
mod shown;

use super::bench::{Bench, Seen};
use super::likeness::may_deceive;
use super::mails::Letter;
use super::store;
use crate::account::{Acting, Moderator};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Ages, Status};
use crate::clock::Timestamp;
use crate::db::{self, Tx};
use crate::ids::{CorrectionId, SignOnId};
use crate::mail::Outbox;
use crate::secret::Token;
use crate::sign_on::store::Settled;
use crate::sign_on::{self, Asked, Correction, Entry, Remark, SignOn};
use crate::text::OrganizationName;
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::see;
use crate::web::show::Moment;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use eyes::Eyes;
use mails::{News, Told};
use shown::render;

/// A correction in the queue.
pub(super) struct CorrectionRow {
    pub(super) id: SignOnId,
    pub(super) before: String,
    pub(super) after: String,
    pub(super) what: &'static str,
    pub(super) since: Moment,
    pub(super) urgency: &'static str,
}

impl CorrectionRow {
    pub(super) fn new(waiting: &Correction, ages: &Ages, now: Timestamp) -> Self {
        Self {
            id: waiting.sign_on,
            before: waiting.old_line.clone(),
            after: waiting.entry.line.clone(),
            what: match waiting.asked {
                _ if waiting.first.is_some() => "One of two has accepted it. It is to be printed as",
                Asked::InObjection => "They object to the correction. It is to be printed as",
                Asked::ByRepresentative | Asked::ByStaff => "It is to be printed as",
            },
            since: Moment::new(waiting.at, now),
            urgency: ages.urgency(waiting.at, now),
        }
    }
}

/// GET /staff/sign-ons/{id}/correct
pub(super) async fn show(who: Moderator, app: Data<App>, id: Path<String>) -> Result<HttpResponse, Fault> {
    let id = SignOnId::parse(&id).ok_or(Fault::NotFound)?;
    let bench = Bench::new(&app, who);
    render(&bench, id, StatusCode::OK, "", Filled::default(), Filled::default()).await
}

/// What was ordered.
enum Order {
    /// Another name, and why.
    Rename(OrganizationName, Remark),
    /// The correction that waits becomes what is printed.
    Accept(CorrectionId, Option<Remark>),
    /// It does not, and why.
    Decline(CorrectionId, Remark),
}

/// POST /staff/sign-ons/{id}/correct: staff correct the printed name.
pub(super) async fn rename(
    app: Data<App>,
    outbox: Data<Outbox>,
    id: Path<String>,
    Acting { who, fields }: Acting<Moderator>,
) -> Result<HttpResponse, Fault> {
    let id = SignOnId::parse(&id).ok_or(Fault::NotFound)?;
    let bench = Bench::new(&app, who);
    let mut problems = Problems::default();
    let name = problems.take("name", OrganizationName::parse(fields.get("name")));
    let why = problems
        .take("text", Remark::parse(fields.get("text")).map_err(|_| "Say why: the representative reads it."));
    let order = name.zip(why).map(|(name, why)| Order::Rename(name, why));
    act(&bench, &outbox, id, order, fields, problems).await
}

/// POST /staff/sign-ons/{id}/correction: the correction that waits is accepted or declined.
pub(super) async fn settle(
    app: Data<App>,
    outbox: Data<Outbox>,
    id: Path<String>,
    Acting { who, fields }: Acting<Moderator>,
) -> Result<HttpResponse, Fault> {
    let id = SignOnId::parse(&id).ok_or(Fault::NotFound)?;
    let bench = Bench::new(&app, who);
    let unclear =
        Fault::Unprocessable("The form does not say what to do with which correction. Nothing was changed.");
    let Some(correction) = CorrectionId::parse(fields.get("correction")) else { return Err(unclear) };
    let mut problems = Problems::default();
    let order = match fields.get("do") {
        "accept" => problems
            .take("text", crate::text::optional(fields.get("text"), Remark::parse))
            .map(|text| Order::Accept(correction, text)),
        "decline" => problems
            .take(
                "text",
                Remark::parse(fields.get("text")).map_err(|_| "Say why: the representative reads it."),
            )
            .map(|why| Order::Decline(correction, why)),
        _ => return Err(unclear),
    };
    act(&bench, &outbox, id, order, fields, problems).await
}

async fn act(
    bench: &Bench,
    outbox: &Outbox,
    id: SignOnId,
    order: Option<Order>,
    fields: Fields,
    mut problems: Problems,
) -> Result<HttpResponse, Fault> {
    let Ok(version) = fields.get("version").parse::<i64>() else {
        return Err(Fault::Unprocessable(
            "The form does not say from which page it was sent. Nothing was changed.",
        ));
    };
    let seen = bench.see(id).await?;
    let task = match order {
        Some(order) => prepare(bench, outbox, &seen, order, &fields, &mut problems).await?,
        None => None,
    };
    let Some(task) = task else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return returned(bench, id, status, "", fields, problems).await;
    };
    let of_bench = bench.clone();
    match bench.app.db.write(move |tx| carry_out(tx, &of_bench, id, version, task)).await {
        Ok(()) => Ok(see(&format!("/staff/letters/{}/queue", seen.campaign.settings.slug))),
        Err(Stop::Overtaken) => {
            let stale = "Something else stands than what your page showed: what stands now is below. Nothing was changed, and \
                         what you typed is kept.";
            returned(bench, id, StatusCode::CONFLICT, stale, fields, problems).await
        }
        Err(Stop::Database(db::Error::Unique(_))) => {
            let same = "An organization of this name is on the list already. Nothing was changed. If that is another organization, say \
                        so on the page of this entry, under “Likely duplicates”.";
            returned(bench, id, StatusCode::CONFLICT, same, fields, problems).await
        }
        Err(Stop::Archived) => {
            Err(Fault::Overtaken("The letter is archived: nothing about it changes any more.".to_owned()))
        }
        Err(Stop::Database(error)) => Err(error.into()),
    }
}

async fn returned(
    bench: &Bench,
    id: SignOnId,
    status: StatusCode,
    notice: &'static str,
    fields: Fields,
    problems: Problems,
) -> Result<HttpResponse, Fault> {
    let is_answer = fields.is_ticked("do");
    let filled = Filled::new(fields, problems);
    match is_answer {
        true => render(bench, id, status, notice, filled, Filled::default()).await,
        false => render(bench, id, status, notice, Filled::default(), filled).await,
    }
}

/// What one transaction is to do.
struct Task {
    /// The correction that waits, and what becomes of it.
    settles: Option<(CorrectionId, Settled)>,
    /// What is to be printed from now on, if that changes.
    entry: Option<Entry>,
    /// Whether staff made it, so that it can be objected to.
    is_made: bool,
    act: &'static str,
    lines: (String, String),
    why: Option<Remark>,
    mails: Vec<Letter>,
}

/// The entry that the order asks for, checked, with the mails about it; nothing when something is to be mended.
async fn prepare(
    bench: &Bench,
    outbox: &Outbox,
    seen: &Seen,
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
    let line = |entry: &Entry| entry.line.clone();
    let stands = &seen.sign_on.entry;
    let (told, task) = match order {
        Order::Rename(name, why) => {
            let entry = stands.renamed(&seen.campaign.settings.line, name);
            if entry == *stands {
                problems.add("name", "This is the name that stands.");
                return Ok(None);
            }
            let lines = (line(stands), line(&entry));
            let made = Task {
                settles: None,
                entry: Some(entry),
                is_made: true,
                act: "corrected",
                lines,
                why: Some(why),
                mails: vec![],
            };
            (Told::Made, made)
        }
        Order::Accept(correction, why) => {
            let entry = asked(correction);
            let lines = (line(stands), line(&entry));
            let settles = Some((correction, Settled::Accepted));
            (
                Told::Accepted,
                Task {
                    settles,
                    entry: Some(entry),
                    is_made: false,
                    act: "accepted the correction",
                    lines,
                    why,
                    mails: vec![],
                },
            )
        }
        Order::Decline(correction, why) => {
            let lines = (line(&asked(correction)), line(stands));
            let settles = Some((correction, Settled::Declined));
            (
                Told::Declined,
                Task {
                    settles,
                    entry: None,
                    is_made: false,
                    act: "declined the correction",
                    lines,
                    why: Some(why),
                    mails: vec![],
                },
            )
        }
    };
    if let Some(entry) = &task.entry
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
    let mails = mails(bench, outbox, seen, told, &task)?;
    Ok(Some(Task { mails, ..task }))
}

async fn deceives(bench: &Bench, id: SignOnId, entry: &Entry) -> Result<bool, Fault> {
    let (campaign, likeness) = (bench.who.campaign, entry.likeness());
    let read = bench.app.db.read(move |conn| -> Result<_, db::Error> {
        let mut candidates = store::candidates(conn, campaign, &[likeness])?;
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
    // Who has not been told yet that they represent it hears of it first.
    for held in seen.contacts.iter().filter(|held| held.is_told(bench.now)) {
        let token = Token::make(&bench.app.random);
        let news = News {
            base: &bench.app.base_url,
            campaign: &seen.campaign,
            sign_on: seen.sign_on.id,
            told,
            before: &task.lines.0,
            after: &task.lines.1,
            why: task.why.as_ref(),
        };
        let message = news.message(&held.email, &token).map_err(Fault::unexpected)?;
        let mail = outbox.prepare(&message).map_err(Fault::unexpected)?;
        mails.push(Letter { link: Some((held.id, token.digest())), mail });
    }
    Ok(mails)
}

/// Why it was not done. Nothing was changed.
#[derive(Debug, thiserror::Error)]
enum Stop {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error("overtaken")]
    Overtaken,
    #[error("the letter is archived")]
    Archived,
}

fn carry_out(tx: &mut Tx<'_>, bench: &Bench, id: SignOnId, version: i64, mut task: Task) -> Result<(), Stop> {
    let mails = std::mem::take(&mut task.mails);
    let (by, now, app) = (bench.who.staff.id, bench.now, &bench.app);
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    let held = campaign::store::hold(tx, bench.who.campaign)?.ok_or(Stop::Overtaken)?;
    if held.settings.status == Status::Archived {
        return Err(Stop::Archived);
    }
    let before =
        sign_on::store::by_id(tx, id)?.filter(|sign_on| sign_on.version == version).ok_or(Stop::Overtaken)?;
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
    for letter in mails {
        letter.enqueue(tx, now)?;
    }
    record(tx, task.act)
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
