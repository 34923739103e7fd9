//! The letter in other languages: which translations there are, what they say, and which of it fits which version of the binding text.

mod changes;

pub use changes::{
    NewTranslationVersion, add_translation_version, delete_translation, drop_translation_draft,
    insert_translation, let_drafts_stand, put_translation_draft, retire_translation,
};

use super::versions::{letter_versions, same_meaning};
use crate::campaign::campaign::{Campaign, Title};
use crate::campaign::letter::{LetterBody, LetterText};
use crate::campaign::translation::{
    Fit, PublicTranslation, Reading, Rendition, Translation, TranslationDraft, TranslationVersion,
};
use crate::clock::Timestamp;
use crate::db::schema::{translation_versions, translations};
use crate::db::{Conn, Error, both};
use crate::ids::{CampaignId, TranslationId, TranslationVersionId};
use crate::text::Language;
use diesel::prelude::*;

/// The number of a translation of a text about which nobody has been asked yet.
const DRAFT: i64 = 0;

#[derive(Queryable, Selectable)]
#[diesel(table_name = translations)]
struct Row {
    id: TranslationId,
    campaign_id: CampaignId,
    language: Language,
    retired_at: Option<Timestamp>,
}

impl Row {
    fn into_translation(self) -> Translation {
        let Self { id, campaign_id: campaign, language, retired_at } = self;
        Translation { id, campaign, language, retired_at }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = translation_versions)]
struct VersionRow {
    id: TranslationVersionId,
    translation_id: TranslationId,
    number: i64,
    meaning: i64,
    of_number: i64,
    of_draft: String,
    title: Title,
    recipient: String,
    salutation: String,
    closing: String,
    host: String,
    authority: String,
    introduction: String,
    body: LetterText,
    made_at: Timestamp,
}

impl VersionRow {
    fn into_version(self) -> TranslationVersion {
        TranslationVersion {
            id: self.id,
            translation: self.translation_id,
            number: self.number,
            meaning: self.meaning,
            of_number: self.of_number,
            made_at: self.made_at,
            says: Rendition {
                title: self.title,
                recipient: self.recipient,
                salutation: self.salutation,
                closing: self.closing,
                host: self.host,
                authority: self.authority,
                body: LetterBody {
                    // What was kept was parsed before; nothing is none.
                    introduction: LetterText::parse(&self.introduction).ok(),
                    text: self.body,
                },
            },
        }
    }
}

/// Every translation of a letter, the retired ones too, by language.
///
/// # Errors
/// Those of the database.
pub fn translations_of(conn: &mut Conn, campaign: CampaignId) -> Result<Vec<Translation>, Error> {
    let rows: Vec<Row> = both!(conn, |c| translations::table
        .filter(translations::campaign_id.eq(campaign))
        .select(Row::as_select())
        .load(c))?;
    let mut all: Vec<_> = rows.into_iter().map(Row::into_translation).collect();
    // By us: the engines sort texts differently.
    all.sort_by(|one, other| one.language.as_str().cmp(other.language.as_str()));
    Ok(all)
}

/// The translation of a letter into a language, retired or not.
///
/// # Errors
/// Those of the database.
pub fn translation(
    conn: &mut Conn,
    campaign: CampaignId,
    language: &Language,
) -> Result<Option<Translation>, Error> {
    let row: Option<Row> = both!(conn, |c| translations::table
        .filter(translations::campaign_id.eq(campaign))
        .filter(translations::language.eq(language))
        .select(Row::as_select())
        .first(c)
        .optional())?;
    Ok(row.map(Row::into_translation))
}

