//! Where two moderators approve, one alone puts nothing on the list.

use super::{QUEUE, listed, open, verified};
use crate::support::app::TestApp;
use crate::support::cast::open_letter;
use crate::support::on_both_engines;
use crate::support::queue::press;
use crate::support::staff::{moderator, organizer, second_moderator};
use undersigned::clock::minutes;

on_both_engines! {
    async fn two_moderators_approve_and_one_rejects(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let settings = olu.get("/staff/letters/letter/settings").await.expect(200);
        let settings = olu.submit(&settings.form_with("four_eyes").tick("four_eyes")).await.expect(200).says("Saved.");
        assert_eq!(settings.attribute("input#four_eyes", "checked").as_deref(), Some(""));
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        let private = verified(&app, "Double Network", "a@ngo.example").await;
        let page = open(&mina, "Double Network").await.says("Two moderators approve for this letter.");
        let first = page.form_with_button("Approve");
        for _ in 0..2 {
            mina.submit(&first).await.expect(200).says("You gave the first approval of “Double Network”.");
        }
        listed(&app, 0).await;
        mina.get(QUEUE).await.says("One of two approvals");
        let page = mina.get(&page.path).await.says("You gave the first approval, 2 March 2026, 09:00 UTC.");
        assert!(!page.texts("section.decide button").contains(&"Approve".to_owned()));
        let again = tom.get(&page.path).await.says("Mina Moderator gave the first approval");
        let version = again.form_with_button("Approve").value("version").to_owned();
        let alone = mina.submit(&first.clone().smuggle("version", &version)).await.expect(409);
        alone.says("Another moderator gives the second.");
        app.get(&private).await.says("Waiting for review").hides("pproval");

        press(&tom, &again, "Approve").await.expect(200).says("You approved “Double Network”.");
        listed(&app, 1).await;
        let undone = tom.get(&page.path).await.says("First of two approvals by Mina Moderator.");
        press(&tom, &undone, "Undo the decision").await.expect(200);
        listed(&app, 0).await;
        let again = tom.get(&page.path).await.says("Mina Moderator gave the first approval");
        press(&tom, &again, "Approve").await.expect(200);
        app.clock.advance(minutes(11));
        app.mailbox().newest_about("a@ngo.example", "on the list").await;

        verified(&app, "Refused Network", "b@ngo.example").await;
        let page = open(&mina, "Refused Network").await;
        let rejection = page.form_with_button("Reject").fill("reason", "not_eligible");
        mina.submit(&rejection).await.expect(200).says("You rejected “Refused Network”.");
    }

    async fn two_moderators_accept_a_correction_of_what_is_listed(app: TestApp) {
        open_letter(&app).await;
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        let private = verified(&app, "Double Netwrok", "a@ngo.example").await;
        let page = open(&mina, "Double Netwrok").await;
        press(&mina, &page, "Approve").await.expect(200);
        let olu = organizer(&app, "letter").await;
        let settings = olu.get("/staff/letters/letter/settings").await.expect(200);
        olu.submit(&settings.form_with("four_eyes").tick("four_eyes")).await.expect(200).says("Saved.");
        app.clock.advance(minutes(11));
        let ada = app.browser();
        let form = ada.get(&format!("{private}/edit")).await.form_with("organization").fill("organization", "Double Network");
        let review = ada.submit(&form).await.expect(200);
        ada.submit(&review.form_with("send").press("send")).await.expect(200);

        let bench = format!("{}/correct", page.path);
        let accepting = mina.get(&bench).await.says("Yours is the first of two.").form_with("correction");
        let accepting = accepting.press_text("Accept the correction");
        for _ in 0..2 {
            mina.submit(&accepting).await.at(QUEUE).says("One of two has accepted it.");
        }
        assert_eq!(listed(&app, 1).await, ["Double Netwrok, Kenya"]);
        ada.get(&private).await.says("a correction waits").hides("accepted");
        let mails = app.mailbox().all_to("a@ngo.example").await;
        assert!(!mails.iter().any(|mail| mail.subject.contains("correction is accepted")));
        let own = mina.get(&bench).await.says("You accepted it first");
        assert!(!own.texts("button").contains(&"Accept the correction".to_owned()));
        app.clock.advance(minutes(1));
        let second = tom.get(&bench).await.says("Mina Moderator accepted it first").form_with("correction");
        tom.submit(&second.press_text("Accept the correction")).await.at(QUEUE);
        app.clock.advance(minutes(11));
        app.mailbox().newest_about("a@ngo.example", "Your correction is accepted").await;
        assert_eq!(listed(&app, 1).await, ["Double Network, Kenya"]);
        let history = mina.get(&page.path).await.says("First of two who accept the correction by Mina Moderator.");
        history.says("Accepted the correction by Tom Twice.");
        mina.submit(&accepting).await.expect(409);
    }
}
