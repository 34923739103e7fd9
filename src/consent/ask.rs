//! Asking: everybody who represents an entry gets one mail. A few entries in one transaction, each with the row that says that it was asked; so
//! the work can end anywhere and go on later, and nobody is asked twice or left out.

use super::mails::About;
use super::store::{self, Compared, ConsentLink, Telling};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{Campaign, LetterVersion, Round, SHORTEST_ROUND_DAYS, Status, store as campaigns};
use crate::clock::{Timestamp, days, hours};
use crate::db::Tx;
use crate::ids::{AnyId, RoundId, SignOnId};
use crate::mail::Outbox;
use crate::secret::Token;
use crate::sign_on::{Failure, SignOn, store as sign_ons};
use crate::text::EmailAddress;
use crate::web::App;
use crate::web::show::in_utc;
use std::collections::BTreeSet;

/// Entries in one transaction.
pub(super) const AT_ONCE: i64 = 25;

/// How often an entry is reminded, at most.
pub const MOST_REMINDERS: i64 = 2;

/// How long after the question, or the last reminder, the next one may go.
const BETWEEN: jiff::SignedDuration = hours(24);

/// What a transaction here works with.
#[derive(Clone)]
pub(super) struct Tools {
    pub(super) app: actix_web::web::Data<App>,
    pub(super) outbox: actix_web::web::Data<Outbox>,
    pub(super) now: Timestamp,
    pub(super) compared: Compared,
}

impl Tools {
    pub(super) fn new(app: &actix_web::web::Data<App>, outbox: &actix_web::web::Data<Outbox>) -> Self {
        let (app, outbox, now) = (app.clone(), outbox.clone(), app.clock.now());
        Self { app, outbox, now, compared: Compared::default() }
    }
}

/// The round and its campaign, whose row is held, while it runs.
fn running(tx: &mut Tx<'_>, id: RoundId) -> Result<Option<(Campaign, Round)>, Failure> {
    let Some(round) = campaigns::round(tx, id)? else { return Ok(None) };
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    let Some(campaign) = campaigns::hold(tx, round.campaign)? else { return Ok(None) };
    let round = campaigns::round(tx, id)?.filter(|round| round.settled_at.is_none());
    let is_archived = campaign.settings.status == Status::Archived;
    Ok(round.filter(|_| !is_archived).map(|round| (campaign, round)))
}

/// Asks some of those who have not been asked; how many.
pub(super) fn ask_some(tx: &mut Tx<'_>, tools: &Tools, id: RoundId) -> Result<usize, Failure> {
    let Some((campaign, mut round)) = running(tx, id)? else { return Ok(0) };
    let ids = store::unasked(tx, &round, AT_ONCE)?;
    if !ids.is_empty() && round.ends_at < tools.now.plus(days(SHORTEST_ROUND_DAYS)) {
        // Asked so late, they have the shortest time all the same; and a day in which the mail can go.
        round.ends_at = tools.now.plus(days(SHORTEST_ROUND_DAYS + 1));
        campaigns::extend_round(tx, round.id, round.ends_at)?;
        let act =
            Act::new(tools.now, Actor::System, Subject::Campaign(campaign.id), "gave more time to answer");
        let act =
            Act { new: Some(format!("until {}", in_utc(round.ends_at))), ..act.in_campaign(campaign.id) };
        audit::record(tx, &tools.app.random, act)?;
        campaigns::raise_list_revision(tx, campaign.id)?;
    }
    send(tx, tools, (&campaign, &round), &ids, false)?;
    Ok(ids.len())
}

/// Reminds some of those who have said nothing and were not reminded lately; how many.
fn remind_some(tx: &mut Tx<'_>, tools: &Tools, id: RoundId) -> Result<usize, Failure> {
    let Some((campaign, round)) = running(tx, id)? else { return Ok(0) };
    if round.ends_at <= tools.now {
        return Ok(0);
    }
    let ids = store::silent(tx, id, (tools.now.plus(-BETWEEN), MOST_REMINDERS), AT_ONCE)?;
    send(tx, tools, (&campaign, &round), &ids, true)?;
    Ok(ids.len())
}

/// Reminds everybody who has said nothing, in the background: each at most once a day, and twice in all.
pub fn remind(app: &actix_web::web::Data<App>, outbox: &actix_web::web::Data<Outbox>, id: RoundId) {
    let tools = Tools::new(app, outbox);
    tokio::spawn(async move {
        loop {
            let of_tools = tools.clone();
            match tools.app.db.write(move |tx| remind_some(tx, &of_tools, id)).await {
                Ok(0) => return,
                Ok(_) => {}
                // What is left is reminded by the next press.
                Err(error) => return tracing::warn!(%error, "a round could not be reminded of"),
            }
        }
    });
}

fn send(
    tx: &mut Tx<'_>,
    tools: &Tools,
    (campaign, round): (&Campaign, &Round),
    ids: &[SignOnId],
    is_reminder: bool,
) -> Result<(), Failure> {
    if ids.is_empty() {
        return Ok(());
    }
    let after = campaigns::letter_version(tx, campaign.id, round.to_number)?;
    for id in ids {
        let Some(sign_on) = sign_ons::by_id(tx, *id)? else { continue };
        // What changes for them: from the text that they agreed to.
        let before = campaigns::letter_version(tx, campaign.id, sign_on.letter_version)?;
        let told = sign_ons::silence_counts(tx, *id)?;
        let texts = (campaign, &before, &after);
        let mailed = to_everybody(tx, tools, Some(round.id), (&sign_on, texts), |about, to, token| {
            about.consent((&sign_on, told), round, to, token, is_reminder)
        })?;
        match is_reminder {
            true => store::note_reminder(tx, round.id, *id, tools.now)?,
            false => store::insert_asked(tx, round.id, *id, mailed, tools.now)?,
        }
    }
    Ok(())
}

/// The letter, what somebody agreed to, and what they are asked about.
pub(super) type Texts<'a> = (&'a Campaign, &'a LetterVersion, &'a LetterVersion);

/// Mails everybody who represents an entry, each with a link of their own and about the letter as they read it; how many.
pub(super) fn to_everybody(
    tx: &mut Tx<'_>,
    tools: &Tools,
    round: Option<RoundId>,
    (sign_on, (campaign, before, after)): (&SignOn, Texts<'_>),
    write: impl Fn(&About<'_>, &EmailAddress, &Token) -> askama::Result<crate::mail::Message>,
) -> Result<i64, Failure> {
    let mut mailed = BTreeSet::new();
    for (whose, held) in sign_ons::each_representative_of(tx, &tools.app.keys, sign_on.id)? {
        let held = match held {
            Ok(held) => held,
            Err(error) => {
                // Whom no mail reached has not been asked: they are as one whom nobody represents, and the others are asked all the same.
                let named = AnyId::from_uuid(whose.uuid());
                tools.app.passed_over.note("asking a representative for consent", named, &error);
                continue;
            }
        };
        let to = &held.contact.email;
        // Whoever signed twice is one person.
        if !mailed.insert(to.canonical()) {
            continue;
        }
        let token = Token::make(&tools.app.random);
        let link = ConsentLink { round_id: round, sign_on_id: sign_on.id, contact_id: held.id };
        store::insert_link(tx, token.digest(), link, tools.now)?;
        let told = Telling::to(tx, campaign, held.through, (before, after))?;
        let about = About::new(&tools.app.base_url, &told, (before, after), &tools.compared);
        tools.outbox.prepare(&write(&about, to, &token)?)?.enqueue(tx)?;
    }
    Ok(i64::try_from(mailed.len()).unwrap_or(i64::MAX))
}
