//! While the mails of a decision wait they are read, hurried, taken back.

use super::{open, verified};
use crate::support::app::TestApp;
use crate::support::cast::open_letter;
use crate::support::on_both_engines;
use crate::support::queue::press;
use crate::support::staff::moderator;
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
}
