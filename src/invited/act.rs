//! What is written down about intentions, with its mails: taken, proved, taken back. Each in one transaction.

use super::mails;
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Campaign};
use crate::clock::{days, minutes};
use crate::db::{self, Conn, Tx};
use crate::ids::{CampaignId, IntentionId, InvitationId};
use crate::mail::{self, Outbox};
use crate::secret::{Keys, Token, TokenDigest};
use crate::sign_on::store::{self, ContactError, contact_key};
use crate::sign_on::{Came, Intention, Meant, PROOF_DAYS, extended, meant};
use crate::text::fold;
use crate::web::{App, Fault};
use actix_web::web::Data;

/// A form sent again within this time is the same press of the button, and owes no second mail.
const SAME_PRESS: jiff::SignedDuration = minutes(2);

/// What became of one that was sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Received {
    /// It was taken; or the mailbox has had as many mails as strangers may cause.
    Taken,
    /// The letter takes no sign-ons now.
    Closed,
    /// The invitation behind it is revoked.
    Uninvited,
}

/// Why something here failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Contact(#[from] ContactError),
    #[error("a mail could not be written: {0}")]
    Template(#[from] askama::Error),
    #[error("a mail could not be made: {0}")]
    Message(#[from] mail::NotAMessage),
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Database(error) => error.into(),
            Failure::Contact(error) => error.into(),
            defect => Self::unexpected(defect),
        }
    }
}

/// Writes one down, and asks its mailbox.
///
/// # Errors
/// When the database is away.
pub(super) async fn receive(
    app: &Data<App>,
    outbox: &Data<Outbox>,
    campaign: CampaignId,
    invitation: Option<InvitationId>,
    meant: Meant,
) -> Result<Received, Fault> {
    let (of_app, outbox) = (app.clone(), outbox.clone());
    Ok(app.db.write(move |tx| record(tx, &of_app, &outbox, (campaign, invitation), &meant)).await?)
}

fn record(
    tx: &mut Tx<'_>,
    app: &App,
    outbox: &Outbox,
    (campaign, invitation): (CampaignId, Option<InvitationId>),
    meant: &Meant,
) -> Result<Received, Failure> {
    let (now, to) = (app.clock.now(), &meant.contact.email);
    // Of two that come at once to one mailbox, the second sees the first.
    outbox.take_turn(tx, to)?;
    let Some(campaign) = campaign::store::hold(tx, campaign)? else { return Ok(Received::Closed) };
    let late_until = match invitation {
        None => None,
        Some(id) => {
            let stands = store::invitation(tx, &app.keys, id)?.filter(|found| found.revoked.is_none());
            let Some(stands) = stands else { return Ok(Received::Uninvited) };
            stands.late_until
        }
    };
    if !extended(&campaign, late_until).takes_sign_ons(now) {
        return Ok(Received::Closed);
    }
    let theirs = store::intentions_by(tx, &app.keys, campaign.id, contact_key(&app.keys, to))?;
    let is_same = |before: &Intention| {
        now.since(before.made_at) < SAME_PRESS
            && (&before.organization, before.decides_at) == (&meant.organization, meant.decides_at)
    };
    if theirs.iter().any(is_same) || outbox.has_had_enough(tx, to, campaign.id, now)? {
        return Ok(Received::Taken);
    }
    let id = IntentionId::new(now.millis(), app.random.bytes());
    let (token, ends_at) = (Token::make(&app.random), now.plus(days(PROOF_DAYS)));
    let whose = (id, campaign.id, invitation);
    store::insert_intention(tx, &app.keys, &app.random, whose, meant, token.digest(), (now, ends_at))?;
    let message = mails::confirm(&app.base_url, &campaign, id, meant, &token, ends_at)?;
    outbox.prepare(&message)?.enqueue(tx)?;
    Ok(Received::Taken)
}

/// What a link of an intention leads to.
pub(super) struct Behind {
    pub(super) intention: Intention,
    /// The letter, with the deadline that holds for whoever is there.
    pub(super) campaign: Campaign,
    /// Whether the sign-on that it became is verified.
    pub(super) is_verified: bool,
}

