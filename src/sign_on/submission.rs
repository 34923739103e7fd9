//! What a form means once it is parsed. What was typed is `Fields`; nothing after this file checks it again.

use crate::clock::Timestamp;
use crate::ids::{ContactId, SignOnId};
use crate::text::{
    Acronym, Country, EmailAddress, LinePattern, NativeName, OrganizationName, Parts, PersonName, Prose,
    RoleTitle, Shown, SortAs, WebUrl, fold, look_alike, optional,
};
use crate::web::form::{Fields, Problems};
use std::ops::Deref;

/// A note to the moderators.
pub type Note = Prose<2000>;

/// What an organization is called and how it prints: the public record.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// Its name.
    pub organization: OrganizationName,
    /// Its acronym.
    pub acronym: Option<Acronym>,
    /// Its name in its own script.
    pub native_name: Option<NativeName>,
    /// Under what it is sorted, where that is not its name.
    pub sort_as: Option<SortAs>,
    /// Its website.
    pub website: Option<WebUrl>,
    /// Its country; imported names may have none.
    pub country: Option<Country>,
    /// The line as it prints where all of it is shown.
    pub line: String,
    /// How much of it everybody sees.
    pub shown: Shown,
}

/// By what an entry is found to be the same as another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Likeness {
    /// The folded name.
    pub folded: String,
    /// The name with look-alike letters replaced.
    pub skeleton: String,
    /// The folded acronym, from its field or from the parentheses in the name.
    pub acronym: Option<String>,
    /// The website's host.
    pub website_host: Option<String>,
}

impl Entry {
    /// An entry whose line prints as the campaign's pattern says.
    pub fn new(
        pattern: &LinePattern,
        organization: OrganizationName,
        acronym: Option<Acronym>,
        native_name: Option<NativeName>,
        sort_as: Option<SortAs>,
        website: Option<WebUrl>,
        country: Option<Country>,
    ) -> Self {
        let line = pattern.render(&Parts {
            name: organization.as_str(),
            acronym: acronym.as_ref().map(Acronym::as_str),
            country: country.as_ref().map(Country::name),
            native_name: native_name.as_ref().map(NativeName::as_str),
        });
        Self { organization, acronym, native_name, sort_as, website, country, line, shown: Shown::Full }
    }

    /// Reads the fields of a form that say how an organization prints, and notes what is to be mended.
    pub fn parse(fields: &Fields, pattern: &LinePattern, p: &mut Problems) -> Option<Self> {
        let organization = p.take("organization", OrganizationName::parse(fields.get("organization")));
        let acronym = p.take("acronym", optional(fields.get("acronym"), Acronym::parse));
        let native_name = p.take("native_name", optional(fields.get("native_name"), NativeName::parse));
        let sort_as = p.take("sort_as", optional(fields.get("sort_as"), SortAs::parse));
        let website = p.take("website", optional(fields.get("website"), WebUrl::parse));
        let country = p.take("country", Country::parse(fields.get("country")));
        Some(Self::new(pattern, organization?, acronym?, native_name?, sort_as?, website?, Some(country?)))
    }

    /// The same entry under another name.
    #[must_use]
    pub fn renamed(&self, pattern: &LinePattern, organization: OrganizationName) -> Self {
        let Self { acronym, native_name, sort_as, website, country, shown, .. } = self.clone();
        Self::new(pattern, organization, acronym, native_name, sort_as, website, country).shown(shown)
    }

    /// By what it is found to be the same as another.
    pub fn likeness(&self) -> Likeness {
        let name = self.organization.as_str();
        let acronym = self.acronym.as_ref().map(Acronym::as_str).or_else(|| parenthesized(name));
        Likeness {
            folded: fold(name),
            skeleton: look_alike::skeleton(name),
            acronym: acronym.map(fold),
            website_host: self.website.as_ref().map(|url| url.host().to_owned()),
        }
    }

    /// Whether what was typed needs a look: letters that can deceive, an address where anybody can have one, no website to compare
    /// it with, or one of somebody else's.
    pub fn needs_a_look(&self, email: Option<&EmailAddress>) -> bool {
        let name = self.organization.as_str();
        let deceives = !look_alike::dressed_up(name).is_empty()
            || look_alike::mixed_scripts(name).is_some_and(|mixed| mixed.in_one_word);
        deceives || !email.is_none_or(|email| self.is_at_own_domain(email))
    }

