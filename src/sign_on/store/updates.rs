//! Who asked for updates of a letter, and who does not want them any more: an address, whatever it signed for.

use crate::clock::Timestamp;
use crate::db::schema::{contacts, mailing_recipients, mailings, sign_ons};
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{CampaignId, ContactId, MailId, SignOnId};
use crate::mail;
use diesel::prelude::*;

/// The keyed hash of a contact's address.
///
/// # Errors
/// Those of the database.
pub fn key_of_contact(conn: &mut Conn, contact: ContactId) -> Result<Option<Vec<u8>>, Error> {
    Ok(both!(conn, |c| contacts::table.find(contact).select(contacts::email_key).first(c).optional())?)
}

/// Whether this address asked for the updates of a letter, by any of its sign-ons. Nothing where it is not known any more.
///
/// # Errors
/// Those of the database.
pub fn wants_updates(conn: &mut Conn, campaign: CampaignId, whose: &[u8]) -> Result<Option<bool>, Error> {
    let all: Vec<bool> = both!(conn, |c| contacts::table
        .inner_join(sign_ons::table)
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(contacts::email_key.eq(whose))
        .select(contacts::updates)
        .load(c))?;
    Ok((!all.is_empty()).then(|| all.contains(&true)))
}

/// Has this address get the updates of a letter, or not; the sign-ons for which that is another answer than before.
///
/// # Errors
/// Those of the database.
pub(in crate::sign_on) fn set_updates(
    tx: &mut Tx<'_>,
    campaign: CampaignId,
    whose: &[u8],
    wants: bool,
) -> Result<Vec<SignOnId>, Error> {
    let others: Vec<(ContactId, SignOnId)> = both!(tx, |c| contacts::table
        .inner_join(sign_ons::table)
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(contacts::email_key.eq(whose))
        .filter(contacts::updates.ne(wants))
        .order(contacts::id)
        .select((contacts::id, contacts::sign_on_id))
        .load(c))?;
    let ids: Vec<ContactId> = others.iter().map(|(id, _)| *id).collect();
    both!(tx, |c| diesel::update(contacts::table.filter(contacts::id.eq_any(&ids)))
        .set(contacts::updates.eq(wants))
        .execute(c))?;
    let mut sign_ons: Vec<SignOnId> = others.into_iter().map(|(_, sign_on)| sign_on).collect();
    sign_ons.dedup();
    Ok(sign_ons)
}

/// Takes back the updates of a letter that are written to this address and have not gone.
///
/// # Errors
/// Those of the database.
pub(in crate::sign_on) fn take_back_updates(
    tx: &mut Tx<'_>,
    campaign: CampaignId,
    whose: &[u8],
    now: Timestamp,
) -> Result<(), Error> {
    let written: Vec<MailId> = both!(tx, |c| mailing_recipients::table
        .inner_join(mailings::table)
        .filter(mailings::campaign_id.eq(campaign))
        .filter(mailings::audience.eq("updates"))
        .filter(mailing_recipients::recipient_key.eq(whose))
        .filter(mailing_recipients::delivered_at.is_null())
        .select(mailing_recipients::mail_id)
        .load(c))?;
    for id in written {
        mail::cancel(tx, id, now)?;
    }
    Ok(())
}
