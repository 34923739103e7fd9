//! Editions that were made before.

use super::{checksum, json, until};
use crate::support::app::TestApp;
use crate::support::list::{join, leave};
use crate::support::{cast, on_both_engines};
use undersigned::clock::{Timestamp, days};
use undersigned::list::store as lists;

on_both_engines! {
    async fn an_edition_never_changes_and_is_there_until_somebody_on_it_leaves(app: TestApp) {
        let db = app.db().await;
        let campaign = cast::open_letter(&app).await;
        for (number, name) in ["Beta", "Alpha", "Gamma"].into_iter().enumerate() {
            join(&db, &campaign, name).await;
            until(&app, "/letters/letter", |page| page.texts("ol.names > li").len() == number + 1).await;
        }
        let live = app.get("/letters/letter.json").await;
        let number = json(&live)["edition"].as_u64().unwrap();
        let second = app.get(&format!("/letters/letter/editions/{}.json", number - 1)).await.expect(200);
        assert_eq!(json(&second)["count"], 2);
        assert_eq!(json(&second)["sha256"], checksum(&json(&second)));
        assert_eq!(app.get(&format!("/letters/letter/editions/{number}.json")).await.body, live.body);
        let page = app.get(&format!("/letters/letter/editions/{}", number - 1)).await.expect(200);
        assert_eq!(page.texts("ol.names > li > bdi"), ["Alpha", "Beta"]);
        page.says("This is how the list stood then").hides("Gamma");
        app.get(&format!("/letters/letter/editions/{}.txt", number - 1)).await.expect(200).says("");
        app.get("/letters/letter/editions").await.expect(200).says(&format!("Edition {number}"));
        let news = app.get(&format!("/letters/letter/editions/{}.atom", number - 1)).await.expect(200);
        news.says(&format!("/letters/letter/editions/{}.atom", number - 1)).says("Beta").hides("Gamma");
        app.get("/letters/letter/editions?page=2").await.expect(404);
        for wrong in ["0", "99", "x", "01", "1.pdf", "4294967296"] {
            app.get(&format!("/letters/letter/editions/{wrong}")).await.expect(404);
        }

        // Alpha leaves. Who reads the editions with Alpha on them is told that they are gone; the one before stands.
        leave(&db, &campaign, "Alpha").await;
        until(&app, "/letters/letter", |page| page.texts("ol.names > li").len() == 2).await;
        for ended in [number, number - 1] {
            for ending in ["", ".csv", ".json", ".txt"] {
                let gone = app.get(&format!("/letters/letter/editions/{ended}{ending}")).await.expect(410);
                gone.hides("Alpha");
            }
        }
        let before = app.get(&format!("/letters/letter/editions/{}.json", number - 2)).await.expect(200);
        assert_eq!(json(&before)["signatories"][0]["name"], "Beta");
        let all = app.get("/letters/letter/editions").await.expect(200);
        assert!(!all.text().contains(&format!("Edition {number} ")) && all.text().contains(&format!("Edition {}", number + 1)));
    }

    async fn unnamed_editions_are_thrown_away_thirty_days_after_the_next_one(app: TestApp) {
        let db = app.db().await;
        let campaign = cast::open_letter(&app).await;
        join(&db, &campaign, "Alpha").await;
        until(&app, "/letters/letter", |page| page.body.contains("Alpha")).await;
        join(&db, &campaign, "Beta").await;
        until(&app, "/letters/letter", |page| page.body.contains("Beta")).await;
        let headings = |id| db.read(move |conn| lists::headings(conn, id, Timestamp::from_micros(0), 0, 1));
        let (all, more) = headings(campaign.id).await.unwrap();
        assert!(all.len() >= 2 && !more);
        // An edition that was the list for forty days is there for thirty more.
        app.clock.advance(days(40));
        join(&db, &campaign, "Gamma").await;
        until(&app, "/letters/letter", |page| page.body.contains("Gamma")).await;
        for (after, kept) in [(0, 2), (29, 2), (31, 1)] {
            let now = app.clock.now().plus(days(after));
            db.write(move |tx| lists::prune(tx, now)).await.unwrap();
            assert_eq!(headings(campaign.id).await.unwrap().0.len(), kept, "{after} days later");
        }
        app.get("/letters/letter").await.expect(200).says("Gamma");
    }
}
