//! Personal data of representatives: put in sealed, found by keyed hashes, erased.

use super::invitations::erase_invited_by;
use super::links::leave_links_to_nobody;
use super::row::Row;
use crate::clock::Timestamp;
use crate::db::schema::{
    answers, attestations, contacts, corrections, elsewhere, hand_overs, sign_on_tokens, sign_ons,
};
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{CampaignId, ContactId, SignOnId};
use crate::secret::{Keys, LookupKey, Random, Unsealable};
use crate::sign_on::contact;
use crate::sign_on::state::{SignOn, Standing};
use crate::sign_on::submission::{Contact, Representative};
use crate::text::EmailAddress;
use diesel::prelude::*;

/// The keyed hash by which an address is found.
pub fn contact_key(keys: &Keys, address: &EmailAddress) -> LookupKey {
    keys.lookup("address", &address.canonical())
}

/// The keyed hash by which other sign-ons from the same mail domain are found.
pub fn domain_key(keys: &Keys, address: &EmailAddress) -> LookupKey {
    mail_domain_key(keys, address.registrable_domain())
}

/// The same for a domain whose registrable part this is.
pub fn mail_domain_key(keys: &Keys, registrable: &str) -> LookupKey {
    keys.lookup("mail domain", registrable)
}

/// Adds the personal data of a representative, sealed.
///
/// # Errors
/// Those of the database.
pub fn insert_contact(
    tx: &mut Tx<'_>,
    keys: &Keys,
    random: &Random,
    sign_on: SignOnId,
    person: &Contact,
    now: Timestamp,
) -> Result<(), Error> {
    put_contact(tx, keys, random, ContactId::new(now.millis(), random.bytes()), sign_on, person, now)
}

