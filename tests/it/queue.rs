//! The queue: what each of its views lists, page by page, and what a search finds.

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::cast::{self, open_letter};
use crate::support::on_both_engines;
use crate::support::queue::{Sent, entry, press, sent, waiting};
use crate::support::staff::{administrator, moderator, organizer};
use undersigned::clock::{days, minutes};
use undersigned::text::Slug;

const QUEUE: &str = "/staff/letters/letter/queue";

/// The names that a view lists.
async fn names(browser: &Browser, show: &str) -> Vec<String> {
    browser.get(&format!("{QUEUE}?show={show}")).await.expect(200).texts(".row-name")
}

/// The views with their counts, as the page names them.
fn views(page: &Page) -> String {
    page.texts("nav .inline li").join(", ")
}

/// Searches from the queue's page.
async fn find(browser: &Browser, typed: &str) -> Page {
    let page = browser.get(QUEUE).await.expect(200);
    browser.submit(&page.form_with("q").fill("q", typed)).await
}

on_both_engines! {
    async fn each_view_lists_what_it_says_and_how_many(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[
            sent("Clear Network", "clear.example", "a@clear.example"),
            sent("Free Mail Club", "club.example", "club@gmail.com"),
            sent("Held Society", "held.example", "a@held.example"),
            sent("HELD, Society.", "other.example", "a@other.example"),
            sent("Refused League", "refused.example", "a@refused.example"),
        ])
        .await;
        cast::sign(&app, "Unproved Union", "a@unproved.example").await;
        let form = entry(&mina, ids[2]).await.form_with_button("Hold");
        mina.submit(&form).await.expect(200);
        let form = entry(&mina, ids[4]).await.form_with_button("Reject").fill("reason", "not_eligible");
        mina.submit(&form).await.expect(200);

        let page = mina.get(QUEUE).await.expect(200).says("4 sign-ons to review").hides("Unproved Union");
        assert_eq!(
            views(&page),
            "To review 4, Waiting 3, On hold 1, Claimed by you 1, To look at 1, Likely duplicates, Reported 0, Not verified 1, Approved 0, Rejected 1, \
             Removed 0, Withdrawn 0"
        );
        let all = ["Clear Network", "Free Mail Club", "Held Society", "HELD, Society."];
        assert_eq!(names(&mina, "").await, all);
        assert_eq!(names(&mina, "waiting").await, ["Clear Network", "Free Mail Club", "HELD, Society."]);
        assert_eq!(names(&mina, "held").await, ["Held Society"]);
        assert_eq!(names(&mina, "flagged").await, ["Free Mail Club"]);
        assert_eq!(names(&mina, "alike").await, ["Held Society", "HELD, Society."]);
        assert_eq!(names(&mina, "rejected").await, ["Refused League"]);
        let unverified = mina.get(&format!("{QUEUE}?show=unverified")).await.expect(200);
        assert_eq!(unverified.texts(".row-name"), ["Unproved Union"]);
        assert_eq!(unverified.texts(".row-look"), ["Waiting for verification"]);
        let page = mina.follow(&unverified, "Unproved Union").await;
        let unproved = undersigned::ids::SignOnId::parse(page.path.rsplit('/').next().unwrap()).unwrap();
        let buttons = page.says("Nobody has proved the mailbox yet").texts("button");
        assert!(!buttons.iter().any(|button| button == "Approve"), "only written evidence approves it: {buttons:?}");

        // A mail that came back is something to look at.
        let bounced = [ids[0], unproved];
        app.db().await.write(move |tx| {
            let at = undersigned::clock::Timestamp::from_micros(0);
            bounced.iter().try_for_each(|id| undersigned::sign_on::store::mark_undeliverable(tx, *id, at))
        }).await.unwrap();
        let unverified = mina.get(&format!("{QUEUE}?show=unverified")).await.expect(200);
        assert_eq!(unverified.texts(".row-look"), ["Waiting for verification Our mail to its address came back."]);
        assert_eq!(names(&mina, "flagged").await, ["Clear Network", "Free Mail Club"]);
    }

    async fn a_long_queue_is_read_page_by_page_while_it_changes(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let expected: Vec<String> = (0..120).map(|n| format!("Network of Town {n}")).collect();
        let all: Vec<Sent> = expected.iter().map(|name| sent(name, "", "rep@branch.example")).collect();
        let ids = waiting(&app, &letter, &all).await;
        let hold = entry(&mina, ids[1]).await.form_with_button("Hold");
        mina.submit(&hold).await.expect(200);
        let first = mina.get(QUEUE).await.expect(200).says("120 sign-ons to review");
        let mut seen = first.texts(".row-name");
        assert_eq!(seen.len(), 50);
        // What was on the page before is decided; the next page goes on where that one ended.
        let reject = entry(&mina, ids[0]).await.form_with_button("Reject").fill("reason", "not_eligible");
        mina.submit(&reject).await.expect(200);
        let second = mina.follow(&first, "Next").await.expect(200).says("119 sign-ons to review");
        seen.extend(second.texts(".row-name"));
        let last = mina.follow(&second, "Next").await.expect(200);
        seen.extend(last.texts(".row-name"));
        assert_eq!(seen, expected);
        assert!(last.hrefs("nav.pages a", "Next").is_empty());
        let again = mina.follow(&last, "From the beginning").await.expect(200);
        assert_eq!(again.texts(".row-name")[0], "Network of Town 1");
        for wrong in ["never", "1.2", "%00.x"] {
            mina.get(&format!("{QUEUE}?after={wrong}")).await.expect(404);
        }
    }

    async fn what_was_decided_stands_newest_first_page_by_page(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let expected: Vec<String> = (0..60).rev().map(|n| format!("Network of Town {n}")).collect();
        let all: Vec<Sent> = expected.iter().rev().map(|name| sent(name, "", "rep@branch.example")).collect();
        let ids = waiting(&app, &letter, &all).await;
        let body = entry(&mina, ids[0]).await.form_with_button("Approve").untick("notify").encoded();
        for id in ids {
            mina.post(&format!("/staff/sign-ons/{id}/approve"), body.clone()).await.expect(200);
        }
        let first = mina.get(&format!("{QUEUE}?show=approved")).await.says("Approved: 60");
        let second = mina.follow(&first, "Next").await.expect(200);
        let seen: Vec<String> = first.texts(".row-name").into_iter().chain(second.texts(".row-name")).collect();
        assert_eq!(seen, expected);
    }

    async fn a_sign_on_is_found_by_name_domain_and_whole_address(app: TestApp) {
        let letter = open_letter(&app).await;
        let mut settings = cast::settings(&app);
        settings.slug = Slug::parse("another").unwrap();
        cast::campaign(&app, settings).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[
            sent("Réseau 100% Libre", "www.libre.example", "ada@mail.libre.example"),
            sent("Reseau Ouvert", "news.ouvert.example", "ada@gmail.com"),
            sent("Union_A", "", "Ada+letters@union.example"),
        ])
        .await;
        press(&mina, &entry(&mina, ids[0]).await, "Approve").await.expect(200);
        for (typed, expected) in [
            ("RESEAU", &["Réseau 100% Libre", "Reseau Ouvert"][..]),
            ("100% l", &["Réseau 100% Libre"]),
            ("union_a", &["Union_A"]),
            ("ouvert.example", &["Reseau Ouvert"]),
            ("libre.example", &["Réseau 100% Libre"]),
            ("https://www.libre.example/about", &["Réseau 100% Libre"]),
            ("union.example", &["Union_A"]),
            ("ADA@gmail.com", &["Reseau Ouvert"]),
            ("ada@mail.libre.example", &["Réseau 100% Libre"]),
            ("nobody@gmail.com", &[]),
            ("%", &[]),
            ("Something else", &[]),
        ] {
            let page = find(&mina, typed).await.expect(200);
            assert_eq!(page.texts(".row-name"), expected, "{typed}");
            // Nothing that was typed stands in an address.
            assert_eq!(page.path, format!("{QUEUE}/search"));
            assert_eq!(page.form_with("q").value("q"), typed);
        }
        let page = find(&mina, "libre").await.says("1 sign-on found");
        assert!(page.texts(".row-look")[0].starts_with("On the list"));
        find(&mina, " ").await.expect(422).says("Write a part of a name, a domain, or a whole address.");
        let mend = find(&mina, "ada@").await.expect(422).says("Write the whole address");
        assert_eq!(mend.form_with("q").value("q"), "ada@");
        mina.get(&format!("{QUEUE}/search")).await.expect(200).at(QUEUE);

        // Somebody of another letter finds nothing of this one, there or here.
        let olu = organizer(&app, "another").await;
        let form = olu.get("/staff/letters/another/queue").await.form_with("q").fill("q", "Reseau");
        olu.submit(&form).await.expect(200).says("0 sign-ons found").hides("Ouvert");
        olu.post(&format!("{QUEUE}/search"), form.encoded()).await.expect(404).hides("Ouvert");
    }

    async fn the_representative_is_told_when_a_decision_is_due(app: TestApp) {
        open_letter(&app).await;
        let receipt = cast::sign_and_verify(&app, "Patient Network", "a@patient.example").await;
        let private = receipt.link("/sign-ons/");
        app.get(&private).await.expect(200).hides("A decision is");
        app.clock.advance(days(3));
        app.get(&private).await.says("A decision is due: your sign-on has waited for 3 days.");
        app.clock.advance(days(4));
        let mina = moderator(&app, "letter").await;
        app.get(&private).await.says("A decision is overdue: your sign-on has waited for 7 days.");
        let page = mina.get(QUEUE).await.expect(200);
        assert_eq!(page.texts(".row-age"), ["7 days, overdue"]);
        let page = mina.follow(&page, "Patient Network").await;
        // Who is asked has the next word.
        mina.submit(&page.form_with_button("Hold").fill("text", "Which body decided?")).await.expect(200);
        app.clock.advance(minutes(11));
        app.get(&private).await.hides("A decision is");
    }

    async fn several_letters_stand_side_by_side_where_somebody_waited_longest_first(app: TestApp) {
        let first = open_letter(&app).await;
        let mut settings = cast::settings(&app);
        (settings.slug, settings.title) =
            (Slug::parse("another").unwrap(), undersigned::campaign::Title::parse("Open the library").unwrap());
        let second = cast::campaign(&app, settings).await;
        waiting(&app, &second, &[sent("Old Network", "old.example", "a@old.example")]).await;
        app.clock.advance(days(4));
        waiting(&app, &first, &[
            sent("New Network", "new.example", "a@new.example"),
            sent("Newer Network", "newer.example", "a@newer.example"),
        ])
        .await;
        let ada = administrator(&app).await;
        let page = ada.get("/staff").await.expect(200);
        assert_eq!(page.texts(".row-name"), ["Open the library", "Keep the park open"]);
        assert_eq!(page.texts(".row-country"), ["1 to review", "2 to review"]);
        assert_eq!(page.texts(".row-age"), ["4 days, due", "1 hour"]);
        ada.follow(&page, "Open the library").await.expect(200).says("1 sign-on to review");
        // A moderator of one of them sees that one.
        let mina = moderator(&app, "letter").await;
        assert_eq!(mina.get("/staff").await.texts(".row-name"), ["Keep the park open"]);
    }
}
