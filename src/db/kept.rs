//! Statements that stay prepared.

use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

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
