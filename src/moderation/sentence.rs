//! A sentence about a sign-on, in pieces: names that somebody typed stand apart from our words, so that a page can isolate
//! their direction and link them.

use crate::ids::SignOnId;

/// A sentence.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Sentence {
    /// Whether a moderator has to look at what it says before deciding.
    pub(crate) look: bool,
    /// Its pieces, in order.
    pub(crate) pieces: Vec<Piece>,
}

/// A piece of a sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Piece {
    /// What it says.
    pub(crate) text: String,
    /// Whether somebody typed it.
    pub(crate) is_typed: bool,
    /// The sign-on whose page it leads to.
    pub(crate) about: Option<SignOnId>,
}

impl Sentence {
    /// A sentence for the record.
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self::default().and(text)
    }

    /// A sentence that needs a look.
    pub(super) fn look(text: impl Into<String>) -> Self {
        Self { look: true, ..Self::plain(text) }
    }

    /// The same sentence with more of our words.
    pub(super) fn and(self, text: impl Into<String>) -> Self {
        self.with(Piece { text: text.into(), is_typed: false, about: None })
    }

    /// The same sentence with something that somebody typed.
    pub(super) fn typed(self, text: impl Into<String>) -> Self {
        self.with(Piece { text: text.into(), is_typed: true, about: None })
    }

    /// The same sentence with a name that leads to its sign-on.
    pub(super) fn link(self, name: impl Into<String>, to: SignOnId) -> Self {
        self.with(Piece { text: name.into(), is_typed: true, about: Some(to) })
    }

    /// The same sentence with all of another one.
    pub(super) fn and_all(mut self, other: Self) -> Self {
        self.pieces.extend(other.pieces);
        self
    }

    fn with(mut self, piece: Piece) -> Self {
        if !piece.text.is_empty() {
            self.pieces.push(piece);
        }
        self
    }

    #[cfg(test)]
    pub(super) fn text(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }
}
