//! POST /staff/letters/{slug}/invitations: a pasted list is looked at line by line; then one button invites everybody who can be.

use super::addresses;
use super::history::INVITED_FROM_THE_BOOK;
use super::invitation_lines::{self, Invitee, Line};
use super::invitations::{self, Asked};
use super::life::load;
use super::mails;
use super::may_invite::{late, why_not};
use crate::account::{Acting, Organizer, Staff};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{Campaign, Here, Local, store as campaigns};
use crate::clock::Timestamp;
use crate::db::{self, Tx};
use crate::ids::{AccountId, AddressId, InvitationId};
use crate::mail::{NotAMessage, Outbox, Prepared};
use crate::secret::{Token, TokenDigest, sha256_hex};
use crate::sign_on::Invitation;
use crate::sign_on::store::{self, ContactError, contact_key};
use crate::text::{Language, fold};
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{Page, page_of, see};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use std::collections::{BTreeMap, BTreeSet};

/// How many are written in one transaction, so that nobody waits long behind it.
const AT_ONCE: usize = 100;

/// The field that says that a list is one of the address book.
pub(super) const FROM_BOOK: &str = "from_book";

/// How they are invited.
#[derive(Clone, Copy)]
struct How {
    late_until: Option<Timestamp>,
    /// Whether they come from the address book.
    is_book: bool,
    by: AccountId,
}

/// Why something here failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Contact(#[from] ContactError),
    #[error("a mail could not be written: {0}")]
    Template(#[from] askama::Error),
    #[error("a mail could not be made: {0}")]
    Message(#[from] NotAMessage),
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Database(error) => error.into(),
            Failure::Contact(error) => error.into(),
            defect => Self::unexpected(defect),
        }
    }
}

/// The list: to be mended, to be looked at, or to be sent.
pub(super) async fn send(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
    outbox: Data<Outbox>,
) -> Result<HttpResponse, Fault> {
    let (campaign, now) = (load(&app, who.campaign).await?, app.clock.now());
    let mut problems = Problems::default();
    let late_until =
        problems.take("late_until", late(fields.get("late_until"), &campaign, now)).unwrap_or_default();
    let lines = problems.take("organizations", invitation_lines::read(fields.get("organizations")));
    if let Some(why_not) = why_not(&campaign, late_until, now) {
        problems.add("organizations", why_not);
    }
    let Some(lines) = lines.filter(|_| problems.is_empty()) else {
        let asked = Asked { paste: Filled::new(fields, problems), ..Asked::default() };
        return invitations::render(&app, &who.staff, campaign, asked, StatusCode::UNPROCESSABLE_ENTITY)
            .await;
    };
    let is_book = fields.is_ticked(FROM_BOOK);
    let lines = judged(&app, &campaign, lines, is_book).await?;
    let is_seen = fields.get("do") == "send"
        && fields.get("seen") == seen(fields.get("late_until"), fields.get("organizations"));
    let all: Vec<Invitee> = lines.iter().filter_map(|line| line.meant.clone().ok()).collect();
    if is_seen && lines.iter().all(|line| line.meant.as_ref().is_err_and(|why| why == INVITED)) {
        // The button sends what could be taken when it was shown: it was pressed before.
        return Ok(see(&format!(
            "/staff/letters/{}/invitations?before={}",
            campaign.settings.slug,
            lines.len()
        )));
    }
    // Where nobody is left whom it could invite, the page says why, line by line.
    if !is_seen || all.is_empty() {
        return preview(&app, &who.staff, &campaign, lines, fields);
    }
    // Read once more, so that whoever has left the book meanwhile is not invited from it.
    let book = if is_book { addresses::all(&app).await? } else { Vec::new() };
    let (mut done, how) = (0, How { late_until, is_book, by: who.staff.id });
    for part in parts(all) {
        let part =
            part.into_iter().map(|invitee| (addresses::of(&book, &invitee).map(|entry| entry.id), invitee));
        done += invite(&app, &outbox, &campaign, part.collect(), how).await?;
    }
    let skipped = lines.len().saturating_sub(done);
    Ok(see(&format!(
        "/staff/letters/{}/invitations?invited={done}&skipped={skipped}",
        campaign.settings.slug
    )))
}

/// The list in parts, each a transaction. All of one mailbox are in one part: the next would find that it has just had mail.
fn parts(mut all: Vec<Invitee>) -> Vec<Vec<Invitee>> {
    all.sort_by_cached_key(|invitee| invitee.email.canonical());
    let mut parts: Vec<Vec<Invitee>> = Vec::new();
    for invitee in all {
        let goes_with = |part: &Vec<Invitee>| {
            let is_same = |last: &Invitee| last.email.canonical() == invitee.email.canonical();
            part.len() < AT_ONCE || part.last().is_some_and(is_same)
        };
        match parts.last_mut().filter(|part| goes_with(part)) {
            Some(part) => part.push(invitee),
            None => parts.push(vec![invitee]),
        }
    }
    parts
}

