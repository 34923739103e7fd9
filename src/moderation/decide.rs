//! POST /staff/sign-ons/{id}/{act}: a decision, its history, its mail and the list's new revision, in one transaction.

use super::bench::{Bench, Glance};
use super::claim::Sent;
use super::entry::{self, Returned};
use super::likeness::may_deceive;
use super::mails::{DECISIONS, Letter, News};
use super::order::{Ground, Order, Verb};
use super::store::Claim;
use super::{claim, history, merge, objection, overtaken, store};
use crate::account::store::reads_at_risk;
use crate::account::{Acting, Moderator};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Status};
use crate::db::{self, Tx};
use crate::ids::{AnyId, ClaimId, SignOnId};
use crate::mail::{self, Outbox};
use crate::secret::Token;
use crate::sign_on::store::{Before, ContactError, Telling};
use crate::sign_on::{self, Decision, NotAllowed, Remark, SignOn, Standing, State};
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
    /// The claim of somebody else that is taken over with it.
    over: Option<ClaimId>,
    mails: Vec<Letter>,
    outbox: Outbox,
    /// Whether two moderators must approve, as it was when the mails were written.
    needs_two: bool,
}

/// Why it was not done. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Stop {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Contact(#[from] ContactError),
    /// Something else stands than what the moderator saw, or the time to undo is over.
    #[error("overtaken")]
    Overtaken,
    /// It would leave behind what must not be.
    #[error("{0}")]
    Refused(&'static str),
    /// Somebody else has it before them.
    #[error("claimed by somebody else")]
    Claimed(Claim),
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
                return overtaken::page(&bench, &seen, verb, &fields);
            }
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            let returned = Returned { act: verb.as_str(), beside: None, fields, problems, status };
            return entry::render(&bench, &seen, None, Some(returned)).await;
        }
    };
    let over = ClaimId::parse(fields.get(claim::OVER));
    match attempt(&bench, &outbox, &glance, version, order, over).await? {
        Ok(()) => Ok(see(&next(&bench, &glance, verb, &fields).await?)),
        Err(Stop::SameName) => same_name(&bench, id, verb, fields).await,
        Err(Stop::Database(db::Error::Unique(_))) if matches!(verb, Verb::Approve | Verb::Attest) => {
            same_name(&bench, id, verb, fields).await
        }
        Err(Stop::Database(db::Error::Unique(_))) if verb == Verb::Undo => Err(Fault::Overtaken(
            "Another entry of this organization has joined the list since, so this one cannot return to it. Nothing was \
             changed."
                .to_owned(),
        )),
        Err(Stop::Overtaken) => overtaken::page(&bench, &bench.see(id).await?, verb, &fields),
        Err(Stop::Claimed(held)) => {
            let sent = Sent { at: id, act: verb.as_str(), asked: verb.asked(), fields: &fields };
            claim::page(&bench, &glance.sign_on, held, Some(sent)).await
        }
        Err(Stop::Archived) => {
            overtaken::archived(&bench, &bench.see(id).await?, verb.asked(), &fields)
        }
        Err(Stop::Refused(why)) => Err(Fault::Overtaken(why.to_owned())),
        Err(Stop::Database(error)) => Err(error.into()),
        Err(Stop::Contact(error)) => Err(error.into()),
    }
}

/// Carries an order out, whether it came alone or with others.
///
/// # Errors
/// When its mails cannot be written; inside, why it was not done.
pub(super) async fn attempt(
    bench: &Bench,
    outbox: &Outbox,
    glance: &Glance,
    version: i64,
    order: Order,
    over: Option<ClaimId>,
) -> Result<Result<(), Stop>, Fault> {
    let mails = mails(bench, outbox, glance, &order)?;
    let needs_two = glance.campaign.settings.four_eyes;
    let (bench, outbox, id) = (bench.clone(), outbox.clone(), glance.sign_on.id);
    let db = bench.app.db.clone();
    let task = Task { bench, id, version, order, over, mails, outbox, needs_two };
    Ok(db.write(move |tx| carry_out(tx, task)).await)
}

/// What was ordered, with the reasons of this campaign.
fn read_order(verb: Verb, fields: &Fields, seen: &Glance) -> Result<Order, Problems> {
    check_letters(Order::parse(verb, fields, &seen.campaign.settings.reasons)?, seen)
}

/// A name whose letters can deceive is approved only by whoever says that they have looked at them.
pub(super) fn check_letters(order: Order, seen: &Glance) -> Result<Order, Problems> {
    let entry = &seen.sign_on.entry;
    if matches!(order, Order::Approve { looked: false, .. } | Order::Attest { looked: false, .. })
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
    match verb {
        Verb::Attest => problems.add(
            "text",
            "An organization of this name is on the list. If this is another one, say so beside it under “Likely duplicates”, then \
             approve this.",
        ),
        _ => problems.add(
            "distinct",
            "An organization of this name is on the list. Tick this and say why if this is another one; else add whoever signed as \
             a contact of it, under “Likely duplicates”.",
        ),
    }
    let status = StatusCode::CONFLICT;
    let seen = bench.see(id).await?;
    let returned = Returned { act: verb.as_str(), beside: None, fields, problems, status };
    entry::render(bench, &seen, None, Some(returned)).await
}

