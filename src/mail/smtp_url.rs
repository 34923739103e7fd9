//! The relay's address: `smtp://user:password@host:port`, `smtps://…`.

use percent_encoding::percent_decode_str;
use std::fmt;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// How the conversation with the relay is protected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Security {
    /// Nothing is encrypted (`smtp://…?tls=none`): for a relay on the same machine or network only.
    None,
    /// Starts in the clear and must be upgraded before anything is said (`smtp://`). A relay that does not offer it is
    /// not used.
    StartTls,
    /// Encrypted from the first byte (`smtps://`), the better choice where the relay has it (RFC 8314 section 3).
    Implicit,
}

/// Where mail is handed over, and how. Its `Debug` form shows no password.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl {
    host: String,
    port: u16,
    security: Security,
    login: Option<(String, Zeroizing<String>)>,
    authority: Option<PathBuf>,
}

/// Why a text is not the address of a relay. None of these repeats the text, because it may hold a password.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotSmtpUrl {
    /// Another scheme, or none.
    #[error("it must begin with smtp:// or smtps://")]
    Scheme,
    /// Nothing where the host belongs, or what cannot be a host.
    #[error("it names no host")]
    Host,
    /// Not a number from 1 to 65535.
    #[error("the port is not a number from 1 to 65535")]
    Port,
    /// A user without a password, or the other way round.
    #[error("it must give both user and password, as user:password@host, or neither")]
    Login,
    /// A `%` that is not followed by two hexadecimal digits, or bytes that are not UTF-8.
    #[error("the user or password is not percent-encoded correctly (write %40 for @, %3A for :, %2F for /)")]
    Encoding,
    /// Something after the host other than parameters.
    #[error("there is a path after the host, and a relay has none")]
    Path,
    /// A parameter we do not know.
    #[error("the parameter {0:?} is not known; there are tls=none and ca=FILE")]
    Parameter(String),
    /// A value of `tls` other than `none`.
    #[error("the parameter tls can only be \"none\"; without it, encryption is required")]
    Tls,
    /// `smtps://` with `tls=none`, or a certificate authority where nothing is encrypted.
    #[error("tls=none contradicts smtps:// and ca=FILE")]
    Contradiction,
}

impl SmtpUrl {
    /// Reads the setting. Without a port it is 465 for `smtps://` and 587 for `smtp://` (RFC 8314 section 3.3).
    ///
    /// # Errors
    /// One per part that can be wrong; see [`NotSmtpUrl`].
    pub fn parse(text: &str) -> Result<Self, NotSmtpUrl> {
        let (scheme, rest) = text.trim().split_once("://").ok_or(NotSmtpUrl::Scheme)?;
        let (mut security, default_port) = match scheme.to_ascii_lowercase().as_str() {
            "smtp" => (Security::StartTls, 587),
            "smtps" => (Security::Implicit, 465),
            _ => return Err(NotSmtpUrl::Scheme),
        };
        let (place, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        let place = place.strip_suffix('/').unwrap_or(place);
        if place.contains(['/', '#']) {
            return Err(NotSmtpUrl::Path);
        }
        let (login, place) = match place.rsplit_once('@') {
            Some((login, place)) => (Some(parse_login(login)?), place),
            None => (None, place),
        };
        let (host, port) = parse_place(place, default_port)?;

        let mut authority = None;
        for (name, value) in form_urlencoded::parse(parameters.as_bytes()) {
            match (name.as_ref(), value.as_ref()) {
                ("tls", "none") if security == Security::Implicit => return Err(NotSmtpUrl::Contradiction),
                ("tls", "none") => security = Security::None,
                ("tls", _) => return Err(NotSmtpUrl::Tls),
                ("ca", path) if !path.is_empty() => authority = Some(PathBuf::from(path)),
                _ => return Err(NotSmtpUrl::Parameter(name.into_owned())),
            }
        }
        if security == Security::None && authority.is_some() {
            return Err(NotSmtpUrl::Contradiction);
        }
        Ok(Self { host, port, security, login, authority })
    }

    /// The relay's name or address, without brackets; what its certificate must be for.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The TCP port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How the conversation is protected.
    pub fn security(&self) -> Security {
        self.security
    }

    /// A file with certificates (PEM) to trust instead of the system's: for a relay with a private authority.
    pub fn authority(&self) -> Option<&std::path::Path> {
        self.authority.as_deref()
    }

    /// User and password, if the relay wants them.
    pub(super) fn login(&self) -> Option<(&str, &str)> {
        self.login.as_ref().map(|(user, password)| (user.as_str(), password.as_str()))
    }
}

/// Scheme, host and port; neither user nor password.
impl fmt::Display for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.security == Security::Implicit { "smtps" } else { "smtp" };
        write!(f, "{scheme}://{}:{}", self.host, self.port)
    }
}

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpUrl")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .field("login", &self.login.is_some())
            .field("authority", &self.authority)
            .finish()
    }
}

