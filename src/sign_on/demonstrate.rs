//! A submission and its verification in one go, by the functions of the form and of the link: for the demonstration, in which
//! nobody is there to open the mail and press the button.

use super::invitation::Via;
use super::receive::{Desk, Failure, receive};
use super::state::Standing;
use super::store;
use super::submission::Submission;
use super::verify::prove;
use super::wording::HasRead;
use crate::campaign::store as campaigns;
use crate::clock::minutes;
use crate::ids::CampaignId;
use crate::mail::Outbox;
use crate::web::{App, Fault};
use actix_web::web::Data;

/// How long after it was sent the mail is read.
const READ_AFTER: jiff::SignedDuration = minutes(9);

/// Takes a submission, and proves whatever waits for verification in the campaign a few minutes later, by the
/// demonstration's own clock.
///
/// # Errors
/// When the database is away.
pub async fn demonstrate(
    app: &Data<App>,
    outbox: &Data<Outbox>,
    campaign: CampaignId,
    submission: Submission,
) -> Result<(), Fault> {
    let letter = app.db.read(move |conn| campaigns::by_id(conn, campaign)).await?.ok_or(Fault::NotFound)?;
    let has_read = HasRead { number: Some(letter.text_number), ..HasRead::default() };
    receive(Desk::new(app, outbox), campaign, submission, Via::Form, has_read).await?;
    app.clock.advance(READ_AFTER);
    let desk = Desk::new(app, outbox);
    let prove_all = move |tx: &mut crate::db::Tx<'_>| -> Result<(), Failure> {
        for sign_on in store::in_standing(tx, campaign, &[Standing::AwaitingVerification])? {
            prove(tx, &desk, sign_on, "")?;
        }
        Ok(())
    };
    Ok(app.db.write(prove_all).await?)
}
