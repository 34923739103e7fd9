//! What two paragraphs have in common at most, soon counted.

use std::collections::HashMap;

/// How many words both have, in whatever order.
pub(super) fn common(old: &[&str], new: &[&str]) -> usize {
    let mut left = HashMap::<&str, usize>::new();
    for word in old {
        *left.entry(word).or_default() += 1;
    }
    let mut is_there = |word: &&&str| match left.get_mut(**word) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    };
    new.iter().filter(|word| is_there(word)).count()
}
