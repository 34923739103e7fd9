//! Who chose to hear of which letter, and what there is to tell.

use super::cadence::{Cadence, Choice};
use super::news::{Named, News, READ};
use crate::clock::Timestamp;
use crate::db::schema::{campaigns, consent_answers, consent_rounds, digests, sign_ons};
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{AccountId, CampaignId, SignOnId};
use crate::sign_on::store as entries;
use crate::sign_on::{Origin, Standing};
use crate::text_column;
use diesel::prelude::*;

text_column!(Cadence, Cadence::parse);

/// What somebody chose for a letter, and until when they were told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chosen {
    pub(super) account: AccountId,
    pub(super) campaign: CampaignId,
    pub(super) choice: Choice,
    pub(super) told_until: Timestamp,
}

type Row = (AccountId, CampaignId, Cadence, i64, Timestamp);

fn chosen((account, campaign, cadence, hour, told_until): Row) -> Chosen {
    let hour = i8::try_from(hour).unwrap_or(super::cadence::USUAL_HOUR);
    Chosen { account, campaign, choice: Choice { cadence, hour }, told_until }
}

/// Everything that was chosen, for letters that are not archived.
///
/// # Errors
/// Those of the database.
pub(super) fn all(conn: &mut Conn) -> Result<Vec<Chosen>, Error> {
    let rows: Vec<Row> = both!(conn, |c| digests::table
        .inner_join(campaigns::table)
        .filter(campaigns::status.ne("archived"))
        .order((digests::campaign_id, digests::account_id))
        .select((
            digests::account_id,
            digests::campaign_id,
            digests::cadence,
            digests::hour,
            digests::told_until,
        ))
        .load(c))?;
    Ok(rows.into_iter().map(chosen).collect())
}

/// What somebody chose, letter by letter.
///
/// # Errors
/// Those of the database.
pub(super) fn of(conn: &mut Conn, account: AccountId) -> Result<Vec<Chosen>, Error> {
    let rows: Vec<Row> = both!(conn, |c| digests::table
        .filter(digests::account_id.eq(account))
        .order(digests::campaign_id)
        .load(c))?;
    Ok(rows.into_iter().map(chosen).collect())
}

/// Keeps what somebody chose. Whoever had chosen before is told from where they were told last; whoever had not, from now on.
///
/// # Errors
/// Those of the database.
pub(super) fn choose(
    tx: &mut Tx<'_>,
    account: AccountId,
    campaign: CampaignId,
    choice: Option<Choice>,
    now: Timestamp,
) -> Result<(), Error> {
    let Some(Choice { cadence, hour }) = choice else {
        both!(tx, |c| diesel::delete(digests::table.find((account, campaign))).execute(c))?;
        return Ok(());
    };
    let hour = i64::from(hour);
    both!(tx, |c| diesel::insert_into(digests::table)
        .values((
            digests::account_id.eq(account),
            digests::campaign_id.eq(campaign),
            digests::cadence.eq(cadence),
            digests::hour.eq(hour),
            digests::told_until.eq(now),
        ))
        .on_conflict((digests::account_id, digests::campaign_id))
        .do_update()
        .set((digests::cadence.eq(cadence), digests::hour.eq(hour)))
        .execute(c))?;
    Ok(())
}

/// Moves on until when somebody was told, if that is still as it was; `false` when somebody was first. Whoever moves it tells.
///
/// # Errors
/// Those of the database.
pub(super) fn move_on(tx: &mut Tx<'_>, before: &Chosen, until: Timestamp) -> Result<bool, Error> {
    let untold = digests::table
        .find((before.account, before.campaign))
        .filter(digests::told_until.eq(before.told_until));
    Ok(both!(tx, |c| diesel::update(untold).set(digests::told_until.eq(until)).execute(c))? == 1)
}

/// The entries of a campaign that something happened to since one moment and before another.
macro_rules! happened {
    ($conn:expr, $campaign:expr, $at:ident, $between:expr, $standing:expr) => {{
        let ids: Vec<SignOnId> = both!($conn, |c| sign_ons::table
            .filter(sign_ons::campaign_id.eq($campaign))
            .filter(sign_ons::state.eq($standing))
            .filter(sign_ons::origin.ne(Origin::Import))
            .filter(sign_ons::merged_into.is_null())
            .filter(sign_ons::$at.ge($between.0))
            .filter(sign_ons::$at.lt($between.1))
            .order((sign_ons::folded, sign_ons::id))
            .select(sign_ons::id)
            .load(c))?;
        named($conn, &ids)
    }};
}

fn named(conn: &mut Conn, ids: &[SignOnId]) -> Result<Named, Error> {
    let first: Vec<SignOnId> = ids.iter().take(usize::try_from(READ).unwrap_or(0)).copied().collect();
    let mut found = entries::by_ids(conn, &first)?;
    found.sort_by_key(|sign_on| first.iter().position(|id| *id == sign_on.id));
    Ok(Named::new(ids.len(), &found))
}

/// What is new in a letter since one moment and before another, and what waits now.
///
/// # Errors
/// Those of the database.
pub(super) fn news(
    conn: &mut Conn,
    campaign: CampaignId,
    between: (Timestamp, Timestamp),
) -> Result<News, Error> {
    let counts: Vec<(Standing, i64)> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::state.eq(Standing::AwaitingModeration))
        .group_by(sign_ons::state)
        .select((sign_ons::state, diesel::dsl::count_star()))
        .load(c))?;
    let asked: i64 = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::state.eq(Standing::OnHold))
        .filter(sign_ons::question.is_not_null())
        .count()
        .get_result(c))?;
    let questions: i64 = both!(conn, |c| consent_answers::table
        .inner_join(consent_rounds::table)
        .filter(consent_rounds::campaign_id.eq(campaign))
        .filter(consent_rounds::settled_at.is_null())
        .filter(consent_answers::question_at.is_not_null())
        .filter(consent_answers::answer.is_null())
        .count()
        .get_result(c))?;
    Ok(News {
        verified: happened!(conn, campaign, verified_at, between, Standing::AwaitingModeration)?,
        approved: happened!(conn, campaign, joined_at, between, Standing::Approved)?,
        rejected: happened!(conn, campaign, decided_at, between, Standing::Rejected)?,
        withdrawn: happened!(conn, campaign, withdrawn_at, between, Standing::Withdrawn)?,
        removed: happened!(conn, campaign, decided_at, between, Standing::Removed)?,
        waiting: counts.first().map_or(0, |(_, count)| *count),
        asked,
        corrections: i64::try_from(entries::waiting_corrections(conn, campaign)?.len()).unwrap_or(i64::MAX),
        reported: entries::count_reported(conn, campaign)?,
        questions,
    })
}
