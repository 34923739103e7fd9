//! Every statement about campaigns and their letters.

mod closing;
mod deliveries;
mod mail_words;
mod previews;
mod rounds;
mod row;
mod translations;
mod updates;
mod versions;

pub use closing::kept_until;
pub use deliveries::{
    bearers, deliveries_of, delivery, forget_bearers, insert_delivery, mark_told, remove_delivery,
    replace_delivery,
};
pub use mail_words::{WordsVersion, copy_words, mail_words, put_words, standing_words, words_versions};
pub use previews::{
    NewPreviewLink, PreviewError, PreviewLink, count_previews, end_preview, end_previews, forget_previews,
    insert_preview, previewed, previews, previews_until,
};
pub use rounds::{
    end_round, extend_round, insert_round, open_round, open_rounds, round, rounds_of, signing_number,
};
pub use translations::{
    NewTranslationVersion, add_translation_version, delete_translation, drop_translation_draft,
    insert_translation, languages_of, let_drafts_stand, public_translations, put_translation_draft,
    read_before, reading, retire_translation, translated, translation, translation_draft,
    translation_version, translation_versions, translations_of,
};
pub use updates::{
    News, discard_update, insert_update, news, publish_update, reword_update, take_back_update, update_of,
    updates_of,
};
pub use versions::{
    LetterDraft, NewVersion, add_letter, add_version, draft, drop_draft, is_signed, let_stand, letter,
    letter_version, letter_versions, next_number, put_draft, same_meaning, standing_versions, text_number,
};

use super::campaign::{Access, Campaign, Settings, Status};
use crate::clock::Timestamp;
use crate::db::schema::{campaigns, editions};
use crate::db::{Conn, Error, Signal, Tx, both, kept};
use crate::ids::CampaignId;
use crate::text::Slug;
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

/// Says on the form from now on that silence counts as consent to a later change of the text, or says so no more, if the settings are still as
/// `before`; whether they were. It holds for those who sign after it.
///
/// # Errors
/// Those of the database.
pub fn announce_silence(tx: &mut Tx<'_>, before: &Campaign, counts: bool) -> Result<bool, Error> {
    let changed = both!(tx, |c| diesel::update(
        campaigns::table.find(before.id).filter(campaigns::version.eq(before.version))
    )
    .set((campaigns::silence_counts.eq(counts), campaigns::version.eq(campaigns::version + 1)))
    .execute(c))?;
    Ok(changed == 1)
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

/// The same where an edition of it has a name: it may show somebody who is off the list, and says of them what is so.
///
/// # Errors
/// Those of the database.
pub fn raise_where_named(tx: &mut Tx<'_>, id: CampaignId) -> Result<(), Error> {
    let named = editions::table.filter(editions::campaign_id.eq(id)).filter(editions::name.is_not_null());
    match both!(tx, |c| named.count().get_result::<i64>(c))? {
        0 => Ok(()),
        _ => raise_list_revision(tx, id),
    }
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
