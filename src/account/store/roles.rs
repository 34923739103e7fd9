//! Who works on what. The rows of campaigns and sign-ons are read here only to find the campaign that an address names.

use super::accounts::{Account, Row};
use crate::account::role::{Appointment, Role};
use crate::db::schema::{accounts, campaign_roles, campaigns as campaigns_table, sign_ons};
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{AccountId, CampaignId, SignOnId};
use crate::secret::Keys;
use crate::text::Slug;
use crate::text_column;
use diesel::prelude::*;

text_column!(Role, Role::parse);

/// A campaign, as far as staff need to tell it from others.
#[derive(Clone, PartialEq, Eq, Debug, Queryable)]
pub struct Workplace {
    /// Its id.
    pub id: CampaignId,
    /// Its name in addresses.
    pub slug: Slug,
    /// The letter's title.
    pub title: String,
}

/// What somebody is in a campaign.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Work {
    /// The campaign.
    pub place: Workplace,
    /// The role.
    pub role: Role,
}

/// The campaign with this slug.
///
/// # Errors
/// Those of the database.
pub fn campaign_at(conn: &mut Conn, slug: &Slug) -> Result<Option<Workplace>, Error> {
    Ok(both!(conn, |c| campaigns_table::table
        .filter(campaigns_table::slug.eq(slug))
        .select((campaigns_table::id, campaigns_table::slug, campaigns_table::title))
        .first(c)
        .optional())?)
}

/// The campaign that a sign-on belongs to.
///
/// # Errors
/// Those of the database.
pub fn campaign_of_sign_on(conn: &mut Conn, id: SignOnId) -> Result<Option<CampaignId>, Error> {
    Ok(both!(conn, |c| sign_ons::table.find(id).select(sign_ons::campaign_id).first(c).optional())?)
}

/// Every campaign, the newest first.
///
/// # Errors
/// Those of the database.
pub fn campaigns(conn: &mut Conn) -> Result<Vec<Workplace>, Error> {
    Ok(both!(conn, |c| campaigns_table::table
        .order(campaigns_table::id.desc())
        .select((campaigns_table::id, campaigns_table::slug, campaigns_table::title))
        .load(c))?)
}

/// The campaigns that somebody works on, the newest first. An administrator works on all of them.
///
/// # Errors
/// Those of the database.
pub fn work(conn: &mut Conn, id: AccountId, administrator: bool) -> Result<Vec<Work>, Error> {
    let roles = roles_of(conn, id)?;
    let role = |place: &Workplace| match administrator {
        true => Some(Role::Administrator),
        false => roles.iter().find(|(campaign, _)| *campaign == place.id).map(|(_, role)| *role),
    };
    let works = |place: Workplace| role(&place).map(|role| Work { place, role });
    Ok(campaigns(conn)?.into_iter().filter_map(works).collect())
}

/// Every role in a campaign that anybody has.
///
/// # Errors
/// Those of the database.
pub fn roles(conn: &mut Conn) -> Result<Vec<(AccountId, CampaignId, Role)>, Error> {
    Ok(both!(conn, |c| campaign_roles::table
        .select((campaign_roles::account_id, campaign_roles::campaign_id, campaign_roles::role))
        .load(c))?)
}

/// Who is told that something waits in a campaign: whoever works on it as moderator or organizer and can log in; where nobody
/// does, the administrators.
///
/// # Errors
/// See [`super::Error`].
pub fn team(conn: &mut Conn, keys: &Keys, campaign: CampaignId) -> Result<Vec<Account>, super::Error> {
    let appointed: Vec<Row> = both!(conn, |c| accounts::table
        .inner_join(campaign_roles::table)
        .filter(campaign_roles::campaign_id.eq(campaign))
        .filter(accounts::disabled_at.is_null())
        .filter(accounts::password_hash.is_not_null())
        .order(accounts::id)
        .select(Row::as_select())
        .load(c))?;
    let rows = if appointed.is_empty() { administrators(conn)? } else { appointed };
    rows.into_iter().map(|row| row.open(keys)).collect()
}

/// The account of somebody who can log in and works on a campaign, as a moderator or organizer of it or as an administrator.
///
/// # Errors
/// See [`super::Error`].
pub fn at_work(
    conn: &mut Conn,
    keys: &Keys,
    id: AccountId,
    campaign: CampaignId,
) -> Result<Option<Account>, super::Error> {
    let account = super::accounts::by_id(conn, keys, id)?;
    let Some(account) = account.filter(|found| found.has_password && found.disabled_at.is_none()) else {
        return Ok(None);
    };
    let is_here = account.administrator || role_in(conn, id, campaign)?.is_some();
    Ok(is_here.then_some(account))
}

fn administrators(conn: &mut Conn) -> Result<Vec<Row>, Error> {
    Ok(both!(conn, |c| accounts::table
        .filter(accounts::administrator.eq(true))
        .filter(accounts::disabled_at.is_null())
        .filter(accounts::password_hash.is_not_null())
        .order(accounts::id)
        .select(Row::as_select())
        .load(c))?)
}

/// What somebody is in one campaign, by the rows of that campaign alone.
pub(super) fn role_in(conn: &mut Conn, id: AccountId, campaign: CampaignId) -> Result<Option<Role>, Error> {
    Ok(both!(conn, |c| campaign_roles::table
        .find((id, campaign))
        .select(campaign_roles::role)
        .first(c)
        .optional())?)
}

fn roles_of(conn: &mut Conn, id: AccountId) -> Result<Vec<(CampaignId, Role)>, Error> {
    Ok(both!(conn, |c| campaign_roles::table
        .filter(campaign_roles::account_id.eq(id))
        .select((campaign_roles::campaign_id, campaign_roles::role))
        .load(c))?)
}

/// Whether somebody has just this role. `campaign` is that of the appointment.
///
/// # Errors
/// Those of the database.
pub fn has_role(
    conn: &mut Conn,
    account: &Account,
    appointment: &Appointment,
    campaign: Option<CampaignId>,
) -> Result<bool, Error> {
    Ok(match campaign {
        None => account.administrator,
        Some(campaign) => roles_of(conn, account.id)?.contains(&(campaign, appointment.role())),
    })
}

/// Gives somebody a role. A greater one that they have already stays. `campaign` is that of the appointment.
///
/// # Errors
/// Those of the database.
pub fn appoint(
    tx: &mut Tx<'_>,
    id: AccountId,
    appointment: &Appointment,
    campaign: Option<CampaignId>,
) -> Result<(), Error> {
    let Some(campaign) = campaign else {
        both!(tx, |c| diesel::update(accounts::table.find(id))
            .set(accounts::administrator.eq(true))
            .execute(c))?;
        return Ok(());
    };
    let role = appointment.role();
    let row = (
        campaign_roles::account_id.eq(id),
        campaign_roles::campaign_id.eq(campaign),
        campaign_roles::role.eq(role),
    );
    let inserted = both!(tx, |c| diesel::insert_into(campaign_roles::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    if inserted == 0 && role == Role::Organizer {
        both!(tx, |c| diesel::update(campaign_roles::table.find((id, campaign)))
            .set(campaign_roles::role.eq(role))
            .execute(c))?;
    }
    Ok(())
}
