//! The typed code, for whoever can read the mail but not open its link.

use super::code::Code;
use super::receive::{Desk, Failure};
use super::store;
use super::submit::closed;
use super::verify::{Behind, Stands, behind, prove, success, try_again};
use crate::mail::Outbox;
use crate::web::form::{Fields, Filled, Form, Problems};
use crate::web::link::from_our_pages;
use crate::web::page::{Page, page_of, see};
use crate::web::rate_limit::Limit;
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

/// What the form's token is for.
const PURPOSE: &str = "verify by code";

/// The form for the typed code.
pub(super) async fn code_form(app: Data<App>) -> Result<HttpResponse, Fault> {
    show_code(&app, StatusCode::OK, Filled::default())
}

/// The typed code.
pub(super) async fn code(
    request: HttpRequest,
    app: Data<App>,
    outbox: Data<Outbox>,
    Form(fields): Form,
) -> Result<HttpResponse, Fault> {
    from_our_pages(&request, &app)?;
    app.limits.check(Limit::Links, app.network(&request), app.clock.now())?;
    if app.check_form_token(fields.get("form_token"), PURPOSE, &[]).is_err() {
        return show_code(&app, StatusCode::FORBIDDEN, Filled::new(fields, Problems::default()));
    }
    let desk = Desk::new(&app, &outbox);
    let typed = Code::parse(fields.get("code"));
    let done = try_again(&desk, move |tx, desk| -> Result<Behind, Failure> {
        let Some(code) = &typed else { return Ok(Behind::Nothing) };
        let Some(sign_on) = store::try_code(tx, &desk.app.keys, code)? else {
            return Ok(Behind::Nothing);
        };
        match behind(tx, desk, sign_on, None)? {
            Stands::Ready(_, sign_on) => prove(tx, desk, *sign_on, ""),
            Stands::Not(why) => Ok(why),
        }
    })
    .await?;
    match done {
        Behind::Done(campaign) => Ok(see(&success(&app, &campaign))),
        Behind::Ready { .. } => wrong_code(
            &app,
            fields,
            "The text of the letter has changed since you filled in the form. Open the link in the same mail: its page shows \
             what changed, and there you verify.",
        ),
        Behind::TooLate(campaign) => closed(&app, &campaign, StatusCode::CONFLICT, Vec::new()),
        Behind::Expired(_) => wrong_code(
            &app,
            fields,
            "This code has expired. Open the link in the same mail: its page sends you a fresh one in one press.",
        ),
        Behind::Nothing => wrong_code(
            &app,
            fields,
            "This code does not work. Compare it with the mail, or open the link there. After five wrong tries a code is \
             dead: then use the link, or sign once more for a fresh one.",
        ),
    }
}

fn wrong_code(app: &App, fields: Fields, sentence: &str) -> Result<HttpResponse, Fault> {
    let mut problems = Problems::default();
    problems.add("code", sentence);
    show_code(app, StatusCode::UNPROCESSABLE_ENTITY, Filled::new(fields, problems))
}

fn show_code(app: &App, status: StatusCode, form: Filled) -> Result<HttpResponse, Fault> {
    let page_of_it = Page::new("Type the code from the mail – Undersigned").not_indexed();
    Ok(page_of(status, &CodePage { page: page_of_it, form, token: app.form_token(PURPOSE, &[]) })?)
}

#[derive(Template)]
#[template(path = "sign_on/code.html")]
struct CodePage {
    page: Page,
    form: Filled,
    token: String,
}
