//! Who is told, and who was.

use super::telling::{Event, Telling};
use crate::campaign::store as campaigns;
use crate::clock::Timestamp;
use crate::db::schema::{contacts, sign_ons, tellings, told_addresses, told_later};
use crate::db::{Conn, Error, Tx, both, kept};
use crate::ids::{AccountId, CampaignId, DeliveryId, SignOnId, TellingId};
use crate::secret::LookupKey;
use crate::sign_on::Standing;
use crate::text_column;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

text_column!(Event, Event::parse);

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = tellings)]
struct Row {
    id: TellingId,
    campaign_id: CampaignId,
    event: Event,
    made_at: Timestamp,
    made_by: AccountId,
    reached: Option<SignOnId>,
    mailed: i64,
    done_at: Option<Timestamp>,
}

impl Row {
    fn into_telling(self) -> Telling {
        let Self { id, campaign_id, event, made_at, made_by, reached, mailed, done_at } = self;
        Telling { id, campaign: campaign_id, event, made_at, made_by, reached, mailed, done_at }
    }
}

/// Begins to tell everybody of these deliveries, as they were seen in these versions; of how many that is. None: nothing was begun, because
/// somebody was first. The campaign's row is held.
///
/// # Errors
/// Those of the database.
pub fn begin(tx: &mut Tx<'_>, telling: &Telling, seen: &[(DeliveryId, i64)]) -> Result<usize, Error> {
    let Telling { id, campaign, event, made_at, made_by, .. } = *telling;
    let row =
        Row { id, campaign_id: campaign, event, made_at, made_by, reached: None, mailed: 0, done_at: None };
    both!(tx, |c| diesel::insert_into(tellings::table).values(&row).execute(c))?;
    let marked = campaigns::mark_told(tx, (campaign, id), event == Event::Replied, seen)?;
    if marked == 0 {
        both!(tx, |c| diesel::delete(tellings::table.find(id)).execute(c))?;
    }
    Ok(marked)
}

/// One that is not done.
///
/// # Errors
/// Those of the database.
pub fn open(conn: &mut Conn, id: TellingId) -> Result<Option<Telling>, Error> {
    let row: Option<Row> = both!(conn, |c| tellings::table
        .find(id)
        .filter(tellings::done_at.is_null())
        .select(Row::as_select())
        .first(c)
        .optional())?;
    Ok(row.map(Row::into_telling))
}

