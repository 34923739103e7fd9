//! Who is asked, what they answered, and whose entry is off the list because they did not.

mod links;
mod outcome;
mod told;

pub use links::{ConsentLink, insert_link, link};
pub use outcome::{
    agree_to, campaigns_with_others, carry_silence, lapse_others, lapse_silent, last_round_of, note_delivery,
    note_told, untold,
};
pub(super) use told::{Compared, Telling};

use crate::campaign::{Campaign, Round, store as campaigns};
use crate::clock::Timestamp;
use crate::db::schema::{consent_answers, contacts, sign_ons};
use crate::db::{Conn, Error, Tx, both, kept};
use crate::ids::{CampaignId, RoundId, SignOnId};
use crate::text::{Country, Shown};
use crate::text_column;
use diesel::prelude::*;

/// The states in which an entry stands for an organization, or may.
const LIVE: [&str; 3] = ["awaiting_moderation", "on_hold", "approved"];

/// What an organization answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// It agrees.
    Kept,
    /// It took its name back.
    Withdrawn,
    /// It said nothing, which counts as consent, as it was told when it signed.
    Carried,
}

impl Answer {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Withdrawn => "withdrawn",
            Self::Carried => "carried",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Kept, Self::Withdrawn, Self::Carried].into_iter().find(|answer| answer.as_str() == text)
    }
}

text_column!(Answer, Answer::parse);

/// An entry in a round.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = consent_answers)]
pub struct Asked {
    /// The entry.
    pub sign_on_id: SignOnId,
    /// How many representatives were mailed.
    pub mailed: i64,
    /// When.
    pub asked_at: Timestamp,
    /// When they were reminded last.
    pub reminded_at: Option<Timestamp>,
    /// How often.
    pub reminders: i64,
    /// When somebody of them asked the organizers something, last.
    pub question_at: Option<Timestamp>,
    /// What they answered.
    pub answer: Option<Answer>,
    /// When.
    pub answered_at: Option<Timestamp>,
}

/// Whom a round asks: whoever agreed to another text than these versions, and whose consent to them is older than a moment.
#[derive(Clone, Debug)]
struct Whom {
    versions: Vec<i64>,
    older_than: Timestamp,
}

impl Whom {
    fn of(
        conn: &mut Conn,
        campaign: CampaignId,
        number: Option<i64>,
        changes_text: bool,
        at: Timestamp,
    ) -> Result<Self, Error> {
        let versions = match number {
            Some(number) => campaigns::same_meaning(conn, campaign, number)?,
            None => Vec::new(),
        };
        // Where the text changes, how old consent to the new one is does not matter.
        let older_than = if changes_text { Timestamp::from_micros(0) } else { Round::fresh_since(at) };
        Ok(Self { versions, older_than })
    }
}

/// The entries of a campaign that `$whom` asks.
macro_rules! to_ask {
    ($campaign:expr, $whom:expr) => {
        sign_ons::table
            .filter(sign_ons::campaign_id.eq($campaign))
            .filter(sign_ons::state.eq_any(LIVE))
            .filter(sign_ons::lapsed_at.is_null())
            .filter(
                sign_ons::letter_version
                    .ne_all($whom.versions.clone())
                    .or(sign_ons::renewed_at.lt($whom.older_than))
                    .or(sign_ons::renewed_at.is_null().and(sign_ons::verified_at.lt($whom.older_than)))
                    .or(sign_ons::renewed_at
                        .is_null()
                        .and(sign_ons::verified_at.is_null())
                        .and(sign_ons::attested_at.lt($whom.older_than))),
            )
    };
}

/// The entries that a round is to ask and has not asked yet, at most so many.
///
/// # Errors
/// Those of the database.
pub fn unasked(conn: &mut Conn, round: &Round, most: i64) -> Result<Vec<SignOnId>, Error> {
    let whom = Whom::of(conn, round.campaign, Some(round.to_number), round.changes_text(), round.made_at)?;
    let asked = consent_answers::table
        .filter(consent_answers::round_id.eq(round.id))
        .select(consent_answers::sign_on_id);
    Ok(both!(conn, |c| to_ask!(round.campaign, whom)
        .filter(sign_ons::id.ne_all(asked))
        .order(sign_ons::id)
        .limit(most)
        .select(sign_ons::id)
        .load(c))?)
}

/// How many entries a round would ask if it began now, and for how many of them there is nobody who could be asked.
///
/// # Errors
/// Those of the database.
pub fn count_to_ask(
    conn: &mut Conn,
    campaign: &Campaign,
    changes_text: bool,
    now: Timestamp,
) -> Result<(i64, i64), Error> {
    // Nobody has agreed to a version that is not made yet.
    let number = (!changes_text).then_some(campaign.text_number);
    let whom = Whom::of(conn, campaign.id, number, changes_text, now)?;
    let all: i64 = both!(conn, |c| to_ask!(campaign.id, whom).count().get_result(c))?;
    let represented = contacts::table.select(contacts::sign_on_id);
    let nobody: i64 = both!(conn, |c| to_ask!(campaign.id, whom)
        .filter(sign_ons::id.ne_all(represented))
        .count()
        .get_result(c))?;
    Ok((all, nobody))
}

