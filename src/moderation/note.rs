//! POST /staff/sign-ons/{id}/note: what staff write to each other about a sign-on. A script saves it while it is written, the button without
//! one. Two who write at once do not overwrite each other: the second is shown both texts.

use super::bench::{Bench, Seen};
use super::claim;
use super::store::{self, Note, NoteError};
use crate::account::{Acting, Moderator, store as staff};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{self, Status};
use crate::clock::hours;
use crate::db::{self, Tx};
use crate::ids::{AnyId, SignOnId};
use crate::sign_on;
use crate::text::{Prose, optional};
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{Page, page_of, see};
use crate::web::show::in_utc;
use crate::web::{App, Fault};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

/// What the history calls it.
const WROTE: &str = "wrote a note";

type Text = Prose<5000>;

/// The note on the page of a sign-on (`templates/moderation/entry/note.html`).
pub(super) struct NoteShown {
    pub(super) form: Filled,
    pub(super) version: i64,
    /// Who changed it last, and when; empty where nobody has.
    pub(super) changed: String,
    pub(super) script: &'static str,
}

impl NoteShown {
    /// The note as it stands.
    ///
    /// # Errors
    /// When the database is away.
    pub(super) async fn of(bench: &Bench, seen: &Seen) -> Result<Self, Fault> {
        let (note, who) = read(bench, seen.sign_on.id).await?;
        Ok(Self {
            changed: changed(&note, &who),
            form: Filled::new([("text", note.text.as_str())].into_iter().collect(), Problems::default()),
            version: note.version,
            script: crate::web::assets::note_js(),
        })
    }
}

fn changed(note: &Note, who: &str) -> String {
    note.changed.map(|(_, at)| format!("{who} wrote this on {}.", in_utc(at))).unwrap_or_default()
}

async fn read(bench: &Bench, id: SignOnId) -> Result<(Note, String), Fault> {
    let keys = bench.app.keys.clone();
    let found = bench.app.db.read(move |conn| -> Result<_, Failure> {
        let note = store::note(conn, &keys, id)?;
        let who = match note.changed {
            Some((by, _)) => staff::names(conn, &keys, &[by])?.remove(&by).unwrap_or_default(),
            None => String::new(),
        };
        Ok((note, who))
    });
    Ok(found.await?)
}

/// Saves.
pub(super) async fn save(
    request: HttpRequest,
    app: Data<App>,
    id: Path<String>,
    acting: Acting<Moderator>,
) -> Result<HttpResponse, Fault> {
    let id = SignOnId::parse(&id).ok_or(Fault::NotFound)?;
    let fields = acting.fields;
    let bench = Bench::new(&app, acting.who);
    let is_script = request.headers().get("accept").is_some_and(|accept| accept == "application/json");
    let Ok(before) = fields.get("version").parse::<i64>() else {
        return Err(Fault::Unprocessable(
            "The form does not say from which page it was sent. Nothing was changed.",
        ));
    };
    let text = match optional(fields.get("text"), Text::parse) {
        Ok(text) => text.map(|text| text.as_str().to_owned()).unwrap_or_default(),
        Err(error) => return refuse(&bench, id, is_script, &fields, &error.to_string()).await,
    };
    let (of_write, typed) = (bench.clone(), text.clone());
    match app.db.write(move |tx| write(tx, &of_write, id, before, &typed)).await? {
        Outcome::Saved(version) if is_script => {
            Ok(HttpResponse::Ok().json(serde_json::json!({ "version": version })))
        }
        Outcome::Saved(_) => Ok(see(&format!("/staff/sign-ons/{id}#note"))),
        Outcome::Overtaken if is_script => Ok(HttpResponse::Conflict().json(serde_json::json!({}))),
        Outcome::Overtaken => both_texts(&bench, id, StatusCode::CONFLICT, &fields, "").await,
        Outcome::Archived => {
            Err(Fault::Overtaken("The letter is archived: nothing about it changes any more.".to_owned()))
        }
        Outcome::Nothing => Err(Fault::NotFound),
    }
}

