//! The links by which a letter is read before it is public.

use crate::clock::{Timestamp, days};
use crate::db::schema::preview_links;
use crate::db::{self, Conn, Tx, both};
use crate::ids::{AccountId, CampaignId, PreviewLinkId};
use crate::secret::{Keys, Random, TokenDigest, Unsealable};
use crate::text::LinkName;
use diesel::prelude::*;

/// What the name is sealed for.
const FIELD: &str = "name";

/// How long a link that is over stays known, so that its list says what became of it.
const OVER: jiff::SignedDuration = days(30);

/// A link, as it is stored.
#[derive(Clone, Debug)]
pub struct PreviewLink {
    /// Its id.
    pub id: PreviewLinkId,
    /// For whom it is.
    pub name: LinkName,
    /// When it was made.
    pub made_at: Timestamp,
    /// By whom.
    pub made_by: AccountId,
    /// Until when it works.
    pub ends_at: Timestamp,
    /// Since when it does not, because somebody ended it.
    pub ended_at: Option<Timestamp>,
}

/// A link that is made.
pub struct NewPreviewLink<'a> {
    /// Its id.
    pub id: PreviewLinkId,
    /// Of which letter.
    pub campaign: CampaignId,
    /// The secret in it.
    pub digest: TokenDigest,
    /// For whom it is.
    pub name: &'a LinkName,
    /// By whom.
    pub by: AccountId,
    /// Until when it works.
    pub ends_at: Timestamp,
}

