//! What organizers write about a letter once it is public: drafts, what is published, what is corrected and what is taken back.

mod view;

use super::held::{Stop, changeable};
use super::history;
use super::life::load;
use super::sure::Sure;
use crate::account::{Acting, Organizer};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::store as campaigns;
use crate::campaign::{Campaign, Here, Update, UpdateText, UpdateTitle};
use crate::clock::Timestamp;
use crate::db::{self, Tx};
use crate::ids::{AccountId, UpdateId};
use crate::web::form::{self, Fields, Filled, Problems};
use crate::web::page::{page_of, see};
use crate::web::show::in_zone;
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use view::View;

/// The most updates of one letter.
const MOST: usize = 500;

/// What is done with an update.
enum Wish {
    /// Another wording; of nothing, a draft.
    Word(UpdateText),
    Publish,
    TakeBack,
    Discard,
}

impl Wish {
    fn past(&self, before: Option<&Update>) -> &'static str {
        match self {
            Self::Word(_) if before.is_some_and(|before| before.published_at.is_some()) => {
                "corrected an update"
            }
            Self::Word(_) => "wrote a draft of an update",
            Self::Publish => "published an update",
            Self::TakeBack => "took an update back",
            Self::Discard => "threw a draft of an update away",
        }
    }

    /// What the page says afterwards, as its address has it.
    const fn done(&self) -> &'static str {
        match self {
            Self::Word(_) => "saved",
            Self::Publish => "published",
            Self::TakeBack => "taken_back",
            Self::Discard => "discarded",
        }
    }
}

async fn read(app: &App, campaign: &Campaign) -> Result<Vec<Update>, Fault> {
    let id = campaign.id;
    Ok(app.db.read(move |conn| campaigns::updates_of(conn, id)).await?)
}

/// The page.
pub(super) async fn show(
    request: HttpRequest,
    who: Organizer,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, who.campaign).await?;
    let updates = read(&app, &campaign).await?;
    let wish = form::query(&request)?;
    let of = match wish.get("of") {
        "" => None,
        id => {
            let id = UpdateId::parse(id).ok_or(Fault::NotFound)?;
            Some(updates.iter().find(|update| update.id == id).ok_or(Fault::NotFound)?)
        }
    };
    let notice = match wish.get("done") {
        "saved" => "Saved.",
        "published" => "Published. Everybody who may see the letter reads it now.",
        "taken_back" => "Taken back. That it was there stays to be seen.",
        "discarded" => "The draft is thrown away.",
        _ => "",
    };
    let form = match of {
        Some(update) => stands(update),
        None => empty(&app),
    };
    let view = View::new(&app, &who.staff, &campaign, &updates, of, form);
    Ok(page_of(StatusCode::OK, &view.with_notice(notice))?)
}

/// The empty form. It names the draft that it begins, so that a button that is pressed twice begins one.
fn empty(app: &App) -> Filled {
    let id = UpdateId::new(app.clock.now().millis(), app.random.bytes()).to_string();
    Filled::new([("update", id)].into_iter().collect(), Problems::default())
}

fn stands(update: &Update) -> Filled {
    let text = update.newest();
    let fields = [
        ("update", update.id.to_string()),
        ("version", update.version.to_string()),
        ("title", text.map(|text| text.title.to_string()).unwrap_or_default()),
        ("text", text.map_or(String::new(), |text| text.body.as_str().to_owned())),
    ];
    Filled::new(fields.into_iter().collect(), Problems::default())
}

/// One of the page's buttons.
pub(super) async fn act(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let id = UpdateId::parse(fields.get("update"));
    let id = id.ok_or(Fault::Unprocessable("The form does not say which update is meant."))?;
    let campaign = load(&app, who.campaign).await?;
    let updates = read(&app, &campaign).await?;
    let before = updates.iter().find(|update| update.id == id).cloned();
    let wish = match (fields.get("do"), &before) {
        ("save" | "preview", _) => {
            let mut problems = Problems::default();
            let text = wording(&fields, who.staff.id, app.clock.now(), &mut problems);
            if before.is_none() && updates.len() >= MOST {
                problems.add("title", format!("A letter has at most {MOST} updates."));
            }
            let is_preview = fields.get("do") == "preview";
            match text.filter(|_| problems.is_empty()) {
                Some(text) if !is_preview => Wish::Word(text),
                text => {
                    let status =
                        if text.is_some() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
                    let form = Filled::new(fields, problems);
                    let view = View::new(&app, &who.staff, &campaign, &updates, before.as_ref(), form);
                    return Ok(page_of(status, &view.with_preview(text.as_ref()))?);
                }
            }
        }
        ("publish", Some(before)) => return ask(&app, &who, &campaign, before, &Wish::Publish),
        ("take_back", Some(before)) => return ask(&app, &who, &campaign, before, &Wish::TakeBack),
        ("discard", Some(before)) => return ask(&app, &who, &campaign, before, &Wish::Discard),
        ("publish_now", Some(_)) => Wish::Publish,
        ("take_back_now", Some(_)) => Wish::TakeBack,
        ("discard_now", Some(_)) => Wish::Discard,
        // Pressed twice.
        ("discard_now", None) => return Ok(here(&campaign, "discarded")),
        _ => return Err(Fault::Unprocessable("The form does not say what to do. Nothing was changed.")),
    };
    carry_out(&app, &who, &campaign, (id, before), wish, &fields).await
}

fn here(campaign: &Campaign, done: &str) -> HttpResponse {
    see(&format!("/staff/letters/{}/updates?done={done}", campaign.settings.slug))
}

