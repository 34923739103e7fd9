//! Sign-ons that nobody verified: which are over, erasing them, and how many there were of them.

use crate::clock::{Timestamp, Zone};
use crate::db::schema::{expired_tallies, sign_ons};
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{CampaignId, InvitationId, SignOnId};
use crate::sign_on::state::Standing;
use crate::text::Country;
use diesel::prelude::*;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// One that is over, or will be.
#[derive(Clone, Debug)]
pub struct Unverified {
    /// Its id.
    pub id: SignOnId,
    /// The letter.
    pub campaign: CampaignId,
    /// When its term ends.
    pub until: Timestamp,
    submitted_at: Timestamp,
    country: Option<Country>,
    is_invited: bool,
}

/// Those whose term ends before a moment, at most `most`, the first to end first. One that another names as what stands for it is never
/// among them.
///
/// # Errors
/// Those of the database.
pub fn unverified_until(
    conn: &mut Conn,
    term_ends_before: Timestamp,
    most: i64,
) -> Result<Vec<Unverified>, Error> {
    type Row = (SignOnId, CampaignId, Option<Timestamp>, Timestamp, Option<Country>, Option<InvitationId>);
    let merged = diesel::alias!(sign_ons as merged);
    let into = merged.field(sign_ons::merged_into);
    let rows: Vec<Row> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::state.eq(Standing::AwaitingVerification))
        .filter(sign_ons::verify_until.lt(term_ends_before))
        .filter(diesel::dsl::not(diesel::dsl::exists(merged.filter(into.eq(sign_ons::id.nullable())))))
        .order(sign_ons::verify_until)
        .limit(most)
        .select((
            sign_ons::id,
            sign_ons::campaign_id,
            sign_ons::verify_until,
            sign_ons::submitted_at,
            sign_ons::country,
            sign_ons::invitation_id,
        ))
        .load(c))?;
    let unverified = |(id, campaign, until, submitted_at, country, invitation): Row| {
        let is_invited = invitation.is_some();
        Some(Unverified { id, campaign, until: until?, submitted_at, country, is_invited })
    };
    Ok(rows.into_iter().filter_map(unverified).collect())
}

/// Erases these, and counts them: by the day in the letter's zone, where it has one here.
///
/// # Errors
/// Those of the database.
pub fn erase_unverified(
    tx: &mut Tx<'_>,
    over: &[Unverified],
    zones: &BTreeMap<CampaignId, Zone>,
) -> Result<usize, Error> {
    let mut tallies = BTreeMap::<(CampaignId, Date, &str, bool), i64>::new();
    for one in over {
        let zone = zones.get(&one.campaign).cloned().unwrap_or_default();
        let country = one.country.as_ref().map_or("", Country::as_str);
        let key = (one.campaign, zone.local(one.submitted_at).date(), country, one.is_invited);
        *tallies.entry(key).or_default() += 1;
    }
    for ((campaign, day, country, invited), erased) in tallies {
        both!(tx, |c| diesel::insert_into(expired_tallies::table)
            .values((
                expired_tallies::campaign_id.eq(campaign),
                expired_tallies::day.eq(day.to_string()),
                expired_tallies::country.eq(country),
                expired_tallies::invited.eq(invited),
                expired_tallies::erased.eq(erased),
            ))
            .on_conflict((
                expired_tallies::campaign_id,
                expired_tallies::day,
                expired_tallies::country,
                expired_tallies::invited,
            ))
            .do_update()
            .set(expired_tallies::erased.eq(expired_tallies::erased + erased))
            .execute(c))?;
    }
    let ids: Vec<SignOnId> = over.iter().map(|one| one.id).collect();
    Ok(both!(tx, |c| diesel::delete(sign_ons::table.filter(sign_ons::id.eq_any(&ids))).execute(c))?)
}

/// How many were erased in a letter: by day, country and whether they were invited.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expired {
    /// The day in the letter's zone on which they were sent.
    pub day: Date,
    /// Where the organizations are.
    pub country: Option<Country>,
    /// Whether they came by an invitation.
    pub is_invited: bool,
    /// How many.
    pub count: i64,
}

/// What was counted of a letter.
///
/// # Errors
/// Those of the database.
pub fn expired(conn: &mut Conn, campaign: CampaignId) -> Result<Vec<Expired>, Error> {
    let rows: Vec<(String, String, bool, i64)> = both!(conn, |c| expired_tallies::table
        .filter(expired_tallies::campaign_id.eq(campaign))
        .order((expired_tallies::day, expired_tallies::country, expired_tallies::invited))
        .select((
            expired_tallies::day,
            expired_tallies::country,
            expired_tallies::invited,
            expired_tallies::erased,
        ))
        .load(c))?;
    let read = |(day, country, is_invited, count): (String, String, bool, i64)| {
        Some(Expired { day: day.parse().ok()?, country: Country::parse(&country).ok(), is_invited, count })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}
