//! Takes a campaign in from its folder: all of it, or nothing.

use super::folder::{Files, Folder};
use super::report::{CAMPAIGN, LETTER, Refusal, SIGNATORIES};
use super::signatories_file::Listed;
use super::translations_table::language_of;
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::store::{self as campaigns, NewTranslationVersion, NewVersion};
use crate::campaign::{Settings, Translation};
use crate::clock::{Clock, Timestamp};
use crate::db::{self, Db, Tx};
use crate::ids::{CampaignId, LetterVersionId, SignOnId, TranslationId, TranslationVersionId};
use crate::secret::Random;
use crate::sign_on::{Entry, Origin, SignOn, State, store as sign_ons};
use crate::text::Slug;
use std::borrow::Cow;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// The most bytes that are read of each file: far more than its content may have.
const LARGEST: [(&str, u64); 3] = [(CAMPAIGN, 256 << 10), (LETTER, 1 << 20), (SIGNATORIES, 64 << 20)];

/// The same of each text in another language.
const LARGEST_TRANSLATION: u64 = 1 << 20;

/// Signatories in one statement: few enough that no engine's limit of parameters is reached.
const AT_ONCE: usize = 200;

/// How far a long import is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// What is being done: `read` or `kept`.
    pub doing: &'static str,
    /// How many names it was done to.
    pub done: usize,
    /// Of how many.
    pub of: usize,
}

/// Who wants to know how far it is.
pub type Listener = Arc<dyn Fn(Progress) + Send + Sync>;

/// What was taken in.
#[derive(Debug)]
pub struct Imported {
    /// The campaign's id.
    pub campaign: CampaignId,
    /// Its name in addresses.
    pub slug: Slug,
    /// How many signatories it has.
    pub count: usize,
}

/// Why nothing was taken in.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// There is a campaign of this name.
    #[error("there is a campaign “{0}” already: change the slug in campaign.toml")]
    SlugTaken(Slug),
    /// The database's own.
    #[error(transparent)]
    Database(#[from] db::Error),
}

/// Reads the files of a folder.
///
/// # Errors
/// Each file that is missing, cannot be read or is too large to be one of ours.
pub fn read(folder: &Path) -> Result<Files, Vec<Refusal>> {
    let read = LARGEST.map(|(name, largest)| {
        read_file(&folder.join(name), largest).map(Cow::Owned).map_err(|said| Refusal::of_file(name, said))
    });
    match (read, translations(folder)) {
        ([Ok(campaign), Ok(letter), Ok(signatories)], Ok(translations)) => {
            Ok(Files { campaign, letter, signatories, translations })
        }
        (read, translations) => {
            let refusals = read.into_iter().filter_map(Result::err);
            Err(refusals.chain(translations.err().unwrap_or_default()).collect())
        }
    }
}

/// Files by what their names say.
type Named = Vec<(String, Cow<'static, [u8]>)>;

/// The texts in other languages: every file that is called like one.
fn translations(folder: &Path) -> Result<Named, Vec<Refusal>> {
    let names = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let names = names.filter_map(|entry| entry.file_name().into_string().ok());
    let mut tags: Vec<String> = names.filter_map(|name| language_of(&name).map(ToOwned::to_owned)).collect();
    tags.sort();
    let (mut all, mut refusals) = (Vec::new(), Vec::new());
    for tag in tags {
        let name = format!("letter.{tag}.md");
        match read_file(&folder.join(&name), LARGEST_TRANSLATION) {
            Ok(bytes) => all.push((tag, Cow::Owned(bytes))),
            Err(said) => refusals.push(Refusal::of_file(name, said)),
        }
    }
    if refusals.is_empty() { Ok(all) } else { Err(refusals) }
}

fn read_file(path: &Path, largest: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "Add this file: a campaign's folder has three.".to_owned(),
        _ => format!("This file cannot be read: {error}."),
    })?;
    file.take(largest + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("This file cannot be read: {error}."))?;
    match u64::try_from(bytes.len()) {
        Ok(length) if length <= largest => Ok(bytes),
        _ => Err(format!("Shorten this file to {largest} bytes.")),
    }
}

