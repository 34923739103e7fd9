//! What organizers write once a letter is public: drafts, what everybody reads, what is corrected and what is taken back.

use crate::listing::until;
use crate::support::app::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::list::{join, set};
use crate::support::{cast, on_both_engines, staff};
use std::time::Instant;
use undersigned::campaign::{Access, LetterText, Settings, UpdateText, UpdateTitle, store as campaigns};
use undersigned::clock::{days, minutes};
use undersigned::db::Tx;
use undersigned::ids::{AccountId, UpdateId};
use undersigned::secret::Random;

const PAGE: &str = "/staff/letters/letter/updates";
const PUBLIC: &str = "/letters/letter/updates";

/// Writes a draft; its page.
async fn draft(olu: &Browser, title: &str, text: &str) -> Page {
    let form = olu.get(PAGE).await.expect(200).form_with("title").fill("title", title).fill("text", text);
    olu.submit(&form.press_text("Keep it as a draft")).await.expect(200).says("Saved.");
    open(olu, title).await
}

/// The page with the form of an update.
async fn open(olu: &Browser, title: &str) -> Page {
    let page = olu.get(PAGE).await.expect(200);
    olu.follow(&page, title).await.expect(200)
}

/// Publishes a draft, by its button and the page that asks.
async fn publish(olu: &Browser, title: &str) -> Page {
    let page = open(olu, title).await;
    let ask = olu.submit(&page.form_with_button("Publish it")).await.expect(200);
    let ask = ask.says(&format!("Publish “{title}”?"));
    olu.submit(&ask.form_with("update")).await.expect(200).says("Published.")
}

