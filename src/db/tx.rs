//! The transaction: the only thing that can change a row.

use super::{Conn, Error, Signal};
use diesel::Connection;
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use std::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A transaction that is under way. A function that takes one may change rows; a function that takes a [`Conn`] reads.
pub struct Tx<'a> {
    conn: &'a mut Conn,
    raised: Vec<Signal>,
}

impl Tx<'_> {
    /// Raises a signal once this transaction has committed.
    pub fn raise(&mut self, signal: Signal) {
        if !self.raised.contains(&signal) {
            self.raised.push(signal);
        }
    }
}

impl Deref for Tx<'_> {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        self.conn
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        self.conn
    }
}

impl AsMut<Conn> for Tx<'_> {
    fn as_mut(&mut self) -> &mut Conn {
        self.conn
    }
}

/// Runs the closure with a `Tx`, behind a panic guard. The caller begins, commits and rolls back.
pub(super) fn attempt<T, E: From<Error>>(
    conn: &mut Conn,
    act: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
) -> Result<(T, Vec<Signal>), E> {
    let mut tx = Tx { conn, raised: Vec::new() };
    match catch_unwind(AssertUnwindSafe(|| act(&mut tx))) {
        Ok(result) => result.map(|value| (value, tx.raised)),
        Err(_) => Err(Error::Panicked.into()),
    }
}

/// One transaction of its own.
pub(super) fn transaction<T, E: From<Error>>(
    conn: &mut Conn,
    act: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
) -> Result<(T, Vec<Signal>), E> {
    begin(conn)?;
    match attempt(conn, act) {
        Ok(done) => {
            commit(conn)?;
            Ok(done)
        }
        Err(error) => {
            // If this fails as well the connection is gone, and the transaction with it.
            let _ = roll_back(conn);
            Err(error)
        }
    }
}

/// Begins a transaction, or a savepoint inside one. `BEGIN IMMEDIATE` on SQLite, because a transaction that reads first
/// and writes later would lose the race for the write lock and fail.
pub(super) fn begin(conn: &mut Conn) -> Result<(), Error> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
        Conn::Pg(c) => <super::PgConn as Connection>::TransactionManager::begin_transaction(c),
    }
    .map_err(Error::from)
}

/// Opens a savepoint inside a transaction that has begun.
pub(super) fn savepoint(conn: &mut Conn) -> Result<(), Error> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction(c),
        Conn::Pg(c) => <super::PgConn as Connection>::TransactionManager::begin_transaction(c),
    }
    .map_err(Error::from)
}

/// Commits the innermost transaction or savepoint.
pub(super) fn commit(conn: &mut Conn) -> Result<(), Error> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::commit_transaction(c),
        Conn::Pg(c) => <super::PgConn as Connection>::TransactionManager::commit_transaction(c),
    }
    .map_err(Error::from)
}

/// Undoes the innermost transaction or savepoint.
pub(super) fn roll_back(conn: &mut Conn) -> Result<(), Error> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::rollback_transaction(c),
        Conn::Pg(c) => <super::PgConn as Connection>::TransactionManager::rollback_transaction(c),
    }
    .map_err(Error::from)
}
