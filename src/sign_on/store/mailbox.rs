//! Whether mail arrives at the mailboxes of a letter's contacts.

use crate::clock::Timestamp;
use crate::db::schema::{contacts, elsewhere, sign_ons};
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{CampaignId, SignOnId};
use crate::secret::LookupKey;
use crate::text::EmailAddress;
use diesel::prelude::*;

/// The sign-ons of a letter whose mailbox this is, each with since when mail to it came back: of whoever sent it, or of whoever may confirm what staff added. Each of the two is
/// found by an index; asked with one question, SQLite reads all sign-ons of the letter.
///
/// # Errors
/// Those of the database.
pub(in crate::sign_on) fn of_mailbox(
    conn: &mut Conn,
    campaign: CampaignId,
    whose: LookupKey,
) -> Result<Vec<(SignOnId, Option<Timestamp>)>, Error> {
    let mut found: Vec<(SignOnId, Option<Timestamp>)> = both!(conn, |c| contacts::table
        .inner_join(sign_ons::table)
        .filter(contacts::email_key.eq(whose.as_bytes()))
        .filter(sign_ons::campaign_id.eq(campaign))
        .select((sign_ons::id, sign_ons::undeliverable_at))
        .load(c))?;
    let added: Vec<(SignOnId, Option<Timestamp>)> = both!(conn, |c| elsewhere::table
        .inner_join(sign_ons::table)
        .filter(elsewhere::email_key.eq(whose.as_bytes()))
        .filter(sign_ons::campaign_id.eq(campaign))
        .select((sign_ons::id, sign_ons::undeliverable_at))
        .load(c))?;
    found.extend(added);
    Ok(found)
}

/// Marks that a mail server refused the mailbox for good: that needs a look.
///
/// # Errors
/// Those of the database.
pub fn mark_undeliverable(tx: &mut Tx<'_>, sign_on: SignOnId, now: Timestamp) -> Result<(), Error> {
    both!(tx, |c| diesel::update(
        sign_ons::table.find(sign_on).filter(sign_ons::undeliverable_at.is_null())
    )
    .set((sign_ons::undeliverable_at.eq(now), sign_ons::flagged.eq(true)))
    .execute(c))?;
    Ok(())
}

/// A mail to the mailbox was taken over: what came back before says nothing any more.
///
/// # Errors
/// Those of the database.
pub(in crate::sign_on) fn mark_deliverable(
    tx: &mut Tx<'_>,
    campaign: CampaignId,
    whose: LookupKey,
    to: &EmailAddress,
) -> Result<(), Error> {
    for (id, came_back) in of_mailbox(tx, campaign, whose)? {
        let Some(_) = came_back else { continue };
        let Some(sign_on) = super::by_id(tx, id)? else { continue };
        both!(tx, |c| diesel::update(sign_ons::table.find(sign_on.id))
            .set((
                sign_ons::undeliverable_at.eq(None::<Timestamp>),
                sign_ons::flagged.eq(sign_on.entry.needs_a_look(Some(to))),
            ))
            .execute(c))?;
    }
    Ok(())
}