on_both_engines! {
    async fn an_update_is_a_draft_until_somebody_has_confirmed_that_everybody_may_read_it(app: TestApp) {
        let letter = cast::open_letter(&app).await;
        join(&app.db().await, &letter, "Bits of Example").await;
        let before = until(&app, "/letters/letter", |page| page.body.contains("Bits of Example")).await;
        let olu = staff::organizer(&app, "letter").await;
        let form = olu.get(PAGE).await.expect(200).says("No update has been written yet.").form_with("title");
        let typed = form.fill("title", "The ministry invites us").fill("text", "On *Friday*.\n\nWith <script>alert(1)</script>");
        olu.submit(&typed.clone().press_text("Keep it as a draft")).await.expect(422).says("Remove the HTML");
        olu.submit(&typed.clone().fill("title", "").press_text("Keep it as a draft")).await.expect(422).says("Write this.");
        let typed = typed.fill("text", "On *Friday*, see [them](https://ministry.example/).");
        let preview = olu.submit(&typed.clone().press_text("Look at it first")).await.expect(200);
        assert_eq!(preview.texts("article em"), ["Friday"]);
        olu.get(PAGE).await.says("No update has been written yet.");
        olu.submit(&typed.clone().press_text("Keep it as a draft")).await.expect(200).says("Draft");
        // Pressed twice.
        olu.submit(&typed.press_text("Keep it as a draft")).await.expect(200);
        assert_eq!(olu.get(PAGE).await.texts("tbody tr").len(), 1);
        app.get(PUBLIC).await.expect(200).hides("ministry");
        app.get("/letters/letter").await.expect(200).hides("What happened since");

        let page = open(&olu, "The ministry invites us").await;
        let ask = olu.submit(&page.form_with_button("Publish it")).await.expect(200).says("Everybody who may see the letter reads it at once");
        app.get(PUBLIC).await.expect(200).hides("ministry");
        app.clock.advance(minutes(5));
        olu.submit(&ask.form_with("update")).await.expect(200).says("Published.");
        olu.submit(&ask.form_with("update")).await.expect(200).says("Published.");
        let public = app.get(PUBLIC).await.expect(200).says("2 March 2026, 09:05 UTC");
        assert_eq!(public.texts("article h2"), ["The ministry invites us", "The letter was published"]);
        assert_eq!(public.texts("article em"), ["Friday"]);
        let page = app.get("/letters/letter").await.expect(200).says("What happened since");
        assert_eq!(page.texts("#since li a"), ["The ministry invites us", "The letter was published"]);
        assert_eq!(page.header("x-edition"), before.header("x-edition"), "the list has not changed");
        let feed = app.get("/letters/letter.atom").await.expect(200);
        assert!(feed.body.contains("<title>The ministry invites us</title>"), "{}", feed.body);
        assert!(feed.body.contains("<updated>2026-03-02T09:05:00Z</updated>"), "{}", feed.body);
        let old = app.get("/letters/letter/editions/1.atom").await.expect(200);
        assert!(old.body.contains("Bits of Example"), "{}", old.body);
    }

    async fn a_correction_is_seen_by_everybody_and_what_is_taken_back_by_nobody(app: TestApp) {
        cast::open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        draft(&olu, "They answered", "On Thursday they anwsered.").await;
        // A draft is no correction, however often it is changed.
        let form = open(&olu, "They answered").await.form_with("title");
        olu.submit(&form.fill("text", "On Friday they anwsered.").press_text("Save the draft")).await.expect(200);
        publish(&olu, "They answered").await;
        let before = app.get(PUBLIC).await.expect(200).says("On Friday they anwsered.").hides("Thursday").hides("Corrected");
        app.clock.advance(minutes(5));
        let form = open(&olu, "They answered").await.says("Correct what is published").form_with("title");
        let typed = form.fill("text", "On Friday they answered.");
        let preview = olu.submit(&typed.clone().press_text("Look at it first")).await.expect(200).says("What is corrected");
        assert_eq!(preview.texts(".differences del"), ["removed: anwsered."]);
        olu.submit(&typed.press_text("Save the correction")).await.expect(200);
        let page = app.get(PUBLIC).await.expect(200).says("Corrected on 2 March 2026, 09:05 UTC");
        assert_eq!((page.texts("del"), page.texts("ins")), (vec!["removed: anwsered.".to_owned()], vec!["added: answered.".to_owned()]));
        assert_ne!(page.body, before.body);
        let feed = app.get("/letters/letter.atom").await;
        assert!(feed.body.contains("<updated>2026-03-02T09:05:00Z</updated>"), "{}", feed.body);

        let page = open(&olu, "They answered").await;
        let ask = olu.submit(&page.form_with("title").press_text("Take it back")).await.expect(200).says("do not come back");
        app.get(PUBLIC).await.says("They answered");
        app.clock.advance(minutes(1));
        olu.submit(&ask.form_with("update")).await.expect(200).says("Taken back");
        for path in [PUBLIC, "/letters/letter"] {
            let page = app.get(path).await.expect(200).says("An update was taken back");
            page.hides("They answered").hides("anwsered").hides("On Friday");
        }
        app.get(PUBLIC).await.says("took it back on 2 March 2026, 09:06 UTC");
        assert!(!app.get("/letters/letter.atom").await.body.contains("answered"));
        let acts: Vec<_> = crate::campaigns::history(&app, "letter").await.into_iter().map(|(act, ..)| act).collect();
        let expected =
            ["wrote a draft of an update", "wrote a draft of an update", "published an update", "corrected an update", "took an update back"];
        assert_eq!(acts, expected);
    }

    async fn whoever_writes_on_a_stale_page_is_told_and_a_draft_is_thrown_away_after_a_question(app: TestApp) {
        cast::open_letter(&app).await;
        let (olu, abe) = (staff::organizer(&app, "letter").await, staff::second_administrator(&app).await);
        draft(&olu, "First words", "One.").await;
        let (first, second) = (open(&olu, "First words").await, open(&abe, "First words").await);
        olu.submit(&first.form_with("title").fill("text", "Two.").press_text("Save the draft")).await.expect(200);
        let page = abe.submit(&second.form_with("title").fill("text", "Three.").press_text("Save the draft")).await;
        page.expect(409).says("Olu Organizer wrote a draft of an update").says("Three.");
        // Nor is what they did not read published.
        let ask = abe.submit(&second.form_with_button("Publish it")).await.expect(200);
        let stale = open(&olu, "First words").await.form_with("title").fill("text", "Four.").press_text("Save the draft");
        olu.submit(&stale).await.expect(200);
        abe.submit(&ask.form_with("update")).await.expect(409).says("Olu Organizer wrote a draft of an update");
        app.get(PUBLIC).await.hides("First words");
        let page = open(&olu, "First words").await;
        let ask = olu.submit(&page.form_with("title").press_text("Throw it away")).await.expect(200).says("Throw the draft “First words” away?");
        olu.get(PAGE).await.says("First words");
        olu.submit(&ask.form_with("update")).await.expect(200).says("thrown away");
        olu.submit(&ask.form_with("update")).await.expect(200).says("thrown away");
        olu.get(PAGE).await.says("No update has been written yet.");
    }

    async fn of_a_letter_that_is_not_public_nobody_reads_what_happened(app: TestApp) {
        let later = Some(app.clock.now().plus(days(1)));
        let letter = cast::campaign(&app, Settings { published_at: later, ..cast::settings(&app) }).await;
        let olu = staff::organizer(&app, "letter").await;
        draft(&olu, "Canary words", "Canary text.").await;
        let page = open(&olu, "Canary words").await;
        let ask = olu.submit(&page.form_with_button("Publish it")).await.expect(200).says("The letter is not public.");
        olu.submit(&ask.form_with("update")).await.expect(200);
        for path in [PUBLIC, "/letters/letter", "/letters/letter.atom"] {
            let (hidden, missing) = (app.get(path).await.expect(404), app.get(&path.replace("/letter", "/absent")).await);
            assert_eq!(missing.status, 404);
            hidden.hides("Canary");
        }
        app.clock.advance(days(1));
        app.get(PUBLIC).await.expect(200).says("Canary text.");
        set(&app.db().await, &letter, |settings| settings.access = Access::Invitation).await;
        until(&app, PUBLIC, |page| page.status == 404).await.hides("Canary");
    }
}

