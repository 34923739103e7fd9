//! The one writer of the embedded database, with group commit.
//!
//! Queued writes run one after the other in one `BEGIN IMMEDIATE`, each in its savepoint; one commit, and so one fsync,
//! answers them all. A write that fails rolls back its savepoint only. While one group's commit waits for the disk the
//! next group gathers, so the batch size follows the load by itself.

use super::carrier::Writing;
use super::{Conn, Error, Signal, Tx, tx};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// Writes that may wait at once. More than this and the server is too far behind to promise an answer in time.
const QUEUE: usize = 1024;

/// Writes in one group: bounds how long the first of them waits for the others' statements.
const GROUP: usize = 128;

pub(super) struct Writer {
    queue: Option<SyncSender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

/// A write that waits: run inside the group's transaction, answered after its commit.
trait Job: Send {
    /// Runs in a savepoint. `Err` means that the savepoint must be rolled back; the job remembers its answer.
    fn run(&mut self, conn: &mut Conn) -> Result<(), ()>;
    /// Called once, with whether the group was committed.
    fn answer(self: Box<Self>, committed: Result<(), String>);
}

struct Write<T, E, F> {
    act: Option<F>,
    result: Option<Result<(T, Vec<Signal>), E>>,
    answer: oneshot::Sender<Result<(T, Vec<Signal>), E>>,
}

impl<T, E, F> Job for Write<T, E, F>
where
    T: Send,
    E: From<Error> + Send,
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send,
{
    fn run(&mut self, conn: &mut Conn) -> Result<(), ()> {
        let Some(act) = self.act.take() else { return Err(()) };
        let result = tx::attempt(conn, act);
        let kept = if result.is_ok() { Ok(()) } else { Err(()) };
        self.result = Some(result);
        kept
    }

    fn answer(self: Box<Self>, committed: Result<(), String>) {
        let answer = match (committed, self.result) {
            // A refusal too may rest on what an earlier write of the lost group did, so it is not passed on.
            (Err(why), _) => Err(Error::Unavailable(why).into()),
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(Error::Unavailable("the write was not reached".to_owned()).into()),
        };
        // Nobody waits any longer when the request was given up; what was committed stays so.
        let _ = self.answer.send(answer);
    }
}

impl Writer {
    /// Starts the thread with its first connection; `connect` makes another when one breaks. `log` is told of each group.
    pub(super) fn start(
        first: Conn,
        log: Option<Writing>,
        connect: impl Fn() -> Result<Conn, Error> + Send + 'static,
    ) -> Result<Self, Error> {
        let (queue, waiting) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || work(&waiting, first, log.as_ref(), connect))
            .map_err(|e| Error::Unavailable(format!("no thread for the writer: {e}")))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    pub(super) async fn write<T, E>(
        &self,
        act: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<(T, Vec<Signal>), E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job = Box::new(Write { act: Some(act), result: None, answer });
        let sent = self.queue.as_ref().map(|queue| queue.try_send(job));
        match sent {
            Some(Ok(())) => answered
                .await
                .unwrap_or_else(|_| Err(Error::Unavailable("the writer has stopped".to_owned()).into())),
            Some(Err(TrySendError::Full(_))) => {
                Err(Error::Unavailable("too many writes are waiting".to_owned()).into())
            }
            Some(Err(TrySendError::Disconnected(_))) | None => {
                Err(Error::Unavailable("the writer has stopped".to_owned()).into())
            }
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None; // ends the thread once it has answered what waits
        // A write that holds the last of the database ends it on this very thread, which cannot wait for itself.
        let is_itself = |thread: &JoinHandle<()>| thread.thread().id() == std::thread::current().id();
        if let Some(thread) = self.thread.take().filter(|thread| !is_itself(thread)) {
            let _ = thread.join();
        }
    }
}

fn work(
    waiting: &Receiver<Box<dyn Job>>,
    first: Conn,
    log: Option<&Writing>,
    connect: impl Fn() -> Result<Conn, Error>,
) {
    let mut conn = Some(first);
    while let Ok(job) = waiting.recv() {
        let mut group = vec![job];
        group.extend(waiting.try_iter().take(GROUP - 1));
        let committed = match conn.take().map_or_else(&connect, Ok) {
            Err(error) => Err(error.to_string()),
            Ok(mut open) => {
                let committed = run(&mut group, &mut open);
                if committed.is_ok() {
                    conn = Some(open);
                }
                // After any failure of the group's own statements the connection is replaced: SQLite may have ended the
                // transaction by itself (disk full), and nothing must ever run outside one.
                committed.map_err(|e| e.to_string())
            }
        };
        for job in group {
            job.answer(committed.clone());
        }
        if let (Some(log), Some(conn)) = (log, &mut conn) {
            log.committed(conn);
        }
    }
}

fn run(group: &mut [Box<dyn Job>], conn: &mut Conn) -> Result<(), Error> {
    tx::begin(conn)?;
    for job in group {
        tx::savepoint(conn)?;
        match job.run(conn) {
            Ok(()) => tx::commit(conn)?,
            Err(()) => tx::roll_back(conn)?,
        }
    }
    tx::commit(conn)
}
