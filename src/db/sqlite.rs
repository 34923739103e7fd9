//! The embedded database: its file, its lock, and the settings that every connection gets and is asked to confirm.

use super::{Conn, Error};
use diesel::connection::SimpleConnection;
use diesel::sql_types::{Integer, Text};
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

/// Versions before this can corrupt a database when several connections write and checkpoint at once
/// (the "WAL-reset" fault, fixed in March 2026).
const OLDEST: (u32, u32, u32) = (3, 51, 3);

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Read,
    /// Carries the log to its place itself.
    Write,
    /// Beside a [`Carrier`](super::carrier::Carrier), which does that.
    Carried,
}

/// Held while a server uses the database; the operating system lets go of it when the process ends, however it ends.
pub(super) struct Lock(#[expect(dead_code, reason = "the open file is the lock")] File);

impl Lock {
    pub(super) fn take(database: &Path) -> Result<Self, Error> {
        make_folder(database)?;
        let path = beside(database, ".lock");
        let file = open_lock_file(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(Error::InUse(path.display().to_string())),
            Err(TryLockError::Error(e)) => Err(Error::Unavailable(format!("{}: {e}", path.display()))),
        }
    }

    /// Waits until no other process brings the schema up to date.
    pub(super) fn wait_for_migrations(database: &Path) -> Result<Self, Error> {
        let path = beside(database, ".migrating");
        let file = open_lock_file(&path)?;
        file.lock().map_err(|e| Error::Unavailable(format!("{}: {e}", path.display())))?;
        Ok(Self(file))
    }
}

/// Makes the file, readable by its owner alone, before SQLite would make it readable by everybody.
pub(super) fn prepare_file(database: &Path) -> Result<(), Error> {
    make_folder(database)?;
    open_lock_file(database).map(drop)
}

pub(super) fn connect(path: &Path, mode: Mode) -> Result<Conn, Error> {
    let text =
        path.to_str().ok_or_else(|| Error::Unfit("the database's path is not valid UTF-8".to_owned()))?;
    let mut conn = SqliteConnection::establish(text)?;
    conn.batch_execute(
        "pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;
         pragma secure_delete = on; pragma trusted_schema = off; pragma temp_store = memory;
         pragma journal_size_limit = 67108864;",
    )?;
    conn.batch_execute(match mode {
        Mode::Read => "pragma query_only = on;",
        // Most of what is written goes to pages that are not beside each other: 8 MiB hold those of some ten thousand sign-ons, and
        // a log of 16 MiB carries a page that was written ten times over to its place once.
        Mode::Write => "pragma cache_size = -8192; pragma wal_autocheckpoint = 4000;",
        // Four times as long: so long it becomes only where nobody carries it.
        Mode::Carried => "pragma cache_size = -8192; pragma wal_autocheckpoint = 16000;",
    })?;
    check(&mut conn, mode)?;
    Ok(Conn::Sqlite(conn))
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    version: String,
    #[diesel(sql_type = Text)]
    journal: String,
    #[diesel(sql_type = Integer)]
    synchronous: i32,
    #[diesel(sql_type = Integer)]
    foreign_keys: i32,
    #[diesel(sql_type = Integer)]
    secure_delete: i32,
    #[diesel(sql_type = Integer)]
    query_only: i32,
}

fn check(conn: &mut SqliteConnection, mode: Mode) -> Result<(), Error> {
    let found: Found = sql_query(
        "select sqlite_version() as version, j.journal_mode as journal, s.synchronous, f.foreign_keys,
                d.secure_delete, q.query_only
         from pragma_journal_mode j, pragma_synchronous s, pragma_foreign_keys f, pragma_secure_delete d,
              pragma_query_only q",
    )
    .get_result(conn)?;
    let version: Vec<u32> = found.version.split('.').filter_map(|part| part.parse().ok()).collect();
    let new_enough = matches!(version.as_slice(), [a, b, c, ..] if (*a, *b, *c) >= OLDEST);
    let wrong = if !new_enough {
        "its SQLite is older than 3.51.3, which can corrupt it"
    } else if found.journal != "wal" {
        "its file system does not support write-ahead logging (a network drive?)"
    } else if found.synchronous != 2 || found.foreign_keys != 1 || found.secure_delete != 1 {
        "it does not take the settings that keep acknowledged data (synchronous, foreign_keys, secure_delete)"
    } else if (found.query_only == 1) != (mode == Mode::Read) {
        "its reading connections do not refuse to write"
    } else {
        return Ok(());
    };
    Err(Error::Unfit(wrong.to_owned()))
}

fn make_folder(database: &Path) -> Result<(), Error> {
    match database.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => std::fs::create_dir_all(folder)
            .map_err(|e| Error::Unavailable(format!("cannot make the folder {}: {e}", folder.display()))),
        _ => Ok(()),
    }
}

fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn open_lock_file(path: &Path) -> Result<File, Error> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true).read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|e| Error::Unavailable(format!("cannot open {}: {e}", path.display())))
}
