//! The real program on the database of an instance, started and killed; and the chances of a run.

use super::{Books, READY};
use crate::support::app::{TestApp, binary};
use crate::support::browser::Browser;
use crate::support::smtp::{SmtpServer, closed_port};
use crate::support::staff;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};
use undersigned::clock::Clock;

/// How the program is started.
pub struct Machine {
    pub base_url: String,
    port: u16,
    database_url: String,
    data_dir: PathBuf,
    relay: String,
}

/// The program, running. Dies with its value, without a warning.
pub struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill(); // SIGKILL
        let _ = self.0.wait();
    }
}

impl Machine {
    pub fn of(app: &TestApp, relay: &SmtpServer) -> Self {
        let port = closed_port();
        Self {
            base_url: format!("http://127.0.0.1:{port}"),
            port,
            database_url: app.database.url.clone(),
            data_dir: app.data_dir(),
            relay: relay.url(),
        }
    }

    /// Starts it and waits until it says that it is ready, and is.
    pub async fn start(&self) -> Running {
        let mut command = binary();
        command
            .arg("serve")
            .env("UNDERSIGNED_DATABASE_URL", &self.database_url)
            .env("UNDERSIGNED_DATA_DIR", &self.data_dir)
            .env("UNDERSIGNED_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("UNDERSIGNED_SMTP_URL", &self.relay)
            .env("UNDERSIGNED_MODERATION_DELAY", "0s")
            .env("UNDERSIGNED_LOG", "warn");
        for limit in
            ["SIGN_ONS_PER_10_MINUTES", "SIGN_ONS_PER_HOUR", "LINKS_PER_MINUTE", "LOG_INS_PER_5_MINUTES"]
        {
            command.env(format!("UNDERSIGNED_LIMIT_{limit}"), "100000");
        }
        let mut running = Running(command.stdout(Stdio::piped()).spawn().unwrap());
        let out = running.0.stdout.take().unwrap();
        let said = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            BufReader::new(out).read_line(&mut line).unwrap();
            line
        });
        assert_eq!(said.await.unwrap(), format!("ready on {}\n", self.base_url));
        let began = Instant::now();
        while Browser::new(&self.base_url).get("/readyz").await.status.as_u16() != 200 {
            assert!(began.elapsed() < READY, "it says that it is ready and is not");
        }
        running
    }

    /// Starts it and kills it, so many times, each within so many milliseconds; then it runs.
    pub async fn survive(&self, rng: &mut Rng, kills: u32, within: u64) -> Running {
        for _ in 0..kills {
            let running = self.start().await;
            tokio::time::sleep(Duration::from_millis(rng.below(within))).await;
            drop(running);
        }
        self.start().await
    }

    /// Somebody who accepts an invitation: the session is in the database and outlives the program.
    pub async fn accept(&self, link: &str) -> Browser {
        let _running = self.start().await;
        let browser = Browser::new(&self.base_url);
        let page = browser.get(link).await.expect(200);
        let form = page.form().fill("name", "Mina Moderator").fill("password", staff::PASSWORD);
        browser.submit(&form).await.expect(200).says("Mina Moderator");
        staff::set_up_factor(&browser, Clock::system().now()).await;
        browser
    }

    /// The public list after everything: as many as are approved, numbered 1…N.
    pub async fn list_is_dense(&self, books: &Books) {
        let page = Browser::new(&self.base_url).get("/letters/letter.json").await.expect(200);
        let document: serde_json::Value = serde_json::from_str(&page.body).unwrap();
        let entries = document["signatories"].as_array().unwrap();
        assert_eq!(entries.len(), books.count_of("approved"));
        for (n, entry) in entries.iter().enumerate() {
            assert_eq!(entry["number"].as_u64(), Some(n as u64 + 1));
        }
    }
}

/// Chances that can be repeated (splitmix64).
#[derive(Clone)]
pub struct Rng(u64);

impl Rng {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}
