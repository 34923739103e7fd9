//! A translation is offered no more: deleted while nobody has signed by it, else retired, so that those who did can still read what they read.

use super::{href, named};
use crate::account::{Acting, Organizer};
use crate::audit::{self, Act, Actor, Subject};
use crate::campaign::store as campaigns;
use crate::campaign::{Here, Local};
use crate::db::Tx;
use crate::ids::AccountId;
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

/// What is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wish {
    Delete,
    Retire,
    Restore,
}

impl Wish {
    /// What can be done with a translation.
    fn of(known: &Known) -> Self {
        match (known.translation.retired_at, known.uses) {
            (Some(_), _) => Self::Restore,
            (None, 0) => Self::Delete,
            (None, _) => Self::Retire,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Retire => "retire",
            Self::Restore => "restore",
        }
    }

    const fn past(self) -> &'static str {
        match self {
            Self::Delete => history::DELETED,
            Self::Retire => history::RETIRED,
            Self::Restore => history::OFFERED,
        }
    }

    const fn said(self) -> &'static str {
        match self {
            Self::Delete => "deleted",
            Self::Retire => "retired",
            Self::Restore => "restored",
        }
    }
}

fn find<'a>(texts: &'a Texts, language: &Language) -> Option<&'a Known> {
    texts.translations.iter().find(|known| known.translation.language == *language)
}

fn all_of_them(texts: &Texts, what: &str) -> HttpResponse {
    see(&format!("/staff/letters/{}/languages{what}", texts.campaign.settings.slug))
}

/// Asks.
pub(in crate::organizing) async fn ask(
    who: Organizer,
    app: Data<App>,
    place: Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    let language = named(&place.1)?;
    let texts = letter::load(&app, who.campaign).await?;
    let Some(known) = find(&texts, &language) else { return Ok(all_of_them(&texts, "")) };
    let (settings, wish) = (&texts.campaign.settings, Wish::of(known));
    let template = End {
        page: who.staff.page(&app, format!("{}: {} – Undersigned", language.english_name(), settings.title)),
        local: Local::new(&texts.campaign, true, Here::Languages, app.clock.now()),
        action: format!("{}/end", href(settings.slug.as_str(), &language)),
        back_href: format!("/staff/letters/{}/languages", settings.slug),
        language: language.english_name(),
        binding: settings.language.english_name(),
        uses: known.uses,
        wish: wish.word(),
    };
    Ok(page_of(StatusCode::OK, &template)?)
}

/// Does it.
pub(in crate::organizing) async fn end(
    Acting { who, fields }: Acting<Organizer>,
    app: Data<App>,
    place: Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    let language = named(&place.1)?;
    let texts = letter::load(&app, who.campaign).await?;
    let wish = [Wish::Delete, Wish::Retire, Wish::Restore];
    let wish = wish.into_iter().find(|wish| wish.word() == fields.get("do"));
    let wish = wish.ok_or(Fault::Unprocessable("The form does not say what to do with the translation."))?;
    let (of_app, by, of) = (app.clone(), who.staff.id, language.clone());
    match app.db.write(move |tx| record(tx, &of_app, who.campaign, &of, wish, by)).await? {
        true => Ok(all_of_them(&texts, &format!("?{}", wish.said()))),
        false => Err(history::overtaken(&app, who.campaign).await?),
    }
}

/// Whether it is so now.
fn record(
    tx: &mut Tx<'_>,
    app: &App,
    id: crate::ids::CampaignId,
    language: &Language,
    wish: Wish,
    by: AccountId,
) -> Result<bool, Stop> {
    // The campaign's row first, as everywhere; whoever signs by the translation at this moment is counted or waits.
    changeable(tx, id)?;
    let Some(texts) = letter::texts(tx, id)? else { return Ok(false) };
    let Some(known) = find(&texts, language) else { return Ok(wish == Wish::Delete) };
    let now = app.clock.now();
    match (wish, Wish::of(known)) {
        // Pressed twice: the first answer again.
        (Wish::Retire, Wish::Restore) | (Wish::Restore, Wish::Delete | Wish::Retire) => return Ok(true),
        (wanted, can) if wanted != can => return Ok(false),
        (Wish::Delete, _) => campaigns::delete_translation(tx, &known.translation)?,
        (Wish::Retire, _) => campaigns::retire_translation(tx, &known.translation, Some(now))?,
        (Wish::Restore, _) => campaigns::retire_translation(tx, &known.translation, None)?,
    }
    let act = Act::new(now, Actor::Staff(by), Subject::Campaign(id), wish.past()).in_campaign(id);
    audit::record(tx, &app.random, Act { new: Some(language.english_name()), ..act })?;
    Ok(true)
}

#[derive(Template)]
#[template(path = "organizing/language_end.html")]
struct End {
    page: Page,
    local: Local,
    action: String,
    back_href: String,
    language: String,
    binding: String,
    uses: i64,
    wish: &'static str,
}