/// What a link leads to; nothing where it is unknown, or over.
pub(super) fn behind(conn: &mut Conn, app: &App, link: TokenDigest) -> Result<Option<Behind>, ContactError> {
    let keys: &Keys = &app.keys;
    let Some(intention) = store::intention_behind(conn, keys, link)? else { return Ok(None) };
    if intention.erased_at() <= app.clock.now() {
        return Ok(None);
    }
    let Some(campaign) = campaign::store::by_id(conn, intention.campaign)? else { return Ok(None) };
    let late_until = match intention.invitation {
        // A letter that is private by now has no other way in than an invitation.
        None if !campaign.is_visible(app.clock.now()) => return Ok(None),
        None => None,
        Some(id) => {
            let stands = store::invitation(conn, keys, id)?.filter(|found| found.revoked.is_none());
            let Some(stands) = stands else { return Ok(None) };
            stands.late_until
        }
    };
    let became = match intention.sign_on {
        Some(id) => store::by_id(conn, id)?,
        None => None,
    };
    let is_verified = became.is_some_and(|found| found.verified_at.is_some() || found.attested_at.is_some());
    Ok(Some(Behind { campaign: extended(&campaign, late_until), intention, is_verified }))
}

/// Writes down that its mailbox is proved, and has the mail of the day wait for it. What the same mailbox had written down for the same
/// organization before is taken back: the newest counts. `false` where the link is unknown by now.
pub(super) fn confirm(
    tx: &mut Tx<'_>,
    app: &App,
    outbox: &Outbox,
    link: TokenDigest,
) -> Result<bool, Failure> {
    let now = app.clock.now();
    let Some(Behind { campaign, .. }) = behind(tx, app, link)? else { return Ok(false) };
    campaign::store::hold(tx, campaign.id)?;
    let Some(Behind { intention, campaign, .. }) = behind(tx, app, link)? else { return Ok(false) };
    let Some(contact) = &intention.contact else { return Ok(true) };
    // Of a letter that has closed nobody is reminded; its page says that it is closed.
    if meant::is_closed(&campaign, now) {
        return Ok(true);
    }
    let whose = contact_key(&app.keys, &contact.email);
    let organization = fold(intention.organization.as_str());
    if let Some(signed) = store::verified_twin(tx, campaign.id, whose, &organization)? {
        meant::became(tx, intention.id, signed.id, now)?;
        return Ok(true);
    }
    if !store::confirm_intention(tx, intention.id, now)? {
        return Ok(true);
    }
    for before in store::intentions_by(tx, &app.keys, campaign.id, whose)? {
        let is_same = fold(before.organization.as_str()) == organization;
        if before.id != intention.id && before.settled.is_none() && is_same {
            meant::settle(tx, &[before.id], Came::Withdrawn, now)?;
        }
    }
    // Once the day has come its mail would say nothing that the page does not.
    if intention.decides_at > now {
        let token = Token::make(&app.random);
        store::insert_intention_link(tx, intention.id, token.digest(), now)?;
        let message = mails::day(&app.base_url, &campaign, &intention, &contact.email, &token)?;
        outbox.prepare(&message)?.enqueue(tx)?;
    }
    history(tx, app, campaign.id, "said when they decide")?;
    Ok(true)
}

/// Takes it back. `false` where the link is unknown by now.
pub(super) fn withdraw(tx: &mut Tx<'_>, app: &App, link: TokenDigest) -> Result<bool, Failure> {
    let now = app.clock.now();
    let Some(Behind { campaign, .. }) = behind(tx, app, link)? else { return Ok(false) };
    campaign::store::hold(tx, campaign.id)?;
    let Some(Behind { intention, campaign, .. }) = behind(tx, app, link)? else { return Ok(false) };
    if meant::settle(tx, &[intention.id], Came::Withdrawn, now)? == 1 && intention.confirmed_at.is_some() {
        history(tx, app, campaign.id, "took back when they decide")?;
    }
    Ok(true)
}

/// Without a name: an intention is private.
fn history(tx: &mut Tx<'_>, app: &App, campaign: CampaignId, past: &str) -> Result<(), db::Error> {
    let act = Act::new(app.clock.now(), Actor::Representative, Subject::Campaign(campaign), past);
    audit::record(tx, &app.random, act.in_campaign(campaign))
}
