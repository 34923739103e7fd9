//! POST /staff/sign-ons/{id}/report: a moderator closes a case. Its words stand on the page of the sign-on, where its form is too; a form that is to be
//! mended, or comes second, gets a page of its own.

use super::hold::Failure;
use super::mails;
use crate::account::{Acting, Moderator, Role, store as staff};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Campaign, Here, Local, Status};
use crate::db::{self, Tx};
use crate::ids::{AnyId, ReportId, SignOnId};
use crate::mail::Outbox;
use crate::sign_on::{self, Confirmed, Outcome, Remark, Report, SettledAs, SignOn, State};
use crate::text::optional;
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{Page, page_of, see};
use crate::web::show::{Choice, in_utc};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;

/// What is asked.
#[derive(Clone)]
struct Order {
    report: ReportId,
    outcome: Outcome,
    note: Option<Remark>,
}

/// What became of it.
enum Done {
    Settled,
    /// There is no such report here.
    Nothing,
    /// It was settled before.
    Before(SettledAs),
    /// Nobody has done anything about the entry since.
    Unchanged,
    Archived,
}

/// Closes it.
pub(super) async fn settle(
    app: Data<App>,
    outbox: Data<Outbox>,
    id: Path<String>,
    acting: Acting<Moderator>,
) -> Result<HttpResponse, Fault> {
    let id = SignOnId::parse(&id).ok_or(Fault::NotFound)?;
    let (who, fields) = (acting.who, acting.fields);
    let Some(report) = ReportId::parse(fields.get("report")) else {
        return Err(Fault::Unprocessable(
            "The form does not say which report is settled. Nothing was changed.",
        ));
    };
    let order = match read(report, &fields) {
        Ok(order) => order,
        Err(problems) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return again(&app, &who, (id, report), fields, problems, status, String::new()).await;
        }
    };
    let task = (app.clone(), outbox, who.clone());
    match app.db.write(move |tx| close(tx, &task, id, &order)).await? {
        Done::Settled => Ok(see(&format!("/staff/sign-ons/{id}#reports"))),
        Done::Nothing => Err(Fault::NotFound),
        Done::Archived => {
            Err(Fault::Overtaken("The letter is archived: nothing about it changes any more.".to_owned()))
        }
        Done::Unchanged => {
            let mut problems = Problems::default();
            problems.add(
                "outcome",
                "The entry is as it was when it was reported. Put it on hold, remove it, correct it or merge it first.",
            );
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            again(&app, &who, (id, report), fields, problems, status, String::new()).await
        }
        Done::Before(settled) => {
            let keys = app.keys.clone();
            let names = app.db.read(move |conn| staff::names(conn, &keys, &[settled.by])).await;
            let name = names.map_err(Fault::unexpected)?.remove(&settled.by);
            let name = name.unwrap_or_else(|| "A former member of staff".to_owned());
            let stands = format!("{name} was first, on {}: {}.", in_utc(settled.at), settled.outcome.words());
            again(&app, &who, (id, report), fields, Problems::default(), StatusCode::CONFLICT, stands).await
        }
    }
}

fn read(report: ReportId, fields: &Fields) -> Result<Order, Problems> {
    let mut problems = Problems::default();
    let outcome = problems
        .take("outcome", Outcome::parse(fields.get("outcome")).ok_or("Choose what came of the report."));
    let note = problems.take("text", optional(fields.get("text"), Remark::parse));
    if note == Some(None) && outcome == Some(Outcome::Nothing) {
        problems.add("text", "Write why nothing changes. The note stays among staff.");
    }
    match (outcome, note) {
        (Some(outcome), Some(note)) if problems.is_empty() => Ok(Order { report, outcome, note }),
        _ => Err(problems),
    }
}

fn close(
    tx: &mut Tx<'_>,
    (app, outbox, who): &(Data<App>, Data<Outbox>, Moderator),
    id: SignOnId,
    order: &Order,
) -> Result<Done, Failure> {
    let now = app.clock.now();
    let Some(campaign) = campaign::store::hold(tx, who.campaign)? else { return Ok(Done::Nothing) };
    let report = sign_on::store::report(tx, &app.keys, order.report)?;
    let Some(report) = report.filter(|report| report.campaign == campaign.id) else {
        return Ok(Done::Nothing);
    };
    // Or of one that was merged into it.
    if !sign_on::store::family_of(tx, id)?.contains(&report.sign_on) {
        return Ok(Done::Nothing);
    }
    let Some(confirmed) = report.confirmed else { return Ok(Done::Nothing) };
    if let Some(settled) = report.settled {
        let is_repeated = settled.by == who.staff.id && settled.outcome == order.outcome;
        return Ok(if is_repeated { Done::Settled } else { Done::Before(settled) });
    }
    if campaign.settings.status == Status::Archived {
        return Ok(Done::Archived);
    }
    if order.outcome == Outcome::Acted && !is_changed(tx, report.sign_on, confirmed)? {
        return Ok(Done::Unchanged);
    }
    let settled = SettledAs { outcome: order.outcome, at: now, by: who.staff.id };
    if !sign_on::store::settle_report(tx, report.id, settled)? {
        return Err(Failure::Overtaken);
    }
    let act = Act {
        new: Some(order.outcome.as_str().to_owned()),
        ..Act::new(now, Actor::Staff(who.staff.id), Subject::SignOn(id), "settled a report")
    };
    let note = order.note.as_ref().map(Remark::as_str);
    audit::record(tx, &app.random, act.in_campaign(campaign.id).because(note))?;
    if let Some(reporter) = report.reporter.as_ref().filter(|reporter| reporter.wants_answer) {
        let not_before = (!app.moderation_delay.is_zero()).then(|| now.plus(app.moderation_delay));
        let message = mails::settled(&campaign, &report, order.outcome, &reporter.email, not_before)?;
        outbox.prepare(&message)?.enqueue(tx)?;
    }
    Ok(Done::Settled)
}

