//! A table is pasted, looked at, and added in pieces.

use super::{PAGE, list_is, table};
use crate::support::app::TestApp;
use crate::support::browser::Form;
use crate::support::cast::{open_letter, sign_and_verify};
use crate::support::list::{join, set};
use crate::support::on_both_engines;
use crate::support::queue::{sent, waiting};
use crate::support::staff::organizer;
use std::time::{Duration, Instant};
use undersigned::campaign::Status;
use undersigned::clock::hours;
use undersigned::sign_on::{self, Standing};

/// The names of all entries of the letter, in order.
async fn approved(app: &TestApp, campaign: undersigned::ids::CampaignId) -> Vec<String> {
    let read = move |conn: &mut _| sign_on::store::in_standing(conn, campaign, &[Standing::Approved]);
    let all = app.db().await.read(read).await.unwrap();
    let mut names: Vec<String> = all.into_iter().map(|found| found.entry.organization.to_string()).collect();
    names.sort();
    names
}

on_both_engines! {
    async fn every_line_is_looked_at_and_nothing_is_written_before_the_second_press(app: TestApp) {
        let letter = open_letter(&app).await;
        waiting(&app, &letter, &[sent("Waiting Society (WSX)", "https://waiting.example", "a@waiting.example")]).await;
        let db = app.db().await;
        join(&db, &letter, "Listed Network").await;
        let olu = organizer(&app, "letter").await;
        let lines = "name,acronym,website,email,source\n\"Example, z.s.\",,one.example,a@one.example,paper\nThe Listed Network,,,,\n\
                     Other Name,,waiting.example,,\nShort,WSX,,,\n\u{202e}Turned,,,,\nBad,,,nobody,\nExample z.s.,,,,\nBeside,,,,fax";
        let look = olu.submit(&table(&olu, lines).await).await.expect(200).says("1 organization will be added, of 8 lines.");
        let look = look.says("Nothing has been added yet.").says("Likely duplicates 3").says("Refused 3").says("Twice in the table 1");
        let rows = look.texts("tbody tr");
        assert_eq!(rows.len(), 3, "{rows:?}");
        for (row, word) in rows.iter().zip(["Listed Network, which has", "the same website", "the same acronym"]) {
            assert!(row.contains(word), "{row} is not {word}");
        }
        let refused = olu.follow(&look, "Refused").await.expect(200).texts("tbody tr");
        for (row, word) in refused.iter().zip(["Name:", "Email:", "Source: Write mail, paper, meeting, partner or letter."]) {
            assert!(row.contains(word), "{row} is not {word}");
        }
        assert_eq!(approved(&app, letter.id).await, ["Listed Network"]);
        // One of the likely duplicates is another organization.
        let form = look.form_with("of").tick("another-4").press_text("Add them to the list");
        let done = olu.submit(&form).await.expect(200).says("2 organizations added");
        done.says("Of 8 lines.");
        let names = ["Example, z.s.", "Listed Network", "Other Name"];
        assert_eq!(approved(&app, letter.id).await, names);
        // The button once more adds nothing.
        olu.submit(&form).await.expect(200).says("2 organizations added");
        assert_eq!(approved(&app, letter.id).await, names);
        list_is(&app, &["Example, z.s. (unconfirmed)", "Listed Network", "Other Name (unconfirmed)"]).await;
    }

    async fn a_list_that_moved_on_since_the_look_is_told(app: TestApp) {
        let letter = open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let look = olu.submit(&table(&olu, "name\nNew Network\nOld Society").await).await.expect(200).says("2 organizations will be added");
        join(&app.db().await, &letter, "New Network").await;
        let form = look.form_with("of").press_text("Add them to the list");
        let told = olu.submit(&form).await.expect(409).says("The list has moved on since this was shown");
        let told = told.says("1 organization will be added").says("Likely the same as New Network");
        assert_eq!(approved(&app, letter.id).await, ["New Network"]);
        // The old page adds nothing any more; the one that was looked at does.
        olu.submit(&form).await.expect(409);
        olu.submit(&told.form_with("of").press_text("Add them to the list")).await.expect(200).says("1 organization added");
        assert_eq!(approved(&app, letter.id).await, ["New Network", "Old Society"]);
    }

    async fn whoever_took_their_name_off_does_not_come_back_by_a_table_unseen(app: TestApp) {
        let letter = open_letter(&app).await;
        let private = sign_and_verify(&app, "Gone Network", "ada@gone.example").await.link("/sign-ons/");
        let olu = organizer(&app, "letter").await;
        let ada = app.browser();
        let ask = ada.get(&format!("{private}/withdraw")).await.expect(200);
        ada.submit(&ask.form()).await.expect(200);
        let look = olu.submit(&table(&olu, "name\nGone Network").await).await.expect(200);
        let look = look.says("Nothing of it can be added as it stands.");
        let look = look.says("Likely the same as Gone Network, which has the same name, and which withdrew.");
        // It can be another one of that name, or the same that signed again in another way.
        let form = look.form_with("of").tick("another-2").press_text("Add them to the list");
        olu.submit(&form).await.expect(200).says("1 organization added");
        assert_eq!(approved(&app, letter.id).await, ["Gone Network"]);
    }

    async fn choices_that_somebody_else_changed_are_told(app: TestApp) {
        let letter = open_letter(&app).await;
        join(&app.db().await, &letter, "Listed Network").await;
        let olu = organizer(&app, "letter").await;
        let look = olu.submit(&table(&olu, "name\nListed Network").await).await.expect(200).says("Nothing of it can be added as it stands.");
        olu.submit(&look.form_with("of").tick("another-2").press_text("Keep these choices")).await.expect(200).says("1 organization will be added");
        let stale = look.form_with("of").press_text("Add them to the list");
        olu.submit(&stale).await.expect(409).says("Somebody else changed the choices");
        let again = olu.get(PAGE).await;
        let page = olu.follow(&again, "Pasted").await.expect(200);
        olu.submit(&page.form_with("of").press_text("Add them to the list")).await.expect(200).says("1 organization added");
        assert_eq!(approved(&app, letter.id).await, ["Listed Network", "Listed Network"]);
    }

    async fn what_was_confirmed_is_worked_off_by_whoever_comes_and_no_line_twice(mut app: TestApp) {
        let letter = open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let lines: String = (0..1500).map(|n| format!("Network {n:04},n{n}@many.example\n")).collect();
        let look = olu.submit(&table(&olu, &format!("name,email\n{lines}")).await).await.expect(200).says("1500 organizations will be added");
        look.says("Will be added 1500");
        // The server ends as soon as somebody has confirmed: nothing of it is done, or a part.
        app.stop();
        confirm_beside(&app).await;
        tokio::join!(app.upkeep(), app.upkeep());
        let names = approved(&app, letter.id).await;
        let expected: Vec<String> = (0..1500).map(|n| format!("Network {n:04}")).collect();
        assert_eq!(names, expected);
        app.start().await;
        let page = app.get("/letters/letter.txt").await.expect(200);
        assert_eq!(page.body.lines().count(), 1500);
        assert!(page.body.starts_with("1. Network 0000 (unconfirmed)\n2. ") && page.body.ends_with("1500. Network 1499 (unconfirmed)\n"));
    }

    async fn ten_thousand_lines_are_pasted_looked_at_and_added_with_progress(app: TestApp) {
        const MANY: usize = 10_000;
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let lines: String = (0..MANY).map(|n| format!("Network {n:05},KE,n{n}.many.example,n{n}@many.example\n")).collect();
        let table = table(&olu, &format!("name,country,website,email\n{lines}")).await;
        // Not optimized, and beside other stories, a machine can take longer than a request may: whoever presses again is answered.
        let pressed = async |form: &Form| {
            for _ in 0..5 {
                let page = olu.submit(form).await;
                if page.status != 503 {
                    return page.expect(200);
                }
            }
            panic!("no answer in time, five times");
        };
        let look = pressed(&table).await.says("10000 organizations will be added, of 10000 lines.").says("More lines");
        let mut page = pressed(&look.form_with("of").press_text("Add them to the list")).await;
        let mut far = Vec::new();
        let begun = Instant::now();
        while !page.text().contains("10000 organizations added") {
            assert!(begun.elapsed() < Duration::from_secs(120), "{far:?}");
            far.extend(page.texts("h1"));
            tokio::time::sleep(Duration::from_millis(200)).await;
            page = olu.get(&look.path).await;
        }
        assert!(far.iter().any(|how| how.ends_with("of 10000 added")), "{far:?}");
        let mut listed = 0;
        while listed != MANY {
            assert!(begun.elapsed() < Duration::from_secs(120), "{listed} on the list");
            tokio::time::sleep(Duration::from_millis(200)).await;
            listed = app.get("/letters/letter.txt").await.body.lines().count();
        }
    }

    async fn a_table_is_forgotten_after_a_question_as_it_was_shown_and_the_history_says_so(app: TestApp) {
        let letter = open_letter(&app).await;
        join(&app.db().await, &letter, "Listed Network").await;
        let olu = organizer(&app, "letter").await;
        let look = olu.submit(&table(&olu, "name\nListed Network\nNew Network").await).await.expect(200);
        let forget = look.form_with("of").press_text("Forget this table");
        let sure = olu.submit(&forget).await.expect(200).says("Forget this table of 2 lines?").says("do not come back");
        assert_eq!(lines_kept(&app).await, 2);
        // Somebody else makes choices about it meanwhile: what was asked is no longer what would be forgotten.
        olu.submit(&look.form_with("of").tick("another-2").press_text("Keep these choices")).await.expect(200);
        olu.submit(&sure.form()).await.expect(409).says("Nothing was forgotten");
        let now = olu.submit(&forget).await.expect(409).says("Somebody else changed the choices");
        assert_eq!(lines_kept(&app).await, 2);
        let sure = olu.submit(&now.form_with("of").press_text("Forget this table")).await.expect(200);
        olu.submit(&sure.form()).await.expect(200).at(PAGE);
        assert_eq!(lines_kept(&app).await, 0);
        // Pressed again: the same answer.
        olu.submit(&sure.form()).await.expect(200).at(PAGE);
        let acts = crate::campaigns::history(&app, "letter").await;
        let forgot = acts.iter().filter(|(act, ..)| act == "forgot a table from elsewhere");
        assert_eq!(forgot.map(|(_, lines, _)| lines.as_deref()).collect::<Vec<_>>(), [Some("2")]);
        // What was added since is not forgotten by an older page.
        let look = olu.submit(&table(&olu, "name\nNew Network").await).await.expect(200);
        let sure = olu.submit(&look.form_with("of").press_text("Forget this table")).await.expect(200);
        olu.submit(&look.form_with("of").press_text("Add them to the list")).await.expect(200).says("1 organization added");
        olu.submit(&sure.form()).await.expect(409).says("Nothing was forgotten");
        assert_eq!(approved(&app, letter.id).await, ["Listed Network", "New Network"]);
    }

    async fn what_nobody_confirmed_is_forgotten_after_a_day(app: TestApp) {
        let letter = open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let look = olu.submit(&table(&olu, "name,email\nNew Network,planted@canary.example").await).await.expect(200);
        let form = look.form_with("of").press_text("Add them to the list");
        app.clock.advance(hours(23));
        app.upkeep().await;
        assert_eq!(lines_kept(&app).await, 1);
        app.clock.advance(hours(2));
        app.upkeep().await;
        assert_eq!(lines_kept(&app).await, 0);
        let olu = app.browser();
        crate::support::staff::log_in(&app, &olu, "olu@staff.example", crate::support::staff::PASSWORD).await;
        assert_eq!(olu.submit(&form).await.status, 404);
        assert!(approved(&app, letter.id).await.is_empty());
    }

    async fn a_table_whose_letter_was_archived_before_it_was_worked_off_is_forgotten_too(mut app: TestApp) {
        let letter = open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        olu.submit(&table(&olu, "name,email\nNew Network,planted@canary.example").await).await.expect(200);
        app.stop();
        confirm_beside(&app).await;
        set(&app.db().await, &letter, |settings| settings.status = Status::Archived).await;
        app.clock.advance(hours(24 * 29));
        app.upkeep().await;
        assert_eq!(lines_kept(&app).await, 1);
        app.clock.advance(hours(48));
        app.upkeep().await;
        assert_eq!(lines_kept(&app).await, 0);
        assert!(approved(&app, letter.id).await.is_empty());
    }

    async fn a_table_that_is_none_or_far_too_long_comes_back_as_it_was(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        for (lines, told) in [
            ("", "Paste a first line that names the columns"),
            ("name\n", "Paste a first line that names the columns"),
            ("organization\nOne", "There is no column “organization”"),
            ("acronym\nOne", "“name” is not among them"),
            ("name,name\nOne,Two", "is there twice"),
        ] {
            let page = olu.submit(&table(&olu, lines).await).await.expect(422).says(told);
            assert_eq!(page.form_with("table").value("table").trim(), lines.trim());
        }
        let many: String = (0..10_001).map(|n| format!("N{n}\n")).collect();
        olu.submit(&table(&olu, &format!("name\n{many}")).await).await.expect(422).says("Paste at most 10,000 lines at once: this table has 10001.");
    }
}

/// What the press of the button leaves when the server ends right after it.
async fn confirm_beside(app: &TestApp) {
    use crate::support::both;
    use diesel::prelude::*;
    use undersigned::db::schema::elsewhere_imports::dsl;
    let now = app.clock.now();
    let write = move |tx: &mut undersigned::db::Tx<'_>| -> Result<(), undersigned::db::Error> {
        both!(&mut **tx, |c| diesel::update(dsl::elsewhere_imports)
            .set(dsl::confirmed_at.eq(Some(now)))
            .execute(c))?;
        Ok(())
    };
    app.db().await.write(write).await.unwrap();
}

async fn lines_kept(app: &TestApp) -> i64 {
    use crate::support::both;
    use diesel::prelude::*;
    use undersigned::db::schema::elsewhere_lines::dsl;
    let read = move |conn: &mut undersigned::db::Conn| -> Result<i64, undersigned::db::Error> {
        Ok(both!(conn, |c| dsl::elsewhere_lines.count().get_result(c))?)
    };
    app.db().await.read(read).await.unwrap()
}
