//! What can go wrong with the database, sorted by what the caller can do about it.

use diesel::result::{DatabaseErrorKind, Error as Diesel};

/// A failure of the database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database or its disk is away, full or too busy. Nothing was written; trying again later may work.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// A unique rule refused a row. Holds what the engine says of the rule.
    #[error("a unique rule refused the row: {0}")]
    Unique(String),
    /// A defect: a statement that the engine refuses, a value that does not fit its type.
    #[error("a database statement failed: {0}")]
    Statement(#[source] Diesel),
    /// The program had a defect while it held a transaction; nothing was written.
    #[error("the program failed in the middle of a transaction")]
    Panicked,
    /// The schema was made by another program: a newer one, or one from before the first release.
    #[error(
        "the database has the schema {found}, which this program does not know (it knows {known}): start the program that \
         made it, or restore the backup made before the upgrade"
    )]
    NewerSchema {
        /// The newest migration found in the database.
        found: String,
        /// The newest migration of this program.
        known: String,
    },
    /// The schema was made by an older program, and was to be left as it is.
    #[error("the database has the schema of an older program: `undersigned migrate` brings it up to date")]
    OlderSchema,
    /// The engine does not keep what we promise. Holds which setting and what it must be.
    #[error("the database cannot be used: {0}")]
    Unfit(String),
    /// Another server has the embedded database open.
    #[error("another server uses this database ({0}): stop it first, or use PostgreSQL to run several")]
    InUse(String),
}

impl From<Diesel> for Error {
    fn from(error: Diesel) -> Self {
        match error {
            Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, info) => {
                Self::Unique(info.constraint_name().unwrap_or_else(|| info.message()).to_owned())
            }
            Diesel::DatabaseError(
                DatabaseErrorKind::ClosedConnection
                | DatabaseErrorKind::UnableToSendCommand
                | DatabaseErrorKind::SerializationFailure
                | DatabaseErrorKind::ReadOnlyTransaction,
                info,
            ) => Self::Unavailable(info.message().to_owned()),
            Diesel::DatabaseError(_, ref info) if is_passing(info.message()) => {
                Self::Unavailable(info.message().to_owned())
            }
            Diesel::BrokenTransactionManager => Self::Unavailable("the connection was lost".to_owned()),
            other => Self::Statement(other),
        }
    }
}

impl From<diesel::ConnectionError> for Error {
    fn from(error: diesel::ConnectionError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// The engines report these without a kind of their own, so the message has to serve.
fn is_passing(message: &str) -> bool {
    const SQLITE: [&str; 6] = [
        "disk I/O error",
        "database or disk is full",
        "database is locked",
        "database table is locked",
        "unable to open database file",
        "attempt to write a readonly database",
    ];
    const POSTGRES: [&str; 12] = [
        "canceling statement due to",
        "terminating connection",
        "the database system is",
        "connection closed",
        "connection reset",
        "error communicating with the server",
        "could not extend file",
        "could not write",
        "No space left on device",
        "deadlock detected",
        "remaining connection slots",
        "cannot execute",
    ];
    SQLITE.iter().chain(&POSTGRES).any(|passing| message.contains(passing))
}
