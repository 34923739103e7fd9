//! What is on its way goes on: a few addresses in one transaction, each with the row that says that it was written to, so that it can be cut
//! off at any moment and by anything, and nobody is written to twice or left out.
//!
//! The mails are finished and sealed before the transaction. In it the same candidates are looked for once more: where anything about them has
//! changed meanwhile (somebody has ended their updates, another server was here), nothing is written, and they are looked at anew.

use super::failure::Failure;
use super::letter::{Mailing, Stand};
use super::store::{self, AT_ONCE, Candidate, Fate, Reading};
use super::{audience::Audience, mails};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{Campaign, store as campaigns};
use crate::clock::Timestamp;
use crate::db::{self, Conn, Tx};
use crate::ids::{AddressId, AnyId, ContactId, InvitationId, MailingId, SignOnId};
use crate::mail::{self, Outbox, Prepared};
use crate::secret::Token;
use crate::sign_on::store::ContactError;
use crate::sign_on::{Invitation, State, store as sign_ons};
use crate::text::EmailAddress;
use crate::web::{App, PassedOver};
use actix_web::web::Data;
use std::time::Duration;

/// As many mails of a mailing wait in the outbox at most: whoever signs meanwhile gets their mail behind these and no more, and whoever stops
/// a mailing stops what is behind them.
const MOST_WAITING: i64 = 100;

/// How often it is looked whether there is something to do.
const PAUSE: Duration = Duration::from_secs(1);

/// What it is called where it failed.
const WHAT: &str = "a mailing";

/// Goes on with every mailing that is on its way, as far as the relay keeps up.
///
/// # Errors
/// When the database is away; the next call goes on.
pub async fn work(app: &Data<App>, outbox: &Data<Outbox>) -> Result<(), Failure> {
    for id in app.db.read(store::sending).await? {
        let named = AnyId::from_uuid(id.uuid());
        match to_the_end(app, outbox, id).await {
            Ok(()) => app.passed_over.works(WHAT, named),
            Err(Failure::Database(error @ db::Error::Unavailable(_))) => return Err(error.into()),
            // The others go on all the same.
            Err(error) => app.passed_over.note(WHAT, named, &error),
        }
    }
    Ok(())
}

async fn to_the_end(app: &Data<App>, outbox: &Data<Outbox>, id: MailingId) -> Result<(), Failure> {
    while piece(app, outbox, id).await? == Step::Further {}
    Ok(())
}

