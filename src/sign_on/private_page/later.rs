//! Whether the organization may be invited to later letters, as the representative's page says it.

use crate::db::Conn;
use crate::secret::{Keys, TokenDigest};
use crate::sign_on::book::{BOOK_MONTHS, BookEntry};
use crate::sign_on::state::{SignOn, State};
use crate::sign_on::store::{self, contact_key};
use crate::sign_on::submission::Representative;
use crate::web::App;
use crate::web::show::Moment;

/// What its form is bound to.
pub(in crate::sign_on) const PURPOSE: &str = "invited to later letters";

/// What the private page says of the book.
pub(in crate::sign_on) struct Later {
    pub(in crate::sign_on) action: String,
    pub(in crate::sign_on) token: String,
    /// Since when the organization is in it, and until when it stays unless it signs another letter; nothing while it is not.
    pub(in crate::sign_on) is_in: Option<(Moment, Moment)>,
    pub(in crate::sign_on) organization: String,
    pub(in crate::sign_on) email: String,
    pub(in crate::sign_on) months: i64,
}

impl Later {
    /// What there is to say to one representative: nothing while they are not on the list, nor in the book.
    pub(in crate::sign_on) fn of(
        app: &App,
        here: &str,
        link: TokenDigest,
        sign_on: &SignOn,
        whose: Option<&Representative>,
        entry: Option<&BookEntry>,
    ) -> Option<Self> {
        let contact = whose?;
        let may_join = matches!(sign_on.state, State::Approved { .. }) && sign_on.entry.is_named();
        if !may_join && entry.is_none() {
            return None;
        }
        let now = app.clock.now();
        let moment = |at| Moment::new(at, now);
        Some(Self {
            action: format!("{here}/later"),
            token: app.form_token(PURPOSE, link.as_bytes()),
            is_in: entry.map(|entry| (moment(entry.agreed_at), moment(entry.ends_at()))),
            organization: sign_on.entry.organization.to_string(),
            email: contact.email.shown(),
            months: BOOK_MONTHS,
        })
    }
}

/// The entry in the book of whoever holds a link.
pub(in crate::sign_on) fn entry_of(
    conn: &mut Conn,
    keys: &Keys,
    sign_on: &SignOn,
    contacts: &[Representative],
) -> Result<Option<BookEntry>, store::ContactError> {
    match contacts.first() {
        Some(contact) => store::book_entry_of(conn, keys, sign_on, contact_key(keys, &contact.email)),
        None => Ok(None),
    }
}
