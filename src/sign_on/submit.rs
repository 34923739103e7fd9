//! The form: filled in, reviewed as it will print, sent. It stands at the letter's own address, and behind invitations and intentions:
//! a [`Place`] says where.

use super::invitation::Via;
use super::page::{About, Hidden, Place, bases, carried, countries, public_facts, typed, visible};
use super::receive::{Desk, Received, receive};
use super::submission::{Basis, Submission};
use super::term::works;
use super::ways::ways;
use super::wording::{self, HasRead, ToSign};
use crate::campaign::{Access, Campaign, Leavers};
use crate::clock::Timestamp;
use crate::mail::Outbox;
use crate::web::form::{Fields, Filled, Form, Problems};
use crate::web::language::wanted;
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
pub(crate) const PURPOSE: &str = "sign";

/// The form as it is first seen.
pub(super) async fn form(
    request: HttpRequest,
    app: Data<App>,
    slug: Path<String>,
) -> Result<HttpResponse, Fault> {
    let place = Place::of_letter(visible(&app, &slug).await?).wanting(wanted(&request)?);
    if !place.campaign.takes_sign_ons(app.clock.now()) {
        return closed_there(&app, &place, StatusCode::OK, Vec::new());
    }
    show_form(&app, &place, StatusCode::OK, Filled::default()).await
}

/// The form as it comes back.
pub(super) async fn send(
    request: HttpRequest,
    app: Data<App>,
    outbox: Data<Outbox>,
    slug: Path<String>,
    Form(fields): Form,
) -> Result<HttpResponse, Fault> {
    let place = Place::of_letter(visible(&app, &slug).await?).wanting(wanted(&request)?);
    from_our_pages(&request, &app)?;
    match answer(&request, &app, &outbox, &place, fields).await? {
        Some(answer) => Ok(answer),
        None => Err(Fault::NotFound),
    }
}

/// The form as it comes back, wherever it stands: to be mended, to be reviewed, or to be taken. `None` when the invitation behind it is
/// revoked. Where it came from was checked before.
///
/// # Errors
/// When the database is away, or the sender has sent too many.
pub(crate) async fn answer(
    request: &HttpRequest,
    app: &Data<App>,
    outbox: &Data<Outbox>,
    place: &Place,
    fields: Fields,
) -> Result<Option<HttpResponse>, Fault> {
    let campaign = &place.campaign;
    if !campaign.takes_sign_ons(app.clock.now()) {
        return closed_there(app, place, StatusCode::CONFLICT, typed(&fields)).map(Some);
    }
    if fields.is_ticked("mend") {
        let form = Filled::new(fields, Problems::default());
        return show_form(app, place, StatusCode::OK, form).await.map(Some);
    }
    let submission = match Submission::parse(&fields, &campaign.settings.line) {
        Ok(submission) if campaign.settings.at_risk => submission,
        Ok(submission) => submission.fully_shown(),
        Err(problems) => {
            let form = Filled::new(fields, problems);
            return show_form(app, place, StatusCode::UNPROCESSABLE_ENTITY, form).await.map(Some);
        }
    };
    // Only the line that was shown can be sent: if the pattern changed meanwhile, it is shown again.
    let confirmed = fields.is_ticked("send") && fields.get("line") == submission.entry.line;
    if !confirmed {
        return review(app, place, StatusCode::OK, &fields, &submission).await.map(Some);
    }
    let Ok(nonce) = app.check_form_token(fields.get("form_token"), PURPOSE, &place.binding) else {
        // The form lay open for longer than its token lives, or was not ours. Nothing typed is lost: send it again.
        return review(app, place, StatusCode::FORBIDDEN, &fields, &submission).await.map(Some);
    };
    // Pressing the button again is the same sign-on; it is counted once. What was typed is part of the press, so that one
    // token does not open the door to many sign-ons.
    let press = [
        nonce.as_bytes().as_slice(),
        submission.entry.line.as_bytes(),
        submission.contact.email.as_str().as_bytes(),
    ];
    app.limits.check_once(Limit::SignOns, app.network(request), &press.concat(), app.clock.now())?;
    let has_read = HasRead::of(&fields);
    match receive(Desk::new(app, outbox), campaign.id, submission, place.via, has_read).await? {
        Received::Taken => Ok(Some(see(&place.sent()))),
        Received::Closed(campaign) => {
            let now = app.clock.now();
            closed_page(place.about(now), &campaign, now, StatusCode::CONFLICT, typed(&fields)).map(Some)
        }
        Received::Uninvited => Ok(None),
        Received::TextChanged => {
            let form = Filled::new(fields, Problems::default());
            show_form(app, place, StatusCode::CONFLICT, form).await.map(Some)
        }
    }
}

/// After sending: the same for everybody.
pub(super) async fn sent(
    request: HttpRequest,
    app: Data<App>,
    slug: Path<String>,
) -> Result<HttpResponse, Fault> {
    let place = Place::of_letter(visible(&app, &slug).await?).wanting(wanted(&request)?);
    sent_from(&app, &place)
}

/// The same after a form that stands elsewhere.
///
/// # Errors
/// When the page cannot be made.
pub(crate) fn sent_from(app: &App, place: &Place) -> Result<HttpResponse, Fault> {
    let page_of_it = Page::new("Now open your mail – Undersigned").not_indexed();
    let now = app.clock.now();
    let works = works(&place.campaign, now, now);
    Ok(page(&Sent { page: page_of_it, letter: place.about(now), works })?)
}

