//! An address that mail can be sent to.

use std::fmt;

use super::{
    characters::{self, CharacterFault, CodePoint},
    domain::{Domain, DomainError},
    free_mail, slips,
};

/// A mail address at a public domain, in the plain form `local@domain`: ASCII throughout, the domain in A-labels and lower case, the part
/// before the @ as typed. Plus and role addresses are welcome.
///
/// Narrower than RFC 5321 on purpose (no quoting, no comments, no IP literals, no SMTPUTF8): every address that passes is one that the SMTP
/// library takes too.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress {
    address: String,
    domain: Domain,
}

/// Why an address was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmailAddressError {
    /// Nothing was typed.
    #[error("Write an email address.")]
    Empty,
    /// No @.
    #[error("Write the whole address with its @, as in name@example.org.")]
    NoAt,
    /// Several addresses, or spaces inside one.
    #[error("Write one email address only, without spaces, commas or semicolons.")]
    Several,
    /// A display name, quotation marks, angle brackets or a comment.
    #[error("Write the plain address alone, without a name, quotation marks or brackets.")]
    Decorated,
    /// Nothing before the @.
    #[error("Write what comes before the @.")]
    EmptyLocal,
    /// A dot at an end of the part before the @, or two in a row.
    #[error("Check the dots before the @: none at its ends, no two in a row.")]
    LocalDots,
    /// A character that the part before the @ cannot hold.
    #[error("Replace “{0}” ({point}) before the @: only unaccented letters, digits and . _ + - ' and the like can stand there.", point = CodePoint(*.0))]
    LocalCharacter(char),
    /// More than 64 bytes before the @ (RFC 5321, 4.5.3.1.1).
    #[error("Shorten the part before the @ to 64 characters: it has {0}.")]
    LocalTooLong(usize),
    /// More than 254 bytes in all (RFC 5321, 4.5.3.1.3 less the angle brackets).
    #[error("Shorten the address to 254 characters: it has {0}.")]
    TooLong(usize),
    /// The part after the @ is no public domain.
    #[error("After the @: {0}")]
    Domain(#[from] DomainError),
    /// A character that no text may hold.
    #[error(transparent)]
    Character(#[from] CharacterFault),
}

impl EmailAddress {
    /// Takes an address as people type it; spaces around it are dropped, a domain in another script is converted.
    ///
    /// # Errors
    /// One variant per reason.
    pub fn parse(raw: &str) -> Result<Self, EmailAddressError> {
        use EmailAddressError as Error;
        let text = characters::line(raw)?;
        if text.is_empty() {
            return Err(Error::Empty);
        }
        if text.contains(['"', '<', '>', '(', ')', '\\']) {
            return Err(Error::Decorated);
        }
        if text.contains([' ', ',', ';']) || text.matches('@').count() > 1 {
            return Err(Error::Several);
        }
        let (local, domain) = text.split_once('@').ok_or(Error::NoAt)?;
        check_local(local)?;
        let domain = Domain::parse(domain)?;
        let address = format!("{local}@{domain}");
        if address.len() > 254 {
            return Err(Error::TooLong(address.len()));
        }
        Ok(Self { address, domain })
    }

    /// The address as SMTP wants it, all ASCII.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// The address as people read it, an internationalized domain in its own script.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("{}@{}", self.local(), self.domain.shown())
    }

    /// The address as far as a log or a list for staff may show it: `a***@example.org`.
    #[must_use]
    pub fn masked(&self) -> String {
        let first: String = self.address.chars().take(1).collect();
        format!("{first}***@{}", self.domain)
    }

    /// One spelling for all that reach the same mailbox, for look-ups and caps; never for sending. Lower case, without the tag after a plus;
    /// at Google's mail also without dots.
    #[must_use]
    pub fn canonical(&self) -> String {
        let local = self.local().to_ascii_lowercase();
        let local = match local.split_once('+') {
            Some((mailbox, _)) if !mailbox.is_empty() => mailbox,
            _ => local.as_str(),
        };
        match self.domain.as_str() {
            "gmail.com" | "googlemail.com" => format!("{}@gmail.com", local.replace('.', "")),
            domain => format!("{local}@{domain}"),
        }
    }

    /// The part after the @.
    #[must_use]
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// The part of the domain that somebody registered; what is compared with the website.
    #[must_use]
    pub fn registrable_domain(&self) -> &str {
        self.domain.registrable()
    }

    /// Whether anybody can have an address at this domain. A sign for the moderator, no fault.
    #[must_use]
    pub fn is_free_mail(&self) -> bool {
        free_mail::FREE_MAIL.binary_search(&self.registrable_domain()).is_ok()
    }

    /// The domains at which anybody can have an address.
    #[must_use]
    pub fn free_mail_domains() -> &'static [&'static str] {
        &free_mail::FREE_MAIL
    }

    /// The address that was probably meant, if this one looks like a slip of the keyboard: `gmail.com` for `gmial.con`. Only a question to
    /// the person who typed.
    #[must_use]
    pub fn suggestion(&self) -> Option<Self> {
        let domain = Domain::parse(&slips::meant(&self.domain)?).ok()?;
        Some(Self { address: format!("{}@{domain}", self.local()), domain })
    }

    fn local(&self) -> &str {
        self.address.split_once('@').map_or("", |(local, _)| local)
    }
}

