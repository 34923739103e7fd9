//! Corrections: what waits, what staff made, and what became of it.

use crate::clock::Timestamp;
use crate::db::schema::{corrections, sign_ons};
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{AccountId, CampaignId, CorrectionId, SignOnId};
use crate::secret::{Keys, Random};
use crate::sign_on::correction::{Asked, Correction};
use crate::sign_on::state::{First, Remark, Standing};
use crate::sign_on::submission::Entry;
use crate::text::{Acronym, Country, NativeName, OrganizationName, Shown, SortAs, WebUrl};
use crate::text_column;
use diesel::prelude::*;
use std::collections::BTreeSet;

/// What a note is sealed as.
const NOTE: &str = "correction note";

/// What became of a correction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Settled {
    /// The entry says it now.
    Accepted,
    /// The entry stays.
    Declined,
    /// Another one came after it.
    Replaced,
}

impl Settled {
    const ALL: [Self; 3] = [Self::Accepted, Self::Declined, Self::Replaced];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Replaced => "replaced",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|settled| settled.as_str() == text)
    }
}

text_column!(Settled, Settled::parse);
text_column!(Asked, Asked::parse);

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = corrections)]
#[diesel(treat_none_as_default_value = false)]
struct Row {
    id: CorrectionId,
    sign_on_id: SignOnId,
    kind: Asked,
    at: Timestamp,
    organization: OrganizationName,
    acronym: Option<Acronym>,
    native_name: Option<NativeName>,
    sort_as: Option<SortAs>,
    website: Option<WebUrl>,
    country: Option<Country>,
    line: String,
    old_organization: OrganizationName,
    old_line: String,
    note: Option<Vec<u8>>,
    outcome: Option<Settled>,
    settled_at: Option<Timestamp>,
    settled_by: Option<AccountId>,
    first_by: Option<AccountId>,
    first_at: Option<Timestamp>,
}

impl From<Row> for Correction {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            sign_on: row.sign_on_id,
            asked: row.kind,
            at: row.at,
            entry: Entry {
                organization: row.organization,
                acronym: row.acronym,
                native_name: row.native_name,
                sort_as: row.sort_as,
                website: row.website,
                country: row.country,
                line: row.line,
                shown: Shown::Full,
            },
            old_organization: row.old_organization,
            old_line: row.old_line,
            first: row.first_by.zip(row.first_at).map(|(by, at)| First { by, at }),
        }
    }
}

/// Puts a correction in: one that waits, or one that `made_by` made.
///
/// # Errors
/// [`Error::Unique`] when another one of the same sign-on waits.
pub fn insert_correction(
    tx: &mut Tx<'_>,
    keys: &Keys,
    random: &Random,
    correction: &Correction,
    note: Option<&Remark>,
    made_by: Option<AccountId>,
) -> Result<(), Error> {
    let entry = correction.entry.clone();
    let row = Row {
        id: correction.id,
        sign_on_id: correction.sign_on,
        kind: correction.asked,
        at: correction.at,
        organization: entry.organization,
        acronym: entry.acronym,
        native_name: entry.native_name,
        sort_as: entry.sort_as,
        website: entry.website,
        country: entry.country,
        line: entry.line,
        old_organization: correction.old_organization.clone(),
        old_line: correction.old_line.clone(),
        note: note.map(|note| keys.seal(random, correction.id.uuid(), NOTE, note.as_str().as_bytes())),
        outcome: made_by.map(|_| Settled::Accepted),
        settled_at: made_by.map(|_| correction.at),
        settled_by: made_by,
        first_by: None,
        first_at: None,
    };
    both!(tx, |c| diesel::insert_into(corrections::table).values(&row).execute(c))?;
    Ok(())
}

/// The correction of a sign-on that waits for a moderator.
///
/// # Errors
/// Those of the database.
pub fn waiting_correction(conn: &mut Conn, sign_on: SignOnId) -> Result<Option<Correction>, Error> {
    let row: Option<Row> = both!(conn, |c| corrections::table
        .filter(corrections::sign_on_id.eq(sign_on))
        .filter(corrections::outcome.is_null())
        .select(Row::as_select())
        .first(c)
        .optional())?;
    Ok(row.map(Correction::from))
}

/// The corrections of a campaign that wait for a moderator, those that came first, first; of sign-ons that are over none waits.
///
/// # Errors
/// Those of the database.
pub fn waiting_corrections(conn: &mut Conn, campaign: CampaignId) -> Result<Vec<Correction>, Error> {
    const LIVE: [Standing; 3] = [Standing::AwaitingModeration, Standing::OnHold, Standing::Approved];
    let rows: Vec<Row> = both!(conn, |c| corrections::table
        .filter(corrections::outcome.is_null())
        .order((corrections::at, corrections::id))
        .select(Row::as_select())
        .load(c))?;
    // Joined, SQLite would begin with the campaign and look for a correction of each of its thousands.
    let ids: Vec<SignOnId> = rows.iter().map(|row| row.sign_on_id).collect();
    let of: Vec<(SignOnId, CampaignId, Standing)> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::id.eq_any(&ids))
        .select((sign_ons::id, sign_ons::campaign_id, sign_ons::state))
        .load(c))?;
    let is_live = |(_, of, standing): &(_, CampaignId, Standing)| *of == campaign && LIVE.contains(standing);
    let live: BTreeSet<SignOnId> = of.into_iter().filter(is_live).map(|(id, ..)| id).collect();
    Ok(rows.into_iter().filter(|row| live.contains(&row.sign_on_id)).map(Correction::from).collect())
}

