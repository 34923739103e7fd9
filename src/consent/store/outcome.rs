//! What comes of a round: who agrees to the text that stands from now on, and who is off the list.

use super::{Answer, LIVE};
use crate::campaign::{Round, SHORTEST_ROUND_DAYS, store as campaigns};
use crate::clock::{Timestamp, days};
use crate::db::schema::{
    campaigns as campaign_rows, consent_answers, consent_links, consent_rounds, sign_ons,
};
use crate::db::{Conn, Error, Tx, both, kept};
use crate::ids::{CampaignId, SignOnId};
use diesel::prelude::*;

/// When a mail had to be taken over by the relay for silence after it to say anything.
fn in_time(round: &Round) -> Timestamp {
    round.ends_at.plus(-days(SHORTEST_ROUND_DAYS))
}

/// The entries of a round of whose links one is somebody's still: a link ends with its contact.
macro_rules! reachable {
    ($round:expr) => {
        consent_links::table
            .filter(consent_links::round_id.eq(Some($round.id)))
            .select(consent_links::sign_on_id)
    };
}

/// The relay has taken over a mail of a round that runs, about this entry.
///
/// # Errors
/// Those of the database.
pub fn note_delivery(tx: &mut Tx<'_>, sign_on: SignOnId, now: Timestamp) -> Result<(), Error> {
    let running =
        consent_rounds::table.filter(consent_rounds::settled_at.is_null()).select(consent_rounds::id);
    let first = consent_answers::table
        .filter(consent_answers::sign_on_id.eq(sign_on))
        .filter(consent_answers::delivered_at.is_null())
        .filter(consent_answers::round_id.eq_any(running));
    both!(tx, |c| kept(diesel::update(first).set(consent_answers::delivered_at.eq(Some(now)))).execute(c))?;
    Ok(())
}

/// Lets silence count where it was announced to the organization when it signed and the question reached somebody in time, who is still there; for
/// those who agreed to the text that stood until now, which is the one that the mail compared.
///
/// # Errors
/// Those of the database.
pub fn carry_silence(tx: &mut Tx<'_>, round: &Round, now: Timestamp) -> Result<usize, Error> {
    let before = campaigns::same_meaning(tx, round.campaign, round.from_number)?;
    let told = sign_ons::table
        .filter(sign_ons::campaign_id.eq(round.campaign))
        .filter(sign_ons::state.eq_any(LIVE))
        .filter(sign_ons::silence_counts.eq(true))
        .filter(sign_ons::letter_version.eq_any(before))
        .filter(sign_ons::undeliverable_at.is_null())
        .select(sign_ons::id);
    let silent = consent_answers::table
        .filter(consent_answers::round_id.eq(round.id))
        .filter(consent_answers::answer.is_null())
        .filter(consent_answers::delivered_at.le(in_time(round)))
        .filter(consent_answers::sign_on_id.eq_any(reachable!(round)))
        .filter(consent_answers::sign_on_id.eq_any(told));
    Ok(both!(tx, |c| diesel::update(silent)
        .set((consent_answers::answer.eq(Some(Answer::Carried)), consent_answers::answered_at.eq(Some(now)),))
        .execute(c))?)
}

/// Notes that those who agreed in a round agree to its text, at this moment.
///
/// # Errors
/// Those of the database.
pub fn agree_to(tx: &mut Tx<'_>, round: &Round, now: Timestamp) -> Result<usize, Error> {
    let agreed = consent_answers::table
        .filter(consent_answers::round_id.eq(round.id))
        .filter(consent_answers::answer.eq_any([Answer::Kept, Answer::Carried]))
        .select(consent_answers::sign_on_id);
    let theirs = sign_ons::table
        .filter(sign_ons::campaign_id.eq(round.campaign))
        .filter(sign_ons::lapsed_at.is_null())
        .filter(sign_ons::id.eq_any(agreed));
    Ok(both!(tx, |c| diesel::update(theirs)
        .set((sign_ons::letter_version.eq(round.to_number), sign_ons::renewed_at.eq(Some(now))))
        .execute(c))?)
}

