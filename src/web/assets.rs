//! The stylesheets, the scripts and the icon: built in, under addresses that change with their content.

use super::kept::Kept;
use super::route;
use crate::secret::sha256_hex;
use actix_web::{HttpRequest, HttpResponse, web};
use std::sync::{LazyLock, OnceLock};

struct Asset {
    path: String,
    content: &'static str,
    kind: &'static str,
    caching: &'static str,
    tag: String,
    /// Compressed once, when it is first wanted.
    kept: OnceLock<Option<Kept>>,
}

impl Asset {
    fn new(path: String, content: &'static str, kind: &'static str, caching: &'static str) -> Self {
        Self { path, content, kind, caching, tag: hash(content), kept: OnceLock::new() }
    }

    fn kept(&self) -> Option<&Kept> {
        self.kept.get_or_init(|| Kept::new(self.content, self.kind, self.caching, &self.tag).ok()).as_ref()
    }
}

struct Assets {
    site_css: Asset,
    staff_css: Asset,
    note_js: Asset,
    passkey_js: Asset,
    staff_js: Asset,
    favicon: Asset,
}

impl Assets {
    fn all(&self) -> [&Asset; 6] {
        [&self.site_css, &self.staff_css, &self.note_js, &self.passkey_js, &self.staff_js, &self.favicon]
    }
}

static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets {
    site_css: stylesheet("site", include_str!("../../assets/site.css")),
    staff_css: stylesheet("staff", include_str!("../../assets/staff.css")),
    note_js: script("note", include_str!("../../assets/note.js")),
    passkey_js: script("passkey", include_str!("../../assets/passkey.js")),
    staff_js: script("staff", include_str!("../../assets/staff.js")),
    favicon: Asset::new(
        "/favicon.svg".to_owned(),
        include_str!("../../assets/favicon.svg"),
        "image/svg+xml",
        "public, max-age=86400",
    ),
});

/// The address of the stylesheet of every page.
pub fn site_css() -> &'static str {
    &ASSETS.site_css.path
}

/// The address of the stylesheet that staff pages have in addition.
pub fn staff_css() -> &'static str {
    &ASSETS.staff_css.path
}

/// The address of the script that saves a note while it is written.
pub fn note_js() -> &'static str {
    &ASSETS.note_js.path
}

/// The address of the script that asks the browser for a passkey.
pub fn passkey_js() -> &'static str {
    &ASSETS.passkey_js.path
}

/// The address of the script of the pages on which moderators decide.
pub fn staff_js() -> &'static str {
    &ASSETS.staff_js.path
}

/// Compresses the assets, so that no visitor waits for it: some 20 ms, for a thread that nobody waits for either.
pub fn prepare() {
    for asset in ASSETS.all() {
        asset.kept();
    }
}

/// The addresses of the assets.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/assets/{file}").route(route::get().to(serve)))
        .service(web::resource("/favicon.svg").route(route::get().to(serve)));
}

async fn serve(request: HttpRequest) -> HttpResponse {
    let asset = ASSETS.all().into_iter().find(|asset| asset.path == request.path());
    asset
        .and_then(Asset::kept)
        .map_or_else(|| HttpResponse::NotFound().finish(), |kept| kept.answer(&request))
}

fn stylesheet(name: &str, css: &'static str) -> Asset {
    file(name, "css", "text/css; charset=utf-8", css)
}

fn script(name: &str, js: &'static str) -> Asset {
    file(name, "js", "text/javascript; charset=utf-8", js)
}

fn file(name: &str, ending: &str, kind: &'static str, content: &'static str) -> Asset {
    let path = format!("/assets/{name}.{}.{ending}", hash(content));
    Asset::new(path, content, kind, "public, max-age=31536000, immutable")
}

fn hash(text: &str) -> String {
    sha256_hex(text.as_bytes()).chars().take(12).collect()
}
