//! J16. The letter of 2019 as an organizer sees it: its numbers stay as they were printed, and what a rule would move is told.

use super::people::{Person, Staff};
use super::scripts;
use crate::support::app::TestApp;
use crate::support::db::Engine;
use crate::support::list::{LETTER_2019, names_2019};
use std::time::Duration;

const LETTER: &str = "/letters/letter-2019";
/// Neighbors that stand the other way round in the letter.
const PAIRS: usize = 8;

pub async fn journey(engine: Engine) {
    let app = TestApp::spawn(engine).await;
    let Some(reader) = Person::with_a_phone(&app, scripts(engine)).await else { return };
    let imported = app.command(&["campaign", "import", LETTER_2019]).output().unwrap();
    assert!(imported.status.success(), "{imported:?}");
    let names = names_2019();
    let printed: Vec<String> = (1..).zip(&names).map(|(number, name)| format!("{number}. {name}")).collect();
    reader.open_until(LETTER, "Signed by 111 organizations").await;
    assert_eq!(reader.list().await, printed);

    let olu = Staff::enter(&app, scripts(engine), "organizer", Some("letter-2019")).await;
    olu.open("/staff").await;
    olu.follow("Open letter on end-to-end encryption").await;
    olu.stops_at("Nothing to review").await;
    olu.follow("List").await;
    olu.follow("What moved").await;
    olu.stops_at("What moved").await;
    olu.says("19 entries would have another number, and 8 pairs of neighbors stand the other way round")
        .await;
    let pairs = olu.texts("main ul li.serif").await;
    assert_eq!(pairs.len(), PAIRS);
    for pair in &pairs {
        let (before, after) = pair.split_once(" stands before ").unwrap();
        let place = names.iter().position(|name| name == before).unwrap();
        assert_eq!(names[place + 1], after, "neighbors of the letter");
    }
    assert_eq!(pairs[0], "Bolo Bhi stands before Bits of Freedom");
    assert_eq!(olu.texts("tbody tr").await.len(), 19);

    // By the rule, and then as it is pinned again: what is pinned stays.
    olu.press("Take all pins away").await;
    olu.stops_at("Take all pins away?").await;
    olu.press("Take them away").await;
    olu.stops_at("What moved").await;
    olu.says("every signatory has the number that the rule gives it").await;
    let by_rule = moved_from(&reader, &printed).await;
    assert_eq!(by_rule[16..18], ["17. Bits of Freedom", "18. Bolo Bhi"]);
    assert_eq!(by_rule.len(), 111);
    assert_eq!(by_rule.iter().zip(&printed).filter(|(now, then)| now != then).count(), 19);
    olu.press("Pin every name to its present number").await;
    olu.stops_at("What moved").await;
    reader.open(LETTER).await;
    assert_eq!(reader.list().await, by_rule);
    reader.stops_at("Open letter on end-to-end encryption in Facebook’s messaging services").await;
}

/// The list once it is another one than before.
async fn moved_from(reader: &Person, before: &[String]) -> Vec<String> {
    for _ in 0..40 {
        reader.open(LETTER).await;
        let now = reader.list().await;
        if now != before {
            return now;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("nothing has moved on {LETTER}");
}
