//! The settings of a campaign as texts and back: what a form sends and what `campaign.toml` holds, with every problem named at once.

use super::campaign::{AUTHORITY, Access, Ages, Settings, Status, Title};
use super::guide::Guide;
use super::reasons::Reasons;
use crate::clock::Timestamp;
use crate::text::{EmailAddress, Language, LinePattern, OrderingRule, Slug, WebUrl, characters, optional};
use crate::web::form::{Fields, Problems};

/// The fields, in the order of the file and of the form.
pub const FIELDS: [&str; 23] = [
    "slug",
    "title",
    "language",
    "recipient",
    "salutation",
    "closing",
    "letter_date",
    "host",
    "contact",
    "authority",
    "status",
    "access",
    "opens_at",
    "closes_at",
    "published_at",
    "ordering",
    "articles",
    "line",
    "amber_days",
    "red_days",
    "four_eyes",
    "reasons",
    "guide",
];

/// The most characters of a line that the campaign shows: recipient, salutation, closing, host.
const LINE: usize = 300;
/// The most characters of the statement about authority.
const STATEMENT: usize = 1000;
/// The most words that sorting may pass over, and the most characters of each.
const ARTICLES: usize = 50;
const ARTICLE: usize = 20;

impl Settings {
    /// Reads the settings from texts. Only `slug` and `title` must be there; what else is empty gets its default: the language `en`,
    /// a draft, for everybody, in alphabetical order, the name as the printed line, the usual statement.
    ///
    /// # Errors
    /// Every problem, in the order of [`FIELDS`].
    pub fn parse(texts: &Fields) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let p = &mut problems;
        let slug = p.take("slug", Slug::parse(texts.get("slug").trim()));
        let title = p.take("title", Title::parse(texts.get("title")));
        let language = p.take("language", Language::parse(or(texts.get("language"), "en")));
        let recipient = p.take("recipient", line(texts.get("recipient"), LINE));
        let salutation = p.take("salutation", line(texts.get("salutation"), LINE));
        let closing = p.take("closing", line(texts.get("closing"), LINE));
        let letter_date = p.take("letter_date", optional(texts.get("letter_date"), date));
        let host = p.take("host", line(texts.get("host"), LINE));
        let contact = p.take("contact", optional(texts.get("contact"), contact));
        let authority = p.take("authority", line(or(texts.get("authority"), AUTHORITY), STATEMENT));
        let status = Status::parse(or(texts.get("status"), Status::Draft.as_str()));
        let status = p.take("status", status.ok_or("Choose draft, open, closed or archived."));
        let access = Access::parse(or(texts.get("access"), Access::Public.as_str()));
        let access = p.take("access", access.ok_or("Choose public, link or invitation."));
        let opens_at = p.take("opens_at", optional(texts.get("opens_at"), instant));
        let closes_at = p.take("closes_at", optional(texts.get("closes_at"), instant));
        if let (Some(Some(opens)), Some(Some(closes))) = (opens_at, closes_at)
            && closes <= opens
        {
            p.add("closes_at", "Choose a deadline after the opening.");
        }
        let published_at = p.take("published_at", optional(texts.get("published_at"), instant));
        let ordering = OrderingRule::parse(or(texts.get("ordering"), OrderingRule::default().as_str()));
        let ordering = p.take("ordering", ordering);
        let articles = p.take("articles", articles(texts.get("articles")));
        let line = p.take("line", LinePattern::parse(or(texts.get("line"), "{name}")));
        let usual = Ages::default();
        let amber_days = p.take("amber_days", number_of_days(texts.get("amber_days"), usual.amber_days));
        let red_days = p.take("red_days", number_of_days(texts.get("red_days"), usual.red_days));
        if let (Some(amber), Some(red)) = (amber_days, red_days)
            && red <= amber
        {
            p.add("red_days", "Choose more days than for “due”.");
        }
        let four_eyes = p.take("four_eyes", yes_or_no(texts.get("four_eyes")));
        let reasons = p.take("reasons", Reasons::parse(texts.get("reasons")));
        let guide = p.take("guide", Guide::parse(texts.get("guide")));
        let parsed = (|| {
            Some(Self {
                slug: slug?,
                title: title?,
                language: language?,
                recipient: recipient?,
                salutation: salutation?,
                closing: closing?,
                letter_date: letter_date?,
                host: host?,
                contact: contact?.unwrap_or_default(),
                status: status?,
                access: access?,
                ordering: ordering?,
                articles: articles?,
                line: line?,
                authority: authority?,
                ages: Ages { amber_days: amber_days?, red_days: red_days? },
                four_eyes: four_eyes?,
                reasons: reasons?,
                guide: guide?,
                opens_at: opens_at?,
                closes_at: closes_at?,
                published_at: published_at?,
            })
        })();
        parsed.filter(|_| problems.is_empty()).ok_or(problems)
    }

    /// The settings as texts: [`Settings::parse`] makes the same of them again. What is not set is an empty text.
    pub fn texts(&self) -> Fields {
        FIELDS.into_iter().map(|field| (field, self.text(field))).collect()
    }

    /// One field as text.
    pub fn text(&self, field: &str) -> String {
        let instant = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
        match field {
            "slug" => self.slug.to_string(),
            "title" => self.title.to_string(),
            "language" => self.language.to_string(),
            "recipient" => self.recipient.clone(),
            "salutation" => self.salutation.clone(),
            "closing" => self.closing.clone(),
            "letter_date" => self.letter_date.map(|date| date.to_string()).unwrap_or_default(),
            "host" => self.host.clone(),
            "contact" => self.contact.clone(),
            "authority" => self.authority.clone(),
            "status" => self.status.as_str().to_owned(),
            "access" => self.access.as_str().to_owned(),
            "opens_at" => instant(self.opens_at),
            "closes_at" => instant(self.closes_at),
            "published_at" => instant(self.published_at),
            "ordering" => self.ordering.to_string(),
            "articles" => self.articles.join("\n"),
            "line" => self.line.to_string(),
            "amber_days" => self.ages.amber_days.to_string(),
            "red_days" => self.ages.red_days.to_string(),
            "four_eyes" if self.four_eyes => "yes".to_owned(),
            "reasons" => self.reasons.as_str().to_owned(),
            "guide" => self.guide.as_str().to_owned(),
            _ => String::new(),
        }
    }
}

