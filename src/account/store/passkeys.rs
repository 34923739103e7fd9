//! Passkeys, and what each is to sign next.

use super::Error;
use crate::account::passkey::{NewPasskey, PublicKey};
use crate::clock::Timestamp;
use crate::db::schema::{passkey_challenges, passkeys};
use crate::db::{self, Conn, Tx, both, kept};
use crate::ids::{AccountId, PasskeyId};
use crate::secret::{Keys, Random, TokenDigest, Unsealable};
use crate::text::PasskeyName;
use crate::text_column;
use diesel::prelude::*;

/// What the name is sealed as.
const FIELD: &str = "passkey";

/// What a challenge is for: one that was made for one act is good for no other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChallengeFor {
    /// The second step of a log-in.
    LogIn,
    /// Showing the second factor once more.
    Confirm,
    /// Making a passkey.
    Make,
}

impl ChallengeFor {
    const ALL: [Self; 3] = [Self::LogIn, Self::Confirm, Self::Make];

    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LogIn => "log_in",
            Self::Confirm => "confirm",
            Self::Make => "make",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == text)
    }
}

text_column!(ChallengeFor, ChallengeFor::parse);

/// A passkey, as its owner sees it.
#[derive(Clone, Debug)]
pub struct Passkey {
    /// Its id.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub name: PasskeyName,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it was shown last.
    pub used_at: Option<Timestamp>,
}

/// A passkey, as far as it takes to check it.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Its id.
    pub id: PasskeyId,
    /// What its signatures are checked with.
    pub key: PublicKey,
    /// How often it had signed when it was seen last.
    pub counter: u32,
}

/// The passkeys of somebody, the oldest first.
///
/// # Errors
/// See [`Error`].
pub fn passkeys_of(conn: &mut Conn, keys: &Keys, account: AccountId) -> Result<Vec<Passkey>, Error> {
    let rows: Vec<(PasskeyId, Vec<u8>, Timestamp, Option<Timestamp>)> = both!(conn, |c| passkeys::table
        .filter(passkeys::account_id.eq(account))
        .order(passkeys::id)
        .select((passkeys::id, passkeys::sealed, passkeys::made_at, passkeys::used_at))
        .load(c))?;
    let open = |(id, sealed, made_at, used_at): (PasskeyId, Vec<u8>, _, _)| {
        let name = keys.open(id.uuid(), FIELD, &sealed)?;
        let name = std::str::from_utf8(&name).ok().and_then(|name| PasskeyName::parse(name).ok());
        Ok(Passkey { id, name: name.ok_or(Unsealable)?, made_at, used_at })
    };
    rows.into_iter().map(open).collect()
}

/// What the authenticators of somebody call their passkeys.
///
/// # Errors
/// Those of the database.
pub fn credentials_of(conn: &mut Conn, account: AccountId) -> Result<Vec<Vec<u8>>, db::Error> {
    Ok(both!(conn, |c| passkeys::table
        .filter(passkeys::account_id.eq(account))
        .order(passkeys::id)
        .select(passkeys::credential_id)
        .load(c))?)
}

/// A passkey of somebody, by what its authenticator calls it.
///
/// # Errors
/// Those of the database.
pub fn passkey(conn: &mut Conn, account: AccountId, credential: &[u8]) -> Result<Option<Checked>, db::Error> {
    let row: Option<(PasskeyId, i64, Vec<u8>, i64)> = both!(conn, |c| passkeys::table
        .filter(passkeys::credential_id.eq(credential))
        .filter(passkeys::account_id.eq(account))
        .select((passkeys::id, passkeys::algorithm, passkeys::public_key, passkeys::counter))
        .first(c)
        .optional())?;
    Ok(row.map(|(id, algorithm, der, counter)| Checked {
        id,
        key: PublicKey::stored(algorithm, der),
        counter: u32::try_from(counter).unwrap_or(u32::MAX),
    }))
}

