//! What became of a message is written down, and the feature that wrote it is told.

use super::lease::{self, Claimed, Settled};
use super::outbox::Outbox;
use super::schedule::Settlement;
use crate::clock::Timestamp;
use crate::db::{Db, Error, Tx};
use crate::text::EmailAddress;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// How long to wait before the database is asked again.
const PAUSE: Duration = Duration::from_secs(1);

/// How often the observer may refuse before the record is made without it.
const PATIENCE: u32 = 3;

/// Is told what became of a message, in the transaction that records it; so what a feature makes of it is as sure as the record.
pub type Observer = Arc<dyn Fn(&mut Tx<'_>, &Settled) -> Result<(), Error> + Send + Sync>;

impl Outbox {
    /// To whom a message was addressed of which became known what became of it; nobody where that is erased.
    pub fn addressee(&self, mail: &Settled) -> Option<EmailAddress> {
        self.open_to(mail.id, &mail.sealed_to).ok()
    }
}

#[derive(Clone)]
pub(super) struct Recorder {
    db: Db,
    outbox: Outbox,
    observer: Observer,
    keep: bool,
    stop: watch::Receiver<bool>,
}

impl Recorder {
    /// `keep` leaves the text of delivered messages, for the mailbox page.
    pub(super) fn new(
        db: Db,
        outbox: Outbox,
        observer: Observer,
        keep: bool,
        stop: watch::Receiver<bool>,
    ) -> Self {
        Self { db, outbox, observer, keep, stop }
    }

    /// Tries until the database takes it: that a mail was sent is known only here, and forgetting it would send it again.
    pub(super) async fn record(mut self, mail: Claimed, settlement: Settlement) {
        let id = mail.id;
        let mut refusals = 0;
        loop {
            match self.once(mail.clone(), settlement.clone(), refusals < PATIENCE).await {
                Ok(true) => return,
                Ok(false) => {
                    return tracing::warn!(%id, "mail was taken up or taken back by another before it was put down");
                }
                Err(error @ Error::Unavailable(_)) => {
                    tracing::warn!(%id, %error, "what became of a mail cannot be recorded yet");
                    if *self.stop.borrow() {
                        return;
                    }
                }
                // A defect in what a feature makes of the news must not make the mail go out again and again.
                Err(error) => {
                    tracing::error!(%id, %error, "what became of a mail cannot be recorded");
                    refusals += 1;
                    if refusals > PATIENCE {
                        return;
                    }
                }
            }
            drop(timeout(PAUSE, self.stop.wait_for(|stop| *stop)).await);
        }
    }

    /// Counts what is due as delivered, for the mailbox page; how many.
    pub(super) async fn keep(&self, now: Timestamp, most: i64) -> Result<usize, Error> {
        let observer = self.observer.clone();
        let act = move |tx: &mut Tx<'_>| -> Result<usize, Error> {
            let delivered = lease::keep(tx, now, most)?;
            delivered.iter().try_for_each(|news| observer(tx, news))?;
            Ok(delivered.len())
        };
        self.db.write(act).await
    }

    async fn once(&self, mail: Claimed, settlement: Settlement, tell: bool) -> Result<bool, Error> {
        let (now, keep, observer) = (self.outbox.now(), self.keep, self.observer.clone());
        let act = move |tx: &mut Tx<'_>| -> Result<bool, Error> {
            let Some(news) = lease::settle(tx, &mail, &settlement, now, keep)? else { return Ok(false) };
            if let Some(news) = news.filter(|_| tell) {
                observer(tx, &news)?;
            }
            Ok(true)
        };
        self.db.write(act).await
    }
}
