//! POST /staff/sign-ons/{id}/merge: two entries of one organization become one, with the contacts of both.
//!
//! The entry that ends names the one that stays, and nothing is moved: whoever sent it is reached, told and shown the one that stays through
//! theirs, and undoing gives back what was there (`sign_on::store::representatives_of`).

mod mails;

use super::alike::{Alike, MERGE, THIS, can_be_merged};
use super::bench::{Bench, Glance};
use super::claim::Sent;
use super::entry::{self, Returned};
use super::mails::{DECISIONS, Letter};
use super::store::{Claim, Said};
use super::{claim, history, overtaken, store};
use crate::account::{Acting, Moderator};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Reason, Status};
use crate::db::{self, Tx};
use crate::ids::{AccountId, AnyId, ClaimId, SignOnId};
use crate::mail::{self, Outbox};
use crate::secret::Token;
use crate::sign_on::store::{ContactError, Telling};
use crate::sign_on::{
    self, Decision, LET_GO, MERGED, Remark, Representative, SignOn, Standing, State, TOOK_IN,
};
use crate::text::optional;
use crate::web::form::{Fields, Problems};
use crate::web::page::see;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use mails::News;

/// What was asked, after "You asked to".
const ASKED: &str = "merge two entries, one of them";

/// What was ordered.
#[derive(Clone)]
struct Order {
    this: (SignOnId, i64),
    /// The version of the other one that the page showed, if it says.
    other: (SignOnId, Option<i64>),
    keeps_this: bool,
    text: Option<Remark>,
    notify: bool,
    /// The claim of somebody else that is taken over with it.
    over: Option<ClaimId>,
}

