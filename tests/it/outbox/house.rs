//! An outbox on a database of its own, with postmen.

use crate::support::db::{Engine, Fresh};
use crate::support::smtp::SmtpServer;
use diesel::RunQueryDsl;
use jiff::SignedDuration;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use undersigned::clock::{Clock, Timestamp};
use undersigned::config::MailFrom;
use undersigned::db::{Conn, Db, Error, Signal, Tx};
use undersigned::ids::MailId;
use undersigned::mail::{
    Kind, Limits, Listed, Message, News, Observer, Outbox, Postman, Sender, Settled, Smtp, SmtpUrl, State,
    Way,
};
use undersigned::secret::{Keys, Random};
use undersigned::text::EmailAddress;

pub(super) const VERIFY: Kind = Kind::by_stranger("verify");
pub(super) const DECISION: Kind = Kind::new("approved");

/// An outbox on a database of its own, with a clock that stands.
pub(super) struct House {
    pub(super) db: Db,
    pub(super) outbox: Outbox,
    pub(super) clock: Clock,
    news: Arc<Mutex<Vec<Settled>>>,
    pub(super) fresh: Fresh,
}

/// A postman at work.
pub(super) struct Work {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Work {
    pub(super) async fn end(self) {
        let _gone = self.stop.send(true);
        self.task.await.unwrap();
    }

    /// As a crash ends it: between two instructions, with nothing put down.
    pub(super) fn crash(self) {
        self.task.abort();
    }
}

impl House {
    pub(super) async fn new(engine: Engine) -> Self {
        let fresh = Fresh::new(engine).await;
        let clock = Clock::standing(Timestamp::parse("2019-10-07T09:00:00Z").unwrap());
        let sender = Sender::new(&MailFrom::parse("Undersigned <noreply@sign.example>").unwrap()).unwrap();
        let outbox = Outbox::new(Keys::derive(&[7; 32]), Random::system(), clock.clone(), sender);
        Self { db: fresh.open().await, outbox, clock, news: Arc::default(), fresh }
    }

    pub(super) fn message(to: &str) -> Message {
        Message {
            kind: VERIFY,
            to: EmailAddress::parse(to).unwrap(),
            subject: format!("Confirm for {}", to.split('@').next().unwrap()),
            text: "Open this page:\n\nhttps://sign.example/verify/abc\n".to_owned(),
            html: "<p>Open this page.</p>".to_owned(),
            campaign: None,
            about: None,
            not_before: None,
            unsubscribe: None,
        }
    }

    pub(super) async fn put(&self, message: Message) -> MailId {
        let prepared = self.outbox.prepare(&message).unwrap();
        self.db.write(move |tx| prepared.enqueue(tx)).await.unwrap()
    }

    pub(super) async fn put_to(&self, to: &str) -> MailId {
        self.put(Self::message(to)).await
    }

    pub(super) fn postman_with(&self, way: Way, observer: Observer) -> Work {
        let (stop, stopped) = watch::channel(false);
        let postman = Postman::new(self.db.clone(), self.outbox.clone(), way, observer, stopped);
        Work { stop, task: tokio::spawn(postman.run()) }
    }

    pub(super) fn postman(&self, relay: &SmtpServer) -> Work {
        self.postman_with(way(relay), self.notebook())
    }

    /// Writes down what it is told.
    pub(super) fn notebook(&self) -> Observer {
        let news = self.news.clone();
        Arc::new(move |_tx, settled| {
            news.lock().unwrap().push(settled.clone());
            Ok(())
        })
    }

    pub(super) fn told(&self) -> Vec<(MailId, News)> {
        self.news.lock().unwrap().iter().map(|settled| (settled.id, settled.news)).collect()
    }

    pub(super) async fn listed(&self) -> Vec<Listed> {
        let (outbox, since) = (self.outbox.clone(), Timestamp::from_micros(0));
        self.db.read(move |conn| outbox.list(conn, Some(since))).await.unwrap()
    }

    pub(super) async fn mail(&self, id: MailId) -> Listed {
        self.listed().await.into_iter().find(|mail| mail.id == id).unwrap()
    }

    /// Waits until a message is as expected.
    pub(super) async fn until(&self, id: MailId, expected: impl Fn(&Listed) -> bool) -> Listed {
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            let mail = self.mail(id).await;
            if expected(&mail) {
                return mail;
            }
            assert!(Instant::now() < end, "still {mail:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub(super) async fn until_state(&self, id: MailId, state: State) -> Listed {
        self.until(id, |mail| mail.state == state).await
    }

    pub(super) fn later(&self, length: SignedDuration) {
        self.clock.advance(length);
        self.db.signal(Signal::Mail).notify_one();
    }

    pub(super) async fn sql(&self, sql: &str) {
        let sql = sql.to_owned();
        self.db
            .write(move |tx: &mut Tx<'_>| -> Result<usize, Error> {
                let conn: &mut Conn = tx.as_mut();
                Ok(match conn {
                    Conn::Sqlite(c) => diesel::sql_query(sql).execute(c)?,
                    Conn::Pg(c) => diesel::sql_query(sql).execute(c)?,
                })
            })
            .await
            .unwrap();
    }
}

pub(super) fn way(relay: &SmtpServer) -> Way {
    let limits = Limits {
        connect: Duration::from_millis(500),
        command: Duration::from_millis(500),
        content: Duration::from_secs(30),
    };
    let url = SmtpUrl::parse(&relay.url()).unwrap();
    Way::Relay(Box::new(Smtp::new(url, "sign.example", limits).unwrap()))
}