/// Every version of a translation, the newest first; without what is not yet one.
///
/// # Errors
/// Those of the database.
pub fn translation_versions(conn: &mut Conn, id: TranslationId) -> Result<Vec<TranslationVersion>, Error> {
    let rows: Vec<VersionRow> = both!(conn, |c| translation_versions::table
        .filter(translation_versions::translation_id.eq(id))
        .filter(translation_versions::number.ne(DRAFT))
        .order(translation_versions::number.desc())
        .select(VersionRow::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(VersionRow::into_version).collect())
}

/// A version by its id, with its translation.
///
/// # Errors
/// Those of the database; also when there is no such version.
pub fn translation_version(
    conn: &mut Conn,
    id: TranslationVersionId,
) -> Result<(Translation, TranslationVersion), Error> {
    let (of, version): (Row, VersionRow) = both!(conn, |c| translation_versions::table
        .inner_join(translations::table)
        .filter(translation_versions::id.eq(id))
        .select((Row::as_select(), VersionRow::as_select()))
        .first(c))?;
    Ok((of.into_translation(), version.into_version()))
}

/// The translation of a text about which nobody has been asked yet, if there is one.
///
/// # Errors
/// Those of the database.
pub fn translation_draft(conn: &mut Conn, id: TranslationId) -> Result<Option<TranslationDraft>, Error> {
    let row: Option<VersionRow> = both!(conn, |c| translation_versions::table
        .filter(translation_versions::translation_id.eq(id))
        .filter(translation_versions::number.eq(DRAFT))
        .select(VersionRow::as_select())
        .first(c)
        .optional())?;
    Ok(row.map(|row| {
        let of = row.of_draft.clone();
        let TranslationVersion { made_at, says, .. } = row.into_version();
        TranslationDraft { of, changed_at: made_at, says }
    }))
}

/// What a translation says of a version of the binding text: its newest version that translates one of the same meaning.
///
/// # Errors
/// Those of the database.
pub fn translated(
    conn: &mut Conn,
    of: &Translation,
    number: i64,
) -> Result<Option<TranslationVersion>, Error> {
    let same = same_meaning(conn, of.campaign, number)?;
    let all = translation_versions(conn, of.id)?;
    Ok(all.into_iter().find(|version| same.contains(&version.of_number)))
}

/// What may be read of a letter's translations by everybody who may read the letter: of each that is not retired what fits the text that
/// stands; else the newest that translates one that stood.
///
/// # Errors
/// Those of the database.
pub fn public_translations(conn: &mut Conn, campaign: &Campaign) -> Result<Vec<PublicTranslation>, Error> {
    let mut all = Vec::new();
    let offered = translations_of(conn, campaign.id)?;
    let offered: Vec<_> = offered.into_iter().filter(|one| one.retired_at.is_none()).collect();
    if offered.is_empty() {
        return Ok(all);
    }
    let (number, texts) = (campaign.text_number, letter_versions(conn, campaign.id)?);
    let same = same_meaning(conn, campaign.id, number)?;
    let stood = |of: i64| texts.iter().any(|text| text.number == of && text.stands_since.is_some());
    for translation in offered {
        let versions = translation_versions(conn, translation.id)?;
        let fits = versions.iter().find(|version| same.contains(&version.of_number));
        let Some(version) = fits.or_else(|| versions.iter().find(|version| stood(version.of_number))) else {
            continue;
        };
        let fit = Fit::of(version.of_number, number, &same);
        // The text that replaced what this translates: the first that stood after it and says something else.
        let meaning = |of: i64| texts.iter().find(|text| text.number == of).map(|text| text.meaning);
        let after = texts.iter().rev().find(|text| {
            text.number > version.of_number
                && text.stands_since.is_some()
                && Some(text.meaning) != meaning(version.of_number)
        });
        let changed_at = after.filter(|_| fit == Fit::Outdated).and_then(|text| text.stands_since);
        let version = version.clone();
        all.push(PublicTranslation { language: translation.language, version, fit, changed_at });
    }
    Ok(all)
}

/// The languages in which a version of the binding text can be read by whoever is to agree to it, the binding one first.
///
/// # Errors
/// Those of the database.
pub fn languages_of(conn: &mut Conn, campaign: &Campaign, number: i64) -> Result<Vec<Language>, Error> {
    let mut all = vec![campaign.settings.language.clone()];
    for translation in translations_of(conn, campaign.id)? {
        if translation.retired_at.is_none() && translated(conn, &translation, number)?.is_some() {
            all.push(translation.language);
        }
    }
    Ok(all)
}

/// A version of the binding text as somebody reads it who would rather have it in a language.
///
/// # Errors
/// Those of the database.
pub fn reading(
    conn: &mut Conn,
    campaign: &Campaign,
    wanted: Option<&Language>,
    number: i64,
) -> Result<Reading, Error> {
    let binding = || Reading {
        language: campaign.settings.language.clone(),
        number,
        translation: None,
        instead_of: None,
    };
    let Some(wanted) = wanted.filter(|wanted| **wanted != campaign.settings.language) else {
        return Ok(binding());
    };
    let Some(translation) = suiting(conn, campaign, wanted)? else { return Ok(binding()) };
    let language = translation.language.clone();
    let found = match translation.retired_at {
        None => translated(conn, &translation, number)?,
        Some(_) => None,
    };
    Ok(match found {
        Some(version) => Reading { language, translation: Some(version), ..binding() },
        None => Reading { instead_of: Some(language), ..binding() },
    })
}

/// The translation for whoever wants a language: into that very one, else into the one that it is a variety of (`fr` for `fr-CA`), unless the
/// binding language is that.
fn suiting(conn: &mut Conn, campaign: &Campaign, wanted: &Language) -> Result<Option<Translation>, Error> {
    if let Some(exact) = translation(conn, campaign.id, wanted)? {
        return Ok(Some(exact));
    }
    if wanted.primary() == campaign.settings.language.primary() {
        return Ok(None);
    }
    let all = translations_of(conn, campaign.id)?;
    Ok(all.into_iter().find(|one| one.retired_at.is_none() && one.language.as_str() == wanted.primary()))
}

/// The text that somebody has read, by the version of the binding one and the translation of it, where it is or was offered.
///
/// # Errors
/// Those of the database.
pub fn read_before(
    conn: &mut Conn,
    campaign: &Campaign,
    number: i64,
    (language, version): (&Language, i64),
) -> Result<Option<Reading>, Error> {
    let Some(translation) = translation(conn, campaign.id, language)? else { return Ok(None) };
    let same = same_meaning(conn, campaign.id, number)?;
    let versions = translation_versions(conn, translation.id)?;
    let found = versions.into_iter().find(|known| known.number == version);
    let found = found.filter(|found| translation.retired_at.is_none() && same.contains(&found.of_number));
    Ok(found.map(|found| Reading {
        language: translation.language,
        number,
        translation: Some(found),
        instead_of: None,
    }))
}
