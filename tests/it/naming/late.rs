//! Who joins after an edition was named stands behind those of it, where the letter says so.

use super::{add, give, lines, listed, live};
use crate::listing::{checksum, json, until};
use crate::support::app::TestApp;
use crate::support::browser::Page;
use crate::support::list::{import_2019, join, leave, name, set};
use crate::support::on_both_engines;
use serde_json::json as value;
use undersigned::campaign::Late;

/// The names of the live list in each form, after making sure that the numbers are 1…N in each of them.
async fn everywhere(app: &TestApp, path: &str) -> Vec<String> {
    let page = app.get(path).await.expect(200);
    let document = json(&app.get(&format!("{path}.json")).await.expect(200));
    assert_eq!(document["sha256"], checksum(&document));
    let listed = document["signatories"].as_array().unwrap();
    let names: Vec<String> = listed.iter().map(|entry| entry["name"].as_str().unwrap().to_owned()).collect();
    assert!(listed.iter().zip(1..).all(|(entry, number)| entry["number"] == number), "{document}");
    assert_eq!(lines(&page), names);
    let values = page.attributes("ol.names > li", "value");
    assert!(values.iter().zip(1..).all(|(value, number)| *value == number.to_string()), "{values:?}");
    let text: String = names.iter().zip(1..).map(|(name, number)| format!("{number}. {name}\n")).collect();
    assert_eq!(app.get(&format!("{path}.txt")).await.body, text);
    let csv = app.get(&format!("{path}.csv")).await.body;
    let rows: Vec<String> =
        csv.lines().skip(1).map(|line| line.split(',').take(2).collect::<Vec<_>>().join(". ")).collect();
    assert_eq!(rows, text.lines().collect::<Vec<_>>());
    names
}

fn headings(page: &Page) -> Vec<String> {
    page.texts(".later")
}

