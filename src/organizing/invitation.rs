//! POST /staff/letters/{slug}/invitations/one: one invitation is sent once more, taken back, sent to another address, or may be used for longer.

use super::history;
use super::invitations::{self, Asked};
use super::invite::Failure;
use super::life::load;
use super::mails;
use super::may_invite;
use crate::account::{Acting, Organizer, store as accounts};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{Campaign, store as campaigns};
use crate::clock::{Timestamp, minutes};
use crate::db::Tx;
use crate::ids::{AccountId, AnyId, InvitationId};
use crate::mail::{self, Outbox};
use crate::secret::{Keys, Token};
use crate::sign_on::store::{self, contact_key};
use crate::sign_on::{INVITATION_MAILS, Invitation, Mailbox, NoReminder, meant, stands};
use crate::text::{EmailAddress, fold};
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::see;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

/// The same button pressed again within this time is the same press.
const SAME_PRESS: jiff::SignedDuration = minutes(2);

/// What is asked for.
#[derive(Clone)]
enum Wish {
    Remind,
    Revoke,
    Resend(EmailAddress),
    Late(Option<Timestamp>),
}

impl Wish {
    const fn word(&self) -> &'static str {
        match self {
            Self::Remind => "remind",
            Self::Revoke => "revoke",
            Self::Resend(_) => "resend",
            Self::Late(_) => "late",
        }
    }

    const fn past(&self) -> &'static str {
        match self {
            Self::Remind => "reminded an invited organization",
            Self::Revoke => "revoked an invitation",
            Self::Resend(_) => "sent an invitation to another address",
            Self::Late(_) => "changed until when an invitation may be used",
        }
    }
}

/// What became of it.
enum Became {
    Done,
    Unknown,
    /// Somebody changed it since the page was made.
    Stale,
    NotNow(String),
    /// The organization is invited at that address.
    Twice,
}

/// The form: of the list, whose buttons say which one is meant, or of one invitation's page.
pub(super) async fn act(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
    outbox: Data<Outbox>,
) -> Result<HttpResponse, Fault> {
    let unclear = || Fault::Unprocessable("The form does not say which invitation is meant, or what to do.");
    let (id, version) = match fields.get("remind").split_once(':') {
        Some(named) => named,
        None => (fields.get("id"), fields.get("version")),
    };
    let (id, version) = InvitationId::parse(id).zip(version.parse::<i64>().ok()).ok_or_else(unclear)?;
    let campaign = load(&app, who.campaign).await?;
    let mut problems = Problems::default();
    let wish = match fields.get("do") {
        "" | "remind" => Some(Wish::Remind),
        "revoke" => Some(Wish::Revoke),
        "resend" => problems.take("email", EmailAddress::parse(fields.get("email"))).map(Wish::Resend),
        "late" => {
            let late = may_invite::late(fields.get("late_until"), &campaign, app.clock.now());
            problems.take("late_until", late).map(Wish::Late)
        }
        _ => return Err(unclear()),
    };
    let Some(wish) = wish else { return back(&app, who, campaign, id, fields, problems).await };
    let (of_app, outbox, of_wish, by) = (app.clone(), outbox.clone(), wish.clone(), who.staff.id);
    let of = campaign.clone();
    let done = app.db.write(move |tx| record(tx, &of_app, &outbox, &of, (id, version), &of_wish, by)).await?;
    let href = format!("/staff/letters/{}/invitations", campaign.settings.slug);
    match done {
        Became::Done if fields.is_ticked("remind") => Ok(see(&format!("{href}?done={}", wish.word()))),
        Became::Done => Ok(see(&format!("{href}?of={id}&done={}", wish.word()))),
        Became::Unknown => Err(Fault::NotFound),
        Became::NotNow(why) => Err(Fault::Overtaken(format!("{why} Nothing was sent."))),
        Became::Stale => Err(history::overtaken(&app, campaign.id).await?),
        Became::Twice => {
            problems.add("email", "The organization is invited at this address already.");
            back(&app, who, campaign, id, fields, problems).await
        }
    }
}

async fn back(
    app: &App,
    who: Organizer,
    campaign: Campaign,
    id: InvitationId,
    fields: Fields,
    problems: Problems,
) -> Result<HttpResponse, Fault> {
    let asked = Asked { one: Some((id, Filled::new(fields, problems))), ..Asked::default() };
    invitations::render(app, &who.staff, campaign, asked, StatusCode::UNPROCESSABLE_ENTITY).await
}