/// A dot-atom of RFC 5322, 3.2.3.
fn check_local(local: &str) -> Result<(), EmailAddressError> {
    use EmailAddressError as Error;
    if local.is_empty() {
        return Err(Error::EmptyLocal);
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    if let Some(c) = local.chars().find(|c| !allowed(*c)) {
        return Err(Error::LocalCharacter(c));
    }
    if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Err(Error::LocalDots);
    }
    if local.len() > 64 {
        return Err(Error::LocalTooLong(local.len()));
    }
    Ok(())
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)
    }
}

/// Masked: a log line is no place for an address.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailAddress({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(raw: &str) -> EmailAddress {
        EmailAddress::parse(raw).unwrap()
    }

    #[test]
    fn what_is_welcome() {
        for (raw, kept) in [
            ("info@example.org", "info@example.org"),
            (" First.Last+letter@Mail.Example.ORG ", "First.Last+letter@mail.example.org"),
            ("o'neil@ngo.example", "o'neil@ngo.example"),
            ("a@bücher.example", "a@xn--bcher-kva.example"),
            ("info@пример.рф", "info@xn--e1afmkfd.xn--p1ai"),
        ] {
            assert_eq!(parsed(raw).as_str(), kept);
        }
        assert_eq!(parsed("a@xn--bcher-kva.example").shown(), "a@bücher.example");
    }

    #[test]
    fn what_is_refused_and_why() {
        use EmailAddressError as E;
        for (raw, reason) in [
            ("", E::Empty),
            ("info", E::NoAt),
            ("a@b.example, c@d.example", E::Several),
            ("a@b@c.example", E::Several),
            ("a b@c.example", E::Several),
            ("Ada <a@b.example>", E::Decorated),
            ("\"a b\"@c.example", E::Decorated),
            ("a(x)@c.example", E::Decorated),
            ("@c.example", E::EmptyLocal),
            (".a@c.example", E::LocalDots),
            ("a..b@c.example", E::LocalDots),
            ("ü@c.example", E::LocalCharacter('ü')),
            ("a:b@c.example", E::LocalCharacter(':')),
            ("a@b", E::Domain(DomainError::NoDot)),
            ("a@localhost", E::Domain(DomainError::NotPublic)),
            ("a@[127.0.0.1]", E::Domain(DomainError::IpAddress)),
            ("a@127.0.0.1", E::Domain(DomainError::IpAddress)),
            ("a@c.example.", E::Domain(DomainError::TrailingDot)),
            ("a@co.uk", E::Domain(DomainError::OnlySuffix)),
            ("a@", E::Domain(DomainError::Malformed)),
        ] {
            assert_eq!(EmailAddress::parse(raw), Err(reason), "{raw:?}");
        }
        assert_eq!(EmailAddress::parse(&format!("{}@c.example", "x".repeat(65))), Err(E::LocalTooLong(65)));
        let long = format!("{}@{}example", "x".repeat(60), "abcdefghi.".repeat(19));
        assert_eq!(EmailAddress::parse(&long), Err(E::TooLong(258)));
        assert!(matches!(EmailAddress::parse("a@c.example\r\nBcc: x@y.example"), Err(E::Character(_))));
    }

    #[test]
    fn one_spelling_for_one_mailbox() {
        assert_eq!(parsed("Info+x@Example.org").canonical(), "info@example.org");
        assert_eq!(parsed("a.b.c+x@googlemail.com").canonical(), "abc@gmail.com");
        assert_eq!(parsed("a.b@example.org").canonical(), "a.b@example.org");
        assert_eq!(parsed("+x@example.org").canonical(), "+x@example.org");
    }

    #[test]
    fn masked_wherever_it_could_leak() {
        let address = parsed("ada@example.org");
        assert_eq!(address.masked(), "a***@example.org");
        assert_eq!(format!("{address:?}"), "EmailAddress(a***@example.org)");
    }

    #[test]
    fn free_mail_is_known() {
        assert!(parsed("a@gmail.com").is_free_mail());
        assert!(parsed("a@yahoo.com.br").is_free_mail());
        assert!(!parsed("a@ngo.example").is_free_mail());
        assert!(free_mail::FREE_MAIL.is_sorted());
    }

    #[test]
    fn a_slip_is_asked_about() {
        assert_eq!(parsed("Ada+x@gmial.con").suggestion().unwrap().as_str(), "Ada+x@gmail.com");
        assert_eq!(parsed("ada@ngo.example").suggestion(), None);
    }

    proptest! {
        #[test]
        fn what_is_kept_parses_to_itself(raw in "(?s).{0,40}|[a-z.+'ü]{0,9}@[a-z0-9.ü-]{0,12}\\.(org|example|con|рф)") {
            if let Ok(address) = EmailAddress::parse(&raw) {
                prop_assert!(address.as_str().is_ascii());
                prop_assert_eq!(EmailAddress::parse(address.as_str()), Ok(address.clone()));
                prop_assert!(!address.canonical().starts_with('@'));
                let _ = (address.suggestion(), address.masked(), address.shown());
            }
        }
    }
}