fn wording(
    fields: &Fields,
    made_by: AccountId,
    made_at: Timestamp,
    problems: &mut Problems,
) -> Option<UpdateText> {
    let title = problems.take("title", UpdateTitle::parse(fields.get("title")));
    let body = problems.take("text", UpdateText::body(fields.get("text")));
    Some(UpdateText { title: title?, body: body?, made_at, made_by })
}

/// The page that asks before everybody reads it, or nobody any more.
fn ask(
    app: &App,
    who: &Organizer,
    campaign: &Campaign,
    before: &Update,
    wish: &Wish,
) -> Result<HttpResponse, Fault> {
    let title = before.newest().map(|text| text.title.to_string()).unwrap_or_default();
    let settings = &campaign.settings;
    let (question, act, button, happens) = match wish {
        Wish::Publish => {
            let now = app.clock.now();
            let when = match settings.published_at {
                _ if campaign.is_visible(now) => {
                    "Everybody who may see the letter reads it at once: on its page, under its own address, and in its feed."
                        .to_owned()
                }
                Some(at) if at > now => format!(
                    "The letter is not public. Once it is, from {} on, everybody reads the update too.",
                    in_zone(at, &settings.zone)
                ),
                _ => "The letter is not public. Once it is, everybody reads the update too.".to_owned(),
            };
            let later =
                "From then on it can be corrected, and everybody sees what was. It cannot be made a draft again.";
            (format!("Publish “{title}”?"), "publish_now", "Publish it", vec![when, later.to_owned()])
        }
        Wish::TakeBack => (
            format!("Take back “{title}”?"),
            "take_back_now",
            "Take it back",
            vec![
                "Its title, its text and its corrections are gone from every page and from the feed, and do not come back."
                    .to_owned(),
                "That there was an update, and that it was taken back, stays to be seen, with both dates.".to_owned(),
            ],
        ),
        Wish::Discard | Wish::Word(_) => (
            format!("Throw the draft “{title}” away?"),
            "discard_now",
            "Throw it away",
            vec!["Nobody has read it but organizers. It does not come back.".to_owned()],
        ),
    };
    let href = format!("/staff/letters/{}/updates", settings.slug);
    let hidden = vec![
        ("update", before.id.to_string()),
        ("version", before.version.to_string()),
        ("do", act.to_owned()),
    ];
    let page = Sure::new(app, &who.staff, campaign, Here::Updates, question, button)
        .happens(happens)
        .sent_to(href.clone(), hidden, format!("{href}?of={}", before.id));
    Ok(page_of(StatusCode::OK, &page)?)
}

async fn carry_out(
    app: &Data<App>,
    who: &Organizer,
    campaign: &Campaign,
    (id, before): (UpdateId, Option<Update>),
    wish: Wish,
    fields: &Fields,
) -> Result<HttpResponse, Fault> {
    let done = here(campaign, wish.done());
    if let Some(before) = &before
        && is_so(before, &wish)
    {
        return Ok(done);
    }
    let is_same = |before: &Update| fields.get("version") == before.version.to_string();
    if !before.as_ref().is_none_or(is_same) {
        return Err(history::overtaken_in(app, campaign.id, &history::UPDATES).await?);
    }
    let (of_app, by) = (app.clone(), who.staff.id);
    let of = campaign.id;
    let wrote = app.db.write(move |tx| -> Result<bool, Stop> {
        changeable(tx, of)?;
        let past = wish.past(before.as_ref());
        if !write(tx, (of, id), before.as_ref(), &wish, of_app.clock.now())? {
            return Ok(false);
        }
        let act = Act::new(of_app.clock.now(), Actor::Staff(by), Subject::Campaign(of), past);
        let words = |text: &UpdateText| format!("{}\n\n{}", text.title, text.body.as_str());
        let (old, new) = match &wish {
            Wish::Word(text) => (before.as_ref().and_then(Update::newest).map(words), Some(words(text))),
            _ => (None, before.as_ref().and_then(Update::newest).map(|text| text.title.to_string())),
        };
        audit::record(tx, &of_app.random, Act { old, new, ..act.in_campaign(of) })?;
        if before.is_some_and(|before| before.published_at.is_some()) || matches!(wish, Wish::Publish) {
            campaigns::raise_list_revision(tx, of)?;
        }
        Ok(true)
    });
    match wrote.await {
        Ok(true) => Ok(done),
        Ok(false) | Err(Stop::Database(db::Error::Unique(_))) => {
            Err(history::overtaken_in(app, campaign.id, &history::UPDATES).await?)
        }
        Err(other) => Err(other.into()),
    }
}

/// Whether an update stands already as is wished: the button was pressed twice.
fn is_so(before: &Update, wish: &Wish) -> bool {
    match wish {
        Wish::Word(text) => {
            before.newest().is_some_and(|stands| (&stands.title, &stands.body) == (&text.title, &text.body))
        }
        Wish::Publish => before.published_at.is_some() && before.taken_back_at.is_none(),
        Wish::TakeBack => before.taken_back_at.is_some(),
        Wish::Discard => false,
    }
}

fn write(
    tx: &mut Tx<'_>,
    (campaign, id): (crate::ids::CampaignId, UpdateId),
    before: Option<&Update>,
    wish: &Wish,
    now: Timestamp,
) -> Result<bool, db::Error> {
    match (wish, before) {
        (Wish::Word(text), None) => campaigns::insert_update(tx, campaign, id, text).map(|()| true),
        (Wish::Word(text), Some(before)) => campaigns::reword_update(tx, before, text),
        (Wish::Publish, Some(before)) => campaigns::publish_update(tx, before, now),
        (Wish::TakeBack, Some(before)) => campaigns::take_back_update(tx, before, now),
        (Wish::Discard, Some(before)) => campaigns::discard_update(tx, before),
        (Wish::Publish | Wish::TakeBack | Wish::Discard, None) => Ok(false),
    }
}
