//! Every statement of the moderators' workbench.

mod claims;
mod distinct;
mod notes;
mod queue;
mod shortcuts;

pub(super) use distinct::{
    Said, namesakes, pair, pairs_of, said_distinct, say_distinct, unsay_distinct, unsay_with,
};
pub(super) use notes::{Note, NoteError, note, write_note};

pub(super) use crate::sign_on::store::end_claim;
pub(super) use claims::{Claim, claim, claim_on, claims_in, next_waiting};
pub(super) use queue::{Counts, Search, counts, in_this_order, page, reported, search};
pub(super) use shortcuts::{keys, set_keys};

use super::likeness::Candidate;
use crate::db::schema::{contacts, sign_ons};
use crate::db::{Conn, Error, both};
use crate::ids::{CampaignId, SignOnId};
use crate::sign_on::{Likeness, Standing};
use crate::text::{OrganizationName, Shown};
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
    shown: Shown,
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

/// Entries of a campaign that one of these may be like; without those whose names are held back, for whoever does not see them.
///
/// # Errors
/// Those of the database.
pub(super) fn candidates(
    conn: &mut Conn,
    campaign: CampaignId,
    likenesses: &[Likeness],
    sees_all: bool,
) -> Result<Vec<Candidate>, Error> {
    // One look-up for each index: joined by "or", they would make the engines read the whole campaign.
    macro_rules! alike {
        ($column:ident, $values:expr) => {
            both!(conn, |c| sign_ons::table
                .filter(sign_ons::campaign_id.eq(campaign))
                .filter(sign_ons::contact_key.is_null())
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
    let by_id: BTreeMap<SignOnId, Candidate> = found
        .into_iter()
        .flatten()
        .filter(|row| sees_all || row.shown.is_named())
        .map(|row| (row.id, Candidate::from(row)))
        .collect();
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