fn parse_login(text: &str) -> Result<(String, Zeroizing<String>), NotSmtpUrl> {
    let (user, password) = text.split_once(':').ok_or(NotSmtpUrl::Login)?;
    let (user, password) = (decode(user)?, Zeroizing::new(decode(password)?));
    if user.is_empty() || password.is_empty() {
        return Err(NotSmtpUrl::Login);
    }
    Ok((user, password))
}

fn decode(text: &str) -> Result<String, NotSmtpUrl> {
    // The decoder leaves a lone % as it is; a password that arrives changed without a word is worse than an error.
    let mut after = text.split('%');
    let _before_the_first = after.next();
    let escaped = |part: &str| part.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    if !after.all(escaped) {
        return Err(NotSmtpUrl::Encoding);
    }
    let decoded = percent_decode_str(text).decode_utf8().map_err(|_| NotSmtpUrl::Encoding)?;
    // NUL ends a field in AUTH PLAIN (RFC 4616).
    if decoded.contains('\0') {
        return Err(NotSmtpUrl::Encoding);
    }
    Ok(decoded.into_owned())
}

fn parse_place(text: &str, default_port: u16) -> Result<(String, u16), NotSmtpUrl> {
    let (host, port) = if let Some(rest) = text.strip_prefix('[') {
        let (host, after) = rest.split_once(']').ok_or(NotSmtpUrl::Host)?;
        host.parse::<std::net::Ipv6Addr>().map_err(|_| NotSmtpUrl::Host)?;
        match after {
            "" => (host, None),
            _ => (host, Some(after.strip_prefix(':').ok_or(NotSmtpUrl::Port)?)),
        }
    } else {
        match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        }
    };
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    if host.is_empty() || !host.chars().all(allowed) {
        return Err(NotSmtpUrl::Host);
    }
    let port = match port {
        None => default_port,
        Some(text) => match text.parse() {
            Ok(port) if port > 0 => port,
            _ => return Err(NotSmtpUrl::Port),
        },
    };
    Ok((host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_read() {
        let url = SmtpUrl::parse("smtp://post%40ngo.example:p%3Ass%2Fw%40rd@mail.ngo.example:2525").unwrap();
        assert_eq!((url.host(), url.port()), ("mail.ngo.example", 2525));
        assert_eq!(url.security(), Security::StartTls);
        assert_eq!(url.login(), Some(("post@ngo.example", "p:ss/w@rd")));
    }

    #[test]
    fn encryption_is_required_unless_it_is_refused_by_name() {
        let security = |text| SmtpUrl::parse(text).map(|url| (url.security(), url.port()));
        assert_eq!(security("smtp://relay.example"), Ok((Security::StartTls, 587)));
        assert_eq!(security("smtps://relay.example/"), Ok((Security::Implicit, 465)));
        assert_eq!(security("smtp://127.0.0.1:25?tls=none"), Ok((Security::None, 25)));
        assert_eq!(security("SMTP://[::1]:25?tls=none"), Ok((Security::None, 25)));
    }

    #[test]
    fn a_private_authority_is_a_file() {
        let url = SmtpUrl::parse("smtps://relay.example?ca=/etc/undersigned/ca.pem").unwrap();
        assert_eq!(url.authority(), Some(std::path::Path::new("/etc/undersigned/ca.pem")));
    }

    #[test]
    fn each_mistake_is_named() {
        let cases = [
            ("relay.example:25", NotSmtpUrl::Scheme),
            ("http://relay.example", NotSmtpUrl::Scheme),
            ("smtp://", NotSmtpUrl::Host),
            ("smtp://user:password@", NotSmtpUrl::Host),
            ("smtp://re lay", NotSmtpUrl::Host),
            ("smtp://[relay]:25", NotSmtpUrl::Host),
            ("smtp://relay.example:", NotSmtpUrl::Port),
            ("smtp://relay.example:0", NotSmtpUrl::Port),
            ("smtp://relay.example:70000", NotSmtpUrl::Port),
            ("smtp://user@relay.example", NotSmtpUrl::Login),
            ("smtp://user:@relay.example", NotSmtpUrl::Login),
            ("smtp://user:100%@relay.example", NotSmtpUrl::Encoding),
            ("smtp://user:%ff@relay.example", NotSmtpUrl::Encoding),
            ("smtp://user:a%00b@relay.example", NotSmtpUrl::Encoding),
            ("smtp://relay.example/inbox", NotSmtpUrl::Path),
            ("smtp://relay.example?tls=maybe", NotSmtpUrl::Tls),
            ("smtp://relay.example?verify=no", NotSmtpUrl::Parameter("verify".to_owned())),
            ("smtps://relay.example?tls=none", NotSmtpUrl::Contradiction),
            ("smtp://relay.example?ca=a.pem&tls=none", NotSmtpUrl::Contradiction),
        ];
        for (text, mistake) in cases {
            assert_eq!(SmtpUrl::parse(text), Err(mistake), "{text}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let url = SmtpUrl::parse("smtp://user:hunter2hunter2@relay.example").unwrap();
        assert!(!format!("{url:?}").contains("hunter2"));
    }
}
