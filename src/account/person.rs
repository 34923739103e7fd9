//! Who a member of staff is, as it is sealed.

use crate::text::{EmailAddress, PersonName};
use serde::{Deserialize, Serialize};

/// The personal part of an account. It is sealed as one value for the account's row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// What the other staff see; none until the invitation is accepted.
    pub name: Option<PersonName>,
    /// Where mail goes, and what is typed to log in.
    pub email: EmailAddress,
}

#[derive(Serialize, Deserialize)]
struct Stored<'a> {
    #[serde(borrow)]
    name: Option<std::borrow::Cow<'a, str>>,
    #[serde(borrow)]
    email: std::borrow::Cow<'a, str>,
}

/// What was sealed is no person: it was written by another program or a newer one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a stored account does not read as a name and an address")]
pub struct NotAPerson;

impl Person {
    /// What the other staff see: the name, or the address before there is one.
    pub fn shown(&self) -> String {
        self.name.as_ref().map_or_else(|| self.email.shown(), |name| name.as_str().to_owned())
    }

    /// The value to seal.
    pub fn to_json(&self) -> Vec<u8> {
        let stored = Stored {
            name: self.name.as_ref().map(|name| name.as_str().into()),
            email: self.email.as_str().into(),
        };
        serde_json::to_vec(&stored).unwrap_or_default()
    }

    /// Reads what [`Person::to_json`] wrote.
    ///
    /// # Errors
    /// [`NotAPerson`] when it is anything else.
    pub fn from_json(json: &[u8]) -> Result<Self, NotAPerson> {
        let stored: Stored<'_> = serde_json::from_slice(json).map_err(|_| NotAPerson)?;
        Ok(Self {
            name: stored.name.map(|name| PersonName::parse(&name)).transpose().map_err(|_| NotAPerson)?,
            email: EmailAddress::parse(&stored.email).map_err(|_| NotAPerson)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_reads_back_as_written() {
        let mut person = Person { name: None, email: EmailAddress::parse("ada@ngo.example").unwrap() };
        assert_eq!(Person::from_json(&person.to_json()), Ok(person.clone()));
        assert_eq!(person.shown(), "ada@ngo.example");
        person.name = PersonName::parse("Ada “Quote” Example").ok();
        assert_eq!(Person::from_json(&person.to_json()), Ok(person.clone()));
        assert_eq!(Person::from_json(b"{}"), Err(NotAPerson));
    }
}
