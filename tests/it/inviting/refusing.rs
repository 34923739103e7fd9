//! A refusal belongs to the mailbox, whatever becomes of the invitation; and what is erased is what is theirs.

use super::{TRACKER, again, filled_in, invite_them, invited, one, paste, row};
use crate::support::app::TestApp;
use crate::support::cast::open_letter;
use crate::support::on_both_engines;
use crate::support::staff::organizer;
use undersigned::clock::days;

on_both_engines! {
    async fn who_has_declined_is_not_written_to_again_under_another_name_or_invitation(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let link = invited(&app, &olu, "Example Network", "info@network.example").await;
        invited(&app, &olu, "Other Network", "info@other.example").await;
        let visitor = app.browser();
        let page = visitor.get(&link).await.expect(200);
        visitor.submit(&page.form_with_button("We do not sign").press_text("We do not sign")).await.says("You declined");
        let button = one(&olu, "Example Network").await.form_with_button("Revoke the invitation");
        olu.submit(&button).await.expect(200).says("The invitation is revoked");
        app.clock.advance(days(5));
        let olu = again(&app).await;
        let refused = paste(&olu, "Example Network,info@network.example\nNew League,Info@network.example").await.expect(200);
        refused.says("Nobody on it can be invited").says("They declined there, or asked for no more mail.");
        let form = one(&olu, "Other Network").await.form_with_button("Send the invitation there");
        let refused = olu.submit(&form.fill("email", "info@network.example")).await.expect(409);
        refused.says("They declined there, or asked for no more mail.").says("Nothing was sent.");
        assert_eq!(app.mailbox().all_to("info@network.example").await.len(), 1);
    }

    async fn silence_that_was_asked_for_outlasts_another_address(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let link = invited(&app, &olu, "Example Network", "info@network.example").await;
        let visitor = app.browser();
        let quiet = visitor.get(&link).await.expect(200).form_with_button("We do not sign");
        visitor.submit(&quiet.press_text("Only send no more reminders")).await.says("You get no more reminders.");
        let form = one(&olu, "Example Network").await.form_with_button("Send the invitation there");
        olu.submit(&form.fill("email", "board@network.example")).await.expect(200).says("board@network.example");
        app.clock.advance(days(5));
        let olu = again(&app).await;
        let refused = paste(&olu, "Another League,info@network.example").await.expect(200);
        refused.says("They declined there, or asked for no more mail.");
    }

    async fn one_mailbox_gets_few_mails_however_many_names_a_list_gives_it(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let list = "One,info@many.example\nTwo,Info@many.example\nThree,info@many.example\nFour,info@many.example";
        let preview = paste(&olu, list).await.expect(200).says("3 organizations can be invited");
        let preview = preview.says("Its address stands for 3 others on this list already.");
        olu.submit(&invite_them(&preview)).await.expect(200).says("3 organizations invited");
        let refused = paste(&olu, "Four,info@many.example").await.expect(200);
        refused.says("Nobody on it can be invited").says("the next may go on 7 March 2026");
        app.clock.advance(days(5));
        let olu = again(&app).await;
        let page = olu.get(TRACKER).await.expect(200);
        olu.submit(&page.form_with("remind").press("remind")).await.expect(200).says("A reminder is on its way.");
        let page = olu.get(TRACKER).await.expect(200);
        assert!(!page.body.contains("name=\"remind\""), "{page:?}");
        page.says("This address has had as many mails about the letter as it may.");
    }

    async fn whoever_is_erased_takes_nobody_elses_invitation_with_them(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let link = invited(&app, &olu, "Example Network", "info@network.example").await;
        let visitor = app.browser();
        let form = filled_in(&visitor.get(&link).await.expect(200));
        let form = form.fill("organization", "Another League").fill("email", "ada@league.example");
        let review = visitor.submit(&form).await.expect(200);
        visitor.submit(&review.form().press("send")).await.at(&format!("{link}/sent"));
        let mail = app.mailbox().newest_about("ada@league.example", "Verify your sign-on").await;
        visitor.submit(&visitor.get(&mail.link("/verify/")).await.form()).await.says("Verified. Thank you");
        let receipt = app.mailbox().newest_about("ada@league.example", "waits for review").await;
        let erase = visitor.get(&format!("{}/erase", receipt.link("/sign-ons/"))).await.expect(200);
        visitor.submit(&erase.form().fill("email", "ada@league.example")).await.expect(200);
        assert!(row(&olu, "Example Network").await.contains("info@network.example"));
        visitor.get(&link).await.expect(200).says("invites Example Network to sign this letter");
    }
}
