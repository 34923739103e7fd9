//! The page behind a link of a round, and those where there is none.

use super::{Behind, PURPOSE};
use crate::campaign::LetterBody;
use crate::consent::store::{Answer, Compared};
use crate::secret::Token;
use crate::text::Differences;
use crate::web::App;
use crate::web::form::Filled;
use crate::web::page::Page;
use crate::web::show::Moment;
use askama::Template;

#[derive(Template)]
#[template(path = "consent/unknown.html")]
pub(super) struct Unknown {
    pub(super) page: Page,
}

#[derive(Template)]
#[template(path = "consent/staff_here.html")]
pub(super) struct StaffHere {
    pub(super) page: Page,
}

/// The letter that the page is about, as `words::about` prints it.
struct OfLetter {
    recipient: String,
    title: String,
    lang: String,
    href: String,
}

/// The binding text beside a translation.
struct BindingText {
    language: String,
    lang: String,
    dir: &'static str,
    differences: Option<Differences>,
    html: String,
}

impl BindingText {
    fn of(found: &Behind, compared: &Compared) -> Self {
        let language = &found.campaign.settings.language;
        let changes = found.before.meaning != found.after.meaning;
        Self {
            language: language.english_name(),
            lang: language.to_string(),
            dir: language.dir().as_str(),
            differences: changes.then(|| compared.between(&found.before, &found.after)),
            html: whole(&found.after.body),
        }
    }
}

fn whole(body: &LetterBody) -> String {
    let html = body.html();
    html.introduction + &html.text
}

#[derive(Template)]
#[template(path = "consent/answer.html")]
pub(super) struct Consent {
    page: Page,
    letter: OfLetter,
    contact: String,
    line: String,
    /// Whether what the page said before is no longer so.
    overtaken: bool,
    /// Until when there is time, while it is asked.
    until: Option<Moment>,
    silence_counts: bool,
    kept: Option<Moment>,
    question: Option<Moment>,
    may_come_back: bool,
    agrees: bool,
    /// Where it stands when it is over, in a word.
    over: &'static str,
    differences: Option<Differences>,
    lang: String,
    dir: &'static str,
    html: String,
    /// The language of the whole text, where it is another one than that of what changes.
    html_lang: String,
    html_dir: &'static str,
    /// Why it is not in their language; empty where it is.
    instead: String,
    /// The binding text, where a translation is shown.
    binding: Option<BindingText>,
    number: String,
    action: String,
    token: String,
    form: Filled,
}

impl Consent {
    pub(super) fn new(app: &App, token: &Token, found: &Behind, form: Filled, overtaken: bool) -> Self {
        let (settings, now) = (&found.told.campaign.settings, app.clock.now());
        let asked = found.asks.as_ref().filter(|_| found.is_live());
        let (reading, compared) = (&found.told.reading, Compared::default());
        let changes = found.told.changes(&found.before, &found.after, &compared);
        let shown = changes.as_ref().map_or(&reading.language, |changes| &changes.language).clone();
        Self {
            page: Page::new("Does your organization agree? – Undersigned").not_indexed(),
            letter: OfLetter {
                recipient: settings.recipient.clone(),
                title: settings.title.to_string(),
                lang: settings.language.to_string(),
                href: match found.campaign.is_visible(now) {
                    true => format!("/letters/{}", settings.slug),
                    false => String::new(),
                },
            },
            contact: settings.contact.clone(),
            line: found.sign_on.entry.line.clone(),
            overtaken,
            until: asked.map(|(round, _)| Moment::new(round.ends_at, now)),
            silence_counts: asked.is_some_and(|(round, _)| round.silence_counts),
            kept: asked
                .filter(|(_, asked)| asked.answer == Some(Answer::Kept))
                .and_then(|(_, asked)| asked.answered_at)
                .map(|at| Moment::new(at, now)),
            question: asked.and_then(|(_, asked)| asked.question_at).map(|at| Moment::new(at, now)),
            may_come_back: found.may_come_back(now),
            agrees: found.agrees,
            over: if found.is_live() { "" } else { found.sign_on.standing().words() },
            differences: changes.map(|changes| changes.differences),
            lang: shown.to_string(),
            dir: shown.dir().as_str(),
            html: whole(reading.body(&found.after)),
            html_lang: reading.language.to_string(),
            html_dir: reading.language.dir().as_str(),
            instead: found.told.instead(),
            binding: reading.translation.as_ref().map(|_| BindingText::of(found, &compared)),
            number: reading.wording(),
            action: format!("/consents/{}", token.reveal()),
            token: app.form_token(PURPOSE, token.digest().as_bytes()),
            form,
        }
    }
}
