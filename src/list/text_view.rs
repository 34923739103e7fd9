//! The text of the letter as its page shows it, and what is said of its versions.

use super::kept::Shown;
use crate::campaign::LetterHtml;
use crate::web::show::Moment;

/// The text.
pub(super) struct TextView {
    pub(super) html: LetterHtml,
    /// Its version: 1, 2, 3 …
    pub(super) number: i64,
    /// Where it is told what changed.
    pub(super) changes_href: String,
    /// Whether this is the first text.
    pub(super) is_first: bool,
    /// Until when those who signed are asked whether they agree to another text, while they are.
    pub(super) asked_until: Option<Moment>,
}

impl TextView {
    pub(super) fn new(shown: &Shown) -> Self {
        let (letter, campaign) = (&shown.live.letter, &shown.live.campaign);
        let round = shown.live.round.filter(|round| round.changes_text());
        Self {
            html: letter.body.html(),
            number: letter.number,
            changes_href: format!("/letters/{}/changes", campaign.settings.slug),
            is_first: letter.number == 1,
            asked_until: round.map(|round| Moment::new(round.ends_at, round.ends_at)),
        }
    }
}
