//! POST /staff/letters/{slug}/queue/{approve,hold,reject}: one decision about each of those that are ticked. Each is carried out by
//! itself, as if it had been sent from its own page; what cannot be done is named with its reason.

use super::bench::Bench;
use super::decide::{self, Stop};
use super::entry::state_word;
use super::order::{Order, Verb};
use super::{claim, history, listing, queue};
use crate::account::{ActingOnMany, Moderator};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Campaign};
use crate::db;
use crate::ids::SignOnId;
use crate::mail::Outbox;
use crate::web::form::Fields;
use crate::web::page::{Page, page, page_of};
use crate::web::show::{Moment, in_utc};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use std::collections::BTreeMap;

/// What of the form means a decision. Ticks that say that somebody has looked at one entry are not for many.
const MEANT: [&str; 3] = ["reason", "text", "notify"];

/// What became of those that were ticked.
#[derive(Template)]
#[template(path = "moderation/bulk.html")]
struct Outcome {
    page: Page,
    word: &'static str,
    done: Vec<Told>,
    skipped: Vec<Told>,
    mail_at: Option<Moment>,
    queue_href: String,
}

/// One of them.
struct Told {
    href: String,
    name: String,
    why: String,
}

/// Decides about each of those that are ticked.
pub(super) async fn decide(
    app: Data<App>,
    outbox: Data<Outbox>,
    path: Path<(String, String)>,
    acting: ActingOnMany<Moderator>,
) -> Result<HttpResponse, Fault> {
    let (_, word) = path.into_inner();
    let verb = Verb::parse(&word).filter(|verb| matches!(verb, Verb::Approve | Verb::Hold | Verb::Reject));
    let verb = verb.ok_or(Fault::NotFound)?;
    let ActingOnMany { who, fields } = acting;
    let bench = Bench::new(&app, who);
    let ticked = ticked(&fields)?;
    let listed = listed(&bench, &fields).await?;
    if !ticked.keys().all(|id| listed.contains(id)) {
        return Err(refused(&bench, &ticked, &listed).await?);
    }
    let id = bench.who.campaign;
    let campaign = app.db.read(move |conn| campaign::store::by_id(conn, id)).await?.ok_or(Fault::NotFound)?;
    if ticked.is_empty() {
        return Ok(page_of(StatusCode::UNPROCESSABLE_ENTITY, &Outcome::new(&bench, &campaign, verb))?);
    }
    let meant: Fields = fields.pairs().filter(|(name, _)| MEANT.contains(name)).collect();
    let order = match Order::parse(verb, &meant, &campaign.settings.reasons) {
        Ok(order) => order,
        Err(problems) => return queue::returned(&bench, listed, fields, problems).await,
    };
    let mut result = Outcome::new(&bench, &campaign, verb);
    for id in listed {
        let Some(version) = ticked.get(&id) else { continue };
        match one(&bench, &outbox, id, *version, &order).await? {
            (told, true) => result.done.push(told),
            (told, false) => result.skipped.push(told),
        }
    }
    let delay = app.moderation_delay;
    result.mail_at =
        (order.notifies() && !delay.is_zero()).then(|| Moment::new(bench.now.plus(delay), bench.now));
    Ok(page(&result)?)
}

impl Outcome {
    fn new(bench: &Bench, campaign: &Campaign, verb: Verb) -> Self {
        Self {
            page: bench.who.staff.page(&bench.app, "What became of those ticked – Undersigned"),
            word: verb.done(),
            done: Vec::new(),
            skipped: Vec::new(),
            mail_at: None,
            queue_href: format!("/staff/letters/{}/queue", campaign.settings.slug),
        }
    }
}

/// Those that are ticked, each with the version that the page showed: `ID:VERSION`.
fn ticked(fields: &Fields) -> Result<BTreeMap<SignOnId, i64>, Fault> {
    const MALFORMED: Fault = Fault::Unprocessable(
        "The form names a sign-on in a way that no page of ours does. Nothing was changed.",
    );
    let mut ticked = BTreeMap::new();
    for entry in fields.all("entry") {
        let (id, version) = entry.split_once(':').ok_or(MALFORMED)?;
        let (Some(id), Ok(version)) = (SignOnId::parse(id), version.parse()) else { return Err(MALFORMED) };
        if ticked.insert(id, version).is_some_and(|before| before != version) {
            return Err(MALFORMED);
        }
    }
    Ok(ticked)
}

