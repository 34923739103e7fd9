//! The press pack: the letter, its names in every order that is asked for, and whom to ask, as one archive. Like every public form it is a
//! function of one edition, its letter and the settings; under embargo it says so in every file.

mod archive;
mod pack;

use super::embargo::Embargo;
use super::kept::{Form, Lists, Shown};
use super::page::{CACHING, slug, unkept};
use super::preview::{Reader, unlisted};
use super::store::{self, Live};
use super::view;
use crate::campaign::{PressPack, store as campaigns};
use crate::clock::Timestamp;
use crate::config::BaseUrl;
use crate::ids::CampaignId;
use crate::secret::sha256_hex;
use crate::web::kept::Kept;
use crate::web::link::{Door, Link};
use crate::web::{App, Fault};
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};

/// What an archive is called on the web.
const ZIP: &str = "application/zip";

/// A press pack that is made.
#[derive(Clone, Debug)]
pub struct Packed {
    /// What the file is called.
    pub name: String,
    /// The archive.
    pub bytes: Vec<u8>,
    /// What is in it, file by file.
    pub files: Vec<String>,
}

impl Packed {
    /// What an edition and its letter make, as things stand at a moment.
    fn new(live: &Live, base_url: &BaseUrl, now: Timestamp) -> Result<Self, Fault> {
        let embargo = Embargo::of(&live.campaign, now);
        let pack = pack::pack(live, base_url, embargo).map_err(Fault::unexpected)?;
        let bytes = archive::zip(&pack, live.edition.made_at).map_err(Fault::unexpected)?;
        Ok(Self { name: pack.name, bytes, files: pack.files.into_iter().map(|file| file.name).collect() })
    }

    /// The archive as an answer that nobody keeps.
    pub fn answer(self) -> HttpResponse {
        let mut answer = HttpResponse::Ok().insert_header((CONTENT_TYPE, ZIP)).body(self.bytes);
        let name = HeaderValue::from_str(&attachment(&self.name));
        let name = name.unwrap_or_else(|_| HeaderValue::from_static("attachment"));
        answer.headers_mut().insert(CONTENT_DISPOSITION, name);
        answer
    }
}

/// A name of ours is of letters, digits and hyphens.
fn attachment(name: &str) -> String {
    format!("attachment; filename=\"{name}\"")
}

/// `GET /letters/{slug}/press.zip`, once the letter is public and where its organizers allow it; else there is no such thing.
pub(super) async fn public(lists: web::Data<Lists>, request: HttpRequest) -> Result<HttpResponse, Fault> {
    let letter = lists.letter(slug(&request)).await?;
    if !letter.campaign.settings.press_pack.is_public() {
        return Err(Fault::NotFound);
    }
    lists.live(&letter).await?.answer(&request, Form::Press, make).await
}

fn make(shown: &Shown, _: Form) -> Result<Kept, Fault> {
    // Whoever asks has been let in: there is no embargo any more.
    let published_at = shown.live.campaign.settings.published_at;
    let Packed { name, bytes, .. } =
        Packed::new(&shown.live, &shown.base_url, published_at.unwrap_or(shown.edition().made_at))?;
    let (edition, hash) = (shown.edition(), sha256_hex(&bytes));
    let tag = format!("{}-press_{}", edition.tag(), hash.get(..8).unwrap_or(&hash));
    let mut kept = Kept::new(bytes, ZIP, CACHING, &tag)
        .and_then(|kept| kept.with_header("x-edition", &edition.number.to_string()))
        .and_then(|kept| kept.with_header("content-disposition", &attachment(&name)))
        .map_err(unkept)?;
    if !view::is_listed(&shown.live.campaign) {
        kept = kept.with_header("x-robots-tag", "noindex").map_err(unkept)?;
    }
    Ok(kept)
}

/// `GET /previews/{token}/press.zip`, before the letter is public, where its organizers allow that too.
pub(super) async fn previewed(
    app: web::Data<App>,
    lists: web::Data<Lists>,
    Link { token, .. }: Link<Reader>,
) -> Result<HttpResponse, Fault> {
    let (digest, now) = (token.digest(), lists.now());
    let found = app.db.read(move |conn| campaigns::previewed(conn, digest, now)).await?;
    let Some(id) = found else { return Reader::unknown() };
    let Some(letter) = lists.whoever_may_see(id).await else { return Reader::unknown() };
    if letter.campaign.settings.press_pack != PressPack::Previews {
        return Reader::unknown();
    }
    Ok(unlisted(packed(&app, id).await?.answer()))
}

/// The press pack of a letter as it stands now, for whoever may have it: under embargo until the letter is public. Nothing of it is kept.
///
/// # Errors
/// [`Fault::NotFound`] when there is no such letter.
pub async fn packed(app: &App, id: CampaignId) -> Result<Packed, Fault> {
    let live = store::live(&app.db, &app.clock, &app.random, id).await?.ok_or(Fault::NotFound)?;
    let (base_url, now) = (app.base_url.clone(), app.clock.now());
    let made = tokio::task::spawn_blocking(move || Packed::new(&live, &base_url, now));
    made.await.map_err(Fault::unexpected)?
}
