//! The connections of both engines behind one type, and the two ways to use them: [`Db::read`] and [`Db::write`].
//!
//! There is one query text: [`both!`](both) runs the same diesel expression on whichever engine is connected. Where the
//! engines must differ, one named function in this folder differs. Changing a row needs a [`Tx`], and only `write` makes one.

mod carrier;
pub mod columns;
mod days;
mod error;
mod kept;
mod migrate;
mod pool;
mod postgres;
pub mod schema;
mod sqlite;
mod turn;
mod tx;
mod url;
mod writer;

pub use days::day_number;
pub use error::Error;
pub(crate) use kept::kept;
pub use turn::take_turn;
pub use tx::Tx;
pub use url::{Url, UrlError};

use diesel::SqliteConnection;
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{Notify, watch};

/// A connection to PostgreSQL that can be used from blocking code.
pub type PgConn = AsyncConnectionWrapper<AsyncPgConnection>;

/// A connection to one of the two engines.
#[expect(clippy::large_enum_variant, reason = "there are a dozen of them, each used in place")]
pub enum Conn {
    /// The embedded database.
    Sqlite(SqliteConnection),
    /// A server.
    Pg(PgConn),
}

/// Runs one diesel expression on whichever engine is connected: `both!(conn, |c| query.load(c))`. The body is
/// type-checked once for each engine.
macro_rules! both {
    ($conn:expr, |$c:ident| $body:expr) => {
        match ::std::convert::AsMut::<$crate::db::Conn>::as_mut($conn) {
            $crate::db::Conn::Sqlite($c) => $body,
            $crate::db::Conn::Pg($c) => $body,
        }
    };
}
pub(crate) use both;

impl AsMut<Conn> for Conn {
    fn as_mut(&mut self) -> &mut Conn {
        self
    }
}

/// What somebody may be waiting for; raised when the transaction that caused it has committed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Signal {
    /// A message was put into the outbox.
    Mail,
    /// A list, or what the public sees of a campaign, has changed.
    List,
}

/// Who opens the database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Use {
    /// A server: on SQLite it takes the lock file, and a second one is refused.
    Server,
    /// A command, which works beside a running server.
    Command,
    /// A look from outside: nothing is made, and the schema is left as it is.
    Look,
}

/// The database. Clones share its connections.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    engine: Engine,
    signals: Signals,
    // After the connections, so that they go before the threads they need.
    runtime: Threads,
    // Last: when it is gone, so is everything else.
    open: watch::Sender<()>,
}

enum Engine {
    Sqlite {
        // Before the lock, so that nobody else has it while these still have the file.
        writer: writer::Writer,
        readers: Arc<pool::Pool>,
        _carrier: Option<carrier::Carrier>,
        _lock: Option<sqlite::Lock>,
    },
    Pg(Arc<pool::Pool>),
}

#[derive(Default)]
struct Signals {
    mail: Notify,
    list: Notify,
    lists_raised: AtomicU64,
}

