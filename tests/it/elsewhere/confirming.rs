//! The contact of an organization that signed in another way says whether it did.

use super::{PAGE, add, list_is, set_unconfirmed};
use crate::consenting::{NEW, OLD, prepare, seen};
use crate::support::app::TestApp;
use crate::support::browser::{Browser, Form, Page};
use crate::support::cast::{open_letter, sign_and_verify};
use crate::support::on_both_engines;
use crate::support::queue::press;
use crate::support::staff::{PASSWORD, log_in, organizer};
use undersigned::clock::{days, hours};

const SUBJECT: &str = "Confirm that your organization signed: Keep the park open";

/// Presses a button of the page, and the one of the page that asks whether they are sure, where it asks.
async fn ask(olu: &Browser, button: &str) -> Page {
    let page = olu.get(PAGE).await.expect(200);
    let page = olu.submit(&page.form_with_button(button).press_text(button)).await.expect(200);
    match page.texts("main button").iter().any(|label| label.ends_with("them now")) {
        true => olu.submit(&page.form()).await.expect(200),
        false => page,
    }
}

/// The form by which a contact confirms, filled in.
fn confirming(page: &Page) -> Form {
    let form =
        page.form_with("representative").fill("representative", "Ada Example").fill("role", "Director");
    form.choose("basis", "head").tick("authority").press_text("Confirm that we signed")
}

