//! Until a decision is told it can be taken back, and nobody outside sees it.

use super::{listed, open, verified};
use crate::support::app::TestApp;
use crate::support::cast::{self, open_letter};
use crate::support::on_both_engines;
use crate::support::queue::press;
use crate::support::staff::moderator;
use undersigned::clock::minutes;
use undersigned::text::OrderingRule;

on_both_engines! {
    async fn the_private_page_says_what_stood_before_until_the_decision_is_told(app: TestApp) {
        open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let private = verified(&app, "Patient Network", "a@ngo.example").await;
        let page = open(&mina, "Patient Network").await;
        press(&mina, &page, "Approve").await.expect(200);
        app.clock.advance(minutes(9));
        app.get(&private).await.says("Waiting for review").hides("On the list").hides("Approved by a moderator");
        app.clock.advance(minutes(2));
        app.get(&private).await.says("On the list").says("Approved by a moderator");

        let page = mina.get(&page.path).await.expect(200);
        let removal = page.form_with_button("Remove").fill("reason", "asked_for");
        let removed = mina.submit(&removal).await.expect(200);
        app.get(&private).await.says("On the list").hides("Removed from the list");
        press(&mina, &removed, "Undo it").await.expect(200).says("is on the list again");
        app.clock.advance(minutes(30));
        app.get(&private).await.says("On the list").hides("Removed").hides("Returned to review");
        let mails = app.mailbox().all_to("a@ngo.example").await;
        assert!(!mails.iter().any(|mail| mail.subject.contains("removed")));
    }

    async fn undoing_a_removal_gives_the_entry_its_place_back(app: TestApp) {
        let mut settings = cast::settings(&app);
        settings.ordering = OrderingRule::Joining;
        cast::campaign(&app, settings).await;
        let mina = moderator(&app, "letter").await;
        let names = ["Zebra Network", "Middle Network", "Alpha Network"];
        for (n, name) in names.iter().enumerate() {
            verified(&app, name, &format!("a{n}@ngo.example")).await;
            press(&mina, &open(&mina, name).await, "Approve").await.expect(200);
        }
        let before = listed(&app, 3).await;
        assert!(before[0].starts_with("Zebra") && before[2].starts_with("Alpha"), "{before:?}");
        app.clock.advance(minutes(11));
        let approved = mina.get("/staff/letters/letter/queue?show=approved").await.expect(200);
        let page = mina.follow(&approved, "Zebra Network").await.expect(200);
        let removal = page.form_with_button("Remove").fill("reason", "asked_for");
        mina.submit(&removal).await.expect(200);
        listed(&app, 2).await;
        let page = mina.get(&page.path).await.expect(200);
        press(&mina, &page, "Undo the decision").await.expect(200).says("is on the list again");
        assert_eq!(listed(&app, 3).await, before);
        let late = mina.get(&page.path).await.expect(200);
        assert!(!late.texts("section.decide button").contains(&"Undo the decision".to_owned()));
    }

    async fn undoing_gives_a_hold_back_with_its_question(app: TestApp) {
        open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let private = verified(&app, "Asked Network", "a@ngo.example").await;
        let page = open(&mina, "Asked Network").await;
        let hold = page.form_with_button("Hold").fill("text", "Which body decided?");
        mina.submit(&hold).await.expect(200);
        app.get(&private).await.says("Waiting for review").hides("Which body decided?");
        app.clock.advance(minutes(11));
        app.get(&private).await.says("Which body decided?");
        let page = mina.get(&page.path).await.expect(200);
        let rejection = page.form_with_button("Reject").fill("reason", "not_eligible");
        let rejected = mina.submit(&rejection).await.expect(200);
        app.get(&private).await.says("Which body decided?").hides("Not accepted");
        press(&mina, &rejected, "Undo it").await.expect(200).says("is on hold again");
        mina.get(&page.path).await.says("Asked: “Which body decided?”");
        app.clock.advance(minutes(30));
        app.get(&private).await.says("Which body decided?").hides("Not accepted");
        let late = mina.submit(&rejection).await.expect(409);
        late.says("On hold");
    }

    async fn a_decision_that_was_not_told_is_not_in_the_way_of_a_withdrawal(app: TestApp) {
        open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let private = verified(&app, "Leaving Network", "a@ngo.example").await;
        let page = open(&mina, "Leaving Network").await;
        let rejection = page.form_with_button("Reject").fill("reason", "not_eligible");
        mina.submit(&rejection).await.expect(200);
        let theirs = app.browser();
        let ask = theirs.get(&format!("{private}/withdraw")).await.expect(200);
        theirs.submit(&ask.form()).await.expect(200);
        app.mailbox().newest_about("a@ngo.example", "withdrawn").await;
        app.clock.advance(minutes(30));
        app.get(&private).await.says("Withdrawn by you").hides("Not accepted");
        let mails = app.mailbox().all_to("a@ngo.example").await;
        assert!(!mails.iter().any(|mail| mail.subject.contains("not accepted")));
        let undo = rejection.action().replace("reject", "undo");
        mina.post(&undo, rejection.encoded()).await.expect(409).says("Withdrawn");
    }
}
