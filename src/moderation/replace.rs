//! GET, POST /staff/sign-ons/{id}/contact: who speaks for the organization. Where the representative has left, a moderator asks somebody else; that
//! mailbox is proved by the same link as a colleague's, and whoever spoke before is told and can object.

use super::bench::{Bench, Seen};
use crate::account::{Acting, Moderator};
use crate::campaign::{Here, Local, Status};
use crate::db::Tx;
use crate::ids::{AccountId, ContactId, SignOnId};
use crate::mail::Outbox;
use crate::sign_on::hand_over::{Asked, Asking, ask, go_on, renew, take_back};
use crate::sign_on::{self, Contact, Desk, Remark, Representative, colleague, is_live};
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{Page, page_of, see};
use crate::web::show::Moment;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;

/// What the form says where nobody's place is taken.
const NOBODYS: &str = "new";
const WHY: &str = "Say why: the history keeps it.";

/// The page.
pub(super) async fn show(who: Moderator, app: Data<App>, id: Path<String>) -> Result<HttpResponse, Fault> {
    let id = SignOnId::parse(&id).ok_or(Fault::NotFound)?;
    render(&Bench::new(&app, who), id, StatusCode::OK, Forms::default()).await
}

/// The two forms of the page that can be filled in, each by itself.
#[derive(Default)]
struct Forms {
    ask: Filled,
    go_on: Filled,
}

impl Forms {
    /// The one that was sent, as it was typed; the other one blank.
    fn returned(fields: Fields, problems: Problems) -> Self {
        let is_go_on = fields.get("do") == "go-on";
        let (sent, blank) = (Filled::new(fields, problems), Filled::default());
        if is_go_on { Self { ask: blank, go_on: sent } } else { Self { ask: sent, go_on: blank } }
    }
}

/// What was ordered.
enum Order {
    Ask(Asking),
    Renew,
    TakeBack,
    GoOn(Remark),
}

/// Asks somebody, or decides about what was asked.
pub(super) async fn act(
    app: Data<App>,
    outbox: Data<Outbox>,
    id: Path<String>,
    Acting { who, fields }: Acting<Moderator>,
) -> Result<HttpResponse, Fault> {
    let id = SignOnId::parse(&id).ok_or(Fault::NotFound)?;
    let by = who.staff.id;
    let bench = Bench::new(&app, who);
    let seen = bench.see(id).await?;
    let mut problems = Problems::default();
    let why =
        |problems: &mut Problems| problems.take("text", Remark::parse(fields.get("text")).map_err(|_| WHY));
    let order = match fields.get("do") {
        "ask" => asking(&fields, &seen, by, &mut problems).map(Order::Ask),
        "renew" => Some(Order::Renew),
        "take-back" => Some(Order::TakeBack),
        "go-on" => why(&mut problems).map(Order::GoOn),
        _ => {
            return Err(Fault::Unprocessable("The form does not say what to do. Nothing was changed."));
        }
    };
    let Some(order) = order.filter(|_| problems.is_empty()) else {
        let forms = Forms::returned(fields, problems);
        return render(&bench, id, StatusCode::UNPROCESSABLE_ENTITY, forms).await;
    };
    let desk = Desk::new(&app, &outbox);
    match app.db.write(move |tx| carry_out(tx, &desk, id, by, &order)).await? {
        Asked::Yes => Ok(see(&format!("/staff/sign-ons/{id}/contact"))),
        Asked::Known => {
            problems.add("email", "This is a contact already, or the contacts have changed. Look at them again.");
            render(&bench, id, StatusCode::CONFLICT, Forms::returned(fields, problems)).await
        }
        Asked::Often => {
            problems.add(
                "email",
                "Five links were mailed about this sign-on today, and that is the most. Try again tomorrow.",
            );
            render(&bench, id, StatusCode::CONFLICT, Forms::returned(fields, problems)).await
        }
        Asked::Nothing | Asked::ByStaff => Err(Fault::Overtaken(
            "Nothing waits for an answer any more: it was accepted, declined or taken back. Nothing was changed.".to_owned(),
        )),
        Asked::Archived => {
            Err(Fault::Overtaken("The letter is archived: nothing about it changes any more.".to_owned()))
        }
        Asked::Otherwise(sign_on) => Err(Fault::Overtaken(format!(
            "The sign-on is {}. So there is nothing to take over, and nothing was changed.",
            sign_on.standing().words()
        ))),
    }
}

