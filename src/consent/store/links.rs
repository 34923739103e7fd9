//! The links in the mails of a round.

use crate::clock::Timestamp;
use crate::db::schema::consent_links;
use crate::db::{Conn, Error, Tx, both};
use crate::ids::{ContactId, RoundId, SignOnId};
use crate::secret::TokenDigest;
use diesel::prelude::*;

/// A link that was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Queryable, Selectable)]
#[diesel(table_name = consent_links)]
pub struct ConsentLink {
    /// The round; none where an entry is off the list without having been asked in one.
    pub round_id: Option<RoundId>,
    /// The entry.
    pub sign_on_id: SignOnId,
    /// Whose link it is.
    pub contact_id: ContactId,
}

/// Remembers a link of one representative. It ends with that contact.
///
/// # Errors
/// Those of the database.
pub fn insert_link(
    tx: &mut Tx<'_>,
    token: TokenDigest,
    link: ConsentLink,
    now: Timestamp,
) -> Result<(), Error> {
    both!(tx, |c| diesel::insert_into(consent_links::table)
        .values((
            consent_links::digest.eq(token.as_bytes()),
            consent_links::round_id.eq(link.round_id),
            consent_links::sign_on_id.eq(link.sign_on_id),
            consent_links::contact_id.eq(link.contact_id),
            consent_links::made_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

/// The link with this token.
///
/// # Errors
/// Those of the database.
pub fn link(conn: &mut Conn, token: TokenDigest) -> Result<Option<ConsentLink>, Error> {
    Ok(both!(conn, |c| consent_links::table
        .find(token.as_bytes())
        .select(ConsentLink::as_select())
        .first(c)
        .optional())?)
}
