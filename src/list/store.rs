//! Every statement about editions: making the live one, finding old ones, throwing away what nobody can cite any more.

mod counts;
mod entries;

pub use counts::counts;

use super::edition::{Contents, Edition, LetterFacts};
use super::ordering::{self, Moved, Renumbered};
use crate::campaign::store::{self as campaigns, News};
use crate::campaign::{Campaign, LetterVersion, Round};
use crate::clock::{Clock, Timestamp, days};
use crate::db::schema::editions;
use crate::db::{Conn, Db, Error, Tx, both, kept};
use crate::ids::{CampaignId, EditionId, SignOnId};
use crate::secret::Random;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// How long an unnamed edition can be cited after the next one was made, at least.
const KEPT_DAYS: i64 = 30;

/// How often the entries are read anew when the list moves on meanwhile, before it is held.
const ATTEMPTS: u8 = 3;

/// A campaign with its letter and its list, all of one moment.
#[derive(Clone, Debug)]
pub struct Live {
    /// The campaign.
    pub campaign: Campaign,
    /// The version of the letter that the edition stands under.
    pub letter: LetterVersion,
    /// The edition.
    pub edition: Edition,
    /// The round in which those who signed are asked for their consent, if one runs.
    pub round: Option<Round>,
    /// What happened with the letter since it was published.
    pub news: News,
}

/// What stands in a campaign's list of editions.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = editions)]
pub struct Heading {
    /// 1, 2, 3 … within the campaign.
    pub number: i64,
    /// What it was named, so that it stays citable for ever.
    pub name: Option<String>,
    /// When it was made.
    pub made_at: Timestamp,
    /// How many signed.
    pub count: i64,
    /// Its checksum.
    pub sha256: String,
}

/// An edition that was made before.
#[derive(Clone, Debug)]
pub enum Old {
    /// It can be cited.
    Stands(Edition),
    /// Somebody who is on it has left the list since, so it is not shown any more.
    Ended,
}

/// Who is on a campaign's list, in order, at one of its revisions.
struct Draft {
    campaign: Campaign,
    letter: LetterVersion,
    round: Option<Round>,
    news: News,
    contents: Contents,
    packed: Vec<u8>,
    /// The number of the edition before, and the lowest place in the order of joining of those on it who have left since.
    before: Option<(i64, Option<i64>)>,
}

/// What one look at a campaign's list finds.
enum Look {
    Nothing,
    Made(Box<Live>),
    Stale(Box<Draft>),
    /// The list moved on while it was read.
    Moving,
}

/// Every campaign's revision, by which a server learns what changed elsewhere.
///
/// # Errors
/// Those of the database.
pub fn revisions(conn: &mut Conn) -> Result<Vec<(CampaignId, i64)>, Error> {
    use crate::db::schema::campaigns::dsl;
    Ok(both!(conn, |c| dsl::campaigns.select((dsl::id, dsl::list_revision)).load(c))?)
}

/// The live edition of a campaign, which is made now if the list has changed since the last one. The entries are read and put
/// in order outside any transaction, so that sign-ons do not wait for a long list; what was read is of one revision, because
/// whatever changes a list raises that in the same transaction.
///
/// # Errors
/// Those of the database.
pub async fn live(db: &Db, clock: &Clock, random: &Random, id: CampaignId) -> Result<Option<Live>, Error> {
    let mut draft = None;
    for _ in 0..ATTEMPTS {
        match db.read(move |conn| look(conn, id)).await? {
            Look::Nothing => return Ok(None),
            Look::Made(live) => return Ok(Some(*live)),
            Look::Stale(found) => {
                draft = Some(found);
                break;
            }
            Look::Moving => {}
        }
    }
    let made_at = clock.now();
    let edition = EditionId::new(made_at.millis(), random.bytes());
    db.write(move |tx| keep(tx, id, draft.map(|draft| *draft), edition, made_at)).await
}

fn look(conn: &mut Conn, id: CampaignId) -> Result<Look, Error> {
    let Some(campaign) = campaigns::by_id(conn, id)? else { return Ok(Look::Nothing) };
    let newest = newest(conn, id)?;
    let newest = match newest {
        Some(newest) if newest.revision >= campaign.list_revision => {
            return made(conn, campaign, newest).map(|live| Look::Made(Box::new(live)));
        }
        older => older,
    };
    let draft = draft(conn, campaign, newest.as_ref())?;
    let still = campaigns::by_id(conn, id)?;
    let same = still.is_some_and(|still| still.list_revision == draft.campaign.list_revision);
    Ok(if same { Look::Stale(Box::new(draft)) } else { Look::Moving })
}

