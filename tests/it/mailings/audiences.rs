//! Who is written to, and who is left out.

use super::{PAGE, again, all_want_updates, counted, listed, send};
use crate::consenting::join;
use crate::support::app::TestApp;
use crate::support::queue::{entry, press, sent, waiting};
use crate::support::{cast, on_both_engines};
use undersigned::clock::{days, hours, minutes};

on_both_engines! {
    async fn updates_go_to_those_who_asked_and_verified_and_to_nobody_else(app: TestApp) {
        let (_, olu, _) = listed(&app, &["Alder", "Birch"]).await;
        counted(&olu, "updates").await.says("There is nobody to write to").says("2 because they did not ask for updates, or ended them");
        all_want_updates(&app).await;
        // Whoever has not verified is not among them, whatever they ticked.
        cast::sign(&app, "Unproved Network", "rep@unproved.example").await;
        all_want_updates(&app).await;
        let page = counted(&olu, "updates").await.says("Send it to 2 addresses?");
        send(&olu, &page).await;
        let mail = app.mailbox().newest_about("rep@alder.example", "News of").await;
        assert!(mail.text.contains("because you asked for updates"), "{}", mail.text);
        assert_eq!(app.mailbox().all_to("rep@unproved.example").await.len(), 1);
        // Whoever has withdrawn or is erased gets nothing.
        let private = mail.link("/sign-ons/");
        let browser = app.browser();
        let page = browser.get(&format!("{private}/withdraw")).await.expect(200);
        browser.submit(&page.form()).await.expect(200);
        counted(&olu, "updates").await.says("Send it to 1 address?");
        counted(&olu, "signed").await.says("Send it to 1 address?");
        let birch = app.mailbox().newest_about("rep@birch.example", "News of").await.link("/sign-ons/");
        let page = browser.get(&format!("{birch}/erase")).await.expect(200);
        browser.submit(&page.form().fill("email", "rep@birch.example")).await.expect(200);
        counted(&olu, "signed").await.says("There is nobody to write to").says("1 because nobody is there to write to");
        // And nothing of the mailing says any more that they were written to.
        app.upkeep().await;
        let db = app.db().await;
        let left = db.read(|conn| -> Result<i64, undersigned::db::Error> {
            use diesel::prelude::*;
            Ok(crate::support::both!(conn, |c| undersigned::db::schema::mailing_recipients::table.count().get_result(c))?)
        });
        assert_eq!(left.await.unwrap(), 1, "of the one who has withdrawn, until that is erased");
    }

    async fn those_who_have_not_verified_get_no_more_than_the_cap(app: TestApp) {
        let (_, olu, _) = listed(&app, &["Alder"]).await;
        let first = cast::sign(&app, "Unproved Network", "rep@unproved.example").await;
        for sent in 2..=3 {
            let page = counted(&olu, "unverified").await.says("Send it to 1 address?");
            send(&olu, &page).await;
            let mails = app.mailbox().once_there_are(sent, "rep@unproved.example").await;
            assert_eq!(mails.len(), sent);
            assert!(mails[0].text.contains("Not from you? Do nothing"), "{}", mails[0].text);
            app.get(&mails[0].link("/verify/")).await.expect(200).says("Unproved Network");
        }
        // Three in an hour are enough, and five ever.
        counted(&olu, "unverified").await.says("There is nobody to write to").says("1 because the address has had as many mails");
        app.clock.advance(hours(2));
        let olu = again(&app).await;
        for sent in 4..=5 {
            let page = counted(&olu, "unverified").await;
            send(&olu, &page).await;
            assert_eq!(app.mailbox().once_there_are(sent, "rep@unproved.example").await.len(), sent);
        }
        app.clock.advance(hours(2));
        let olu = again(&app).await;
        counted(&olu, "unverified").await.says("There is nobody to write to");
        // The mailing made no term any longer; and who has verified is not among them.
        app.get(&first.link("/verify/")).await.expect(200);
        app.clock.advance(days(7));
        app.get(&first.link("/verify/")).await.expect(410);
        let last = app.mailbox().newest_to("rep@unproved.example").await;
        app.get(&last.link("/verify/")).await.expect(410);
    }

    async fn the_invited_who_did_not_answer_are_reminded_by_it_and_nobody_else(app: TestApp) {
        let (_, olu, _) = listed(&app, &["Alder"]).await;
        let list = "Beech,info@beech.example\nElm,info@elm.example\nFir,info@fir.example\nGorse,info@elm.example\n";
        let page = olu.get("/staff/letters/letter/invitations").await.expect(200);
        let preview = olu.submit(&page.form_with("organizations").fill("organizations", list)).await.expect(200);
        olu.submit(&preview.form_with("organizations").press("do")).await.expect(200);
        let decline = app.mailbox().newest_to("info@fir.example").await.link("/invitations/");
        let browser = app.browser();
        let page = browser.get(&decline).await.expect(200);
        let form = page.form_with_button("We do not sign").press_text("We do not sign");
        browser.submit(&form).await.expect(200);
        // Whom nobody can invite now nobody reminds either.
        crate::campaigns::act(&app, &olu, "letter", "Close the letter").await.expect(200);
        counted(&olu, "invited").await.says("There is nobody to write to").says("3 because the letter is not open to them");
        crate::campaigns::act(&app, &olu, "letter", "Open the letter").await.expect(200);
        // Their last mail is too young.
        counted(&olu, "invited").await.says("There is nobody to write to").says("3 because they had a mail about it in the last days");
        app.clock.advance(days(6));
        let olu = again(&app).await;
        let page = counted(&olu, "invited").await.says("Send it to 2 addresses?");
        send(&olu, &page).await;
        let mail = app.mailbox().newest_about("info@beech.example", "News of").await;
        assert!(mail.text.contains("invited your organization to sign it"), "{}", mail.text);
        app.get(&mail.link("/invitations/")).await.expect(200).says("Beech");
        assert_eq!(app.mailbox().all_to("info@fir.example").await.len(), 1);
        // It was a reminder: the next may not go at once, neither as a mailing nor by itself.
        counted(&olu, "invited").await.says("There is nobody to write to");
        olu.get(PAGE).await.says("Sent to 2 addresses");
    }
}