/// What staff made last of a sign-on's entry, and whether its representative has objected to that.
///
/// # Errors
/// Those of the database.
pub fn last_correction_made(conn: &mut Conn, sign_on: SignOnId) -> Result<Option<(Correction, bool)>, Error> {
    let rows: Vec<Row> = both!(conn, |c| corrections::table
        .filter(corrections::sign_on_id.eq(sign_on))
        .filter(corrections::kind.ne(Asked::ByRepresentative))
        .order((corrections::at.desc(), corrections::id.desc()))
        .select(Row::as_select())
        .load(c))?;
    let Some(made) = rows.iter().find(|row| row.kind == Asked::ByStaff) else { return Ok(None) };
    // By what it is about, because both may have come at the same moment.
    let objects = |row: &Row| {
        row.kind == Asked::InObjection && row.at >= made.at && row.old_organization == made.organization
    };
    let (id, objected) = (made.id, rows.iter().any(objects));
    let made = rows.into_iter().find(|row| row.id == id);
    Ok(made.map(|row| (row.into(), objected)))
}

/// What the representative wrote with a correction.
///
/// # Errors
/// See [`super::ContactError`].
pub fn correction_note(
    conn: &mut Conn,
    keys: &Keys,
    id: CorrectionId,
) -> Result<Option<String>, super::ContactError> {
    let sealed: Option<Option<Vec<u8>>> =
        both!(conn, |c| corrections::table.find(id).select(corrections::note).first(c).optional())
            .map_err(Error::from)?;
    let Some(sealed) = sealed.flatten() else { return Ok(None) };
    Ok(Some(String::from_utf8_lossy(&keys.open(id.uuid(), NOTE, &sealed)?).into_owned()))
}

/// What became of a correction of this sign-on, and who settled it; nothing while it waits.
///
/// # Errors
/// Those of the database.
pub fn settled_correction(
    conn: &mut Conn,
    sign_on: SignOnId,
    id: CorrectionId,
) -> Result<Option<(Settled, AccountId)>, Error> {
    let row: Option<(Option<Settled>, Option<AccountId>)> = both!(conn, |c| corrections::table
        .find(id)
        .filter(corrections::sign_on_id.eq(sign_on))
        .select((corrections::outcome, corrections::settled_by))
        .first(c)
        .optional())?;
    Ok(row.and_then(|(outcome, by)| outcome.zip(by)))
}

/// Settles the correction that waits, because another one takes its place.
///
/// # Errors
/// Those of the database.
pub fn replace_waiting_correction(tx: &mut Tx<'_>, sign_on: SignOnId, now: Timestamp) -> Result<(), Error> {
    let waiting =
        corrections::table.filter(corrections::sign_on_id.eq(sign_on)).filter(corrections::outcome.is_null());
    both!(tx, |c| diesel::update(waiting)
        .set((corrections::outcome.eq(Settled::Replaced), corrections::settled_at.eq(now)))
        .execute(c))?;
    Ok(())
}

/// Notes the first of two who accept a correction; `false` when it does not wait any more, or somebody was first.
///
/// # Errors
/// Those of the database.
pub fn accept_first(tx: &mut Tx<'_>, id: CorrectionId, first: First) -> Result<bool, Error> {
    let waiting = corrections::table
        .find(id)
        .filter(corrections::outcome.is_null())
        .filter(corrections::first_by.is_null());
    let changed = both!(tx, |c| diesel::update(waiting)
        .set((corrections::first_by.eq(Some(first.by)), corrections::first_at.eq(Some(first.at))))
        .execute(c))?;
    Ok(changed == 1)
}

/// Settles a correction; `false` when it does not wait any more.
///
/// # Errors
/// Those of the database.
pub fn settle_correction(
    tx: &mut Tx<'_>,
    id: CorrectionId,
    settled: Settled,
    by: AccountId,
    now: Timestamp,
) -> Result<bool, Error> {
    let waiting = corrections::table.find(id).filter(corrections::outcome.is_null());
    let changed = both!(tx, |c| diesel::update(waiting)
        .set((
            corrections::outcome.eq(settled),
            corrections::settled_at.eq(now),
            corrections::settled_by.eq(by),
        ))
        .execute(c))?;
    Ok(changed == 1)
}
