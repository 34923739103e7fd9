//! What organizers set: zones and times, who may sign, how long contacts are kept; and another letter like one that there is.

use crate::campaigns::{history, settings};
use crate::support::app::TestApp;
use crate::support::list::by_slug;
use crate::support::queue::{entry, sent, waiting};
use crate::support::{cast, on_both_engines, staff};
use undersigned::clock::{Timestamp, days};

async fn closes_at(app: &TestApp) -> String {
    let settings = by_slug(&app.db().await, "letter").await.settings;
    settings.closes_at.map(|at| at.to_string()).unwrap_or_default()
}

on_both_engines! {
    async fn times_are_those_of_the_letters_zone_and_what_has_two_readings_is_asked_about(app: TestApp) {
        cast::open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        // The zone is changed: what is set is asked about, and everything else that was typed stays.
        let form = settings(&olu, "letter").await.form();
        let form = form.fill("zone", "brussels").fill("host", "Neighbors").fill("published_at", "");
        let page = olu.submit(&form).await.expect(422).says("Did you mean Europe/Brussels?");
        let page = olu.submit(&page.form().fill("zone", "europe/brussels")).await.expect(422);
        let page = page.says("The times on the clock stay: they are Brussels time from now on");
        assert_eq!(page.attribute("#host", "value").as_deref(), Some("Neighbors"));
        let page = olu.submit(&page.form().choose("zone_means", "moments")).await.expect(200).says("Saved.");
        assert_eq!(closes_at(&app).await, "2026-04-01T09:00:00Z");
        assert_eq!(page.form().value("closes_at"), "2026-04-01T11:00");
        let page = page.says("until 1 April 2026, 11:00 Brussels time (09:00 UTC)");

        // A time that comes twice, beside its field; then one that does not exist.
        let form = page.form().fill("closes_at", "2026-10-25T02:30").fill("published_at", "2026-03-29T02:30");
        let page = olu.submit(&form).await.expect(422).says("25 October 2026, 02:30 comes twice in Brussels time");
        let page = page.says("29 March 2026, 02:30 does not exist in Brussels time").says("(UTC+01:00, 01:30 UTC)");
        assert_eq!(page.texts(".field.wrong label").len(), 2);
        assert_eq!(closes_at(&app).await, "2026-04-01T09:00:00Z");
        let form = page.form().choose("closes_at_reading", "2026-10-25T01:30:00Z");
        let page = olu.submit(&form.clone()).await.expect(422).says("does not exist").hides("comes twice");
        let form = page.form().choose("published_at_reading", "2026-03-29T01:30:00Z");
        olu.submit(&form).await.expect(200).says("Saved.");
        assert_eq!(closes_at(&app).await, "2026-10-25T01:30:00Z");
        // Saved again, it is the same moment.
        let page = settings(&olu, "letter").await;
        assert_eq!(page.form().value("closes_at_reading"), "2026-10-25T01:30:00Z");
        olu.submit(&page.form().fill("host", "Friends")).await.expect(200).says("Saved.");
        assert_eq!(closes_at(&app).await, "2026-10-25T01:30:00Z");

        // The public reads both.
        app.clock.advance(Timestamp::parse("2026-03-29T01:30:00Z").unwrap().since(app.clock.now()));
        let page = app.get("/letters/letter").await.expect(200).says("25 October 2026, 02:30 Brussels time (01:30 UTC)");
        assert!(page.attributes("time", "datetime").contains(&"2026-10-25T01:30:00Z".to_owned()));
        let mail = cast::sign(&app, "Bits of Example", "ada@bits.example").await;
        assert!(mail.text.contains("02:30 Brussels time (01:30 UTC)"), "{}", mail.text);
    }

    async fn who_may_sign_stands_on_the_form_and_among_the_reasons(app: TestApp) {
        let campaign = cast::open_letter(&app).await;
        let ids = waiting(&app, &campaign, &[sent("A Company", "https://co.example", "a@co.example")]).await;
        let olu = staff::organizer(&app, "letter").await;
        let form = settings(&olu, "letter").await.form();
        let long = format!("Nonprofit organizations\n{}", "x".repeat(81));
        let page = olu.submit(&form.fill("eligibility", &long)).await.expect(422).says("to 80 characters.");
        let rules = "Nonprofit organizations\nA seat in <Europe>";
        olu.submit(&page.form().fill("eligibility", rules)).await.expect(200).says("Saved.");
        let page = app.get("/letters/letter/sign").await.expect(200).says("Who may sign");
        assert!(page.texts("li").contains(&"A seat in <Europe>".to_owned()), "{page:?}");
        let choices = |page: &crate::support::browser::Page| page.texts("#reject-reason option");
        let page = entry(&olu, ids[0]).await;
        let place = choices(&page).iter().position(|label| label == "Against the rule: Nonprofit organizations");
        let code = page.attributes("#reject-reason option", "value").remove(place.unwrap());
        // Taken away, it can no longer be chosen; brought back, it can again, as it was worded meanwhile.
        let form = settings(&olu, "letter").await.form().fill("eligibility", "A seat in <Europe>");
        olu.submit(&form).await.expect(200).says("Saved.");
        assert_eq!(choices(&entry(&olu, ids[0]).await).iter().filter(|label| label.starts_with("Against")).count(), 1);
        olu.submit(&settings(&olu, "letter").await.form().fill("eligibility", rules)).await.expect(200);
        let reject = entry(&olu, ids[0]).await.form_with_button("Reject").fill("reason", &code);
        olu.submit(&reject).await.expect(200);
        app.clock.advance(undersigned::clock::minutes(11));
        let mail = app.mailbox().newest_about("a@co.example", "not accepted").await;
        assert!(mail.text.contains("This letter has a rule: Nonprofit organizations"), "{}", mail.text);
    }

    async fn contacts_are_kept_as_long_as_was_said_and_never_longer(app: TestApp) {
        cast::open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        let form = settings(&olu, "letter").await.form().fill("keep_months", "12");
        olu.submit(&form).await.expect(200).says("Saved.");
        app.get("/letters/letter/sign").await.says("is erased twelve months after the letter closes");
        let form = settings(&olu, "letter").await.form().fill("keep_months", "2");
        olu.submit(&form).await.expect(200).says("Saved.");
        app.get("/letters/letter/sign").await.says("is erased two months after the letter closes");
        let private = cast::sign_and_verify(&app, "Bits of Example", "ada@bits.example").await.link("/sign-ons/");
        app.get(&private).await.says("erased two months after the letter closes");
        // Whoever signed was told two.
        let form = settings(&olu, "letter").await.form().fill("keep_months", "3").fill("host", "Friends");
        let page = olu.submit(&form).await.expect(422).says("Whoever has signed was told two months");
        assert_eq!(page.attribute("#host", "value").as_deref(), Some("Friends"));
        olu.submit(&page.form().fill("keep_months", "1")).await.expect(200).says("Saved.");
        olu.submit(&settings(&olu, "letter").await.form().fill("keep_months", "37")).await.expect(422);
        // The deadline is in thirty days.
        app.clock.advance(days(30 + 31));
        app.upkeep().await;
        app.get(&private).await.says("Ada Example");
        app.clock.advance(days(1));
        app.upkeep().await;
        app.get(&private).await.hides("Ada Example");
    }

    async fn contacts_that_a_shorter_term_ends_at_once_are_asked_about_first(app: TestApp) {
        cast::open_letter(&app).await;
        let private = cast::sign_and_verify(&app, "Bits of Example", "ada@bits.example").await.link("/sign-ons/");
        staff::administrator(&app).await;
        // The deadline is in thirty days; forty more have passed since.
        app.clock.advance(days(70));
        let ada = app.browser();
        staff::log_in(&app, &ada, "ada@staff.example", staff::PASSWORD).await.expect(200);
        let form = settings(&ada, "letter").await.form();
        ada.submit(&form.clone().fill("keep_months", "")).await.expect(422).says("Write for how many months contacts are kept.");
        app.clock.advance(undersigned::clock::minutes(1));
        let page = ada.submit(&form.fill("keep_months", "1")).await.expect(422);
        let page = page.says("the contacts of 1 sign-on are over and are erased now");
        app.upkeep().await;
        app.get(&private).await.says("Ada Example");
        ada.submit(&page.form()).await.expect(422).says("erased now");
        // Later it is asked who is asking, too.
        app.clock.advance(undersigned::clock::minutes(11));
        let form = page.form().tick("erase_now");
        ada.submit(&form).await.expect(403).says("Confirm that it is you");
        app.clock.advance(undersigned::clock::minutes(1));
        let ada = app.browser();
        staff::log_in(&app, &ada, "ada@staff.example", staff::PASSWORD).await.expect(200);
        let page = ada.submit(&settings(&ada, "letter").await.form().fill("keep_months", "1")).await.expect(422);
        ada.submit(&page.form().tick("erase_now")).await.expect(200).says("Saved.");
        app.upkeep().await;
        app.get(&private).await.hides("Ada Example");
    }

    async fn a_copy_has_the_settings_and_the_text_and_nobodys_name(app: TestApp) {
        let campaign = cast::open_letter(&app).await;
        crate::support::list::join(&app.db().await, &campaign, "Early Network").await;
        let olu = staff::organizer(&app, "letter").await;
        let form = settings(&olu, "letter").await.form().fill("eligibility", "A seat in Europe");
        olu.submit(&form.fill("zone", "UTC").fill("keep_months", "3")).await.expect(200);
        let page = olu.follow(&settings(&olu, "letter").await, "Copy this letter").await.expect(200);
        let page = olu.submit(&page.form().fill("slug", "letter")).await.expect(422).says("there is a letter at this one");
        let page = olu.submit(&page.form().fill("slug", "next").fill("title", "Keep the garden open")).await.expect(200);
        page.at("/staff/letters/next/settings?created").says("Draft and takes no sign-ons");
        let (db, of) = (app.db().await, by_slug(&app.db().await, "letter").await.settings);
        let copy = by_slug(&db, "next").await;
        assert_eq!((copy.settings.closes_at, copy.settings.published_at, copy.settings.letter_date), (None, None, None));
        assert_eq!((&copy.settings.host, &copy.settings.eligibility), (&of.host, &of.eligibility));
        assert_eq!((&copy.settings.reasons, copy.settings.keep_months), (&of.reasons, 3));
        olu.get("/staff/letters/next/letter").await.expect(200).says("We ask you to keep the park open.");
        olu.get("/staff/letters").await.says("Keep the garden open");
        assert_eq!(history(&app, "next").await[0].0, "copied the letter from another one");
        let mina = staff::moderator(&app, "letter").await;
        mina.get("/staff/letters/letter/copy").await.expect(403);
        mina.get("/staff/letters/next/queue").await.expect(404);
    }

    async fn what_is_set_travels_in_the_folder(app: TestApp) {
        cast::open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        let form = settings(&olu, "letter").await.form().fill("eligibility", "A seat in Europe\nNo companies");
        let form = form.fill("keep_months", "4").fill("zone", "Asia/Tokyo").smuggle("zone_means", "moments");
        olu.submit(&form).await.expect(200);
        let ask = olu.get("/staff/letters/letter/life/pause").await.form_with_button("Pause sign-ons");
        olu.submit(&ask.fill("message", "Back on Monday.")).await.expect(200);
        let folder = tempfile::tempdir().unwrap();
        let [out, back] = ["out", "back"].map(|name| folder.path().join(name).display().to_string());
        assert!(app.command(&["campaign", "export", "letter", &out]).status().unwrap().success());
        let file = format!("{out}/campaign.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        for line in ["zone = \"Asia/Tokyo\"", "keep_months = 4", "paused = \"Back on Monday.\"", "\"No companies\""] {
            assert!(text.contains(line), "{text}");
        }
        let other = text.replace("slug = \"letter\"", "slug = \"other\"");
        std::fs::write(&file, &other).unwrap();
        assert!(app.command(&["campaign", "import", &out]).status().unwrap().success());
        assert!(app.command(&["campaign", "export", "other", &back]).status().unwrap().success());
        assert_eq!(std::fs::read_to_string(format!("{back}/campaign.toml")).unwrap(), other);
    }
}
