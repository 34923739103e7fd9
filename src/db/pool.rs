//! A small pool of connections for blocking work: at most `size` at once, made when first needed, thrown away when they
//! no longer answer.

use super::{Conn, Error, both};
use diesel::connection::SimpleConnection;
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
        let place = tokio::time::timeout(PATIENCE, self.room.clone().acquire_owned()).await;
        let Ok(Ok(place)) = place else {
            return Err(Error::Unavailable("all connections are busy".to_owned()).into());
        };
        let done = threads.spawn_blocking(move || {
            let _place = place;
            let mut conn = self.take()?;
            let Ok(result) = catch_unwind(AssertUnwindSafe(|| act(&mut conn))) else {
                return Err(E::from(Error::Panicked)); // the connection's state is unknown, so it goes
            };
            if result.is_ok() || answers(&mut conn) {
                self.idle.lock().unwrap_or_else(PoisonError::into_inner).push((conn, Instant::now()));
            }
            result
        });
        done.await.unwrap_or_else(|_| Err(Error::Panicked.into()))
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
