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
        mina.submit(&form).await.expect(409);
    }
}
