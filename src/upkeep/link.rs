//! Linking the history: what was written since the last round joins its chain. Apart from the acts themselves, so that no act waits for another.

use crate::audit;
use crate::clock::Timestamp;
use crate::db::Error;
use crate::web::App;

/// Entries in one transaction.
const AT_ONCE: i64 = 500;

/// Links what is open; of what was written since a moment, where one is given.
pub(super) async fn run(app: &App, since: Option<Timestamp>) -> Result<(), Error> {
    loop {
        // Looked for outside the transaction: it may take a while, and an act may not wait for that.
        let open = app.db.read(move |conn| audit::unlinked(conn, since, AT_ONCE)).await?;
        if open.is_empty() {
            return Ok(());
        }
        let random = app.random.clone();
        match app.db.write(move |tx| audit::link(tx, &random, &open)).await {
            // Another server was first.
            Ok(()) | Err(Error::Unique(_)) => {}
            Err(error) => return Err(error),
        }
    }
}
