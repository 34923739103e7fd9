//! GET, POST /consents/{token}: what an organization says to another text. GET shows what changes and the line, POST acts, under the same rules as
//! verification: a reader of mails, a second press and another browser change nothing.

mod view;

use super::ask::Tools;
use super::mails::{About, QUESTION};
use super::store::{self, Answer, Asked, ConsentLink, Telling};
use crate::account::{self, Visitor};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{Campaign, LetterVersion, Round, Status, store as campaigns};
use crate::clock::{Timestamp, hours};
use crate::db::{Conn, Error, Tx};
use crate::ids::AnyId;
use crate::mail::{self, Outbox};
use crate::secret::{Token, TokenDigest};
use crate::sign_on::store::{self as sign_ons, Answer as Said};
use crate::sign_on::{Desk, Failure, Remark, SignOn, WithdrawnOr, is_live, take_back};
use crate::web::form::{Fields, Filled, Problems};
use crate::web::link::{Door, Link, Sent};
use crate::web::page::{Page, page_of, see};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use view::{Consent, StaffHere, Unknown};

/// What the form's token is for.
const PURPOSE: &str = "consent";

/// The question that a question back answers, in the records of the entry.
const ASKED: &str =
    "Does your organization agree to the text? Keep the name, withdraw it, or ask the organizers.";

/// What stands behind a link.
struct Behind {
    link: ConsentLink,
    campaign: Campaign,
    sign_on: SignOn,
    /// The round that runs and asks this entry.
    asks: Option<(Round, Asked)>,
    /// What it agrees to, and the text that it is asked about or would come back to.
    before: LetterVersion,
    after: LetterVersion,
    /// The latter as whoever holds the link reads it.
    told: Telling,
    /// Whether it agrees to the text that stands.
    agrees: bool,
}

impl Behind {
    fn is_live(&self) -> bool {
        is_live(self.sign_on.standing())
    }

    /// Whether one press brings it back.
    fn may_come_back(&self, now: Timestamp) -> bool {
        self.is_live() && self.asks.is_none() && !self.agrees && self.campaign.takes_sign_ons(now)
    }
}

/// What is done by the form.
#[derive(Clone, PartialEq, Debug)]
enum Order {
    Keep,
    Withdraw,
    Ask(Remark),
}

/// What became of it.
enum Done {
    /// The page says what stands.
    Yes,
    /// What the page said is no longer so: it is shown again.
    No,
    /// The sign-on ended otherwise before.
    Ended,
}

/// The page.
pub(super) async fn show(
    app: Data<App>,
    visitor: Visitor,
    Link { token, .. }: Link<Signer>,
) -> Result<HttpResponse, Fault> {
    page_behind(&app, &visitor, &token, Filled::default(), StatusCode::OK).await
}

