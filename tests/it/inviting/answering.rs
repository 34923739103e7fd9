//! Whoever is invited says no, or asks for silence; and what is held of them is forgotten.

use super::{TRACKER, again, filled_in, invited, one, row};
use crate::support::app::TestApp;
use crate::support::cast::open_letter;
use crate::support::db::Engine;
use crate::support::on_both_engines;
use crate::support::staff::{moderator, organizer};
use undersigned::clock::days;

#[tokio::test]
async fn nothing_that_names_somebody_can_be_read_in_the_files() {
    const PLANTED: [&str; 4] = ["quillon7", "vantreese", "marmalade warden", "zanzibarcanary"];
    let mut app = TestApp::spawn(Engine::Sqlite).await;
    open_letter(&app).await;
    let olu = organizer(&app, "letter").await;
    let link = invited(&app, &olu, "Mulberry Society", "quillon7@mulberry.example").await;
    let visitor = app.browser();
    let form = visitor.get(&format!("{link}/intention")).await.expect(200).form_with("decides_on");
    let form =
        form.choose("country", "KE").fill("representative", "Q. Vantreese").fill("role", "Marmalade Warden");
    visitor.submit(&form.fill("decides_on", "2026-03-06")).await.expect(200);
    let mail = app.mailbox().newest_about("quillon7@mulberry.example", "Confirm when you decide").await;
    let page = visitor.get(&mail.link("/intentions/")).await.expect(200).says("Q. Vantreese");
    visitor.submit(&page.form_with_button("Yes, remind me")).await.expect(200);
    let page = visitor.get(&link).await.expect(200);
    let answer = page.form_with_button("We do not sign").press_text("We do not sign");
    visitor.submit(&answer.fill("text", "zanzibarcanary")).await.expect(200);
    app.stop();
    let mut found = false;
    for file in std::fs::read_dir(app.database.folder().unwrap()).unwrap() {
        let text = String::from_utf8_lossy(&std::fs::read(file.unwrap().path()).unwrap()).to_lowercase();
        found |= text.contains("mulberry society");
        for planted in PLANTED {
            assert!(!text.contains(planted), "{planted} can be read");
        }
    }
    assert!(found, "the name of the organization is in no file");
}

on_both_engines! {
    async fn whoever_declines_says_why_and_is_not_reminded(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let link = invited(&app, &olu, "Example Network", "info@network.example").await;
        let visitor = app.browser();
        let page = visitor.get(&link).await.expect(200).says("Reading this page tells us nothing.");
        let answer = page.form_with_button("We do not sign").press_text("We do not sign");
        let long = visitor.submit(&answer.clone().fill("text", &"long ".repeat(300))).await.expect(422).says("Shorten");
        let answer = long.form_with_button("We do not sign").press_text("We do not sign").fill("text", "We sign no letters this year.");
        for _ in 0..2 {
            visitor.submit(&answer).await.expect(200).says("You declined on 2 March 2026, 09:00 UTC").hides("this year");
        }
        assert!(row(&olu, "Example Network").await.contains("Declined"));
        one(&olu, "Example Network").await.says("WhyWe sign no letters this year.").says("They declined.");
        app.clock.advance(days(5));
        let olu = again(&app).await;
        let page = olu.get(TRACKER).await.expect(200);
        assert!(!page.body.contains("name=\"remind\""));
        // They change their mind.
        let review = visitor.submit(&filled_in(&visitor.get(&link).await)).await.expect(200);
        visitor.submit(&review.form().press("send")).await.at(&format!("{link}/sent"));
        assert!(row(&olu, "Example Network").await.contains("Submitted, not verified"));
        visitor.submit(&answer).await.expect(409).says("there is nothing to decline");
    }

    async fn whoever_wants_no_more_reminders_gets_none_and_can_still_sign(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let link = invited(&app, &olu, "Example Network", "info@network.example").await;
        let visitor = app.browser();
        let page = visitor.get(&link).await.expect(200);
        let quiet = page.form_with_button("We do not sign").press_text("Only send no more reminders");
        visitor.submit(&quiet).await.expect(200).says("You get no more reminders.");
        app.clock.advance(days(5));
        let olu = again(&app).await;
        one(&olu, "Example Network").await.says("They asked for no more reminders.").hides("Send a reminder");
        assert!(row(&olu, "Example Network").await.contains("Opened by a person"));
        visitor.submit(&filled_in(&visitor.get(&link).await)).await.expect(200).says("Is this the line to be printed?");
    }

    async fn where_an_invitation_went_is_forgotten_with_the_contacts(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let kept = invited(&app, &olu, "Silent Network", "info@silent.example").await;
        let link = invited(&app, &olu, "Example Network", "info@network.example").await;
        let visitor = app.browser();
        let review = visitor.submit(&filled_in(&visitor.get(&link).await)).await.expect(200);
        visitor.submit(&review.form().press("send")).await.at(&format!("{link}/sent"));
        let mail = app.mailbox().newest_about("info@network.example", "Verify your sign-on").await;
        visitor.submit(&visitor.get(&mail.link("/verify/")).await.form()).await.says("Verified. Thank you");
        // Whoever has what names them erased is not kept here either.
        let receipt = app.mailbox().newest_about("info@network.example", "waits for review").await;
        let erase = visitor.get(&format!("{}/erase", receipt.link("/sign-ons/"))).await.expect(200);
        visitor.submit(&erase.form().fill("email", "info@network.example")).await.expect(200);
        assert!(row(&olu, "Example Network").await.contains("address erased"));
        visitor.get(&link).await.expect(404);
        let mina = moderator(&app, "letter").await;
        let queue = mina.get("/staff/letters/letter/queue").await.expect(200);
        mina.follow(&queue, "Example Network").await.expect(200).says("that organization, and its address is erased.");
        assert!(row(&olu, "Silent Network").await.contains("info@silent.example"));
        app.clock.advance(days(30 + 184));
        app.upkeep().await;
        let olu = again(&app).await;
        assert!(row(&olu, "Silent Network").await.contains("address erased"));
        visitor.get(&kept).await.expect(404);
    }
}
