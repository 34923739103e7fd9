//! The two folders of migrations say the same, and what they make is what `src/db/schema.rs` tells diesel.

use std::collections::{BTreeMap, BTreeSet};

use diesel::connection::SimpleConnection;
use diesel::sql_types::{Bool, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use undersigned::db::{Conn, Db, Error};

use crate::support::db::{Engine, Fresh, engines};
use crate::support::files::{files_under, read};

/// By table and column: the type as the engine calls it, and whether it may be null.
type Columns = BTreeMap<(String, String), (String, bool)>;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

const SQLITE_COLUMNS: &str = "
    select t.name as table_name, c.name as column_name, lower(c.type) as kind, not c.\"notnull\" as nullable
    from sqlite_master t join pragma_table_info(t.name) c
    where t.type = 'table' and t.name not like 'sqlite!_%' escape '!' and t.name <> '__diesel_schema_migrations'";

const POSTGRES_COLUMNS: &str = "
    select table_name::text, column_name::text, data_type::text as kind, is_nullable = 'YES' as nullable
    from information_schema.columns where table_schema = 'public' and table_name <> '__diesel_schema_migrations'";

async fn columns(db: &Db) -> Columns {
    let found: Vec<Column> = db
        .read(|conn| match conn {
            Conn::Sqlite(conn) => sql_query(SQLITE_COLUMNS).load(conn).map_err(Error::from),
            Conn::Pg(conn) => sql_query(POSTGRES_COLUMNS).load(conn).map_err(Error::from),
        })
        .await
        .unwrap();
    found.into_iter().map(|c| ((c.table_name, c.column_name), (c.kind, c.nullable))).collect()
}

/// What `schema.rs` says, in the words of an engine.
fn expected(engine: Engine) -> Columns {
    let in_words = |kind: &str| match (kind, engine) {
        ("Id", Engine::Sqlite) | ("Binary", Engine::Sqlite) => "blob",
        ("Id", Engine::Postgres) => "uuid",
        ("Binary", Engine::Postgres) => "bytea",
        ("Instant" | "BigInt" | "Bool", Engine::Sqlite) => "integer",
        ("Instant", Engine::Postgres) => "timestamp with time zone",
        ("BigInt", Engine::Postgres) => "bigint",
        ("Bool", Engine::Postgres) => "boolean",
        ("Text", _) => "text",
        (other, _) => panic!("src/db/schema.rs: the test does not know the type {other}"),
    };
    let (mut table, mut found) = (String::new(), Columns::new());
    for line in read("src/db/schema.rs").lines().map(str::trim) {
        if let Some((name, _)) = line.strip_suffix(" {").and_then(|head| head.split_once(" (")) {
            table = name.to_owned();
        } else if let Some((column, kind)) = line.strip_suffix(',').and_then(|line| line.split_once(" -> ")) {
            let inner = kind.strip_prefix("Nullable<").and_then(|kind| kind.strip_suffix('>'));
            let entry = (in_words(inner.unwrap_or(kind)).to_owned(), inner.is_some());
            found.insert((table.clone(), column.to_owned()), entry);
        }
    }
    found
}

#[tokio::test]
async fn both_engines_end_with_the_tables_that_diesel_is_told() {
    for engine in engines() {
        let fresh = Fresh::new(engine).await;
        let found = columns(&fresh.open().await).await;
        let expected = expected(engine);
        assert!(expected.len() > 50, "src/db/schema.rs was not read");
        for (place, column) in &found {
            assert_eq!(expected.get(place), Some(column), "{engine:?}: {place:?} in src/db/schema.rs");
        }
        for place in expected.keys() {
            assert!(found.contains_key(place), "{engine:?}: no migration makes {place:?}");
        }
    }
}

/// The names of the migrations of an engine.
fn names(engine: &str) -> BTreeSet<String> {
    let folder = format!("migrations/{engine}");
    let files: BTreeSet<String> = files_under(&folder).into_iter().collect();
    let names: BTreeSet<String> =
        files.iter().map(|file| file.split('/').nth(2).unwrap().to_owned()).collect();
    let complete =
        names.iter().flat_map(|name| ["up", "down"].map(|way| format!("{folder}/{name}/{way}.sql")));
    assert_eq!(files, complete.collect(), "a migration is up.sql and down.sql");
    names
}

/// A migration's statements without comments, layout, and what the engines call differently.
fn statements(file: &str) -> Vec<String> {
    let text: String =
        read(file).lines().map(|line| format!("{} ", line.split("--").next().unwrap())).collect();
    let words = |statement: &str| {
        let spaced = statement.replace('(', " ( ").replace(')', " ) ").replace(',', " , ").to_lowercase();
        let words: Vec<&str> = spaced
            .split_whitespace()
            .map(|word| match word {
                "uuid" | "bytea" => "blob",
                "bigint" | "boolean" | "timestamptz" => "integer",
                "false" => "0",
                "true" => "1",
                other => other,
            })
            .filter(|word| *word != "strict")
            .collect();
        // How SQLite lays a table out is its own affair.
        words.join(" ").replace(" ) , without rowid", " )")
    };
    // Triggers are written in each engine's own language; the tests of db prove them.
    let own = ["create trigger", "create function", "drop function", "begin", "end", "$$", "select raise"];
    let all = text.split(';').map(words).filter(|statement| !statement.is_empty());
    all.filter(|statement| !own.iter().any(|start| statement.starts_with(start))).collect()
}

#[test]
fn migrations_come_in_pairs_that_state_the_same_rules() {
    let pairs = names("sqlite");
    assert!(!pairs.is_empty());
    assert_eq!(pairs, names("postgres"));
    for name in pairs {
        for way in ["up", "down"] {
            let [sqlite, postgres] = ["sqlite", "postgres"]
                .map(|engine| statements(&format!("migrations/{engine}/{name}/{way}.sql")));
            for (sqlite, postgres) in sqlite.iter().zip(&postgres) {
                assert_eq!(sqlite, postgres, "{name}/{way}.sql");
            }
            assert_eq!(sqlite.len(), postgres.len(), "{name}/{way}.sql: one has more statements");
        }
    }
}

#[tokio::test]
async fn every_migration_can_be_taken_back() {
    for engine in engines() {
        let fresh = Fresh::new(engine).await;
        let db = fresh.open().await;
        let folder = if engine == Engine::Sqlite { "sqlite" } else { "postgres" };
        for name in names(folder).into_iter().rev() {
            let down = read(&format!("migrations/{folder}/{name}/down.sql"));
            db.write(move |tx| match tx.as_mut() {
                Conn::Sqlite(conn) => conn.batch_execute(&down).map_err(Error::from),
                Conn::Pg(conn) => conn.batch_execute(&down).map_err(Error::from),
            })
            .await
            .unwrap_or_else(|error| panic!("{engine:?}, {name}: {error}"));
        }
        assert_eq!(columns(&db).await, Columns::new(), "{engine:?}");
    }
}