/// The threads that database calls block on, apart from those that answer requests.
struct Threads(Option<tokio::runtime::Runtime>);

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Db {
    /// Opens the database and brings its schema up to date.
    ///
    /// # Errors
    /// When it cannot be reached, is in use by another server, is of a schema newer than this program knows, or does
    /// not keep what it promises (durability settings, SQLite's version).
    pub async fn open(url: &Url, usage: Use) -> Result<Self, Error> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(32)
            .thread_name("database")
            .enable_all()
            .build()
            .map_err(|e| Error::Unavailable(format!("no threads for the database: {e}")))?;
        let handle = runtime.handle().clone();
        let runtime = Threads(Some(runtime));
        let url = url.clone();
        let opened = handle.clone().spawn_blocking(move || match url {
            Url::Sqlite(path) => open_sqlite(path, usage),
            Url::Postgres(server) => open_postgres(*server, handle, usage),
        });
        let engine = opened.await.map_err(|_| Error::Panicked)??;
        Ok(Self(Arc::new(Inner {
            engine,
            signals: Signals::default(),
            runtime,
            open: watch::Sender::new(()),
        })))
    }

    /// Reads. What the closure sees may be one commit old; nothing it does can change a row on SQLite, and nothing
    /// should on PostgreSQL.
    ///
    /// # Errors
    /// The closure's own, or [`Error::Unavailable`] when no connection can be had.
    pub async fn read<T, E>(
        &self,
        act: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let pool = match &self.0.engine {
            Engine::Sqlite { readers, .. } => readers,
            Engine::Pg(pool) => pool,
        };
        pool.clone().run(self.threads()?, act).await
    }

    /// Runs one transaction: all of it is durable when this returns `Ok`, none of it happened when it returns `Err`.
    ///
    /// # Errors
    /// The closure's own, or [`Error::Unavailable`] when the database or its disk is away.
    pub async fn write<T, E>(
        &self,
        act: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (value, raised) = match &self.0.engine {
            Engine::Sqlite { writer, .. } => writer.write(act).await?,
            Engine::Pg(pool) => {
                pool.clone().run(self.threads()?, move |conn| tx::transaction(conn, act)).await?
            }
        };
        for signal in raised {
            if signal == Signal::List {
                self.0.signals.lists_raised.fetch_add(1, Ordering::Release);
            }
            self.signal(signal).notify_one();
        }
        Ok(value)
    }

    /// What to wait on for news of this kind from this process. News from elsewhere does not come this way: poll too.
    pub fn signal(&self, signal: Signal) -> &Notify {
        match signal {
            Signal::Mail => &self.0.signals.mail,
            Signal::List => &self.0.signals.list,
        }
    }

    /// How often this process has raised [`Signal::List`]: who has looked at the lists after it was this can tell that
    /// nothing was written here since.
    pub fn lists_raised(&self) -> u64 {
        self.0.signals.lists_raised.load(Ordering::Acquire)
    }

    /// Whether the database answers and can be written to, found out by asking it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it does not.
    pub async fn probe(&self) -> Result<(), Error> {
        self.write(migrate::probe).await
    }

    /// Whether what is committed is on the disk before it is said: this program sees to it in the embedded database, a server may have
    /// been told not to.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the server does not answer.
    pub async fn syncs(&self) -> Result<bool, Error> {
        match &self.0.engine {
            Engine::Sqlite { .. } => Ok(true),
            Engine::Pg(_) => self.read(postgres::syncs).await,
        }
    }

    /// By how much the database server's clock is ahead of this machine's. The embedded database has no clock of its own.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the server does not answer.
    pub async fn clock_ahead(&self, clock: crate::clock::Clock) -> Result<jiff::SignedDuration, Error> {
        match &self.0.engine {
            Engine::Sqlite { .. } => Ok(jiff::SignedDuration::ZERO),
            Engine::Pg(_) => self.read(move |conn| postgres::clock_ahead(conn, &clock)).await,
        }
    }

    /// Ends when the last clone is gone and everything is closed: only then may another server take the embedded database.
    pub fn closed(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut open = self.0.open.subscribe();
        async move { while open.changed().await.is_ok() {} }
    }

    /// Whether this is the embedded database.
    pub fn is_embedded(&self) -> bool {
        matches!(self.0.engine, Engine::Sqlite { .. })
    }

    fn threads(&self) -> Result<&tokio::runtime::Handle, Error> {
        let runtime = self.0.runtime.0.as_ref();
        runtime
            .map(tokio::runtime::Runtime::handle)
            .ok_or_else(|| Error::Unavailable("the database is closed".into()))
    }
}

fn open_sqlite(path: std::path::PathBuf, usage: Use) -> Result<Engine, Error> {
    let lock = match usage {
        Use::Server => Some(sqlite::Lock::take(&path)?),
        Use::Command | Use::Look => None,
    };
    sqlite::prepare_file(&path)?;
    // A command writes once and ends; nobody waits for it.
    let mode = if usage == Use::Server { sqlite::Mode::Carried } else { sqlite::Mode::Write };
    let mut first = sqlite::connect(&path, mode)?;
    match usage {
        Use::Server | Use::Command => migrate::bring_up_to_date_sqlite(&mut first, &path)?,
        Use::Look => migrate::refuse_other(&mut first)?,
    }
    let readers = {
        let path = path.clone();
        pool::Pool::new(4, move || sqlite::connect(&path, sqlite::Mode::Read))
    };
    let carrier = match mode {
        sqlite::Mode::Carried => {
            let path = path.clone();
            Some(carrier::Carrier::start(move || sqlite::connect(&path, mode))?)
        }
        _ => None,
    };
    let writing = carrier.as_ref().and_then(carrier::Carrier::writing);
    let writer = writer::Writer::start(first, writing, move || sqlite::connect(&path, mode))?;
    Ok(Engine::Sqlite { writer, readers: Arc::new(readers), _carrier: carrier, _lock: lock })
}

fn open_postgres(
    server: postgres::Server,
    handle: tokio::runtime::Handle,
    usage: Use,
) -> Result<Engine, Error> {
    let mut first = server.connect(&handle)?;
    postgres::check_durability(&mut first)?;
    match usage {
        Use::Server | Use::Command => migrate::bring_up_to_date_postgres(&mut first)?,
        Use::Look => migrate::refuse_other(&mut first)?,
    }
    Ok(Engine::Pg(Arc::new(pool::Pool::new(8, move || server.connect(&handle)))))
}

#[cfg(test)]
mod tests;
