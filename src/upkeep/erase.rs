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

/// How long contacts are kept after a campaign has closed: six months, as the form says.
const CLOSED: jiff::SignedDuration = days(183);

/// How long settled mails are kept, so that staff can see what became of them.
const MAILS: jiff::SignedDuration = days(30);

pub(super) async fn run(app: &App) -> Result<Round, db::Error> {
    let mut done = Round::default();
    loop {
        let (now, random) = (app.clock.now(), app.random.clone());
        let step = app.db.write(move |tx| step(tx, &random, now)).await?;
        done.unverified += step.unverified;
        done.contacts += step.contacts;
        done.mails += step.mails;
        done.editions += step.editions;
        done.reports += step.reports;
        if step == Round::default() {
            return Ok(done);
        }
    }
}

fn step(tx: &mut Tx<'_>, random: &Random, now: Timestamp) -> Result<Round, db::Error> {
    let ago = |length: jiff::SignedDuration| now.plus(-length);
    let unverified = sign_on::store::erase_unverified(tx, ago(RENEWAL), AT_ONCE)?;
    let mut contacts = sign_on::store::contacts_of_ended(tx, ago(ENDED), AT_ONCE)?;
    let closed = campaign::store::closed_before(tx, ago(CLOSED))?;
    contacts.extend(sign_on::store::contacts_of_campaigns(tx, &closed, AT_ONCE)?);
    mail::forget_counts(tx, &closed)?;
    for sign_on in sign_on::store::by_ids(tx, &contacts)? {
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
    sign_on::store::expire_hand_overs(tx, ago(RENEWAL), now)?;
    let mails = mail::forget_settled(tx, ago(MAILS), AT_ONCE)?;
    let editions = list::store::prune(tx, now)?;
    let reports = concern::erase_over(tx, now, &closed, AT_ONCE)?;
    Ok(Round { unverified, contacts: contacts.len(), mails, editions, reports })
}
