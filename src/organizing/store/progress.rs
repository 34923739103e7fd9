//! Counting how far a letter has come, by the databases: no sign-on is read for it, but for when those were approved that have left the list.
//! Imported names came by no form and are not counted.

use crate::campaign::Campaign;
use crate::clock::{Timestamp, Zone};
use crate::db::schema::{audit_entries, invitations, sign_ons};
use crate::db::{Conn, Error, both, day_number};
use crate::ids::{AnyId, CampaignId};
use crate::organizing::reached::{Group, Invited, Reached, Steps};
use crate::sign_on::store::expired;
use crate::sign_on::{Origin, Standing};
use crate::text::Country;
use diesel::dsl::{count, count_star, max, min};
use diesel::prelude::*;
use jiff::Span;
use jiff::civil::{Date, date};
use std::collections::BTreeMap;

/// Everything that is counted of a letter.
pub(in crate::organizing) fn reached(
    conn: &mut Conn,
    campaign: &Campaign,
) -> Result<(Reached, BTreeMap<Date, Steps>), Error> {
    let mut groups = Vec::new();
    for is_invited in [true, false] {
        groups.extend(groups_of(conn, campaign.id, is_invited)?);
    }
    let mut reached = Reached::new(invited(conn, campaign.id)?, &groups);
    let mut days = by_day(conn, campaign.id, &campaign.settings.zone)?;
    for gone in expired(conn, campaign.id)? {
        reached.add_expired(gone.is_invited, gone.country, gone.count);
        days.entry(gone.day).or_default().sent += gone.count;
    }
    Ok((reached, days))
}

fn invited(conn: &mut Conn, campaign: CampaignId) -> Result<Invited, Error> {
    let (invited, opened, declined, refused): (i64, i64, i64, i64) = both!(conn, |c| invitations::table
        .filter(invitations::campaign_id.eq(campaign))
        .filter(invitations::revoked_at.is_null())
        .select((
            count_star(),
            count(invitations::opened_at),
            count(invitations::declined_at),
            count(invitations::bounced_at),
        ))
        .first(c))?;
    let revoked: i64 = both!(conn, |c| invitations::table
        .filter(invitations::campaign_id.eq(campaign))
        .filter(invitations::revoked_at.is_not_null())
        .count()
        .get_result(c))?;
    Ok(Invited { invited, opened, declined, refused, revoked })
}

fn groups_of(conn: &mut Conn, campaign: CampaignId, is_invited: bool) -> Result<Vec<Group>, Error> {
    type Key = (Standing, Option<Country>, Option<bool>);
    let rows: Vec<(Key, i64, i64, i64)> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::origin.ne(Origin::Import))
        .filter(sign_ons::invitation_id.is_not_null().eq(is_invited))
        .group_by((sign_ons::state, sign_ons::country, sign_ons::was_listed))
        .select((
            (sign_ons::state, sign_ons::country, sign_ons::was_listed),
            count_star(),
            count(sign_ons::verified_at),
            count(sign_ons::merged_into),
        ))
        .load(c))?;
    // Nobody proved their mailbox, and somebody vouches for them in writing.
    let vouched: Vec<(Key, i64)> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::origin.ne(Origin::Import))
        .filter(sign_ons::invitation_id.is_not_null().eq(is_invited))
        .filter(sign_ons::verified_at.is_null())
        .filter(sign_ons::attested_at.is_not_null())
        .group_by((sign_ons::state, sign_ons::country, sign_ons::was_listed))
        .select(((sign_ons::state, sign_ons::country, sign_ons::was_listed), count_star()))
        .load(c))?;
    let vouched = |key: &Key| vouched.iter().find(|(other, _)| other == key).map_or(0, |(_, count)| *count);
    Ok(rows
        .into_iter()
        .map(|(key, count, verified, merged)| Group {
            is_invited,
            standing: key.0,
            country: key.1,
            was_listed: key.2 == Some(true),
            count,
            verified: verified + vouched(&key),
            merged,
        })
        .collect())
}

