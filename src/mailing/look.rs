//! A mail as it goes out, for a look before it does: its text in the page, its HTML part as a page of its own.

use super::failure::Failure;
use crate::campaign::mails::Parts;
use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};

/// A mail as a form shows it.
pub(super) struct Look {
    pub(super) subject: String,
    pub(super) text: String,
}

impl From<Parts> for Look {
    fn from(parts: Parts) -> Self {
        Self { subject: parts.subject, text: parts.text }
    }
}

/// A mail is styled in itself, as mails are, and is shown where nothing in it can act: nothing runs, nothing is fetched, nothing is sent.
const OF_A_MAIL: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

/// The HTML part as it goes out.
pub(super) fn html(parts: Result<Parts, Failure>) -> Result<HttpResponse, crate::web::Fault> {
    let mut answer = HttpResponse::Ok().body(parts?.html);
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(OF_A_MAIL));
    Ok(answer)
}
