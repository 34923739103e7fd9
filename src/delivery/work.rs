//! What is due: everybody is told. It goes on where it was left, whoever left it and when.

use super::store;
use super::tell::{Tools, tell_some};
use crate::db::Error;
use crate::ids::{AnyId, TellingId};
use crate::mail::Outbox;
use crate::sign_on::Failure;
use crate::web::App;
use actix_web::web::Data;

/// What it is called where it failed.
const WHAT: &str = "telling those who signed";

/// Tells everybody who is to be told.
///
/// # Errors
/// When the database is away; the next call does what is left.
pub(crate) async fn work(app: &Data<App>, outbox: &Data<Outbox>) -> Result<(), Failure> {
    for telling in app.db.read(store::all_open).await? {
        match to_the_end(app, outbox, telling.id).await {
            Ok(()) => app.passed_over.works(WHAT, AnyId::from_uuid(telling.id.uuid())),
            Err(Failure::Database(error @ Error::Unavailable(_))) => return Err(error.into()),
            // The others are told all the same.
            Err(error) => app.passed_over.note(WHAT, AnyId::from_uuid(telling.id.uuid()), &error),
        }
    }
    Ok(())
}

async fn to_the_end(app: &Data<App>, outbox: &Data<Outbox>, id: TellingId) -> Result<(), Failure> {
    loop {
        let tools = Tools::new(app, outbox);
        if !app.db.write(move |tx| tell_some(tx, &tools, id)).await? {
            return Ok(());
        }
    }
}

/// Does it in the background: what does not get done now, upkeep does within a minute.
pub(crate) fn work_soon(app: &Data<App>, outbox: &Data<Outbox>) {
    let (app, outbox) = (app.clone(), outbox.clone());
    tokio::spawn(async move {
        if let Err(error) = work(&app, &outbox).await {
            tracing::warn!(%error, "those who signed could not be told at once");
        }
    });
}
