//! The forms in which a letter and an edition of its list are kept.

use super::phase::Phase;

/// A public form of an edition.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Form {
    /// The letter with the first names, or a further page of names.
    Page(Phase, u32),
    /// The letter in another language: the place of its translation, with the first names.
    In(usize, Phase),
    /// A page of names as the page of an edition.
    Edition(u32),
    /// `.csv`
    Csv,
    /// `.json`
    Json,
    /// `.txt`
    Text,
    /// `.atom`
    Atom,
    /// The press pack.
    Press,
}
