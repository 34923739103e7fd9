//! To whom a letter was delivered, and what came back.

use super::previews::PreviewError;
use crate::campaign::delivery::{DeliveredEdition, Delivery, DeliveryLine, Happened, Means, Reply};
use crate::campaign::letter::LetterText;
use crate::clock::Timestamp;
use crate::db::columns::UnknownValue;
use crate::db::schema::deliveries;
use crate::db::{Conn, Error, Tx, both, kept};
use crate::ids::{AccountId, CampaignId, DeliveryId, TellingId};
use crate::secret::{Keys, Random, Unsealable};
use crate::text::WebUrl;
use crate::text_column;
use diesel::prelude::*;
use jiff::civil::Date;
use std::collections::BTreeMap;

text_column!(Means, Means::parse);
text_column!(DeliveryLine);

/// What is sealed of a delivery.
const BY_WHOM: &str = "who delivered";

#[derive(Queryable, Selectable)]
#[diesel(table_name = deliveries)]
struct Row {
    id: DeliveryId,
    campaign_id: CampaignId,
    version: i64,
    recipient: DeliveryLine,
    means: Means,
    on_day: Option<String>,
    at: Option<Timestamp>,
    edition_number: Option<i64>,
    edition_sha256: Option<String>,
    edition_count: Option<i64>,
    receipt: Option<DeliveryLine>,
    replied_on: Option<String>,
    reply: Option<LetterText>,
    reply_link: Option<WebUrl>,
    shown: bool,
    made_at: Timestamp,
    made_by: AccountId,
    changed_at: Timestamp,
    told_by: Option<TellingId>,
    reply_told_by: Option<TellingId>,
}

/// The columns that an organizer can change.
#[derive(AsChangeset, Insertable)]
#[diesel(table_name = deliveries)]
#[diesel(treat_none_as_null = true)]
#[diesel(treat_none_as_default_value = false)]
struct Changes {
    recipient: DeliveryLine,
    sealed: Option<Vec<u8>>,
    means: Means,
    on_day: Option<String>,
    at: Option<Timestamp>,
    edition_number: Option<i64>,
    edition_sha256: Option<String>,
    edition_count: Option<i64>,
    receipt: Option<DeliveryLine>,
    replied_on: Option<String>,
    reply: Option<LetterText>,
    reply_link: Option<WebUrl>,
    shown: bool,
    changed_at: Timestamp,
}

fn date(text: &str) -> Result<Date, Error> {
    let unknown = || UnknownValue { expected: "Date", value: text.to_owned() };
    text.parse()
        .map_err(|_| diesel::result::Error::DeserializationError(Box::new(unknown())))
        .map_err(Error::from)
}

impl Row {
    fn into_delivery(self) -> Result<Delivery, Error> {
        let happened = match (self.on_day, self.at) {
            (_, Some(at)) => Happened::At(at),
            (day, None) => Happened::On(date(day.as_deref().unwrap_or_default())?),
        };
        let edition = self.edition_number.zip(self.edition_sha256).zip(self.edition_count);
        let reply = match self.replied_on {
            Some(on) => Some(Reply { on: date(&on)?, text: self.reply, link: self.reply_link }),
            None => None,
        };
        Ok(Delivery {
            id: self.id,
            campaign: self.campaign_id,
            version: self.version,
            recipient: self.recipient,
            means: self.means,
            happened,
            edition: edition.map(|((number, sha256), count)| DeliveredEdition { number, sha256, count }),
            receipt: self.receipt,
            reply,
            is_shown: self.shown,
            made_at: self.made_at,
            made_by: self.made_by,
            changed_at: self.changed_at,
            told_by: self.told_by,
            reply_told_by: self.reply_told_by,
        })
    }
}

impl Changes {
    fn of(keys: &Keys, random: &Random, made: &Delivery, by_whom: Option<&DeliveryLine>) -> Self {
        let (on_day, at) = match made.happened {
            Happened::On(day) => (Some(day.to_string()), None),
            Happened::At(at) => (None, Some(at)),
        };
        let (edition, reply) = (made.edition.as_ref(), made.reply.as_ref());
        let seal = |line: &DeliveryLine| keys.seal(random, made.id.uuid(), BY_WHOM, line.as_str().as_bytes());
        Self {
            recipient: made.recipient.clone(),
            sealed: by_whom.map(seal),
            means: made.means,
            on_day,
            at,
            edition_number: edition.map(|edition| edition.number),
            edition_sha256: edition.map(|edition| edition.sha256.clone()),
            edition_count: edition.map(|edition| edition.count),
            receipt: made.receipt.clone(),
            replied_on: reply.map(|reply| reply.on.to_string()),
            reply: reply.and_then(|reply| reply.text.clone()),
            reply_link: reply.and_then(|reply| reply.link.clone()),
            shown: made.is_shown,
            changed_at: made.changed_at,
        }
    }
}

/// Writes a delivery down. `by_whom`: who carried the letter, which is sealed.
///
/// # Errors
/// [`Error::Unique`] when it was written down already.
pub fn insert_delivery(
    tx: &mut Tx<'_>,
    keys: &Keys,
    random: &Random,
    made: &Delivery,
    by_whom: Option<&DeliveryLine>,
) -> Result<(), Error> {
    let values = (
        deliveries::id.eq(made.id),
        deliveries::campaign_id.eq(made.campaign),
        deliveries::version.eq(made.version),
        deliveries::made_at.eq(made.made_at),
        deliveries::made_by.eq(made.made_by),
        Changes::of(keys, random, made, by_whom),
    );
    both!(tx, |c| diesel::insert_into(deliveries::table).values(values).execute(c))?;
    Ok(())
}

