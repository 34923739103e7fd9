//! Every statement about reports. `concern` takes them and settles them, `moderation` lists and shows them; neither knows the other.

use super::ContactError;
use crate::clock::Timestamp;
use crate::db::schema::reports;
use crate::db::{Conn, Error, Tx, both, kept};
use crate::ids::{AccountId, CampaignId, ReportId, SignOnId};
use crate::secret::{Keys, LookupKey, Random, TokenDigest};
use crate::sign_on::report::{Confirmed, Outcome, Report, ReportKind, Reporter, SettledAs};
use crate::text_column;
use diesel::prelude::*;
use std::collections::BTreeMap;

text_column!(ReportKind, ReportKind::parse);
text_column!(Outcome, Outcome::parse);

#[derive(Queryable, Selectable)]
#[diesel(table_name = reports)]
struct Row {
    id: ReportId,
    campaign_id: CampaignId,
    sign_on_id: SignOnId,
    kind: ReportKind,
    line: String,
    sealed: Option<Vec<u8>>,
    made_at: Timestamp,
    ends_at: Timestamp,
    confirmed_at: Option<Timestamp>,
    version: Option<i64>,
    own_domain: bool,
    suspended_at: Option<Timestamp>,
    outcome: Option<Outcome>,
    settled_at: Option<Timestamp>,
    settled_by: Option<AccountId>,
}

impl Row {
    fn open(self, keys: &Keys) -> Result<Report, ContactError> {
        let confirmed = self.confirmed_at.zip(self.version).map(|(at, version)| Confirmed {
            at,
            version,
            is_own_domain: self.own_domain,
            has_suspended: self.suspended_at.is_some(),
        });
        let settled = self.outcome.zip(self.settled_at).zip(self.settled_by);
        Ok(Report {
            id: self.id,
            campaign: self.campaign_id,
            sign_on: self.sign_on_id,
            kind: self.kind,
            line: self.line,
            reporter: self.sealed.map(|sealed| Reporter::open(keys, self.id, &sealed)).transpose()?,
            made_at: self.made_at,
            ends_at: self.ends_at,
            confirmed,
            settled: settled.map(|((outcome, at), by)| SettledAs { outcome, at, by }),
        })
    }
}

/// Puts a report in that nobody has confirmed. `whose` is the keyed hash of the address.
///
/// # Errors
/// Those of the database.
pub fn insert_report(
    tx: &mut Tx<'_>,
    keys: &Keys,
    random: &Random,
    report: (&Report, &Reporter),
    whose: LookupKey,
    token: TokenDigest,
) -> Result<(), Error> {
    let (report, reporter) = report;
    let sealed = reporter.seal(keys, random, report.id);
    both!(tx, |c| diesel::insert_into(reports::table)
        .values((
            reports::id.eq(report.id),
            reports::campaign_id.eq(report.campaign),
            reports::sign_on_id.eq(report.sign_on),
            reports::digest.eq(token.as_bytes()),
            reports::kind.eq(report.kind),
            reports::line.eq(&report.line),
            reports::sealed.eq(Some(&sealed)),
            reports::reporter_key.eq(Some(whose.as_bytes())),
            reports::made_at.eq(report.made_at),
            reports::ends_at.eq(report.ends_at),
        ))
        .execute(c))?;
    Ok(())
}

/// The report behind a link.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn report_by_token(
    conn: &mut Conn,
    keys: &Keys,
    token: TokenDigest,
) -> Result<Option<Report>, ContactError> {
    let row: Option<Row> = both!(conn, |c| reports::table
        .filter(reports::digest.eq(token.as_bytes()))
        .select(Row::as_select())
        .first(c)
        .optional())
    .map_err(Error::from)?;
    row.map(|row| row.open(keys)).transpose()
}

/// One report.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn report(conn: &mut Conn, keys: &Keys, id: ReportId) -> Result<Option<Report>, ContactError> {
    let row: Option<Row> =
        both!(conn, |c| reports::table.find(id).select(Row::as_select()).first(c).optional())
            .map_err(Error::from)?;
    row.map(|row| row.open(keys)).transpose()
}

/// What this address has reported about an entry since then, and nobody has confirmed.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn reports_since(
    conn: &mut Conn,
    keys: &Keys,
    about: SignOnId,
    whose: LookupKey,
    since: Timestamp,
) -> Result<Vec<Report>, ContactError> {
    let rows: Vec<Row> = both!(conn, |c| reports::table
        .filter(reports::sign_on_id.eq(about))
        .filter(reports::reporter_key.eq(whose.as_bytes()))
        .filter(reports::confirmed_at.is_null())
        .filter(reports::made_at.gt(since))
        .select(Row::as_select())
        .load(c))
    .map_err(Error::from)?;
    rows.into_iter().map(|row| row.open(keys)).collect()
}

