//! The statements of the queue: its pages, its counts, and what is searched for. As many for a long queue as for a short one.

use super::COMPARED;
use crate::clock::Timestamp;
use crate::db::schema::{contacts, distinct_pairs, sign_ons};
use crate::db::{Conn, Error, both};
use crate::ids::{CampaignId, SignOnId};
use crate::moderation::view::{After, Only, View};
use crate::secret::LookupKey;
use crate::sign_on::{self, SignOn, Standing};
use crate::text::Shown;
use diesel::prelude::*;
use std::collections::BTreeMap;

diesel::alias!(sign_ons as others: Others);

/// Whether a moderator said that the other entry is another organization.
macro_rules! said_to_be_distinct {
    () => {{
        let (lower, upper) = (distinct_pairs::lower_id, distinct_pairs::upper_id);
        let (this, other) = (sign_ons::id, others.field(sign_ons::id));
        diesel::dsl::exists(
            distinct_pairs::table
                .filter(lower.eq(this).and(upper.eq(other)).or(lower.eq(other).and(upper.eq(this)))),
        )
    }};
}

/// Whether another entry, on the list or undecided, shares this column.
macro_rules! exists_with {
    ($column:ident) => {
        diesel::dsl::exists(
            others
                .filter(others.field(sign_ons::campaign_id).eq(sign_ons::campaign_id))
                .filter(others.field(sign_ons::$column).eq(sign_ons::$column))
                .filter(others.field(sign_ons::id).ne(sign_ons::id))
                // What nobody verified is like nothing, and is not in these indexes.
                .filter(others.field(sign_ons::contact_key).is_null())
                .filter(others.field(sign_ons::state).eq_any(COMPARED))
                // That it is like another one would tell who that is whose name is held back.
                .filter(others.field(sign_ons::shown).eq(Shown::Full))
                .filter(diesel::dsl::not(said_to_be_distinct!())),
        )
    };
}

/// Whether another entry has the same name, a name that looks the same, or the same website.
macro_rules! is_like_another {
    () => {
        exists_with!(folded).or(exists_with!(skeleton)).or(exists_with!(website_host))
    };
}

/// How many sign-ons of a campaign stand where, and how many of those need a look.
#[derive(Default, Debug)]
pub(in crate::moderation) struct Counts {
    /// How many the reader has claimed.
    pub(in crate::moderation) mine: i64,
    reported: i64,
    all: BTreeMap<&'static str, i64>,
    flagged: BTreeMap<&'static str, i64>,
}

impl Counts {
    /// How many a view lists; none where only looking at each of them would tell.
    pub(in crate::moderation) fn of(&self, view: View) -> Option<i64> {
        let counts = match view.only() {
            Only::All => &self.all,
            Only::Flagged => &self.flagged,
            Only::Alike => return None,
            Only::Mine => return Some(self.mine),
            Only::Reported => return Some(self.reported),
        };
        Some(view.standings().iter().filter_map(|standing| counts.get(standing.as_str())).sum())
    }

    /// How many stand there.
    pub(in crate::moderation) fn standing(&self, standing: Standing) -> i64 {
        self.all.get(standing.as_str()).copied().unwrap_or(0)
    }
}

/// How many sign-ons of a campaign stand where.
///
/// # Errors
/// Those of the database.
pub(in crate::moderation) fn counts(conn: &mut Conn, campaign: CampaignId) -> Result<Counts, Error> {
    let all: Vec<(Standing, i64)> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .group_by(sign_ons::state)
        .select((sign_ons::state, diesel::dsl::count_star()))
        .load(c))?;
    let flagged: Vec<(Standing, i64)> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::flagged)
        .group_by(sign_ons::state)
        .select((sign_ons::state, diesel::dsl::count_star()))
        .load(c))?;
    let by_word = |counted: Vec<(Standing, i64)>| {
        counted.into_iter().map(|(standing, count)| (standing.as_str(), count)).collect()
    };
    let reported = sign_on::store::count_reported(conn, campaign)?;
    Ok(Counts { mine: 0, reported, all: by_word(all), flagged: by_word(flagged) })
}

