//! The page of a failure: what happened, what was kept, and what to do next.

use super::error::Fault;
use super::page::{Page, page_of};
use super::reference::Reference;
use super::show::Fact;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use askama::Template;
use serde::Serialize;
use std::borrow::Cow;

/// What a page of failure says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Words {
    title: &'static str,
    what: Cow<'static, str>,
    next: Cow<'static, str>,
}

#[derive(Template)]
#[template(path = "web/error.html")]
struct ErrorPage<'a> {
    page: Page,
    words: &'a Words,
    reference: Option<Reference>,
    /// What they typed, where that was kept.
    typed: Vec<Fact>,
}

/// RFC 9457.
#[derive(Serialize)]
struct Problem<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
}

const TRY_AGAIN: &str =
    "Wait a moment, then go back in your browser and try again. What you typed is still in the form.";

impl Words {
    fn new(
        title: &'static str,
        what: impl Into<Cow<'static, str>>,
        next: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { title, what: what.into(), next: next.into() }
    }

    /// What is said about a failure of ours.
    pub(super) fn of(fault: &Fault) -> Self {
        match fault {
            Fault::Unreadable(what) => {
                Self { what: (*what).into(), ..Self::of_status(StatusCode::BAD_REQUEST) }
            }
            Fault::Forbidden(what) => Self { what: (*what).into(), ..Self::of_status(StatusCode::FORBIDDEN) },
            Fault::LoggedOut => Self::new(
                "You are not logged in",
                "Your log-in has ended, so nothing was changed.",
                "Log in at /login in another tab, come back to this page and send it once more.",
            ),
            Fault::Overtaken(what) => {
                Self { what: what.clone().into(), ..Self::of_status(StatusCode::CONFLICT) }
            }
            Fault::Unprocessable(what) => {
                Self { what: (*what).into(), ..Self::of_status(StatusCode::UNPROCESSABLE_ENTITY) }
            }
            Fault::TooMany(wait) => {
                let minutes = wait.seconds.div_ceil(60);
                let wait = if minutes == 1 { "a minute".to_owned() } else { format!("{minutes} minutes") };
                let next = format!(
                    "Wait {wait}, then go back in your browser and try again. What you typed is still in the form."
                );
                Self { next: next.into(), ..Self::of_status(StatusCode::TOO_MANY_REQUESTS) }
            }
            other => Self::of_status(actix_web::ResponseError::status_code(other)),
        }
    }

    /// What is said when nothing but the status is known.
    pub(super) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::FORBIDDEN => Self::new(
                "This is not open to you",
                "You may not see or do this. Nothing was changed.",
                "If you should have access, ask an organizer of the letter.",
            ),
            StatusCode::NOT_FOUND => Self::new(
                "There is no such page",
                "The address may be mistyped, or the letter is not public.",
                "If you were sent a link, open it in the mail once more.",
            ),
            StatusCode::METHOD_NOT_ALLOWED => Self::new(
                "This cannot be done here",
                "The address exists, but it does not take this kind of request. Nothing was changed.",
                "Open the page in your browser and use its form.",
            ),
            StatusCode::REQUEST_TIMEOUT => Self::new(
                "The request took too long",
                "It did not arrive in time. Nothing was changed.",
                TRY_AGAIN,
            ),
            StatusCode::CONFLICT => Self::new(
                "Somebody was first",
                "What you saw has changed since. Your request was not carried out.",
                "Go back, reload the page and look at what stands now.",
            ),
            StatusCode::GONE => Self::new(
                "This page is gone for good",
                "What stood here was taken down or erased, as was said when it was put here. It cannot be brought back.",
                "The letters that are open stand on the first page.",
            ),
            StatusCode::PAYLOAD_TOO_LARGE => Self::new(
                "This is too large",
                "We take 64 kilobytes in one form. What you sent was not taken, and nothing was changed.",
                "Go back in your browser and shorten the longest text. What you typed is still in the form.",
            ),
            StatusCode::UNPROCESSABLE_ENTITY => Self::new(
                "This cannot be carried out",
                "Something in the form is not what the page offers. Nothing was changed.",
                "Go back, reload the page and use its form.",
            ),
            StatusCode::TOO_MANY_REQUESTS => Self::new(
                "Too many from your network",
                "We take only so many of these from one network in a short time. Yours was not taken; nothing was changed.",
                TRY_AGAIN,
            ),
            StatusCode::SERVICE_UNAVAILABLE => Self::new(
                "We cannot do this at the moment",
                "Our database does not answer in time. We cannot say that what you sent was taken.",
                TRY_AGAIN,
            ),
            status if status.is_client_error() => Self::new(
                "We could not read this request",
                "It was not written as a form of ours would be. Nothing was changed.",
                "Open the page in your browser and use its form.",
            ),
            _ => Self::new(
                "Something failed on our side",
                "It is not your fault, and the people who run this page can find out what it was.",
                TRY_AGAIN,
            ),
        }
    }

    /// The page, or under `/api` the document. From 500 on it names the reference by which the log is found.
    pub(super) fn answer(
        &self,
        status: StatusCode,
        api: bool,
        reference: Reference,
        typed: Vec<Fact>,
    ) -> HttpResponse {
        let reference = status.is_server_error().then_some(reference);
        if api {
            return self.problem(status, reference);
        }
        let page = Page::new(format!("{} – Undersigned", self.title)).not_indexed();
        let template = ErrorPage { page, words: self, reference, typed };
        page_of(status, &template).unwrap_or_else(|_| HttpResponse::new(status))
    }

    fn problem(&self, status: StatusCode, reference: Option<Reference>) -> HttpResponse {
        let problem = Problem {
            kind: "about:blank",
            title: self.title,
            status: status.as_u16(),
            detail: &self.what,
            reference: reference.map(|r| r.to_string()),
        };
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        HttpResponse::build(status)
            .insert_header((CONTENT_TYPE, HeaderValue::from_static("application/problem+json")))
            .body(body)
    }
}
