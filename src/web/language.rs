//! In which language somebody reads a letter: the pages that are not kept are asked for it after the question mark, `?lang=fr`.

use super::Fault;
use super::form;
use crate::text::Language;
use actix_web::HttpRequest;

/// The language that is asked for; none where nothing is, or what is no language.
///
/// # Errors
/// [`Fault::Unreadable`] when the query cannot be read.
pub fn wanted(request: &HttpRequest) -> Result<Option<Language>, Fault> {
    if request.query_string().is_empty() {
        return Ok(None);
    }
    Ok(Language::parse(form::query(request)?.get("lang")).ok())
}

/// A way to the same in a language, as `templates/parts/languages.html` prints it.
#[derive(Clone, Debug)]
pub struct LanguageLink {
    /// Where it leads.
    pub href: String,
    /// The language's tag.
    pub tag: String,
    /// The direction of its script.
    pub dir: &'static str,
    /// What its speakers call it.
    pub name: String,
    /// Whether it is what is read already.
    pub is_here: bool,
    /// Whether it is the binding one.
    pub is_binding: bool,
}

/// The ways between languages, of which the first is the binding one; none where that is the only one.
pub fn links(
    all: &[Language],
    here: &Language,
    href: impl Fn(&Language, bool) -> String,
) -> Vec<LanguageLink> {
    if all.len() < 2 {
        return Vec::new();
    }
    let link = |(place, language): (usize, &Language)| LanguageLink {
        href: href(language, place == 0),
        tag: language.to_string(),
        dir: language.dir().as_str(),
        name: language.own_name(),
        is_here: language == here,
        is_binding: place == 0,
    };
    all.iter().enumerate().map(link).collect()
}