    /// Whether an address is at the domain that was registered for the organization's website: not where anybody can have an address, and
    /// under no public suffix, where anybody can have a name.
    pub fn is_at_own_domain(&self, email: &EmailAddress) -> bool {
        let site = self.website.as_ref().map(WebUrl::registrable_domain);
        !email.is_free_mail() && email.domain().is_registered() && site == Some(email.registrable_domain())
    }
}

/// The acronym in a name such as `Association for Progressive Communications (APC)`: parenthesized capitals.
fn parenthesized(name: &str) -> Option<&str> {
    let (_, rest) = name.rsplit_once('(')?;
    let (inside, _) = rest.split_once(')')?;
    let letters = inside.chars().count();
    let capitals = inside.chars().filter(|c| c.is_uppercase() || c.is_ascii_digit()).count();
    ((2..=12).contains(&letters) && capitals * 2 > letters && !inside.contains(' ')).then_some(inside)
}

/// On what a representative's authority rests.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Basis {
    /// They head the organization.
    Head,
    /// The head delegated it to them.
    Delegated,
    /// A body of the organization decided it.
    Decision,
}

impl Basis {
    /// Every basis, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Head, Self::Delegated, Self::Decision];

    /// The word in forms and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Delegated => "delegated",
            Self::Decision => "decision",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|basis| basis.as_str() == text)
    }

    /// What the form and the evidence say.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Head => "I head the organization",
            Self::Delegated => "The head of the organization asked me to sign",
            Self::Decision => "A body of the organization decided to sign, such as its board",
        }
    }
}

/// The recorded authority: which statement was ticked, word for word, on which basis and when.
#[derive(Clone, PartialEq, Debug)]
pub struct Authority {
    /// The basis.
    pub basis: Basis,
    /// The statement.
    pub statement: String,
    /// When it was ticked.
    pub at: Timestamp,
}

/// The representative's personal data. Not for logs, not for public output.
#[derive(Clone, PartialEq, Debug)]
pub struct Contact {
    /// Name.
    pub name: PersonName,
    /// Role in the organization.
    pub role: RoleTitle,
    /// Where mail goes, as typed.
    pub email: EmailAddress,
    /// A note to the moderators.
    pub note: Option<Note>,
    /// Whether they want updates.
    pub updates: bool,
}

/// A representative whom we know: a contact that is held, and by what it is found.
#[derive(Clone, PartialEq, Debug)]
pub struct Representative {
    /// The id of the contact.
    pub id: ContactId,
    /// The sign-on that they sent: the one that they represent, or one that was merged into it.
    pub through: SignOnId,
    /// What is held.
    pub contact: Contact,
    /// From when those outside are told that they represent it; absent where they always did.
    pub told_at: Option<Timestamp>,
}

impl Representative {
    /// Whether those outside know by now that they represent it.
    pub fn is_told(&self, now: Timestamp) -> bool {
        self.told_at.is_none_or(|at| at <= now)
    }
}

impl Deref for Representative {
    type Target = Contact;

    fn deref(&self) -> &Contact {
        &self.contact
    }
}

/// A form that could be understood.
#[derive(Clone, PartialEq, Debug)]
pub struct Submission {
    /// The public record.
    pub entry: Entry,
    /// The personal data.
    pub contact: Contact,
    /// The basis of authority; its box was ticked.
    pub basis: Basis,
}

/// The fields of the form, in the order of the page.
pub const FIELDS: [&str; 14] = [
    "organization",
    "acronym",
    "native_name",
    "sort_as",
    "website",
    "country",
    "shown",
    "representative",
    "role",
    "email",
    "basis",
    "authority",
    "updates",
    "note",
];

impl Submission {
    /// The same, where a letter may not ask how much is shown.
    #[must_use]
    pub fn fully_shown(self) -> Self {
        Self { entry: self.entry.shown(Shown::Full), ..self }
    }

