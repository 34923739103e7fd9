//! How many mails strangers have caused to one mailbox: counted for as long as the campaign takes sign-ons, though the mails
//! themselves are forgotten.

use super::message::Kind;
use super::outbox::{Outbox, State};
use crate::clock::{Timestamp, hours};
use crate::db::schema::{mail_tallies, outbox};
use crate::db::{self, Conn, Error, Tx, both};
use crate::ids::{AnyId, CampaignId, MailId};
use crate::text::EmailAddress;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// The most mails that strangers can cause to one mailbox in one campaign, whatever they are about: ever, and within an hour.
const MOST_EVER: i64 = 5;
const MOST_RECENTLY: i64 = 3;

/// How many mails a mailbox was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Written {
    /// Since the moment that was asked for, as far back as mails are kept.
    pub recently: i64,
    /// Since ever, those included that are forgotten.
    pub ever: i64,
}

impl Written {
    /// Whether the mailbox may be written no more for now.
    pub const fn is_enough(self) -> bool {
        self.ever >= MOST_EVER || self.recently >= MOST_RECENTLY
    }
}

impl Outbox {
    /// Waits until no other transaction counts the mails to this mailbox, so that what is counted stays true until this one
    /// ends. Whether it may have waited. See [`db::take_turn`].
    ///
    /// # Errors
    /// Those of the database.
    pub fn take_turn(&self, tx: &mut Tx<'_>, to: &EmailAddress) -> Result<bool, Error> {
        db::take_turn(tx, self.recipient_key(to).as_bytes())
    }

    /// How many mails that strangers can cause were written to this mailbox about this campaign. Spellings that reach the
    /// same mailbox count as one; what was taken back does not count.
    ///
    /// # Errors
    /// Those of the database.
    pub fn written(
        &self,
        conn: &mut Conn,
        to: &EmailAddress,
        campaign: CampaignId,
        since: Timestamp,
    ) -> Result<Written, Error> {
        let key = self.recipient_key(to).as_bytes().to_vec();
        // The cap keeps these few.
        let times: Vec<Timestamp> = both!(conn, |c| outbox::table
            .filter(outbox::recipient_key.eq(&key))
            .filter(outbox::campaign_id.eq(campaign))
            .filter(outbox::by_stranger.eq(true))
            .filter(outbox::state.ne(State::Cancelled))
            .select(outbox::made_at)
            .load(c))?;
        let forgotten: Option<i64> = both!(conn, |c| mail_tallies::table
            .find((campaign, key))
            .select(mail_tallies::written)
            .first(c)
            .optional())?;
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        Ok(Written {
            recently: count(times.iter().filter(|made_at| **made_at >= since).count()),
            ever: count(times.len()).saturating_add(forgotten.unwrap_or(0)),
        })
    }

    /// Whether strangers have caused as many mails to this mailbox about this campaign as they may. Its turn is taken before
    /// ([`Outbox::take_turn`]): else two that count at once would both find room for the last one.
    ///
    /// # Errors
    /// Those of the database.
    pub fn has_had_enough(
        &self,
        conn: &mut Conn,
        to: &EmailAddress,
        campaign: CampaignId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        Ok(self.written(conn, to, campaign, now.plus(hours(-1)))?.is_enough())
    }

    /// Takes back what about this subject has not gone yet to this address, and forgets what has: whoever is erased is not kept here. What a
    /// postman holds at this moment goes.
    ///
    /// # Errors
    /// Those of the database.
    pub fn forget_to(
        &self,
        tx: &mut Tx<'_>,
        about: AnyId,
        to: &EmailAddress,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.take_back_to(tx, about, to, now)?;
        let key = self.recipient_key(to).as_bytes().to_vec();
        let ids: Vec<MailId> = both!(tx, |c| outbox::table
            .filter(outbox::subject_id.eq(about))
            .filter(outbox::recipient_key.eq(key))
            .filter(outbox::settled_at.is_not_null())
            .select(outbox::id)
            .load(c))?;
        forget_settled(tx, &ids).map(drop)
    }