/// Whether something was done since a report was confirmed: the entry or what stands for it was moved or corrected, or one was merged into it.
fn is_changed(tx: &mut Tx<'_>, about: SignOnId, confirmed: Confirmed) -> Result<bool, db::Error> {
    let Some(reported) = sign_on::store::by_id(tx, about)? else { return Ok(false) };
    if reported.version != confirmed.version {
        return Ok(true);
    }
    let (_, stands) = sign_on::store::chain_of(tx, reported)?;
    if stands.id != about {
        let acts = audit::of(tx, AnyId::from_uuid(stands.id.uuid()))?;
        let is_done = |act: &Act| act.at > confirmed.at && act.old.is_some() && act.old != act.new;
        if acts.iter().any(is_done) {
            return Ok(true);
        }
    }
    let family = sign_on::store::family_of(tx, stands.id)?;
    let mut family = sign_on::store::by_ids(tx, &family)?.into_iter();
    Ok(family.any(|other| match other.state {
        State::Rejected(decision) => decision.merged_into.is_some() && decision.at > confirmed.at,
        _ => false,
    }))
}

/// The form by itself: to be mended, or with what stands instead.
async fn again(
    app: &Data<App>,
    who: &Moderator,
    (id, report): (SignOnId, ReportId),
    fields: Fields,
    problems: Problems,
    status: StatusCode,
    stands: String,
) -> Result<HttpResponse, Fault> {
    let (keys, of_letter) = (app.keys.clone(), who.campaign);
    let found = app.db.read(move |conn| -> Result<_, Failure> {
        let sign_on = sign_on::store::by_id(conn, id)?.filter(|found| found.campaign == of_letter);
        let report = sign_on::store::report(conn, &keys, report)?;
        let family = sign_on::store::family_of(conn, id)?;
        let report = report.filter(|report| family.contains(&report.sign_on) && report.confirmed.is_some());
        let campaign = campaign::store::by_id(conn, of_letter)?;
        Ok(sign_on.zip(report).zip(campaign))
    });
    let ((sign_on, report), campaign) = found.await?.ok_or(Fault::NotFound)?;
    let typed = fields.get("text").to_owned();
    let form = Filled::new(fields, problems);
    Ok(page_of(status, &SettlePage::new(app, who, &campaign, (&sign_on, &report), form, stands, typed))?)
}

/// What can come of a report, to choose from.
fn outcomes() -> Vec<Choice> {
    let choice = |outcome: Outcome| Choice {
        value: outcome.as_str(),
        label: match outcome {
            Outcome::Nothing => "Settled, nothing changed",
            Outcome::Acted => "Acted on: put on hold, removed, corrected or merged",
        },
        hint: "",
    };
    Outcome::ALL.into_iter().map(choice).collect()
}

impl SettlePage {
    fn new(
        app: &App,
        who: &Moderator,
        campaign: &Campaign,
        (sign_on, report): (&SignOn, &Report),
        form: Filled,
        stands: String,
        typed: String,
    ) -> Self {
        let now = app.clock.now();
        let title = format!("Settle a report: {} – Undersigned", sign_on.entry.organization);
        Self {
            page: who.staff.page(app, title),
            local: Local::new(campaign, who.role.includes(Role::Organizer), Here::Elsewhere, now),
            name: sign_on.entry.organization.to_string(),
            href: format!("/staff/sign-ons/{}", sign_on.id),
            said: report.kind.said(),
            report: report.id,
            outcomes: outcomes(),
            form,
            stands,
            typed,
        }
    }
}

#[derive(Template)]
#[template(path = "concern/settle.html")]
struct SettlePage {
    page: Page,
    local: Local,
    name: String,
    href: String,
    said: &'static str,
    report: ReportId,
    outcomes: Vec<Choice>,
    form: Filled,
    /// Who was first, and what stands; empty where the form is only to be mended.
    stands: String,
    typed: String,
}
