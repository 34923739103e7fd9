//! The mailbox is proved: GET shows, POST acts; by the mailed link or by the typed code.

mod after;
mod pages;

pub(super) use after::{done, renewed, verified};

use super::invitation::extended;
use super::page::{About, public_facts};
use super::receive::{Desk, Failure, RENEWAL_DAYS};
use super::renew::renew;
use super::state::{SignOn, State};
use super::store::{self, Purpose};
use super::submission::Representative;
use super::submit::closed;
use super::term::TERM_DAYS;
use super::wording::{self, Changed};
use crate::account::Visitor;
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Campaign, MailMessage};
use crate::clock::days;
use crate::db::{Conn, Tx};
use crate::mail::Outbox;
use crate::secret::{Token, TokenDigest};
use crate::web::link::{Door, Link, Sent};
use crate::web::page::{Page, page_of, see};
use crate::web::show::{Fact, Moment};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use pages::{Expired, StaffHere, Unknown, Verify};

/// What the form's token is for.
const PURPOSE: &str = "verify";

/// The act of proving a mailbox for which something in writing stood in, in the history.
pub(super) const VERIFIED_LATER: &str = "verified later";

/// What stands behind a link or a code, before anybody is shown what it confirms.
pub(super) enum Stands {
    /// It can be verified now.
    Ready(Box<Campaign>, Box<SignOn>),
    /// It cannot; why.
    Not(Behind),
}

/// What somebody finds behind a link or a code.
pub(super) enum Behind {
    /// It can be verified now.
    Ready {
        campaign: Box<Campaign>,
        sign_on: Box<SignOn>,
        contacts: Vec<Representative>,
        /// What changed in the text since the form was filled in.
        changed: Option<Box<Changed>>,
    },
    /// The link has expired; a fresh one makes it good again.
    Expired(Box<SignOn>),
    /// The deadline, and the grace after it, have passed.
    TooLate(Box<Campaign>),
    /// It is verified, however often and by whom.
    Done(Box<Campaign>),
    /// Unknown, malformed, erased, or withdrawn before it was verified: one answer.
    Nothing,
}

/// The page behind the link. It changes nothing, whoever opens it and however often.
pub(super) async fn show(
    app: Data<App>,
    outbox: Data<Outbox>,
    visitor: Visitor,
    Link { token, .. }: Link<Signer>,
) -> Result<HttpResponse, Fault> {
    let desk = Desk::new(&app, &outbox);
    let digest = token.digest();
    let behind = app.db.read(move |conn| asks_behind(conn, &desk, digest)).await?;
    match (&behind, visitor) {
        (Behind::Ready { .. } | Behind::Expired(_), Visitor(Some(_))) => staff_here(StatusCode::OK),
        _ => answer(&app, &token, behind, StatusCode::OK),
    }
}

/// A member of staff who looks into a signer's link finds no button, and cannot verify by accident.
pub(super) fn staff_here(status: StatusCode) -> Result<HttpResponse, Fault> {
    let page_of_it = Page::new("This link is the signer’s – Undersigned").not_indexed();
    Ok(page_of(status, &StaffHere { page: page_of_it })?)
}

/// The button on that page; or the one on the page of an expired link.
pub(super) async fn verify(
    app: Data<App>,
    outbox: Data<Outbox>,
    visitor: Visitor,
    sent: Sent<Signer>,
) -> Result<HttpResponse, Fault> {
    if visitor.0.is_some() {
        return staff_here(StatusCode::FORBIDDEN);
    }
    let (token, fields, is_fresh) = sent.checked(&app, PURPOSE);
    let has_read = fields.get(wording::FIELD).to_owned();
    let (desk, digest) = (Desk::new(&app, &outbox), token.digest());
    if !is_fresh {
        // The page lay open for longer than its token lives: the same page again, and the button once more.
        let behind = app.db.read(move |conn| asks_behind(conn, &desk, digest)).await?;
        return answer(&app, &token, behind, StatusCode::FORBIDDEN);
    }
    let done = try_again(&desk, move |tx, desk| match behind_link(tx, desk, digest)? {
        Stands::Ready(_, sign_on) => prove(tx, desk, *sign_on, &has_read),
        Stands::Not(Behind::Expired(sign_on)) => renew(tx, desk, &sign_on).map(|()| Behind::Expired(sign_on)),
        Stands::Not(other) => Ok(other),
    })
    .await?;
    match done {
        Behind::Expired(_) => Ok(see("/verify/renewed")),
        done => answer(&app, &token, done, StatusCode::CONFLICT),
    }
}