/// Why it was not done. Nothing was changed.
#[derive(Debug, thiserror::Error)]
enum Stop {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Contact(#[from] ContactError),
    /// This entry stands otherwise than the moderator saw.
    #[error("overtaken")]
    Overtaken(SignOnId),
    #[error("claimed by somebody else")]
    Claimed(Box<SignOn>, Claim),
    /// Somebody said that they are two organizations.
    #[error("said to be distinct")]
    Distinct(Said),
    #[error("the letter is archived")]
    Archived,
}

/// Merges.
pub(super) async fn merge(
    app: Data<App>,
    outbox: Data<Outbox>,
    id: Path<String>,
    Acting { who, fields }: Acting<Moderator>,
) -> Result<HttpResponse, Fault> {
    let id = SignOnId::parse(&id).ok_or(Fault::NotFound)?;
    let bench = Bench::new(&app, who);
    let (Ok(version), Some(into)) = (fields.get("version").parse(), SignOnId::parse(fields.get("into")))
    else {
        return Err(Fault::Unprocessable(
            "The form does not say which two entries it is about. Nothing was changed.",
        ));
    };
    let this = bench.glance(id).await?;
    if id == into {
        let why = "An entry cannot be merged into itself: choose the other one on its page.".to_owned();
        let seen = bench.see(id).await?;
        return overtaken::beside(&bench, &seen, ASKED, &fields, Some(why));
    }
    let other = bench.glance(into).await?;
    let mut problems = Problems::default();
    let (text, notify) =
        (problems.take("text", optional(fields.get("text"), Remark::parse)), fields.is_ticked("notify"));
    if text == Some(None) && !notify {
        problems.add("text", "Write why the representatives are not told. The note stays among staff.");
    }
    let Some(text) = text.filter(|_| problems.is_empty()) else {
        if this.sign_on.version != version {
            return overtaken::beside(&bench, &bench.see(id).await?, ASKED, &fields, None);
        }
        let seen = bench.see_beside(id, Alike { also: Some(into), ..Alike::default() }).await?;
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let returned = Returned { act: MERGE, beside: Some(into), fields, problems, status };
        return entry::render(&bench, &seen, None, Some(returned)).await;
    };
    let order = Order {
        this: (id, version),
        other: (into, fields.get("into_version").parse().ok()),
        keeps_this: fields.get("keep") == THIS,
        text,
        notify,
        over: ClaimId::parse(fields.get(claim::OVER)),
    };
    let mails = letters(&bench, &outbox, &order, &this, &other)?;
    let desk = bench.clone();
    match app.db.write(move |tx| carry_out(tx, &desk, &order, mails)).await {
        Ok(merged) if merged == id => {
            let queue = format!("/staff/letters/{}/queue?done={id}", this.campaign.settings.slug);
            let next = claim::next(&bench, &this.sign_on).await?;
            Ok(see(&next.map_or(queue, |next| format!("/staff/sign-ons/{next}?done={id}"))))
        }
        Ok(merged) => Ok(see(&format!("/staff/sign-ons/{id}?done={merged}"))),
        Err(stop) => stopped(&bench, stop, id, &fields).await,
    }
}

/// The page that says what stands, for whatever was in the way.
async fn stopped(bench: &Bench, stop: Stop, id: SignOnId, fields: &Fields) -> Result<HttpResponse, Fault> {
    match stop {
        Stop::Overtaken(which) => {
            let seen = bench.see(which).await?;
            let why = (seen.sign_on.standing() == Standing::AwaitingVerification).then(|| {
                "Nobody has proved the mailbox of this one, so there is no contact to keep. Wait until it is verified.".to_owned()
            });
            overtaken::beside(bench, &seen, ASKED, fields, why)
        }
        Stop::Distinct(said) => {
            let seen = bench.see(id).await?;
            let who = history::who(Actor::Staff(said.by), &seen.names);
            let why = format!(
                "{who} said that the two are two organizations. If they are one, open the entry and take that back first."
            );
            overtaken::beside(bench, &seen, ASKED, fields, Some(why))
        }
        Stop::Claimed(merged, held) => {
            let sent = Sent { at: id, act: MERGE, asked: ASKED, fields };
            claim::page(bench, &merged, held, Some(sent)).await
        }
        Stop::Archived => overtaken::archived(bench, &bench.see(id).await?, ASKED, fields),
        Stop::Database(error) => Err(error.into()),
        Stop::Contact(error) => Err(error.into()),
    }
}

/// Which of the two ends, and which stays: the one that is on the list, else the one that was chosen.
fn roles<'a>(order: &Order, this: &'a SignOn, other: &'a SignOn) -> (&'a SignOn, &'a SignOn) {
    let is_listed = |sign_on: &SignOn| sign_on.standing() == Standing::Approved;
    let keeps_this = match (is_listed(this), is_listed(other)) {
        (true, false) => true,
        (false, true) => false,
        _ => order.keeps_this,
    };
    if keeps_this { (other, this) } else { (this, other) }
}

/// The mails, finished before the transaction, with the entry that they say stays.
fn letters(
    bench: &Bench,
    outbox: &Outbox,
    order: &Order,
    this: &Glance,
    other: &Glance,
) -> Result<(SignOnId, Vec<Letter>), Fault> {
    let (merged, stays) = roles(order, &this.sign_on, &other.sign_on);
    let (to_merged, to_stays) = if merged.id == this.sign_on.id {
        (&this.contacts, &other.contacts)
    } else {
        (&other.contacts, &this.contacts)
    };
    let mut mails = Vec::new();
    if !order.notify {
        return Ok((stays.id, mails));
    }
    let delay = bench.app.moderation_delay;
    let news = News {
        base: &bench.app.base_url,
        campaign: &this.told,
        merged,
        stays,
        text: order.text.as_ref(),
        not_before: (!delay.is_zero()).then(|| bench.now.plus(delay)),
    };
    let mut write = |held: &Representative, is_merged: bool| -> Result<(), Fault> {
        let token = Token::make(&bench.app.random);
        let message = match is_merged {
            true => news.merged(&held.contact.email, &token, to_stays),
            false => news.joined(&held.contact.email, &token),
        };
        let mail = outbox.prepare(&message.map_err(Fault::unexpected)?).map_err(Fault::unexpected)?;
        mails.push(Letter { link: Some((held.id, token.digest())), mail });
        Ok(())
    };
    for held in to_merged {
        write(held, true)?;
    }
    // Whoever signed twice themselves is told once.
    let is_told = |held: &Representative| {
        to_merged.iter().any(|told| told.contact.email.canonical() == held.contact.email.canonical())
    };
    for held in to_stays.iter().filter(|held| !is_told(held)) {
        write(held, false)?;
    }
    Ok((stays.id, mails))
}

