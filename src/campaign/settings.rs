//! The settings of a campaign as texts and back: what a form sends and what `campaign.toml` holds, with every problem named at once.

mod read;

use super::campaign::{AUTHORITY, Access, Ages, Settings, Status, Title};
use super::guide::Guide;
use super::policies::{Late, Leavers};
use super::press::PressPack;
use super::reasons::Reasons;
use super::rules::Rules;
use super::unconfirmed::Unconfirmed;
use crate::clock::{Timestamp, Zone};
use crate::text::{Language, LinePattern, OrderingRule, Prose, Slug, optional};
use crate::web::form::{Fields, Problems};
use read::{articles, contact, date, instant, line, months, number_of_days, or, yes_or_no};

/// The fields, in the order of the file and of the form.
pub const FIELDS: [&str; 33] = [
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
    "eligibility",
    "at_risk",
    "status",
    "paused",
    "access",
    "zone",
    "opens_at",
    "closes_at",
    "published_at",
    "keep_months",
    "ordering",
    "articles",
    "line",
    "unconfirmed",
    "leavers",
    "late",
    "amber_days",
    "red_days",
    "four_eyes",
    "reasons",
    "guide",
    "press_contact",
    "press_pack",
];

/// The most characters of a line that the campaign shows: recipient, salutation, closing, host.
const LINE: usize = 300;
/// The most characters of the statement about authority.
const STATEMENT: usize = 1000;
/// A line that the campaign shows, as it is kept.
pub(super) fn shown_line(text: &str) -> Result<String, String> {
    line(text, LINE)
}

/// The statement about authority, as it is kept.
pub(super) fn statement(text: &str) -> Result<String, String> {
    line(text, STATEMENT)
}

