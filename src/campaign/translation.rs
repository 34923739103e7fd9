//! The letter in other languages than the binding one. Each translation names the version of the binding text that it translates, and has versions
//! of its own; whatever it says, the binding text is what is signed.

use super::campaign::{Campaign, Settings, Title};
use super::letter::{LetterBody, LetterText, LetterVersion};
use super::settings::{shown_line, statement};
use crate::clock::Timestamp;
use crate::ids::{CampaignId, TranslationId, TranslationVersionId};
use crate::secret::sha256_hex;
use crate::text::{Differences, Language, optional};
use crate::web::form::{Fields, Problems};

/// Everything that the letter says in a language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rendition {
    /// What it is called.
    pub title: Title,
    /// Whom it addresses; may be empty.
    pub recipient: String,
    /// The line that opens it; may be empty.
    pub salutation: String,
    /// The line that ends it; may be empty.
    pub closing: String,
    /// Who runs the campaign; empty where that is the same in every language.
    pub host: String,
    /// What a representative confirms.
    pub authority: String,
    /// The text.
    pub body: LetterBody,
}

/// A letter in another language than the binding one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Translation {
    /// Its id.
    pub id: TranslationId,
    /// The letter.
    pub campaign: CampaignId,
    /// The language.
    pub language: Language,
    /// Since when it is offered no more.
    pub retired_at: Option<Timestamp>,
}

/// One version of a translation. Once made it stays as it is; a correction makes the next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TranslationVersion {
    /// Its id.
    pub id: TranslationVersionId,
    /// Whose version it is.
    pub translation: TranslationId,
    /// 1, 2, 3 … within the translation.
    pub number: i64,
    /// The number of the first version that says the same.
    pub meaning: i64,
    /// The version of the binding text that it translates.
    pub of_number: i64,
    /// When it was made.
    pub made_at: Timestamp,
    /// What it says.
    pub says: Rendition,
}

/// A translation of a text about which nobody has been asked yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TranslationDraft {
    /// What the text is named by that it translates.
    pub of: String,
    /// When it was changed last.
    pub changed_at: Timestamp,
    /// What it says.
    pub says: Rendition,
}

/// How a translation stands to a version of the binding text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fit {
    /// It translates that version.
    Exact,
    /// It translates one that says the same; a slip has been mended since.
    Slip,
    /// It translates one that says something else.
    Outdated,
}

impl Fit {
    /// How a translation of version `of` stands to `text`, whose meaning the versions `same` have.
    pub fn of(of: i64, text: i64, same: &[i64]) -> Self {
        match of {
            of if of == text => Self::Exact,
            of if same.contains(&of) => Self::Slip,
            _ => Self::Outdated,
        }
    }
}

/// A translation as everybody may read it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublicTranslation {
    /// The language.
    pub language: Language,
    /// What is read of it.
    pub version: TranslationVersion,
    /// How that stands to the text that stands.
    pub fit: Fit,
    /// Where the binding text says something else since: when that came to stand.
    pub changed_at: Option<Timestamp>,
}

/// The text as somebody reads it who is to agree to it: the binding one, or a translation of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reading {
    /// The language.
    pub language: Language,
    /// The version of the binding text that is agreed to.
    pub number: i64,
    /// The translation that is shown; none where it is the binding text itself.
    pub translation: Option<TranslationVersion>,
    /// The language that was asked for, where the letter has been translated into it and this text has not.
    pub instead_of: Option<Language>,
}

impl Reading {
    /// What a form names it by: the version, and the translation with its own.
    pub fn wording(&self) -> String {
        match &self.translation {
            Some(version) => format!("{}.{}.{}", self.number, self.language, version.number),
            None => self.number.to_string(),
        }
    }

    /// Whether a slip was mended in the binding text after it was translated.
    pub fn is_behind(&self) -> bool {
        self.translation.as_ref().is_some_and(|version| version.of_number != self.number)
    }

    /// The campaign as whoever reads this sees it.
    pub fn of(&self, campaign: &Campaign) -> Campaign {
        match &self.translation {
            Some(version) => campaign.told_in(&self.language, &version.says),
            None => campaign.clone(),
        }
    }

    /// The text, where `binding` is the version of the binding one.
    pub fn body<'a>(&'a self, binding: &'a LetterVersion) -> &'a LetterBody {
        self.translation.as_ref().map_or(&binding.body, |version| &version.says.body)
    }
}

impl Campaign {
    /// The same as it is told in a language: with another title, statement and lines. It is for pages and mails; nothing of it is saved.
    #[must_use]
    pub fn told_in(&self, language: &Language, says: &Rendition) -> Self {
        let mut told = self.clone();
        let settings = &mut told.settings;
        settings.language = language.clone();
        settings.title = says.title.clone();
        settings.recipient.clone_from(&says.recipient);
        settings.salutation.clone_from(&says.salutation);
        settings.closing.clone_from(&says.closing);
        settings.authority.clone_from(&says.authority);
        if !says.host.is_empty() {
            settings.host.clone_from(&says.host);
        }
        told
    }
}