/// Gives somebody a passkey.
///
/// # Errors
/// [`db::Error::Unique`] when somebody has it already.
pub fn insert_passkey(
    tx: &mut Tx<'_>,
    keys: &Keys,
    random: &Random,
    account: AccountId,
    name: &PasskeyName,
    new: &NewPasskey,
    now: Timestamp,
) -> Result<(), db::Error> {
    let id = PasskeyId::new(now.millis(), random.bytes());
    both!(tx, |c| diesel::insert_into(passkeys::table)
        .values((
            passkeys::id.eq(id),
            passkeys::account_id.eq(account),
            passkeys::credential_id.eq(&new.credential),
            passkeys::algorithm.eq(new.key.algorithm()),
            passkeys::public_key.eq(new.key.as_der()),
            passkeys::counter.eq(i64::from(new.counter)),
            passkeys::sealed.eq(keys.seal(random, id.uuid(), FIELD, name.as_str().as_bytes())),
            passkeys::made_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

/// Notes that a passkey was shown; false when it is gone, or another one of its copies was shown meanwhile.
///
/// # Errors
/// Those of the database.
pub fn use_passkey(tx: &mut Tx<'_>, id: PasskeyId, counter: u32, now: Timestamp) -> Result<bool, db::Error> {
    let counter = i64::from(counter);
    // An authenticator that does not count stays at 0; any other has counted on.
    let this = passkeys::table.find(id).filter(passkeys::counter.le((counter - 1).max(0)));
    let used = (passkeys::counter.eq(counter), passkeys::used_at.eq(now));
    Ok(both!(tx, |c| kept(diesel::update(this).set(used)).execute(c))? == 1)
}

/// Takes a passkey from somebody; false when it was gone.
///
/// # Errors
/// Those of the database.
pub fn remove_passkey(tx: &mut Tx<'_>, account: AccountId, id: PasskeyId) -> Result<bool, db::Error> {
    let theirs = passkeys::table.find(id).filter(passkeys::account_id.eq(account));
    Ok(both!(tx, |c| diesel::delete(theirs).execute(c))? == 1)
}

/// Keeps what a passkey is to sign for `holder` until `ends_at`, in the place of what there was.
///
/// # Errors
/// Those of the database.
pub fn set_challenge(
    tx: &mut Tx<'_>,
    account: AccountId,
    holder: TokenDigest,
    purpose: ChallengeFor,
    digest: TokenDigest,
    ends_at: Timestamp,
) -> Result<(), db::Error> {
    both!(tx, |c| diesel::insert_into(passkey_challenges::table)
        .values((
            passkey_challenges::holder.eq(holder.as_bytes()),
            passkey_challenges::purpose.eq(purpose),
            passkey_challenges::account_id.eq(account),
            passkey_challenges::digest.eq(digest.as_bytes()),
            passkey_challenges::ends_at.eq(ends_at),
        ))
        .on_conflict((passkey_challenges::holder, passkey_challenges::purpose))
        .do_update()
        .set((
            passkey_challenges::account_id.eq(account),
            passkey_challenges::digest.eq(digest.as_bytes()),
            passkey_challenges::ends_at.eq(ends_at),
        ))
        .execute(c))?;
    Ok(())
}

/// Takes what was to be signed; true for the one who is first, and in time.
///
/// # Errors
/// Those of the database.
pub fn take_challenge(
    tx: &mut Tx<'_>,
    account: AccountId,
    holder: TokenDigest,
    purpose: ChallengeFor,
    digest: TokenDigest,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let this = passkey_challenges::table
        .find((holder.as_bytes(), purpose))
        .filter(passkey_challenges::account_id.eq(account))
        .filter(passkey_challenges::digest.eq(digest.as_bytes()))
        .filter(passkey_challenges::ends_at.gt(now));
    Ok(both!(tx, |c| diesel::delete(this).execute(c))? == 1)
}

/// Removes what has ended.
///
/// # Errors
/// Those of the database.
pub(super) fn tidy(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), db::Error> {
    let ended = passkey_challenges::table.filter(passkey_challenges::ends_at.le(now));
    both!(tx, |c| diesel::delete(ended).execute(c))?;
    Ok(())
}
