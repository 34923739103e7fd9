//! Organizations that signed in another way: added by staff, asked to confirm, and what they said.

use super::contacts::{ContactError, contact_key, insert_contact};
use super::links::Purpose;
use super::merged::spoken_for;
use super::row::Row;
use crate::clock::Timestamp;
use crate::db::schema::{attestations, elsewhere, sign_on_tokens, sign_ons};
use crate::db::{Conn, Error, Tx, both, kept};
use crate::ids::{AccountId, CampaignId, SignOnId};
use crate::secret::{Keys, Random, TokenDigest};
use crate::sign_on::attestation::{self, Evidence, Received};
use crate::sign_on::elsewhere::{self as sealed, Address, Elsewhere, Said};
use crate::sign_on::state::{Origin, SignOn, Standing};
use crate::sign_on::submission::{Authority, Contact};
use crate::text_column;
use diesel::prelude::*;
use std::collections::BTreeMap;

text_column!(Said, Said::parse);

/// Rows in one statement: few enough that no engine's limit of parameters is reached.
const AT_ONCE: usize = 200;

/// An entry to be added: what prints, what shows that the organization agreed, and the mailbox that may confirm it.
pub struct Added {
    /// The sign-on.
    pub sign_on: SignOn,
    /// How the agreement was received.
    pub received: Received,
    /// What it is, and who vouches for it.
    pub evidence: Evidence,
    /// Who may confirm.
    pub address: Option<Address>,
}

/// Adds entries.
///
/// # Errors
/// [`Error::Unique`] when one of them is listed already.
pub fn insert_elsewhere(
    tx: &mut Tx<'_>,
    keys: &Keys,
    random: &Random,
    all: &[Added],
    (by, at): (AccountId, Timestamp),
) -> Result<(), Error> {
    for some in all.chunks(AT_ONCE) {
        let rows: Vec<Row> = some.iter().map(|added| Row::new(&added.sign_on, None)).collect();
        both!(tx, |c| diesel::insert_into(sign_ons::table).values(&rows).execute(c))?;
        let attested = |added: &Added| {
            let id = added.sign_on.id;
            (
                attestations::sign_on_id.eq(id),
                attestations::received.eq(added.received),
                attestations::sealed.eq(Some(attestation::seal(keys, random, id, &added.evidence))),
                attestations::made_by.eq(by),
                attestations::made_at.eq(at),
            )
        };
        let rows: Vec<_> = some.iter().map(attested).collect();
        both!(tx, |c| diesel::insert_into(attestations::table).values(rows).execute(c))?;
        let known = |added: &Added| {
            let (id, address) = (added.sign_on.id, added.address.as_ref());
            let key = |address: &Address| contact_key(keys, &address.email).as_bytes().to_vec();
            (
                elsewhere::sign_on_id.eq(id),
                elsewhere::sealed.eq(address.map(|address| sealed::seal(keys, random, id, address))),
                elsewhere::email_key.eq(address.map(key)),
                elsewhere::asks.eq(0_i64),
            )
        };
        let rows: Vec<_> = some.iter().map(known).collect();
        both!(tx, |c| diesel::insert_into(elsewhere::table).values(rows).execute(c))?;
    }
    Ok(())
}

type Known = (SignOnId, Option<Vec<u8>>, i64, Option<Timestamp>, Option<Said>, Option<Timestamp>);

macro_rules! columns {
    () => {
        (
            elsewhere::sign_on_id,
            elsewhere::sealed,
            elsewhere::asks,
            elsewhere::asked_at,
            elsewhere::answer,
            elsewhere::answered_at,
        )
    };
}

fn read(
    keys: &Keys,
    (id, bytes, asks, asked_at, answer, answered_at): Known,
) -> Result<Elsewhere, ContactError> {
    let address = bytes.map(|bytes| sealed::open(keys, id, &bytes)).transpose()?;
    Ok(Elsewhere { address, asks, asked_at, said: answer.zip(answered_at) })
}

/// What is known of one beside its sign-on; nothing of those that came by the form.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn elsewhere_of(conn: &mut Conn, keys: &Keys, of: SignOnId) -> Result<Option<Elsewhere>, ContactError> {
    let row: Option<Known> =
        both!(conn, |c| elsewhere::table.find(of).select(columns!()).first(c).optional())
            .map_err(Error::from)?;
    row.map(|row| read(keys, row)).transpose()
}

/// How many of a campaign's list signed in another way.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FromElsewhere {
    /// All that stand.
    pub all: i64,
    /// Of these: have not confirmed.
    pub unconfirmed: i64,
    /// Of these: have a mailbox that was not asked.
    pub unasked: i64,
    /// Of these: were asked once.
    pub asked_once: i64,
    /// Of these: nobody knows a mailbox.
    pub without_address: i64,
}

