//! Tables of organizations that signed in another way: kept from the look at one until it is worked off.

use crate::clock::Timestamp;
use crate::db::schema::{elsewhere_imports, elsewhere_lines};
use crate::db::{Conn, Error, Tx, both, kept};
use crate::ids::{AccountId, CampaignId, ImportId, SignOnId};
use crate::organizing::elsewhere_fates::Fate;
use crate::organizing::elsewhere_lines::Typed;
use crate::secret::{Keys, Random, Unsealable};
use crate::text_column;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

text_column!(Fate, Fate::parse);

/// Rows in one statement: few enough that no engine's limit of parameters is reached.
const AT_ONCE: usize = 1000;

/// What a sealed line is sealed for.
const FIELD: &str = "line from elsewhere";

/// Why lines cannot be read.
#[derive(Debug, thiserror::Error)]
pub(in crate::organizing) enum LineError {
    #[error(transparent)]
    Database(#[from] Error),
    #[error(transparent)]
    Sealed(#[from] Unsealable),
}

/// A table.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = elsewhere_imports)]
pub(in crate::organizing) struct Import {
    pub(in crate::organizing) id: ImportId,
    pub(in crate::organizing) campaign_id: CampaignId,
    pub(in crate::organizing) version: i64,
    pub(in crate::organizing) made_at: Timestamp,
    pub(in crate::organizing) made_by: AccountId,
    pub(in crate::organizing) confirmed_at: Option<Timestamp>,
    pub(in crate::organizing) done_at: Option<Timestamp>,
}

/// A line of one.
#[derive(Clone, Debug)]
pub(in crate::organizing) struct Line {
    pub(in crate::organizing) number: i64,
    pub(in crate::organizing) typed: Typed,
    pub(in crate::organizing) fate: Fate,
    /// Whether it is added though it is like another one.
    pub(in crate::organizing) is_another: bool,
    pub(in crate::organizing) other: Option<SignOnId>,
}

/// A line that is sealed: what takes its time, done before the transaction.
#[derive(Insertable)]
#[diesel(table_name = elsewhere_lines, treat_none_as_default_value = false)]
pub(in crate::organizing) struct Sealed {
    import_id: ImportId,
    number: i64,
    sealed: Vec<u8>,
    fate: Fate,
    #[diesel(column_name = other_id)]
    other: Option<SignOnId>,
}

impl Sealed {
    /// A line of this table.
    pub(in crate::organizing) fn new(keys: &Keys, random: &Random, import: ImportId, line: &Line) -> Self {
        let plain = serde_json::to_vec(&line.typed).unwrap_or_default();
        let sealed = keys.seal(random, import.uuid(), FIELD, &plain);
        Self { import_id: import, number: line.number, sealed, fate: line.fate, other: line.other }
    }
}

/// Keeps a table that was looked at.
pub(in crate::organizing) fn insert(tx: &mut Tx<'_>, import: &Import, lines: &[Sealed]) -> Result<(), Error> {
    both!(tx, |c| diesel::insert_into(elsewhere_imports::table)
        .values((
            elsewhere_imports::id.eq(import.id),
            elsewhere_imports::campaign_id.eq(import.campaign_id),
            elsewhere_imports::made_at.eq(import.made_at),
            elsewhere_imports::made_by.eq(import.made_by),
        ))
        .execute(c))?;
    for some in lines.chunks(AT_ONCE) {
        both!(tx, |c| diesel::insert_into(elsewhere_lines::table).values(some).execute(c))?;
    }
    Ok(())
}

/// The table with this id.
pub(in crate::organizing) fn import(conn: &mut Conn, id: ImportId) -> Result<Option<Import>, Error> {
    Ok(both!(conn, |c| elsewhere_imports::table.find(id).select(Import::as_select()).first(c).optional())?)
}

/// The tables of a campaign, the newest first.
pub(in crate::organizing) fn imports(
    conn: &mut Conn,
    campaign: CampaignId,
    most: i64,
) -> Result<Vec<Import>, Error> {
    Ok(both!(conn, |c| elsewhere_imports::table
        .filter(elsewhere_imports::campaign_id.eq(campaign))
        .order(elsewhere_imports::made_at.desc())
        .limit(most)
        .select(Import::as_select())
        .load(c))?)
}

/// Those that are confirmed and not worked off.
pub(in crate::organizing) fn unfinished(conn: &mut Conn) -> Result<Vec<ImportId>, Error> {
    Ok(both!(conn, |c| elsewhere_imports::table
        .filter(elsewhere_imports::confirmed_at.is_not_null())
        .filter(elsewhere_imports::done_at.is_null())
        .order(elsewhere_imports::confirmed_at)
        .select(elsewhere_imports::id)
        .load(c))?)
}

/// How many lines have which fate; those that are like another one apart, by whether they are added all the same.
pub(in crate::organizing) fn fates(
    conn: &mut Conn,
    import: ImportId,
) -> Result<BTreeMap<(Fate, bool), i64>, Error> {
    let counted: Vec<(Fate, bool, i64)> = both!(conn, |c| elsewhere_lines::table
        .filter(elsewhere_lines::import_id.eq(import))
        .group_by((elsewhere_lines::fate, elsewhere_lines::is_another))
        .select((elsewhere_lines::fate, elsewhere_lines::is_another, diesel::dsl::count_star()))
        .load(c))?;
    Ok(counted.into_iter().map(|(fate, is_another, count)| ((fate, is_another), count)).collect())
}

type Row = (i64, Vec<u8>, Fate, bool, Option<SignOnId>);

fn open(keys: &Keys, import: ImportId, row: Row) -> Result<Line, LineError> {
    let (number, sealed, fate, is_another, other) = row;
    let plain = keys.open(import.uuid(), FIELD, &sealed)?;
    let typed = serde_json::from_slice(&plain).map_err(|_| Unsealable)?;
    Ok(Line { number, typed, fate, is_another, other })
}

macro_rules! columns {
    () => {
        (
            elsewhere_lines::number,
            elsewhere_lines::sealed,
            elsewhere_lines::fate,
            elsewhere_lines::is_another,
            elsewhere_lines::other_id,
        )
    };
}

/// Lines of one fate, in their order, `skip` of them left out.
pub(in crate::organizing) fn lines(
    conn: &mut Conn,
    keys: &Keys,
    import: ImportId,
    fate: Fate,
    (most, skip): (i64, i64),
) -> Result<Vec<Line>, LineError> {
    let rows: Vec<Row> = both!(conn, |c| elsewhere_lines::table
        .filter(elsewhere_lines::import_id.eq(import))
        .filter(elsewhere_lines::fate.eq(fate))
        .order(elsewhere_lines::number)
        .limit(most)
        .offset(skip)
        .select(columns!())
        .load(c))
    .map_err(Error::from)?;
    rows.into_iter().map(|row| open(keys, import, row)).collect()
}

/// All lines that may be added, in their order.
pub(in crate::organizing) fn open_lines(
    conn: &mut Conn,
    keys: &Keys,
    import: ImportId,
) -> Result<Vec<Line>, LineError> {
    let rows: Vec<Row> = both!(conn, |c| elsewhere_lines::table
        .filter(elsewhere_lines::import_id.eq(import))
        .filter(elsewhere_lines::fate.eq_any([Fate::Add, Fate::Alike]))
        .order(elsewhere_lines::number)
        .select(columns!())
        .load(c))
    .map_err(Error::from)?;
    rows.into_iter().map(|row| open(keys, import, row)).collect()
}

/// The next lines to add, and the numbers of those that the key does not open.
pub(in crate::organizing) fn to_add(
    conn: &mut Conn,
    keys: &Keys,
    import: ImportId,
    most: i64,
) -> Result<(Vec<Line>, Vec<i64>), LineError> {
    let rows: Vec<Row> = both!(conn, |c| elsewhere_lines::table
        .filter(elsewhere_lines::import_id.eq(import))
        .filter(
            elsewhere_lines::fate
                .eq(Fate::Add)
                .or(elsewhere_lines::fate.eq(Fate::Alike).and(elsewhere_lines::is_another))
        )
        .order(elsewhere_lines::number)
        .limit(most)
        .select(columns!())
        .load(c))
    .map_err(Error::from)?;
    let (mut lines, mut unreadable) = (Vec::new(), Vec::new());
    for row in rows {
        let number = row.0;
        match open(keys, import, row) {
            Ok(line) => lines.push(line),
            Err(LineError::Sealed(_)) => unreadable.push(number),
            Err(error) => return Err(error),
        }
    }
    Ok((lines, unreadable))
}

/// Notes what becomes of lines.
pub(in crate::organizing) fn set_fate(
    tx: &mut Tx<'_>,
    import: ImportId,
    numbers: &[i64],
    (fate, other): (Fate, Option<SignOnId>),
) -> Result<(), Error> {
    for some in numbers.chunks(AT_ONCE) {
        let lines = elsewhere_lines::table
            .filter(elsewhere_lines::import_id.eq(import))
            .filter(elsewhere_lines::number.eq_any(some));
        match other {
            Some(_) => both!(tx, |c| diesel::update(lines)
                .set((elsewhere_lines::fate.eq(fate), elsewhere_lines::other_id.eq(other)))
                .execute(c))?,
            None => both!(tx, |c| diesel::update(lines).set(elsewhere_lines::fate.eq(fate)).execute(c))?,
        };
    }
    Ok(())
}

/// Keeps which of the likely duplicates that a page listed are other organizations.
pub(in crate::organizing) fn choose(
    tx: &mut Tx<'_>,
    import: ImportId,
    listed: &BTreeSet<i64>,
    another: &BTreeSet<i64>,
) -> Result<(), Error> {
    for (is_another, numbers) in [(true, another & listed), (false, listed - another)] {
        let numbers: Vec<i64> = numbers.into_iter().collect();
        for some in numbers.chunks(AT_ONCE) {
            both!(tx, |c| diesel::update(
                elsewhere_lines::table
                    .filter(elsewhere_lines::import_id.eq(import))
                    .filter(elsewhere_lines::fate.eq(Fate::Alike))
                    .filter(elsewhere_lines::number.eq_any(some))
            )
            .set(elsewhere_lines::is_another.eq(is_another))
            .execute(c))?;
        }
    }
    Ok(())
}

/// Raises the version of a table that nobody has confirmed, if it is still this one; whether it was.
pub(in crate::organizing) fn touch(
    tx: &mut Tx<'_>,
    import: ImportId,
    version: i64,
    confirmed_at: Option<Timestamp>,
) -> Result<bool, Error> {
    let open = elsewhere_imports::table
        .find(import)
        .filter(elsewhere_imports::version.eq(version))
        .filter(elsewhere_imports::confirmed_at.is_null());
    let touched = both!(tx, |c| kept(diesel::update(open).set((
        elsewhere_imports::version.eq(version + 1),
        elsewhere_imports::confirmed_at.eq(confirmed_at),
    )))
    .execute(c))?;
    Ok(touched == 1)
}

/// Notes that a table is worked off.
pub(in crate::organizing) fn finish(tx: &mut Tx<'_>, import: ImportId, now: Timestamp) -> Result<(), Error> {
    both!(tx, |c| diesel::update(elsewhere_imports::table.find(import))
        .set(elsewhere_imports::done_at.eq(Some(now)))
        .execute(c))?;
    Ok(())
}

/// Forgets a table and its lines, where it stands as it was shown and nobody confirmed it.
pub(in crate::organizing) fn drop_import(
    tx: &mut Tx<'_>,
    import: ImportId,
    version: i64,
) -> Result<bool, Error> {
    let open = elsewhere_imports::table
        .find(import)
        .filter(elsewhere_imports::version.eq(version))
        .filter(elsewhere_imports::confirmed_at.is_null());
    Ok(both!(tx, |c| diesel::delete(open).execute(c))? == 1)
}

/// Forgets the tables that nobody confirmed since a moment, and those that were worked off, or confirmed and never worked
/// off, before another; how many.
pub(in crate::organizing) fn erase_imports(
    tx: &mut Tx<'_>,
    unconfirmed: Timestamp,
    done: Timestamp,
) -> Result<usize, Error> {
    let over = elsewhere_imports::table.filter(
        elsewhere_imports::confirmed_at
            .is_null()
            .and(elsewhere_imports::made_at.lt(unconfirmed))
            .or(elsewhere_imports::done_at.lt(done).assume_not_null())
            // Its letter was archived before it was worked off, and takes nothing any more.
            .or(elsewhere_imports::done_at
                .is_null()
                .and(elsewhere_imports::confirmed_at.lt(done).assume_not_null())),
    );
    Ok(both!(tx, |c| diesel::delete(over).execute(c))?)
}
