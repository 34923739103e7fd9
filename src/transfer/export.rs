//! Gives a campaign out as a folder.

use super::folder::Folder;
use super::mails_table::Worded;
use super::signatories_file::Listed;
use crate::campaign::{Fit, Late, store as campaigns};
use crate::clock::Clock;
use crate::db::{self, Db};
use crate::ids::SignOnId;
use crate::list::store::{self as lists, Live};
use crate::secret::Random;
use crate::sign_on::{SignOn, Standing, State, store as sign_ons};
use crate::text::Slug;
use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// How often list and names are read anew when the list moves on between the two.
const ATTEMPTS: u8 = 5;

/// Why a campaign was not given out.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// There is none.
    #[error("there is no campaign “{0}”")]
    NoCampaign(Slug),
    /// A file of that name is there.
    #[error("there is a file {0} already: name a folder without one")]
    InTheWay(PathBuf),
    /// The folder or a file cannot be written.
    #[error("cannot write {0}: {1}")]
    Unwritable(PathBuf, std::io::Error),
    /// The list changed again and again while it was read.
    #[error("the list changes faster than it can be read: try again")]
    Moving,
    /// The database's own.
    #[error(transparent)]
    Database(#[from] db::Error),
}

/// The files of a campaign: the names of the files and their texts, and how many signatories there are.
pub struct Exported {
    /// Name and text of each file.
    pub files: Vec<(String, String)>,
    /// How many signatories.
    pub count: usize,
}

/// The campaign at this address as the files of its folder. The names stand in the order of joining, each with its number on the
/// list: so a file that is kept in versions grows at its end, and nothing of the order is lost.
///
/// # Errors
/// See [`ExportError`].
pub async fn export(db: &Db, clock: &Clock, random: &Random, slug: &Slug) -> Result<Exported, ExportError> {
    let wanted = slug.clone();
    let found = db.read(move |conn| campaigns::by_slug(conn, &wanted)).await?;
    let id = found.ok_or_else(|| ExportError::NoCampaign(slug.clone()))?.id;
    for _ in 0..ATTEMPTS {
        let live = lists::live(db, clock, random, id).await?;
        let live = live.ok_or_else(|| ExportError::NoCampaign(slug.clone()))?;
        let listed = db.read(move |conn| sign_ons::in_standing(conn, id, &[Standing::Approved])).await?;
        let standing = db.read(move |conn| campaigns::standing_words(conn, id)).await?;
        let words = |version: &campaigns::WordsVersion| Some((version.message, version.words()?));
        let mut mails: Vec<Worded> = standing.iter().filter_map(words).collect();
        mails.sort_by_key(|(message, _)| *message);
        if let Some(exported) = folder(live, mails, listed) {
            return Ok(exported);
        }
    }
    Err(ExportError::Moving)
}

/// The files, if list and sign-ons are of one moment.
fn folder(live: Live, mails: Vec<Worded>, mut sign_ons: Vec<SignOn>) -> Option<Exported> {
    let numbers: HashMap<SignOnId, u32> =
        live.edition.contents.entries.iter().map(|entry| (entry.sign_on, entry.signatory.number)).collect();
    // Who is approved and agrees to another text than the one that stands is not on the list.
    sign_ons.retain(|sign_on| numbers.contains_key(&sign_on.id));
    // A folder travels: what may not be named in public is not in it.
    let unnamed = sign_ons.iter().filter(|sign_on| !sign_on.entry.is_named()).count();
    sign_ons.retain(|sign_on| sign_on.entry.is_named());
    sign_ons.sort_by_key(|sign_on| match sign_on.state {
        State::Approved { joined, .. } => joined,
        _ => i64::MAX,
    });
    let ordered: Option<Vec<u32>> =
        sign_ons.iter().map(|sign_on| numbers.get(&sign_on.id).copied()).collect();
    let ordered = ordered.filter(|ordered| ordered.len() + unnamed == numbers.len())?;
    let mut signatories: Vec<Listed> = sign_ons.into_iter().map(listed).collect();
    // Editions stay behind, so where some stand as in one of them their order goes along as pins.
    if live.campaign.settings.late == Late::After && !live.named.is_empty() {
        for (listed, number) in signatories.iter_mut().zip(&ordered) {
            listed.pin = Some(*number);
        }
    }
    // A translation of another text than the one that stands would be taken in as one of that.
    let current = live.translations.iter().filter(|one| one.fit != Fit::Outdated);
    let translations = current.map(|one| (one.language.clone(), one.version.says.clone())).collect();
    let (settings, letter) = (live.campaign.settings, live.letter.body);
    let folder = Folder { settings, letter, translations, mails, signatories };
    Some(Exported { files: folder.write(&ordered), count: ordered.len() })
}

fn listed(sign_on: SignOn) -> Listed {
    let joined_on = match sign_on.state {
        State::Approved { at, .. } => Some(at),
        _ => None,
    };
    let entry = sign_on.entry;
    Listed {
        name: entry.organization,
        acronym: entry.acronym,
        native_name: entry.native_name,
        sort_as: entry.sort_as,
        country: entry.country,
        website: entry.website,
        joined_on,
        pin: sign_on.pin,
        distinct: sign_on.is_distinct,
    }
}

/// Writes the files into a folder, which is made if it is not there. Nothing that is there is overwritten, and what could be
/// written only in part is taken away again.
///
/// # Errors
/// [`ExportError::InTheWay`] and [`ExportError::Unwritable`].
pub fn write(exported: &Exported, folder: &Path) -> Result<(), ExportError> {
    std::fs::create_dir_all(folder).map_err(|error| ExportError::Unwritable(folder.to_owned(), error))?;
    let mut written = Vec::new();
    for (name, text) in &exported.files {
        let path = folder.join(name);
        let made = std::fs::File::create_new(&path);
        let done = match made {
            Ok(mut file) => {
                written.push(path.clone());
                file.write_all(text.as_bytes())
                    .and_then(|()| file.sync_all())
                    .map_err(|error| ExportError::Unwritable(path, error))
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                Err(ExportError::InTheWay(path))
            }
            Err(error) => Err(ExportError::Unwritable(path, error)),
        };
        if let Err(error) = done {
            for path in written {
                let _ = std::fs::remove_file(path);
            }
            return Err(error);
        }
    }
    Ok(())
}
