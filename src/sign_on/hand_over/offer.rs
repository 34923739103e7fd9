//! Asking somebody to take over, whoever asks: the row, the link, the mails and the history, in one transaction.

use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Campaign, Status};
use crate::clock::{Timestamp, days, minutes};
use crate::db::Tx;
use crate::ids::{AccountId, AnyId, ContactId, SignOnId};
use crate::secret::Token;
use crate::sign_on::colleague::{Ended, HandOver, is_live};
use crate::sign_on::receive::{Desk, Failure, may_mail};
use crate::sign_on::state::{Remark, SignOn};
use crate::sign_on::store::{self, HandOverPurpose};
use crate::sign_on::submission::Contact;

/// How long a link works.
const TERM: jiff::SignedDuration = days(14);
/// How many links may be caused about one sign-on in a day by representatives, and how many by moderators.
const LINKS_PER_DAY: usize = 5;
/// A form sent again within this time is the same press of the button.
const SAME_PRESS: jiff::SignedDuration = minutes(2);

/// Who is asked to take over, by whom.
#[derive(Clone)]
pub(crate) struct Asking {
    /// The contact whose place it is.
    pub(crate) from: Option<ContactId>,
    /// The moderator who asks, and why; nobody where the representative does.
    pub(crate) by: Option<(AccountId, Remark)>,
    /// Who is asked.
    pub(crate) colleague: Contact,
}

/// What became of asking.
pub(crate) enum Asked {
    /// Somebody is asked.
    Yes,
    /// There is nothing to take over any more.
    Otherwise(Box<SignOn>),
    /// Nothing about the letter changes any more.
    Archived,
    /// They are a contact already, or the one whose place it is has gone.
    Known,
    /// Enough links for today.
    Often,
    /// The moderators have asked somebody already.
    ByStaff,
    /// Nothing waits.
    Nothing,
}

/// Asks somebody. What was asked before and waits is replaced.
pub(crate) fn ask(tx: &mut Tx<'_>, desk: &Desk, id: SignOnId, asking: &Asking) -> Result<Asked, Failure> {
    let Asking { from, by, colleague } = asking;
    desk.outbox.take_turn(tx, &colleague.email)?;
    let (campaign, sign_on) = match held(tx, desk, id)? {
        Ok(both) => both,
        Err(otherwise) => return Ok(otherwise),
    };
    let contacts = store::contacts_of(tx, &desk.app.keys, id)?;
    let old = contacts.iter().find(|contact| Some(contact.id) == *from);
    let is_known = contacts.iter().any(|other| other.email.canonical() == colleague.email.canonical());
    if is_known || old.is_none() != from.is_none() {
        return Ok(Asked::Known);
    }
    if let Some(waiting) = store::waiting_hand_over(tx, id)? {
        let is_same_press = waiting.asked_by == by.as_ref().map(|(by, _)| *by)
            && waiting.made_at > desk.now.plus(-SAME_PRESS)
            && store::colleague_of(tx, &desk.app.keys, waiting.id)?.as_ref() == Some(colleague);
        if is_same_press {
            return Ok(Asked::Yes);
        }
        if waiting.asked_by.is_some() && by.is_none() {
            return Ok(Asked::ByStaff);
        }
        // What waits goes on waiting where nobody else can be asked today.
        if is_often(tx, desk, id, by.is_some())? {
            return Ok(Asked::Often);
        }
        settle(tx, desk, &waiting, Ended::Replaced)?;
    } else if is_often(tx, desk, id, by.is_some())? {
        return Ok(Asked::Often);
    }
    let made = HandOver {
        id: ContactId::new(desk.now.millis(), desk.app.random.bytes()),
        sign_on: id,
        from: *from,
        is_elsewhere: old
            .is_some_and(|old| old.email.registrable_domain() != colleague.email.registrable_domain()),
        asked_by: by.as_ref().map(|(by, _)| *by),
        made_at: desk.now,
        ends_at: desk.now.plus(TERM),
        objected_at: None,
        settled: None,
    };
    store::insert_hand_over(tx, &desk.app.keys, &desk.app.random, &made, colleague)?;
    mail_link(tx, desk, &campaign, &sign_on, &made, colleague)?;
    let act = match by {
        None => {
            Act::new(desk.now, Actor::Representative, Subject::SignOn(id), "asked a colleague to take over")
        }
        Some((by, why)) => {
            if let Some(old) = old {
                tell(tx, desk, &campaign, &sign_on, (&made, old))?;
            }
            Act::new(desk.now, Actor::Staff(*by), Subject::SignOn(id), "asked somebody else to take over")
                .because(Some(why.as_str()))
        }
    };
    audit::record(tx, &desk.app.random, act.in_campaign(campaign.id))?;
    Ok(Asked::Yes)
}

