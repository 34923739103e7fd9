//! In which languages a letter can be read, as its pages say it.

use super::kept::Shown;
use crate::campaign::{Fit, PublicTranslation};
use crate::text::Language;
use crate::web::language::{LanguageLink, links};
use crate::web::show::Moment;

/// In which languages a letter can be read, and how the one that is shown stands to the binding one.
pub(super) struct Tongues {
    pub(super) links: Vec<LanguageLink>,
    /// For search engines: tag and full address of each.
    pub(super) alternates: Vec<(String, String)>,
    pub(super) is_translation: bool,
    /// What the language of this one is called, and what the binding one is.
    pub(super) language: String,
    pub(super) binding: String,
    pub(super) binding_href: String,
    /// Whether a slip was mended in the binding text since.
    pub(super) is_behind: bool,
    /// When the text came to stand that this does not translate.
    pub(super) changed_at: Option<Moment>,
    tag: Option<String>,
}

impl Tongues {
    /// For the binding text.
    pub(super) fn binding(shown: &Shown) -> Self {
        Self::new(shown, None)
    }

    /// For a translation, or the binding text.
    pub(super) fn new(shown: &Shown, here: Option<&PublicTranslation>) -> Self {
        let settings = &shown.live.campaign.settings;
        let (binding, letter) = (&settings.language, format!("/letters/{}", settings.slug));
        let mut all = vec![binding.clone()];
        all.extend(shown.live.translations.iter().map(|one| one.language.clone()));
        let href = |language: &Language, is_binding: bool| match is_binding {
            true => letter.clone(),
            false => format!("{letter}/{language}"),
        };
        let language = here.map_or(binding, |here| &here.language);
        // What is read without names says something else: it is no other form of the same page.
        let current = shown.live.translations.iter().filter(|one| one.fit != Fit::Outdated);
        let current: Vec<&Language> = current.map(|one| &one.language).collect();
        let mut alternates = Vec::new();
        if !current.is_empty() {
            let full = |language, is_binding| shown.base_url.join(&href(language, is_binding));
            alternates.push((binding.to_string(), full(binding, true)));
            alternates
                .extend(current.into_iter().map(|language| (language.to_string(), full(language, false))));
            alternates.push(("x-default".to_owned(), full(binding, true)));
        }
        Self {
            links: links(&all, language, href),
            alternates,
            is_translation: here.is_some(),
            language: language.english_name(),
            binding: binding.english_name(),
            binding_href: letter.clone(),
            is_behind: here.is_some_and(|here| here.fit == Fit::Slip),
            changed_at: here
                .and_then(|here| here.changed_at)
                .map(|at| Moment::in_zone(at, at, &settings.zone)),
            tag: here.map(|here| here.language.to_string()),
        }
    }

    /// An address that goes on in this language.
    pub(super) fn with_language(&self, href: String) -> String {
        match &self.tag {
            Some(tag) => format!("{href}?lang={tag}"),
            None => href,
        }
    }
}
