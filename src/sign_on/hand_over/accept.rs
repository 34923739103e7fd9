//! GET, POST /hand-overs/{token}: the colleague accepts or declines. GET shows, POST acts, under the same rules as verification: a reader of mails, a
//! second press and another browser change nothing.

use super::offer::settle;
use crate::account::Visitor;
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Campaign, Status};
use crate::clock::Timestamp;
use crate::db::{Conn, Tx};
use crate::ids::AnyId;
use crate::mail::Outbox;
use crate::secret::{Token, TokenDigest};
use crate::sign_on::colleague::{Ended, HandOver, is_live};
use crate::sign_on::page::{About, bases, done};
use crate::sign_on::receive::{Desk, Failure};
use crate::sign_on::state::SignOn;
use crate::sign_on::store::{self, HandOverPurpose};
use crate::sign_on::submission::{Authority, Basis, Contact, Representative};
use crate::sign_on::verify::{Signer, staff_here, unknown};
use crate::web::form::{Filled, Problems};
use crate::web::link::{Link, Sent};
use crate::web::page::{Page, page_of, see};
use crate::web::show::{Choice, Moment};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

const PURPOSE: &str = "take over";
const ACCEPTED: &str = "/hand-overs/accepted";
const DECLINED: &str = "/hand-overs/declined";

/// What stands behind a link.
struct Behind {
    campaign: Campaign,
    sign_on: SignOn,
    hand_over: HandOver,
    /// Whose place it is.
    old: Option<Representative>,
    stand: Stand,
}

/// Where the hand-over stands.
enum Stand {
    Open(Contact),
    Accepted,
    Declined,
    /// Somebody objects, and a moderator looks into it.
    OnHold,
    Expired,
    /// Nobody can accept it any more, because of this.
    Over(String),
}

fn behind(conn: &mut Conn, app: &App, token: TokenDigest) -> Result<Option<Behind>, Failure> {
    let now = app.clock.now();
    let Some((hand_over, ends_at)) = store::hand_over_behind(conn, token, HandOverPurpose::Accept)? else {
        return Ok(None);
    };
    let Some(sign_on) = store::by_id(conn, hand_over.sign_on)? else { return Ok(None) };
    let Some(campaign) = campaign::store::by_id(conn, sign_on.campaign)? else { return Ok(None) };
    let told = store::as_told(conn, sign_on.clone(), now)?;
    let colleague = store::colleague_of(conn, &app.keys, hand_over.id)?;
    let stand = match (hand_over.settled, colleague) {
        (Some((Ended::Accepted, _)), _) => Stand::Accepted,
        (Some((Ended::Declined, _)), _) => Stand::Declined,
        (Some((Ended::Replaced, _)), _) => Stand::Over("Somebody else was asked after you.".to_owned()),
        (Some((Ended::TakenBack, _)), _) => Stand::Over("Whoever asked you has taken it back.".to_owned()),
        (Some((Ended::Expired, _)), _) | (None, None) => Stand::Expired,
        (None, Some(_)) if campaign.settings.status == Status::Archived => {
            Stand::Over("The letter is archived: nothing about it changes any more.".to_owned())
        }
        (None, Some(_)) if !is_live(told.standing()) && !is_live(sign_on.standing()) => {
            Stand::Over(format!("The sign-on is {}.", told.standing().words()))
        }
        (None, Some(_)) if ends_at <= now => Stand::Expired,
        (None, Some(_)) if hand_over.objected_at.is_some() => Stand::OnHold,
        (None, Some(colleague)) => Stand::Open(colleague),
    };
    let contacts = store::contacts_of(conn, &app.keys, sign_on.id)?;
    let old = contacts.into_iter().find(|contact| Some(contact.id) == hand_over.from);
    Ok(Some(Behind { campaign, sign_on, hand_over, old, stand }))
}

/// The page. It changes nothing, whoever opens it and however often.
pub(in crate::sign_on) async fn show(
    app: Data<App>,
    visitor: Visitor,
    Link { token, .. }: Link<Signer>,
) -> Result<HttpResponse, Fault> {
    again(&app, &visitor, &token, StatusCode::OK, Filled::default()).await
}