/// Makes the campaign of a folder that was read. Its names are approved and marked as imported; nobody's mailbox was proved and
/// nobody is written to.
///
/// # Errors
/// See [`ImportError`]; then nothing was written.
pub async fn import(
    db: &Db,
    clock: &Clock,
    random: &Random,
    folder: Folder,
    listener: Listener,
) -> Result<Imported, ImportError> {
    let (now, random) = (clock.now(), random.clone());
    db.write(move |tx| write(tx, &random, &folder, now, &listener)).await
}

fn write(
    tx: &mut Tx<'_>,
    random: &Random,
    folder: &Folder,
    now: Timestamp,
    listener: &Listener,
) -> Result<Imported, ImportError> {
    let id = CampaignId::new(now.millis(), random.bytes());
    let slug = folder.settings.slug.clone();
    match campaigns::insert(tx, id, &folder.settings, now) {
        Err(db::Error::Unique(_)) => return Err(ImportError::SlugTaken(slug)),
        other => other?,
    };
    let letter = LetterVersionId::new(now.millis(), random.bytes());
    let first = NewVersion { id: letter, body: &folder.letter, mends: None, stands: true, at: now, by: None };
    let letter = campaigns::add_version(tx, id, first)?;
    for (language, says) in &folder.translations {
        let of = TranslationId::new(now.millis(), random.bytes());
        let of = Translation { id: of, campaign: id, language: language.clone(), retired_at: None };
        campaigns::insert_translation(tx, &of, now)?;
        let version = TranslationVersionId::new(now.millis(), random.bytes());
        let (of_number, mends, by) = (letter.number, None, None);
        let new = NewTranslationVersion { id: version, says, of_number, mends, at: now, by };
        campaigns::add_translation_version(tx, &of, new)?;
    }
    for (message, words) in &folder.mails {
        campaigns::put_words(tx, id, (*message, 0), Some(words), None, now)?;
    }
    let count = folder.signatories.len();
    let mut place = campaigns::take_places(tx, id, i64::try_from(count).unwrap_or(i64::MAX))?
        - i64::try_from(count).unwrap_or(i64::MAX);
    for (chunk, done) in folder.signatories.chunks(AT_ONCE).zip((0..).step_by(AT_ONCE)) {
        listener(Progress { doing: "kept", done, of: count });
        let mut rows = Vec::with_capacity(chunk.len());
        for listed in chunk {
            place += 1;
            let sign_on = SignOnId::new(now.millis(), random.bytes());
            rows.push(signatory(&folder.settings, listed, sign_on, id, letter.number, place, now));
        }
        sign_ons::insert_imported(tx, &rows)?;
    }
    listener(Progress { doing: "kept", done: count, of: count });
    let act = Act::new(now, Actor::Command, Subject::Campaign(id), "imported").in_campaign(id);
    audit::record(tx, random, Act { new: Some(format!("{count} signatories")), ..act })?;
    Ok(Imported { campaign: id, slug, count })
}

fn signatory(
    settings: &Settings,
    listed: &Listed,
    id: SignOnId,
    campaign: CampaignId,
    letter_version: i64,
    joined: i64,
    now: Timestamp,
) -> SignOn {
    let Listed { name, acronym, native_name, sort_as, country, website, joined_on, pin, distinct } =
        listed.clone();
    SignOn {
        id,
        campaign,
        version: 1,
        origin: Origin::Import,
        letter_version,
        entry: Entry::new(&settings.line, name, acronym, native_name, sort_as, website, country),
        authority: None,
        pin,
        submitted_at: now,
        verified_at: None,
        undeliverable_at: None,
        attested_at: None,
        is_flagged: false,
        is_distinct: distinct,
        state: State::Approved { at: joined_on.unwrap_or(now), by: None, joined },
    }
}
