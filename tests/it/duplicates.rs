//! An organization that signs twice: side by side, made one, or said to be two.

mod distinct;

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::cast::{self, open_letter, sign_and_verify};
use crate::support::on_both_engines;
use crate::support::queue::{entry, press, sent, waiting};
use crate::support::staff::{moderator, organizer, second_moderator};
use std::time::Duration;
use undersigned::clock::{days, minutes};
use undersigned::ids::SignOnId;
use undersigned::text::Slug;

const QUEUE: &str = "/staff/letters/letter/queue";
const ADA: &str = "ada@ngo.example";
const BOB: &str = "bob@press.ngo.example";
const SECOND: &str = "Add as a second contact";

/// The names on the public list, once it has so many, with their numbers.
async fn listed(app: &TestApp, count: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for _ in 0..40 {
        let page = app.get("/letters/letter.txt").await;
        let is_entry =
            |line: &&str| line.split_once(". ").is_some_and(|(number, _)| number.parse::<u32>().is_ok());
        lines = page.body.lines().filter(is_entry).map(str::to_owned).collect();
        if page.status == 200 && lines.len() == count {
            return lines;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("not {count} on the list after 2 s, but {lines:?}");
}

/// The page of a sign-on that waits for review.
async fn open(browser: &Browser, organization: &str) -> Page {
    browser.follow(&browser.get(QUEUE).await.expect(200), organization).await.expect(200)
}

/// The path of a sign-on's page, without what was done last.
fn path(page: &Page) -> String {
    page.path.split(['?', '#']).next().unwrap().to_owned()
}

/// ARTICLE 19 is on the list for Ada; article19 waits, sent by Bob. Both private links, the page of what is listed, and the page of what waits.
async fn a_colleague_signs(app: &TestApp, mina: &Browser) -> (String, String, String, Page) {
    let hers = sign_and_verify(app, "ARTICLE 19", ADA).await.link("/sign-ons/");
    let page = open(mina, "ARTICLE 19").await;
    press(mina, &page, "Approve").await.expect(200);
    app.clock.advance(minutes(11));
    app.mailbox().newest_about(ADA, "is on the list").await;
    let his = sign_and_verify(app, "article19", BOB).await.link("/sign-ons/");
    let waits = open(mina, "article19").await;
    (hers, his, path(&page), waits)
}

/// The token of the forms on a page.
async fn token(browser: &Browser, page: &Page) -> String {
    let page = browser.get(&path(page)).await.expect(200);
    page.attributes("input[name=form_token]", "value").remove(0)
}

async fn subjects(app: &TestApp, address: &str) -> Vec<String> {
    app.mailbox().all_to(address).await.into_iter().map(|mail| mail.subject).collect()
}

on_both_engines! {
    async fn likely_duplicates_stand_side_by_side_with_what_differs_in_words(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[
            sent("Access Example", "https://access.example", "a@access.example"),
            sent("ACCESS, Example.", "https://access.example/about", "b@mail.other.example"),
            sent("Example of Access", "https://access.example", "c@third.example"),
            sent("Access of Example", "https://access.example", "d@fourth.example"),
            sent("Access and Example", "https://access.example", "e@fifth.example"),
        ])
        .await;
        press(&mina, &entry(&mina, ids[0]).await, "Approve").await.expect(200);
        let page = entry(&mina, ids[1]).await.says("Likely duplicates");
        assert_eq!(page.texts("table.twins").len(), 3);
        // What is on the list comes first, then what shares more.
        assert_eq!(page.texts("section h3")[0], "Access Example");
        let first = page.texts("table.twins")[0].clone();
        for words in [
            "Name: the same, written in another way",
            "Website: another page of the same site",
            "Country: the same",
            "Represented by: addresses of different domains",
            "Director, at mail.other.example",
            "Director, at access.example",
            "Stands: different",
            "Number on the list: different",
            "not on the list",
            "Since: the other one came first",
            "on the list since 2 March 2026, 09:00 UTC",
        ] {
            assert!(first.contains(words), "{words} in {first}");
        }
        let page = page.says("The same: name, website, country.");
        page.clone().hides("a@access.example");
        let all = mina.follow(&page, "Show 1 more that is like it").await.expect(200);
        assert_eq!(all.texts("table.twins").len(), 4);
        // Whose data was laid beside it was read, and that is noted.
        entry(&mina, ids[2]).await.says("The representative’s data was read by Mina Moderator.");
    }

    async fn a_colleague_becomes_a_second_contact_and_both_are_told_after_the_delay(app: TestApp) {
        open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let (hers, his, listed_page, waits) = a_colleague_signs(&app, &mina).await;
        let form = waits.says("stays on the list as it is").form_with_button(SECOND);
        let merged = mina.submit(&form.clone().fill("text", "Welcome, both.")).await.expect(200);
        let done = merged.says("You merged “article19” into “ARTICLE 19”, which has the contacts of both now.");
        done.says("The mail goes out at");
        mina.get(form.action().trim_end_matches("/merge")).await.says("Merged").says("“ARTICLE 19” stands for both now");
        let both = mina.get(&listed_page).await.expect(200).says(ADA).says(BOB);
        both.says("Another entry was merged into it by Mina Moderator");

        // Outside nothing is seen of it until the delay is over.
        app.get(&his).await.says("Waiting for review").hides("On the list");
        app.get(&hers).await.says("On the list").hides("a colleague of yours").hides(BOB);
        let before = (subjects(&app, ADA).await.len(), subjects(&app, BOB).await.len());
        app.clock.advance(minutes(11));
        let to_bob = app.mailbox().newest_about(BOB, "has one entry, and you represent it").await;
        assert!(to_bob.text.contains("through a colleague of yours"), "{}", to_bob.text);
        assert!(to_bob.text.contains("Welcome, both.") && !to_bob.text.contains("ada@"), "{}", to_bob.text);
        let to_ada = app.mailbox().newest_about(ADA, "A colleague represents your organization too").await;
        assert!(to_ada.text.contains("Welcome, both.") && !to_ada.text.contains("bob@"), "{}", to_ada.text);
        assert_eq!((subjects(&app, ADA).await.len(), subjects(&app, BOB).await.len()), (before.0 + 1, before.1 + 1));

        // Old links and new ones lead to the entry that stands, and show each what they sent themselves.
        for link in [&his, &to_bob.link("/sign-ons/")] {
            let page = app.get(link).await.says("On the list").says("ARTICLE 19").says(BOB);
            page.says("had signed twice").hides(ADA);
            let data = app.get(&format!("{link}/data.json")).await.expect(200).hides(ADA);
            let held: serde_json::Value = serde_json::from_str(&data.body).unwrap();
            assert_eq!(held["representatives"][0]["email"], BOB);
            assert_eq!(held["organization"]["name"], "ARTICLE 19");
        }
        for link in [&hers, &to_ada.link("/sign-ons/")] {
            app.get(link).await.says("On the list").says("a colleague of yours").says(ADA).hides(BOB);
            app.get(&format!("{link}/data.json")).await.expect(200).hides(BOB);
        }
        assert_eq!(listed(&app, 1).await, ["1. ARTICLE 19"]);

        // Whoever signs again for the organization is told that it has signed.
        app.clock.advance(minutes(61));
        let browser = app.browser();
        let form = cast::filled_in(&browser, "Article 19", BOB).await;
        cast::send(&browser, &form).await.says("Now open your mail");
        let again = app.mailbox().newest_about(BOB, "has already signed").await;
        app.get(&again.link("/sign-ons/")).await.says("On the list").says(BOB).hides(ADA);

        // Either of them takes the name back, and both hear of it.
        let theirs = app.browser();
        let ask = theirs.get(&format!("{his}/withdraw")).await.expect(200);
        theirs.submit(&ask.form()).await.expect(200);
        listed(&app, 0).await;
        for address in [ADA, BOB] {
            app.mailbox().newest_about(address, "withdrawn").await;
        }
        app.get(&hers).await.says("Withdrawn");
    }

    async fn undoing_a_merge_leaves_no_trace_outside(app: TestApp) {
        open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let (hers, his, listed_page, waits) = a_colleague_signs(&app, &mina).await;
        let before = (subjects(&app, ADA).await, subjects(&app, BOB).await);
        let merged = press(&mina, &waits, SECOND).await.expect(200);
        app.clock.advance(minutes(5));
        let undone = press(&mina, &merged, "Undo it").await.expect(200).says("is in the queue again");
        assert_eq!(path(&undone), path(&waits));
        mina.get(&listed_page).await.says(ADA).hides(BOB).says("stands by itself again");
        app.clock.advance(minutes(30));
        app.get(&his).await.says("Waiting for review").hides("Merged").hides("twice").says(BOB);
        app.get(&hers).await.says("On the list").hides("a colleague of yours");
        assert_eq!((subjects(&app, ADA).await, subjects(&app, BOB).await), before);
        // It can be merged anew, and then stays.
        let page = mina.get(&path(&undone)).await.expect(200);
        press(&mina, &page, SECOND).await.expect(200).says("You merged");
        app.clock.advance(minutes(11));
        app.get(&his).await.says("On the list");
    }

    async fn the_mails_of_a_merger_are_not_reworded(app: TestApp) {
        open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let (_, _, _, waits) = a_colleague_signs(&app, &mina).await;
        let page = mina.submit(&waits.form_with_button(SECOND).fill("text", "Welcome, both.")).await.expect(200);
        page.says("You merged");
        let page = mina.get(&path(&waits)).await.says("Mails that wait").says("Welcome, both.");
        page.hides("Edit your words in it");
        mina.get(&format!("{}/mails/edit", path(&waits))).await.at(&path(&waits));
        let typed = format!("form_token={}&version=3&text=Other+words.&seen=Other+words.&do=save", token(&mina, &waits).await);
        mina.post(&format!("{}/mails/edit", path(&waits)), typed).await.expect(409).says("Other words.");
        app.clock.advance(minutes(11));
        app.mailbox().newest_about(BOB, "has one entry, and you represent it").await;
        let told = subjects(&app, BOB).await;
        assert!(!told.iter().any(|subject| subject.contains("not accepted")), "{told:?}");
    }

    async fn whoever_signed_twice_themselves_is_not_told_of_a_colleague(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[
            sent("Access Example", "https://access.example", "a@access.example"),
            sent("ACCESS, Example.", "https://access.example", "a@access.example"),
        ])
        .await;
        press(&mina, &entry(&mina, ids[1]).await, "Merge the two").await.expect(200).says("You merged");
        app.clock.advance(minutes(11));
        let mail = app.mailbox().newest_about("a@access.example", "has one entry, and you represent it").await;
        let text = mail.text.replace('\n', " ");
        assert!(text.contains("before, with this address. The moderators made one entry of the two."), "{text}");
        assert!(text.contains("You represent this entry. Links that we mailed") && !text.contains("colleague"), "{text}");
        assert_eq!(subjects(&app, "a@access.example").await.len(), 1, "told once");
    }

    async fn of_two_that_wait_the_older_stays_unless_the_other_is_chosen(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[
            sent("Twice Network", "https://twice.example", "a@twice.example"),
            sent("Twice network", "https://twice.example", "b@twice.example"),
        ])
        .await;
        let form = entry(&mina, ids[1]).await.form_with_button("Merge the two");
        assert_eq!(form.value("keep"), "other");
        let newer = entry(&mina, ids[0]).await.form_with_button("Merge the two");
        assert_eq!(newer.value("keep"), "this");
        let next = mina.submit(&form).await.expect(200);
        let back = press(&mina, &next, "Undo it").await.expect(200);
        let chosen = mina.get(&path(&back)).await.form_with_button("Merge the two").choose("keep", "this");
        let stays = mina.submit(&chosen).await.expect(200).says("You merged “Twice Network” into “Twice network”");
        assert_eq!(path(&stays), format!("/staff/sign-ons/{}", ids[1]));
        stays.says("a@twice.example").says("b@twice.example");
        press(&mina, &entry(&mina, ids[1]).await, "Approve").await.expect(200);
        assert_eq!(listed(&app, 1).await, ["1. Twice network"]);
        app.clock.advance(minutes(11));
        for address in ["a@twice.example", "b@twice.example"] {
            app.mailbox().newest_about(address, "is on the list").await;
        }
    }

    async fn of_two_on_the_list_one_leaves_and_the_numbers_close_up(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[
            sent("Aaa Network", "https://aaa.example", "a@aaa.example"),
            sent("Bbb Group", "https://bbb.example", "b@bbb.example"),
            sent("Bbb Network", "https://bbb.example", "c@bbb.example"),
            sent("Ccc Network", "https://ccc.example", "d@ccc.example"),
        ])
        .await;
        for id in &ids {
            press(&mina, &entry(&mina, *id).await, "Approve").await.expect(200);
        }
        assert_eq!(listed(&app, 4).await[3], "4. Ccc Network");
        app.clock.advance(minutes(11));
        let form = entry(&mina, ids[2]).await.says("the numbers close up").form_with_button("Merge the two");
        let merged = mina.submit(&form).await.expect(200);
        assert_eq!(listed(&app, 3).await, ["1. Aaa Network", "2. Bbb Group", "3. Ccc Network"]);
        press(&mina, &merged, "Undo it").await.expect(200).says("is on the list again");
        assert_eq!(listed(&app, 4).await[3], "4. Ccc Network");
    }

    async fn what_cannot_be_merged_is_told_what_stands_and_what_was_typed_is_kept(app: TestApp) {
        open_letter(&app).await;
        let mut other = cast::settings(&app);
        other.slug = Slug::parse("another").unwrap();
        let another = cast::campaign(&app, other).await;
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        let olu = organizer(&app, "another").await;
        let (hers, his, listed_page, waits) = a_colleague_signs(&app, &mina).await;
        let form = waits.form_with_button(SECOND).fill("text", "They are\none.");
        let stale = tom.get(&waits.path).await.form_with_button(SECOND).fill("text", "Also mine.");

        mina.submit(&form.clone().untick("notify").fill("text", "")).await.expect(422)
            .says("Write why the representatives are not told.");
        let own = waits.path.rsplit('/').next().unwrap().to_owned();
        mina.submit(&form.clone().smuggle("into", &own)).await.expect(409).says("into itself").says("They are one.");
        let foreign = waiting(&app, &another, &[sent("Article 19", "https://ngo.example", "x@ngo.example")]).await;
        for forged in [foreign[0].to_string(), SignOnId::new(1, [9; 10]).to_string()] {
            mina.submit(&form.clone().smuggle("into", &forged)).await.expect(404).hides("x@ngo.example");
        }
        mina.submit(&form.clone().smuggle("into", "nothing")).await.expect(422);
        mina.submit(&form.clone().smuggle("version", "newest")).await.expect(422);
        let token = olu.get("/staff").await.form_with_button("Log out").value("form_token").to_owned();
        olu.submit(&form.clone().smuggle("form_token", &token)).await.expect(404);

        // Nobody verified it: there is no contact to keep.
        cast::sign(&app, "Article19.", "carl@ngo.example").await;
        let unverified = mina.get(&format!("{QUEUE}?show=unverified")).await.expect(200);
        let unverified = path(&mina.follow(&unverified, "Article19.").await);
        let id = unverified.rsplit('/').next().unwrap();
        let refused = mina.submit(&form.clone().smuggle("into", id).without("into_version")).await.expect(409);
        refused.says("Nobody has proved the mailbox of this one").says("They are one.");

        // Twice is once; whoever comes later is told.
        for _ in 0..2 {
            mina.submit(&form).await.expect(200).says("You merged “article19”");
        }
        tom.submit(&stale).await.expect(409).says("Mina Moderator was first").says("Merged").says("Also mine.");
        let history = mina.get(&waits.path).await.texts("dl.dated dd");
        assert_eq!(history.iter().filter(|line| line.starts_with("Merged into another entry")).count(), 1);

        // Whoever is not told yet can withdraw, and then nobody is told of a colleague.
        mina.get(&listed_page).await.says("Another entry was merged into it");
        let theirs = app.browser();
        let ask = theirs.get(&format!("{his}/withdraw")).await.expect(200);
        theirs.submit(&ask.form()).await.expect(200);
        mina.get(&waits.path).await.says("Withdrawn");
        assert_eq!(listed(&app, 1).await, ["1. ARTICLE 19"]);
        mina.get(&listed_page).await.hides(BOB).hides(SECOND).says("stands by itself again");
        app.clock.advance(minutes(30));
        app.get(&hers).await.says("On the list").hides("a colleague of yours");
        assert!(!subjects(&app, ADA).await.iter().any(|subject| subject.contains("colleague")));
    }

    async fn whoever_is_not_told_yet_waits_again_when_the_other_entry_is_withdrawn(app: TestApp) {
        open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let (hers, his, _, waits) = a_colleague_signs(&app, &mina).await;
        press(&mina, &waits, SECOND).await.expect(200).says("You merged");
        let theirs = app.browser();
        let ask = theirs.get(&format!("{hers}/withdraw")).await.expect(200);
        theirs.submit(&ask.form()).await.expect(200);
        app.mailbox().newest_about(ADA, "withdrawn").await;
        open(&mina, "article19").await.says("Reopened by the program");
        app.clock.advance(minutes(30));
        app.get(&his).await.says("Waiting for review").hides("Withdrawn").hides("twice");
        let mails = subjects(&app, BOB).await;
        assert!(!mails.iter().any(|subject| subject.contains("represent") || subject.contains("withdrawn")), "{mails:?}");
    }

    async fn what_is_held_of_a_second_contact_is_erased_by_them_or_with_the_entry_that_stands(app: TestApp) {
        open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let (hers, his, listed_page, waits) = a_colleague_signs(&app, &mina).await;
        press(&mina, &waits, SECOND).await.expect(200);
        app.clock.advance(days(40));
        app.upkeep().await;
        let tom = second_moderator(&app, "letter").await;
        tom.get(&listed_page).await.says(ADA).says(BOB);
        app.get(&his).await.says(BOB);
        // Nobody erases what a colleague sent.
        let theirs = app.browser();
        let form = theirs.get(&format!("{his}/erase")).await.expect(200).form_with("email");
        theirs.submit(&form.clone().fill("email", ADA)).await.expect(422);
        theirs.submit(&form.fill("email", BOB)).await.expect(200);
        tom.get(&listed_page).await.says(ADA).hides(BOB);
        // Ada still represents it, so a link without a name has nothing left to do.
        app.get(&his).await.expect(404);
        let ask = theirs.get(&format!("{hers}/withdraw")).await.expect(200);
        theirs.submit(&ask.form()).await.expect(200);
        app.clock.advance(days(31));
        app.upkeep().await;
        let olu = organizer(&app, "letter").await;
        olu.get(&listed_page).await.says("ARTICLE 19").hides(ADA);
    }
}
