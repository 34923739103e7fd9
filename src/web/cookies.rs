//! Cookies: few, and none for visitors who only read.

use crate::config::BaseUrl;
use actix_web::HttpRequest;
use actix_web::http::header::{COOKIE, HeaderValue};
use jiff::SignedDuration;

/// A cookie of ours. With an `https` address it is `__Host-NAME` and Secure, so that no neighboring host can plant it
/// (RFC 6265bis section 4.1.3.2); with `http` it has its plain name, because browsers would refuse the other.
#[derive(Clone, Copy, Debug)]
pub struct Cookie {
    name: &'static str,
    same_site: &'static str,
}

impl Cookie {
    /// A cookie of public pages: it comes along when a mailed link is followed.
    pub const fn public(name: &'static str) -> Self {
        Self { name, same_site: "Lax" }
    }

    /// A cookie of staff pages: it comes along only from our own pages.
    pub const fn staff(name: &'static str) -> Self {
        Self { name, same_site: "Strict" }
    }

    /// The `Set-Cookie` header that gives it a value. Without `lasting` it ends with the browser's session. A value that
    /// does not fit a header (RFC 6265 section 4.1.1) gives `None`; tokens always fit.
    pub fn set(&self, base: &BaseUrl, value: &str, lasting: Option<SignedDuration>) -> Option<HeaderValue> {
        let fits = value.bytes().all(|b| b.is_ascii_graphic() && !b"\",;\\".contains(&b));
        let age = lasting.map(|length| format!("; Max-Age={}", length.as_secs().max(0))).unwrap_or_default();
        fits.then(|| self.header(base, value, &age)).flatten()
    }

    /// The `Set-Cookie` header that takes it back.
    pub fn clear(&self, base: &BaseUrl) -> Option<HeaderValue> {
        self.header(base, "", "; Max-Age=0")
    }

    /// Its value in a request. Two of the same name mean that one was planted: neither counts.
    pub fn read<'r>(&self, base: &BaseUrl, request: &'r HttpRequest) -> Option<&'r str> {
        let name = self.full_name(base);
        let mut found = request
            .headers()
            .get_all(COOKIE)
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(given, _)| *given == name)
            .map(|(_, value)| value);
        let value = found.next()?;
        found.next().is_none().then_some(value)
    }

    fn full_name(&self, base: &BaseUrl) -> String {
        format!("{}{}", if base.is_https() { "__Host-" } else { "" }, self.name)
    }

    fn header(&self, base: &BaseUrl, value: &str, age: &str) -> Option<HeaderValue> {
        let secure = if base.is_https() { "; Secure" } else { "" };
        let name = self.full_name(base);
        let line = format!("{name}={value}; Path=/; HttpOnly; SameSite={}{secure}{age}", self.same_site);
        HeaderValue::from_str(&line).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    const SESSION: Cookie = Cookie::staff("session");

    fn base(url: &str) -> BaseUrl {
        BaseUrl::parse(url).unwrap()
    }

    #[test]
    fn attributes_follow_the_scheme() {
        let https = base("https://letters.example");
        let set = SESSION.set(&https, "abc", Some(SignedDuration::from_hours(1))).unwrap();
        let whole = "__Host-session=abc; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=3600";
        assert_eq!(set.to_str().unwrap(), whole);
        let http = base("http://127.0.0.1:8080");
        let set = Cookie::public("last").set(&http, "abc", None).unwrap();
        assert_eq!(set.to_str().unwrap(), "last=abc; Path=/; HttpOnly; SameSite=Lax");
        assert!(SESSION.clear(&http).unwrap().to_str().unwrap().ends_with("Max-Age=0"));
        assert!(SESSION.set(&http, "a; Domain=x", None).is_none());
    }

    #[test]
    fn a_cookie_is_read_under_its_name_alone_and_never_twice() {
        let http = base("http://127.0.0.1:8080");
        let request = |line: &str| TestRequest::default().append_header((COOKIE, line)).to_http_request();
        assert_eq!(SESSION.read(&http, &request("a=1; session=x; b=2")), Some("x"));
        assert_eq!(SESSION.read(&http, &request("mysession=x")), None);
        assert_eq!(SESSION.read(&http, &request("session=x; session=y")), None);
        assert_eq!(SESSION.read(&base("https://a.example"), &request("session=x")), None);
        assert_eq!(SESSION.read(&base("https://a.example"), &request("__Host-session=x")), Some("x"));
    }
}
