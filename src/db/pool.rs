//! A small pool of connections for blocking work: at most `size` at once, made when first needed, thrown away when they
//! no longer answer.

use super::{Conn, Error, both};
use diesel::connection::SimpleConnection;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

/// How long a caller waits for a free connection before it is told that the database is too busy.
const PATIENCE: Duration = Duration::from_secs(3);

/// A connection that has rested longer than this is asked whether it still lives before it is trusted.
const RESTED: Duration = Duration::from_secs(1);

pub(super) struct Pool {
    idle: Mutex<Vec<(Conn, Instant)>>,
    room: Arc<Semaphore>,
    connect: Box<dyn Fn() -> Result<Conn, Error> + Send + Sync>,
}

/// What a caller wants done with a connection, without the caller's types: what hands it to a thread is compiled once and not for each of
/// some three hundred closures, which would be a megabyte.
type Job = Box<dyn FnOnce(&mut Conn) -> Done + Send>;

struct Done {
    /// The caller's own result.
    result: Box<dyn Any + Send>,
    is_ok: bool,
}

impl Pool {
    pub(super) fn new(
        size: usize,
        connect: impl Fn() -> Result<Conn, Error> + Send + Sync + 'static,
    ) -> Self {
        Self { idle: Mutex::default(), room: Arc::new(Semaphore::new(size)), connect: Box::new(connect) }
    }

    /// Runs `act` with a connection on a blocking thread.
    pub(super) async fn run<T, E>(
        self: Arc<Self>,
        threads: &Handle,
        act: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let job: Job = Box::new(move |conn| {
            let result = act(conn);
            Done { is_ok: result.is_ok(), result: Box::new(result) }
        });
        match self.lend(threads, job).await?.downcast::<Result<T, E>>() {
            Ok(result) => *result,
            Err(_) => Err(Error::Panicked.into()),
        }
    }

    async fn lend(self: Arc<Self>, threads: &Handle, job: Job) -> Result<Box<dyn Any + Send>, Error> {
        let place = tokio::time::timeout(PATIENCE, self.room.clone().acquire_owned()).await;
        let Ok(Ok(place)) = place else {
            return Err(Error::Unavailable("all connections are busy".to_owned()));
        };
        let done = threads.spawn_blocking(move || {
            let _place = place;
            let mut conn = self.take()?;
            let Ok(done) = catch_unwind(AssertUnwindSafe(|| job(&mut conn))) else {
                return Err(Error::Panicked); // the connection's state is unknown, so it goes
            };
            if done.is_ok || answers(&mut conn) {
                self.idle.lock().unwrap_or_else(PoisonError::into_inner).push((conn, Instant::now()));
            }
            Ok(done.result)
        });
        done.await.unwrap_or(Err(Error::Panicked))
    }

    fn take(&self) -> Result<Conn, Error> {
        loop {
            let rested = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some((mut conn, since)) = rested else { return (self.connect)() };
            if since.elapsed() < RESTED || answers(&mut conn) {
                return Ok(conn);
            }
        }
    }
}

fn answers(conn: &mut Conn) -> bool {
    both!(conn, |c| c.batch_execute("select 1")).is_ok()
}