/// Carries it out; which entry ended.
fn carry_out(
    tx: &mut Tx<'_>,
    bench: &Bench,
    order: &Order,
    (told_stays, mails): (SignOnId, Vec<Letter>),
) -> Result<SignOnId, Stop> {
    let (by, now, random) = (bench.who.staff.id, bench.now, &bench.app.random);
    let (this_id, other_id) = (order.this.0, order.other.0);
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    let held = campaign::store::hold(tx, bench.who.campaign)?.ok_or(Stop::Overtaken(this_id))?;
    if held.settings.status == Status::Archived {
        return Err(Stop::Archived);
    }
    let this = sign_on::store::by_id(tx, this_id)?.ok_or(Stop::Overtaken(this_id))?;
    let other = sign_on::store::by_id(tx, other_id)?.ok_or(Stop::Overtaken(this_id))?;
    if let Some(merged) = done_before(tx, order, &this, &other, by)? {
        return Ok(merged);
    }
    if this.version != order.this.1 || !can_be_merged(&this) {
        return Err(Stop::Overtaken(this_id));
    }
    if order.other.1.is_some_and(|version| version != other.version) || !can_be_merged(&other) {
        return Err(Stop::Overtaken(other_id));
    }
    let said = store::said_distinct(tx, this_id)?.into_iter().find(|said| said.other == other_id);
    if let Some(said) = said {
        return Err(Stop::Distinct(said));
    }
    let (merged, stays) = roles(order, &this, &other);
    if stays.id != told_stays {
        return Err(Stop::Overtaken(other_id));
    }
    if let Some(claim) = store::claim_on(tx, merged.id, now)?
        && claim.by != by
        && order.over != Some(claim.id)
    {
        return Err(Stop::Claimed(Box::new(merged.clone()), claim));
    }
    let decision = order.decision(stays.id, by, now);
    let after = merged.clone().merge(decision).map_err(|_| Stop::Overtaken(merged.id))?;
    mail::take_back(tx, AnyId::from_uuid(merged.id.uuid()), &DECISIONS, now)?;
    let telling =
        Telling { made_at: now, told_at: now.plus(bench.app.moderation_delay), is_mailed: !mails.is_empty() };
    sign_on::store::keep_before(tx, merged, after.version, telling)?;
    if !sign_on::store::replace(tx, merged, &after)? {
        return Err(Stop::Overtaken(merged.id));
    }
    // Off the list because nobody agreed to the text anew: a colleague has, by signing it.
    let comes_back =
        sign_on::store::lapsed_at(tx, stays.id)?.is_some() && sign_on::store::agrees(tx, &held, merged)?;
    if comes_back {
        sign_on::store::agree(tx, stays.id, merged.letter_version, now)?;
    }
    // Of two ways of being shown the one holds that shows less: whoever chose it speaks for both now.
    let is_hidden = merged.entry.shown < stays.entry.shown;
    if is_hidden {
        if !sign_on::store::show(tx, stays, merged.entry.shown)? {
            return Err(Stop::Overtaken(stays.id));
        }
        let act = Act::new(now, Actor::Staff(by), Subject::SignOn(stays.id), sign_on::SHOWN)
            .changing(stays.entry.shown.as_str(), merged.entry.shown.as_str());
        audit::record(tx, random, act.in_campaign(held.id))?;
    }
    // Whoever proved a mailbox for the organization confirms by it what was signed in another way.
    let confirms = stays.is_unconfirmed() && merged.verified_at.is_some();
    if merged.standing() == Standing::Approved || comes_back || is_hidden || confirms {
        campaign::store::raise_list_revision(tx, held.id)?;
    } else {
        campaign::store::raise_where_named(tx, held.id)?;
    }
    store::end_claim(tx, merged.id)?;
    for letter in mails {
        letter.enqueue(tx, now)?;
    }
    let why = order.text.as_ref().map(Remark::as_str);
    let act = Act::new(now, Actor::Staff(by), Subject::SignOn(merged.id), MERGED)
        .in_campaign(held.id)
        .changing(merged.standing().as_str(), after.standing().as_str())
        .because(why);
    audit::record(tx, random, act)?;
    let act = Act {
        new: Some(merged.id.to_string()),
        ..Act::new(now, Actor::Staff(by), Subject::SignOn(stays.id), TOOK_IN).in_campaign(held.id)
    };
    audit::record(tx, random, act)?;
    Ok(merged.id)
}

