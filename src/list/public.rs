//! What the workbenches take from public lists.

use super::edition::Signatory;
use super::kept::Lists;
use crate::web::Fault;

impl Lists {
    /// The letters that stand on the index page now: short name and title, the newest first.
    pub async fn public_letters(&self) -> Vec<(String, String)> {
        let announced = self.announced().await.unwrap_or_default();
        let named = announced.into_iter().map(|(letter, ..)| {
            let settings = &letter.campaign.settings;
            (settings.slug.to_string(), settings.title.to_string())
        });
        named.collect()
    }

    /// Who stands on the list of a letter that a stranger may see now, at most so many.
    ///
    /// # Errors
    /// [`Fault::NotFound`] alike when there is none and when it is private.
    pub async fn signatories(&self, slug: &str, most: usize) -> Result<Vec<Signatory>, Fault> {
        let shown = self.live(&*self.letter(slug).await?).await?;
        Ok(shown.edition().contents.signatories().take(most).cloned().collect())
    }
}
