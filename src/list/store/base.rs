//! The edition after which a list goes on, where those who join later stand apart from those of it.

use crate::ids::SignOnId;
use crate::list::edition::After;
use crate::list::ordering;
use std::collections::BTreeMap;

/// That edition.
pub(super) struct Base {
    pub(super) edition: u32,
    /// The place of each of its entries, from 0.
    pub(super) places: BTreeMap<SignOnId, usize>,
    /// The groups that stood apart on it already.
    pub(super) within: Vec<After>,
}

impl Base {
    /// The place of an entry on it.
    pub(super) fn place(&self, id: SignOnId) -> Option<usize> {
        self.places.get(&id).copied()
    }

    /// Where each group begins on a list of these, in this order.
    pub(super) fn groups(&self, listed: impl ExactSizeIterator<Item = SignOnId>) -> Vec<After> {
        let count = listed.len();
        let places: Vec<usize> = listed.map_while(|id| self.place(id)).collect();
        ordering::groups(&self.within, self.edition, &places, count)
    }
}
