//! An organization in the address book: it agreed that this instance's organizers may invite it to later letters. No more is kept than inviting takes.

use super::submission::Entry;
use crate::clock::{Timestamp, days};
use crate::ids::{AddressId, CampaignId, SignOnId};
use crate::text::{Acronym, Country, EmailAddress, Language, NativeName, OrganizationName, SortAs, WebUrl};

/// For how many months after the last letter that it signed an organization stays in the book.
pub const BOOK_MONTHS: i64 = 24;

/// The same as a length of time.
const KEPT: jiff::SignedDuration = days(730);

/// What happened with the book, in the history of a sign-on.
pub const JOINED_BOOK: &str = "agreed to be invited to later letters";
/// That it ended.
pub const LEFT_BOOK: &str = "ended being invited to later letters";

/// An organization in the book.
#[derive(Clone, PartialEq, Debug)]
pub struct BookEntry {
    /// Its id.
    pub id: AddressId,
    /// What it is called.
    pub organization: OrganizationName,
    /// Its acronym.
    pub acronym: Option<Acronym>,
    /// Its name in its own script.
    pub native_name: Option<NativeName>,
    /// What it is sorted under.
    pub sort_as: Option<SortAs>,
    /// Its website.
    pub website: Option<WebUrl>,
    /// Where it is based.
    pub country: Option<Country>,
    /// The language of the letter that it signed.
    pub language: Language,
    /// Where it is invited.
    pub email: EmailAddress,
    /// The entry by which it signed last, as long as there is one.
    pub sign_on: Option<SignOnId>,
    /// The letter that it signed last, as long as there is one.
    pub campaign: Option<CampaignId>,
    /// When it joined the list of that letter.
    pub signed_at: Timestamp,
    /// When its representative agreed.
    pub agreed_at: Timestamp,
}

impl BookEntry {
    /// Until when it stays in the book, unless it signs another letter.
    pub fn ends_at(&self) -> Timestamp {
        self.signed_at.plus(KEPT)
    }

    /// Whoever signed last before this is not in the book any more.
    pub fn over_before(now: Timestamp) -> Timestamp {
        now.plus(-KEPT)
    }

    /// The same with the names that print now.
    #[must_use]
    pub fn named(self, entry: &Entry) -> Self {
        Self {
            organization: entry.organization.clone(),
            acronym: entry.acronym.clone(),
            native_name: entry.native_name.clone(),
            sort_as: entry.sort_as.clone(),
            website: entry.website.clone(),
            country: entry.country,
            ..self
        }
    }
}