async fn again(
    app: &Data<App>,
    visitor: &Visitor,
    token: &Token,
    status: StatusCode,
    form: Filled,
) -> Result<HttpResponse, Fault> {
    let (of_app, digest) = (app.clone(), token.digest());
    let Some(found) = app.db.read(move |conn| behind(conn, &of_app, digest)).await? else { return unknown() };
    if visitor.0.is_some() {
        return staff_here(status);
    }
    let now = app.clock.now();
    let over = |status, heading: &'static str, words: &str| {
        let page = Page::new(format!("{heading} – Undersigned")).not_indexed();
        let letter = About::new(&found.campaign, now);
        Ok(page_of(status, &Over { page, letter, heading, words: words.to_owned() })?)
    };
    match &found.stand {
        Stand::Open(colleague) => {
            Ok(page_of(status, &TakeOver::new(app, token, &found, colleague, form, now))?)
        }
        Stand::Accepted => Ok(see(ACCEPTED)),
        Stand::Declined => Ok(see(DECLINED)),
        Stand::OnHold => over(
            if status == StatusCode::OK { status } else { StatusCode::CONFLICT },
            "This hand-over is on hold",
            "Whoever spoke for the organization before objects. The moderators look into it; open this link again later.",
        ),
        Stand::Expired => over(
            StatusCode::GONE,
            "This link has expired",
            "Ask whoever asked you to mail it again. Nothing was changed.",
        ),
        Stand::Over(words) => over(
            if status == StatusCode::OK { StatusCode::GONE } else { StatusCode::CONFLICT },
            "There is nothing to take over",
            words,
        ),
    }
}

/// One of its two buttons.
pub(in crate::sign_on) async fn answer(
    app: Data<App>,
    outbox: Data<Outbox>,
    visitor: Visitor,
    sent: Sent<Signer>,
) -> Result<HttpResponse, Fault> {
    let (token, fields, is_fresh) = sent.checked(&app, PURPOSE);
    if visitor.0.is_some() {
        return staff_here(StatusCode::FORBIDDEN);
    }
    let mut problems = Problems::default();
    if !is_fresh {
        return again(&app, &visitor, &token, StatusCode::FORBIDDEN, Filled::new(fields, problems)).await;
    }
    let answer = match fields.get("answer") {
        "accept" => {
            let basis = Basis::parse(fields.get("basis"));
            let basis =
                problems.take("basis", basis.ok_or("Choose on what your authority to speak for it rests."));
            if !fields.is_ticked("authority") {
                problems.add(
                    "authority",
                    "Tick the box to confirm that you may speak for the organization. If you may not, decline.",
                );
            }
            basis.map(|basis| Answer::Accept { basis, statement: fields.get("statement").to_owned() })
        }
        "decline" => Some(Answer::Decline),
        _ => return Err(Fault::Unprocessable("The form says neither yes nor no. Nothing was changed.")),
    };
    let Some(answer) = answer.filter(|_| problems.is_empty()) else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return again(&app, &visitor, &token, status, Filled::new(fields, problems)).await;
    };
    let (desk, digest) = (Desk::new(&app, &outbox), token.digest());
    for _ in 0..5 {
        let (desk, answer) = (desk.clone(), answer.clone());
        match app.db.write(move |tx| take(tx, &desk, digest, &answer)).await {
            Err(Failure::Overtaken) => {}
            Err(error) => return Err(error.into()),
            Ok(Taken::Unknown) => return unknown(),
            // It says what stands, which may be what was pressed already.
            Ok(Taken::Stands) => {
                return again(&app, &visitor, &token, StatusCode::CONFLICT, Filled::default()).await;
            }
            Ok(Taken::Reworded) => {
                problems.add(
                    "authority",
                    "The statement has been reworded since. Read it once more, then tick the box.",
                );
                let fields = fields.without("authority");
                let status = StatusCode::CONFLICT;
                return again(&app, &visitor, &token, status, Filled::new(fields, problems)).await;
            }
        }
    }
    Err(Fault::Unavailable("the same sign-on changed too many times at once".to_owned()))
}

#[derive(Clone)]
enum Answer {
    Accept { basis: Basis, statement: String },
    Decline,
}

enum Taken {
    Unknown,
    /// It is done, or something else stands: the page says which.
    Stands,
    /// The statement that was ticked is not the one that the letter has now.
    Reworded,
}

