//! The pages of a round, for the organizers.

use super::{Order, basis};
use crate::account::Staff;
use crate::campaign::store::LetterDraft;
use crate::campaign::{FRESH_DAYS, Here, Local, Round};
use crate::clock::{Timestamp, days};
use crate::consent::{MOST_REMINDERS, Stand, Tally};
use crate::organizing::letter::Texts;
use crate::organizing::translations::Other;
use crate::text::Differences;
use crate::web::App;
use crate::web::form::Filled;
use crate::web::page::Page;
use crate::web::show::Moment;
use askama::Template;

/// How many entries a page names.
const NAMED: usize = 200;

/// The days that the form suggests.
const SUGGESTED_DAYS: i64 = 14;

/// What is counted of a round.
pub(super) struct Count {
    what: &'static str,
    count: usize,
    hint: &'static str,
}

/// An entry that needs a look.
pub(super) struct Row {
    line: String,
    href: String,
    word: &'static str,
    class: &'static str,
    question: Option<Moment>,
    reminders: i64,
}

/// What was counted for the page.
pub(super) struct Counted {
    /// Of the round that runs.
    pub(super) tally: Option<Tally>,
    /// Where none does: how many would be asked, and for how many of them there is nobody to ask.
    pub(super) to_ask: (i64, i64),
    /// The rounds that are over.
    pub(super) past: Vec<(Round, Tally)>,
}

/// A round that runs.
pub(super) struct Running {
    changes_text: bool,
    to_number: i64,
    until: Moment,
    silence_counts: bool,
    counts: Vec<Count>,
    rows: Vec<Row>,
    more: usize,
    can_be_reminded: usize,
    may_end: bool,
}

/// A round that is over.
pub(super) struct Past {
    what: String,
    ended: Moment,
    counts: String,
}

#[derive(Template)]
#[template(path = "organizing/consent.html")]
pub(super) struct View {
    page: Page,
    local: Local,
    notice: &'static str,
    form: Filled,
    basis: String,
    letter_href: String,
    number: i64,
    running: Option<Running>,
    /// The languages in which the other text is translated, and those in which it is not yet.
    translated: String,
    untranslated: String,
    languages_href: String,
    /// What the other text changes, where there is one.
    differences: Option<Differences>,
    lang: String,
    dir: &'static str,
    count: i64,
    /// For how many of them there is nobody to ask.
    nobody: i64,
    suggested: String,
    announces_silence: bool,
    fresh_days: i64,
    most_reminders: i64,
    past: Vec<Past>,
}

impl View {
    pub(super) fn new(
        app: &App,
        staff: &Staff,
        texts: &Texts,
        Counted { tally, to_ask: (count, nobody), past }: Counted,
        form: Filled,
        now: Timestamp,
    ) -> Self {
        let settings = &texts.campaign.settings;
        let suggested = now.plus(days(SUGGESTED_DAYS)).to_string();
        Self {
            page: staff.page(app, format!("Consent: {} – Undersigned", settings.title)),
            local: Local::new(&texts.campaign, true, Here::Consent, now),
            notice: "",
            basis: basis(texts),
            letter_href: format!("/staff/letters/{}/letter", settings.slug),
            number: texts.letter.number,
            running: texts.round.zip(tally).map(|(round, tally)| Running::new(&round, &tally, now)),
            translated: other(texts, |other| other == Other::Translated),
            untranslated: other(texts, |other| matches!(other, Other::Earlier | Other::Missing)),
            languages_href: format!("/staff/letters/{}/languages", settings.slug),
            differences: differences(texts),
            lang: settings.language.to_string(),
            dir: settings.language.dir().as_str(),
            count,
            nobody,
            suggested: match form.value("ends_on") {
                "" => suggested.get(..10).unwrap_or_default().to_owned(),
                typed => typed.to_owned(),
            },
            announces_silence: texts.campaign.silence_counts,
            fresh_days: FRESH_DAYS,
            most_reminders: MOST_REMINDERS,
            past: past.iter().map(|(round, tally)| Past::new(round, tally, now)).collect(),
            form,
        }
    }

    pub(super) fn with_notice(self, notice: &'static str) -> Self {
        Self { notice, ..self }
    }
}

/// The languages of which this is so for the other text.
fn other(texts: &Texts, is_so: impl Fn(Other) -> bool) -> String {
    let draft = texts.draft.as_ref().map(LetterDraft::stamp);
    let offered = texts.translations.iter().filter(|known| known.translation.retired_at.is_none());
    let so = offered.filter(|known| is_so(known.other(draft.as_deref(), texts.round)));
    so.map(|known| known.translation.language.english_name()).collect::<Vec<_>>().join(", ")
}

fn differences(texts: &Texts) -> Option<Differences> {
    let draft = texts.draft.as_ref()?;
    Some(texts.letter.body.differences(&draft.body))
}

