//! Who has a sign-on before them: said to everybody else, ended by itself, taken over by who says so.

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::cast::open_letter;
use crate::support::on_both_engines;
use crate::support::queue::{entry, press, sent, waiting};
use crate::support::staff::{PASSWORD, log_in, moderator, second_moderator};
use futures_util::future::join_all;
use reqwest::Method;
use undersigned::clock::minutes;
use undersigned::ids::SignOnId;

const QUEUE: &str = "/staff/letters/letter/queue";

/// Opens a sign-on with the button of its row.
async fn open(browser: &Browser, id: SignOnId) -> Page {
    let queue = browser.get(QUEUE).await.expect(200);
    let claim = format!("/staff/sign-ons/{id}/claim");
    assert!(queue.attributes("button[form=open]", "formaction").contains(&claim), "{queue:?}");
    browser.post(&claim, format!("form_token={}", token(&queue))).await
}

fn token(page: &Page) -> String {
    page.attributes("form#open input[name=form_token]", "value").remove(0)
}

/// What the first row of the queue says beside the name.
async fn row(browser: &Browser) -> String {
    browser.get(QUEUE).await.expect(200).texts(".row-look").remove(0)
}

on_both_engines! {
    async fn opening_one_claims_it_and_looking_does_not(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        let ids = waiting(&app, &letter, &[
            sent("First Network", "first.example", "a@first.example"),
            sent("Second Network", "second.example", "a@second.example"),
        ])
        .await;
        entry(&mina, ids[0]).await.says("Nobody has claimed it.");
        assert_eq!(row(&tom).await, "Nothing unusual.");

        let page = open(&mina, ids[0]).await.expect(200).says("Claimed by you");
        assert_eq!(page.path, format!("/staff/sign-ons/{}", ids[0]));
        app.clock.advance(minutes(4));
        assert_eq!(row(&tom).await, "Claimed by Mina Moderator, 4 minutes ago Nothing unusual.");
        assert_eq!(row(&mina).await, "Claimed by you, 4 minutes ago Nothing unusual.");
        entry(&tom, ids[0]).await.says("Claimed by Mina Moderator, 2 March 2026, 09:00 UTC.");
        let mine = mina.get(&format!("{QUEUE}?show=mine")).await.says("Claimed by you: 1");
        assert_eq!(mine.texts(".row-name"), ["First Network"]);
        tom.get(&format!("{QUEUE}?show=mine")).await.says("Claimed by you: 0").says("There is none.");

        // A decision ends it, and claims the next one that nobody has.
        let next = press(&mina, &page, "Approve").await.expect(200).says("Claimed by you");
        assert_eq!(next.texts("h1"), ["Second Network"]);
        entry(&tom, ids[1]).await.says("Claimed by Mina Moderator");
        press(&mina, &next, "Let it go").await.expect(200).at(QUEUE);
        entry(&tom, ids[1]).await.says("Nobody has claimed it.");
        // There is nothing to claim about what is decided.
        let decided = open_decided(&tom, ids[0]).await.expect(200).hides("Claimed");
        assert_eq!(decided.path, format!("/staff/sign-ons/{}", ids[0]));
    }

    async fn a_claim_ends_by_itself(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        let ids = waiting(&app, &letter, &[sent("First Network", "first.example", "a@first.example")]).await;
        open(&mina, ids[0]).await.says("Claimed by you");
        app.clock.advance(minutes(6));
        // Opening it again goes on with the claim.
        open(&mina, ids[0]).await.says("Claimed by you, 2 March 2026, 09:00 UTC");
        app.clock.advance(minutes(9));
        assert!(row(&tom).await.starts_with("Claimed by Mina Moderator, 15 minutes ago"));
        app.clock.advance(minutes(1));
        assert_eq!(row(&tom).await, "Nothing unusual.");
        open(&tom, ids[0]).await.expect(200).says("Claimed by you");

        // With the log-out.
        let page = tom.get(QUEUE).await;
        press(&tom, &page, "Log out").await.expect(200);
        assert_eq!(row(&mina).await, "Nothing unusual.");
    }

    async fn writing_a_note_goes_on_with_a_claim_and_an_open_page_does_not(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        let ids = waiting(&app, &letter, &[sent("First Network", "first.example", "a@first.example")]).await;
        let note = open(&mina, ids[0]).await.says("Claimed by you").form_with_button("Save the note");
        let his = entry(&tom, ids[0]).await.form_with_button("Save the note");
        app.clock.advance(minutes(9));
        mina.submit(&note.fill("text", "Called Ada.")).await.expect(200);
        app.clock.advance(minutes(9));
        assert!(row(&tom).await.starts_with("Claimed by Mina Moderator, 18 minutes ago"));
        // What somebody else writes is no sign of her, and her page asks for counts by itself.
        tom.submit(&his.fill("version", "1").fill("text", "Called Ada. Again.")).await.expect(200);
        mina.get(&format!("{QUEUE}/live")).await.expect(200);
        app.clock.advance(minutes(1));
        assert_eq!(row(&tom).await, "Nothing unusual.");
        // Nor does writing claim what nobody has claimed.
        let note = entry(&mina, ids[0]).await.form_with_button("Save the note");
        mina.submit(&note.fill("text", "Nobody answers.")).await.expect(200).says("Nobody has claimed it.");
    }

    async fn what_somebody_else_has_claimed_is_taken_over_by_who_says_so(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        let ids = waiting(&app, &letter, &[sent("Shared Network", "shared.example", "a@shared.example")]).await;
        let hers = open(&mina, ids[0]).await.expect(200);
        open(&tom, ids[0]).await.expect(409).says("Mina Moderator has claimed this").says("Nothing was changed.");

        let rejection = entry(&tom, ids[0]).await.form_with_button("Reject");
        let rejection = rejection.fill("reason", "not_eligible").fill("text", "Only libraries\nsign.");
        let told = tom.submit(&rejection).await.expect(409).says("Mina Moderator has claimed this");
        let told = told.says("You asked to reject Shared Network").says("Only libraries sign.");
        entry(&mina, ids[0]).await.says("Waiting for review").says("Claimed by you");
        press(&tom, &told, "Take it over and reject").await.expect(200).says("You rejected “Shared Network”.");
        entry(&tom, ids[0]).await.says("Only libraries sign.");
        let late = press(&mina, &hers, "Approve").await.expect(409);
        late.says("Tom Twice was first").says("Rejected");
    }

    async fn whoever_lost_a_claim_is_told_who_has_it(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        let ids = waiting(&app, &letter, &[sent("Shared Network", "shared.example", "a@shared.example")]).await;
        let hers = open(&mina, ids[0]).await.expect(200);
        let his = entry(&tom, ids[0]).await;
        press(&tom, &his, "Take it over").await.expect(200).says("Claimed by you");
        let told = press(&mina, &hers, "Approve").await.expect(409).says("Tom Twice has claimed this");
        // The claim that she saw is another one by now: he let it go and took it again.
        let page = entry(&tom, ids[0]).await;
        press(&tom, &page, "Let it go").await.expect(200);
        open(&tom, ids[0]).await.expect(200);
        let again = press(&mina, &told, "Take it over and approve").await.expect(409).says("Tom Twice has claimed this");
        press(&mina, &again, "Take it over and approve").await.expect(200).says("You approved “Shared Network”.");
    }

    async fn an_open_page_learns_of_counts_and_claims(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        let ids = waiting(&app, &letter, &[
            sent("First Network", "first.example", "a@first.example"),
            sent("Second Network", "second.example", "a@second.example"),
        ])
        .await;
        open(&mina, ids[0]).await.expect(200);
        let live = |browser: Browser| async move {
            let page = browser.get(&format!("{QUEUE}/live")).await.expect(200);
            serde_json::from_str::<serde_json::Value>(&page.body).unwrap()
        };
        let (hers, his) = (live(mina.clone()).await, live(tom.clone()).await);
        assert_eq!((&hers["counts"][""], &hers["counts"]["mine"], &his["counts"]["mine"]), (&2.into(), &1.into(), &0.into()));
        assert_eq!(hers["claims"][ids[0].to_string()], "Claimed by you, just now");
        assert_eq!(his["claims"][ids[0].to_string()], "Claimed by Mina Moderator, just now");
        press(&mina, &entry(&mina, ids[0]).await, "Approve").await.expect(200);
        let after = live(tom).await;
        assert_eq!((&after["counts"][""], &after["counts"]["approved"]), (&1.into(), &1.into()));
        assert!(after["claims"][ids[0].to_string()].is_null());

        // The script comes from us and no other may run; the page works without it.
        let page = mina.get(QUEUE).await.expect(200);
        let policy = page.header("content-security-policy");
        assert!(policy.contains("script-src 'self'; connect-src 'self'") && !policy.contains("unsafe"), "{policy}");
        let script = page.attribute("script", "src").unwrap();
        assert!(app.get(&script).await.expect(200).header("content-type").starts_with("text/javascript"));
        let public = app.get("/letters/letter").await;
        assert!(!public.header("content-security-policy").contains("script-src"));
    }

    async fn keys_are_somebodys_own_and_one_key_does_one_thing(app: TestApp) {
        open_letter(&app).await;
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        let form = mina.get("/staff/shortcuts").await.expect(200).form_with("approve");
        assert_eq!((form.value("approve"), form.is_ticked("is_on")), ("a", false));
        let mend = mina.submit(&form.clone().fill("approve", "jj").fill("hold", "k")).await.expect(422);
        let mend = mend.says("Write one character").says("“k” does something else already.");
        assert_eq!(mend.form_with("approve").value("approve"), "jj");
        mina.submit(&form.tick("is_on").fill("approve", "y").fill("note", "")).await.expect(200).says("Your keys are saved.");
        let keys = mina.get(QUEUE).await.attribute("#live", "data-keys").unwrap();
        assert_eq!(keys, "next=j previous=k open=o approve=y reject=r hold=h undo=u help=?");
        assert_eq!(tom.get(QUEUE).await.attribute("#live", "data-keys").unwrap(), "");
        let form = mina.get("/staff/shortcuts").await.form_with("approve");
        assert_eq!((form.value("approve"), form.value("note"), form.is_ticked("is_on")), ("y", "", true));
    }

    async fn the_next_one_is_one_that_nobody_has(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        let names = ["First Network", "Second Network", "Third Network", "Fourth Network"];
        let ids = waiting(&app, &letter, &names.map(|name| sent(name, "", "a@branch.example"))).await;
        open(&tom, ids[1]).await.expect(200);
        open(&tom, ids[2]).await.expect(200);
        let page = entry(&mina, ids[0]).await;
        let next = press(&mina, &page, "Approve").await.expect(200);
        assert_eq!(next.texts("h1"), ["Fourth Network"]);
    }

    async fn of_many_who_take_over_at_once_one_gets_it(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        let ids = waiting(&app, &letter, &[sent("Shared Network", "shared.example", "a@shared.example")]).await;
        let ada = crate::support::staff::administrator(&app).await;
        open(&ada, ids[0]).await.expect(200);
        let path = format!("/staff/sign-ons/{}/claim", ids[0]);
        let mut bodies = Vec::new();
        for browser in [&mina, &tom] {
            bodies.push(entry(browser, ids[0]).await.form_with_button("Take it over").encoded());
        }
        let tries = (0..20).map(|n| {
            let (browser, body) = if n % 2 == 0 { (mina.clone(), &bodies[0]) } else { (tom.clone(), &bodies[1]) };
            let (path, body) = (path.clone(), body.clone());
            tokio::spawn(async move { browser.once(Method::POST, &path, Some(body)).await.unwrap().status.as_u16() })
        });
        let statuses: Vec<u16> = join_all(tries).await.into_iter().map(Result::unwrap).collect();
        let of = |side: usize| statuses.iter().skip(side).step_by(2).copied().collect::<Vec<_>>();
        let (hers, his) = (of(0), of(1));
        let all = |statuses: &[u16], status| statuses.iter().all(|s| *s == status);
        assert!(
            all(&hers, 303) && all(&his, 409) || all(&hers, 409) && all(&his, 303),
            "one of them has it: {statuses:?}"
        );
        let holder = if hers[0] == 303 { "Mina Moderator" } else { "Tom Twice" };
        entry(&ada, ids[0]).await.says(&format!("Claimed by {holder}"));
    }

    async fn another_session_of_the_same_person_goes_on_with_their_claim(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[sent("First Network", "first.example", "a@first.example")]).await;
        open(&mina, ids[0]).await.expect(200);
        let phone = app.browser();
        log_in(&app, &phone, "mina@staff.example", PASSWORD).await.expect(200);
        let page = entry(&phone, ids[0]).await.says("Claimed by you");
        press(&phone, &page, "Approve").await.expect(200).says("You approved");
    }
}

/// Opens what has no row in the queue any more.
async fn open_decided(browser: &Browser, id: SignOnId) -> Page {
    let queue = browser.get(QUEUE).await.expect(200);
    browser.post(&format!("/staff/sign-ons/{id}/claim"), format!("form_token={}", token(&queue))).await
}
