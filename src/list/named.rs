//! Which entry of a live list somebody means who names it from outside: by its number, or by a part of its name.

use super::find;
use super::kept::{Lists, Shown};
use crate::campaign::Campaign;
use crate::ids::SignOnId;
use crate::web::Fault;
use std::sync::Arc;

/// An entry that may be meant.
#[derive(Clone, Debug)]
pub struct Meant {
    /// Whose it is; the public does not see it.
    pub sign_on: SignOnId,
    /// Its number in the live edition.
    pub number: u32,
    /// The line as it prints.
    pub line: String,
}

impl Meant {
    fn at(shown: &Shown, place: usize) -> Option<Self> {
        let entry = shown.edition().contents.entries.get(place)?;
        let (number, line) = (entry.signatory.number, entry.signatory.name.clone());
        Some(Self { sign_on: entry.sign_on, number, line })
    }

    /// The entry with this number.
    fn of_number(shown: &Shown, number: u32) -> Option<Self> {
        Self::at(shown, usize::try_from(number.checked_sub(1)?).ok()?)
    }
}

impl Lists {
    /// A letter that a stranger may see now, to do something else with than to read it.
    ///
    /// # Errors
    /// [`Fault::NotFound`] alike when there is none and when it is private.
    pub async fn campaign(&self, slug: &str) -> Result<Campaign, Fault> {
        Ok(self.letter(slug).await?.campaign.clone())
    }

    /// The entries of a letter's live list that this may mean, at most so many, and whether there are more: the one that has this
    /// number; else those that have it in their names.
    ///
    /// # Errors
    /// As [`Lists::campaign`].
    pub async fn meant(&self, slug: &str, meant: &str, most: usize) -> Result<(Vec<Meant>, bool), Fault> {
        let shown = self.live(&*self.letter(slug).await?).await?;
        if let Some(entry) = meant.trim().parse().ok().and_then(|number| Meant::of_number(&shown, number)) {
            return Ok((vec![entry], false));
        }
        let meant = meant.to_owned();
        // A long list is looked through on another thread, as a search is.
        let found = tokio::task::spawn_blocking(move || {
            let places = find::with(&shown, &meant);
            let entries = places.iter().take(most).filter_map(|place| Meant::at(&shown, *place)).collect();
            (entries, places.len() > most)
        });
        found.await.map_err(Fault::unexpected)
    }

    /// The entry that somebody was shown under this number with this line, though its number may have changed since.
    ///
    /// # Errors
    /// As [`Lists::campaign`].
    pub async fn still_meant(&self, slug: &str, number: u32, line: &str) -> Result<Option<Meant>, Fault> {
        let shown: Arc<Shown> = self.live(&*self.letter(slug).await?).await?;
        let is_same = |meant: &Meant| meant.line == line;
        if let Some(same) = Meant::of_number(&shown, number).filter(is_same) {
            return Ok(Some(same));
        }
        let entries = shown.edition().contents.entries.iter().enumerate();
        let mut same = entries.filter(|(_, entry)| entry.signatory.name == line).map(|(place, _)| place);
        // Two that print the same line cannot be told apart by it.
        match (same.next(), same.next()) {
            (Some(place), None) => Ok(Meant::at(&shown, place)),
            _ => Ok(None),
        }
    }
}
