//! What organizers write about a letter after it was published; and what everybody reads of that and of deliveries.

use super::deliveries::deliveries_of;
use crate::campaign::delivery::Delivery;
use crate::campaign::letter::LetterText;
use crate::campaign::update::{Update, UpdateText, UpdateTitle};
use crate::clock::Timestamp;
use crate::db::schema::{update_texts, updates};
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{AccountId, CampaignId, UpdateId};
use crate::text_column;
use diesel::prelude::*;
use std::collections::BTreeMap;

text_column!(UpdateTitle);

/// What everybody reads of what happened with a letter since it was published. Nothing in it names a person.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct News {
    /// To whom it was delivered, and what came back.
    pub deliveries: Vec<Delivery>,
    /// What its organizers wrote. What was taken back is among it, without its words.
    pub updates: Vec<Update>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = updates)]
struct Row {
    id: UpdateId,
    campaign_id: CampaignId,
    version: i64,
    published_at: Option<Timestamp>,
    taken_back_at: Option<Timestamp>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = update_texts)]
struct TextRow {
    update_id: UpdateId,
    title: UpdateTitle,
    body: LetterText,
    made_at: Timestamp,
    made_by: AccountId,
}

/// Every update of a letter, in the order in which they were begun.
///
/// # Errors
/// Those of the database.
pub fn updates_of(conn: &mut Conn, campaign: CampaignId) -> Result<Vec<Update>, Error> {
    let rows: Vec<Row> = both!(conn, |c| updates::table
        .filter(updates::campaign_id.eq(campaign))
        .order(updates::id)
        .select(Row::as_select())
        .load(c))?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let found: Vec<TextRow> = both!(conn, |c| update_texts::table
        .inner_join(updates::table)
        .filter(updates::campaign_id.eq(campaign))
        .order((update_texts::update_id, update_texts::number))
        .select(TextRow::as_select())
        .load(c))?;
    let mut texts = BTreeMap::<UpdateId, Vec<UpdateText>>::new();
    for TextRow { update_id, title, body, made_at, made_by } in found {
        texts.entry(update_id).or_default().push(UpdateText { title, body, made_at, made_by });
    }
    let update = |Row { id, campaign_id, version, published_at, taken_back_at }: Row| Update {
        id,
        campaign: campaign_id,
        version,
        published_at,
        taken_back_at,
        texts: texts.remove(&id).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(update).collect())
}

/// One of them.
///
/// # Errors
/// Those of the database.
pub fn update_of(conn: &mut Conn, campaign: CampaignId, id: UpdateId) -> Result<Option<Update>, Error> {
    Ok(updates_of(conn, campaign)?.into_iter().find(|update| update.id == id))
}

fn insert_text(tx: &mut Tx<'_>, id: UpdateId, number: i64, text: &UpdateText) -> Result<(), Error> {
    both!(tx, |c| diesel::insert_into(update_texts::table)
        .values((
            update_texts::update_id.eq(id),
            update_texts::number.eq(number),
            update_texts::title.eq(&text.title),
            update_texts::body.eq(&text.body),
            update_texts::made_at.eq(text.made_at),
            update_texts::made_by.eq(text.made_by),
        ))
        .execute(c))?;
    Ok(())
}

/// Begins a draft.
///
/// # Errors
/// [`Error::Unique`] when it was begun already.
pub fn insert_update(
    tx: &mut Tx<'_>,
    campaign: CampaignId,
    id: UpdateId,
    text: &UpdateText,
) -> Result<(), Error> {
    both!(tx, |c| diesel::insert_into(updates::table)
        .values((updates::id.eq(id), updates::campaign_id.eq(campaign), updates::made_at.eq(text.made_at),))
        .execute(c))?;
    insert_text(tx, id, 1, text)
}

/// Gives an update another wording, if it is still as `before`; whether it was. A draft says that and nothing else from then on; of what is
/// published everybody reads what was corrected.
///
/// # Errors
/// Those of the database.
pub fn reword_update(tx: &mut Tx<'_>, before: &Update, text: &UpdateText) -> Result<bool, Error> {
    let same = updates::table
        .find(before.id)
        .filter(updates::version.eq(before.version))
        .filter(updates::taken_back_at.is_null());
    if both!(tx, |c| diesel::update(same).set(updates::version.eq(updates::version + 1)).execute(c))? == 0 {
        return Ok(false);
    }
    let mut number = i64::try_from(before.texts.len()).unwrap_or(i64::MAX).saturating_add(1);
    if before.published_at.is_none() {
        let draft = update_texts::table.filter(update_texts::update_id.eq(before.id));
        both!(tx, |c| diesel::delete(draft).execute(c))?;
        number = 1;
    }
    insert_text(tx, before.id, number, text)?;
    Ok(true)
}

/// Publishes a draft, if it is still as `before`; whether it was.
///
/// # Errors
/// Those of the database.
pub fn publish_update(tx: &mut Tx<'_>, before: &Update, now: Timestamp) -> Result<bool, Error> {
    let draft = updates::table
        .find(before.id)
        .filter(updates::version.eq(before.version))
        .filter(updates::published_at.is_null());
    let changed = both!(tx, |c| diesel::update(draft)
        .set((updates::published_at.eq(Some(now)), updates::version.eq(updates::version + 1)))
        .execute(c))?;
    Ok(changed == 1)
}

/// Takes back what was published, if it is still as `before`; whether it was.
///
/// # Errors
/// Those of the database.
pub fn take_back_update(tx: &mut Tx<'_>, before: &Update, now: Timestamp) -> Result<bool, Error> {
    let public = updates::table
        .find(before.id)
        .filter(updates::version.eq(before.version))
        .filter(updates::published_at.is_not_null())
        .filter(updates::taken_back_at.is_null());
    let changed = both!(tx, |c| diesel::update(public)
        .set((updates::taken_back_at.eq(Some(now)), updates::version.eq(updates::version + 1)))
        .execute(c))?;
    Ok(changed == 1)
}

/// Throws a draft away, if it is still as `before`; whether it was.
///
/// # Errors
/// Those of the database.
pub fn discard_update(tx: &mut Tx<'_>, before: &Update) -> Result<bool, Error> {
    let draft = updates::table
        .find(before.id)
        .filter(updates::version.eq(before.version))
        .filter(updates::published_at.is_null());
    Ok(both!(tx, |c| diesel::delete(draft).execute(c))? == 1)
}

/// What everybody reads of what happened with a letter.
///
/// # Errors
/// Those of the database.
pub fn news(conn: &mut Conn, campaign: CampaignId) -> Result<News, Error> {
    let mut deliveries = deliveries_of(conn, campaign)?;
    deliveries.retain(|delivery| delivery.is_shown);
    let mut updates = updates_of(conn, campaign)?;
    updates.retain(|update| update.published_at.is_some());
    for update in updates.iter_mut().filter(|update| update.taken_back_at.is_some()) {
        update.texts.clear();
    }
    Ok(News { deliveries, updates })
}
