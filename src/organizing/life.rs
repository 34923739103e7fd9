//! Opening, closing, publishing: one button each, after a page that says what it does.

use super::history::{self, Change};
use super::stand::Stand;
use crate::account::{Acting, Organizer, SteppedUp};
use crate::audit::{self, Actor, Subject};
use crate::campaign::{
    Access, Campaign, Here, Local, Settings, Status, VERIFICATION_GRACE_HOURS, store as campaigns,
};
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::ids::CampaignId;
use crate::web::form::Fields;
use crate::web::page::{Page, page, see};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use askama::Template;

/// An act.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Act {
    Open,
    Close,
    Publish,
    Unpublish,
}

impl Act {
    const ALL: [Self; 4] = [Self::Publish, Self::Open, Self::Close, Self::Unpublish];

    /// The word in the address.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Close => "close",
            Self::Publish => "publish",
            Self::Unpublish => "unpublish",
        }
    }

    fn parse(word: &str) -> Result<Self, Fault> {
        Self::ALL.into_iter().find(|act| act.word() == word).ok_or(Fault::NotFound)
    }

    /// In the history: `Organizer One opened the letter`.
    const fn past(self) -> &'static str {
        match self {
            Self::Open => "opened the letter",
            Self::Close => "closed the letter",
            Self::Publish => "published the letter",
            Self::Unpublish => "took the letter back from the public",
        }
    }

    /// What the button says.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Open => "Open the letter",
            Self::Close => "Close the letter",
            Self::Publish => "Publish the letter",
            Self::Unpublish => "Take it back from the public",
        }
    }

    /// What will happen, sentence by sentence.
    fn what_happens(self, settings: &Settings, now: Timestamp) -> Vec<String> {
        let whom = match settings.access {
            Access::Public => "Everybody can read the letter and its list, and finds it on the index page.",
            Access::Link => {
                "Whoever has its address can read the letter and its list. It appears nowhere else."
            }
            Access::Invitation => "Whoever is invited can read the letter and its list.",
        };
        match self {
            Self::Open => {
                let seen = match settings.published_at {
                    Some(at) if at <= now => whom,
                    Some(_) => "It is not public yet: until the moment that is set, only staff can see it.",
                    None => "It is not published: only staff can see it until you publish it.",
                };
                vec!["The form takes sign-ons from now on.".to_owned(), seen.to_owned()]
            }
            Self::Close => vec![
                "The form takes no more sign-ons.".to_owned(),
                format!(
                    "What was submitted before can still be verified, where there is a deadline until \
                     {VERIFICATION_GRACE_HOURS} hours after it. What waits can still be decided, and names can be withdrawn."
                ),
                "The letter can be opened again.".to_owned(),
            ],
            Self::Publish => vec![whom.to_owned()],
            Self::Unpublish => vec![
                "The letter, its list and every other form of it answer from now on as if they did not exist.".to_owned(),
                "What somebody has read or copied before stays with them.".to_owned(),
            ],
        }
    }

    /// The acts that make sense now.
    pub(super) fn possible(campaign: &Campaign, now: Timestamp) -> Vec<Self> {
        let is_possible = |act: &Self| act.changed(&campaign.settings, now).is_ok();
        Self::ALL.into_iter().filter(is_possible).collect()
    }

    /// The settings after the act; or why it cannot be.
    fn changed(self, before: &Settings, now: Timestamp) -> Result<Settings, &'static str> {
        let mut after = before.clone();
        let published = before.published_at.is_some_and(|at| at <= now);
        match (self, before.status) {
            (Self::Open, Status::Draft | Status::Closed) if before.closes_at.is_some_and(|at| at <= now) => {
                return Err("Its deadline has passed: set a later one first, or none.");
            }
            (Self::Open, Status::Draft | Status::Closed) => after.status = Status::Open,
            (Self::Close, Status::Open) => after.status = Status::Closed,
            (Self::Publish, Status::Open | Status::Closed) if !published => after.published_at = Some(now),
            (Self::Unpublish, Status::Open | Status::Closed | Status::Draft)
                if before.published_at.is_some() =>
            {
                after.published_at = None;
            }
            (Self::Publish, Status::Draft) => return Err("It is a draft: open it first."),
            _ => return Err("It stands like that already."),
        }
        Ok(after)
    }
}

