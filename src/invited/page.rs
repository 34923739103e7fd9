//! GET /invitations/{token}: the letter, who has signed it, and the form, filled in with what the organizers know. It changes nothing, whoever
//! opens it and however often: docs/decisions/0040-opened-by-a-person.md.

use super::behind::{ANSWER, Asked, Found, embargo, found, unknown};
use crate::account::Visitor;
use crate::list::read::reading;
use crate::secret::Token;
use crate::sign_on::store;
use crate::sign_on::submit::{self, SignForm};
use crate::sign_on::{BookEntry, Invitation};
use crate::text::Language;
use crate::web::form::{self, Fields, Filled, Problems};
use crate::web::language::{self, LanguageLink};
use crate::web::link::Link;
use crate::web::page::{Page, page_of};
use crate::web::show::Moment;
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

/// The page.
pub(super) async fn show(
    request: HttpRequest,
    app: Data<App>,
    visitor: Visitor,
    Link { token, .. }: Link<Asked>,
) -> Result<HttpResponse, Fault> {
    let Some(found) = found(&app, &token).await? else { return unknown() };
    let number = match form::query(&request)?.get("page") {
        "" => 1,
        number => number.parse().ok().filter(|number| *number >= 1).ok_or(Fault::NotFound)?,
    };
    let (wanted, is_staff) = (language::wanted(&request)?, visitor.0.is_some());
    let shown = Shown { number, wanted, is_staff, answer: Filled::default() };
    render(&app, &token, &found, shown, StatusCode::OK).await
}

/// How the page is seen.
pub(super) struct Shown {
    /// The page of names.
    pub(super) number: usize,
    /// In another language than the one in which they were invited.
    pub(super) wanted: Option<Language>,
    /// By somebody who is logged in: they can look, and cannot answer for somebody else.
    pub(super) is_staff: bool,
    /// The answer that is no, as it came back.
    pub(super) answer: Filled,
}

/// The page, as it is first seen or with an answer that came back.
pub(super) async fn render(
    app: &App,
    token: &Token,
    found: &Found,
    shown: Shown,
    status: StatusCode,
) -> Result<HttpResponse, Fault> {
    let Shown { number, wanted, is_staff, answer } = shown;
    let (now, campaign) = (app.clock.now(), &found.campaign);
    let (place, invitation) = (found.place(token).wanting(wanted), &found.invitation);
    let read = reading(app, campaign.id, number, (&place.letter, place.wanted.as_ref())).await?;
    // The deadline is that of the invitation; what is said is said in the language of the text.
    let closes_at = campaign.settings.closes_at;
    let settings = &read.told.settings;
    let is_open = campaign.takes_sign_ons(now);
    let at = |at| Moment::new(at, now);
    let (keys, id) = (app.keys.clone(), invitation.id);
    let book = app.db.read(move |conn| store::book_entry_invited(conn, &keys, id)).await?;
    let form = Filled::new(known(invitation, book.as_ref()), Problems::default());
    // The languages stand on top of this page.
    let fields = submit::fields(app, &place, form).await?.without_languages();
    let tag = settings.language.as_str();
    let template = Invited {
        page: Page::new(format!("{} – Undersigned", settings.title)).not_indexed(),
        title: settings.title.to_string(),
        lang: if tag == "en" { String::new() } else { tag.to_owned() },
        dir: settings.language.dir().as_str(),
        recipient: settings.recipient.clone(),
        host: settings.host.clone(),
        contact: settings.contact.clone(),
        contact_href: settings.contact_href(),
        organization: invitation.organization.to_string(),
        embargo: embargo(campaign, now),
        languages: read.languages,
        note: read.note,
        letter: read.letter,
        names: read.names,
        count: read.count,
        countries: read.countries,
        is_open,
        is_staff,
        has_signed: found.has_signed(),
        until: closes_at.filter(|_| is_open).map(at),
        opens: settings.opens_at.filter(|opens| *opens > now).map(at),
        later: place.later,
        fields,
        answer,
        answer_action: format!("{}/decline", place.letter),
        answer_token: app.form_token(ANSWER, token.digest().as_bytes()),
        declined: invitation.declined_at.map(at),
        is_quiet: invitation.quiet_at.is_some(),
    };
    Ok(page_of(status, &template)?)
}

/// The form as it is filled in by what the organizers know, and by what the organization let this site keep.
fn known(invitation: &Invitation, book: Option<&BookEntry>) -> Fields {
    let text = |text: Option<&dyn ToString>| text.map(ToString::to_string);
    let kept = |field: fn(&BookEntry) -> Option<&dyn ToString>| text(book.and_then(field));
    let known = [
        ("organization", Some(invitation.organization.to_string())),
        ("acronym", kept(|entry| entry.acronym.as_ref().map(|acronym| acronym as &dyn ToString))),
        ("native_name", kept(|entry| entry.native_name.as_ref().map(|name| name as &dyn ToString))),
        ("sort_as", kept(|entry| entry.sort_as.as_ref().map(|sort_as| sort_as as &dyn ToString))),
        ("website", invitation.website.as_ref().map(|url| url.as_str().to_owned())),
        ("country", book.and_then(|entry| entry.country).map(|country| country.as_str().to_owned())),
        ("email", invitation.email.as_ref().map(|email| email.as_str().to_owned())),
    ];
    known.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

#[derive(Template)]
#[template(path = "invited/page.html")]
struct Invited {
    page: Page,
    title: String,
    lang: String,
    dir: &'static str,
    recipient: String,
    host: String,
    contact: String,
    contact_href: String,
    organization: String,
    embargo: String,
    languages: Vec<LanguageLink>,
    note: String,
    letter: String,
    names: String,
    count: u32,
    countries: usize,
    is_open: bool,
    is_staff: bool,
    has_signed: bool,
    until: Option<Moment>,
    opens: Option<Moment>,
    later: String,
    fields: SignForm,
    answer: Filled,
    answer_action: String,
    answer_token: String,
    declined: Option<Moment>,
    is_quiet: bool,
}
