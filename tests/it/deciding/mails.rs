//! While the mails of a decision wait they are read, hurried, taken back.

use super::{open, verified};
use crate::support::app::TestApp;
use crate::support::cast::open_letter;
use crate::support::on_both_engines;
use crate::support::queue::press;
use crate::support::staff::{moderator, second_moderator};
use undersigned::clock::minutes;

on_both_engines! {
    async fn a_mail_that_waits_is_read_and_taken_back(app: TestApp) {
        open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let private = verified(&app, "Silent Network", "a@ngo.example").await;
        let page = open(&mina, "Silent Network").await.hides("Mails that wait");
        let rejection = page.form_with_button("Reject").fill("reason", "not_eligible").fill("text", "Only libraries.");
        mina.submit(&rejection).await.expect(200);
        let page = mina.get(&page.path).await.says("To a@ngo.example at 2 March 2026, 09:10 UTC");
        let page = page.says("Your sign-on was not accepted: Keep the park open").says("Only libraries.");
        assert!(page.text().contains("/sign-ons/… "), "{page:?}");
        let back = page.form_with_button("Take the mail back");
        press(&mina, &page, "Take the mail back").await.expect(200).says("Mail taken back by Mina Moderator.");
        mina.submit(&back).await.expect(409).says("No mail about this decision waits any more");
        app.clock.advance(minutes(11));
        app.get(&private).await.says("Not accepted");
        let mails = app.mailbox().all_to("a@ngo.example").await;
        assert!(!mails.iter().any(|mail| mail.subject.contains("not accepted")));
    }

    async fn a_mail_that_waits_is_sent_at_once_and_then_nothing_is_undone(app: TestApp) {
        open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let private = verified(&app, "Prompt Network", "a@ngo.example").await;
        let page = open(&mina, "Prompt Network").await;
        press(&mina, &page, "Approve").await.expect(200);
        app.get(&private).await.says("Waiting for review");
        let page = mina.get(&page.path).await.expect(200);
        let undo = page.form_with_button("Undo the decision");
        app.clock.advance(minutes(1));
        press(&mina, &page, "Send now").await.expect(200).hides("Undo the decision").hides("Mails that wait");
        app.mailbox().newest_about("a@ngo.example", "on the list").await;
        app.get(&private).await.says("On the list").says("Approved by a moderator");
        mina.submit(&undo).await.expect(409).says("It is too late to undo this");
    }

    async fn the_words_of_a_mail_that_waits_are_changed_and_recorded(app: TestApp) {
        open_letter(&app).await;
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        let private = verified(&app, "Reworded Network", "a@ngo.example").await;
        let page = open(&mina, "Reworded Network").await;
        let rejection = page.form_with_button("Reject").fill("reason", "not_eligible").fill("text", "Only lieberries.");
        mina.submit(&rejection).await.expect(200);
        let page = tom.get(&page.path).await;
        let editing = tom.follow(&page, "Edit your words in it").await.expect(200);
        let form = editing.form_with("text");
        assert_eq!(form.value("text"), "Only lieberries.");
        let form = form.fill("text", "Only libraries,\nall over.");
        let unseen = form.encoded().replace("do=preview", "do=save");
        let seen = tom.post(form.action(), unseen).await.expect(200).says("Put these words in").says("To a@ngo.example");
        let seen = seen.says("Only libraries, all over.").says("/sign-ons/… ").hides("Only lieberries.");
        tom.get(&page.path).await.says("Only lieberries.");
        let other = seen.form_with("text").fill("text", "Only museums.").press_text("Put these words in");
        tom.submit(&other).await.expect(200).says("Only museums.").says("Put these words in");
        let save = seen.form_with("text").press_text("Put these words in");
        for _ in 0..2 {
            let now = tom.submit(&save).await.at(&page.path).says("Edited the mail by Tom Twice.").hides("lieberries");
            now.says("In the mail: “Only libraries, all over.”").says("by Mina Moderator, 2 March 2026, 09:00 UTC");
        }
        tom.get("/staff/letters/letter/history.csv").await.expect(200).hides("lieberries").hides("libraries");
        app.get(&private).await.says("Waiting for review");
        app.clock.advance(minutes(11));
        let mail = app.mailbox().newest_about("a@ngo.example", "not accepted").await;
        assert!(mail.text.contains("Only libraries,\nall over.") && !mail.text.contains("lieberries"), "{}", mail.text);
        app.get(&mail.link("/sign-ons/")).await.expect(200).says("Only libraries, all over.");
        app.get(&private).await.says("Not accepted").says("Only libraries, all over.");

        verified(&app, "Asked Network", "b@ngo.example").await;
        let page = open(&mina, "Asked Network").await;
        mina.submit(&page.form_with_button("Hold").fill("text", "Hwo decided?")).await.expect(200);
        let editing = mina.follow(&mina.get(&page.path).await, "Edit your words in it").await;
        mina.submit(&editing.form_with("text").fill("text", " ")).await.expect(422).says("without your words the mail says nothing");
        let seen = mina.submit(&editing.form_with("text").fill("text", "Who decided?")).await;
        mina.submit(&seen.form_with("text").press_text("Put these words in")).await.expect(200).says("Who decided?");
        let page = mina.get(&page.path).await;
        press(&mina, &page, "Undo the decision").await.expect(200).says("Waiting for review");
        press(&mina, &mina.get(&page.path).await, "Approve").await.expect(200);
        mina.get(&page.path).await.says("Mails that wait").hides("Edit your words in it");
        mina.get(&format!("{}/mails/edit", page.path)).await.at(&page.path);
    }

    async fn words_that_come_too_late_change_nothing_and_are_kept(app: TestApp) {
        open_letter(&app).await;
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        verified(&app, "Late Network", "a@ngo.example").await;
        let page = open(&mina, "Late Network").await;
        let rejection = page.form_with_button("Reject").fill("reason", "not_eligible").fill("text", "First words.");
        mina.submit(&rejection).await.expect(200);
        let edit = format!("{}/mails/edit", page.path);
        let seen = mina.submit(&mina.get(&edit).await.form_with("text").fill("text", "Second words.")).await;
        let second = seen.form_with("text").press_text("Put these words in");
        let seen = tom.submit(&tom.get(&edit).await.form_with("text").fill("text", "Third words.")).await;
        let third = seen.form_with("text").press_text("Put these words in");
        mina.submit(&second).await.at(&page.path);
        let stale = tom.submit(&third).await.expect(409).says("Your words were not put in.").says("Third words.");
        assert_eq!(stale.form_with("text").value("text"), "Second words.");
        app.clock.advance(minutes(1));
        press(&tom, &tom.get(&page.path).await, "Send now").await.expect(200);
        app.mailbox().newest_about("a@ngo.example", "not accepted").await;
        let late = stale.form_with("text").fill("text", "Fourth words.").smuggle("seen", "Fourth words.");
        let late = late.encoded().replace("do=preview", "do=save");
        let late = tom.post(&edit, late).await.expect(409).says("The mail has gone or is on its way").says("Fourth words.");
        assert!(late.texts("textarea").is_empty());
        let mail = app.mailbox().newest_about("a@ngo.example", "not accepted").await;
        assert!(mail.text.contains("Second words."), "{}", mail.text);
        mina.get(&page.path).await.says("Second words.").hides("Fourth words.");
    }
}
