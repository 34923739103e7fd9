//! What ends with an act about a sign-on, whoever acts: that somebody of the staff has it before them.

use crate::db::schema::claims;
use crate::db::{Error, Tx, both};
use crate::ids::SignOnId;
use diesel::prelude::*;

/// Ends the claim on a sign-on, whoever holds it.
///
/// # Errors
/// Those of the database.
pub fn end_claim(tx: &mut Tx<'_>, sign_on: SignOnId) -> Result<(), Error> {
    both!(tx, |c| diesel::delete(claims::table.find(sign_on)).execute(c))?;
    Ok(())
}
