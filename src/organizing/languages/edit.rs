//! A translation is written: of the text that stands, or of the other text that is prepared or asked about.

mod view;

use super::{named, read_language};
use crate::account::{Acting, Organizer, Staff};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::store::{self as campaigns, NewTranslationVersion};
use crate::campaign::{LetterBody, LetterVersion, Rendition, Round, Status, Translation};
use crate::db::{self, Tx};
use crate::ids::{AccountId, TranslationId, TranslationVersionId};
use crate::organizing::act::ARCHIVED;
use crate::organizing::held::{Stop, changeable};
use crate::organizing::history;
use crate::organizing::letter::{self, Texts};
use crate::organizing::translations::Known;
use crate::text::Language;
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{page_of, see};
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use view::{ChangePage, View};

/// Which text is translated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Of {
    /// A version: the one that stands, or the one that is asked about.
    Version(i64),
    /// The other text that is prepared, by what it is named by.
    Draft(String),
}

/// A translation that is being written.
#[derive(Clone)]
pub(super) struct Task {
    texts: Texts,
    language: Language,
    /// What there is of it; nothing where it is the first.
    known: Option<Known>,
    of: Of,
    /// The binding text that is translated.
    binding: LetterBody,
}

impl Task {
    /// `other`: of the other text.
    async fn load(app: &App, who: &Organizer, tag: &str, other: bool) -> Result<Self, Fault> {
        let language = named(tag)?;
        let texts = letter::load(app, who.campaign).await?;
        let asked = texts.round.filter(|round| other && Round::changes_text(round));
        let asked: Option<LetterVersion> = match asked {
            Some(round) => {
                let id = texts.campaign.id;
                Some(app.db.read(move |conn| campaigns::letter_version(conn, id, round.to_number)).await?)
            }
            None => None,
        };
        Self::of(texts, language, other, asked.map(|version| (version.number, version.body)))
    }

    fn of(
        texts: Texts,
        language: Language,
        other: bool,
        asked: Option<(i64, LetterBody)>,
    ) -> Result<Self, Fault> {
        if read_language(language.as_str(), &texts).is_err() {
            return Err(Fault::NotFound);
        }
        let (of, binding) = match (&texts.draft, asked) {
            (Some(draft), _) if other => (Of::Draft(draft.stamp()), draft.body.clone()),
            (_, Some((number, body))) => (Of::Version(number), body),
            _ => (Of::Version(texts.letter.number), texts.letter.body.clone()),
        };
        let known = texts.translations.iter().find(|known| known.translation.language == language).cloned();
        if known.as_ref().is_some_and(|known| known.translation.retired_at.is_some()) {
            return Err(Fault::Overtaken(format!(
                "The translation into {} is retired. Offer it again before you change it.",
                language.english_name()
            )));
        }
        Ok(Self { language, known, of, binding, texts })
    }

    /// Whether it is of the other text.
    fn is_other(&self) -> bool {
        self.of != Of::Version(self.texts.letter.number)
    }

    /// What there is already of a translation of this text.
    fn present(&self) -> Option<&Rendition> {
        let known = self.known.as_ref()?;
        match &self.of {
            Of::Draft(_) => known.draft.as_ref().map(|draft| &draft.says),
            Of::Version(_) if self.is_other() => known.asked.as_ref().map(|version| &version.says),
            Of::Version(_) => known.newest.as_ref().map(|version| &version.says),
        }
    }

    /// What the form begins with.
    fn shown(&self) -> Option<&Rendition> {
        let newest = || self.known.as_ref()?.newest.as_ref().map(|version| &version.says);
        self.present().or_else(newest)
    }

