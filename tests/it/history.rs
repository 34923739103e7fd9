//! The history of a letter: complete, the same in every form, and never changed without its showing.

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::cast::{self, open_letter};
use crate::support::queue::{entry, press, sent, waiting};
use crate::support::staff::{administrator, moderator};
use crate::support::{both, on_both_engines};
use diesel::connection::SimpleConnection;
use undersigned::clock::{days, minutes};
use undersigned::db::{Conn, Error, Tx};
use undersigned::secret::sha256_hex;

const HISTORY: &str = "/staff/letters/letter/history";

/// The cells of each row of the page, newest first.
async fn rows(browser: &Browser) -> Vec<Vec<String>> {
    let cells = browser.get(HISTORY).await.expect(200).texts("main tbody td");
    cells.chunks(8).map(<[String]>::to_vec).collect()
}

/// Changes the database as somebody does who has it in their hands.
async fn by_hand(app: &TestApp, sqlite: &'static str, postgres: &'static str) {
    let change = move |tx: &mut Tx<'_>| -> Result<(), Error> {
        let sql = if matches!(**tx, Conn::Sqlite(_)) { sqlite } else { postgres };
        Ok(both!(&mut **tx, |c| c.batch_execute(sql))?)
    };
    app.db().await.write(change).await.unwrap();
}