on_both_engines! {
    async fn nobody_learns_from_a_mailing_what_they_have_not_been_told(app: TestApp) {
        let (letter, olu, ids) = listed(&app, &["Alder", "Birch"]).await;
        // Lately: Birch was removed, Cedar was put on the list, and Dogwood was merged into Alder.
        let removal = entry(&olu, ids[1]).await.form_with_button("Remove").fill("reason", "asked_for");
        olu.submit(&removal).await.expect(200);
        join(&app, &letter, &olu, &["Cedar"]).await;
        let second = waiting(&app, &letter, &[sent("Alder", "https://alder.example", "second@alder.example")]).await;
        press(&olu, &entry(&olu, second[0]).await, "Add as a second contact").await.expect(200);
        let page = counted(&olu, "signed").await.says("Send it to 2 addresses?");
        let page = page.says("2 because they have not been told yet that they are on the list");
        send(&olu, &page).await.says("to 2 addresses");
        app.mailbox().newest_about("rep@alder.example", "News of").await;
        app.mailbox().newest_about("rep@birch.example", "News of").await;
        // Now that they are told.
        app.clock.advance(minutes(11));
        let olu = again(&app).await;
        let page = counted(&olu, "signed").await.says("Send it to 3 addresses?").hides("have not been told");
        send(&olu, &page).await;
        for (address, count) in [("rep@alder.example", 2), ("rep@birch.example", 1), ("rep@cedar.example", 1), ("second@alder.example", 1)] {
            app.mailbox().newest_about(address, "News of").await;
            let all = app.mailbox().all_to(address).await;
            assert_eq!(all.iter().filter(|mail| mail.subject.starts_with("News of")).count(), count, "{address}");
        }
        // An entry that nobody sent is represented by whoever sent the one that was merged into it.
        counted(&olu, "signed").await.hides("nobody is there to write to");
    }
}
