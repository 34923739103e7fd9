//! The file with the instance's key: 32 random bytes that personal fields are sealed with. Whoever loses it loses them.

use crate::secret::Random;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Where the key is kept.
#[derive(Clone, Debug)]
pub struct KeyFile(PathBuf);

impl KeyFile {
    /// The file at `path`; nothing is read yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The key, or `None` when there is no such file.
    ///
    /// # Errors
    /// When the file cannot be read or does not hold 32 bytes.
    pub fn read(&self) -> Result<Option<Zeroizing<[u8; 32]>>, KeyFileError> {
        let file = match File::open(&self.0) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(KeyFileError::Unreadable { path: self.0.clone(), cause }),
        };
        let mut bytes = Zeroizing::new(Vec::with_capacity(64));
        file.take(64)
            .read_to_end(&mut bytes)
            .map_err(|cause| KeyFileError::Unreadable { path: self.0.clone(), cause })?;
        match <[u8; 32]>::try_from(bytes.as_slice()) {
            Ok(key) => Ok(Some(Zeroizing::new(key))),
            Err(_) => Err(KeyFileError::WrongLength { path: self.0.clone() }),
        }
    }

    /// Makes the key, readable by its owner alone, and returns it. When another process made it in the meantime, that
    /// one's is returned. The key is on the disk when this returns, and never half of it: a key that was used and then lost would
    /// make everything sealed with it unreadable.
    ///
    /// The caller makes sure that nothing was sealed yet.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn make(&self, random: &Random) -> Result<Zeroizing<[u8; 32]>, KeyFileError> {
        let unwritable = |cause| KeyFileError::Unwritable { path: self.0.clone(), cause };
        self.write(&Zeroizing::new(random.bytes()), random).map_err(unwritable)?;
        self.read()?.ok_or_else(|| unwritable(ErrorKind::NotFound.into()))
    }

    fn write(&self, key: &[u8; 32], random: &Random) -> io::Result<()> {
        let folder = self.0.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut draft = self.0.clone().into_os_string();
        draft.push(format!(".{:016x}", u64::from_ne_bytes(random.bytes())));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        // A link, unlike a rename, never replaces a key that another process made a moment ago.
        let done = file.write_all(key).and_then(|()| file.sync_all()).and_then(|()| {
            match fs::hard_link(&draft, &self.0) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
                linked => linked,
            }
        });
        fs::remove_file(&draft)?;
        done?;
        File::open(folder)?.sync_all()
    }
}

/// Why there is no key to work with.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file is there and cannot be read.
    #[error("cannot read the key file {path}: {cause}")]
    Unreadable {
        /// The key file.
        path: PathBuf,
        /// What the operating system says.
        cause: io::Error,
    },
    /// The file cannot be made.
    #[error("cannot make the key file {path}: {cause}")]
    Unwritable {
        /// The key file.
        path: PathBuf,
        /// What the operating system says.
        cause: io::Error,
    },
    /// The file holds something else.
    #[error("the key file {path} does not hold exactly 32 bytes: restore it from your copy")]
    WrongLength {
        /// The key file.
        path: PathBuf,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::at(folder.path().join("deep/key"));
        assert!(file.read().unwrap().is_none());
        let made = file.make(&Random::system()).unwrap();
        assert_eq!(file.make(&Random::system()).unwrap(), made);
        assert_eq!(file.read().unwrap(), Some(made));
        let mode = fs::metadata(folder.path().join("deep/key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path().join("deep")).unwrap().count(), 1, "no draft is left");
    }

    #[test]
    fn processes_that_start_at_once_get_the_same_key() {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::at(folder.path().join("key"));
        let keys: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..8).map(|_| scope.spawn(|| file.make(&Random::system()).unwrap())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(keys.windows(2).all(|pair| pair[0] == pair[1]));
    }

    #[test]
    fn a_file_of_another_length_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        for wrong in [&b""[..], &[1; 31], &[1; 33], &[1; 1000]] {
            fs::write(&path, wrong).unwrap();
            assert!(matches!(KeyFile::at(&path).read(), Err(KeyFileError::WrongLength { .. })));
        }
    }
}
