//! What the lines of a table are compared with.

use crate::account::store::reads_at_risk;
use crate::campaign::Campaign;
use crate::db;
use crate::ids::{AccountId, SignOnId};
use crate::sign_on::{Likeness, store as sign_ons};
use crate::web::{App, Fault};

/// What there is to be like: without those whose names are held back from whoever looks.
pub(super) async fn known(
    app: &App,
    campaign: &Campaign,
    who: AccountId,
) -> Result<Vec<(SignOnId, Likeness)>, Fault> {
    let id = campaign.id;
    let read = app.db.read(move |conn| -> Result<_, db::Error> {
        let sees_all = reads_at_risk(conn, id, who)?;
        let all = sign_ons::compared(conn, id)?.into_iter();
        Ok(all
            .filter(|(_, _, shown)| sees_all || shown.is_named())
            .map(|(id, likeness, _)| (id, likeness))
            .collect())
    });
    Ok(read.await?)
}
