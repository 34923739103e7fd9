//! Staff write notes to each other about a sign-on; nobody else sees them, and nobody overwrites another's.

use crate::support::app::TestApp;
use crate::support::cast::open_letter;
use crate::support::queue::{entry, sent, waiting};
use crate::support::staff::{administrator, moderator, second_moderator};
use crate::support::{both, on_both_engines};
use diesel::prelude::*;
use undersigned::clock::{days, minutes};
use undersigned::db::schema::notes;

on_both_engines! {
    async fn a_note_is_seen_by_staff_and_kept_sealed(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[sent("Noted Network", "noted.example", "a@noted.example")]).await;
        let page = entry(&mina, ids[0]).await;
        let mut fields = page.attributes("#note [id]", "id");
        fields.extend(page.attributes(".decide [id]", "id"));
        let count = fields.len();
        fields.sort();
        fields.dedup();
        assert_eq!(fields.len(), count, "each field of the page has an id of its own");
        assert!(page.body.contains("Its own button saves it"), "{page:?}");
        let form = page.form_with_button("Save the note");
        assert_eq!(form.value("version"), "0");
        let said = "Called Ada Example.\nShe asks her board on Friday.";
        for _ in 0..2 {
            let page = mina.submit(&form.clone().fill("text", said)).await.expect(200);
            assert_eq!(page.form_with_button("Save the note").value("text"), said);
        }
        let tom = second_moderator(&app, "letter").await;
        let page = entry(&tom, ids[0]).await.says("Mina Moderator wrote this on 2 March 2026, 09:00 UTC.");
        assert_eq!(page.form_with_button("Save the note").value("text"), said);
        page.says("Wrote a note by Mina Moderator.");
        tom.get("/staff/letters/letter/history").await.hides("She asks her board");
        let db = app.db().await;
        let sealed = db.read(|conn| {
            let all = both!(conn, |c| notes::table.select(notes::sealed).load::<Vec<u8>>(c))?;
            Ok::<_, undersigned::db::Error>(all)
        });
        let sealed = sealed.await.unwrap();
        assert_eq!(sealed.len(), 1);
        assert!(!String::from_utf8_lossy(&sealed[0]).contains("board"));
        app.clock.advance(minutes(2));
        let long = form.clone().fill("text", &"x".repeat(5001));
        let page = mina.submit(&long).await.expect(422).says("The note is not saved yet");
        assert!(page.texts("title")[0].starts_with("Error: "), "{page:?}");
    }

    async fn two_who_write_at_once_see_both_texts(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        let ids = waiting(&app, &letter, &[sent("Noted Network", "noted.example", "a@noted.example")]).await;
        let hers = entry(&mina, ids[0]).await.form_with_button("Save the note").fill("text", "Hers.");
        let his = entry(&tom, ids[0]).await.form_with_button("Save the note").fill("text", "His.");
        mina.submit(&hers).await.expect(200);
        let page = tom.submit(&his).await.expect(409).says("Somebody else has changed the note");
        let page = page.says("Mina Moderator wrote this on").says("Hers.");
        let form = page.form_with_button("Save this instead");
        assert_eq!(form.value("text"), "His.");
        tom.submit(&form.fill("text", "Hers. His.")).await.expect(200);
        assert_eq!(entry(&mina, ids[0]).await.form_with_button("Save the note").value("text"), "Hers. His.");
    }

    async fn a_note_is_erased_with_the_representatives_data(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[sent("Noted Network", "noted.example", "a@noted.example")]).await;
        let form = entry(&mina, ids[0]).await.form_with_button("Save the note").fill("text", "Ada Example is away.");
        mina.submit(&form).await.expect(200);
        let form = entry(&mina, ids[0]).await.form_with_button("Reject").fill("reason", "details_unclear");
        mina.submit(&form).await.expect(200);
        app.clock.advance(days(31));
        app.upkeep().await;
        let ada = administrator(&app).await;
        let page = entry(&ada, ids[0]).await;
        assert_eq!(page.form_with_button("Save the note").value("text"), "");
    }

    async fn the_page_of_a_sign_on_runs_our_script_files_and_no_other_page_runs_any(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[sent("Noted Network", "noted.example", "a@noted.example")]).await;
        let page = entry(&mina, ids[0]).await;
        assert!(page.header("content-security-policy").contains("script-src 'self';"));
        assert!(!page.header("content-security-policy").contains("unsafe"));
        let script = page.attribute("script", "src").unwrap();
        let script = app.get(&script).await.expect(200);
        assert!(script.header("content-type").starts_with("text/javascript"));
        for path in ["/letters/letter", "/letters/letter/sign", "/login"] {
            assert!(!app.get(path).await.header("content-security-policy").contains("script-src"));
        }
    }
}
