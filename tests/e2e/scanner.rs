//! What mail scanners do to links, and what it changes: nothing.

use crate::chromium::{Chromium, Scripts};
use crate::support::app::TestApp;
use crate::support::cast::{open_letter, sign};
use crate::support::{both, on_both_engines};
use diesel::prelude::*;
use std::collections::BTreeSet;
use std::time::Duration;
use undersigned::db::Error;
use undersigned::db::schema::{audit_entries, sign_ons};

const REP: &str = "ada@bits.example";

on_both_engines! {
    async fn scanners_follow_every_link_and_only_the_person_verifies(app: TestApp) {
        let Some(scanner) = Chromium::start(Scripts::On, &app.base_url).await else { return };
        open_letter(&app).await;
        let mail = sign(&app, "Bits of Example", REP).await;
        let before = stands(&app).await;
        assert_eq!(before.0, ["awaiting_verification"]);

        // By GET and by HEAD, and the links of those pages, and the links of those.
        let client = reqwest::Client::new();
        let mut seen = BTreeSet::new();
        let mut next: BTreeSet<String> = mail.links.iter().cloned().collect();
        for depth in 0..=2 {
            let links: Vec<String> = next.difference(&seen).cloned().collect();
            assert!(depth > 1 || !links.is_empty(), "no link to follow at depth {depth}");
            next.clear();
            for link in links {
                assert!(client.head(&link).send().await.unwrap().status().as_u16() < 500, "{link}");
                let page = app.browser().get(&link).await;
                assert!(page.status.as_u16() < 500, "{link}");
                let here = page.hrefs("body", "").into_iter().filter(|href| href.starts_with('/'));
                next.extend(here.map(|href| app.url(&href)));
                seen.insert(link);
            }
        }
        assert!(seen.len() > mail.links.len(), "{seen:?}");
        assert_eq!(stands(&app).await, before);

        // By a browser that runs the scripts, waits for them, and looks at the whole page.
        for link in &mail.links {
            scanner.open(link).await;
            scanner.run("window.scrollTo(0, document.body.scrollHeight)", vec![]).await;
            tokio::time::sleep(Duration::from_millis(500)).await;
            let further = scanner.attributes("a[href^='/']", "href").await;
            for href in further {
                scanner.open(&href).await;
            }
        }
        assert_eq!(stands(&app).await, before);

        let person = Chromium::start(Scripts::Off, &app.base_url).await.unwrap();
        person.open(&mail.link("/verify/")).await;
        person.press("Verify this sign-on").await;
        person.says("Verified. Thank you").await;
        assert_eq!(stands(&app).await.0, ["awaiting_moderation"]);
    }
}

/// Where the sign-ons stand, and how many entries the history has.
async fn stands(app: &TestApp) -> (Vec<String>, i64) {
    let db = app.db().await;
    let read = db.read(|conn| {
        let states = both!(conn, |c| sign_ons::table.select(sign_ons::state).load::<String>(c))?;
        let acts = both!(conn, |c| audit_entries::table.count().get_result::<i64>(c))?;
        Ok::<_, Error>((states, acts))
    });
    read.await.unwrap()
}
