//! The address book: who is in it. `ends` is how they leave it, `links` by which links, and which invitations came from it.

mod ends;
mod links;

pub(super) use ends::forget_replaced;
pub use ends::{expire_book, forget_ended, forget_in_book, keep_in_book, leave_book};
pub use links::{book_entry_behind, book_entry_invited, insert_book_link, invited_from_book, is_in_book};

use super::{ContactError, contact_key};
use crate::clock::Timestamp;
use crate::db::schema::{addresses, contacts, sign_ons};
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{AddressId, CampaignId, SignOnId};
use crate::secret::{Keys, LookupKey, Random, Unsealable};
use crate::sign_on::book::BookEntry;
use crate::sign_on::state::{SignOn, Standing};
use crate::text::{
    Acronym, Country, EmailAddress, Language, NativeName, OrganizationName, Shown, SortAs, WebUrl, fold,
};
use diesel::prelude::*;
use std::collections::BTreeMap;

/// What is sealed of an entry.
const ADDRESS: &str = "book address";

#[derive(Queryable, Selectable)]
#[diesel(table_name = addresses)]
struct Row {
    id: AddressId,
    sealed: Vec<u8>,
    email_key: Vec<u8>,
    organization: OrganizationName,
    folded: String,
    acronym: Option<Acronym>,
    native_name: Option<NativeName>,
    sort_as: Option<SortAs>,
    website: Option<WebUrl>,
    country: Option<Country>,
    language: Language,
    sign_on_id: Option<SignOnId>,
    campaign_id: Option<CampaignId>,
    signed_at: Timestamp,
    agreed_at: Timestamp,
}

impl Row {
    fn open(self, keys: &Keys) -> Result<BookEntry, Unsealable> {
        let plain = keys.open(self.id.uuid(), ADDRESS, &self.sealed)?;
        let email = std::str::from_utf8(&plain).ok().and_then(|text| EmailAddress::parse(text).ok());
        Ok(BookEntry {
            id: self.id,
            organization: self.organization,
            acronym: self.acronym,
            native_name: self.native_name,
            sort_as: self.sort_as,
            website: self.website,
            country: self.country,
            language: self.language,
            email: email.ok_or(Unsealable)?,
            sign_on: self.sign_on_id,
            campaign: self.campaign_id,
            signed_at: self.signed_at,
            agreed_at: self.agreed_at,
        })
    }
}

/// The newest letter that somebody signed: the entry, the letter, and when it joined the list.
type Newest = (SignOnId, CampaignId, Timestamp);

/// The newest letters that these mailboxes signed, by mailbox and folded name.
fn newest(conn: &mut Conn, keys: &[Vec<u8>]) -> Result<BTreeMap<(Vec<u8>, String), Newest>, Error> {
    type Found = (Vec<u8>, String, SignOnId, CampaignId, Timestamp);
    let mut all = BTreeMap::<_, Newest>::new();
    // As many as one statement can name, on either engine.
    for some in keys.chunks(1000) {
        let found: Vec<Found> = both!(conn, |c| contacts::table
            .inner_join(sign_ons::table)
            .filter(contacts::email_key.eq_any(some))
            .filter(sign_ons::state.eq(Standing::Approved))
            .filter(sign_ons::joined_at.is_not_null())
            // A name that is held back is nobody's to read here.
            .filter(sign_ons::shown.eq(Shown::Full))
            .select((
                contacts::email_key,
                sign_ons::folded,
                sign_ons::id,
                sign_ons::campaign_id,
                sign_ons::joined_at.assume_not_null(),
            ))
            .load(c))?;
        for (key, folded, id, campaign, at) in found {
            let best = all.entry((key, folded)).or_insert((id, campaign, at));
            if at > best.2 {
                *best = (id, campaign, at);
            }
        }
    }
    Ok(all)
}

