//! An organization that signed in another way than by the form, until its contact confirms that by a link.

use crate::clock::Timestamp;
use crate::ids::SignOnId;
use crate::secret::{Keys, Random, Unsealable};
use crate::text::{EmailAddress, PersonName, RoleTitle};
use serde::{Deserialize, Serialize};

/// That staff added an entry of an organization that signed in another way, in the history.
pub const ADDED: &str = "added from elsewhere";

/// That its contact confirmed it.
pub const CONFIRMED: &str = "confirmed by the organization";

/// That its contact said that they did not sign.
pub const REFUSED: &str = "said that they did not sign";

const FIELD: &str = "elsewhere";

/// The mailbox that may confirm, and whose it is as far as that was said. Personal.
#[derive(Clone, PartialEq, Debug)]
pub struct Address {
    /// Where the question goes.
    pub email: EmailAddress,
    /// Who reads it.
    pub name: Option<PersonName>,
    /// What they are in the organization.
    pub role: Option<RoleTitle>,
}

/// What was answered to the question.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Said {
    /// The organization signed.
    Confirmed,
    /// It did not.
    Refused,
}

impl Said {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Confirmed, Self::Refused].into_iter().find(|said| said.as_str() == text)
    }
}

/// What is known beside the sign-on of an organization that signed in another way.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// The mailbox, until it has answered or was erased.
    pub address: Option<Address>,
    /// How often it was asked.
    pub asks: i64,
    /// When it was asked last.
    pub asked_at: Option<Timestamp>,
    /// What it answered, and when.
    pub said: Option<(Said, Timestamp)>,
}

#[derive(Serialize, Deserialize)]
struct Plain {
    email: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role: Option<String>,
}

pub(super) fn seal(keys: &Keys, random: &Random, of: SignOnId, address: &Address) -> Vec<u8> {
    let plain = Plain {
        email: address.email.as_str().to_owned(),
        name: address.name.as_ref().map(|name| name.as_str().to_owned()),
        role: address.role.as_ref().map(|role| role.as_str().to_owned()),
    };
    keys.seal(random, of.uuid(), FIELD, &serde_json::to_vec(&plain).unwrap_or_default())
}

pub(super) fn open(keys: &Keys, of: SignOnId, sealed: &[u8]) -> Result<Address, Unsealable> {
    let json = keys.open(of.uuid(), FIELD, sealed)?;
    let plain: Plain = serde_json::from_slice(&json).map_err(|_| Unsealable)?;
    Ok(Address {
        email: EmailAddress::parse(&plain.email).map_err(|_| Unsealable)?,
        name: plain.name.map(|name| PersonName::parse(&name)).transpose().map_err(|_| Unsealable)?,
        role: plain.role.map(|role| RoleTitle::parse(&role)).transpose().map_err(|_| Unsealable)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_comes_back_for_its_own_entry_and_is_nowhere_in_clear() {
        let keys = Keys::derive(&[5; 32]);
        let email = EmailAddress::parse("ada@ngo.example").unwrap();
        let address = Address { email, name: PersonName::parse("Ada Example").ok(), role: None };
        let id = SignOnId::new(1, [4; 10]);
        let sealed = seal(&keys, &Random::system(), id, &address);
        assert!(!sealed.windows(3).any(|w| w == b"Ada" || w == b"ngo"));
        assert_eq!(open(&keys, id, &sealed).unwrap(), address);
        assert!(open(&keys, SignOnId::new(2, [4; 10]), &sealed).is_err());
    }
}
