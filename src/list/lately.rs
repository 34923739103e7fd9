//! What happened with a letter, in short, as its own page says it.

use super::kept::Shown;
use super::timeline::{Happening, timeline};

/// How many stand on the letter's own page.
const NEWEST: usize = 5;

/// What the letter's own page says of it.
pub(super) struct Lately {
    pub(super) href: String,
    pub(super) newest: Vec<Happening>,
    /// How many more there are.
    pub(super) more: usize,
}

impl Lately {
    pub(super) fn new(shown: &Shown) -> Self {
        // The editions that have a name stand on that page by themselves.
        let mut newest = timeline(&shown.live.campaign, &shown.live.news, &[]);
        let more = newest.len().saturating_sub(NEWEST);
        newest.truncate(NEWEST);
        Self { href: format!("/letters/{}/updates", shown.live.campaign.settings.slug), newest, more }
    }
}
