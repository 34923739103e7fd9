//! What a campaign is, who may see it and when it takes sign-ons.

use super::guide::Guide;
use super::policies::{Late, Leavers};
use super::press::PressPack;
use super::reasons::Reasons;
use super::rules::Rules;
use super::unconfirmed::Unconfirmed;
use crate::clock::{Timestamp, Zone, days, hours};
use crate::ids::CampaignId;
use crate::text::{EmailAddress, Language, LinePattern, OrderingRule, Slug};

/// How long after the deadline a submission made before it may still be verified.
pub const VERIFICATION_GRACE_HOURS: i64 = 72;

/// How many months contacts are kept after a campaign has closed, unless it says otherwise.
pub const KEEP_MONTHS: i64 = 6;

/// The statement a representative ticks unless the campaign has its own.
pub const AUTHORITY: &str = "I am authorized to add the name of this organization to this letter, and the organization \
                             agrees to be listed in public.";

/// Where a campaign is in its life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Being written; takes no sign-ons.
    Draft,
    /// Takes sign-ons, between `opens_at` and `closes_at`.
    Open,
    /// Takes no more sign-ons; decisions go on.
    Closed,
    /// Over: nothing changes any more.
    Archived,
}

impl Status {
    /// Every status, in the order of a campaign's life.
    pub const ALL: [Self; 4] = [Self::Draft, Self::Open, Self::Closed, Self::Archived];

    /// The word in files, forms and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Archived => "archived",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// Who may find a published campaign.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Everybody, from the index page.
    Public,
    /// Whoever has its address; it appears nowhere else.
    Link,
    /// Whoever was invited.
    Invitation,
}

impl Access {
    /// Every access.
    pub const ALL: [Self; 3] = [Self::Public, Self::Link, Self::Invitation];

    /// The word in files, forms and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Link => "link",
            Self::Invitation => "invitation",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|access| access.as_str() == text)
    }
}

/// What an organizer sets. Everything in it has been parsed.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// The name in addresses.
    pub slug: Slug,
    /// The letter's title.
    pub title: Title,
    /// The language of the letter, which also orders the list.
    pub language: Language,
    /// Whom the letter addresses; may be empty.
    pub recipient: String,
    /// The line that opens the letter; may be empty.
    pub salutation: String,
    /// The line that ends the letter; may be empty.
    pub closing: String,
    /// The date on the letter.
    pub letter_date: Option<jiff::civil::Date>,
    /// Who runs the campaign, as shown.
    pub host: String,
    /// How to reach the host, as shown: an address or a page.
    pub contact: String,
    /// Where it is in its life.
    pub status: Status,
    /// What the form says instead of taking sign-ons; empty while they are not paused.
    pub paused: String,
    /// Who may find it.
    pub access: Access,
    /// The zone in which its moments are set and shown.
    pub zone: Zone,
    /// How the list is ordered.
    pub ordering: OrderingRule,
    /// Leading words that do not count in sorting.
    pub articles: Vec<String>,
    /// How an entry prints.
    pub line: LinePattern,
    /// What editions that are named show of those who leave later.
    pub leavers: Leavers,
    /// Where those stand who join after an edition was named.
    pub late: Late,
    /// What a representative confirms about their authority, word for word.
    pub authority: String,
    /// Who may sign.
    pub eligibility: Rules,
    /// Whether the form asks if the organization can be named in public.
    pub at_risk: bool,
    /// What prints of those who signed in another way, until they confirm.
    pub unconfirmed: Unconfirmed,
    /// How many months after it closed the contacts are kept.
    pub keep_months: i64,
    /// When what waits for a decision is due, and overdue.
    pub ages: Ages,
    /// Whether two moderators must approve.
    pub four_eyes: bool,
    /// The reasons for a decision against an entry.
    pub reasons: Reasons,
    /// What moderators read about judgment calls.
    pub guide: Guide,
    /// Whom the press can ask, as it stands in the press pack; may be empty.
    pub press_contact: String,
    /// Who can fetch the press pack.
    pub press_pack: PressPack,
    /// From when sign-ons are taken.
    pub opens_at: Option<Timestamp>,
    /// Until when: the deadline.
    pub closes_at: Option<Timestamp>,
    /// From when letter and list are there for the public; never, while absent.
    pub published_at: Option<Timestamp>,
}

impl Settings {
    /// How long contacts are kept after it closed, in words: `six months`.
    pub fn kept_for(&self) -> String {
        const WORDS: [&str; 12] = [
            "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        ];
        let place = usize::try_from(self.keep_months - 1).ok();
        let number = place.and_then(|place| WORDS.get(place)).map(|word| (*word).to_owned());
        let number = number.unwrap_or_else(|| self.keep_months.to_string());
        format!("{number} month{}", if self.keep_months == 1 { "" } else { "s" })
    }

    /// The same as a length of time: the twelfth part of a year for each month, in whole days.
    pub fn keeps_contacts(&self) -> jiff::SignedDuration {
        days((self.keep_months * 365 + 11) / 12)
    }

    /// Where the contact's link leads: to a page, or to a mailbox; empty where the contact is neither.
    pub fn contact_href(&self) -> String {
        match self.contact.as_str() {
            page if page.starts_with("https://") || page.starts_with("http://") => page.to_owned(),
            mail if EmailAddress::parse(mail).is_ok() => format!("mailto:{mail}"),
            _ => String::new(),
        }
    }
}

/// After how many days a sign-on that waits for a decision is due, and overdue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ages {
    /// Due: shown in amber.
    pub amber_days: i64,
    /// Overdue: shown in red. More than `amber_days`.
    pub red_days: i64,
}

