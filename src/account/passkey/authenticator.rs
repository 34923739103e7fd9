//! What an authenticator says of itself (section 6.1): bytes of fixed places.

use super::{Site, Unfit};

const PRESENT: u8 = 1;
const VERIFIED: u8 = 1 << 2;
const MAY_BE_COPIED: u8 = 1 << 3;
const IS_COPIED: u8 = 1 << 4;
const HAS_CREDENTIAL: u8 = 1 << 6;

/// Of which make it is; nobody asks.
const MAKE: usize = 16;

/// It was asked for a passkey of ours, and has made sure who uses it.
pub(super) struct Authenticator<'a> {
    /// How often it has signed; 0 where it does not count.
    pub(super) counter: u32,
    /// What it calls the passkey that it has made, when it has made one.
    pub(super) credential: Option<&'a [u8]>,
}

impl<'a> Authenticator<'a> {
    pub(super) fn read(data: &'a [u8], site: &Site) -> Result<Self, Unfit> {
        let (hash, rest) = data.split_first_chunk::<32>().ok_or(Unfit::Unreadable)?;
        let (flags, rest) = rest.split_first().ok_or(Unfit::Unreadable)?;
        let (counter, rest) = rest.split_first_chunk::<4>().ok_or(Unfit::Unreadable)?;
        if !site.is_hashed(hash) {
            return Err(Unfit::OtherSite);
        }
        let has = |flag: u8| flags & flag != 0;
        if !has(PRESENT) || !has(VERIFIED) {
            return Err(Unfit::NotVerified);
        }
        if has(IS_COPIED) && !has(MAY_BE_COPIED) {
            return Err(Unfit::Unreadable);
        }
        let credential = if has(HAS_CREDENTIAL) { Some(credential(rest)?) } else { None };
        Ok(Self { counter: u32::from_be_bytes(*counter), credential })
    }
}

/// The name of the passkey (section 6.5.1). The key that follows is read from where the browser has written it in plain DER.
fn credential(rest: &[u8]) -> Result<&[u8], Unfit> {
    let named = || {
        let (_, rest) = rest.split_at_checked(MAKE)?;
        let (length, rest) = rest.split_first_chunk::<2>()?;
        let (name, _key) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        Some(name)
    };
    named().filter(|name| (1..=1023).contains(&name.len())).ok_or(Unfit::Unreadable)
}
