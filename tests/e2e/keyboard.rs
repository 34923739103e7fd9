//! Moderators decide with keys alone.

use crate::chromium::{Chromium, Scripts};
use crate::support::app::TestApp;
use crate::support::cast::open_letter;
use crate::support::on_both_engines;
use crate::support::queue::{Sent, sent, waiting};
use crate::workbench::enter;
use serde_json::Value;
use std::time::{Duration, Instant};

const QUEUE: &str = "/staff/letters/letter/queue";

/// “Mina Moderator”, at the queue, in this window.
async fn moderator(app: &TestApp, staff: &Chromium) {
    enter(app, staff, "Mina Moderator", "mina@staff.example").await;
}

async fn ask(staff: &Chromium, expression: &str) -> Value {
    staff.run(&format!("return {expression}"), Vec::new()).await
}

/// Waits until this is so in the page.
async fn until(staff: &Chromium, expression: &str) {
    for _ in 0..400 {
        let is_there = format!("document.readyState === 'complete' && ({expression})");
        if ask(staff, &is_there).await == Value::Bool(true) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{expression} on {}:\n{}", staff.path().await, staff.text().await);
}

/// Where the focus is.
fn focus_is_in(selector: &str, words: &str) -> String {
    format!(
        "document.activeElement.matches({}) && document.activeElement.textContent.trim() === {}",
        Value::from(selector),
        Value::from(words)
    )
}

async fn switch_on(staff: &Chromium) {
    staff.open(QUEUE).await;
    staff.follow("Keyboard shortcuts").await;
    staff.tick("is_on").await;
    staff.press("Save").await;
    staff.says("Your keys are saved.").await;
    staff.open(QUEUE).await;
}

/// What the page said, and what was pressed then. Kept in the folder that `TEST_RECORDINGS` names, where it names one.
struct Recording {
    began: Instant,
    presses: usize,
    lines: Vec<String>,
}

impl Recording {
    fn begin() -> Self {
        let heading = "seconds  key  on this page, whose live region says";
        Self { began: Instant::now(), presses: 0, lines: vec![heading.to_owned()] }
    }

    /// Before a key is pressed; an empty one for a last look.
    async fn note(&mut self, staff: &Chromium, key: &str) {
        self.presses += usize::from(!key.is_empty());
        let seen = ask(staff, "[...document.querySelectorAll('h1, #said')].map(e => e.textContent.trim().replace(/\\s+/g, ' ')).filter(t => t).join(' | ')").await;
        let seen = seen.as_str().unwrap_or_default();
        self.lines.push(format!("{:7.2}  {key:<3}  {seen}", self.began.elapsed().as_secs_f64()));
    }

    /// How many keys were pressed.
    fn keep(self) -> usize {
        if let Some(folder) = std::env::var_os("TEST_RECORDINGS") {
            let path = std::path::Path::new(&folder).join("fifty-by-keyboard.txt");
            std::fs::write(path, self.lines.join("\n") + "\n").unwrap();
        }
        self.presses
    }
}

on_both_engines! {
    async fn fifty_clear_entries_are_decided_with_one_key_each(app: TestApp) {
        let Some(staff) = Chromium::start(Scripts::On, &app.base_url).await else { return };
        let letter = open_letter(&app).await;
        let names: Vec<String> = (0..50).map(|n| format!("Network of Town {n}")).collect();
        let all: Vec<Sent> = names.iter().map(|name| sent(name, "town.example", "rep@town.example")).collect();
        waiting(&app, &letter, &all).await;
        moderator(&app, &staff).await;
        switch_on(&staff).await;
        let mut presses = Recording::begin();
        for key in ["j", "o"] {
            presses.note(&staff, key).await;
            staff.key(key).await;
        }
        for (n, name) in names.iter().enumerate() {
            let heading = format!("document.querySelector('h1').textContent.trim() === {}", Value::from(name.as_str()));
            until(&staff, &heading).await;
            if n > 0 {
                // The focus is on the next one, and what happened is said.
                until(&staff, &focus_is_in("h1", name)).await;
                let said = format!("document.querySelector('#said').textContent.includes('You approved “{}”')", names[n - 1]);
                until(&staff, &said).await;
            }
            presses.note(&staff, "a").await;
            staff.key("a").await;
        }
        until(&staff, "document.querySelector('h1').textContent === 'Nothing to review'").await;
        staff.says("All 50 are decided.").await;
        presses.note(&staff, "").await;
        assert_eq!(presses.keep(), 52);
        let visitor = app.browser();
        let mut listed = 0;
        for _ in 0..40 {
            listed = visitor.get("/letters/letter").await.texts("ol.names li").len();
            if listed == 50 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(listed, 50);
    }

    async fn keys_are_off_until_switched_on_and_never_taken_from_a_field(app: TestApp) {
        let Some(staff) = Chromium::start(Scripts::On, &app.base_url).await else { return };
        let letter = open_letter(&app).await;
        waiting(&app, &letter, &[
            sent("First Network", "first.example", "a@first.example"),
            sent("Second Network", "second.example", "a@second.example"),
            sent("Third Network", "third.example", "a@third.example"),
        ])
        .await;
        moderator(&app, &staff).await;
        for key in ["j", "o", "a", "?"] {
            staff.key(key).await;
        }
        assert_eq!(staff.path().await, QUEUE);
        until(&staff, "document.activeElement === document.body").await;

        switch_on(&staff).await;
        staff.fill("q", "j?").await;
        staff.key("a").await;
        assert_eq!(ask(&staff, "document.querySelector('[name=q]').value").await, "j?a");
        assert_eq!(staff.path().await, QUEUE);
        staff.open(QUEUE).await;
        staff.key("j").await;
        until(&staff, &focus_is_in(".row-name a", "First Network")).await;
        // Control and a letter is the browser's.
        staff.key("\u{e009}a\u{e000}").await;
        assert_eq!(staff.path().await, QUEUE);
        staff.key("?").await;
        until(&staff, "document.querySelector('dialog').open").await;
        staff.says("Show the keys").await;
        staff.key("\u{e00c}").await;
        until(&staff, "!document.querySelector('dialog').open").await;
        for (key, name) in [("j", "Second Network"), ("j", "Third Network"), ("j", "Third Network"), ("k", "Second Network"), ("k", "First Network")] {
            staff.key(key).await;
            until(&staff, &focus_is_in(".row-name a", name)).await;
        }

        // Decided from the list: the focus is on the next, and it is undone with a key.
        staff.key("a").await;
        until(&staff, &focus_is_in(".row-name a", "Second Network")).await;
        until(&staff, "document.querySelector('#said').textContent.includes('You approved “First Network”')").await;
        staff.key("u").await;
        until(&staff, "document.querySelector('h1').textContent === 'First Network'").await;
        until(&staff, "document.querySelector('#said').textContent.includes('The decision is taken back')").await;
        staff.key("r").await;
        until(&staff, "document.activeElement.name === 'reason'").await;
        staff.open(QUEUE).await;
        staff.key("j").await;
        staff.key("h").await;
        until(&staff, "document.activeElement.name === 'text'").await;
        staff.says("Claimed by you").await;

        // Another key for it, and the usual one does nothing any more.
        staff.open("/staff/shortcuts").await;
        staff.fill("approve", "y").await;
        staff.press("Save").await;
        staff.open(QUEUE).await;
        staff.key("j").await;
        staff.key("a").await;
        assert_eq!(staff.path().await, QUEUE);
        staff.key("y").await;
        until(&staff, "document.querySelector('#said').textContent.includes('You approved “First Network”')").await;
    }
}
