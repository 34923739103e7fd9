//! Which versions of a letter there are, which of them stands, and what is to be the next.

use crate::campaign::letter::{LetterBody, LetterText, LetterVersion};
use crate::clock::Timestamp;
use crate::db::schema::{campaigns, letter_drafts, letter_versions, sign_ons};
use crate::db::{Conn, Error, Tx, both, kept};
use crate::ids::{AccountId, CampaignId, LetterVersionId};
use crate::text_column;
use diesel::prelude::*;
use std::collections::BTreeMap;

text_column!(LetterText);

/// A change of meaning that nobody has been asked about yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LetterDraft {
    /// Raised by every change.
    pub version: i64,
    /// What it says.
    pub body: LetterBody,
    /// Who changed it last.
    pub changed_by: AccountId,
    /// When.
    pub changed_at: Timestamp,
}

impl LetterDraft {
    /// What a page names it by: `version` begins anew with each draft, what it says does not come back by itself.
    pub fn stamp(&self) -> String {
        format!("{}-{}", self.version, self.body.sha256())
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = letter_versions)]
struct LetterRow {
    id: LetterVersionId,
    number: i64,
    body: LetterText,
    introduction: String,
    meaning: i64,
    stands_since: Option<Timestamp>,
    made_at: Timestamp,
}

impl LetterRow {
    fn into_version(self) -> LetterVersion {
        LetterVersion {
            id: self.id,
            number: self.number,
            meaning: self.meaning,
            stands_since: self.stands_since,
            made_at: self.made_at,
            body: LetterBody { introduction: introduction(&self.introduction), text: self.body },
        }
    }
}

/// What was kept of an introduction was parsed before; nothing is none.
fn introduction(kept: &str) -> Option<LetterText> {
    LetterText::parse(kept).ok()
}

fn kept_introduction(body: &LetterBody) -> &str {
    body.introduction.as_ref().map_or("", LetterText::as_str)
}

/// The number of the version that stands.
///
/// # Errors
/// Those of the database; also when there is no such campaign.
pub fn text_number(conn: &mut Conn, id: CampaignId) -> Result<i64, Error> {
    Ok(both!(conn, |c| campaigns::table.find(id).select(campaigns::text_number).first(c))?)
}

/// The version of a campaign's letter that stands: the one that the public reads and the list is made under.
///
/// # Errors
/// Those of the database.
pub fn letter(conn: &mut Conn, id: CampaignId) -> Result<LetterVersion, Error> {
    let number = text_number(conn, id)?;
    letter_version(conn, id, number)
}

/// A version of a campaign's letter that somebody refers to.
///
/// # Errors
/// Those of the database; also when there is no such version.
pub fn letter_version(conn: &mut Conn, id: CampaignId, number: i64) -> Result<LetterVersion, Error> {
    let row: LetterRow = both!(conn, |c| letter_versions::table
        .filter(letter_versions::campaign_id.eq(id))
        .filter(letter_versions::number.eq(number))
        .select(LetterRow::as_select())
        .first(c))?;
    Ok(row.into_version())
}

/// Every version of a campaign's letter, the newest first.
///
/// # Errors
/// Those of the database.
pub fn letter_versions(conn: &mut Conn, id: CampaignId) -> Result<Vec<LetterVersion>, Error> {
    let rows: Vec<LetterRow> = both!(conn, |c| letter_versions::table
        .filter(letter_versions::campaign_id.eq(id))
        .order(letter_versions::number.desc())
        .select(LetterRow::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(LetterRow::into_version).collect())
}

/// The numbers of the versions that say the same as this one: consent to any of them is consent to it.
///
/// # Errors
/// Those of the database.
pub fn same_meaning(conn: &mut Conn, id: CampaignId, number: i64) -> Result<Vec<i64>, Error> {
    let all: Vec<(i64, i64)> = both!(conn, |c| letter_versions::table
        .filter(letter_versions::campaign_id.eq(id))
        .select((letter_versions::number, letter_versions::meaning))
        .load(c))?;
    let meaning = all.iter().find(|(known, _)| *known == number).map(|(_, meaning)| *meaning);
    Ok(all.into_iter().filter(|(_, of)| Some(*of) == meaning).map(|(number, _)| number).collect())
}

/// Every version of every letter that says what its campaign's text says that stands: campaign and number.
///
/// # Errors
/// Those of the database.
pub fn standing_versions(conn: &mut Conn) -> Result<Vec<(CampaignId, i64)>, Error> {
    let all: Vec<(CampaignId, i64, i64, i64)> = both!(conn, |c| letter_versions::table
        .inner_join(campaigns::table)
        .select((
            letter_versions::campaign_id,
            letter_versions::number,
            letter_versions::meaning,
            campaigns::text_number,
        ))
        .load(c))?;
    let is_text = |(_, number, _, text): &&(CampaignId, i64, i64, i64)| number == text;
    let meanings: BTreeMap<CampaignId, i64> =
        all.iter().filter(is_text).map(|(campaign, _, meaning, _)| (*campaign, *meaning)).collect();
    let standing = all.iter().filter(|(campaign, _, meaning, _)| meanings.get(campaign) == Some(meaning));
    Ok(standing.map(|(campaign, number, ..)| (*campaign, *number)).collect())
}

/// A version that is to be added.
#[derive(Clone, Copy, Debug)]
pub struct NewVersion<'a> {
    /// Its id.
    pub id: LetterVersionId,
    /// What it says.
    pub body: &'a LetterBody,
    /// The version whose slip it mends, so that it says the same; none where it says something else.
    pub mends: Option<&'a LetterVersion>,
    /// Whether it is the text that stands from now on.
    pub stands: bool,
    /// When it is made.
    pub at: Timestamp,
    /// Who made it.
    pub by: Option<AccountId>,
}

