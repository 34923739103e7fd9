//! What the templates of the list are filled with.

use super::edition::Entry;
use super::kept::Shown;
use super::phase::Phase;
use crate::campaign::{Campaign, Settings, Status};
use crate::clock::Timestamp;
use crate::text::Country;
use crate::web::Fault;
use crate::web::form::{self, Fields};
use crate::web::page::Page;
use crate::web::show::{self, Moment};
use actix_web::HttpRequest;

/// Names on one page.
const PER_PAGE: usize = 500;

/// The most that is taken of what somebody searches for, in characters: more than any name has.
pub(super) const LONGEST_SEARCH: usize = 200;

/// A letter.
pub(super) struct LetterView<'a> {
    pub(super) href: String,
    pub(super) sign_href: String,
    /// Where an entry is reported; empty where nothing changes any more.
    pub(super) report_href: String,
    pub(super) title: &'a str,
    pub(super) recipient: &'a str,
    pub(super) host: &'a str,
    pub(super) contact: &'a str,
    /// Empty where the contact is no address.
    pub(super) contact_href: String,
    pub(super) salutation: &'a str,
    pub(super) closing: &'a str,
    pub(super) date: Option<Day>,
    /// Empty where it is the page's own.
    pub(super) lang: &'a str,
    pub(super) dir: &'static str,
}

/// A day, as `words::time` prints it.
pub(super) struct Day {
    pub(super) iso: String,
    pub(super) text: String,
}

impl<'a> LetterView<'a> {
    pub(super) fn new(settings: &'a Settings) -> Self {
        let href = format!("/letters/{}", settings.slug);
        let contact = settings.contact.as_str();
        let tag = settings.language.as_str();
        Self {
            sign_href: format!("{href}/sign"),
            report_href: match settings.status {
                Status::Archived => String::new(),
                _ => format!("{href}/report"),
            },
            href,
            title: settings.title.as_str(),
            recipient: &settings.recipient,
            host: &settings.host,
            contact,
            contact_href: settings.contact_href(),
            salutation: &settings.salutation,
            closing: &settings.closing,
            date: settings.letter_date.map(|date| Day { iso: date.to_string(), text: show::day(date) }),
            lang: if tag == "en" { "" } else { tag },
            dir: settings.language.dir().as_str(),
        }
    }
}

/// The page of a letter, which search engines leave out unless it is announced.
pub(super) fn page(title: String, campaign: &Campaign) -> Page {
    let page = Page::new(title);
    if is_listed(campaign) { page } else { page.not_indexed() }
}

/// Whether a published letter may appear elsewhere than at its address.
pub(super) fn is_listed(campaign: &Campaign) -> bool {
    campaign.settings.access == crate::campaign::Access::Public
}

/// Whether and until when sign-ons are taken.
pub(super) struct Stand {
    pub(super) open: bool,
    pub(super) closed: bool,
    /// When it closed: at its deadline, or by hand.
    pub(super) closed_on: Option<Moment>,
    pub(super) opens: Option<Moment>,
    pub(super) until: Option<Moment>,
    /// What is said while sign-ons are paused; empty while they are not.
    pub(super) paused: String,
}

impl Stand {
    pub(super) fn new(campaign: &Campaign, phase: Phase) -> Self {
        let settings = &campaign.settings;
        // The kept page is read at other times than it is made, so nothing on it may say how long ago something is.
        let moment = |at: Option<Timestamp>, here: bool| {
            at.filter(|_| here).map(|at| Moment::in_zone(at, at, &settings.zone))
        };
        let closed = phase == Phase::Closed;
        let by_deadline = settings.closes_at.filter(|_| settings.status == crate::campaign::Status::Open);
        let closed_on = match campaign.closed_at {
            Some(by_hand) => settings.closes_at.into_iter().chain([by_hand]).min(),
            None => by_deadline,
        };
        Self {
            open: phase == Phase::Open,
            closed,
            closed_on: moment(closed_on, closed),
            opens: moment(settings.opens_at, phase == Phase::Soon),
            until: moment(settings.closes_at, matches!(phase, Phase::Open | Phase::Paused)),
            paused: if phase == Phase::Paused { settings.paused.clone() } else { String::new() },
        }
    }
}

