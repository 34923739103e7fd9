//! Which version of the text a sign-on agrees to. That is apart from where it stands: it is on the list while it is approved and agrees to
//! the text that stands.

use crate::campaign::{Campaign, Leavers, store as campaigns};
use crate::clock::Timestamp;
use crate::db::schema::{consent_answers, consent_rounds, sign_ons};
use crate::db::{Conn, Error, Tx, both, kept};
use crate::ids::SignOnId;
use crate::sign_on::state::SignOn;
use diesel::prelude::*;

/// Notes which version a sign-on agrees to from now on.
///
/// # Errors
/// Those of the database.
pub fn agree(tx: &mut Tx<'_>, sign_on: SignOnId, number: i64, now: Timestamp) -> Result<(), Error> {
    both!(tx, |c| kept(diesel::update(sign_ons::table.find(sign_on)).set((
        sign_ons::letter_version.eq(number),
        sign_ons::renewed_at.eq(Some(now)),
        sign_ons::lapsed_at.eq(None::<Timestamp>),
        sign_ons::lapse_told.eq(false),
    )))
    .execute(c))?;
    Ok(())
}

/// Notes that whoever is asked about another text in the round that runs agrees to it, where nobody has answered for them.
///
/// # Errors
/// Those of the database.
pub(in crate::sign_on) fn keep_in_round(
    tx: &mut Tx<'_>,
    sign_on: SignOnId,
    number: i64,
    now: Timestamp,
) -> Result<(), Error> {
    let rounds = consent_rounds::table
        .filter(consent_rounds::to_number.eq(number))
        .filter(consent_rounds::settled_at.is_null())
        .select(consent_rounds::id);
    let asked = consent_answers::table
        .filter(consent_answers::sign_on_id.eq(sign_on))
        .filter(consent_answers::round_id.eq_any(rounds))
        .filter(consent_answers::answer.is_null());
    both!(tx, |c| diesel::update(asked)
        .set((consent_answers::answer.eq(Some("kept")), consent_answers::answered_at.eq(Some(now))))
        .execute(c))?;
    Ok(())
}

/// What the form announced to whoever signed by it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(in crate::sign_on) struct Announced {
    /// That silence counts as consent to a later change of the text.
    pub(in crate::sign_on) silence_counts: bool,
    /// That editions which are named keep the line after the organization has left.
    pub(in crate::sign_on) keeps_name: bool,
}

/// Notes what the form announced.
///
/// # Errors
/// Those of the database.
pub(in crate::sign_on) fn note_announced(
    tx: &mut Tx<'_>,
    sign_on: SignOnId,
    announced: Announced,
) -> Result<(), Error> {
    both!(tx, |c| kept(diesel::update(sign_ons::table.find(sign_on)).set((
        sign_ons::silence_counts.eq(announced.silence_counts),
        sign_ons::keeps_name.eq(announced.keeps_name),
    )))
    .execute(c))?;
    Ok(())
}

/// Whether editions that are named keep the line of this one after it has left: it was announced when it was signed, and still holds.
///
/// # Errors
/// Those of the database.
pub(in crate::sign_on) fn keeps_name(
    conn: &mut Conn,
    campaign: &Campaign,
    sign_on: SignOnId,
) -> Result<bool, Error> {
    let told: Option<bool> =
        both!(conn, |c| sign_ons::table.find(sign_on).select(sign_ons::keeps_name).first(c).optional())?;
    Ok(campaign.settings.leavers == Leavers::Kept && told.unwrap_or(false))
}

/// Whether a sign-on agrees to the text that stands.
///
/// # Errors
/// Those of the database.
pub fn agrees(conn: &mut Conn, campaign: &Campaign, sign_on: &SignOn) -> Result<bool, Error> {
    Ok(lapsed_at(conn, sign_on.id)?.is_none()
        && campaigns::same_meaning(conn, campaign.id, campaign.text_number)?
            .contains(&sign_on.letter_version))
}

/// Since when a sign-on is off the list because nobody agreed anew.
///
/// # Errors
/// Those of the database.
pub fn lapsed_at(conn: &mut Conn, sign_on: SignOnId) -> Result<Option<Timestamp>, Error> {
    let lapsed: Option<Option<Timestamp>> =
        both!(conn, |c| sign_ons::table.find(sign_on).select(sign_ons::lapsed_at).first(c).optional())?;
    Ok(lapsed.flatten())
}

/// Whether the form said, when this was signed, that silence counts as consent to a later change of the text.
///
/// # Errors
/// Those of the database.
pub fn silence_counts(conn: &mut Conn, sign_on: SignOnId) -> Result<bool, Error> {
    let counts: Option<bool> =
        both!(conn, |c| sign_ons::table.find(sign_on).select(sign_ons::silence_counts).first(c).optional())?;
    Ok(counts.unwrap_or(false))
}

/// Has whoever is off the list told once more how they come back.
///
/// # Errors
/// Those of the database.
pub(in crate::sign_on) fn tell_lapse_again(tx: &mut Tx<'_>, sign_on: SignOnId) -> Result<(), Error> {
    let lapsed = sign_ons::table.find(sign_on).filter(sign_ons::lapsed_at.is_not_null());
    both!(tx, |c| kept(diesel::update(lapsed).set(sign_ons::lapse_told.eq(false))).execute(c))?;
    Ok(())
}
