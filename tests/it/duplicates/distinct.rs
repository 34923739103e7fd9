//! What is alike and is not the same.

use super::{QUEUE, SECOND, listed};
use crate::support::app::TestApp;
use crate::support::cast::open_letter;
use crate::support::on_both_engines;
use crate::support::queue::{entry, press, sent, waiting};
use crate::support::staff::{moderator, second_moderator};

const TWO: &str = "Say that they are two";

on_both_engines! {
    async fn a_pair_that_was_said_to_be_two_is_silent_until_that_is_taken_back(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        let ids = waiting(&app, &letter, &[
            sent("Article 91", "https://article91.example", "a@article91.example"),
            sent("ARTICLE91", "https://other.example", "a@other.example"),
        ])
        .await;
        let page = entry(&mina, ids[1]).await;
        let form = page.form_with_button(TWO);
        let theirs = entry(&tom, ids[0]).await.form_with_button(TWO).fill("text", "Two laws.");
        let merger = page.form_with_button("Merge the two");
        assert_eq!(mina.get(&format!("{QUEUE}?show=alike")).await.texts(".row-name").len(), 2);
        mina.submit(&form).await.expect(422).says("Write why they are two organizations.");
        let form = form.fill("text", "Of two countries.");
        for _ in 0..2 {
            let said = mina.submit(&form).await.expect(200).says("Said to be distinct from “Article 91” by Mina Moderator");
            said.says("Of two countries.").hides("Side by side");
        }
        tom.submit(&theirs).await.expect(409).says("Mina Moderator said so on 2 March 2026, 09:00 UTC: “Of two countries.”").says("Two laws.");
        mina.submit(&merger).await.expect(409).says("two organizations");
        for id in &ids {
            let page = entry(&mina, *id).await.says("Said to be distinct from").hides("has the same name");
            page.says("distinct from another entry by Mina Moderator. Note: Of two countries.");
        }
        assert_eq!(mina.get(&format!("{QUEUE}?show=alike")).await.texts(".row-name").len(), 0);
        assert!(!mina.get(QUEUE).await.text().contains("has the same name"));

        let back = press(&mina, &entry(&mina, ids[0]).await, "Take that back").await.expect(200).says("Side by side");
        back.says("No longer said to be distinct");
        assert_eq!(mina.get(&format!("{QUEUE}?show=alike")).await.texts(".row-name").len(), 2);
        mina.submit(&entry(&mina, ids[1]).await.form_with_button(TWO).fill("text", "They are.")).await.expect(200);
        // Both are approved, and no tick is asked for.
        for id in &ids {
            press(&mina, &entry(&mina, *id).await, "Approve").await.expect(200).says("You approved");
        }
        assert_eq!(listed(&app, 2).await.len(), 2);
        let refused = press(&mina, &entry(&mina, ids[0]).await, "Take that back").await.expect(409);
        refused.says("Both are on the list under one name");
    }

    async fn approving_what_is_said_to_be_another_one_says_so_for_the_pair_and_undo_unsays_it(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[
            sent("Article 91", "", "a@article91.example"),
            sent("ARTICLE91", "", "a@other.example"),
        ])
        .await;
        press(&mina, &entry(&mina, ids[0]).await, "Approve").await.expect(200);
        let page = entry(&mina, ids[1]).await.says("is on the list under the same name");
        let form = page.form_with_button("Approve").tick("distinct").fill("text", "Of another country.");
        let done = mina.submit(&form).await.expect(200);
        entry(&mina, ids[0]).await.says("Said to be distinct from “ARTICLE91” by Mina Moderator");
        press(&mina, &done, "Undo it").await.expect(200).says("is in the queue again");
        entry(&mina, ids[0]).await.hides("Said to be distinct");
        press(&mina, &entry(&mina, ids[1]).await, "Approve").await.expect(409);
        assert_eq!(listed(&app, 1).await.len(), 1);
    }

    async fn article_19_is_one_signatory_and_the_internet_society_and_its_chapters_are_three(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let site = "https://www.article19.example";
        let ids = waiting(&app, &letter, &[
            sent("ARTICLE 19", site, "a@article19.example"),
            sent("article19", "https://article19.example/about", "b@article19.example"),
            sent("Internet Society", "https://isoc.example", "a@isoc.example"),
            sent("Internet Society - Bulgaria", "https://isoc-bg.example", "a@isoc-bg.example"),
            sent("Internet Society UK England Chapter", "https://isoc-uk.example", "a@isoc-uk.example"),
        ])
        .await;
        press(&mina, &entry(&mina, ids[0]).await, "Approve").await.expect(200);
        let page = entry(&mina, ids[1]).await;
        press(&mina, &page, "Approve").await.expect(409).says("An organization of this name is on the list.");
        press(&mina, &page, SECOND).await.expect(200).says("You merged “article19” into “ARTICLE 19”");
        for id in &ids[2..] {
            let page = entry(&mina, *id).await.hides("Likely duplicates");
            press(&mina, &page, "Approve").await.expect(200).says("You approved");
        }
        assert_eq!(listed(&app, 4).await, [
            "1. ARTICLE 19",
            "2. Internet Society",
            "3. Internet Society - Bulgaria",
            "4. Internet Society UK England Chapter",
        ]);
    }
}
