//! GET /sign-ons/{token}/text: the very text that whoever holds the link agreed to, in the language in which they read it, whatever became of it since.

use super::page::About;
use super::private_page::{behind, own};
use super::store;
use super::verify::{Signer, unknown};
use super::wording::whole;
use crate::campaign::{Campaign, store as campaigns};
use crate::db::Error;
use crate::secret::TokenDigest;
use crate::text::{Differences, Language};
use crate::web::link::Link;
use crate::web::page::{Page, page};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;

/// The text.
struct Shown {
    /// The letter as it was told.
    campaign: Campaign,
    language: Language,
    said: String,
    html: String,
    /// What a correction of the translation has changed since in what it says.
    corrected: Option<Differences>,
}

/// The page.
pub(super) async fn show(app: Data<App>, Link { token, .. }: Link<Signer>) -> Result<HttpResponse, Fault> {
    let (digest, now) = (token.digest(), app.clock.now());
    let found = app.db.read(move |conn| {
        let Some((campaign, _)) = behind(conn, digest, now)? else { return Ok(None) };
        find(conn, campaign, digest)
    });
    let Some(shown) = found.await? else { return unknown() };
    Ok(page(&ShownText {
        page: Page::new("The text that you agreed to – Undersigned").not_indexed(),
        letter: About::new(&shown.campaign, now),
        salutation: shown.campaign.settings.salutation.clone(),
        closing: shown.campaign.settings.closing.clone(),
        lang: shown.language.to_string(),
        dir: shown.language.dir().as_str(),
        said: shown.said,
        html: shown.html,
        corrected: shown.corrected,
        back_href: format!("/sign-ons/{}", token.reveal()),
    })?)
}

fn find(conn: &mut crate::db::Conn, campaign: Campaign, token: TokenDigest) -> Result<Option<Shown>, Error> {
    let Some(own) = own(conn, token)? else { return Ok(None) };
    let last = store::shown(conn, own.id)?.pop();
    let said = match &last {
        Some(shown) => shown.said(),
        None => format!("The binding text, version {}", own.letter_version),
    };
    if let Some((translation, version)) = last.as_ref().and_then(|shown| shown.translation.as_ref()) {
        let all = campaigns::translation_versions(conn, translation.id)?;
        let now = all.into_iter().find(|other| other.of_number == version.of_number);
        let corrected = now.filter(|now| now.meaning != version.meaning);
        return Ok(Some(Shown {
            campaign: campaign.told_in(&translation.language, &version.says),
            language: translation.language.clone(),
            said,
            html: whole(&version.says.body),
            corrected: corrected.map(|now| version.says.differences(&now.says)),
        }));
    }
    let number = last.map_or(own.letter_version, |shown| shown.number);
    let body = campaigns::letter_version(conn, campaign.id, number)?.body;
    let Some(campaign) = campaigns::by_id(conn, campaign.id)? else { return Ok(None) };
    Ok(Some(Shown {
        language: campaign.settings.language.clone(),
        campaign,
        said,
        html: whole(&body),
        corrected: None,
    }))
}

#[derive(Template)]
#[template(path = "sign_on/shown_text.html")]
struct ShownText {
    page: Page,
    letter: About,
    salutation: String,
    closing: String,
    lang: String,
    dir: &'static str,
    said: String,
    html: String,
    corrected: Option<Differences>,
    back_href: String,
}
