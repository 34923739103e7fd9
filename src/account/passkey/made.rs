//! A passkey that was just made (section 7.1).

use super::authenticator::Authenticator;
use super::client::{Client, Did};
use super::{PublicKey, Site, Unfit, bytes};
use crate::secret::TokenDigest;
use serde::Deserialize;

/// As the script writes it: bytes in base64url.
#[derive(Deserialize)]
struct Sent {
    client: String,
    authenticator: String,
    public_key: String,
    algorithm: i64,
}

/// A passkey that was just made for us. Whether we asked for it is known by the challenge.
#[derive(Clone, Debug)]
pub struct NewPasskey {
    /// What we asked for it with.
    pub challenge: TokenDigest,
    /// What the authenticator calls it.
    pub credential: Vec<u8>,
    /// What its signatures are checked with.
    pub key: PublicKey,
    /// How often the authenticator has signed; 0 where it does not count.
    pub counter: u32,
}

impl NewPasskey {
    /// Reads what a browser sent.
    ///
    /// # Errors
    /// [`Unfit`] when it is no passkey for us.
    pub fn read(sent: &str, site: &Site) -> Result<Self, Unfit> {
        let sent: Sent = serde_json::from_str(sent).map_err(|_| Unfit::Unreadable)?;
        let client = Client::read(&bytes(&sent.client)?, Did::Make, site)?;
        let data = bytes(&sent.authenticator)?;
        let authenticator = Authenticator::read(&data, site)?;
        Ok(Self {
            challenge: client.challenge,
            credential: authenticator.credential.ok_or(Unfit::Unreadable)?.to_vec(),
            key: PublicKey::parse(sent.algorithm, bytes(&sent.public_key)?)?,
            counter: authenticator.counter,
        })
    }
}
