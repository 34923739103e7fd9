//! Who is in the demonstration. The five organizations are invented, and so are all people; two of the five resemble names of
//! the letter of 2019, because that is what a moderator has to notice.

use crate::web::form::Fields;

/// Name and address of each of the staff.
pub(super) const ADMINISTRATOR: (&str, &str) = ("Demo Administrator", "administrator@demo.example");
pub(super) const ORGANIZER: (&str, &str) = ("Demo Organizer", "organizer@demo.example");
pub(super) const MODERATOR: (&str, &str) = ("Demo Moderator", "moderator@demo.example");

/// A sign-on that waits.
pub(super) struct SignOn {
    /// How long ago it was sent and verified.
    pub(super) hours_ago: i64,
    organization: &'static str,
    sort_as: &'static str,
    website: &'static str,
    country: &'static str,
    email: &'static str,
    basis: &'static str,
}

/// The five, the oldest first.
pub(super) const SIGN_ONS: [SignOn; 5] = [
    // Most likely number 14, without its acronym.
    SignOn {
        hours_ago: 149,
        organization: "Association for Progressive Communications",
        sort_as: "",
        website: "progressive-communications.example",
        country: "ZA",
        email: "letters@progressive-communications.example",
        basis: "delegated",
    },
    // Anybody can have an address like this.
    SignOn {
        hours_ago: 80,
        organization: "Example Library Network",
        sort_as: "",
        website: "library-network.example",
        country: "KE",
        email: "example.library.network.demo@gmail.com",
        basis: "head",
    },
    // Written from right to left, with a Latin name to sort by.
    SignOn {
        hours_ago: 30,
        organization: "مركز المثال للحقوق الرقمية",
        sort_as: "Markaz al-Mithal for Digital Rights",
        website: "markaz-almithal.example",
        country: "JO",
        email: "office@markaz-almithal.example",
        basis: "head",
    },
    // The address is at another domain than the website.
    SignOn {
        hours_ago: 7,
        organization: "Example Reading Rooms Association",
        sort_as: "",
        website: "reading-rooms.example",
        country: "CA",
        email: "signatures@friends-of-reading.example",
        basis: "decision",
    },
    // The first letter is Cyrillic: it looks like number 2 and is another name.
    SignOn {
        hours_ago: 1,
        organization: "\u{410}ccess Now",
        sort_as: "",
        website: "access-today.example",
        country: "US",
        email: "info@access-today.example",
        basis: "delegated",
    },
];

impl SignOn {
    /// The form as it was filled in.
    pub(super) fn fields(&self) -> Fields {
        [
            ("organization", self.organization),
            ("sort_as", self.sort_as),
            ("website", self.website),
            ("country", self.country),
            ("representative", "Demo Representative"),
            ("role", "Coordinator"),
            ("email", self.email),
            ("basis", self.basis),
            ("authority", "yes"),
        ]
        .into_iter()
        .collect()
    }
}
