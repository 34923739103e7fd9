//! What prints of an organization that signed in another way, until it confirms.

/// Whether an entry prints that its organization has not confirmed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Unconfirmed {
    /// Like every other.
    Print,
    /// With a mark that says so.
    #[default]
    Marked,
    /// Not until it is confirmed.
    Hide,
}

impl Unconfirmed {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Print, Self::Marked, Self::Hide];

    /// The word in files, forms and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Print => "print",
            Self::Marked => "marked",
            Self::Hide => "hide",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == text)
    }
}
