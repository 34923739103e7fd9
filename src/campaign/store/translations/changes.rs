//! What changes of translations: made, corrected, prepared beside a text that is not yet one, retired, deleted.

use super::{DRAFT, translation_draft, translation_versions as versions_of, translations_of};
use crate::campaign::letter::LetterText;
use crate::campaign::store::raise_list_revision;
use crate::campaign::translation::{Rendition, Translation, TranslationVersion};
use crate::clock::Timestamp;
use crate::db::schema::{translation_versions, translations};
use crate::db::{Error, Tx, both, kept};
use crate::ids::{AccountId, CampaignId, TranslationId, TranslationVersionId};
use diesel::prelude::*;

/// A version of a translation that is to be added.
#[derive(Clone, Copy, Debug)]
pub struct NewTranslationVersion<'a> {
    /// Its id.
    pub id: TranslationVersionId,
    /// What it says.
    pub says: &'a Rendition,
    /// The version of the binding text that it translates.
    pub of_number: i64,
    /// The version whose slip it mends, so that it says the same; none where it says something else.
    pub mends: Option<&'a TranslationVersion>,
    /// When it is made.
    pub at: Timestamp,
    /// Who made it.
    pub by: Option<AccountId>,
}

#[derive(Insertable)]
#[diesel(table_name = translation_versions)]
struct NewRow<'a> {
    id: TranslationVersionId,
    translation_id: TranslationId,
    number: i64,
    meaning: i64,
    of_number: i64,
    of_draft: &'a str,
    title: &'a str,
    recipient: &'a str,
    salutation: &'a str,
    closing: &'a str,
    host: &'a str,
    authority: &'a str,
    introduction: &'a str,
    body: &'a str,
    sha256: String,
    made_at: Timestamp,
    made_by: Option<AccountId>,
}

impl<'a> NewRow<'a> {
    fn draft(of: TranslationId, new: &NewTranslationVersion<'a>, of_draft: &'a str) -> Self {
        let says = new.says;
        Self {
            id: new.id,
            translation_id: of,
            number: DRAFT,
            meaning: DRAFT,
            of_number: DRAFT,
            of_draft,
            title: says.title.as_str(),
            recipient: &says.recipient,
            salutation: &says.salutation,
            closing: &says.closing,
            host: &says.host,
            authority: &says.authority,
            introduction: says.body.introduction.as_ref().map_or("", LetterText::as_str),
            body: says.body.text.as_str(),
            sha256: says.sha256(),
            made_at: new.at,
            made_by: new.by,
        }
    }
}

/// Makes a translation, without a text as yet.
///
/// # Errors
/// [`Error::Unique`] when there is one into that language.
pub fn insert_translation(tx: &mut Tx<'_>, new: &Translation, at: Timestamp) -> Result<(), Error> {
    both!(tx, |c| diesel::insert_into(translations::table)
        .values((
            translations::id.eq(new.id),
            translations::campaign_id.eq(new.campaign),
            translations::language.eq(&new.language),
            translations::made_at.eq(at),
            translations::retired_at.eq(new.retired_at),
        ))
        .execute(c))?;
    Ok(())
}

/// Adds the next version of a translation. The public pages show it from now on.
///
/// # Errors
/// [`Error::Unique`] when somebody else added one at the same moment.
pub fn add_translation_version(
    tx: &mut Tx<'_>,
    of: &Translation,
    new: NewTranslationVersion<'_>,
) -> Result<TranslationVersion, Error> {
    let number = next(tx, of.id)?;
    let meaning = new.mends.map_or(number, |mended| mended.meaning);
    let row =
        NewRow { number, meaning, of_number: new.of_number, of_draft: "", ..NewRow::draft(of.id, &new, "") };
    both!(tx, |c| diesel::insert_into(translation_versions::table).values(&row).execute(c))?;
    raise_list_revision(tx, of.campaign)?;
    Ok(TranslationVersion {
        id: new.id,
        translation: of.id,
        number,
        meaning,
        of_number: new.of_number,
        made_at: new.at,
        says: new.says.clone(),
    })
}

fn next(tx: &mut Tx<'_>, of: TranslationId) -> Result<i64, Error> {
    Ok(versions_of(tx, of)?.first().map_or(0, |newest| newest.number) + 1)
}

/// Keeps a translation of a text about which nobody has been asked yet, instead of the one that was kept before. `of_draft` names that text.
///
/// # Errors
/// [`Error::Unique`] when somebody else kept the first one at the same moment.
pub fn put_translation_draft(
    tx: &mut Tx<'_>,
    of: &Translation,
    new: &NewTranslationVersion<'_>,
    of_draft: &str,
) -> Result<(), Error> {
    drop_translation_draft(tx, of.id)?;
    let row = NewRow::draft(of.id, new, of_draft);
    both!(tx, |c| diesel::insert_into(translation_versions::table).values(&row).execute(c))?;
    Ok(())
}

/// Throws that translation away; whether there was one.
///
/// # Errors
/// Those of the database.
pub fn drop_translation_draft(tx: &mut Tx<'_>, of: TranslationId) -> Result<bool, Error> {
    let draft = translation_versions::table
        .filter(translation_versions::translation_id.eq(of))
        .filter(translation_versions::number.eq(DRAFT));
    Ok(both!(tx, |c| diesel::delete(draft).execute(c))? > 0)
}

/// A text that was prepared has become a version: what translates it becomes versions too, and what translates an earlier state of it is thrown
/// away. How many became versions.
///
/// # Errors
/// Those of the database.
pub fn let_drafts_stand(
    tx: &mut Tx<'_>,
    campaign: CampaignId,
    of_draft: &str,
    of_number: i64,
) -> Result<usize, Error> {
    let mut count = 0;
    for translation in translations_of(tx, campaign)? {
        let Some(draft) = translation_draft(tx, translation.id)? else { continue };
        if draft.of != of_draft || translation.retired_at.is_some() {
            drop_translation_draft(tx, translation.id)?;
            continue;
        }
        let number = next(tx, translation.id)?;
        let row = translation_versions::table
            .filter(translation_versions::translation_id.eq(translation.id))
            .filter(translation_versions::number.eq(DRAFT));
        count += both!(tx, |c| diesel::update(row)
            .set((
                translation_versions::number.eq(number),
                translation_versions::meaning.eq(number),
                translation_versions::of_number.eq(of_number),
                translation_versions::of_draft.eq(""),
            ))
            .execute(c))?;
    }
    Ok(count)
}

/// Offers a translation no more from a moment on, or again.
///
/// # Errors
/// Those of the database.
pub fn retire_translation(tx: &mut Tx<'_>, of: &Translation, since: Option<Timestamp>) -> Result<(), Error> {
    both!(tx, |c| kept(
        diesel::update(translations::table.find(of.id)).set(translations::retired_at.eq(since))
    )
    .execute(c))?;
    raise_list_revision(tx, of.campaign)
}

/// Deletes a translation with all its versions.
///
/// # Errors
/// Those of the database: one is that somebody was shown one of the versions when they signed.
pub fn delete_translation(tx: &mut Tx<'_>, of: &Translation) -> Result<(), Error> {
    both!(tx, |c| diesel::delete(translations::table.find(of.id)).execute(c))?;
    raise_list_revision(tx, of.campaign)
}
