//! Who changed a letter last, for the pages that say that somebody was first.

use crate::account::store::{self as accounts, Error};
use crate::audit::{self, Actor};
use crate::clock::Timestamp;
use crate::ids::{AnyId, CampaignId};
use crate::web::show::Moment;
use crate::web::{App, Fault};

/// In the history: a reason for a moment that was set before.
pub(super) const WROTE_WHY: &str = "wrote why nobody is asked again before the letter is public";

/// In the history: the list as it stands was given a name.
pub(super) const NAMED: &str = "named an edition of the list";
/// The same: a slip in one was mended.
pub(super) const NAME_MENDED: &str = "corrected the name of an edition";

/// What is in the history of a letter and changes nothing that another page of it could be too old for.
const ASIDE: [&str; 16] = [
    WROTE_WHY,
    NAMED,
    NAME_MENDED,
    "made a preview link",
    "ended a preview link",
    "had a preview link work again",
    "invited organizations",
    "wrote a mailing",
    "began a mailing",
    "finished a mailing",
    "stopped a mailing",
    "threw a mailing away",
    "changed the words of a mail",
    "took back the words of a mail",
    USED_THE_BOOK,
    INVITED_FROM_THE_BOOK,
];

/// In the history: a translation was saved.
pub(super) const TRANSLATED: &str = "translated the letter";
/// The same, where it says what it said.
pub(super) const MENDED: &str = "mended a slip in a translation";
/// The same of a text about which nobody has been asked yet.
pub(super) const PREPARED: &str = "prepared a translation of the other text";
/// A translation is offered no more.
pub(super) const RETIRED: &str = "retired a translation";
/// A translation is offered again.
pub(super) const OFFERED: &str = "offered a translation again";
/// A translation by which nobody had signed was deleted.
pub(super) const DELETED: &str = "deleted a translation";

/// What is done about translations: no page of the letter itself is too old because of it.
const TRANSLATIONS: [&str; 6] = [TRANSLATED, MENDED, PREPARED, RETIRED, OFFERED, DELETED];

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
    let is_aside = |act: &str| {
        ASIDE.contains(&act)
            || TRANSLATIONS.contains(&act)
            || DELIVERIES.contains(&act)
            || UPDATES.contains(&act)
    };
    last_of(app, campaign, move |act| !is_aside(act)).await
}

/// The last change of a kind.
pub(super) async fn last_of(
    app: &App,
    campaign: CampaignId,
    is_of_it: impl Fn(&str) -> bool + Send + 'static,
) -> Result<Option<Change>, Fault> {
    let keys = app.keys.clone();
    let found = app.db.read(move |conn| -> Result<_, Error> {
        let acts = audit::of(conn, AnyId::from_uuid(campaign.uuid()))?;
        let last = acts.into_iter().rev().find(|act| is_of_it(&act.act));
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
