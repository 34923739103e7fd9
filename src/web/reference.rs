//! The number of a request: shown on the page of an unexpected error and written into the log, so that one finds the other.

use crate::secret::Random;
use std::cell::Cell;
use std::fmt;

/// 48 bits as three groups of hexadecimal digits: `7f3a-91c2-d04e`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Reference(u64);

const BITS: u64 = (1 << 48) - 1;
/// Odd, so that multiplying by it modulo 2^48 gives every number once.
const SPREAD: u64 = 0x9e37_79b9_7f4b;

thread_local! {
    static CURRENT: Cell<Option<Reference>> = const { Cell::new(None) };
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04x}-{:04x}-{:04x}", self.0 >> 32, (self.0 >> 16) & 0xffff, self.0 & 0xffff)
    }
}

/// Gives out numbers. They do not repeat within a worker and do not tell how many there were.
#[derive(Debug)]
pub struct Numbers(Cell<u64>);

impl Numbers {
    /// Numbers from a random beginning.
    pub fn from(random: &Random) -> Self {
        Self(Cell::new(u64::from_ne_bytes(random.bytes())))
    }

    /// The next number.
    pub fn next(&self) -> Reference {
        self.0.set(self.0.get().wrapping_add(1));
        Reference(self.0.get().wrapping_mul(SPREAD) & BITS)
    }
}

/// The request that this thread is working on right now, if any.
pub fn current() -> Option<Reference> {
    CURRENT.get()
}

/// Marks a request as the one that this thread works on while `work` runs.
pub(super) fn during<T>(reference: Reference, work: impl FnOnce() -> T) -> T {
    struct Restore(Option<Reference>);
    impl Drop for Restore {
        fn drop(&mut self) {
            CURRENT.set(self.0);
        }
    }
    let _restore = Restore(CURRENT.replace(Some(reference)));
    work()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn numbers_do_not_repeat_and_read_well() {
        let numbers = Numbers::from(&Random::system());
        let seen: HashSet<_> = (0..10_000).map(|_| numbers.next()).collect();
        assert_eq!(seen.len(), 10_000);
        assert_eq!(Reference(0x7f3a_91c2_004e).to_string(), "7f3a-91c2-004e");
    }

    #[test]
    fn the_current_request_ends_with_its_work_even_by_a_panic() {
        let reference = Numbers::from(&Random::system()).next();
        during(reference, || assert_eq!(current(), Some(reference)));
        let panicked = std::panic::catch_unwind(|| during(reference, || panic!("on purpose")));
        assert!(panicked.is_err());
        assert_eq!(current(), None);
    }
}