on_both_engines! {
    async fn a_contact_confirms_by_a_link_and_nothing_that_only_reads_does(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        add(&olu, "Paper Network", "ada@paper.example").await;
        ask(&olu, "Ask 1 organization to confirm").await.says("Asked: 1. A mail goes to each.");
        let mail = app.mailbox().newest_about("ada@paper.example", SUBJECT).await;
        let link = mail.link("/confirmations/");
        let ada = app.browser();
        for _ in 0..2 {
            let page = ada.get(&link).await.expect(200).says("Did your organization sign this letter?").says("Paper Network");
            page.says("It is the only one.").says("I am authorized to add the name of this organization to this letter");
        }
        ada.once(reqwest::Method::HEAD, &link, None).await.unwrap();
        olu.get(&link).await.expect(200).says("You are logged in as staff").hides("Confirm that we signed");
        list_is(&app, &["Paper Network (unconfirmed), Kenya"]).await;

        let page = ada.get(&link).await;
        let empty = page.form_with("representative").press_text("Confirm that we signed");
        ada.submit(&empty).await.expect(422).says("Tick the box to confirm that you may sign").says("Choose on what your authority");
        let form = confirming(&page);
        for _ in 0..2 {
            ada.submit(&form).await.expect(200).at("/confirmations/confirmed").says("Confirmed. Thank you");
        }
        list_is(&app, &["Paper Network, Kenya"]).await;
        ada.get(&link).await.at("/confirmations/confirmed");
        // From now on they have what everybody has who signed here.
        let receipt = app.mailbox().newest_about("ada@paper.example", "Your sign-on is verified").await;
        let private = ada.get(&receipt.link("/sign-ons/")).await.expect(200).says("On the list").says("Confirmed by you");
        private.says("Ada Example").says("I head the organization. Stated on 2 March 2026");
        let queue = olu.get("/staff/letters/letter/queue?show=approved").await;
        let entry = olu.follow(&queue, "Paper Network").await.says("its contact confirmed that here on 2 March 2026");
        entry.says("Confirmed by its contact, by the link in a mail.").says("I head the organization. “I am authorized");
        olu.get(PAGE).await.says("0 of them are not confirmed");
    }

    async fn whoever_confirms_while_others_are_asked_about_another_text_reads_and_agrees_to_that_one(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        add(&olu, "Paper Network", "ada@paper.example").await;
        ask(&olu, "Ask 1 organization to confirm").await;
        let link = app.mailbox().newest_about("ada@paper.example", SUBJECT).await.link("/confirmations/");
        let ada = app.browser();
        let stale = confirming(&ada.get(&link).await.expect(200).says(OLD));
        prepare(&olu).await;
        crate::consenting::ask(&olu, "2026-03-16").await;
        app.upkeep().await;
        let page = ada.submit(&stale).await.expect(409).says("The text of the letter has changed since you opened this page");
        let page = page.says(NEW).hides(OLD);
        ada.submit(&confirming(&page)).await.expect(200).at("/confirmations/confirmed");
        list_is(&app, &["Paper Network, Kenya"]).await;
        assert!(!seen(&app).await.is_new, "nobody was asked in vain");
        app.clock.advance(days(15));
        app.upkeep().await;
        for _ in 0..60 {
            if seen(&app).await.is_new {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert!(seen(&app).await.is_new, "the round is over");
        list_is(&app, &["Paper Network, Kenya"]).await;
    }

    async fn whoever_signed_by_the_form_too_confirms_it_once_the_two_are_one(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        add(&olu, "Paper Network", "office@paper.example").await;
        list_is(&app, &["Paper Network (unconfirmed), Kenya"]).await;
        sign_and_verify(&app, "Paper network", "ada@paper.example").await;
        let queue = olu.get("/staff/letters/letter/queue").await;
        let second = olu.follow(&queue, "Paper network").await.expect(200);
        press(&olu, &second, "Add as a contact").await.expect(200);
        list_is(&app, &["Paper Network, Kenya"]).await;
        olu.get(PAGE).await.says("0 of them are not confirmed").hides("Ask 1 organization");
        let queue = olu.get("/staff/letters/letter/queue?show=approved").await;
        olu.follow(&queue, "Paper Network").await.says("signed by the form too, and was added as a contact");
        // The two are two again: nobody speaks for the first one any more.
        press(&olu, &olu.get(&second.path).await, "Undo the decision").await.expect(200);
        list_is(&app, &["Paper Network (unconfirmed), Kenya"]).await;
        olu.get(PAGE).await.says("Ask 1 organization to confirm");
    }

    async fn who_did_not_sign_is_off_the_list_at_once_and_staff_are_told(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        add(&olu, "Paper Network", "ada@paper.example").await;
        ask(&olu, "Ask 1 organization to confirm").await;
        let link = app.mailbox().newest_about("ada@paper.example", SUBJECT).await.link("/confirmations/");
        let ada = app.browser();
        let page = ada.get(&link).await.expect(200);
        let form = page.form_with_button("We did not sign").press_text("We did not sign");
        ada.submit(&form).await.expect(200).at("/confirmations/refused").says("The name is taken off the list");
        list_is(&app, &[]).await;
        let told = app.mailbox().newest_about("olu@staff.example", "An organization says that it did not sign").await;
        let entry = olu.get(&told.link("/staff/sign-ons/")).await.expect(200).says("Withdrawn");
        entry.says("Its contact said that they did not sign.").says("Its contact said on 2 March 2026");
        // What was said is said: confirming afterwards changes nothing.
        ada.submit(&confirming(&page)).await.at("/confirmations/refused");
        list_is(&app, &[]).await;
    }

    async fn each_is_asked_once_and_reminded_once(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        add(&olu, "Paper Network", "ada@paper.example").await;
        add(&olu, "Nobody’s Network", "").await;
        let first = olu.get(PAGE).await.says("1 has no address that could be asked").form_with_button("Ask 1 organization to confirm");
        let first = first.press_text("Ask 1 organization to confirm");
        // A mail that went does not come back, so it is asked first.
        let sure = olu.submit(&first).await.expect(200).says("Ask 1 organization to confirm?").says("cannot be taken back");
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        assert!(app.mailbox().all_to("ada@paper.example").await.is_empty());
        olu.submit(&sure.form()).await.says("Asked: 1.");
        olu.submit(&sure.form()).await.says("Asked: 0.");
        olu.submit(&first).await.says("Asked: 0.");
        // Not on the same day.
        ask(&olu, "Remind those asked more than a day ago").await.says("Asked: 0.");
        app.clock.advance(hours(25));
        let olu = app.browser();
        log_in(&app, &olu, "olu@staff.example", PASSWORD).await;
        ask(&olu, "Remind those asked more than a day ago").await.says("Asked: 1.");
        let mails = app.mailbox().once_there_are(2, "ada@paper.example").await;
        assert!(mails[0].subject.starts_with("Reminder: confirm"), "{}", mails[0].subject);
        olu.get(PAGE).await.hides("Remind those asked").hides("to confirm</button>");
        // Both links lead to the same answer.
        let ada = app.browser();
        let page = ada.get(&mails[1].link("/confirmations/")).await.expect(200);
        ada.submit(&confirming(&page)).await.at("/confirmations/confirmed");
        ada.get(&mails[0].link("/confirmations/")).await.at("/confirmations/confirmed");
    }

    async fn what_does_not_print_until_it_is_confirmed_prints_then(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        set_unconfirmed(&olu, "hide").await;
        add(&olu, "Paper Network", "ada@paper.example").await;
        list_is(&app, &[]).await;
        ask(&olu, "Ask 1 organization to confirm").await;
        let link = app.mailbox().newest_about("ada@paper.example", SUBJECT).await.link("/confirmations/");
        let ada = app.browser();
        let page = ada.get(&link).await.expect(200);
        ada.submit(&confirming(&page)).await.at("/confirmations/confirmed");
        list_is(&app, &["Paper Network, Kenya"]).await;
        app.get("/confirmations/nothing").await.expect(404).says("We do not know this link");
    }
}