impl Rendition {
    /// The fields, in the order of the form and of a campaign's folder; the text comes after them.
    pub const FIELDS: [&str; 6] = ["title", "recipient", "salutation", "closing", "host", "authority"];

    /// What the letter says in its binding language.
    pub fn binding(settings: &Settings, body: &LetterBody) -> Self {
        Self {
            title: settings.title.clone(),
            recipient: settings.recipient.clone(),
            salutation: settings.salutation.clone(),
            closing: settings.closing.clone(),
            host: settings.host.clone(),
            authority: settings.authority.clone(),
            body: body.clone(),
        }
    }

    /// Reads it from a form.
    ///
    /// # Errors
    /// Every problem, in the order of the form.
    pub fn parse(fields: &Fields) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let lines = Self::lines(fields, &mut problems);
        let introduction =
            problems.take("introduction", optional(fields.get("introduction"), LetterText::parse));
        let text = problems.take("letter", LetterText::parse(fields.get("letter")));
        let body = introduction.zip(text).map(|(introduction, text)| LetterBody { introduction, text });
        let says = lines.zip(body).map(|(lines, body)| lines(body));
        says.filter(|_| problems.is_empty()).ok_or(problems)
    }

    /// Reads what stands around the text, which is yet to come.
    pub fn lines(
        fields: &Fields,
        problems: &mut Problems,
    ) -> Option<impl FnOnce(LetterBody) -> Self + use<>> {
        let title = problems.take("title", Title::parse(fields.get("title")));
        let recipient = problems.take("recipient", shown_line(fields.get("recipient")));
        let salutation = problems.take("salutation", shown_line(fields.get("salutation")));
        let closing = problems.take("closing", shown_line(fields.get("closing")));
        let host = problems.take("host", shown_line(fields.get("host")));
        let authority = problems.take("authority", statement(fields.get("authority")));
        if authority.as_ref().is_some_and(String::is_empty) {
            problems.add("authority", "Write what a representative confirms: they read it in this language.");
        }
        let (title, recipient, salutation) = (title?, recipient?, salutation?);
        let (closing, host, authority) = (closing?, host?, authority?);
        Some(move |body| Self { title, recipient, salutation, closing, host, authority, body })
    }

    /// One field as text.
    pub fn text(&self, field: &str) -> &str {
        match field {
            "title" => self.title.as_str(),
            "recipient" => &self.recipient,
            "salutation" => &self.salutation,
            "closing" => &self.closing,
            "host" => &self.host,
            "authority" => &self.authority,
            "introduction" => self.body.introduction.as_ref().map_or("", LetterText::as_str),
            "letter" => self.body.text.as_str(),
            _ => "",
        }
    }

    /// What a form begins with.
    pub fn fields(&self) -> Fields {
        let all = Self::FIELDS.into_iter().chain(["introduction", "letter"]);
        all.map(|field| (field, self.text(field))).collect()
    }

    /// What changes from this one to another, line by line and in the text.
    pub fn differences(&self, after: &Self) -> Differences {
        let all = Self::FIELDS.into_iter().chain(["introduction", "letter"]);
        let parts: Vec<(&str, &str)> = all.map(|field| (self.text(field), after.text(field))).collect();
        Differences::of_parts(&parts)
    }

    /// As plain text, the links as footnotes.
    pub fn plain(&self) -> String {
        let body = self.body.plain();
        let parts = [self.title.as_str(), &self.salutation, &body, &self.closing];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join("\n\n") + "\n"
    }

    /// The SHA-256 of all of it. No line holds a line break, so that no two say the same.
    pub fn sha256(&self) -> String {
        let lines: Vec<&str> = Self::FIELDS.into_iter().map(|field| self.text(field)).collect();
        sha256_hex(format!("{}\n{}", lines.join("\n"), self.body.to_file()).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(letter: &str) -> Fields {
        let fields =
            [("title", "Laissez le parc ouvert"), ("authority", "J’y suis autorisé."), ("letter", letter)];
        fields.into_iter().collect()
    }

    #[test]
    fn what_was_taken_reads_back_the_same() {
        let says = Rendition::parse(&typed("Nous demandons *ceci*.")).unwrap();
        assert_eq!(Rendition::parse(&says.fields()).unwrap(), says);
        assert!(says.differences(&says).is_empty());
        let other = Rendition { closing: "Bien à vous".to_owned(), ..says.clone() };
        assert!(!says.differences(&other).is_empty());
        assert_ne!(says.sha256(), other.sha256());
    }

    #[test]
    fn a_title_a_statement_and_a_text_must_be_there() {
        let problems = Rendition::parse(&Fields::default()).unwrap_err();
        let filled = crate::web::form::Filled::new(Fields::default(), problems);
        let names: Vec<_> = filled.errors().iter().map(|error| error.name).collect();
        assert_eq!(names, ["title", "authority", "letter"]);
    }

    #[test]
    fn a_translation_fits_what_says_the_same() {
        assert_eq!(Fit::of(3, 3, &[2, 3]), Fit::Exact);
        assert_eq!(Fit::of(2, 3, &[2, 3]), Fit::Slip);
        assert_eq!(Fit::of(1, 3, &[2, 3]), Fit::Outdated);
    }
}
