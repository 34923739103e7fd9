//! How a letter is moderated: the reasons that moderators choose from, and the guide that they read.

use super::held::{Stop, changeable};
use super::history;
use super::life::load;
use crate::account::{Acting, Organizer, Staff};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{
    Campaign, Guide, Here, ListedReason, Local, Reasons, ReasonsError, Settings, Wording, store as campaigns,
};
use crate::db::Tx;
use crate::ids::AccountId;
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{Page, page_of, see};
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

/// What a form of the page asks for.
#[derive(Clone, PartialEq, Eq)]
enum Wish {
    /// Another reason.
    Add,
    /// Another wording for this one.
    Reword(String),
    /// This one a place earlier, or later.
    Move(String, bool),
    /// This one can, or cannot, be chosen any more.
    Retire(String, bool),
    /// Another guide.
    Guide,
}

impl Wish {
    fn read(fields: &Fields) -> Option<Self> {
        let code = fields.get("reason").to_owned();
        Some(match fields.get("do") {
            "add" => Self::Add,
            "save" => Self::Reword(code),
            "earlier" => Self::Move(code, true),
            "later" => Self::Move(code, false),
            "retire" => Self::Retire(code, true),
            "restore" => Self::Retire(code, false),
            "guide" => Self::Guide,
            _ => return None,
        })
    }

    /// The settings as it leaves them, or the field and what is to be mended in it.
    fn carried_out(
        &self,
        before: &Settings,
        fields: &Fields,
    ) -> Result<Settings, (&'static str, ReasonsError)> {
        let typed = || Wording::parse(fields.get("label"), fields.get("sentence"), fields.is_ticked("words"));
        let reasons = match self {
            Self::Add => typed().and_then(|wording| before.reasons.with(wording)),
            Self::Reword(code) => typed().and_then(|wording| {
                before.reasons.changed(code, |listed: &mut ListedReason| listed.wording = wording)
            }),
            Self::Move(code, earlier) => before.reasons.moved(code, *earlier),
            Self::Retire(code, is_retired) => {
                before.reasons.changed(code, |listed| listed.is_retired = *is_retired)
            }
            Self::Guide => Ok(before.reasons.clone()),
        };
        let reasons = reasons.map_err(|error| match error {
            ReasonsError::Sentence(_) => ("sentence", error),
            error => ("label", error),
        })?;
        Ok(Settings { reasons, ..before.clone() })
    }
}

/// The page.
pub(super) async fn form(
    request: HttpRequest,
    who: Organizer,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, who.campaign).await?;
    let notice = match request.query_string() {
        "saved" => "Saved. Moderators see it from now on.",
        _ => "",
    };
    let view = View::new(&app, &who.staff, &campaign, None, Filled::default());
    Ok(page_of(StatusCode::OK, &View { notice, ..view })?)
}

/// One change of it.
pub(super) async fn save(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let wish = Wish::read(&fields).ok_or(Fault::Unprocessable("The form does not say what to change."))?;
    let before = load(&app, who.campaign).await?;
    if fields.get("version") != before.version.to_string() {
        return stale(&app, &who.staff, &before, wish, fields).await;
    }
    let mut problems = Problems::default();
    let after = match wish.carried_out(&before.settings, &fields) {
        Err((_, ReasonsError::Unknown)) => return Err(Fault::Unprocessable("There is no such reason.")),
        Err((field, error)) => problems.take(field, Err(error)),
        Ok(after) if wish == Wish::Guide => {
            problems.take("guide", Guide::parse(fields.get("guide"))).map(|guide| Settings { guide, ..after })
        }
        Ok(after) => Some(after),
    };
    let Some(after) = after else {
        let view = View::new(&app, &who.staff, &before, Some(&wish), Filled::new(fields, problems));
        return Ok(page_of(StatusCode::UNPROCESSABLE_ENTITY, &view)?);
    };
    let saved = see(&format!("/staff/letters/{}/moderation?saved", before.settings.slug));
    if after == before.settings {
        return Ok(saved);
    }
    let (of_app, by) = (app.clone(), who.staff.id);
    match app.db.write(move |tx| record(tx, &of_app, &before, &after, by)).await? {
        true => Ok(saved),
        false => stale(&app, &who.staff, &load(&app, who.campaign).await?, wish, fields).await,
    }
}

fn record(
    tx: &mut Tx<'_>,
    app: &App,
    before: &Campaign,
    after: &Settings,
    by: AccountId,
) -> Result<bool, Stop> {
    changeable(tx, before.id)?;
    if !campaigns::replace_moderation(tx, before, after)? {
        return Ok(false);
    }
    let (act, old, new) = match before.settings.guide == after.guide {
        true => {
            let (old, new) = differences(&before.settings.reasons, &after.reasons);
            ("changed the reasons", old, new)
        }
        false => {
            let text = |settings: &Settings| settings.guide.text().to_owned();
            ("changed the guide", text(&before.settings), text(after))
        }
    };
    let act = Act::new(app.clock.now(), Actor::Staff(by), Subject::Campaign(before.id), act);
    audit::record(tx, &app.random, act.in_campaign(before.id).changing(&old, &new))?;
    Ok(true)
}

