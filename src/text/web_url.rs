//! The address of an organization's website.

use std::fmt;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;

use super::{
    characters::{self, CharacterFault},
    domain::{Domain, DomainError},
};

/// An `http` or `https` address at a public domain, all ASCII, at most 300 bytes: no user name, no IP address, only the usual ports.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(into = "String")]
pub struct WebUrl {
    address: String,
    domain: Domain,
}

/// Why a web address was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebUrlError {
    /// Nothing was typed.
    #[error("Write the address of a website, such as example.org.")]
    Empty,
    /// Another scheme than the web's two.
    #[error("Write an address that starts with https:// or http://.")]
    Scheme,
    /// A user name or password before the host, which deceives readers.
    #[error("Remove the part before the @: a public address holds no user name.")]
    UserInfo,
    /// Another port than the scheme's own.
    #[error("Remove the port number: a public website answers at the usual one.")]
    Port,
    /// A space or a backslash inside.
    #[error("Remove the spaces and backslashes inside the address.")]
    Space,
    /// More than 300 bytes.
    #[error("Shorten the address to 300 characters: it has {0}.")]
    TooLong(usize),
    /// The host is no public domain.
    #[error("{0}")]
    Domain(#[from] DomainError),
    /// A character that no text may hold.
    #[error(transparent)]
    Character(#[from] CharacterFault),
}

/// What a path, query or fragment holds only in escaped form (the path percent-encode set of the WHATWG URL Standard and what else could
/// end an attribute). A percent sign stays: the text may be escaped already.
const ESCAPED: &AsciiSet =
    &CONTROLS.add(b'"').add(b'<').add(b'>').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}').add(b'\'');

impl WebUrl {
    /// Takes an address as people type it: `example.org` becomes `https://example.org`, scheme and host become lower case, a host in another
    /// script its A-labels, other characters beyond ASCII are escaped. The rest stays as typed.
    ///
    /// # Errors
    /// One variant per reason.
    pub fn parse(raw: &str) -> Result<Self, WebUrlError> {
        let text = characters::line(raw)?;
        if text.is_empty() {
            return Err(WebUrlError::Empty);
        }
        let (scheme, rest) = split_scheme(&text)?;
        if rest.contains([' ', '\\']) {
            return Err(WebUrlError::Space);
        }
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err(WebUrlError::UserInfo);
        }
        let domain = Domain::parse(without_usual_port(scheme, authority)?)?;
        let address = format!("{scheme}://{domain}{}", utf8_percent_encode(path, ESCAPED));
        if address.len() > 300 {
            return Err(WebUrlError::TooLong(address.len()));
        }
        Ok(Self { address, domain })
    }

    /// The whole address, fit for an `href`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// The host without a leading `www.`, in A-labels: what likely duplicates share.
    #[must_use]
    pub fn host(&self) -> &str {
        let host = self.domain.as_str();
        match host.strip_prefix("www.") {
            Some(rest) if rest.contains('.') => rest,
            _ => host,
        }
    }

    /// The host as people read it, without a leading `www.`: `bücher.example`.
    #[must_use]
    pub fn shown(&self) -> String {
        let host = self.domain.shown();
        host.strip_prefix("www.").filter(|rest| rest.contains('.')).map(ToOwned::to_owned).unwrap_or(host)
    }

    /// The part of the host that somebody registered; what is compared with the email address.
    #[must_use]
    pub fn registrable_domain(&self) -> &str {
        self.domain.registrable()
    }
}

/// The scheme and what follows its `://`; an address without a scheme is taken for `https`. `example.org:8080` has no scheme, `mailto:x` has.
fn split_scheme(text: &str) -> Result<(&'static str, &str), WebUrlError> {
    let Some((before, after)) = text.split_once(':') else {
        return Ok(("https", text));
    };
    if before.contains(['.', '/', '@', '[', '?', '#', ' ']) {
        return Ok(("https", text));
    }
    let rest = after.strip_prefix("//").ok_or(WebUrlError::Scheme)?;
    match before.to_ascii_lowercase().as_str() {
        "https" => Ok(("https", rest)),
        "http" => Ok(("http", rest)),
        _ => Err(WebUrlError::Scheme),
    }
}

