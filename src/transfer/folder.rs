//! A campaign as a folder of three files, in memory.

use super::campaign_file::{self, Pins};
use super::report::{LETTER, Refusal, text};
use super::signatories_file::{self, Listed};
use crate::campaign::{LetterBody, Settings};
use crate::text::LinePattern;
use std::borrow::Cow;

/// The three files as they are.
pub struct Files {
    /// `campaign.toml`
    pub campaign: Cow<'static, [u8]>,
    /// `letter.md`
    pub letter: Cow<'static, [u8]>,
    /// `signatories.csv`
    pub signatories: Cow<'static, [u8]>,
}

/// What they mean.
#[derive(Clone, PartialEq, Debug)]
pub struct Folder {
    /// The campaign.
    pub(super) settings: Settings,
    /// The text of its letter that stands, with its introduction.
    pub(super) letter: LetterBody,
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
        let pins = campaign.as_ref().map_or(Pins::None, |(_, pins)| *pins);
        let signatories = signatories_file::parse(&files.signatories, pins, progress);
        match (campaign, letter, signatories) {
            (Ok((settings, _)), Ok(letter), Ok((signatories, skipped))) => {
                Ok((Self { settings, letter, signatories }, skipped))
            }
            (campaign, letter, signatories) => {
                let mut refusals = campaign.err().unwrap_or_default();
                refusals.extend(letter.err());
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

    /// The texts of the three files. `numbers` are the signatories' numbers on the list, in the order of the signatories.
    pub(super) fn write(&self, numbers: &[u32]) -> [String; 3] {
        let numbered: Vec<(u32, &Listed)> = numbers.iter().copied().zip(&self.signatories).collect();
        let at_its_number = |(number, listed): &(u32, &Listed)| listed.pin == Some(*number);
        let pins = match !numbered.is_empty() && numbered.iter().all(at_its_number) {
            true => Pins::Numbers,
            false => Pins::None,
        };
        [
            campaign_file::write(&self.settings, pins),
            self.letter.to_file(),
            signatories_file::write(&numbered, pins),
        ]
    }
}