/// Why somebody cannot be invited who is.
const INVITED: &str = "It is invited already, at this address.";

/// What was looked at, so that nothing else is sent.
fn seen(late_until: &str, lines: &str) -> String {
    let lines = lines.replace("\r\n", "\n");
    sha256_hex(format!("{late_until}\n{}", lines.trim()).as_bytes())
}

/// The same lines, where those who are invited or have signed cannot be invited again.
pub(super) async fn judged(
    app: &App,
    campaign: &Campaign,
    lines: Vec<Line>,
    is_book: bool,
) -> Result<Vec<Line>, Fault> {
    let id = campaign.id;
    let known = app.db.read(move |conn| -> Result<_, db::Error> {
        Ok((store::invited(conn, id)?, store::signed(conn, id)?, store::mailboxes(conn, id)?))
    });
    let (invited, signed, mailboxes) = known.await?;
    let book = if is_book { addresses::all(app).await? } else { Vec::new() };
    let now = app.clock.now();
    let keys = &app.keys;
    let judge = |meant: Invitee| {
        if is_book && addresses::of(&book, &meant).is_none() {
            return Err("It is not in the address book, at this address and under this name.".to_owned());
        }
        let folded = fold(meant.organization.as_str());
        if signed.contains(&folded) {
            return Err("It has signed already.".to_owned());
        }
        let once = (contact_key(keys, &meant.email).as_bytes().to_vec(), folded);
        if invited.contains(&once) {
            return Err(INVITED.to_owned());
        }
        if let Some(there) = mailboxes.get(&once.0) {
            there.may_have(now).map_err(|why| why.to_string())?;
        }
        Ok(meant)
    };
    Ok(lines.into_iter().map(|line| Line { meant: line.meant.and_then(judge), ..line }).collect())
}

/// An invitation that is finished and not written yet.
struct Ready {
    invitation: Invitation,
    invitee: Invitee,
    link: TokenDigest,
    mail: Prepared,
    /// The entry of the address book that they come from, and the link by which they leave it.
    book: Option<(AddressId, TokenDigest)>,
}

/// Invites them, with a mail each; how many of them were new.
async fn invite(
    app: &Data<App>,
    outbox: &Data<Outbox>,
    campaign: &Campaign,
    all: Vec<(Option<AddressId>, Invitee)>,
    how: How,
) -> Result<usize, Fault> {
    let (of_app, outbox, campaign) = (app.clone(), outbox.clone(), campaign.clone());
    let told = in_their_languages(app, &campaign, &all).await?;
    let id = campaign.id;
    let words = app.db.read(move |conn| campaigns::mail_words(conn, id, mails::message(false))).await?;
    // Sealing and rendering take longer than writing, so they come before the transaction.
    let ready = tokio::task::spawn_blocking(move || -> Result<_, Failure> {
        let now = of_app.clock.now();
        let finish = |(entry, invitee): (Option<AddressId>, Invitee)| {
            let invitation = new(&of_app, &campaign, &invitee, how, now);
            let book = entry.map(|entry| (entry, Token::make(&of_app.random)));
            let token = Token::make(&of_app.random);
            let message = mails::invited(
                &of_app.base_url,
                invitee.language.as_ref().and_then(|tag| told.get(tag.as_str())).unwrap_or(&campaign),
                &invitation,
                (&invitee.email, &token),
                (false, words.as_ref()),
                book.as_ref().map(|(_, link)| link),
                now,
            )?;
            let mail = outbox.prepare(&message)?;
            let book = book.map(|(entry, link)| (entry, link.digest()));
            Ok(Ready { link: token.digest(), invitation, invitee, mail, book })
        };
        let ready = all.into_iter().map(finish).collect::<Result<Vec<_>, Failure>>()?;
        Ok((campaign, ready))
    });
    let (campaign, ready) = ready.await.map_err(Fault::unexpected)??;
    let of_app = app.clone();
    Ok(app.db.write(move |tx| record(tx, &of_app, &campaign, ready, how)).await?)
}

/// The letter as it is told in each of the languages in which they are best spoken to.
async fn in_their_languages(
    app: &Data<App>,
    campaign: &Campaign,
    all: &[(Option<AddressId>, Invitee)],
) -> Result<BTreeMap<String, Campaign>, Fault> {
    let wanted: BTreeMap<String, Language> = all
        .iter()
        .filter_map(|(_, invitee)| invitee.language.clone())
        .map(|language| (language.to_string(), language))
        .collect();
    let campaign = campaign.clone();
    let read = app.db.read(move |conn| -> Result<_, crate::db::Error> {
        let mut told = BTreeMap::new();
        for (tag, language) in wanted {
            let reading = campaigns::reading(conn, &campaign, Some(&language), campaign.text_number)?;
            told.insert(tag, reading.of(&campaign));
        }
        Ok(told)
    });
    Ok(read.await?)
}

