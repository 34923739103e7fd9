//! The write-ahead log of the embedded database is carried to its place beside the writer.
//!
//! SQLite by itself does that in the commit that finds the log too long, and everybody who waits for that commit waits for some
//! thousand pages and two more syncs of the disk. Here a thread with a connection of its own carries most of it while the writer
//! goes on. The log begins anew only once nothing is left in it, and while it is written there is always a rest: the writer carries
//! that, a few pages, between two groups.

use super::{Conn, Error};
use diesel::sql_types::BigInt;
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, Thread};
use std::time::Duration;

/// Pages in the log from which on it is carried: 16 MiB. A page that was written ten times over meanwhile is carried once.
const LONG: i64 = 4000;

/// A rest of so many pages is left to the writer at once.
const SHORT: i64 = 500;

/// How often in a row the log is carried until its rest is short.
const TIMES: usize = 3;

/// How long between two looks at the log, and after one that went wrong.
const PAUSE: Duration = Duration::from_millis(20);
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// The thread. It ends with this value.
pub(super) struct Carrier {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// The writer's end of it.
pub(super) struct Writing {
    shared: Arc<Shared>,
    thread: Thread,
}

#[derive(Default)]
struct Shared {
    has_rest: AtomicBool,
    is_over: AtomicBool,
}

#[derive(QueryableByName)]
struct Log {
    #[diesel(sql_type = BigInt)]
    log: i64,
    #[diesel(sql_type = BigInt)]
    checkpointed: i64,
}

impl Log {
    /// Pages that are not in their place yet.
    const fn rest(&self) -> i64 {
        self.log.saturating_sub(self.checkpointed)
    }
}

impl Carrier {
    /// Starts the thread; `connect` makes its connection.
    pub(super) fn start(connect: impl Fn() -> Result<Conn, Error> + Send + 'static) -> Result<Self, Error> {
        let shared = Arc::new(Shared::default());
        let of_thread = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("carrier".to_owned())
            .spawn(move || work(&of_thread, &connect))
            .map_err(|e| Error::Unavailable(format!("no thread for the log: {e}")))?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// For the writer.
    pub(super) fn writing(&self) -> Option<Writing> {
        let thread = self.thread.as_ref()?.thread().clone();
        Some(Writing { shared: Arc::clone(&self.shared), thread })
    }
}

impl Drop for Carrier {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // What the thread holds is closed with the process if it cannot be waited for.
            let _ = thread.join();
        }
    }
}

impl Writing {
    /// Between two groups: says that something was written, and carries the rest where there is one.
    pub(super) fn committed(&self, conn: &mut Conn) {
        self.thread.unpark();
        if self.shared.has_rest.swap(false, Ordering::AcqRel) {
            // Somebody may be reading what the log holds: then it is carried the next time.
            let _ = look(conn, "passive");
        }
    }
}

fn work(shared: &Shared, connect: &impl Fn() -> Result<Conn, Error>) {
    let mut conn = None;
    while !shared.is_over.load(Ordering::Acquire) {
        let rest = match conn.take().map_or_else(connect, Ok) {
            Ok(mut open) => carry(shared, &mut open).map(|()| conn = Some(open)),
            Err(error) => Err(error),
        };
        if rest.is_err() {
            // The writer carries the log itself when it grows without bound (`sqlite::connect`).
            std::thread::park_timeout(AFTER_FAILURE);
        } else {
            std::thread::sleep(PAUSE);
            std::thread::park();
        }
    }
}

fn carry(shared: &Shared, conn: &mut Conn) -> Result<(), Error> {
    if look(conn, "noop")?.rest() < LONG {
        return Ok(());
    }
    // What is written while the log is carried is the rest: less each time, unless it is written as fast as it is carried.
    let mut rest = LONG;
    for _ in 0..TIMES {
        if rest > SHORT {
            // What it answers with is the log as it was when it began.
            look(conn, "passive")?;
            rest = look(conn, "noop")?.rest();
        }
    }
    shared.has_rest.store(rest > 0, Ordering::Release);
    Ok(())
}

fn look(conn: &mut Conn, how: &str) -> Result<Log, Error> {
    let Conn::Sqlite(conn) = conn else { return Err(Error::Unfit("not the embedded database".to_owned())) };
    // The names are those of the pragma's columns.
    Ok(sql_query(format!("pragma wal_checkpoint({how})")).get_result(conn)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::db::schema::accounts;
    use crate::db::{Db, Tx, Url, Use, both};
    use crate::ids::AccountId;
    use crate::secret::Random;
    use diesel::ExpressionMethods;

    /// An account whose row takes a hundred pages.
    fn much(tx: &mut Tx<'_>) -> Result<(), Error> {
        let random = Random::system();
        both!(tx, |c| diesel::insert_into(accounts::table)
            .values((
                accounts::id.eq(AccountId::new(1, random.bytes())),
                accounts::sealed.eq(vec![7_u8; 400_000]),
                accounts::email_key.eq(random.bytes::<32>().to_vec()),
                accounts::made_at.eq(Timestamp::from_micros(1)),
            ))
            .execute(c))?;
        Ok(())
    }

    #[tokio::test]
    async fn a_long_log_is_carried_to_its_place_and_begins_anew_long_before_the_writer_would_have_to() {
        let folder = tempfile::tempdir().unwrap();
        let url = Url::parse(&format!("sqlite:{}/t.db", folder.path().display())).unwrap();
        let db = Db::open(&url, Use::Server).await.unwrap();
        let mut longest = 0;
        for _ in 0..600 {
            db.write(much).await.unwrap();
            let log = db.read(|conn| look(conn, "noop")).await.unwrap().log;
            if log < longest {
                assert!((LONG..16_000).contains(&longest), "{longest} pages");
                return;
            }
            longest = log;
        }
        panic!("the log holds {longest} pages and was never begun anew");
    }
}
