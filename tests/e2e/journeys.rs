//! The journeys of those who have to do with a letter, from end to end: on SQLite in browsers that run no script, on PostgreSQL in
//! browsers that do. Whoever stops at a page looks at it as `people` says.

mod another_text;
mod board_first;
mod correcting;
mod late;
mod names;
mod not_us;
mod operator;
pub mod people;
mod publication;
mod seed;

use crate::chromium::Scripts;
use crate::journey::fill_in;
use crate::support::app::TestApp;
use crate::support::db::Engine;
use crate::support::on_both_engines;
use people::Person;
use std::time::Duration;

on_both_engines! {
    async fn whoever_verifies_late_is_in_time_within_the_grace_and_told_after_it(engine: Engine) {
        late::journey(engine).await;
    }

    async fn a_sign_on_is_corrected_and_withdrawn_from_its_private_page(engine: Engine) {
        correcting::journey(engine).await;
    }

    async fn an_organization_objects_and_is_back_once_the_moderators_have_asked(engine: Engine) {
        not_us::journey(engine).await;
    }

    async fn a_board_decides_first_and_is_reminded_on_its_day(engine: Engine) {
        board_first::journey(engine).await;
    }

    async fn unusual_names_are_taken_sorted_and_shown_as_they_are(engine: Engine) {
        names::journey(engine).await;
    }

    async fn a_letter_is_private_until_its_moment_and_the_invited_have_signed_by_then(engine: Engine) {
        publication::journey(engine).await;
    }

    async fn a_slip_goes_to_nobody_and_another_demand_to_everybody(engine: Engine) {
        another_text::journey(engine).await;
    }

    async fn the_names_of_2019_keep_their_numbers_and_an_organizer_sees_what_a_rule_would_move(engine: Engine) {
        seed::journey(engine).await;
    }

    async fn without_its_mail_server_the_letter_goes_on_and_every_mail_leaves_once(engine: Engine) {
        operator::journey(engine).await;
    }
}

/// Whether the browsers of a journey run scripts.
const fn scripts(engine: Engine) -> Scripts {
    match engine {
        Engine::Sqlite => Scripts::Off,
        Engine::Postgres => Scripts::On,
    }
}

/// Fills in the form of the letter, looks at the line and sends it.
async fn send(person: &Person, organization: &str, email: &str) {
    person.open("/letters/letter/sign").await;
    person.stops_at("Sign for your organization").await;
    fill_in(person, organization, email).await;
    send_what_is_written(person, organization).await;
}

/// The same from the form that is open and filled in.
async fn send_what_is_written(person: &Person, line: &str) {
    person.press("Continue to the printed line").await;
    person.stops_at("Is this the line to be printed?").await;
    assert_eq!(person.texts("p.printed bdi").await, [line]);
    person.press("Yes, send the link to verify").await;
    person.stops_at("Now open your mail").await;
}

/// Waits until these names stand under the letter, and sees that every other form of the list says the same.
async fn listed(app: &TestApp, reader: &Person, names: &[&str]) {
    let wanted: Vec<String> = (1..).zip(names).map(|(number, name)| format!("{number}. {name}")).collect();
    let mut shown = Vec::new();
    for _ in 0..100 {
        reader.open("/letters/letter").await;
        shown = reader.list().await;
        if shown == wanted {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!(shown, wanted);
    let text = app.get("/letters/letter.txt").await.expect(200).body;
    assert_eq!(text.lines().collect::<Vec<_>>(), wanted);
    let json: serde_json::Value =
        serde_json::from_str(&app.get("/letters/letter.json").await.expect(200).body).unwrap();
    let of_json = json["signatories"].as_array().unwrap().iter();
    let of_json = of_json.map(|one| format!("{}. {}", one["number"], one["name"].as_str().unwrap()));
    assert_eq!(of_json.collect::<Vec<_>>(), wanted);
    let table = app.get("/letters/letter.csv").await.expect(200).body;
    let mut table = csv::Reader::from_reader(table.trim_start_matches('\u{feff}').as_bytes());
    let of_table = table.records().map(Result::unwrap).map(|row| format!("{}. {}", &row[0], &row[1]));
    assert_eq!(of_table.collect::<Vec<_>>(), wanted);
}
