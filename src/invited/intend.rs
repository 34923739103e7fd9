//! GET, POST /letters/{slug}/intention, and the same behind an invitation: somebody writes down that their organization means to sign, once one of
//! its bodies has decided on a day. What a stranger sees after sending never depends on what is known of the address.

use super::act::{self, Received};
use super::behind::{Asked, Found, embargo, found, staff_here, unknown};
use super::sign::opened;
use crate::account::Visitor;
use crate::campaign::Campaign;
use crate::ids::InvitationId;
use crate::mail::Outbox;
use crate::secret::Token;
use crate::sign_on::page::{About, countries, visible};
use crate::sign_on::{INTENTION_FIELDS, Invitation, KEPT_DAYS, Meant, PROOF_DAYS};
use crate::web::form::{Fields, Filled, Form, Problems};
use crate::web::link::{Link, Sent, from_our_pages};
use crate::web::page::{Page, page_of, see};
use crate::web::rate_limit::Limit;
use crate::web::show::{Choice, Fact};
use crate::web::{App, Fault, typed};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

/// What the form's token is for.
const PURPOSE: &str = "intention";

/// Where the form stands.
struct Place {
    campaign: Campaign,
    invitation: Option<InvitationId>,
    action: String,
    /// The letter, or the invitation.
    back: String,
    binding: Vec<u8>,
    known: Fields,
}

impl Place {
    fn of_letter(campaign: Campaign) -> Self {
        let back = format!("/letters/{}", campaign.settings.slug);
        Self {
            invitation: None,
            action: format!("{back}/intention"),
            back,
            binding: campaign.id.uuid().as_bytes().to_vec(),
            known: Fields::default(),
            campaign,
        }
    }

    fn of_invitation(found: Found, token: &Token) -> Self {
        let Found { invitation, campaign, .. } = found;
        let back = format!("/invitations/{}", token.reveal());
        Self {
            invitation: Some(invitation.id),
            action: format!("{back}/intention"),
            back,
            binding: token.digest().as_bytes().to_vec(),
            known: known(&invitation),
            campaign,
        }
    }

    fn about(&self, app: &App) -> About {
        About { href: self.back.clone(), ..About::new(&self.campaign, app.clock.now()) }
    }
}

