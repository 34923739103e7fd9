//! What changes, as whoever is asked reads it: in the language in which they read the letter, where the text that they are asked about is translated into
//! it; else in the binding one, and it is said so.

use crate::campaign::{Campaign, LetterVersion, Reading, TranslationVersion, store as campaigns};
use crate::db::{Conn, Error};
use crate::ids::{AnyId, SignOnId};
use crate::sign_on::store as sign_ons;
use crate::text::{Differences, Language};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The text that somebody is asked about, as they read it.
#[derive(Clone)]
pub(in crate::consent) struct Telling {
    /// The letter, as it is told in their language.
    pub(in crate::consent) campaign: Campaign,
    /// The binding language.
    pub(in crate::consent) binding: Language,
    /// The text.
    pub(in crate::consent) reading: Reading,
    /// What they read before, where that was a translation into the same language.
    old: Option<TranslationVersion>,
}

/// What changes, in a language.
#[derive(Clone)]
pub(in crate::consent) struct Changes {
    pub(in crate::consent) differences: Differences,
    pub(in crate::consent) language: Language,
}

impl Telling {
    /// For whoever knows the binding text.
    pub(in crate::consent) fn binding(campaign: &Campaign, after: &LetterVersion) -> Self {
        let language = campaign.settings.language.clone();
        let reading =
            Reading { language: language.clone(), number: after.number, translation: None, instead_of: None };
        Self { campaign: campaign.clone(), binding: language, reading, old: None }
    }

    /// For those who sent a sign-on.
    ///
    /// # Errors
    /// Those of the database.
    pub(in crate::consent) fn to(
        conn: &mut Conn,
        campaign: &Campaign,
        whose: SignOnId,
        (before, after): (&LetterVersion, &LetterVersion),
    ) -> Result<Self, Error> {
        let last = sign_ons::shown(conn, whose)?.into_iter().rev().find_map(|shown| shown.translation);
        let Some((translation, shown)) = last else { return Ok(Self::binding(campaign, after)) };
        let reading = campaigns::reading(conn, campaign, Some(&translation.language), after.number)?;
        let same = campaigns::same_meaning(conn, campaign.id, before.number)?;
        let old = match same.contains(&shown.of_number) {
            true => Some(shown.clone()),
            false => campaigns::translated(conn, &translation, before.number)?,
        };
        // Where the new text is not translated the title is told in their language all the same.
        let told = match &reading.translation {
            Some(_) => reading.of(campaign),
            None => campaign.told_in(&translation.language, &shown.says),
        };
        let binding = campaign.settings.language.clone();
        Ok(Self { campaign: told, binding, old: old.filter(|_| reading.translation.is_some()), reading })
    }

    /// What changes; nothing where the two say the same.
    pub(in crate::consent) fn changes(
        &self,
        before: &LetterVersion,
        after: &LetterVersion,
        compared: &Compared,
    ) -> Option<Changes> {
        if before.meaning == after.meaning {
            return None;
        }
        Some(match (&self.old, &self.reading.translation) {
            (Some(old), Some(new)) => Changes {
                differences: compared.between_translations(old, new),
                language: self.reading.language.clone(),
            },
            _ => Changes { differences: compared.between(before, after), language: self.binding.clone() },
        })
    }

    /// What is said where they would rather read it in a language into which the text is not translated; empty where they need not be told.
    pub(in crate::consent) fn instead(&self) -> String {
        match &self.reading.instead_of {
            Some(wanted) => format!(
                "There is no translation of this text into {} yet. This is the binding text, in {}.",
                wanted.english_name(),
                self.binding.english_name()
            ),
            None => String::new(),
        }
    }
}

/// What changes between versions, each pair of them compared once.
#[derive(Clone, Default)]
pub(in crate::consent) struct Compared(Arc<Mutex<BTreeMap<(AnyId, AnyId), Differences>>>);

impl Compared {
    pub(in crate::consent) fn between(&self, before: &LetterVersion, after: &LetterVersion) -> Differences {
        let ids = (AnyId::from_uuid(before.id.uuid()), AnyId::from_uuid(after.id.uuid()));
        self.once(ids, || before.body.differences(&after.body))
    }

    pub(in crate::consent) fn between_translations(
        &self,
        before: &TranslationVersion,
        after: &TranslationVersion,
    ) -> Differences {
        let ids = (AnyId::from_uuid(before.id.uuid()), AnyId::from_uuid(after.id.uuid()));
        self.once(ids, || before.says.differences(&after.says))
    }

    fn once(&self, ids: (AnyId, AnyId), compare: impl FnOnce() -> Differences) -> Differences {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(ids).or_insert_with(compare).clone()
    }
}
