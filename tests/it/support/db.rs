//! A database of its own for each test, on each engine that can be had here.

use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use tempfile::TempDir;
use tokio::sync::OnceCell;
use undersigned::db::{Conn, Db, Error, Url, Use};

/// What a test runs on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// SQLite always; PostgreSQL where `TEST_POSTGRES_URL` names a server. `TEST_REQUIRE_ALL` makes its absence a failure.
pub fn engines() -> Vec<Engine> {
    let server = std::env::var_os("TEST_POSTGRES_URL").is_some();
    let required = std::env::var_os("TEST_REQUIRE_ALL").is_some();
    assert!(server || !required, "TEST_POSTGRES_URL must name a PostgreSQL server");
    if server { vec![Engine::Sqlite, Engine::Postgres] } else { vec![Engine::Sqlite] }
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
                static COUNT: AtomicU32 = AtomicU32::new(0);
                let name = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
                run(format!("create database {name}")).await.unwrap();
                Self { url: with_name(&server(), &name), place: Place::Server { name } }
            }
        }
    }

    /// Opens it, which brings its schema up to date.
    pub async fn open(&self) -> Db {
        Db::open(&Url::parse(&self.url).unwrap(), Use::Command).await.unwrap()
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
            tokio::runtime::Builder::new_current_thread().build().map(|here| here.block_on(run(drop)))
        })
        .join();
    }
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
            Conn::Pg(conn) => conn.batch_execute(&statement).map_err(Error::from),
            Conn::Sqlite(_) => Ok(()),
        })
        .await
}
