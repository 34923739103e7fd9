//! How what somebody meant to do ends: each with its mails, which are taken back first, so that nobody who settles an intention waits for
//! whoever settles the same one.

use super::failure::Failure;
use super::intention::Came;
use super::invitation::extended;
use super::state::SignOn;
use super::store;
use super::submission::Representative;
use crate::campaign::{self, Campaign, Status};
use crate::clock::Timestamp;
use crate::db::{self, Conn, Tx};
use crate::ids::{AnyId, CampaignId, IntentionId, InvitationId, SignOnId};
use crate::mail::{self, Outbox};
use crate::secret::{Keys, LookupKey};
use crate::text::{EmailAddress, fold};

/// Settles these, and erases what named anybody; how many were not settled before.
///
/// # Errors
/// Those of the database.
pub(crate) fn settle(
    tx: &mut Tx<'_>,
    ids: &[IntentionId],
    came: Came,
    now: Timestamp,
) -> Result<usize, db::Error> {
    for id in ids {
        mail::take_back_all(tx, AnyId::from_uuid(id.uuid()), now)?;
    }
    let mut count = 0;
    for id in ids {
        count += usize::from(store::settle_intention(tx, *id, came, now)?);
    }
    Ok(count)
}

/// Those that came by an invitation end with it.
///
/// # Errors
/// Those of the database.
pub(crate) fn end_by(tx: &mut Tx<'_>, invitation: InvitationId, now: Timestamp) -> Result<(), db::Error> {
    let ids = store::open_intentions_by(tx, invitation)?;
    settle(tx, &ids, Came::Withdrawn, now).map(drop)
}

/// One has become this sign-on.
///
/// # Errors
/// Those of the database.
pub(crate) fn became(
    tx: &mut Tx<'_>,
    id: IntentionId,
    sign_on: SignOnId,
    now: Timestamp,
) -> Result<(), db::Error> {
    settle(tx, &[id], Came::Signed, now)?;
    store::intention_became(tx, id, sign_on)
}

/// Whoever has signed by a proved mailbox is not reminded to, whichever way they came. Before that a form that anybody can send
/// would end what somebody else meant.
pub(super) fn has_signed(
    tx: &mut Tx<'_>,
    keys: &Keys,
    sign_on: &SignOn,
    contacts: &[Representative],
    now: Timestamp,
) -> Result<(), Failure> {
    for contact in contacts {
        let whose = store::contact_key(keys, &contact.email);
        for theirs in store::intentions_by(tx, keys, sign_on.campaign, whose)? {
            let is_theirs = fold(theirs.organization.as_str()) == fold(sign_on.entry.organization.as_str());
            if theirs.settled.is_none() && is_theirs {
                became(tx, theirs.id, sign_on.id, now)?;
            }
        }
    }
    Ok(())
}

/// Forgets what a mailbox meant to do in a letter and where it was invited.
pub(super) fn forget(
    tx: &mut Tx<'_>,
    outbox: &Outbox,
    campaign: CampaignId,
    (whose, email): (LookupKey, &EmailAddress),
    now: Timestamp,
) -> Result<(), db::Error> {
    let intentions = store::intentions_at(tx, campaign, whose)?;
    let invitations = store::invitations_at(tx, campaign, whose)?;
    let meant = intentions.iter().map(|id| id.uuid());
    for about in meant.chain(invitations.iter().map(|id| id.uuid())) {
        let about = AnyId::from_uuid(about);
        mail::take_back_all(tx, about, now)?;
        outbox.forget_to(tx, about, email, now)?;
    }
    store::delete_intentions(tx, &intentions)?;
    store::forget_invited(tx, &invitations)
}

/// Those that wait in letters that are closed at a moment, as their settings stand: nobody is reminded of what cannot be signed. At most
/// `most`, each with its letter and since when that takes no sign-on of theirs.
///
/// # Errors
/// Those of the database.
pub(crate) fn of_closed(
    conn: &mut Conn,
    at: Timestamp,
    most: i64,
) -> Result<Vec<(IntentionId, CampaignId, Timestamp)>, db::Error> {
    let closed: Vec<Campaign> =
        campaign::store::all(conn)?.into_iter().filter(|campaign| is_closed(campaign, at)).collect();
    let ids: Vec<CampaignId> = closed.iter().map(|campaign| campaign.id).collect();
    let mut over = Vec::new();
    for (id, of, invitation) in store::open_intentions_of(conn, &ids)? {
        let late_until = match invitation {
            Some(invitation) => store::invited_until(conn, invitation)?,
            None => None,
        };
        let Some(of) = closed.iter().find(|campaign| campaign.id == of) else { continue };
        let theirs = extended(of, late_until);
        if is_closed(&theirs, at) {
            over.push((id, of.id, theirs.closed_on(at).unwrap_or(at)));
        }
    }
    over.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(over)
}

/// Ends these.
///
/// # Errors
/// Those of the database.
pub(crate) fn end(tx: &mut Tx<'_>, ids: &[IntentionId], now: Timestamp) -> Result<usize, db::Error> {
    settle(tx, ids, Came::Withdrawn, now)
}

/// Whether a letter takes no sign-ons any more, other than one that is paused or opens later.
pub(crate) fn is_closed(campaign: &Campaign, now: Timestamp) -> bool {
    campaign.is_past_deadline(now) || matches!(campaign.settings.status, Status::Closed | Status::Archived)
}