/// Goes on for as long as the server lives. Several servers take turns.
pub async fn keep_sending(app: Data<App>, outbox: Data<Outbox>) {
    loop {
        if let Err(error) = work(&app, &outbox).await {
            tracing::warn!(%error, "a mailing cannot go on yet");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Whether there is more to do now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    Further,
    /// It is over; or the relay has to keep up first.
    Enough,
}

/// Somebody with their address.
struct Recipient {
    candidate: Candidate,
    to: EmailAddress,
    organization: String,
    /// The invitation, where it is one.
    invitation: Option<Invitation>,
    /// Its entry in the address book, where it is invited from there.
    book: Option<AddressId>,
    /// Until when a link to verify works.
    until: Option<Timestamp>,
}

/// A finished mail, with the links in it.
struct Ready {
    recipient: Recipient,
    link: Token,
    unsubscribe: Option<Token>,
    book: Option<Token>,
    mail: Prepared,
}

/// What was read for a piece.
struct Found {
    mailing: Mailing,
    campaign: Campaign,
    candidates: Vec<Candidate>,
    recipients: Vec<Recipient>,
}

async fn piece(app: &Data<App>, outbox: &Data<Outbox>, id: MailingId) -> Result<Step, Failure> {
    let reading = Reading { keys: app.keys.clone(), outbox: outbox.get_ref().clone(), now: app.clock.now() };
    let of_reading = reading.clone();
    let of_app = app.clone();
    let read = move |conn: &mut Conn| find(conn, &of_reading, &of_app.passed_over, id);
    let Some(found) = app.db.read(read).await? else {
        return Ok(Step::Enough);
    };
    // Sealing and rendering take longer than writing, so they come before the transaction.
    let (of_app, of_outbox) = (app.clone(), outbox.clone());
    let ready = tokio::task::spawn_blocking(move || finish(&of_app, &of_outbox, found));
    let (mailing, candidates, ready) = ready.await??;
    let of_app = app.clone();
    app.db.write(move |tx| write(tx, &of_app, &reading, &mailing, &candidates, ready)).await
}

/// The next candidates of one that is on its way, and those of them who are written to.
fn find(
    conn: &mut Conn,
    reading: &Reading,
    passed_over: &PassedOver,
    id: MailingId,
) -> Result<Option<Found>, Failure> {
    let on_its_way = |mailing: &Mailing| matches!(mailing.stand, Stand::Sending(_));
    let Some(mailing) = store::mailing(conn, id)?.filter(on_its_way) else { return Ok(None) };
    let Some(campaign) = campaigns::by_id(conn, mailing.campaign)? else { return Ok(None) };
    if mail::untried(conn, campaign.id, &[mails::kind(mailing.audience)])? >= MOST_WAITING {
        return Ok(None);
    }
    let whom = (mailing.campaign, mailing.audience);
    let candidates = store::candidates(conn, reading, whom, mailing.looked_at, AT_ONCE)?;
    let keys: Vec<Vec<u8>> = candidates.iter().map(|candidate| candidate.key.clone()).collect();
    let mut known = store::knows(conn, id, &keys)?;
    let mut recipients = Vec::new();
    for candidate in candidates.iter().filter(|candidate| candidate.fate == Fate::Written) {
        if known.contains(&candidate.key) {
            continue;
        }
        known.push(candidate.key.clone());
        match recipient(conn, reading, mailing.audience, candidate) {
            Ok(found) => recipients.extend(found),
            // They are left out, and are not counted as written to; the others are written to all the same.
            Err(error @ ContactError::Sealed(_)) => {
                passed_over.note("an address of a mailing", candidate.id, &error);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Some(Found { mailing, campaign, candidates, recipients }))
}

fn recipient(
    conn: &mut Conn,
    reading: &Reading,
    audience: Audience,
    candidate: &Candidate,
) -> Result<Option<Recipient>, ContactError> {
    let candidate = candidate.clone();
    if audience == Audience::Invited {
        let id = InvitationId::from_uuid(candidate.id.uuid());
        let Some(invitation) = sign_ons::invitation(conn, &reading.keys, id)? else { return Ok(None) };
        let Some(to) = invitation.email.clone() else { return Ok(None) };
        // Whoever is invited from the address book leaves it by each of the mails to them.
        let book = sign_ons::book_entry_invited(conn, &reading.keys, id)?;
        let book = book.filter(|entry| entry.email.canonical() == to.canonical()).map(|entry| entry.id);
        let organization = invitation.organization.to_string();
        let invitation = Some(invitation);
        return Ok(Some(Recipient { candidate, to, organization, invitation, book, until: None }));
    }
    let (id, through) =
        (ContactId::from_uuid(candidate.id.uuid()), SignOnId::from_uuid(candidate.about.uuid()));
    let Some(sign_on) = sign_ons::by_id(conn, through)? else { return Ok(None) };
    let held = sign_ons::contacts_of(conn, &reading.keys, through)?;
    let stands = sign_ons::standing_for(conn, sign_on, reading.now)?;
    let told = sign_ons::as_told(conn, stands, reading.now)?;
    let until = match &told.state {
        State::AwaitingVerification { until } => Some(*until),
        _ => None,
    };
    let organization = told.entry.line;
    let held = held.into_iter().find(|held| held.id == id);
    Ok(held.map(|held| Recipient {
        candidate,
        to: held.contact.email,
        organization,
        invitation: None,
        book: None,
        until,
    }))
}

type Finished = (Mailing, Vec<Candidate>, Vec<Ready>);

fn finish(app: &App, outbox: &Outbox, found: Found) -> Result<Finished, Failure> {
    let Found { mailing, campaign, candidates, recipients } = found;
    let audience = mailing.audience;
    let mut ready = Vec::with_capacity(recipients.len());
    for recipient in recipients {
        let link = Token::make(&app.random);
        let unsubscribe = (audience == Audience::Updates).then(|| Token::make(&app.random));
        let book = recipient.book.map(|_| Token::make(&app.random));
        let own = mails::Own {
            organization: &recipient.organization,
            link: app.base_url.join(&match audience {
                Audience::Signed | Audience::Updates => format!("/sign-ons/{}", link.reveal()),
                Audience::Unverified => format!("/verify/{}", link.reveal()),
                Audience::Invited => format!("/invitations/{}", link.reveal()),
            }),
            unsubscribe: unsubscribe
                .as_ref()
                .map(|token| app.base_url.join(&format!("/unsubscribe/{}", token.reveal()))),
            book: book.as_ref().map(|token| app.base_url.join(&format!("/addresses/{}", token.reveal()))),
        };
        let parts = mails::parts(&campaign, audience, &mailing.words, &own)?;
        let about = (audience, recipient.candidate.about);
        let message = mails::message(&campaign, about, &recipient.to, parts, own.unsubscribe);
        ready.push(Ready { mail: outbox.prepare(&message)?, recipient, link, unsubscribe, book });
    }
    Ok((mailing, candidates, ready))
}

fn write(
    tx: &mut Tx<'_>,
    app: &App,
    reading: &Reading,
    before: &Mailing,
    candidates: &[Candidate],
    ready: Vec<Ready>,
) -> Result<Step, Failure> {
    let now = app.clock.now();
    if before.audience == Audience::Unverified {
        // In one order, and before the campaign's row, so that no two transactions wait for each other.
        let mut all: Vec<&EmailAddress> = ready.iter().map(|ready| &ready.recipient.to).collect();
        all.sort_by_cached_key(|to| to.canonical());
        for to in all {
            reading.outbox.take_turn(tx, to)?;
        }
    }
    // The campaign's row first, as everywhere: whoever works at the same moment sees what this one did.
    campaigns::hold(tx, before.campaign)?;
    let stands = store::mailing(tx, before.id)?.filter(|stands| matches!(stands.stand, Stand::Sending(_)));
    let Some(stands) = stands else { return Ok(Step::Enough) };
    let whom = (before.campaign, before.audience);
    let is_same = stands.looked_at == before.looked_at
        && store::candidates(tx, reading, whom, before.looked_at, AT_ONCE)? == candidates;
    if !is_same {
        return Ok(Step::Further);
    }
    let mut mailed = 0;
    for one in ready {
        if post(tx, before, one, now)? {
            mailed += 1;
        }
    }
    let is_for_them = |candidate: &&Candidate| candidate.fate != Fate::Elsewhere;
    let looked_at = i64::try_from(candidates.iter().filter(is_for_them).count()).unwrap_or(i64::MAX);
    let is_last = i64::try_from(candidates.len()).unwrap_or(i64::MAX) < AT_ONCE;
    let last = candidates.last().map(|candidate| candidate.id);
    store::advance(tx, &stands, last, (mailed, looked_at - mailed), is_last.then_some(now))?;
    if !is_last {
        return Ok(Step::Further);
    }
    let act = Act::new(now, Actor::System, Subject::Campaign(before.campaign), "finished a mailing");
    let all = stands.mailed + mailed;
    let act =
        Act { new: Some(format!("{}: {all}", before.audience.label())), ..act.in_campaign(before.campaign) };
    audit::record(tx, &app.random, act)?;
    Ok(Step::Enough)
}

/// Writes one mail, with the row that says so and the links in it; whether it was written: the address may have been written to, and an invitation
/// may have changed.
fn post(tx: &mut Tx<'_>, mailing: &Mailing, ready: Ready, now: Timestamp) -> Result<bool, Failure> {
    let Ready { recipient, link, unsubscribe, book, mail } = ready;
    let key = &recipient.candidate.key;
    if !store::insert_recipient(tx, mailing.id, key, mail.id())? {
        return Ok(false);
    }
    let contact = ContactId::from_uuid(recipient.candidate.id.uuid());
    match (mailing.audience, &recipient.invitation) {
        (Audience::Signed | Audience::Updates, _) => {
            sign_ons::insert_private_link(tx, link.digest(), contact, now)?;
        }
        (Audience::Unverified, _) => {
            // It does not make the term any longer.
            let through = SignOnId::from_uuid(recipient.candidate.about.uuid());
            sign_ons::insert_verify_link(tx, link.digest(), through, now, recipient.until.unwrap_or(now))?;
        }
        (Audience::Invited, Some(invitation)) => {
            if !sign_ons::mail_invitation(tx, invitation, link.digest(), now)? {
                store::forget_recipient(tx, mailing.id, key)?;
                return Ok(false);
            }
            if let Some((entry, link)) = recipient.book.zip(book.as_ref()) {
                sign_ons::insert_book_link(tx, entry, link.digest(), now)?;
            }
        }
        (Audience::Invited, None) => {}
    }
    if let Some(token) = unsubscribe {
        store::insert_unsubscribe_link(tx, token.digest(), (mailing.campaign, key), now)?;
    }
    mail.enqueue(tx)?;
    Ok(true)
}
