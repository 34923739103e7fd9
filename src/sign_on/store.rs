//! Every statement about sign-ons.

mod row;

use super::code::{Code, TRIES};
use super::reason::Reason;
use super::state::{SignOn, Standing};
use super::submission::Contact;
use crate::clock::Timestamp;
use crate::db::schema::{contacts, sign_on_tokens, sign_ons};
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{CampaignId, ContactId, SignOnId};
use crate::secret::{Keys, LookupKey, Random, TokenDigest, Unsealable};
use crate::text::EmailAddress;
use crate::text_column;
use diesel::prelude::*;
use row::{Row, standing_columns};

text_column!(Standing, Standing::parse);
text_column!(Reason, Reason::parse);

/// What a mailed link is for. One does not open another's door.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// Proves the mailbox.
    Verify,
    /// Opens the private page.
    Private,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Private => "private",
        }
    }
}

/// A link that was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Link {
    /// The sign-on it is for.
    pub sign_on: SignOnId,
    /// Until when it works; for ever, if absent.
    pub ends_at: Option<Timestamp>,
}

/// The sign-on with this id.
///
/// # Errors
/// Those of the database.
pub fn by_id(conn: &mut Conn, id: SignOnId) -> Result<Option<SignOn>, Error> {
    let row: Option<Row> =
        both!(conn, |c| sign_ons::table.find(id).select(Row::as_select()).first(c).optional())?;
    row.map(Row::into_sign_on).transpose()
}

/// Sign-ons of a campaign in any of these standings, those verified first, first.
///
/// # Errors
/// Those of the database.
pub fn in_standing(
    conn: &mut Conn,
    campaign: CampaignId,
    standings: &[Standing],
) -> Result<Vec<SignOn>, Error> {
    let rows: Vec<Row> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::state.eq_any(standings))
        .order((sign_ons::verified_at, sign_ons::id))
        .select(Row::as_select())
        .load(c))?;
    rows.into_iter().map(Row::into_sign_on).collect()
}

/// Puts a new sign-on in. `contact_key` is the keyed hash of the submitter's address; imported names have none.
///
/// # Errors
/// [`Error::Unique`] when the same mailbox has the same organization waiting for verification, or an imported name is
/// listed already.
pub fn insert(tx: &mut Tx<'_>, sign_on: &SignOn, contact_key: Option<LookupKey>) -> Result<(), Error> {
    let row = Row::new(sign_on, contact_key);
    both!(tx, |c| diesel::insert_into(sign_ons::table).values(&row).execute(c))?;
    Ok(())
}

/// The guarded update: makes `after` true if the row is still as `before`. `false` means that somebody was first.
///
/// # Errors
/// [`Error::Unique`] when `after` is approved and another entry of the same organization is.
pub fn replace(tx: &mut Tx<'_>, before: &SignOn, after: &SignOn) -> Result<bool, Error> {
    let changes = standing_columns(after);
    let changed = both!(tx, |c| diesel::update(
        sign_ons::table
            .find(before.id)
            .filter(sign_ons::state.eq(before.standing()))
            .filter(sign_ons::version.eq(before.version))
    )
    .set(&changes)
    .execute(c))?;
    Ok(changed == 1)
}

/// Replaces what was submitted while the mailbox is not proved: the same person sent the form again.
///
/// # Errors
/// Those of the database.
pub fn resubmit(tx: &mut Tx<'_>, sign_on: &SignOn, contact_key: LookupKey) -> Result<(), Error> {
    let row = Row::new(sign_on, Some(contact_key));
    both!(tx, |c| diesel::delete(contacts::table.filter(contacts::sign_on_id.eq(sign_on.id))).execute(c))?;
    both!(tx, |c| diesel::update(sign_ons::table.find(sign_on.id)).set(&row).execute(c))?;
    Ok(())
}

/// The sign-on that waits for verification from this mailbox for this organization.
///
/// # Errors
/// Those of the database.
pub fn waiting_twin(
    conn: &mut Conn,
    campaign: CampaignId,
    contact: LookupKey,
    folded: &str,
) -> Result<Option<SignOn>, Error> {
    let row: Option<Row> = both!(conn, |c| sign_ons::table
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::state.eq(Standing::AwaitingVerification))
        .filter(sign_ons::contact_key.eq(contact.as_bytes()))
        .filter(sign_ons::folded.eq(folded))
        .select(Row::as_select())
        .first(c)
        .optional())?;
    row.map(Row::into_sign_on).transpose()
}

