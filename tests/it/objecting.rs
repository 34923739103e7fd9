//! An organization is asked at an address that it published whether it signed, and answers.

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Form};
use crate::support::cast::open_letter;
use crate::support::on_both_engines;
use crate::support::queue::{entry, press, sent, waiting};
use crate::support::staff::{moderator, second_moderator};
use reqwest::Method;
use std::time::Duration;
use undersigned::clock::{days, minutes};
use undersigned::ids::SignOnId;

const SUBJECT: &str = "Say whether your organization signed";

async fn listed(app: &TestApp) -> Vec<String> {
    for _ in 0..40 {
        let page = app.get("/letters/letter").await;
        if page.status == 200 {
            return page.texts("ol.names li");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the letter is not there after 2 s");
}

/// The form that asks, as the page of the sign-on leads to it.
async fn question(browser: &Browser, id: SignOnId, to: &str) -> Form {
    let page = entry(browser, id).await;
    let page = browser.follow(&page, "Ask the organization itself").await.expect(200);
    page.form_with_button("Send the question").fill("email", to)
}

/// Whoever reads this address objects.
async fn object(app: &TestApp, address: &str) {
    let link = app.mailbox().newest_about(address, SUBJECT).await.link("/notices/");
    let organization = app.browser();
    let page = organization.get(&link).await.expect(200);
    organization
        .submit(&page.form().press_text("No, we did not agree"))
        .await
        .says("Your objection is recorded");
}

on_both_engines! {
    async fn an_objection_takes_the_entry_off_the_list_at_once(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[sent("Asked Network", "asked.example", "rep@elsewhere.example")]).await;
        press(&mina, &entry(&mina, ids[0]).await, "Approve").await.expect(200);
        assert_eq!(listed(&app).await, ["Asked Network, Kenya"]);
        let form = question(&mina, ids[0], "press@asked.example").await;
        mina.submit(&form).await.expect(200).says("press@asked.example").says("No answer yet");
        mina.submit(&form).await.expect(200);

        let mail = app.mailbox().newest_about("press@asked.example", SUBJECT).await;
        assert_eq!(app.mailbox().all_to("press@asked.example").await.len(), 1, "pressed twice, asked once");
        assert!(mail.text.contains("Asked Network"), "{}", mail.text);
        let link = mail.link("/notices/");
        let organization = app.browser();
        for _ in 0..2 {
            organization.get(&link).await.expect(200).says("Did your organization sign this letter?").says("Asked Network");
            organization.once(Method::HEAD, &link, None).await.unwrap().expect(200);
        }
        assert_eq!(listed(&app).await, ["Asked Network, Kenya"], "reading changes nothing");
        let page = organization.get(&link).await;
        let object = page.form_with_button("No, we did not agree").press_text("No, we did not agree");
        let done = organization.submit(&object).await.expect(200).says("Your objection is recorded");
        assert_eq!(done.path, "/notices/objected");
        assert!(listed(&app).await.is_empty());
        organization.submit(&object).await.expect(200).says("Your objection is recorded");
        app.get(&link).await.expect(200).says("You objected to this line").hides("Yes, we signed");

        let page = entry(&mina, ids[0]).await.says("On hold");
        assert_eq!(page.text().matches("Objected to at a published address").count(), 1);
        let mails = app.mailbox().all_to("mina@staff.example").await;
        let told = mails.iter().filter(|mail| mail.subject.starts_with("Look at an entry whose organization objects"));
        let told: Vec<_> = told.collect();
        assert_eq!(told.len(), 1);
        assert!(told[0].text.contains("The entry is on hold and off the list."), "{}", told[0].text);
        app.clock.advance(minutes(20));
        let mails = app.mailbox().all_to("rep@elsewhere.example").await;
        assert!(mails.is_empty(), "no news of an approval that no longer stands");
        press(&mina, &page, "Release to the queue").await.expect(200);
    }

    async fn a_confirmation_is_evidence_and_an_objection_may_follow_it(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[sent("Sure Network", "sure.example", "rep@elsewhere.example")]).await;
        mina.submit(&question(&mina, ids[0], "office@sure.example").await).await.expect(200);
        let link = app.mailbox().newest_about("office@sure.example", SUBJECT).await.link("/notices/");
        mina.get(&link).await.expect(200).says("This link is the organization’s").hides("Yes, we signed");
        entry(&mina, ids[0]).await.says("at an address that it published; it can answer until");
        let page = app.get(&link).await;
        let organization = app.browser();
        let confirm = page.form_with_button("Yes, we signed").press_text("Yes, we signed");
        for _ in 0..2 {
            let done = organization.submit(&confirm).await.expect(200).says("Thank you, that is recorded");
            assert_eq!(done.path, "/notices/confirmed");
        }
        let page = entry(&mina, ids[0]).await;
        assert_eq!(page.text().matches("Confirmed at a published address").count(), 1);
        page.says("at an address that it published, and confirmed on");
        let page = app.get(&link).await.says("You confirmed this line");
        organization.submit(&page.form().press_text("No, we did not agree")).await.says("Your objection is recorded");
        organization.submit(&confirm).await.expect(409).says("You objected to this line");
        entry(&mina, ids[0]).await.says("On hold").says("at an address that it published, and objected on");
    }

    async fn an_address_of_another_domain_takes_a_written_source(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[sent("Asked Network", "asked.example", "rep@elsewhere.example")]).await;
        let form = question(&mina, ids[0], "asked.network@gmail.com").await;
        let page = mina.submit(&form).await.expect(422).says("not at the website’s domain");
        assert_eq!(page.form_with_button("Send the question").value("email"), "asked.network@gmail.com");
        mina.submit(&form.clone().tick("published")).await.expect(422).says("Write where");
        mina.submit(&question(&mina, ids[0], "no address").await).await.expect(422);
        assert!(app.mailbox().all().await.iter().all(|mail| !mail.subject.starts_with(SUBJECT)));
        let form = form.tick("published").fill("source", "The imprint of asked.example.");
        mina.submit(&form).await.expect(200).says("The imprint of asked.example.");
        app.mailbox().newest_about("asked.network@gmail.com", SUBJECT).await;
        entry(&mina, ids[0]).await.says("Note: The imprint of asked.example.");
    }

    async fn one_address_is_not_asked_more_than_three_times_an_hour(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        let ids = waiting(&app, &letter, &[sent("Asked Network", "asked.example", "rep@elsewhere.example")]).await;
        for _ in 0..3 {
            mina.submit(&question(&mina, ids[0], "press@asked.example").await).await.expect(200);
            app.clock.advance(minutes(3));
        }
        let page = tom.submit(&question(&tom, ids[0], "press@asked.example").await).await.expect(409);
        page.says("has had as many mails about this letter as it may get for now");
        app.clock.advance(minutes(52));
        tom.submit(&question(&tom, ids[0], "press@asked.example").await).await.expect(200);
    }

    async fn a_link_expires_and_an_unknown_one_gets_a_page(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[sent("Asked Network", "asked.example", "rep@elsewhere.example")]).await;
        mina.submit(&question(&mina, ids[0], "press@asked.example").await).await.expect(200);
        let link = app.mailbox().newest_about("press@asked.example", SUBJECT).await.link("/notices/");
        let organization = app.browser();
        let object = organization.get(&link).await.form().press_text("No, we did not agree");
        app.get(&link[..link.len() - 2]).await.expect(404).says("We do not know this link");
        app.get(&link.replace("/notices/", "/verify/")).await.expect(404);
        app.clock.advance(days(15));
        app.get(&link).await.expect(410).says("This link has expired").hides("No, we did not agree");
        let late = organization.submit(&object).await;
        assert!(late.status == 410 || late.status == 403, "{}", late.status);
        late.says("This link has expired");
    }

    async fn an_objection_ends_the_claim_of_whoever_has_the_entry_open(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[sent("Asked Network", "asked.example", "rep@elsewhere.example")]).await;
        mina.submit(&question(&mina, ids[0], "press@asked.example").await).await.expect(200);
        let open = press(&mina, &entry(&mina, ids[0]).await, "Claim it").await.expect(200).says("Claimed by you");
        object(&app, "press@asked.example").await;
        entry(&mina, ids[0]).await.says("On hold").says("Nobody has claimed it.");
        let mail = app.mailbox().newest_about("mina@staff.example", "Look at an entry whose organization objects").await;
        assert!(mail.text.contains("The entry is on hold. Its page"), "it was not on the list: {}", mail.text);
        // What the page said before is stale.
        press(&mina, &open, "Approve").await.expect(409).says("On hold");
    }

    async fn whoever_objected_and_whoever_signed_are_told_when_the_hold_is_over(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[
            sent("Back Network", "back.example", "rep@one.example"),
            sent("Gone League", "gone.example", "rep@two.example"),
            sent("Waiting Union", "waiting.example", "rep@three.example"),
        ])
        .await;
        for (id, to) in ids.iter().zip(["press@back.example", "press@gone.example", "press@waiting.example"]) {
            mina.submit(&question(&mina, *id, to).await).await.expect(200);
            object(&app, to).await;
        }
        app.clock.advance(minutes(1));
        // One is released, and approved after that within the time to undo: only the last word goes.
        press(&mina, &entry(&mina, ids[0]).await, "Release to the queue").await.expect(200);
        app.clock.advance(minutes(1));
        press(&mina, &entry(&mina, ids[0]).await, "Approve").await.expect(200);
        let form = entry(&mina, ids[1]).await.form_with_button("Reject").fill("reason", "not_eligible");
        mina.submit(&form).await.expect(200);
        press(&mina, &entry(&mina, ids[2]).await, "Release to the queue").await.expect(200);
        for to in ["press@back.example", "rep@one.example", "rep@three.example"] {
            let early = app.mailbox().all_to(to).await.into_iter();
            assert_eq!(early.filter(|mail| !mail.subject.starts_with(SUBJECT)).count(), 0, "{to} is told before the delay");
        }
        app.clock.advance(minutes(11));
        for (to, subject, says) in [
            ("press@back.example", "What came of your objection", "on the list again"),
            ("press@gone.example", "What came of your objection", "stays off the list"),
            ("press@waiting.example", "What came of your objection", "waits for review again"),
            ("rep@one.example", "Your organization is on the list", "Back Network"),
            ("rep@two.example", "Your sign-on was not accepted", "Gone League"),
            ("rep@three.example", "Your sign-on waits for review again", "no longer on hold"),
        ] {
            let mail = app.mailbox().newest_about(to, subject).await;
            assert!(mail.text.replace('\n', " ").contains(says), "{to}: {}", mail.text);
            let told = app.mailbox().all_to(to).await.into_iter();
            assert_eq!(told.filter(|mail| !mail.subject.starts_with(SUBJECT)).count(), 1, "{to}");
            let has_link = mail.links.iter().any(|link| link.contains("/sign-ons/"));
            assert_eq!(has_link, to.starts_with("rep@"), "the private page is the representative's alone: {to}");
        }
        // Undone before it is told, nothing goes.
        mina.submit(&question(&mina, ids[0], "office@back.example").await).await.expect(200);
        object(&app, "office@back.example").await;
        app.clock.advance(minutes(1));
        let page = entry(&mina, ids[0]).await.says("On hold");
        press(&mina, &page, "Approve").await.expect(200);
        app.clock.advance(minutes(1));
        press(&mina, &entry(&mina, ids[0]).await, "Undo the decision").await.expect(200).says("On hold");
        app.clock.advance(minutes(11));
        assert_eq!(app.mailbox().all_to("office@back.example").await.len(), 1, "only the question");
    }

    async fn the_words_of_a_rejection_are_changed_while_whoever_objected_waits_to_be_told(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[sent("Asked Network", "asked.example", "rep@elsewhere.example")]).await;
        mina.submit(&question(&mina, ids[0], "press@asked.example").await).await.expect(200);
        object(&app, "press@asked.example").await;
        app.clock.advance(minutes(1));
        let form = entry(&mina, ids[0]).await.form_with_button("Reject").fill("reason", "not_eligible");
        mina.submit(&form.fill("text", "Only lieberries.")).await.expect(200);
        let page = entry(&mina, ids[0]).await.says("To press@asked.example").says("To rep@elsewhere.example");
        assert_eq!(page.text().matches("Edit your words in it").count(), 1, "the other mail holds none");
        let editing = mina.follow(&page, "Edit your words in it").await.expect(200);
        let seen = mina.submit(&editing.form_with("text").fill("text", "Only libraries.")).await.expect(200);
        let seen = seen.says("To rep@elsewhere.example").hides("To press@asked.example");
        let save = seen.form_with("text").press_text("Put these words in");
        mina.submit(&save).await.expect(200).says("Edited the mail by Mina Moderator.");
        app.clock.advance(minutes(11));
        let mail = app.mailbox().newest_about("rep@elsewhere.example", "not accepted").await;
        assert!(mail.text.contains("Only libraries."), "{}", mail.text);
        app.mailbox().newest_about("press@asked.example", "What came of your objection").await;
    }
}
