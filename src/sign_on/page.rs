//! What the pages of this feature share: which letter they are about, and what was typed.

use super::invitation::Via;
use super::submission::{Basis, Entry, FIELDS};
use crate::campaign::{self, Campaign};
use crate::clock::Timestamp;
use crate::text::{Country, Language, Slug};
use crate::web::form::Fields;
use crate::web::page::{Page, page};
use crate::web::show::{Choice, Fact};
use crate::web::{App, Fault};
use actix_web::HttpResponse;
use askama::Template;
use std::sync::LazyLock;

/// The letter that a page is about.
pub(crate) struct About {
    pub(crate) recipient: String,
    pub(crate) title: String,
    /// The language of the two.
    pub(crate) lang: String,
    pub(crate) contact: String,
    /// Where the contact's link leads; empty where it is none.
    pub(crate) contact_href: String,
    /// The letter's page; empty while strangers may not see it.
    pub(crate) href: String,
    pub(crate) sign_href: String,
}

impl About {
    pub(crate) fn new(campaign: &Campaign, now: Timestamp) -> Self {
        let settings = &campaign.settings;
        let href = format!("/letters/{}", settings.slug);
        Self {
            recipient: settings.recipient.clone(),
            title: settings.title.to_string(),
            lang: settings.language.to_string(),
            contact: settings.contact.clone(),
            contact_href: settings.contact_href(),
            sign_href: format!("{href}/sign"),
            href: if campaign.is_visible(now) { href } else { String::new() },
        }
    }
}

impl Place {
    /// The letter as the pages there say it.
    pub(super) fn about(&self, now: Timestamp) -> About {
        self.about_told(&self.campaign, now)
    }

    /// The same in a language, which `told` is in.
    pub(super) fn about_told(&self, told: &Campaign, now: Timestamp) -> About {
        let about = About { sign_href: self.action(), ..About::new(told, now) };
        match self.via {
            Via::Form => about,
            Via::Invitation(_) | Via::Intention(..) => About { href: self.letter.clone(), ..about },
        }
    }
}

/// Where a form stands and who may send it: at the letter's own address, or behind a mailed link.
pub(crate) struct Place {
    /// The letter, with the deadline that holds there.
    pub(crate) campaign: Campaign,
    /// How it comes from there.
    pub(crate) via: Via,
    /// Where the letter is read; empty where strangers may not see it.
    pub(crate) letter: String,
    /// Where the form goes.
    pub(crate) action: String,
    /// Where the page after sending is.
    pub(crate) sent: String,
    /// Where somebody writes down that they mean to sign later; empty where they have.
    pub(crate) later: String,
    /// What its form tokens are bound to.
    pub(crate) binding: Vec<u8>,
    /// The language in which whoever is there would rather read the letter.
    pub(crate) wanted: Option<Language>,
}

impl Place {
    /// The letter's own address.
    pub(super) fn of_letter(campaign: Campaign) -> Self {
        let letter = format!("/letters/{}", campaign.settings.slug);
        Self {
            via: Via::Form,
            action: format!("{letter}/sign"),
            sent: format!("{letter}/sign/sent"),
            later: format!("{letter}/intention"),
            letter,
            binding: campaign.id.uuid().as_bytes().to_vec(),
            wanted: None,
            campaign,
        }
    }

    /// The same for whoever asks for a language.
    #[must_use]
    pub(crate) fn wanting(self, language: Option<Language>) -> Self {
        Self { wanted: language.or(self.wanted), ..self }
    }

    /// Where the form goes, in a language.
    pub(super) fn in_tongue(&self, language: &Language) -> String {
        format!("{}?lang={language}", self.action)
    }

    /// Where the form goes that is read in the language that is wanted.
    pub(super) fn action(&self) -> String {
        self.wanted.as_ref().map_or_else(|| self.action.clone(), |language| self.in_tongue(language))
    }

