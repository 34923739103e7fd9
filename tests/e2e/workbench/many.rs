//! One decision about thirty of thirty-one, and what was never on the page.

use super::{QUEUE, listed, mina};
use crate::chromium::{Chromium, Scripts};
use crate::support::app::TestApp;
use crate::support::cast::{self, open_letter};
use crate::support::queue::{Sent, sent, waiting};
use std::time::Duration;
use undersigned::clock::minutes;
use undersigned::text::Slug;

const APPROVE: &str = "Approve those ticked";

pub async fn journey(app: &TestApp, scripts: Scripts) {
    let Some(outside) = Chromium::start(scripts, &app.base_url).await else { return };
    let letter = open_letter(app).await;
    let mut settings = cast::settings(app);
    settings.slug = Slug::parse("another").unwrap();
    let another = cast::campaign(app, settings).await;
    let names: Vec<String> = (0..31).map(|n| format!("Network of Town {n}")).collect();
    let addresses: Vec<String> = (0..31).map(|n| format!("rep{n}@town{n}.example")).collect();
    let all: Vec<Sent> = names.iter().zip(&addresses).map(|(name, to)| sent(name, "", to)).collect();
    let ids = waiting(app, &letter, &all).await;
    let foreign = waiting(app, &another, &[sent("Their Network", "", "a@their.example")]).await;
    let staff = mina(app, scripts).await.unwrap();
    staff.says("31 sign-ons to review").await;
    app.clock.advance(minutes(1));
    let later = waiting(app, &letter, &[sent("Later Network", "", "a@later.example")]).await;

    // What the page did not list cannot be written into it: what came later, and what is of another letter.
    let first = format!("input[name=entry][value^='{}']", ids[0]);
    for forged in [later[0], foreign[0]] {
        staff.click_at(&first).await;
        staff.forge(&first, &format!("{forged}:2")).await;
        staff.open_details().await;
        staff.press(APPROVE).await;
        staff.says("Nothing was changed").await;
        staff.open(QUEUE).await;
        staff.says("32 sign-ons to review").await;
    }

    for id in &ids[..30] {
        staff.click_at(&format!("input[name=entry][value^='{id}']")).await;
    }
    staff.open_details().await;
    staff.press(APPROVE).await;
    staff.says("30 approved").await;
    staff.follow("Back to the queue").await;
    assert_eq!(staff.texts(".row-name").await, ["Network of Town 30", "Later Network"]);
    let lines = listed(&outside, 30).await;
    let numbers: Vec<String> = (1..=30).map(|number| format!("{number}.")).collect();
    let of_lines: Vec<&str> = lines.iter().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(of_lines, numbers);
    app.clock.advance(minutes(11));
    let mut told = 0;
    for _ in 0..100 {
        let mails = app.mailbox().all().await;
        told = mails.iter().filter(|mail| mail.subject.contains("is on the list")).count();
        if told >= 30 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(told, 30);
}