fn new(
    app: &App,
    campaign: &Campaign,
    invitee: &Invitee,
    How { late_until, by, .. }: How,
    now: Timestamp,
) -> Invitation {
    Invitation {
        id: InvitationId::new(now.millis(), app.random.bytes()),
        campaign: campaign.id,
        version: 1,
        organization: invitee.organization.clone(),
        website: invitee.website.clone(),
        language: invitee.language.clone(),
        email: Some(invitee.email.clone()),
        late_until,
        made_at: now,
        made_by: by,
        mailed_at: now,
        mails: 1,
        delivered_at: None,
        bounced_at: None,
        opened_at: None,
        declined_at: None,
        why_not: None,
        quiet_at: None,
        revoked: None,
    }
}

fn record(
    tx: &mut Tx<'_>,
    app: &App,
    campaign: &Campaign,
    ready: Vec<Ready>,
    How { is_book, by, .. }: How,
) -> Result<usize, Failure> {
    // With the campaign's row held, whoever sends the same list at the same moment sees these.
    if campaigns::hold(tx, campaign.id)?.is_none() {
        return Ok(0);
    }
    let mut invited: BTreeSet<store::Once> = store::invited(tx, campaign.id)?;
    let (mailboxes, now) = (store::mailboxes(tx, campaign.id)?, app.clock.now());
    let mut done = 0_usize;
    for Ready { invitation, invitee, link, mail, book } in ready {
        let folded = fold(invitee.organization.as_str());
        let key = contact_key(&app.keys, &invitee.email).as_bytes().to_vec();
        let may_have = mailboxes.get(&key).is_none_or(|there| there.may_have(now).is_ok());
        // Whoever has left the book while the mail was written is not invited from it.
        let stays = match book {
            Some((entry, _)) => store::is_in_book(tx, entry)?,
            None => !is_book,
        };
        if !stays || !may_have || !invited.insert((key, folded)) {
            continue;
        }
        store::insert_invitation(tx, &app.keys, &app.random, &invitation, (&invitee.email, link))?;
        if let Some((entry, link)) = book {
            store::insert_book_link(tx, entry, link, now)?;
            store::invited_from_book(tx, invitation.id, entry)?;
        }
        mail.enqueue(tx)?;
        done += 1;
    }
    if done > 0 {
        let act = Act {
            new: Some(done.to_string()),
            ..Act::new(
                app.clock.now(),
                Actor::Staff(by),
                Subject::Campaign(campaign.id),
                if is_book { INVITED_FROM_THE_BOOK } else { "invited organizations" },
            )
        };
        audit::record(tx, &app.random, act.in_campaign(campaign.id))?;
    }
    Ok(done)
}

/// Every line with what becomes of it.
pub(super) fn preview(
    app: &App,
    staff: &Staff,
    campaign: &Campaign,
    lines: Vec<Line>,
    fields: Fields,
) -> Result<HttpResponse, Fault> {
    let good = lines.iter().filter(|line| line.meant.is_ok()).count();
    let taken: Vec<String> =
        lines.iter().filter_map(|line| line.meant.as_ref().ok()).map(Invitee::line).collect();
    let taken = taken.join("\n");
    let template = Preview {
        page: staff.page(app, format!("Look at the list: {} – Undersigned", campaign.settings.title)),
        local: Local::new(campaign, true, Here::Invitations, app.clock.now()),
        back_href: format!("/staff/letters/{}/invitations", campaign.settings.slug),
        good,
        bad: lines.len() - good,
        lines: lines
            .into_iter()
            .map(|line| Fate {
                number: line.number,
                text: line.text,
                wrong: line.meant.err().unwrap_or_default(),
            })
            .collect(),
        seen: seen(fields.get("late_until"), &taken),
        taken,
        late_until: fields.get("late_until").to_owned(),
        is_book: fields.is_ticked(FROM_BOOK),
        has_deadline: campaign.settings.closes_at.is_some(),
        form: Filled::new(fields, Problems::default()),
    };
    Ok(page_of(StatusCode::OK, &template)?)
}

/// A line and what becomes of it.
struct Fate {
    number: usize,
    text: String,
    /// Empty where it can be taken.
    wrong: String,
}

#[derive(Template)]
#[template(path = "organizing/invite.html")]
struct Preview {
    page: Page,
    local: Local,
    back_href: String,
    lines: Vec<Fate>,
    good: usize,
    bad: usize,
    /// What the button sends: the lines that can be taken, and that they were looked at.
    taken: String,
    late_until: String,
    seen: String,
    /// Whether the list is one of the address book.
    is_book: bool,
    has_deadline: bool,
    form: Filled,
}