/// The day of this number, counted from 1970-01-01.
fn day(number: i64) -> Date {
    date(1970, 1, 1).saturating_add(Span::new().days(number.clamp(0, 2_000_000)))
}

/// How many sign-ons have an instant on each day: `$column` is called `$name` in the database, and `$also` chooses among them.
macro_rules! daily {
    ($conn:expr, $campaign:expr, $zone:expr, $column:expr, $name:literal, $also:expr) => {{
        let found: (Option<Timestamp>, Option<Timestamp>) = both!($conn, |c| sign_ons::table
            .filter(sign_ons::campaign_id.eq($campaign))
            .filter(sign_ons::origin.ne(Origin::Import))
            .filter($also)
            .select((min($column), max($column)))
            .first(c))?;
        let mut days = BTreeMap::<Date, i64>::new();
        if let (Some(first), Some(last)) = found {
            let until = last.plus(jiff::SignedDuration::from_micros(1));
            for (from, until, ahead) in $zone.stretches(first, until) {
                let number = day_number($conn, concat!("sign_ons.", $name), ahead);
                let rows: Vec<(i64, i64)> = both!($conn, |c| sign_ons::table
                    .filter(sign_ons::campaign_id.eq($campaign))
                    .filter(sign_ons::origin.ne(Origin::Import))
                    .filter($also)
                    .filter($column.ge(from))
                    .filter($column.lt(until))
                    .group_by(number.clone())
                    .select((number.clone(), count_star()))
                    .load(c))?;
                for (number, count) in rows {
                    *days.entry(day(number)).or_default() += count;
                }
            }
        }
        days
    }};
}

fn by_day(conn: &mut Conn, campaign: CampaignId, zone: &Zone) -> Result<BTreeMap<Date, Steps>, Error> {
    let sent = daily!(conn, campaign, zone, sign_ons::submitted_at, "submitted_at", sign_ons::version.ge(1));
    let verified =
        daily!(conn, campaign, zone, sign_ons::verified_at, "verified_at", sign_ons::version.ge(1));
    let vouched =
        daily!(conn, campaign, zone, sign_ons::attested_at, "attested_at", sign_ons::verified_at.is_null());
    let listed = daily!(
        conn,
        campaign,
        zone,
        sign_ons::joined_at,
        "joined_at",
        sign_ons::state.eq(Standing::Approved)
    );
    let mut days = BTreeMap::<Date, Steps>::new();
    for (day, count) in sent {
        days.entry(day).or_default().sent += count;
    }
    for (day, count) in verified.into_iter().chain(vouched) {
        days.entry(day).or_default().verified += count;
    }
    for (day, count) in listed {
        days.entry(day).or_default().approved += count;
    }
    for at in left(conn, campaign)? {
        days.entry(zone.local(at).date()).or_default().approved += 1;
    }
    Ok(days)
}

/// When those were approved first that are not on the list any more: the history still says it.
fn left(conn: &mut Conn, campaign: CampaignId) -> Result<Vec<Timestamp>, Error> {
    let left = sign_ons::state.eq(Standing::Removed).or(sign_ons::state
        .eq(Standing::Withdrawn)
        .and(sign_ons::was_listed.eq(Some(true)))
        .assume_not_null());
    let ids: Vec<crate::ids::SignOnId> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::origin.ne(Origin::Import))
        .filter(left)
        .select(sign_ons::id)
        .load(c))?;
    let mut first = Vec::new();
    // As many as one statement can name, on either engine.
    for some in ids.chunks(1000) {
        let subjects: Vec<Option<AnyId>> = some.iter().map(|id| Some(AnyId::from_uuid(id.uuid()))).collect();
        let rows: Vec<(Option<AnyId>, Option<Timestamp>)> = both!(conn, |c| audit_entries::table
            .filter(audit_entries::subject_id.eq_any(&subjects))
            .filter(audit_entries::new_value.eq(Some(Standing::Approved.as_str())))
            .group_by(audit_entries::subject_id)
            .select((audit_entries::subject_id, min(audit_entries::at)))
            .load(c))?;
        first.extend(rows.into_iter().filter_map(|(_, at)| at));
    }
    Ok(first)
}
