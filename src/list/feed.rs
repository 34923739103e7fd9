//! The `.atom` form (RFC 4287): what happened with the letter, and who joined last.

use super::edition::Entry;
use super::kept::Shown;
use super::timeline::{Happening, timeline};
use super::view::EditionView;
use crate::secret::sha256_hex;
use crate::web::Fault;
use askama::Template;

/// How many of those who joined last stand in it.
const NEWEST: usize = 50;

#[derive(Template)]
#[template(path = "list/feed.xml", escape = "xml")]
struct Feed<'a> {
    title: &'a str,
    language: &'a str,
    author: &'a str,
    /// The letter's address: what an entry is named by, whichever edition it is read in.
    letter: String,
    /// The address that this form's ending follows.
    href: String,
    updated: String,
    happenings: Vec<News>,
    entries: Vec<Item<'a>>,
}

/// Something that happened.
struct News {
    id: String,
    title: String,
    updated: String,
    detail: String,
    html: String,
}

/// One who joined.
struct Item<'a> {
    /// Says nothing, and stays the same whatever number the entry gets.
    id: String,
    line: &'a str,
    number: u32,
    joined_on: String,
}

/// The feed of a letter.
pub(super) fn document(shown: &Shown) -> Result<String, Fault> {
    let settings = &shown.live.campaign.settings;
    // When somebody joined who is not named would help to tell who it is.
    let entries = shown.edition().contents.entries.iter();
    let mut newest: Vec<&Entry> =
        entries.filter(|entry| entry.left.is_none() && entry.signatory.shown.is_named()).collect();
    newest.sort_by_key(|entry| std::cmp::Reverse(entry.joined));
    newest.truncate(NEWEST);
    let letter = shown.base_url.join(&format!("/letters/{}", settings.slug));
    let view = if shown.is_live { EditionView::of_letter(shown) } else { EditionView::new(shown) };
    let href = shown.base_url.join(&view.href);
    let item = |entry: &&'_ Entry| {
        let id = sha256_hex(entry.sign_on.uuid().as_bytes());
        (id.get(..32).unwrap_or(&id).to_owned(), entry.signatory.number)
    };
    let entries = newest.iter().map(|entry| {
        let (id, number) = item(entry);
        let joined_on = entry.signatory.joined_on.unwrap_or(shown.edition().made_at).to_string();
        Item { id, line: &entry.signatory.name, number, joined_on }
    });
    // An old edition is of who was on it, and of nothing that came later; and to name one changes none of its bytes.
    let happenings = match shown.is_live {
        true => timeline(&shown.live.campaign, &shown.live.news, &[]),
        false => Vec::new(),
    };
    let changed_at = happenings.iter().map(|happening| happening.changed_at).max();
    let updated = changed_at.max(Some(shown.edition().made_at)).unwrap_or(shown.edition().made_at);
    let news = |happening: Happening| News {
        updated: happening.changed_at.to_string(),
        detail: format!("{}. {}", happening.when.text, happening.detail).trim().to_owned(),
        id: happening.id,
        title: happening.title,
        html: happening.html,
    };
    let feed = Feed {
        title: settings.title.as_str(),
        language: settings.language.as_str(),
        author: if settings.host.is_empty() { "Undersigned" } else { &settings.host },
        letter,
        href,
        updated: updated.to_string(),
        happenings: happenings.into_iter().map(news).collect(),
        entries: entries.collect(),
    };
    feed.render().map_err(Fault::unexpected)
}