/// Notes that an entry is asked, and how many were mailed.
///
/// # Errors
/// [`Error::Unique`] when it was asked in this round.
pub fn insert_asked(
    tx: &mut Tx<'_>,
    round: RoundId,
    sign_on: SignOnId,
    mailed: i64,
    now: Timestamp,
) -> Result<(), Error> {
    both!(tx, |c| diesel::insert_into(consent_answers::table)
        .values((
            consent_answers::round_id.eq(round),
            consent_answers::sign_on_id.eq(sign_on),
            consent_answers::mailed.eq(mailed),
            consent_answers::asked_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

/// What is known of an entry in a round; nothing where it was not asked.
///
/// # Errors
/// Those of the database.
pub fn asked(conn: &mut Conn, round: RoundId, sign_on: SignOnId) -> Result<Option<Asked>, Error> {
    Ok(both!(conn, |c| consent_answers::table
        .find((round, sign_on))
        .select(Asked::as_select())
        .first(c)
        .optional())?)
}

/// Keeps an answer. The first one counts, except that taking a name back always does; whether this one does.
///
/// # Errors
/// Those of the database.
pub fn answer(
    tx: &mut Tx<'_>,
    round: RoundId,
    sign_on: SignOnId,
    answer: Answer,
    now: Timestamp,
) -> Result<bool, Error> {
    let before = asked(tx, round, sign_on)?;
    if before.is_none_or(|before| before.answer.is_some() && answer != Answer::Withdrawn) {
        return Ok(false);
    }
    both!(tx, |c| kept(
        diesel::update(consent_answers::table.find((round, sign_on)))
            .set((consent_answers::answer.eq(Some(answer)), consent_answers::answered_at.eq(Some(now)),))
    )
    .execute(c))?;
    Ok(true)
}

/// Notes that somebody asked the organizers something.
///
/// # Errors
/// Those of the database.
pub fn note_question(
    tx: &mut Tx<'_>,
    round: RoundId,
    sign_on: SignOnId,
    now: Timestamp,
) -> Result<(), Error> {
    both!(tx, |c| kept(
        diesel::update(consent_answers::table.find((round, sign_on)))
            .set(consent_answers::question_at.eq(Some(now)))
    )
    .execute(c))?;
    Ok(())
}

/// Notes that an entry was reminded.
///
/// # Errors
/// Those of the database.
pub fn note_reminder(
    tx: &mut Tx<'_>,
    round: RoundId,
    sign_on: SignOnId,
    now: Timestamp,
) -> Result<(), Error> {
    both!(tx, |c| kept(diesel::update(consent_answers::table.find((round, sign_on))).set((
        consent_answers::reminded_at.eq(Some(now)),
        consent_answers::reminders.eq(consent_answers::reminders + 1),
    )))
    .execute(c))?;
    Ok(())
}

/// An entry of a round beside what stands of it now.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = sign_ons)]
pub struct InRound {
    line: String,
    shown: Shown,
    country: Option<Country>,
    /// Its state, as its column says it.
    pub state: String,
    /// When a mail server refused a mailbox for good.
    pub undeliverable_at: Option<Timestamp>,
    /// Whether it was told that silence counts as consent.
    pub silence_counts: bool,
}

impl InRound {
    /// The line as everybody sees it: not everybody of the staff may see more.
    pub fn public_line(&self) -> String {
        if self.shown.is_named() { self.line.clone() } else { self.shown.unnamed(self.country) }
    }
}

/// Every entry of a round, by name.
///
/// # Errors
/// Those of the database.
pub fn in_round(conn: &mut Conn, round: RoundId) -> Result<Vec<(Asked, InRound)>, Error> {
    Ok(both!(conn, |c| consent_answers::table
        .inner_join(sign_ons::table)
        .filter(consent_answers::round_id.eq(round))
        .order((sign_ons::folded, sign_ons::id))
        .select((Asked::as_select(), InRound::as_select()))
        .load(c))?)
}

/// Entries of a round that have said nothing and were not reminded since a moment nor too often, at most so many.
///
/// # Errors
/// Those of the database.
pub fn silent(
    conn: &mut Conn,
    round: RoundId,
    (not_since, most_reminders): (Timestamp, i64),
    most: i64,
) -> Result<Vec<SignOnId>, Error> {
    Ok(both!(conn, |c| consent_answers::table
        .inner_join(sign_ons::table)
        .filter(consent_answers::round_id.eq(round))
        .filter(consent_answers::answer.is_null())
        .filter(consent_answers::mailed.gt(0))
        .filter(consent_answers::reminders.lt(most_reminders))
        .filter(consent_answers::asked_at.lt(not_since))
        .filter(consent_answers::reminded_at.is_null().or(consent_answers::reminded_at.lt(not_since)))
        .filter(sign_ons::state.eq_any(LIVE))
        .filter(sign_ons::undeliverable_at.is_null())
        .order(consent_answers::sign_on_id)
        .limit(most)
        .select(consent_answers::sign_on_id)
        .load(c))?)
}
