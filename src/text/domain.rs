//! A public domain name, as mail addresses and web addresses share it. Judged by syntax and public-suffix rules alone; nothing is looked up.

use std::{fmt, net::IpAddr};

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use psl::{Psl, Type};

/// A fully qualified domain name with at least two labels, kept as A-labels in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Domain(String);

/// Why a domain was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DomainError {
    /// No dot: a name of some local network.
    #[error("Write the full domain with its ending, as in example.org.")]
    NoDot,
    /// A dot at the end.
    #[error("Remove the dot at the end.")]
    TrailingDot,
    /// An IP address in any notation.
    #[error("Write a domain name such as example.org instead of an IP address.")]
    IpAddress,
    /// A domain that is reserved for private networks.
    #[error("Write a public domain: this one works only inside one network.")]
    NotPublic,
    /// An ending such as `co.uk` under which domains are registered, and nothing before it.
    #[error("Write the full domain: something is missing before the ending.")]
    OnlySuffix,
    /// Malformed labels: an underscore, a hyphen at an end, too long, not valid in IDNA (UTS #46).
    #[error("Check the domain for a typing error: it can hold letters, digits, hyphens and single dots.")]
    Malformed,
}

/// Top-level domains that never name a public host (RFC 6761, RFC 6762, RFC 8375 and ICANN's reservation of `.internal`).
/// `.example` and `.test` are left in: they are for examples and tests.
const PRIVATE: [&str; 5] = ["localhost", "local", "internal", "arpa", "onion"];

impl Domain {
    /// Takes a domain in any script and case.
    ///
    /// # Errors
    /// One variant per reason.
    pub fn parse(raw: &str) -> Result<Self, DomainError> {
        if raw.starts_with('[') || raw.parse::<IpAddr>().is_ok() {
            return Err(DomainError::IpAddress);
        }
        let ascii = Uts46::new()
            .to_ascii(raw.as_bytes(), AsciiDenyList::STD3, Hyphens::Check, DnsLength::VerifyAllowRootDot)
            .map_err(|_| DomainError::Malformed)?;
        if ascii.ends_with('.') {
            return Err(DomainError::TrailingDot);
        }
        let (before, top) = ascii.rsplit_once('.').ok_or(if PRIVATE.contains(&ascii.as_ref()) {
            DomainError::NotPublic
        } else {
            DomainError::NoDot
        })?;
        // A last label that is a number makes browsers read the whole as an IPv4 address (WHATWG URL, "ends in a number").
        if is_number(top) {
            return Err(DomainError::IpAddress);
        }
        if PRIVATE.contains(&top) {
            return Err(DomainError::NotPublic);
        }
        if before.is_empty() || before.contains("..") {
            return Err(DomainError::Malformed);
        }
        let suffix = psl::List.suffix(ascii.as_bytes());
        if suffix.is_some_and(|s| s.as_bytes() == ascii.as_bytes() && s.typ() == Some(Type::Icann)) {
            return Err(DomainError::OnlySuffix);
        }
        Ok(Self(ascii.into_owned()))
    }

    /// The domain in A-labels, as protocols want it: `xn--bcher-kva.example`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The domain in U-labels, as people read it: `bücher.example`.
    #[must_use]
    pub fn shown(&self) -> String {
        let (shown, _) = Uts46::new().to_unicode(self.0.as_bytes(), AsciiDenyList::STD3, Hyphens::Check);
        shown.into_owned()
    }

    /// The part that somebody registered (public suffix list and one label): `example.org` of `mail.example.org`. A domain that is itself a
    /// suffix of a hosting service stands for itself.
    #[must_use]
    pub fn registrable(&self) -> &str {
        psl::domain_str(&self.0).unwrap_or(&self.0)
    }

    /// Whether somebody registered it: it is no public suffix, such as a hosting service's `github.io`, under which anybody can have a name.
    #[must_use]
    pub fn is_registered(&self) -> bool {
        psl::domain_str(&self.0).is_some()
    }
}

/// Whether the public suffix list knows the ending of this domain (`.con` it does not).
pub(super) fn has_known_ending(domain: &Domain) -> bool {
    psl::List.suffix(domain.0.as_bytes()).is_some_and(|suffix| suffix.is_known())
}

fn is_number(label: &str) -> bool {
    let hexadecimal =
        label.strip_prefix("0x").is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_hexdigit()));
    hexadecimal || label.bytes().all(|b| b.is_ascii_digit())
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_domains() {
        for (raw, kept, registrable) in [
            ("Example.ORG", "example.org", "example.org"),
            ("mail.ngo.example", "mail.ngo.example", "ngo.example"),
            ("www.example.org.uk", "www.example.org.uk", "example.org.uk"),
            ("bücher.example", "xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("a.b.github.io", "a.b.github.io", "b.github.io"),
            ("пример.рф", "xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai"),
        ] {
            let domain = Domain::parse(raw).unwrap();
            assert_eq!((domain.as_str(), domain.registrable()), (kept, registrable));
            assert_eq!(Domain::parse(&domain.shown()).unwrap(), domain);
        }
        assert_eq!(Domain::parse("BÜCHER.example").unwrap().shown(), "bücher.example");
    }

    #[test]
    fn what_anybody_can_have_a_name_under_is_registered_by_nobody() {
        for (raw, registered) in [("ngo.example", true), ("a.github.io", true), ("github.io", false)] {
            assert_eq!(Domain::parse(raw).unwrap().is_registered(), registered, "{raw}");
        }
    }

    #[test]
    fn what_is_refused_and_why() {
        use DomainError::*;
        for (raw, reason) in [
            ("example", NoDot),
            ("localhost", NotPublic),
            ("api.localhost", NotPublic),
            ("printer.local", NotPublic),
            ("example.org.", TrailingDot),
            ("127.0.0.1", IpAddress),
            ("[::1]", IpAddress),
            ("::1", IpAddress),
            ("1.2.3", IpAddress),
            ("example.0x7f", IpAddress),
            ("co.uk", OnlySuffix),
            ("foo_bar.example", Malformed),
            ("-a.example", Malformed),
            ("a..example", Malformed),
            (".example", Malformed),
            ("", Malformed),
            ("a b.example", Malformed),
            ("xn--a.example", Malformed),
            ("a\u{200D}b.example", Malformed),
        ] {
            assert_eq!(Domain::parse(raw), Err(reason), "{raw:?}");
        }
        assert_eq!(Domain::parse(&format!("{}.example", "x".repeat(64))), Err(Malformed));
    }
}
