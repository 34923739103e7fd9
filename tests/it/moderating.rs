//! Moderators decide: what waits, what is known of it, the decision, and what the representative hears of it.

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::cast::{self, open_letter};
use crate::support::on_both_engines;
use crate::support::queue::{entry, press, sent, waiting};
use crate::support::staff::{moderator, organizer, second_moderator};
use std::time::Duration;
use undersigned::campaign::Status;
use undersigned::clock::{days, minutes};
use undersigned::ids::SignOnId;
use undersigned::text::Slug;

const QUEUE: &str = "/staff/letters/letter/queue";

/// The names on the public list, once the running server has noticed the letter that was made beside it.
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

/// The subjects of what an address got, newest first.
async fn subjects(app: &TestApp, address: &str) -> Vec<String> {
    app.mailbox().all_to(address).await.into_iter().map(|mail| mail.subject).collect()
}

/// Approves a sign-on as its page offers it.
async fn approve(browser: &Browser, id: SignOnId) -> Page {
    press(browser, &entry(browser, id).await, "Approve").await
}

on_both_engines! {
    async fn the_queue_says_what_waits_and_the_one_thing_that_needs_a_look(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let empty = mina.get(QUEUE).await.expect(200).says("Nothing to review");
        empty.says("Nothing has come in yet.");
        let listed = waiting(&app, &letter, &[sent("Access Example", "access.example", "a@access.example")]).await;
        approve(&mina, listed[0]).await.expect(200);
        waiting(&app, &letter, &[
            sent("Clear Network", "clear.example", "rep@mail.clear.example"),
            sent("Free Mail Club", "club.example", "club@gmail.com"),
            sent("Other Domain Union", "union.example", "rep@elsewhere.example"),
            sent("No Site Society", "", "rep@society.example"),
            sent("\u{410}ccess Example", "", "rep@looks.example"),
            sent("ACCESS, Example.", "other.example", "rep@other.example"),
        ])
        .await;
        let page = mina.get(QUEUE).await.expect(200).says("6 sign-ons to review");
        assert_eq!(page.texts(".row-name"), [
            "Clear Network",
            "Free Mail Club",
            "Other Domain Union",
            "No Site Society",
            "\u{410}ccess Example",
            "ACCESS, Example.",
        ]);
        let looks = page.texts(".row-look");
        for (row, words) in [
            "Nothing unusual.",
            "at a free-mail service",
            "not at the website’s domain, union.example",
            "No website was given",
            "looks like that of “Access Example”, which is on the list: the Cyrillic “\u{410}” (U+0410)",
            "“Access Example”, which is on the list, has the same name",
        ]
        .iter()
        .enumerate()
        {
            assert!(looks[row].contains(words), "{words} in {looks:?}");
        }
        page.hides("rep@").hides("Ada Example");
        mina.get(&format!("{QUEUE}?show=approved")).await.says("Approved: 1").says("Access Example");
        mina.get(&format!("{QUEUE}?show=everything")).await.expect(404);
        app.clock.advance(days(3));
        let page = second_moderator(&app, "letter").await.get(QUEUE).await.expect(200);
        assert!(page.texts(".row-age")[0].ends_with(", due"), "{page:?}");
    }

    async fn a_page_of_one_sign_on_says_what_is_known_and_notes_who_read_it(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[
            sent("Example Network, Youth", "youth.example", "b@ngo.example"),
            sent("Example Network", "www.ngo.example", "a@mail.ngo.example"),
        ])
        .await;
        let page = entry(&mina, ids[1]).await;
        for words in [
            "The address is at mail.ngo.example, the website is ngo.example: both belong to ngo.example.",
            "The name is in one script, Latin.",
            "Also from ngo.example: “Example Network, Youth”, waiting for review.",
            "The mailbox was proved on",
            "I head the organization. “I am authorized",
            "Ada Example, Director",
            "Prints as",
        ] {
            page.clone().says(words);
        }
        mina.get(&format!("/staff/sign-ons/{}", ids[1])).await.expect(200);
        let read = "The representative’s data was read by Mina Moderator.";
        let count = |page: &Page| page.text().matches(read).count();
        assert_eq!(count(&entry(&mina, ids[1]).await), 1);
        app.clock.advance(minutes(40));
        assert_eq!(count(&entry(&mina, ids[1]).await), 1);
        app.clock.advance(minutes(40));
        entry(&mina, ids[1]).await;
        assert_eq!(count(&entry(&mina, ids[1]).await), 2);
    }

    async fn an_approved_organization_is_on_the_list_and_is_told_after_the_delay(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[
            sent("First Network", "first.example", "a@first.example"),
            sent("Second Network", "second.example", "a@second.example"),
        ])
        .await;
        let next = approve(&mina, ids[0]).await.expect(200);
        assert_eq!(next.path, format!("/staff/sign-ons/{}?done={}", ids[1], ids[0]));
        next.clone().says("You approved “First Network”. The mail goes out at 2 March 2026, 09:10 UTC.");
        assert_eq!(next.texts("h1"), ["Second Network"]);
        assert_eq!(listed(&app).await, ["First Network, Kenya"]);
        assert!(subjects(&app, "a@first.example").await.is_empty());

        let queue = approve(&mina, ids[1]).await.expect(200).says("All 2 are decided.");
        assert_eq!(queue.path, format!("{QUEUE}?done={}", ids[1]));
        app.clock.advance(minutes(11));
        let mail = app.mailbox().newest_to("a@first.example").await;
        assert_eq!(mail.subject, "Your organization is on the list: Keep the park open");
        assert!(mail.text.contains("First Network"), "{}", mail.text);
        let private = app.get(&mail.link("/sign-ons/")).await.expect(200);
        private.says("On the list");
    }

    async fn a_rejection_says_why_and_what_is_not_mailed_stays_among_staff(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[
            sent("Told Network", "told.example", "a@told.example"),
            sent("Silent Network", "silent.example", "a@silent.example"),
        ])
        .await;
        let form = entry(&mina, ids[0]).await.form_with_button("Reject");
        let mend = mina.submit(&form.clone().fill("text", "See the\nrules.")).await.expect(422);
        let mend = mend.says("Choose a reason.");
        assert_eq!(mend.form_with_button("Reject").value("text"), "See the\nrules.");
        mina.submit(&form.clone().smuggle("reason", "because")).await.expect(422).says("one of the reasons in the list");
        let told = form.clone().fill("reason", "not_eligible").fill("text", "Only libraries sign.");
        mina.submit(&told).await.expect(200).says("You rejected “Told Network”.");

        let form = entry(&mina, ids[1]).await.form_with_button("Reject").untick("notify");
        let form = form.fill("reason", "details_unclear");
        mina.submit(&form).await.expect(422).says("Write why the representative is not told.");
        mina.submit(&form.fill("text", "A test of ours.")).await.expect(200);
        entry(&mina, ids[1]).await.says("Rejected by Mina Moderator. Note: A test of ours.");

        app.clock.advance(minutes(11));
        let mail = app.mailbox().newest_to("a@told.example").await;
        assert_eq!(mail.subject, "Your sign-on was not accepted: Keep the park open");
        assert!(mail.text.contains("This letter is signed by other kinds of organizations."));
        assert!(mail.text.contains("Only libraries sign."));
        assert!(subjects(&app, "a@silent.example").await.is_empty());
        assert!(listed(&app).await.is_empty());
    }

    async fn what_is_held_is_asked_about_and_returns(app: TestApp) {
        open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let receipt = cast::sign_and_verify(&app, "Asked Network", "a@ngo.example").await;
        let page = mina.get(QUEUE).await.expect(200);
        let page = mina.follow(&page, "Asked Network").await;
        let form = page.form_with_button("Hold").fill("text", "Which body decided?");
        mina.submit(&form).await.expect(200).says("You put “Asked Network” on hold.");
        assert!(mina.get(QUEUE).await.texts(".row-look")[0].starts_with("On hold"));
        app.clock.advance(minutes(11));
        app.get(&receipt.link("/sign-ons/")).await.says("Which body decided?");
        let page = mina.follow(&mina.get(QUEUE).await, "Asked Network").await.says("Asked: “Which body decided?”");
        press(&mina, &page, "Release to the queue").await.expect(200).says("is in the queue again");
    }

    async fn what_is_removed_leaves_the_list_and_can_be_reopened(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[sent("Short Network", "short.example", "a@short.example")]).await;
        approve(&mina, ids[0]).await.expect(200);
        app.clock.advance(minutes(11));
        app.mailbox().newest_about("a@short.example", "on the list").await;
        let form = entry(&mina, ids[0]).await.form_with_button("Remove").fill("reason", "asked_for");
        mina.submit(&form).await.expect(200).says("You removed “Short Network”.");
        assert!(listed(&app).await.is_empty());
        app.clock.advance(minutes(11));
        let mail = app.mailbox().newest_about("a@short.example", "removed").await;
        assert!(mail.text.contains("The organization asked us to."), "{}", mail.text);
        let page = entry(&mina, ids[0]).await;
        press(&mina, &page, "Reopen for review").await.expect(200).says("is in the queue again");
        approve(&mina, ids[0]).await.expect(200);
        assert_eq!(listed(&app).await, ["Short Network, Kenya"]);
    }

    async fn undoing_within_the_delay_takes_the_mail_back(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let receipt = cast::sign_and_verify(&app, "Hasty Network", "a@hasty.example").await;
        let later = waiting(&app, &letter, &[sent("Later Network", "later.example", "a@later.example")]).await;
        let page = mina.follow(&mina.get(QUEUE).await, "Hasty Network").await;
        let next = press(&mina, &page, "Approve").await.expect(200);
        assert_eq!(listed(&app).await, ["Hasty Network, Kenya"]);
        app.clock.advance(minutes(9));
        let back = press(&mina, &next, "Undo it").await.expect(200).says("The decision is taken back");
        assert_eq!(back.texts("h1"), ["Hasty Network"]);
        assert!(listed(&app).await.is_empty());
        press(&mina, &next, "Undo it").await.expect(200).says("The decision is taken back");

        approve(&mina, later[0]).await.expect(200);
        app.clock.advance(minutes(11));
        app.mailbox().newest_to("a@later.example").await;
        assert!(!subjects(&app, "a@hasty.example").await.iter().any(|subject| subject.contains("on the list")));
        let private = app.get(&receipt.link("/sign-ons/")).await.says("Waiting for review");
        private.hides("Approved by a moderator");

        let form = entry(&mina, later[0]).await.form_with_button("Remove");
        let late = mina.post(&form.action().replace("remove", "undo"), form.encoded()).await.expect(409);
        late.says("It is too late to undo this").says("open it and remove it");
        assert_eq!(listed(&app).await, ["Later Network, Kenya"]);
    }

    async fn without_a_delay_the_mail_goes_at_once(engine: Engine) {
        let app = TestApp::spawn_with(engine, &[("UNDERSIGNED_MODERATION_DELAY", "0s")]).await;
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[sent("Quick Network", "quick.example", "a@quick.example")]).await;
        let queue = approve(&mina, ids[0]).await.expect(200).says("You approved “Quick Network”.");
        queue.hides("Undo it").hides("The mail goes out");
        app.mailbox().newest_about("a@quick.example", "on the list").await;
    }

    async fn pressing_twice_gets_the_first_answer_again(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        let ids = waiting(&app, &letter, &[sent("Twice Network", "twice.example", "a@twice.example")]).await;
        let approval = entry(&mina, ids[0]).await.form_with_button("Approve");
        let theirs = entry(&tom, ids[0]).await.form_with_button("Approve");
        for _ in 0..3 {
            mina.submit(&approval).await.expect(200).says("You approved “Twice Network”.");
        }
        tom.submit(&theirs).await.expect(409).says("Mina Moderator was first").says("On the list");
        app.clock.advance(minutes(11));
        app.mailbox().newest_to("a@twice.example").await;
        assert_eq!(subjects(&app, "a@twice.example").await.len(), 1);
        let page = entry(&mina, ids[0]).await;
        assert_eq!(page.text().matches("Approved by Mina Moderator.").count(), 1);
    }

    async fn a_stale_page_is_told_what_stands_and_keeps_what_was_typed(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        let ids = waiting(&app, &letter, &[sent("Stale Network", "stale.example", "a@stale.example")]).await;
        let rejection = entry(&tom, ids[0]).await.form_with_button("Reject");
        approve(&mina, ids[0]).await.expect(200);
        let rejection = rejection.fill("reason", "duplicate").fill("text", "The same as\nnumber 7.");
        let page = tom.submit(&rejection).await.expect(409);
        let page = page.says("Mina Moderator was first").says("You asked to reject Stale Network. Nothing was changed.");
        page.says("On the list").says("2 March 2026, 09:00 UTC").says("The same as number 7.").says("Already on the list or in the queue");
        assert_eq!(listed(&app).await, ["Stale Network, Kenya"]);
        // Even a form that is to be mended: what stands comes first.
        let unmended = rejection.smuggle("reason", "because");
        tom.submit(&unmended).await.expect(409).says("Mina Moderator was first");
    }

    async fn what_was_withdrawn_meanwhile_is_not_approved(app: TestApp) {
        open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let receipt = cast::sign_and_verify(&app, "Gone Network", "a@ngo.example").await;
        let page = mina.follow(&mina.get(QUEUE).await, "Gone Network").await;
        let theirs = app.browser();
        let ask = theirs.get(&format!("{}/withdraw", receipt.link("/sign-ons/"))).await.expect(200);
        theirs.submit(&ask.form()).await.expect(200);
        let refused = press(&mina, &page, "Approve").await.expect(409).says("This sign-on has changed");
        refused.says("Withdrawn").says("The representative").says("the organization signs again");
        assert!(listed(&app).await.is_empty());
    }

    async fn one_organization_is_listed_once_unless_it_is_another_one(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[
            sent("Article 91", "article91.example", "a@article91.example"),
            sent("ARTICLE91", "other.example", "a@other.example"),
            sent("Article 91!", "third.example", "a@third.example"),
        ])
        .await;
        let before = entry(&mina, ids[1]).await.form_with_button("Approve");
        approve(&mina, ids[0]).await.expect(200);
        let refused = mina.submit(&before).await.expect(409).says("An organization of this name is on the list.");
        assert_eq!(refused.hrefs("section.decide p", "Article 91"), [format!("/staff/sign-ons/{}", ids[0])]);
        let form = refused.form_with_button("Approve").tick("distinct");
        let mend = mina.submit(&form).await.expect(422).says("Write why it is another organization");
        let form = mend.form_with_button("Approve").fill("text", "Of another country.");
        mina.submit(&form).await.expect(200).says("You approved “ARTICLE91”.");
        entry(&mina, ids[1]).await.says("Approved by Mina Moderator. Note: Of another country.");
        assert_eq!(listed(&app).await.len(), 2);
        approve(&mina, ids[2]).await.expect(409);
    }

    async fn a_look_alike_is_approved_only_by_whoever_has_looked(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[sent("N\u{435}twork", "network.example", "a@network.example")]).await;
        let page = entry(&mina, ids[0]).await.says("inside one word: “\u{435}” (U+0435, Cyrillic)");
        let refused = press(&mina, &page, "Approve").await.expect(422).says("Compare the letters");
        assert!(listed(&app).await.is_empty());
        let form = refused.form_with_button("Approve").tick("looked");
        mina.submit(&form).await.expect(200).says("You approved");
    }

    async fn a_moderator_of_another_letter_finds_nothing(app: TestApp) {
        let letter = open_letter(&app).await;
        let mut settings = cast::settings(&app);
        settings.slug = Slug::parse("another").unwrap();
        cast::campaign(&app, settings).await;
        let ids = waiting(&app, &letter, &[sent("Our Network", "our.example", "a@our.example")]).await;
        let (mina, olu) = (moderator(&app, "letter").await, organizer(&app, "another").await);
        olu.get(QUEUE).await.expect(404).hides("Our Network");
        let page = entry(&mina, ids[0]).await;
        olu.get(&format!("/staff/sign-ons/{}", ids[0])).await.expect(404).hides("Our Network");
        let token = olu.get("/staff").await.form_with_button("Log out").value("form_token").to_owned();
        for button in ["Approve", "Hold", "Reject"] {
            let forged = page.form_with_button(button).smuggle("form_token", &token);
            olu.submit(&forged).await.expect(404).hides("Our Network");
        }
        let own = "/staff/letters/another/queue";
        olu.get(&format!("{own}?done={}", ids[0])).await.expect(200).hides("Our Network");
        mina.get("/staff/sign-ons/1").await.expect(404);
        let act = page.form_with_button("Approve");
        mina.post(&act.action().replace("approve", "delete"), act.encoded()).await.expect(404);
        mina.submit(&act.clone().smuggle("version", "newest")).await.expect(422);
        mina.submit(&act).await.expect(200);
    }

    async fn nothing_about_an_archived_letter_is_decided(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[sent("Late Network", "late.example", "a@late.example")]).await;
        let form = entry(&mina, ids[0]).await.form_with_button("Approve");
        let change = |settings: &mut undersigned::campaign::Settings| settings.status = Status::Archived;
        crate::support::list::set(&app.db().await, &letter, change).await;
        mina.submit(&form).await.expect(409).says("The letter is archived");
        let page = entry(&mina, ids[0]).await.says("nothing about it changes any more");
        assert_eq!(page.texts("section.decide button"), Vec::<String>::new());
    }
}
