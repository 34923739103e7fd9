//! An instance that runs in the test's process: the real server on a port of its own, on a thread of its own.

use super::browser::{Browser, Page};
use super::db::{Engine, Fresh};
use super::mailbox::Mailbox;
use super::staff::Factors;
use actix_web::web::Data;
use std::ffi::OsString;
use std::path::PathBuf;
use std::thread::JoinHandle;
use tempfile::TempDir;
use tokio::sync::oneshot;
use undersigned::account::password::Cost;
use undersigned::app::Instance;
use undersigned::clock::{Clock, Timestamp};
use undersigned::config::Settings;
use undersigned::db::{Db, Url, Use};
use undersigned::mail::Outbox;
use undersigned::web::App;

/// A running instance with a database of its own, and a clock that stands until the story moves it.
pub struct TestApp {
    /// The instance's clock: `app.clock.advance(days(8))`.
    pub clock: Clock,
    /// Where it answers: `http://127.0.0.1:PORT`, whatever links start with.
    pub base_url: String,
    /// The settings it was started with.
    pub settings: Settings,
    /// Its database; dropped after the server has stopped.
    pub database: Fresh,
    /// What its people have on their phones.
    pub factors: Factors,
    cost: Cost,
    folder: TempDir,
    server: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl TestApp {
    /// An instance with the standard settings; mail is kept.
    pub async fn spawn(engine: Engine) -> Self {
        Self::spawn_with(engine, &[]).await
    }

    /// An instance with other settings, as variables: `[("UNDERSIGNED_MODERATION_DELAY", "0s")]`.
    pub async fn spawn_with(engine: Engine, variables: &[(&str, &str)]) -> Self {
        Self::spawn_at_cost(engine, variables, Cost::TRIFLING).await
    }

    /// The same, where a password's hash costs more than next to nothing.
    pub async fn spawn_at_cost(engine: Engine, variables: &[(&str, &str)], cost: Cost) -> Self {
        let clock = Clock::standing(Timestamp::parse("2026-03-02T09:00:00Z").unwrap());
        Self::spawn_by(clock, engine, variables, cost).await
    }

    /// An instance by a clock that goes.
    pub async fn spawn_by_clock(clock: Clock, engine: Engine, variables: &[(&str, &str)]) -> Self {
        Self::spawn_by(clock, engine, variables, Cost::TRIFLING).await
    }

    async fn spawn_by(clock: Clock, engine: Engine, variables: &[(&str, &str)], cost: Cost) -> Self {
        // What the instance logs stands beside a story that fails.
        let _ = tracing_subscriber::fmt().with_test_writer().with_max_level(tracing::Level::WARN).try_init();
        let folder = tempfile::tempdir().unwrap();
        let database = Fresh::migrated(engine).await;
        let data_dir = folder.path().display().to_string();
        let own = [
            ("UNDERSIGNED_DATABASE_URL", database.url.as_str()),
            ("UNDERSIGNED_DATA_DIR", data_dir.as_str()),
            ("UNDERSIGNED_LISTEN", "127.0.0.1:0"),
        ];
        let own = own.iter().filter(|(name, _)| !variables.iter().any(|(given, _)| given == name));
        let all = own.chain(variables).map(|(name, value)| (OsString::from(name), OsString::from(value)));
        let settings = Settings::load(all, |path| std::fs::read_to_string(path)).unwrap();
        let (base_url, factors) = (String::new(), Factors::default());
        let mut app = Self { clock, base_url, settings, database, factors, cost, folder, server: None };
        app.start().await;
        app
    }

    /// Starts the server; after [`TestApp::stop`] on the same database, with the same key, on another port.
    pub async fn start(&mut self) {
        let (settings, clock, cost) = (self.settings.clone(), self.clock.clone(), self.cost);
        let (say_ready, ready) = oneshot::channel();
        let (say_stop, stop) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
            runtime.unwrap().block_on(async {
                let running = undersigned::app::start(&settings, clock, cost).await.unwrap();
                say_ready.send(format!("http://{}", running.address())).unwrap();
                let _ = stop.await;
                running.stop().await;
            });
        });
        self.base_url = ready.await.expect("the instance did not start");
        self.server = Some((say_stop, thread));
    }

    /// Stops the server as SIGTERM does.
    pub fn stop(&mut self) {
        if let Some((say_stop, thread)) = self.server.take() {
            let _ = say_stop.send(());
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking(), "the instance panicked");
        }
    }

    /// The full address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    /// A visitor with a browser of their own.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.base_url)
    }

    /// A page as somebody sees it who was never here.
    pub async fn get(&self, path: &str) -> Page {
        self.browser().get(path).await
    }

    /// The mailbox page, where mail is kept.
    pub fn mailbox(&self) -> Mailbox {
        Mailbox::of(self.browser(), Url::parse(&self.database.url).unwrap(), self.clock.clone())
    }

    /// The database, opened beside the running server.
    pub async fn db(&self) -> Db {
        Db::open(&Url::parse(&self.database.url).unwrap(), Use::Command).await.unwrap()
    }

    /// A command of the real binary with this instance's settings and nothing else in its environment.
    pub fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = binary();
        command.args(arguments);
        command.env("UNDERSIGNED_DATABASE_URL", &self.database.url);
        command.env("UNDERSIGNED_DATA_DIR", self.data_dir());
        command.env("UNDERSIGNED_BASE_URL", &self.base_url);
        // Stories run side by side: none of them may need the port that another one has.
        command.env("UNDERSIGNED_LISTEN", "127.0.0.1:0");
        command
    }

    /// Another process on the same database.
    pub async fn beside(&self) -> (Data<App>, Data<Outbox>) {
        let base_url = self.settings.base_url(self.settings.listen);
        let instance =
            Instance::open(&self.settings, base_url, self.clock.clone(), Use::Command).await.unwrap();
        (Data::new(instance.app), Data::new(instance.outbox))
    }

    /// One round of what the instance does by itself, now.
    pub async fn upkeep(&self) {
        let (app, outbox) = self.beside().await;
        undersigned::upkeep::round(&app).await.unwrap();
        again(async || undersigned::upkeep::elsewhere(&app).await).await;
        again(async || undersigned::upkeep::consent(&app, &outbox).await).await;
        again(async || undersigned::upkeep::mailings(&app, &outbox).await).await;
        again(async || undersigned::upkeep::digests(&app, &outbox).await).await;
        again(async || undersigned::upkeep::tell(&app, &outbox).await).await;
    }

    /// Where the key is.
    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().to_owned()
    }
}

/// Does some upkeep; once more where the server's own held a row for too long, as on a machine with much else to do.
async fn again(act: impl AsyncFn() -> Result<(), undersigned::web::Fault>) {
    for _ in 0..4 {
        match act().await {
            Ok(()) => return,
            Err(undersigned::web::Fault::Unavailable(_)) => {
                tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            }
            Err(other) => panic!("upkeep failed: {other:?}"),
        }
    }
    act().await.unwrap();
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The real binary with an empty environment.
pub fn binary() -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_undersigned"));
    command.env_clear();
    command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    command
}
