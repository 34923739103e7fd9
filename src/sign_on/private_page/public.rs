//! How everybody sees the entry, as the representative's page says it.

use crate::campaign::Campaign;
use crate::sign_on::state::SignOn;
use crate::text::Shown;

/// What is said of it.
pub(super) struct Public {
    pub(super) href: String,
    pub(super) words: &'static str,
    /// The line in the place of the name; empty where the name stands there.
    pub(super) line: String,
    pub(super) can_hide: bool,
}

impl Public {
    /// Nothing, where the letter does not ask and all of it is shown.
    pub(super) fn of(campaign: &Campaign, sign_on: &SignOn, here: &str) -> Option<Self> {
        let entry = &sign_on.entry;
        (campaign.settings.at_risk || !entry.is_named()).then(|| Self {
            href: format!("{here}/shown"),
            words: entry.shown.words(),
            line: if entry.is_named() { String::new() } else { entry.public_line() },
            can_hide: entry.shown > Shown::Counted,
        })
    }
}
