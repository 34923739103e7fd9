//! The representative corrects what was signed: the form, the differences, and one button. What is on the list stays there as it is
//! until a moderator accepts; what nobody has decided yet is changed at once, and decided as it is then.

use super::correction::{Asked, Correction, Difference, differences};
use super::mails::CORRECTION;
use super::notify;
use super::page::{About, Hidden, countries};
use super::private_page::behind;
use super::receive::{Desk, Failure};
use super::state::{SignOn, Standing};
use super::store;
use super::submission::Entry;
use super::verify::{Signer, unknown};
use super::withdraw::stands;
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Campaign, Status};
use crate::db::Tx;
use crate::ids::{AnyId, CorrectionId};
use crate::mail::{self, Outbox};
use crate::secret::{Token, TokenDigest};
use crate::text::{Acronym, Country, NativeName, SortAs};
use crate::web::form::{Fields, Filled, Problems};
use crate::web::link::{Link, Sent};
use crate::web::page::{Page, page_of, see};
use crate::web::show::Choice;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

const PURPOSE: &str = "correct";

/// The fields of the form, in the order of the page.
const FIELDS: [&str; 6] = ["organization", "acronym", "native_name", "sort_as", "website", "country"];

/// What the link opens, and what the entry is to say already.
struct Opened {
    campaign: Campaign,
    sign_on: SignOn,
    waiting: Option<Correction>,
}

/// The form, filled in with what stands or with what was asked for already.
pub(super) async fn form(app: Data<App>, Link { token, .. }: Link<Signer>) -> Result<HttpResponse, Fault> {
    let Some(opened) = open(&app, token.digest()).await? else { return unknown() };
    let entry = opened.waiting.as_ref().map_or(&opened.sign_on.entry, |waiting| &waiting.entry);
    if opened.sign_on.clone().correct(entry.clone()).is_err() {
        return Ok(see(&format!("/sign-ons/{}", token.reveal())));
    }
    let filled = Filled::new(fields_of(entry), Problems::default());
    show(&app, &token, &opened, StatusCode::OK, filled)
}

/// Shows the differences; with the button there, sends them.
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
    let parsed = Entry::parse(&fields, &opened.campaign.settings.line, &mut problems);
    let Some(entry) = parsed.filter(|_| !fields.is_ticked("mend")) else {
        let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        return show(&app, &token, &opened, status, Filled::new(fields, problems));
    };
    let is_sent = fields.is_ticked("send") && fields.get("line") == entry.line;
    let found = differences(&opened.sign_on.entry, &entry);
    // Sent twice, the second finds the correction waiting, or the entry as it is to be: the same answer again.
    let is_there = opened.waiting.as_ref().is_some_and(|waiting| waiting.entry == entry) || found.is_empty();
    if !is_sent && found.is_empty() {
        problems.add(
            "organization",
            "Nothing differs from what stands. Change what is to be corrected, then continue.",
        );
        let filled = Filled::new(fields, problems);
        return show(&app, &token, &opened, StatusCode::UNPROCESSABLE_ENTITY, filled);
    }
    if !is_sent {
        return review(&app, &token, &opened, &fields, found, &entry.line);
    }
    let back = format!("/sign-ons/{}", token.reveal());
    if is_there {
        return Ok(see(&back));
    }
    let desk = Desk::new(&app, &outbox);
    match app.db.write(move |tx| take(tx, &desk, digest, &entry)).await? {
        None => unknown(),
        Some(Taken::Yes) => Ok(see(&back)),
        Some(Taken::Archived) => Err(Fault::Overtaken(
            "The letter is archived: nothing about it changes any more. Nothing was changed.".to_owned(),
        )),
        Some(Taken::Otherwise(sign_on)) => Err(Fault::Overtaken(format!(
            "{} So there is nothing to correct, and nothing was changed. Your private page says why.",
            stands(&sign_on)
        ))),
    }
}

async fn open(app: &App, token: TokenDigest) -> Result<Option<Opened>, Fault> {
    let now = app.clock.now();
    let read = app.db.read(move |conn| -> Result<_, crate::db::Error> {
        let Some((campaign, sign_on)) = behind(conn, token, now)? else { return Ok(None) };
        let waiting = store::waiting_correction(conn, sign_on.id)?;
        Ok(Some(Opened { campaign, sign_on, waiting }))
    });
    Ok(read.await?)
}

