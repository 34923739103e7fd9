//! The folder of a demonstration: ours, marked as ours, and emptied of what is ours.

use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Marks a folder as a demonstration's. It is locked while one runs.
const MARK: &str = ".undersigned-demo";

/// Everything that a demonstration leaves behind. Nothing else is ever deleted.
const LEFT_BEHIND: [&str; 6] = [
    "undersigned.db",
    "undersigned.db-wal",
    "undersigned.db-shm",
    "undersigned.db.lock",
    "undersigned.db.migrating",
    "key",
];

/// Why a folder is not taken.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Something is in it, and it was not made for a demonstration.
    #[error("{0} was not made by a demonstration, so it is left alone: name another folder with --data")]
    NotOurs(PathBuf),
    /// Another demonstration runs in it.
    #[error("another demonstration runs in {0}: stop it first, or name another folder with --data")]
    InUse(PathBuf),
    /// It cannot be made, read or emptied.
    #[error("cannot use {0}: {1}")]
    Unusable(PathBuf, io::Error),
}

/// Makes the folder, or empties it. The mark that comes back is to be held while the demonstration runs.
pub(super) fn empty(folder: &Path) -> Result<File, FolderError> {
    let unusable = |error| FolderError::Unusable(folder.to_owned(), error);
    std::fs::create_dir_all(folder).map_err(unusable)?;
    let path = folder.join(MARK);
    let is_marked = path.try_exists().map_err(unusable)?;
    if !is_marked && std::fs::read_dir(folder).map_err(unusable)?.next().is_some() {
        return Err(FolderError::NotOurs(folder.to_owned()));
    }
    let mut mark = File::options().create(true).write(true).truncate(false).open(&path).map_err(unusable)?;
    match mark.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(FolderError::InUse(folder.to_owned())),
        Err(TryLockError::Error(error)) => return Err(unusable(error)),
    }
    mark.write_all(b"The data of a demonstration. Its next start deletes them.\n").map_err(unusable)?;
    for name in LEFT_BEHIND {
        match std::fs::remove_file(folder.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unusable(error)),
            _ => {}
        }
    }
    Ok(mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_folder_of_ours_is_emptied_and_only_of_what_is_ours() {
        let parent = tempfile::tempdir().unwrap();
        let (ours, theirs) = (parent.path().join("a/b"), parent.path().join("theirs"));
        let mark = empty(&ours).unwrap();
        std::fs::write(ours.join("undersigned.db"), "x").unwrap();
        std::fs::write(ours.join("notes.txt"), "mine").unwrap();
        assert!(matches!(empty(&ours), Err(FolderError::InUse(_))));
        assert!(ours.join("undersigned.db").exists());
        drop(mark);
        empty(&ours).unwrap();
        assert!(!ours.join("undersigned.db").exists());
        assert_eq!(std::fs::read_to_string(ours.join("notes.txt")).unwrap(), "mine");

        std::fs::create_dir(&theirs).unwrap();
        std::fs::write(theirs.join("key"), "precious").unwrap();
        assert!(matches!(empty(&theirs), Err(FolderError::NotOurs(_))));
        assert_eq!(std::fs::read_dir(&theirs).unwrap().count(), 1);
    }
}
