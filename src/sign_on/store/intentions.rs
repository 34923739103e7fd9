//! Intentions: who means to sign and when, by which links, and what came of it.

use super::{ContactError, contact_key};
use crate::clock::{Timestamp, days};
use crate::db::schema::{intention_links, intentions};
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{CampaignId, ContactId, IntentionId, InvitationId, SignOnId};
use crate::secret::{Keys, LookupKey, Random, TokenDigest, Unsealable};
use crate::sign_on::contact;
use crate::sign_on::intention::{Came, Intention, KEPT_DAYS, Meant};
use crate::text::{Country, OrganizationName};
use crate::text_column;
use diesel::prelude::*;

text_column!(Came, Came::parse);

#[derive(Queryable, Selectable)]
#[diesel(table_name = intentions)]
struct Row {
    id: IntentionId,
    campaign_id: CampaignId,
    invitation_id: Option<InvitationId>,
    organization: OrganizationName,
    country: Country,
    sealed: Option<Vec<u8>>,
    decides_at: Timestamp,
    made_at: Timestamp,
    ends_at: Timestamp,
    confirmed_at: Option<Timestamp>,
    outcome: Option<Came>,
    settled_at: Option<Timestamp>,
    sign_on_id: Option<SignOnId>,
}

/// What seals whoever wrote it down: the same as a contact's, for a row of this id.
fn seal_id(id: IntentionId) -> ContactId {
    ContactId::from_uuid(id.uuid())
}

impl Row {
    fn open(self, keys: &Keys) -> Result<Intention, Unsealable> {
        let contact = self.sealed.map(|sealed| contact::open(keys, seal_id(self.id), &sealed, false));
        Ok(Intention {
            id: self.id,
            campaign: self.campaign_id,
            invitation: self.invitation_id,
            organization: self.organization,
            country: self.country,
            contact: contact.transpose()?,
            decides_at: self.decides_at,
            made_at: self.made_at,
            ends_at: self.ends_at,
            confirmed_at: self.confirmed_at,
            settled: self.outcome.zip(self.settled_at),
            sign_on: self.sign_on_id,
        })
    }
}

/// Puts one in, with the link that proves its mailbox.
///
/// # Errors
/// Those of the database.
pub fn insert_intention(
    tx: &mut Tx<'_>,
    keys: &Keys,
    random: &Random,
    (id, campaign, invitation): (IntentionId, CampaignId, Option<InvitationId>),
    meant: &Meant,
    link: TokenDigest,
    (now, ends_at): (Timestamp, Timestamp),
) -> Result<(), Error> {
    both!(tx, |c| diesel::insert_into(intentions::table)
        .values((
            intentions::id.eq(id),
            intentions::campaign_id.eq(campaign),
            intentions::invitation_id.eq(invitation),
            intentions::organization.eq(&meant.organization),
            intentions::country.eq(&meant.country),
            intentions::sealed.eq(Some(contact::seal(keys, random, seal_id(id), &meant.contact))),
            intentions::email_key.eq(contact_key(keys, &meant.contact.email).as_bytes()),
            intentions::decides_at.eq(meant.decides_at),
            intentions::made_at.eq(now),
            intentions::ends_at.eq(ends_at),
        ))
        .execute(c))?;
    insert_intention_link(tx, id, link, now)
}

