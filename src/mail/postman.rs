//! The postman: takes messages up, lets go of the database, hands them to the relay, puts them down. Nothing is locked while
//! the relay is spoken to.

use super::lease::{self, Claimed};
use super::outbox::Outbox;
use super::record::{Observer, Recorder};
use super::schedule::{self, Breaker, Settlement};
use super::transport::{Outcome, Smtp};
use crate::clock::Timestamp;
use crate::db::{Db, Error, Signal};
use futures_util::FutureExt;
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// How many messages are held at once: as many may be sent twice when the process is killed.
const HELD: i64 = 4;

/// How many messages go into the mailbox page at once. What organizations send meanwhile waits for so many.
const KEPT_AT_ONCE: i64 = 32;

/// How often the outbox is looked at when nobody says that there is something: for what other processes put in, and for what
/// falls due.
const POLL: Duration = Duration::from_secs(1);

/// How long a connection is kept open without mail.
const IDLE: Duration = Duration::from_secs(5);

/// How often a postman says that he still holds what he holds; well within the lease.
const RENEWAL: Duration = Duration::from_secs(40);

/// How long a mail that is being sent may still take when the server stops.
const LAST: Duration = Duration::from_secs(8);

/// Where mail goes.
pub enum Way {
    /// To a relay.
    Relay(Box<Smtp>),
    /// Nowhere: it counts as delivered at once and is kept for the mailbox page.
    Kept,
}

/// Sends what is in the outbox.
pub struct Postman {
    db: Db,
    outbox: Outbox,
    way: Way,
    recorder: Recorder,
    stop: watch::Receiver<bool>,
    breaker: Breaker,
    last_sent: Instant,
}

impl Postman {
    /// A postman who works until `stop` holds true, or its other end is gone.
    pub fn new(db: Db, outbox: Outbox, way: Way, observer: Observer, stop: watch::Receiver<bool>) -> Self {
        let keep = matches!(way, Way::Kept);
        let recorder = Recorder::new(db.clone(), outbox.clone(), observer, keep, stop.clone());
        Self { db, outbox, way, recorder, stop, breaker: Breaker::default(), last_sent: Instant::now() }
    }

    /// Works. Ends soon after he is told to stop, with everything put down.
    pub async fn run(mut self) {
        if self.db.is_embedded() {
            match self.db.write(lease::recover).await {
                Ok(0) => {}
                Ok(count) => tracing::info!(count, "mail that the last server held is sent again"),
                Err(error) => tracing::warn!(%error, "the outbox cannot be recovered yet"),
            }
        }
        while !self.is_stopped() {
            let worked = self.round().await.unwrap_or_else(|error| {
                tracing::warn!(%error, "the outbox cannot be read");
                false
            });
            if !worked {
                self.rest().await;
            }
        }
        if let Way::Relay(smtp) = &mut self.way {
            smtp.close().await;
        }
    }

    fn is_stopped(&self) -> bool {
        *self.stop.borrow() || self.stop.has_changed().is_err()
    }

    async fn rest(&mut self) {
        if let Way::Relay(smtp) = &mut self.way
            && self.last_sent.elapsed() > IDLE
        {
            smtp.close().await;
        }
        tokio::select! {
            () = self.db.signal(Signal::Mail).notified() => {}
            () = sleep(POLL) => {}
            _ = self.stop.changed() => {}
        }
    }

