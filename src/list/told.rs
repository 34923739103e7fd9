//! A letter in the language that whoever is let in to a private one would rather read, for pages that are made at each reading. What does not translate
//! the text that stands is not shown there: names stand under it.

use super::store::Live;
use crate::campaign::{Campaign, Fit, LetterHtml};
use crate::text::Language;
use crate::web::language::{LanguageLink, links};

/// The letter as it is told.
pub(super) struct Told {
    /// The campaign, in that language.
    pub(super) campaign: Campaign,
    pub(super) html: LetterHtml,
    /// Where the page is, and what its address says of the language: `lang=fr&`, or nothing.
    pub(super) path: String,
    pub(super) query: String,
    pub(super) languages: Vec<LanguageLink>,
    /// What is said of it beside it; empty where nothing is to be said.
    pub(super) note: String,
}

impl Told {
    pub(super) fn new(live: &Live, wanted: Option<&Language>, path: &str) -> Self {
        let binding = &live.campaign.settings.language;
        let offered: Vec<_> = live.translations.iter().filter(|one| one.fit != Fit::Outdated).collect();
        let exact = offered.iter().find(|one| Some(&one.language) == wanted);
        let variety = wanted.filter(|wanted| wanted.primary() != binding.primary()).map(Language::primary);
        let found = exact.or_else(|| offered.iter().find(|one| Some(one.language.as_str()) == variety));
        let mut all = vec![binding.clone()];
        all.extend(offered.iter().map(|one| one.language.clone()));
        let here = found.map_or(binding, |found| &found.language);
        let href = |language: &Language, is_binding: bool| match is_binding {
            // Said all the same: behind an invitation another language than the binding one may be the usual one.
            true if all.len() > 1 => format!("{path}?lang={binding}"),
            true => path.to_owned(),
            false => format!("{path}?lang={language}"),
        };
        let languages = links(&all, here, href);
        let name = binding.english_name();
        let is_known = |wanted: &&Language| {
            live.translations.iter().any(|one| one.language == **wanted && one.fit == Fit::Outdated)
        };
        let note = match (found, wanted.filter(is_known)) {
            (Some(found), _) if found.fit == Fit::Slip => format!(
                "This is a translation. The binding text is the {name} one, in which a slip was mended after it was translated."
            ),
            (Some(_), _) => format!("This is a translation. The binding text is the {name} one."),
            (None, Some(wanted)) => format!(
                "There is no translation into {} of the text as it is now. This is the binding text, in {name}.",
                wanted.english_name()
            ),
            (None, None) => String::new(),
        };
        Self {
            campaign: match found {
                Some(found) => live.campaign.told_in(&found.language, &found.version.says),
                None => live.campaign.clone(),
            },
            html: found.map_or(&live.letter.body, |found| &found.version.says.body).html(),
            path: path.to_owned(),
            query: match found {
                Some(found) => format!("lang={}&", found.language),
                None if wanted.is_some() && !languages.is_empty() => format!("lang={binding}&"),
                None => String::new(),
            },
            languages,
            note,
        }
    }
}
