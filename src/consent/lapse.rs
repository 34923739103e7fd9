//! Who is off the list because nobody agreed anew is told, with a link by which they come back.

use super::ask::{Tools, to_everybody};
use super::store;
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{Status, store as campaigns};
use crate::db::{Conn, Error, Tx};
use crate::ids::{AnyId, CampaignId, SignOnId};
use crate::sign_on::{Failure, store as sign_ons};

/// What it is called in the history.
const ACT: &str = "not carried over";

/// Notes who agrees to another text than the one that stands, where nobody is asked at this moment: an entry that was decided anew, or that
/// was signed for a text that came to nothing.
pub(super) fn note_others(tx: &mut Tx<'_>, tools: &Tools, campaign: CampaignId) -> Result<(), Failure> {
    let held = campaigns::hold(tx, campaign)?;
    if held.is_none_or(|held| held.settings.status == Status::Archived) {
        return Ok(());
    }
    if campaigns::open_round(tx, campaign)?.is_none() && store::lapse_others(tx, campaign, tools.now)? > 0 {
        campaigns::raise_list_revision(tx, campaign)?;
    }
    Ok(())
}

/// Compares what one of them is told about, before the transaction that tells them.
pub(super) fn compare(
    conn: &mut Conn,
    tools: &Tools,
    campaign: CampaignId,
    id: SignOnId,
) -> Result<(), Error> {
    let Some(sign_on) = sign_ons::by_id(conn, id)? else { return Ok(()) };
    let before = campaigns::letter_version(conn, campaign, sign_on.letter_version)?;
    let after = campaigns::letter(conn, campaign)?;
    if before.meaning != after.meaning {
        tools.compared.between(&before, &after);
    }
    Ok(())
}

/// Tells one of them.
pub(super) fn tell(
    tx: &mut Tx<'_>,
    tools: &Tools,
    campaign: CampaignId,
    id: SignOnId,
) -> Result<(), Failure> {
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    let Some(campaign) = campaigns::hold(tx, campaign)? else { return Ok(()) };
    let Some(sign_on) = sign_ons::by_id(tx, id)? else { return Ok(()) };
    // Whoever cannot be mailed now is told later; where somebody can be, the organization is told.
    let mut held = sign_ons::each_representative_of(tx, &tools.app.keys, id)?;
    if held.iter().all(|(_, held)| held.is_err())
        && let Some((_, Err(error))) = held.pop()
    {
        return Err(sign_ons::ContactError::from(error).into());
    }
    if !store::note_told(tx, id)? {
        return Ok(());
    }
    // Who is told a second time, because they signed once more, has not left a second time.
    let since = sign_ons::lapsed_at(tx, id)?;
    let is_first = audit::of(tx, AnyId::from_uuid(id.uuid()))?
        .iter()
        .all(|act| act.act != ACT || since.is_some_and(|since| act.at < since));
    if is_first {
        let act = Act::new(tools.now, Actor::System, Subject::SignOn(id), ACT).in_campaign(campaign.id);
        audit::record(tx, &tools.app.random, act)?;
    }
    let before = campaigns::letter_version(tx, campaign.id, sign_on.letter_version)?;
    let after = campaigns::letter_version(tx, campaign.id, campaign.text_number)?;
    let may_come_back = campaign.takes_sign_ons(tools.now);
    let round = store::last_round_of(tx, id)?;
    let texts = (&campaign, &before, &after);
    to_everybody(tx, tools, round, (&sign_on, texts), |about, to, token| {
        about.lapsed(&sign_on, may_come_back, to, token)
    })?;
    Ok(())
}