/// The mails about a decision, finished before the transaction; each to a representative with a link of its own to the private page.
fn mails(bench: &Bench, outbox: &Outbox, seen: &Glance, order: &Order) -> Result<Vec<Letter>, Fault> {
    let ground = Ground {
        by: bench.who.staff.id,
        at: bench.now,
        joined: 1,
        before: seen.before.as_ref().map(|before| before.sign_on.clone()),
        needs_two: seen.campaign.settings.four_eyes,
        is_distinct: false,
    };
    let notifies = match order {
        // What stood before had not been told either: its mail was taken back, and is owed again.
        Order::Undo => seen.before.as_ref().is_some_and(|before| before.owes_mail),
        order => order.notifies(),
    };
    let Ok(after) = order.carried_out(seen.sign_on.clone(), ground) else { return Ok(Vec::new()) };
    let delay = bench.app.moderation_delay;
    let news = News {
        base: &bench.app.base_url,
        campaign: &seen.told,
        sign_on: &after,
        now: bench.now,
        not_before: (!delay.is_zero()).then(|| bench.now.plus(delay)),
        worded: &seen.worded,
        disagreement: seen.disagreement,
    };
    let others = (seen.objectors.as_slice(), seen.contacts.as_slice());
    let mut mails = objection::mails(&news, outbox, &bench.app.random, &seen.sign_on, others)?;
    if !notifies {
        return Ok(mails);
    }
    for held in &seen.contacts {
        let token = Token::make(&bench.app.random);
        // Whoever represents it by a merger that is not told yet hears of that first.
        let news = News {
            not_before: news.not_before.max(held.told_at.filter(|_| !held.is_told(bench.now))),
            ..news
        };
        if let Some(message) = news.message(&held.email, &token).map_err(Fault::unexpected)? {
            let mail = outbox.prepare(&message).map_err(Fault::unexpected)?;
            mails.push(Letter { link: Some((held.id, token.digest())), mail });
        }
    }
    Ok(mails)
}

fn carry_out(tx: &mut Tx<'_>, task: Task) -> Result<(), Stop> {
    let Task { bench, id, version, order, over, mails, outbox, needs_two } = task;
    let (by, now) = (bench.who.staff.id, bench.now);
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    let held = campaign::store::hold(tx, bench.who.campaign)?.ok_or(Stop::Overtaken)?;
    if held.settings.status == Status::Archived {
        return Err(Stop::Archived);
    }
    if held.settings.four_eyes != needs_two {
        return Err(Stop::Overtaken);
    }
    let before = sign_on::store::by_id(tx, id)?.ok_or(Stop::Overtaken)?;
    if before.version != version {
        let is_repeated = before.version == version + 1
            && order.is_done_in(&before, by)
            && history::latest(&audit::of(tx, AnyId::from_uuid(id.uuid()))?).is_some_and(|last| {
                last.actor == Actor::Staff(by)
                    && last.act == order.done(&before)
                    && last.reason.as_deref() == order.why()
            });
        return if is_repeated { Ok(()) } else { Err(Stop::Overtaken) };
    }
    if let Some(claim) = store::claim_on(tx, id, now)?
        && claim.by != by
        && over != Some(claim.id)
    {
        return Err(Stop::Claimed(claim));
    }
    let is_distinct = match &order {
        Order::Approve { distinct, .. } => stands_apart(tx, &bench, &before, distinct.as_ref())?,
        Order::Attest { .. } => stands_apart(tx, &bench, &before, None)?,
        _ => false,
    };
    let about = AnyId::from_uuid(id.uuid());
    mail::take_back(tx, about, &DECISIONS, now)?;
    let undone = match order {
        Order::Undo => Some(undoable(tx, &bench, &before)?),
        _ => None,
    };
    if let (Order::Undo, Some(undone)) = (&order, &undone) {
        store::unsay_with(tx, id, undone.made_at)?;
    }
    let ground = Ground {
        by,
        at: now,
        joined: 1,
        before: undone.map(|undone| undone.sign_on),
        needs_two,
        is_distinct,
    };
    let mut after = order.carried_out(before.clone(), ground.clone())?;
    let standing = before.standing();
    if after.standing() == Standing::Approved && order != Order::Undo {
        let joined = campaign::store::next_to_join(tx, held.id)?;
        after = order.carried_out(before.clone(), Ground { joined, ..ground })?;
    } else if [standing, after.standing()].contains(&Standing::Approved) {
        campaign::store::raise_list_revision(tx, held.id)?;
    } else if standing != after.standing() {
        campaign::store::raise_where_named(tx, held.id)?;
    }
    // What goes to whoever objected is no news that the representative is owed.
    let is_mailed = mails.iter().any(|letter| letter.link.is_some());
    let telling = Telling { made_at: now, told_at: now.plus(bench.app.moderation_delay), is_mailed };
    if order.can_be_undone() {
        sign_on::store::keep_before(tx, &before, after.version, telling)?;
    }
    let is_first = match order {
        Order::Undo => sign_on::store::put_back(tx, &before, &after, telling)?,
        _ => sign_on::store::replace(tx, &before, &after)?,
    };
    if !is_first {
        return Err(Stop::Overtaken);
    }
    match &order {
        Order::Attest { received, evidence, .. } => {
            let (keys, random) = (&bench.app.keys, &bench.app.random);
            sign_on::store::attest(tx, keys, random, id, (*received, evidence), (by, now))?;
        }
        _ if before.attested_at.is_some() && after.attested_at.is_none() => {
            sign_on::store::unattest(tx, id)?;
        }
        _ => {}
    }
    store::end_claim(tx, id)?;
    for letter in mails {
        letter.enqueue(tx, now)?;
    }
    merge::let_go(tx, &bench, &outbox, &before)?;
    let act = Act::new(now, Actor::Staff(by), Subject::SignOn(id), order.done(&after))
        .in_campaign(held.id)
        .changing(standing.as_str(), after.standing().as_str())
        .because(order.why());
    Ok(audit::record(tx, &bench.app.random, act)?)
}

