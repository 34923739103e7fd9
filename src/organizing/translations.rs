//! What is known of a translation: its newest version, how that stands to the text that stands, and what there is of it for another text.

use crate::campaign::store as campaigns;
use crate::campaign::{Campaign, Fit, Round, Translation, TranslationDraft, TranslationVersion};
use crate::clock::Zone;
use crate::db::{Conn, Error};
use crate::sign_on::store as sign_ons;
use crate::web::show::in_zone;

/// A translation.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) translation: Translation,
    /// What the public page shows: what fits the text that stands; else the newest of an earlier one.
    pub(super) newest: Option<TranslationVersion>,
    /// How that stands to the text that stands; none where there is no such version.
    pub(super) fit: Option<Fit>,
    /// The translation of the text that is asked about, while one is.
    pub(super) asked: Option<TranslationVersion>,
    /// The translation of the other text that is prepared.
    pub(super) draft: Option<TranslationDraft>,
    /// How often somebody agreed who had read it.
    pub(super) uses: i64,
}

/// What there is of a translation for the other text: the one that is prepared or asked about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Other {
    /// There is no other text.
    None,
    /// It is translated.
    Translated,
    /// An earlier state of it is.
    Earlier,
    /// It is not.
    Missing,
}

/// Every translation of a letter.
///
/// # Errors
/// Those of the database.
pub(super) fn known(conn: &mut Conn, campaign: &Campaign, round: Option<Round>) -> Result<Vec<Known>, Error> {
    let (id, number) = (campaign.id, campaign.text_number);
    let asked_about = round.filter(Round::changes_text).map(|round| round.to_number);
    let mut all = Vec::new();
    for translation in campaigns::translations_of(conn, id)? {
        let same = campaigns::same_meaning(conn, id, number)?;
        let versions = campaigns::translation_versions(conn, translation.id)?;
        let asked = match asked_about {
            Some(number) => campaigns::translated(conn, &translation, number)?,
            None => None,
        };
        let fits = versions.iter().find(|version| same.contains(&version.of_number));
        let is_asked = |version: &TranslationVersion| {
            asked.as_ref().is_some_and(|asked| asked.of_number == version.of_number)
        };
        let newest = fits.or_else(|| versions.iter().find(|version| !is_asked(version))).cloned();
        all.push(Known {
            fit: newest.as_ref().map(|version| Fit::of(version.of_number, number, &same)),
            newest,
            asked,
            draft: campaigns::translation_draft(conn, translation.id)?,
            uses: sign_ons::count_shown(conn, translation.id)?,
            translation,
        });
    }
    Ok(all)
}

impl Known {
    /// How it stands to the text that stands: a word, its mark, and a sentence.
    pub(super) fn stand(&self, number: i64, zone: &Zone) -> (&'static str, &'static str, String) {
        if let Some(since) = self.translation.retired_at {
            let since = in_zone(since, zone);
            return ("Retired", "ended", format!("Offered no more since {since}."));
        }
        let Some((version, fit)) = self.newest.as_ref().zip(self.fit) else {
            return ("Not yet", "", format!("There is no translation of version {number}, which stands."));
        };
        let of = version.of_number;
        match fit {
            Fit::Exact => ("Up to date", "done", format!("It translates version {of}, which stands.")),
            Fit::Slip => (
                "A slip behind",
                "held",
                format!(
                    "It translates version {of}. A slip was mended in version {number}: look whether it is to be mended here too."
                ),
            ),
            Fit::Outdated => (
                "Outdated",
                "held",
                format!(
                    "It translates version {of}, and version {number} says something else. It is read with a warning and without names, and nobody signs by it."
                ),
            ),
        }
    }

    /// What there is of it for the other text: the one that is prepared, by what it is named by, or the one that is asked about.
    pub(super) fn other(&self, draft: Option<&str>, round: Option<Round>) -> Other {
        match (draft, round) {
            (Some(stamp), _) => match &self.draft {
                Some(translated) if translated.of == stamp => Other::Translated,
                Some(_) => Other::Earlier,
                None => Other::Missing,
            },
            (None, Some(round)) if round.changes_text() => match &self.asked {
                Some(_) => Other::Translated,
                None => Other::Missing,
            },
            _ => Other::None,
        }
    }

    /// Whether it is offered and translates the text that stands, so that a change of that text leaves it behind.
    pub(super) fn is_current(&self) -> bool {
        self.translation.retired_at.is_none() && matches!(self.fit, Some(Fit::Exact | Fit::Slip))
    }
}
