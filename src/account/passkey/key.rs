//! The public half of a passkey.

use super::Unfit;
use rustls_pki_types::{SignatureVerificationAlgorithm, SubjectPublicKeyInfoDer};
use std::fmt;
use webpki::RawPublicKeyEntity;
use webpki::ring::{ECDSA_P256_SHA256, ED25519, RSA_PKCS1_2048_8192_SHA256};

/// How a passkey signs: the number in the registry of COSE (RFC 9053, RFC 8812), the best first.
const KINDS: [(i64, &dyn SignatureVerificationAlgorithm); 3] =
    [(-7, ECDSA_P256_SHA256), (-8, ED25519), (-257, RSA_PKCS1_2048_8192_SHA256)];

/// The most bytes of a key: RSA with 8192 bits, and some.
const MOST_BYTES: usize = 1200;

/// The public half of a passkey, of a kind that we can check.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    algorithm: i64,
    der: Vec<u8>,
}

impl PublicKey {
    /// The kinds that we ask for.
    pub fn algorithms() -> impl Iterator<Item = i64> {
        KINDS.iter().map(|(number, _)| *number)
    }

    /// Takes a key (SubjectPublicKeyInfo in DER) of one of these kinds.
    ///
    /// # Errors
    /// [`Unfit::OtherKey`] when it is of another one.
    pub fn parse(algorithm: i64, der: Vec<u8>) -> Result<Self, Unfit> {
        let key = Self { algorithm, der };
        // No signature is empty: a key of the right kind says that it does not fit, any other says more.
        match key.check(b"", b"") {
            Err(webpki::Error::InvalidSignatureForPublicKey) if key.der.len() <= MOST_BYTES => Ok(key),
            _ => Err(Unfit::OtherKey),
        }
    }

    /// A key as it was stored.
    pub const fn stored(algorithm: i64, der: Vec<u8>) -> Self {
        Self { algorithm, der }
    }

    /// How it signs.
    pub const fn algorithm(&self) -> i64 {
        self.algorithm
    }

    /// What is stored.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// Whether the other half has signed this.
    pub(super) fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        self.check(message, signature).is_ok()
    }

    fn check(&self, message: &[u8], signature: &[u8]) -> Result<(), webpki::Error> {
        let kind = KINDS.iter().find(|(number, _)| *number == self.algorithm);
        let (_, how) = kind.ok_or(webpki::Error::BadDer)?;
        let der = SubjectPublicKeyInfoDer::from(self.der.as_slice());
        RawPublicKeyEntity::try_from(&der)?.verify_signature(*how, message, signature)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.algorithm)
    }
}
