//! Statements that stay prepared.

use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::connection::Connection;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::methods::LoadQuery;
use diesel::result::QueryResult;
use diesel::sql_types::Integer;

/// A statement whose text is the same at every call; see [`kept`].
pub(crate) struct Kept<Q>(Q);

/// Keeps a statement prepared. diesel prepares every update, and every list of values on SQLite, anew at each call, because their
/// text could vary without bound; to prepare one costs more than to run it (a sign-on's row has fifty columns, its constraints and ten
/// indexes). Only for statements whose text does not depend on how many values there are: what is kept is
/// found by its text, and stays as long as the connection.
pub(crate) const fn kept<Q>(query: Q) -> Kept<Q> {
    Kept(query)
}

impl<Q> QueryId for Kept<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Backend, Q: QueryFragment<DB>> QueryFragment<DB> for Kept<Q> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<Q: Query> Query for Kept<Q> {
    type SqlType = Q::SqlType;
}

impl<Q, C> RunQueryDsl<C> for Kept<Q> {}

impl<Q> Kept<Q> {
    /// Runs the statement; how many rows it changed.
    ///
    /// It stands before diesel's own method of that name, which asks a reference whether it may stay prepared, and a
    /// reference does not pass the question on.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) fn execute<'q, C>(self, conn: &mut C) -> QueryResult<usize>
    where
        C: Connection,
        Counted<Q>: LoadQuery<'q, C, i32>,
    {
        Ok(Counted(self.0).internal_load(conn)?.collect::<QueryResult<Vec<i32>>>()?.len())
    }
}

/// A statement that gives a 1 for each row it changed.
pub(crate) struct Counted<Q>(Q);

impl<Q> QueryId for Counted<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Backend, Q: QueryFragment<DB>> QueryFragment<DB> for Counted<Q> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass.reborrow())?;
        pass.push_sql(" RETURNING 1");
        Ok(())
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<Q> Query for Counted<Q> {
    type SqlType = Integer;
}

impl<Q, C> RunQueryDsl<C> for Counted<Q> {}

#[cfg(test)]
mod tests {
    use super::kept;
    use diesel::connection::{InstrumentationEvent, SimpleConnection};
    use diesel::prelude::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    diesel::table! {
        things (id) {
            id -> Integer,
            name -> Text,
        }
    }

    #[derive(QueryableByName)]
    struct CompileOption {
        #[diesel(sql_type = diesel::sql_types::Text)]
        compile_options: String,
    }

    fn connection() -> SqliteConnection {
        let mut conn = SqliteConnection::establish(":memory:").unwrap();
        conn.batch_execute("create table things (id integer primary key, name text not null) strict")
            .unwrap();
        conn
    }

    #[test]
    fn a_kept_update_is_prepared_once_and_says_how_many_rows_it_changed() {
        let mut conn = connection();
        for name in ["a", "b"] {
            diesel::insert_into(things::table).values(things::name.eq(name)).execute(&mut conn).unwrap();
        }
        let prepared = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&prepared);
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if matches!(event, InstrumentationEvent::CacheQuery { .. }) {
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
        for (least, changed) in [(1, 2), (2, 1), (3, 0)] {
            let update = diesel::update(things::table.filter(things::id.ge(least))).set(things::name.eq("c"));
            assert_eq!(kept(update).execute(&mut conn).unwrap(), changed);
        }
        assert_eq!(prepared.load(Ordering::Relaxed), 1);
    }

    /// See `.cargo/config.toml`: without the first, what has a `LIMIT` is planned anew at every run.
    #[test]
    fn sqlite_is_compiled_to_plan_a_statement_once() {
        let options: Vec<CompileOption> =
            diesel::sql_query("select compile_options from pragma_compile_options")
                .load(&mut connection())
                .unwrap();
        for wanted in ["ENABLE_QPSG", "THREADSAFE=2", "DEFAULT_MEMSTATUS=0"] {
            assert!(options.iter().any(|option| option.compile_options == wanted), "{wanted}");
        }
    }
}
