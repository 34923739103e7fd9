//! Asking everybody who signed whether they agree to another text, or to the same one still: set up, confirmed, followed, ended.

mod round;
mod view;

pub(super) use round::{begin, stop};

use super::history;
use super::letter::{Texts, load, texts};
use crate::account::{Acting, Organizer};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::store::{self as campaigns, LetterDraft};
use crate::campaign::{LONGEST_ROUND_DAYS, SHORTEST_ROUND_DAYS};
use crate::clock::{Timestamp, days};
use crate::consent;
use crate::db::{self, Tx};
use crate::mail::Outbox;
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{page_of, see};
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use view::{AskPage, Counted, StopPage, View};

/// How a round is set up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Order {
    ends_at: Timestamp,
    silence_counts: bool,
}

/// What a page was made from: the version that stands, the other text, and whether a round runs.
fn basis(texts: &Texts) -> String {
    let draft = texts.draft.as_ref().map_or("0".to_owned(), LetterDraft::stamp);
    let round = texts.round.map(|round| round.id.to_string()).unwrap_or_default();
    format!("{}.{draft}.{round}", texts.letter.number)
}

/// The page.
pub(super) async fn show(
    request: HttpRequest,
    who: Organizer,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let notice = match request.query_string() {
        "prepared" => "The other text is kept. Nothing has changed in public, and nobody has been asked yet.",
        "begun" => "Asking begins. The mails are on their way; this page counts them.",
        "reminded" => "Reminders are on their way.",
        "ended" => "The round is over.",
        "stopped" => "The round is stopped. The text stays as it was.",
        "announced" => "Saved. It holds for those who sign from now on.",
        "discarded" => "The other text is thrown away.",
        _ => "",
    };
    page(&app, &who, notice, Filled::default(), StatusCode::OK).await
}

async fn page(
    app: &Data<App>,
    who: &Organizer,
    notice: &'static str,
    form: Filled,
    status: StatusCode,
) -> Result<HttpResponse, Fault> {
    let (id, now) = (who.campaign, app.clock.now());
    let texts = load(app, id).await?;
    let (round, campaign) = (texts.round, texts.campaign.clone());
    let changes_text = texts.draft.is_some();
    let read = app.db.read(move |conn| -> Result<_, db::Error> {
        let tally = round.map(|round| consent::tally(conn, &round)).transpose()?;
        let to_ask = match round {
            Some(_) => (0, 0),
            None => consent::store::count_to_ask(conn, &campaign, changes_text, now)?,
        };
        let mut past = Vec::new();
        for round in campaigns::rounds_of(conn, id)?.into_iter().filter(|round| round.settled_at.is_some()) {
            let tally = consent::tally(conn, &round)?;
            past.push((round, tally));
        }
        Ok(Counted { tally, to_ask, past })
    });
    let view = View::new(app, &who.staff, &texts, read.await?, form, now);
    Ok(page_of(status, &view.with_notice(notice))?)
}

/// One of the page's buttons.
pub(super) async fn act(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
    outbox: Data<Outbox>,
) -> Result<HttpResponse, Fault> {
    let texts = load(&app, who.campaign).await?;
    let here = |what: &str| see(&format!("/staff/letters/{}/consent?{what}", texts.campaign.settings.slug));
    if fields.get("basis") != basis(&texts) {
        return Err(history::overtaken(&app, who.campaign).await?);
    }
    match (fields.get("act"), texts.round) {
        ("review", None) => match read_order(&fields, &texts, app.clock.now()) {
            Ok(order) => review(&app, &who, &texts, order, Filled::default(), StatusCode::OK).await,
            Err(problems) => {
                let form = Filled::new(fields, problems);
                page(&app, &who, "", form, StatusCode::UNPROCESSABLE_ENTITY).await
            }
        },
        ("discard", None) => {
            let by = who.staff.id;
            let of_app = app.clone();
            match app.db.write(move |tx| discard(tx, &of_app, &texts, by)).await? {
                true => Ok(here_again(&app, &who).await?),
                false => Err(history::overtaken(&app, who.campaign).await?),
            }
        }
        ("announce", _) => {
            let (of_app, counts) = (app.clone(), fields.is_ticked("silence"));
            let (before, by) = (texts.campaign.clone(), Actor::Staff(who.staff.id));
            let done = app.db.write(move |tx| announce(tx, &of_app, &before, counts, by)).await?;
            if done { Ok(here("announced")) } else { Err(history::overtaken(&app, who.campaign).await?) }
        }
        ("remind", Some(round)) => {
            consent::remind(&app, &outbox, round.id);
            Ok(here("reminded"))
        }
        ("end", Some(round)) => {
            let (random, now) = (app.random.clone(), app.clock.now());
            let early = consent::Outcome::Early(who.staff.id);
            if app.db.write(move |tx| consent::settle(tx, &random, round.id, early, now)).await? {
                consent::work_soon(&app, &outbox);
                return Ok(here("ended"));
            }
            Err(Fault::Overtaken(
                "Somebody has not answered yet, so the round goes on until its date. Nothing was changed."
                    .to_owned(),
            ))
        }
        ("stop", Some(_)) => Ok(page_of(StatusCode::OK, &StopPage::new(&app, &who.staff, &texts))?),
        _ => Err(Fault::Unprocessable("The form does not say what to do. Nothing was changed.")),
    }
}

