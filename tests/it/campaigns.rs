//! Letters in the browser: made, edited, opened, published, closed.

use crate::listing::until;
use crate::support::app::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::{cast, on_both_engines, staff};
use undersigned::clock::{days, minutes};

pub async fn settings(browser: &Browser, slug: &str) -> Page {
    browser.get(&format!("/staff/letters/{slug}/settings")).await.expect(200)
}

/// Follows an act from the settings to its button.
pub async fn act(app: &TestApp, browser: &Browser, slug: &str, label: &str) -> Page {
    let page = browser.follow(&settings(browser, slug).await, label).await.expect(200);
    app.clock.advance(minutes(1));
    browser.submit(&page.form_with_button(label)).await
}

pub async fn history(app: &TestApp, slug: &str) -> Vec<(String, Option<String>, Option<String>)> {
    let slug = undersigned::text::Slug::parse(slug).unwrap();
    let db = app.db().await;
    let read = db.read(move |conn| {
        let campaign = undersigned::campaign::store::by_slug(conn, &slug)?.unwrap();
        undersigned::audit::of(conn, undersigned::ids::AnyId::from_uuid(campaign.id.uuid()))
    });
    let acts: Result<_, undersigned::db::Error> = read.await;
    acts.unwrap().into_iter().map(|act| (act.act, act.old, act.new)).collect()
}

