//! Why an entry is rejected or removed: a code for the record, a sentence for the representative.

/// A reason for a decision against an entry.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reason {
    /// The campaign's rules do not include this kind of organization.
    NotEligible,
    /// Nothing shows that the representative may sign for the organization.
    AuthorityUnclear,
    /// The organization is on the list, or waits, under another entry.
    Duplicate,
    /// The details do not identify an organization.
    DetailsUnclear,
    /// The organization asked for it outside this program.
    AskedFor,
    /// The organization says that it did not sign.
    NotTheirs,
    /// None of the others; the text says it.
    Other,
}

impl Reason {
    /// Every reason, in the order in which forms list them.
    pub const ALL: [Self; 7] = [
        Self::NotEligible,
        Self::AuthorityUnclear,
        Self::Duplicate,
        Self::DetailsUnclear,
        Self::AskedFor,
        Self::NotTheirs,
        Self::Other,
    ];

    /// The code in forms and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotEligible => "not_eligible",
            Self::AuthorityUnclear => "authority_unclear",
            Self::Duplicate => "duplicate",
            Self::DetailsUnclear => "details_unclear",
            Self::AskedFor => "asked_for",
            Self::NotTheirs => "not_theirs",
            Self::Other => "other",
        }
    }

    /// Reads a code.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }

    /// What staff choose from.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NotEligible => "Not the kind of organization this letter is for",
            Self::AuthorityUnclear => "Authority to sign is not clear",
            Self::Duplicate => "Already on the list or in the queue",
            Self::DetailsUnclear => "The details do not identify an organization",
            Self::AskedFor => "The organization asked for it",
            Self::NotTheirs => "The organization says it did not sign",
            Self::Other => "Another reason",
        }
    }

    /// What the representative reads.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::NotEligible => "This letter is signed by other kinds of organizations.",
            Self::AuthorityUnclear => {
                "We could not see that the person who signed may sign for the organization."
            }
            Self::Duplicate => "The organization is already on the list, or waits under another entry.",
            Self::DetailsUnclear => "From the details given we could not tell which organization signed.",
            Self::AskedFor => "The organization asked us to.",
            Self::NotTheirs => "The organization told us that it did not sign.",
            Self::Other => "The moderator’s note gives the reason.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_back_and_an_invented_one_does_not() {
        for reason in Reason::ALL {
            assert_eq!(Reason::parse(reason.as_str()), Some(reason));
        }
        assert_eq!(Reason::parse("because"), None);
    }
}