fn take(tx: &mut Tx<'_>, desk: &Desk, token: TokenDigest, answer: &Answer) -> Result<Taken, Failure> {
    let Some(found) = behind(tx, &desk.app, token)? else { return Ok(Taken::Unknown) };
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    campaign::store::hold(tx, found.campaign.id)?;
    let Some(found) = behind(tx, &desk.app, token)? else { return Ok(Taken::Unknown) };
    let Stand::Open(colleague) = &found.stand else { return Ok(Taken::Stands) };
    let Behind { campaign, sign_on, hand_over, old, .. } = &found;
    let act = |act: &str| {
        Act::new(desk.now, Actor::Representative, Subject::SignOn(sign_on.id), act).in_campaign(campaign.id)
    };
    let Answer::Accept { basis, statement } = answer else {
        if !settle(tx, desk, hand_over, Ended::Declined)? {
            return Err(Failure::Overtaken);
        }
        if let Some(old) = old.as_ref().filter(|_| hand_over.asked_by.is_none()) {
            let message = desk.about(campaign, sign_on).declined(&old.email, hand_over.id)?;
            desk.outbox.prepare(&message)?.enqueue(tx)?;
        }
        audit::record(tx, &desk.app.random, act("declined to take over"))?;
        return Ok(Taken::Stands);
    };
    if *statement != campaign.settings.authority {
        return Ok(Taken::Reworded);
    }
    let authority = Authority { basis: *basis, statement: statement.clone(), at: desk.now };
    let Ok(after) = sign_on.clone().hand_over(authority, &colleague.email, desk.now) else {
        return Err(Failure::Overtaken);
    };
    if !store::replace_entry(tx, sign_on, &after)? || !settle(tx, desk, hand_over, Ended::Accepted)? {
        return Err(Failure::Overtaken);
    }
    store::carry_before(tx, sign_on.id, sign_on.version, after.version)?;
    let (keys, random) = (&desk.app.keys, &desk.app.random);
    store::replace_contact(tx, keys, random, hand_over, colleague, desk.now)?;
    audit::record(tx, random, act("took over"))?;
    if let Some(old) = old {
        // News of the sign-on is not theirs any more.
        let (_, stands) = store::chain_of(tx, after.clone())?;
        for about in store::family_of(tx, stands.id)? {
            desk.outbox.take_back_to(tx, AnyId::from_uuid(about.uuid()), &old.email, desk.now)?;
        }
        let whose = store::contact_key(keys, &old.email);
        if !store::speaks_for_somebody(tx, campaign.id, whose)? {
            crate::sign_on::meant::forget(tx, &desk.outbox, campaign.id, (whose, &old.email), desk.now)?;
        }
        let message = desk.about(campaign, &after).handed_over(&old.email, hand_over.id)?;
        desk.outbox.prepare(&message)?.enqueue(tx)?;
    }
    let private = Token::make(random);
    if store::insert_private_link(tx, private.digest(), hand_over.id, desk.now)? {
        let message = desk.about(campaign, &after).taken_over(&colleague.email, &private)?;
        desk.outbox.prepare(&message)?.enqueue(tx)?;
    }
    Ok(Taken::Stands)
}

/// After accepting, without a secret in the address.
pub(in crate::sign_on) async fn accepted() -> Result<HttpResponse, Fault> {
    done(
        "You speak for the organization now",
        "We mailed you the link to your private page. Whoever spoke for the organization before is told.",
    )
}

/// After declining.
pub(in crate::sign_on) async fn declined() -> Result<HttpResponse, Fault> {
    done(
        "You have declined",
        "Nothing changes, and what was written of you is erased. Whoever asked you is told.",
    )
}

impl TakeOver {
    fn new(
        app: &App,
        token: &Token,
        found: &Behind,
        colleague: &Contact,
        form: Filled,
        now: Timestamp,
    ) -> Self {
        Self {
            page: Page::new("Take over a sign-on – Undersigned").not_indexed(),
            letter: About::new(&found.campaign, now),
            line: found.sign_on.entry.line.clone(),
            asked_by: match (&found.old, found.hand_over.asked_by) {
                (Some(old), None) => format!("{}, {}", old.name, old.role),
                _ => String::new(),
            },
            who: format!("{}, {}", colleague.name, colleague.role),
            email: colleague.email.shown(),
            until: Moment::new(found.hand_over.ends_at, now),
            bases: bases(),
            statement: found.campaign.settings.authority.clone(),
            form,
            token: app.form_token(PURPOSE, token.digest().as_bytes()),
            action: format!("/hand-overs/{}", token.reveal()),
        }
    }
}

#[derive(Template)]
#[template(path = "sign_on/take_over.html")]
struct TakeOver {
    page: Page,
    letter: About,
    line: String,
    /// Who asks, where it is no moderator.
    asked_by: String,
    who: String,
    email: String,
    until: Moment,
    bases: Vec<Choice>,
    statement: String,
    form: Filled,
    token: String,
    action: String,
}

#[derive(Template)]
#[template(path = "sign_on/take_over_over.html")]
struct Over {
    page: Page,
    letter: About,
    heading: &'static str,
    words: String,
}
