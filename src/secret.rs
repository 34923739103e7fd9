//! Randomness, tokens in links, and what is done with the instance's key: sealing personal fields and keyed look-ups.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key as CipherKey, XChaCha20Poly1305, XNonce};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::Arc;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Where randomness comes from. Passed in, so that a signature shows what depends on chance.
#[derive(Clone, Debug)]
pub struct Random(());

impl Random {
    /// The operating system's source.
    pub const fn system() -> Self {
        Self(())
    }

    /// `N` random bytes. Aborts the process if the operating system has none to give, because nothing safe can be done then.
    #[expect(clippy::disallowed_methods, reason = "this is the one place where chance comes in")]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        if getrandom::fill(&mut bytes).is_err() {
            std::process::abort();
        }
        bytes
    }
}

/// The secret in a link: 256 random bits. Only its digest is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Zeroizing<[u8; 32]>);

impl Token {
    /// A new token.
    pub fn make(random: &Random) -> Self {
        Self(Zeroizing::new(random.bytes()))
    }

    /// Reads a token from the path of a link. Mail programs damage links, so a trailing dot, bracket, quotation mark or
    /// quoted-printable `=` is forgiven.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_matches(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'));
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        Some(Self(Zeroizing::new(bytes.try_into().ok()?)))
    }

    /// The token as it stands in a link: 43 characters that need no escaping.
    pub fn reveal(&self) -> String {
        BASE64URL_NOPAD.encode(self.0.as_slice())
    }

    /// What is stored instead of the token.
    pub fn digest(&self) -> TokenDigest {
        TokenDigest(Sha256::digest(self.0.as_slice()).into())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The SHA-256 of a token.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenDigest([u8; 32]);

impl TokenDigest {
    /// The 32 bytes for the database.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for TokenDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenDigest(…)")
    }
}

/// The instance's key: 32 random bytes kept outside the database. Each use has a key of its own derived from it, so
/// that no output of one use says anything about another.
#[derive(Clone)]
pub struct Keys(Arc<Derived>);

struct Derived {
    seal: XChaCha20Poly1305,
    lookup: Zeroizing<[u8; 32]>,
    sign: Zeroizing<[u8; 32]>,
}

impl Keys {
    /// The working keys behind the 32 bytes of the key file.
    pub fn derive(root: &[u8; 32]) -> Self {
        let seal = mac(root, &[b"undersigned seal v1"]);
        Self(Arc::new(Derived {
            seal: XChaCha20Poly1305::new(&CipherKey::from(seal)),
            lookup: Zeroizing::new(mac(root, &[b"undersigned lookup v1"])),
            sign: Zeroizing::new(mac(root, &[b"undersigned sign v1"])),
        }))
    }

    /// Seals a personal field. It opens only for the row and the field it was sealed for: a value copied to another row
    /// is refused.
    pub fn seal(&self, random: &Random, row: Uuid, field: &str, plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; 24] = random.bytes();
        let context = seal_context(row, field);
        let payload = Payload { msg: plain, aad: &context };
        let sealed = self.0.seal.encrypt(&XNonce::from(nonce), payload).unwrap_or_default();
        [nonce.as_slice(), &sealed].concat()
    }

    /// Opens what [`Keys::seal`] made for the same row and field.
    ///
    /// # Errors
    /// [`Unsealable`] when the key is another one, the value was damaged, or it belongs to another row or field.
    pub fn open(&self, row: Uuid, field: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
        let (nonce, body) = sealed.split_at_checked(24).ok_or(Unsealable)?;
        let nonce: [u8; 24] = nonce.try_into().map_err(|_| Unsealable)?;
        let context = seal_context(row, field);
        let payload = Payload { msg: body, aad: &context };
        self.0.seal.decrypt(&XNonce::from(nonce), payload).map(Zeroizing::new).map_err(|_| Unsealable)
    }

    /// A keyed hash by which a value can be looked up without being stored: `purpose` keeps uses apart.
    pub fn lookup(&self, purpose: &str, value: &str) -> LookupKey {
        LookupKey(mac(self.0.lookup.as_ref(), &[purpose.as_bytes(), b"\0", value.as_bytes()]))
    }

    /// An authenticator over `parts`, for what leaves us and must come back unchanged (form tokens).
    pub fn authenticate(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        // Each part goes in with its length before it, so that no two lists of parts read the same.
        let mut all = purpose.as_bytes().to_vec();
        for part in parts {
            all.extend_from_slice(&(part.len() as u64).to_be_bytes());
            all.extend_from_slice(part);
        }
        mac(self.0.sign.as_ref(), &[&all])
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

/// A keyed hash that stands for a personal value in look-ups.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct LookupKey([u8; 32]);

impl LookupKey {
    /// The 32 bytes for the database.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for LookupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LookupKey(…)")
    }
}

/// A sealed value that does not open with this key for this row and field.
#[derive(Debug, thiserror::Error)]
#[error(
    "a sealed value does not open: the key file is not the one this data was written with, or the value is damaged"
)]
pub struct Unsealable;

/// Whether two secrets are the same, in a time that does not depend on where they differ.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    subtle::ConstantTimeEq::ct_eq(a, b).into()
}

/// The SHA-256 of some bytes as 64 lower-case hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

fn seal_context(row: Uuid, field: &str) -> Vec<u8> {
    [row.as_bytes().as_slice(), field.as_bytes()].concat()
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes a key of any length, so this cannot fail; the fallback is never reached.
    let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key) else {
        return [0; 32];
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        Keys::derive(&[7; 32])
    }

    #[test]
    fn a_token_survives_the_link_it_travels_in() {
        let token = Token::make(&Random::system());
        let text = token.reveal();
        assert_eq!(text.len(), 43);
        for damaged in
            [text.clone(), format!("{text}."), format!("<{text}>"), format!("{text}="), format!("{text})")]
        {
            assert_eq!(Token::parse(&damaged).map(|t| t.digest()), Some(token.digest()), "{damaged}");
        }
        assert!(Token::parse("short").is_none());
        assert!(!format!("{token:?}").contains(&text));
    }

    #[test]
    fn a_sealed_field_opens_only_for_its_row_field_and_key() {
        let (row, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = keys().seal(&Random::system(), row, "email", b"rep@ngo.example");
        assert_eq!(keys().open(row, "email", &sealed).unwrap().as_slice(), b"rep@ngo.example");
        assert!(keys().open(other, "email", &sealed).is_err());
        assert!(keys().open(row, "name", &sealed).is_err());
        assert!(Keys::derive(&[8; 32]).open(row, "email", &sealed).is_err());
        assert!(keys().open(row, "email", b"short").is_err());
    }

    #[test]
    fn a_look_up_key_differs_by_purpose() {
        assert_ne!(keys().lookup("address", "a@b.example"), keys().lookup("domain", "a@b.example"));
        assert_eq!(keys().lookup("address", "a@b.example"), keys().lookup("address", "a@b.example"));
    }

    #[test]
    fn an_authenticator_depends_on_every_part_and_on_where_parts_end() {
        assert_ne!(keys().authenticate("form", &[b"ab", b"c"]), keys().authenticate("form", &[b"a", b"bc"]));
    }
}
