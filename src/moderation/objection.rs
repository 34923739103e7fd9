//! Who is told when a hold ends that the organization's own objection made: whoever objected, and the representative where nothing else is mailed to
//! them. Like all news of a decision it waits, and is taken back with it.

use super::mails::{Letter, News, OBJECTION_SETTLED};
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::ids::AnyId;
use crate::mail::{Outbox, waiting_about};
use crate::secret::{Keys, Random, Token};
use crate::sign_on::store::{self, ContactError, notices};
use crate::sign_on::{Representative, SignOn, Standing, State};
use crate::text::EmailAddress;
use crate::web::Fault;

/// Whoever is owed a word about their objection: it put the entry on hold, or what came of it has not gone to them yet.
///
/// # Errors
/// When the database is away, or the key does not open what it holds.
pub(super) fn owed(
    conn: &mut Conn,
    keys: &Keys,
    sign_on: &SignOn,
) -> Result<Vec<EmailAddress>, ContactError> {
    if let Some(since) = objected_since(sign_on) {
        let mut found: Vec<EmailAddress> = Vec::new();
        // Also whoever was asked about an entry that was merged into this one.
        for about in store::family_of(conn, sign_on.id)? {
            let more = notices::objectors(conn, keys, about, since)?;
            found.extend(more.into_iter().filter(|to| !found.contains(to)).collect::<Vec<_>>());
        }
        return Ok(found);
    }
    let waiting = waiting_about(conn, keys, AnyId::from_uuid(sign_on.id.uuid()), &[OBJECTION_SETTLED])?;
    let mut found: Vec<EmailAddress> = Vec::new();
    for mail in waiting {
        let to = EmailAddress::parse(&mail.to).ok();
        found.extend(to.filter(|to| !found.contains(to)));
    }
    Ok(found)
}

/// Since when it is on hold by the organization's own word.
const fn objected_since(sign_on: &SignOn) -> Option<Timestamp> {
    match &sign_on.state {
        State::OnHold { by: None, since, .. } => Some(*since),
        _ => None,
    }
}

/// The mails about the decision that the news is of; those to representatives each with a link of its own. `before` is what stood.
///
/// # Errors
/// When one cannot be written: a defect.
pub(super) fn mails(
    news: &News<'_>,
    outbox: &Outbox,
    random: &Random,
    before: &SignOn,
    (objectors, contacts): (&[EmailAddress], &[Representative]),
) -> Result<Vec<Letter>, Fault> {
    let mut mails = Vec::new();
    for to in objectors {
        if let Some(message) = news.to_objector(to).map_err(Fault::unexpected)? {
            let mail = outbox.prepare(&message).map_err(Fault::unexpected)?;
            mails.push(Letter { link: None, mail });
        }
    }
    let is_released =
        objected_since(before).is_some() && news.sign_on.standing() == Standing::AwaitingModeration;
    for contact in contacts.iter().filter(|_| is_released) {
        let token = Token::make(random);
        let message = news.hold_over(&contact.email, &token).map_err(Fault::unexpected)?;
        let link = Some((contact.id, token.digest()));
        let mail = outbox.prepare(&message).map_err(Fault::unexpected)?;
        mails.push(Letter { link, mail });
    }
    Ok(mails)
}
