//! GET, POST /staff/sign-ons/{id}/mails/edit: while the mail of a decision waits, a moderator's own words in it can be changed. The mail is made anew
//! from its template, looked at, and takes the place of the one that waits, with the same Message-ID and date; what is recorded of the
//! decision changes with it.

use super::bench::{Bench, Seen};
use super::entry::without_secrets;
use super::history::MAIL_EDITED;
use super::mails::{News, WORDED};
use super::words::{self, Words};
use crate::account::{Acting, Moderator};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Here, Local, Status};
use crate::db::{self, Tx};
use crate::ids::{AnyId, ContactId, SignOnId};
use crate::mail::{self, Message, Outbox, Reworded, Waiting};
use crate::secret::{Token, TokenDigest};
use crate::sign_on::{self, Remark, SignOn};
use crate::text::optional;
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{Page, page_of, see};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;

/// The page.
pub(super) async fn show(who: Moderator, app: Data<App>, id: Path<String>) -> Result<HttpResponse, Fault> {
    let id = SignOnId::parse(&id).ok_or(Fault::NotFound)?;
    let bench = Bench::new(&app, who);
    let seen = bench.see(id).await?;
    let Some(words) = editable(&bench, &seen) else { return Ok(see(&format!("/staff/sign-ons/{id}"))) };
    let text = words.text.as_ref().map_or("", Remark::as_str);
    let form = Filled::new([("text", text)].into_iter().collect(), Problems::default());
    render(&bench, &seen, StatusCode::OK, form, Vec::new(), String::new()).await
}

/// Shows the mail with the new words; with the button for it, puts them in.
pub(super) async fn save(
    app: Data<App>,
    outbox: Data<Outbox>,
    id: Path<String>,
    Acting { who, fields }: Acting<Moderator>,
) -> Result<HttpResponse, Fault> {
    let id = SignOnId::parse(&id).ok_or(Fault::NotFound)?;
    let Ok(version) = fields.get("version").parse::<i64>() else {
        return Err(Fault::Unprocessable(
            "The form does not say from which page it was sent. Nothing was changed.",
        ));
    };
    let bench = Bench::new(&app, who);
    let seen = bench.see(id).await?;
    let words = editable(&bench, &seen);
    let mut problems = Problems::default();
    let text = problems.take("text", optional(fields.get("text"), Remark::parse));
    if let (Some(Words { text: now, .. }), Some(text)) = (words::of(&seen.sign_on, reasons(&seen)), &text)
        && seen.sign_on.version == version + 1
        && now == *text
    {
        // Pressed twice.
        return Ok(see(&format!("/staff/sign-ons/{id}")));
    }
    let Some(words) = words.filter(|_| seen.sign_on.version == version) else {
        return overtaken(&bench, id, &fields).await;
    };
    if words.is_needed && text == Some(None) {
        problems.add("text", "Write something: without your words the mail says nothing.");
    }
    let Some(text) = text.filter(|_| problems.is_empty()) else {
        let form = Filled::new(fields, problems);
        return render(&bench, &seen, StatusCode::UNPROCESSABLE_ENTITY, form, Vec::new(), String::new())
            .await;
    };
    let is_seen = optional(fields.get("seen"), Remark::parse).is_ok_and(|seen| seen == text);
    let Some(after) = words::reworded(seen.sign_on.clone(), text) else {
        return overtaken(&bench, id, &fields).await;
    };
    let mails = mails(&bench, &seen, &after)?;
    // Only what was seen is put in.
    if fields.get("do") != "save" || !fields.is_ticked("seen") || !is_seen {
        let shown = mails.iter().map(|(.., message)| Shown::new(message)).collect();
        let form = Filled::new(fields, problems);
        return render(&bench, &seen, StatusCode::OK, form, shown, String::new()).await;
    }
    let mut parts = Vec::new();
    for (waiting, contact, token, message) in mails {
        let reworded = outbox.reworded(&waiting, &message).map_err(Fault::unexpected)?;
        parts.push((contact, token, reworded));
    }
    let task = (bench.clone(), seen.sign_on.clone(), after);
    match app.db.write(move |tx| put_in(tx, task, parts)).await {
        Ok(()) => Ok(see(&format!("/staff/sign-ons/{id}"))),
        Err(Stop::Overtaken) => overtaken(&bench, id, &fields).await,
        Err(Stop::Database(error)) => Err(error.into()),
    }
}

fn reasons(seen: &Seen) -> &campaign::Reasons {
    &seen.campaign.settings.reasons
}

/// The words that can be changed: those of a mail that waits for its time and of which nothing has gone.
fn editable(bench: &Bench, seen: &Seen) -> Option<Words> {
    let is_open = |mail: &Waiting| mail.at > bench.now && recipient(seen, mail).is_some();
    let waits = worded(seen).next().is_some() && worded(seen).all(is_open);
    let is_open = waits && !seen.has_gone && seen.campaign.settings.status != Status::Archived;
    words::of(&seen.sign_on, reasons(seen)).filter(|_| is_open)
}

