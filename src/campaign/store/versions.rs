//! Which versions of a letter there are.

use super::LetterRow;
use crate::campaign::letter::LetterVersion;
use crate::db::schema::letter_versions;
use crate::db::{Conn, Error, both};
use crate::ids::CampaignId;
use diesel::prelude::*;

/// The number of the newest version of a campaign's letter.
///
/// # Errors
/// Those of the database.
pub fn letter_number(conn: &mut Conn, id: CampaignId) -> Result<i64, Error> {
    let newest: Option<i64> = both!(conn, |c| letter_versions::table
        .filter(letter_versions::campaign_id.eq(id))
        .select(diesel::dsl::max(letter_versions::number))
        .first(c))?;
    Ok(newest.unwrap_or(1))
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