/// Every one that is not done.
///
/// # Errors
/// Those of the database.
pub fn all_open(conn: &mut Conn) -> Result<Vec<Telling>, Error> {
    let rows: Vec<Row> = both!(conn, |c| tellings::table
        .filter(tellings::done_at.is_null())
        .order(tellings::id)
        .select(Row::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(Row::into_telling).collect())
}

/// Those of a letter, by their ids.
///
/// # Errors
/// Those of the database.
pub fn of_campaign(conn: &mut Conn, campaign: CampaignId) -> Result<BTreeMap<TellingId, Telling>, Error> {
    let rows: Vec<Row> = both!(conn, |c| tellings::table
        .filter(tellings::campaign_id.eq(campaign))
        .select(Row::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(|row| (row.id, row.into_telling())).collect())
}

/// The entries on the list of a letter that come next, at most so many.
pub(super) fn next(conn: &mut Conn, telling: &Telling, most: i64) -> Result<Vec<SignOnId>, Error> {
    let listed = sign_ons::table
        .filter(sign_ons::campaign_id.eq(telling.campaign))
        .filter(sign_ons::state.eq(Standing::Approved))
        .filter(sign_ons::lapsed_at.is_null())
        .order(sign_ons::id)
        .limit(most)
        .select(sign_ons::id);
    Ok(match telling.reached {
        Some(reached) => both!(conn, |c| listed.filter(sign_ons::id.gt(reached)).load(c)),
        None => both!(conn, |c| listed.load(c)),
    }?)
}

/// Notes that an entry is looked at again later.
pub(super) fn put_off(
    tx: &mut Tx<'_>,
    telling: TellingId,
    sign_on: SignOnId,
    next_at: Timestamp,
) -> Result<(), Error> {
    let new = (
        told_later::telling_id.eq(telling),
        told_later::sign_on_id.eq(sign_on),
        told_later::next_at.eq(next_at),
    );
    both!(tx, |c| diesel::insert_into(told_later::table)
        .values(new)
        .on_conflict((told_later::telling_id, told_later::sign_on_id))
        .do_update()
        .set(told_later::next_at.eq(next_at))
        .execute(c))?;
    Ok(())
}

/// The entries that were put off and whose time has come, at most so many; none where nothing is left at all.
pub(super) fn put_off_until(
    conn: &mut Conn,
    telling: TellingId,
    now: Timestamp,
    most: i64,
) -> Result<Option<Vec<SignOnId>>, Error> {
    let all = || told_later::table.filter(told_later::telling_id.eq(telling));
    let left: i64 = both!(conn, |c| all().count().get_result(c))?;
    if left == 0 {
        return Ok(None);
    }
    Ok(Some(both!(conn, |c| all()
        .filter(told_later::next_at.le(now))
        .order(told_later::sign_on_id)
        .limit(most)
        .select(told_later::sign_on_id)
        .load(c))?))
}

/// Notes that an entry is put off no more.
pub(super) fn forget_put_off(tx: &mut Tx<'_>, telling: TellingId, sign_on: SignOnId) -> Result<(), Error> {
    both!(tx, |c| diesel::delete(told_later::table.find((telling, sign_on))).execute(c))?;
    Ok(())
}

/// Notes that a mailbox gets the mail; `false` when it has had it.
pub(super) fn note(tx: &mut Tx<'_>, telling: TellingId, whose: LookupKey) -> Result<bool, Error> {
    let new = (told_addresses::telling_id.eq(telling), told_addresses::email_key.eq(whose.as_bytes()));
    let noted = both!(tx, |c| diesel::insert_into(told_addresses::table)
        .values(new)
        .on_conflict_do_nothing()
        .execute(c));
    Ok(noted? == 1)
}

/// Notes how far it has come.
pub(super) fn advance(
    tx: &mut Tx<'_>,
    telling: TellingId,
    reached: Option<SignOnId>,
    mailed: i64,
) -> Result<(), Error> {
    both!(tx, |c| kept(
        diesel::update(tellings::table.find(telling))
            .set((tellings::reached.eq(reached), tellings::mailed.eq(tellings::mailed + mailed),))
    )
    .execute(c))?;
    Ok(())
}

/// Notes that everybody was told; which mailboxes these were is forgotten.
pub(super) fn finish(tx: &mut Tx<'_>, telling: TellingId, now: Timestamp) -> Result<(), Error> {
    both!(tx, |c| diesel::update(tellings::table.find(telling))
        .set(tellings::done_at.eq(Some(now)))
        .execute(c))?;
    let noted = told_addresses::table.filter(told_addresses::telling_id.eq(telling));
    both!(tx, |c| diesel::delete(noted).execute(c))?;
    Ok(())
}

/// How many entries are on the list of a letter, how many of them nobody represents, and how many mailboxes would be mailed.
///
/// # Errors
/// Those of the database.
pub fn count(conn: &mut Conn, campaign: CampaignId) -> Result<(usize, usize, usize), Error> {
    let listed: Vec<SignOnId> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::state.eq(Standing::Approved))
        .filter(sign_ons::lapsed_at.is_null())
        .select(sign_ons::id)
        .load(c))?;
    let merged: Vec<(SignOnId, SignOnId)> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::merged_into.is_not_null())
        .select((sign_ons::id, sign_ons::merged_into.assume_not_null()))
        .load(c))?;
    let into: BTreeMap<SignOnId, SignOnId> = merged.into_iter().collect();
    let listed: BTreeSet<SignOnId> = listed.into_iter().collect();
    let mailboxes: Vec<(SignOnId, Vec<u8>)> = both!(conn, |c| contacts::table
        .inner_join(sign_ons::table)
        .filter(sign_ons::campaign_id.eq(campaign))
        .select((contacts::sign_on_id, contacts::email_key))
        .load(c))?;
    let stands = |mut id: SignOnId| {
        // What is merged names another one; no circle is ever made of them.
        for _ in 0..into.len() {
            match into.get(&id) {
                Some(next) => id = *next,
                None => break,
            }
        }
        id
    };
    let (mut represented, mut keys) = (BTreeSet::new(), BTreeSet::new());
    for (id, key) in mailboxes {
        let stands = stands(id);
        if listed.contains(&stands) {
            represented.insert(stands);
            keys.insert(key);
        }
    }
    Ok((listed.len(), listed.len() - represented.len(), keys.len()))
}