    /// One batch. False when there was nothing to do.
    async fn round(&mut self) -> Result<bool, Error> {
        let now = self.outbox.now();
        let most = self.breaker.allows(now, HELD);
        // Looking is cheaper than taking up, and most of the time there is nothing.
        if most == 0 || !self.db.read(move |conn| lease::is_due(conn, now)).await? {
            return Ok(false);
        }
        if matches!(self.way, Way::Kept) {
            match self.recorder.keep(now, KEPT_AT_ONCE).await {
                Ok(kept) => return Ok(kept > 0),
                Err(error @ Error::Unavailable(_)) => return Err(error),
                // One of them is at fault, and is found when they go one by one.
                Err(error) => tracing::error!(%error, "mail cannot be put into the mailbox together"),
            }
        }
        let mut held = self.db.write(move |tx| lease::claim(tx, now, most)).await?;
        let worked = !held.is_empty();
        held.reverse();
        let mut records = JoinSet::new();
        while let Some(mail) = held.pop() {
            let settlement = if self.is_stopped() || self.breaker.allows(self.outbox.now(), HELD) == 0 {
                Settlement::GivenBack { at: mail.next_at, why: None }
            } else {
                self.deliver(&mail, &held).await
            };
            // Recorded while the next one is sent.
            records.spawn(self.recorder.clone().record(mail, settlement));
        }
        records.join_all().await;
        Ok(worked)
    }

    /// Hands one message over, while saying that it and the rest of the batch are still held.
    async fn deliver(&mut self, mail: &Claimed, held: &[Claimed]) -> Settlement {
        let Way::Relay(smtp) = &mut self.way else { return Settlement::Sent };
        let all: Vec<Claimed> = std::iter::once(mail).chain(held).cloned().collect();
        let (db, outbox, mut stop) = (&self.db, &self.outbox, self.stop.clone());
        let work = async {
            let sealed = mail.sealed.as_deref().unwrap_or_default();
            match outbox.open(mail.id, &mail.sealed_to, sealed) {
                Ok(letter) => Ok(smtp.send(&letter).await),
                Err(error) => Err(error.to_string()),
            }
        };
        // Whatever this message does to us, it does it to itself only.
        let work = AssertUnwindSafe(work).catch_unwind();
        let last = async {
            drop(stop.wait_for(|stop| *stop).await);
            sleep(LAST).await;
        };
        let result = tokio::select! {
            result = work => result,
            never = keep_held(db, outbox, all) => match never {},
            () = last => Ok(Ok(Outcome::Ambiguous { why: "the server stopped before the relay answered".to_owned() })),
        };
        self.last_sent = Instant::now();
        self.judge(mail, result)
    }

    fn judge(&mut self, mail: &Claimed, result: std::thread::Result<Result<Outcome, String>>) -> Settlement {
        let now = self.outbox.now();
        let (id, kind) = (mail.id, mail.kind.as_str());
        let broken = match result {
            Ok(Ok(outcome)) => {
                self.note(&outcome, now);
                let settlement = schedule::after(outcome, mail.attempts, now);
                match &settlement {
                    Settlement::Sent => tracing::info!(%id, kind, "mail delivered"),
                    Settlement::Failed { why } => tracing::warn!(%id, kind, why, "mail failed"),
                    other => tracing::debug!(%id, kind, ?other, "mail not delivered yet"),
                }
                return settlement;
            }
            Ok(Err(why)) => why,
            Err(_) => "the program failed while it sent this message".to_owned(),
        };
        tracing::error!(%id, kind, why = broken, strikes = mail.strikes + 1, "mail cannot be handled");
        schedule::after_strike(mail.strikes + 1, mail.attempts, now, broken)
    }

    /// What an outcome says about the relay.
    fn note(&mut self, outcome: &Outcome, now: Timestamp) {
        match outcome {
            Outcome::RelayDown { stage, why } => {
                if self.breaker.down(now) {
                    tracing::warn!(%stage, why, "the relay is down; mail waits");
                }
            }
            _ => {
                if self.breaker.up() {
                    tracing::info!("the relay is back");
                }
            }
        }
    }
}

/// Says, for as long as it is asked to, that these messages are still held.
async fn keep_held(db: &Db, outbox: &Outbox, held: Vec<Claimed>) -> Infallible {
    loop {
        sleep(RENEWAL).await;
        let (held, now) = (held.clone(), outbox.now());
        if let Err(error) = db.write(move |tx| lease::renew(tx, &held, now)).await {
            tracing::warn!(%error, "a lease on mail cannot be renewed");
        }
    }
}
