//! A submission becomes a fact: the row, the history and the mail, in one transaction.
//!
//! What a stranger sees never depends on what is known of the address or the organization; the mailbox is told the truth.

pub(super) mod noted;

use super::code::Code;
pub(crate) use super::failure::Failure;
use super::invitation::{Invitation, Via, extended};
use super::mails::{ALREADY, About};
use super::meant;
use super::state::{Origin, SignOn, State};
use super::store::{self, Purpose};
use super::submission::{Authority, Submission};
use super::term::works;
use super::wording::{self, HasRead};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Campaign, MailMessage, Reading};
use crate::clock::{Timestamp, days, minutes};
use crate::db::{self, Tx};
use crate::ids::{AnyId, CampaignId, SignOnId};
use crate::mail::Outbox;
use crate::secret::Token;
use crate::text::EmailAddress;
use crate::web::{App, Fault};
use actix_web::web::Data;

/// How long it works while no relay has taken the mail: a relay that is away for days costs nobody their sign-on.
const UNDELIVERED_DAYS: i64 = 30;

/// How long after its term an unverified sign-on can be renewed before it is erased, in days.
pub(crate) const RENEWAL_DAYS: i64 = 7;

/// A form sent again within this time is the same press of the button, and owes no second mail.
const SAME_PRESS: jiff::SignedDuration = minutes(2);

/// What became of a submission.
#[derive(Debug)]
pub(crate) enum Received {
    /// It was taken; or the mailbox was told why not.
    Taken,
    /// The campaign, as it was when it came to be written down, takes none: the page says why by this, not by what was read before.
    Closed(Box<Campaign>),
    /// The invitation that it came by is revoked, or there is no such letter.
    Uninvited,
    /// The text has changed since they read it.
    TextChanged,
}

/// Everything a transaction here needs.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(super) app: Data<App>,
    pub(super) outbox: Data<Outbox>,
    pub(super) now: Timestamp,
}

impl Desk {
    pub(crate) fn new(app: &Data<App>, outbox: &Data<Outbox>) -> Self {
        Self { app: app.clone(), outbox: outbox.clone(), now: app.clock.now() }
    }

    /// When a link ends that is mailed now, while no relay has taken it.
    fn term_undelivered(&self) -> Timestamp {
        self.now.plus(days(UNDELIVERED_DAYS))
    }

    pub(super) fn about<'a>(&'a self, campaign: &'a Campaign, sign_on: &'a SignOn) -> About<'a> {
        About { base: &self.app.base_url, campaign, sign_on, now: self.now }
    }
}

/// Takes a submission.
///
/// # Errors
/// When the database is away.
pub(super) async fn receive(
    desk: Desk,
    campaign: CampaignId,
    submission: Submission,
    via: Via,
    has_read: HasRead,
) -> Result<Received, Fault> {
    // On PostgreSQL two identical submissions can both find nothing and both insert: the second fails on the unique rule,
    // and finds the first when it looks again. So does one that is verified while it is sent once more.
    for _ in 0..5 {
        let (desk, submission, has_read) = (desk.clone(), submission.clone(), has_read.clone());
        match desk
            .app
            .clone()
            .db
            .write(move |tx| record(tx, &desk, campaign, &submission, via, &has_read))
            .await
        {
            Err(Failure::Database(db::Error::Unique(_)) | Failure::Overtaken) => {}
            done => return Ok(done?),
        }
    }
    Err(Fault::Unavailable("the same submission came in too many times at once".to_owned()))
}

