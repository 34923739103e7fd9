//! POST /staff/sign-ons/{id}/distinct: two entries that are alike are two organizations. That silences the pair for good, until it is taken back.

use super::alike::{self, Alike, is_open};
use super::bench::Bench;
use super::entry::{self, Returned};
use super::history::{self, DISTINCT, NOT_DISTINCT};
use super::overtaken;
use super::store::{self, Said};
use crate::account::{Acting, Moderator};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Status};
use crate::db::{self, Tx};
use crate::ids::{AnyId, SignOnId};
use crate::sign_on::{self, Remark, SignOn, Standing};
use crate::web::form::{Fields, Problems};
use crate::web::page::see;
use crate::web::show::in_utc;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};

/// What was asked, after "You asked to".
const ASKED: &str = "say that two entries are two organizations, one of them";

/// The same for the way back.
const ASKED_BACK: &str = "take back that two entries are two organizations, one of them";

/// What the form is about: each entry with the version that the page showed, of the other one only if it says.
#[derive(Clone, Copy)]
struct Two {
    this: (SignOnId, i64),
    other: (SignOnId, Option<i64>),
}

/// Why it was not done. Nothing was changed.
#[derive(Debug, thiserror::Error)]
enum Stop {
    #[error(transparent)]
    Database(#[from] db::Error),
    /// This entry stands otherwise than the moderator saw.
    #[error("overtaken")]
    Overtaken(SignOnId),
    /// It was said before.
    #[error("said before")]
    Said(Said),
    /// It was taken back before, or never said.
    #[error("not said")]
    NotSaid,
    /// Both are on the list, because it was said.
    #[error("both are on the list")]
    Listed,
    #[error("the letter is archived")]
    Archived,
}

/// Says it.
pub(super) async fn say(
    app: Data<App>,
    id: Path<String>,
    Acting { who, fields }: Acting<Moderator>,
) -> Result<HttpResponse, Fault> {
    let bench = Bench::new(&app, who);
    let two = read(&bench, &id, &fields).await?;
    let (id, other) = (two.this.0, two.other.0);
    if id == other {
        let why = "An entry is not distinct from itself: choose the other one on its page.".to_owned();
        return overtaken::beside(&bench, &bench.see(id).await?, ASKED, &fields, Some(why));
    }
    let mut problems = Problems::default();
    let why = Remark::parse(fields.get("text")).map_err(|error| match fields.get("text").trim() {
        "" => "Write why they are two organizations.".to_owned(),
        _ => error.to_string(),
    });
    let Some(why) = problems.take("text", why) else {
        let seen = bench.see_beside(id, Alike { also: Some(other), ..Alike::default() }).await?;
        if seen.sign_on.version != two.this.1 {
            return overtaken::beside(&bench, &seen, ASKED, &fields, None);
        }
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let returned = Returned { act: alike::DISTINCT, beside: Some(other), fields, problems, status };
        return entry::render(&bench, &seen, None, Some(returned)).await;
    };
    let desk = bench.clone();
    match app.db.write(move |tx| record(tx, &desk, two, &why)).await {
        Ok(()) => Ok(see(&format!("/staff/sign-ons/{id}#alike"))),
        Err(stop) => stopped(&bench, stop, id, ASKED, &fields).await,
    }
}

/// Takes it back.
pub(super) async fn take_back(
    app: Data<App>,
    id: Path<String>,
    Acting { who, fields }: Acting<Moderator>,
) -> Result<HttpResponse, Fault> {
    let bench = Bench::new(&app, who);
    let two = read(&bench, &id, &fields).await?;
    let id = two.this.0;
    let desk = bench.clone();
    match app.db.write(move |tx| unsay(tx, &desk, two)).await {
        Ok(()) => Ok(see(&format!("/staff/sign-ons/{id}#alike"))),
        Err(stop) => stopped(&bench, stop, id, ASKED_BACK, &fields).await,
    }
}

/// The two entries of the form, both of this letter.
async fn read(bench: &Bench, id: &str, fields: &Fields) -> Result<Two, Fault> {
    let id = SignOnId::parse(id).ok_or(Fault::NotFound)?;
    let (Ok(version), Some(from)) = (fields.get("version").parse(), SignOnId::parse(fields.get("from")))
    else {
        return Err(Fault::Unprocessable(
            "The form does not say which two entries it is about. Nothing was changed.",
        ));
    };
    for one in [id, from] {
        bench.glance(one).await?;
    }
    Ok(Two { this: (id, version), other: (from, fields.get("from_version").parse().ok()) })
}

/// The page that says what stands, for whatever was in the way.
async fn stopped(
    bench: &Bench,
    stop: Stop,
    id: SignOnId,
    asked: &'static str,
    fields: &Fields,
) -> Result<HttpResponse, Fault> {
    let (which, why) = match stop {
        Stop::Database(error) => return Err(error.into()),
        Stop::Archived => return overtaken::archived(bench, &bench.see(id).await?, asked, fields),
        Stop::Overtaken(which) => (which, None),
        Stop::Said(said) => {
            let seen = bench.see(id).await?;
            let who = history::who(Actor::Staff(said.by), &seen.names);
            let reason = said.reason.map(|reason| format!(": “{reason}”")).unwrap_or_default();
            (id, Some(format!("{who} said so on {}{reason}. It stands.", in_utc(said.at))))
        }
        Stop::NotSaid => {
            (id, Some("Nobody says so any more: it was taken back before, or never said.".to_owned()))
        }
        Stop::Listed => (
            id,
            Some(
                "Both are on the list under one name, and that is why they may be. Take one of them off the list first."
                    .to_owned(),
            ),
        ),
    };
    overtaken::beside(bench, &bench.see(which).await?, asked, fields, why)
}

/// The campaign's row first, as everywhere, so that no two transactions wait for each other; then the two.
fn hold(tx: &mut Tx<'_>, bench: &Bench, two: Two) -> Result<(SignOn, SignOn), Stop> {
    let (this, other) = (two.this.0, two.other.0);
    let held = campaign::store::hold(tx, bench.who.campaign)?.ok_or(Stop::Overtaken(this))?;
    if held.settings.status == Status::Archived {
        return Err(Stop::Archived);
    }
    let one = sign_on::store::by_id(tx, this)?.ok_or(Stop::Overtaken(this))?;
    let two = sign_on::store::by_id(tx, other)?.ok_or(Stop::Overtaken(this))?;
    Ok((one, two))
}

fn record(tx: &mut Tx<'_>, bench: &Bench, two: Two, why: &Remark) -> Result<(), Stop> {
    let (this, other) = hold(tx, bench, two)?;
    let (by, now) = (bench.who.staff.id, bench.now);
    let said = store::said_distinct(tx, this.id)?.into_iter().find(|said| said.other == other.id);
    match said {
        Some(said) if said.by == by && said.reason.as_ref() == Some(why) => return Ok(()),
        Some(said) => return Err(Stop::Said(said)),
        None => {}
    }
    if this.version != two.this.1 || !is_open(&this) {
        return Err(Stop::Overtaken(this.id));
    }
    if two.other.1.is_some_and(|version| version != other.version) || !is_open(&other) {
        return Err(Stop::Overtaken(other.id));
    }
    store::say_distinct(tx, (this.id, other.id), why, by, now)?;
    for (subject, from) in [(&this, &other), (&other, &this)] {
        let act = Act {
            new: Some(from.id.to_string()),
            ..Act::new(now, Actor::Staff(by), Subject::SignOn(subject.id), DISTINCT)
        };
        let act = act.in_campaign(subject.campaign).because(Some(why.as_str()));
        audit::record(tx, &bench.app.random, act)?;
    }
    Ok(())
}

fn unsay(tx: &mut Tx<'_>, bench: &Bench, two: Two) -> Result<(), Stop> {
    let (this, other) = hold(tx, bench, two)?;
    let (by, now) = (bench.who.staff.id, bench.now);
    if !store::said_distinct(tx, this.id)?.iter().any(|said| said.other == other.id) {
        let acts = audit::of(tx, AnyId::from_uuid(this.id.uuid()))?;
        let is_about = |act: &&Act| {
            (act.act == NOT_DISTINCT && act.old.as_deref() == Some(other.id.to_string().as_str()))
                || (act.act == DISTINCT && act.new.as_deref() == Some(other.id.to_string().as_str()))
        };
        let last = acts.iter().rev().find(is_about);
        // The same button pressed again.
        return match last.is_some_and(|last| last.act == NOT_DISTINCT && last.actor == Actor::Staff(by)) {
            true => Ok(()),
            false => Err(Stop::NotSaid),
        };
    }
    let is_listed = |sign_on: &SignOn| sign_on.standing() == Standing::Approved;
    if is_listed(&this) && is_listed(&other) && this.entry.likeness().folded == other.entry.likeness().folded
    {
        return Err(Stop::Listed);
    }
    store::unsay_distinct(tx, this.id, other.id)?;
    for (subject, from) in [(&this, &other), (&other, &this)] {
        let act = Act {
            old: Some(from.id.to_string()),
            ..Act::new(now, Actor::Staff(by), Subject::SignOn(subject.id), NOT_DISTINCT)
        };
        audit::record(tx, &bench.app.random, act.in_campaign(subject.campaign))?;
    }
    Ok(())
}
