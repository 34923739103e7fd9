//! What is printed: a correction that a representative asks for is accepted or declined, and staff correct a name themselves. The
//! representative is told after the delay, and can object to what staff made. `order` is what a form asks for, `carry_out` does it.

mod carry_out;
mod eyes;
mod mails;
mod order;
mod shown;

use super::bench::Bench;
use crate::account::{Acting, Moderator};
use crate::campaign::Ages;
use crate::clock::Timestamp;
use crate::db;
use crate::ids::{CorrectionId, SignOnId};
use crate::mail::Outbox;
use crate::sign_on::{Asked, Correction, Remark};
use crate::text::OrganizationName;
use crate::web::form::{Fields, Problems};
use crate::web::page::see;
use crate::web::show::Moment;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use carry_out::carry_out;
use order::{Order, Stop, prepare};
use shown::{Returned, render};

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
    render(&Bench::new(&app, who), id, None).await
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
    let why = why(&fields, &mut problems);
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
        "decline" => why(&fields, &mut problems).map(|why| Order::Decline(correction, why)),
        _ => return Err(unclear),
    };
    act(&bench, &outbox, id, order, fields, problems).await
}

fn why(fields: &Fields, problems: &mut Problems) -> Option<Remark> {
    let asks = match fields.is_ticked("notify") {
        true => "Say why: the representative reads it.",
        false => "Write why: the note stays among staff.",
    };
    problems.take("text", Remark::parse(fields.get("text")).map_err(|_| asks))
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
        Some(order) => prepare(bench, outbox, (&seen, version), order, &fields, &mut problems).await?,
        None => None,
    };
    let returned = |status: StatusCode, notice: &'static str, is_overtaken: bool| Returned {
        status,
        notice,
        is_overtaken,
        fields: fields.clone(),
        problems: problems.clone(),
    };
    let Some(task) = task else {
        let returned = match seen.sign_on.version == version {
            true => returned(StatusCode::UNPROCESSABLE_ENTITY, "", false),
            false => returned(StatusCode::CONFLICT, "", true),
        };
        return render(bench, id, Some(returned)).await;
    };
    let of_bench = bench.clone();
    match bench.app.db.write(move |tx| carry_out(tx, &of_bench, id, version, task)).await {
        Ok(()) => Ok(see(&format!("/staff/letters/{}/queue", seen.campaign.settings.slug))),
        Err(Stop::Overtaken) => render(bench, id, Some(returned(StatusCode::CONFLICT, "", true))).await,
        Err(Stop::Database(db::Error::Unique(_))) => {
            let same = "An organization of this name is on the list already. Nothing was changed. If that is another organization, say \
                        so on the page of this entry, under “Likely duplicates”.";
            render(bench, id, Some(returned(StatusCode::CONFLICT, same, false))).await
        }
        Err(Stop::Archived) => {
            Err(Fault::Overtaken("The letter is archived: nothing about it changes any more.".to_owned()))
        }
        Err(Stop::Database(error)) => Err(error.into()),
    }
}