/// Mails a fresh link to whoever is asked already; the term begins anew.
pub(crate) fn renew(
    tx: &mut Tx<'_>,
    desk: &Desk,
    id: SignOnId,
    by: Option<AccountId>,
) -> Result<Asked, Failure> {
    let Some(colleague) = whom(tx, desk, id, by)? else { return Ok(Asked::Nothing) };
    desk.outbox.take_turn(tx, &colleague.email)?;
    let (campaign, sign_on) = match held(tx, desk, id)? {
        Ok(both) => both,
        Err(otherwise) => return Ok(otherwise),
    };
    let waiting = store::waiting_hand_over(tx, id)?;
    let Some(waiting) = waiting.filter(|waiting| waiting.asked_by.is_some() == by.is_some()) else {
        return Ok(Asked::Nothing);
    };
    let last = store::hand_over_links_since(tx, id, by.is_some(), desk.now.plus(-SAME_PRESS))?;
    if last > 0 {
        return Ok(Asked::Yes);
    }
    if is_often(tx, desk, id, by.is_some())? {
        return Ok(Asked::Often);
    }
    mail_link(tx, desk, &campaign, &sign_on, &waiting, &colleague)?;
    let act = Act::new(desk.now, actor(by), Subject::SignOn(id), "mailed the hand-over again");
    audit::record(tx, &desk.app.random, act.in_campaign(campaign.id))?;
    Ok(Asked::Yes)
}

/// Takes back what was asked, by whoever asked; also about what is over, so that nobody is kept waiting for nothing.
pub(crate) fn take_back(
    tx: &mut Tx<'_>,
    desk: &Desk,
    id: SignOnId,
    by: Option<AccountId>,
) -> Result<Asked, Failure> {
    let campaign = match held_whatever_stands(tx, id)? {
        Ok((campaign, _)) => campaign,
        Err(otherwise) => return Ok(otherwise),
    };
    let last = store::last_hand_over(tx, id)?.filter(|last| last.asked_by.is_some() == by.is_some());
    let waiting = match last {
        Some(waiting) if waiting.settled.is_none() => waiting,
        // Pressed twice.
        Some(HandOver { settled: Some((Ended::TakenBack, _)), .. }) => return Ok(Asked::Yes),
        _ => return Ok(Asked::Nothing),
    };
    settle(tx, desk, &waiting, Ended::TakenBack)?;
    let act = Act::new(desk.now, actor(by), Subject::SignOn(id), "took the hand-over back");
    audit::record(tx, &desk.app.random, act.in_campaign(campaign.id))?;
    Ok(Asked::Yes)
}

/// A moderator goes on with what somebody objected to.
pub(crate) fn go_on(
    tx: &mut Tx<'_>,
    desk: &Desk,
    id: SignOnId,
    (by, why): (AccountId, &Remark),
) -> Result<Asked, Failure> {
    let (campaign, _) = match held(tx, desk, id)? {
        Ok(both) => both,
        Err(otherwise) => return Ok(otherwise),
    };
    let Some(waiting) = store::waiting_hand_over(tx, id)? else { return Ok(Asked::Nothing) };
    if !store::object_to_hand_over(tx, waiting.id, None)? {
        // Pressed twice.
        return Ok(Asked::Yes);
    }
    let act = Act::new(desk.now, Actor::Staff(by), Subject::SignOn(id), "went on with the hand-over");
    audit::record(tx, &desk.app.random, act.in_campaign(campaign.id).because(Some(why.as_str())))?;
    Ok(Asked::Yes)
}

/// Settles one that waits; what has not been mailed of it is not mailed any more.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    desk: &Desk,
    waiting: &HandOver,
    ended: Ended,
) -> Result<bool, Failure> {
    crate::mail::take_back_all(tx, AnyId::from_uuid(waiting.id.uuid()), desk.now)?;
    Ok(store::settle_hand_over(tx, waiting.id, ended, desk.now)?)
}