/// The live, verified sign-on of this organization by the same mailbox.
///
/// # Errors
/// Those of the database.
pub fn verified_twin(
    conn: &mut Conn,
    campaign: CampaignId,
    contact: LookupKey,
    folded: &str,
) -> Result<Option<SignOn>, Error> {
    const LIVE: [Standing; 3] = [Standing::AwaitingModeration, Standing::OnHold, Standing::Approved];
    let row: Option<Row> = both!(conn, |c| sign_ons::table
        .inner_join(contacts::table)
        .filter(sign_ons::campaign_id.eq(campaign))
        .filter(sign_ons::state.eq_any(LIVE))
        .filter(sign_ons::folded.eq(folded))
        .filter(contacts::email_key.eq(contact.as_bytes()))
        .select(Row::as_select())
        .first(c)
        .optional())?;
    row.map(Row::into_sign_on).transpose()
}

/// The keyed hash by which an address is found.
pub fn contact_key(keys: &Keys, address: &EmailAddress) -> LookupKey {
    keys.lookup("address", &address.canonical())
}

/// The keyed hash by which other sign-ons from the same mail domain are found.
pub fn domain_key(keys: &Keys, address: &EmailAddress) -> LookupKey {
    keys.lookup("mail domain", address.registrable_domain())
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
    contact: &Contact,
    now: Timestamp,
) -> Result<(), Error> {
    let id = ContactId::new(now.millis(), random.bytes());
    let sealed = super::contact::seal(keys, random, id, contact);
    both!(tx, |c| diesel::insert_into(contacts::table)
        .values((
            contacts::id.eq(id),
            contacts::sign_on_id.eq(sign_on),
            contacts::sealed.eq(&sealed),
            contacts::email_key.eq(contact_key(keys, &contact.email).as_bytes()),
            contacts::domain_key.eq(domain_key(keys, &contact.email).as_bytes()),
            contacts::updates.eq(contact.updates),
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

/// The representatives of a sign-on, first come first; none once they were erased.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn contacts_of(conn: &mut Conn, keys: &Keys, sign_on: SignOnId) -> Result<Vec<Contact>, ContactError> {
    let rows: Vec<(ContactId, Vec<u8>, bool)> = both!(conn, |c| contacts::table
        .filter(contacts::sign_on_id.eq(sign_on))
        .order(contacts::id)
        .select((contacts::id, contacts::sealed, contacts::updates))
        .load(c))
    .map_err(Error::from)?;
    rows.into_iter()
        .map(|(id, sealed, updates)| Ok(super::contact::open(keys, id, &sealed, updates)?))
        .collect()
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

/// Remembers a mailed link.
///
/// # Errors
/// Those of the database.
pub fn insert_token(
    tx: &mut Tx<'_>,
    token: TokenDigest,
    purpose: Purpose,
    sign_on: SignOnId,
    now: Timestamp,
    ends_at: Option<Timestamp>,
) -> Result<(), Error> {
    both!(tx, |c| diesel::insert_into(sign_on_tokens::table)
        .values((
            sign_on_tokens::digest.eq(token.as_bytes()),
            sign_on_tokens::sign_on_id.eq(sign_on),
            sign_on_tokens::purpose.eq(purpose.as_str()),
            sign_on_tokens::made_at.eq(now),
            sign_on_tokens::ends_at.eq(ends_at),
        ))
        .execute(c))?;
    Ok(())
}

/// The link with this token, if it is for this purpose.
///
/// # Errors
/// Those of the database.
pub fn link(conn: &mut Conn, token: TokenDigest, purpose: Purpose) -> Result<Option<Link>, Error> {
    let found: Option<(SignOnId, Option<Timestamp>)> = both!(conn, |c| sign_on_tokens::table
        .find(token.as_bytes())
        .filter(sign_on_tokens::purpose.eq(purpose.as_str()))
        .select((sign_on_tokens::sign_on_id, sign_on_tokens::ends_at))
        .first(c)
        .optional())?;
    Ok(found.map(|(sign_on, ends_at)| Link { sign_on, ends_at }))
}

/// When the newest link for this purpose was made.
///
/// # Errors
/// Those of the database.
pub fn last_link_at(
    conn: &mut Conn,
    sign_on: SignOnId,
    purpose: Purpose,
) -> Result<Option<Timestamp>, Error> {
    Ok(both!(conn, |c| sign_on_tokens::table
        .filter(sign_on_tokens::sign_on_id.eq(sign_on))
        .filter(sign_on_tokens::purpose.eq(purpose.as_str()))
        .order(sign_on_tokens::made_at.desc())
        .select(sign_on_tokens::made_at)
        .first(c)
        .optional())?)
}

/// Sets until when the live verification links of a sign-on work, and with them the term of the sign-on itself. Links that
/// have expired stay expired.
///
/// # Errors
/// Those of the database.
pub fn set_term(tx: &mut Tx<'_>, sign_on: SignOnId, now: Timestamp, until: Timestamp) -> Result<(), Error> {
    both!(tx, |c| diesel::update(
        sign_on_tokens::table
            .filter(sign_on_tokens::sign_on_id.eq(sign_on))
            .filter(sign_on_tokens::purpose.eq(Purpose::Verify.as_str()))
            .filter(sign_on_tokens::ends_at.gt(now))
    )
    .set(sign_on_tokens::ends_at.eq(until))
    .execute(c))?;
    both!(tx, |c| diesel::update(
        sign_ons::table.find(sign_on).filter(sign_ons::state.eq(Standing::AwaitingVerification))
    )
    .set(sign_ons::verify_until.eq(until))
    .execute(c))?;
    Ok(())
}

/// Marks that a mail server refused the mailbox for good.
///
/// # Errors
/// Those of the database.
pub fn mark_undeliverable(tx: &mut Tx<'_>, sign_on: SignOnId, now: Timestamp) -> Result<(), Error> {
    both!(tx, |c| diesel::update(
        sign_ons::table.find(sign_on).filter(sign_ons::undeliverable_at.is_null())
    )
    .set(sign_ons::undeliverable_at.eq(now))
    .execute(c))?;
    Ok(())
}

/// Gives a sign-on a new typed code with all its tries.
///
/// # Errors
/// [`Error::Unique`] when another sign-on has a code of the same first half: make another.
pub fn set_code(tx: &mut Tx<'_>, keys: &Keys, sign_on: SignOnId, code: &Code) -> Result<(), Error> {
    both!(tx, |c| diesel::update(sign_ons::table.find(sign_on))
        .set((
            sign_ons::code_handle.eq(code.handle()),
            sign_ons::code_digest.eq(code.digest(keys).as_bytes()),
            sign_ons::code_tries.eq(0_i64),
        ))
        .execute(c))?;
    Ok(())
}

/// Whether no sign-on has a code of this first half.
///
/// # Errors
/// Those of the database.
pub fn is_code_free(conn: &mut Conn, code: &Code) -> Result<bool, Error> {
    let taken: i64 = both!(conn, |c| sign_ons::table
        .filter(sign_ons::code_handle.eq(code.handle()))
        .count()
        .get_result(c))?;
    Ok(taken == 0)
}

/// The sign-on whose code this is. A wrong secret costs the named sign-on a try; when none is left its code is dead.
///
/// # Errors
/// Those of the database.
pub fn try_code(tx: &mut Tx<'_>, keys: &Keys, code: &Code) -> Result<Option<SignOn>, Error> {
    let found: Option<(SignOnId, Option<Vec<u8>>, i64)> = both!(tx, |c| sign_ons::table
        .filter(sign_ons::code_handle.eq(code.handle()))
        .select((sign_ons::id, sign_ons::code_digest, sign_ons::code_tries))
        .first(c)
        .optional())?;
    let Some((id, Some(digest), tries)) = found else { return Ok(None) };
    if tries >= TRIES {
        return Ok(None);
    }
    if crate::secret::same(&digest, code.digest(keys).as_bytes()) {
        return by_id(tx, id);
    }
    both!(tx, |c| diesel::update(sign_ons::table.find(id))
        .set(sign_ons::code_tries.eq(sign_ons::code_tries + 1))
        .execute(c))?;
    Ok(None)
}

/// Erases sign-ons that nobody verified by the end of their term, at most `most` at once; how many it erased.
///
/// # Errors
/// Those of the database.
pub fn erase_unverified(tx: &mut Tx<'_>, term_ended_before: Timestamp, most: i64) -> Result<usize, Error> {
    let ids: Vec<SignOnId> = both!(tx, |c| sign_ons::table
        .filter(sign_ons::state.eq(Standing::AwaitingVerification))
        .filter(sign_ons::verify_until.lt(term_ended_before))
        .order(sign_ons::verify_until)
        .limit(most)
        .select(sign_ons::id)
        .load(c))?;
    Ok(both!(tx, |c| diesel::delete(sign_ons::table.filter(sign_ons::id.eq_any(&ids))).execute(c))?)
}
