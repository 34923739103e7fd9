//! What becomes of editions that are named: what they show of those who leave later, and where those stand who join later.

/// What an edition that was named shows of an organization that has left the list since.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Leavers {
    /// Its line stays, with the word and the day: “withdrawn on 3 May 2026”. Only for whoever was told so when they signed.
    Kept,
    /// Its name is taken out; its number stays, with the word and the day.
    #[default]
    Dropped,
}

impl Leavers {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Kept, Self::Dropped];

    /// The word in files, forms and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Dropped => "dropped",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|leavers| leavers.as_str() == text)
    }
}

/// Where an organization stands that joins after an edition was named.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Late {
    /// Among all others, by the rule.
    #[default]
    Live,
    /// After those of the edition, under a heading of its own.
    After,
}

impl Late {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Live, Self::After];

    /// The word in files, forms and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::After => "after",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|late| late.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_reads_back_and_no_other_does() {
        assert!(Leavers::ALL.into_iter().all(|leavers| Leavers::parse(leavers.as_str()) == Some(leavers)));
        assert!(Late::ALL.into_iter().all(|late| Late::parse(late.as_str()) == Some(late)));
        assert_eq!((Leavers::parse("Kept"), Late::parse("")), (None, None));
        assert_eq!((Leavers::default(), Late::default()), (Leavers::Dropped, Late::Live));
    }
}
