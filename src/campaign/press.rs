//! Who can fetch a letter's press pack.

/// Who can fetch it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum PressPack {
    /// Nobody but staff.
    #[default]
    Staff,
    /// Everybody, once the letter is public.
    Published,
    /// Everybody once the letter is public, and before that whoever has a preview link, under the embargo.
    Previews,
}

impl PressPack {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Staff, Self::Published, Self::Previews];

    /// The word in files, forms and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Published => "published",
            Self::Previews => "previews",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|pack| pack.as_str() == text)
    }

    /// Whether everybody can fetch it who may see the letter.
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Published | Self::Previews)
    }
}
