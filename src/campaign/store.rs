//! Every statement about campaigns and their letters.

mod closing;
mod previews;
mod row;
mod versions;

pub use closing::kept_long_enough;
pub use previews::{
    NewPreviewLink, PreviewError, PreviewLink, count_previews, end_preview, end_previews, forget_previews,
    insert_preview, previewed, previews,
};
pub use versions::{letter_number, letter_version};

use super::campaign::{Access, Campaign, Settings, Status};
use super::letter::{LetterText, LetterVersion};
use crate::clock::Timestamp;
use crate::db::schema::{campaigns, letter_versions};
use crate::db::{Conn, Error, Signal, Tx, both, kept};
use crate::ids::{AccountId, CampaignId, LetterVersionId};
use crate::text::Slug;
use crate::text_column;
use closing::closed_at;
use diesel::prelude::*;
use row::{Changes, ModerationChanges, Row};

/// The campaign at this address, whoever may see it.
///
/// # Errors
/// Those of the database.
pub fn by_slug(conn: &mut Conn, slug: &Slug) -> Result<Option<Campaign>, Error> {
    let row: Option<Row> = both!(conn, |c| campaigns::table
        .filter(campaigns::slug.eq(slug))
        .select(Row::as_select())
        .first(c)
        .optional())?;
    Ok(row.map(Row::into_campaign))
}

/// The campaign at this address, if a stranger may see it now. One that they may not see is not read: it takes no longer than one that is
/// not there.
///
/// # Errors
/// Those of the database.
pub fn visible(conn: &mut Conn, slug: &Slug, now: Timestamp) -> Result<Option<Campaign>, Error> {
    let row: Option<Row> = both!(conn, |c| campaigns::table
        .filter(campaigns::slug.eq(slug))
        .filter(campaigns::status.ne(Status::Draft))
        .filter(campaigns::access.ne(Access::Invitation))
        .filter(campaigns::published_at.le(now))
        .select(Row::as_select())
        .first(c)
        .optional())?;
    Ok(row.map(Row::into_campaign).filter(|campaign| campaign.is_visible(now)))
}

/// The campaign with this id.
///
/// # Errors
/// Those of the database.
pub fn by_id(conn: &mut Conn, id: CampaignId) -> Result<Option<Campaign>, Error> {
    let row: Option<Row> =
        both!(conn, |c| campaigns::table.find(id).select(Row::as_select()).first(c).optional())?;
    Ok(row.map(Row::into_campaign))
}

/// Every campaign, newest first.
///
/// # Errors
/// Those of the database.
pub fn all(conn: &mut Conn) -> Result<Vec<Campaign>, Error> {
    let rows: Vec<Row> =
        both!(conn, |c| campaigns::table.order(campaigns::id.desc()).select(Row::as_select()).load(c))?;
    Ok(rows.into_iter().map(Row::into_campaign).collect())
}

/// The newest version of a campaign's letter. A campaign is made with its first, so there always is one.
///
/// # Errors
/// Those of the database.
pub fn letter(conn: &mut Conn, id: CampaignId) -> Result<LetterVersion, Error> {
    let row: LetterRow = both!(conn, |c| letter_versions::table
        .filter(letter_versions::campaign_id.eq(id))
        .order(letter_versions::number.desc())
        .select(LetterRow::as_select())
        .first(c))?;
    Ok(row.into_version())
}

/// Makes a campaign with the first version of its letter.
///
/// # Errors
/// [`Error::Unique`] when the slug is taken.
pub fn insert(
    tx: &mut Tx<'_>,
    id: CampaignId,
    settings: &Settings,
    made_at: Timestamp,
) -> Result<Campaign, Error> {
    let closed_at = closed_at(None, settings, made_at);
    let row = Row::new(id, settings, made_at).closed(closed_at);
    both!(tx, |c| diesel::insert_into(campaigns::table).values(&row).execute(c))?;
    tx.raise(Signal::List);
    Ok(row.into_campaign())
}

/// Replaces a campaign's settings if they are still as `before`; whether they were.
///
/// # Errors
/// [`Error::Unique`] when the new slug is taken.
pub fn replace(
    tx: &mut Tx<'_>,
    before: &Campaign,
    settings: &Settings,
    now: Timestamp,
) -> Result<bool, Error> {
    let changes = Changes::of(before.id, settings);
    let changed = both!(tx, |c| diesel::update(
        campaigns::table.find(before.id).filter(campaigns::version.eq(before.version))
    )
    .set((
        &changes,
        campaigns::closed_at.eq(closed_at(before.closed_at, settings, now)),
        campaigns::version.eq(campaigns::version + 1),
        campaigns::list_revision.eq(campaigns::list_revision + 1),
    ))
    .execute(c))?;
    tx.raise(Signal::List);
    Ok(changed == 1)
}