/// Puts an organization in, or writes anew what is known of it; its links stay.
///
/// # Errors
/// Those of the database.
pub fn put_book_entry(tx: &mut Tx<'_>, keys: &Keys, random: &Random, entry: &BookEntry) -> Result<(), Error> {
    let folded = fold(entry.organization.as_str());
    let key = contact_key(keys, &entry.email);
    let before: Option<AddressId> = both!(tx, |c| addresses::table
        .filter(addresses::email_key.eq(key.as_bytes()))
        .filter(addresses::folded.eq(&folded))
        .select(addresses::id)
        .first(c)
        .optional())?;
    let id = before.unwrap_or(entry.id);
    let sealed = keys.seal(random, id.uuid(), ADDRESS, entry.email.as_str().as_bytes());
    let values = (
        addresses::sealed.eq(sealed),
        addresses::organization.eq(entry.organization.clone()),
        addresses::acronym.eq(entry.acronym.clone()),
        addresses::native_name.eq(entry.native_name.clone()),
        addresses::sort_as.eq(entry.sort_as.clone()),
        addresses::website.eq(entry.website.clone()),
        addresses::country.eq(entry.country),
        addresses::language.eq(entry.language.clone()),
        addresses::sign_on_id.eq(entry.sign_on),
        addresses::campaign_id.eq(entry.campaign),
        addresses::signed_at.eq(entry.signed_at),
        addresses::agreed_at.eq(entry.agreed_at),
    );
    match before {
        Some(id) => both!(tx, |c| diesel::update(addresses::table.find(id)).set(values).execute(c))?,
        None => {
            let once = (
                addresses::id.eq(id),
                addresses::email_key.eq(key.as_bytes()),
                addresses::folded.eq(&folded),
            );
            both!(tx, |c| diesel::insert_into(addresses::table).values((once, values)).execute(c))?
        }
    };
    Ok(())
}

/// What is in the book of a sign-on at a mailbox: under its name, or by its own tick.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn book_entry_of(
    conn: &mut Conn,
    keys: &Keys,
    sign_on: &SignOn,
    whose: LookupKey,
) -> Result<Option<BookEntry>, ContactError> {
    let folded = fold(sign_on.entry.organization.as_str());
    let row: Option<Row> = both!(conn, |c| addresses::table
        .filter(addresses::email_key.eq(whose.as_bytes()))
        .filter(addresses::folded.eq(&folded).or(addresses::sign_on_id.eq(Some(sign_on.id))))
        .order(addresses::id)
        .select(Row::as_select())
        .first(c)
        .optional())
    .map_err(Error::from)?;
    Ok(row.map(|row| row.open(keys)).transpose()?)
}

/// Everybody in the book who can be invited, by name: with what prints under the letter that they signed last. Whoever is no longer on that
/// letter's list is not offered.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn book(conn: &mut Conn, keys: &Keys, now: Timestamp) -> Result<Vec<BookEntry>, ContactError> {
    let rows: Vec<Row> = both!(conn, |c| addresses::table
        .order((addresses::folded, addresses::id))
        .select(Row::as_select())
        .load(c))
    .map_err(Error::from)?;
    let mailboxes: Vec<Vec<u8>> = rows.iter().map(|row| row.email_key.clone()).collect();
    let newest = newest(conn, &mailboxes)?;
    let mut entries = Vec::new();
    for mut row in rows {
        let found = newest.get(&(row.email_key.clone(), row.folded.clone()));
        if let Some((id, campaign, at)) = found.filter(|(_, _, at)| *at >= row.signed_at) {
            (row.sign_on_id, row.campaign_id, row.signed_at) = (Some(*id), Some(*campaign), *at);
        }
        entries.push(row.open(keys)?);
    }
    let ids: Vec<SignOnId> = entries.iter().filter_map(|entry| entry.sign_on).collect();
    let mut signed = BTreeMap::new();
    for some in ids.chunks(1000) {
        signed.extend(super::by_ids(conn, some)?.into_iter().map(|sign_on| (sign_on.id, sign_on)));
    }
    let offered = |entry: BookEntry| {
        if entry.ends_at() <= now {
            return None;
        }
        match entry.sign_on.and_then(|id| signed.get(&id)) {
            Some(sign_on) if sign_on.standing() != Standing::Approved || !sign_on.entry.is_named() => None,
            Some(sign_on) => Some(entry.named(&sign_on.entry)),
            None => Some(entry),
        }
    };
    Ok(entries.into_iter().filter_map(offered).collect())
}
