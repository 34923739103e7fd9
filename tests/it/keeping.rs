//! What somebody typed into a form that is not taken any more stands on the page that says why.

use crate::support::app::TestApp;
use crate::support::cast::{self, open_letter, sign_and_verify};
use crate::support::on_both_engines;
use crate::support::queue::{entry, sent, waiting};
use crate::support::staff::{PASSWORD, log_in, moderator, second_moderator};
use undersigned::campaign::{Settings, Status};
use undersigned::clock::hours;
use undersigned::text::Slug;

on_both_engines! {
    async fn a_form_that_comes_after_the_end_of_the_log_in_is_sent_again_from_its_page(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[sent("Typed Network", "https://typed.example", "a@typed.example")]).await;
        let rejection = entry(&mina, ids[0]).await.form_with_button("Reject");
        let rejection = rejection.fill("reason", "not_eligible").fill("text", "Only\nlibraries.");
        let password = mina.get("/staff/account").await.form_with("current");
        let password = password.fill("current", PASSWORD).fill("password", "ledger kiln sofa");
        app.clock.advance(hours(2));
        let page = mina.submit(&rejection).await.expect(403).says("You are not logged in").says("nothing was changed");
        assert_eq!(page.raw_text("dd .as-typed"), "Only\nlibraries.");
        assert_eq!(page.hrefs("main p", "Log in"), ["/login"]);
        let again = page.form_with_button("Send it again");
        let page = mina.submit(&again).await.expect(403).says("Only libraries.");
        assert!(page.form_with_button("Send it again").encoded() == again.encoded(), "pressed too early, it is still there");

        let page = mina.submit(&password).await.expect(403).says("Passwords and codes are not kept");
        assert!(!page.body.contains(PASSWORD) && !page.body.contains("ledger kiln sofa"));
        mina.once(reqwest::Method::POST, rejection.action(), Some("a=%".to_owned())).await.unwrap().expect(403).says("not logged in");

        log_in(&app, &mina, "mina@staff.example", PASSWORD).await.expect(200);
        mina.submit(&again).await.expect(200);
        entry(&mina, ids[0]).await.says("Rejected").says("Only libraries.");
    }

    async fn a_form_for_a_letter_that_is_not_theirs_or_with_an_old_token_keeps_what_was_typed(app: TestApp) {
        let letter = open_letter(&app).await;
        cast::campaign(&app, Settings { slug: Slug::parse("another").unwrap(), ..cast::settings(&app) }).await;
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "another").await);
        let ids = waiting(&app, &letter, &[sent("Typed Network", "https://typed.example", "a@typed.example")]).await;
        let rejection = entry(&mina, ids[0]).await.form_with_button("Reject");
        let rejection = rejection.fill("reason", "not_eligible").fill("text", "Only\nlibraries.");
        let token = tom.get("/staff").await.form_with_button("Log out").value("form_token").to_owned();
        let foreign = tom.submit(&rejection.clone().smuggle("form_token", &token)).await.expect(404);
        let foreign = foreign.says("There is no such page").hides("Typed Network");
        assert_eq!(foreign.raw_text("dd .as-typed"), "Only\nlibraries.");
        let forged = "/staff/sign-ons/0198f0d2-0000-7000-8000-000000000000/reject";
        mina.post(forged, rejection.encoded()).await.expect(404).says("Only libraries.");
        let old = mina.submit(&rejection.clone().smuggle("form_token", "AAAA")).await.expect(403);
        old.says("The page was open for too long").says("Only libraries.");
        mina.submit(&rejection.smuggle("version", "newest")).await.expect(422).says("Only libraries.");
    }

    async fn a_form_about_a_letter_that_was_archived_meanwhile_keeps_what_was_typed(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, ada) = (moderator(&app, "letter").await, app.browser());
        let ids = waiting(&app, &letter, &[
            sent("Typed Network", "https://typed.example", "a@typed.example"),
            sent("TYPED NETWORK", "https://types.example", "a@types.example"),
        ]).await;
        let private = sign_and_verify(&app, "Bits of Freedom", "ada@bits.example").await.link("/sign-ons/");
        let page = entry(&mina, ids[0]).await;
        let href = format!("/staff/sign-ons/{}", ids[0]);
        let reject = page.form_with_button("Reject").fill("reason", "not_eligible").fill("text", "Only libraries.");
        let distinct = page.form_with_button("Say that they are two").fill("text", "Two cities.");
        let note = page.form_with_button("Save the note").fill("text", "Call them.");
        let ask = mina.get(&format!("{href}/notice")).await.form_with("source");
        let ask = ask.fill("email", "press@typed.example").fill("source", "Their imprint.");
        let replace = mina.get(&format!("{href}/contact")).await.form_with("representative");
        let replace = replace.fill("representative", "Bob Next").fill("role", "Secretary").fill("email", "bob@typed.example");
        let rename = mina.get(&format!("{href}/correct")).await.form_with("name").fill("name", "Typed Net");
        let hand_over = ada.get(&format!("{private}/hand-over")).await.form_with("representative");
        let hand_over = hand_over.fill("representative", "Bob Next").fill("role", "Secretary").fill("email", "bob@bits.example");
        crate::support::list::set(&app.db().await, &letter, |settings| settings.status = Status::Archived).await;

        let page = mina.submit(&reject).await.expect(409).says("The letter is archived").says("Only libraries.");
        page.says("Reason that you chose").says("Not the kind of organization this letter is for");
        mina.submit(&distinct).await.expect(409).says("The letter is archived").says("Two cities.");
        for (form, typed) in [
            (note, "Call them."),
            (ask, "Their imprint."),
            (replace.fill("text", "She has left."), "She has left."),
            (rename.fill("text", "A slip."), "Typed Net"),
        ] {
            mina.submit(&form).await.expect(409).says("rchived").says("What you typed").says(typed);
        }
        ada.submit(&hand_over).await.expect(409).says("The letter is archived").says("What you typed").says("Bob Next");
    }
}