fn without_usual_port<'a>(scheme: &str, authority: &'a str) -> Result<&'a str, WebUrlError> {
    if authority.starts_with('[') {
        return Err(DomainError::IpAddress.into());
    }
    match authority.split_once(':') {
        None => Ok(authority),
        Some((host, "443")) if scheme == "https" => Ok(host),
        Some((host, "80")) if scheme == "http" => Ok(host),
        Some(_) => Err(WebUrlError::Port),
    }
}

impl From<WebUrl> for String {
    fn from(url: WebUrl) -> Self {
        url.address
    }
}

impl fmt::Display for WebUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn as_people_type_them() {
        for (raw, kept) in [
            ("example.org", "https://example.org"),
            ("www.ngo.example/about", "https://www.ngo.example/about"),
            ("HTTP://Example.ORG/", "http://example.org/"),
            ("https://example.org:443/a?b=c#d", "https://example.org/a?b=c#d"),
            ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
            ("https://ngo.example/%C3%BC'\"<x>", "https://ngo.example/%C3%BC%27%22%3Cx%3E"),
            ("ngo.example/a:b@c", "https://ngo.example/a:b@c"),
            ("ngo.example?x", "https://ngo.example?x"),
        ] {
            assert_eq!(WebUrl::parse(raw).unwrap().as_str(), kept);
        }
    }

    #[test]
    fn what_is_refused_and_why() {
        use WebUrlError as E;
        for (raw, reason) in [
            (" ", E::Empty),
            ("javascript:alert(1)", E::Scheme),
            ("mailto:a@ngo.example", E::Scheme),
            ("ftp://ngo.example", E::Scheme),
            ("https:ngo.example", E::Scheme),
            ("https://a:b@ngo.example", E::UserInfo),
            ("https://ngo.example@evil.example", E::UserInfo),
            ("https://ngo.example:8080", E::Port),
            ("ngo.example:8080", E::Port),
            ("http://ngo.example:443", E::Port),
            ("https://ngo.example:", E::Port),
            ("https://ngo.example/a b", E::Space),
            ("https://ngo.example\\@evil.example", E::Space),
            ("https://[::1]/", E::Domain(DomainError::IpAddress)),
            ("http://127.0.0.1/", E::Domain(DomainError::IpAddress)),
            ("http://2130706433/", E::Domain(DomainError::NoDot)),
            ("http://localhost/", E::Domain(DomainError::NotPublic)),
            ("https://co.uk", E::Domain(DomainError::OnlySuffix)),
            ("https://", E::Domain(DomainError::Malformed)),
            ("https://ngo.example./", E::Domain(DomainError::TrailingDot)),
        ] {
            assert_eq!(WebUrl::parse(raw), Err(reason), "{raw:?}");
        }
        assert_eq!(WebUrl::parse(&format!("ngo.example/{}", "x".repeat(281))), Err(E::TooLong(301)));
        assert!(matches!(WebUrl::parse("https://ngo.example/\u{202E}"), Err(E::Character(_))));
    }

    #[test]
    fn what_is_compared() {
        let url = WebUrl::parse("https://www.letters.ngo.example/x").unwrap();
        assert_eq!((url.host(), url.registrable_domain()), ("letters.ngo.example", "ngo.example"));
        assert_eq!(WebUrl::parse("www.example").unwrap().host(), "www.example");
        assert_eq!(WebUrl::parse("www.bücher.example/x").unwrap().shown(), "bücher.example");
    }

    proptest! {
        #[test]
        fn what_is_kept_parses_to_itself(raw in "(?s).{0,40}|(https?://)?[a-zü.-]{1,9}\\.example(:443)?[/?#](?s).{0,30}") {
            if let Ok(url) = WebUrl::parse(&raw) {
                prop_assert!(url.as_str().is_ascii());
                prop_assert_eq!(WebUrl::parse(url.as_str()), Ok(url));
            }
        }
    }
}