fn or<'a>(text: &'a str, default: &'a str) -> &'a str {
    if characters::is_blank(text) { default } else { text.trim() }
}

/// A number of days, at most a year; empty for the usual one.
fn number_of_days(text: &str, usual: i64) -> Result<i64, &'static str> {
    match text.trim() {
        "" => Ok(usual),
        text => text
            .parse()
            .ok()
            .filter(|days| (1..=366).contains(days))
            .ok_or("Write a number of days between 1 and 366."),
    }
}

/// Whether two moderators must approve.
fn yes_or_no(text: &str) -> Result<bool, &'static str> {
    match text.trim() {
        "" | "no" | "false" => Ok(false),
        "yes" | "true" => Ok(true),
        _ => Err("Choose yes or no."),
    }
}

fn line(text: &str, most: usize) -> Result<String, String> {
    let line = characters::line(text).map_err(|e| e.to_string())?;
    match line.chars().count() {
        count if count > most => Err(format!("Shorten this to {most} characters: it has {count}.")),
        _ => Ok(line),
    }
}

/// A date as the calendar writes it; jiff alone would take more ways to write one than people read the same.
fn date(text: &str) -> Result<jiff::civil::Date, &'static str> {
    const SENTENCE: &str = "Write the date as year-month-day, such as 2019-10-07.";
    let text = text.trim();
    if text.len() != 10 {
        return Err(SENTENCE);
    }
    text.parse().map_err(|_| SENTENCE)
}

/// An instant of RFC 3339. Without an offset nobody could say when it is, so one must be there.
fn instant(text: &str) -> Result<Timestamp, &'static str> {
    Timestamp::parse(text)
        .ok_or("Write a date, a time and its offset from UTC, such as 2019-10-07T09:00:00Z or 2019-10-07T11:00:00+02:00.")
}

/// How to reach the host: an address or a page, in the form that a link needs.
fn contact(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.contains('@') && !text.contains('/') {
        return EmailAddress::parse(text)
            .map(|address| address.as_str().to_owned())
            .map_err(|e| e.to_string());
    }
    WebUrl::parse(text).map(|page| page.as_str().to_owned()).map_err(|_| {
        "Write an email address or the address of a page, such as letters@example.org.".to_owned()
    })
}

