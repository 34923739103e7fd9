//! The page that asks before something is done that cannot be taken back, or that everybody sees: what will happen, and the button.

use crate::account::Staff;
use crate::campaign::{Campaign, Here, Local};
use crate::web::App;
use crate::web::form::{Filled, Problems};
use crate::web::page::Page;
use askama::Template;

/// What is asked.
#[derive(Template)]
#[template(path = "organizing/sure.html")]
pub(super) struct Sure {
    page: Page,
    local: Local,
    form: Filled,
    question: String,
    /// What happens, in sentences.
    happens: Vec<String>,
    action: String,
    back_href: String,
    /// What the form sends beside its button.
    hidden: Vec<(&'static str, String)>,
    /// What has to be ticked; empty where the button is enough.
    tick: String,
    button: &'static str,
}

impl Sure {
    /// A question with what happens, where it is sent, and where somebody goes who says no.
    pub(super) fn new(
        app: &App,
        staff: &Staff,
        campaign: &Campaign,
        here: Here,
        question: String,
        button: &'static str,
    ) -> Self {
        let title = format!("{question} {} – Undersigned", campaign.settings.title);
        Self {
            page: staff.page(app, title),
            local: Local::new(campaign, true, here, app.clock.now()),
            form: Filled::default(),
            question,
            happens: Vec::new(),
            action: String::new(),
            back_href: String::new(),
            hidden: Vec::new(),
            tick: String::new(),
            button,
        }
    }

    /// The same with what happens.
    pub(super) fn happens(self, sentences: impl IntoIterator<Item = String>) -> Self {
        Self { happens: sentences.into_iter().collect(), ..self }
    }

    /// The same with where it is sent, what is sent along, and the way back.
    pub(super) fn sent_to(
        self,
        action: String,
        hidden: Vec<(&'static str, String)>,
        back_href: String,
    ) -> Self {
        Self { action, hidden, back_href, ..self }
    }

    /// The same with a box that has to be ticked; `problems` where it was not.
    pub(super) fn ticked(self, tick: String, problems: Problems) -> Self {
        Self { tick, form: Filled::new(crate::web::form::Fields::default(), problems), ..self }
    }
}
