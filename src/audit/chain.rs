//! The chain over the history: each link's digest covers its entry and the digest before, so that nothing can be changed, left out or put in
//! between without breaking every link after it.
//!
//! A link is the SHA-256, in hexadecimal, of this text: the digest before, a line feed, and the entry as a JSON array of its number, id, time, kind
//! of subject, subject, act, kind of actor, actor, before, after, and the digest of its reason (or `null`). Before the first link stands the SHA-256 of
//! `undersigned history CHAIN`. The digest of a reason is that of its salt, in hexadecimal, followed by the reason.

use super::Row;
use crate::clock::Timestamp;
use crate::db::schema::{audit_entries, audit_links};
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{AnyId, AuditId, CampaignId};
use crate::secret::{Random, sha256_hex};
use data_encoding::HEXLOWER;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// Links that are looked at in one go.
const AT_ONCE: i64 = 1000;

/// What checking a chain found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checked {
    /// How many entries are linked.
    pub count: i64,
    /// The digest of the last of them; it stands for all. Whoever keeps it can tell later that nothing before it was changed.
    pub head: String,
    /// How many entries wait to be linked.
    pub waiting: i64,
    /// The first link that does not hold, if one does not.
    pub broken: Option<Broken>,
}

/// A link that does not hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Broken {
    /// Its number, or that of the missing one.
    pub number: i64,
    /// What is wrong.
    pub how: How,
}

/// What is wrong with a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// There is no link of this number, or its entry is gone.
    Missing,
    /// The entry, or the link, is not what was linked.
    Changed,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.how {
            How::Missing => write!(f, "entry {} is missing", self.number),
            How::Changed => write!(f, "entry {} is not what was written", self.number),
        }
    }
}

/// The chain of a campaign; without one, of what belongs to none.
pub(super) fn chain_of(campaign: Option<CampaignId>) -> AnyId {
    AnyId::from_uuid(campaign.map_or(uuid::Uuid::nil(), CampaignId::uuid))
}

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_links)]
#[diesel(treat_none_as_default_value = false)]
pub(super) struct LinkRow {
    pub(super) chain_id: AnyId,
    pub(super) number: i64,
    pub(super) entry_id: AuditId,
    pub(super) salt: Option<String>,
    pub(super) words: Option<String>,
    pub(super) digest: String,
}

fn beginning(chain: AnyId) -> String {
    sha256_hex(format!("undersigned history {chain}").as_bytes())
}

fn words(salt: &str, reason: &str) -> String {
    sha256_hex(format!("{salt}{reason}").as_bytes())
}

fn digest(before: &str, number: i64, row: &Row, words: Option<&str>) -> String {
    let id = |id: Option<AnyId>| id.map(|id| id.to_string());
    let entry = serde_json::json!([
        number,
        row.id.to_string(),
        row.at.to_string(),
        row.subject_kind,
        id(row.subject_id),
        row.act,
        row.actor_kind,
        id(row.actor_id),
        row.old_value,
        row.new_value,
        words,
    ]);
    sha256_hex(format!("{before}\n{entry}").as_bytes())
}

/// Entries that no link holds yet, oldest first. Ids follow the clock, so those of before `since` are not looked at where a moment is given.
///
/// # Errors
/// Those of the database.
pub fn unlinked(conn: &mut Conn, since: Option<Timestamp>, most: i64) -> Result<Vec<AuditId>, Error> {
    let first = AuditId::new(since.map_or(0, Timestamp::millis), [0; 10]);
    let linked = audit_links::table.filter(audit_links::entry_id.eq(audit_entries::id));
    Ok(both!(conn, |c| audit_entries::table
        .filter(audit_entries::id.ge(first))
        .filter(diesel::dsl::not(diesel::dsl::exists(linked)))
        .order(audit_entries::id)
        .limit(most)
        .select(audit_entries::id)
        .load(c))?)
}