/// By whatever way it came; an intention that becomes a submission is settled.
fn record(
    tx: &mut Tx<'_>,
    desk: &Desk,
    campaign: CampaignId,
    submission: &Submission,
    via: Via,
    has_read: &HasRead,
) -> Result<Received, Failure> {
    if via != Via::Form || has_read.translation.is_some() {
        // With the campaign's row held nobody ends what it came by, or deletes the translation, while it is taken; the mailbox's turn comes first, as everywhere.
        desk.outbox.take_turn(tx, &submission.contact.email)?;
        campaign::store::hold(tx, campaign)?;
    }
    let invitation = match via.invitation() {
        None => None,
        Some(id) => {
            let standing = store::invitation(tx, &desk.app.keys, id)?.filter(|found| found.revoked.is_none());
            let Some(standing) = standing else { return Ok(Received::Uninvited) };
            Some(standing)
        }
    };
    if let Via::Intention(id, _) = via
        && !store::may_become(tx, id)?
    {
        return Ok(Received::Uninvited);
    }
    let sign_on = match take(tx, desk, campaign, submission, invitation.as_ref(), has_read)? {
        Took::Refused(why) => return Ok(why),
        Took::Nothing => return Ok(Received::Taken),
        Took::Recorded(sign_on) => sign_on,
    };
    if let Via::Intention(id, _) = via {
        meant::became(tx, id, sign_on, desk.now)?;
    }
    Ok(Received::Taken)
}

/// What was written down of a submission.
enum Took {
    /// Nothing, and it is said why.
    Refused(Received),
    /// Nothing new: it is the same press of the button, or the mailbox has had as many mails as strangers may cause.
    Nothing,
    /// It is this sign-on now; or was already.
    Recorded(SignOnId),
}

fn take(
    tx: &mut Tx<'_>,
    desk: &Desk,
    campaign: CampaignId,
    submission: &Submission,
    invitation: Option<&Invitation>,
    has_read: &HasRead,
) -> Result<Took, Failure> {
    let late_until = invitation.and_then(|invitation| invitation.late_until);
    let Some(campaign) = campaign::store::by_id(tx, campaign)? else {
        return Ok(Took::Refused(Received::Uninvited));
    };
    let theirs = extended(&campaign, late_until);
    if !theirs.takes_sign_ons(desk.now) {
        return Ok(Took::Refused(Received::Closed(Box::new(theirs))));
    }
    // What they have read is what they sign, and what they are told is told in its language.
    let Some(read) = wording::has_read(tx, &campaign, has_read)? else {
        return Ok(Took::Refused(Received::TextChanged));
    };
    let (number, campaign) = (read.number, read.of(&campaign));
    let contact_key = store::contact_key(&desk.app.keys, &submission.contact.email);
    let folded = submission.entry.likeness().folded;
    let to = &submission.contact.email;
    let mut waiting = store::waiting_twin(tx, campaign.id, contact_key, &folded)?;
    if let Some(twin) = &waiting
        && is_same(tx, desk, (&campaign, &read), twin, submission)?
        && was_just_mailed(tx, desk, twin)?
    {
        // Pressed again: that need not wait for its turn.
        return Ok(Took::Nothing);
    }
    if desk.outbox.take_turn(tx, to)? {
        waiting = store::waiting_twin(tx, campaign.id, contact_key, &folded)?;
    }
    if let Some(twin) = store::verified_twin(tx, campaign.id, contact_key, &folded)? {
        let told = store::as_told(tx, twin, desk.now)?;
        tell_already_signed(tx, desk, &campaign, &told, told.id, to)?;
        return Ok(Took::Recorded(told.id));
    }
    if let Some(merged) = store::merged_twin(tx, campaign.id, contact_key, &folded)? {
        let through = merged.id;
        let stands = store::standing_for(tx, merged, desk.now)?;
        let told = store::as_told(tx, stands, desk.now)?;
        tell_already_signed(tx, desk, &campaign, &told, through, to)?;
        return Ok(Took::Recorded(through));
    }
    let may_mail = may_mail(tx, desk, campaign.id, to)?;
    if let Some(twin) = &waiting {
        let is_same = is_same(tx, desk, (&campaign, &read), twin, submission)?;
        // What waits is not touched without a word to the mailbox: a link that was mailed confirms what it was mailed for.
        if !may_mail || (is_same && was_just_mailed(tx, desk, twin)?) {
            return Ok(Took::Nothing);
        }
        if !is_same {
            store::end_links(tx, twin.id, desk.now)?;
        }
    }
    let sign_on = fresh(desk, &campaign, (submission, number), waiting.as_ref());
    let code = if may_mail { Some(free_code(tx, desk)?) } else { None };
    match &waiting {
        None => store::insert(tx, &desk.app.keys, &sign_on, contact_key, code.as_ref())?,
        Some(before) if store::resubmit(tx, before, &sign_on, contact_key)? => {}
        Some(_) => return Err(Failure::Overtaken),
    }
    let announced = has_read.announced(&campaign);
    if announced != store::Announced::default() || waiting.is_some() {
        store::note_announced(tx, sign_on.id, announced)?;
    }
    store::insert_contact(tx, &desk.app.keys, &desk.app.random, sign_on.id, &submission.contact, desk.now)?;
    let act = if waiting.is_none() { "submitted" } else { "submitted again" };
    let act = Act {
        old: waiting.as_ref().map(|before| before.standing().as_str().to_owned()),
        new: Some(sign_on.standing().as_str().to_owned()),
        ..Act::new(desk.now, Actor::Representative, Subject::SignOn(sign_on.id), act).in_campaign(campaign.id)
    };
    audit::record(tx, &desk.app.random, act)?;
    if let Some(invitation) = invitation {
        noted::came_by(tx, desk, &campaign, &sign_on, invitation)?;
    }
    if waiting.is_some() {
        store::forget_shown(tx, sign_on.id)?;
    }
    noted::read(tx, desk, &sign_on, &read)?;
    if let Some(code) = code {
        if waiting.is_some() {
            begin_anew(tx, desk, &sign_on, &code)?;
        }
        mail_link(tx, desk, &campaign, &sign_on, to, &code)?;
    }
    Ok(Took::Recorded(sign_on.id))
}

