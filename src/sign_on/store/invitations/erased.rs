//! What is forgotten of invitations: where they went, why they were declined, and their links.

use crate::db::schema::{invitation_links, invitations, sign_ons};
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{CampaignId, InvitationId, SignOnId};
use crate::secret::LookupKey;
use diesel::prelude::*;

pub(super) fn end_links(tx: &mut Tx<'_>, ids: &[InvitationId]) -> Result<(), Error> {
    let links = invitation_links::table.filter(invitation_links::invitation_id.eq_any(ids));
    both!(tx, |c| diesel::delete(links).execute(c))?;
    Ok(())
}

/// The invitations of these letters that still say where they went or why they were declined, at most `most`, each with its letter.
///
/// # Errors
/// Those of the database.
pub fn invited_still(
    conn: &mut Conn,
    campaigns: &[CampaignId],
    most: i64,
) -> Result<Vec<(InvitationId, CampaignId)>, Error> {
    Ok(both!(conn, |c| invitations::table
        .filter(invitations::campaign_id.eq_any(campaigns))
        .filter(invitations::sealed.is_not_null().or(invitations::reason.is_not_null()))
        .limit(most)
        .select((invitations::id, invitations::campaign_id))
        .load(c))?)
}

/// Erases where these went and why they were declined; how many. That they were invited stays.
///
/// # Errors
/// Those of the database.
pub fn erase_invited(tx: &mut Tx<'_>, ids: &[InvitationId]) -> Result<usize, Error> {
    erase(tx, ids)?;
    Ok(ids.len())
}

/// The same of the invitation that a sign-on came by, where it went to one of these mailboxes: whoever is erased there is not kept here,
/// and an invitation that somebody passed on stays whose it is.
pub(in crate::sign_on::store) fn erase_invited_by(
    tx: &mut Tx<'_>,
    sign_on: SignOnId,
    whose: &[Vec<u8>],
) -> Result<(), Error> {
    let theirs: Vec<Option<&[u8]>> = whose.iter().map(|key| Some(key.as_slice())).collect();
    let ids: Vec<InvitationId> = both!(tx, |c| invitations::table
        .filter(
            invitations::id.nullable().eq_any(sign_ons::table.find(sign_on).select(sign_ons::invitation_id))
        )
        .filter(invitations::email_key.eq_any(theirs))
        .select(invitations::id)
        .load(c))?;
    erase(tx, &ids)
}

/// The invitations to a letter that went to this mailbox.
///
/// # Errors
/// Those of the database.
pub(in crate::sign_on) fn invitations_at(
    conn: &mut Conn,
    campaign: CampaignId,
    whose: LookupKey,
) -> Result<Vec<InvitationId>, Error> {
    Ok(both!(conn, |c| invitations::table
        .filter(invitations::campaign_id.eq(campaign))
        .filter(invitations::email_key.eq(Some(whose.as_bytes())))
        .order(invitations::id)
        .select(invitations::id)
        .load(c))?)
}

/// Erases where these went and why they were declined, and ends their links. Their mails are taken back before.
///
/// # Errors
/// Those of the database.
pub(in crate::sign_on) fn erase(tx: &mut Tx<'_>, ids: &[InvitationId]) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    end_links(tx, ids)?;
    both!(tx, |c| diesel::update(invitations::table.filter(invitations::id.eq_any(ids)))
        .set((
            invitations::sealed.eq(None::<Vec<u8>>),
            invitations::email_key.eq(None::<Vec<u8>>),
            invitations::reason.eq(None::<Vec<u8>>),
        ))
        .execute(c))?;
    Ok(())
}