impl Running {
    fn new(round: &Round, tally: &Tally, now: Timestamp) -> Self {
        let count = |what, count, hint| Count { what, count, hint };
        let all = [
            count("Asked", tally.asked, ""),
            count("Still to be asked", tally.unasked, "The mails are being written."),
            count("Agree", tally.kept, ""),
            count("Withdrew", tally.withdrawn, ""),
            count("Asked a question", tally.questions, "A question is no answer yet."),
            count("Silent", tally.silent, ""),
            count(
                "Mail came back",
                tally.bounced,
                "Write to them another way, or ask somebody else to take over.",
            ),
            count(
                "Nobody to ask",
                tally.nobody,
                "Imported names, and those whose representatives were erased.",
            ),
            count("Decided otherwise", tally.over, "Moderators decided against them meanwhile."),
        ];
        let needs_look =
            |stand| matches!(stand, Stand::Silent | Stand::Bounced | Stand::NobodyToAsk | Stand::Withdrawn);
        let listed = tally.entries.iter().filter(|told| told.question_at.is_some() || needs_look(told.stand));
        let mut rows: Vec<Row> = listed
            .map(|told| {
                let (word, class) = word(told.stand);
                Row {
                    line: told.line.clone(),
                    href: format!("/staff/sign-ons/{}", told.sign_on),
                    word,
                    class,
                    question: told.question_at.map(|at| Moment::new(at, now)),
                    reminders: told.reminders,
                }
            })
            .collect();
        // Whoever asks something waits for a person.
        rows.sort_by_key(|row| row.question.is_none());
        let more = rows.len().saturating_sub(NAMED);
        rows.truncate(NAMED);
        let can_be_reminded = tally
            .entries
            .iter()
            .filter(|told| told.stand == Stand::Silent && told.reminders < MOST_REMINDERS)
            .count();
        Self {
            changes_text: round.changes_text(),
            to_number: round.to_number,
            until: Moment::new(round.ends_at, now),
            silence_counts: round.silence_counts,
            counts: all.into_iter().filter(|one| one.count > 0 || one.hint.is_empty()).collect(),
            rows,
            more,
            can_be_reminded,
            may_end: tally.silent == 0 && tally.unasked == 0,
        }
    }
}

const fn word(stand: Stand) -> (&'static str, &'static str) {
    match stand {
        Stand::Kept => ("Agrees", "done"),
        Stand::Carried => ("Silent, which counts", "done"),
        Stand::Withdrawn => ("Withdrew", "ended"),
        Stand::Over => ("Decided otherwise", "ended"),
        Stand::NobodyToAsk => ("Nobody to ask", "held"),
        Stand::Bounced => ("Mail came back", "held"),
        Stand::Silent => ("Silent", ""),
    }
}

impl Past {
    fn new(round: &Round, tally: &Tally, now: Timestamp) -> Self {
        let what = match (round.stopped, round.changes_text()) {
            (true, _) => format!("About version {}: stopped, nothing came of it", round.to_number),
            (false, true) => format!("About version {}", round.to_number),
            (false, false) => format!("Whether they still agree to version {}", round.to_number),
        };
        let silent = tally.silent + tally.bounced + tally.nobody;
        let carried = match tally.carried {
            0 => String::new(),
            count => format!(", {count} by silence as announced"),
        };
        Self {
            what,
            ended: Moment::new(round.settled_at.unwrap_or(round.ends_at), now),
            counts: format!(
                "{} asked: {} agreed{carried}, {} withdrew, {silent} did not answer",
                tally.asked, tally.kept, tally.withdrawn
            ),
        }
    }
}

/// Before a round begins: what will happen, and the button.
#[derive(Template)]
#[template(path = "organizing/consent_ask.html")]
pub(super) struct AskPage {
    page: Page,
    local: Local,
    form: Filled,
    basis: String,
    action: String,
    back_href: String,
    number: i64,
    count: i64,
    nobody: i64,
    until: Moment,
    ends_on: String,
    silence_counts: bool,
    differences: Option<Differences>,
    lang: String,
    dir: &'static str,
    sure: String,
}

impl AskPage {
    pub(super) fn new(
        app: &App,
        staff: &Staff,
        texts: &Texts,
        order: Order,
        (count, nobody): (i64, i64),
        form: Filled,
    ) -> Self {
        let (settings, now) = (&texts.campaign.settings, app.clock.now());
        let day = order.ends_at.to_string();
        let written = count - nobody;
        let s = if written == 1 { "" } else { "s" };
        Self {
            page: staff.page(app, format!("Ask for consent: {} – Undersigned", settings.title)),
            local: Local::new(&texts.campaign, true, Here::Consent, now),
            form,
            basis: basis(texts),
            action: format!("/staff/letters/{}/consent/begin", settings.slug),
            back_href: format!("/staff/letters/{}/consent", settings.slug),
            number: texts.letter.number,
            count,
            nobody,
            until: Moment::new(order.ends_at, now),
            ends_on: day.get(..10).unwrap_or_default().to_owned(),
            silence_counts: order.silence_counts,
            differences: differences(texts),
            lang: settings.language.to_string(),
            dir: settings.language.dir().as_str(),
            sure: format!("I have read this, and {written} organization{s} may be written to now"),
        }
    }
}

/// Before a round is stopped.
#[derive(Template)]
#[template(path = "organizing/consent_stop.html")]
pub(super) struct StopPage {
    page: Page,
    local: Local,
    basis: String,
    action: String,
    back_href: String,
    number: i64,
    changes_text: bool,
}

impl StopPage {
    pub(super) fn new(app: &App, staff: &Staff, texts: &Texts) -> Self {
        let settings = &texts.campaign.settings;
        Self {
            page: staff.page(app, format!("Stop asking: {} – Undersigned", settings.title)),
            local: Local::new(&texts.campaign, true, Here::Consent, app.clock.now()),
            basis: basis(texts),
            action: format!("/staff/letters/{}/consent/stop", settings.slug),
            back_href: format!("/staff/letters/{}/consent", settings.slug),
            number: texts.letter.number,
            changes_text: texts.round.is_some_and(|round| round.changes_text()),
        }
    }
}
