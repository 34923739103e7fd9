//! Another letter like one that there is: its settings, text, reasons, guide and the words of its mails, and nobody's name.

use super::life::load;
use crate::account::store as accounts;
use crate::account::{Acting, Appointment, Organizer, Staff};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::{Campaign, Fit, Here, Local, Settings, Status, Title, Translation, store as campaigns};
use crate::db::{self, Tx};
use crate::ids::{CampaignId, LetterVersionId, TranslationId, TranslationVersionId};
use crate::text::Slug;
use crate::web::form::{Fields, Filled, Problems};
use crate::web::page::{Page, page_of, see};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

/// The form: what the copy is called, and where it is.
pub(super) async fn form(who: Organizer, app: Data<App>) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, who.campaign).await?;
    let title = [("title", campaign.settings.title.as_str())].into_iter().collect();
    show(&app, &who.staff, &campaign, StatusCode::OK, Filled::new(title, Problems::default()))
}

/// Makes the copy.
pub(super) async fn copy(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
) -> Result<HttpResponse, Fault> {
    let campaign = load(&app, who.campaign).await?;
    let (settings, mut problems) = read(&campaign.settings, &fields);
    if let Some(settings) = settings.filter(|_| problems.is_empty()) {
        let next = format!("/staff/letters/{}/settings?created", settings.slug);
        let (of_app, staff, of) = (app.clone(), who.staff.clone(), campaign.clone());
        match app.db.write(move |tx| make(tx, &of_app, &staff, &of, &settings)).await {
            Ok(()) => return Ok(see(&next)),
            Err(db::Error::Unique(_)) => {
                problems.add("slug", "Choose another address: there is a letter at this one.");
            }
            Err(other) => return Err(other.into()),
        }
    }
    let form = Filled::new(fields, problems);
    show(&app, &who.staff, &campaign, StatusCode::UNPROCESSABLE_ENTITY, form)
}

/// The settings of the copy: no dates, because they are those of another campaign, and a draft.
fn read(before: &Settings, fields: &Fields) -> (Option<Settings>, Problems) {
    let mut problems = Problems::default();
    let title = problems.take("title", Title::parse(fields.get("title")));
    let slug = problems.take("slug", Slug::parse(fields.get("slug").trim()));
    let settings = title.zip(slug).map(|(title, slug)| Settings {
        slug,
        title,
        status: Status::Draft,
        paused: String::new(),
        letter_date: None,
        opens_at: None,
        closes_at: None,
        published_at: None,
        ..before.clone()
    });
    (settings, problems)
}

fn make(
    tx: &mut Tx<'_>,
    app: &App,
    staff: &Staff,
    of: &Campaign,
    settings: &Settings,
) -> Result<(), db::Error> {
    let now = app.clock.now();
    let id = CampaignId::new(now.millis(), app.random.bytes());
    let letter = campaigns::letter(tx, of.id)?.body;
    campaigns::insert(tx, id, settings, now)?;
    let version = LetterVersionId::new(now.millis(), app.random.bytes());
    let first = campaigns::NewVersion {
        id: version,
        body: &letter,
        mends: None,
        stands: true,
        at: now,
        by: Some(staff.id),
    };
    let number = campaigns::add_version(tx, id, first)?.number;
    campaigns::copy_words(tx, (of.id, id), staff.id, now)?;
    // What translates an earlier text would be taken for a translation of this one.
    let translations = campaigns::public_translations(tx, of)?;
    for copied in translations.iter().filter(|one| one.fit != Fit::Outdated) {
        let to = TranslationId::new(now.millis(), app.random.bytes());
        let to = Translation { id: to, campaign: id, language: copied.language.clone(), retired_at: None };
        campaigns::insert_translation(tx, &to, now)?;
        let new = campaigns::NewTranslationVersion {
            id: TranslationVersionId::new(now.millis(), app.random.bytes()),
            says: &copied.version.says,
            of_number: number,
            mends: None,
            at: now,
            by: Some(staff.id),
        };
        campaigns::add_translation_version(tx, &to, new)?;
    }
    if !staff.is_administrator {
        accounts::appoint(tx, staff.id, &Appointment::Organizer(settings.slug.clone()), Some(id))?;
    }
    let act =
        Act::new(now, Actor::Staff(staff.id), Subject::Campaign(id), "copied the letter from another one");
    let act = act.in_campaign(id).changing(of.settings.slug.as_str(), settings.slug.as_str());
    audit::record(tx, &app.random, act)
}

fn show(
    app: &App,
    staff: &Staff,
    campaign: &Campaign,
    status: StatusCode,
    form: Filled,
) -> Result<HttpResponse, Fault> {
    let settings = &campaign.settings;
    let template = Copy {
        page: staff.page(app, format!("Copy: {} – Undersigned", settings.title)),
        local: Local::new(campaign, true, Here::Elsewhere, app.clock.now()),
        action: format!("/staff/letters/{}/copy", settings.slug),
        back_href: format!("/staff/letters/{}/settings", settings.slug),
        form,
        is_organizer: !staff.is_administrator,
    };
    Ok(page_of(status, &template)?)
}

#[derive(Template)]
#[template(path = "organizing/copy.html")]
struct Copy {
    page: Page,
    local: Local,
    action: String,
    back_href: String,
    form: Filled,
    /// Whether whoever makes the copy is appointed to it; administrators are not, and run every letter.
    is_organizer: bool,
}
