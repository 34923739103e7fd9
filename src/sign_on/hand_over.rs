//! The representative hands the sign-on to a colleague: GET asks and says what was asked, POST acts. `offer` is what becomes of it, `accept` the
//! colleague's page, `object` the one of whoever was passed over.

pub(super) mod accept;
pub(super) mod object;
mod offer;

pub(crate) use offer::{Asked, Asking, ask, go_on, renew, take_back};

use super::colleague::{HandOver, colleague, is_live};
use super::page::About;
use super::private_page::{behind, own, theirs};
use super::receive::{Desk, Failure};
use super::state::SignOn;
use super::store;
use super::submission::{Contact, Representative};
use super::verify::{Signer, unknown};
use super::withdraw::stands;
use crate::campaign::{Campaign, Status};
use crate::db::{Conn, Tx};
use crate::ids::SignOnId;
use crate::mail::Outbox;
use crate::secret::{Keys, Token, TokenDigest};
use crate::text::EmailAddress;
use crate::web::form::{Fields, Filled, Problems};
use crate::web::link::{Link, Sent};
use crate::web::page::{Page, page_of, see};
use crate::web::show::Moment;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

const PURPOSE: &str = "hand over";

/// What the link opens.
struct Opened {
    campaign: Campaign,
    sign_on: SignOn,
    /// The sign-on that they sent: it is what they hand over, and what was asked is about it.
    sent: SignOnId,
    /// Whether they represent it through an entry that was merged into it.
    is_merged: bool,
    own: Representative,
    known: Vec<EmailAddress>,
    waiting: Option<(HandOver, Contact)>,
}

impl Opened {
    /// Whether there is something to hand over.
    fn is_open(&self) -> bool {
        self.campaign.settings.status != Status::Archived
            && !self.is_merged
            && is_live(self.sign_on.standing())
    }
}

fn opened(conn: &mut Conn, app: &App, token: TokenDigest) -> Result<Option<Opened>, store::ContactError> {
    let keys: &Keys = &app.keys;
    let Some((campaign, sign_on)) = behind(conn, token, app.clock.now())? else { return Ok(None) };
    let Some(sent) = own(conn, token)? else { return Ok(None) };
    let contacts = store::contacts_of(conn, keys, sent.id)?;
    let known = contacts.iter().map(|contact| contact.email.clone()).collect();
    let Some(own) = theirs(conn, token, contacts)?.pop() else { return Ok(None) };
    let waiting = match store::waiting_hand_over(conn, sent.id)? {
        Some(waiting) => store::colleague_of(conn, keys, waiting.id)?.map(|colleague| (waiting, colleague)),
        None => None,
    };
    let sign_on = store::as_told(conn, sign_on, app.clock.now())?;
    let is_merged = sent.id != sign_on.id;
    Ok(Some(Opened { campaign, sign_on, sent: sent.id, is_merged, own, known, waiting }))
}

async fn open(app: &Data<App>, token: TokenDigest) -> Result<Option<Opened>, Fault> {
    let of_app = app.clone();
    Ok(app.db.read(move |conn| opened(conn, &of_app, token)).await?)
}

/// Asks who is to take over; or says who is asked.
pub(super) async fn form(app: Data<App>, Link { token, .. }: Link<Signer>) -> Result<HttpResponse, Fault> {
    let Some(opened) = open(&app, token.digest()).await? else { return unknown() };
    show(&app, &token, &opened, StatusCode::OK, Filled::default())
}

