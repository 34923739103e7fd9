//! What prints is corrected: by representatives, who ask, and by staff, whom representatives can speak against.

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Form, Page};
use crate::support::cast::{open_letter, sign_and_verify};
use crate::support::on_both_engines;
use crate::support::queue::{entry, press, sent, waiting};
use crate::support::staff::{moderator, second_moderator};
use undersigned::clock::minutes;
use undersigned::ids::SignOnId;

const QUEUE: &str = "/staff/letters/letter/queue";

/// An organization that has signed and is on the list: the path of its private page.
async fn listed(app: &TestApp, mina: &Browser, name: &str, email: &str) -> String {
    let receipt = sign_and_verify(app, name, email).await;
    let queue = mina.get(QUEUE).await;
    let page = mina.follow(&queue, name).await.expect(200);
    press(mina, &page, "Approve").await.expect(200);
    receipt.link("/sign-ons/")
}

/// What the list says.
async fn list(app: &TestApp) -> String {
    app.get("/letters/letter.txt").await.expect(200).body
}

/// The form to correct a sign-on, with another name.
async fn corrected(ada: &Browser, private: &str, name: &str) -> Form {
    let page = ada.get(&format!("{private}/edit")).await.expect(200).says("Correct your sign-on");
    page.form_with("organization").fill("organization", name)
}

/// Asks for another name: both steps.
async fn ask(ada: &Browser, private: &str, name: &str) -> Page {
    let review = ada.submit(&corrected(ada, private, name).await).await.expect(200).says("What changes");
    ada.submit(&review.form_with("send").press("send")).await
}

/// The token of somebody's own forms.
async fn token(browser: &Browser) -> String {
    browser.get("/staff").await.form_with_button("Log out").value("form_token").to_owned()
}

/// The page about what a sign-on prints, by the name that the queue lists it under.
async fn bench_of(mina: &Browser, name: &str) -> Page {
    let queue = mina.get(QUEUE).await.expect(200).says("Corrections by representatives");
    mina.follow(&queue, name).await.expect(200)
}

async fn name_of(app: &TestApp, private: &str) -> Vec<String> {
    app.get(private).await.expect(200).texts("p.printed bdi")
}

