//! Which text somebody was shown when they agreed to it: kept where that was a translation, and whenever an organization agreed anew.

use crate::campaign::{Campaign, Reading, Translation, TranslationVersion, store as campaigns};
use crate::clock::Timestamp;
use crate::db::schema::{texts_shown, translation_versions};
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{SignOnId, TextShownId, TranslationId, TranslationVersionId};
use crate::secret::Random;
use crate::text::Language;
use diesel::prelude::*;

/// What was shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextShown {
    /// When they agreed.
    pub at: Timestamp,
    /// The version of the binding text that they agreed to.
    pub number: i64,
    /// The translation that they read; none where it was the binding text itself.
    pub translation: Option<(Translation, TranslationVersion)>,
}

impl TextShown {
    /// `French: version 2 of the translation, of version 1 of the text`
    pub fn said(&self) -> String {
        match &self.translation {
            Some((translation, version)) => format!(
                "{}: version {} of the translation, of version {} of the text",
                translation.language.english_name(),
                version.number,
                version.of_number
            ),
            None => format!("The binding text, version {}", self.number),
        }
    }
}

/// Keeps what was shown.
///
/// # Errors
/// Those of the database; one is that the translation was deleted at this moment.
pub fn note_shown(
    tx: &mut Tx<'_>,
    random: &Random,
    sign_on: SignOnId,
    read: &Reading,
    now: Timestamp,
) -> Result<(), Error> {
    both!(tx, |c| diesel::insert_into(texts_shown::table)
        .values((
            texts_shown::id.eq(TextShownId::new(now.millis(), random.bytes())),
            texts_shown::sign_on_id.eq(sign_on),
            texts_shown::number.eq(read.number),
            texts_shown::translation_id.eq(read.translation.as_ref().map(|version| version.id)),
            texts_shown::shown_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

/// Forgets what was shown to whoever has sent the form again before it was verified.
///
/// # Errors
/// Those of the database.
pub(in crate::sign_on) fn forget_shown(tx: &mut Tx<'_>, sign_on: SignOnId) -> Result<(), Error> {
    let theirs = texts_shown::table.filter(texts_shown::sign_on_id.eq(sign_on));
    both!(tx, |c| diesel::delete(theirs).execute(c))?;
    Ok(())
}

/// What was shown to those who signed by a sign-on, in the order in which they agreed; nothing where it was the binding text from the beginning.
///
/// # Errors
/// Those of the database.
pub fn shown(conn: &mut Conn, sign_on: SignOnId) -> Result<Vec<TextShown>, Error> {
    let rows: Vec<(Timestamp, i64, Option<TranslationVersionId>)> = both!(conn, |c| texts_shown::table
        .filter(texts_shown::sign_on_id.eq(sign_on))
        .order((texts_shown::shown_at, texts_shown::id))
        .select((texts_shown::shown_at, texts_shown::number, texts_shown::translation_id))
        .load(c))?;
    let mut all = Vec::new();
    for (at, number, id) in rows {
        let translation = id.map(|id| campaigns::translation_version(conn, id)).transpose()?;
        all.push(TextShown { at, number, translation });
    }
    Ok(all)
}

/// The language in which somebody read the text last; none where that was the binding one.
///
/// # Errors
/// Those of the database.
pub fn language_of(conn: &mut Conn, sign_on: SignOnId) -> Result<Option<Language>, Error> {
    let last = shown(conn, sign_on)?.into_iter().rev().find_map(|shown| shown.translation);
    Ok(last.map(|(translation, _)| translation.language))
}

/// A campaign as it is told to whoever sent a sign-on: in the language in which they read the text last.
///
/// # Errors
/// Those of the database.
pub fn told_to(conn: &mut Conn, campaign: &Campaign, sign_on: SignOnId) -> Result<Campaign, Error> {
    let last = shown(conn, sign_on)?.into_iter().rev().find_map(|shown| shown.translation);
    Ok(match last {
        Some((translation, version)) => campaign.told_in(&translation.language, &version.says),
        None => campaign.clone(),
    })
}

/// How often versions of a translation were shown to somebody who agreed.
///
/// # Errors
/// Those of the database.
pub fn count_shown(conn: &mut Conn, translation: TranslationId) -> Result<i64, Error> {
    Ok(both!(conn, |c| texts_shown::table
        .inner_join(translation_versions::table)
        .filter(translation_versions::translation_id.eq(translation))
        .count()
        .get_result(c))?)
}
