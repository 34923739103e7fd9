//! The address that every link starts with.

use std::fmt;
use std::net::{Ipv6Addr, SocketAddr};

/// Scheme, host and port that the outside world reaches this instance under. No path: the instance owns its host.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BaseUrl {
    https: bool,
    host: String,
    port: Option<u16>,
}

impl BaseUrl {
    /// Reads `https://letters.example` or `http://127.0.0.1:8080`. A slash at the end is forgiven. A port that the scheme has
    /// anyway is dropped, because browsers leave it out of `Origin`.
    ///
    /// # Errors
    /// What is wrong with it, see [`NotABaseUrl`].
    pub fn parse(text: &str) -> Result<Self, NotABaseUrl> {
        let (scheme, rest) = text.split_once("://").ok_or(NotABaseUrl::Scheme)?;
        let https = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err(NotABaseUrl::Scheme),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains(['/', '?', '#']) {
            return Err(NotABaseUrl::Path);
        }
        if authority.contains('@') {
            return Err(NotABaseUrl::User);
        }
        let (host, port) = split_port(authority)?;
        let host = host.to_ascii_lowercase();
        if !is_host(&host) {
            return Err(NotABaseUrl::Host);
        }
        Ok(Self { https, host, port: port.filter(|p| *p != if https { 443 } else { 80 }) })
    }

    /// `http://` and the address that is listened on: what is taken when no address is set.
    pub fn listening_at(address: SocketAddr) -> Self {
        let host = match address {
            SocketAddr::V4(v4) => v4.ip().to_string(),
            SocketAddr::V6(v6) => format!("[{}]", v6.ip()),
        };
        Self { https: false, host, port: Some(address.port()).filter(|p| *p != 80) }
    }

    /// The same address with port 0 replaced by the port that was bound.
    #[must_use]
    pub fn with_bound_port(self, bound: u16) -> Self {
        match self.port {
            Some(0) => Self { port: Some(bound), ..self },
            _ => self,
        }
    }

    /// The port, where it is not the one that the scheme has anyway.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// Whether the port is still to be picked, by whoever listens.
    pub fn awaits_port(&self) -> bool {
        self.port == Some(0)
    }

    /// Whether links are `https`; cookies and HSTS depend on it.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// The host without the port. An IPv6 address stands in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// What browsers send as `Origin` (RFC 6454): scheme, host, and the port unless it is the scheme's own.
    pub fn origin(&self) -> String {
        self.to_string()
    }

    /// The full address of a path on this instance; `path` begins with a slash.
    pub fn join(&self, path: &str) -> String {
        format!("{self}{path}")
    }

    /// What stands after the `@` of addresses of this instance: the host, or `localhost` where that is an IP address, because
    /// the mail library does not read an address literal (RFC 5321 section 4.1.3) back from a header.
    pub fn mail_domain(&self) -> String {
        let is_address = self.host.starts_with('[') || self.host.parse::<std::net::Ipv4Addr>().is_ok();
        if is_address { "localhost".to_owned() } else { self.host.clone() }
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.https { "https" } else { "http" }, self.host)?;
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

/// Why an address cannot be what links start with.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotABaseUrl {
    /// Neither `http://` nor `https://`.
    #[error("must begin with https:// or http://")]
    Scheme,
    /// Something after the host.
    #[error("must end after the host and port, without a path")]
    Path,
    /// A user or password before the host.
    #[error("must not hold a user or a password")]
    User,
    /// Neither a name nor an IP address.
    #[error("has no valid host name or address; write an internationalized name in its xn-- form")]
    Host,
    /// Not a number from 0 to 65535.
    #[error("has no valid port")]
    Port,
}

fn split_port(authority: &str) -> Result<(&str, Option<u16>), NotABaseUrl> {
    let after_host = match authority.strip_prefix('[') {
        Some(inner) => inner.find(']').map(|end| end + 2).ok_or(NotABaseUrl::Host)?,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, port) = authority.split_at_checked(after_host).ok_or(NotABaseUrl::Host)?;
    match port.strip_prefix(':') {
        None if port.is_empty() => Ok((host, None)),
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.parse().map(|port| (host, Some(port))).map_err(|_| NotABaseUrl::Port)
        }
        _ => Err(NotABaseUrl::Port),
    }
}

fn is_host(host: &str) -> bool {
    if let Some(inner) = host.strip_prefix('[') {
        return inner.strip_suffix(']').is_some_and(|ip| ip.parse::<Ipv6Addr>().is_ok());
    }
    host.len() <= 253
        && host.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_written_as_browsers_write_origins() {
        for (typed, origin) in [
            ("https://letters.example", "https://letters.example"),
            ("https://Letters.Example:443/", "https://letters.example"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:8080/", "http://[::1]:8080"),
            ("HTTP://localhost:80", "http://localhost"),
        ] {
            assert_eq!(BaseUrl::parse(typed).map(|u| u.origin()), Ok(origin.to_owned()), "{typed}");
        }
    }

    #[test]
    fn what_is_wrong_with_an_address_is_told() {
        for (typed, why) in [
            ("letters.example", NotABaseUrl::Scheme),
            ("ftp://letters.example", NotABaseUrl::Scheme),
            ("https://letters.example/sub", NotABaseUrl::Path),
            ("https://u:p@letters.example", NotABaseUrl::User),
            ("https://", NotABaseUrl::Host),
            ("https://a b", NotABaseUrl::Host),
            ("https://[::1", NotABaseUrl::Host),
            ("https://bücher.example", NotABaseUrl::Host),
            ("https://letters.example:99999", NotABaseUrl::Port),
            ("https://letters.example:", NotABaseUrl::Port),
            ("https://[::1]8080", NotABaseUrl::Port),
        ] {
            assert_eq!(BaseUrl::parse(typed), Err(why), "{typed}");
        }
    }

    #[test]
    fn port_0_becomes_the_bound_port_and_any_other_stays() {
        let free = BaseUrl::listening_at("127.0.0.1:0".parse().unwrap()).with_bound_port(4711);
        assert_eq!(free.join("/livez"), "http://127.0.0.1:4711/livez");
        let fixed = BaseUrl::parse("https://letters.example").unwrap().with_bound_port(4711);
        assert_eq!(fixed.to_string(), "https://letters.example");
    }

    #[test]
    fn the_mail_domain_of_an_ip_address_is_localhost() {
        assert_eq!(BaseUrl::parse("http://127.0.0.1:1").unwrap().mail_domain(), "localhost");
        assert_eq!(BaseUrl::parse("https://letters.example").unwrap().mail_domain(), "letters.example");
    }
}
