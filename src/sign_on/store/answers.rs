//! What representatives answered, and what stands in for a proved mailbox: sealed.

use super::ContactError;
use crate::clock::Timestamp;
use crate::db::schema::{answers, attestations};
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{AccountId, AnswerId, SignOnId};
use crate::secret::{Keys, Random, Unsealable};
use crate::sign_on::attestation::{self, Attested, Evidence, Received};
use crate::sign_on::state::Remark;
use crate::text_column;
use diesel::prelude::*;

text_column!(Received, Received::parse);

const FIELD: &str = "answer";

/// A question and its answer. The answer is personal.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What was asked.
    pub question: Remark,
    /// When.
    pub asked_at: Timestamp,
    /// What was answered.
    pub answer: Remark,
    /// When.
    pub answered_at: Timestamp,
}

/// Adds an answer, sealed.
///
/// # Errors
/// [`Error::Unique`] when this question has been answered.
pub fn insert_answer(
    tx: &mut Tx<'_>,
    keys: &Keys,
    random: &Random,
    sign_on: SignOnId,
    given: &Answer,
) -> Result<(), Error> {
    let id = AnswerId::new(given.answered_at.millis(), random.bytes());
    let sealed = keys.seal(random, id.uuid(), FIELD, given.answer.as_str().as_bytes());
    both!(tx, |c| diesel::insert_into(answers::table)
        .values((
            answers::id.eq(id),
            answers::sign_on_id.eq(sign_on),
            answers::question.eq(&given.question),
            answers::asked_at.eq(given.asked_at),
            answers::sealed.eq(&sealed),
            answers::answered_at.eq(given.answered_at),
        ))
        .execute(c))?;
    Ok(())
}

/// What was answered about a sign-on, oldest first.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn answers_of(conn: &mut Conn, keys: &Keys, sign_on: SignOnId) -> Result<Vec<Answer>, ContactError> {
    let rows: Vec<(AnswerId, Remark, Timestamp, Vec<u8>, Timestamp)> = both!(conn, |c| answers::table
        .filter(answers::sign_on_id.eq(sign_on))
        .order(answers::asked_at)
        .select((answers::id, answers::question, answers::asked_at, answers::sealed, answers::answered_at))
        .load(c))
    .map_err(Error::from)?;
    rows.into_iter()
        .map(|(id, question, asked_at, sealed, answered_at)| {
            let plain = keys.open(id.uuid(), FIELD, &sealed)?;
            let text = std::str::from_utf8(&plain).map_err(|_| Unsealable)?;
            let answer = Remark::parse(text).map_err(|_| Unsealable)?;
            Ok(Answer { question, asked_at, answer, answered_at })
        })
        .collect()
}

/// Keeps what stands in for a proved mailbox.
///
/// # Errors
/// Those of the database.
pub fn attest(
    tx: &mut Tx<'_>,
    keys: &Keys,
    random: &Random,
    sign_on: SignOnId,
    given: (Received, &Evidence),
    by: (AccountId, Timestamp),
) -> Result<(), Error> {
    let sealed = attestation::seal(keys, random, sign_on, given.1);
    both!(tx, |c| diesel::insert_into(attestations::table)
        .values((
            attestations::sign_on_id.eq(sign_on),
            attestations::received.eq(given.0),
            attestations::sealed.eq(Some(&sealed)),
            attestations::made_by.eq(by.0),
            attestations::made_at.eq(by.1),
        ))
        .execute(c))?;
    Ok(())
}

/// Takes it back, with the decision that it was made for.
///
/// # Errors
/// Those of the database.
pub fn unattest(tx: &mut Tx<'_>, sign_on: SignOnId) -> Result<(), Error> {
    both!(tx, |c| diesel::delete(attestations::table.find(sign_on)).execute(c))?;
    Ok(())
}

/// What stands in for the proved mailbox of a sign-on, if something does.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub fn attested(conn: &mut Conn, keys: &Keys, of: SignOnId) -> Result<Option<Attested>, ContactError> {
    let row: Option<(Received, Option<Vec<u8>>, AccountId, Timestamp)> = both!(conn, |c| attestations::table
        .find(of)
        .select((attestations::received, attestations::sealed, attestations::made_by, attestations::made_at))
        .first(c)
        .optional())
    .map_err(Error::from)?;
    let Some((received, sealed, by, at)) = row else { return Ok(None) };
    let evidence = sealed.map(|sealed| attestation::open(keys, of, &sealed)).transpose()?;
    Ok(Some(Attested { received, evidence, by, at }))
}
