//! What is written down beside a submission: by which invitation it came, and which text was read.

use super::{Desk, Failure};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{Campaign, Reading};
use crate::db::Tx;
use crate::sign_on::invitation::{BY_INVITATION, Invitation, LATE_BY_INVITATION};
use crate::sign_on::state::SignOn;
use crate::sign_on::store;

/// That a translation was read, which is the new value, in the history.
pub(crate) const READ_IN: &str = "read the letter in a translation";

/// Writes down by which invitation it came, and whether only that let it come so late.
pub(super) fn came_by(
    tx: &mut Tx<'_>,
    desk: &Desk,
    campaign: &Campaign,
    sign_on: &SignOn,
    invitation: &Invitation,
) -> Result<(), Failure> {
    store::came_by(tx, sign_on.id, invitation.id)?;
    let act = if campaign.is_past_deadline(desk.now) { LATE_BY_INVITATION } else { BY_INVITATION };
    let act = Act {
        new: Some(invitation.organization.to_string()),
        ..Act::new(desk.now, Actor::Representative, Subject::SignOn(sign_on.id), act).in_campaign(campaign.id)
    };
    Ok(audit::record(tx, &desk.app.random, act)?)
}

/// Writes down which translation was read, where one was.
pub(in crate::sign_on) fn read(
    tx: &mut Tx<'_>,
    desk: &Desk,
    sign_on: &SignOn,
    read: &Reading,
) -> Result<(), Failure> {
    if read.translation.is_none() {
        return Ok(());
    }
    store::note_shown(tx, &desk.app.random, sign_on.id, read, desk.now)?;
    let said = store::shown(tx, sign_on.id)?.last().map(store::TextShown::said);
    let act = Act::new(desk.now, Actor::Representative, Subject::SignOn(sign_on.id), READ_IN);
    Ok(audit::record(tx, &desk.app.random, Act { new: said, ..act.in_campaign(sign_on.campaign) })?)
}

/// Whether a sign-on that waits was sent after reading the same text.
pub(super) fn has_read_the_same(tx: &mut Tx<'_>, waiting: &SignOn, read: &Reading) -> Result<bool, Failure> {
    let shown = store::shown(tx, waiting.id)?.pop().and_then(|shown| shown.translation);
    Ok(shown.map(|(_, version)| version.id) == read.translation.as_ref().map(|version| version.id))
}
