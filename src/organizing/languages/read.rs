//! GET /staff/letters/{slug}/languages/{lang}/versions/{n}: a version of a translation, retired or not, for whoever moderates who signed by it.

use super::named;
use crate::account::{Moderator, Role};
use crate::campaign::store as campaigns;
use crate::campaign::{Here, LetterHtml, Local};
use crate::db::Error;
use crate::web::page::{Page, page_of};
use crate::web::show::Moment;
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;

/// The page.
pub(in crate::organizing) async fn show(
    who: Moderator,
    app: Data<App>,
    place: Path<(String, String, String)>,
) -> Result<HttpResponse, Fault> {
    let (language, id) = (named(&place.1)?, who.campaign);
    let number: i64 = place.2.parse().map_err(|_| Fault::NotFound)?;
    let (of, now) = (language.clone(), app.clock.now());
    let found = app.db.read(move |conn| -> Result<_, Error> {
        let Some(campaign) = campaigns::by_id(conn, id)? else { return Ok(None) };
        let Some(translation) = campaigns::translation(conn, id, &of)? else { return Ok(None) };
        let versions = campaigns::translation_versions(conn, translation.id)?;
        let version = versions.into_iter().find(|version| version.number == number);
        Ok(version.map(|version| (campaign, translation, version)))
    });
    let (campaign, translation, version) = found.await?.ok_or(Fault::NotFound)?;
    let title =
        format!("{}, version {number}: {} – Undersigned", language.english_name(), version.says.title);
    let says = &version.says;
    let template = Version {
        page: who.staff.page(&app, title),
        local: Local::new(&campaign, who.role.includes(Role::Organizer), Here::Languages, now),
        language: language.english_name(),
        number,
        of_number: version.of_number,
        made: Moment::new(version.made_at, now),
        is_retired: translation.retired_at.is_some(),
        lang: language.to_string(),
        dir: language.dir().as_str(),
        title: says.title.to_string(),
        recipient: says.recipient.clone(),
        salutation: says.salutation.clone(),
        closing: says.closing.clone(),
        authority: says.authority.clone(),
        html: says.body.html(),
    };
    Ok(page_of(StatusCode::OK, &template)?)
}

#[derive(Template)]
#[template(path = "organizing/language_version.html")]
struct Version {
    page: Page,
    local: Local,
    language: String,
    number: i64,
    of_number: i64,
    made: Moment,
    is_retired: bool,
    lang: String,
    dir: &'static str,
    title: String,
    recipient: String,
    salutation: String,
    closing: String,
    authority: String,
    html: LetterHtml,
}