/// Adds the first version of a letter.
///
/// # Errors
/// [`Error::Unique`] when somebody else added one at the same moment.
pub fn add_letter(
    tx: &mut Tx<'_>,
    campaign: CampaignId,
    id: LetterVersionId,
    text: &LetterText,
    at: Timestamp,
    by: Option<AccountId>,
) -> Result<LetterVersion, Error> {
    let body = LetterBody::from(text.clone());
    add_version(tx, campaign, NewVersion { id, body: &body, mends: None, stands: true, at, by })
}

/// Adds the next version of a letter.
///
/// # Errors
/// [`Error::Unique`] when somebody else added one at the same moment.
pub fn add_version(
    tx: &mut Tx<'_>,
    campaign: CampaignId,
    new: NewVersion<'_>,
) -> Result<LetterVersion, Error> {
    let number = next_number(tx, campaign)?;
    let meaning = new.mends.map_or(number, |mended| mended.meaning);
    both!(tx, |c| diesel::insert_into(letter_versions::table)
        .values((
            letter_versions::id.eq(new.id),
            letter_versions::campaign_id.eq(campaign),
            letter_versions::number.eq(number),
            letter_versions::body.eq(&new.body.text),
            letter_versions::introduction.eq(kept_introduction(new.body)),
            letter_versions::meaning.eq(meaning),
            letter_versions::sha256.eq(new.body.sha256()),
            letter_versions::made_at.eq(new.at),
            letter_versions::made_by.eq(new.by),
        ))
        .execute(c))?;
    if new.stands {
        let_stand(tx, campaign, number, new.at)?;
    }
    Ok(LetterVersion {
        id: new.id,
        number,
        meaning,
        stands_since: new.stands.then_some(new.at),
        made_at: new.at,
        body: new.body.clone(),
    })
}

/// Makes a version the text that stands.
///
/// # Errors
/// Those of the database.
pub fn let_stand(tx: &mut Tx<'_>, campaign: CampaignId, number: i64, now: Timestamp) -> Result<(), Error> {
    let version = letter_versions::table
        .filter(letter_versions::campaign_id.eq(campaign))
        .filter(letter_versions::number.eq(number));
    both!(tx, |c| diesel::update(version).set(letter_versions::stands_since.eq(Some(now))).execute(c))?;
    both!(tx, |c| kept(
        diesel::update(campaigns::table.find(campaign)).set(campaigns::text_number.eq(number))
    )
    .execute(c))?;
    super::raise_list_revision(tx, campaign)
}

/// Whether some organization stands behind the text that stands, so that what it says can no longer be changed without asking.
///
/// # Errors
/// Those of the database.
pub fn is_signed(conn: &mut Conn, id: CampaignId) -> Result<bool, Error> {
    let found: Option<i64> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(id))
        .filter(sign_ons::state.eq_any(["awaiting_moderation", "on_hold", "approved"]))
        .select(sign_ons::version)
        .first(c)
        .optional())?;
    Ok(found.is_some())
}

/// The change of meaning that nobody has been asked about yet, if there is one.
///
/// # Errors
/// Those of the database.
pub fn draft(conn: &mut Conn, id: CampaignId) -> Result<Option<LetterDraft>, Error> {
    let row: Option<(i64, String, LetterText, AccountId, Timestamp)> = both!(conn, |c| letter_drafts::table
        .find(id)
        .select((
            letter_drafts::version,
            letter_drafts::introduction,
            letter_drafts::body,
            letter_drafts::changed_by,
            letter_drafts::changed_at,
        ))
        .first(c)
        .optional())?;
    Ok(row.map(|(version, above, text, changed_by, changed_at)| LetterDraft {
        version,
        body: LetterBody { introduction: introduction(&above), text },
        changed_by,
        changed_at,
    }))
}

/// Keeps a change of meaning instead of the one that was kept before.
///
/// # Errors
/// [`Error::Unique`] when somebody else kept the first one at the same moment.
pub fn put_draft(
    tx: &mut Tx<'_>,
    id: CampaignId,
    body: &LetterBody,
    by: AccountId,
    now: Timestamp,
) -> Result<(), Error> {
    let before = draft(tx, id)?.map_or(0, |draft| draft.version);
    drop_draft(tx, id)?;
    both!(tx, |c| diesel::insert_into(letter_drafts::table)
        .values((
            letter_drafts::campaign_id.eq(id),
            letter_drafts::version.eq(before + 1),
            letter_drafts::introduction.eq(kept_introduction(body)),
            letter_drafts::body.eq(&body.text),
            letter_drafts::changed_at.eq(now),
            letter_drafts::changed_by.eq(by),
        ))
        .execute(c))?;
    Ok(())
}

/// Throws the change away; whether there was one.
///
/// # Errors
/// Those of the database.
pub fn drop_draft(tx: &mut Tx<'_>, id: CampaignId) -> Result<bool, Error> {
    Ok(both!(tx, |c| diesel::delete(letter_drafts::table.find(id)).execute(c))? > 0)
}

/// The number that the next version gets.
///
/// # Errors
/// Those of the database.
pub fn next_number(conn: &mut Conn, id: CampaignId) -> Result<i64, Error> {
    let newest: Option<i64> = both!(conn, |c| letter_versions::table
        .filter(letter_versions::campaign_id.eq(id))
        .select(diesel::dsl::max(letter_versions::number))
        .first(c))?;
    Ok(newest.unwrap_or(0) + 1)
}
