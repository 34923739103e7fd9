//! POST /staff/sign-ons/{id}/{act}: a decision, its history, its mail and the list's new revision, in one transaction.

use super::bench::{Bench, Glance, undo_until};
use super::entry::{self, Returned};
use super::likeness::may_deceive;
use super::mails::{DECISIONS, News};
use super::order::{Order, Verb};
use super::{history, overtaken, store};
use crate::account::{Acting, Moderator};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Status};
use crate::db::{self, Tx};
use crate::ids::{AnyId, SignOnId};
use crate::mail::{self, Outbox, Prepared};
use crate::secret::{Token, TokenDigest};
use crate::sign_on::store::Purpose;
use crate::sign_on::{self, NotAllowed, SignOn};
use crate::web::form::{Fields, Problems};
use crate::web::page::see;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};

/// What one transaction is to do.
struct Task {
    bench: Bench,
    id: SignOnId,
    /// The version that the moderator's page was made from.
    version: i64,
    order: Order,
    mails: Vec<(TokenDigest, Prepared)>,
}

/// Why it was not done. Nothing was changed.
#[derive(Debug, thiserror::Error)]
enum Stop {
    #[error(transparent)]
    Database(#[from] db::Error),
    /// Something else stands than what the moderator saw, or the time to undo is over.
    #[error("overtaken")]
    Overtaken,
    /// Another organization of this name is on the list.
    #[error("the same name is on the list")]
    SameName,
    #[error("the letter is archived")]
    Archived,
}

impl From<NotAllowed> for Stop {
    fn from(_: NotAllowed) -> Self {
        Self::Overtaken
    }
}

/// The decision.
pub(super) async fn decide(
    app: Data<App>,
    outbox: Data<Outbox>,
    path: Path<(String, String)>,
    acting: Acting<Moderator>,
) -> Result<HttpResponse, Fault> {
    let (id, word) = path.into_inner();
    let (id, verb) = SignOnId::parse(&id).zip(Verb::parse(&word)).ok_or(Fault::NotFound)?;
    let fields = acting.fields;
    let Ok(version) = fields.get("version").parse() else {
        return Err(Fault::Unprocessable(
            "The form does not say from which page it was sent. Nothing was changed.",
        ));
    };
    let bench = Bench::new(&app, acting.who);
    let glance = bench.glance(id).await?;
    let order = match read_order(verb, &fields, &glance) {
        Ok(order) => order,
        Err(problems) => {
            let seen = bench.see(id).await?;
            if seen.sign_on.version != version {
                return overtaken::page(&bench, &seen, verb, fields.get("text"));
            }
            let returned = Returned { verb, fields, problems, status: StatusCode::UNPROCESSABLE_ENTITY };
            return entry::render(&bench, &seen, None, Some(returned)).await;
        }
    };
    let mails = mails(&bench, &outbox, &glance, &order)?;
    let task = Task { bench: bench.clone(), id, version, order, mails };
    match app.db.write(move |tx| carry_out(tx, task)).await {
        Ok(()) => Ok(see(&next(&bench, &glance, verb).await?)),
        Err(Stop::SameName) => same_name(&bench, id, verb, fields).await,
        Err(Stop::Database(db::Error::Unique(_))) if verb == Verb::Approve => {
            same_name(&bench, id, verb, fields).await
        }
        Err(Stop::Overtaken) => overtaken::page(&bench, &bench.see(id).await?, verb, fields.get("text")),
        Err(Stop::Archived) => {
            Err(Fault::Overtaken("The letter is archived: nothing about it changes any more.".to_owned()))
        }
        Err(Stop::Database(error)) => Err(error.into()),
    }
}

/// What was ordered, with the reasons of this campaign.
fn read_order(verb: Verb, fields: &Fields, seen: &Glance) -> Result<Order, Problems> {
    check_letters(Order::parse(verb, fields, &seen.campaign.settings.reasons)?, seen)
}

/// A name whose letters can deceive is approved only by whoever says that they have looked at them.
fn check_letters(order: Order, seen: &Glance) -> Result<Order, Problems> {
    let entry = &seen.sign_on.entry;
    if matches!(order, Order::Approve { looked: false, .. })
        && may_deceive(seen.sign_on.id, entry, &seen.candidates)
    {
        let mut problems = Problems::default();
        problems.add("looked", "Compare the letters with those named above, then tick the box.");
        return Err(problems);
    }
    Ok(order)
}

/// The page again, because an organization of this name is on the list.
async fn same_name(bench: &Bench, id: SignOnId, verb: Verb, fields: Fields) -> Result<HttpResponse, Fault> {
    let mut problems = Problems::default();
    problems.add(
        "distinct",
        "An organization of this name is on the list. Tick this and say why if this is another one; else reject this as a \
         duplicate.",
    );
    let status = StatusCode::CONFLICT;
    let seen = bench.see(id).await?;
    entry::render(bench, &seen, None, Some(Returned { verb, fields, problems, status })).await
}

/// The mails about a decision, finished before the transaction; each with a link of its own to the private page.
fn mails(
    bench: &Bench,
    outbox: &Outbox,
    seen: &Glance,
    order: &Order,
) -> Result<Vec<(TokenDigest, Prepared)>, Fault> {
    let after = order.carried_out(seen.sign_on.clone(), bench.who.staff.id, bench.now, 1);
    let (true, Ok(after)) = (order.notifies(), after) else { return Ok(Vec::new()) };
    let delay = bench.app.moderation_delay;
    let news = News {
        base: &bench.app.base_url,
        campaign: &seen.campaign,
        sign_on: &after,
        now: bench.now,
        not_before: (!delay.is_zero()).then(|| bench.now.plus(delay)),
    };
    let mut mails = Vec::new();
    for contact in &seen.contacts {
        let token = Token::make(&bench.app.random);
        if let Some(message) = news.message(&contact.email, &token).map_err(Fault::unexpected)? {
            mails.push((token.digest(), outbox.prepare(&message).map_err(Fault::unexpected)?));
        }
    }
    Ok(mails)
}

fn carry_out(tx: &mut Tx<'_>, task: Task) -> Result<(), Stop> {
    let Task { bench, id, version, order, mails } = task;
    let (by, now) = (bench.who.staff.id, bench.now);
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    let held = campaign::store::hold(tx, bench.who.campaign)?.ok_or(Stop::Overtaken)?;
    if held.settings.status == Status::Archived {
        return Err(Stop::Archived);
    }
    let before = sign_on::store::by_id(tx, id)?.ok_or(Stop::Overtaken)?;
    if before.version != version {
        let is_repeated = before.version == version + 1
            && order.is_done_in(&before, by)
            && history::latest(&audit::of(tx, AnyId::from_uuid(id.uuid()))?).is_some_and(|last| {
                last.actor == Actor::Staff(by)
                    && last.act == order.verb().done()
                    && last.reason.as_deref() == order.why()
            });
        return if is_repeated { Ok(()) } else { Err(Stop::Overtaken) };
    }
    if let Order::Approve { distinct: None, .. } = &order
        && !before.is_distinct
        && store::approved_twin(tx, &before)?.is_some()
    {
        return Err(Stop::SameName);
    }
    let about = AnyId::from_uuid(id.uuid());
    mail::take_back(tx, about, &DECISIONS, now)?;
    if order == Order::Undo {
        check_undo(tx, &bench, &before)?;
    }
    let joined = match &order {
        Order::Approve { .. } => campaign::store::next_to_join(tx, held.id)?,
        _ => 0,
    };
    let standing = before.standing();
    if order.changes_list(standing) && joined == 0 {
        campaign::store::raise_list_revision(tx, held.id)?;
    }
    let after = order.carried_out(before.clone(), by, now, joined)?;
    if !sign_on::store::replace(tx, &before, &after)? {
        return Err(Stop::Overtaken);
    }
    for (token, prepared) in mails {
        sign_on::store::insert_token(tx, token, Purpose::Private, id, now, None)?;
        prepared.enqueue(tx)?;
    }
    let act = Act::new(now, Actor::Staff(by), Subject::SignOn(id), order.verb().done())
        .in_campaign(held.id)
        .changing(standing.as_str(), after.standing().as_str())
        .because(order.why());
    Ok(audit::record(tx, &bench.app.random, act)?)
}

/// Undo is for decisions that nobody outside has been told of. What waited has been taken back in this transaction.
fn check_undo(tx: &mut Tx<'_>, bench: &Bench, before: &SignOn) -> Result<(), Stop> {
    let until = undo_until(before, bench.app.moderation_delay).ok_or(Stop::Overtaken)?;
    let Some((_, decided_at)) = before.decided() else { return Err(Stop::Overtaken) };
    let about = AnyId::from_uuid(before.id.uuid());
    if until <= bench.now || mail::has_gone(tx, about, &DECISIONS, decided_at)? {
        return Err(Stop::Overtaken);
    }
    Ok(())
}

/// Where the moderator goes on: to the next one that waits or the queue; what went back into the queue stays in sight.
async fn next(bench: &Bench, seen: &Glance, verb: Verb) -> Result<String, Fault> {
    let id = seen.sign_on.id;
    let queue = format!("/staff/letters/{}/queue?done={id}", seen.campaign.settings.slug);
    match verb {
        Verb::Release | Verb::Reopen | Verb::Undo => Ok(format!("/staff/sign-ons/{id}?done={id}")),
        Verb::Remove => Ok(queue),
        Verb::Approve | Verb::Reject | Verb::Hold => {
            let after = seen.sign_on.clone();
            let next = bench.app.db.read(move |conn| store::next_waiting(conn, &after)).await?;
            Ok(next.map_or(queue, |next| format!("/staff/sign-ons/{next}?done={id}")))
        }
    }
}
