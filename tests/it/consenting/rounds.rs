//! How a round is begun, followed, stopped; silence that counts; the same text asked about again.

use super::{NEW, OLD, answer, ask, join, link, listed, prepare, shows, write};
use crate::support::app::TestApp;
use crate::support::cast::{filled_in, open_letter, send};
use crate::support::queue::{entry, press};
use crate::support::{cast, on_both_engines, staff};
use std::collections::BTreeMap;
use undersigned::clock::{days, minutes};
use undersigned::sign_on::{self, Standing};

on_both_engines! {
    async fn nobody_is_asked_before_somebody_has_confirmed_it_twice(app: TestApp) {
        let (_, olu, _) = listed(&app, &["Alder", "Birch"]).await;
        prepare(&olu).await;
        let page = olu.get("/staff/letters/letter/consent").await.expect(200);
        let form = page.form_with("ends_on");
        olu.submit(&form.clone().fill("ends_on", "2026-03-03").press_text("Go on")).await.expect(422).says("at least 3 days");
        olu.submit(&form.clone().fill("ends_on", "soon").press_text("Go on")).await.expect(422).says("year-month-day");
        olu.submit(&form.clone().fill("ends_on", "2026-12-03").press_text("Go on")).await.expect(422).says("within 90 days");
        let page = olu.submit(&form.press_text("Go on")).await.expect(200).says("Ask 2 organizations?").says("added: ");
        olu.submit(&page.form()).await.expect(422).says("Tick this, or go back");
        assert!(app.mailbox().all().await.iter().all(|mail| !mail.text.contains("/consents/")));
        let confirmed = page.form().tick("sure");
        olu.submit(&confirmed).await.expect(200).says("Asking begins.");
        // Pressed again: the same answer, and nobody is asked twice.
        olu.submit(&confirmed).await.expect(200);
        app.upkeep().await;
        // The mail of the decision waits for its delay.
        assert_eq!(app.mailbox().once_there_are(1, "rep@alder.example").await.len(), 1);
        // The editor offers no button to save, and takes nothing from whoever presses one all the same.
        let page = olu.get("/staff/letters/letter/letter").await.says("Nothing can be saved now.");
        let saving = page.form().fill("letter", "Yet another one.").encoded().replace("preview=", "save=");
        olu.post(&page.path, saving).await.expect(409).says("Nothing can be saved now.");
        // Another organizer's page was older than that.
        let ada = staff::administrator(&app).await;
        ada.submit(&confirmed.clone().smuggle("form_token", ada.get("/staff/letters/letter/consent").await.form().value("form_token")))
            .await
            .expect(409)
            .says("Olu Organizer began to ask for consent");
    }

    async fn the_silent_are_reminded_a_few_times_and_nobody_else(app: TestApp) {
        let (_, olu, _) = listed(&app, &["Alder", "Birch"]).await;
        prepare(&olu).await;
        ask(&olu, "2026-03-16").await;
        app.upkeep().await;
        answer(&app, "Birch", "Yes, keep our name").await.expect(200);
        for round in 0..4 {
            app.clock.advance(days(1));
            app.clock.advance(minutes(1));
            staff::log_in(&app, &olu, "olu@staff.example", staff::PASSWORD).await.expect(200);
            let page = olu.get("/staff/letters/letter/consent").await.expect(200);
            if round < 2 {
                let form = page.form_with_button("Remind the silent ones").press_text("Remind the silent ones");
                olu.submit(&form).await.expect(200).says("Reminders are on their way.");
                olu.submit(&form).await.expect(200);
            } else {
                assert!(!page.body.contains("Remind the silent ones"));
            }
            // The decision, the question, and the reminders so far.
            let expected = 2 + usize::min(round + 1, 2);
            let mails = app.mailbox().once_there_are(expected, "rep@alder.example").await;
            assert_eq!(mails.len(), expected);
        }
        assert_eq!(app.mailbox().all_to("rep@birch.example").await.len(), 2);
        // A reminder's link is as good as the first one.
        answer(&app, "Alder", "Yes, keep our name").await.expect(200);
        let page = olu.get("/staff/letters/letter/consent").await.expect(200);
        olu.submit(&page.form_with_button("End the round now").press_text("End the round now")).await.expect(200).says("The round is over.");
        let agreed = BTreeMap::from([(false, &["Alder", "Birch"] as &[&str]), (true, &["Alder", "Birch"])]);
        shows(&app, true, &["Alder", "Birch"], &agreed).await;
    }

    async fn a_round_that_is_stopped_leaves_everything_as_it_was(app: TestApp) {
        let (letter, olu, _) = listed(&app, &["Alder"]).await;
        prepare(&olu).await;
        ask(&olu, "2026-03-16").await;
        app.upkeep().await;
        answer(&app, "Alder", "Yes, keep our name").await.expect(200);
        let browser = app.browser();
        let form = filled_in(&browser, "Daphne", "rep@daphne.example").await;
        send(&browser, &form).await.says("Now open your mail");
        let verify = app.mailbox().newest_about("rep@daphne.example", "Verify your sign-on").await.link("/verify/");
        browser.submit(&browser.get(&verify).await.form()).await.says("Verified. Thank you");
        let queue = olu.get("/staff/letters/letter/queue").await;
        press(&olu, &olu.follow(&queue, "Daphne").await, "Approve").await.expect(200);
        let page = olu.get("/staff/letters/letter/consent").await.expect(200);
        let page = olu.submit(&page.form().press_text("Stop asking …")).await.expect(200).says("Stop asking?");
        olu.submit(&page.form()).await.expect(200).says("The text stays as it was.");
        let agreed = BTreeMap::from([(false, &["Alder", "Daphne"] as &[&str]), (true, &[])]);
        shows(&app, false, &["Alder"], &agreed).await;
        app.get(&link(&app, "Alder").await).await.says("There is nothing to answer now").says("agrees");
        // Whoever signed the text that came to nothing is asked whether they agree to the one that stands.
        app.upkeep().await;
        let mail = app.mailbox().newest_about("rep@daphne.example", "no longer stands").await;
        assert!(mail.text.contains(&format!("{{+{OLD}+}}")), "{}", mail.text);
        answer(&app, "Daphne", "Yes, put our name back").await.expect(200);
        shows(&app, false, &["Alder", "Daphne"], &agreed).await;
        let _ = letter;
    }

    async fn a_mailbox_that_is_proved_later_agrees_to_the_text_that_its_page_showed(app: TestApp) {
        let (letter, olu, _) = listed(&app, &["Alder"]).await;
        let verify = cast::sign(&app, "Birch", "rep@birch.example").await.link("/verify/");
        let campaign = letter.id;
        let unproved = app.db().await;
        let unproved = unproved
            .read(move |conn| sign_on::store::in_standing(conn, campaign, &[Standing::AwaitingVerification]))
            .await
            .unwrap();
        let page = entry(&olu, unproved[0].id).await;
        let form = page.form_with_button("Approve with this evidence").fill("received", "paper").untick("notify");
        let form = form.fill("text", "A letter signed by Ada.").fill("vouched_by", "Ben Example");
        olu.submit(&form).await.expect(200);
        prepare(&olu).await;
        ask(&olu, "2026-03-06").await;
        app.upkeep().await;
        // While it stands under the text, proving its mailbox does not move it to another one.
        let browser = app.browser();
        browser.get(&verify).await.expect(200).hides("has changed since");
        let agreed = BTreeMap::from([(false, &["Alder", "Birch"] as &[&str]), (true, &["Birch"])]);
        shows(&app, false, &["Alder", "Birch"], &agreed).await;
        app.clock.advance(days(5));
        app.upkeep().await;
        shows(&app, true, &[], &agreed).await;
        let page = browser.get(&verify).await.expect(200).says("has changed since").says(NEW);
        // A press on a page that did not show the change agrees to nothing.
        browser.submit(&page.form().smuggle("wording", "")).await.expect(409).says("has changed since");
        shows(&app, true, &[], &agreed).await;
        browser.submit(&page.form()).await.says("Verified. Thank you");
        shows(&app, true, &["Birch"], &agreed).await;
        let receipt = app.mailbox().newest_about("rep@birch.example", "Your sign-on is verified").await;
        browser.get(&receipt.link("/sign-ons/")).await.expect(200).says("On the list");
    }

    async fn silence_counts_only_for_those_who_were_told_so_when_they_signed(app: TestApp) {
        let (letter, olu, _) = listed(&app, &["Alder"]).await;
        let page = olu.get("/staff/letters/letter/consent").await.expect(200).hides("counts as consent\n");
        let form = page.form_with_button("Save");
        olu.submit(&form.tick("silence").press_text("Save")).await.expect(200).says("It holds for those who sign from now on.");
        let browser = app.browser();
        browser.get("/letters/letter/sign").await.says("If you do not answer by the date in that mail, that counts as consent.");
        let form = filled_in(&browser, "Birch", "rep@birch.example").await;
        send(&browser, &form).await.says("Now open your mail");
        let verify = app.mailbox().newest_about("rep@birch.example", "Verify your sign-on").await.link("/verify/");
        browser.submit(&browser.get(&verify).await.form()).await.says("Verified. Thank you");
        let queue = olu.get("/staff/letters/letter/queue").await;
        press(&olu, &olu.follow(&queue, "Birch").await, "Approve").await.expect(200);
        prepare(&olu).await;
        let page = olu.get("/staff/letters/letter/consent").await.expect(200);
        let form = page.form_with("ends_on").fill("ends_on", "2026-03-16").tick("silence").press_text("Go on");
        let page = olu.submit(&form).await.expect(200).says("Silence counts as consent for those who were told so");
        olu.submit(&page.form().tick("sure")).await.expect(200);
        app.upkeep().await;
        let told = app.mailbox().newest_about("rep@birch.example", "agrees to the new text").await;
        assert!(told.text.contains("If nobody answers, that counts as consent"), "{}", told.text);
        let other = app.mailbox().newest_about("rep@alder.example", "agrees to the new text").await;
        assert!(other.text.contains("does not stand under the new text"), "{}", other.text);
        app.clock.advance(days(15));
        app.upkeep().await;
        let agreed = BTreeMap::from([(false, &["Alder", "Birch"] as &[&str]), (true, &["Birch"])]);
        shows(&app, true, &["Birch"], &agreed).await;
        staff::log_in(&app, &olu, "olu@staff.example", staff::PASSWORD).await.expect(200);
        olu.get("/staff/letters/letter/consent").await.says("1 by silence as announced");
        let _ = letter;
    }

    async fn those_whose_consent_is_old_are_asked_whether_they_are_still_with_us(app: TestApp) {
        let (letter, _, ids) = listed(&app, &["Alder", "Birch", "Cedar"]).await;
        app.clock.advance(days(25));
        let olu = staff::administrator(&app).await;
        join(&app, &letter, &olu, &["Daphne"]).await;
        app.clock.advance(days(6));
        let ola = staff::second_administrator(&app).await;
        let page = ola.get("/staff/letters/letter/consent").await.expect(200);
        page.says("3 organizations agreed more than 30 days ago.");
        ask(&ola, "2026-04-14").await;
        app.upkeep().await;
        let mail = app.mailbox().newest_about("rep@alder.example", "still stands with the letter").await;
        assert!(!mail.text.contains("[-"), "{}", mail.text);
        answer(&app, "Alder", "Yes, keep our name").await.expect(200);
        answer(&app, "Birch", "No, withdraw our name").await.expect(200);
        // Only whom the question reached in time can be silent.
        app.mailbox().newest_about("rep@cedar.example", "still stands with the letter").await;
        let agreed = BTreeMap::from([(false, &["Alder", "Cedar", "Daphne"] as &[&str])]);
        shows(&app, false, &["Alder", "Cedar", "Daphne"], &agreed).await;
        app.clock.advance(days(15));
        app.upkeep().await;
        shows(&app, false, &["Alder", "Daphne"], &agreed).await;
        let last = staff::second_moderator(&app, "letter").await;
        entry(&last, ids[2]).await.says("Approved, not on the list");
        // The letter has closed meanwhile: there is no way back any more, and the mail says so.
        let mail = app.mailbox().newest_about("rep@cedar.example", "no longer stands").await;
        assert!(mail.text.contains("takes no more names now"), "{}", mail.text);
        app.get(&mail.link("/consents/")).await.says("There is nothing to answer now").hides("put our name back");
    }

    async fn whoever_is_off_the_list_and_signs_once_more_is_mailed_the_way_back(app: TestApp) {
        let (_, olu, _) = listed(&app, &["Alder"]).await;
        prepare(&olu).await;
        ask(&olu, "2026-03-16").await;
        app.upkeep().await;
        app.clock.advance(days(15));
        app.upkeep().await;
        let _ = app.mailbox().newest_about("rep@alder.example", "no longer stands").await;
        let browser = app.browser();
        let form = filled_in(&browser, "Alder", "rep@alder.example").await;
        send(&browser, &form).await.says("Now open your mail");
        let mail = app.mailbox().newest_about("rep@alder.example", "has already signed").await;
        app.get(&mail.link("/sign-ons/")).await.expect(200).says("Not on the list").says("has not agreed to the text");
        app.upkeep().await;
        // The decision, the question, the word that they are off the list, that they have signed, and the way back once more.
        let mails = app.mailbox().once_there_are(5, "rep@alder.example").await;
        let told: Vec<_> = mails.iter().filter(|mail| mail.subject.contains("no longer stands")).collect();
        assert_eq!(told.len(), 2);
        answer(&app, "Alder", "Yes, put our name back").await.expect(200);
        let agreed = BTreeMap::from([(false, &["Alder"] as &[&str]), (true, &["Alder"])]);
        shows(&app, true, &["Alder"], &agreed).await;
    }

    async fn what_was_signed_before_the_text_changed_is_verified_only_after_reading_the_change(app: TestApp) {
        let _ = open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        let browser = app.browser();
        let form = filled_in(&browser, "Alder", "rep@alder.example").await;
        let late = filled_in(&browser, "Birch", "rep@birch.example").await;
        send(&browser, &form).await.says("Now open your mail");
        // Nobody stands behind the text yet, so it is changed at once.
        write(&olu, &format!("We ask you to keep the park open.\n\n{NEW}")).await.expect(200).says("Saved.");
        let mail = app.mailbox().newest_about("rep@alder.example", "Verify your sign-on").await;
        let code = app.get("/verify").await.form().fill("code", &mail.code());
        browser.submit(&code).await.expect(422).says("The text of the letter has changed since you filled in the form.");
        let page = browser.get(&mail.link("/verify/")).await.expect(200).says("The text of the letter has changed");
        assert_eq!(page.texts("ins"), [format!("added: {NEW}")]);
        browser.submit(&page.form().without("wording")).await.expect(409).says("The text of the letter has changed");
        browser.submit(&page.form()).await.says("Verified. Thank you");
        // And a form that was opened before is not taken without a word.
        let review = browser.submit(&late).await.expect(200);
        browser.submit(&review.form().without("wording").press("send")).await.expect(409).says("has changed since you opened the form");
        // Nor does it come back as if the new text had been read.
        browser.submit(&review.form().press("mend")).await.expect(200).says("has changed since you opened the form");
        browser.submit(&late.clone().fill("role", "")).await.expect(422).says("has changed since you opened the form");
        let page = browser.submit(&review.form().press("send")).await.expect(409);
        let page = page.says("the text of the letter has changed since you opened the form");
        assert_eq!(page.form().value("organization"), "Birch");
        send(&browser, &page.form()).await.says("Now open your mail");
        let queue = olu.get("/staff/letters/letter/queue").await;
        press(&olu, &olu.follow(&queue, "Alder").await, "Approve").await.expect(200);
        let agreed = BTreeMap::from([(true, &["Alder"] as &[&str]), (false, &[])]);
        shows(&app, true, &["Alder"], &agreed).await;
    }
}
