//! Bringing the schema up to date, one process at a time, and refusing a schema newer than this program.

use super::sqlite::Lock;
use super::{Conn, Error, PgConn, Tx, both};
use diesel::connection::SimpleConnection;
use diesel::migration::{MigrationSource, MigrationVersion};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::path::Path;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Any number that no other program takes for its own advisory lock.
const ADVISORY_LOCK: i64 = 0x756e_6465_7273_6967;

pub(super) fn bring_up_to_date_sqlite(conn: &mut Conn, database: &Path) -> Result<(), Error> {
    let Conn::Sqlite(conn) = conn else { return Ok(()) };
    let _alone = Lock::wait_for_migrations(database)?;
    refuse_newer::<diesel::sqlite::Sqlite>(conn, SQLITE)?;
    conn.run_pending_migrations(SQLITE).map(drop).map_err(failed)
}

pub(super) fn bring_up_to_date_postgres(conn: &mut Conn) -> Result<(), Error> {
    let Conn::Pg(conn) = conn else { return Ok(()) };
    // A lock of the session: it ends with the connection if this process dies in the middle.
    conn.batch_execute(&format!(
        "set lock_timeout = '60s'; set statement_timeout = 0; select pg_advisory_lock({ADVISORY_LOCK});"
    ))
    .map_err(Error::from)?;
    let migrated = refuse_newer::<diesel::pg::Pg>(conn, POSTGRES)
        .and_then(|()| conn.run_pending_migrations(POSTGRES).map(drop).map_err(failed));
    let unlocked = unlock(conn);
    migrated.and(unlocked)
}

fn unlock(conn: &mut PgConn) -> Result<(), Error> {
    conn.batch_execute(&format!(
        "select pg_advisory_unlock({ADVISORY_LOCK}); set lock_timeout = '3s'; set statement_timeout = '5s';"
    ))
    .map_err(Error::from)
}

/// Refuses a schema that is not exactly ours, without changing it.
pub(super) fn refuse_other(conn: &mut Conn) -> Result<(), Error> {
    let pending = match conn {
        Conn::Sqlite(conn) => {
            refuse_newer::<diesel::sqlite::Sqlite>(conn, SQLITE)?;
            conn.has_pending_migration(SQLITE)
        }
        Conn::Pg(conn) => {
            refuse_newer::<diesel::pg::Pg>(conn, POSTGRES)?;
            conn.has_pending_migration(POSTGRES)
        }
    };
    if pending.map_err(failed)? { Err(Error::OlderSchema) } else { Ok(()) }
}

fn refuse_newer<DB: diesel::backend::Backend>(
    conn: &mut impl MigrationHarness<DB>,
    ours: EmbeddedMigrations,
) -> Result<(), Error> {
    let known: Vec<MigrationVersion<'static>> = MigrationSource::<DB>::migrations(&ours)
        .map_err(failed)?
        .iter()
        .map(|migration| migration.name().version().as_owned())
        .collect();
    let applied = conn.applied_migrations().map_err(failed)?;
    match applied.iter().filter(|version| !known.contains(version)).max() {
        None => Ok(()),
        Some(unknown) => Err(Error::NewerSchema {
            found: unknown.to_string(),
            known: known.iter().max().map(ToString::to_string).unwrap_or_default(),
        }),
    }
}

fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> Error {
    match error.downcast::<diesel::result::Error>() {
        Ok(error) => (*error).into(),
        Err(other) => Error::Unfit(format!("its schema could not be brought up to date: {other}")),
    }
}

/// A write that leaves nothing behind, to find out whether writing is possible at all.
pub(super) fn probe(tx: &mut Tx<'_>) -> Result<(), Error> {
    both!(tx, |c| c
        .batch_execute("update __diesel_schema_migrations set version = version where version = ''"))
    .map_err(Error::from)
}