/// At most this many sign-ons of a view, from behind `after`. What the reader has claimed is known from the claims.
///
/// # Errors
/// Those of the database.
pub(in crate::moderation) fn page(
    conn: &mut Conn,
    campaign: CampaignId,
    view: View,
    after: Option<After>,
    most: usize,
) -> Result<Vec<SignOn>, Error> {
    // Each standing is read in the order of the index, and what was never verified by itself: the engines put it at different
    // ends. Together, or with an "or", the engines would sort all that wait to find the first fifty.
    let mut keys: Vec<Key> = Vec::new();
    for standing in view.standings() {
        let never = view.newest_first();
        let mut of_standing: Vec<Key> = Vec::new();
        for verified in [never, !never] {
            if of_standing.len() < most {
                let part = Part { campaign, standing: *standing, view, verified, after };
                of_standing.extend(part.read(conn, most - of_standing.len())?);
            }
        }
        keys.extend(of_standing);
    }
    keys.sort_unstable();
    if view.newest_first() {
        keys.reverse();
    }
    keys.truncate(most);
    let ids: Vec<SignOnId> = keys.into_iter().map(|(_, id)| id).collect();
    in_this_order(conn, &ids)
}

/// At most this many sign-ons of a campaign with an open case, from behind `after`, the oldest case first, each with since when. They are known
/// from the reports, which are few beside the sign-ons.
///
/// # Errors
/// Those of the database.
pub(in crate::moderation) fn reported(
    conn: &mut Conn,
    campaign: CampaignId,
    after: Option<After>,
    most: usize,
) -> Result<Vec<(Timestamp, SignOn)>, Error> {
    let behind = after.and_then(|After { verified_at, id }| Some((verified_at?, id)));
    let all = sign_on::store::reported(conn, campaign)?.into_iter();
    let keys: Vec<_> = all.filter(|key| behind.is_none_or(|behind| *key > behind)).take(most).collect();
    let ids: Vec<SignOnId> = keys.iter().map(|(_, id)| *id).collect();
    let since: BTreeMap<SignOnId, Timestamp> = keys.into_iter().map(|(at, id)| (id, at)).collect();
    let found = in_this_order(conn, &ids)?.into_iter();
    Ok(found.filter_map(|sign_on| Some((*since.get(&sign_on.id)?, sign_on))).collect())
}

/// A place in the queue: what was never verified comes before everything else.
type Key = (Option<Timestamp>, SignOnId);

/// The part of a view that one index serves.
struct Part {
    campaign: CampaignId,
    standing: Standing,
    view: View,
    verified: bool,
    after: Option<After>,
}

impl Part {
    fn read(&self, conn: &mut Conn, most: usize) -> Result<Vec<Key>, Error> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let newest_first = self.view.newest_first();
        both!(conn, |c| {
            let mut query = sign_ons::table
                .filter(sign_ons::campaign_id.eq(self.campaign))
                .filter(sign_ons::state.eq(self.standing))
                .select((sign_ons::verified_at, sign_ons::id))
                .limit(most)
                .into_boxed();
            query = match self.view.only() {
                Only::All | Only::Mine | Only::Reported => query,
                Only::Flagged => query.filter(sign_ons::flagged),
                Only::Alike => query.filter(is_like_another!()),
            };
            query = match (self.verified, newest_first) {
                (false, false) => query.filter(sign_ons::verified_at.is_null()).order(sign_ons::id),
                (false, true) => query.filter(sign_ons::verified_at.is_null()).order(sign_ons::id.desc()),
                (true, false) => query
                    .filter(sign_ons::verified_at.is_not_null())
                    .order((sign_ons::verified_at, sign_ons::id)),
                (true, true) => query
                    .filter(sign_ons::verified_at.is_not_null())
                    .order((sign_ons::verified_at.desc(), sign_ons::id.desc())),
            };
            // The first comparison lets the index begin there; the second leaves out what stood on the page before.
            query = match (self.after, self.verified, newest_first) {
                (None, ..) => query,
                (Some(After { verified_at: None, id }), false, false) => query.filter(sign_ons::id.gt(id)),
                (Some(After { verified_at: None, id }), false, true) => query.filter(sign_ons::id.lt(id)),
                (Some(After { verified_at: Some(at), id }), true, false) => query
                    .filter(sign_ons::verified_at.ge(at))
                    .filter(sign_ons::verified_at.gt(at).or(sign_ons::id.gt(id))),
                (Some(After { verified_at: Some(at), id }), true, true) => query
                    .filter(sign_ons::verified_at.le(at))
                    .filter(sign_ons::verified_at.lt(at).or(sign_ons::id.lt(id))),
                // Oldest first, those without a date are all behind us; newest first, they are all still to come.
                (Some(After { verified_at: None, .. }), true, false)
                | (Some(After { verified_at: Some(_), .. }), false, true) => query,
                (Some(After { verified_at: Some(_), .. }), false, false)
                | (Some(After { verified_at: None, .. }), true, true) => return Ok(Vec::new()),
            };
            query.load(c)
        })
        .map_err(Error::from)
    }
}

