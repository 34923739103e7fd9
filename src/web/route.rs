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

/// Where one press ends updates by mail (RFC 8058). A mail program posts here by itself: without a form of ours, without cookies, and with
/// the origin of whatever page it is, if it is one. This is the one address where that is taken: the secret in it is all that it takes, it
/// does one thing, and nobody who is logged in is asked about here.
const ONE_CLICK: &str = "/unsubscribe/";

/// Whether this is such a press.
pub fn is_one_click(method: &Method, path: &str) -> bool {
    let secret = path.strip_prefix(ONE_CLICK);
    *method == Method::POST && secret.is_some_and(|secret| !secret.is_empty() && !secret.contains('/'))
}

/// Whether a method only reads (RFC 9110 section 9.2.1).
pub fn only_reads(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_takes_a_press_of_a_mail_program_and_no_other_does() {
        assert!(is_one_click(&Method::POST, "/unsubscribe/abc"));
        for (method, path) in [
            (Method::GET, "/unsubscribe/abc"),
            (Method::PUT, "/unsubscribe/abc"),
            (Method::POST, "/unsubscribe/"),
            (Method::POST, "/unsubscribe"),
            (Method::POST, "/unsubscribe/abc/x"),
            (Method::POST, "/sign-ons/abc"),
            (Method::POST, "//unsubscribe/abc"),
        ] {
            assert!(!is_one_click(&method, path), "{method} {path}");
        }
    }
}
