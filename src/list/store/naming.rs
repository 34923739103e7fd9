//! The names of editions: giving one, mending it, and what was promised with it.

use super::small;
use crate::campaign::{Campaign, Leavers, store as campaigns};
use crate::clock::Timestamp;
use crate::db::schema::{editions, sign_ons};
use crate::db::{Conn, Error, Tx, both};
use crate::ids::CampaignId;
use crate::text::EditionName;
use diesel::prelude::*;

/// An edition that has a name, and can be cited for ever.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    /// 1, 2, 3 … within the campaign.
    pub number: u32,
    /// What it is called.
    pub name: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it was named.
    pub named_at: Timestamp,
    /// How many were on it.
    pub count: u32,
    /// The checksum by which it is known.
    pub sha256: String,
    /// Whether it keeps the lines of those who leave and were told so when they signed.
    pub keeps_names: bool,
}

/// The editions of a campaign that have a name, the first of them first.
///
/// # Errors
/// Those of the database.
pub fn named(conn: &mut Conn, id: CampaignId) -> Result<Vec<Named>, Error> {
    type Row = (i64, Option<String>, Timestamp, Option<Timestamp>, i64, String, bool);
    let rows: Vec<Row> = both!(conn, |c| editions::table
        .filter(editions::campaign_id.eq(id))
        .filter(editions::name.is_not_null())
        .order(editions::number)
        .select((
            editions::number,
            editions::name,
            editions::made_at,
            editions::named_at,
            editions::count,
            editions::sha256,
            editions::keeps_names,
        ))
        .load(c))?;
    let of = |(number, name, made_at, named_at, count, sha256, keeps_names): Row| {
        let (number, count) = (small(number), small(count));
        Some(Named { number, name: name?, made_at, named_at: named_at?, count, sha256, keeps_names })
    };
    Ok(rows.into_iter().filter_map(of).collect())
}

/// Gives a name to an edition if it is the one that stands now and has none; whether it was. The campaign is `held`.
///
/// # Errors
/// [`Error::Unique`] when another edition of the letter is called so.
pub fn give_name(
    tx: &mut Tx<'_>,
    held: &Campaign,
    number: u32,
    name: &EditionName,
    at: Timestamp,
) -> Result<bool, Error> {
    let changed = both!(tx, |c| diesel::update(
        editions::table
            .filter(editions::campaign_id.eq(held.id))
            .filter(editions::number.eq(i64::from(number)))
            // Every later edition has a later revision, so this one is the last, and the list has not changed since.
            .filter(editions::revision.eq(held.list_revision))
            .filter(editions::ended_at.is_null())
            .filter(editions::name.is_null())
    )
    .set((
        editions::name.eq(Some(name.as_str())),
        editions::name_key.eq(Some(name.key())),
        editions::named_at.eq(Some(at)),
        editions::keeps_names.eq(held.settings.leavers == Leavers::Kept),
    ))
    .execute(c))?;
    if changed == 1 {
        campaigns::raise_list_revision(tx, held.id)?;
    }
    Ok(changed == 1)
}

/// Mends the name of an edition if it is still called as it `was`; whether it was.
///
/// # Errors
/// [`Error::Unique`] when another edition of the letter is called so.
pub fn rename(
    tx: &mut Tx<'_>,
    id: CampaignId,
    number: u32,
    was: &str,
    name: &EditionName,
) -> Result<bool, Error> {
    let changed = both!(tx, |c| diesel::update(
        editions::table
            .filter(editions::campaign_id.eq(id))
            .filter(editions::number.eq(i64::from(number)))
            .filter(editions::name.eq(was))
    )
    .set((editions::name.eq(Some(name.as_str())), editions::name_key.eq(Some(name.key()))))
    .execute(c))?;
    if changed == 1 {
        campaigns::raise_list_revision(tx, id)?;
    }
    Ok(changed == 1)
}

/// How many editions of a campaign keep the lines of those who leave.
///
/// # Errors
/// Those of the database.
pub fn keeps_names(conn: &mut Conn, id: CampaignId) -> Result<i64, Error> {
    let keeping = editions::table.filter(editions::campaign_id.eq(id)).filter(editions::keeps_names.eq(true));
    Ok(both!(conn, |c| keeping.count().get_result(c))?)
}

/// Takes the names of those who left out of every edition of a campaign, for good: neither an edition that was named before nor whoever signed
/// before is bound by it if lines are kept again later. The settings change in the same transaction, and the revision with them.
///
/// # Errors
/// Those of the database.
pub fn drop_names(tx: &mut Tx<'_>, id: CampaignId) -> Result<(), Error> {
    both!(tx, |c| diesel::update(editions::table.filter(editions::campaign_id.eq(id)))
        .set(editions::keeps_names.eq(false))
        .execute(c))?;
    let told = sign_ons::table.filter(sign_ons::campaign_id.eq(id)).filter(sign_ons::keeps_name.eq(true));
    both!(tx, |c| diesel::update(told).set(sign_ons::keeps_name.eq(false)).execute(c))?;
    Ok(())
}
