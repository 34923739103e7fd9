//! What tells two orders of one list apart.

use std::collections::BTreeMap;

/// The difference between a list as it is given and as the rule would have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved<T> {
    /// Neighbors in the given list that the rule has the other way round.
    pub pairs: Vec<(T, T)>,
    /// Entries that would get another number.
    pub renumbered: Vec<Renumbered<T>>,
}

/// An entry whose number would change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Renumbered<T> {
    /// The entry.
    pub item: T,
    /// Its number in the given list.
    pub from: u32,
    /// Its number in the right one.
    pub to: u32,
}

/// Explains a re-ordering: which neighbors change places, and which numbers change. Both lists start with number 1; an entry that stands in one
/// of them only is left out of the explanation.
#[must_use]
pub fn what_moved<T: Copy + Ord>(given: &[T], correct: &[T]) -> Moved<T> {
    let places: BTreeMap<T, u32> = correct.iter().copied().zip(1..).collect();
    let place = |item: &T| places.get(item).copied();
    let pairs = given.iter().zip(given.iter().skip(1)).filter(|(a, b)| match (place(a), place(b)) {
        (Some(a), Some(b)) => a > b,
        _ => false,
    });
    let renumbered = given.iter().zip(1..).filter_map(|(item, from)| {
        let to = place(item)?;
        (to != from).then_some(Renumbered { item: *item, from, to })
    });
    Moved { pairs: pairs.map(|(a, b)| (*a, *b)).collect(), renumbered: renumbered.collect() }
}