/// What a change of the reasons says before and after: those that differ, or else their order.
fn differences(before: &Reasons, after: &Reasons) -> (String, String) {
    let said = |reasons: &Reasons, beside: &Reasons| {
        let told = reasons.all().iter().filter(|listed| !beside.all().contains(listed));
        told.map(in_words).collect::<Vec<_>>().join("\n")
    };
    let order = |reasons: &Reasons| {
        let labels: Vec<&str> = reasons.all().iter().map(|listed| listed.wording.label.as_str()).collect();
        format!("in this order: {}", labels.join("; "))
    };
    match (said(before, after), said(after, before)) {
        (old, new) if old.is_empty() && new.is_empty() => (order(before), order(after)),
        both => both,
    }
}

fn in_words(listed: &ListedReason) -> String {
    let words = if listed.wording.needs_words { " The moderator adds words." } else { "" };
    let retired = if listed.is_retired { " Retired." } else { "" };
    format!("{}: {}{words}{retired}", listed.wording.label, listed.wording.sentence)
}

/// Somebody else changed something since the page was made. What was typed stands in its form.
async fn stale(
    app: &App,
    staff: &Staff,
    now_stands: &Campaign,
    wish: Wish,
    fields: Fields,
) -> Result<HttpResponse, Fault> {
    let change = history::last(app, now_stands.id).await?;
    let overtaken = change.map(|change| change.sentence(app.clock.now())).unwrap_or_default();
    let view = View::new(app, staff, now_stands, Some(&wish), Filled::new(fields, Problems::default()));
    Ok(page_of(StatusCode::CONFLICT, &View { overtaken: Some(overtaken), ..view })?)
}

/// A reason on the page.
struct Row {
    code: String,
    /// What goes before the ids of its fields.
    scope: String,
    label: String,
    sentence: String,
    needs_words: bool,
    is_retired: bool,
    is_first: bool,
    is_last: bool,
    is_open: bool,
    form: Filled,
}

impl Row {
    fn new(place: usize, all: &[ListedReason], listed: &ListedReason, returned: Option<&Filled>) -> Self {
        let ListedReason { code, wording, is_retired } = listed;
        let words = wording.needs_words.then_some(("words", "yes"));
        let stands = [("label", wording.label.as_str()), ("sentence", &wording.sentence)].into_iter();
        let stands = Filled::new(stands.chain(words).collect(), Problems::default());
        Self {
            code: code.to_string(),
            scope: format!("{code}-"),
            label: wording.label.clone(),
            sentence: wording.sentence.clone(),
            needs_words: wording.needs_words,
            is_retired: *is_retired,
            is_first: place == 0,
            is_last: place + 1 == all.len(),
            is_open: returned.is_some(),
            form: returned.cloned().unwrap_or(stands),
        }
    }
}

#[derive(Template)]
#[template(path = "organizing/moderation.html")]
struct View {
    page: Page,
    local: Local,
    notice: &'static str,
    overtaken: Option<String>,
    version: i64,
    /// What has to be mended, and what goes before the ids of the fields.
    form: Filled,
    scope: String,
    rows: Vec<Row>,
    add: Filled,
    guide: Filled,
    guide_href: String,
    is_usual_guide: bool,
}

impl View {
    fn new(app: &App, staff: &Staff, campaign: &Campaign, wish: Option<&Wish>, form: Filled) -> Self {
        let (settings, now) = (&campaign.settings, app.clock.now());
        let all = settings.reasons.all();
        let returned = |code: &str| match wish {
            Some(Wish::Reword(of)) if of == code => Some(&form),
            _ => None,
        };
        let about = match wish {
            Some(Wish::Reword(code) | Wish::Move(code, _) | Wish::Retire(code, _)) => format!("{code}-"),
            Some(Wish::Add) => "new-".to_owned(),
            Some(Wish::Guide) | None => String::new(),
        };
        let text = Filled::new([("guide", settings.guide.text())].into_iter().collect(), Problems::default());
        Self {
            page: staff.page(app, format!("Moderation: {} – Undersigned", settings.title)),
            local: Local::new(campaign, true, Here::Moderation, now),
            notice: "",
            overtaken: None,
            version: campaign.version,
            rows: all
                .iter()
                .enumerate()
                .map(|(place, listed)| Row::new(place, all, listed, returned(listed.code.as_str())))
                .collect(),
            add: if wish == Some(&Wish::Add) { form.clone() } else { Filled::default() },
            guide: if wish == Some(&Wish::Guide) { form.clone() } else { text },
            guide_href: format!("/staff/letters/{}/guide", settings.slug),
            is_usual_guide: settings.guide.as_str().is_empty(),
            scope: about,
            form,
        }
    }
}
