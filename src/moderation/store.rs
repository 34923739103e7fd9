//! Every statement of the moderators' workbench.

mod notes;

pub use notes::erase_note;
pub(super) use notes::{Note, NoteError, note, write_note};

use super::likeness::Candidate;
use crate::db::schema::{contacts, sign_ons};
use crate::db::{Conn, Error, both};
use crate::ids::{CampaignId, SignOnId};
use crate::sign_on::{self, Likeness, SignOn, Standing};
use crate::text::OrganizationName;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// What can be like something else: on the list, or undecided.
const COMPARED: [Standing; 3] = [Standing::AwaitingModeration, Standing::OnHold, Standing::Approved];

/// The most entries that one look-up gives, whichever they are: a website that hundreds give says nothing about any of them,
/// and to find the first of them in some order all would have to be read.
const MOST_ALIKE: i64 = 200;

#[derive(Queryable, Selectable)]
#[diesel(table_name = sign_ons)]
struct CandidateRow {
    id: SignOnId,
    organization: OrganizationName,
    state: Standing,
    folded: String,
    skeleton: String,
    acronym_key: Option<String>,
    website_host: Option<String>,
}

impl From<CandidateRow> for Candidate {
    fn from(row: CandidateRow) -> Self {
        Self {
            id: row.id,
            name: row.organization.as_str().to_owned(),
            standing: row.state,
            likeness: Likeness {
                folded: row.folded,
                skeleton: row.skeleton,
                acronym: row.acronym_key,
                website_host: row.website_host,
            },
        }
    }
}

/// Entries of a campaign that one of these may be like.
///
/// # Errors
/// Those of the database.
pub(super) fn candidates(
    conn: &mut Conn,
    campaign: CampaignId,
    likenesses: &[Likeness],
) -> Result<Vec<Candidate>, Error> {
    // One look-up for each index: joined by "or", they would make the engines read the whole campaign.
    macro_rules! alike {
        ($column:ident, $values:expr) => {
            both!(conn, |c| sign_ons::table
                .filter(sign_ons::campaign_id.eq(campaign))
                .filter(sign_ons::$column.eq_any($values))
                .filter(sign_ons::state.eq_any(COMPARED))
                .limit(MOST_ALIKE)
                .select(CandidateRow::as_select())
                .load::<CandidateRow>(c))
        };
    }
    let folded: Vec<&str> = likenesses.iter().map(|l| l.folded.as_str()).collect();
    let skeletons: Vec<&str> = likenesses.iter().map(|l| l.skeleton.as_str()).collect();
    let acronyms: Vec<&str> = likenesses.iter().filter_map(|l| l.acronym.as_deref()).collect();
    let hosts: Vec<&str> = likenesses.iter().filter_map(|l| l.website_host.as_deref()).collect();
    let found = [
        alike!(folded, &folded)?,
        alike!(skeleton, &skeletons)?,
        alike!(acronym_key, &acronyms)?,
        alike!(website_host, &hosts)?,
    ];
    let by_id: BTreeMap<SignOnId, Candidate> =
        found.into_iter().flatten().map(|row| (row.id, Candidate::from(row))).collect();
    Ok(by_id.into_values().collect())
}

/// By what these sign-ons are compared, as it was computed when they came in.
///
/// # Errors
/// Those of the database.
pub(super) fn likenesses(
    conn: &mut Conn,
    sign_ons: &[SignOnId],
) -> Result<BTreeMap<SignOnId, Likeness>, Error> {
    let rows: Vec<CandidateRow> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::id.eq_any(sign_ons))
        .select(CandidateRow::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(|row| (row.id, Candidate::from(row).likeness)).collect())
}

/// How many sign-ons of a campaign stand where.
///
/// # Errors
/// Those of the database.
pub(super) fn counts(conn: &mut Conn, campaign: CampaignId) -> Result<BTreeMap<&'static str, i64>, Error> {
    let counted: Vec<(Standing, i64)> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .group_by(sign_ons::state)
        .select((sign_ons::state, diesel::dsl::count_star()))
        .load(c))?;
    Ok(counted.into_iter().map(|(standing, count)| (standing.as_str(), count)).collect())
}