    /// Reads a form; or says everything that is to be mended, in the order of the page.
    ///
    /// # Errors
    /// The problems, one sentence for each field.
    pub fn parse(fields: &Fields, pattern: &LinePattern) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let p = &mut problems;
        // A form that does not ask has no such field: then everything is shown.
        let shown = Shown::parse(fields.get("shown")).unwrap_or_default();
        let entry = Entry::parse(fields, pattern, p).map(|entry| entry.shown(shown));
        let name = p.take("representative", PersonName::parse(fields.get("representative")));
        let role = p.take("role", RoleTitle::parse(fields.get("role")));
        let email = p.take("email", EmailAddress::parse(fields.get("email")));
        let basis = Basis::parse(fields.get("basis"));
        if basis.is_none() {
            p.add("basis", "Choose on what your authority to sign rests.");
        }
        let authorized = fields.is_ticked("authority");
        if !authorized {
            p.add("authority", "Tick the box to confirm that you may sign for the organization. If you may not, ask somebody who may.");
        }
        let note = p.take("note", optional(fields.get("note"), Note::parse));
        let parsed = (|| {
            let contact = Contact {
                name: name?,
                role: role?,
                email: email?,
                note: note?,
                updates: fields.is_ticked("updates"),
            };
            Some(Self { entry: entry?, contact, basis: basis? })
        })();
        parsed.filter(|_| authorized).ok_or(problems)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An entry of this name, printed as its name.
    pub(crate) fn entry(name: &str) -> Entry {
        let pattern = LinePattern::parse("{name}").unwrap();
        Entry::new(&pattern, OrganizationName::parse(name).unwrap(), None, None, None, None, None)
    }

    fn typed(change: &[(&str, &str)]) -> Fields {
        let mut fields = vec![
            ("organization", "Association for Example Communications (AEC)"),
            ("website", "aec.example"),
            ("country", "ke"),
            ("representative", "Ada Example"),
            ("role", "Director"),
            ("email", "ada+letters@aec.example"),
            ("basis", "head"),
            ("authority", "yes"),
        ];
        for (name, value) in change {
            fields.retain(|(n, _)| n != name);
            if *value != "-" {
                fields.push((name, value));
            }
        }
        fields.into_iter().collect()
    }

    fn pattern() -> LinePattern {
        LinePattern::parse("{name}, {country}").unwrap()
    }

    #[test]
    fn a_form_becomes_a_submission_with_the_line_as_it_will_print() {
        let submission = Submission::parse(&typed(&[]), &pattern()).unwrap();
        assert_eq!(submission.entry.line, "Association for Example Communications (AEC), Kenya");
        assert_eq!(submission.contact.email.as_str(), "ada+letters@aec.example");
        let likeness = submission.entry.likeness();
        assert_eq!(likeness.acronym.as_deref(), Some("aec"));
        assert_eq!(likeness.website_host.as_deref(), Some("aec.example"));
        assert!(!submission.contact.updates);
    }

    #[test]
    fn everything_to_mend_is_said_at_once_in_the_order_of_the_page() {
        let nothing = Submission::parse(&Fields::default(), &pattern()).unwrap_err();
        let form = crate::web::form::Filled::new(Fields::default(), nothing);
        let names: Vec<_> = form.errors().iter().map(|e| e.name).collect();
        assert_eq!(
            names,
            ["organization", "country", "representative", "role", "email", "basis", "authority"]
        );
    }

    #[test]
    fn each_field_is_refused_on_its_own() {
        for (name, bad) in [
            ("organization", "\u{202e}evil"),
            ("website", "javascript:alert(1)"),
            ("country", "XX"),
            ("representative", "Ada\nBcc: x@y.example"),
            ("email", "a@b"),
            ("basis", "because"),
            ("authority", "-"),
            ("note", "\u{0}"),
        ] {
            let problems = Submission::parse(&typed(&[(name, bad)]), &pattern()).unwrap_err();
            let form = crate::web::form::Filled::new(Fields::default(), problems);
            assert_eq!(form.errors().iter().map(|e| e.name).collect::<Vec<_>>(), [name]);
        }
    }

    #[test]
    fn an_acronym_in_parentheses_is_found_and_a_country_is_not() {
        assert_eq!(parenthesized("Association for Progressive Communications (APC)"), Some("APC"));
        assert_eq!(parenthesized("Asociación por los Derechos Civiles (ADC), Argentina"), Some("ADC"));
        assert_eq!(parenthesized("Foundation for Media Alternatives (Philippines)"), None);
        assert_eq!(parenthesized("Open MIC (Open Media & Information Companies Initiative)"), None);
    }
}