/// The contacts whose place somebody can take here: those who sent this sign-on. Whoever came with one that was merged into it speaks by
/// that; beside them somebody new can be asked.
fn replaceable(seen: &Seen) -> Vec<&Representative> {
    seen.contacts.iter().filter(|held| held.through == seen.sign_on.id).collect()
}

fn asking(fields: &Fields, seen: &Seen, by: AccountId, problems: &mut Problems) -> Option<Asking> {
    let own = replaceable(seen);
    let from = match own.as_slice() {
        [] => Some(None),
        [only] if own.len() == seen.contacts.len() => Some(Some(only.id)),
        _ if fields.get("contact") == NOBODYS && own.len() < seen.contacts.len() => Some(None),
        all => {
            let chosen = ContactId::parse(fields.get("contact"))
                .filter(|chosen| all.iter().any(|contact| contact.id == *chosen));
            problems.take("contact", chosen.ok_or("Choose whose place it is.")).map(Some)
        }
    };
    let known: Vec<_> = seen.contacts.iter().map(|contact| contact.email.clone()).collect();
    let colleague: Option<Contact> = colleague(fields, &known, problems);
    let why = problems.take("text", Remark::parse(fields.get("text")).map_err(|_| WHY));
    Some(Asking { from: from?, by: Some((by, why?)), colleague: colleague? })
}

fn carry_out(
    tx: &mut Tx<'_>,
    desk: &Desk,
    id: SignOnId,
    by: AccountId,
    order: &Order,
) -> Result<Asked, sign_on::Failure> {
    match order {
        Order::Ask(asking) => ask(tx, desk, id, asking),
        Order::Renew => renew(tx, desk, id, Some(by)),
        Order::TakeBack => take_back(tx, desk, id, Some(by)),
        Order::GoOn(why) => go_on(tx, desk, id, (by, why)),
    }
}

async fn render(
    bench: &Bench,
    id: SignOnId,
    status: StatusCode,
    forms: Forms,
) -> Result<HttpResponse, Fault> {
    let seen = bench.see(id).await?;
    // The page names them.
    bench.note_reading(&seen).await?;
    let entry = &seen.sign_on.entry;
    let waiting = seen.hand_over.as_ref().filter(|last| last.settled.is_none());
    let named =
        |contact: &Representative| format!("{}, {}, {}", contact.name, contact.role, contact.email.shown());
    let template = Replace {
        page: bench
            .who
            .staff
            .page(&bench.app, format!("Replace the contact: {} – Undersigned", entry.organization)),
        local: bench.local(&seen.campaign, Here::Elsewhere),
        name: entry.organization.to_string(),
        href: format!("/staff/sign-ons/{id}"),
        contacts: seen.contacts.iter().map(named).collect(),
        choices: match replaceable(&seen).as_slice() {
            [] => Vec::new(),
            [_] if seen.contacts.len() == 1 => Vec::new(),
            own => {
                let has_merged = own.len() < seen.contacts.len();
                let nobodys = (NOBODYS.to_owned(), "Nobody’s: somebody new beside them".to_owned());
                let own = own.iter().map(|contact| (contact.id.to_string(), named(contact)));
                own.chain(has_merged.then_some(nobodys)).collect()
            }
        },
        replaces: !replaceable(&seen).is_empty(),
        waiting: waiting.map(|waiting| WaitingShown {
            is_by_staff: waiting.asked_by.is_some(),
            since: Moment::new(waiting.made_at, bench.now),
            until: Moment::new(waiting.ends_at, bench.now),
            objected: waiting.objected_at.map(|at| Moment::new(at, bench.now)),
        }),
        may_ask: seen.campaign.settings.status != Status::Archived && is_live(seen.sign_on.standing()),
        ask: forms.ask,
        go_on: forms.go_on,
    };
    Ok(page_of(status, &template)?)
}

struct WaitingShown {
    is_by_staff: bool,
    since: Moment,
    until: Moment,
    objected: Option<Moment>,
}

#[derive(Template)]
#[template(path = "moderation/replace.html")]
struct Replace {
    page: Page,
    local: Local,
    name: String,
    href: String,
    contacts: Vec<String>,
    choices: Vec<(String, String)>,
    /// Whether there is a contact whose place somebody can take.
    replaces: bool,
    waiting: Option<WaitingShown>,
    may_ask: bool,
    ask: Filled,
    go_on: Filled,
}