/// Makes the edition of the draft, unless somebody was first. The campaign's row is held, so that numbers are given one
/// after the other and a draft that is made here is of the revision that stands.
fn keep(
    tx: &mut Tx<'_>,
    id: CampaignId,
    draft_before: Option<Draft>,
    edition_id: EditionId,
    made_at: Timestamp,
) -> Result<Option<Live>, Error> {
    let Some(campaign) = campaigns::hold(tx, id)? else { return Ok(None) };
    let newest = newest(tx, id)?;
    let wanted = draft_before.as_ref().map_or(campaign.list_revision, |draft| draft.campaign.list_revision);
    let newest = match newest {
        Some(newest) if newest.revision >= wanted => return made(tx, campaign, newest).map(Some),
        older => older,
    };
    let before = newest.as_ref().map(|newest| newest.number);
    let draft = match draft_before {
        Some(draft) if draft.before.map(|(number, _)| number) == before => draft,
        _ => draft(tx, campaign, newest.as_ref())?,
    };
    let Draft { campaign, letter, round, news, contents, packed, before } = draft;
    if let Some(newest) = newest.filter(|newest| newest.entries == packed) {
        // Something changed that no public form says, such as the deadline: the edition stands for this revision too.
        both!(tx, |c| kept(
            diesel::update(editions::table.find(newest.id))
                .set(editions::revision.eq(campaign.list_revision))
        )
        .execute(c))?;
        let edition = Edition {
            number: small(newest.number),
            made_at: newest.made_at,
            sha256: newest.sha256,
            contents,
        };
        return Ok(Some(Live { campaign, letter, edition, round, news }));
    }
    if let Some((_, Some(left))) = before {
        end(tx, id, left, made_at)?;
    }
    let number = before.map_or(1, |(number, _)| number + 1);
    let edition = Edition::new(contents, small(number), made_at);
    both!(tx, |c| diesel::insert_into(editions::table)
        .values((
            editions::id.eq(edition_id),
            editions::campaign_id.eq(id),
            editions::number.eq(number),
            editions::revision.eq(campaign.list_revision),
            editions::letter_version.eq(letter.number),
            editions::made_at.eq(made_at),
            editions::count.eq(i64::from(edition.contents.count())),
            editions::sha256.eq(&edition.sha256),
            editions::joined_through.eq(edition.contents.joined_through()),
            editions::entries.eq(packed),
        ))
        .execute(c))?;
    Ok(Some(Live { campaign, letter, edition, round, news }))
}

/// Ends the unnamed editions with somebody on them who has left. Who is on the list stays on it from joining to leaving, so
/// those are the ones that reach as far as the first of them to have joined.
fn end(tx: &mut Tx<'_>, id: CampaignId, left: i64, at: Timestamp) -> Result<(), Error> {
    both!(tx, |c| kept(
        diesel::update(
            editions::table
                .filter(editions::campaign_id.eq(id))
                .filter(editions::name.is_null())
                .filter(editions::ended_at.is_null())
                .filter(editions::joined_through.ge(left))
        )
        .set(editions::ended_at.eq(at))
    )
    .execute(c))?;
    Ok(())
}

/// How many editions one page lists.
pub const PER_PAGE: i64 = 200;

/// One page of the editions of a campaign that can be cited, newest first, and whether there are more. `since`: when it became public;
/// `live`: the number of the live one.
///
/// # Errors
/// Those of the database.
pub fn headings(
    conn: &mut Conn,
    id: CampaignId,
    since: Timestamp,
    live: u32,
    page: u32,
) -> Result<(Vec<Heading>, bool), Error> {
    let mut found: Vec<Heading> = both!(conn, |c| editions::table
        .filter(editions::campaign_id.eq(id))
        .filter(editions::ended_at.is_null())
        // What a preview had made before it was public is nobody's to cite.
        .filter(
            editions::name
                .is_not_null()
                .or(editions::made_at.ge(since))
                .or(editions::number.eq(i64::from(live)))
        )
        .order(editions::number.desc())
        .limit(PER_PAGE + 1)
        .offset((i64::from(page) - 1) * PER_PAGE)
        .select(Heading::as_select())
        .load(c))?;
    let most = usize::try_from(PER_PAGE).unwrap_or(usize::MAX);
    let more = found.len() > most;
    found.truncate(most);
    Ok((found, more))
}

/// An edition by its number, if it was made since then, when the letter became public, or was named.
///
/// # Errors
/// Those of the database.
pub fn by_number(
    conn: &mut Conn,
    id: CampaignId,
    since: Timestamp,
    number: u32,
) -> Result<Option<Old>, Error> {
    let row: Option<Row> = both!(conn, |c| editions::table
        .filter(editions::campaign_id.eq(id))
        .filter(editions::number.eq(i64::from(number)))
        .filter(editions::name.is_not_null().or(editions::made_at.ge(since)))
        .select(Row::as_select())
        .first(c)
        .optional())?;
    match row {
        Some(Row { ended_at: Some(_), .. }) => Ok(Some(Old::Ended)),
        Some(row) => row.edition().map(|edition| Some(Old::Stands(edition))),
        None => Ok(None),
    }
}

