//! A moderator asks, the representative answers, the sign-on returns to the queue.

use super::{open, verified};
use crate::support::app::TestApp;
use crate::support::browser::Page;
use crate::support::cast::open_letter;
use crate::support::on_both_engines;
use crate::support::queue::press;
use crate::support::staff::moderator;
use undersigned::clock::minutes;

on_both_engines! {
    async fn a_question_is_mailed_answered_on_the_private_page_and_returns_to_the_queue(app: TestApp) {
        open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let private = verified(&app, "Asked Network", "a@ngo.example").await;
        let page = open(&mina, "Asked Network").await;
        let hold = page.form_with_button("Hold").fill("text", "Which body\ndecided?");
        mina.submit(&hold).await.expect(200).says("You put “Asked Network” on hold.").says("The mail goes out");
        app.clock.advance(minutes(11));
        let mail = app.mailbox().newest_about("a@ngo.example", "Answer a question").await;
        assert!(mail.text.contains("Which body\ndecided?"), "{}", mail.text);

        let theirs = app.browser();
        let asked = theirs.get(&mail.link("/sign-ons/")).await.expect(200).says("Which body decided?");
        let form = asked.form_with_button("Send the answer");
        theirs.submit(&form).await.expect(422).says("One thing to mend");
        let form = form.fill("answer", "Our board,\non Friday.");
        let sent = theirs.submit(&form).await.expect(200).says("Waiting for review").says("You answered the question");
        sent.says("Our board, on Friday.");
        theirs.submit(&form).await.expect(200).says("Waiting for review");
        let late = form.clone().fill("answer", "Our members.");
        theirs.submit(&late).await.expect(409).says("the question is no longer open").says("Our members.");

        let page = open(&mina, "Asked Network").await.says("Answered by the representative.");
        page.clone().says("Which body decided?").says("“Our board, on Friday.”");
        press(&mina, &page, "Approve").await.expect(200).says("You approved");
        app.get(&private).await.hides("On the list");
    }

    async fn a_hold_without_a_mail_asks_nothing_and_keeps_its_words_among_staff(app: TestApp) {
        open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let private = verified(&app, "Quiet Network", "a@ngo.example").await;
        let page = open(&mina, "Quiet Network").await;
        let hold = page.form_with_button("Hold").untick("notify").fill("text", "Ask Tom about them.");
        mina.submit(&hold).await.expect(200).hides("The mail goes out");
        mina.get(&page.path).await.says("Put on hold by Mina Moderator. Note: Ask Tom about them.");
        app.clock.advance(minutes(11));
        app.get(&private).await.says("On hold").hides("Ask Tom").hides("Send the answer");
        assert_eq!(app.mailbox().all_to("a@ngo.example").await.len(), 2, "verify and receipt alone");
    }

    async fn undoing_what_came_after_an_untold_question_asks_it_again(app: TestApp) {
        open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let private = verified(&app, "Hasty Network", "a@ngo.example").await;
        let page = open(&mina, "Hasty Network").await;
        mina.submit(&page.form_with_button("Hold").fill("text", "Who are you?")).await.expect(200);
        app.clock.advance(minutes(2));
        let page = mina.get(&page.path).await.expect(200);
        let approved = press(&mina, &page, "Approve").await.expect(200);
        app.get(&private).await.says("Waiting for review").hides("Who are you?");
        press(&mina, &approved, "Undo it").await.expect(200).says("is on hold again");
        app.get(&private).await.says("Waiting for review").hides("Who are you?");
        app.clock.advance(minutes(11));
        let mail = app.mailbox().newest_about("a@ngo.example", "Answer a question").await;
        assert!(mail.text.contains("Who are you?"));
        app.get(&private).await.says("Who are you?").hides("Approved");
    }

    async fn why_it_was_released_approved_or_reopened_stands_in_the_history_alone(app: TestApp) {
        open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let private = verified(&app, "Traced Network", "a@ngo.example").await;
        let page = open(&mina, "Traced Network").await;
        let at = |page: &Page| page.path.split('?').next().unwrap().to_owned();
        press(&mina, &page, "Hold").await.expect(200);
        app.clock.advance(minutes(1));
        let release = mina.get(&page.path).await.form_with_button("Release to the queue");
        let long = "x".repeat(2001);
        let mend = mina.submit(&release.clone().fill("text", &long)).await.expect(422);
        assert_eq!(mend.form_with_button("Release to the queue").value("text"), long);
        let release = release.fill("text", "Ben called back.");
        for _ in 0..2 {
            let now = mina.submit(&release).await.expect(200);
            assert_eq!(now.text().matches("Released by Mina Moderator. Note: Ben called back.").count(), 1);
            assert_eq!(at(&now), at(&page), "what is in the queue again stays in sight");
        }
        let other = release.fill("text", "Nobody called.");
        mina.submit(&other).await.expect(409).says("Nobody called.");
        app.clock.advance(minutes(1));
        let approve = mina.get(&page.path).await.form_with_button("Approve").fill("text", "Seen in their minutes.");
        mina.submit(&approve).await.expect(200);
        mina.get(&page.path).await.says("Approved by Mina Moderator. Note: Seen in their minutes.");
        app.clock.advance(minutes(11));
        let mail = app.mailbox().newest_about("a@ngo.example", "on the list").await;
        assert!(!mail.text.contains("minutes."), "{}", mail.text);
        let form = mina.get(&page.path).await.form_with_button("Remove").fill("reason", "duplicate");
        mina.submit(&form).await.expect(200);
        app.clock.advance(minutes(11));
        let reopen = mina.get(&page.path).await.form_with_button("Reopen for review").fill("text", "The other one was a test.");
        let now = mina.submit(&reopen).await.expect(200).says("Reopened by Mina Moderator. Note: The other one was a test.");
        assert_eq!(at(&now), at(&page));
        app.get(&private).await.hides("Ben called").hides("minutes.").hides("a test");
    }
}
