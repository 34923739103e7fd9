//! A database of its own for each test, on each engine that can be had here.

use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use tempfile::TempDir;
use tokio::sync::OnceCell;
use undersigned::db::{Conn, Db, Error, Url, Use};
use undersigned::secret::sha256_hex;

use super::files::{files_under, read};

/// What a test runs on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// SQLite always; PostgreSQL where `TEST_POSTGRES_URL` names a server.
pub fn engines() -> Vec<Engine> {
    [Engine::Sqlite, Engine::Postgres].into_iter().filter(|engine| engine.is_here()).collect()
}

impl Engine {
    /// Whether tests can run on it. Where it is missing they say that they are skipped, unless
    /// `TEST_REQUIRE_ALL` makes its absence a failure.
    pub fn is_here(self) -> bool {
        let here = self == Self::Sqlite || std::env::var_os("TEST_POSTGRES_URL").is_some();
        if !here {
            let required = std::env::var_os("TEST_REQUIRE_ALL").is_some();
            assert!(!required, "TEST_POSTGRES_URL must name a PostgreSQL server");
            eprintln!("skipped: TEST_POSTGRES_URL names no PostgreSQL server");
        }
        here
    }
}

/// An empty database that goes when this is dropped.
pub struct Fresh {
    /// As `UNDERSIGNED_DATABASE_URL` takes it.
    pub url: String,
    place: Place,
}

enum Place {
    Folder(TempDir),
    Server { name: String },
}

impl Fresh {
    pub async fn new(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let url = format!("sqlite:{}", folder.path().join("test.db").display());
                Self { url, place: Place::Folder(folder) }
            }
            Engine::Postgres => {
                let name = next_name();
                run(format!("create database {name}")).await.unwrap();
                Self { url: with_name(&server(), &name), place: Place::Server { name } }
            }
        }
    }

    /// A database with the schema and nothing in it, made in a moment.
    pub async fn migrated(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::new(engine).await,
            Engine::Postgres => {
                let name = next_name();
                copy_of_template(&name).await;
                Self { url: with_name(&server(), &name), place: Place::Server { name } }
            }
        }
    }

    /// Opens it, which brings its schema up to date.
    pub async fn open(&self) -> Db {
        Db::open(&Url::parse(&self.url).unwrap(), Use::Command).await.unwrap()
    }

    /// Takes the server away: open connections end, new ones are refused. Nothing on SQLite.
    pub async fn take_away(&self) {
        if let Place::Server { name } = &self.place {
            run(format!("alter database {name} allow_connections false")).await.unwrap();
            run(format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"))
                .await
                .unwrap();
        }
    }

    /// Gives the server back.
    pub async fn give_back(&self) {
        if let Place::Server { name } = &self.place {
            run(format!("alter database {name} allow_connections true")).await.unwrap();
        }
    }

    /// The folder that holds the embedded database.
    pub fn folder(&self) -> Option<&std::path::Path> {
        match &self.place {
            Place::Folder(folder) => Some(folder.path()),
            Place::Server { .. } => None,
        }
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        let Place::Server { name } = &self.place else { return };
        let drop = format!("drop database {name} with (force)");
        let _ = std::thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map(|here| here.block_on(run(drop)))
        })
        .join();
    }
}

fn next_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Copies a migrated database. The template is named after the migrations and stays on the server for the next run.
async fn copy_of_template(name: &str) {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let template = TEMPLATE.get_or_init(|| async {
        let migrations: String = files_under("migrations/postgres").iter().map(|file| read(file)).collect();
        let template = format!("test_template_{}", &sha256_hex(migrations.as_bytes())[..16]);
        let draft = next_name();
        run(format!("create database {draft}")).await.unwrap();
        drop(Db::open(&Url::parse(&with_name(&server(), &draft)).unwrap(), Use::Command).await.unwrap());
        // Its connections end a moment after it is dropped. If another run was first, its template serves.
        let renamed = patiently(format!("alter database {draft} rename to {template}")).await;
        if let Err(error) = renamed {
            assert!(error.to_string().contains("already exists"), "{error}");
            run(format!("drop database {draft} with (force)")).await.unwrap();
        }
        template
    });
    patiently(format!("create database {name} template {}", template.await)).await.unwrap();
}

/// Tries again while another session is in the way.
async fn patiently(statement: String) -> Result<(), Error> {
    for _ in 0..100 {
        match run(statement.clone()).await {
            Err(error) if error.to_string().contains("being accessed by other users") => {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            done => return done,
        }
    }
    run(statement).await
}

fn server() -> String {
    std::env::var("TEST_POSTGRES_URL").unwrap()
}

/// The server's address with another database in it.
fn with_name(server: &str, name: &str) -> String {
    let (place, options) = server.split_once('?').unwrap_or((server, ""));
    let (scheme, rest) = place.split_once("://").unwrap();
    let host = rest.split('/').next().unwrap();
    format!("{scheme}://{host}/{name}?{options}")
}

/// Runs a statement on the server, outside any transaction.
async fn run(statement: String) -> Result<(), Error> {
    static ADMIN: OnceCell<Db> = OnceCell::const_new();
    let admin = ADMIN
        .get_or_init(|| async { Db::open(&Url::parse(&server()).unwrap(), Use::Command).await.unwrap() });
    admin
        .await
        .read(move |conn| match conn {
            Conn::Pg(conn) => {
                // Making a database takes as long as it takes on a busy machine.
                conn.batch_execute("set statement_timeout = 0").map_err(Error::from)?;
                conn.batch_execute(&statement).map_err(Error::from)
            }
            Conn::Sqlite(_) => Ok(()),
        })
        .await
}
