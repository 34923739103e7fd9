//! Erasing what is over, a few hundred rows at a time so that nobody waits behind it. What is over is what `due` says.

use super::Round;
use super::due::{self, ids};
use crate::audit::{self, Act, Actor, Subject};
use crate::clock::{Timestamp, Zone};
use crate::db::{self, Tx};
use crate::ids::{AnyId, CampaignId};
use crate::secret::Random;
use crate::web::App;
use crate::{campaign, concern, list, mail, mailing, sign_on};
use std::collections::BTreeMap;

/// Rows in one transaction.
const AT_ONCE: i64 = 200;

/// Something that is over, and how some of it is erased.
type Step = fn(&mut Tx<'_>, &Random, Timestamp) -> Result<Round, db::Error>;

/// Each is a transaction of its own: what fails in one keeps nothing of the others. What goes with a representative's data comes before that
/// data, so that each is counted as what it is.
const STEPS: [(&str, Step); 13] = [
    ("hand-overs", hand_overs),
    ("reports", reports),
    ("invitations", invitations),
    ("intentions of closed letters", closed_intentions),
    ("intentions", intentions),
    ("contacts", contacts),
    ("unverified sign-ons", unverified),
    ("mails", mails),
    ("preview links", preview_links),
    // After everything that an address is erased with.
    ("recipients of mailings", recipients),
    ("who carried letters", bearers),
    ("address book", address_book),
    ("editions", editions),
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

fn hand_overs(tx: &mut Tx<'_>, _: &Random, now: Timestamp) -> Result<Round, db::Error> {
    let over = due::hand_overs(tx, now, AT_ONCE)?;
    let hand_overs = sign_on::store::expire_hand_overs(tx, &ids(&over), now)?;
    Ok(Round { hand_overs, ..Round::default() })
}

fn reports(tx: &mut Tx<'_>, _: &Random, now: Timestamp) -> Result<Round, db::Error> {
    let over = due::reports(tx, now, AT_ONCE)?;
    Ok(Round { reports: concern::erase_over(tx, &ids(&over))?, ..Round::default() })
}

fn invitations(tx: &mut Tx<'_>, _: &Random, now: Timestamp) -> Result<Round, db::Error> {
    let over = due::invitations(tx, now, AT_ONCE)?;
    Ok(Round { invitations: sign_on::store::erase_invited(tx, &ids(&over))?, ..Round::default() })
}

fn closed_intentions(tx: &mut Tx<'_>, _: &Random, now: Timestamp) -> Result<Round, db::Error> {
    let over = due::open_intentions(tx, now, AT_ONCE)?;
    Ok(Round { open_intentions: sign_on::meant::end(tx, &ids(&over), now)?, ..Round::default() })
}

fn intentions(tx: &mut Tx<'_>, _: &Random, now: Timestamp) -> Result<Round, db::Error> {
    let over = due::intentions(tx, now, AT_ONCE)?;
    Ok(Round { intentions: sign_on::store::delete_intentions(tx, &ids(&over))?, ..Round::default() })
}

fn contacts(tx: &mut Tx<'_>, random: &Random, now: Timestamp) -> Result<Round, db::Error> {
    let contacts = ids(&due::contacts(tx, now, AT_ONCE)?);
    let closed: Vec<CampaignId> = campaign::store::kept_until(tx, now)?.into_keys().collect();
    mail::forget_counts(tx, &closed)?;
    for sign_on in sign_on::store::by_ids(tx, &contacts)? {
        match sign_on.standing() {
            sign_on::Standing::Approved if sign_on.entry.is_named() => {
                sign_on::store::keep_in_book(tx, &sign_on)?
            }
            _ => sign_on::store::forget_ended(tx, sign_on.id)?,
        }
        sign_on::store::erase_contacts(tx, sign_on.id)?;
        let reasons = campaign::store::by_id(tx, sign_on.campaign)?.map(|campaign| campaign.settings.reasons);
        let is_code = |reason: &str| reasons.as_ref().is_some_and(|reasons| reasons.has(reason));
        concern::erase(tx, sign_on.id)?;
        sign_on::store::erase_said(tx, sign_on.id)?;
        audit::erase_words(tx, AnyId::from_uuid(sign_on.id.uuid()), is_code)?;
        let act = Act::new(now, Actor::System, Subject::SignOn(sign_on.id), "contact erased");
        audit::record(tx, random, act.in_campaign(sign_on.campaign))?;
    }
    Ok(Round { contacts: contacts.len(), ..Round::default() })
}

fn unverified(tx: &mut Tx<'_>, _: &Random, now: Timestamp) -> Result<Round, db::Error> {
    let over = due::unverified(tx, now, AT_ONCE)?;
    let mut zones = BTreeMap::<CampaignId, Zone>::new();
    for one in &over {
        if !zones.contains_key(&one.campaign)
            && let Some(campaign) = campaign::store::by_id(tx, one.campaign)?
        {
            zones.insert(campaign.id, campaign.settings.zone);
        }
    }
    Ok(Round { unverified: sign_on::store::erase_unverified(tx, &over, &zones)?, ..Round::default() })
}

fn mails(tx: &mut Tx<'_>, _: &Random, now: Timestamp) -> Result<Round, db::Error> {
    let over = due::mails(tx, now, AT_ONCE)?;
    Ok(Round { mails: mail::forget_settled(tx, &ids(&over))?, ..Round::default() })
}

fn preview_links(tx: &mut Tx<'_>, _: &Random, now: Timestamp) -> Result<Round, db::Error> {
    let over = due::preview_links(tx, now, AT_ONCE)?;
    Ok(Round { preview_links: campaign::store::forget_previews(tx, &ids(&over))?, ..Round::default() })
}

fn editions(tx: &mut Tx<'_>, _: &Random, now: Timestamp) -> Result<Round, db::Error> {
    Ok(Round { editions: list::store::prune(tx, now)?, ..Round::default() })
}

fn recipients(tx: &mut Tx<'_>, _: &Random, _: Timestamp) -> Result<Round, db::Error> {
    let rows = mailing::store::forget_recipients(tx, AT_ONCE)?;
    let links = mailing::store::forget_links(tx, AT_ONCE)?;
    Ok(Round { recipients: rows + links, ..Round::default() })
}

/// All of them at once, so there is nothing to come back for.
fn bearers(tx: &mut Tx<'_>, _: &Random, now: Timestamp) -> Result<Round, db::Error> {
    let closed: Vec<CampaignId> = campaign::store::kept_until(tx, now)?.into_keys().collect();
    campaign::store::forget_bearers(tx, &closed)?;
    Ok(Round::default())
}

fn address_book(tx: &mut Tx<'_>, _: &Random, now: Timestamp) -> Result<Round, db::Error> {
    Ok(Round { addresses: sign_on::store::expire_book(tx, now, AT_ONCE)?, ..Round::default() })
}