/// The page that says what will happen, with the button.
pub(super) async fn ask(
    who: Organizer,
    app: Data<App>,
    named: Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    let (act, now) = (Act::parse(&named.1)?, app.clock.now());
    let campaign = load(&app, who.campaign).await?;
    let why_not = act.changed(&campaign.settings, now).err();
    Ok(page(&Confirm {
        page: who.staff.page(&app, format!("{} – Undersigned", act.label())),
        local: Local::new(&campaign, true, Here::Elsewhere, now),
        stand: Stand::of(&campaign, now),
        label: act.label(),
        what_happens: act.what_happens(&campaign.settings, now),
        why_not: why_not.unwrap_or_default(),
        action: format!("/staff/letters/{}/life/{}", campaign.settings.slug, act.word()),
        back_href: format!("/staff/letters/{}/settings", campaign.settings.slug),
        version: campaign.version,
    })?)
}

/// Opening and closing.
pub(super) async fn act(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
    named: Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    match Act::parse(&named.1)? {
        Act::Publish | Act::Unpublish => Err(Fault::NotFound),
        act => carry_out(app, who, &fields, act).await,
    }
}

/// Publishing, and taking back from the public: what everybody sees, or does not see any more.
pub(super) async fn publish(
    Acting { who: SteppedUp(who), fields }: Acting<SteppedUp<Organizer>>,
    app: Data<App>,
    named: Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    carry_out(app, who, &fields, Act::parse(&named.1)?).await
}

async fn carry_out(app: Data<App>, who: Organizer, fields: &Fields, act: Act) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, who.campaign).await?;
    let done = see(&format!("/staff/letters/{}/settings?{}", campaign.settings.slug, act.word()));
    let staff = who.staff.id;
    if fields.get("version") == campaign.version.to_string() {
        if let Err(why_not) = act.changed(&campaign.settings, app.clock.now()) {
            return Err(Fault::Overtaken(format!("This cannot be done now. {why_not} Nothing was changed.")));
        }
        let of_app = app.clone();
        if app.db.write(move |tx| record(tx, &of_app, campaign, act, Actor::Staff(staff))).await? {
            return Ok(done);
        }
    }
    // The same person pressing the same button again gets the first answer again.
    let is_mine = |change: &Change| change.by == Actor::Staff(staff) && change.act == act.past();
    match history::last(&app, who.campaign).await? {
        Some(change) if is_mine(&change) => Ok(done),
        _ => Err(history::overtaken(&app, who.campaign).await?),
    }
}

fn record(
    tx: &mut Tx<'_>,
    app: &App,
    before: Campaign,
    act: Act,
    by: Actor,
) -> Result<bool, crate::db::Error> {
    let now = app.clock.now();
    let Ok(after) = act.changed(&before.settings, now) else { return Ok(false) };
    if !campaigns::replace(tx, &before, &after, now)? {
        return Ok(false);
    }
    let entry = audit::Act::new(now, by, Subject::Campaign(before.id), act.past()).in_campaign(before.id);
    let says = |settings: &Settings| match act {
        Act::Open | Act::Close => settings.text("status"),
        Act::Publish | Act::Unpublish => settings.text("published_at"),
    };
    audit::record(tx, &app.random, entry.changing(&says(&before.settings), &says(&after)))?;
    Ok(true)
}

/// The campaign of somebody who may run it.
pub(super) async fn load(app: &App, id: CampaignId) -> Result<Campaign, Fault> {
    app.db.read(move |conn| campaigns::by_id(conn, id)).await?.ok_or(Fault::NotFound)
}

#[derive(Template)]
#[template(path = "organizing/confirm.html")]
struct Confirm {
    page: Page,
    local: Local,
    stand: Stand,
    label: &'static str,
    what_happens: Vec<String>,
    why_not: &'static str,
    action: String,
    back_href: String,
    version: i64,
}
