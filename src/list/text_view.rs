//! The text of the letter as its page shows it, and what is said of its versions.

use super::kept::Shown;
use crate::campaign::{LetterHtml, PublicTranslation};
use crate::web::show::Moment;

/// The text.
pub(super) struct TextView {
    pub(super) html: LetterHtml,
    /// Its version: 1, 2, 3 …
    pub(super) number: i64,
    /// Where it is told what changed.
    pub(super) changes_href: String,
    /// Where it is told what is to change, while those who signed are asked about it.
    pub(super) asked_href: String,
    /// The version of the binding text that it translates; none where it is that itself.
    pub(super) translates: Option<i64>,
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
            asked_href: format!("/letters/{}/changes", campaign.settings.slug),
            translates: None,
            is_first: letter.number == 1,
            asked_until: round.map(|round| Moment::new(round.ends_at, round.ends_at)),
        }
    }

    /// The same in another language.
    pub(super) fn of_translation(shown: &Shown, translation: &PublicTranslation) -> Self {
        let version = &translation.version;
        Self {
            html: version.says.body.html(),
            number: version.number,
            changes_href: format!(
                "/letters/{}/{}/changes",
                shown.live.campaign.settings.slug, translation.language
            ),
            translates: Some(version.of_number),
            is_first: version.number == 1,
            ..Self::new(shown)
        }
    }
}