enum Outcome {
    Saved(i64),
    Overtaken,
    Archived,
    Nothing,
}

fn write(tx: &mut Tx<'_>, bench: &Bench, id: SignOnId, before: i64, text: &str) -> Result<Outcome, Failure> {
    // The campaign's row first, as everywhere, so that no two transactions wait for each other.
    let Some(campaign) = campaign::store::hold(tx, bench.who.campaign)? else { return Ok(Outcome::Nothing) };
    if campaign.settings.status == Status::Archived {
        return Ok(Outcome::Archived);
    }
    if sign_on::store::by_id(tx, id)?.is_none_or(|found| found.campaign != campaign.id) {
        return Ok(Outcome::Nothing);
    }
    // Whoever writes is not idle, whatever becomes of the words.
    claim::go_on(tx, bench, id)?;
    let keys = &bench.app.keys;
    let stands = store::note(tx, keys, id)?;
    if stands.text == text {
        // Pressed twice, or saved by the script before the button.
        return Ok(Outcome::Saved(stands.version));
    }
    let by = bench.who.staff.id;
    if stands.version != before
        || !store::write_note(tx, keys, &bench.app.random, id, before, text, (by, bench.now))?
    {
        return Ok(Outcome::Overtaken);
    }
    // A script saves every few seconds: one writing is one entry of the history.
    let since = bench.now.plus(hours(-1));
    let is_told = audit::of(tx, AnyId::from_uuid(id.uuid()))?
        .iter()
        .any(|act| act.act == WROTE && act.actor == Actor::Staff(by) && act.at > since);
    if !is_told {
        let act = Act::new(bench.now, Actor::Staff(by), Subject::SignOn(id), WROTE);
        audit::record(tx, &bench.app.random, act.in_campaign(campaign.id))?;
    }
    Ok(Outcome::Saved(before + 1))
}

async fn refuse(
    bench: &Bench,
    id: SignOnId,
    is_script: bool,
    fields: &Fields,
    why: &str,
) -> Result<HttpResponse, Fault> {
    match is_script {
        true => Ok(HttpResponse::UnprocessableEntity().json(serde_json::json!({ "problem": why }))),
        false => both_texts(bench, id, StatusCode::UNPROCESSABLE_ENTITY, fields, why).await,
    }
}

/// What stands beside what was typed, to be made into one.
async fn both_texts(
    bench: &Bench,
    id: SignOnId,
    status: StatusCode,
    fields: &Fields,
    why: &str,
) -> Result<HttpResponse, Fault> {
    let seen = bench.see(id).await?;
    let (note, who) = read(bench, id).await?;
    let mut problems = Problems::default();
    if !why.is_empty() {
        problems.add("text", why);
    }
    let heading =
        if why.is_empty() { "Somebody else has changed the note" } else { "The note is not saved yet" };
    Ok(page_of(
        status,
        &Both {
            page: bench.who.staff.page(&bench.app, format!("{heading} – Undersigned")),
            heading,
            name: seen.sign_on.entry.organization.to_string(),
            href: format!("/staff/sign-ons/{id}"),
            changed: changed(&note, &who),
            stands: note.text,
            version: note.version,
            is_overtaken: why.is_empty(),
            form: Filled::new(fields.clone(), problems),
        },
    )?)
}

#[derive(Template)]
#[template(path = "moderation/note.html")]
struct Both {
    page: Page,
    heading: &'static str,
    name: String,
    href: String,
    changed: String,
    stands: String,
    version: i64,
    is_overtaken: bool,
    form: Filled,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error(transparent)]
    Note(#[from] NoteError),
    #[error(transparent)]
    Staff(#[from] staff::Error),
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Database(error) | Failure::Note(NoteError::Database(error)) => error.into(),
            defect => Self::unexpected(defect),
        }
    }
}
