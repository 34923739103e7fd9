//! Opening, pausing, closing, publishing, archiving: one button each, after a page that says what it does and what is open.

use super::act::Act;
use super::history::{self, Change};
use super::open::Open;
use super::stand::Stand;
use crate::account::{Acting, Organizer, SteppedUp};
use crate::audit::{self, Actor, Subject};
use crate::campaign::settings::PauseMessage;
use crate::campaign::{Campaign, Here, Local, store as campaigns};
use crate::db::Tx;
use crate::ids::{AccountId, CampaignId};
use crate::text::Prose;
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{Page, page_of, see};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;

/// What a pause says, and why somebody publishes without asking again.
type Words = Prose<500>;

/// What became of an act.
enum Done {
    Recorded,
    /// Somebody changed the letter first.
    Overtaken,
    /// What is open is not what was shown beside the button.
    Differs,
}

/// An act that was asked for, with what was typed beside its button.
#[derive(Clone)]
struct Wish {
    act: Act,
    /// What a pause says.
    message: String,
    /// Why it is done all the same.
    reason: Option<Words>,
    /// What was shown as open beside the button.
    seen: String,
    /// Whether the preview links end with it.
    ends_links: bool,
}

/// The page that says what will happen, with the button.
pub(super) async fn ask(
    who: Organizer,
    app: Data<App>,
    named: Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    let act = Act::parse(&named.1).ok_or(Fault::NotFound)?;
    let campaign = load(&app, who.campaign).await?;
    show(&app, &who, &campaign, act, StatusCode::OK, Filled::default()).await
}

/// What everybody can take back, and nobody but staff sees at once.
pub(super) async fn act(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
    named: Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    match Act::parse(&named.1) {
        Some(Act::Publish | Act::Unpublish) | None => Err(Fault::NotFound),
        Some(act) => carry_out(app, who, fields, act).await,
    }
}

/// Publishing, and taking back from the public: what everybody sees, or does not see any more.
pub(super) async fn publish(
    Acting { who: SteppedUp(who), fields }: Acting<SteppedUp<Organizer>>,
    app: Data<App>,
    named: Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    let act = Act::parse(&named.1).ok_or(Fault::NotFound)?;
    carry_out(app, who, fields, act).await
}

async fn carry_out(app: Data<App>, who: Organizer, fields: Fields, act: Act) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, who.campaign).await?;
    let done = see(&format!("/staff/letters/{}/settings?{}", campaign.settings.slug, act.word()));
    let staff = who.staff.id;
    if fields.get("version") == campaign.version.to_string() {
        if let Err(why_not) = act.changed(&campaign.settings, app.clock.now(), "") {
            return Err(Fault::Overtaken(format!("This cannot be done now. {why_not} Nothing was changed.")));
        }
        let id = campaign.id;
        if act == Act::Archive && app.db.read(move |conn| campaigns::open_round(conn, id)).await?.is_some() {
            return Err(Fault::Overtaken(
                "Those who signed are being asked whether they agree. End the round or stop it first. Nothing was changed."
                    .to_owned(),
            ));
        }
        let open = Open::before(&app, &campaign, act).await?;
        let wish = match read(act, &fields, &open) {
            Ok(wish) => wish,
            Err(problems) => {
                let form = Filled::new(fields, problems);
                return show(&app, &who, &campaign, act, StatusCode::UNPROCESSABLE_ENTITY, form).await;
            }
        };
        let (of_app, of) = (app.clone(), campaign.clone());
        match app.db.write(move |tx| record(tx, &of_app, of, &wish, staff)).await? {
            Done::Recorded => return Ok(done),
            Done::Differs => {
                let form = Filled::new(fields, Problems::default());
                return show(&app, &who, &campaign, act, StatusCode::CONFLICT, form).await;
            }
            Done::Overtaken => {}
        }
    }
    // The same person pressing the same button again gets the first answer again.
    let is_mine = |change: &Change| change.by == Actor::Staff(staff) && change.act == act.past();
    match history::last(&app, who.campaign).await? {
        Some(change) if is_mine(&change) => Ok(done),
        _ => Err(history::overtaken(&app, who.campaign).await?),
    }
}

