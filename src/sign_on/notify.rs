//! Who else is told: the moderators that something waits, and we ourselves what became of a mail.

use super::mails::{REVIEW, VERIFY};
use super::receive::{Desk, Failure};
use super::state::SignOn;
use super::store;
use super::term::TERM_DAYS;
use crate::account;
use crate::campaign::{self, Campaign};
use crate::clock::{Timestamp, days, hours};
use crate::db::{Error, Tx};
use crate::ids::{AnyId, CampaignId, InvitationId, SignOnId};
use crate::mail::{self, Kind};
use crate::secret::Keys;
use crate::text::EmailAddress;

/// Tells whoever works on the campaign that something waits, at most once an hour: one mail stands for all that wait.
pub(super) fn moderators(
    tx: &mut Tx<'_>,
    desk: &Desk,
    campaign: &Campaign,
    sign_on: &SignOn,
) -> Result<(), Failure> {
    let about = AnyId::from_uuid(campaign.id.uuid());
    if mail::was_written_since(tx, about, REVIEW, desk.now.plus(hours(-1)))? {
        return Ok(());
    }
    // Whoever works on it is told in its binding language, whatever the representative reads.
    let binding = campaign::store::by_id(tx, campaign.id)?;
    for member in account::store::team(tx, &desk.app.keys, campaign.id)? {
        let message =
            desk.about(binding.as_ref().unwrap_or(campaign), sign_on).review(&member.person.email)?;
        desk.outbox.prepare(&message)?.enqueue(tx)?;
    }
    Ok(())
}

/// The mails that ask organizations to sign, and what organizers write to those who have not answered: the organizers see what becomes of them.
pub(crate) const INVITATIONS: [Kind; 3] =
    [Kind::new("invited"), Kind::new("invited-again"), Kind::new("mailing-invited")];

fn is_invitation(kind: &str) -> bool {
    INVITATIONS.iter().any(|invitation| invitation.as_str() == kind)
}

/// Whether mail arrives at a mailbox, as the relay said last of any mail about this letter to it: the moderators see on each sign-on whose contact it
/// is that it does not, until it does. Of whom else a mail goes to, such as moderators, nothing is noted on a sign-on.
///
/// # Errors
/// Those of the database.
pub fn note_mailbox(
    tx: &mut Tx<'_>,
    keys: &Keys,
    (campaign, to): (CampaignId, &EmailAddress),
    arrives: bool,
    now: Timestamp,
) -> Result<(), Error> {
    let whose = store::contact_key(keys, to);
    match arrives {
        true => store::mark_deliverable(tx, campaign, whose, to),
        false => {
            let all = store::of_mailbox(tx, campaign, whose)?;
            all.into_iter().try_for_each(|(id, _)| store::mark_undeliverable(tx, id, now))
        }
    }
}

/// The relay has taken a mail over: the term of a link begins with that.
///
/// # Errors
/// Those of the database.
pub fn delivered(tx: &mut Tx<'_>, kind: &str, about: AnyId, now: Timestamp) -> Result<(), Error> {
    if kind == VERIFY.as_str() {
        store::set_term(tx, SignOnId::from_uuid(about.uuid()), now, now.plus(days(TERM_DAYS)))?;
    }
    if is_invitation(kind) {
        store::note_mail(tx, InvitationId::from_uuid(about.uuid()), true, now)?;
    }
    Ok(())
}

/// A mailbox was refused for good: the organizers see it on the invitation, and the term of a link begins with that.
///
/// # Errors
/// Those of the database.
pub fn refused(tx: &mut Tx<'_>, kind: &str, about: AnyId, now: Timestamp) -> Result<(), Error> {
    if is_invitation(kind) {
        return store::note_mail(tx, InvitationId::from_uuid(about.uuid()), false, now);
    }
    if kind == VERIFY.as_str() {
        store::set_term(tx, SignOnId::from_uuid(about.uuid()), now, now.plus(days(TERM_DAYS)))?;
    }
    Ok(())
}
