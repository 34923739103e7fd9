//! What is over at a moment, and since when. Upkeep erases what these say, and the dry run shows what they say of later moments: so the two
//! cannot differ.

use crate::clock::{Timestamp, days};
use crate::db::{Conn, Error};
use crate::ids::{
    CampaignId, ContactId, IntentionId, InvitationId, MailId, PreviewLinkId, ReportId, SignOnId,
};
use crate::sign_on::store::Unverified;
use crate::{campaign, concern, mail, sign_on};
use serde::Serialize;
use std::collections::BTreeMap;

/// How long an unverified sign-on, or a hand-over that nobody answered, can be renewed after its term.
pub(super) const RENEWAL: jiff::SignedDuration = days(7);

/// How long contacts are kept of what was rejected, removed or withdrawn.
pub(super) const ENDED: jiff::SignedDuration = days(30);

/// How long settled mails are kept, so that staff can see what became of them.
pub(super) const MAILS: jiff::SignedDuration = days(30);

/// What is erased, in the order in which upkeep does it: what goes with a representative's data comes before that data.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Who was asked to take over and did not answer.
    HandOvers,
    /// Reports that nobody confirmed, and who made the others.
    Reports,
    /// Where invitations went, and why they were declined.
    Invitations,
    /// Who means to sign later a letter that has closed.
    OpenIntentions,
    /// Intentions whose day has passed, or whose mailbox nobody proved.
    Intentions,
    /// Representatives' data.
    Contacts,
    /// Sign-ons that nobody verified.
    Unverified,
    /// Mails that were settled.
    Mails,
    /// Preview links that are over.
    PreviewLinks,
}

impl What {
    /// Every kind, in the order in which upkeep erases them.
    pub const ALL: [Self; 9] = [
        Self::HandOvers,
        Self::Reports,
        Self::Invitations,
        Self::OpenIntentions,
        Self::Intentions,
        Self::Contacts,
        Self::Unverified,
        Self::Mails,
        Self::PreviewLinks,
    ];

    /// How people say it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::HandOvers => "Colleagues who were asked to take over and did not answer",
            Self::Reports => "Reports nobody confirmed, and who made the others",
            Self::Invitations => "Addresses of invitations, and why they were declined",
            Self::OpenIntentions => "Who means to sign later, when the letter closes",
            Self::Intentions => "What is written down of those who mean to sign later",
            Self::Contacts => "Sign-ons whose representatives’ data is erased",
            Self::Unverified => "Sign-ons nobody verified",
            Self::Mails => "Mails that have gone or were taken back",
            Self::PreviewLinks => "Preview links that are over",
        }
    }
}

/// Something that is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Due<T> {
    pub(super) id: T,
    /// The letter, where it belongs to one.
    pub(super) campaign: Option<CampaignId>,
    /// From when it is erased.
    pub(super) on: Timestamp,
}

impl<T> Due<T> {
    const fn new(id: T, campaign: CampaignId, on: Timestamp) -> Self {
        Self { id, campaign: Some(campaign), on }
    }
}

/// The ids alone.
pub(super) fn ids<T: Copy>(due: &[Due<T>]) -> Vec<T> {
    due.iter().map(|due| due.id).collect()
}

/// One for each, by its earliest date, at most `most`.
fn once<T: Ord + Copy>(all: impl IntoIterator<Item = Due<T>>, most: i64) -> Vec<Due<T>> {
    let mut found = BTreeMap::<T, Due<T>>::new();
    for due in all {
        let kept = found.entry(due.id).or_insert(due);
        if due.on < kept.on {
            *kept = due;
        }
    }
    found.into_values().take(usize::try_from(most).unwrap_or(usize::MAX)).collect()
}

/// The letters whose time is over, and since when; `since` is when something of such a letter is erased that has no earlier time.
fn closed(
    conn: &mut Conn,
    at: Timestamp,
) -> Result<(Vec<CampaignId>, BTreeMap<CampaignId, Timestamp>), Error> {
    let over = campaign::store::kept_until(conn, at)?;
    Ok((over.keys().copied().collect(), over))
}

fn earliest(
    since: Option<Timestamp>,
    campaign: CampaignId,
    over: &BTreeMap<CampaignId, Timestamp>,
    at: Timestamp,
) -> Timestamp {
    since.into_iter().chain(over.get(&campaign).copied()).min().unwrap_or(at)
}