/// Whether the same form was sent before: everything that a link confirms is as it was.
fn is_same(
    tx: &mut Tx<'_>,
    desk: &Desk,
    (campaign, read): (&Campaign, &Reading),
    twin: &SignOn,
    submission: &Submission,
) -> Result<bool, Failure> {
    let stated = |authority: &Authority| {
        authority.basis == submission.basis && authority.statement == campaign.settings.authority
    };
    Ok(twin.entry == submission.entry
        && twin.authority.as_ref().is_some_and(stated)
        && noted::has_read_the_same(tx, twin, read)?
        && matches!(store::contacts_of(tx, &desk.app.keys, twin.id)?.as_slice(), [only] if only.contact == submission.contact))
}

/// Whether a link went out a moment ago: the same press of the button owes no second one, unless its code was tried to death meanwhile.
pub(super) fn was_just_mailed(tx: &mut Tx<'_>, desk: &Desk, sign_on: &SignOn) -> Result<bool, Failure> {
    let code_is_dead = store::is_code_dead(tx, sign_on.id)?;
    let last = store::last_link_at(tx, sign_on.id, Purpose::Verify)?;
    let last = last.filter(|_| !code_is_dead);
    Ok(last.is_some_and(|last| desk.now.since(last) < SAME_PRESS))
}

/// The sign-on as it is submitted now; the same one as before where it waits already.
fn fresh(
    desk: &Desk,
    campaign: &Campaign,
    (submission, number): (&Submission, i64),
    waiting: Option<&SignOn>,
) -> SignOn {
    let random = &desk.app.random;
    SignOn {
        id: waiting.map_or_else(|| SignOnId::new(desk.now.millis(), random.bytes()), |w| w.id),
        campaign: campaign.id,
        version: waiting.map_or(1, |w| w.version + 1),
        origin: Origin::Form,
        letter_version: number,
        entry: submission.entry.clone(),
        authority: Some(Authority {
            basis: submission.basis,
            statement: campaign.settings.authority.clone(),
            at: desk.now,
        }),
        pin: None,
        submitted_at: waiting.map_or(desk.now, |w| w.submitted_at),
        verified_at: None,
        undeliverable_at: None,
        attested_at: None,
        is_flagged: submission.entry.needs_a_look(Some(&submission.contact.email)),
        is_distinct: false,
        state: waiting.map_or_else(
            || State::AwaitingVerification { until: desk.term_undelivered() },
            |w| w.state.clone(),
        ),
    }
}