    /// What this mailbox was written about a campaign and is not forgotten: of which kind, when it was written, and how it stands; the oldest
    /// first.
    ///
    /// # Errors
    /// Those of the database.
    pub fn written_to(
        &self,
        conn: &mut Conn,
        campaign: CampaignId,
        to: &EmailAddress,
    ) -> Result<Vec<(String, Timestamp, State)>, Error> {
        let key = self.recipient_key(to).as_bytes().to_vec();
        Ok(both!(conn, |c| outbox::table
            .filter(outbox::recipient_key.eq(key))
            .filter(outbox::campaign_id.eq(campaign))
            .order((outbox::made_at, outbox::id))
            .select((outbox::kind, outbox::made_at, outbox::state))
            .load(c))?)
    }

    /// Whether this mailbox was written a mail of this kind about this subject since then.
    ///
    /// # Errors
    /// Those of the database.
    pub fn has_told(
        &self,
        conn: &mut Conn,
        to: &EmailAddress,
        about: AnyId,
        kind: Kind,
        since: Timestamp,
    ) -> Result<bool, Error> {
        let key = self.recipient_key(to).as_bytes().to_vec();
        let told = outbox::table
            .filter(outbox::subject_id.eq(about))
            .filter(outbox::kind.eq(kind.as_str()))
            .filter(outbox::recipient_key.eq(key))
            .filter(outbox::state.ne(State::Cancelled))
            .filter(outbox::made_at.gt(since));
        Ok(both!(conn, |c| diesel::select(diesel::dsl::exists(told)).get_result(c))?)
    }
}

/// Messages that were settled before a moment, at most `most`: each with its campaign, and when it was settled.
///
/// # Errors
/// Those of the database.
pub fn settled_until(
    conn: &mut Conn,
    before: Timestamp,
    most: i64,
) -> Result<Vec<(MailId, Option<CampaignId>, Timestamp)>, Error> {
    Ok(both!(conn, |c| outbox::table
        .filter(outbox::settled_at.lt(before))
        .order(outbox::settled_at)
        .limit(most)
        .select((outbox::id, outbox::campaign_id, outbox::settled_at.assume_not_null()))
        .load(c))?)
}

/// Forgets these messages, which are settled; how many. Those that strangers caused are still counted.
///
/// # Errors
/// Those of the database.
pub fn forget_settled(tx: &mut Tx<'_>, ids: &[MailId]) -> Result<usize, Error> {
    let caused: Vec<(Option<CampaignId>, Vec<u8>)> = both!(tx, |c| outbox::table
        .filter(outbox::id.eq_any(ids))
        .filter(outbox::by_stranger.eq(true))
        .filter(outbox::state.ne(State::Cancelled))
        .select((outbox::campaign_id, outbox::recipient_key))
        .load(c))?;
    let mut tallies: BTreeMap<(CampaignId, Vec<u8>), i64> = BTreeMap::new();
    for (campaign, key) in caused {
        if let Some(campaign) = campaign {
            *tallies.entry((campaign, key)).or_default() += 1;
        }
    }
    for ((campaign, key), written) in tallies {
        both!(tx, |c| diesel::insert_into(mail_tallies::table)
            .values((
                mail_tallies::campaign_id.eq(campaign),
                mail_tallies::recipient_key.eq(&key),
                mail_tallies::written.eq(written),
            ))
            .on_conflict((mail_tallies::campaign_id, mail_tallies::recipient_key))
            .do_update()
            .set(mail_tallies::written.eq(mail_tallies::written + written))
            .execute(c))?;
    }
    Ok(both!(tx, |c| diesel::delete(outbox::table.filter(outbox::id.eq_any(ids))).execute(c))?)
}

/// Forgets how many mails were written about these campaigns, which take no sign-ons any more; how many mailboxes.
///
/// # Errors
/// Those of the database.
pub fn forget_counts(tx: &mut Tx<'_>, campaigns: &[CampaignId]) -> Result<usize, Error> {
    let over = mail_tallies::table.filter(mail_tallies::campaign_id.eq_any(campaigns));
    Ok(both!(tx, |c| diesel::delete(over).execute(c))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_in_an_hour_or_five_ever_are_enough() {
        for (recently, ever, enough) in
            [(0, 0, false), (2, 4, false), (3, 3, true), (0, 5, true), (1, 9, true)]
        {
            assert_eq!(Written { recently, ever }.is_enough(), enough, "{recently} {ever}");
        }
    }
}