/// One of its buttons.
pub(super) async fn answer(
    app: Data<App>,
    outbox: Data<Outbox>,
    visitor: Visitor,
    sent: Sent<Signer>,
) -> Result<HttpResponse, Fault> {
    if visitor.0.is_some() {
        return staff_here(StatusCode::FORBIDDEN);
    }
    let (token, fields, is_fresh) = sent.checked(&app, PURPOSE);
    if !is_fresh {
        // The page lay open for longer than its token lives: the same page again, and the button once more.
        let form = Filled::new(fields, Problems::default());
        return page_behind(&app, &visitor, &token, form, StatusCode::FORBIDDEN).await;
    }
    let order = match read_order(&fields) {
        Ok(order) => order,
        Err(problems) => {
            let form = Filled::new(fields, problems);
            return page_behind(&app, &visitor, &token, form, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    let (digest, number) = (token.digest(), fields.get("number").to_owned());
    let tools = Tools::new(&app, &outbox);
    for _ in 0..5 {
        let (tools, order, number) = (tools.clone(), order.clone(), number.clone());
        match app.db.write(move |tx| carry_out(tx, &tools, digest, &order, &number)).await {
            Err(Failure::Overtaken) => {}
            Ok(None) => return Signer::unknown(),
            Ok(Some(Done::Yes)) => return Ok(see(&format!("/consents/{}", token.reveal()))),
            Ok(Some(Done::No | Done::Ended)) => {
                let form = Filled::new(fields, Problems::default());
                return page_behind(&app, &visitor, &token, form, StatusCode::CONFLICT).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(Fault::Unavailable("the same sign-on changed too many times at once".to_owned()))
}

fn read_order(fields: &Fields) -> Result<Order, Problems> {
    let mut problems = Problems::default();
    match fields.get("answer") {
        "keep" => return Ok(Order::Keep),
        "withdraw" => return Ok(Order::Withdraw),
        "ask" => {
            if let Some(text) = problems.take("text", Remark::parse(fields.get("text"))) {
                return Ok(Order::Ask(text));
            }
        }
        _ => problems.add("text", "Choose one of the buttons."),
    }
    Err(problems)
}

fn behind(conn: &mut Conn, token: TokenDigest, now: Timestamp) -> Result<Option<Behind>, Error> {
    let Some(link) = store::link(conn, token)? else { return Ok(None) };
    let Some(sign_on) = sign_ons::by_id(conn, link.sign_on_id)? else { return Ok(None) };
    let sign_on = sign_ons::standing_for(conn, sign_on, now)?;
    let Some(campaign) = campaigns::by_id(conn, sign_on.campaign)? else { return Ok(None) };
    let asks = match campaigns::open_round(conn, campaign.id)? {
        Some(round) => store::asked(conn, round.id, sign_on.id)?.map(|asked| (round, asked)),
        None => None,
    };
    let to = asks.as_ref().map_or(campaign.text_number, |(round, _)| round.to_number);
    let before = campaigns::letter_version(conn, campaign.id, sign_on.letter_version)?;
    let after = campaigns::letter_version(conn, campaign.id, to)?;
    let agrees = sign_ons::agrees(conn, &campaign, &sign_on)?;
    let told = Telling::to(conn, &campaign, link.sign_on_id, (&before, &after))?;
    Ok(Some(Behind { link, campaign, sign_on, asks, before, after, told, agrees }))
}

fn carry_out(
    tx: &mut Tx<'_>,
    tools: &Tools,
    token: TokenDigest,
    order: &Order,
    number: &str,
) -> Result<Option<Done>, Failure> {
    let Some(found) = behind(tx, token, tools.now)? else { return Ok(None) };
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    campaigns::hold(tx, found.campaign.id)?;
    let Some(found) = behind(tx, token, tools.now)? else { return Ok(None) };
    let done = match order {
        Order::Withdraw => withdraw(tx, tools, &found)?,
        // What is archived stands as it is, except that a name can always be taken back.
        _ if found.campaign.settings.status == Status::Archived => Done::No,
        // Consent is to the text that was on the page, in the language in which it was read.
        _ if found.told.reading.wording() != number => Done::No,
        Order::Keep => keep(tx, tools, &found)?,
        Order::Ask(text) => ask(tx, tools, &found, text)?,
    };
    Ok(Some(done))
}

fn act(found: &Behind, tools: &Tools, words: &'static str) -> Act {
    Act::new(tools.now, Actor::Representative, Subject::SignOn(found.sign_on.id), words)
        .in_campaign(found.campaign.id)
}

fn keep(tx: &mut Tx<'_>, tools: &Tools, found: &Behind) -> Result<Done, Failure> {
    let (id, now) = (found.sign_on.id, tools.now);
    let Some((round, asked)) = &found.asks else {
        if found.is_live() && found.agrees {
            return Ok(Done::Yes);
        }
        if !found.may_come_back(now) {
            return Ok(Done::No);
        }
        sign_ons::agree(tx, id, found.after.number, now)?;
        note(tx, tools, found, "came back")?;
        campaigns::raise_list_revision(tx, found.campaign.id)?;
        return Ok(Done::Yes);
    };
    if !found.is_live() {
        return Ok(Done::Ended);
    }
    // The first answer counts for the organization: a colleague's is as good.
    if asked.answer.is_some() {
        return Ok(if asked.answer == Some(Answer::Kept) { Done::Yes } else { Done::No });
    }
    store::answer(tx, round.id, id, Answer::Kept, now)?;
    if !round.changes_text() {
        // Consent to the text that stands is given at this moment. To another text it counts once that stands.
        sign_ons::agree(tx, id, round.to_number, now)?;
        if !found.agrees {
            campaigns::raise_list_revision(tx, found.campaign.id)?;
        }
    }
    note(tx, tools, found, "agreed to the text anew")?;
    Ok(Done::Yes)
}

/// Writes down that they agreed, and which text they were shown.
fn note(tx: &mut Tx<'_>, tools: &Tools, found: &Behind, words: &'static str) -> Result<(), Failure> {
    let (id, random) = (found.sign_on.id, &tools.app.random);
    sign_ons::note_shown(tx, random, id, &found.told.reading, tools.now)?;
    let said = sign_ons::shown(tx, id)?.pop().filter(|shown| shown.translation.is_some());
    let act = Act { new: said.map(|shown| shown.said()), ..act(found, tools, words) };
    Ok(audit::record(tx, random, act)?)
}

fn withdraw(tx: &mut Tx<'_>, tools: &Tools, found: &Behind) -> Result<Done, Failure> {
    let desk = Desk::new(&tools.app, &tools.outbox);
    match take_back(tx, &desk, &found.campaign, found.sign_on.clone())? {
        WithdrawnOr::Withdrawn => {
            if let Some((round, _)) = &found.asks {
                store::answer(tx, round.id, found.sign_on.id, Answer::Withdrawn, tools.now)?;
            }
            Ok(Done::Yes)
        }
        WithdrawnOr::Otherwise(_) => Ok(Done::Ended),
    }
}

fn ask(tx: &mut Tx<'_>, tools: &Tools, found: &Behind, text: &Remark) -> Result<Done, Failure> {
    let (Some((round, _)), true) = (&found.asks, found.is_live()) else { return Ok(Done::No) };
    let (keys, random) = (&tools.app.keys, &tools.app.random);
    // What somebody writes stays with what they sent. Pressed twice: once.
    let through = found.link.sign_on_id;
    if sign_ons::answers_of(tx, keys, through)?.last().is_some_and(|last| last.answer == *text) {
        return Ok(Done::Yes);
    }
    let Ok(question) = Remark::parse(ASKED) else { return Ok(Done::No) };
    let said = Said { question, asked_at: tools.now, answer: text.clone(), answered_at: tools.now };
    sign_ons::insert_answer(tx, keys, random, through, &said)?;
    store::note_question(tx, round.id, found.sign_on.id, tools.now)?;
    audit::record(tx, random, act(found, tools, "asked the organizers"))?;
    let of_letter = AnyId::from_uuid(found.campaign.id.uuid());
    if !mail::was_written_since(tx, of_letter, QUESTION, tools.now.plus(hours(-1)))? {
        let (base, campaign) = (&tools.app.base_url, &found.campaign);
        let (told, texts) = (Telling::binding(campaign, &found.after), (&found.before, &found.after));
        let about = About::new(base, &told, texts, &tools.compared);
        for member in account::store::team(tx, keys, found.campaign.id)? {
            let message = about.question(&found.sign_on, &member.person.email)?;
            tools.outbox.prepare(&message)?.enqueue(tx)?;
        }
    }
    Ok(Done::Yes)
}

async fn page_behind(
    app: &Data<App>,
    visitor: &Visitor,
    token: &Token,
    form: Filled,
    status: StatusCode,
) -> Result<HttpResponse, Fault> {
    let (digest, now) = (token.digest(), app.clock.now());
    let Some(found) = app.db.read(move |conn| behind(conn, digest, now)).await? else {
        return Signer::unknown();
    };
    if visitor.0.is_some() {
        return staff_here(status);
    }
    Ok(page_of(status, &Consent::new(app, token, &found, form, status == StatusCode::CONFLICT))?)
}

/// The links of a round.
pub(super) struct Signer;

impl Door for Signer {
    fn unknown() -> Result<HttpResponse, Fault> {
        let page_of_it = Page::new("We do not know this link – Undersigned").not_indexed();
        Ok(page_of(StatusCode::NOT_FOUND, &Unknown { page: page_of_it })?)
    }
}

fn staff_here(status: StatusCode) -> Result<HttpResponse, Fault> {
    let page_of_it = Page::new("This link is the organization’s – Undersigned").not_indexed();
    Ok(page_of(status, &StaffHere { page: page_of_it })?)
}