    /// What a page was made from: one that was made from something else is stale.
    fn basis(&self) -> String {
        let of = match &self.of {
            Of::Version(number) => number.to_string(),
            Of::Draft(stamp) => stamp.clone(),
        };
        let known = self.known.as_ref();
        let number = |version: Option<&crate::campaign::TranslationVersion>| {
            version.map_or(0, |version| version.number)
        };
        let newest = number(known.and_then(|known| known.newest.as_ref()));
        let asked = number(known.and_then(|known| known.asked.as_ref()));
        let draft = known.and_then(|known| known.draft.as_ref()).map(|draft| draft.changed_at.to_string());
        format!("{of} {newest} {asked} {}", draft.unwrap_or_default())
    }

    /// The version that the new one corrects: one of the same text.
    fn corrects(&self) -> Option<&crate::campaign::TranslationVersion> {
        let (known, Of::Version(number)) = (self.known.as_ref()?, &self.of) else { return None };
        let before = if self.is_other() { &known.asked } else { &known.newest };
        let fits = |before: &&crate::campaign::TranslationVersion| {
            before.of_number == *number || (!self.is_other() && known.is_current())
        };
        before.as_ref().filter(fits)
    }
}

/// What a changed translation is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Change {
    /// It says the same.
    Slip,
    /// It says something else than before, or there was none before of this text.
    Meaning,
}

/// The form.
pub(in crate::organizing) async fn form(
    request: HttpRequest,
    who: Organizer,
    app: Data<App>,
    place: Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    let other = request.query_string() == "of=other";
    let task = Task::load(&app, &who, &place.1, other).await?;
    let fields = task.shown().map(Rendition::fields).unwrap_or_default();
    let form = Filled::new(fields, Problems::default());
    Ok(page_of(StatusCode::OK, &View::new(&app, &who.staff, &task, form))?)
}

/// Shows a preview, shows what changed, or saves.
pub(in crate::organizing) async fn save(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
    place: Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    let task = Task::load(&app, &who, &place.1, fields.get("of") == "other").await?;
    if fields.get("basis") != task.basis() {
        return stale(&app, &who.staff, &task, Filled::new(fields, Problems::default())).await;
    }
    let says = match Rendition::parse(&fields) {
        Ok(says) => says,
        Err(problems) => {
            let view = View::new(&app, &who.staff, &task, Filled::new(fields, problems));
            return Ok(page_of(StatusCode::UNPROCESSABLE_ENTITY, &view)?);
        }
    };
    let form = Filled::new(fields.clone(), Problems::default());
    if fields.is_ticked("preview") {
        let view = View::new(&app, &who.staff, &task, form).with_preview(&says);
        return Ok(page_of(StatusCode::OK, &view)?);
    }
    if !fields.is_ticked("save") {
        return Ok(page_of(StatusCode::OK, &View::new(&app, &who.staff, &task, form))?);
    }
    if task.texts.campaign.settings.status == Status::Archived {
        return Err(Fault::Overtaken(format!("{ARCHIVED} Nothing was changed.")));
    }
    let change = match task.corrects().map(|before| (before.says == says, before)) {
        None => Change::Meaning,
        Some((true, _)) => Change::Slip,
        Some((false, _)) => match fields.get("kind") {
            "slip" => Change::Slip,
            "meaning" => Change::Meaning,
            _ => return ask(&app, &who.staff, &task, &says, fields),
        },
    };
    let (of_app, before, by) = (app.clone(), task.clone(), who.staff.id);
    match app.db.write(move |tx| record(tx, &of_app, &before, &says, change, by)).await {
        Ok(true) => {
            let what = if matches!(task.of, Of::Draft(_)) { "prepared" } else { "saved" };
            Ok(see(&format!("/staff/letters/{}/languages?{what}", task.texts.campaign.settings.slug)))
        }
        Ok(false) | Err(Stop::Database(db::Error::Unique(_))) => {
            let task = Task::load(&app, &who, &place.1, task.is_other()).await?;
            stale(&app, &who.staff, &task, form).await
        }
        Err(other) => Err(other.into()),
    }
}