/// What the form says while sign-ons are paused: what was taken when they were is taken at every later look.
pub type PauseMessage = Prose<500>;
/// Whom the press can ask: a name, an address, a number, on a few lines.
pub type PressContact = Prose<300>;

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
        let eligibility = p.take("eligibility", Rules::parse(texts.get("eligibility")));
        let at_risk = p.take("at_risk", yes_or_no(texts.get("at_risk")));
        let status = Status::parse(or(texts.get("status"), Status::Draft.as_str()));
        let status = p.take("status", status.ok_or("Choose draft, open, closed or archived."));
        let paused = p.take("paused", optional(texts.get("paused"), PauseMessage::parse));
        let access = Access::parse(or(texts.get("access"), Access::Public.as_str()));
        let access = p.take("access", access.ok_or("Choose public, link or invitation."));
        let zone = p.take("zone", Zone::parse(or(texts.get("zone"), Zone::default().as_str())));
        let opens_at = p.take("opens_at", optional(texts.get("opens_at"), instant));
        let closes_at = p.take("closes_at", optional(texts.get("closes_at"), instant));
        if let (Some(Some(opens)), Some(Some(closes))) = (opens_at, closes_at)
            && closes <= opens
        {
            p.add("closes_at", "Choose a deadline after the opening.");
        }
        let published_at = p.take("published_at", optional(texts.get("published_at"), instant));
        let keep_months = p.take("keep_months", months(texts.get("keep_months")));
        let ordering = OrderingRule::parse(or(texts.get("ordering"), OrderingRule::default().as_str()));
        let ordering = p.take("ordering", ordering);
        let articles = p.take("articles", articles(texts.get("articles")));
        let line = p.take("line", LinePattern::parse(or(texts.get("line"), "{name}")));
        let unconfirmed = Unconfirmed::parse(or(texts.get("unconfirmed"), Unconfirmed::default().as_str()));
        let unconfirmed = p.take("unconfirmed", unconfirmed.ok_or("Choose print, marked or hide."));
        let leavers = Leavers::parse(or(texts.get("leavers"), Leavers::default().as_str()));
        let leavers = p.take("leavers", leavers.ok_or("Choose kept or dropped."));
        let late = Late::parse(or(texts.get("late"), Late::default().as_str()));
        let late = p.take("late", late.ok_or("Choose live or after."));
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
        let reasons = match (reasons, &eligibility) {
            (Some(reasons), Some(rules)) => p.take("eligibility", rules.among(&reasons)),
            (reasons, _) => reasons,
        };
        let guide = p.take("guide", Guide::parse(texts.get("guide")));
        let press_contact =
            p.take("press_contact", optional(texts.get("press_contact"), PressContact::parse));
        let press_pack = PressPack::parse(or(texts.get("press_pack"), PressPack::default().as_str()));
        let press_pack = p.take("press_pack", press_pack.ok_or("Choose staff, published or previews."));
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
                paused: paused?.map(|message| message.to_string()).unwrap_or_default(),
                access: access?,
                zone: zone?,
                ordering: ordering?,
                articles: articles?,
                line: line?,
                leavers: leavers?,
                late: late?,
                authority: authority?,
                eligibility: eligibility?,
                at_risk: at_risk?,
                unconfirmed: unconfirmed?,
                keep_months: keep_months?,
                ages: Ages { amber_days: amber_days?, red_days: red_days? },
                four_eyes: four_eyes?,
                reasons: reasons?,
                guide: guide?,
                press_contact: press_contact?.map(|contact| contact.to_string()).unwrap_or_default(),
                press_pack: press_pack?,
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
            "eligibility" => self.eligibility.as_str().to_owned(),
            "at_risk" if self.at_risk => "yes".to_owned(),
            "unconfirmed" => self.unconfirmed.as_str().to_owned(),
            "status" => self.status.as_str().to_owned(),
            "paused" => self.paused.clone(),
            "zone" => self.zone.to_string(),
            "keep_months" => self.keep_months.to_string(),
            "access" => self.access.as_str().to_owned(),
            "opens_at" => instant(self.opens_at),
            "closes_at" => instant(self.closes_at),
            "published_at" => instant(self.published_at),
            "ordering" => self.ordering.to_string(),
            "articles" => self.articles.join("\n"),
            "line" => self.line.to_string(),
            "leavers" => self.leavers.as_str().to_owned(),
            "late" => self.late.as_str().to_owned(),
            "amber_days" => self.ages.amber_days.to_string(),
            "red_days" => self.ages.red_days.to_string(),
            "four_eyes" if self.four_eyes => "yes".to_owned(),
            "reasons" => self.reasons.as_str().to_owned(),
            "guide" => self.guide.as_str().to_owned(),
            "press_contact" => self.press_contact.clone(),
            "press_pack" => self.press_pack.as_str().to_owned(),
            _ => String::new(),
        }
    }
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
        assert_eq!((settings.leavers, settings.late), (Leavers::Dropped, Late::Live));
        assert_eq!(settings.authority, AUTHORITY);
        assert_eq!(settings.published_at, None);
        assert_eq!((settings.ages, settings.four_eyes), (Ages::default(), false));
        assert_eq!((settings.zone.as_str(), settings.keep_months), ("UTC", 6));
        assert_eq!((settings.eligibility.as_str(), settings.paused.as_str()), ("", ""));
        assert_eq!(again(&settings), settings);
    }

    /// In a script with marks one letter is several characters.
    #[test]
    fn a_pause_message_that_was_taken_is_read_again() {
        let message = PauseMessage::parse(&"कि".repeat(330)).unwrap();
        let long = PauseMessage::parse(&"é".repeat(500)).unwrap();
        for said in [&message, &long] {
            let typed = [("slug", "next"), ("title", "The next letter"), ("paused", said.as_str())];
            let settings = parse(&typed).unwrap();
            assert_eq!(settings.paused, said.as_str());
            assert_eq!(again(&settings), settings);
        }
        assert!(PauseMessage::parse(&"é".repeat(501)).is_err());
    }

    #[test]
    fn a_rule_of_who_may_sign_is_a_reason_too() {
        let settings = parse(&[("slug", "a"), ("title", "A"), ("eligibility", "Seated in Europe")]).unwrap();
        let last = settings.reasons.all().last().unwrap();
        assert_eq!(last.wording.label, "Against the rule: Seated in Europe");
        assert_eq!(again(&settings), settings);
    }

    #[test]
    fn every_problem_is_named_at_once_in_the_order_of_the_form() {
        let long_rule = "x".repeat(81);
        let problems = parse(&[
            ("slug", "Not a slug"),
            ("language", "english, please"),
            ("recipient", "two\nlines"),
            ("letter_date", "7 October 2019"),
            ("contact", "nobody"),
            ("eligibility", &long_rule),
            ("status", "pending"),
            ("access", "friends"),
            ("zone", "Middle/Earth"),
            ("opens_at", "2026-12-31T00:00:00Z"),
            ("closes_at", "2026-01-01T00:00:00Z"),
            ("published_at", "2026-01-01T00:00:00"),
            ("keep_months", "0"),
            ("ordering", "random"),
            ("articles", "the,in front of"),
            ("line", "{nmae}"),
            ("leavers", "gone"),
            ("late", "never"),
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
                "eligibility",
                "status",
                "access",
                "zone",
                "closes_at",
                "published_at",
                "keep_months",
                "ordering",
                "articles",
                "line",
                "leavers",
                "late",
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
