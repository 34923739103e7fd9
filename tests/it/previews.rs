//! A letter is read before it is public by whoever was given a link, and by nobody else.

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::list::{join, set};
use crate::support::{cast, on_both_engines, staff};
use undersigned::campaign::{Access, Settings};
use undersigned::clock::{Zone, days, hours, minutes};

const PAGE: &str = "/staff/letters/letter/previews";

async fn make(app: &TestApp, olu: &Browser, name: &str, until: &str) -> (Page, String) {
    let form = olu.get(PAGE).await.expect(200).form_with("link_name");
    let page = olu.submit(&form.fill("link_name", name).fill("until", until)).await.expect(200);
    let address = page.texts("p.secret a").remove(0);
    (page, address.strip_prefix(&app.base_url).unwrap().to_owned())
}

on_both_engines! {
    async fn whoever_has_a_link_reads_the_letter_under_its_embargo_until_it_is_public(app: TestApp) {
        let zone = Zone::parse("Europe/Brussels").unwrap();
        let published_at = Some(app.clock.now().plus(days(2)));
        let campaign = cast::campaign(&app, Settings { zone, published_at, ..cast::settings(&app) }).await;
        join(&app.db().await, &campaign, "Early Network").await;
        let olu = staff::organizer(&app, "letter").await;
        let (page, link) = make(&app, &olu, "For the press", "2026-03-10").await;
        let page = page.says("The link “For the press” is made.").says("Works to the end of 10 March 2026");
        // It is shown once, and is kept nowhere.
        assert!(!olu.get(PAGE).await.says("For the press").body.contains(&link));
        let again = page.form_with("link_name").fill("link_name", "For the board").fill("until", "2026-03-10");
        olu.submit(&again).await.expect(200);
        olu.submit(&again).await.expect(409).says("This link is made already");
        assert_eq!(olu.get(PAGE).await.texts("tbody tr").len(), 2);

        app.get("/letters/letter").await.expect(404);
        // Whoever is overtaken afterwards is not told of the links.
        let stale = crate::campaigns::settings(&olu, "letter").await.form().fill("host", "Neighbors");
        olu.submit(&crate::campaigns::settings(&olu, "letter").await.form().fill("host", "Friends")).await.expect(200);
        make(&app, &olu, "For the friends", "2026-03-10").await;
        olu.submit(&stale).await.expect(409).says("changed the settings").hides("made a preview link");
        let read = crate::listing::until(&app, &link, |page| page.body.contains("Early Network")).await;
        let read = read.expect(200).says("We ask you to keep the park open.");
        let read = read.says("Not public until 4 March 2026, 10:00 Brussels time (09:00 UTC).").says("Please do not publish");
        assert_eq!(read.attribute("meta[name=robots]", "content").as_deref(), Some("noindex"));
        assert_eq!(read.header("cache-control"), "no-store");
        assert_eq!(read.header("referrer-policy"), "no-referrer");
        assert!(read.header("x-robots-tag").starts_with("noindex"));
        // Nothing on it leads to where the letter does not exist.
        assert!(read.hrefs("body", "").iter().all(|href| !href.starts_with("/letters/")), "{read:?}");

        // Another edition, so that the one that the preview had made is not the live one.
        join(&app.db().await, &campaign, "Later Network").await;
        crate::listing::until(&app, &link, |page| page.body.contains("Later Network")).await;
        app.clock.advance(days(2));
        let public = app.get(&link).await.expect(200);
        assert_eq!(public.path, "/letters/letter");
        // What it was like before nobody can cite: not in the list, not by its number; the live one they can.
        app.get("/letters/letter/editions/1").await.expect(404);
        app.get("/letters/letter/editions/1.json").await.expect(404);
        app.get("/letters/letter/editions/2").await.expect(200);
        let editions = app.get("/letters/letter/editions").await.expect(200);
        let numbers = editions.hrefs("main", "");
        assert!(numbers.contains(&"/letters/letter/editions/2".to_owned()), "{numbers:?}");
        assert!(!numbers.contains(&"/letters/letter/editions/1".to_owned()), "{numbers:?}");
    }

    async fn who_takes_a_letter_back_is_told_of_the_links_that_still_show_it_and_ends_them_with_it(app: TestApp) {
        let published_at = Some(app.clock.now().plus(days(2)));
        cast::campaign(&app, Settings { published_at, ..cast::settings(&app) }).await;
        let olu = staff::organizer(&app, "letter").await;
        let (_, link) = make(&app, &olu, "For the press", "2026-03-10").await;
        crate::listing::until(&app, &link, |page| page.status == 200).await.says("Not public until");
        let ask = olu.get("/staff/letters/letter/life/unpublish").await.expect(200).says("1 preview link still shows it");
        let form = ask.form_with_button("Take it back from the public").tick("end_links");
        olu.submit(&form).await.expect(200).says("not public any more");
        app.get(&link).await.expect(404);
    }

    async fn a_preview_names_a_moment_only_where_the_letter_is_public_from_then_on(app: TestApp) {
        let published_at = Some(app.clock.now().plus(days(2)));
        let campaign = cast::campaign(&app, Settings { published_at, ..cast::settings(&app) }).await;
        let olu = staff::organizer(&app, "letter").await;
        let (_, link) = make(&app, &olu, "For the press", "2026-03-10").await;
        crate::listing::until(&app, &link, |page| page.body.contains("Not public until")).await;
        set(&app.db().await, &campaign, |settings| settings.access = Access::Invitation).await;
        let page = crate::listing::until(&app, &link, |page| page.body.contains("for those who are invited")).await;
        page.hides("Not public until");
        set(&app.db().await, &campaign, |settings| {
            (settings.access, settings.status) = (Access::Public, undersigned::campaign::Status::Draft);
        }).await;
        let page = crate::listing::until(&app, &link, |page| page.body.contains("when it will be is not set")).await;
        page.hides("Not public until");
    }

    async fn a_link_ends_by_itself_by_hand_and_for_one_reader_alone(app: TestApp) {
        let campaign = cast::campaign(&app, Settings { published_at: None, ..cast::settings(&app) }).await;
        let olu = staff::organizer(&app, "letter").await;
        let (_, press) = make(&app, &olu, "For the press", "2026-03-03").await;
        let (page, board) = make(&app, &olu, "For the board", "2026-03-20").await;
        crate::listing::until(&app, &press, |page| page.status == 200).await.says("when it will be is not set");
        let end = page.form_with_button("End it: For the board");
        let page = olu.submit(&end.press_text("End it: For the board")).await.expect(200).says("Ended");
        let unknown = app.get(&board).await.expect(404).says("We do not know this link").hides("park");
        app.get(&press).await.expect(200);
        let restore = page.form_with_button("Let it work again: For the board");
        olu.submit(&restore.press_text("Let it work again: For the board")).await.expect(200);
        app.get(&board).await.expect(200);
        app.clock.advance(hours(40));
        // Over, ended, malformed and made up: one answer.
        for path in [press.as_str(), &press[..press.len() - 3], &press.replace("/previews/", "/previews/x"), "/previews/-"] {
            assert_eq!(app.get(path).await.expect(404).body, unknown.body, "{path}");
        }
        set(&app.db().await, &campaign, |settings| settings.access = Access::Invitation).await;
        crate::listing::until(&app, &board, |page| page.body.contains("Not public")).await;
        let acts = crate::campaigns::history(&app, "letter").await.into_iter().map(|(act, ..)| act).collect::<Vec<_>>();
        let ended = ["made a preview link", "made a preview link", "ended a preview link", "had a preview link work again"];
        assert_eq!(acts[..4], ended);
        // Long after, nothing is left of it.
        app.clock.advance(days(31));
        app.upkeep().await;
        let olu = staff::administrator(&app).await;
        assert!(!olu.get(PAGE).await.expect(200).body.contains("For the press"));
    }

    async fn a_link_has_a_name_and_a_day_and_is_made_by_organizers_alone(app: TestApp) {
        cast::open_letter(&app).await;
        let (olu, mina) = (staff::organizer(&app, "letter").await, staff::moderator(&app, "letter").await);
        mina.get(PAGE).await.expect(403);
        let form = olu.get(PAGE).await.expect(200).form_with("link_name");
        for (name, until, why) in [
            ("", "2026-03-20", "name"),
            ("Press", "2026-03-01", "Choose a day that is not over."),
            ("Press", "2028-03-01", "Choose a day within a year."),
            ("Press", "soon", "Write the last day as year-month-day"),
        ] {
            let page = olu.submit(&form.clone().fill("link_name", name).fill("until", until)).await.expect(422).says(why);
            assert_eq!(page.form_with("link_name").value("until"), until);
        }
        // What opens a door is asked for once more after ten minutes.
        app.clock.advance(minutes(11));
        let page = olu.submit(&form.fill("link_name", "Press").fill("until", "2026-03-20")).await.expect(403);
        page.says("Confirm that it is you");
    }
}
