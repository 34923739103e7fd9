//! What staff wrote about a sign-on: it may name a person, and goes with that person's data.

use crate::db::schema::{distinct_pairs, notes, sign_ons, stood_before};
use crate::db::{Error, Tx, both};
use crate::ids::SignOnId;
use crate::sign_on::state::Remark;
use diesel::prelude::*;

/// Erases the note about a sign-on, what staff asked, what they added to a reason, and why it was said to be distinct from others. What was
/// decided, and by which reason, stays.
///
/// # Errors
/// Those of the database.
pub fn erase_said(tx: &mut Tx<'_>, id: SignOnId) -> Result<(), Error> {
    both!(tx, |c| diesel::delete(notes::table.find(id)).execute(c))?;
    let said =
        distinct_pairs::table.filter(distinct_pairs::lower_id.eq(id).or(distinct_pairs::upper_id.eq(id)));
    both!(tx, |c| diesel::update(said).set(distinct_pairs::reason.eq(None::<Remark>)).execute(c))?;
    both!(tx, |c| diesel::update(sign_ons::table.find(id))
        .set((sign_ons::question.eq(None::<Remark>), sign_ons::reason_text.eq(None::<Remark>)))
        .execute(c))?;
    let before = stood_before::table.filter(stood_before::sign_on_id.eq(id));
    both!(tx, |c| diesel::update(before)
        .set((stood_before::question.eq(None::<Remark>), stood_before::reason_text.eq(None::<Remark>)))
        .execute(c))?;
    Ok(())
}
