//! Erasing what is over, a few hundred rows at a time so that nobody waits behind it.

use super::Round;
use crate::audit::{self, Act, Actor, Subject};
use crate::clock::{Timestamp, days};
use crate::db::{self, Tx};
use crate::ids::AnyId;
use crate::secret::Random;
use crate::web::App;
use crate::{campaign, concern, list, mail, moderation, sign_on};

/// Rows in one transaction.
const AT_ONCE: i64 = 200;

/// How long an unverified sign-on, or a hand-over that nobody answered, can be renewed after its term.
const RENEWAL: jiff::SignedDuration = days(7);

/// How long contacts are kept of what was rejected, removed or withdrawn.
const ENDED: jiff::SignedDuration = days(30);

/// How long settled mails are kept, so that staff can see what became of them.
const MAILS: jiff::SignedDuration = days(30);

/// Something that is over, and how some of it is erased.
type Step = fn(&mut Tx<'_>, &Random, Timestamp) -> Result<Round, db::Error>;

/// Each is a transaction of its own: what fails in one keeps nothing of the others.
const STEPS: [(&str, Step); 12] = [
    ("unverified sign-ons", unverified),
    ("contacts", contacts),
    ("hand-overs", hand_overs),
    ("mails", mails),
    ("editions", editions),
    ("reports", reports),
    ("preview links", preview_links),
    ("invitations", invitations),
    ("intentions of closed letters", closed_intentions),
    ("intentions", intentions),
    ("who carried letters", bearers),
    ("address book", address_book),
];

/// Does every step until nothing is left of it; what it did, and the first thing that went wrong, if something did.
pub(super) async fn run(app: &App) -> (Round, Result<(), db::Error>) {
    let (mut done, mut all) = (Round::default(), Ok(()));
    for (name, step) in STEPS {
        loop {
            let (now, random) = (app.clock.now(), app.random.clone());
            match app.db.write(move |tx| step(tx, &random, now)).await {
                Ok(some) if some == Round::default() => break,
                Ok(some) => done += some,
                Err(error) => {
                    tracing::warn!(%error, step = name, "upkeep could not erase what is over");
                    all = all.and(Err(error));
                    break;
                }
            }
        }
    }
    (done, all)
}

fn ago(now: Timestamp, length: jiff::SignedDuration) -> Timestamp {
    now.plus(-length)
}

fn unverified(tx: &mut Tx<'_>, _: &Random, now: Timestamp) -> Result<Round, db::Error> {
    let unverified = sign_on::store::erase_unverified(tx, ago(now, RENEWAL), AT_ONCE)?;
    Ok(Round { unverified, ..Round::default() })
}

fn contacts(tx: &mut Tx<'_>, random: &Random, now: Timestamp) -> Result<Round, db::Error> {
    let mut contacts = sign_on::store::contacts_of_ended(tx, ago(now, ENDED), AT_ONCE)?;
    let closed = campaign::store::kept_long_enough(tx, now)?;
    contacts.extend(sign_on::store::contacts_of_campaigns(tx, &closed, AT_ONCE)?);
    mail::forget_counts(tx, &closed)?;
    for sign_on in sign_on::store::by_ids(tx, &contacts)? {
        match sign_on.standing() {
            sign_on::Standing::Approved => sign_on::store::keep_in_book(tx, &sign_on)?,
            _ => sign_on::store::forget_ended(tx, sign_on.id)?,
        }
        sign_on::store::erase_contacts(tx, sign_on.id)?;
        let reasons = campaign::store::by_id(tx, sign_on.campaign)?.map(|campaign| campaign.settings.reasons);
        let is_code = |reason: &str| reasons.as_ref().is_some_and(|reasons| reasons.has(reason));
        concern::erase(tx, sign_on.id)?;
        moderation::erase_note(tx, sign_on.id)?;
        moderation::erase_distinct_words(tx, sign_on.id)?;
        audit::erase_words(tx, AnyId::from_uuid(sign_on.id.uuid()), is_code)?;
        let act = Act::new(now, Actor::System, Subject::SignOn(sign_on.id), "contact erased");
        audit::record(tx, random, act.in_campaign(sign_on.campaign))?;
    }
    Ok(Round { contacts: contacts.len(), ..Round::default() })
}

/// All of them at once, so there is nothing to come back for.
fn hand_overs(tx: &mut Tx<'_>, _: &Random, now: Timestamp) -> Result<Round, db::Error> {
    sign_on::store::expire_hand_overs(tx, ago(now, RENEWAL), now)?;
    Ok(Round::default())
}

fn mails(tx: &mut Tx<'_>, _: &Random, now: Timestamp) -> Result<Round, db::Error> {
    let mails = mail::forget_settled(tx, ago(now, MAILS), AT_ONCE)?;
    Ok(Round { mails, ..Round::default() })
}

fn editions(tx: &mut Tx<'_>, _: &Random, now: Timestamp) -> Result<Round, db::Error> {
    Ok(Round { editions: list::store::prune(tx, now)?, ..Round::default() })
}

fn reports(tx: &mut Tx<'_>, _: &Random, now: Timestamp) -> Result<Round, db::Error> {
    let closed = campaign::store::kept_long_enough(tx, now)?;
    Ok(Round { reports: concern::erase_over(tx, now, &closed, AT_ONCE)?, ..Round::default() })
}

/// All of them at once, so there is nothing to come back for.
fn preview_links(tx: &mut Tx<'_>, _: &Random, now: Timestamp) -> Result<Round, db::Error> {
    campaign::store::forget_previews(tx, now)?;
    Ok(Round::default())
}

fn invitations(tx: &mut Tx<'_>, _: &Random, now: Timestamp) -> Result<Round, db::Error> {
    let closed = campaign::store::kept_long_enough(tx, now)?;
    Ok(Round { invitations: sign_on::store::erase_invited(tx, &closed, AT_ONCE)?, ..Round::default() })
}

fn closed_intentions(tx: &mut Tx<'_>, _: &Random, now: Timestamp) -> Result<Round, db::Error> {
    Ok(Round { intentions: sign_on::meant::end_of_closed(tx, now, AT_ONCE)?, ..Round::default() })
}

fn intentions(tx: &mut Tx<'_>, _: &Random, now: Timestamp) -> Result<Round, db::Error> {
    let closed = campaign::store::kept_long_enough(tx, now)?;
    Ok(Round { intentions: sign_on::store::erase_intentions(tx, now, &closed, AT_ONCE)?, ..Round::default() })
}

/// All of them at once, so there is nothing to come back for.
fn bearers(tx: &mut Tx<'_>, _: &Random, now: Timestamp) -> Result<Round, db::Error> {
    let closed = campaign::store::kept_long_enough(tx, now)?;
    campaign::store::forget_bearers(tx, &closed)?;
    Ok(Round::default())
}

fn address_book(tx: &mut Tx<'_>, _: &Random, now: Timestamp) -> Result<Round, db::Error> {
    Ok(Round { addresses: sign_on::store::expire_book(tx, now, AT_ONCE)?, ..Round::default() })
}
