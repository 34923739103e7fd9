//! GET, POST /staff/sign-ons/{id}/notice: a moderator asks the organization itself, at an address that it published.

use super::mails;
use crate::account::{Acting, Moderator, Role};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Campaign, Here, Local, Status};
use crate::clock::{Timestamp, days, minutes};
use crate::db::{self, Tx};
use crate::ids::{AnyId, SignOnId};
use crate::mail::{self, Outbox};
use crate::secret::Token;
use crate::sign_on::store::notices::{self as store, New, Notice, Sent};
use crate::sign_on::{self, SignOn, Standing};
use crate::text::{EmailAddress, Prose, optional};
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{Page, page_of, see};
use crate::web::show::{Moment, in_utc};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;

/// How long the link works.
const TERM: jiff::SignedDuration = days(14);

/// Where an address was published.
type Source = Prose<500>;

/// What the form says.
#[derive(Clone)]
struct Order {
    to: EmailAddress,
    /// Empty where the address is at the website's domain.
    source: String,
}

/// The page.
pub(super) async fn ask(who: Moderator, app: Data<App>, id: Path<String>) -> Result<HttpResponse, Fault> {
    let id = SignOnId::parse(&id).ok_or(Fault::NotFound)?;
    show(&app, &who, id, Filled::default(), StatusCode::OK).await
}