/// What was typed beside the button; or what has to be.
fn read(act: Act, fields: &Fields, open: &Open) -> Result<Wish, Problems> {
    let mut problems = Problems::default();
    let mut wish = Wish {
        act,
        message: String::new(),
        reason: None,
        seen: fields.get("seen").to_owned(),
        ends_links: act == Act::Unpublish && fields.is_ticked("end_links"),
    };
    match act {
        Act::Pause => {
            // The message is one paragraph, wherever it is shown.
            let typed = fields.get("message").split_whitespace().collect::<Vec<_>>().join(" ");
            if let Some(message) = problems.take("message", PauseMessage::parse(&typed)) {
                wish.message = message.as_str().to_owned();
            }
        }
        Act::Publish if open.stale > 0 => {
            let typed = fields.get("consent");
            let missing = "Write why it is published without asking them again; or ask them first.";
            match typed.trim().is_empty() {
                true => problems.add("consent", missing),
                false => {
                    wish.reason = problems.take("consent", Words::parse(typed));
                }
            }
        }
        Act::Archive if !open.waiting.is_empty() && !fields.is_ticked("anyway") => {
            problems.add("anyway", "Settle what waits first; or tick this, and it stays undecided.");
        }
        _ => {}
    }
    if problems.is_empty() { Ok(wish) } else { Err(problems) }
}

fn record(
    tx: &mut Tx<'_>,
    app: &App,
    before: Campaign,
    wish: &Wish,
    staff: AccountId,
) -> Result<Done, crate::db::Error> {
    let (now, act) = (app.clock.now(), wish.act);
    let Ok(after) = act.changed(&before.settings, now, &wish.message) else { return Ok(Done::Overtaken) };
    // Held first: what is open stays as it is found here until the act is written, and no round begins in between.
    campaigns::hold(tx, before.id)?;
    if act == Act::Archive && campaigns::open_round(tx, before.id)?.is_some() {
        return Ok(Done::Overtaken);
    }
    if act.tells_what_is_open() && Open::read(tx, &before, act, now)?.seen != wish.seen {
        return Ok(Done::Differs);
    }
    if !campaigns::replace(tx, &before, &after, now)? {
        return Ok(Done::Overtaken);
    }
    let ended = if wish.ends_links { campaigns::end_previews(tx, before.id, staff, now)? } else { 0 };
    let by = Actor::Staff(staff);
    let entry = audit::Act::new(now, by, Subject::Campaign(before.id), act.past()).in_campaign(before.id);
    let (old, new) = (before.settings.text(act.changes()), after.text(act.changes()));
    let new = if ended > 0 { format!("{new}\npreview links ended: {ended}").trim().to_owned() } else { new };
    let entry = entry.changing(&old, &new).because(wish.reason.as_ref().map(Words::as_str));
    audit::record(tx, &app.random, entry)?;
    Ok(Done::Recorded)
}

/// The campaign of somebody who may run it.
pub(super) async fn load(app: &App, id: CampaignId) -> Result<Campaign, Fault> {
    app.db.read(move |conn| campaigns::by_id(conn, id)).await?.ok_or(Fault::NotFound)
}

async fn show(
    app: &App,
    who: &Organizer,
    campaign: &Campaign,
    act: Act,
    status: StatusCode,
    form: Filled,
) -> Result<HttpResponse, Fault> {
    let (settings, now) = (&campaign.settings, app.clock.now());
    let id = campaign.id;
    let links = match act {
        Act::Unpublish => app.db.read(move |conn| campaigns::count_previews(conn, id, now)).await?,
        _ => 0,
    };
    let template = Confirm {
        page: who.staff.page(app, format!("{} – Undersigned", act.label())),
        local: Local::new(campaign, true, Here::Elsewhere, now),
        stand: Stand::of(campaign, now),
        label: act.label(),
        what_happens: act.what_happens(settings, now),
        why_not: act.changed(settings, now, "").err().unwrap_or_default(),
        open: Open::before(app, campaign, act).await?,
        differs: status == StatusCode::CONFLICT,
        form,
        asks_for_message: act == Act::Pause,
        archives: act == Act::Archive,
        links,
        action: format!("/staff/letters/{}/life/{}", settings.slug, act.word()),
        back_href: format!("/staff/letters/{}/settings", settings.slug),
        version: campaign.version,
    };
    Ok(page_of(status, &template)?)
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
    open: Open,
    /// Whether what was shown before is not what is open now.
    differs: bool,
    form: Filled,
    asks_for_message: bool,
    archives: bool,
    /// How many preview links go on showing it.
    links: i64,
    action: String,
    back_href: String,
    version: i64,
}