/// Mails a fresh link to verify. Whether the mailbox may have one is asked before.
pub(super) fn send_link(
    tx: &mut Tx<'_>,
    desk: &Desk,
    campaign: &Campaign,
    sign_on: &SignOn,
    to: &EmailAddress,
) -> Result<(), Failure> {
    let code = free_code(tx, desk)?;
    begin_anew(tx, desk, sign_on, &code)?;
    let told = store::told_to(tx, campaign, sign_on.id)?;
    mail_link(tx, desk, &told, sign_on, to, &code)
}

/// The term begins anew, and another code may be typed.
fn begin_anew(tx: &mut Tx<'_>, desk: &Desk, sign_on: &SignOn, code: &Code) -> Result<(), Failure> {
    store::set_code(tx, &desk.app.keys, sign_on.id, code)?;
    Ok(store::set_term(tx, sign_on.id, desk.now, desk.term_undelivered())?)
}

fn mail_link(
    tx: &mut Tx<'_>,
    desk: &Desk,
    campaign: &Campaign,
    sign_on: &SignOn,
    to: &EmailAddress,
    code: &Code,
) -> Result<(), Failure> {
    let (token, until) = (Token::make(&desk.app.random), desk.term_undelivered());
    store::insert_verify_link(tx, token.digest(), sign_on.id, desk.now, until)?;
    let words = campaign::store::mail_words(tx, campaign.id, MailMessage::Verify)?;
    let code = code.to_string();
    // Whoever was invited may have longer.
    let theirs = extended(campaign, store::late_until(tx, sign_on.id)?);
    let works = works(&theirs, sign_on.submitted_at, desk.now);
    let message = desk.about(&theirs, sign_on).verify(to, &token, (&code, works), words.as_ref())?;
    desk.outbox.prepare(&message)?.enqueue(tx)?;
    Ok(())
}

fn free_code(tx: &mut Tx<'_>, desk: &Desk) -> Result<Code, Failure> {
    let mut code = Code::make(&desk.app.random);
    // There are a million first halves; with ten thousand in use, a third try is needed once in ten thousand times.
    for _ in 0..20 {
        if store::is_code_free(tx, &code)? {
            break;
        }
        code = Code::make(&desk.app.random);
    }
    Ok(code)
}

/// Tells the mailbox that its organization has signed, with a link of the sign-on `through` which it did.
fn tell_already_signed(
    tx: &mut Tx<'_>,
    desk: &Desk,
    campaign: &Campaign,
    twin: &SignOn,
    through: SignOnId,
    to: &EmailAddress,
) -> Result<(), Failure> {
    let about = AnyId::from_uuid(twin.id.uuid());
    let has_told = desk.outbox.has_told(tx, to, about, ALREADY, desk.now.plus(-SAME_PRESS))?;
    if has_told || !may_mail(tx, desk, campaign.id, to)? {
        return Ok(());
    }
    let Some(contact) = store::contact_at(tx, through, store::contact_key(&desk.app.keys, to))? else {
        return Ok(());
    };
    let private = Token::make(&desk.app.random);
    if store::insert_private_link(tx, private.digest(), contact, desk.now)? {
        let message = desk.about(campaign, twin).already_signed(to, &private)?;
        desk.outbox.prepare(&message)?.enqueue(tx)?;
        // Whoever is off the list because they did not agree anew wants to come back: the way is mailed once more.
        store::tell_lapse_again(tx, twin.id)?;
    }
    Ok(())
}

/// Whether the mailbox may be written once more. Its turn is taken before (`Outbox::take_turn`): else two
/// that count at once would both find room for the last one.
pub(super) fn may_mail(
    tx: &mut Tx<'_>,
    desk: &Desk,
    campaign: CampaignId,
    to: &EmailAddress,
) -> Result<bool, Failure> {
    Ok(!desk.outbox.has_had_enough(tx, to, campaign, desk.now)?)
}
