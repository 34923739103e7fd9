//! What changes an invitation: guarded by its version wherever an organizer must not overlook what somebody else did.

use super::erased::end_links;
use super::{ADDRESS, WHY_NOT};
use crate::clock::Timestamp;
use crate::db::schema::{invitation_links, invitations, sign_ons};
use crate::db::{Error, Tx, both};
use crate::ids::{AccountId, AnyId, InvitationId, SignOnId};
use crate::mail::{self, Kind};
use crate::secret::{Keys, Random, TokenDigest};
use crate::sign_on::invitation::{Invitation, WhyNot};
use crate::sign_on::store::contact_key;
use crate::text::{EmailAddress, fold};
use diesel::prelude::*;

pub(super) fn insert_link(
    tx: &mut Tx<'_>,
    id: InvitationId,
    link: TokenDigest,
    now: Timestamp,
) -> Result<(), Error> {
    both!(tx, |c| diesel::insert_into(invitation_links::table)
        .values((
            invitation_links::digest.eq(link.as_bytes()),
            invitation_links::invitation_id.eq(id),
            invitation_links::made_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

/// Writes down by which invitation a sign-on came.
///
/// # Errors
/// Those of the database.
pub(crate) fn came_by(tx: &mut Tx<'_>, sign_on: SignOnId, invitation: InvitationId) -> Result<(), Error> {
    both!(tx, |c| diesel::update(sign_ons::table.find(sign_on))
        .set(sign_ons::invitation_id.eq(Some(invitation)))
        .execute(c))?;
    Ok(())
}

/// Writes down that somebody has pressed a button on its page: once.
///
/// # Errors
/// Those of the database.
pub fn open_invitation(tx: &mut Tx<'_>, id: InvitationId, now: Timestamp) -> Result<(), Error> {
    let unopened = invitations::table.find(id).filter(invitations::opened_at.is_null());
    both!(tx, |c| diesel::update(unopened).set(invitations::opened_at.eq(Some(now))).execute(c))?;
    Ok(())
}

/// Writes down that they decline; `false` when they had, or it is revoked.
///
/// # Errors
/// Those of the database.
pub fn decline_invitation(
    tx: &mut Tx<'_>,
    keys: &Keys,
    random: &Random,
    id: InvitationId,
    why_not: Option<&WhyNot>,
    now: Timestamp,
) -> Result<bool, Error> {
    open_invitation(tx, id, now)?;
    let sealed = why_not.map(|words| keys.seal(random, id.uuid(), WHY_NOT, words.as_str().as_bytes()));
    let open = invitations::table
        .find(id)
        .filter(invitations::declined_at.is_null())
        .filter(invitations::revoked_at.is_null());
    let changed = both!(tx, |c| diesel::update(open)
        .set((
            invitations::declined_at.eq(Some(now)),
            invitations::reason.eq(sealed),
            invitations::version.eq(invitations::version + 1),
        ))
        .execute(c))?;
    Ok(changed == 1)
}

/// Writes down that they want no more reminders.
///
/// # Errors
/// Those of the database.
pub fn quiet_invitation(tx: &mut Tx<'_>, id: InvitationId, now: Timestamp) -> Result<(), Error> {
    open_invitation(tx, id, now)?;
    let loud = invitations::table.find(id).filter(invitations::quiet_at.is_null());
    both!(tx, |c| diesel::update(loud)
        .set((invitations::quiet_at.eq(Some(now)), invitations::version.eq(invitations::version + 1)))
        .execute(c))?;
    Ok(())
}

/// Takes it back, with its links, if it is still as `before`; whether it was.
///
/// # Errors
/// Those of the database.
pub fn revoke_invitation(
    tx: &mut Tx<'_>,
    before: &Invitation,
    by: AccountId,
    now: Timestamp,
) -> Result<bool, Error> {
    let changed = both!(tx, |c| diesel::update(
        invitations::table
            .find(before.id)
            .filter(invitations::version.eq(before.version))
            .filter(invitations::revoked_at.is_null())
    )
    .set((
        invitations::revoked_at.eq(Some(now)),
        invitations::revoked_by.eq(Some(by)),
        invitations::version.eq(invitations::version + 1),
    ))
    .execute(c))?;
    if changed == 1 {
        end_links(tx, &[before.id])?;
    }
    Ok(changed == 1)
}

/// Writes down another mail to the same address, with its link, if it is still as `before`; whether it was.
///
/// # Errors
/// Those of the database.
pub fn mail_invitation(
    tx: &mut Tx<'_>,
    before: &Invitation,
    link: TokenDigest,
    now: Timestamp,
) -> Result<bool, Error> {
    let changed = both!(tx, |c| diesel::update(
        invitations::table.find(before.id).filter(invitations::version.eq(before.version))
    )
    .set((
        invitations::mailed_at.eq(now),
        invitations::mails.eq(invitations::mails + 1),
        invitations::delivered_at.eq(None::<Timestamp>),
        invitations::version.eq(invitations::version + 1),
    ))
    .execute(c))?;
    if changed == 1 {
        insert_link(tx, before.id, link, now)?;
    }
    Ok(changed == 1)
}

/// A mail about it, of one of these kinds, was taken back before it went, so it counts for nothing: the one before is the newest again.
///
/// # Errors
/// Those of the database.
pub fn unmail_invitation(tx: &mut Tx<'_>, id: InvitationId, kinds: &[Kind]) -> Result<(), Error> {
    let newest = mail::newest(tx, AnyId::from_uuid(id.uuid()), kinds)?;
    let mailed = invitations::table.find(id).filter(invitations::mails.gt(1));
    match newest {
        Some((at, gone)) => both!(tx, |c| diesel::update(mailed)
            .set((
                invitations::mails.eq(invitations::mails - 1),
                invitations::mailed_at.eq(at),
                invitations::delivered_at.eq(gone),
                invitations::version.eq(invitations::version + 1),
            ))
            .execute(c))?,
        // What was mailed so long ago that nobody knows when has gone.
        None => both!(tx, |c| diesel::update(mailed)
            .set((
                invitations::mails.eq(invitations::mails - 1),
                invitations::mailed_at.eq(invitations::made_at),
                invitations::delivered_at.eq(invitations::made_at.nullable()),
                invitations::version.eq(invitations::version + 1),
            ))
            .execute(c))?,
    };
    Ok(())
}

/// Gives it another address, if it is still as `before`; whether it was. The links that went to the one before end; what that one had and
/// answered stays in a row of its own, like one that was revoked.
///
/// # Errors
/// [`Error::Unique`] when the organization is invited there already.
pub fn readdress_invitation(
    tx: &mut Tx<'_>,
    keys: &Keys,
    random: &Random,
    before: &Invitation,
    (to, link): (&EmailAddress, TokenDigest),
    (by, now): (AccountId, Timestamp),
) -> Result<bool, Error> {
    let sealed = keys.seal(random, before.id.uuid(), ADDRESS, to.as_str().as_bytes());
    let changed = both!(tx, |c| diesel::update(
        invitations::table.find(before.id).filter(invitations::version.eq(before.version))
    )
    .set((
        invitations::sealed.eq(Some(sealed)),
        invitations::email_key.eq(Some(contact_key(keys, to).as_bytes())),
        invitations::mailed_at.eq(now),
        invitations::mails.eq(1),
        invitations::delivered_at.eq(None::<Timestamp>),
        invitations::bounced_at.eq(None::<Timestamp>),
        invitations::quiet_at.eq(None::<Timestamp>),
        invitations::version.eq(invitations::version + 1),
    ))
    .execute(c))?;
    if changed == 1 {
        end_links(tx, &[before.id])?;
        insert_link(tx, before.id, link, now)?;
        if let Some(old) = &before.email {
            leave_behind(tx, keys, random, (before, old), (by, now))?;
        }
    }
    Ok(changed == 1)
}

/// Remembers the address that an invitation went to before.
fn leave_behind(
    tx: &mut Tx<'_>,
    keys: &Keys,
    random: &Random,
    (before, old): (&Invitation, &EmailAddress),
    (by, now): (AccountId, Timestamp),
) -> Result<(), Error> {
    let id = InvitationId::new(now.millis(), random.bytes());
    both!(tx, |c| diesel::insert_into(invitations::table)
        .values((
            invitations::id.eq(id),
            invitations::campaign_id.eq(before.campaign),
            invitations::version.eq(1_i64),
            invitations::organization.eq(&before.organization),
            invitations::folded.eq(fold(before.organization.as_str())),
            invitations::website.eq(before.website.clone()),
            invitations::language.eq(before.language.clone()),
            invitations::sealed.eq(Some(keys.seal(random, id.uuid(), ADDRESS, old.as_str().as_bytes()))),
            invitations::email_key.eq(Some(contact_key(keys, old).as_bytes())),
            invitations::made_at.eq(before.made_at),
            invitations::made_by.eq(before.made_by),
            invitations::mailed_at.eq(before.mailed_at),
            invitations::mails.eq(before.mails),
            invitations::delivered_at.eq(before.delivered_at),
            invitations::bounced_at.eq(before.bounced_at),
            invitations::opened_at.eq(before.opened_at),
            invitations::quiet_at.eq(before.quiet_at),
            invitations::revoked_at.eq(Some(now)),
            invitations::revoked_by.eq(Some(by)),
        ))
        .execute(c))?;
    Ok(())
}

/// Sets until when it may be used after the deadline, if it is still as `before`; whether it was.
///
/// # Errors
/// Those of the database.
pub fn extend_invitation(
    tx: &mut Tx<'_>,
    before: &Invitation,
    late_until: Option<Timestamp>,
) -> Result<bool, Error> {
    let changed = both!(tx, |c| diesel::update(
        invitations::table.find(before.id).filter(invitations::version.eq(before.version))
    )
    .set((invitations::late_until.eq(late_until), invitations::version.eq(invitations::version + 1)))
    .execute(c))?;
    Ok(changed == 1)
}

/// Writes down what became of its mail.
///
/// # Errors
/// Those of the database.
pub(crate) fn note_mail(
    tx: &mut Tx<'_>,
    id: InvitationId,
    has_arrived: bool,
    now: Timestamp,
) -> Result<(), Error> {
    let this = invitations::table.find(id);
    match has_arrived {
        true => both!(tx, |c| diesel::update(this).set(invitations::delivered_at.eq(Some(now))).execute(c))?,
        false => both!(tx, |c| diesel::update(this).set(invitations::bounced_at.eq(Some(now))).execute(c))?,
    };
    Ok(())
}