/// Adds links for these entries, each to the end of its chain.
///
/// # Errors
/// [`Error::Unique`] when another server linked one of them meanwhile; then nothing is done.
pub fn link(tx: &mut Tx<'_>, random: &Random, entries: &[AuditId]) -> Result<(), Error> {
    let mut rows: Vec<Row> = both!(tx, |c| audit_entries::table
        .filter(audit_entries::id.eq_any(entries))
        .select(Row::as_select())
        .load(c))?;
    rows.sort_by_key(|row| (row.at, row.id));
    let mut ends: BTreeMap<AnyId, (i64, String)> = BTreeMap::new();
    let mut links = Vec::new();
    for row in &rows {
        let chain = chain_of(row.campaign_id);
        let (number, before) = match ends.remove(&chain) {
            Some(end) => end,
            None => end(tx, chain)?.unwrap_or_else(|| (0, beginning(chain))),
        };
        let salt = row.reason.as_ref().map(|_| HEXLOWER.encode(&random.bytes::<16>()));
        let words = row.reason.as_deref().zip(salt.as_deref()).map(|(reason, salt)| words(salt, reason));
        let number = number + 1;
        let digest = digest(&before, number, row, words.as_deref());
        ends.insert(chain, (number, digest.clone()));
        links.push(LinkRow { chain_id: chain, number, entry_id: row.id, salt, words, digest });
    }
    for some in links.chunks(100) {
        both!(tx, |c| diesel::insert_into(audit_links::table).values(some).execute(c))?;
    }
    Ok(())
}

fn end(conn: &mut Conn, chain: AnyId) -> Result<Option<(i64, String)>, Error> {
    Ok(both!(conn, |c| audit_links::table
        .filter(audit_links::chain_id.eq(chain))
        .order(audit_links::number.desc())
        .select((audit_links::number, audit_links::digest))
        .first(c)
        .optional())?)
}

/// The chains there are: of campaigns, and (`None`) of what belongs to none.
///
/// # Errors
/// Those of the database.
pub fn chains(conn: &mut Conn) -> Result<Vec<Option<CampaignId>>, Error> {
    let ids: Vec<AnyId> =
        both!(conn, |c| audit_links::table.select(audit_links::chain_id).distinct().load(c))?;
    let campaign = |id: AnyId| (!id.uuid().is_nil()).then(|| CampaignId::from_uuid(id.uuid()));
    Ok(ids.into_iter().map(campaign).collect())
}

/// Computes a chain anew from its entries and compares.
///
/// # Errors
/// Those of the database.
pub fn check(conn: &mut Conn, campaign: Option<CampaignId>) -> Result<Checked, Error> {
    let chain = chain_of(campaign);
    let mut checked =
        Checked { count: 0, head: beginning(chain), waiting: waiting(conn, campaign)?, broken: None };
    loop {
        let some: Vec<(LinkRow, Option<Row>)> = both!(conn, |c| audit_links::table
            .left_join(audit_entries::table)
            .filter(audit_links::chain_id.eq(chain))
            .filter(audit_links::number.gt(checked.count))
            .order(audit_links::number)
            .limit(AT_ONCE)
            .select((LinkRow::as_select(), Option::<Row>::as_select()))
            .load(c))?;
        if some.is_empty() {
            return Ok(checked);
        }
        for (link, row) in some {
            let number = checked.count + 1;
            let how = match &row {
                Some(row) if link.number == number => {
                    (!holds(&checked.head, &link, row, chain)).then_some(How::Changed)
                }
                _ => Some(How::Missing),
            };
            if let Some(how) = how {
                return Ok(Checked { broken: Some(Broken { number, how }), ..checked });
            }
            checked.count = number;
            checked.head = link.digest;
        }
    }
}

fn holds(before: &str, link: &LinkRow, row: &Row, chain: AnyId) -> bool {
    let reason = match (&row.reason, &link.salt, &link.words) {
        (Some(reason), Some(salt), Some(kept)) => words(salt, reason) == *kept,
        // Erased, or there never was one.
        (None, None, _) => true,
        _ => false,
    };
    reason
        && chain_of(row.campaign_id) == chain
        && digest(before, link.number, row, link.words.as_deref()) == link.digest
}

fn waiting(conn: &mut Conn, campaign: Option<CampaignId>) -> Result<i64, Error> {
    let linked = audit_links::table.filter(audit_links::entry_id.eq(audit_entries::id));
    let open = audit_entries::table.filter(diesel::dsl::not(diesel::dsl::exists(linked)));
    Ok(match campaign {
        Some(id) => both!(conn, |c| open.filter(audit_entries::campaign_id.eq(id)).count().get_result(c))?,
        None => both!(conn, |c| open.filter(audit_entries::campaign_id.is_null()).count().get_result(c))?,
    })
}
