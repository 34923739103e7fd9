//! The form: filled in, reviewed as it will print, sent.

use super::page::{About, Hidden, KEPT_FOR, bases, carried, countries, public_facts, typed, visible};
use super::receive::{Desk, Received, TERM_DAYS, receive};
use super::submission::{Basis, Submission};
use super::wording::{self, HasRead, ToSign};
use crate::campaign::Campaign;
use crate::clock::Timestamp;
use crate::mail::Outbox;
use crate::web::form::{Fields, Filled, Form, Problems};
use crate::web::link::from_our_pages;
use crate::web::page::{Page, page, page_of, see};
use crate::web::rate_limit::Limit;
use crate::web::show::{Choice, Fact, Moment};
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

/// What the form's token is for.
const PURPOSE: &str = "sign";

/// The form as it is first seen.
pub(super) async fn form(app: Data<App>, slug: Path<String>) -> Result<HttpResponse, Fault> {
    let campaign = visible(&app, &slug).await?;
    if !campaign.takes_sign_ons(app.clock.now()) {
        return closed(&app, &campaign, StatusCode::OK, Vec::new());
    }
    show_form(&app, &campaign, StatusCode::OK, Filled::default()).await
}

/// The form as it comes back: to be mended, to be reviewed, or to be taken.
pub(super) async fn send(
    request: HttpRequest,
    app: Data<App>,
    outbox: Data<Outbox>,
    slug: Path<String>,
    Form(fields): Form,
) -> Result<HttpResponse, Fault> {
    let campaign = visible(&app, &slug).await?;
    from_our_pages(&request, &app)?;
    if !campaign.takes_sign_ons(app.clock.now()) {
        return closed(&app, &campaign, StatusCode::CONFLICT, typed(&fields));
    }
    if fields.is_ticked("mend") {
        return show_form(&app, &campaign, StatusCode::OK, Filled::new(fields, Problems::default())).await;
    }
    let submission = match Submission::parse(&fields, &campaign.settings.line) {
        Ok(submission) => submission,
        Err(problems) => {
            let form = Filled::new(fields, problems);
            return show_form(&app, &campaign, StatusCode::UNPROCESSABLE_ENTITY, form).await;
        }
    };
    // Only the line that was shown can be sent: if the pattern changed meanwhile, it is shown again.
    let confirmed = fields.is_ticked("send") && fields.get("line") == submission.entry.line;
    if !confirmed {
        return review(&app, &campaign, StatusCode::OK, &fields, &submission);
    }
    let token = app.check_form_token(fields.get("form_token"), PURPOSE, campaign.id.uuid().as_bytes());
    let Ok(nonce) = token else {
        // The form lay open for longer than its token lives, or was not ours. Nothing typed is lost: send it again.
        return review(&app, &campaign, StatusCode::FORBIDDEN, &fields, &submission);
    };
    // Pressing the button again is the same sign-on; it is counted once. What was typed is part of the press, so that one
    // token does not open the door to many sign-ons.
    let press = [
        nonce.as_bytes().as_slice(),
        submission.entry.line.as_bytes(),
        submission.contact.email.as_str().as_bytes(),
    ];
    app.limits.check_once(Limit::SignOns, app.network(&request), &press.concat(), app.clock.now())?;
    match receive(Desk::new(&app, &outbox), campaign.id, submission, HasRead::of(&fields)).await? {
        Received::Taken => Ok(see(&format!("/letters/{}/sign/sent", campaign.settings.slug))),
        Received::Closed => closed(&app, &campaign, StatusCode::CONFLICT, typed(&fields)),
        Received::TextChanged => {
            let form = Filled::new(fields, Problems::default());
            show_form(&app, &campaign, StatusCode::CONFLICT, form).await
        }
    }
}

/// After sending: the same for everybody.
pub(super) async fn sent(app: Data<App>, slug: Path<String>) -> Result<HttpResponse, Fault> {
    let campaign = visible(&app, &slug).await?;
    let page_of_it = Page::new("Now open your mail – Undersigned").not_indexed();
    Ok(page(&Sent {
        page: page_of_it,
        letter: About::new(&campaign, app.clock.now()),
        term_days: TERM_DAYS,
    })?)
}