/// Sends.
pub(super) async fn send(
    app: Data<App>,
    outbox: Data<Outbox>,
    id: Path<String>,
    acting: Acting<Moderator>,
) -> Result<HttpResponse, Fault> {
    let id = SignOnId::parse(&id).ok_or(Fault::NotFound)?;
    let (who, fields) = (acting.who, acting.fields);
    let campaign = who.campaign;
    let sign_on = app.db.read(move |conn| sign_on::store::by_id(conn, id)).await?;
    let sign_on = sign_on.filter(|found| found.campaign == campaign).ok_or(Fault::NotFound)?;
    let order = match read_order(&fields, &sign_on) {
        Ok(order) => order,
        Err(problems) => {
            let form = Filled::new(fields, problems);
            return show(&app, &who, id, form, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    let task = Task { app: app.clone(), outbox, by: who.clone(), id, order };
    match app.db.write(move |tx| write(tx, &task)).await? {
        Outcome::Sent => Ok(see(&format!("/staff/sign-ons/{id}/notice"))),
        Outcome::Enough => {
            let mut problems = Problems::default();
            problems.add(
                "email",
                "This address has had as many mails about this letter as it may get for now. Use another one, or call.",
            );
            show(&app, &who, id, Filled::new(fields, problems), StatusCode::CONFLICT).await
        }
        Outcome::Ended(words) => Err(Fault::Overtaken(format!(
            "{words} So there is nothing to ask the organization. Nothing was sent."
        ))),
    }
}

/// The address, which must be the organization's own by its domain, or by what a moderator wrote down.
fn read_order(fields: &Fields, sign_on: &SignOn) -> Result<Order, Problems> {
    let mut problems = Problems::default();
    let to = problems.take("email", EmailAddress::parse(fields.get("email")));
    let source = problems.take("source", optional(fields.get("source"), Source::parse)).flatten();
    let source = source.map(|source| source.as_str().to_owned()).unwrap_or_default();
    if let Some(to) = &to {
        let is_theirs = sign_on.entry.is_at_own_domain(to);
        if !is_theirs && !fields.is_ticked("published") {
            problems.add(
                "published",
                "The address is not at the website’s domain. Tick this if you have seen that the organization published it.",
            );
        }
        if !is_theirs && source.is_empty() {
            problems.add("source", "Write where the organization published the address.");
        }
    }
    match to {
        Some(to) if problems.is_empty() => Ok(Order { to, source }),
        _ => Err(problems),
    }
}

struct Task {
    app: Data<App>,
    outbox: Data<Outbox>,
    by: Moderator,
    id: SignOnId,
    order: Order,
}

enum Outcome {
    Sent,
    /// The address has had its mails.
    Enough,
    /// There is nothing to ask any more.
    Ended(String),
}

fn write(tx: &mut Tx<'_>, task: &Task) -> Result<Outcome, Failure> {
    let Task { app, outbox, by, id, order } = task;
    let now = app.clock.now();
    outbox.take_turn(tx, &order.to)?;
    let Some(campaign) = campaign::store::hold(tx, by.campaign)? else {
        return Ok(Outcome::Ended(String::new()));
    };
    let Some(sign_on) = sign_on::store::by_id(tx, *id)? else { return Ok(Outcome::Ended(String::new())) };
    if campaign.settings.status == Status::Archived {
        return Ok(Outcome::Ended("The letter is archived.".to_owned()));
    }
    if !may_be_asked(sign_on.standing()) {
        return Ok(Outcome::Ended(format!("The sign-on is {}.", sign_on.standing().words())));
    }
    // Pressed twice: one mail.
    for notice in store::about(tx, *id)? {
        let is_same = notice.sent(&app.keys)?.is_some_and(|sent| sent.address == order.to.as_str());
        if is_same && notice.made_at > now.plus(minutes(-2)) {
            return Ok(Outcome::Sent);
        }
    }
    if outbox.has_had_enough(tx, &order.to, campaign.id, now)? {
        return Ok(Outcome::Enough);
    }
    let token = Token::make(&app.random);
    let notice = New {
        id: AnyId::from_uuid(SignOnId::new(now.millis(), app.random.bytes()).uuid()),
        sign_on: *id,
        token: token.digest(),
        line: &sign_on.entry.line,
        sent: &Sent { address: order.to.as_str().to_owned(), source: order.source.clone() },
        by: by.staff.id,
        at: now,
        ends_at: now.plus(TERM),
    };
    store::insert(tx, &app.keys, &app.random, &notice)?;
    let about = (notice.id, notice.line);
    let message = mails::notice(&app.base_url, &campaign, about, &order.to, &token, notice.ends_at)?;
    outbox.prepare(&message)?.enqueue(tx)?;
    let source = Some(order.source.as_str()).filter(|source| !source.is_empty());
    let act = Act::new(now, Actor::Staff(by.staff.id), Subject::SignOn(*id), "asked the organization itself");
    audit::record(tx, &app.random, act.in_campaign(campaign.id).because(source))?;
    Ok(Outcome::Sent)
}

/// Whether an answer would change anything.
const fn may_be_asked(standing: Standing) -> bool {
    matches!(standing, Standing::AwaitingModeration | Standing::OnHold | Standing::Approved)
}

async fn show(
    app: &Data<App>,
    who: &Moderator,
    id: SignOnId,
    form: Filled,
    status: StatusCode,
) -> Result<HttpResponse, Fault> {
    let of_letter = who.campaign;
    let found = app.db.read(move |conn| -> Result<_, db::Error> {
        let sign_on = sign_on::store::by_id(conn, id)?.filter(|found| found.campaign == of_letter);
        let campaign = campaign::store::by_id(conn, of_letter)?;
        sign_on.zip(campaign).map(|both| store::about(conn, id).map(|notices| (both, notices))).transpose()
    });
    let ((sign_on, campaign), notices) = found.await?.ok_or(Fault::NotFound)?;
    let now = app.clock.now();
    let mut rows = Vec::new();
    for notice in &notices {
        rows.push(Row::new(notice, notice.sent(&app.keys)?, now));
    }
    Ok(page_of(status, &ask_page(app, who, &campaign, &sign_on, form, rows, now))?)
}

fn ask_page(
    app: &App,
    who: &Moderator,
    campaign: &Campaign,
    sign_on: &SignOn,
    form: Filled,
    rows: Vec<Row>,
    now: Timestamp,
) -> AskPage {
    let archived = campaign.settings.status == Status::Archived;
    AskPage {
        page: who
            .staff
            .page(app, format!("Ask the organization: {} – Undersigned", sign_on.entry.organization)),
        local: Local::new(campaign, who.role.includes(Role::Organizer), Here::Elsewhere, now),
        name: sign_on.entry.organization.to_string(),
        href: format!("/staff/sign-ons/{}", sign_on.id),
        domain: sign_on
            .entry
            .website
            .as_ref()
            .map(|url| url.registrable_domain().to_owned())
            .unwrap_or_default(),
        may_ask: !archived && may_be_asked(sign_on.standing()),
        form,
        rows,
    }
}

struct Row {
    at: Moment,
    to: String,
    source: String,
    answer: String,
}

impl Row {
    fn new(notice: &Notice, sent: Option<Sent>, now: Timestamp) -> Self {
        let answer = match (notice.answer, notice.answered_at) {
            (Some(store::Answer::Confirmed), Some(at)) => format!("Confirmed on {}", in_utc(at)),
            (Some(store::Answer::Objected), Some(at)) => format!("Objected on {}", in_utc(at)),
            _ if notice.ends_at <= now => "No answer; the link has expired".to_owned(),
            _ => format!("No answer yet; the link works until {}", in_utc(notice.ends_at)),
        };
        let (to, source) = sent.map_or_else(
            || ("an address that was erased".to_owned(), String::new()),
            |sent| (sent.address, sent.source),
        );
        Self { at: Moment::new(notice.made_at, now), to, source, answer }
    }
}

#[derive(Template)]
#[template(path = "concern/notice.html")]
struct AskPage {
    page: Page,
    local: Local,
    name: String,
    href: String,
    domain: String,
    may_ask: bool,
    form: Filled,
    rows: Vec<Row>,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Sealed(#[from] crate::secret::Unsealable),
    #[error("a mail could not be written: {0}")]
    Template(#[from] askama::Error),
    #[error("a mail could not be made: {0}")]
    Message(#[from] mail::NotAMessage),
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Database(error) => error.into(),
            defect => Self::unexpected(defect),
        }
    }
}
