//! What is due: asking, ending, telling. It goes on where it was left, whoever left it and when.

use super::ask::{Tools, ask_some};
use super::end::{Outcome, settle};
use super::{lapse, store};
use crate::campaign::store as campaigns;
use crate::mail::Outbox;
use crate::sign_on::Failure;
use crate::web::App;
use actix_web::web::Data;

/// Does everything that is due now.
///
/// # Errors
/// When the database is away; the next call does what is left.
pub(crate) async fn work(app: &Data<App>, outbox: &Data<Outbox>) -> Result<(), Failure> {
    let compared = store::Compared::default();
    let tools = |app, outbox| Tools { compared: compared.clone(), ..Tools::new(app, outbox) };
    for round in app.db.read(campaigns::open_rounds).await? {
        loop {
            let tools = tools(app, outbox);
            if app.db.write(move |tx| ask_some(tx, &tools, round.id)).await? == 0 {
                break;
            }
        }
        // Also where asking gave more time: `settle` reads the round anew.
        let now = app.clock.now();
        if round.ends_at <= now {
            let random = app.random.clone();
            app.db.write(move |tx| settle(tx, &random, round.id, Outcome::Due, now)).await?;
        }
    }
    for campaign in app.db.read(store::campaigns_with_others).await? {
        let tools = tools(app, outbox);
        app.db.write(move |tx| lapse::note_others(tx, &tools, campaign)).await?;
    }
    loop {
        let untold = app.db.read(|conn| store::untold(conn, super::ask::AT_ONCE)).await?;
        if untold.is_empty() {
            return Ok(());
        }
        for (campaign, id) in untold {
            let tools = tools(app, outbox);
            let of_tools = tools.clone();
            app.db.read(move |conn| lapse::compare(conn, &of_tools, campaign, id)).await?;
            app.db.write(move |tx| lapse::tell(tx, &tools, campaign, id)).await?;
        }
    }
}

/// Does it in the background: what does not get done now, upkeep does within a minute.
pub(crate) fn work_soon(app: &Data<App>, outbox: &Data<Outbox>) {
    let (app, outbox) = (app.clone(), outbox.clone());
    tokio::spawn(async move {
        if let Err(error) = work(&app, &outbox).await {
            tracing::warn!(%error, "consent could not be asked for at once");
        }
    });
}
