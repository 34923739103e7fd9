//! Editions that were made before, as this server shows them: they are kept with the live one, so whatever changes the list, and with it who is
//! on an edition that has a name and has left, has them made anew.

use super::kept::{Letter, Lists, Shown, unpoisoned};
use super::store::{self, Live};
use crate::campaign::{LetterVersion, store as campaigns};
use crate::clock::Timestamp;
use crate::web::Fault;
use std::sync::Arc;

/// Old editions of one letter that are kept finished.
const OLD: usize = 8;

impl Lists {
    /// One page of the editions of a letter that have no name and can be cited, newest first, and whether there are more.
    pub(super) async fn headings(
        &self,
        letter: &Letter,
        page: u32,
    ) -> Result<(Vec<store::Heading>, bool), Fault> {
        let (id, since) = (letter.campaign.id, self.public_since(letter));
        let live = self.live(letter).await?.edition().number;
        Ok(self.rooms.db.read(move |conn| store::headings(conn, id, since, live, page)).await?)
    }

    /// Since when a letter has been public; whoever asks has been let in.
    fn public_since(&self, letter: &Letter) -> Timestamp {
        letter.campaign.settings.published_at.unwrap_or_else(|| self.now())
    }

    /// Every version of a letter's text, the newest first.
    pub(super) async fn versions(&self, letter: &Letter) -> Result<Vec<LetterVersion>, Fault> {
        let id = letter.campaign.id;
        Ok(self.rooms.db.read(move |conn| campaigns::letter_versions(conn, id)).await?)
    }

    /// A letter with one of its editions.
    ///
    /// # Errors
    /// [`Fault::NotFound`] when there is none of that number, [`Fault::Gone`] when it has no name and somebody who is on it has left.
    pub(super) async fn edition(&self, letter: &Letter, number: u32) -> Result<Arc<Shown>, Fault> {
        let live = self.live(letter).await?;
        if live.edition().number == number {
            return Ok(live);
        }
        let known = |old: &[Arc<Shown>]| old.iter().find(|old| old.edition().number == number).cloned();
        if let Some(old) = known(&unpoisoned(live.old.lock())) {
            return Ok(old);
        }
        // Of the live one's moment, which may be a later one than the letter's.
        let (campaign, since) = (live.live.campaign.clone(), self.public_since(letter));
        let found = self.rooms.db.read(move |conn| store::by_number(conn, &campaign, since, number));
        let edition = match found.await? {
            Some(store::Old::Stands(edition)) => edition,
            Some(store::Old::Ended) => return Err(Fault::Gone),
            None => return Err(Fault::NotFound),
        };
        let old = Live { edition, ..live.live.clone() };
        let old = Arc::new(Shown::new(old, false, live.base_url.clone()));
        let mut all = unpoisoned(live.old.lock());
        all.truncate(OLD - 1);
        all.insert(0, Arc::clone(&old));
        Ok(old)
    }
}
