//! Personal data as it is kept: one sealed value for each representative, which opens only for its own row.

use super::submission::{Contact, Note};
use crate::ids::ContactId;
use crate::secret::{Keys, Random, Unsealable};
use crate::text::{EmailAddress, PersonName, RoleTitle};
use serde::{Deserialize, Serialize};

const FIELD: &str = "contact";

#[derive(Serialize, Deserialize)]
struct Plain {
    name: String,
    role: String,
    email: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

pub(super) fn seal(keys: &Keys, random: &Random, id: ContactId, contact: &Contact) -> Vec<u8> {
    let plain = Plain {
        name: contact.name.as_str().to_owned(),
        role: contact.role.as_str().to_owned(),
        email: contact.email.as_str().to_owned(),
        note: contact.note.as_ref().map(|note| note.as_str().to_owned()),
    };
    let json = serde_json::to_vec(&plain).unwrap_or_default();
    keys.seal(random, id.uuid(), FIELD, &json)
}

pub(super) fn open(keys: &Keys, id: ContactId, sealed: &[u8], updates: bool) -> Result<Contact, Unsealable> {
    let json = keys.open(id.uuid(), FIELD, sealed)?;
    let plain: Plain = serde_json::from_slice(&json).map_err(|_| Unsealable)?;
    Ok(Contact {
        name: PersonName::parse(&plain.name).map_err(|_| Unsealable)?,
        role: RoleTitle::parse(&plain.role).map_err(|_| Unsealable)?,
        email: EmailAddress::parse(&plain.email).map_err(|_| Unsealable)?,
        note: plain.note.map(|note| Note::parse(&note)).transpose().map_err(|_| Unsealable)?,
        updates,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_representative_comes_back_as_they_were_and_is_nowhere_in_clear() {
        let keys = Keys::derive(&[5; 32]);
        let contact = Contact {
            name: PersonName::parse("Ada Example").unwrap(),
            role: RoleTitle::parse("Director").unwrap(),
            email: EmailAddress::parse("ada@ngo.example").unwrap(),
            note: Some(Note::parse("Our board\nmet on Friday.").unwrap()),
            updates: true,
        };
        let id = ContactId::new(1, [4; 10]);
        let sealed = seal(&keys, &Random::system(), id, &contact);
        assert!(!sealed.windows(3).any(|w| w == b"Ada"));
        assert_eq!(open(&keys, id, &sealed, true).unwrap(), contact);
        assert!(open(&keys, ContactId::new(2, [4; 10]), &sealed, true).is_err());
    }
}