/// What changes, and the question what that is.
fn ask(
    app: &App,
    staff: &Staff,
    task: &Task,
    says: &Rendition,
    fields: Fields,
) -> Result<HttpResponse, Fault> {
    let mut problems = Problems::default();
    let status = match fields.is_ticked("kind_asked") {
        true => {
            problems.add("kind", "Say what the change is.");
            StatusCode::UNPROCESSABLE_ENTITY
        }
        false => StatusCode::OK,
    };
    let page = ChangePage::new(app, staff, task, says, Filled::new(fields, problems));
    Ok(page_of(status, &page)?)
}

/// Saves; not if somebody was first, or the binding text has changed meanwhile.
fn record(
    tx: &mut Tx<'_>,
    app: &App,
    before: &Task,
    says: &Rendition,
    change: Change,
    by: AccountId,
) -> Result<bool, Stop> {
    let (now, id) = (app.clock.now(), before.texts.campaign.id);
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    changeable(tx, id)?;
    let Some(texts) = letter::texts(tx, id)? else { return Ok(false) };
    let asked = match texts.round.filter(|round| before.is_other() && round.changes_text()) {
        Some(round) => {
            let version = campaigns::letter_version(tx, id, round.to_number)?;
            Some((version.number, version.body))
        }
        None => None,
    };
    let Ok(task) = Task::of(texts, before.language.clone(), before.is_other(), asked) else {
        return Ok(false);
    };
    if task.basis() != before.basis() {
        return Ok(false);
    }
    let is_same = match &task.of {
        Of::Version(number) => {
            task.corrects().is_some_and(|corrected| corrected.says == *says && corrected.of_number == *number)
        }
        Of::Draft(stamp) => {
            let draft = task.known.as_ref().and_then(|known| known.draft.as_ref());
            draft.is_some_and(|draft| draft.says == *says && draft.of == *stamp)
        }
    };
    if is_same {
        return Ok(true);
    }
    let translation = match &task.known {
        Some(known) => known.translation.clone(),
        None => {
            let new = TranslationId::new(now.millis(), app.random.bytes());
            let language = task.language.clone();
            let new = Translation { id: new, campaign: id, language, retired_at: None };
            campaigns::insert_translation(tx, &new, now)?;
            new
        }
    };
    let new = NewTranslationVersion {
        id: TranslationVersionId::new(now.millis(), app.random.bytes()),
        says,
        of_number: match task.of {
            Of::Version(number) => number,
            Of::Draft(_) => 0,
        },
        mends: task.corrects().filter(|_| change == Change::Slip),
        at: now,
        by: Some(by),
    };
    let name = task.language.english_name();
    let (words, said) = match &task.of {
        Of::Draft(stamp) => {
            campaigns::put_translation_draft(tx, &translation, &new, stamp)?;
            (history::PREPARED, name)
        }
        Of::Version(of) => {
            let version = campaigns::add_translation_version(tx, &translation, new)?;
            let words = match version.meaning == version.number {
                true => history::TRANSLATED,
                false => history::MENDED,
            };
            (words, format!("{name}: version {}, of version {of} of the text", version.number))
        }
    };
    let act = Act::new(now, Actor::Staff(by), Subject::Campaign(id), words).in_campaign(id);
    audit::record(tx, &app.random, Act { new: Some(said), ..act })?;
    Ok(true)
}

/// Somebody else saved since the page was made. What was typed stands in the form, and what stands now above it.
async fn stale(app: &App, staff: &Staff, task: &Task, form: Filled) -> Result<HttpResponse, Fault> {
    let who = history::last_of(app, task.texts.campaign.id, |_| true).await?;
    let who = who.map(|change| change.sentence(app.clock.now())).unwrap_or_default();
    let stands = task.shown().map(Rendition::plain).unwrap_or_default();
    let view = View { overtaken: Some(who), stands, ..View::new(app, staff, task, form) };
    Ok(page_of(StatusCode::CONFLICT, &view)?)
}