/// Why links could not be read.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// The database's own.
    #[error(transparent)]
    Database(#[from] db::Error),
    /// A name cannot be opened.
    #[error(transparent)]
    Sealed(#[from] Unsealable),
}

/// Makes a link.
///
/// # Errors
/// [`db::Error::Unique`] when it was made already.
pub fn insert_preview(
    tx: &mut Tx<'_>,
    keys: &Keys,
    random: &Random,
    new: &NewPreviewLink<'_>,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sealed = keys.seal(random, new.id.uuid(), FIELD, new.name.as_str().as_bytes());
    both!(tx, |c| diesel::insert_into(preview_links::table)
        .values((
            preview_links::id.eq(new.id),
            preview_links::campaign_id.eq(new.campaign),
            preview_links::digest.eq(new.digest.as_bytes()),
            preview_links::sealed.eq(&sealed),
            preview_links::made_at.eq(now),
            preview_links::made_by.eq(new.by),
            preview_links::ends_at.eq(new.ends_at),
        ))
        .execute(c))?;
    Ok(())
}

type Row = (PreviewLinkId, Vec<u8>, Timestamp, AccountId, Timestamp, Option<Timestamp>);

/// The links of a campaign, the newest first.
///
/// # Errors
/// See [`PreviewError`].
pub fn previews(
    conn: &mut Conn,
    keys: &Keys,
    campaign: CampaignId,
) -> Result<Vec<PreviewLink>, PreviewError> {
    let rows: Vec<Row> = both!(conn, |c| preview_links::table
        .filter(preview_links::campaign_id.eq(campaign))
        .order((preview_links::made_at.desc(), preview_links::id.desc()))
        .select((
            preview_links::id,
            preview_links::sealed,
            preview_links::made_at,
            preview_links::made_by,
            preview_links::ends_at,
            preview_links::ended_at,
        ))
        .load(c))
    .map_err(db::Error::from)?;
    let open = |(id, sealed, made_at, made_by, ends_at, ended_at): Row| {
        let name = keys.open(id.uuid(), FIELD, &sealed)?;
        let name = std::str::from_utf8(&name).ok().and_then(|name| LinkName::parse(name).ok());
        let name = name.ok_or(Unsealable)?;
        Ok(PreviewLink { id, name, made_at, made_by, ends_at, ended_at })
    };
    rows.into_iter().map(open).collect()
}

/// Which letter a link opens now.
///
/// # Errors
/// Those of the database.
pub fn previewed(
    conn: &mut Conn,
    digest: TokenDigest,
    now: Timestamp,
) -> Result<Option<CampaignId>, db::Error> {
    Ok(both!(conn, |c| preview_links::table
        .filter(preview_links::digest.eq(digest.as_bytes()))
        .filter(preview_links::ended_at.is_null())
        .filter(preview_links::ends_at.gt(now))
        .select(preview_links::campaign_id)
        .first(c)
        .optional())?)
}

/// Ends a link of a campaign, or has one that was ended work again; whether that changed anything.
///
/// # Errors
/// Those of the database.
pub fn end_preview(
    tx: &mut Tx<'_>,
    campaign: CampaignId,
    id: PreviewLinkId,
    ended: Option<(Timestamp, AccountId)>,
) -> Result<bool, db::Error> {
    let of_campaign = preview_links::table.find(id).filter(preview_links::campaign_id.eq(campaign));
    let changed = match ended {
        Some((at, by)) => {
            both!(tx, |c| diesel::update(of_campaign.filter(preview_links::ended_at.is_null()))
                .set((preview_links::ended_at.eq(Some(at)), preview_links::ended_by.eq(Some(by))))
                .execute(c))
        }
        None => both!(tx, |c| diesel::update(of_campaign.filter(preview_links::ended_at.is_not_null()))
            .set((
                preview_links::ended_at.eq(None::<Timestamp>),
                preview_links::ended_by.eq(None::<AccountId>)
            ))
            .execute(c)),
    };
    Ok(changed? == 1)
}

/// How many links of a campaign work now.
///
/// # Errors
/// Those of the database.
pub fn count_previews(conn: &mut Conn, campaign: CampaignId, now: Timestamp) -> Result<i64, db::Error> {
    Ok(both!(conn, |c| preview_links::table
        .filter(preview_links::campaign_id.eq(campaign))
        .filter(preview_links::ended_at.is_null())
        .filter(preview_links::ends_at.gt(now))
        .count()
        .get_result(c))?)
}

/// Ends every link of a campaign that works now; how many.
///
/// # Errors
/// Those of the database.
pub fn end_previews(
    tx: &mut Tx<'_>,
    campaign: CampaignId,
    by: AccountId,
    now: Timestamp,
) -> Result<usize, db::Error> {
    Ok(both!(tx, |c| diesel::update(
        preview_links::table
            .filter(preview_links::campaign_id.eq(campaign))
            .filter(preview_links::ended_at.is_null())
            .filter(preview_links::ends_at.gt(now))
    )
    .set((preview_links::ended_at.eq(Some(now)), preview_links::ended_by.eq(Some(by))))
    .execute(c))?)
}

/// Links that have been over for long at a moment, at most `most`: each with its campaign, and since when it is to be forgotten.
///
/// # Errors
/// Those of the database.
pub fn previews_until(
    conn: &mut Conn,
    at: Timestamp,
    most: i64,
) -> Result<Vec<(PreviewLinkId, CampaignId, Timestamp)>, db::Error> {
    type Row = (PreviewLinkId, CampaignId, Timestamp, Option<Timestamp>);
    let before = at.plus(-OVER);
    let rows: Vec<Row> = both!(conn, |c| preview_links::table
        .filter(preview_links::ends_at.lt(before).or(preview_links::ended_at.lt(before)))
        .order(preview_links::id)
        .limit(most)
        .select((
            preview_links::id,
            preview_links::campaign_id,
            preview_links::ends_at,
            preview_links::ended_at,
        ))
        .load(c))?;
    let since = |(id, campaign, ends_at, ended_at): Row| {
        (id, campaign, ended_at.map_or(ends_at, |ended_at| ended_at.min(ends_at)).plus(OVER))
    };
    Ok(rows.into_iter().map(since).collect())
}

/// Forgets these; how many.
///
/// # Errors
/// Those of the database.
pub fn forget_previews(tx: &mut Tx<'_>, ids: &[PreviewLinkId]) -> Result<usize, db::Error> {
    let over = preview_links::table.filter(preview_links::id.eq_any(ids));
    Ok(both!(tx, |c| diesel::delete(over).execute(c))?)
}