/// The form alone, for a page that has more on it.
///
/// # Errors
/// When the database is away.
pub(crate) async fn fields(app: &App, place: &Place, form: Filled) -> Result<SignForm, Fault> {
    let changes = format!("/letters/{}/changes", place.campaign.settings.slug);
    let text = wording::to_sign(app, place, &form).await?;
    Ok(SignForm {
        text_changed: text.has_changed,
        changes_href: match place.campaign.is_visible(app.clock.now()) {
            true => changes,
            false => String::new(),
        },
        action: place.action(),
        token: app.form_token(PURPOSE, &place.binding),
        form,
        countries: countries(),
        bases: bases(),
        ways: if place.campaign.settings.at_risk { ways() } else { Vec::new() },
        statement: text.told.settings.authority.clone(),
        text,
        kept_for: place.campaign.settings.kept_for(),
        rules: place.campaign.settings.eligibility.all().map(ToOwned::to_owned).collect(),
        keeps_name: place.campaign.settings.leavers == Leavers::Kept,
    })
}

/// 409 says that the text has changed since they read it; so does every other answer, where it has.
async fn show_form(
    app: &App,
    place: &Place,
    status: StatusCode,
    form: Filled,
) -> Result<HttpResponse, Fault> {
    let fields = fields(app, place, form.clone()).await?;
    let text_changed = fields.text_changed || status == StatusCode::CONFLICT;
    let about = place.about_told(&fields.text.told, app.clock.now());
    let page_of_it = Page::new("Sign for your organization – Undersigned");
    let template = Sign {
        // An unlisted letter is nowhere but at its address.
        page: match place.campaign.settings.access {
            Access::Public => page_of_it,
            Access::Link | Access::Invitation => page_of_it.not_indexed(),
        },
        letter: match place.via {
            Via::Form => About { href: fields.text.letter.clone(), ..about },
            Via::Invitation(_) | Via::Intention(..) => about,
        },
        later: place.later.clone(),
        fields: SignForm { text_changed, ..fields },
        form,
    };
    Ok(page_of(status, &template)?)
}

async fn review(
    app: &App,
    place: &Place,
    status: StatusCode,
    fields: &Fields,
    submission: &Submission,
) -> Result<HttpResponse, Fault> {
    let mut hidden = carried(fields);
    hidden.push(Hidden { name: "line", value: submission.entry.line.clone() });
    for name in [wording::FIELD, wording::SILENCE, wording::KEEPS_NAME]
        .into_iter()
        .filter(|name| fields.is_ticked(name))
    {
        hidden.push(Hidden { name, value: fields.get(name).to_owned() });
    }
    let email = &submission.contact.email;
    let told = wording::told(app, place).await?;
    let template = Review {
        page: Page::new("Is this the line to be printed? – Undersigned").not_indexed(),
        action: place.action(),
        letter: place.about_told(&told, app.clock.now()),
        token: app.form_token(PURPOSE, &place.binding),
        line: submission.entry.public_line(),
        email: email.shown(),
        suggestion: email.suggestion().map(|s| s.shown()).unwrap_or_default(),
        facts: facts(submission, &told.settings.authority),
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
    closed_page(About::new(campaign, app.clock.now()), campaign, app.clock.now(), status, typed)
}

/// The same where the form stands elsewhere.
///
/// # Errors
/// When the page cannot be made.
pub(crate) fn closed_there(
    app: &App,
    place: &Place,
    status: StatusCode,
    typed: Vec<Fact>,
) -> Result<HttpResponse, Fault> {
    let now = app.clock.now();
    closed_page(place.about(now), &place.campaign, now, status, typed)
}

fn closed_page(
    letter: About,
    campaign: &Campaign,
    now: Timestamp,
    status: StatusCode,
    typed: Vec<Fact>,
) -> Result<HttpResponse, Fault> {
    let page_of_it = Page::new("This letter takes no sign-ons now – Undersigned").not_indexed();
    Ok(page_of(status, &Closed { page: page_of_it, letter, stand: Stand::of(campaign, now), typed })?)
}

/// Why a letter takes no sign-ons: it opens later, it is paused, or it has closed.
struct Stand {
    /// What organizers say while it is paused; empty while it is not.
    paused: String,
    opens: Option<Moment>,
    closed: Option<Moment>,
}

impl Stand {
    fn of(campaign: &Campaign, now: Timestamp) -> Self {
        let settings = &campaign.settings;
        let moment = |at| Moment::in_zone(at, now, &settings.zone);
        Self {
            paused: if campaign.is_paused(now) { settings.paused.clone() } else { String::new() },
            opens: settings.opens_at.filter(|opens| *opens > now).map(moment),
            closed: campaign.closed_on(now).map(moment),
        }
    }
}

#[derive(Template)]
#[template(path = "sign_on/sign.html")]
struct Sign {
    page: Page,
    letter: About,
    later: String,
    form: Filled,
    fields: SignForm,
}

/// The form itself.
#[derive(Template)]
#[template(path = "sign_on/fields.html")]
pub(crate) struct SignForm {
    text: ToSign,
    /// Whether the text has changed since they read it.
    text_changed: bool,
    /// Where it is told what changed; empty where strangers may not read it.
    changes_href: String,
    action: String,
    token: String,
    form: Filled,
    countries: &'static [Choice],
    bases: Vec<Choice>,
    /// How the organization can be shown, where the letter asks.
    ways: Vec<Choice>,
    statement: String,
    kept_for: String,
    /// Who may sign.
    rules: Vec<String>,
    /// Whether editions that are named keep the line of whoever has left.
    keeps_name: bool,
}

impl SignForm {
    /// The same for a page that offers the languages itself.
    pub(crate) fn without_languages(mut self) -> Self {
        self.text.tongue.languages.clear();
        self
    }
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
    /// How long the link works.
    works: String,
}

#[derive(Template)]
#[template(path = "sign_on/closed.html")]
struct Closed {
    page: Page,
    letter: About,
    stand: Stand,
    typed: Vec<Fact>,
}
