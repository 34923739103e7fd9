//! Whether mail arrives at the mailboxes of a letter's contacts.

use super::row::Row;
use crate::clock::Timestamp;
use crate::db::schema::{contacts, elsewhere, sign_ons};
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{CampaignId, SignOnId};
use crate::secret::LookupKey;
use crate::text::EmailAddress;
use diesel::prelude::*;

/// The sign-ons of a letter whose mailbox this is: of whoever sent it, or of whoever may confirm what staff added.
macro_rules! of_mailbox {
    ($campaign:expr, $whose:expr) => {
        sign_ons::table.filter(sign_ons::campaign_id.eq($campaign)).filter(
            sign_ons::id
                .eq_any(
                    contacts::table
                        .filter(contacts::email_key.eq($whose.as_bytes().to_vec()))
                        .select(contacts::sign_on_id),
                )
                .or(sign_ons::id.eq_any(
                    elsewhere::table
                        .filter(elsewhere::email_key.eq($whose.as_bytes().to_vec()))
                        .select(elsewhere::sign_on_id),
                )),
        )
    };
}

/// The sign-ons of a letter whose mailbox this is.
///
/// # Errors
/// Those of the database.
pub(in crate::sign_on) fn of_mailbox(
    conn: &mut Conn,
    campaign: CampaignId,
    whose: LookupKey,
) -> Result<Vec<SignOnId>, Error> {
    Ok(both!(conn, |c| of_mailbox!(campaign, whose).select(sign_ons::id).load(c))?)
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
    let rows: Vec<Row> = both!(tx, |c| of_mailbox!(campaign, whose)
        .filter(sign_ons::undeliverable_at.is_not_null())
        .select(Row::as_select())
        .load(c))?;
    for row in rows {
        let sign_on = row.into_sign_on()?;
        both!(tx, |c| diesel::update(sign_ons::table.find(sign_on.id))
            .set((
                sign_ons::undeliverable_at.eq(None::<Timestamp>),
                sign_ons::flagged.eq(sign_on.entry.needs_a_look(Some(to))),
            ))
            .execute(c))?;
    }
    Ok(())
}
