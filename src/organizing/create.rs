//! A new letter: what it takes to have a draft; everything else is set afterwards.

use crate::account::store as accounts;
use crate::account::{Acting, Appointment, Role, Staff};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{LetterText, Settings, store as campaigns};
use crate::db::{self, Tx};
use crate::ids::{CampaignId, LetterVersionId};
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{Page, page_of, see};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

/// What the form asks for. The rest has defaults that do no harm in a draft.
const ASKED: [&str; 6] = ["title", "slug", "language", "recipient", "host", "contact"];

/// Whether somebody may make a letter: an administrator, or whoever organizes one already.
pub(super) async fn may_create(app: &App, staff: &Staff) -> Result<bool, Fault> {
    let (id, is_administrator) = (staff.id, staff.is_administrator);
    let work = app.db.read(move |conn| accounts::work(conn, id, is_administrator)).await?;
    Ok(is_administrator || work.iter().any(|work| work.role.includes(Role::Organizer)))
}

async fn admit(app: &App, staff: &Staff) -> Result<(), Fault> {
    match may_create(app, staff).await? {
        true => Ok(()),
        false => {
            Err(Fault::Forbidden("Only administrators and organizers write letters. Nothing was changed."))
        }
    }
}

/// The empty form.
pub(super) async fn form(staff: Staff, app: Data<App>) -> Result<HttpResponse, Fault> {
    admit(&app, &staff).await?;
    let empty = Filled::new([("language", "en")].into_iter().collect(), Problems::default());
    show(&app, &staff, StatusCode::OK, empty)
}

/// Makes the draft.
pub(super) async fn create(
    Acting { who: staff, fields }: Acting<Staff>,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    admit(&app, &staff).await?;
    let asked: Fields = ASKED.into_iter().map(|field| (field, fields.get(field))).collect();
    let (settings, mut problems) = match Settings::parse(&asked) {
        Ok(settings) => (Some(settings), Problems::default()),
        Err(problems) => (None, problems),
    };
    require(&mut problems, &fields);
    let letter = problems.take("letter", LetterText::parse(fields.get("letter")));
    let (Some(settings), Some(letter), true) = (settings, letter, problems.is_empty()) else {
        return show(&app, &staff, StatusCode::UNPROCESSABLE_ENTITY, Filled::new(fields, problems));
    };
    let next = format!("/staff/letters/{}/settings?created", settings.slug);
    let (of_app, of_staff) = (app.clone(), staff.clone());
    match app.db.write(move |tx| make(tx, &of_app, &of_staff, &settings, &letter)).await {
        Ok(()) => Ok(see(&next)),
        Err(db::Error::Unique(_)) => {
            problems.add("slug", "Choose another address: there is a letter at this one.");
            show(&app, &staff, StatusCode::UNPROCESSABLE_ENTITY, Filled::new(fields, problems))
        }
        Err(other) => Err(other.into()),
    }
}

/// What a page for the public cannot do without, though a folder may.
pub(super) fn require(problems: &mut Problems, fields: &Fields) {
    if fields.get("recipient").trim().is_empty() {
        problems.add("recipient", "Write whom the letter addresses.");
    }
    if fields.get("host").trim().is_empty() {
        problems.add("host", "Write who runs the campaign.");
    }
}

fn make(
    tx: &mut Tx<'_>,
    app: &App,
    staff: &Staff,
    settings: &Settings,
    letter: &LetterText,
) -> Result<(), db::Error> {
    let now = app.clock.now();
    let id = CampaignId::new(now.millis(), app.random.bytes());
    campaigns::insert(tx, id, settings, now)?;
    let version = LetterVersionId::new(now.millis(), app.random.bytes());
    campaigns::add_letter(tx, id, version, letter, now, Some(staff.id))?;
    if !staff.is_administrator {
        accounts::appoint(tx, staff.id, &Appointment::Organizer(settings.slug.clone()), Some(id))?;
    }
    let act = Act::new(now, Actor::Staff(staff.id), Subject::Campaign(id), "wrote the letter");
    audit::record(tx, &app.random, act.in_campaign(id))
}

fn show(app: &App, staff: &Staff, status: StatusCode, form: Filled) -> Result<HttpResponse, Fault> {
    let page = staff.page(app, "Write a new letter – Undersigned");
    Ok(page_of(status, &Create { page, form })?)
}

#[derive(Template)]
#[template(path = "organizing/create.html")]
struct Create {
    page: Page,
    form: Filled,
}
