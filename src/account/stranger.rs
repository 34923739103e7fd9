//! Somebody who is not logged in where it takes a log-in. A form that they sent comes back, to be sent again after the log-in.

use super::next;
use crate::web::form::Fields;
use crate::web::page::{Page, page, page_of, see};
use crate::web::route::only_reads;
use crate::web::show::Fact;
use crate::web::{Fault, typed};
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderName;
use actix_web::{Error, HttpRequest};
use askama::Template;

#[derive(Template)]
#[template(path = "account/arrive.html")]
struct Arrive<'a> {
    page: Page,
    path: &'a str,
}

#[derive(Template)]
#[template(path = "account/logged_out.html")]
struct LoggedOut<'a> {
    page: Page,
    log_in_href: &'static str,
    action: &'a str,
    kept: Vec<(&'a str, &'a str)>,
    has_secrets: bool,
    typed: Vec<Fact>,
}

/// Whoever sent a form after their log-in had ended: the form, to be sent again. Its token is bound to the account, so it serves after the
/// next log-in.
pub(super) fn logged_out(action: &str, fields: &Fields) -> Error {
    let kept = typed::without_secrets(fields);
    let template = LoggedOut {
        page: Page::new("You are not logged in – Undersigned").not_indexed(),
        log_in_href: next::LOG_IN,
        action,
        kept: kept.pairs().collect(),
        has_secrets: typed::has_secrets(fields),
        typed: typed::shown(&kept),
    };
    match page_of(StatusCode::FORBIDDEN, &template) {
        Ok(answer) => InternalError::from_response("not logged in", answer).into(),
        Err(error) => Fault::from(error).into(),
    }
}

/// Somebody who is not logged in, or whose browser does not say so yet.
pub(super) fn stranger(request: &HttpRequest) -> Error {
    let path = request.uri().path_and_query().map_or(next::HOME, |path| path.as_str());
    if !only_reads(request.method()) {
        return match typed::kept(request) {
            Some(fields) => logged_out(path, &fields),
            None => Fault::LoggedOut.into(),
        };
    }
    // A browser that follows a link in a mail program on the web keeps the session's cookie back (SameSite=Strict). A
    // step from a page of ours brings it along.
    let from = request.headers().get(HeaderName::from_static("sec-fetch-site"));
    let answer = match from.map(|value| value.as_bytes()) {
        Some(b"cross-site" | b"same-site") => {
            let path = next::checked(path);
            match page(&Arrive { page: Page::new("Undersigned").not_indexed(), path }) {
                Ok(answer) => answer,
                Err(error) => return Fault::from(error).into(),
            }
        }
        _ => see(&next::asking(next::LOG_IN, path)),
    };
    InternalError::from_response("not logged in", answer).into()
}
