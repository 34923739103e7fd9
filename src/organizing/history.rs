//! Who changed a letter last, for the pages that say that somebody was first.

use crate::account::store::{self as accounts, Error};
use crate::audit::{self, Actor};
use crate::clock::Timestamp;
use crate::ids::{AnyId, CampaignId};
use crate::web::show::Moment;
use crate::web::{App, Fault};

/// In the history: a reason for a moment that was set before.
pub(super) const WROTE_WHY: &str = "wrote why nobody is asked again before the letter is public";

/// What is in the history of a letter and changes nothing that another page of it could be too old for.
const ASIDE: [&str; 7] = [
    WROTE_WHY,
    "made a preview link",
    "ended a preview link",
    "had a preview link work again",
    "invited organizations",
    USED_THE_BOOK,
    INVITED_FROM_THE_BOOK,
];

/// What is done about deliveries, which the page of deliveries alone can be too old for.
pub(super) const DELIVERIES: [&str; 5] = [
    "wrote down a delivery",
    "changed a delivery",
    "removed a delivery",
    "told those who signed that it was delivered",
    "told those who signed that a reply came",
];

/// What is done about updates, which the page of updates alone can be too old for.
pub(super) const UPDATES: [&str; 5] = [
    "wrote a draft of an update",
    "corrected an update",
    "published an update",
    "took an update back",
    "threw a draft of an update away",
];

/// That the address book was opened for a letter, and that organizations were invited from it.
pub(super) const USED_THE_BOOK: &str = "took organizations from the address book";
pub(super) const INVITED_FROM_THE_BOOK: &str = "invited organizations from the address book";

/// The last change of a letter.
pub(super) struct Change {
    /// By whom, as a name.
    pub(super) who: String,
    /// The same, for programs.
    pub(super) by: Actor,
    /// When.
    pub(super) at: Timestamp,
    /// What was done, as a verb in the past.
    pub(super) act: String,
}

impl Change {
    /// `Organizer One opened the letter 3 minutes ago.`
    pub(super) fn sentence(&self, now: Timestamp) -> String {
        let ago = match Moment::new(self.at, now).ago {
            now if now == "just now" => now,
            length => format!("{length} ago"),
        };
        format!("{} {} {ago}.", self.who, self.act)
    }
}

/// The last change.
pub(super) async fn last(app: &App, campaign: CampaignId) -> Result<Option<Change>, Fault> {
    let is_aside = |act: &str| ASIDE.contains(&act) || DELIVERIES.contains(&act) || UPDATES.contains(&act);
    last_of(app, campaign, move |act| !is_aside(act)).await
}

async fn last_of(
    app: &App,
    campaign: CampaignId,
    counts: impl Fn(&str) -> bool + Send + 'static,
) -> Result<Option<Change>, Fault> {
    let keys = app.keys.clone();
    let found = app.db.read(move |conn| -> Result<_, Error> {
        let acts = audit::of(conn, AnyId::from_uuid(campaign.uuid()))?;
        let last = acts.into_iter().rev().find(|act| counts(&act.act));
        let Some(act) = last else { return Ok(None) };
        let who = match act.actor {
            Actor::Staff(id) => accounts::names(conn, &keys, &[id])?.remove(&id).unwrap_or_default(),
            Actor::Command => "Somebody at the server".to_owned(),
            Actor::System | Actor::Representative | Actor::Visitor => "The program".to_owned(),
        };
        Ok(Some(Change { who, by: act.actor, at: act.at, act: act.act }))
    });
    Ok(found.await?)
}

/// What somebody who was not first is told.
pub(super) async fn overtaken(app: &App, campaign: CampaignId) -> Result<Fault, Fault> {
    Ok(told(app, last(app, campaign).await?))
}

/// The same of a page that only these acts make too old.
pub(super) async fn overtaken_in(
    app: &App,
    campaign: CampaignId,
    acts: &'static [&'static str],
) -> Result<Fault, Fault> {
    Ok(told(app, last_of(app, campaign, move |act| acts.contains(&act)).await?))
}

fn told(app: &App, change: Option<Change>) -> Fault {
    let who = change.map(|change| change.sentence(app.clock.now())).unwrap_or_default();
    Fault::Overtaken(
        format!("{who} Your page was older than that, so nothing was changed.").trim().to_owned(),
    )
}
