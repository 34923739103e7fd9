//! What nobody verified is approved only with something in writing, and stays visible as that.

use super::listed;
use crate::support::app::TestApp;
use crate::support::cast::{self, open_letter};
use crate::support::on_both_engines;
use crate::support::queue::{entry, press};
use crate::support::staff::moderator;
use undersigned::clock::minutes;
use undersigned::sign_on::{self, Standing};

on_both_engines! {
    async fn an_unverified_sign_on_is_approved_with_evidence_and_stays_visible_as_such(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let mail = cast::sign(&app, "Paper Network", "a@ngo.example").await;
        let campaign = letter.id;
        let waiting = app.db().await;
        let waiting = waiting
            .read(move |conn| sign_on::store::in_standing(conn, campaign, &[Standing::AwaitingVerification]))
            .await
            .unwrap();
        let page = entry(&mina, waiting[0].id).await.says("Nobody has proved the mailbox yet.");
        assert!(!page.texts("section.decide button").contains(&"Approve".to_owned()));
        let form = page.form_with_button("Approve with this evidence");
        let mend = mina.submit(&form).await.expect(422).says("Choose how the agreement was received.");
        let mend = mend.says("Write what shows that the organization agreed.");
        let form = mend.form_with_button("Approve with this evidence").fill("received", "paper");
        let form = form.fill("text", "A letter signed by Ada, in our files.").fill("vouched_by", "Ben Example");
        mina.submit(&form).await.expect(200).says("You approved “Paper Network”, with written evidence.");
        assert_eq!(listed(&app, 1).await, ["Paper Network, Kenya"]);
        let says = "Received on paper. “A letter signed by Ada, in our files.” Ben Example vouches for it. Written down by Mina";
        let page = entry(&mina, waiting[0].id).await.says(says).says("Nobody proved the mailbox.");
        let page = page.says("Approved with written evidence, without a proved mailbox, by Mina Moderator.");

        press(&mina, &page, "Undo the decision").await.expect(200).says("waits for verification again").hides("Ben");
        listed(&app, 0).await;
        let theirs = app.browser();
        let verify = theirs.get(&mail.link("/verify/")).await.expect(200);
        theirs.submit(&verify.form()).await.says("Verified. Thank you");

        let page = entry(&mina, waiting[0].id).await.says("The mailbox was proved on");
        press(&mina, &page, "Approve").await.expect(200);
        app.clock.advance(minutes(11));
        app.mailbox().newest_about("a@ngo.example", "on the list").await;
        let late = mina.submit(&form).await.expect(409).says("How it was received").says("Received on paper");
        late.says("A letter signed by Ada, in our files.").says("Ben Example");
    }

    async fn a_mailbox_that_is_proved_later_is_recorded(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let mail = cast::sign(&app, "Paper Network", "a@ngo.example").await;
        let (db, campaign) = (app.db().await, letter.id);
        let waiting = db
            .read(move |conn| sign_on::store::in_standing(conn, campaign, &[Standing::AwaitingVerification]))
            .await
            .unwrap();
        let id = waiting[0].id;
        let form = entry(&mina, id).await.form_with_button("Approve with this evidence").fill("received", "paper");
        let form = form.fill("text", "A letter signed by Ada.").fill("vouched_by", "Ben Example").untick("notify");
        mina.submit(&form).await.expect(200);
        app.clock.advance(minutes(11));
        let theirs = app.browser();
        for _ in 0..2 {
            theirs.get(&mail.link("/verify/")).await.expect(200).says("Verify your sign-on").hides("is erased on");
        }
        mina.get(&mail.link("/verify/")).await.expect(200).says("You are logged in as staff");
        entry(&mina, id).await.says("Nobody proved the mailbox.");
        let button = theirs.get(&mail.link("/verify/")).await.form();
        for _ in 0..2 {
            theirs.submit(&button).await.says("Verified. Thank you");
        }
        assert_eq!(listed(&app, 1).await, ["Paper Network, Kenya"]);
        let page = entry(&mina, id).await.says("On the list").says("the mailbox was verified later, on 2 March 2026, 09:11 UTC");
        assert_eq!(page.says("Received on paper.").text().matches("Verified later by the representative.").count(), 1);
        let receipt = app.mailbox().newest_about("a@ngo.example", "Your sign-on is verified").await;
        assert!(receipt.text.contains("is verified, and it is approved"), "{}", receipt.text);
        theirs.get(&receipt.link("/sign-ons/")).await.expect(200).says("On the list").says("Verified by you");
    }

    async fn undoing_an_attestation_keeps_that_the_mailbox_was_proved(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let mail = cast::sign(&app, "Paper Network", "a@ngo.example").await;
        let (db, campaign) = (app.db().await, letter.id);
        let waiting = db
            .read(move |conn| sign_on::store::in_standing(conn, campaign, &[Standing::AwaitingVerification]))
            .await
            .unwrap();
        let id = waiting[0].id;
        let form = entry(&mina, id).await.form_with_button("Approve with this evidence").fill("received", "mail");
        let form = form.fill("text", "Her mail of Monday.").fill("vouched_by", "Ben Example");
        mina.submit(&form).await.expect(200);
        let theirs = app.browser();
        let page = theirs.get(&mail.link("/verify/")).await.expect(200);
        theirs.submit(&page.form()).await.says("Verified. Thank you");
        let receipt = app.mailbox().newest_about("a@ngo.example", "verified and waits for review").await;
        theirs.get(&receipt.link("/sign-ons/")).await.expect(200).says("Waiting for review");
        let page = entry(&mina, id).await;
        press(&mina, &page, "Undo the decision").await.expect(200);
        let page = entry(&mina, id).await.says("Waiting for review").says("The mailbox was proved on").hides("Ben");
        press(&mina, &page, "Approve").await.expect(200);
    }
}