/// The reports about an entry that were confirmed, the newest first.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn reports_about(conn: &mut Conn, keys: &Keys, about: SignOnId) -> Result<Vec<Report>, ContactError> {
    let rows: Vec<Row> = both!(conn, |c| reports::table
        .filter(reports::sign_on_id.eq(about))
        .filter(reports::confirmed_at.is_not_null())
        .order((reports::confirmed_at.desc(), reports::id.desc()))
        .select(Row::as_select())
        .load(c))
    .map_err(Error::from)?;
    rows.into_iter().map(|row| row.open(keys)).collect()
}

/// Whether a report has ever taken this entry off the list.
///
/// # Errors
/// Those of the database.
pub fn was_suspended(conn: &mut Conn, about: SignOnId) -> Result<bool, Error> {
    let suspended =
        reports::table.filter(reports::sign_on_id.eq(about)).filter(reports::suspended_at.is_not_null());
    Ok(both!(conn, |c| diesel::select(diesel::dsl::exists(suspended)).get_result(c))?)
}

/// Makes a report a case, if nobody has confirmed it yet. `false` means that somebody was first.
///
/// # Errors
/// Those of the database.
pub fn confirm_report(tx: &mut Tx<'_>, id: ReportId, confirmed: Confirmed) -> Result<bool, Error> {
    let suspended_at = confirmed.has_suspended.then_some(confirmed.at);
    let changed = both!(tx, |c| kept(
        diesel::update(reports::table.find(id).filter(reports::confirmed_at.is_null())).set((
            reports::confirmed_at.eq(Some(confirmed.at)),
            reports::version.eq(Some(confirmed.version)),
            reports::own_domain.eq(confirmed.is_own_domain),
            reports::suspended_at.eq(suspended_at),
        ))
    )
    .execute(c))?;
    Ok(changed == 1)
}

/// Closes a case, if it is open. `false` means that somebody was first.
///
/// # Errors
/// Those of the database.
pub fn settle_report(tx: &mut Tx<'_>, id: ReportId, settled: SettledAs) -> Result<bool, Error> {
    let open = reports::table
        .find(id)
        .filter(reports::confirmed_at.is_not_null())
        .filter(reports::settled_at.is_null());
    let changed = both!(tx, |c| kept(diesel::update(open).set((
        reports::outcome.eq(Some(settled.outcome)),
        reports::settled_at.eq(Some(settled.at)),
        reports::settled_by.eq(Some(settled.by)),
    )))
    .execute(c))?;
    Ok(changed == 1)
}

/// How many entries of a campaign have an open case.
///
/// # Errors
/// Those of the database.
pub fn count_reported(conn: &mut Conn, campaign: CampaignId) -> Result<i64, Error> {
    let entries: Vec<SignOnId> = both!(conn, |c| reports::table
        .filter(reports::campaign_id.eq(campaign))
        .filter(reports::confirmed_at.is_not_null())
        .filter(reports::settled_at.is_null())
        .select(reports::sign_on_id)
        .distinct()
        .load(c))?;
    Ok(i64::try_from(entries.len()).unwrap_or(i64::MAX))
}

/// The entries of a campaign with an open case, each since when, the oldest first.
///
/// # Errors
/// Those of the database.
pub fn reported(conn: &mut Conn, campaign: CampaignId) -> Result<Vec<(Timestamp, SignOnId)>, Error> {
    let rows: Vec<(SignOnId, Option<Timestamp>)> = both!(conn, |c| reports::table
        .filter(reports::campaign_id.eq(campaign))
        .filter(reports::confirmed_at.is_not_null())
        .filter(reports::settled_at.is_null())
        .group_by(reports::sign_on_id)
        .select((reports::sign_on_id, diesel::dsl::min(reports::confirmed_at)))
        .load(c))?;
    let mut found: Vec<_> = rows.into_iter().filter_map(|(id, at)| Some((at?, id))).collect();
    found.sort_unstable();
    Ok(found)
}

/// The oldest open case of each of these entries that have one: what is wrong, and since when.
///
/// # Errors
/// Those of the database.
pub fn open_reports(
    conn: &mut Conn,
    entries: &[SignOnId],
) -> Result<BTreeMap<SignOnId, (ReportKind, Timestamp)>, Error> {
    let rows: Vec<(SignOnId, ReportKind, Option<Timestamp>)> = both!(conn, |c| reports::table
        .filter(reports::sign_on_id.eq_any(entries))
        .filter(reports::confirmed_at.is_not_null())
        .filter(reports::settled_at.is_null())
        .order(reports::confirmed_at.desc())
        .select((reports::sign_on_id, reports::kind, reports::confirmed_at))
        .load(c))?;
    Ok(rows.into_iter().filter_map(|(id, kind, at)| Some((id, (kind, at?)))).collect())
}