/// Whether others of its name are on the list, of which each was said to be another organization: before, or with this approval.
fn stands_apart(
    tx: &mut Tx<'_>,
    bench: &Bench,
    sign_on: &SignOn,
    why: Option<&Remark>,
) -> Result<bool, Stop> {
    let namesakes = store::namesakes(tx, sign_on)?;
    let sees_all = reads_at_risk(tx, sign_on.campaign, bench.who.staff.id)?;
    for (other, is_said) in &namesakes {
        let named =
            sees_all || sign_on::store::by_id(tx, *other)?.is_some_and(|other| other.entry.is_named());
        match (is_said, why) {
            (true, _) => {}
            // What is held back from somebody is not told by what they may not do.
            (false, _) if !named => {}
            (false, Some(why)) => {
                store::say_distinct(tx, (sign_on.id, *other), why, bench.who.staff.id, bench.now)?;
            }
            (false, None) => return Err(Stop::SameName),
        }
    }
    Ok(!namesakes.is_empty())
}

/// Undo is for decisions that nobody outside has been told of. What waited has been taken back in this transaction.
fn undoable(tx: &mut Tx<'_>, bench: &Bench, now: &SignOn) -> Result<Before, Stop> {
    let before = sign_on::store::before(tx, now)?.ok_or(Stop::Overtaken)?;
    let about = AnyId::from_uuid(now.id.uuid());
    if !before.is_open(bench.now) || mail::has_gone(tx, about, &DECISIONS, before.made_at)? {
        return Err(Stop::Overtaken);
    }
    // What nobody verified is erased when its term is over, and then nothing would stand for what was merged into it.
    if before.sign_on.standing() == Standing::AwaitingVerification
        && sign_on::store::family_of(tx, now.id)?.len() > 1
    {
        return Err(Stop::Refused(
            "Another entry was merged into this one since, and nobody has verified this one: nothing would stand for both. Open the entry \
             that was merged and reopen it first. Nothing was changed.",
        ));
    }
    if let State::Rejected(Decision { merged_into: Some(stays), .. }) = &before.sign_on.state
        && sign_on::store::by_id(tx, *stays)?
            .is_none_or(|stays| stays.standing() == Standing::AwaitingVerification)
    {
        return Err(Stop::Refused(
            "The entry that this one was merged into waits for verification by now, so it cannot stand for both. Nothing was changed.",
        ));
    }
    Ok(before)
}

/// Where the moderator goes on: to the next one that waits or the queue; what went back into the queue stays in sight.
async fn next(bench: &Bench, seen: &Glance, verb: Verb, fields: &Fields) -> Result<String, Fault> {
    let id = seen.sign_on.id;
    let queue = format!("/staff/letters/{}/queue?done={id}", seen.campaign.settings.slug);
    match verb {
        Verb::Release | Verb::Reopen | Verb::Undo => Ok(format!("/staff/sign-ons/{id}?done={id}")),
        Verb::Remove => Ok(queue),
        Verb::Approve | Verb::Reject | Verb::Hold if fields.get("from") == "queue" => {
            claim::next_of_list(bench, seen, fields).await
        }
        Verb::Approve | Verb::Reject | Verb::Hold | Verb::Attest => {
            let next = claim::next(bench, &seen.sign_on).await?;
            Ok(next.map_or(queue, |next| format!("/staff/sign-ons/{next}?done={id}")))
        }
    }
}