/// Replaces what moderators choose from and go by, if the settings are still as `before`; whether they were. The public sees
/// nothing of it, so the list stays as it is.
///
/// # Errors
/// Those of the database.
pub fn replace_moderation(tx: &mut Tx<'_>, before: &Campaign, settings: &Settings) -> Result<bool, Error> {
    let changes = ModerationChanges::of(settings);
    let changed = both!(tx, |c| diesel::update(
        campaigns::table.find(before.id).filter(campaigns::version.eq(before.version))
    )
    .set((&changes, campaigns::version.eq(campaigns::version + 1)))
    .execute(c))?;
    Ok(changed == 1)
}

/// Adds the next version of a letter.
///
/// # Errors
/// [`Error::Unique`] when somebody else added one at the same moment.
pub fn add_letter(
    tx: &mut Tx<'_>,
    campaign: CampaignId,
    id: LetterVersionId,
    text: &LetterText,
    made_at: Timestamp,
    made_by: Option<AccountId>,
) -> Result<LetterVersion, Error> {
    let newest: Option<i64> = both!(tx, |c| letter_versions::table
        .filter(letter_versions::campaign_id.eq(campaign))
        .select(diesel::dsl::max(letter_versions::number))
        .first(c))?;
    let number = newest.unwrap_or(0) + 1;
    both!(tx, |c| diesel::insert_into(letter_versions::table)
        .values((
            letter_versions::id.eq(id),
            letter_versions::campaign_id.eq(campaign),
            letter_versions::number.eq(number),
            letter_versions::body.eq(text.as_str()),
            letter_versions::sha256.eq(text.sha256()),
            letter_versions::made_at.eq(made_at),
            letter_versions::made_by.eq(made_by),
        ))
        .execute(c))?;
    raise_list_revision(tx, campaign)?;
    Ok(LetterVersion { id, number, text: text.clone() })
}

/// Says that the campaign's list, or how it shows, is no longer what the last edition says.
///
/// # Errors
/// Those of the database.
pub fn raise_list_revision(tx: &mut Tx<'_>, id: CampaignId) -> Result<(), Error> {
    both!(tx, |c| kept(
        diesel::update(campaigns::table.find(id))
            .set(campaigns::list_revision.eq(campaigns::list_revision + 1))
    )
    .execute(c))?;
    tx.raise(Signal::List);
    Ok(())
}

/// The place of the next one to join, in the order of approval: 1, 2, 3 … from a counter on the campaign's row, which this
/// transaction now holds. Raises the list's revision too.
///
/// # Errors
/// Those of the database.
pub fn next_to_join(tx: &mut Tx<'_>, id: CampaignId) -> Result<i64, Error> {
    take_places(tx, id, 1)
}

/// Takes as many places in the order of joining at once, and gives the last of them. See [`next_to_join`].
///
/// # Errors
/// Those of the database.
pub fn take_places(tx: &mut Tx<'_>, id: CampaignId, count: i64) -> Result<i64, Error> {
    let place = both!(tx, |c| kept(
        diesel::update(campaigns::table.find(id))
            .set((
                campaigns::joined_count.eq(campaigns::joined_count + count),
                campaigns::list_revision.eq(campaigns::list_revision + 1),
            ))
            .returning(campaigns::joined_count)
    )
    .get_result(c))?;
    tx.raise(Signal::List);
    Ok(place)
}

/// The campaign, with its row held until the transaction ends, so that what is decided by it stays true.
///
/// # Errors
/// Those of the database.
pub fn hold(tx: &mut Tx<'_>, id: CampaignId) -> Result<Option<Campaign>, Error> {
    let row: Option<Row> = match &mut **tx {
        // The embedded database has one writer, and this transaction is it.
        Conn::Sqlite(c) => campaigns::table.find(id).select(Row::as_select()).first(c).optional()?,
        // Not `for update`: a row that names the campaign, as every sign-on does, takes a share of its key, and would wait behind whoever
        // works here; and who has put one in first and comes here then would wait for whoever waits for it. The key never changes.
        Conn::Pg(c) => {
            campaigns::table.find(id).select(Row::as_select()).for_no_key_update().first(c).optional()?
        }
    };
    Ok(row.map(Row::into_campaign))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = letter_versions)]
struct LetterRow {
    id: LetterVersionId,
    number: i64,
    body: LetterText,
}

text_column!(LetterText);

impl LetterRow {
    fn into_version(self) -> LetterVersion {
        LetterVersion { id: self.id, number: self.number, text: self.body }
    }
}
