//! What is held about a representative: handed out, and erased.

use crate::support::app::TestApp;
use crate::support::cast::{open_letter, sign_and_verify};
use crate::support::on_both_engines;
use crate::support::queue::press;
use crate::support::staff::moderator;
use undersigned::clock::minutes;

const ADA: &str = "ada@bits.example";

on_both_engines! {
    async fn what_names_somebody_is_handed_out_and_erased_and_the_entry_stays(app: TestApp) {
        open_letter(&app).await;
        let (mina, ada) = (moderator(&app, "letter").await, app.browser());
        let private = sign_and_verify(&app, "Bits of Freedom", ADA).await.link("/sign-ons/");
        let page = mina.follow(&mina.get("/staff/letters/letter/queue").await, "Bits of Freedom").await;
        press(&mina, &page, "Approve").await.expect(200);
        let hers = ada.get(&private).await.expect(200).says("Ada Example");
        let data = ada.follow(&hers, "Download it").await.expect(200);
        assert_eq!(data.header("content-disposition"), "attachment; filename=\"sign-on.json\"");
        let held: serde_json::Value = serde_json::from_str(&data.body).unwrap();
        assert_eq!(held["representatives"][0]["email"], ADA);
        assert_eq!(held["organization"]["name"], "Bits of Freedom");
        assert!(held["authority"]["statement"].as_str().is_some_and(|text| !text.is_empty()));

        let question = ada.follow(&hers, "Erase what names you").await.expect(200).says("Erase what names you?");
        let form = question.form_with("email");
        ada.submit(&form.clone().fill("email", "bob@bits.example")).await.expect(422).says("Nothing is held about this address");
        ada.submit(&form.clone().fill("email", ADA).without("form_token")).await.expect(403);
        ada.get(&private).await.says("Ada Example");
        let form = form.fill("email", "Ada@Bits.example");
        ada.submit(&form).await.expect(200).says("What stays, and why").says("Bits of Freedom");
        ada.submit(&form).await.expect(200).says("What stays, and why");
        ada.get(&question.path).await.expect(200).says("What stays, and why");

        app.clock.advance(minutes(11));
        let after = ada.get(&private).await.expect(200).hides("Ada Example").hides(ADA);
        after.says("Nothing that names anybody is held any more").says("On the list");
        let data = ada.get(&format!("{private}/data.json")).await.expect(200);
        data.hides("Ada Example").hides(ADA);
        mina.get(&page.path).await.expect(200).hides("Ada Example").hides(ADA);
        assert!(app.get("/letters/letter.txt").await.body.contains("1. Bits of Freedom"));
        // The decision's mail had not gone: it does not go to somebody whom nobody knows any more.
        app.clock.advance(undersigned::clock::minutes(30));
        let mails = app.mailbox().all_to(ADA).await;
        assert!(!mails.iter().any(|mail| mail.subject.contains("is on the list")), "it was told after the erasure");
        // The organization can still take its name back.
        let page = ada.get(&format!("{private}/withdraw")).await.expect(200);
        ada.submit(&page.form()).await.expect(200);
        assert!(!app.get("/letters/letter.txt").await.body.contains("Bits of Freedom"));
    }

    async fn a_link_that_is_none_hands_nothing_out(app: TestApp) {
        open_letter(&app).await;
        for page in ["data.json", "erase"] {
            let none = format!("/sign-ons/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/{page}");
            app.get(&none).await.expect(404);
        }
    }
}