/// An entry of the list.
pub(super) struct Name<'a> {
    pub(super) number: u32,
    pub(super) line: &'a str,
    /// Empty where the line already says it.
    pub(super) country: &'static str,
    /// Where it is reported; empty on pages that list everybody, which would double in size.
    pub(super) report_href: String,
    /// The heading that stands before it, where it is the first of those who joined later; empty before all others.
    pub(super) before: String,
    /// Whether it has left the list since.
    pub(super) is_gone: bool,
}

impl<'a> Name<'a> {
    pub(super) fn new(entry: &'a Entry, settings: &Settings) -> Self {
        let signatory = &entry.signatory;
        let said = |country: &Country| {
            settings.line.as_str().contains("{country}") || signatory.name.contains(country.name())
        };
        let country = signatory.country.filter(|country| !said(country));
        Self {
            number: signatory.number,
            line: &signatory.name,
            country: country.map_or("", |country| country.name()),
            report_href: String::new(),
            before: String::new(),
            is_gone: entry.left.is_some(),
        }
    }

    /// The same with its own way to be reported.
    pub(super) fn with_report(self, letter: &LetterView<'_>) -> Self {
        let report_href = match letter.report_href.as_str() {
            "" => String::new(),
            href => format!("{href}?entry={}", self.number),
        };
        Self { report_href, ..self }
    }
}

/// The page of names that is shown, and the ways to its neighbors.
pub(super) struct Pages {
    pub(super) this: usize,
    pub(super) last: usize,
    pub(super) prev: Option<String>,
    pub(super) next: Option<String>,
}

impl Pages {
    /// `path` is where the pages are, `query` what they have in common: `q=society&`, or nothing.
    pub(super) fn new(this: usize, count: usize, path: &str, query: &str) -> Self {
        let last = count.div_ceil(PER_PAGE).max(1);
        let href = |page: usize| match page {
            1 if query.is_empty() => format!("{path}#signatories"),
            page => format!("{path}?{query}page={page}#signatories"),
        };
        let (prev, next) = ((this > 1).then(|| href(this - 1)), (this < last).then(|| href(this + 1)));
        Self { this, last, prev, next }
    }

    pub(super) fn exists(&self) -> bool {
        (1..=self.last).contains(&self.this)
    }

    /// What stands on this page of everything there is.
    pub(super) fn of<'a, T>(&self, all: &'a [T]) -> &'a [T] {
        let skipped = self.this.saturating_sub(1).saturating_mul(PER_PAGE);
        let rest = all.get(skipped..).unwrap_or_default();
        rest.get(..PER_PAGE).unwrap_or(rest)
    }
}

/// An edition.
pub(super) struct EditionView<'a> {
    pub(super) number: u32,
    pub(super) href: String,
    pub(super) made: Moment,
    pub(super) sha256: &'a str,
    /// The version of the text that it stands under.
    pub(super) version: u32,
    pub(super) is_live: bool,
    /// What it is called; empty where it has no name.
    pub(super) name: &'a str,
    /// The checksum that it was named with, where what is shown is no longer that.
    pub(super) original: Option<&'a str>,
    /// How many of those on it have left the list since.
    pub(super) left: usize,
}

impl<'a> EditionView<'a> {
    /// The live edition, whose forms stand at the letter's own address.
    pub(super) fn of_letter(shown: &'a Shown) -> Self {
        Self { href: format!("/letters/{}", shown.live.campaign.settings.slug), ..Self::new(shown) }
    }

    /// An edition at its own address.
    pub(super) fn new(shown: &'a Shown) -> Self {
        let edition = shown.edition();
        let named = shown.live.named.iter().find(|named| named.number == edition.number);
        Self {
            number: edition.number,
            href: format!("/letters/{}/editions/{}", shown.live.campaign.settings.slug, edition.number),
            made: Moment::new(edition.made_at, edition.made_at),
            sha256: &edition.sha256,
            version: edition.contents.letter.version,
            is_live: shown.is_live,
            name: named.map_or("", |named| &named.name),
            original: edition.original.as_deref(),
            left: edition.contents.entries.iter().filter(|entry| entry.left.is_some()).count(),
        }
    }
}