pub(super) fn hand_overs(conn: &mut Conn, at: Timestamp, most: i64) -> Result<Vec<Due<ContactId>>, Error> {
    let over = sign_on::store::hand_overs_until(conn, at.plus(-RENEWAL), most)?;
    Ok(over
        .into_iter()
        .map(|(id, campaign, ends_at)| Due::new(id, campaign, ends_at.plus(RENEWAL)))
        .collect())
}

pub(super) fn reports(conn: &mut Conn, at: Timestamp, most: i64) -> Result<Vec<Due<ReportId>>, Error> {
    let (ids, over) = closed(conn, at)?;
    let found = concern::over_until(conn, at, &ids, most)?;
    let due = |(id, campaign, since)| Due::new(id, campaign, earliest(since, campaign, &over, at));
    Ok(once(found.into_iter().map(due), most))
}

pub(super) fn invitations(
    conn: &mut Conn,
    at: Timestamp,
    most: i64,
) -> Result<Vec<Due<InvitationId>>, Error> {
    let (ids, over) = closed(conn, at)?;
    let found = sign_on::store::invited_still(conn, &ids, most)?;
    Ok(found
        .into_iter()
        .map(|(id, campaign)| Due::new(id, campaign, earliest(None, campaign, &over, at)))
        .collect())
}

pub(super) fn open_intentions(
    conn: &mut Conn,
    at: Timestamp,
    most: i64,
) -> Result<Vec<Due<IntentionId>>, Error> {
    let found = sign_on::meant::of_closed(conn, at, most)?;
    Ok(found.into_iter().map(|(id, campaign, since)| Due::new(id, campaign, since)).collect())
}

pub(super) fn intentions(conn: &mut Conn, at: Timestamp, most: i64) -> Result<Vec<Due<IntentionId>>, Error> {
    let (ids, over) = closed(conn, at)?;
    let found = sign_on::store::intentions_until(conn, at, &ids, most)?;
    Ok(found
        .into_iter()
        .map(|one| Due::new(one.id, one.campaign, earliest(one.since, one.campaign, &over, at)))
        .collect())
}

pub(super) fn contacts(conn: &mut Conn, at: Timestamp, most: i64) -> Result<Vec<Due<SignOnId>>, Error> {
    let ended = sign_on::store::contacts_of_ended(conn, at.plus(-ENDED), most)?;
    let (ids, over) = closed(conn, at)?;
    let closed = sign_on::store::contacts_of_campaigns(conn, &ids, most)?;
    let elsewhere = sign_on::store::elsewhere_of_ended(conn, at.plus(-ENDED), &ids, most)?;
    let elsewhere = elsewhere.into_iter().map(|(id, campaign, ended_at)| {
        Due::new(id, campaign, earliest(ended_at.map(|on| on.plus(ENDED)), campaign, &over, at))
    });
    let ended =
        ended.into_iter().map(|(id, campaign, ended_at)| Due::new(id, campaign, ended_at.plus(ENDED)));
    let closed =
        closed.into_iter().map(|(id, campaign)| Due::new(id, campaign, earliest(None, campaign, &over, at)));
    Ok(once(ended.chain(closed).chain(elsewhere), most))
}

pub(super) fn unverified(conn: &mut Conn, at: Timestamp, most: i64) -> Result<Vec<Unverified>, Error> {
    sign_on::store::unverified_until(conn, at.plus(-RENEWAL), most)
}

pub(super) fn mails(conn: &mut Conn, at: Timestamp, most: i64) -> Result<Vec<Due<MailId>>, Error> {
    let settled = mail::settled_until(conn, at.plus(-MAILS), most)?;
    Ok(settled
        .into_iter()
        .map(|(id, campaign, settled_at)| Due { id, campaign, on: settled_at.plus(MAILS) })
        .collect())
}

pub(super) fn preview_links(
    conn: &mut Conn,
    at: Timestamp,
    most: i64,
) -> Result<Vec<Due<PreviewLinkId>>, Error> {
    let over = campaign::store::previews_until(conn, at, most)?;
    Ok(over.into_iter().map(|(id, campaign, since)| Due::new(id, campaign, since)).collect())
}