/// Remembers another link to it.
///
/// # Errors
/// Those of the database.
pub fn insert_intention_link(
    tx: &mut Tx<'_>,
    id: IntentionId,
    link: TokenDigest,
    now: Timestamp,
) -> Result<(), Error> {
    both!(tx, |c| diesel::insert_into(intention_links::table)
        .values((
            intention_links::digest.eq(link.as_bytes()),
            intention_links::intention_id.eq(id),
            intention_links::made_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

/// The one that a link leads to.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn intention_behind(
    conn: &mut Conn,
    keys: &Keys,
    link: TokenDigest,
) -> Result<Option<Intention>, ContactError> {
    let row: Option<Row> = both!(conn, |c| intention_links::table
        .inner_join(intentions::table)
        .filter(intention_links::digest.eq(link.as_bytes()))
        .select(Row::as_select())
        .first(c)
        .optional())
    .map_err(Error::from)?;
    Ok(row.map(|row| row.open(keys)).transpose()?)
}

/// What one mailbox has written down about a letter, the newest first.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn intentions_by(
    conn: &mut Conn,
    keys: &Keys,
    campaign: CampaignId,
    whose: LookupKey,
) -> Result<Vec<Intention>, ContactError> {
    let rows: Vec<Row> = both!(conn, |c| intentions::table
        .filter(intentions::campaign_id.eq(campaign))
        .filter(intentions::email_key.eq(whose.as_bytes()))
        .order((intentions::made_at.desc(), intentions::id.desc()))
        .select(Row::as_select())
        .load(c))
    .map_err(Error::from)?;
    Ok(rows.into_iter().map(|row| row.open(keys)).collect::<Result<_, _>>()?)
}

/// Those of a letter whose mailbox is proved, the next day first, at most `most`.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn intentions_of(
    conn: &mut Conn,
    keys: &Keys,
    campaign: CampaignId,
    most: i64,
) -> Result<Vec<Intention>, ContactError> {
    let rows: Vec<Row> = both!(conn, |c| intentions::table
        .filter(intentions::campaign_id.eq(campaign))
        .filter(intentions::confirmed_at.is_not_null())
        .order((intentions::decides_at, intentions::id))
        .limit(most)
        .select(Row::as_select())
        .load(c))
    .map_err(Error::from)?;
    Ok(rows.into_iter().map(|row| row.open(keys)).collect::<Result<_, _>>()?)
}

/// Writes down that its mailbox is proved; `false` when it was.
///
/// # Errors
/// Those of the database.
pub fn confirm_intention(tx: &mut Tx<'_>, id: IntentionId, now: Timestamp) -> Result<bool, Error> {
    let open = intentions::table
        .find(id)
        .filter(intentions::confirmed_at.is_null())
        .filter(intentions::outcome.is_null());
    let changed = both!(tx, |c| diesel::update(open).set(intentions::confirmed_at.eq(Some(now))).execute(c))?;
    Ok(changed == 1)
}

/// Settles it, and erases what named anybody; `false` when it was settled. Its mails are taken back before.
///
/// # Errors
/// Those of the database.
pub(in crate::sign_on) fn settle_intention(
    tx: &mut Tx<'_>,
    id: IntentionId,
    came: Came,
    now: Timestamp,
) -> Result<bool, Error> {
    let open = intentions::table.find(id).filter(intentions::outcome.is_null());
    let changed = both!(tx, |c| diesel::update(open)
        .set((
            intentions::outcome.eq(Some(came)),
            intentions::settled_at.eq(Some(now)),
            intentions::sealed.eq(None::<Vec<u8>>),
        ))
        .execute(c))?;
    Ok(changed == 1)
}

/// Writes down which sign-on it became, the newest where the form was sent more than once.
///
/// # Errors
/// Those of the database.
pub(in crate::sign_on) fn intention_became(
    tx: &mut Tx<'_>,
    id: IntentionId,
    sign_on: SignOnId,
) -> Result<(), Error> {
    let signed = intentions::table.find(id).filter(intentions::outcome.eq(Some(Came::Signed)));
    both!(tx, |c| diesel::update(signed).set(intentions::sign_on_id.eq(Some(sign_on))).execute(c))?;
    Ok(())
}

/// Whether it can still become a sign-on: its mailbox is proved, and it is not taken back.
///
/// # Errors
/// Those of the database.
pub(in crate::sign_on) fn may_become(conn: &mut Conn, id: IntentionId) -> Result<bool, Error> {
    let came: Option<Option<Came>> = both!(conn, |c| intentions::table
        .find(id)
        .filter(intentions::confirmed_at.is_not_null())
        .select(intentions::outcome)
        .first(c)
        .optional())?;
    Ok(came.is_some_and(|came| came != Some(Came::Withdrawn)))
}

/// Those that came by an invitation and are not settled.
///
/// # Errors
/// Those of the database.
pub(in crate::sign_on) fn open_intentions_by(
    conn: &mut Conn,
    invitation: InvitationId,
) -> Result<Vec<IntentionId>, Error> {
    Ok(both!(conn, |c| intentions::table
        .filter(intentions::invitation_id.eq(Some(invitation)))
        .filter(intentions::outcome.is_null())
        .order(intentions::id)
        .select(intentions::id)
        .load(c))?)
}

/// Those of these letters that are not settled, and the invitations that they came by.
///
/// # Errors
/// Those of the database.
pub(in crate::sign_on) fn open_intentions_of(
    conn: &mut Conn,
    campaigns: &[CampaignId],
) -> Result<Vec<(IntentionId, CampaignId, Option<InvitationId>)>, Error> {
    Ok(both!(conn, |c| intentions::table
        .filter(intentions::campaign_id.eq_any(campaigns))
        .filter(intentions::outcome.is_null())
        .order(intentions::id)
        .select((intentions::id, intentions::campaign_id, intentions::invitation_id))
        .load(c))?)
}

/// Everything that a mailbox has written down about a letter.
///
/// # Errors
/// Those of the database.
pub(in crate::sign_on) fn intentions_at(
    conn: &mut Conn,
    campaign: CampaignId,
    whose: LookupKey,
) -> Result<Vec<IntentionId>, Error> {
    Ok(both!(conn, |c| intentions::table
        .filter(intentions::campaign_id.eq(campaign))
        .filter(intentions::email_key.eq(whose.as_bytes()))
        .order(intentions::id)
        .select(intentions::id)
        .load(c))?)
}

/// Erases these; how many. The mails of those that wait for their day are taken back before.
///
/// # Errors
/// Those of the database.
pub fn delete_intentions(tx: &mut Tx<'_>, ids: &[IntentionId]) -> Result<usize, Error> {
    Ok(both!(tx, |c| diesel::delete(intentions::table.filter(intentions::id.eq_any(ids))).execute(c))?)
}

/// One that is over, or will be.
#[derive(Clone, Copy, Debug)]
pub struct Over {
    /// Its id.
    pub id: IntentionId,
    /// The letter.
    pub campaign: CampaignId,
    /// Since when; nothing where its time is that of its letter.
    pub since: Option<Timestamp>,
}

/// Those that are over at a moment: whose mailbox nobody proved in time, whose day has passed some days before, and those of letters whose
/// contacts are not kept any longer. At most `most`.
///
/// # Errors
/// Those of the database.
pub fn intentions_until(
    conn: &mut Conn,
    at: Timestamp,
    closed: &[CampaignId],
    most: i64,
) -> Result<Vec<Over>, Error> {
    type Row = (IntentionId, CampaignId, Timestamp, Timestamp, Option<Timestamp>);
    let unconfirmed = intentions::confirmed_at.is_null().and(intentions::ends_at.lt(at));
    let over = intentions::decides_at.lt(at.plus(days(-KEPT_DAYS)));
    let rows: Vec<Row> = both!(conn, |c| intentions::table
        .filter(over.or(unconfirmed).or(intentions::campaign_id.eq_any(closed)))
        .limit(most)
        .select((
            intentions::id,
            intentions::campaign_id,
            intentions::decides_at,
            intentions::ends_at,
            intentions::confirmed_at,
        ))
        .load(c))?;
    let since = |(id, campaign, decides_at, ends_at, confirmed_at): Row| {
        let passed = Some(decides_at.plus(days(KEPT_DAYS)));
        let unproved = confirmed_at.is_none().then_some(ends_at);
        let since = passed.into_iter().chain(unproved).filter(|since| *since < at).min();
        Over { id, campaign, since }
    };
    Ok(rows.into_iter().map(since).collect())
}