/// Replaces what is written down, if it is still as `before`; whether it was.
///
/// # Errors
/// Those of the database.
pub fn replace_delivery(
    tx: &mut Tx<'_>,
    keys: &Keys,
    random: &Random,
    (before, after): (&Delivery, &Delivery),
    by_whom: Option<&DeliveryLine>,
) -> Result<bool, Error> {
    let changes = Changes::of(keys, random, after, by_whom);
    let same = deliveries::table.find(before.id).filter(deliveries::version.eq(before.version));
    let changed = both!(tx, |c| diesel::update(same)
        .set((&changes, deliveries::version.eq(deliveries::version + 1)))
        .execute(c))?;
    Ok(changed == 1)
}

/// Removes what was written down by mistake, if it is still as `before` and nobody was told; whether that was so.
///
/// # Errors
/// Those of the database.
pub fn remove_delivery(tx: &mut Tx<'_>, before: &Delivery) -> Result<bool, Error> {
    let same = deliveries::table
        .find(before.id)
        .filter(deliveries::version.eq(before.version))
        .filter(deliveries::told_by.is_null())
        .filter(deliveries::reply_told_by.is_null());
    Ok(both!(tx, |c| diesel::delete(same).execute(c))? == 1)
}

/// A delivery of a letter.
///
/// # Errors
/// Those of the database.
pub fn delivery(conn: &mut Conn, campaign: CampaignId, id: DeliveryId) -> Result<Option<Delivery>, Error> {
    let row: Option<Row> = both!(conn, |c| deliveries::table
        .find(id)
        .filter(deliveries::campaign_id.eq(campaign))
        .select(Row::as_select())
        .first(c)
        .optional())?;
    row.map(Row::into_delivery).transpose()
}

/// Every delivery of a letter, in the order in which they were written down.
///
/// # Errors
/// Those of the database.
pub fn deliveries_of(conn: &mut Conn, campaign: CampaignId) -> Result<Vec<Delivery>, Error> {
    let rows: Vec<Row> = both!(conn, |c| deliveries::table
        .filter(deliveries::campaign_id.eq(campaign))
        .order(deliveries::id)
        .select(Row::as_select())
        .load(c))?;
    rows.into_iter().map(Row::into_delivery).collect()
}

/// Who carried a letter, by the delivery.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn bearers(
    conn: &mut Conn,
    keys: &Keys,
    campaign: CampaignId,
) -> Result<BTreeMap<DeliveryId, DeliveryLine>, PreviewError> {
    let rows: Vec<(DeliveryId, Option<Vec<u8>>)> = both!(conn, |c| deliveries::table
        .filter(deliveries::campaign_id.eq(campaign))
        .select((deliveries::id, deliveries::sealed))
        .load(c))
    .map_err(Error::from)?;
    let open = |(id, sealed): (DeliveryId, Vec<u8>)| {
        let plain = keys.open(id.uuid(), BY_WHOM, &sealed)?;
        let line = std::str::from_utf8(&plain).ok().and_then(|line| DeliveryLine::parse(line).ok());
        Ok((id, line.ok_or(Unsealable)?))
    };
    rows.into_iter().filter_map(|(id, sealed)| Some((id, sealed?))).map(open).collect()
}

/// Forgets who carried these letters.
///
/// # Errors
/// Those of the database.
pub fn forget_bearers(tx: &mut Tx<'_>, campaigns: &[CampaignId]) -> Result<(), Error> {
    let known = deliveries::table
        .filter(deliveries::campaign_id.eq_any(campaigns))
        .filter(deliveries::sealed.is_not_null());
    both!(tx, |c| diesel::update(known).set(deliveries::sealed.eq(None::<Vec<u8>>)).execute(c))?;
    Ok(())
}

/// Says by which mails those who signed are told of these deliveries of a letter, or of the replies, where they are shown, are as they were seen (in
/// this version) and were not told of; how many these are.
///
/// # Errors
/// Those of the database.
pub fn mark_told(
    tx: &mut Tx<'_>,
    (campaign, telling): (CampaignId, TellingId),
    is_reply: bool,
    seen: &[(DeliveryId, i64)],
) -> Result<usize, Error> {
    let mut marked = 0;
    for (id, version) in seen {
        let shown = deliveries::table
            .find(id)
            .filter(deliveries::version.eq(version))
            .filter(deliveries::campaign_id.eq(campaign))
            .filter(deliveries::shown.eq(true));
        marked += match is_reply {
            false => both!(tx, |c| kept(
                diesel::update(shown.filter(deliveries::told_by.is_null()))
                    .set(deliveries::told_by.eq(Some(telling)))
            )
            .execute(c))?,
            true => both!(tx, |c| kept(
                diesel::update(
                    shown
                        .filter(deliveries::reply_told_by.is_null())
                        .filter(deliveries::replied_on.is_not_null())
                )
                .set(deliveries::reply_told_by.eq(Some(telling)))
            )
            .execute(c))?,
        };
    }
    Ok(marked)
}
