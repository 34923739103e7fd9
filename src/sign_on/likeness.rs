//! In what two entries are alike. It only ever suggests that they are the same organization; a person decides.

use super::submission::Likeness;

/// What two entries have in common. The earlier ones weigh more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Shared {
    /// Another name that the eye takes for the same.
    Look,
    /// The name, however it is written.
    Name,
    /// The website's host.
    Website,
    /// The acronym.
    Acronym,
}

impl Likeness {
    /// What this has in common with another one.
    pub fn shared_with(&self, other: &Self) -> Vec<Shared> {
        let same_name = self.folded == other.folded;
        let same_site = self.website_host.is_some() && self.website_host == other.website_host;
        let same_acronym = self.acronym.is_some() && self.acronym == other.acronym;
        let all = [
            (!same_name && self.skeleton == other.skeleton, Shared::Look),
            (same_name, Shared::Name),
            (same_site, Shared::Website),
            (same_acronym, Shared::Acronym),
        ];
        all.into_iter().filter(|(is_shared, _)| *is_shared).map(|(_, what)| what).collect()
    }
}