/// Words, one on a line or separated by commas.
fn articles(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    for word in text.split(['\n', '\r', ',']) {
        let word = characters::line(word).map_err(|e| e.to_string())?;
        if word.contains(' ') {
            return Err(format!("Write one word on each line: “{word}” has a space."));
        }
        if word.chars().count() > ARTICLE {
            return Err(format!("Shorten “{word}” to {ARTICLE} characters."));
        }
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    }
    if words.len() > ARTICLES {
        return Err(format!("Write at most {ARTICLES} words."));
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::form::{FieldError, Filled};
    use proptest::prelude::*;

    fn parse(fields: &[(&str, &str)]) -> Result<Settings, Vec<FieldError>> {
        let read = Settings::parse(&fields.iter().copied().collect());
        read.map_err(|problems| Filled::new(Fields::default(), problems).errors().to_vec())
    }

    fn again(settings: &Settings) -> Settings {
        Settings::parse(&settings.texts()).unwrap()
    }

    #[test]
    fn a_slug_and_a_title_are_enough() {
        let settings = parse(&[("slug", "next"), ("title", "The next letter")]).unwrap();
        assert_eq!(settings.status, Status::Draft);
        assert_eq!(settings.access, Access::Public);
        assert_eq!(settings.language.as_str(), "en");
        assert_eq!(settings.line.as_str(), "{name}");
        assert_eq!(settings.authority, AUTHORITY);
        assert_eq!(settings.published_at, None);
        assert_eq!((settings.ages, settings.four_eyes), (Ages::default(), false));
        assert_eq!(again(&settings), settings);
    }

    #[test]
    fn every_problem_is_named_at_once_in_the_order_of_the_form() {
        let problems = parse(&[
            ("slug", "Not a slug"),
            ("language", "english, please"),
            ("recipient", "two\nlines"),
            ("letter_date", "7 October 2019"),
            ("contact", "nobody"),
            ("status", "pending"),
            ("access", "friends"),
            ("opens_at", "2026-12-31T00:00:00Z"),
            ("closes_at", "2026-01-01T00:00:00Z"),
            ("published_at", "2026-01-01T00:00:00"),
            ("ordering", "random"),
            ("articles", "the,in front of"),
            ("line", "{nmae}"),
            ("amber_days", "7"),
            ("red_days", "7"),
            ("four_eyes", "perhaps"),
        ])
        .unwrap_err();
        let fields: Vec<_> = problems.iter().map(|problem| problem.name).collect();
        assert_eq!(
            fields,
            [
                "slug",
                "title",
                "language",
                "recipient",
                "letter_date",
                "contact",
                "status",
                "access",
                "closes_at",
                "published_at",
                "ordering",
                "articles",
                "line",
                "red_days",
                "four_eyes"
            ]
        );
        assert!(problems.iter().all(|problem| problem.message.ends_with('.')), "{problems:?}");
    }

    #[test]
    fn dates_are_written_one_way() {
        for wrong in ["20191007", "2019-10-07T00:00:00Z", "2019-13-01", "-009999-01-01", "2019-1-7"] {
            let problems = parse(&[("slug", "a"), ("title", "A"), ("letter_date", wrong)]);
            assert!(problems.is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_contact_is_an_address_or_a_page() {
        for (typed, kept) in [
            (" letters@example.org ", "letters@example.org"),
            ("example.org/contact", "https://example.org/contact"),
            ("https://example.org/@us", "https://example.org/@us"),
            ("", ""),
        ] {
            let settings = parse(&[("slug", "a"), ("title", "A"), ("contact", typed)]).unwrap();
            assert_eq!(settings.contact, kept);
        }
    }

    #[test]
    fn leading_words_come_one_on_a_line_or_with_commas() {
        let settings = parse(&[("slug", "a"), ("title", "A"), ("articles", "the, an\r\nLa\n\nthe")]).unwrap();
        assert_eq!(settings.articles, ["the", "an", "La"]);
    }

    proptest! {
        #[test]
        fn what_was_accepted_reads_back_the_same(
            title in "\\PC{1,30}",
            host in "\\PC{0,30}",
            contact in "[a-z]{1,5}@[a-z]{1,5}\\.org|[a-z]{1,5}\\.org/\\PC{0,8}",
            articles in "[a-zA-Z,\n]{0,20}",
            line in "[a-z ()]{0,8}\\{name\\}[ ,()a-z]{0,5}",
            opens in 0_i64..4_000_000_000_000_000,
        ) {
            let opens = Timestamp::from_micros(opens).to_string();
            let read = parse(&[
                ("slug", "a"), ("title", &title), ("host", &host), ("contact", &contact), ("articles", &articles), ("line", &line),
                ("opens_at", &opens),
            ]);
            if let Ok(settings) = read {
                prop_assert_eq!(again(&settings), settings);
            }
        }
    }
}
