//! Whom a mailing was written to, by keyed hashes, and the links by which updates are ended.

use crate::clock::Timestamp;
use crate::db::schema::{
    contacts, invitations, mailing_recipients as rows, mailings, sign_ons, unsubscribe_links,
};
use crate::db::{Conn, Error, Tx, both, kept};
use crate::ids::{AnyId, CampaignId, InvitationId, MailId, MailingId};
use crate::mail;
use crate::secret::TokenDigest;
use crate::sign_on::INVITATION_MAILS;
use crate::sign_on::store as sign_ons_store;
use diesel::prelude::*;

/// What became of the mails of a mailing.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// Taken over by the relay.
    pub delivered: i64,
    /// Refused for good.
    pub refused: i64,
}

/// Notes that an address is written to by this mail; whether it was not before.
///
/// # Errors
/// Those of the database.
pub fn insert_recipient(
    tx: &mut Tx<'_>,
    mailing: MailingId,
    key: &[u8],
    mail: MailId,
) -> Result<bool, Error> {
    let written = both!(tx, |c| diesel::insert_into(rows::table)
        .values((rows::mailing_id.eq(mailing), rows::recipient_key.eq(key), rows::mail_id.eq(mail)))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(written == 1)
}

/// Forgets that an address is written to: it is not.
///
/// # Errors
/// Those of the database.
pub fn forget_recipient(tx: &mut Tx<'_>, mailing: MailingId, key: &[u8]) -> Result<(), Error> {
    both!(tx, |c| diesel::delete(rows::table.find((mailing, key))).execute(c))?;
    Ok(())
}

/// Which of these addresses a mailing was written to.
///
/// # Errors
/// Those of the database.
pub fn knows(conn: &mut Conn, mailing: MailingId, keys: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, Error> {
    Ok(both!(conn, |c| rows::table
        .filter(rows::mailing_id.eq(mailing))
        .filter(rows::recipient_key.eq_any(keys))
        .select(rows::recipient_key)
        .load(c))?)
}

/// Notes that the relay has taken over a mail, if it is one of a mailing.
///
/// # Errors
/// Those of the database.
pub fn note_delivered(tx: &mut Tx<'_>, mail: MailId, now: Timestamp) -> Result<(), Error> {
    let mails = rows::table.filter(rows::mail_id.eq(mail));
    both!(tx, |c| kept(diesel::update(mails).set(rows::delivered_at.eq(Some(now)))).execute(c))?;
    Ok(())
}

/// Notes that a mailbox was refused for good, if the mail is one of a mailing.
///
/// # Errors
/// Those of the database.
pub fn note_refused(tx: &mut Tx<'_>, mail: MailId, now: Timestamp) -> Result<(), Error> {
    let mails = rows::table.filter(rows::mail_id.eq(mail));
    both!(tx, |c| kept(diesel::update(mails).set(rows::refused_at.eq(Some(now)))).execute(c))?;
    Ok(())
}

/// What became of the mails of a mailing. Of those whose addresses are erased nothing is known any more.
///
/// # Errors
/// Those of the database.
pub fn counts(conn: &mut Conn, mailing: MailingId) -> Result<Counts, Error> {
    let delivered = both!(conn, |c| rows::table
        .filter(rows::mailing_id.eq(mailing))
        .filter(rows::delivered_at.is_not_null())
        .count()
        .get_result(c))?;
    let refused = both!(conn, |c| rows::table
        .filter(rows::mailing_id.eq(mailing))
        .filter(rows::refused_at.is_not_null())
        .count()
        .get_result(c))?;
    Ok(Counts { delivered, refused })
}

/// Takes back what of a mailing has not gone; how many mails that were.
///
/// # Errors
/// Those of the database.
pub fn take_back_waiting(tx: &mut Tx<'_>, mailing: MailingId, now: Timestamp) -> Result<i64, Error> {
    let waiting: Vec<MailId> = both!(tx, |c| rows::table
        .filter(rows::mailing_id.eq(mailing))
        .filter(rows::delivered_at.is_null())
        .filter(rows::refused_at.is_null())
        .select(rows::mail_id)
        .load(c))?;
    let mut taken_back = 0;
    for some in waiting.chunks(1000) {
        let (cancelled, about): (Vec<MailId>, Vec<Option<AnyId>>) =
            mail::cancel_all(tx, some, now)?.into_iter().unzip();
        let theirs = rows::table.filter(rows::mail_id.eq_any(&cancelled));
        both!(tx, |c| diesel::delete(theirs).execute(c))?;
        // What was taken back of a mail about an invitation was no reminder.
        for id in about.into_iter().flatten() {
            sign_ons_store::unmail_invitation(tx, InvitationId::from_uuid(id.uuid()), &INVITATION_MAILS)?;
        }
        taken_back += i64::try_from(cancelled.len()).unwrap_or(i64::MAX);
    }
    Ok(taken_back)
}

/// Remembers a link by which one press ends the updates of a letter to an address.
///
/// # Errors
/// Those of the database.
pub fn insert_unsubscribe_link(
    tx: &mut Tx<'_>,
    token: TokenDigest,
    (campaign, key): (CampaignId, &[u8]),
    now: Timestamp,
) -> Result<(), Error> {
    both!(tx, |c| diesel::insert_into(unsubscribe_links::table)
        .values((
            unsubscribe_links::digest.eq(token.as_bytes()),
            unsubscribe_links::campaign_id.eq(campaign),
            unsubscribe_links::recipient_key.eq(key),
            unsubscribe_links::made_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

/// Which letter's updates a link ends, and to which address.
///
/// # Errors
/// Those of the database.
pub fn unsubscribe_link(conn: &mut Conn, token: TokenDigest) -> Result<Option<(CampaignId, Vec<u8>)>, Error> {
    Ok(both!(conn, |c| unsubscribe_links::table
        .find(token.as_bytes())
        .select((unsubscribe_links::campaign_id, unsubscribe_links::recipient_key))
        .first(c)
        .optional())?)
}

/// The addresses that a letter still knows: of its contacts, and of its invitations.
macro_rules! known_to {
    ($campaign:expr) => {
        (
            contacts::table
                .inner_join(sign_ons::table)
                .filter(sign_ons::campaign_id.eq($campaign))
                .select(contacts::email_key),
            invitations::table
                .filter(invitations::campaign_id.eq($campaign))
                .filter(invitations::email_key.is_not_null())
                .select(invitations::email_key.assume_not_null()),
        )
    };
}

/// The letters in which anything was ever mailed to many.
fn campaigns_with_mailings(conn: &mut Conn) -> Result<Vec<CampaignId>, Error> {
    Ok(both!(conn, |c| mailings::table
        .filter(mailings::begun_at.is_not_null())
        .select(mailings::campaign_id)
        .distinct()
        .load(c))?)
}

/// Forgets that addresses were written to which their letter does not know any more, at most so many; how many. One that is on its way keeps
/// them until its end, so that nobody is written to twice.
///
/// # Errors
/// Those of the database.
pub fn forget_recipients(tx: &mut Tx<'_>, most: i64) -> Result<usize, Error> {
    for campaign in campaigns_with_mailings(tx)? {
        let (of_contacts, of_invitations) = known_to!(campaign);
        let over: Vec<(MailingId, Vec<u8>)> = both!(tx, |c| rows::table
            .inner_join(mailings::table)
            .filter(mailings::campaign_id.eq(campaign))
            .filter(mailings::ended_at.is_not_null())
            .filter(rows::recipient_key.ne_all(of_contacts))
            .filter(rows::recipient_key.ne_all(of_invitations))
            .limit(most)
            .select((rows::mailing_id, rows::recipient_key))
            .load(c))?;
        for (mailing, key) in &over {
            both!(tx, |c| diesel::delete(rows::table.find((mailing, key))).execute(c))?;
        }
        if !over.is_empty() {
            return Ok(over.len());
        }
    }
    Ok(0)
}

/// Forgets the links of addresses that their letter does not know any more, at most so many; how many.
///
/// # Errors
/// Those of the database.
pub fn forget_links(tx: &mut Tx<'_>, most: i64) -> Result<usize, Error> {
    for campaign in campaigns_with_mailings(tx)? {
        let (of_contacts, _) = known_to!(campaign);
        let over: Vec<Vec<u8>> = both!(tx, |c| unsubscribe_links::table
            .filter(unsubscribe_links::campaign_id.eq(campaign))
            .filter(unsubscribe_links::recipient_key.ne_all(of_contacts))
            .limit(most)
            .select(unsubscribe_links::digest)
            .load(c))?;
        let links = unsubscribe_links::table.filter(unsubscribe_links::digest.eq_any(&over));
        both!(tx, |c| diesel::delete(links).execute(c))?;
        if !over.is_empty() {
            return Ok(over.len());
        }
    }
    Ok(0)
}