fn fields_of(entry: &Entry) -> Fields {
    [
        ("organization", entry.organization.as_str()),
        ("acronym", entry.acronym.as_ref().map_or("", Acronym::as_str)),
        ("native_name", entry.native_name.as_ref().map_or("", NativeName::as_str)),
        ("sort_as", entry.sort_as.as_ref().map_or("", SortAs::as_str)),
        ("website", entry.website.as_ref().map_or("", |url| url.as_str())),
        ("country", entry.country.as_ref().map_or("", Country::as_str)),
    ]
    .into_iter()
    .collect()
}

/// What became of it.
enum Taken {
    Yes,
    Archived,
    Otherwise(Box<SignOn>),
}

fn take(tx: &mut Tx<'_>, desk: &Desk, token: TokenDigest, entry: &Entry) -> Result<Option<Taken>, Failure> {
    let Some((campaign, _)) = behind(tx, token, desk.now)? else { return Ok(None) };
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    campaign::store::hold(tx, campaign.id)?;
    let Some((campaign, before)) = behind(tx, token, desk.now)? else { return Ok(None) };
    if campaign.settings.status == Status::Archived {
        return Ok(Some(Taken::Archived));
    }
    let Ok(after) = before.clone().correct(entry.clone()) else {
        return Ok(Some(Taken::Otherwise(Box::new(before))));
    };
    store::replace_waiting_correction(tx, before.id, desk.now)?;
    let act = match before.standing() {
        Standing::Approved => {
            let correction = Correction {
                id: CorrectionId::new(desk.now.millis(), desk.app.random.bytes()),
                sign_on: before.id,
                asked: Asked::ByRepresentative,
                at: desk.now,
                entry: entry.clone(),
                old_organization: before.entry.organization.clone(),
                old_line: before.entry.line.clone(),
                first: None,
            };
            store::insert_correction(tx, &desk.app.keys, &desk.app.random, &correction, None, None)?;
            "asked for a correction"
        }
        _ => {
            if !store::replace_entry(tx, &before, &after)? {
                return take(tx, desk, token, entry);
            }
            // News of another line than this one is no longer true.
            mail::take_back(tx, AnyId::from_uuid(before.id.uuid()), &[CORRECTION], desk.now)?;
            "corrected"
        }
    };
    let act = Act::new(desk.now, Actor::Representative, Subject::SignOn(before.id), act)
        .in_campaign(campaign.id)
        .changing(&before.entry.line, &entry.line);
    audit::record(tx, &desk.app.random, act)?;
    notify::moderators(tx, desk, &campaign, &after)?;
    Ok(Some(Taken::Yes))
}

fn show(
    app: &App,
    token: &Token,
    opened: &Opened,
    status: StatusCode,
    form: Filled,
) -> Result<HttpResponse, Fault> {
    let back_href = format!("/sign-ons/{}", token.reveal());
    let template = Correct {
        page: Page::new("Correct your sign-on – Undersigned").not_indexed(),
        letter: About::new(&opened.campaign, app.clock.now()),
        form,
        token: app.form_token(PURPOSE, token.digest().as_bytes()),
        countries: countries(),
        line: opened.sign_on.entry.line.clone(),
        is_listed: opened.sign_on.standing() == Standing::Approved,
        action: format!("{back_href}/edit"),
        back_href,
    };
    Ok(page_of(status, &template)?)
}

fn review(
    app: &App,
    token: &Token,
    opened: &Opened,
    fields: &Fields,
    differences: Vec<Difference>,
    line: &str,
) -> Result<HttpResponse, Fault> {
    let typed = FIELDS.iter().map(|name| Hidden { name, value: fields.get(name).to_owned() });
    let back_href = format!("/sign-ons/{}", token.reveal());
    let template = Review {
        page: Page::new("Is this the line to be printed? – Undersigned").not_indexed(),
        letter: About::new(&opened.campaign, app.clock.now()),
        token: app.form_token(PURPOSE, token.digest().as_bytes()),
        hidden: typed.chain([Hidden { name: "line", value: line.to_owned() }]).collect(),
        differences,
        line: line.to_owned(),
        is_listed: opened.sign_on.standing() == Standing::Approved,
        action: format!("{back_href}/edit"),
    };
    Ok(page_of(StatusCode::OK, &template)?)
}

#[derive(Template)]
#[template(path = "sign_on/correct.html")]
struct Correct {
    page: Page,
    letter: About,
    form: Filled,
    token: String,
    countries: &'static [Choice],
    line: String,
    is_listed: bool,
    action: String,
    back_href: String,
}

#[derive(Template)]
#[template(path = "sign_on/correct_review.html")]
struct Review {
    page: Page,
    letter: About,
    token: String,
    hidden: Vec<Hidden>,
    differences: Vec<Difference>,
    line: String,
    is_listed: bool,
    action: String,
}