impl Default for Ages {
    fn default() -> Self {
        Self { amber_days: 3, red_days: 6 }
    }
}

impl Ages {
    /// Whether what has waited since then is `due` or `overdue`; empty while it is neither.
    pub fn urgency(self, since: Timestamp, now: Timestamp) -> &'static str {
        match now.since(since) {
            age if age >= days(self.red_days) => "overdue",
            age if age >= days(self.amber_days) => "due",
            _ => "",
        }
    }
}

/// A letter's title: one line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Title(String);

impl Title {
    /// Reads a title: one line of 1 to 200 characters.
    ///
    /// # Errors
    /// With a sentence that says what to mend.
    pub fn parse(raw: &str) -> Result<Self, String> {
        let text = crate::text::characters::line(raw).map_err(|e| e.to_string())?;
        match text.chars().count() {
            0 => Err("Write the title of the letter.".to_owned()),
            count if count > 200 => Err(format!("Shorten the title to 200 characters: it has {count}.")),
            _ => Ok(Self(text)),
        }
    }

    /// The title as it was accepted.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Title {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A campaign as it stands.
#[derive(Clone, PartialEq, Debug)]
pub struct Campaign {
    /// Its id.
    pub id: CampaignId,
    /// Raised by every change of its settings: an organizer's stale page is told so.
    pub version: i64,
    /// Raised by whatever changes who is on the list, or how it shows.
    pub list_revision: i64,
    /// When it was closed by its button, if it is closed.
    pub closed_at: Option<Timestamp>,
    /// The version of the text that stands.
    pub text_number: i64,
    /// Whether the form announces that silence counts as consent to a later change of the text.
    pub silence_counts: bool,
    /// What the organizer set.
    pub settings: Settings,
}

impl Campaign {
    /// Whether a stranger who knows its address may see the letter and its list now.
    pub fn is_visible(&self, now: Timestamp) -> bool {
        self.settings.status != Status::Draft
            && self.settings.access != Access::Invitation
            && self.settings.published_at.is_some_and(|at| at <= now)
    }

    /// Whether it stands on the index page.
    pub fn is_announced(&self, now: Timestamp) -> bool {
        self.is_visible(now) && self.settings.access == Access::Public
    }

    /// Whether an organization may submit a sign-on now.
    pub fn takes_sign_ons(&self, now: Timestamp) -> bool {
        self.is_within_its_time(now) && self.settings.paused.is_empty()
    }

    /// Whether it would take sign-ons now if they were not paused.
    pub fn is_paused(&self, now: Timestamp) -> bool {
        self.is_within_its_time(now) && !self.settings.paused.is_empty()
    }

    fn is_within_its_time(&self, now: Timestamp) -> bool {
        self.settings.status == Status::Open
            && self.settings.opens_at.is_none_or(|opens| opens <= now)
            && !self.is_past_deadline(now)
    }

    /// Whether the deadline has passed.
    pub fn is_past_deadline(&self, now: Timestamp) -> bool {
        self.settings.closes_at.is_some_and(|closes| closes <= now)
    }

    /// When it stopped taking sign-ons: at its deadline, or when it was closed, whichever came first.
    pub fn closed_on(&self, now: Timestamp) -> Option<Timestamp> {
        let deadline = self.settings.closes_at.filter(|closes| *closes <= now);
        deadline.into_iter().chain(self.closed_at).min()
    }

    /// Until when contacts are kept, as far as it is closed at a moment.
    pub fn keeps_until(&self, at: Timestamp) -> Option<Timestamp> {
        Some(self.closed_on(at)?.plus(self.settings.keeps_contacts()))
    }

    /// Whether it stopped taking sign-ons so long ago that contacts are no longer kept.
    pub fn has_kept_long_enough(&self, now: Timestamp) -> bool {
        self.keeps_until(now).is_some_and(|until| until < now)
    }

    /// Until when what was submitted at `submitted_at` may be verified, where the letter has a deadline.
    pub fn verifies_until(&self, submitted_at: Timestamp) -> Option<Timestamp> {
        let closes = self.settings.closes_at?;
        let in_time = submitted_at < closes;
        Some(if in_time { closes.plus(hours(VERIFICATION_GRACE_HOURS)) } else { closes })
    }

    /// Whether what was submitted at `submitted_at` may still be verified: until the deadline, and for the grace after it
    /// when it was submitted in time. A draft or archived campaign takes nothing.
    pub fn takes_verification(&self, submitted_at: Timestamp, now: Timestamp) -> bool {
        let in_time = self.verifies_until(submitted_at).is_none_or(|until| now < until);
        in_time && matches!(self.settings.status, Status::Open | Status::Closed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_becomes_due_and_then_overdue() {
        let since = Timestamp::from_micros(0);
        let urgency = |passed| Ages::default().urgency(since, since.plus(days(passed)));
        assert_eq!([2, 3, 5, 6].map(urgency), ["", "due", "due", "overdue"]);
        let patient = Ages { amber_days: 10, red_days: 20 };
        assert_eq!(patient.urgency(since, since.plus(days(19))), "due");
    }
}