/// What is searched for; what is absent is not.
#[derive(Debug)]
pub(in crate::moderation) struct Search {
    /// A part of a name, folded.
    pub(in crate::moderation) name: Option<String>,
    /// A website's host, or what its hosts end in.
    pub(in crate::moderation) host: Option<String>,
    /// The keyed hash of a mail domain.
    pub(in crate::moderation) mail_domain: Option<LookupKey>,
    /// The keyed hash of an address.
    pub(in crate::moderation) address: Option<LookupKey>,
}

/// At most this many of the sign-ons of a campaign that are searched for, wherever they stand.
///
/// # Errors
/// Those of the database.
pub(in crate::moderation) fn search(
    conn: &mut Conn,
    campaign: CampaignId,
    search: &Search,
    most: usize,
) -> Result<Vec<SignOn>, Error> {
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let mut ids: Vec<SignOnId> = Vec::new();
    if let Some(name) = &search.name {
        let pattern = format!("%{}%", literally(name));
        let found: Vec<SignOnId> = both!(conn, |c| sign_ons::table
            .filter(sign_ons::campaign_id.eq(campaign))
            .filter(sign_ons::folded.like(&pattern).escape('\\'))
            .order(sign_ons::folded)
            .limit(limit)
            .select(sign_ons::id)
            .load(c))?;
        ids.extend(found);
    }
    if let Some(host) = &search.host {
        let below = format!("%.{}", literally(host));
        let found: Vec<SignOnId> = both!(conn, |c| sign_ons::table
            .filter(sign_ons::campaign_id.eq(campaign))
            .filter(sign_ons::website_host.eq(host).or(sign_ons::website_host.like(&below).escape('\\')))
            .order(sign_ons::website_host)
            .limit(limit)
            .select(sign_ons::id)
            .load(c))?;
        ids.extend(found);
    }
    for (column, key) in [(true, search.address), (false, search.mail_domain)] {
        let Some(key) = key else { continue };
        let found: Vec<SignOnId> = both!(conn, |c| {
            let query = contacts::table
                .inner_join(sign_ons::table)
                .filter(sign_ons::campaign_id.eq(campaign))
                .order(sign_ons::id)
                .limit(limit)
                .select(sign_ons::id)
                .into_boxed();
            match column {
                true => query.filter(contacts::email_key.eq(key.as_bytes())),
                false => query.filter(contacts::domain_key.eq(key.as_bytes())),
            }
            .load(c)
        })?;
        ids.extend(found);
    }
    let mut seen = std::collections::BTreeSet::new();
    ids.retain(|id| seen.insert(*id));
    ids.truncate(most);
    in_this_order(conn, &ids)
}

/// A text in a pattern in which none of its characters has a meaning of its own.
fn literally(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// The sign-ons with these ids, in their order.
///
/// # Errors
/// Those of the database.
pub(in crate::moderation) fn in_this_order(conn: &mut Conn, ids: &[SignOnId]) -> Result<Vec<SignOn>, Error> {
    let mut found: BTreeMap<SignOnId, SignOn> =
        sign_on::store::by_ids(conn, ids)?.into_iter().map(|sign_on| (sign_on.id, sign_on)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}
