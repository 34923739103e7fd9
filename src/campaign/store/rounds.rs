//! Rounds in which consent is asked for, and which version is signed meanwhile.

use crate::campaign::campaign::Campaign;
use crate::campaign::round::Round;
use crate::clock::Timestamp;
use crate::db::schema::consent_rounds;
use crate::db::{Conn, Error, Tx, both, kept};
use crate::ids::{AccountId, CampaignId, RoundId};
use diesel::prelude::*;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = consent_rounds)]
struct RoundRow {
    id: RoundId,
    campaign_id: CampaignId,
    from_number: i64,
    to_number: i64,
    silence_counts: bool,
    made_at: Timestamp,
    made_by: AccountId,
    ends_at: Timestamp,
    settled_at: Option<Timestamp>,
    stopped: bool,
}

impl RoundRow {
    fn into_round(self) -> Round {
        let Self { id, campaign_id, from_number, to_number, silence_counts, .. } = self;
        let Self { made_at, made_by, ends_at, settled_at, stopped, .. } = self;
        Round {
            id,
            campaign: campaign_id,
            from_number,
            to_number,
            silence_counts,
            made_at,
            made_by,
            ends_at,
            settled_at,
            stopped,
        }
    }
}

/// Begins a round.
///
/// # Errors
/// [`Error::Unique`] when one runs.
pub fn insert_round(tx: &mut Tx<'_>, round: &Round) -> Result<(), Error> {
    let Round { id, campaign, from_number, to_number, silence_counts, made_at, made_by, ends_at, .. } =
        *round;
    let row = RoundRow {
        id,
        campaign_id: campaign,
        from_number,
        to_number,
        silence_counts,
        made_at,
        made_by,
        ends_at,
        settled_at: None,
        stopped: false,
    };
    both!(tx, |c| diesel::insert_into(consent_rounds::table).values(&row).execute(c))?;
    Ok(())
}

/// A round by its id.
///
/// # Errors
/// Those of the database.
pub fn round(conn: &mut Conn, id: RoundId) -> Result<Option<Round>, Error> {
    let row: Option<RoundRow> =
        both!(conn, |c| consent_rounds::table.find(id).select(RoundRow::as_select()).first(c).optional())?;
    Ok(row.map(RoundRow::into_round))
}

/// The round that runs in a campaign, if one does.
///
/// # Errors
/// Those of the database.
pub fn open_round(conn: &mut Conn, campaign: CampaignId) -> Result<Option<Round>, Error> {
    let row: Option<RoundRow> = both!(conn, |c| consent_rounds::table
        .filter(consent_rounds::campaign_id.eq(campaign))
        .filter(consent_rounds::settled_at.is_null())
        .select(RoundRow::as_select())
        .first(c)
        .optional())?;
    Ok(row.map(RoundRow::into_round))
}

/// Every round that runs.
///
/// # Errors
/// Those of the database.
pub fn open_rounds(conn: &mut Conn) -> Result<Vec<Round>, Error> {
    let rows: Vec<RoundRow> = both!(conn, |c| consent_rounds::table
        .filter(consent_rounds::settled_at.is_null())
        .order(consent_rounds::id)
        .select(RoundRow::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(RoundRow::into_round).collect())
}

/// The rounds of a campaign, the newest first.
///
/// # Errors
/// Those of the database.
pub fn rounds_of(conn: &mut Conn, campaign: CampaignId) -> Result<Vec<Round>, Error> {
    let rows: Vec<RoundRow> = both!(conn, |c| consent_rounds::table
        .filter(consent_rounds::campaign_id.eq(campaign))
        .order(consent_rounds::id.desc())
        .select(RoundRow::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(RoundRow::into_round).collect())
}

/// Gives those who are asked more time.
///
/// # Errors
/// Those of the database.
pub fn extend_round(tx: &mut Tx<'_>, id: RoundId, ends_at: Timestamp) -> Result<(), Error> {
    let runs = consent_rounds::table.find(id).filter(consent_rounds::settled_at.is_null());
    both!(tx, |c| kept(diesel::update(runs).set(consent_rounds::ends_at.eq(ends_at))).execute(c))?;
    Ok(())
}

/// Ends a round; whether it ran.
///
/// # Errors
/// Those of the database.
pub fn end_round(tx: &mut Tx<'_>, id: RoundId, now: Timestamp, stopped: bool) -> Result<bool, Error> {
    let runs = consent_rounds::table.find(id).filter(consent_rounds::settled_at.is_null());
    let ended = both!(tx, |c| diesel::update(runs)
        .set((consent_rounds::settled_at.eq(Some(now)), consent_rounds::stopped.eq(stopped)))
        .execute(c))?;
    Ok(ended == 1)
}

/// The number of the version that whoever signs now signs: while others are asked whether they agree to a new text, the new one; else the
/// one that stands.
///
/// # Errors
/// Those of the database.
pub fn signing_number(conn: &mut Conn, campaign: &Campaign) -> Result<i64, Error> {
    Ok(open_round(conn, campaign.id)?.map_or(campaign.text_number, |round| round.to_number))
}