/// The mails that wait and that hold the words.
fn worded(seen: &Seen) -> impl Iterator<Item = &Waiting> {
    seen.waiting.iter().filter(|mail| WORDED.contains(&mail.kind))
}

/// The contact that a mail is to.
fn recipient<'a>(seen: &'a Seen, mail: &Waiting) -> Option<&'a sign_on::Representative> {
    seen.contacts.iter().find(|contact| contact.email.canonical() == mail.address.canonical())
}

type Made = (Waiting, ContactId, TokenDigest, Message);

/// The mails that wait, made anew; each with a link of its own to the private page.
fn mails(bench: &Bench, seen: &Seen, after: &SignOn) -> Result<Vec<Made>, Fault> {
    let news = News {
        base: &bench.app.base_url,
        campaign: &seen.told,
        sign_on: after,
        now: bench.now,
        not_before: None,
        worded: &seen.worded,
        disagreement: seen.disagreement,
    };
    let mut all = Vec::new();
    for waiting in worded(seen) {
        let Some(contact) = recipient(seen, waiting) else { continue };
        let token = Token::make(&bench.app.random);
        if let Some(message) = news.message(&contact.email, &token).map_err(Fault::unexpected)? {
            all.push((waiting.clone(), contact.id, token.digest(), message));
        }
    }
    Ok(all)
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
enum Stop {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error("overtaken")]
    Overtaken,
}

fn put_in(
    tx: &mut Tx<'_>,
    (bench, before, after): (Bench, SignOn, SignOn),
    mails: Vec<(ContactId, TokenDigest, Reworded)>,
) -> Result<(), Stop> {
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    let held = campaign::store::hold(tx, bench.who.campaign)?.ok_or(Stop::Overtaken)?;
    let about = AnyId::from_uuid(before.id.uuid());
    let waiting = mail::waiting_about(tx, &bench.app.keys, about, &WORDED)?.len();
    if held.settings.status == Status::Archived || mails.is_empty() || waiting != mails.len() {
        return Err(Stop::Overtaken);
    }
    if !sign_on::store::replace(tx, &before, &after)? {
        return Err(Stop::Overtaken);
    }
    sign_on::store::carry_before(tx, before.id, before.version, after.version)?;
    for (contact, token, reworded) in mails {
        let is_there = sign_on::store::insert_private_link(tx, token, contact, bench.now)?;
        if !is_there || !reworded.put_in(tx, bench.now)? {
            return Err(Stop::Overtaken);
        }
    }
    // The words themselves may speak of persons: they are in the decision, not in the history.
    let act = Act::new(bench.now, Actor::Staff(bench.who.staff.id), Subject::SignOn(before.id), MAIL_EDITED);
    Ok(audit::record(tx, &bench.app.random, act.in_campaign(held.id))?)
}

/// 409: what stands now, and what was typed.
async fn overtaken(bench: &Bench, id: SignOnId, fields: &Fields) -> Result<HttpResponse, Fault> {
    let seen = bench.see(id).await?;
    let text = words::of(&seen.sign_on, reasons(&seen)).and_then(|words| words.text);
    let text = text.as_ref().map_or("", Remark::as_str);
    let form = Filled::new([("text", text)].into_iter().collect(), Problems::default());
    render(bench, &seen, StatusCode::CONFLICT, form, Vec::new(), fields.get("text").to_owned()).await
}

async fn render(
    bench: &Bench,
    seen: &Seen,
    status: StatusCode,
    form: Filled,
    preview: Vec<Shown>,
    typed: String,
) -> Result<HttpResponse, Fault> {
    // The page names the recipient.
    bench.note_reading(seen).await?;
    let entry = &seen.sign_on.entry;
    let template = Edit {
        page: bench
            .who
            .staff
            .page(&bench.app, format!("Edit the mail: {} – Undersigned", entry.organization)),
        local: bench.local(&seen.campaign, Here::Elsewhere),
        name: entry.organization.to_string(),
        href: format!("/staff/sign-ons/{}", seen.sign_on.id),
        version: seen.sign_on.version,
        is_needed: words::of(&seen.sign_on, reasons(seen)).is_some_and(|words| words.is_needed),
        can_edit: editable(bench, seen).is_some(),
        is_overtaken: status == StatusCode::CONFLICT,
        form,
        preview,
        typed,
    };
    Ok(page_of(status, &template)?)
}

/// A mail as it would go.
struct Shown {
    to: String,
    subject: String,
    text: String,
}

impl Shown {
    fn new(message: &Message) -> Self {
        Self {
            to: message.to.shown(),
            subject: message.subject.clone(),
            text: without_secrets(&message.text),
        }
    }
}

#[derive(Template)]
#[template(path = "moderation/edit.html")]
struct Edit {
    page: Page,
    local: Local,
    name: String,
    href: String,
    version: i64,
    is_needed: bool,
    can_edit: bool,
    is_overtaken: bool,
    form: Filled,
    preview: Vec<Shown>,
    typed: String,
}