/// Runs a transaction that proves a mailbox; once more when the form was sent again, or the button pressed, at the same moment:
/// then what the link confirms is looked at anew.
pub(super) async fn try_again(
    desk: &Desk,
    act: impl Fn(&mut Tx<'_>, &Desk) -> Result<Behind, Failure> + Clone + Send + 'static,
) -> Result<Behind, Fault> {
    for _ in 0..5 {
        let (of_desk, act) = (desk.clone(), act.clone());
        match desk.app.db.write(move |tx| act(tx, &of_desk)).await {
            Err(Failure::Overtaken) => {}
            done => return Ok(done?),
        }
    }
    Err(Fault::Unavailable("the same sign-on changed too many times at once".to_owned()))
}

fn behind_link(conn: &mut Conn, desk: &Desk, token: TokenDigest) -> Result<Stands, Failure> {
    const NOTHING: Stands = Stands::Not(Behind::Nothing);
    let Some(link) = store::link(conn, token, Purpose::Verify)? else { return Ok(NOTHING) };
    let Some(sign_on) = store::by_id(conn, link.sign_on)? else { return Ok(NOTHING) };
    // Once more, after the sign-on: what ends a link changes the sign-on too, so a link that works now is for what was read.
    let Some(link) = store::link(conn, token, Purpose::Verify)? else { return Ok(NOTHING) };
    behind(conn, desk, sign_on, Some(link))
}

/// The same with everything that the button confirms.
fn asks_behind(conn: &mut Conn, desk: &Desk, token: TokenDigest) -> Result<Behind, Failure> {
    match behind_link(conn, desk, token)? {
        Stands::Ready(campaign, sign_on) => ready(conn, desk, *campaign, *sign_on),
        Stands::Not(why) => Ok(why),
    }
}

/// What stands behind a sign-on, by a link or by a code.
pub(super) fn behind(
    conn: &mut Conn,
    desk: &Desk,
    sign_on: SignOn,
    link: Option<store::Link>,
) -> Result<Stands, Failure> {
    let Some(campaign) = campaign::store::by_id(conn, sign_on.campaign)?.map(Box::new) else {
        return Ok(Stands::Not(Behind::Nothing));
    };
    Ok(match sign_on.state {
        State::AwaitingVerification { until } => {
            let ends_at = link.and_then(|link| link.ends_at).unwrap_or(until);
            if !is_in_time(conn, desk, &campaign, &sign_on)? {
                Stands::Not(Behind::TooLate(campaign))
            } else if ends_at <= desk.now {
                Stands::Not(Behind::Expired(Box::new(sign_on)))
            } else {
                Stands::Ready(campaign, Box::new(sign_on))
            }
        }
        // Something in writing stood in for the mailbox: that it is proved after all is worth knowing.
        _ if sign_on.clone().verify_later(desk.now).is_ok()
            && link.is_some_and(|link| link.works(desk.now)) =>
        {
            Stands::Ready(campaign, Box::new(sign_on))
        }
        _ if sign_on.verified_at.is_some() || sign_on.attested_at.is_some() => {
            Stands::Not(Behind::Done(campaign))
        }
        _ => Stands::Not(Behind::Nothing),
    })
}

fn ready(conn: &mut Conn, desk: &Desk, campaign: Campaign, sign_on: SignOn) -> Result<Behind, Failure> {
    let contacts = store::contacts_of(conn, &desk.app.keys, sign_on.id)?;
    let changed = changed(conn, &campaign, &sign_on)?;
    let campaign = store::told_to(conn, &campaign, sign_on.id)?;
    let changed = changed.map(Box::new);
    Ok(Behind::Ready { campaign: Box::new(campaign), sign_on: Box::new(sign_on), contacts, changed })
}

/// What changed in the text that the button agrees to. Who stands under the text is asked about another one by a round, and is not taken off
/// the list by proving its mailbox.
fn changed(conn: &mut Conn, campaign: &Campaign, sign_on: &SignOn) -> Result<Option<Changed>, Failure> {
    if matches!(sign_on.state, State::Approved { .. }) && store::agrees(conn, campaign, sign_on)? {
        return Ok(None);
    }
    Ok(wording::changed(conn, campaign, sign_on)?)
}

/// Whether the text changed, and the page on which the button was pressed did not show how.
fn is_unread(changed: Option<&Changed>, has_read: &str) -> bool {
    changed.is_some_and(|changed| changed.reading.wording() != has_read)
}

/// Notes that what changed was read and agreed to.
fn agree(tx: &mut Tx<'_>, desk: &Desk, sign_on: &SignOn, changed: &Changed) -> Result<(), Failure> {
    store::agree(tx, sign_on.id, changed.reading.number, desk.now)?;
    store::note_shown(tx, &desk.app.random, sign_on.id, &changed.reading, desk.now)?;
    Ok(())
}

/// Whether the letter still takes the proof of a mailbox, by its deadline or by the one that an invitation gives.
fn is_in_time(conn: &mut Conn, desk: &Desk, campaign: &Campaign, sign_on: &SignOn) -> Result<bool, Failure> {
    let takes = |campaign: &Campaign| campaign.takes_verification(sign_on.submitted_at, desk.now);
    Ok(takes(campaign) || takes(&extended(campaign, store::late_until(conn, sign_on.id)?)))
}

/// The act itself: the guarded update, the history, the receipt and the word to the moderators.
pub(super) fn prove(
    tx: &mut Tx<'_>,
    desk: &Desk,
    sign_on: SignOn,
    has_read: &str,
) -> Result<Behind, Failure> {
    // Held before anything is written: nobody archives the letter, or ends its grace, while a sign-on of it is verified.
    let Some(campaign) = campaign::store::hold(tx, sign_on.campaign)?.map(Box::new) else {
        return Ok(Behind::Nothing);
    };
    if matches!(sign_on.state, State::AwaitingVerification { .. })
        && !is_in_time(tx, desk, &campaign, &sign_on)?
    {
        return Ok(Behind::TooLate(campaign));
    }
    if let Ok(proved) = sign_on.clone().verify_later(desk.now) {
        return prove_later(tx, desk, campaign, sign_on, &proved, has_read);
    }
    let Ok(verified) = sign_on.clone().verify(desk.now) else { return Ok(Behind::Done(campaign)) };
    let changed = changed(tx, &campaign, &sign_on)?;
    if is_unread(changed.as_ref(), has_read) {
        return ready(tx, desk, *campaign, sign_on);
    }
    if !store::replace(tx, &sign_on, &verified)? {
        return match store::by_id(tx, sign_on.id)? {
            // Somebody pressed the same button a moment earlier.
            Some(now) if now.verified_at.is_some() => Ok(Behind::Done(campaign)),
            // The form was sent again: this link does not confirm what stands now.
            Some(_) => Err(Failure::Overtaken),
            None => Ok(Behind::Nothing),
        };
    }
    if let Some(changed) = changed {
        agree(tx, desk, &sign_on, &changed)?;
    }
    let act = Act::new(desk.now, Actor::Representative, Subject::SignOn(sign_on.id), "verified")
        .in_campaign(campaign.id)
        .changing(sign_on.standing().as_str(), verified.standing().as_str());
    audit::record(tx, &desk.app.random, act)?;
    let contacts = receipts(tx, desk, &campaign, &verified)?;
    super::meant::has_signed(tx, &desk.app.keys, &verified, &contacts, desk.now)?;
    super::notify::moderators(tx, desk, &campaign, &verified)?;
    Ok(Behind::Done(campaign))
}

/// The same where something in writing stood in for the mailbox: where the sign-on stands does not change; what it agrees to may, and then the
/// list does.
fn prove_later(
    tx: &mut Tx<'_>,
    desk: &Desk,
    campaign: Box<Campaign>,
    before: SignOn,
    proved: &SignOn,
    has_read: &str,
) -> Result<Behind, Failure> {
    let changed = changed(tx, &campaign, &before)?;
    if is_unread(changed.as_ref(), has_read) {
        return ready(tx, desk, *campaign, before);
    }
    if !store::prove_later(tx, &before, desk.now)? {
        return Err(Failure::Overtaken);
    }
    if let Some(changed) = changed {
        agree(tx, desk, &before, &changed)?;
        campaign::store::raise_list_revision(tx, campaign.id)?;
    }
    let act = Act::new(desk.now, Actor::Representative, Subject::SignOn(before.id), VERIFIED_LATER);
    audit::record(tx, &desk.app.random, act.in_campaign(campaign.id))?;
    let told = store::as_told(tx, proved.clone(), desk.now)?;
    let contacts = receipts(tx, desk, &campaign, &told)?;
    super::meant::has_signed(tx, &desk.app.keys, proved, &contacts, desk.now)?;
    Ok(Behind::Done(campaign))
}

/// The receipt, with a link to the private page; who gets it.
pub(super) fn receipts(
    tx: &mut Tx<'_>,
    desk: &Desk,
    campaign: &Campaign,
    told: &SignOn,
) -> Result<Vec<Representative>, Failure> {
    let campaign = &store::told_to(tx, campaign, told.id)?;
    let words = campaign::store::mail_words(tx, campaign.id, MailMessage::Received)?;
    let contacts = store::contacts_of(tx, &desk.app.keys, told.id)?;
    for contact in &contacts {
        let private = Token::make(&desk.app.random);
        if store::insert_private_link(tx, private.digest(), contact.id, desk.now)? {
            let receipt = desk.about(campaign, told).received(&contact.email, &private, words.as_ref())?;
            desk.outbox.prepare(&receipt)?.enqueue(tx)?;
        }
    }
    Ok(contacts)
}

/// Where success is shown.
pub(super) fn success(app: &App, campaign: &Campaign) -> String {
    match campaign.is_visible(app.clock.now()) {
        true => format!("/letters/{}/sign/verified", campaign.settings.slug),
        false => "/verify/done".to_owned(),
    }
}

fn answer(app: &App, token: &Token, behind: Behind, status: StatusCode) -> Result<HttpResponse, Fault> {
    let now = app.clock.now();
    let form_token = || app.form_token(PURPOSE, token.digest().as_bytes());
    let action = format!("/verify/{}", token.reveal());
    match behind {
        Behind::Ready { campaign, sign_on, contacts, changed } => {
            let until = match sign_on.state {
                State::AwaitingVerification { until } => Some(until),
                _ => None,
            };
            let template = Verify {
                page: Page::new("Verify your sign-on – Undersigned").not_indexed(),
                letter: About::new(&campaign, now),
                facts: facts(&sign_on, &contacts),
                changed: changed.map(|changed| *changed),
                line: sign_on.entry.line,
                statement: sign_on.authority.map(|a| a.statement).unwrap_or_default(),
                action,
                token: form_token(),
                erased_on: until.map(|until| Moment::new(until.plus(days(RENEWAL_DAYS)), now)),
            };
            Ok(page_of(status, &template)?)
        }
        Behind::Expired(sign_on) => {
            let State::AwaitingVerification { until } = sign_on.state else { return unknown() };
            let template = Expired {
                page: Page::new("This link has expired – Undersigned").not_indexed(),
                term_days: TERM_DAYS,
                action,
                token: form_token(),
                erased_on: Moment::new(until.plus(days(RENEWAL_DAYS)), now),
            };
            Ok(page_of(StatusCode::GONE, &template)?)
        }
        Behind::TooLate(campaign) => closed(app, &campaign, status, Vec::new()),
        Behind::Done(campaign) => Ok(see(&success(app, &campaign))),
        Behind::Nothing => unknown(),
    }
}

/// Everything that the button confirms, so that nothing that somebody else typed is confirmed unseen.
fn facts(sign_on: &SignOn, contacts: &[Representative]) -> Vec<Fact> {
    let mut facts = public_facts(&sign_on.entry);
    for contact in contacts {
        facts.push(Fact { name: "Your name", value: contact.name.to_string() });
        facts.push(Fact { name: "Your role", value: contact.role.to_string() });
    }
    let basis = sign_on.authority.as_ref().map(|authority| authority.basis.label().to_owned());
    facts.extend(basis.map(|value| Fact { name: "Authority", value }));
    facts
}

/// The links that signers get.
#[derive(Debug)]
pub(super) struct Signer;

impl Door for Signer {
    fn unknown() -> Result<HttpResponse, Fault> {
        unknown()
    }
}

/// The one page for a link that is unknown, malformed or belongs to something erased.
pub(super) fn unknown() -> Result<HttpResponse, Fault> {
    let page_of_it = Page::new("We do not know this link – Undersigned").not_indexed();
    Ok(page_of(StatusCode::NOT_FOUND, &Unknown { page: page_of_it })?)
}
