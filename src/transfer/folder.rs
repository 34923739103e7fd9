//! A campaign as a folder of three files, and one more for each translation, in memory.

use super::campaign_file::{self, Pins};
use super::mails_table::{self, Worded};
use super::report::{CAMPAIGN, LETTER, Refusal, SIGNATORIES, text};
use super::signatories_file::{self, Listed};
use super::translations_table::{self, Lines, file_name};
use crate::campaign::{LetterBody, Rendition, Settings};
use crate::text::{Language, LinePattern};
use std::borrow::Cow;

/// The files as they are.
pub struct Files {
    /// `campaign.toml`
    pub campaign: Cow<'static, [u8]>,
    /// `letter.md`
    pub letter: Cow<'static, [u8]>,
    /// `signatories.csv`
    pub signatories: Cow<'static, [u8]>,
    /// `letter.fr.md` and the like, each with what stands for `fr`.
    pub translations: Vec<(String, Cow<'static, [u8]>)>,
}

/// What they mean.
#[derive(Clone, PartialEq, Debug)]
pub struct Folder {
    /// The campaign.
    pub(super) settings: Settings,
    /// The text of its letter that stands, with its introduction.
    pub(super) letter: LetterBody,
    /// The letter in other languages, by language.
    pub(super) translations: Vec<(Language, Rendition)>,
    /// What its mails say that do not say what they say usually.
    pub(super) mails: Vec<Worded>,
    /// Who is on its list, in the order of joining.
    pub(super) signatories: Vec<Listed>,
}

impl Folder {
    /// Reads the files. What comes beside the folder is the lines of names that could not be taken; whether the rest is wanted, the
    /// caller decides. `progress` is told how many lines of how many have been read.
    ///
    /// # Errors
    /// Everything that could not be taken, when that is more than lines of names.
    pub fn parse(
        files: &Files,
        progress: &dyn Fn(usize, usize),
    ) -> Result<(Self, Vec<Refusal>), Vec<Refusal>> {
        let campaign = campaign_file::parse(&files.campaign);
        let letter = text(LETTER, &files.letter)
            .and_then(|text| LetterBody::from_file(text).map_err(|error| Refusal::of_file(LETTER, error)));
        // Where the settings are wrong the names are still read, so that the report is whole.
        let pins = campaign.as_ref().map_or(Pins::None, |(_, pins, ..)| *pins);
        let tables = campaign.as_ref().map_or(&[] as &[Lines], |(_, _, tables, _)| tables);
        let translations = translations(tables, &files.translations);
        let signatories = signatories_file::parse(&files.signatories, pins, progress);
        match (campaign, letter, translations, signatories) {
            (Ok((settings, _, _, mails)), Ok(letter), Ok(translations), Ok((signatories, skipped))) => {
                if translations.iter().any(|(language, _)| *language == settings.language) {
                    let said =
                        "The letter is not translated into its own language: remove that table and its file.";
                    return Err(vec![Refusal::of_file(CAMPAIGN, said).field("translations")]);
                }
                Ok((Self { settings, letter, translations, mails, signatories }, skipped))
            }
            (campaign, letter, translations, signatories) => {
                // Without its tables no file of a translation can be judged.
                let known = campaign.is_ok();
                let mut refusals = campaign.err().unwrap_or_default();
                refusals.extend(letter.err());
                refusals.extend(translations.err().filter(|_| known).unwrap_or_default());
                match signatories {
                    Ok((_, skipped)) => refusals.extend(skipped),
                    Err(refusal) => refusals.push(refusal),
                }
                Err(refusals)
            }
        }
    }

    /// How an entry of its list prints.
    pub fn line(&self) -> LinePattern {
        self.settings.line.clone()
    }

    /// The names of the files and their texts. `numbers` are the signatories' numbers on the list, in the order of the signatories.
    pub(super) fn write(&self, numbers: &[u32]) -> Vec<(String, String)> {
        let numbered: Vec<(u32, &Listed)> = numbers.iter().copied().zip(&self.signatories).collect();
        let at_its_number = |(number, listed): &(u32, &Listed)| listed.pin == Some(*number);
        let pins = match !numbered.is_empty() && numbered.iter().all(at_its_number) {
            true => Pins::Numbers,
            false => Pins::None,
        };
        let settings = campaign_file::write(&self.settings, pins);
        let mut files = vec![
            (
                CAMPAIGN.to_owned(),
                settings + &translations_table::write(&self.translations) + &mails_table::write(&self.mails),
            ),
            (LETTER.to_owned(), self.letter.to_file()),
            (SIGNATORIES.to_owned(), signatories_file::write(&numbered, pins)),
        ];
        let texts = self.translations.iter();
        files.extend(texts.map(|(language, says)| (file_name(language), says.body.to_file())));
        files
    }
}

/// Each table with its file.
fn translations(
    tables: &[Lines],
    files: &[(String, Cow<'static, [u8]>)],
) -> Result<Vec<(Language, Rendition)>, Vec<Refusal>> {
    let (mut translations, mut refusals) = (Vec::new(), Vec::new());
    for lines in tables {
        let name = file_name(&lines.language);
        let Some((_, bytes)) = files.iter().find(|(tag, _)| tag == lines.language.as_str()) else {
            refusals
                .push(Refusal::of_file(name, "Add this file: campaign.toml has a table for its language."));
            continue;
        };
        let body = text(name.clone(), bytes)
            .and_then(|text| LetterBody::from_file(text).map_err(|error| Refusal::of_file(name, error)));
        match body {
            Ok(body) => translations.extend(lines.with(body).map(|says| (lines.language.clone(), says))),
            Err(refusal) => refusals.push(refusal),
        }
    }
    for (tag, _) in files.iter().filter(|(tag, _)| tables.iter().all(|lines| lines.language.as_str() != tag))
    {
        let said = format!("Add a table [translations.{tag}] to campaign.toml, or remove this file.");
        refusals.push(Refusal::of_file(format!("letter.{tag}.md"), said));
    }
    translations.sort_by(|(one, _), (other, _)| one.as_str().cmp(other.as_str()));
    if refusals.is_empty() { Ok(translations) } else { Err(refusals) }
}
