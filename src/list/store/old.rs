//! Editions that were made before: finding them, and throwing away what nobody can cite any more.

use super::Row;
use super::standings::Standings;
use crate::campaign::Campaign;
use crate::clock::{Timestamp, days};
use crate::db::schema::editions;
use crate::db::{Conn, Error, Tx, both};
use crate::ids::CampaignId;
use crate::list::edition::Edition;
use crate::list::since;
use crate::sign_on::store::unnamed;
use diesel::prelude::*;

/// How long an unnamed edition can be cited after the next one was made, at least.
const KEPT_DAYS: i64 = 30;

/// What stands in a campaign's list of editions.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = editions)]
pub struct Heading {
    /// 1, 2, 3 … within the campaign.
    pub number: i64,
    /// What it was named, so that it stays citable for ever.
    pub name: Option<String>,
    /// When it was made.
    pub made_at: Timestamp,
    /// How many signed.
    pub count: i64,
    /// Its checksum.
    pub sha256: String,
    /// Since when it is not shown any more, because somebody on it has left the list.
    pub ended_at: Option<Timestamp>,
}

/// An edition that was made before.
#[derive(Clone, Debug)]
pub enum Old {
    /// It can be cited.
    Stands(Edition),
    /// Somebody who is on it has left the list since, so it is not shown any more.
    Ended,
}

/// How many editions one page lists.
pub const PER_PAGE: i64 = 200;

/// One page of the editions of a campaign that have no name and can be cited, newest first, and whether there are more. `since`: when it
/// became public; `live`: the number of the live one.
///
/// # Errors
/// Those of the database.
pub fn headings(
    conn: &mut Conn,
    id: CampaignId,
    since: Timestamp,
    live: u32,
    page: u32,
) -> Result<(Vec<Heading>, bool), Error> {
    let mut found: Vec<Heading> = both!(conn, |c| editions::table
        .filter(editions::campaign_id.eq(id))
        .filter(editions::ended_at.is_null())
        .filter(editions::name.is_null())
        // What a preview had made before it was public is nobody's to cite.
        .filter(editions::made_at.ge(since).or(editions::number.eq(i64::from(live))))
        .order(editions::number.desc())
        .limit(PER_PAGE + 1)
        .offset((i64::from(page) - 1) * PER_PAGE)
        .select(Heading::as_select())
        .load(c))?;
    let more = cut(&mut found);
    Ok((found, more))
}

/// One page of all editions of a campaign, for staff, newest first, and whether there are more: those with lower numbers than this one.
///
/// # Errors
/// Those of the database.
pub fn every_heading(
    conn: &mut Conn,
    id: CampaignId,
    below: Option<u32>,
) -> Result<(Vec<Heading>, bool), Error> {
    let below = below.map_or(i64::MAX, i64::from);
    let mut found: Vec<Heading> = both!(conn, |c| editions::table
        .filter(editions::campaign_id.eq(id))
        .filter(editions::number.lt(below))
        .order(editions::number.desc())
        .limit(PER_PAGE + 1)
        .select(Heading::as_select())
        .load(c))?;
    let more = cut(&mut found);
    Ok((found, more))
}

/// Leaves one page, and says whether there was more.
fn cut(found: &mut Vec<Heading>) -> bool {
    let most = usize::try_from(PER_PAGE).unwrap_or(usize::MAX);
    let more = found.len() > most;
    found.truncate(most);
    more
}

/// An edition as it was stored, whoever has left since: for staff. A name that is held back now is held back here too: few of them may see it.
///
/// # Errors
/// Those of the database.
pub fn whole(conn: &mut Conn, id: CampaignId, number: u32) -> Result<Option<Edition>, Error> {
    let row: Option<Row> = both!(conn, |c| editions::table
        .filter(editions::campaign_id.eq(id))
        .filter(editions::number.eq(i64::from(number)))
        .select(Row::as_select())
        .first(c)
        .optional())?;
    let Some(mut edition) = row.map(Row::edition).transpose()? else { return Ok(None) };
    let unnamed = unnamed(conn, id)?;
    for entry in &mut edition.contents.entries {
        if unnamed.contains(&entry.sign_on) && entry.signatory.shown.is_named() {
            entry.signatory.name = "A name that is held back".to_owned();
        }
    }
    Ok(Some(edition))
}

/// An edition by its number, if it was made since then, when the letter became public, or was named. One that has a name is as it is shown
/// now that some have left.
///
/// # Errors
/// Those of the database.
pub fn by_number(
    conn: &mut Conn,
    campaign: &Campaign,
    since: Timestamp,
    number: u32,
) -> Result<Option<Old>, Error> {
    let row: Option<(Row, Option<String>, bool)> = both!(conn, |c| editions::table
        .filter(editions::campaign_id.eq(campaign.id))
        .filter(editions::number.eq(i64::from(number)))
        .filter(editions::name.is_not_null().or(editions::made_at.ge(since)))
        .select((Row::as_select(), editions::name, editions::keeps_names))
        .first(c)
        .optional())?;
    let Some((row, name, keeps_names)) = row else { return Ok(None) };
    if row.ended_at.is_some() {
        return Ok(Some(Old::Ended));
    }
    let edition = row.edition()?;
    if name.is_none() {
        return Ok(Some(Old::Stands(edition)));
    }
    let standings = Standings::read(conn, campaign)?;
    let left = edition.contents.entries.iter().filter_map(|entry| {
        let id = entry.sign_on;
        Some((id, standings.left(id, keeps_names, entry.signatory.shown)?))
    });
    let left = left.collect();
    Ok(Some(Old::Stands(since::shown(edition, &left, &campaign.settings.zone))))
}

/// Throws away the unnamed editions that nobody was promised any longer: those that were followed by another one long enough ago;
/// how many.
///
/// # Errors
/// Those of the database.
pub fn prune(tx: &mut Tx<'_>, now: Timestamp) -> Result<usize, Error> {
    let ends = now.plus(-days(KEPT_DAYS));
    let followed: Vec<(CampaignId, Option<i64>)> = both!(tx, |c| editions::table
        .filter(editions::made_at.lt(ends))
        .group_by(editions::campaign_id)
        .select((editions::campaign_id, diesel::dsl::max(editions::number)))
        .load(c))?;
    let mut thrown = 0;
    for (campaign, newest_of_then) in followed {
        thrown += both!(tx, |c| diesel::delete(
            editions::table
                .filter(editions::campaign_id.eq(campaign))
                .filter(editions::name.is_null())
                .filter(editions::number.lt(newest_of_then.unwrap_or(0)))
        )
        .execute(c))?;
    }
    Ok(thrown)
}
