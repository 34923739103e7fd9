//! Another language becomes the binding one: before anybody stands behind the text, and after a page that says what it does.

use super::{href, named};
use crate::account::{Acting, Organizer};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::store::{self as campaigns, NewTranslationVersion, NewVersion};
use crate::campaign::{Here, Local, Rendition, Status, Translation};
use crate::db::Tx;
use crate::ids::{AccountId, CampaignId, LetterVersionId, TranslationId, TranslationVersionId};
use crate::organizing::held::{Stop, changeable};
use crate::organizing::history;
use crate::organizing::letter::{self, Texts};
use crate::organizing::translations::Known;
use crate::text::Language;
use crate::web::page::{Page, page_of, see};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;

/// Why a translation cannot become the binding text; nothing where it can.
pub(super) fn why_not(texts: &Texts, known: &Known) -> Option<&'static str> {
    match () {
        () if texts.campaign.settings.status == Status::Archived => Some("The letter is archived."),
        () if texts.is_signed => {
            Some("Organizations stand behind the binding text. It stays the binding one.")
        }
        () if texts.draft.is_some() || texts.round.is_some() => {
            Some("Another text is prepared or asked about. End that first.")
        }
        () if !known.is_current() => {
            Some("It does not translate the text that stands. Translate that first.")
        }
        () => None,
    }
}

fn find<'a>(texts: &'a Texts, language: &Language) -> Option<&'a Known> {
    texts.translations.iter().find(|known| known.translation.language == *language)
}

/// What the page was made from.
fn basis(texts: &Texts, known: &Known) -> String {
    let newest = known.newest.as_ref().map_or(0, |version| version.number);
    format!("{}.{}.{newest}", texts.campaign.version, texts.letter.number)
}

/// Asks.
pub(in crate::organizing) async fn ask(
    who: Organizer,
    app: Data<App>,
    place: Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    let language = named(&place.1)?;
    let texts = letter::load(&app, who.campaign).await?;
    let settings = &texts.campaign.settings;
    let back_href = format!("/staff/letters/{}/languages", settings.slug);
    let Some(known) = find(&texts, &language) else { return Ok(see(&back_href)) };
    let template = Bind {
        page: who.staff.page(&app, format!("{}: {} – Undersigned", language.english_name(), settings.title)),
        local: Local::new(&texts.campaign, true, Here::Languages, app.clock.now()),
        action: format!("{}/bind", href(settings.slug.as_str(), &language)),
        basis: basis(&texts, known),
        language: language.english_name(),
        binding: settings.language.english_name(),
        why_not: why_not(&texts, known).unwrap_or_default(),
        others: texts
            .translations
            .iter()
            .filter(|other| other.translation.language != language && other.is_current())
            .map(|other| other.translation.language.english_name())
            .collect::<Vec<_>>()
            .join(", "),
        back_href,
    };
    Ok(page_of(StatusCode::OK, &template)?)
}

/// Does it.
pub(in crate::organizing) async fn bind(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
    place: Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    let language = named(&place.1)?;
    let texts = letter::load(&app, who.campaign).await?;
    let done = see(&format!("/staff/letters/{}/languages?bound", texts.campaign.settings.slug));
    if texts.campaign.settings.language == language {
        // Pressed twice: the first answer again.
        return Ok(done);
    }
    let (of_app, by, seen) = (app.clone(), who.staff.id, fields.get("basis").to_owned());
    let of = language.clone();
    match app.db.write(move |tx| record(tx, &of_app, who.campaign, (&of, &seen), by)).await? {
        true => Ok(done),
        false => Err(history::overtaken(&app, who.campaign).await?),
    }
}

fn record(
    tx: &mut Tx<'_>,
    app: &App,
    id: CampaignId,
    (language, seen): (&Language, &str),
    by: AccountId,
) -> Result<bool, Stop> {
    // The campaign's row first, as everywhere: nobody verifies, and nobody changes the text, while this is done.
    changeable(tx, id)?;
    let Some(texts) = letter::texts(tx, id)? else { return Ok(false) };
    let Some(known) = find(&texts, language) else { return Ok(false) };
    let (Some(newest), None, true) = (&known.newest, why_not(&texts, known), basis(&texts, known) == seen)
    else {
        return Ok(false);
    };
    let now = app.clock.now();
    let before = &texts.campaign;
    let old = Rendition::binding(&before.settings, &texts.letter.body);
    let told = before.told_in(language, &newest.says);
    if !campaigns::replace(tx, before, &told.settings, now)? {
        return Ok(false);
    }
    let new = NewVersion {
        id: LetterVersionId::new(now.millis(), app.random.bytes()),
        body: &newest.says.body,
        mends: None,
        stands: true,
        at: now,
        by: Some(by),
    };
    let number = campaigns::add_version(tx, id, new)?.number;
    // What was submitted by the translation and is not verified yet names it: then its text stays readable.
    match known.uses {
        0 => campaigns::delete_translation(tx, &known.translation)?,
        _ => campaigns::retire_translation(tx, &known.translation, Some(now))?,
    }
    let translation = match campaigns::translation(tx, id, &before.settings.language)? {
        Some(retired) => {
            campaigns::retire_translation(tx, &retired, None)?;
            retired
        }
        None => {
            let new = TranslationId::new(now.millis(), app.random.bytes());
            let language = before.settings.language.clone();
            let new = Translation { id: new, campaign: id, language, retired_at: None };
            campaigns::insert_translation(tx, &new, now)?;
            new
        }
    };
    let new = NewTranslationVersion {
        id: TranslationVersionId::new(now.millis(), app.random.bytes()),
        says: &old,
        of_number: number,
        mends: None,
        at: now,
        by: Some(by),
    };
    campaigns::add_translation_version(tx, &translation, new)?;
    let act = Act::new(now, Actor::Staff(by), Subject::Campaign(id), "made another language the binding one")
        .in_campaign(id);
    let act = act.changing(&before.settings.language.english_name(), &language.english_name());
    audit::record(tx, &app.random, act)?;
    Ok(true)
}

#[derive(Template)]
#[template(path = "organizing/language_bind.html")]
struct Bind {
    page: Page,
    local: Local,
    action: String,
    back_href: String,
    basis: String,
    language: String,
    binding: String,
    /// Empty where it can be done.
    why_not: &'static str,
    /// The translations that are left behind.
    others: String,
}
