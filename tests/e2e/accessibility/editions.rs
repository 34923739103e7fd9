//! Editions that have a name, and the pages on which organizers make them and move entries.

use super::Inspector;
use crate::journeys::people::enroll;
use crate::support::app::TestApp;
use crate::support::cast;
use crate::support::db::Engine;
use crate::support::list::{join, leave, name};
use undersigned::campaign::{Late, Settings};

#[tokio::test]
async fn the_pages_of_editions_break_no_rule() {
    let app = TestApp::spawn(Engine::Sqlite).await;
    let Some(mut inspector) = Inspector::start(&app).await else { return };
    let campaign = cast::campaign(&app, Settings { late: Late::After, ..cast::settings(&app) }).await;
    let db = app.db().await;
    for listed in ["Beta", "Charlie Network with a Name of Some Length", "Delta"] {
        join(&db, &campaign, listed).await;
    }
    let number = name(&db, &campaign, "First wave, 7 October").await;
    for late in ["Alpha", "Echo"] {
        join(&db, &campaign, late).await;
    }
    leave(&db, &campaign, "Delta").await;
    inspector.browser.open_until("/letters/letter", "Joined after First wave").await;
    inspector.look("Joined after First wave, 7 October").await;
    inspector.open("/letters/letter/editions", "With a name").await;
    inspector.open(&format!("/letters/letter/editions/{number}"), "has left the list since").await;
    inspector.open(&format!("/letters/letter/editions/{number}/since"), "Not on the list of today").await;
    inspector.open("/letters/letter/sign", "If your organization leaves the list later").await;

    enroll(&app, &inspector.browser, ("Oda Organizer", "oda@staff.example"), "organizer", Some("letter"))
        .await;
    inspector.open("/staff/letters/letter/editions", "Stands now").await;
    inspector.open("/staff/letters/letter/editions/compare", "What moved between two editions").await;
    inspector.open(&format!("/staff/letters/letter/editions/{number}/name"), "Correct the name").await;
    let page = app.get("/letters/letter.json").await;
    inspector
        .open(
            &format!("/staff/letters/letter/editions/{}/name", page.header("x-edition")),
            "What a name does",
        )
        .await;
    inspector.press("Name it for ever", "to mend").await;
    inspector.open("/staff/letters/letter/list", "Order and pins").await;
    inspector.press("Move down Alpha", "now stands at 4").await;
    inspector.press("Pin Alpha at number", "to mend").await;
    inspector.press("Unpin Alpha", "Take the pin away?").await;
    inspector.end();
}