/// How many of a campaign's list signed in another way.
///
/// # Errors
/// Those of the database.
pub fn from_elsewhere(conn: &mut Conn, campaign: CampaignId) -> Result<FromElsewhere, Error> {
    type Group = (SignOnId, Option<Vec<u8>>, i64, Option<Timestamp>);
    let spoken_for = spoken_for(conn, campaign)?;
    let rows: Vec<Group> = both!(conn, |c| sign_ons::table
        .inner_join(elsewhere::table)
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::state.eq(Standing::Approved))
        .select((sign_ons::id, elsewhere::email_key, elsewhere::asks, sign_ons::verified_at))
        .load(c))?;
    let mut counts = FromElsewhere::default();
    for (id, key, asks, verified) in rows {
        counts.all += 1;
        if verified.is_none() && !spoken_for.contains(&id) {
            counts.unconfirmed += 1;
            counts.unasked += i64::from(key.is_some() && asks == 0);
            counts.asked_once += i64::from(key.is_some() && asks == 1);
            counts.without_address += i64::from(key.is_none());
        }
    }
    Ok(counts)
}

/// Entries to ask: those that were asked so often and not since a moment, behind one of them in the order of their ids.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn to_ask(
    conn: &mut Conn,
    keys: &Keys,
    campaign: CampaignId,
    (asks, not_since): (i64, Timestamp),
    after: Option<SignOnId>,
    most: i64,
) -> Result<Vec<(SignOn, Address)>, ContactError> {
    let after = after.unwrap_or(SignOnId::from_uuid(uuid::Uuid::nil()));
    // Whoever signed by the form has said it, and has the links of whoever did.
    let spoken_for: Vec<SignOnId> =
        spoken_for(conn, campaign).map_err(ContactError::from)?.into_iter().collect();
    let rows: Vec<(Row, Vec<u8>)> = both!(conn, |c| sign_ons::table
        .inner_join(elsewhere::table)
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::state.eq(Standing::Approved))
        .filter(sign_ons::origin.eq(Origin::Elsewhere))
        .filter(sign_ons::verified_at.is_null())
        .filter(elsewhere::sealed.is_not_null())
        .filter(elsewhere::answer.is_null())
        .filter(elsewhere::asks.eq(asks))
        .filter(elsewhere::asked_at.is_null().or(elsewhere::asked_at.le(not_since)))
        .filter(sign_ons::id.gt(after))
        .filter(sign_ons::id.ne_all(&spoken_for))
        .order(sign_ons::id)
        .limit(most)
        .select((Row::as_select(), elsewhere::sealed.assume_not_null()))
        .load(c))
    .map_err(Error::from)?;
    let open = |(row, bytes): (Row, Vec<u8>)| {
        let sign_on = row.into_sign_on()?;
        let address = sealed::open(keys, sign_on.id, &bytes)?;
        Ok((sign_on, address))
    };
    rows.into_iter().map(open).collect()
}