fn known(invitation: &Invitation) -> Fields {
    let email = invitation.email.as_ref().map(|email| email.as_str().to_owned());
    let known = [("organization", Some(invitation.organization.to_string())), ("email", email)];
    known.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// The form of a public letter.
pub(super) async fn form(app: Data<App>, slug: Path<String>) -> Result<HttpResponse, Fault> {
    let place = Place::of_letter(visible(&app, &slug).await?);
    show(&app, &place, StatusCode::OK, Filled::default())
}

/// The form behind an invitation.
pub(super) async fn form_invited(
    app: Data<App>,
    Link { token, .. }: Link<Asked>,
) -> Result<HttpResponse, Fault> {
    let Some(found) = found(&app, &token).await? else { return unknown() };
    let place = Place::of_invitation(found, &token);
    let filled = Filled::new(place.known.clone(), Problems::default());
    show(&app, &place, StatusCode::OK, filled)
}

/// The form of a public letter is sent.
pub(super) async fn send(
    request: HttpRequest,
    app: Data<App>,
    outbox: Data<Outbox>,
    slug: Path<String>,
    Form(fields): Form,
) -> Result<HttpResponse, Fault> {
    let place = Place::of_letter(visible(&app, &slug).await?);
    from_our_pages(&request, &app)?;
    typed::keep(&request, &fields);
    take(&request, &app, &outbox, &place, fields).await
}

/// The form behind an invitation is sent.
pub(super) async fn send_invited(
    request: HttpRequest,
    app: Data<App>,
    outbox: Data<Outbox>,
    visitor: Visitor,
    sent: Sent<Asked>,
) -> Result<HttpResponse, Fault> {
    if visitor.0.is_some() {
        return staff_here(StatusCode::FORBIDDEN);
    }
    let (token, fields, is_fresh) = sent.checked(&app, PURPOSE);
    let Some(found) = found(&app, &token).await? else { return unknown() };
    if is_fresh {
        opened(&app, &found.invitation).await?;
    }
    take(&request, &app, &outbox, &Place::of_invitation(found, &token), fields).await
}

/// After sending: the same for everybody.
pub(super) async fn sent(app: Data<App>, slug: Path<String>) -> Result<HttpResponse, Fault> {
    done(&app, &Place::of_letter(visible(&app, &slug).await?))
}

/// The same behind an invitation.
pub(super) async fn sent_invited(
    app: Data<App>,
    Link { token, .. }: Link<Asked>,
) -> Result<HttpResponse, Fault> {
    let Some(found) = found(&app, &token).await? else { return unknown() };
    done(&app, &Place::of_invitation(found, &token))
}

async fn take(
    request: &HttpRequest,
    app: &Data<App>,
    outbox: &Data<Outbox>,
    place: &Place,
    fields: Fields,
) -> Result<HttpResponse, Fault> {
    let now = app.clock.now();
    if !place.campaign.takes_sign_ons(now) {
        return closed(app, place, StatusCode::CONFLICT, typed::shown(&fields));
    }
    let meant = match Meant::parse(&fields, now, place.campaign.settings.closes_at) {
        Ok(meant) => meant,
        Err(problems) => {
            let filled = Filled::new(fields, problems);
            return show(app, place, StatusCode::UNPROCESSABLE_ENTITY, filled);
        }
    };
    let Ok(nonce) = app.check_form_token(fields.get("form_token"), PURPOSE, &place.binding) else {
        // The form lay open for longer than its token lives. Nothing typed is lost: send it again.
        return show(app, place, StatusCode::FORBIDDEN, Filled::new(fields, Problems::default()));
    };
    let press = INTENTION_FIELDS.iter().map(|field| fields.get(field).as_bytes());
    let press: Vec<&[u8]> = [nonce.as_bytes().as_slice()].into_iter().chain(press).collect();
    app.limits.check_once(Limit::SignOns, app.network(request), &press.concat(), now)?;
    match act::receive(app, outbox, place.campaign.id, place.invitation, meant).await? {
        Received::Taken => Ok(see(&format!("{}/sent", place.action))),
        Received::Closed => closed(app, place, StatusCode::CONFLICT, typed::shown(&fields)),
        Received::Uninvited => unknown(),
    }
}

fn show(app: &App, place: &Place, status: StatusCode, form: Filled) -> Result<HttpResponse, Fault> {
    if !place.campaign.takes_sign_ons(app.clock.now()) {
        return closed(app, place, status, Vec::new());
    }
    let template = Intend {
        page: Page::new("Say when you decide – Undersigned").not_indexed(),
        letter: place.about(app),
        embargo: embargo(&place.campaign, app.clock.now()),
        action: place.action.clone(),
        token: app.form_token(PURPOSE, &place.binding),
        form,
        countries: countries(),
        kept_days: KEPT_DAYS,
    };
    Ok(page_of(status, &template)?)
}

fn done(app: &App, place: &Place) -> Result<HttpResponse, Fault> {
    let template = Done {
        page: Page::new("Now open your mail – Undersigned").not_indexed(),
        letter: place.about(app),
        proof_days: PROOF_DAYS,
    };
    Ok(page_of(StatusCode::OK, &template)?)
}

fn closed(app: &App, place: &Place, status: StatusCode, typed: Vec<Fact>) -> Result<HttpResponse, Fault> {
    let page = Page::new("This letter takes no sign-ons now – Undersigned").not_indexed();
    Ok(page_of(status, &Closed { page, letter: place.about(app), typed })?)
}

#[derive(Template)]
#[template(path = "invited/intend.html")]
struct Intend {
    page: Page,
    letter: About,
    embargo: String,
    action: String,
    token: String,
    form: Filled,
    countries: &'static [Choice],
    kept_days: i64,
}

#[derive(Template)]
#[template(path = "invited/intend_sent.html")]
struct Done {
    page: Page,
    letter: About,
    proof_days: i64,
}

#[derive(Template)]
#[template(path = "invited/intend_closed.html")]
struct Closed {
    page: Page,
    letter: About,
    typed: Vec<Fact>,
}