/// The same under an id that is known already.
pub(super) fn put_contact(
    tx: &mut Tx<'_>,
    keys: &Keys,
    random: &Random,
    id: ContactId,
    sign_on: SignOnId,
    person: &Contact,
    now: Timestamp,
) -> Result<(), Error> {
    let sealed = contact::seal(keys, random, id, person);
    both!(tx, |c| diesel::insert_into(contacts::table)
        .values((
            contacts::id.eq(id),
            contacts::sign_on_id.eq(sign_on),
            contacts::sealed.eq(&sealed),
            contacts::email_key.eq(contact_key(keys, &person.email).as_bytes()),
            contacts::domain_key.eq(domain_key(keys, &person.email).as_bytes()),
            contacts::updates.eq(person.updates),
            contacts::made_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

/// Why contacts cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ContactError {
    /// The database.
    #[error(transparent)]
    Database(#[from] Error),
    /// The key.
    #[error(transparent)]
    Sealed(#[from] Unsealable),
}

/// Whoever sent a sign-on themselves, first come first; none once they were erased. Who represents it with them is known by
/// [`super::representatives_of`].
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn contacts_of(
    conn: &mut Conn,
    keys: &Keys,
    sign_on: SignOnId,
) -> Result<Vec<Representative>, ContactError> {
    let rows: Vec<(ContactId, Vec<u8>, bool)> = both!(conn, |c| contacts::table
        .filter(contacts::sign_on_id.eq(sign_on))
        .order(contacts::id)
        .select((contacts::id, contacts::sealed, contacts::updates))
        .load(c))
    .map_err(Error::from)?;
    rows.into_iter()
        .map(|(id, sealed, updates)| {
            let contact = contact::open(keys, id, &sealed, updates)?;
            Ok(Representative { id, through: sign_on, contact, told_at: None })
        })
        .collect()
}

/// The contact of a sign-on with this address.
///
/// # Errors
/// Those of the database.
pub fn contact_at(conn: &mut Conn, sign_on: SignOnId, whose: LookupKey) -> Result<Option<ContactId>, Error> {
    Ok(both!(conn, |c| contacts::table
        .filter(contacts::sign_on_id.eq(sign_on))
        .filter(contacts::email_key.eq(whose.as_bytes()))
        .order(contacts::id)
        .select(contacts::id)
        .first(c)
        .optional())?)
}

/// How many other sign-ons of the campaign have a contact at this mail domain.
///
/// # Errors
/// Those of the database.
pub fn others_from_domain(
    conn: &mut Conn,
    campaign: CampaignId,
    domain: LookupKey,
    except: SignOnId,
) -> Result<Vec<SignOn>, Error> {
    let rows: Vec<Row> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::id.ne(except))
        .filter(sign_ons::state.ne(Standing::AwaitingVerification))
        .filter(sign_ons::id.eq_any(
            contacts::table.filter(contacts::domain_key.eq(domain.as_bytes())).select(contacts::sign_on_id),
        ))
        .order(sign_ons::id)
        .limit(20)
        .select(Row::as_select())
        .load(c))?;
    rows.into_iter().map(Row::into_sign_on).collect()
}

/// Whether this mailbox speaks for anybody in a letter.
///
/// # Errors
/// Those of the database.
pub fn speaks_for_somebody(conn: &mut Conn, campaign: CampaignId, whose: LookupKey) -> Result<bool, Error> {
    let first: Option<ContactId> = both!(conn, |c| contacts::table
        .inner_join(sign_ons::table)
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(contacts::email_key.eq(whose.as_bytes()))
        .select(contacts::id)
        .first(c)
        .optional())?;
    Ok(first.is_some())
}

/// Sign-ons of these campaigns that still have contacts, each with its campaign.
///
/// # Errors
/// Those of the database.
pub fn contacts_of_campaigns(
    conn: &mut Conn,
    campaigns: &[CampaignId],
    most: i64,
) -> Result<Vec<(SignOnId, CampaignId)>, Error> {
    Ok(both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq_any(campaigns))
        .filter(sign_ons::id.eq_any(contacts::table.select(contacts::sign_on_id)))
        .limit(most)
        .select((sign_ons::id, sign_ons::campaign_id))
        .load(c))?)
}

/// Erases the personal data of one representative, and what representatives wrote with answers and, to the entry that stands for
/// theirs, with corrections; how many rows of theirs there were. Their links end with them; where nobody else represents the
/// organization (`is_last`), the links go on working without a name, so that it can still take its own name back.
///
/// # Errors
/// Those of the database.
pub fn erase_contact(
    tx: &mut Tx<'_>,
    sign_on: SignOnId,
    stands: SignOnId,
    whose: LookupKey,
    is_last: bool,
) -> Result<usize, Error> {
    let theirs = contacts::table
        .filter(contacts::sign_on_id.eq(sign_on))
        .filter(contacts::email_key.eq(whose.as_bytes()));
    if is_last {
        leave_links_to_nobody(tx, sign_on)?;
    }
    let erased = both!(tx, |c| diesel::delete(theirs).execute(c))?;
    let noted = corrections::table.filter(corrections::sign_on_id.eq_any([sign_on, stands]));
    both!(tx, |c| diesel::update(noted).set(corrections::note.eq(None::<Vec<u8>>)).execute(c))?;
    erase_words(tx, sign_on)?;
    erase_invited_by(tx, sign_on, &[whose.as_bytes().to_vec()])?;
    Ok(erased)
}

/// Erases the personal data of a sign-on's representatives and of whoever was asked to take over, what they answered, and their links. The organization's entry stays.
///
/// # Errors
/// Those of the database.
pub fn erase_contacts(tx: &mut Tx<'_>, sign_on: SignOnId) -> Result<(), Error> {
    let asked = hand_overs::table.filter(hand_overs::sign_on_id.eq(sign_on));
    both!(tx, |c| diesel::delete(asked).execute(c))?;
    let whose: Vec<Vec<u8>> = both!(tx, |c| contacts::table
        .filter(contacts::sign_on_id.eq(sign_on))
        .select(contacts::email_key)
        .load(c))?;
    both!(tx, |c| diesel::delete(contacts::table.filter(contacts::sign_on_id.eq(sign_on))).execute(c))?;
    let noted = corrections::table.filter(corrections::sign_on_id.eq(sign_on));
    both!(tx, |c| diesel::update(noted).set(corrections::note.eq(None::<Vec<u8>>)).execute(c))?;
    both!(tx, |c| diesel::delete(sign_on_tokens::table.filter(sign_on_tokens::sign_on_id.eq(sign_on)))
        .execute(c))?;
    erase_invited_by(tx, sign_on, &whose)?;
    erase_words(tx, sign_on)
}

/// Erases what representatives wrote: with corrections, and in answers.
pub(super) fn erase_written(tx: &mut Tx<'_>, sign_on: SignOnId) -> Result<(), Error> {
    let noted = corrections::table.filter(corrections::sign_on_id.eq(sign_on));
    both!(tx, |c| diesel::update(noted).set(corrections::note.eq(None::<Vec<u8>>)).execute(c))?;
    both!(tx, |c| diesel::delete(answers::table.filter(answers::sign_on_id.eq(sign_on))).execute(c))?;
    Ok(())
}

/// Erases what representatives answered, and what stood in for their mailbox.
fn erase_words(tx: &mut Tx<'_>, sign_on: SignOnId) -> Result<(), Error> {
    both!(tx, |c| diesel::delete(answers::table.filter(answers::sign_on_id.eq(sign_on))).execute(c))?;
    both!(tx, |c| diesel::update(elsewhere::table.find(sign_on))
        .set((elsewhere::sealed.eq(None::<Vec<u8>>), elsewhere::email_key.eq(None::<Vec<u8>>)))
        .execute(c))?;
    let evidence = attestations::table.find(sign_on);
    both!(tx, |c| diesel::update(evidence).set(attestations::sealed.eq(None::<Vec<u8>>)).execute(c))?;
    Ok(())
}