/// Takes those who were asked in time and said nothing off the list, where the text is the same as before: they agreed to it once, too long
/// ago. Whom no mail reached has not been asked.
///
/// # Errors
/// Those of the database.
pub fn lapse_silent(tx: &mut Tx<'_>, round: &Round, now: Timestamp) -> Result<usize, Error> {
    let silent = consent_answers::table
        .filter(consent_answers::round_id.eq(round.id))
        .filter(consent_answers::answer.is_null())
        .filter(consent_answers::delivered_at.le(in_time(round)))
        .filter(consent_answers::sign_on_id.eq_any(reachable!(round)))
        .select(consent_answers::sign_on_id);
    let theirs = sign_ons::table
        .filter(sign_ons::campaign_id.eq(round.campaign))
        .filter(sign_ons::state.eq_any(LIVE))
        .filter(sign_ons::lapsed_at.is_null())
        .filter(sign_ons::id.eq_any(silent));
    Ok(both!(tx, |c| diesel::update(theirs).set(sign_ons::lapsed_at.eq(Some(now))).execute(c))?)
}

/// Takes every live entry off the list that agrees to another text than the one that stands. It was not printed under that text anyway.
///
/// # Errors
/// Those of the database.
pub fn lapse_others(tx: &mut Tx<'_>, campaign: CampaignId, now: Timestamp) -> Result<usize, Error> {
    let number = campaigns::text_number(tx, campaign)?;
    let agreed = campaigns::same_meaning(tx, campaign, number)?;
    let theirs = sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::state.eq_any(LIVE))
        .filter(sign_ons::lapsed_at.is_null())
        .filter(sign_ons::letter_version.ne_all(agreed));
    Ok(both!(tx, |c| diesel::update(theirs).set(sign_ons::lapsed_at.eq(Some(now))).execute(c))?)
}

/// The campaigns whose text has changed in what it says, in which nobody is asked now: there, whoever agrees to another text is told.
///
/// # Errors
/// Those of the database.
pub fn campaigns_with_others(conn: &mut Conn) -> Result<Vec<CampaignId>, Error> {
    let standing = campaigns::standing_versions(conn)?;
    let found: Vec<(CampaignId, i64)> = both!(conn, |c| sign_ons::table
        .inner_join(campaign_rows::table)
        .filter(sign_ons::state.eq_any(LIVE))
        .filter(sign_ons::lapsed_at.is_null())
        .filter(sign_ons::letter_version.ne(campaign_rows::text_number))
        .group_by((sign_ons::campaign_id, sign_ons::letter_version))
        .select((sign_ons::campaign_id, sign_ons::letter_version))
        .load(c))?;
    let mut others: Vec<CampaignId> =
        found.into_iter().filter(|pair| !standing.contains(pair)).map(|(campaign, _)| campaign).collect();
    others.dedup();
    Ok(others)
}

/// Who is off the list and has not been told, with the campaign: those behind one, at most so many entries.
///
/// # Errors
/// Those of the database.
pub fn untold(
    conn: &mut Conn,
    after: Option<(CampaignId, SignOnId)>,
    most: i64,
) -> Result<Vec<(CampaignId, SignOnId)>, Error> {
    let (campaign, last) =
        after.unwrap_or((CampaignId::from_uuid(uuid::Uuid::nil()), SignOnId::from_uuid(uuid::Uuid::nil())));
    let behind =
        sign_ons::campaign_id.gt(campaign).or(sign_ons::campaign_id.eq(campaign).and(sign_ons::id.gt(last)));
    Ok(both!(conn, |c| sign_ons::table
        .filter(sign_ons::lapsed_at.is_not_null())
        .filter(sign_ons::lapse_told.eq(false))
        .filter(behind)
        .order((sign_ons::campaign_id, sign_ons::id))
        .limit(most)
        .select((sign_ons::campaign_id, sign_ons::id))
        .load(c))?)
}

/// Notes that they are told; whether they were to be.
///
/// # Errors
/// Those of the database.
pub fn note_told(tx: &mut Tx<'_>, sign_on: SignOnId) -> Result<bool, Error> {
    let untold = sign_ons::table
        .find(sign_on)
        .filter(sign_ons::lapsed_at.is_not_null())
        .filter(sign_ons::lapse_told.eq(false));
    Ok(both!(tx, |c| diesel::update(untold).set(sign_ons::lapse_told.eq(true)).execute(c))? == 1)
}

/// The round in which an entry was asked last.
///
/// # Errors
/// Those of the database.
pub fn last_round_of(conn: &mut Conn, sign_on: SignOnId) -> Result<Option<crate::ids::RoundId>, Error> {
    Ok(both!(conn, |c| consent_answers::table
        .filter(consent_answers::sign_on_id.eq(sign_on))
        .order(consent_answers::asked_at.desc())
        .select(consent_answers::round_id)
        .first(c)
        .optional())?)
}