    /// The same for the page after sending.
    pub(super) fn sent(&self) -> String {
        match &self.wanted {
            Some(language) => format!("{}?lang={language}", self.sent),
            None => self.sent.clone(),
        }
    }
}

/// What becomes public of an entry beside its line, as far as it was given.
pub(super) fn public_facts(entry: &Entry) -> Vec<Fact> {
    let facts = [
        ("Organization", Some(entry.organization.to_string())),
        ("Acronym", entry.acronym.as_ref().map(ToString::to_string)),
        ("Name in its own script", entry.native_name.as_ref().map(ToString::to_string)),
        ("Sorted under", entry.sort_as.as_ref().map(ToString::to_string)),
        ("Website", entry.website.as_ref().map(|url| url.shown())),
        ("Country", entry.country.as_ref().map(|country| country.name().to_owned())),
        ("Everybody sees", (!entry.is_named()).then(|| entry.public_line())),
    ];
    facts.into_iter().filter_map(|(name, value)| Some(Fact { name, value: value? })).collect()
}

/// A field that is carried along unseen.
pub(super) struct Hidden {
    pub(super) name: &'static str,
    pub(super) value: String,
}

/// Everything typed, to carry it through the review.
pub(super) fn carried(fields: &Fields) -> Vec<Hidden> {
    FIELDS
        .iter()
        .filter(|name| !fields.get(name).is_empty())
        .map(|name| Hidden { name, value: fields.get(name).to_owned() })
        .collect()
}

/// What was typed, for whoever has to copy it because it could not be taken.
pub(crate) fn typed(fields: &Fields) -> Vec<Fact> {
    const NAMES: [(&str, &str); 10] = [
        ("organization", "Organization"),
        ("acronym", "Acronym"),
        ("native_name", "Name in its own script"),
        ("sort_as", "Sort under"),
        ("website", "Website"),
        ("country", "Country"),
        ("representative", "Your name"),
        ("role", "Your role"),
        ("email", "Your email address"),
        ("note", "Note"),
    ];
    NAMES
        .iter()
        .filter(|(field, _)| !fields.get(field).is_empty())
        .map(|(field, name)| Fact { name, value: fields.get(field).to_owned() })
        .collect()
}

/// The countries to choose from, by name.
pub(crate) fn countries() -> &'static [Choice] {
    static ALL: LazyLock<Vec<Choice>> = LazyLock::new(|| {
        Country::all().iter().map(|c| Choice { value: c.as_str(), label: c.name(), hint: "" }).collect()
    });
    &ALL
}

/// The bases of authority to choose from.
pub(super) fn bases() -> Vec<Choice> {
    const fn hint(basis: Basis) -> &'static str {
        match basis {
            Basis::Head => "",
            Basis::Delegated => "Keep the message; the moderators may ask for it.",
            Basis::Decision => "Say in the note which body, and when.",
        }
    }
    Basis::ALL.into_iter().map(|b| Choice { value: b.as_str(), label: b.label(), hint: hint(b) }).collect()
}

/// The campaign at this address, if a stranger may see it now; else the answer is the one that a missing slug gets.
///
/// # Errors
/// [`Fault::NotFound`] when they may not.
pub(crate) async fn visible(app: &App, slug: &str) -> Result<Campaign, Fault> {
    let slug = Slug::parse(slug).map_err(|_| Fault::NotFound)?;
    let now = app.clock.now();
    let found = app.db.read(move |conn| campaign::store::visible(conn, &slug, now)).await?;
    found.ok_or(Fault::NotFound)
}

/// After an act, without a secret in the address: what was done, and what comes next.
///
/// # Errors
/// When the page cannot be made.
pub(super) fn done(heading: &'static str, words: &'static str) -> Result<HttpResponse, Fault> {
    let page_of_it = Page::new(format!("{heading} – Undersigned")).not_indexed();
    Ok(page(&Done { page: page_of_it, heading, words })?)
}

#[derive(Template)]
#[template(path = "sign_on/done.html")]
struct Done {
    page: Page,
    heading: &'static str,
    words: &'static str,
}
