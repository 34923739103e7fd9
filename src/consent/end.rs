//! The end of a round: what was agreed to stands, for those who agreed.

use super::store;
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{Round, Status, store as campaigns};
use crate::clock::Timestamp;
use crate::db::{Error, Tx};
use crate::ids::{AccountId, RoundId};
use crate::secret::Random;

/// Why a round ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Its time is over.
    Due,
    /// Everybody has answered, and an organizer does not wait for its date.
    Early(AccountId),
    /// An organizer stops it: what stood before it stands on.
    Stopped(AccountId),
}

/// Ends a round; whether it ran and could end so. In one transaction the new text becomes the one that stands and those who agreed agree to
/// it: at no moment does a name stand under a text that it did not agree to.
///
/// # Errors
/// Those of the database.
pub fn settle(
    tx: &mut Tx<'_>,
    random: &Random,
    id: RoundId,
    outcome: Outcome,
    now: Timestamp,
) -> Result<bool, Error> {
    let Some(round) = campaigns::round(tx, id)? else { return Ok(false) };
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    let Some(campaign) = campaigns::hold(tx, round.campaign)? else { return Ok(false) };
    let Some(round) = campaigns::round(tx, id)?.filter(|round| round.settled_at.is_none()) else {
        return Ok(false);
    };
    let may_end = match outcome {
        // What is archived stands as it is. A round can still be stopped there.
        Outcome::Due | Outcome::Early(_) if campaign.settings.status == Status::Archived => false,
        Outcome::Due => round.ends_at <= now && store::unasked(tx, &round, 1)?.is_empty(),
        Outcome::Early(_) => is_answered(tx, &round)?,
        Outcome::Stopped(_) => true,
    };
    if !may_end {
        return Ok(false);
    }
    let is_stopped = matches!(outcome, Outcome::Stopped(_));
    campaigns::end_round(tx, id, now, is_stopped)?;
    let words = match is_stopped {
        true => "The text stays as it was.".to_owned(),
        false => carry_out(tx, &round, now)?,
    };
    let (actor, act) = match outcome {
        Outcome::Due => (Actor::System, "ended the round of consent"),
        Outcome::Early(by) => (Actor::Staff(by), "ended the round of consent"),
        Outcome::Stopped(by) => (Actor::Staff(by), "stopped the round of consent"),
    };
    let act = Act::new(now, actor, Subject::Campaign(round.campaign), act).in_campaign(round.campaign);
    audit::record(tx, random, Act { new: Some(words), ..act })?;
    campaigns::raise_list_revision(tx, round.campaign)?;
    Ok(true)
}

fn carry_out(tx: &mut Tx<'_>, round: &Round, now: Timestamp) -> Result<String, Error> {
    let carried = if round.silence_counts { store::carry_silence(tx, round, now)? } else { 0 };
    let agreed = store::agree_to(tx, round, now)?;
    let off = match round.changes_text() {
        true => {
            campaigns::let_stand(tx, round.campaign, round.to_number, now)?;
            store::lapse_others(tx, round.campaign, now)?
        }
        false => store::lapse_silent(tx, round, now)?,
    };
    Ok(format!(
        "Version {} stands. {agreed} agree, {carried} of them by silence as announced; {off} are off the list.",
        round.to_number
    ))
}

/// Whether everybody who can answer has.
fn is_answered(tx: &mut Tx<'_>, round: &Round) -> Result<bool, Error> {
    let all = super::tally::tally(tx, round)?;
    Ok(all.silent == 0 && all.unasked == 0)
}
