//! How much of an entry everybody sees.

use crate::db::schema::sign_ons;
use crate::db::{Conn, Error, Tx, both, kept};
use crate::ids::{CampaignId, SignOnId};
use crate::sign_on::state::SignOn;
use crate::text::Shown;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use std::collections::BTreeSet;

/// Shows so much of an entry, if it is still as `before`; whether it was. Where it stands does not change.
///
/// # Errors
/// Those of the database.
pub fn show(tx: &mut Tx<'_>, before: &SignOn, shown: Shown) -> Result<bool, Error> {
    let unchanged = sign_ons::table.find(before.id).filter(sign_ons::version.eq(before.version));
    Ok(both!(tx, |c| kept(
        diesel::update(unchanged).set((sign_ons::shown.eq(shown), sign_ons::version.eq(before.version + 1)))
    )
    .execute(c))?
        == 1)
}

/// Those of a campaign whose names may not be shown to everybody, wherever they stand: whatever was published with them has to do
/// without the name.
///
/// # Errors
/// Those of the database.
pub fn unnamed(conn: &mut Conn, campaign: CampaignId) -> Result<BTreeSet<SignOnId>, Error> {
    let ids: Vec<SignOnId> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        // As the index says it: SQLite does not know that a bound value is the one there.
        .filter(sql::<Bool>("sign_ons.shown <> 'full'"))
        .select(sign_ons::id)
        .load(c))?;
    Ok(ids.into_iter().collect())
}