/// Erases who reported an entry, and in which words. What was reported and what came of it stays.
///
/// # Errors
/// Those of the database.
pub fn erase_reports(tx: &mut Tx<'_>, about: SignOnId) -> Result<(), Error> {
    both!(tx, |c| diesel::delete(
        reports::table.filter(reports::sign_on_id.eq(about)).filter(reports::confirmed_at.is_null())
    )
    .execute(c))?;
    both!(tx, |c| diesel::update(reports::table.filter(reports::sign_on_id.eq(about)))
        .set((reports::sealed.eq(None::<Vec<u8>>), reports::reporter_key.eq(None::<Vec<u8>>)))
        .execute(c))?;
    Ok(())
}

/// A report of which something is erased, or will be.
#[derive(Clone, Copy, Debug)]
pub struct ReportOver {
    /// Its id.
    pub id: ReportId,
    /// The letter.
    pub campaign: CampaignId,
    /// Since when it is settled, or since when nobody can confirm it any more; nothing where its time is that of its letter.
    pub since: Option<Timestamp>,
    /// Whether all of it goes, because nobody confirmed it; of the others what names who made them.
    pub is_unconfirmed: bool,
}

/// Reports whose link ends before the first moment unconfirmed, and those that name somebody and were settled before the second or are about
/// one of these campaigns; at most `most` of each. One may be among the last two both.
///
/// # Errors
/// Those of the database.
pub fn reports_until(
    conn: &mut Conn,
    ends_before: Timestamp,
    settled_before: Timestamp,
    over: &[CampaignId],
    most: i64,
) -> Result<Vec<ReportOver>, Error> {
    let unconfirmed: Vec<(ReportId, CampaignId, Timestamp)> = both!(conn, |c| reports::table
        .filter(reports::confirmed_at.is_null())
        .filter(reports::ends_at.lt(ends_before))
        .limit(most)
        .select((reports::id, reports::campaign_id, reports::ends_at))
        .load(c))?;
    let settled: Vec<(ReportId, CampaignId, Option<Timestamp>)> = both!(conn, |c| reports::table
        .filter(reports::sealed.is_not_null())
        .filter(reports::settled_at.lt(settled_before))
        .limit(most)
        .select((reports::id, reports::campaign_id, reports::settled_at))
        .load(c))?;
    let of_over: Vec<(ReportId, CampaignId)> = both!(conn, |c| reports::table
        .filter(reports::sealed.is_not_null())
        .filter(reports::confirmed_at.is_not_null())
        .filter(reports::campaign_id.eq_any(over))
        .limit(most)
        .select((reports::id, reports::campaign_id))
        .load(c))?;
    let over = |id, campaign, since, is_unconfirmed| ReportOver { id, campaign, since, is_unconfirmed };
    let unconfirmed = unconfirmed.into_iter().map(|(id, campaign, at)| over(id, campaign, Some(at), true));
    let settled = settled.into_iter().map(|(id, campaign, at)| over(id, campaign, at, false));
    let of_over = of_over.into_iter().map(|(id, campaign)| over(id, campaign, None, false));
    Ok(unconfirmed.chain(settled).chain(of_over).collect())
}

/// Erases these: what nobody confirmed altogether, of the others who made them. How many.
///
/// # Errors
/// Those of the database.
pub fn erase_these_reports(tx: &mut Tx<'_>, ids: &[ReportId]) -> Result<usize, Error> {
    let unconfirmed = reports::table.filter(reports::id.eq_any(ids)).filter(reports::confirmed_at.is_null());
    let erased = both!(tx, |c| diesel::delete(unconfirmed).execute(c))?;
    let silenced = both!(tx, |c| diesel::update(reports::table.filter(reports::id.eq_any(ids)))
        .set((reports::sealed.eq(None::<Vec<u8>>), reports::reporter_key.eq(None::<Vec<u8>>)))
        .execute(c))?;
    Ok(erased + silenced)
}

/// What a mailbox has reported in a letter, the newest first.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub(in crate::sign_on) fn reports_by(
    conn: &mut Conn,
    keys: &Keys,
    campaign: CampaignId,
    whose: LookupKey,
) -> Result<Vec<Report>, ContactError> {
    let rows: Vec<Row> = both!(conn, |c| reports::table
        .filter(reports::campaign_id.eq(campaign))
        .filter(reports::reporter_key.eq(whose.as_bytes()))
        .order((reports::made_at.desc(), reports::id.desc()))
        .select(Row::as_select())
        .load(c))
    .map_err(Error::from)?;
    rows.into_iter().map(|row| row.open(keys)).collect()
}
