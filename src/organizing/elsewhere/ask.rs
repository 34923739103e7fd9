//! POST /staff/letters/{slug}/elsewhere/ask: asks everybody who may confirm and was not asked, or reminds those who have not answered, once; after a
//! page that says how many mails go, because none comes back.

use crate::account::{Acting, Organizer};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{Campaign, Here, Status};
use crate::clock::hours;
use crate::db::{self, Tx};
use crate::ids::{AccountId, CampaignId, SignOnId};
use crate::mail::{NotAMessage, Outbox};
use crate::organizing::held::{Stop, archived, changeable};
use crate::organizing::life::load;
use crate::organizing::sure::Sure;
use crate::secret::Token;
use crate::sign_on::confirmation;
use crate::sign_on::store::{self as sign_ons, ContactError};
use crate::web::page::{page, see};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::web::Data;
use std::collections::BTreeMap;

/// Mails in one transaction.
const AT_ONCE: i64 = 50;

/// How long after the question the reminder may go.
const BETWEEN: jiff::SignedDuration = hours(24);

/// The most that one press asks; the next goes on.
const MOST: usize = 1_000;

/// What the buttons of the page that asks first say.
const ASK_NOW: &str = "ask_now";
const REMIND_NOW: &str = "remind_now";

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Stop(#[from] Stop),
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Contact(#[from] ContactError),
    #[error("a mail could not be written: {0}")]
    Template(#[from] askama::Error),
    #[error("a mail could not be made: {0}")]
    Message(#[from] NotAMessage),
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Stop(stop) => stop.into(),
            Failure::Database(error) => error.into(),
            Failure::Contact(error) => error.into(),
            defect => Self::unexpected(defect),
        }
    }
}

/// What was done of a press, and behind whom it goes on.
#[derive(Default)]
struct Done {
    asked: usize,
    skipped: usize,
    last: Option<SignOnId>,
}

/// Asks, or reminds.
pub(in crate::organizing) async fn ask(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
    outbox: Data<Outbox>,
) -> Result<HttpResponse, Fault> {
    let (again, is_sure) = match fields.get("do") {
        "ask" => (false, false),
        ASK_NOW => (false, true),
        "remind" => (true, false),
        REMIND_NOW => (true, true),
        _ => return Err(Fault::Unprocessable("The form does not say whom to ask. Nothing was sent.")),
    };
    let campaign = load(&app, who.campaign).await?;
    if !is_sure {
        return are_you_sure(&app, &who, &campaign, again).await;
    }
    let mut all = Done::default();
    while all.asked < MOST {
        let (desk, post, id, by, after) = (app.clone(), outbox.clone(), campaign.id, who.staff.id, all.last);
        let done = app.db.write(move |tx| some(tx, (&desk, &post), (id, by), again, after)).await?;
        all.asked += done.asked;
        all.skipped += done.skipped;
        match done.last {
            None => break,
            last => all.last = last,
        }
    }
    Ok(see(&format!(
        "/staff/letters/{}/elsewhere?asked={}&skipped={}",
        campaign.settings.slug, all.asked, all.skipped
    )))
}

async fn are_you_sure(
    app: &App,
    who: &Organizer,
    campaign: &Campaign,
    again: bool,
) -> Result<HttpResponse, Fault> {
    let (id, keys) = (campaign.id, app.keys.clone());
    let asked = (i64::from(again), app.clock.now().plus(-BETWEEN));
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    let count = app.db.read(move |conn| sign_ons::to_ask(conn, &keys, id, asked, None, most)).await?.len();
    let back = format!("/staff/letters/{}/elsewhere", campaign.settings.slug);
    if campaign.settings.status == Status::Archived {
        return Err(archived());
    }
    if count == 0 {
        return Ok(see(&format!("{back}?asked=0&skipped=0")));
    }
    let whom = if count == 1 { "1 organization".to_owned() } else { format!("{count} organizations") };
    let (question, button, word) = match again {
        false => (format!("Ask {whom} to confirm?"), "Ask them now", ASK_NOW),
        true => (format!("Remind {whom} to confirm?"), "Remind them now", REMIND_NOW),
    };
    let mut happens = vec![
        "Each gets a mail with a link by which it confirms, or says that it did not sign. It goes at once and cannot be taken back."
            .to_owned(),
        "Who has had enough mail about this letter lately is left out, and you are told how many those are.".to_owned(),
    ];
    if again {
        happens.push("Nobody is reminded a second time.".to_owned());
    }
    let sure = Sure::new(app, &who.staff, campaign, Here::FromElsewhere, question, button)
        .happens(happens)
        .sent_to(format!("{back}/ask"), vec![("do", word.to_owned())], back);
    Ok(page(&sure)?)
}

fn some(
    tx: &mut Tx<'_>,
    (app, outbox): (&App, &Outbox),
    (campaign, by): (CampaignId, AccountId),
    again: bool,
    after: Option<SignOnId>,
) -> Result<Done, Failure> {
    let now = app.clock.now();
    let asked = (i64::from(again), now.plus(-BETWEEN));
    // The mailboxes' turns before the campaign's row, and in order, as everywhere, so that no two transactions wait for each other.
    let mut turns = BTreeMap::new();
    for (_, address) in sign_ons::to_ask(tx, &app.keys, campaign, asked, after, AT_ONCE)? {
        turns.insert(address.email.canonical(), address.email);
    }
    for email in turns.values() {
        outbox.take_turn(tx, email)?;
    }
    // With the campaign's row held, whoever presses at the same moment finds them asked.
    let campaign = changeable(tx, campaign)?;
    let mut done = Done::default();
    for (sign_on, address) in sign_ons::to_ask(tx, &app.keys, campaign.id, asked, after, AT_ONCE)? {
        done.last = Some(sign_on.id);
        // Those who were asked for something else lately, or too often, are left in peace; and whose turn was not taken.
        if !turns.contains_key(&address.email.canonical())
            || outbox.has_had_enough(tx, &address.email, campaign.id, now)?
        {
            done.skipped += 1;
            continue;
        }
        let token = Token::make(&app.random);
        sign_ons::note_asked(tx, sign_on.id, token.digest(), now)?;
        let mail = confirmation((&app.base_url, now), &campaign, &sign_on, (&address.email, &token), again)?;
        outbox.prepare(&mail)?.enqueue(tx)?;
        done.asked += 1;
    }
    if done.asked > 0 {
        let what = if again { "reminded organizations to confirm" } else { "asked organizations to confirm" };
        let act =
            Act::new(now, Actor::Staff(by), Subject::Campaign(campaign.id), what).in_campaign(campaign.id);
        audit::record(tx, &app.random, Act { new: Some(done.asked.to_string()), ..act })?;
    }
    Ok(done)
}
