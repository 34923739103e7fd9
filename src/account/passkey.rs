//! Passkeys (WebAuthn level 2): what a browser sends of one, and whether it proves anything.
//!
//! A passkey is [made](NewPasskey) once and [shown](ShownPasskey) at a log-in. Each time a browser sends what it did and for whom (`client`) and what the
//! authenticator says of itself (`authenticator`); a passkey that is shown has signed both, and the signature is checked with the [`PublicKey`]
//! that came when it was made. The steps are those of sections 7.1 and 7.2 of the recommendation. No attestation is asked for: who made
//! the authenticator is not our business. Nothing here knows the database: whether a challenge is one of ours and still good is decided
//! where it is taken.

mod authenticator;
mod client;
mod key;
mod made;
mod shown;
mod site;

pub use key::PublicKey;
pub use made::NewPasskey;
pub use shown::{Proven, ShownPasskey};
pub use site::{NoPasskeys, Site};

use data_encoding::BASE64URL_NOPAD;

/// The most passkeys that somebody may have.
pub const MOST: usize = 10;

/// Why what a browser sent is no proof.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unfit {
    /// It is not written as browsers write it.
    #[error("it cannot be read")]
    Unreadable,
    /// It is of another act: made instead of shown, or the other way round.
    #[error("it is of another act")]
    OtherAct,
    /// The browser was on a page of somebody else's, or ours was inside one.
    #[error("it was made for a page of somebody else's")]
    OtherPage,
    /// The authenticator was asked for another site's passkey.
    #[error("it was made for another site")]
    OtherSite,
    /// Nobody touched the authenticator, or it did not make sure who does.
    #[error("the authenticator did not make sure who uses it")]
    NotVerified,
    /// The key is of a kind that we did not ask for.
    #[error("the key is of another kind")]
    OtherKey,
    /// The signature does not fit.
    #[error("the signature does not fit")]
    Signature,
    /// The authenticator has counted less than before: somebody may have copied it.
    #[error("the authenticator has counted less than before")]
    Counter,
}

/// Bytes as the script writes them.
fn bytes(text: &str) -> Result<Vec<u8>, Unfit> {
    BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| Unfit::Unreadable)
}

#[cfg(test)]
mod tests;
