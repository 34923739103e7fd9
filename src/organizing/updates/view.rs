//! The page of updates.

use crate::account::Staff;
use crate::campaign::{Campaign, Here, LetterBody, Local, Status, Update, UpdateText};
use crate::clock::Timestamp;
use crate::text::Differences;
use crate::web::App;
use crate::web::form::Filled;
use crate::web::page::Page;
use crate::web::show::Moment;
use askama::Template;

/// An update on the page.
struct Row {
    href: String,
    title: String,
    state: &'static str,
    class: &'static str,
    since: Moment,
    corrections: usize,
    can_be_changed: bool,
}

#[derive(Template)]
#[template(path = "organizing/updates.html")]
pub(super) struct View {
    page: Page,
    local: Local,
    notice: &'static str,
    rows: Vec<Row>,
    form: Filled,
    action: String,
    /// The one that is changed; else another one is written.
    is_change: bool,
    is_draft: bool,
    is_archived: bool,
    /// What was typed, as everybody would read it; empty while nobody asked.
    preview: String,
    /// What was typed differs from what is published by this.
    differences: Option<Differences>,
    lang: String,
    dir: &'static str,
    public_href: String,
}

impl View {
    pub(super) fn new(
        app: &App,
        staff: &Staff,
        campaign: &Campaign,
        updates: &[Update],
        of: Option<&Update>,
        form: Filled,
    ) -> Self {
        let (settings, now) = (&campaign.settings, app.clock.now());
        let href = format!("/staff/letters/{}/updates", settings.slug);
        let row = |update: &Update| Row::new(update, campaign, &href, now);
        // Of what was taken back nothing can be changed.
        let of = of.filter(|of| of.taken_back_at.is_none());
        Self {
            page: staff.page(app, format!("Updates: {} – Undersigned", settings.title)),
            local: Local::new(campaign, true, Here::Updates, now),
            notice: "",
            rows: updates.iter().rev().map(row).collect(),
            differences: differences(of, &form),
            form,
            is_change: of.is_some(),
            is_draft: of.is_some_and(|of| of.published_at.is_none()),
            is_archived: settings.status == Status::Archived,
            preview: String::new(),
            lang: settings.language.to_string(),
            dir: settings.language.dir().as_str(),
            public_href: match campaign.is_visible(now) {
                true => format!("/letters/{}/updates", settings.slug),
                false => String::new(),
            },
            action: href,
        }
    }

    pub(super) fn with_notice(self, notice: &'static str) -> Self {
        Self { notice, ..self }
    }

    /// The same with what was typed as everybody would read it.
    pub(super) fn with_preview(self, text: Option<&UpdateText>) -> Self {
        let preview = text.map(|text| LetterBody::from(text.body.clone()).html().text);
        Self { preview: preview.unwrap_or_default(), ..self }
    }
}

/// What a correction changes, as it is typed.
fn differences(of: Option<&Update>, form: &Filled) -> Option<Differences> {
    let stands = of.filter(|of| of.published_at.is_some())?.newest()?;
    let (title, body) = (form.value("title").trim(), form.value("text").trim());
    let body = body.replace("\r\n", "\n");
    let found =
        Differences::of_parts(&[(stands.title.as_str(), title), (stands.body.as_str(), body.as_str())]);
    (!found.is_empty()).then_some(found)
}

impl Row {
    fn new(update: &Update, campaign: &Campaign, href: &str, now: Timestamp) -> Self {
        let text = update.newest();
        let written = text.map_or(Timestamp::from_micros(0), |text| text.made_at);
        let (state, class, since) = match (update.published_at, update.taken_back_at) {
            (_, Some(at)) => ("Taken back", "ended", at),
            (Some(at), None) => ("Published", "done", at),
            (None, None) => ("Draft", "held", written),
        };
        Self {
            href: format!("{href}?of={}#form", update.id),
            title: text.map(|text| text.title.to_string()).unwrap_or_default(),
            state,
            class,
            since: Moment::in_zone(since, now, &campaign.settings.zone),
            corrections: update.texts.len().saturating_sub(1),
            can_be_changed: update.taken_back_at.is_none(),
        }
    }
}