on_both_engines! {
    async fn a_letter_is_written_opened_published_and_closed(app: TestApp) {
        let ada = staff::administrator(&app).await;
        let page = ada.get("/staff").await.expect(200).says("Nothing waits");
        let page = ada.follow(&ada.follow(&page, "Letters").await, "Write a new letter").await.expect(200);
        let form = page.form().fill("title", "Keep the park open").fill("slug", "park");
        let form = form.fill("recipient", "The City Council").fill("host", "Friends of the Park");
        let page = ada.submit(&form.fill("letter", "# We ask\n\nyou to *keep* it.")).await.expect(200);
        assert_eq!(page.path, "/staff/letters/park/settings?created");
        let _ = page.says("Draft and takes no sign-ons. It is not published: only staff, and whoever has a preview link, can see it.");
        let _ = app.get("/letters/park").await.expect(404);

        let _ = act(&app, &ada, "park", "Open the letter").await.expect(200).says("The letter is open");
        let _ = app.get("/letters/park").await.expect(404);
        let _ = act(&app, &ada, "park", "Publish the letter").await.expect(200).says("The letter is published.");
        let page = app.get("/letters/park").await.expect(200).says("you to keep it.");
        let _ = app.browser().follow(&page, "Sign for your organization").await.expect(200);

        let _ = act(&app, &ada, "park", "Close the letter").await.expect(200).says("Closed to new sign-ons.");
        let _ = app.get("/letters/park").await.expect(200).says("Closed");
        let _ = act(&app, &ada, "park", "Take it back from the public").await.expect(200);
        let _ = app.get("/letters/park").await.expect(404);
        let acts: Vec<_> = history(&app, "park").await.into_iter().map(|(act, ..)| act).collect();
        assert_eq!(
            acts,
            [
                "wrote the letter",
                "opened the letter",
                "published the letter",
                "closed the letter",
                "took the letter back from the public"
            ]
        );
    }

    async fn a_form_comes_back_filled_in_with_everything_to_mend(app: TestApp) {
        let _ = cast::open_letter(&app).await;
        let ada = staff::administrator(&app).await;
        let form = ada.get("/staff/letters/new").await.form();
        let form = form.fill("title", "Another").fill("slug", "letter").fill("letter", "<b>bold</b>").fill("language", "x");
        let page = ada.submit(&form).await.expect(422).says("Remove the HTML").says("Write whom the letter addresses.");
        assert_eq!(page.texts(".summary a").len(), 4);
        let form = page.form().fill("letter", "text").fill("language", "en").fill("recipient", "R").fill("host", "H");
        let page = ada.submit(&form).await.expect(422).says("there is a letter at this one");
        let _ = ada.submit(&page.form().fill("slug", "another")).await.expect(200);

        let form = settings(&ada, "letter").await.form();
        let form = form.fill("closes_at", "2026-01-01T00:00").fill("opens_at", "2026-02-01T00:00").fill("line", "{nmae}");
        let page = ada.submit(&form.fill("contact", "nobody")).await.expect(422);
        assert_eq!(page.attribute("#closes_at", "value").as_deref(), Some("2026-01-01T00:00"));
        assert_eq!(page.texts(".summary a").len(), 3);
        assert_eq!(history(&app, "letter").await, []);
    }

    async fn settings_are_saved_with_what_changed_and_every_line_prints_anew(app: TestApp) {
        let _ = cast::open_letter(&app).await;
        let _ = cast::sign_and_verify(&app, "Example Organization", "ada@ngo.example").await;
        let olu = staff::organizer(&app, "letter").await;
        let page = settings(&olu, "letter").await;
        let unchanged = olu.submit(&page.form()).await.expect(200).says("Saved.");
        assert_eq!(history(&app, "letter").await, []);
        let form = unchanged.form().fill("closes_at", "2026-12-31T23:59").fill("line", "{name}, {country}");
        let _ = olu.submit(&form.fill("articles", "The, Das")).await.expect(200).says("until 31 December 2026, 23:59 UTC");
        let (act, old, new) = history(&app, "letter").await.remove(0);
        assert_eq!(act, "changed the settings");
        assert_eq!(
            (old.as_deref(), new.as_deref()),
            (
                Some("closes_at: 2026-04-01T09:00:00Z\narticles: \nline: {name}"),
                Some("closes_at: 2026-12-31T23:59:00Z\narticles: The\nDas\nline: {name}, {country}")
            )
        );
        let db = app.db().await;
        let lines = db.read(|conn| {
            let slug = undersigned::text::Slug::parse("letter").unwrap();
            let campaign = undersigned::campaign::store::by_slug(conn, &slug)?.unwrap();
            let waiting = [undersigned::sign_on::Standing::AwaitingModeration];
            undersigned::sign_on::store::in_standing(conn, campaign.id, &waiting)
        });
        let lines: Result<_, undersigned::db::Error> = lines.await;
        assert_eq!(lines.unwrap()[0].entry.line, "Example Organization, Kenya");
    }

    async fn a_stale_page_says_who_was_first_and_keeps_what_was_typed(app: TestApp) {
        let _ = cast::open_letter(&app).await;
        let (ada, olu) = (staff::administrator(&app).await, staff::organizer(&app, "letter").await);
        let (first, second) = (settings(&ada, "letter").await.form(), settings(&olu, "letter").await.form());
        let _ = ada.submit(&first.fill("host", "Friends")).await.expect(200);
        app.clock.advance(minutes(20));
        let page = olu.submit(&second.fill("host", "Neighbors").fill("closing", "Yours")).await.expect(409);
        let page = page.says("Ada Administrator changed the settings 20 minutes ago.");
        assert_eq!(page.texts("dl.facts dd"), ["Yours sincerely,", "Friends"]);
        assert_eq!(page.attribute("#host", "value").as_deref(), Some("Neighbors"));
        let _ = app.get("/letters/letter").await.says("Friends");
        let _ = olu.submit(&page.form()).await.expect(200);
        let _ = app.get("/letters/letter").await.says("Neighbors");

        // The same of an act: who was not first is told; who presses twice gets the first answer again.
        let (one, other) = (ada.get("/staff/letters/letter/life/close").await, olu.get("/staff/letters/letter/life/close").await);
        app.clock.advance(minutes(1));
        let _ = ada.submit(&one.form_with_button("Close the letter")).await.expect(200);
        let _ = ada.submit(&one.form_with_button("Close the letter")).await.expect(200).says("The letter is closed");
        let page = olu.submit(&other.form_with_button("Close the letter")).await.expect(409);
        let _ = page.says("Ada Administrator closed the letter just now.");
        let _ = app.get("/letters/letter").await.says("Closed on 2 March 2026, ");

        // And of the text.
        let (one, other) = (ada.get("/staff/letters/letter/letter").await, olu.get("/staff/letters/letter/letter").await);
        let _ = ada.submit(&one.form().fill("letter", "First").press("save")).await.expect(200).says("Saved.");
        let page = olu.submit(&other.form().fill("letter", "Second").press("save")).await.expect(409);
        assert_eq!(page.raw_text("#letter").trim(), "Second");
        assert_eq!(page.raw_text("pre"), "First");
        let _ = olu.submit(&page.form().press("save")).await.expect(200);
        let _ = app.get("/letters/letter").await.says("Second");
    }

    async fn the_text_is_looked_at_before_it_is_saved_as_the_next_version(app: TestApp) {
        let _ = cast::open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        let page = olu.get("/staff/letters/letter/letter").await.expect(200);
        let page = olu.submit(&page.form().fill("letter", "New *words*.").press("preview")).await.expect(200);
        assert_eq!(page.texts(".letter-text em"), ["words"]);
        let _ = until(&app, "/letters/letter", |page| page.body.contains("It is the only one.")).await;
        let page = olu.submit(&page.form().press("save")).await.expect(200).says("Save as version 3");
        let _ = app.get("/letters/letter").await.says("New words.");
        let _ = olu.submit(&page.form().press("save")).await.expect(200).says("Save as version 3");
        let page = olu.submit(&page.form().fill("letter", "![x](https://x.example/y.png)").press("save")).await;
        let _ = page.expect(422).says("Remove the picture");
        // Two bytes in UTF-8, six in a form: a long letter in another script still fits.
        let long = "слово ".repeat(9000);
        let page = olu.get("/staff/letters/letter/letter").await;
        let _ = olu.submit(&page.form().fill("letter", &long).press("save")).await.expect(200);
    }

    async fn only_those_who_run_a_letter_change_it(app: TestApp) {
        let _ = cast::open_letter(&app).await;
        let settings = undersigned::campaign::Settings {
            slug: undersigned::text::Slug::parse("other").unwrap(),
            ..cast::settings(&app)
        };
        let _ = cast::campaign(&app, settings).await;
        let (mina, olu) = (staff::moderator(&app, "letter").await, staff::organizer(&app, "letter").await);
        let pages = ["settings", "letter", "moved", "life/close"];
        for page in pages {
            let _ = mina.get(&format!("/staff/letters/letter/{page}")).await.expect(403);
            let _ = olu.get(&format!("/staff/letters/letter/{page}")).await.expect(200);
            let _ = olu.get(&format!("/staff/letters/other/{page}")).await.expect(404);
            assert!(app.get(&format!("/staff/letters/letter/{page}")).await.path.starts_with("/login"));
        }
        let _ = mina.get("/staff/letters/new").await.expect(403);
        let _ = mina.get("/staff/letters").await.expect(200).hides("Write a new letter").hides("/settings");
        // An organizer becomes the organizer of what they write.
        let form = olu.get("/staff/letters/new").await.expect(200).form();
        let form = form.fill("title", "Mine").fill("slug", "mine").fill("recipient", "R").fill("host", "H");
        let _ = olu.submit(&form.fill("letter", "text")).await.expect(200).says("The draft is made.");
        let _ = olu.get("/staff/letters/mine/settings").await.expect(200);
        let _ = mina.get("/staff/letters/mine/settings").await.expect(404);
    }

    async fn the_first_page_says_what_waits_in_each_letter(app: TestApp) {
        let _ = cast::open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        let page = olu.get("/staff").await.expect(200).says("Nothing waits").says("0 on the list. Open until 1 April 2026");
        assert_eq!(page.link("Keep the park open"), "/staff/letters/letter/queue");
        let _ = cast::sign_and_verify(&app, "Example Organization", "ada@ngo.example").await;
        let _ = cast::sign_and_verify(&app, "Second Example", "olu@other.example").await;
        app.clock.advance(days(3));
        // Nobody stays logged in that long.
        let mina = staff::moderator(&app, "letter").await;
        let page = mina.get("/staff").await.expect(200).says("What waits").says("2 to review");
        let _ = page.says("3 days, due").hides("/settings");
    }

    async fn pins_keep_the_printed_numbers_and_without_them_the_rule_says_what_moves(app: TestApp) {
        let example = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/letter-2019");
        assert!(app.command(&["campaign", "import", example]).status().unwrap().success());
        let ada = staff::administrator(&app).await;
        let moved = "/staff/letters/letter-2019/moved";
        let page = ada.get(moved).await.expect(200).says("19 entries would have another number, and 8 pairs of neighbors");
        let sure = ada.submit(&page.form().press("free")).await.expect(200).says("Take all pins away?");
        let sure = sure.says("19 names get another number").says("is not kept");
        let _ = ada.get(moved).await.says("19 entries would have another number");
        let page = ada.submit(&sure.form()).await.expect(200).says("Nothing: every signatory");
        let names = |page: &Page| page.texts("ol.names li bdi");
        let page_of_2019 = until(&app, "/letters/letter-2019", |page| page.status == 200).await;
        assert_eq!(names(&page_of_2019)[16], "Bits of Freedom");
        let _ = ada.submit(&page.form().press("keep")).await.expect(200).says("Nothing: every signatory");
        let _ = ada.submit(&settings(&ada, "letter-2019").await.form().choose("ordering", "joining")).await.expect(200);
        assert_eq!(names(&app.get("/letters/letter-2019").await)[16], "Bits of Freedom");
    }
}
