//! A passkey that was shown (section 7.2).

use super::authenticator::Authenticator;
use super::client::{Client, Did};
use super::{PublicKey, Site, Unfit, bytes};
use crate::secret::TokenDigest;
use serde::Deserialize;

/// As the script writes it: bytes in base64url.
#[derive(Deserialize)]
struct Sent {
    credential: String,
    client: String,
    authenticator: String,
    signature: String,
}

/// A passkey that was shown, not checked yet.
#[derive(Clone)]
pub struct ShownPasskey {
    /// What the authenticator calls it.
    pub credential: Vec<u8>,
    client: Vec<u8>,
    authenticator: Vec<u8>,
    signature: Vec<u8>,
}

/// What it proves.
#[derive(Clone, Copy, Debug)]
pub struct Proven {
    /// What we asked for it with: taking this, once, is what is left to be done.
    pub challenge: TokenDigest,
    /// How often the authenticator says now that it has signed.
    pub counter: u32,
}

impl ShownPasskey {
    /// Reads what a browser sent.
    ///
    /// # Errors
    /// [`Unfit::Unreadable`] when it is not written as browsers write it.
    pub fn read(sent: &str) -> Result<Self, Unfit> {
        let sent: Sent = serde_json::from_str(sent).map_err(|_| Unfit::Unreadable)?;
        Ok(Self {
            credential: bytes(&sent.credential)?,
            client: bytes(&sent.client)?,
            authenticator: bytes(&sent.authenticator)?,
            signature: bytes(&sent.signature)?,
        })
    }

    /// Checks it with the key that is stored for this credential, and with how often it had signed when it was seen last.
    ///
    /// # Errors
    /// [`Unfit`] when it proves nothing.
    pub fn check(&self, key: &PublicKey, counted: u32, site: &Site) -> Result<Proven, Unfit> {
        let client = Client::read(&self.client, Did::Show, site)?;
        let counter = Authenticator::read(&self.authenticator, site)?.counter;
        if !key.has_signed(&[self.authenticator.as_slice(), &client.hash].concat(), &self.signature) {
            return Err(Unfit::Signature);
        }
        match (counted, counter) {
            (0, 0) => {}
            _ if counter > counted => {}
            _ => return Err(Unfit::Counter),
        }
        Ok(Proven { challenge: client.challenge, counter })
    }
}
