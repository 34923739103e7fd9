//! Whom a passkey is for: what the recommendation calls the relying party.

use crate::config::BaseUrl;
use crate::secret::same;
use sha2::{Digest, Sha256};

/// This instance, as authenticators and browsers know it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Site {
    id: String,
    origin: String,
}

/// Why there are no passkeys on an instance. Each sentence is for the page where they would be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NoPasskeys {
    /// The address is a number.
    #[error(
        "Passkeys belong to a name, and the address of this instance is a number. Whoever runs it can give it a name; on one’s own \
         machine that is “localhost”."
    )]
    Number,
    /// The address is not encrypted.
    #[error("Browsers offer passkeys only over https. Whoever runs this instance can switch that on.")]
    Unencrypted,
}

impl Site {
    /// The instance behind this address.
    ///
    /// # Errors
    /// [`NoPasskeys`] where browsers would refuse: an IP address is no relying party id, and a page without encryption is a secure
    /// context only on the machine itself.
    pub fn of(base: &BaseUrl) -> Result<Self, NoPasskeys> {
        let host = base.host();
        // A name whose last part is a number is read as an address by browsers (WHATWG URL, "ends in a number").
        let last = host.rsplit('.').next().unwrap_or_default();
        if host.starts_with('[') || last.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NoPasskeys::Number);
        }
        if !base.is_https() && host != "localhost" && !host.ends_with(".localhost") {
            return Err(NoPasskeys::Unencrypted);
        }
        Ok(Self { id: host.to_owned(), origin: base.origin() })
    }

    /// What passkeys are made for and found by.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether this is where our pages are.
    pub(super) fn is_origin(&self, origin: &str) -> bool {
        origin == self.origin
    }

    /// Whether an authenticator was asked for a passkey of ours.
    pub(super) fn is_hashed(&self, hash: &[u8]) -> bool {
        same(hash, &Sha256::digest(self.id.as_bytes()))
    }
}