on_both_engines! {
    async fn whoever_joins_later_stands_under_a_heading_of_their_own(app: TestApp) {
        let (campaign, olu) = listed(&app, &["Beta", "Delta"]).await;
        let settings = olu.get("/staff/letters/letter/settings").await.form_with("late");
        olu.submit(&settings.choose("late", "after")).await.expect(200).says("Saved.");
        // Without a name there is nobody to stand behind.
        add(&app, &campaign, &["Charlie"]).await;
        assert_eq!(everywhere(&app, "/letters/letter").await, ["Beta", "Charlie", "Delta"]);
        give(&app, &olu, "First wave").await;
        let first = live(&app).await;
        assert!(headings(&app.get("/letters/letter").await).is_empty());
        add(&app, &campaign, &["Zulu", "Alpha"]).await;
        let page = app.get("/letters/letter").await.expect(200);
        assert_eq!(headings(&page), ["Joined after First wave"]);
        assert_eq!(everywhere(&app, "/letters/letter").await, ["Beta", "Charlie", "Delta", "Alpha", "Zulu"]);
        let document = json(&app.get("/letters/letter.json").await);
        assert_eq!(document["joined_after"], value!([{ "edition": first.parse::<u32>().unwrap(), "from": 4 }]));

        // Somebody of the edition leaves: the list closes up, and the edition keeps its numbers.
        leave(&app.db().await, &campaign, "Charlie").await;
        until(&app, "/letters/letter", |page| !page.body.contains("Charlie")).await;
        assert_eq!(everywhere(&app, "/letters/letter").await, ["Beta", "Delta", "Alpha", "Zulu"]);
        let path = format!("/letters/letter/editions/{first}");
        assert_eq!(everywhere(&app, &path).await, ["Beta", "Name withdrawn on 2 March 2026", "Delta"]);

        // A second name: its order, with its heading, goes first.
        give(&app, &olu, "Second wave").await;
        add(&app, &campaign, &["Able", "Yankee"]).await;
        let page = app.get("/letters/letter").await.expect(200);
        assert_eq!(headings(&page), ["Joined after First wave", "Joined after Second wave"]);
        assert_eq!(everywhere(&app, "/letters/letter").await, ["Beta", "Delta", "Alpha", "Zulu", "Able", "Yankee"]);
        // What is found says in which group it stands.
        let found = app.get("/letters/letter?q=a&country=").await.expect(200);
        assert_eq!(headings(&found), ["Joined after First wave", "Joined after Second wave"]);
        // A slip in the name changes no edition.
        let before = app.get("/letters/letter.json").await.body;
        let page = olu.get(&format!("/staff/letters/letter/editions/{first}/name")).await;
        olu.submit(&page.form_with("was").fill("name", "The first wave of all")).await.expect(200);
        assert_eq!(headings(&app.get("/letters/letter").await)[0], "Joined after The first wave of all");
        assert_eq!(app.get("/letters/letter.json").await.body, before);

        // Among all others again, if the organizers want it so.
        let settings = olu.get("/staff/letters/letter/settings").await.form_with("late");
        olu.submit(&settings.choose("late", "live")).await.expect(200);
        assert_eq!(everywhere(&app, "/letters/letter").await, ["Able", "Alpha", "Beta", "Delta", "Yankee", "Zulu"]);
        assert!(headings(&app.get("/letters/letter").await).is_empty());
    }

    async fn pins_move_those_who_joined_later_and_nobody_of_the_edition(app: TestApp) {
        let (campaign, olu) = listed(&app, &["Beta", "Delta"]).await;
        set(&app.db().await, &campaign, |settings| settings.late = Late::After).await;
        until(&app, "/letters/letter", |page| page.status == 200).await;
        give(&app, &olu, "First wave").await;
        add(&app, &campaign, &["Alpha", "Charlie", "Echo"]).await;
        let page = olu.get("/staff/letters/letter/list").await.expect(200).says("Those of “First wave” stand first");
        assert_eq!(page.texts("form.row-acts").len(), 3);
        let echo = page.form_with_button("Move up Echo").press_text("Move up Echo");
        olu.submit(&echo).await.expect(200).says("“Echo” now stands at 4, pinned; 1 other moved.");
        assert_eq!(everywhere(&app, "/letters/letter").await, ["Beta", "Delta", "Alpha", "Echo", "Charlie"]);
        let page = olu.get("/staff/letters/letter/list").await;
        let echo = page.form_with_button("Move up Echo").press_text("Pin Echo at number").fill("number", "2");
        olu.submit(&echo).await.expect(422).says("Write a number from 3 to 5.");
        // The edition loses one: the pin is a number on the list, and stays one.
        leave(&app.db().await, &campaign, "Beta").await;
        until(&app, "/letters/letter", |page| !page.body.contains("Beta")).await;
        assert_eq!(everywhere(&app, "/letters/letter").await, ["Delta", "Alpha", "Charlie", "Echo"]);
    }

    async fn a_long_list_with_a_group_is_paged_searched_and_carried_in_a_folder(app: TestApp) {
        let db = app.db().await;
        let rows: String = (1..=600).map(|n| format!("Organization {n:04},{}\n", if n % 2 == 0 { "KE" } else { "BR" })).collect();
        let settings = |settings: String| settings.replace("\"numbers\"", "\"none\"") + "late = \"after\"\n";
        let campaign = import_2019(&db, settings, Some(format!("name,country\n{rows}"))).await;
        name(&db, &campaign, "First wave").await;
        for late in ["Alpha late", "Beta late"] {
            join(&db, &campaign, late).await;
        }
        let path = "/letters/letter-2019";
        let first = until(&app, path, |page| page.body.contains("602 organizations")).await;
        assert!(headings(&first).is_empty() && lines(&first).len() == 500);
        let second = app.get(&format!("{path}?page=2")).await.expect(200);
        assert_eq!((headings(&second), lines(&second).len()), (vec!["Joined after First wave".to_owned()], 102));
        assert_eq!(second.attributes("ol.names > li", "value").last().unwrap(), "602");
        let found = app.get(&format!("{path}?q=late&country=")).await.expect(200);
        assert_eq!((headings(&found), lines(&found)), (vec!["Joined after First wave".to_owned()], vec!["Alpha late".to_owned(), "Beta late".to_owned()]));
        assert!(headings(&app.get(&format!("{path}?q=&country=KE")).await).is_empty());

        // Named editions stay behind when a letter moves, and the order of the list goes along.
        let folder = tempfile::tempdir().unwrap();
        let [out, back] = ["out", "back"].map(|name| folder.path().join(name).display().to_string());
        assert!(app.command(&["campaign", "export", "letter-2019", &out]).status().unwrap().success());
        let file = format!("{out}/campaign.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains("late = \"after\"") && text.contains("pins = \"numbers\""), "{text}");
        let other = text.replace("slug = \"letter-2019\"", "slug = \"other\"");
        std::fs::write(&file, &other).unwrap();
        assert!(app.command(&["campaign", "import", &out]).status().unwrap().success());
        assert!(app.command(&["campaign", "export", "other", &back]).status().unwrap().success());
        for name in ["campaign.toml", "signatories.csv"] {
            let [out, back] = [&out, &back].map(|folder| std::fs::read_to_string(format!("{folder}/{name}")).unwrap());
            assert!(out == back, "{name}");
        }
    }
}
