//! The letter's text: edited, looked at as it will show and print, saved. Once somebody stands behind it, what changes is shown first, and the
//! organizer says what it is: a slip that is mended, or another meaning, about which everybody is asked (`consent`).

mod view;

use super::act::ARCHIVED;
use super::held::{Stop, changeable};
use super::history;
use super::translations::{self, Known};
use crate::account::{Acting, Organizer, Staff};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::store::{self as campaigns, LetterDraft, NewVersion};
use crate::campaign::{Campaign, LetterBody, LetterText, LetterVersion, Round, Status};
use crate::db::{self, Conn, Tx};
use crate::ids::{AccountId, CampaignId, LetterVersionId};
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{page_of, see};
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use view::{ChangePage, View};

/// Everything that the page says of the text.
#[derive(Clone)]
pub(super) struct Texts {
    pub(super) campaign: Campaign,
    /// The version that stands.
    pub(super) letter: LetterVersion,
    /// The number that the next version gets.
    pub(super) next: i64,
    /// A change of meaning about which nobody has been asked yet.
    pub(super) draft: Option<LetterDraft>,
    /// Whether somebody stands behind the text.
    pub(super) is_signed: bool,
    /// The round in which everybody is asked, while it runs.
    pub(super) round: Option<Round>,
    /// The letter in other languages, the retired ones too.
    pub(super) translations: Vec<Known>,
}

impl Texts {
    /// What the form begins with.
    fn shown(&self) -> &LetterBody {
        self.draft.as_ref().map_or(&self.letter.body, |draft| &draft.body)
    }

    /// The translations that a change of the text leaves behind.
    pub(super) fn current_translations(&self) -> Vec<String> {
        let current = self.translations.iter().filter(|known| known.is_current());
        current.map(|known| known.translation.language.english_name()).collect()
    }

    /// What a page was made from: one that was made from something else is stale.
    fn basis(&self) -> String {
        format!("{}.{}", self.letter.number, self.draft.as_ref().map_or("0".to_owned(), LetterDraft::stamp))
    }
}

/// What a changed text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Change {
    /// Nobody stands behind the text yet, or it is back to what stands.
    Free,
    /// A slip is mended.
    Slip,
    /// It says something else.
    Meaning,
}

/// The form with the text.
pub(super) async fn form(
    request: HttpRequest,
    who: Organizer,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let texts = load(&app, who.campaign).await?;
    let shown = texts.shown();
    let introduction = shown.introduction.as_ref().map_or("", LetterText::as_str);
    let fields = [("letter", shown.text.as_str()), ("introduction", introduction)].into_iter().collect();
    let notice = match request.query_string() {
        "saved" => "Saved. This is the text that the public page shows from now on.",
        _ => "",
    };
    let form = Filled::new(fields, Problems::default());
    Ok(page_of(StatusCode::OK, &View { notice, ..View::new(&app, &who.staff, &texts, form) })?)
}

/// Shows a preview, shows what changed, or saves.
pub(super) async fn save(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let texts = load(&app, who.campaign).await?;
    if fields.get("number") != texts.basis() {
        return stale(&app, &who.staff, &texts, Filled::new(fields, Problems::default())).await;
    }
    let mut problems = Problems::default();
    let body = read(&fields, &mut problems);
    let form = Filled::new(fields.clone(), problems);
    let view = View::new(&app, &who.staff, &texts, form.clone());
    let Some(body) = body else {
        return Ok(page_of(StatusCode::UNPROCESSABLE_ENTITY, &view)?);
    };
    if fields.is_ticked("preview") {
        return Ok(page_of(StatusCode::OK, &view.with_preview(&body))?);
    }
    if !fields.is_ticked("save") {
        return Ok(page_of(StatusCode::OK, &view)?);
    }
    if texts.campaign.settings.status == Status::Archived {
        return Err(Fault::Overtaken(format!("{ARCHIVED} Nothing was changed.")));
    }
    if texts.round.is_some() {
        return Ok(page_of(StatusCode::CONFLICT, &view)?);
    }
    if body == *texts.shown() {
        return Ok(saved(&texts.campaign));
    }
    let behind = texts.current_translations().join(", ");
    let change = match fields.get("kind") {
        _ if body == texts.letter.body => Change::Free,
        // Which translations are left behind is listed first.
        _ if !texts.is_signed && fields.get("behind") == behind => Change::Free,
        _ if !texts.is_signed => {
            let form = Filled::new(fields, Problems::default());
            return Ok(page_of(StatusCode::OK, &ChangePage::new(&app, &who.staff, &texts, &body, form))?);
        }
        "slip" => Change::Slip,
        "meaning" => Change::Meaning,
        _ => {
            let mut problems = Problems::default();
            let status = match fields.is_ticked("kind_asked") {
                true => {
                    problems.add("kind", "Say what the change is.");
                    StatusCode::UNPROCESSABLE_ENTITY
                }
                false => StatusCode::OK,
            };
            let page = ChangePage::new(&app, &who.staff, &texts, &body, Filled::new(fields, problems));
            return Ok(page_of(status, &page)?);
        }
    };
    let (of_app, before, by) = (app.clone(), texts.clone(), who.staff.id);
    match app.db.write(move |tx| record(tx, &of_app, &before, &body, change, by)).await {
        Ok(true) if change == Change::Meaning => {
            Ok(see(&format!("/staff/letters/{}/consent?prepared", texts.campaign.settings.slug)))
        }
        Ok(true) => Ok(saved(&texts.campaign)),
        Ok(false) | Err(Stop::Database(db::Error::Unique(_))) => {
            stale(&app, &who.staff, &load(&app, who.campaign).await?, form).await
        }
        Err(other) => Err(other.into()),
    }
}