/// Throws away the unnamed editions that nobody was promised any longer: those that were followed by another one long enough ago;
/// how many.
///
/// # Errors
/// Those of the database.
pub fn prune(tx: &mut Tx<'_>, now: Timestamp) -> Result<usize, Error> {
    let ends = now.plus(-days(KEPT_DAYS));
    let followed: Vec<(CampaignId, Option<i64>)> = both!(tx, |c| editions::table
        .filter(editions::made_at.lt(ends))
        .group_by(editions::campaign_id)
        .select((editions::campaign_id, diesel::dsl::max(editions::number)))
        .load(c))?;
    let mut thrown = 0;
    for (campaign, newest_of_then) in followed {
        thrown += both!(tx, |c| diesel::delete(
            editions::table
                .filter(editions::campaign_id.eq(campaign))
                .filter(editions::name.is_null())
                .filter(editions::number.lt(newest_of_then.unwrap_or(0)))
        )
        .execute(c))?;
    }
    Ok(thrown)
}

/// How the list would stand by the campaign's rule alone: what its pins keep in another place. The items are the lines as
/// they print.
///
/// # Errors
/// Those of the database.
pub fn what_moved(conn: &mut Conn, campaign: &Campaign) -> Result<Moved<String>, Error> {
    let approved = entries::approved(conn, campaign)?;
    let vacated = entries::vacated(conn, campaign)?;
    let order = |vacated| -> Result<Vec<SignOnId>, Error> {
        Ok(entries::arrange(campaign, &approved, vacated)?.into_iter().map(|(_, item)| item.id).collect())
    };
    let moved = ordering::what_moved(&order(Some(&vacated))?, &order(None)?);
    let lines: BTreeMap<SignOnId, &str> = approved.iter().map(|item| (item.id, item.line.as_str())).collect();
    let line = |id: SignOnId| lines.get(&id).copied().unwrap_or_default().to_owned();
    let renumbered = moved.renumbered.into_iter();
    Ok(Moved {
        pairs: moved.pairs.into_iter().map(|(a, b)| (line(a), line(b))).collect(),
        renumbered: renumbered
            .map(|Renumbered { item, from, to }| Renumbered { item: line(item), from, to })
            .collect(),
    })
}

/// The row of an edition.
#[derive(Queryable, Selectable)]
#[diesel(table_name = editions)]
struct Row {
    id: EditionId,
    number: i64,
    revision: i64,
    letter_version: i64,
    made_at: Timestamp,
    sha256: String,
    ended_at: Option<Timestamp>,
    entries: Vec<u8>,
}

impl Row {
    fn edition(self) -> Result<Edition, Error> {
        let Self { number, made_at, sha256, entries, .. } = self;
        Ok(Edition { number: small(number), made_at, sha256, contents: entries::unpack(&entries)? })
    }
}

fn newest(conn: &mut Conn, campaign: CampaignId) -> Result<Option<Row>, Error> {
    Ok(both!(conn, |c| editions::table
        .filter(editions::campaign_id.eq(campaign))
        .order(editions::number.desc())
        .select(Row::as_select())
        .first(c)
        .optional())?)
}

fn made(conn: &mut Conn, campaign: Campaign, row: Row) -> Result<Live, Error> {
    let letter = campaigns::letter_version(conn, campaign.id, row.letter_version)?;
    let round = campaigns::open_round(conn, campaign.id)?;
    let news = campaigns::news(conn, campaign.id)?;
    Ok(Live { campaign, letter, edition: row.edition()?, round, news })
}

fn draft(conn: &mut Conn, campaign: Campaign, newest: Option<&Row>) -> Result<Draft, Error> {
    let letter = campaigns::letter_version(conn, campaign.id, campaign.text_number)?;
    let round = campaigns::open_round(conn, campaign.id)?;
    let news = campaigns::news(conn, campaign.id)?;
    let approved = entries::approved(conn, &campaign)?;
    let vacated = entries::vacated(conn, &campaign)?;
    let arranged = entries::arrange(&campaign, approved, Some(&vacated))?;
    let contents = Contents {
        letter: LetterFacts {
            slug: campaign.settings.slug.as_str().to_owned(),
            title: campaign.settings.title.as_str().to_owned(),
            version: small(letter.number),
        },
        ordering: campaign.settings.ordering,
        entries: arranged.into_iter().map(|(number, item)| entries::entry(number, item)).collect(),
    };
    let before = match newest {
        Some(row) => {
            let here: BTreeSet<SignOnId> = contents.entries.iter().map(|entry| entry.sign_on).collect();
            let before = entries::members(&row.entries)?.into_iter();
            let left = before.filter(|(sign_on, _)| !here.contains(sign_on)).map(|(_, joined)| joined);
            Some((row.number, left.min()))
        }
        None => None,
    };
    Ok(Draft { packed: entries::pack(&contents)?, campaign, letter, round, news, contents, before })
}

/// Numbers of editions and versions: counted up by one each, so far below the end of either type.
fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