/// Asks a colleague, mails the link again, or takes it back.
pub(super) async fn send(
    app: Data<App>,
    outbox: Data<Outbox>,
    sent: Sent<Signer>,
) -> Result<HttpResponse, Fault> {
    let (token, fields, is_fresh) = sent.checked(&app, PURPOSE);
    let digest = token.digest();
    let Some(opened) = open(&app, digest).await? else { return unknown() };
    if !is_fresh {
        return show(&app, &token, &opened, StatusCode::FORBIDDEN, Filled::new(fields, Problems::default()));
    }
    let mut problems = Problems::default();
    let order = match fields.get("do") {
        "renew" => Some(Order::Renew),
        "take-back" => Some(Order::TakeBack),
        _ => colleague(&fields, &opened.known, &mut problems).map(Order::Ask),
    };
    let Some(order) = order.filter(|_| problems.is_empty()) else {
        return mend(&app, &token, &opened, StatusCode::UNPROCESSABLE_ENTITY, fields, problems);
    };
    let desk = Desk::new(&app, &outbox);
    match app.db.write(move |tx| act(tx, &desk, digest, &order)).await? {
        None => unknown(),
        Some(Asked::Yes | Asked::Nothing) => Ok(see(&format!("/sign-ons/{}/hand-over", token.reveal()))),
        Some(Asked::Known) => {
            problems.add("email", "This is the address that the mails go to now. Write the colleague’s.");
            mend(&app, &token, &opened, StatusCode::UNPROCESSABLE_ENTITY, fields, problems)
        }
        Some(Asked::Often) => {
            problems.add(
                "email",
                "Five links were asked for today, and that is the most for one sign-on. Try again tomorrow, or write to the moderators.",
            );
            mend(&app, &token, &opened, StatusCode::UNPROCESSABLE_ENTITY, fields, problems)
        }
        Some(Asked::ByStaff) => Err(Fault::Overtaken(
            "A moderator has asked somebody else to take over. We mailed you a link to object; once you have, write to the moderators. \
             Nothing was changed."
                .to_owned(),
        )),
        Some(Asked::Archived) => Err(Fault::Overtaken(
            "The letter is archived: nothing about it changes any more. Nothing was changed.".to_owned(),
        )),
        Some(Asked::Otherwise(sign_on)) => Err(Fault::Overtaken(format!(
            "{} So there is nothing to hand over, and nothing was changed.",
            stands(&sign_on)
        ))),
    }
}

enum Order {
    Ask(Contact),
    Renew,
    TakeBack,
}

fn act(tx: &mut Tx<'_>, desk: &Desk, token: TokenDigest, order: &Order) -> Result<Option<Asked>, Failure> {
    let Some(Opened { sent, own, .. }) = opened(tx, &desk.app, token)? else { return Ok(None) };
    let asked = match order {
        Order::Ask(colleague) => {
            let asking = Asking { from: Some(own.id), by: None, colleague: colleague.clone() };
            ask(tx, desk, sent, &asking)?
        }
        Order::Renew => renew(tx, desk, sent, None)?,
        Order::TakeBack => take_back(tx, desk, sent, None)?,
    };
    Ok(Some(asked))
}

fn mend(
    app: &App,
    token: &Token,
    opened: &Opened,
    status: StatusCode,
    fields: Fields,
    problems: Problems,
) -> Result<HttpResponse, Fault> {
    show(app, token, opened, status, Filled::new(fields, problems))
}

fn show(
    app: &App,
    token: &Token,
    opened: &Opened,
    status: StatusCode,
    form: Filled,
) -> Result<HttpResponse, Fault> {
    let now = app.clock.now();
    let back_href = format!("/sign-ons/{}", token.reveal());
    let template = HandOverPage {
        page: Page::new("Hand your sign-on to a colleague – Undersigned").not_indexed(),
        letter: About::new(&opened.campaign, now),
        form,
        token: app.form_token(PURPOSE, token.digest().as_bytes()),
        line: opened.sign_on.entry.line.clone(),
        is_open: opened.is_open(),
        is_merged: opened.is_merged,
        own: opened.own.email.shown(),
        waiting: opened.waiting.as_ref().map(|(waiting, colleague)| WaitingShown {
            // Whom a moderator asks is not theirs to know.
            who: match waiting.asked_by {
                Some(_) => String::new(),
                None => format!("{}, {}, {}", colleague.name, colleague.role, colleague.email.shown()),
            },
            since: Moment::new(waiting.made_at, now),
            until: Moment::new(waiting.ends_at, now),
            has_ended: waiting.ends_at <= now,
        }),
        action: format!("{back_href}/hand-over"),
        back_href,
    };
    Ok(page_of(status, &template)?)
}

struct WaitingShown {
    who: String,
    since: Moment,
    until: Moment,
    has_ended: bool,
}

#[derive(Template)]
#[template(path = "sign_on/hand_over.html")]
struct HandOverPage {
    page: Page,
    letter: About,
    form: Filled,
    token: String,
    line: String,
    is_open: bool,
    is_merged: bool,
    own: String,
    waiting: Option<WaitingShown>,
    action: String,
    back_href: String,
}
