//! What is due: asking, ending, telling. It goes on where it was left, whoever left it and when; what fails is passed over, and tried again the next time.

use super::ask::{Tools, ask_some};
use super::end::{Outcome, settle};
use super::{lapse, store};
use crate::campaign::{Round, store as campaigns};
use crate::db::Error;
use crate::ids::{AnyId, CampaignId, SignOnId};
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
    let tools = || Tools { compared: compared.clone(), ..Tools::new(app, outbox) };
    for round in app.db.read(campaigns::open_rounds).await? {
        let named = AnyId::from_uuid(round.id.uuid());
        unless_away(app, "a round of consent", named, go_on(app, &tools, &round).await)?;
    }
    for campaign in app.db.read(store::campaigns_with_others).await? {
        let (of_tools, named) = (tools(), AnyId::from_uuid(campaign.uuid()));
        let noted = app.db.write(move |tx| lapse::note_others(tx, &of_tools, campaign)).await;
        unless_away(app, "noting who agrees to another text", named, noted)?;
    }
    let mut after = None;
    loop {
        let untold = app.db.read(move |conn| store::untold(conn, after, super::ask::AT_ONCE)).await?;
        let Some(last) = untold.last() else { return Ok(()) };
        after = Some(*last);
        for (campaign, id) in untold {
            let named = AnyId::from_uuid(id.uuid());
            unless_away(app, "telling who is off the list", named, tell(app, &tools, campaign, id).await)?;
        }
    }
}

/// Asks everybody whom a round has not asked, and ends it when its time is over.
async fn go_on(app: &Data<App>, tools: &impl Fn() -> Tools, round: &Round) -> Result<(), Failure> {
    let id = round.id;
    loop {
        let tools = tools();
        if app.db.write(move |tx| ask_some(tx, &tools, id)).await? == 0 {
            break;
        }
    }
    // Also where asking gave more time: `settle` reads the round anew.
    let now = app.clock.now();
    if round.ends_at <= now {
        let random = app.random.clone();
        app.db.write(move |tx| settle(tx, &random, id, Outcome::Due, now)).await?;
    }
    Ok(())
}

async fn tell(
    app: &Data<App>,
    tools: &impl Fn() -> Tools,
    campaign: CampaignId,
    id: SignOnId,
) -> Result<(), Failure> {
    let (own, of_tools) = (tools(), tools());
    app.db.read(move |conn| lapse::compare(conn, &of_tools, campaign, id)).await?;
    app.db.write(move |tx| lapse::tell(tx, &own, campaign, id)).await
}

/// Passes over what failed, unless the database is away.
fn unless_away(
    app: &App,
    what: &'static str,
    named: AnyId,
    done: Result<(), Failure>,
) -> Result<(), Failure> {
    match done {
        Ok(()) => app.passed_over.works(what, named),
        Err(Failure::Database(error @ Error::Unavailable(_))) => return Err(error.into()),
        Err(error) => app.passed_over.note(what, named, &error),
    }
    Ok(())
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