/// What a reader wants to see of the names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Asked {
    pub(super) page: u32,
    pub(super) q: String,
    pub(super) country: Option<Country>,
}

impl Asked {
    /// # Errors
    /// [`Fault::NotFound`] for a page that is no number, [`Fault::Unprocessable`] for a country that is none, and what
    /// cannot be read.
    pub(super) fn of(request: &HttpRequest) -> Result<Self, Fault> {
        if request.query_string().is_empty() {
            return Ok(Self { page: 1, q: String::new(), country: None });
        }
        Self::read(&form::query(request)?)
    }

    fn read(fields: &Fields) -> Result<Self, Fault> {
        let page = match fields.get("page") {
            "" => 1,
            number => number.parse().ok().filter(|number| *number >= 1).ok_or(Fault::NotFound)?,
        };
        let country = match fields.get("country") {
            "" => None,
            code => {
                Some(Country::parse(code).map_err(|_| Fault::Unprocessable("There is no such country."))?)
            }
        };
        let q = fields.get("q").trim().chars().take(LONGEST_SEARCH).collect();
        Ok(Self { page, q, country })
    }

    pub(super) fn searches(&self) -> bool {
        !self.q.is_empty() || self.country.is_some()
    }

    /// The search as the links to its pages repeat it.
    pub(super) fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("q", &self.q);
        query.append_pair("country", self.country.as_ref().map_or("", Country::as_str));
        query.finish() + "&"
    }
}

/// The search form.
pub(super) struct Find<'a> {
    pub(super) q: &'a str,
    pub(super) country: &'static str,
    pub(super) countries: Vec<CountryChoice>,
}

/// A country that can be chosen.
pub(super) struct CountryChoice {
    pub(super) value: &'static str,
    pub(super) label: String,
}

impl<'a> Find<'a> {
    /// The form above all names, or with what was searched for. A filter that would change nothing is not offered.
    pub(super) fn new(shown: &Shown, asked: Option<&'a Asked>) -> Self {
        let countries = shown.edition().contents.countries();
        let offered = if countries.len() > 1 { countries } else { Vec::new() };
        let option = |(country, count): (Country, u32)| CountryChoice {
            value: country.as_str(),
            label: format!("{} ({count})", country.name()),
        };
        Self {
            q: asked.map_or("", |asked| &asked.q),
            country: asked.and_then(|asked| asked.country).map_or("", |country| country.as_str()),
            countries: offered.into_iter().map(option).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Asked, Fault> {
        Asked::read(&pairs.iter().copied().collect())
    }

    #[test]
    fn what_is_asked_for_is_read_or_refused() {
        assert!(!read(&[("q", " "), ("country", ""), ("page", "")]).unwrap().searches());
        let asked = read(&[("q", "a&b"), ("country", "ke"), ("page", "2")]).unwrap();
        assert_eq!((asked.page, asked.query().as_str()), (2, "q=a%26b&country=KE&"));
        assert!(matches!(read(&[("page", "0")]), Err(Fault::NotFound)));
        assert!(matches!(read(&[("page", "-1")]), Err(Fault::NotFound)));
        assert!(matches!(read(&[("country", "XX")]), Err(Fault::Unprocessable(_))));
        assert_eq!(read(&[("q", &"x".repeat(9_000))]).unwrap().q.len(), LONGEST_SEARCH);
    }

    #[test]
    fn pages_hold_five_hundred_and_know_their_neighbors() {
        let all: Vec<usize> = (0..1_001).collect();
        let pages = |this| Pages::new(this, all.len(), "/letters/x", "");
        assert_eq!(pages(2).of(&all), &all[500..1_000]);
        assert_eq!(pages(2).prev.as_deref(), Some("/letters/x#signatories"));
        assert_eq!(pages(2).next.as_deref(), Some("/letters/x?page=3#signatories"));
        assert_eq!((pages(3).of(&all), pages(3).next), (&all[1_000..], None));
        assert!(pages(3).exists() && !pages(4).exists() && !pages(0).exists());
        assert_eq!(pages(usize::MAX).of(&all), &[] as &[usize]);
        assert!(Pages::new(1, 0, "", "").exists());
    }
}