impl Order {
    fn decision(&self, into: SignOnId, by: AccountId, at: crate::clock::Timestamp) -> Decision {
        // What is not mailed is a note for the history alone.
        let text = self.text.clone().filter(|_| self.notify);
        Decision { reason: Reason::DUPLICATE, text, at, by, merged_into: Some(into) }
    }
}

/// The entry that ended when the same person sent the same form before.
fn done_before(
    tx: &mut Tx<'_>,
    order: &Order,
    this: &SignOn,
    other: &SignOn,
    by: AccountId,
) -> Result<Option<SignOnId>, Stop> {
    let pairs = [(this, other, Some(order.this.1)), (other, this, order.other.1)];
    for (merged, stays, seen) in pairs {
        let State::Rejected(decision) = &merged.state else { continue };
        let is_it = *decision == order.decision(stays.id, by, decision.at)
            && seen.is_none_or(|version| merged.version == version + 1);
        let acts = audit::of(tx, AnyId::from_uuid(merged.id.uuid()))?;
        let why = order.text.as_ref().map(Remark::as_str);
        if is_it
            && history::latest(&acts).is_some_and(|last| last.act == MERGED && last.reason.as_deref() == why)
        {
            return Ok(Some(merged.id));
        }
    }
    Ok(None)
}

/// An entry that was merged stands by itself again, because that was undone or is decided anew: its representatives are not told any more
/// what was decided about the other one. Its row says so already.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub(super) fn let_go(
    tx: &mut Tx<'_>,
    bench: &Bench,
    outbox: &Outbox,
    before: &SignOn,
) -> Result<(), ContactError> {
    let State::Rejected(Decision { merged_into: Some(stays), .. }) = &before.state else { return Ok(()) };
    // What stood for it may have been signed in another way, and be unconfirmed again.
    campaign::store::raise_list_revision(tx, before.campaign)?;
    let (now, keys) = (bench.now, &bench.app.keys);
    let theirs = sign_on::store::representatives_of(tx, keys, *stays)?;
    for held in sign_on::store::representatives_of(tx, keys, before.id)? {
        let email = &held.contact.email;
        if theirs.iter().any(|other| other.contact.email.canonical() == email.canonical()) {
            continue;
        }
        for about in sign_on::store::family_of(tx, *stays)? {
            outbox.take_back_to(tx, AnyId::from_uuid(about.uuid()), email, now)?;
        }
    }
    let act = Act {
        old: Some(before.id.to_string()),
        ..Act::new(now, Actor::Staff(bench.who.staff.id), Subject::SignOn(*stays), LET_GO)
    };
    Ok(audit::record(tx, &bench.app.random, act.in_campaign(before.campaign))?)
}
