//! What stands in for a proved mailbox: how the organization's agreement was received, what it was, and who vouches for it.

use super::state::Remark;
use crate::clock::Timestamp;
use crate::ids::{AccountId, SignOnId};
use crate::secret::{Keys, Random, Unsealable};
use crate::text::PersonName;
use serde::{Deserialize, Serialize};

const FIELD: &str = "attestation";

/// How an agreement was received.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Received {
    /// From a mailbox of the organization.
    Mail,
    /// Signed.
    Paper,
    /// Said before others.
    Meeting,
    /// Given to a partner, in a form of theirs.
    Partner,
    /// Under an earlier letter that said the same.
    Letter,
}

impl Received {
    /// Every way.
    pub const ALL: [Self; 5] = [Self::Mail, Self::Paper, Self::Meeting, Self::Partner, Self::Letter];

    /// The word in forms and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Paper => "paper",
            Self::Meeting => "meeting",
            Self::Partner => "partner",
            Self::Letter => "letter",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|received| received.as_str() == text)
    }

    /// How people say it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Mail => "Received by mail",
            Self::Paper => "Received on paper",
            Self::Meeting => "Said at a meeting",
            Self::Partner => "Received through a partner’s form",
            Self::Letter => "Signed an earlier letter",
        }
    }
}

/// The evidence in words, and who vouches for it. Personal.
#[derive(Clone, PartialEq, Debug)]
pub struct Evidence {
    /// What shows that the organization agreed.
    pub what: Remark,
    /// Who vouches for that.
    pub vouched_by: PersonName,
}

/// An attestation as it is kept.
#[derive(Clone, Debug)]
pub struct Attested {
    /// How the agreement was received.
    pub received: Received,
    /// The evidence; none once what was personal has been erased.
    pub evidence: Option<Evidence>,
    /// Who of the staff wrote it down.
    pub by: AccountId,
    /// When.
    pub at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Plain {
    what: String,
    vouched_by: String,
}

pub(in crate::sign_on) fn seal(keys: &Keys, random: &Random, of: SignOnId, evidence: &Evidence) -> Vec<u8> {
    let plain = Plain {
        what: evidence.what.as_str().to_owned(),
        vouched_by: evidence.vouched_by.as_str().to_owned(),
    };
    keys.seal(random, of.uuid(), FIELD, &serde_json::to_vec(&plain).unwrap_or_default())
}

pub(super) fn open(keys: &Keys, of: SignOnId, sealed: &[u8]) -> Result<Evidence, Unsealable> {
    let json = keys.open(of.uuid(), FIELD, sealed)?;
    let plain: Plain = serde_json::from_slice(&json).map_err(|_| Unsealable)?;
    Ok(Evidence {
        what: Remark::parse(&plain.what).map_err(|_| Unsealable)?,
        vouched_by: PersonName::parse(&plain.vouched_by).map_err(|_| Unsealable)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_comes_back_for_its_own_entry_and_is_nowhere_in_clear() {
        let keys = Keys::derive(&[5; 32]);
        let evidence = Evidence {
            what: Remark::parse("A letter of 1 March,\nsigned by Ada.").unwrap(),
            vouched_by: PersonName::parse("Ben Example").unwrap(),
        };
        let id = SignOnId::new(1, [4; 10]);
        let sealed = seal(&keys, &Random::system(), id, &evidence);
        assert!(!sealed.windows(3).any(|w| w == b"Ada" || w == b"Ben"));
        assert_eq!(open(&keys, id, &sealed).unwrap(), evidence);
        assert!(open(&keys, SignOnId::new(2, [4; 10]), &sealed).is_err());
        for received in Received::ALL {
            assert_eq!(Received::parse(received.as_str()), Some(received));
        }
    }
}
