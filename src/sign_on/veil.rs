//! What is left of an entry for whoever may not see its name.

use super::submission::Entry;
use crate::text::{OrganizationName, Shown};

impl Entry {
    /// The same entry, of which so much is shown.
    #[must_use]
    pub fn shown(self, shown: Shown) -> Self {
        Self { shown, ..self }
    }

    /// Whether its name is shown to everybody. If not, it is for those of the staff alone whom the organizers named.
    pub const fn is_named(&self) -> bool {
        self.shown.is_named()
    }

    /// What stands in its place for whoever may not see its name: nothing is left of what is held back.
    #[must_use]
    pub fn veiled(&self) -> Self {
        Self {
            organization: OrganizationName::unnamed(self.shown, self.country),
            acronym: None,
            native_name: None,
            sort_as: None,
            website: None,
            country: self.shown.country(self.country),
            line: self.shown.unnamed(self.country),
            shown: self.shown,
        }
    }

    /// The line as everybody sees it.
    pub fn public_line(&self) -> String {
        if self.is_named() { self.line.clone() } else { self.shown.unnamed(self.country) }
    }
}