on_both_engines! {
    async fn every_act_is_there_with_who_when_before_after_and_why(app: TestApp) {
        open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        cast::sign_and_verify(&app, "Told Network", "a@ngo.example").await;
        let page = mina.get("/staff/letters/letter/queue").await;
        let page = mina.follow(&page, "Told Network").await;
        let id = page.path.rsplit('/').next().unwrap().to_owned();
        press(&mina, &page, "Approve").await.expect(200);
        app.clock.advance(minutes(20));
        let form = mina.get(&page.path).await.form_with_button("Remove").fill("reason", "asked_for");
        mina.submit(&form).await.expect(200);

        let rows = rows(&mina).await;
        // The command that invited her follows the world's clock.
        let rows: Vec<_> = rows.into_iter().filter(|row| row[3] != "invited").collect();
        let told: Vec<_> = rows.iter().map(|row| row[2..].join(" · ")).collect();
        assert_eq!(told[..3], [
            "Mina Moderator · removed · Told Network · approved · removed · The organization asked for it",
            "Mina Moderator · approved · Told Network · waiting for review · approved · ",
            "Mina Moderator · contact read · Told Network ·  ·  · ",
        ], "{told:?}");
        for words in [
            "the representative · verified · Told Network · waiting for verification · waiting for review · ",
            "the representative · submitted · Told Network ·  · waiting for verification · ",
        ] {
            assert!(told.iter().any(|row| row == words), "{words}: {told:?}");
        }
        assert_eq!(rows[0][1], "2 March 2026, 09:20 UTC");

        let csv = mina.get(&format!("{HISTORY}.csv?sign_on={id}")).await.expect(200);
        assert!(csv.header("content-type").starts_with("text/csv"));
        let lines: Vec<_> = csv.body.lines().collect();
        assert!(lines[0].ends_with("number,at,by,act,about,before,after,reason,sha256"), "{}", lines[0]);
        assert!(lines[1].contains(",the representative,submitted,Told Network,"), "{}", lines[1]);
        assert!(lines.last().unwrap().contains("2026-03-02T09:20:00"), "{lines:?}");
        let json = mina.get(&format!("{HISTORY}.json")).await.expect(200);
        let json: serde_json::Value = serde_json::from_str(&json.body).unwrap();
        assert_eq!(json["entries"].as_array().unwrap().len(), rows.len() + 1);
        mina.get(&format!("{HISTORY}.csv?sign_on=7")).await.expect(404);
    }

    async fn the_history_of_a_letter_is_for_those_who_work_on_it(app: TestApp) {
        open_letter(&app).await;
        let other = undersigned::text::Slug::parse("other").unwrap();
        cast::campaign(&app, undersigned::campaign::Settings { slug: other, ..cast::settings(&app) }).await;
        let stranger = moderator(&app, "other").await;
        for ending in ["", ".csv", ".json"] {
            stranger.get(&format!("{HISTORY}{ending}")).await.expect(404);
            app.get(&format!("{HISTORY}{ending}")).await.hides("entries");
            stranger.post(&format!("{HISTORY}{ending}"), "").await.expect(405);
        }
    }

    async fn what_is_changed_by_hand_shows_in_the_chain(app: TestApp) {
        let letter = open_letter(&app).await;
        let ada = administrator(&app).await;
        let ids = waiting(&app, &letter, &[
            sent("First Network", "first.example", "a@first.example"),
            sent("Second Network", "second.example", "a@second.example"),
        ])
        .await;
        for id in &ids {
            press(&ada, &entry(&ada, *id).await, "Approve").await.expect(200);
        }
        let check = format!("{HISTORY}?check=yes");
        ada.get(&check).await.says("4 wait to be linked");
        app.upkeep().await;
        app.upkeep().await;
        let page = ada.get(&check).await.says("The chain holds: 4 entries are as they were written.");
        let head = page.texts("code.digest")[0].clone();
        let output = app.command(&["doctor"]).output().unwrap();
        assert!(String::from_utf8_lossy(&output.stdout).contains("are as they were written"), "{output:?}");

        // Whoever has the file can compute the same with what its documentation says.
        let json = ada.get(&format!("{HISTORY}.json")).await.expect(200).body;
        assert_eq!(computed(&serde_json::from_str(&json).unwrap()), head);

        by_hand(
            &app,
            "drop trigger audit_entries_keep; update audit_entries set act = 'rejected' where act = 'approved' and id in \
             (select entry_id from audit_links where number = 4)",
            "drop trigger audit_entries_keep on audit_entries; update audit_entries set act = 'rejected' where act = 'approved' \
             and id in (select entry_id from audit_links where number = 4)",
        )
        .await;
        ada.get(&check).await.says("The chain is broken: entry 4 is not what was written.");
        let output = app.command(&["doctor"]).output().unwrap();
        assert!(!output.status.success());
        assert!(String::from_utf8_lossy(&output.stdout).contains("entry 4 is not what was written"), "{output:?}");
        by_hand(
            &app,
            "pragma defer_foreign_keys = on; drop trigger audit_links_stay; delete from audit_links where number = 2",
            "drop trigger audit_links_stay on audit_links; delete from audit_links where number = 2",
        )
        .await;
        ada.get(&check).await.says("The chain is broken: entry 2 is missing.");
    }

    async fn words_about_a_person_are_erased_with_their_data_and_the_chain_holds(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[sent("Silent Network", "silent.example", "a@silent.example")]).await;
        let form = entry(&mina, ids[0]).await.form_with_button("Reject").untick("notify");
        let form = form.fill("reason", "details_unclear").fill("text", "Ada Example called: it was a test.");
        mina.submit(&form).await.expect(200);
        app.upkeep().await;
        mina.get(HISTORY).await.says("Ada Example called");
        app.clock.advance(days(31));
        app.upkeep().await;
        app.upkeep().await;
        let ada = administrator(&app).await;
        let page = ada.get(&format!("{HISTORY}?check=yes")).await.says("The chain holds: 4 entries").says("words erased");
        page.hides("Ada Example called").says("contact erased");
        let json = ada.get(&format!("{HISTORY}.json")).await.expect(200).hides("Ada Example called").body;
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let erased = json["entries"].as_array().unwrap().iter().find(|entry| entry["act"] == "rejected").unwrap();
        assert!(erased["reason_salt"].is_null() && erased["reason_sha256"].is_string(), "{erased}");
        computed(&json);
    }
}

/// The digest of the last entry, computed from the JSON file alone.
fn computed(json: &serde_json::Value) -> String {
    let mut before =
        sha256_hex(format!("undersigned history {}", json["chain"].as_str().unwrap()).as_bytes());
    let mut entries: Vec<_> =
        json["entries"].as_array().unwrap().iter().filter(|e| !e["number"].is_null()).collect();
    entries.sort_by_key(|entry| entry["number"].as_i64());
    for entry in entries {
        let fields = serde_json::json!([
            entry["number"],
            entry["id"],
            entry["at"],
            entry["about"]["kind"],
            entry["about"]["id"],
            entry["act"],
            entry["by"]["kind"],
            entry["by"]["id"],
            entry["before"],
            entry["after"],
            entry["reason_sha256"],
        ]);
        if let (Some(salt), Some(reason)) = (entry["reason_salt"].as_str(), entry["reason"].as_str()) {
            assert_eq!(entry["reason_sha256"], sha256_hex(format!("{salt}{reason}").as_bytes()));
        }
        before = sha256_hex(format!("{before}\n{fields}").as_bytes());
        assert_eq!(entry["sha256"], before);
    }
    before
}
