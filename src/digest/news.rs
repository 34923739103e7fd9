//! What there is to tell of a letter, and whom a mail may name.

use crate::sign_on::{SignOn, plain};

/// The most organizations that a mail names of one kind.
const NAMED: usize = 10;

/// Some entries, by the names that a mail may say.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Named {
    /// How many there are.
    pub(super) count: usize,
    /// The first of them by name.
    pub(super) names: Vec<String>,
}

impl Named {
    /// Of so many entries these are the first.
    pub(super) fn new(count: usize, first: &[SignOn]) -> Self {
        Self { count, names: first.iter().filter_map(name).take(NAMED).collect() }
    }

    /// How many more than are named.
    pub(super) fn more(&self) -> usize {
        self.count - self.names.len()
    }
}

/// The name of an entry as a mail to staff may say it; nothing where it may not stand there. Every name in a digest comes through here: of a
/// representative there is none. A mail lies in mailboxes that this program does not keep, so what must stay inside is counted and not named.
fn name(sign_on: &SignOn) -> Option<String> {
    // A name that is held back stands in no mail, whoever reads it.
    sign_on.entry.is_named().then(|| plain(sign_on.entry.organization.as_str()))
}

/// How many entries are read to be named.
pub(super) const READ: i64 = 10;

/// What is new since a moment, and what waits now.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct News {
    /// Verified since then, and nobody has decided.
    pub(super) verified: Named,
    /// On the list since then.
    pub(super) approved: Named,
    /// Not taken.
    pub(super) rejected: Named,
    /// Took their name back.
    pub(super) withdrawn: Named,
    /// Taken off the list.
    pub(super) removed: Named,
    /// How many wait for review now.
    pub(super) waiting: i64,
    /// How many are on hold with a question that was not answered.
    pub(super) asked: i64,
    /// How many corrections wait.
    pub(super) corrections: i64,
    /// How many entries somebody has reported.
    pub(super) reported: i64,
    /// How many representatives ask something about the text.
    pub(super) questions: i64,
}

impl News {
    /// Whether something has happened.
    pub(super) fn is_news(&self) -> bool {
        [&self.verified, &self.approved, &self.rejected, &self.withdrawn, &self.removed]
            .iter()
            .any(|named| named.count > 0)
    }

    /// Whether something waits for staff.
    pub(super) fn is_work(&self) -> bool {
        self.waiting + self.corrections + self.reported + self.questions > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_is_counted() {
        let named = Named { count: 12, names: vec!["Bits of Freedom".to_owned()] };
        assert_eq!(named.more(), 11);
        assert!(!News::default().is_news() && !News::default().is_work());
        assert!(News { verified: named, ..News::default() }.is_news());
        assert!(News { reported: 1, ..News::default() }.is_work());
        assert!(!News { asked: 1, ..News::default() }.is_work(), "there the organization is waited for");
    }
}
