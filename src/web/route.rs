//! The two kinds of routes: those that read, and those that act.

use actix_web::http::Method;
use actix_web::{Route, guard, web};

/// A route that reads. It answers GET, and HEAD with the same headers (RFC 9110 section 9.3.2), and changes nothing.
pub fn get() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// A route that acts.
pub fn post() -> Route {
    web::route().guard(guard::Post())
}

/// Whether a method only reads (RFC 9110 section 9.2.1).
pub fn only_reads(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}