const fn actor(by: Option<AccountId>) -> Actor {
    match by {
        Some(by) => Actor::Staff(by),
        None => Actor::Representative,
    }
}

/// The campaign, whose row is held from here on, and the sign-on, as far as somebody can speak for it.
fn held(tx: &mut Tx<'_>, desk: &Desk, id: SignOnId) -> Result<Result<(Campaign, SignOn), Asked>, Failure> {
    let (campaign, sign_on) = match held_whatever_stands(tx, id)? {
        Ok(both) => both,
        Err(otherwise) => return Ok(Err(otherwise)),
    };
    // A decision that nobody outside was told of is not in the way.
    let told = store::as_told(tx, sign_on.clone(), desk.now)?;
    if !is_live(sign_on.standing()) && !is_live(told.standing()) {
        return Ok(Err(Asked::Otherwise(Box::new(sign_on))));
    }
    Ok(Ok((campaign, sign_on)))
}

/// The same, whether or not the sign-on is over.
fn held_whatever_stands(tx: &mut Tx<'_>, id: SignOnId) -> Result<Result<(Campaign, SignOn), Asked>, Failure> {
    let Some(sign_on) = store::by_id(tx, id)? else { return Ok(Err(Asked::Nothing)) };
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    let Some(campaign) = campaign::store::hold(tx, sign_on.campaign)? else { return Ok(Err(Asked::Nothing)) };
    let Some(sign_on) = store::by_id(tx, id)? else { return Ok(Err(Asked::Nothing)) };
    if campaign.settings.status == Status::Archived {
        return Ok(Err(Asked::Archived));
    }
    Ok(Ok((campaign, sign_on)))
}

fn whom(
    tx: &mut Tx<'_>,
    desk: &Desk,
    id: SignOnId,
    by: Option<AccountId>,
) -> Result<Option<Contact>, Failure> {
    let waiting = store::waiting_hand_over(tx, id)?;
    let Some(waiting) = waiting.filter(|waiting| waiting.asked_by.is_some() == by.is_some()) else {
        return Ok(None);
    };
    Ok(store::colleague_of(tx, &desk.app.keys, waiting.id)?)
}

/// Representatives and moderators each have their own count, so that neither can keep the other from asking.
fn is_often(tx: &mut Tx<'_>, desk: &Desk, id: SignOnId, by_staff: bool) -> Result<bool, Failure> {
    Ok(store::hand_over_links_since(tx, id, by_staff, desk.now.plus(days(-1)))? >= LINKS_PER_DAY)
}

/// The link to the colleague. A mailbox that has had its mails gets none, and nobody is told so: who asks must not learn what else it was
/// mailed.
fn mail_link(
    tx: &mut Tx<'_>,
    desk: &Desk,
    campaign: &Campaign,
    sign_on: &SignOn,
    made: &HandOver,
    colleague: &Contact,
) -> Result<(), Failure> {
    let (token, until) = (Token::make(&desk.app.random), desk.now.plus(TERM));
    let link = (made.id, HandOverPurpose::Accept);
    store::insert_hand_over_link(tx, token.digest(), link, desk.now, until)?;
    if may_mail(tx, desk, campaign.id, &colleague.email)? {
        let about = desk.about(campaign, sign_on);
        let message = about.offer(&colleague.email, made.id, &token, made.asked_by.is_some(), until)?;
        desk.outbox.prepare(&message)?.enqueue(tx)?;
    }
    Ok(())
}

/// Whoever spoke before is told that a moderator asks somebody else, and how to object.
fn tell(
    tx: &mut Tx<'_>,
    desk: &Desk,
    campaign: &Campaign,
    sign_on: &SignOn,
    (made, old): (&HandOver, &Contact),
) -> Result<(), Failure> {
    let (token, until): (Token, Timestamp) = (Token::make(&desk.app.random), desk.now.plus(TERM));
    let link = (made.id, HandOverPurpose::Object);
    store::insert_hand_over_link(tx, token.digest(), link, desk.now, until)?;
    let message = desk.about(campaign, sign_on).to_be_replaced(&old.email, made.id, &token, until)?;
    desk.outbox.prepare(&message)?.enqueue(tx)?;
    Ok(())
}