on_both_engines! {
    async fn what_another_server_publishes_is_read_here_within_a_second(engine: Engine) {
        let app = TestApp::spawn(engine).await;
        let letter = cast::open_letter(&app).await;
        staff::organizer(&app, "letter").await;
        until(&app, "/letters/letter", |page| page.status == 200).await;
        let (now, random, campaign) = (app.clock.now(), Random::system(), letter.id);
        let write = move |tx: &mut Tx<'_>| -> Result<(), undersigned::db::Error> {
            use diesel::prelude::*;
            use undersigned::db::schema::accounts;
            let made_by: AccountId =
                crate::support::both!(&mut **tx, |c| accounts::table.select(accounts::id).first(c))?;
            let text = UpdateText {
                title: UpdateTitle::parse("From elsewhere").unwrap(),
                body: LetterText::parse("Words.").unwrap(),
                made_at: now,
                made_by,
            };
            let id = UpdateId::new(now.millis(), random.bytes());
            campaigns::insert_update(tx, campaign, id, &text)?;
            let update = campaigns::update_of(tx, campaign, id)?.unwrap();
            assert!(campaigns::publish_update(tx, &update, now)?);
            campaigns::raise_list_revision(tx, campaign)
        };
        app.db().await.write(write).await.unwrap();
        let written = Instant::now();
        for path in ["/letters/letter", PUBLIC, "/letters/letter.atom"] {
            until(&app, path, |page| page.body.contains("From elsewhere")).await;
        }
        // The server looks every 400 ms; the rest is for a machine that is busy with other tests.
        assert!(written.elapsed().as_secs() < 3, "{:?}", written.elapsed());
    }
}
