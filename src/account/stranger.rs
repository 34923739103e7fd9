//! Somebody who is not logged in where it takes a log-in.

use super::next;
use crate::web::Fault;
use crate::web::page::{Page, page, see};
use crate::web::route::only_reads;
use actix_web::error::InternalError;
use actix_web::http::header::HeaderName;
use actix_web::{Error, HttpRequest};
use askama::Template;

#[derive(Template)]
#[template(path = "account/arrive.html")]
struct Arrive<'a> {
    page: Page,
    path: &'a str,
}

/// Somebody who is not logged in, or whose browser does not say so yet.
pub(super) fn stranger(request: &HttpRequest) -> Error {
    if !only_reads(request.method()) {
        return Fault::LoggedOut.into();
    }
    let path = request.uri().path_and_query().map_or(next::HOME, |path| path.as_str());
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
