//! What is in a press pack, file by file. Everything about who signed comes from the edition's signatories, which have no personal field.

use crate::campaign::{Campaign, LetterHtml, Settings};
use crate::config::BaseUrl;
use crate::list::csv;
use crate::list::edition::{Edition, Signatory};
use crate::list::embargo::Embargo;
use crate::list::ordering::{NoCollation, Orderer};
use crate::list::store::Live;
use crate::list::view::LetterView;
use crate::text::OrderingRule;
use crate::web::show::day;
use askama::Template;
use std::fmt::Write;

/// A file.
pub(super) struct File {
    pub(super) name: String,
    /// What it is, for the list of the files.
    what: &'static str,
    pub(super) body: String,
}

/// All of them.
pub(super) struct Pack {
    /// What the archive is called.
    pub(super) name: String,
    /// The line of the embargo; empty where there is none.
    pub(super) banner: String,
    pub(super) files: Vec<File>,
}

/// Why a pack cannot be made: defects.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotPacked {
    #[error(transparent)]
    Template(#[from] askama::Error),
    #[error(transparent)]
    Collation(#[from] NoCollation),
}

#[derive(Template)]
#[template(path = "list/press_letter.html")]
struct LetterFile<'a> {
    banner: &'a str,
    lang: &'a str,
    dir: &'static str,
    letter: LetterView<'a>,
    html: LetterHtml,
}

/// A press pack of an edition and its letter.
pub(super) fn pack(live: &Live, base_url: &BaseUrl, embargo: Option<Embargo>) -> Result<Pack, NotPacked> {
    let (campaign, edition) = (&live.campaign, &live.edition);
    let settings = &campaign.settings;
    let banner = embargo.map(|embargo| embargo.line(campaign)).unwrap_or_default();
    let prefix = embargo.map(Embargo::prefix).unwrap_or_default();
    let file = |name: &str, what, body| File { name: format!("{prefix}{name}"), what, body };
    let text = |body: String| framed(&banner, &body);
    let html = LetterFile {
        banner: &banner,
        lang: settings.language.as_str(),
        dir: settings.language.dir().as_str(),
        letter: LetterView::new(settings),
        html: live.letter.body.html(),
    };
    let files = vec![
        file("letter.txt", "the letter as plain text", text(letter(live))),
        file("letter.html", "the letter as a page", html.render()?),
        file("signatories.txt", "who signed, in alphabetical order", text(alphabetical(campaign, edition)?)),
        file("signatories-by-country.txt", "who signed, country by country", text(by_country(edition))),
        file(
            "signatories.csv",
            "the same for spreadsheets: number, name, country, website, and since when",
            // A line above the header would break whatever reads the file: its name says it, and the archive's note on it.
            csv::document(edition),
        ),
    ];
    let readme = readme(live, base_url, embargo.is_none(), &prefix, &files);
    let readme = file("README.txt", "", text(readme));
    let name = format!("{prefix}{}-press.zip", settings.slug);
    Ok(Pack { name, banner, files: std::iter::once(readme).chain(files).collect() })
}

/// A text between two lines of the embargo, where there is one.
fn framed(banner: &str, body: &str) -> String {
    match banner {
        "" => format!("{}\n", body.trim_end()),
        _ => format!("{banner}\n\n{}\n\n{banner}\n", body.trim_end()),
    }
}

fn letter(live: &Live) -> String {
    let settings = &live.campaign.settings;
    let to = match settings.recipient.as_str() {
        "" => String::new(),
        recipient => format!("To {recipient}"),
    };
    let date = settings.letter_date.map(day).unwrap_or_default();
    let body = live.letter.body.plain();
    let parts = [settings.title.as_str(), &date, &to, &settings.salutation, &body, &settings.closing];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// Every name on a line. Where the list itself is in that order, with its numbers.
fn alphabetical(campaign: &Campaign, edition: &Edition) -> Result<String, NotPacked> {
    let mut text = String::new();
    if edition.contents.ordering == OrderingRule::Alphabetical {
        for signatory in edition.contents.signatories() {
            let _ = writeln!(text, "{}. {}", signatory.number, signatory.name);
        }
        return Ok(text);
    }
    let Settings { language, articles, .. } = &campaign.settings;
    let orderer = Orderer::new(language, articles)?;
    let mut all: Vec<&Signatory> = edition.contents.signatories().collect();
    all.sort_by_cached_key(|signatory| (orderer.key(&signatory.organization, None), signatory.number));
    for signatory in all {
        let _ = writeln!(text, "{}", signatory.name);
    }
    Ok(text)
}

fn by_country(edition: &Edition) -> String {
    let mut text = String::new();
    let mut part = |name: &str, names: Vec<&Signatory>| {
        let _ = writeln!(text, "{name} ({})\n", names.len());
        for signatory in names {
            let _ = writeln!(text, "  {}", signatory.name);
        }
        text.push('\n');
    };
    let of = |country| edition.contents.signatories().filter(move |one| one.country == country).collect();
    for (country, _) in edition.contents.countries() {
        part(country.name(), of(Some(country)));
    }
    let others: Vec<&Signatory> = of(None);
    if !others.is_empty() {
        part("Without a country", others);
    }
    text
}

fn readme(live: &Live, base_url: &BaseUrl, is_public: bool, prefix: &str, files: &[File]) -> String {
    let (settings, edition) = (&live.campaign.settings, &live.edition);
    let (count, countries) = (edition.contents.count(), edition.contents.countries().len());
    let mut text = format!("Press pack\n\n{}\n", settings.title);
    let mut line = |line: String| {
        let _ = writeln!(text, "{line}");
    };
    if !settings.recipient.is_empty() {
        line(format!("To {}", settings.recipient));
    }
    if !settings.host.is_empty() {
        line(format!("By {}", settings.host));
    }
    if is_public {
        line(base_url.join(&format!("/letters/{}", settings.slug)));
    }
    let organizations = if count == 1 { "organization" } else { "organizations" };
    match countries {
        0 => line(format!("\nSigned by {count} {organizations}.")),
        1 => line(format!("\nSigned by {count} {organizations} from 1 country.")),
        _ => line(format!("\nSigned by {count} {organizations} from {countries} countries.")),
    }
    line(format!(
        "Edition {} of the list, under version {} of the text.",
        edition.number, live.letter.number
    ));
    line(format!("SHA-256 of the edition: {}", edition.sha256));
    line("\nWhat is in this pack:\n".to_owned());
    line(format!("  {prefix}README.txt: this"));
    for File { name, what, .. } in files {
        line(format!("  {name}: {what}"));
    }
    let contact = match settings.press_contact.as_str() {
        "" => &settings.contact,
        contact => contact,
    };
    if !contact.is_empty() {
        line(format!("\nContact for the press:\n\n  {}", contact.replace('\n', "\n  ")));
    }
    text
}
