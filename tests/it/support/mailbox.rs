//! Kept mail, read on the mailbox page as a person reads it.

use super::both;
use super::browser::{Browser, Page};
use diesel::prelude::*;
use std::time::Duration;
use undersigned::clock::Clock;
use undersigned::db::{Db, Url, Use};

/// The mailbox page.
pub struct Mailbox {
    browser: Browser,
    /// The outbox behind it, and its clock, where the story has them.
    outbox: Option<(Url, Clock)>,
}

/// One kept mail.
pub struct Mail {
    pub to: String,
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The addresses in it that the page makes links of, in their order.
    pub links: Vec<String>,
}

impl Mailbox {
    pub fn new(browser: Browser) -> Self {
        Self { browser, outbox: None }
    }

    /// The page of an instance whose outbox can be asked whether everything has arrived.
    pub fn of(browser: Browser, outbox: Url, clock: Clock) -> Self {
        Self { browser, outbox: Some((outbox, clock)) }
    }

    /// Every mail, newest first.
    pub async fn all(&self) -> Vec<Mail> {
        let page = self.browser.get("/mailbox").await.expect(200);
        (1..=page.texts("main article").len()).map(|n| Mail::read(&page, n)).collect()
    }

    /// Every mail to an address, newest first.
    pub async fn all_to(&self, address: &str) -> Vec<Mail> {
        self.all().await.into_iter().filter(|mail| mail.to == address).collect()
    }

    /// The newest mail to an address, once nothing is on its way any more: an older one is never taken for it.
    pub async fn newest_to(&self, address: &str) -> Mail {
        self.all_arrived().await;
        self.wait_for(address, |_| true).await
    }

    /// The newest mail to an address whose subject holds these words.
    pub async fn newest_about(&self, address: &str, subject: &str) -> Mail {
        self.wait_for(address, |mail| mail.subject.contains(subject)).await
    }

    /// The newest mail to an address whose text holds these words.
    pub async fn newest_saying(&self, address: &str, words: &str) -> Mail {
        self.wait_for(address, |mail| mail.text.contains(words)).await
    }

    /// The mails to an address, newest first, once there are so many.
    pub async fn once_there_are(&self, count: usize, address: &str) -> Vec<Mail> {
        for _ in 0..100 {
            let mails = self.all_to(address).await;
            if mails.len() >= count {
                return mails;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no {count} mails to {address} within 5 s");
    }

    async fn all_arrived(&self) {
        let (url, clock) = self.outbox.as_ref().expect("the outbox behind the mailbox is not known");
        let db = Db::open(url, Use::Command).await.unwrap();
        for _ in 0..200 {
            let now = clock.now();
            let due = db
                .read(move |conn| -> Result<i64, undersigned::db::Error> {
                    use undersigned::db::schema::outbox;
                    let on_its_way = outbox::table
                        .filter(outbox::settled_at.is_null())
                        .filter(outbox::next_at.le(now).or(outbox::lease_until.is_not_null()));
                    Ok(both!(conn, |c| on_its_way.count().get_result(c))?)
                })
                .await
                .unwrap();
            if due == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("mail is still on its way after 5 s");
    }

    async fn wait_for(&self, address: &str, fits: impl Fn(&Mail) -> bool) -> Mail {
        for _ in 0..100 {
            if let Some(mail) = self.all_to(address).await.into_iter().find(&fits) {
                return mail;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no such mail to {address} within 5 s");
    }
}

impl Mail {
    /// The `n`th on the page.
    fn read(page: &Page, n: usize) -> Self {
        let part = |selector: &str| format!("main article:nth-of-type({n}) {selector}");
        Self {
            to: page.texts(&part("p bdi")).remove(0),
            subject: page.texts(&part("h2")).remove(0),
            text: page.raw_text(&part("pre")),
            links: page.hrefs(&part("pre"), ""),
        }
    }

    /// The link whose path begins with this, as a path.
    pub fn link(&self, begins: &str) -> String {
        let paths = self.links.iter().filter_map(|link| link.split_once("://")?.1.split_once('/'));
        let mut paths = paths.map(|(_, path)| format!("/{path}"));
        paths
            .find(|path| path.starts_with(begins))
            .unwrap_or_else(|| panic!("no link to {begins}: {}", self.text))
    }

    /// The code that stands on a line of its own as `XXXX-XXXX`.
    pub fn code(&self) -> String {
        let is_code = |line: &&str| {
            line.len() == 9
                && line.char_indices().all(|(n, c)| if n == 4 { c == '-' } else { c.is_ascii_alphanumeric() })
        };
        let line = self.text.lines().map(str::trim).find(is_code);
        line.unwrap_or_else(|| panic!("no code: {}", self.text)).to_owned()
    }
}