/// What the page listed, in its order, if it was a page of ours for this person.
async fn listed(bench: &Bench, fields: &Fields) -> Result<Vec<SignOnId>, Fault> {
    if let Some(listed) = listing::read(bench, fields) {
        return Ok(listed);
    }
    let ticked = ticked(fields)?;
    if ticked.is_empty() { Ok(Vec::new()) } else { Err(refused(bench, &ticked, &[]).await?) }
}

/// A form that acts on what its page did not list was made by somebody, or is older than the proof. It is noted, and nothing is done.
async fn refused(
    bench: &Bench,
    ticked: &BTreeMap<SignOnId, i64>,
    listed: &[SignOnId],
) -> Result<Fault, Fault> {
    let forged: Vec<String> =
        ticked.keys().filter(|id| !listed.contains(id)).map(ToString::to_string).collect();
    let (who, campaign, now) = (bench.who.staff.id, bench.who.campaign, bench.now);
    tracing::warn!(account = %who, %campaign, sign_ons = ?forged, "a list with sign-ons that its page did not show was refused");
    let random = bench.app.random.clone();
    let act =
        Act::new(now, Actor::Staff(who), Subject::Account(who), "sent sign-ons that the page did not list")
            .in_campaign(campaign)
            .because(Some(&forged.join(" ")));
    bench.app.db.write(move |tx| audit::record(tx, &random, act)).await?;
    Ok(Fault::Forbidden(
        "The form names a sign-on that its page did not list, or the page is older than seven days. Nothing was changed, and it is noted. \
         Open the queue again and tick those you mean.",
    ))
}

/// Carries the order out for one of them; whether it was done, and else why not.
async fn one(
    bench: &Bench,
    outbox: &Outbox,
    id: SignOnId,
    version: i64,
    order: &Order,
) -> Result<(Told, bool), Fault> {
    let href = format!("/staff/sign-ons/{id}");
    let glance = match bench.glance(id).await {
        Ok(glance) => glance,
        Err(Fault::NotFound) => {
            let (name, why) = ("A sign-on".to_owned(), "It is not there any more.".to_owned());
            return Ok((Told { href, name, why }, false));
        }
        Err(fault) => return Err(fault),
    };
    let name = glance.sign_on.entry.organization.to_string();
    // A stale page is told what stands before anything else about it.
    let order = match glance.sign_on.version == version {
        true => decide::check_letters(order.clone(), &glance),
        false => Ok(order.clone()),
    };
    let why = match order {
        Err(_) => "Its letters can deceive. Open it and compare them.".to_owned(),
        Ok(order) => match decide::attempt(bench, outbox, &glance, version, order, None).await? {
            Ok(()) => return Ok((Told { href, name, why: String::new() }, true)),
            Err(stop) => why_not(bench, id, stop).await?,
        },
    };
    Ok((Told { href, name, why }, false))
}

async fn why_not(bench: &Bench, id: SignOnId, stop: Stop) -> Result<String, Fault> {
    Ok(match stop {
        Stop::SameName | Stop::Database(db::Error::Unique(_)) => {
            "An organization of this name is on the list. Open it to say that it is another one, or to merge the two."
                .to_owned()
        }
        Stop::Archived => "The letter is archived: nothing about it changes any more.".to_owned(),
        Stop::Claimed(_) => match claim::on(bench, id).await? {
            Some(claimed) => format!("{}. Open it to take it over.", claimed.words()),
            None => "Somebody else had claimed it. Try it again.".to_owned(),
        },
        Stop::Overtaken => {
            let seen = bench.see(id).await?;
            let stands = state_word(seen.sign_on.standing());
            match history::latest(&seen.history) {
                Some(act) => {
                    let who = history::who(act.actor, &seen.names);
                    format!("It has changed since: {stands}. The last act was by {who}, {}.", in_utc(act.at))
                }
                None => format!("It has changed since: {stands}."),
            }
        }
        Stop::Refused(why) => why.to_owned(),
        Stop::Contact(error) => return Err(error.into()),
        Stop::Database(error) => {
            tracing::warn!(%error, "one of many decisions was not carried out");
            "The database was away. Nothing was changed about it; try it again.".to_owned()
        }
    })
}