async fn here_again(app: &Data<App>, who: &Organizer) -> Result<HttpResponse, Fault> {
    let texts = load(app, who.campaign).await?;
    Ok(see(&format!("/staff/letters/{}/consent?discarded", texts.campaign.settings.slug)))
}

/// The page that says what will happen, with the button.
async fn review(
    app: &Data<App>,
    who: &Organizer,
    texts: &Texts,
    order: Order,
    form: Filled,
    status: StatusCode,
) -> Result<HttpResponse, Fault> {
    let (campaign, changes_text, now) = (texts.campaign.clone(), texts.draft.is_some(), app.clock.now());
    let count =
        app.db.read(move |conn| consent::store::count_to_ask(conn, &campaign, changes_text, now)).await?;
    Ok(page_of(status, &AskPage::new(app, &who.staff, texts, order, count, form))?)
}

/// The date is a day, and its end in UTC the end of the round.
fn read_order(fields: &Fields, texts: &Texts, now: Timestamp) -> Result<Order, Problems> {
    const SENTENCE: &str = "Write the date as year-month-day, such as 2026-10-07.";
    let mut problems = Problems::default();
    let day = fields.get("ends_on").trim();
    let ends_at = match day.len() {
        10 => Timestamp::parse(&format!("{day}T23:59:00Z")).ok_or(SENTENCE.to_owned()),
        _ => Err(SENTENCE.to_owned()),
    };
    let ends_at = problems.take("ends_on", ends_at);
    if ends_at.is_some_and(|ends| ends < now.plus(days(SHORTEST_ROUND_DAYS))) {
        problems.add(
            "ends_on",
            format!("Give them at least {SHORTEST_ROUND_DAYS} days, so that a body can meet."),
        );
    }
    if ends_at.is_some_and(|ends| ends > now.plus(days(LONGEST_ROUND_DAYS))) {
        problems.add("ends_on", format!("Choose a date within {LONGEST_ROUND_DAYS} days."));
    }
    match ends_at {
        Some(ends_at) if problems.is_empty() => Ok(Order {
            ends_at,
            silence_counts: texts.campaign.silence_counts && fields.is_ticked("silence"),
        }),
        _ => Err(problems),
    }
}

/// Throws the other text away; not where it is another one by now, or everybody is asked about it.
fn discard(tx: &mut Tx<'_>, app: &App, before: &Texts, by: crate::ids::AccountId) -> Result<bool, db::Error> {
    let id = before.campaign.id;
    campaigns::hold(tx, id)?;
    let Some(stands) = texts(tx, id)?.filter(|stands| basis(stands) == basis(before)) else {
        return Ok(false);
    };
    if stands.draft.is_some() && campaigns::drop_draft(tx, id)? {
        let act =
            Act::new(app.clock.now(), Actor::Staff(by), Subject::Campaign(id), "gave up the other text");
        audit::record(tx, &app.random, act.in_campaign(id))?;
    }
    Ok(true)
}

fn announce(
    tx: &mut Tx<'_>,
    app: &App,
    before: &crate::campaign::Campaign,
    counts: bool,
    by: Actor,
) -> Result<bool, db::Error> {
    if before.silence_counts == counts {
        return Ok(true);
    }
    if !campaigns::announce_silence(tx, before, counts)? {
        return Ok(false);
    }
    let words = |counts| if counts { "silence counts as consent" } else { "silence is no consent" };
    let act = Act::new(app.clock.now(), by, Subject::Campaign(before.id), "changed what the form announces");
    let act = act.in_campaign(before.id).changing(words(!counts), words(counts));
    audit::record(tx, &app.random, act)?;
    Ok(true)
}
