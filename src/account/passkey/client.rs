//! What a browser says that it did (section 5.8.1).

use super::{Site, Unfit};
use crate::secret::{Token, TokenDigest};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// What was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Did {
    /// A passkey was made.
    Make,
    /// A passkey was shown.
    Show,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said<'a> {
    #[serde(borrow, rename = "type")]
    act: Cow<'a, str>,
    #[serde(borrow)]
    challenge: Cow<'a, str>,
    #[serde(borrow)]
    origin: Cow<'a, str>,
    #[serde(default)]
    cross_origin: bool,
    #[serde(borrow, default)]
    top_origin: Option<Cow<'a, str>>,
}

/// It was done on a page of ours; whether we asked for it is known by the challenge.
pub(super) struct Client {
    pub(super) challenge: TokenDigest,
    /// What an authenticator signs of it.
    pub(super) hash: [u8; 32],
}

impl Client {
    pub(super) fn read(json: &[u8], did: Did, site: &Site) -> Result<Self, Unfit> {
        let said: Said<'_> = serde_json::from_slice(json).map_err(|_| Unfit::Unreadable)?;
        let act = match did {
            Did::Make => "webauthn.create",
            Did::Show => "webauthn.get",
        };
        if said.act != act {
            return Err(Unfit::OtherAct);
        }
        if !site.is_origin(&said.origin) || said.cross_origin || said.top_origin.is_some() {
            return Err(Unfit::OtherPage);
        }
        let challenge = Token::parse(&said.challenge).ok_or(Unfit::Unreadable)?.digest();
        Ok(Self { challenge, hash: Sha256::digest(json).into() })
    }
}