async fn show_form(
    app: &App,
    campaign: &Campaign,
    status: StatusCode,
    form: Filled,
) -> Result<HttpResponse, Fault> {
    let letter = About::new(campaign, app.clock.now());
    let template = Sign {
        page: Page::new("Sign for your organization – Undersigned"),
        action: letter.sign_href.clone(),
        letter,
        text: wording::to_sign(app, campaign).await?,
        text_changed: status == StatusCode::CONFLICT,
        token: app.form_token(PURPOSE, campaign.id.uuid().as_bytes()),
        form,
        countries: countries(),
        bases: bases(),
        statement: campaign.settings.authority.clone(),
        kept_for: KEPT_FOR,
    };
    Ok(page_of(status, &template)?)
}

fn review(
    app: &App,
    campaign: &Campaign,
    status: StatusCode,
    fields: &Fields,
    submission: &Submission,
) -> Result<HttpResponse, Fault> {
    let letter = About::new(campaign, app.clock.now());
    let mut hidden = carried(fields);
    hidden.push(Hidden { name: "line", value: submission.entry.line.clone() });
    for name in [wording::FIELD, wording::SILENCE].into_iter().filter(|name| fields.is_ticked(name)) {
        hidden.push(Hidden { name, value: fields.get(name).to_owned() });
    }
    let email = &submission.contact.email;
    let template = Review {
        page: Page::new("Is this the line to be printed? – Undersigned").not_indexed(),
        action: letter.sign_href.clone(),
        letter,
        token: app.form_token(PURPOSE, campaign.id.uuid().as_bytes()),
        line: submission.entry.line.clone(),
        email: email.shown(),
        suggestion: email.suggestion().map(|s| s.shown()).unwrap_or_default(),
        facts: facts(submission, &campaign.settings.authority),
        hidden,
    };
    Ok(page_of(status, &template)?)
}

fn facts(submission: &Submission, statement: &str) -> Vec<Fact> {
    let (entry, contact) = (&submission.entry, &submission.contact);
    let basis = match submission.basis {
        Basis::Head => "You head the organization",
        Basis::Delegated => "The head of the organization asked you to sign",
        Basis::Decision => "A body of the organization decided to sign",
    };
    let stated = [
        ("Your name", Some(contact.name.to_string())),
        ("Your role", Some(contact.role.to_string())),
        ("Authority", Some(format!("{basis}. You state: “{statement}”"))),
        ("News by mail", Some(if contact.updates { "Yes" } else { "No" }.to_owned())),
        ("Note to the moderators", contact.note.as_ref().map(ToString::to_string)),
    ];
    let stated = stated.into_iter().filter_map(|(name, value)| Some(Fact { name, value: value? }));
    public_facts(entry).into_iter().chain(stated).collect()
}

/// The page of a letter that takes no sign-ons now.
pub(super) fn closed(
    app: &App,
    campaign: &Campaign,
    status: StatusCode,
    typed: Vec<Fact>,
) -> Result<HttpResponse, Fault> {
    let page_of_it = Page::new("This letter takes no sign-ons now – Undersigned").not_indexed();
    let now = app.clock.now();
    let (letter, stand) = (About::new(campaign, now), Stand::of(campaign, now));
    Ok(page_of(status, &Closed { page: page_of_it, letter, stand, typed })?)
}

/// Why a letter takes no sign-ons: it opens later, or it has closed.
struct Stand {
    opens: Option<Moment>,
    closed: Option<Moment>,
}

impl Stand {
    fn of(campaign: &Campaign, now: Timestamp) -> Self {
        let settings = &campaign.settings;
        Self {
            opens: settings.opens_at.filter(|opens| *opens > now).map(|at| Moment::new(at, now)),
            closed: campaign.closed_on(now).map(|at| Moment::new(at, now)),
        }
    }
}

#[derive(Template)]
#[template(path = "sign_on/sign.html")]
struct Sign {
    page: Page,
    letter: About,
    text: ToSign,
    /// Whether the text has changed since they read it.
    text_changed: bool,
    action: String,
    token: String,
    form: Filled,
    countries: &'static [Choice],
    bases: Vec<Choice>,
    statement: String,
    kept_for: &'static str,
}

#[derive(Template)]
#[template(path = "sign_on/review.html")]
struct Review {
    page: Page,
    letter: About,
    action: String,
    token: String,
    line: String,
    email: String,
    suggestion: String,
    facts: Vec<Fact>,
    hidden: Vec<Hidden>,
}

#[derive(Template)]
#[template(path = "sign_on/sent.html")]
struct Sent {
    page: Page,
    letter: About,
    term_days: i64,
}

#[derive(Template)]
#[template(path = "sign_on/closed.html")]
struct Closed {
    page: Page,
    letter: About,
    stand: Stand,
    typed: Vec<Fact>,
}
