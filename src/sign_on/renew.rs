//! An expired link is asked for once more, by one press.

use super::receive::{Desk, Failure, may_mail, send_link, was_just_mailed};
use super::state::SignOn;
use super::store;
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign;
use crate::db::Tx;

/// Mails a fresh link to everybody who signed by the old one, where their mailbox may have one.
pub(super) fn renew(tx: &mut Tx<'_>, desk: &Desk, sign_on: &SignOn) -> Result<(), Failure> {
    let contacts = store::contacts_of(tx, &desk.app.keys, sign_on.id)?;
    for contact in &contacts {
        desk.outbox.take_turn(tx, &contact.email)?;
    }
    // The form may have been sent again while the turn was waited for: the link is for what stands now.
    let Some(sign_on) = store::by_id(tx, sign_on.id)? else { return Ok(()) };
    let Some(campaign) = campaign::store::by_id(tx, sign_on.campaign)? else { return Ok(()) };
    if was_just_mailed(tx, desk, &sign_on)? {
        return Ok(());
    }
    for contact in &contacts {
        if may_mail(tx, desk, campaign.id, &contact.email)? {
            send_link(tx, desk, &campaign, &sign_on, &contact.email)?;
        }
    }
    let act =
        Act::new(desk.now, Actor::Representative, Subject::SignOn(sign_on.id), "asked for a fresh link");
    Ok(audit::record(tx, &desk.app.random, act.in_campaign(campaign.id))?)
}