fn saved(campaign: &Campaign) -> HttpResponse {
    see(&format!("/staff/letters/{}/letter?saved", campaign.settings.slug))
}

fn read(fields: &Fields, problems: &mut Problems) -> Option<LetterBody> {
    let introduction =
        problems.take("introduction", crate::text::optional(fields.get("introduction"), LetterText::parse));
    let text = problems.take("letter", LetterText::parse(fields.get("letter")));
    Some(LetterBody { introduction: introduction?, text: text? })
}

/// Saves; not if somebody was first, or signed or was asked meanwhile.
fn record(
    tx: &mut Tx<'_>,
    app: &App,
    before: &Texts,
    body: &LetterBody,
    change: Change,
    by: AccountId,
) -> Result<bool, Stop> {
    let now = app.clock.now();
    let id = before.campaign.id;
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    changeable(tx, id)?;
    let Some(stands) = texts(tx, id)? else { return Ok(false) };
    if stands.basis() != before.basis() || stands.round.is_some() || stands.is_signed != before.is_signed {
        return Ok(false);
    }
    let act =
        |words: &'static str| Act::new(now, Actor::Staff(by), Subject::Campaign(id), words).in_campaign(id);
    if change == Change::Meaning {
        campaigns::put_draft(tx, id, body, by, now)?;
        audit::record(tx, &app.random, act("prepared another text"))?;
        return Ok(true);
    }
    if campaigns::drop_draft(tx, id)? {
        audit::record(tx, &app.random, act("gave up the other text"))?;
        if *body == stands.letter.body {
            return Ok(true);
        }
    }
    let new = NewVersion {
        id: LetterVersionId::new(now.millis(), app.random.bytes()),
        body,
        mends: (change == Change::Slip).then_some(&stands.letter),
        stands: true,
        at: now,
        by: Some(by),
    };
    let after = campaigns::add_version(tx, id, new)?;
    let words = if change == Change::Slip { "mended a slip in the text" } else { "changed the text" };
    let versions = (format!("version {}", stands.letter.number), format!("version {}", after.number));
    audit::record(tx, &app.random, act(words).changing(&versions.0, &versions.1))?;
    Ok(true)
}

/// Everything about the texts of a campaign.
pub(super) fn texts(conn: &mut Conn, id: CampaignId) -> Result<Option<Texts>, db::Error> {
    let Some(campaign) = campaigns::by_id(conn, id)? else { return Ok(None) };
    let round = campaigns::open_round(conn, id)?;
    Ok(Some(Texts {
        letter: campaigns::letter_version(conn, id, campaign.text_number)?,
        next: campaigns::next_number(conn, id)?,
        draft: campaigns::draft(conn, id)?,
        is_signed: campaigns::is_signed(conn, id)?,
        translations: translations::known(conn, &campaign, round)?,
        round,
        campaign,
    }))
}

/// The same for a page.
pub(super) async fn load(app: &App, id: CampaignId) -> Result<Texts, Fault> {
    app.db.read(move |conn| texts(conn, id)).await?.ok_or(Fault::NotFound)
}

/// Somebody else saved since the page was made. What was typed stands in the form, and what stands now above it.
async fn stale(app: &App, staff: &Staff, texts: &Texts, form: Filled) -> Result<HttpResponse, Fault> {
    let who = history::last(app, texts.campaign.id).await?;
    let who = who.map(|change| change.sentence(app.clock.now())).unwrap_or_default();
    let view = View::new(app, staff, texts, form);
    let view = View { overtaken: Some(who), stands: texts.shown().markdown(), ..view };
    Ok(page_of(StatusCode::CONFLICT, &view)?)
}
