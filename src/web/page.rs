//! What every page has, and how it becomes an answer.

use super::assets;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use askama::Template;

/// What the layouts (`templates/layout.html`, `templates/staff.html`) need of a page.
#[derive(Clone, Debug)]
pub struct Page {
    /// The whole title, e.g. `Sign for your organization – Undersigned`.
    pub title: String,
    /// The language of the page, BCP 47.
    pub lang: String,
    /// The direction of that language: `ltr` or `rtl`.
    pub dir: &'static str,
    /// Whether search engines are asked to leave it out.
    pub robots: bool,
    /// The address of the stylesheet.
    pub site_css: &'static str,
    /// The address of the staff pages' stylesheet.
    pub staff_css: &'static str,
    /// Staff pages: the token of the log-out form.
    pub form_token: String,
    /// Staff pages: who is logged in.
    pub staff_name: String,
    /// Staff pages: whether they have to set up a second factor before they can do anything.
    pub must_set_up: bool,
}

impl Page {
    /// A public page in English.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            lang: "en".to_owned(),
            dir: "ltr",
            robots: false,
            site_css: assets::site_css(),
            staff_css: assets::staff_css(),
            form_token: String::new(),
            staff_name: String::new(),
            must_set_up: false,
        }
    }

    /// The same page, left out by search engines.
    #[must_use]
    pub fn not_indexed(self) -> Self {
        Self { robots: true, ..self }
    }

    /// The same page in another language.
    #[must_use]
    pub fn in_language(self, lang: impl Into<String>, dir: &'static str) -> Self {
        Self { lang: lang.into(), dir, ..self }
    }

    /// The same page for somebody who is logged in. `form_token` is for the log-out form.
    #[must_use]
    pub fn for_staff(self, name: impl Into<String>, form_token: impl Into<String>) -> Self {
        Self { robots: true, staff_name: name.into(), form_token: form_token.into(), ..self }
    }
}

/// A template that could not be filled in: a defect.
#[derive(Debug, thiserror::Error)]
#[error("a page could not be made")]
pub struct PageError(#[from] askama::Error);

/// The type of a page.
pub(super) const HTML: &str = "text/html; charset=utf-8";

/// A page as an answer. The edge adds `Cache-Control: no-store`, because a page may hold what only this visitor may see, and
/// does not compress, because a page may hold a form token beside what somebody else typed (the BREACH attack).
///
/// # Errors
/// [`PageError`] when the template cannot be filled in.
pub fn page_of(status: StatusCode, template: &impl Template) -> Result<HttpResponse, PageError> {
    Ok(HttpResponse::build(status)
        .insert_header((CONTENT_TYPE, HeaderValue::from_static(HTML)))
        .body(template.render()?))
}

/// The page with status 200.
///
/// # Errors
/// [`PageError`] when the template cannot be filled in.
pub fn page(template: &impl Template) -> Result<HttpResponse, PageError> {
    page_of(StatusCode::OK, template)
}

/// The same page, which may run our own script files. No page of the public's does, and none runs what stands in the page itself.
pub fn with_scripts(mut answer: HttpResponse) -> HttpResponse {
    use actix_web::http::header::CONTENT_SECURITY_POLICY;
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(WITH_SCRIPTS));
    answer
}

/// What the edge says of every page, and our own script files.
const WITH_SCRIPTS: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; \
                            form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// 303: the act is done, look here. `path` is a path of ours, because the browser refuses to be sent elsewhere by a form
/// (`form-action 'self'`).
pub fn see(path: &str) -> HttpResponse {
    use actix_web::http::header::LOCATION;
    let location = HeaderValue::from_str(path).unwrap_or_else(|_| HeaderValue::from_static("/"));
    HttpResponse::SeeOther().insert_header((LOCATION, location)).finish()
}
