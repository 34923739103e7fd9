//! Every statement about editions: making the live one, finding old ones, throwing away what nobody can cite any more.

mod base;
mod counts;
mod entries;
mod late;
mod naming;
mod old;
mod places;
mod standings;

pub use counts::counts;
pub use naming::{Named, drop_names, give_name, keeps_names, named, rename};
pub use old::{Heading, Old, PER_PAGE, by_number, every_heading, headings, prune, whole};
pub use places::{Place, Places, what_moved};
pub use standings::Standings;

use super::edition::{Contents, Edition, LetterFacts};
use crate::campaign::store::{self as campaigns, News};
use crate::campaign::{Campaign, LetterVersion, PublicTranslation, Round};
use crate::clock::{Clock, Timestamp};
use crate::db::schema::editions;
use crate::db::{Conn, Db, Error, Tx, both, kept};
use crate::ids::{CampaignId, EditionId, SignOnId};
use crate::secret::Random;
use crate::text::Shown;
use diesel::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

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
    /// The letter in other languages, by language.
    pub translations: Arc<[PublicTranslation]>,
    /// The editions that have a name, the first of them first.
    pub named: Vec<Named>,
    /// What happened with the letter since it was published.
    pub news: News,
}

impl Live {
    /// The place among the translations of the one with this tag.
    pub(super) fn place_of(&self, tag: &str) -> Option<usize> {
        self.translations.iter().position(|one| one.language.as_str() == tag)
    }
}

/// Who is on a campaign's list, in order, at one of its revisions.
struct Draft {
    campaign: Campaign,
    letter: LetterVersion,
    round: Option<Round>,
    translations: Arc<[PublicTranslation]>,
    named: Vec<Named>,
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
    let Draft { campaign, letter, round, translations, named, news, contents, packed, before } = draft;
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
            original: None,
        };
        return Ok(Some(Live { campaign, letter, edition, round, translations, named, news }));
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
    Ok(Some(Live { campaign, letter, edition, round, translations, named, news }))
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
        let contents = entries::unpack(&entries)?;
        Ok(Edition { number: small(number), made_at, sha256, contents, original: None })
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
    let translations = campaigns::public_translations(conn, &campaign)?.into();
    let named = named(conn, campaign.id)?;
    let news = campaigns::news(conn, campaign.id)?;
    Ok(Live { campaign, letter, edition: row.edition()?, round, translations, named, news })
}

fn draft(conn: &mut Conn, campaign: Campaign, newest: Option<&Row>) -> Result<Draft, Error> {
    let letter = campaigns::letter_version(conn, campaign.id, campaign.text_number)?;
    let round = campaigns::open_round(conn, campaign.id)?;
    let translations = campaigns::public_translations(conn, &campaign)?.into();
    let news = campaigns::news(conn, campaign.id)?;
    let approved = entries::approved(conn, &campaign)?;
    let vacated = entries::vacated(conn, &campaign)?;
    let named = named(conn, campaign.id)?;
    let base = late::base(conn, &campaign, &named)?;
    let arranged = entries::arrange(&campaign, approved, Some(&vacated), base.as_ref())?;
    let after = base.map(|base| base.groups(arranged.iter().map(|(_, item)| item.id))).unwrap_or_default();
    let contents = Contents {
        letter: LetterFacts {
            slug: campaign.settings.slug.as_str().to_owned(),
            title: campaign.settings.title.as_str().to_owned(),
            version: small(letter.number),
        },
        ordering: campaign.settings.ordering,
        entries: arranged.into_iter().map(|(number, item)| entries::entry(number, item)).collect(),
        after,
    };
    let before = match newest {
        Some(row) => {
            // Who has left, and of whom less is shown than was: older editions say what may not be said any more.
            let here = contents.entries.iter().map(|entry| (entry.sign_on, entry.signatory.shown));
            let here: BTreeMap<SignOnId, Shown> = here.collect();
            let before = entries::members(&row.entries)?.into_iter();
            let left = before
                .filter(|(sign_on, _, shown)| here.get(sign_on).is_none_or(|now| now < shown))
                .map(|(_, joined, _)| joined);
            Some((row.number, left.min()))
        }
        None => None,
    };
    let packed = entries::pack(&contents)?;
    Ok(Draft { packed, campaign, letter, round, translations, named, news, contents, before })
}

/// Numbers of editions and versions: counted up by one each, so far below the end of either type.
fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