/// One page of the sign-ons in these standings: those that wait longest first, or the newest first.
///
/// # Errors
/// Those of the database.
pub(super) fn page(
    conn: &mut Conn,
    campaign: CampaignId,
    standings: &[Standing],
    oldest_first: bool,
    most: i64,
    skip: i64,
) -> Result<Vec<SignOn>, Error> {
    // Ids first, from the index alone; a whole row for each of those that wait would be read only to be sorted.
    // The engines put "never verified" at different ends, so that is an order of its own.
    let never = sign_ons::verified_at.is_null();
    let in_campaign = sign_ons::campaign_id.eq(campaign).and(sign_ons::state.eq_any(standings));
    let ids: Vec<SignOnId> = if oldest_first {
        both!(conn, |c| sign_ons::table
            .filter(in_campaign)
            .order((never.desc(), sign_ons::verified_at, sign_ons::id))
            .limit(most)
            .offset(skip)
            .select(sign_ons::id)
            .load(c))?
    } else {
        both!(conn, |c| sign_ons::table
            .filter(in_campaign)
            .order((never, sign_ons::verified_at.desc(), sign_ons::id.desc()))
            .limit(most)
            .offset(skip)
            .select(sign_ons::id)
            .load(c))?
    };
    let mut found: BTreeMap<SignOnId, SignOn> =
        sign_on::store::by_ids(conn, &ids)?.into_iter().map(|sign_on| (sign_on.id, sign_on)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// The next one in the queue after this, if any waits.
///
/// # Errors
/// Those of the database.
pub(super) fn next_waiting(conn: &mut Conn, after: &SignOn) -> Result<Option<SignOnId>, Error> {
    let waiting = sign_ons::campaign_id
        .eq(after.campaign)
        .and(sign_ons::state.eq(Standing::AwaitingModeration))
        .and(sign_ons::id.ne(after.id));
    let order = (sign_ons::verified_at.is_null().desc(), sign_ons::verified_at, sign_ons::id);
    let next = match after.verified_at {
        None => both!(conn, |c| sign_ons::table
            .filter(waiting)
            .order(order)
            .select(sign_ons::id)
            .first(c)
            .optional()),
        Some(at) => {
            let later = sign_ons::verified_at.gt(at);
            let same = sign_ons::verified_at.eq(at).and(sign_ons::id.gt(after.id));
            both!(conn, |c| sign_ons::table
                .filter(waiting)
                .filter(later.or(same))
                .order(order)
                .select(sign_ons::id)
                .first(c)
                .optional())
        }
    };
    Ok(next?)
}

/// The keyed hashes of the mail domains of these sign-ons' representatives.
///
/// # Errors
/// Those of the database.
pub(super) fn domain_keys(
    conn: &mut Conn,
    sign_ons: &[SignOnId],
) -> Result<BTreeMap<SignOnId, Vec<Vec<u8>>>, Error> {
    let rows: Vec<(SignOnId, Vec<u8>)> = both!(conn, |c| contacts::table
        .filter(contacts::sign_on_id.eq_any(sign_ons))
        .order(contacts::id)
        .select((contacts::sign_on_id, contacts::domain_key))
        .load(c))?;
    let mut keys: BTreeMap<SignOnId, Vec<Vec<u8>>> = BTreeMap::new();
    for (sign_on, key) in rows {
        keys.entry(sign_on).or_default().push(key);
    }
    Ok(keys)
}

/// The entry on the list that is the same organization by its name.
///
/// # Errors
/// Those of the database.
pub(super) fn approved_twin(conn: &mut Conn, sign_on: &SignOn) -> Result<Option<SignOn>, Error> {
    let folded = sign_on.entry.likeness().folded;
    let id: Option<SignOnId> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(sign_on.campaign))
        .filter(sign_ons::state.eq(Standing::Approved))
        .filter(sign_ons::identity.eq(&folded))
        .filter(sign_ons::id.ne(sign_on.id))
        .select(sign_ons::id)
        .first(c)
        .optional())?;
    id.map_or(Ok(None), |id| sign_on::store::by_id(conn, id))
}