/// Notes that the mailbox was asked, and remembers the link in the mail.
///
/// # Errors
/// Those of the database.
pub fn note_asked(tx: &mut Tx<'_>, of: SignOnId, link: TokenDigest, now: Timestamp) -> Result<(), Error> {
    both!(tx, |c| diesel::update(elsewhere::table.find(of))
        .set((elsewhere::asks.eq(elsewhere::asks + 1), elsewhere::asked_at.eq(Some(now))))
        .execute(c))?;
    both!(tx, |c| diesel::insert_into(sign_on_tokens::table)
        .values((
            sign_on_tokens::digest.eq(link.as_bytes()),
            sign_on_tokens::sign_on_id.eq(of),
            sign_on_tokens::purpose.eq(Purpose::Confirm.as_str()),
            sign_on_tokens::made_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

/// Notes what was said; `false` when something was said before. The mailbox is a contact from now on, or nobody's.
///
/// # Errors
/// Those of the database.
pub fn note_said(tx: &mut Tx<'_>, of: SignOnId, said: Said, now: Timestamp) -> Result<bool, Error> {
    let open = elsewhere::table.find(of).filter(elsewhere::answer.is_null());
    let noted = both!(tx, |c| kept(diesel::update(open).set((
        elsewhere::answer.eq(Some(said)),
        elsewhere::answered_at.eq(Some(now)),
        elsewhere::sealed.eq(None::<Vec<u8>>),
        elsewhere::email_key.eq(None::<Vec<u8>>),
    )))
    .execute(c))?;
    Ok(noted == 1)
}

/// Makes an entry one whose mailbox is proved and whose authority is recorded, if it is still as `before`; whether it was. Where it stands
/// does not change.
///
/// # Errors
/// Those of the database.
pub fn confirm(
    tx: &mut Tx<'_>,
    keys: &Keys,
    random: &Random,
    before: &SignOn,
    authority: &Authority,
    contact: &Contact,
) -> Result<bool, Error> {
    let unconfirmed = sign_ons::table
        .find(before.id)
        .filter(sign_ons::version.eq(before.version))
        .filter(sign_ons::verified_at.is_null());
    let changed = both!(tx, |c| kept(diesel::update(unconfirmed).set((
        sign_ons::version.eq(before.version + 1),
        sign_ons::verified_at.eq(Some(authority.at)),
        sign_ons::basis.eq(Some(authority.basis)),
        sign_ons::authority_statement.eq(Some(&authority.statement)),
        sign_ons::authority_at.eq(Some(authority.at)),
    )))
    .execute(c))?;
    if changed == 1 {
        insert_contact(tx, keys, random, before.id, contact, authority.at)?;
    }
    Ok(changed == 1)
}

/// Entries whose mailbox or evidence is still held though they ended before this moment, or their campaign is among these; each with when it
/// ended, if that was before.
///
/// # Errors
/// Those of the database.
pub fn elsewhere_of_ended(
    conn: &mut Conn,
    before: Timestamp,
    closed: &[CampaignId],
    most: i64,
) -> Result<Vec<(SignOnId, CampaignId, Option<Timestamp>)>, Error> {
    type Row = (SignOnId, CampaignId, Standing, Option<Timestamp>, Option<Timestamp>);
    const ENDED: [Standing; 3] = [Standing::Rejected, Standing::Removed, Standing::Withdrawn];
    // Whoever represents another entry since theirs was merged into it is kept as long as that one's own.
    let is_over = sign_ons::merged_into
        .is_null()
        .and(sign_ons::state.eq_any(ENDED))
        .and(sign_ons::decided_at.lt(before).or(sign_ons::withdrawn_at.lt(before)));
    let held =
        attestations::table.filter(attestations::sealed.is_not_null()).select(attestations::sign_on_id);
    let mailboxes = elsewhere::table.filter(elsewhere::sealed.is_not_null()).select(elsewhere::sign_on_id);
    let rows: Vec<Row> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::origin.eq(Origin::Elsewhere))
        .filter(is_over.assume_not_null().or(sign_ons::campaign_id.eq_any(closed)))
        .filter(sign_ons::id.eq_any(held).or(sign_ons::id.eq_any(mailboxes)))
        .limit(most)
        .select((
            sign_ons::id,
            sign_ons::campaign_id,
            sign_ons::state,
            sign_ons::decided_at,
            sign_ons::withdrawn_at,
        ))
        .load(c))?;
    let at = |(id, campaign, state, decided, withdrawn): Row| {
        let ended = withdrawn.or(decided).filter(|at| ENDED.contains(&state) && *at < before);
        (id, campaign, ended)
    };
    Ok(rows.into_iter().map(at).collect())
}

/// By what the entries of a campaign are found to be the same as others: those on the list or undecided first, then those that withdrew, were
/// removed or rejected. Nobody who took their name off comes back on by a table unseen.
///
/// # Errors
/// Those of the database.
pub fn compared(
    conn: &mut Conn,
    campaign: CampaignId,
) -> Result<Vec<(SignOnId, crate::sign_on::Likeness, crate::text::Shown)>, Error> {
    const LIVE: [Standing; 3] = [Standing::AwaitingModeration, Standing::OnHold, Standing::Approved];
    const ENDED: [Standing; 3] = [Standing::Withdrawn, Standing::Removed, Standing::Rejected];
    type Found = (SignOnId, Standing, String, String, Option<String>, Option<String>, crate::text::Shown);
    let mut rows: Vec<Found> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::state.eq_any(LIVE).or(sign_ons::state.eq_any(ENDED)))
        .filter(sign_ons::merged_into.is_null())
        .select((
            sign_ons::id,
            sign_ons::state,
            sign_ons::folded,
            sign_ons::skeleton,
            sign_ons::acronym_key,
            sign_ons::website_host,
            sign_ons::shown,
        ))
        .load(c))?;
    rows.sort_by_key(|row| !LIVE.contains(&row.1));
    let known = |(id, _, folded, skeleton, acronym, website_host, shown): Found| {
        (id, crate::sign_on::Likeness { folded, skeleton, acronym, website_host }, shown)
    };
    Ok(rows.into_iter().map(known).collect())
}

/// The names on a campaign's list among these, folded, each with whether it may be shown to everybody.
///
/// # Errors
/// Those of the database.
pub fn listed_among(
    conn: &mut Conn,
    campaign: CampaignId,
    folded: &[String],
) -> Result<BTreeMap<String, bool>, Error> {
    let rows: Vec<(String, crate::text::Shown)> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::contact_key.is_null())
        .filter(sign_ons::state.eq(Standing::Approved))
        .filter(sign_ons::folded.eq_any(folded))
        .select((sign_ons::folded, sign_ons::shown))
        .load(c))?;
    let mut named = BTreeMap::new();
    for (folded, shown) in rows {
        *named.entry(folded).or_insert(false) |= shown.is_named();
    }
    Ok(named)
}
