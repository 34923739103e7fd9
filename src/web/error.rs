//! Every failure that a visitor can see.

use super::page::PageError;
use super::rate_limit::RetryAfter;
use super::reference::Reference;
use crate::{db, secret};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use std::error::Error;

/// Why a request is not answered with what it asked for. A handler returns it; the edge makes the page (under `/api`:
/// problem+json, RFC 9457) and writes the log.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// 400: the request cannot be read. Says what is wrong with it, in a sentence.
    #[error("unreadable: {0}")]
    Unreadable(&'static str),
    /// 403: not theirs. Says why, in a sentence.
    #[error("forbidden: {0}")]
    Forbidden(&'static str),
    /// 403: nobody is logged in any more, and this acts. A form that could be read gets a page that keeps it instead.
    #[error("logged out")]
    LoggedOut,
    /// 404: no such thing, private things included.
    #[error("not found")]
    NotFound,
    /// 408: the request did not arrive in time.
    #[error("too slow")]
    TooSlow,
    /// 409: somebody was first. Says what stands, who did it and when, in sentences.
    #[error("overtaken")]
    Overtaken(String),
    /// 410: gone for good.
    #[error("gone")]
    Gone,
    /// 413: larger than we take.
    #[error("too large")]
    TooLarge,
    /// 415: no form that we can read.
    #[error("unsupported media type")]
    UnsupportedMediaType,
    /// 422: something that no form of ours sends. Says what, in a sentence. A form that a person can mend comes back
    /// filled in instead.
    #[error("unprocessable: {0}")]
    Unprocessable(&'static str),
    /// 429: too many in too short a time.
    #[error(transparent)]
    TooMany(#[from] RetryAfter),
    /// 503: the database or its disk is away, or too slow. Holds what is known of it, for the log.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// 500: a defect of ours.
    #[error("unexpected")]
    Unexpected(#[source] Box<dyn Error + Send + Sync>),
}

impl Fault {
    /// A failure that no visitor can do anything about. It is logged with its causes; it must not hold what somebody typed.
    pub fn unexpected(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Unexpected(cause.into())
    }

    /// Seconds after which a repetition makes sense.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooMany(RetryAfter { seconds }) => Some(*seconds),
            Self::Unavailable(_) => Some(5),
            _ => None,
        }
    }

    /// Writes what the operator has to know, once.
    pub(super) fn log(&self, reference: Reference) {
        match self {
            Self::Unexpected(cause) => {
                let mut chain = cause.to_string();
                let mut source = cause.source();
                while let Some(deeper) = source {
                    chain.push_str(": ");
                    chain.push_str(&deeper.to_string());
                    source = deeper.source();
                }
                tracing::error!(request = %reference, cause = chain, "a request failed unexpectedly");
            }
            Self::Unavailable(why) => {
                tracing::warn!(request = %reference, why, "a request could not be served")
            }
            _ => {}
        }
    }
}

impl From<db::Error> for Fault {
    fn from(error: db::Error) -> Self {
        match error {
            db::Error::Unavailable(why) => Self::Unavailable(why),
            defect => Self::unexpected(defect),
        }
    }
}

impl From<PageError> for Fault {
    fn from(error: PageError) -> Self {
        Self::unexpected(error)
    }
}

impl From<secret::Unsealable> for Fault {
    fn from(error: secret::Unsealable) -> Self {
        Self::unexpected(error)
    }
}

/// The bare status: the edge, which knows the request, puts the page in its place.
impl ResponseError for Fault {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unreadable(_) => StatusCode::BAD_REQUEST,
            Self::Forbidden(_) | Self::LoggedOut => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Overtaken(_) => StatusCode::CONFLICT,
            Self::Gone => StatusCode::GONE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Unprocessable(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Unexpected(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::new(self.status_code());
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
