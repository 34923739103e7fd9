//! Who of the staff may see the names of organizations that everybody may not see.

use crate::clock::Timestamp;
use crate::db::schema::{at_risk_readers, sign_ons};
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{AccountId, CampaignId, SignOnId};
use diesel::prelude::*;
use std::collections::BTreeSet;

/// Whom the organizers of a campaign named.
///
/// # Errors
/// Those of the database.
pub fn at_risk_readers(conn: &mut Conn, campaign: CampaignId) -> Result<BTreeSet<AccountId>, Error> {
    let ids: Vec<AccountId> = both!(conn, |c| at_risk_readers::table
        .filter(at_risk_readers::campaign_id.eq(campaign))
        .select(at_risk_readers::account_id)
        .load(c))?;
    Ok(ids.into_iter().collect())
}

/// Whether somebody is among them. Nobody is by their role alone, not even an administrator.
///
/// # Errors
/// Those of the database.
pub fn reads_at_risk(conn: &mut Conn, campaign: CampaignId, who: AccountId) -> Result<bool, Error> {
    let found: Option<AccountId> = both!(conn, |c| at_risk_readers::table
        .find((campaign, who))
        .select(at_risk_readers::account_id)
        .first(c)
        .optional())?;
    Ok(found.is_some())
}

/// Names somebody, or takes that back.
///
/// # Errors
/// Those of the database.
pub fn name_at_risk_reader(
    tx: &mut Tx<'_>,
    campaign: CampaignId,
    who: AccountId,
    named: bool,
    (by, at): (AccountId, Timestamp),
) -> Result<(), Error> {
    both!(tx, |c| diesel::delete(at_risk_readers::table.find((campaign, who))).execute(c))?;
    if named {
        both!(tx, |c| diesel::insert_into(at_risk_readers::table)
            .values((
                at_risk_readers::campaign_id.eq(campaign),
                at_risk_readers::account_id.eq(who),
                at_risk_readers::made_by.eq(by),
                at_risk_readers::made_at.eq(at),
            ))
            .execute(c))?;
    }
    Ok(())
}

/// Whether the name of a sign-on is held back from somebody.
pub(super) fn is_veiled(
    conn: &mut Conn,
    campaign: CampaignId,
    who: AccountId,
    sign_on: SignOnId,
) -> Result<bool, Error> {
    let shown: Option<String> =
        both!(conn, |c| sign_ons::table.find(sign_on).select(sign_ons::shown).first(c).optional())?;
    match shown {
        Some(shown) if shown != "full" => reads_at_risk(conn, campaign, who).map(|reads| !reads),
        _ => Ok(false),
    }
}