on_both_engines! {
    async fn a_correction_waits_beside_the_approved_line_which_stays_until_it_is_accepted(app: TestApp) {
        open_letter(&app).await;
        let (mina, ada) = (moderator(&app, "letter").await, app.browser());
        let private = listed(&app, &mina, "Bots of Freedom", "ada@bits.example").await;
        let review = ada.submit(&corrected(&ada, &private, "Bits of Freedom").await).await.expect(200);
        assert_eq!(review.texts("dd del"), ["Bots of Freedom", "Bots of Freedom"]);
        assert_eq!(review.texts("dd ins"), ["Bits of Freedom", "Bits of Freedom"]);
        let back = ada.submit(&review.form_with("mend").press("mend")).await.expect(200);
        assert_eq!(back.form_with("organization").value("organization"), "Bits of Freedom");
        let form = review.form_with("send").press("send");
        let page = ada.submit(&form).await.expect(200).says("a correction waits for the moderators: Bits of Freedom");
        assert_eq!(page.path, private);
        ada.submit(&form).await.at(&private).says("a correction waits");
        assert!(list(&app).await.contains("1. Bots of Freedom"));

        let bench = bench_of(&mina, "Bots of Freedom").await.says("asks for a correction");
        assert_eq!(mina.get(QUEUE).await.texts("ol.rows li").len(), 1, "sent twice, it waits once");
        assert_eq!(bench.texts("dd ins"), ["Bits of Freedom", "Bits of Freedom"]);
        let accept = bench.form_with("correction").press_text("Accept the correction");
        mina.submit(&accept).await.at(QUEUE).hides("Corrections by representatives");
        assert!(list(&app).await.contains("1. Bits of Freedom"));
        mina.submit(&accept).await.at(QUEUE);
        app.clock.advance(minutes(11));
        let mail = app.mailbox().newest_about("ada@bits.example", "Your correction is accepted").await;
        assert!(mail.text.contains("Bots of Freedom") && mail.text.contains("Bits of Freedom"), "{}", mail.text);
        assert_eq!(name_of(&app, &mail.link("/sign-ons/")).await, ["Bits of Freedom"]);
        let history = mina.follow(&bench, "All about").await.expect(200);
        history.says("Accepted the correction by Mina Moderator.").says("Asked for a correction by the representative.");
    }

    async fn a_correction_is_declined_with_a_reason_that_the_representative_reads(app: TestApp) {
        open_letter(&app).await;
        let (mina, ada) = (moderator(&app, "letter").await, app.browser());
        let private = listed(&app, &mina, "Bits of Freedom", "ada@bits.example").await;
        ask(&ada, &private, "The World").await.expect(200);
        let bench = bench_of(&mina, "Bits of Freedom").await;
        let decline = bench.form_with("correction").press_text("Decline it");
        mina.submit(&decline).await.expect(422).says("Say why: the representative reads it.");
        mina.submit(&decline.fill("text", "That is another organization.")).await.at(QUEUE);
        app.clock.advance(minutes(11));
        let mail = app.mailbox().newest_about("ada@bits.example", "Your correction was not accepted").await;
        assert!(mail.text.contains("That is another organization."), "{}", mail.text);
        assert!(list(&app).await.contains("1. Bits of Freedom"));
        ada.get(&private).await.says("Your correction was not accepted by a moderator").hides("a correction waits");
    }

    async fn what_nobody_has_decided_yet_is_corrected_at_once_and_a_stale_decision_on_it_is_refused(app: TestApp) {
        open_letter(&app).await;
        let (mina, ada) = (moderator(&app, "letter").await, app.browser());
        let private = sign_and_verify(&app, "Bots of Freedom", "ada@bits.example").await.link("/sign-ons/");
        let stale = mina.follow(&mina.get(QUEUE).await, "Bots of Freedom").await.expect(200);
        let nothing = ada.get(&format!("{private}/edit")).await.form_with("organization");
        ada.submit(&nothing).await.expect(422).says("Nothing differs from what stands");
        ada.submit(&nothing.fill("organization", "")).await.expect(422);
        ask(&ada, &private, "Bits of Freedom").await.at(&private).says("Corrected by you").hides("a correction waits");
        press(&mina, &stale, "Approve").await.expect(409);
        let page = mina.follow(&mina.get(QUEUE).await, "Bits of Freedom").await.expect(200);
        press(&mina, &page, "Approve").await.expect(200);
        assert!(list(&app).await.contains("1. Bits of Freedom"));
    }

    async fn a_newer_correction_takes_the_place_of_the_one_that_waits(app: TestApp) {
        open_letter(&app).await;
        let (mina, ada) = (moderator(&app, "letter").await, app.browser());
        let private = listed(&app, &mina, "Bots of Freedom", "ada@bits.example").await;
        ask(&ada, &private, "Bits of Freedoms").await.expect(200);
        let bench = bench_of(&mina, "Bots of Freedom").await;
        ask(&ada, &private, "Bits of Freedom").await.expect(200);
        let older = mina.submit(&bench.form_with("correction").press_text("Accept the correction")).await.expect(409);
        let accept = older.says("Something else stands").form_with("correction").press_text("Accept the correction");
        mina.submit(&accept).await.at(QUEUE);
        assert!(list(&app).await.contains("1. Bits of Freedom\n") || list(&app).await.trim_end().ends_with("1. Bits of Freedom"));
    }

    async fn nothing_that_is_over_is_corrected_and_no_link_opens_anothers_page(app: TestApp) {
        open_letter(&app).await;
        let ada = app.browser();
        let private = sign_and_verify(&app, "Bits of Freedom", "ada@bits.example").await.link("/sign-ons/");
        let form = corrected(&ada, &private, "Bits of freedoms").await;
        let review = ada.submit(&form).await.expect(200).form_with("send").press("send");
        ada.submit(&form.clone().without("form_token")).await.expect(403);
        let page = ada.get(&format!("{private}/withdraw")).await.expect(200);
        ada.submit(&page.form()).await.expect(200);
        ada.submit(&review).await.expect(409).says("You withdrew the sign-on");
        assert_eq!(ada.get(&format!("{private}/edit")).await.expect(200).path, private);
        for page in ["edit", "object"] {
            let unknown = format!("/sign-ons/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/{page}");
            app.get(&unknown).await.expect(404);
        }
    }

    async fn staff_correct_a_name_and_an_objection_brings_it_back_to_the_queue(app: TestApp) {
        open_letter(&app).await;
        let (mina, ada) = (moderator(&app, "letter").await, app.browser());
        let private = listed(&app, &mina, "ARTICLE 19", "ada@bits.example").await;
        let queue = mina.get(&format!("{QUEUE}?show=approved")).await;
        let page = mina.follow(&queue, "ARTICLE 19").await.expect(200);
        let bench = mina.follow(&page, "Correct the printed name").await.expect(200);
        let form = bench.form_with("name").fill("name", "Article 19");
        mina.submit(&form).await.expect(422).says("Say why");
        mina.submit(&form.fill("text", "We write names in lower case.")).await.at(QUEUE);
        assert!(list(&app).await.contains("1. Article 19"));
        mina.get(&page.path).await.says("Corrected by Mina Moderator. Note: We write names in lower case.");

        app.clock.advance(minutes(11));
        let mail = app.mailbox().newest_about("ada@bits.example", "name was corrected").await;
        assert!(mail.text.contains("ARTICLE 19") && mail.text.contains("We write names in lower case."), "{}", mail.text);
        let hers = ada.get(&mail.link("/sign-ons/")).await.expect(200).says("Before, it was: ARTICLE 19");
        let objecting = ada.follow(&hers, "Object to it").await.expect(200).says("Is the corrected name wrong?");
        let form = objecting.form_with("text").fill("text", "It is our registered name.");
        ada.submit(&form).await.expect(200).says("a correction waits for the moderators: ARTICLE 19").hides("Object to it");
        ada.submit(&form).await.expect(200);
        assert!(list(&app).await.contains("1. Article 19"), "nobody has decided yet");
        let bench = bench_of(&mina, "Article 19").await.says("objects to the correction").says("It is our registered name.");
        mina.submit(&bench.form_with("correction").press_text("Accept the correction")).await.at(QUEUE);
        assert!(list(&app).await.contains("1. ARTICLE 19"));
        ada.get(&private).await.hides("Object to it");
    }

    async fn a_correction_cannot_make_two_entries_one_nor_slip_a_deceiving_name_in(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        let ids = waiting(&app, &letter, &[
            sent("Bits of Freedom", "https://bits.example", "a@bits.example"),
            sent("Boat Club", "https://boats.example", "a@boats.example"),
        ]).await;
        for id in &ids {
            press(&mina, &entry(&mina, *id).await, "Approve").await.expect(200);
        }
        let rename = |name: &'static str| {
            let tom = tom.clone();
            let id: SignOnId = ids[1];
            async move {
                let page = tom.get(&format!("/staff/sign-ons/{id}/correct")).await.expect(200);
                page.form_with("name").fill("name", name).fill("text", "A slip.")
            }
        };
        let same = tom.submit(&rename("Bits of Freedom").await).await.expect(409).says("on the list already");
        assert_eq!(same.form_with("name").value("text"), "A slip.");
        // Cyrillic letters that look like the Latin ones.
        let asked = tom.submit(&rename("Bits оf Frееdom").await).await.expect(422).says("Compare them, then tick the box");
        assert!(list(&app).await.contains("Boat Club"));
        let form = asked.form_with("name").tick("looked");
        tom.submit(&form).await.at(QUEUE);
        assert!(list(&app).await.contains("Bits оf Frееdom"));
    }
    async fn pressing_twice_corrects_once_and_gets_the_first_answer_again(app: TestApp) {
        open_letter(&app).await;
        let (mina, tom, ada) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await, app.browser());
        let private = listed(&app, &mina, "ARTICLE 19", "ada@bits.example").await;
        let page = mina.follow(&mina.get(&format!("{QUEUE}?show=approved")).await, "ARTICLE 19").await.expect(200);
        let href = format!("{}/correct", page.path);
        let form = mina.get(&href).await.form_with("name").fill("name", "Article 19").fill("text", "Lower case.");
        for _ in 0..2 {
            mina.submit(&form).await.at(QUEUE);
        }
        tom.submit(&form.clone().smuggle("form_token", &token(&tom).await)).await.expect(409).says("Corrected by Mina");
        mina.submit(&form.clone().fill("text", "Another reason.")).await.expect(409).says("Another reason.");
        assert_eq!(mina.get(&page.path).await.text().matches("Corrected by Mina Moderator.").count(), 1);

        ask(&ada, &private, "The World").await.expect(200);
        let decline = mina.get(&href).await.form_with("correction").fill("text", "Another one.").press_text("Decline it");
        for _ in 0..2 {
            mina.submit(&decline).await.at(QUEUE);
        }
        assert_eq!(mina.get(&page.path).await.text().matches("Declined the correction by Mina").count(), 1);
        assert_eq!(mina.get(&href).await.texts("button.primary"), ["Correct the name"]);
        ask(&ada, &private, "Article Nineteen").await.expect(200);
        assert_eq!(mina.get(&href).await.texts("button.primary"), ["Accept the correction"]);
    }

    async fn a_correction_that_was_settled_meanwhile_is_told_who_was_first_and_keeps_what_was_typed(app: TestApp) {
        open_letter(&app).await;
        let (mina, tom, ada) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await, app.browser());
        let private = listed(&app, &mina, "Bots of Freedom", "ada@bits.example").await;
        ask(&ada, &private, "Bits of Freedom").await.expect(200);
        let bench = bench_of(&mina, "Bots of Freedom").await;
        let accept = bench.form_with("correction").press_text("Accept the correction");
        let decline = bench_of(&tom, "Bots of Freedom").await.form_with("correction").fill("text", "Not your\nname.");
        app.clock.advance(minutes(1));
        mina.submit(&accept).await.at(QUEUE);
        let late = tom.submit(&decline.press_text("Decline it")).await.expect(409).says("Nothing was changed.");
        let late = late.says("Accepted the correction by Mina Moderator.").says("2 March 2026, 09:01 UTC");
        assert_eq!(late.raw_text("dd .as-typed"), "Not your\nname.");

        let rename = late.form_with("name").fill("name", "Bits").fill("text", "Shorter.");
        app.clock.advance(minutes(1));
        let page = ada.get(&format!("{private}/withdraw")).await.expect(200);
        ada.submit(&page.form()).await.expect(200);
        let over = tom.submit(&rename).await.expect(409).says("Withdrawn by the representative.");
        assert_eq!(over.texts("dd .as-typed"), ["Bits", "Shorter."]);
        assert!(over.texts("textarea").is_empty(), "the form is gone, the words are not");
        let stale = tom.submit(&rename.fill("text", "")).await.expect(409);
        assert_eq!(stale.says("Withdrawn by the representative.").texts("dd .as-typed"), ["Bits"]);
    }
    async fn the_mail_about_a_corrected_name_waits_and_none_goes_that_is_no_longer_true(app: TestApp) {
        const LINE_MAILS: &str = "Mails about the printed line";
        open_letter(&app).await;
        let (mina, ada) = (moderator(&app, "letter").await, app.browser());
        let private = sign_and_verify(&app, "ARTICLE 19", "ada@bits.example").await.link("/sign-ons/");
        let path = mina.follow(&mina.get(QUEUE).await, "ARTICLE 19").await.path;
        let rename = async |name: &str| {
            let form = mina.get(&format!("{path}/correct")).await.form_with("name");
            assert!(form.is_ticked("notify"));
            form.fill("name", name).fill("text", "A slip.")
        };
        mina.submit(&rename("Article 19").await).await.at(QUEUE);
        let page = mina.get(&path).await.says(LINE_MAILS).says("To ada@bits.example at 2 March 2026, 09:10 UTC");
        let page = page.says("Your organization’s name was corrected").says("A slip.").says("/sign-ons/… ");
        mina.get(&format!("{path}/correct")).await.says("A mail about this line waits until");
        ada.get(&private).await.says("Before, it was: ARTICLE 19").says("Object to it");
        press(&mina, &page, "Approve").await.expect(200);
        let page = mina.get(&path).await.says(LINE_MAILS).says("Mails that wait");
        let back = page.form_with_button("Take it back");
        let page = mina.submit(&back).await.at(&path).hides(LINE_MAILS).says("Mails that wait");
        page.says("Took the mail about the printed line back by Mina Moderator.");
        mina.submit(&back).await.expect(409).says("No mail about the printed line waits any more");

        mina.submit(&rename("Article Nineteen").await).await.at(QUEUE);
        app.clock.advance(minutes(1));
        mina.submit(&rename("Article XIX").await).await.at(QUEUE);
        let page = mina.get(&path).await.says("To ada@bits.example at 2 March 2026, 09:11 UTC");
        assert_eq!(page.texts("#line-mails ~ details").len(), 1, "of a name that is printed no more nothing goes");
        mina.submit(&rename("Article nineteen").await.fill("text", "").untick("notify")).await.expect(422).says("stays among staff");
        mina.submit(&rename("Article nineteen").await.untick("notify")).await.at(QUEUE);
        mina.get(&path).await.hides(LINE_MAILS);
        mina.submit(&rename("Article 19").await).await.at(QUEUE);
        app.clock.advance(minutes(1));
        let page = mina.get(&path).await;
        press(&mina, &page, "Send it now").await.expect(200).hides(LINE_MAILS).says("Sent the mail about the printed line by Mina");
        let mail = app.mailbox().newest_about("ada@bits.example", "name was corrected").await;
        assert!(mail.text.contains("Article nineteen") && mail.text.contains("Article 19"), "{}", mail.text);

        ask(&ada, &private, "The World").await.expect(200);
        let decline = mina.get(&format!("{path}/correct")).await.form_with("correction").fill("text", "Another one.");
        mina.submit(&decline.untick("notify").press_text("Decline it")).await.at(QUEUE);
        app.clock.advance(minutes(11));
        app.mailbox().newest_about("ada@bits.example", "on the list").await;
        let mails = app.mailbox().all_to("ada@bits.example").await;
        assert_eq!(mails.iter().filter(|mail| mail.subject.contains("name was corrected")).count(), 1);
        assert!(!mails.iter().any(|mail| mail.subject.contains("not accepted")));
    }

    async fn a_representative_who_corrects_the_name_takes_back_the_mail_about_an_earlier_one(app: TestApp) {
        open_letter(&app).await;
        let (mina, ada) = (moderator(&app, "letter").await, app.browser());
        let private = sign_and_verify(&app, "Bots of Freedom", "ada@bits.example").await.link("/sign-ons/");
        let path = mina.follow(&mina.get(QUEUE).await, "Bots of Freedom").await.path;
        let form = mina.get(&format!("{path}/correct")).await.form_with("name");
        mina.submit(&form.fill("name", "Bits of Freedoms").fill("text", "A slip.")).await.at(QUEUE);
        mina.get(&path).await.says("Mails about the printed line");
        ask(&ada, &private, "Bits of Freedom").await.at(&private).says("Corrected by you");
        mina.get(&path).await.hides("Mails about the printed line");
    }
}
