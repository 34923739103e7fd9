//! Forms and links of a page, as far as a bench fills in and follows them.

use super::client::Answer;
use scraper::{Html, Selector};

/// The values of the form whose action contains this, without its buttons; the action; `None` if there is no such form.
pub fn form(page: &Answer, action: &str) -> Option<(String, Vec<(String, String)>)> {
    let page = Html::parse_document(page.text());
    let forms = selector("form");
    let form = page.select(&forms).find(|form| form.attr("action").unwrap_or_default().contains(action))?;
    let inputs = selector("input[name]");
    let fields = form.select(&inputs).filter(|input| {
        let kind = input.attr("type").unwrap_or("text");
        !matches!(kind, "checkbox" | "radio") || input.attr("checked").is_some()
    });
    let fields = fields.map(|input| {
        (input.attr("name").unwrap_or_default().to_owned(), input.attr("value").unwrap_or("on").to_owned())
    });
    Some((form.attr("action").unwrap_or_default().to_owned(), fields.collect()))
}

/// The value of a field of a form.
pub fn value<'a>(fields: &'a [(String, String)], name: &str) -> &'a str {
    fields.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
}

/// What the page's elements have in this attribute.
pub fn attributes(page: &Answer, elements: &str, attribute: &str) -> Vec<String> {
    let page = Html::parse_document(page.text());
    let elements = selector(elements);
    let found = page.select(&elements).filter_map(|element| element.attr(attribute));
    found.map(str::to_owned).collect()
}

/// What the page's elements say.
pub fn texts(page: &Answer, elements: &str) -> Vec<String> {
    let page = Html::parse_document(page.text());
    page.select(&selector(elements)).map(|element| element.text().collect()).collect()
}

fn selector(text: &str) -> Selector {
    Selector::parse(text).unwrap()
}
