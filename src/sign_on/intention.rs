//! An intention: an organization that means to sign once one of its bodies has decided. It is private, never counted and never listed.

use super::submission::Contact;
use crate::clock::{Timestamp, days, hours};
use crate::ids::{CampaignId, IntentionId, InvitationId, SignOnId};
use crate::text::{Country, EmailAddress, OrganizationName, PersonName, RoleTitle};
use crate::web::form::{Fields, Problems};
use crate::web::show::in_utc;

/// How long the mailbox can be proved.
pub const PROOF_DAYS: i64 = 7;

/// How long after the day the row is kept: until then the link in the mail of that day works.
pub const KEPT_DAYS: i64 = 14;

/// The furthest day that can be named.
const FURTHEST_DAYS: i64 = 366;

/// The hour of that day at which the mail goes, UTC.
const HOUR: i64 = 7;

/// The fields of its form, in the order of the page.
pub const INTENTION_FIELDS: [&str; 6] =
    ["organization", "country", "representative", "role", "email", "decides_on"];

/// How an intention ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Came {
    /// It became a submission.
    Signed,
    /// It was taken back.
    Withdrawn,
}

impl Came {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Signed, Self::Withdrawn].into_iter().find(|came| came.as_str() == text)
    }
}

/// What somebody wrote down.
#[derive(Clone, PartialEq, Debug)]
pub struct Meant {
    /// The organization.
    pub organization: OrganizationName,
    /// Its country.
    pub country: Country,
    /// Who wrote it down.
    pub contact: Contact,
    /// When its body decides, and so when the mail goes.
    pub decides_at: Timestamp,
}

/// An intention.
#[derive(Clone, PartialEq, Debug)]
pub struct Intention {
    /// Its id.
    pub id: IntentionId,
    /// The letter.
    pub campaign: CampaignId,
    /// The invitation that it came by.
    pub invitation: Option<InvitationId>,
    /// The organization.
    pub organization: OrganizationName,
    /// Its country.
    pub country: Country,
    /// Who wrote it down; nobody once it is settled.
    pub contact: Option<Contact>,
    /// When its body decides, and so when the mail goes.
    pub decides_at: Timestamp,
    /// When it was written down.
    pub made_at: Timestamp,
    /// Until when the mailbox can be proved.
    pub ends_at: Timestamp,
    /// When it was.
    pub confirmed_at: Option<Timestamp>,
    /// What came of it.
    pub settled: Option<(Came, Timestamp)>,
    /// The sign-on that it became, while that is kept.
    pub sign_on: Option<SignOnId>,
}

impl Meant {
    /// Reads its form; or says everything that is to be mended. `closes` is the last moment at which the form is taken.
    ///
    /// # Errors
    /// The problems, one sentence for each field.
    pub fn parse(fields: &Fields, now: Timestamp, closes: Option<Timestamp>) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let p = &mut problems;
        let organization = p.take("organization", OrganizationName::parse(fields.get("organization")));
        let country = p.take("country", Country::parse(fields.get("country")));
        let name = p.take("representative", PersonName::parse(fields.get("representative")));
        let role = p.take("role", RoleTitle::parse(fields.get("role")));
        let email = p.take("email", EmailAddress::parse(fields.get("email")));
        let decides_at = p.take("decides_on", day(fields.get("decides_on"), now, closes));
        let parsed = (|| {
            let contact = Contact { name: name?, role: role?, email: email?, note: None, updates: false };
            Some(Self { organization: organization?, country: country?, contact, decides_at: decides_at? })
        })();
        parsed.ok_or(problems)
    }
}

impl Intention {
    /// When the row is erased, if nothing comes of it.
    pub fn erased_at(&self) -> Timestamp {
        match self.confirmed_at {
            Some(_) => self.decides_at.plus(days(KEPT_DAYS)),
            None => self.ends_at,
        }
    }

    /// The sign-on form as it is filled in by what was written down.
    pub fn form(&self) -> Fields {
        let contact = self.contact.as_ref();
        let known = [
            ("organization", Some(self.organization.to_string())),
            ("country", Some(self.country.as_str().to_owned())),
            ("representative", contact.map(|contact| contact.name.to_string())),
            ("role", contact.map(|contact| contact.role.to_string())),
            ("email", contact.map(|contact| contact.email.as_str().to_owned())),
            ("basis", Some("decision".to_owned())),
        ];
        known.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

/// The moment at which the mail of that day goes.
fn day(typed: &str, now: Timestamp, closes: Option<Timestamp>) -> Result<Timestamp, String> {
    const SENTENCE: &str = "Write the day of the decision as year-month-day, such as 2026-10-07.";
    let typed = typed.trim();
    let date = (typed.len() == 10).then(|| Timestamp::parse(&format!("{typed}T00:00:00Z"))).flatten();
    let at = date.ok_or(SENTENCE)?.plus(hours(HOUR));
    if at <= now {
        return Err("Choose a day after today.".to_owned());
    }
    if at > now.plus(days(FURTHEST_DAYS)) {
        return Err("Choose a day within a year.".to_owned());
    }
    match closes.filter(|closes| *closes <= at) {
        Some(closes) => Err(format!("Choose a day before the letter closes, on {}.", in_utc(closes))),
        None => Ok(at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_lies_ahead_and_before_the_deadline() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let (now, closes) = (at("2026-03-02T09:00:00Z"), Some(at("2026-04-01T00:00:00Z")));
        assert_eq!(day("2026-03-06", now, closes), Ok(at("2026-03-06T07:00:00Z")));
        for wrong in ["", "2026-03-02", "2026-04-01", "2027-12-01", "6 March 2026", "2026-02-30"] {
            assert!(day(wrong, now, closes).is_err(), "{wrong}");
        }
        assert!(day("2026-06-01", now, None).is_ok());
    }
}
