//! The dry run: what would be erased now, and what will be on which date, by the same questions that upkeep asks.

use super::due::{self, Due, What};
use crate::clock::{Timestamp, days};
use crate::db::{Conn, Error};
use crate::ids::{CampaignId, SignOnId};
use crate::sign_on;
use std::collections::BTreeMap;

/// How far ahead is looked: what is later than that has no date that anybody set.
const AHEAD: jiff::SignedDuration = days(20 * 365);

/// Something that will be erased.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Coming {
    /// What it is.
    pub what: What,
    /// The letter, where it belongs to one.
    pub campaign: Option<CampaignId>,
    /// From when; upkeep does it within a minute or two.
    pub on: Timestamp,
    /// The sign-on, where that or what names its representatives is what it is.
    pub sign_on: Option<SignOnId>,
}

/// Everything that has a date, as everything stands now, the earliest first. Something can be erased earlier, together with something else.
///
/// # Errors
/// Those of the database.
pub fn coming(conn: &mut Conn, now: Timestamp) -> Result<Vec<Coming>, Error> {
    fn add<T>(all: &mut Vec<Coming>, what: What, due: Vec<Due<T>>) {
        let coming = |due: Due<T>| Coming { what, campaign: due.campaign, on: due.on, sign_on: None };
        all.extend(due.into_iter().map(coming));
    }
    let (at, most) = (now.plus(AHEAD), i64::MAX);
    let mut all = Vec::new();
    for what in What::ALL {
        match what {
            What::HandOvers => add(&mut all, what, due::hand_overs(conn, at, most)?),
            What::Reports => add(&mut all, what, due::reports(conn, at, most)?),
            What::Invitations => add(&mut all, what, due::invitations(conn, at, most)?),
            What::OpenIntentions => add(&mut all, what, due::open_intentions(conn, at, most)?),
            What::Intentions => add(&mut all, what, due::intentions(conn, at, most)?),
            What::Contacts => all.extend(due::contacts(conn, at, most)?.into_iter().map(|due| Coming {
                what,
                campaign: due.campaign,
                on: due.on,
                sign_on: Some(due.id),
            })),
            What::Unverified => all.extend(due::unverified(conn, at, most)?.into_iter().map(|one| Coming {
                what,
                campaign: Some(one.campaign),
                on: one.until.plus(due::RENEWAL),
                sign_on: Some(one.id),
            })),
            What::Mails => add(&mut all, what, due::mails(conn, at, most)?),
            What::PreviewLinks => add(&mut all, what, due::preview_links(conn, at, most)?),
        }
    }
    // What nobody verifies takes its representative's data with it, long before the letter's time is over.
    let unverified: BTreeMap<SignOnId, Timestamp> = all
        .iter()
        .filter(|one| one.what == What::Unverified)
        .filter_map(|one| Some((one.sign_on?, one.on)))
        .collect();
    all.retain(|one| {
        let gone = one.sign_on.and_then(|id| unverified.get(&id));
        one.what != What::Contacts || one.on < now || gone.is_none_or(|gone| *gone >= one.on)
    });
    all.sort_by_key(|coming| (coming.on, coming.what));
    Ok(all)
}

/// How many of a kind would be erased by a round now.
pub fn due_now(all: &[Coming], what: What, now: Timestamp) -> usize {
    // A letter is closed from its moment on; everything else is kept to the end of its last one.
    let is_due = |on: Timestamp| on < now || (on == now && what == What::OpenIntentions);
    all.iter().filter(|coming| coming.what == what && is_due(coming.on)).count()
}

/// The names of these sign-ons' organizations. A name that is held back stands here for nobody.
///
/// # Errors
/// Those of the database.
pub fn organizations(conn: &mut Conn, ids: &[SignOnId]) -> Result<Vec<(SignOnId, String)>, Error> {
    let mut names = Vec::new();
    // As many as one statement can name, on either engine.
    for some in ids.chunks(1000) {
        let found = sign_on::store::by_ids(conn, some)?;
        names.extend(found.into_iter().map(|found| {
            let entry = &found.entry;
            let name = if entry.is_named() { entry.organization.to_string() } else { entry.public_line() };
            (found.id, name)
        }));
    }
    Ok(names)
}