fn record(
    tx: &mut Tx<'_>,
    app: &App,
    outbox: &Outbox,
    campaign: &Campaign,
    (id, version): (InvitationId, i64),
    wish: &Wish,
    by: AccountId,
) -> Result<Became, Failure> {
    let now = app.clock.now();
    // The campaign's row first, as everywhere: whoever presses at the same moment sees what this one did.
    let Some(campaign) = campaigns::hold(tx, campaign.id)? else { return Ok(Became::Unknown) };
    let found = store::invitation(tx, &app.keys, id)?.filter(|found| found.campaign == campaign.id);
    let Some(before) = found else { return Ok(Became::Unknown) };
    let is_done = match wish {
        Wish::Remind => before.mails > 1 && now.since(before.mailed_at) < SAME_PRESS,
        Wish::Revoke => before.revoked.is_some_and(|(_, who)| who == by),
        Wish::Resend(to) => before.email.as_ref() == Some(to) && now.since(before.mailed_at) < SAME_PRESS,
        Wish::Late(until) => before.late_until == *until,
    };
    if is_done {
        return Ok(Became::Done);
    }
    if before.version != version {
        return Ok(Became::Stale);
    }
    if let Wish::Resend(to) = wish
        && before.revoked.is_none()
    {
        let once = (contact_key(&app.keys, to).as_bytes().to_vec(), fold(before.organization.as_str()));
        if store::invited(tx, campaign.id)?.contains(&once) {
            return Ok(Became::Twice);
        }
    }
    let unnamed = store::unnamed(tx, campaign.id)?;
    let came = store::came_by_invitations(tx, campaign.id)?;
    let by_unnamed = came.get(&id).is_some_and(|all| all.iter().any(|(id, _)| unnamed.contains(id)))
        && !accounts::reads_at_risk(tx, campaign.id, by)?;
    if let Some(why) = not_now(tx, &app.keys, &campaign, &before, wish, (by_unnamed, now))? {
        return Ok(Became::NotNow(why));
    }
    let token = Token::make(&app.random);
    let reading = campaigns::reading(tx, &campaign, before.language.as_ref(), campaign.text_number)?;
    let told = reading.of(&campaign);
    let send = |tx: &mut Tx<'_>, invitation: &Invitation, to: &EmailAddress, again| -> Result<(), Failure> {
        // Whoever is invited from the address book leaves it by each of the mails to them.
        let entry = store::book_entry_invited(tx, &app.keys, invitation.id)?;
        let entry = entry.filter(|entry| entry.email.canonical() == to.canonical());
        let book = entry.map(|entry| (entry.id, Token::make(&app.random)));
        if let Some((entry, link)) = &book {
            store::insert_book_link(tx, *entry, link.digest(), now)?;
        }
        let book = book.as_ref().map(|(_, link)| link);
        let words = campaigns::mail_words(tx, campaign.id, mails::message(again))?;
        let said = (again, words.as_ref());
        let message = mails::invited(&app.base_url, &told, invitation, (to, &token), said, book, now)?;
        outbox.prepare(&message)?.enqueue(tx)?;
        Ok(())
    };
    let about = AnyId::from_uuid(id.uuid());
    let changed = match (wish, &before.email) {
        (Wish::Remind, Some(to)) => {
            send(tx, &before, to, true)?;
            store::mail_invitation(tx, &before, token.digest(), now)?
        }
        (Wish::Remind, None) => return Ok(Became::NotNow(NoReminder::Erased.to_string())),
        (Wish::Revoke, _) => {
            meant::end_by(tx, id, now)?;
            mail::take_back(tx, about, &INVITATION_MAILS, now)?;
            store::revoke_invitation(tx, &before, by, now)?
        }
        (Wish::Resend(to), _) => {
            mail::take_back(tx, about, &INVITATION_MAILS, now)?;
            send(tx, &before, to, false)?;
            store::readdress_invitation(tx, &app.keys, &app.random, &before, (to, token.digest()), (by, now))?
        }
        (Wish::Late(until), _) => store::extend_invitation(tx, &before, *until)?,
    };
    if !changed {
        return Ok(Became::Stale);
    }
    let act = Act {
        new: Some(before.organization.to_string()),
        ..Act::new(now, Actor::Staff(by), Subject::Campaign(campaign.id), wish.past())
    };
    audit::record(tx, &app.random, act.in_campaign(campaign.id))?;
    Ok(Became::Done)
}

/// Why it cannot be done now, where it cannot.
fn not_now(
    tx: &mut Tx<'_>,
    keys: &Keys,
    campaign: &Campaign,
    before: &Invitation,
    wish: &Wish,
    (by_unnamed, now): (bool, Timestamp),
) -> Result<Option<String>, Failure> {
    let closed = || may_invite::why_not(campaign, before.late_until, now).map(str::to_owned);
    let revoked = || before.revoked.map(|_| NoReminder::Revoked.to_string());
    let sign_ons = store::standings_by(tx, before.id)?;
    if by_unnamed && !matches!(wish, Wish::Revoke | Wish::Late(_)) {
        // That an organization signed whose name is held back is not told by a refusal either.
        return Ok(Some("No mail goes to it for the time being.".to_owned()));
    }
    let to = match wish {
        Wish::Remind => before.email.as_ref(),
        Wish::Resend(to) => Some(to),
        Wish::Revoke | Wish::Late(_) => None,
    };
    let there = match to {
        Some(to) => {
            let had = store::mailboxes(tx, campaign.id)?;
            had.get(contact_key(keys, to).as_bytes()).copied().unwrap_or_default()
        }
        None => Mailbox::default(),
    };
    let full = || there.may_have(now).err().map(|why| why.to_string());
    Ok(match wish {
        Wish::Remind => {
            before.may_remind(&sign_ons, now).err().map(|why| why.to_string()).or_else(full).or_else(closed)
        }
        Wish::Resend(_) if before.declined_at.is_some() => Some(NoReminder::Declined.to_string()),
        Wish::Resend(_) if stands(&sign_ons) => Some(NoReminder::Signed.to_string()),
        Wish::Resend(_) => revoked().or_else(full).or_else(closed),
        Wish::Revoke | Wish::Late(_) => revoked(),
    })
}
