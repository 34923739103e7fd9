//! A translation is deleted, retired, offered again, or becomes the binding text.

use super::signing::{filled_in, signs};
use super::{ARABIC, FRENCH, editor, translate};
use crate::support::app::TestApp;
use crate::support::cast::{open_letter, send};
use crate::support::{on_both_engines, staff};

on_both_engines! {
    async fn what_nobody_signed_by_is_deleted_and_what_somebody_did_is_only_retired(app: TestApp) {
        open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        translate(&olu, "fr", &FRENCH).await.expect(200);
        translate(&olu, "ar", &ARABIC).await.expect(200);
        let delete = olu.get("/staff/letters/letter/languages/fr/end").await.expect(200).says("Delete the translation into French?");
        let link = signs(&app, "fr", "Friends of Trees", "ada@trees.example").await;
        // Somebody signed by it while the page lay open.
        olu.submit(&delete.form()).await.expect(409);
        app.get("/letters/letter/fr").await.expect(200);
        let page = olu.get("/staff/letters/letter/languages").await.expect(200);
        let page = olu.follow(&page, "Retire: French").await.expect(200).says("Retire the translation into French?");
        let retire = page.form();
        olu.submit(&retire).await.expect(200).says("Retired: it is offered no more");
        olu.submit(&retire).await.expect(200);
        for path in ["", "/changes", "/versions/1", "/versions/1.txt"] {
            app.get(&format!("/letters/letter/fr{path}")).await.expect(404);
        }
        olu.get("/staff/letters/letter/languages/fr").await.expect(409).says("is retired");
        app.get("/letters/letter").await.expect(200).hides("français");
        app.get("/letters/letter/sign?lang=fr").await.expect(200).says("There is no translation into French");
        // Who signed by it still reads it, and staff too.
        app.get(&format!("{link}/text")).await.expect(200).says("C’est le seul.");
        app.get(&link).await.expect(200).says(FRENCH[0].1);
        let mina = staff::moderator(&app, "letter").await;
        mina.get("/staff/letters/letter/languages/fr/versions/1").await.expect(200).says("The translation is retired");
        let page = olu.get("/staff/letters/letter/languages").await.expect(200);
        let page = olu.follow(&page, "Offer it again: French").await.expect(200);
        olu.submit(&page.form()).await.expect(200).says("Offered again.");
        app.get("/letters/letter/fr").await.expect(200).says("C’est le seul.");

        let page = olu.get("/staff/letters/letter/languages/ar/end").await.expect(200);
        olu.submit(&page.form()).await.expect(200).says("Deleted.").hides("Arabic");
        app.get("/letters/letter/ar").await.expect(404);
        let page = editor(&olu, "ar").await;
        assert_eq!(page.form_with("letter").value("title"), "", "nothing of it is left");
    }

    async fn another_language_binds_only_before_somebody_stands_behind_the_text(app: TestApp) {
        open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        translate(&olu, "fr", &FRENCH).await.expect(200);
        translate(&olu, "ar", &ARABIC).await.expect(200);
        // Sent by the English text, and not verified yet.
        let browser = app.browser();
        let form = filled_in(&browser, "en", "Friends of Bees", "bea@bees.example").await;
        send(&browser, &form).await.says("Now open your mail");
        let page = olu.get("/staff/letters/letter/languages").await.expect(200);
        let page = olu.follow(&page, "Make it the binding one: French").await.expect(200);
        let page = page.says("Make French the binding language?").says("Also translated: Arabic.");
        let bind = page.form();
        let page = olu.submit(&bind).await.expect(200).says("The binding text is the French one, version 2");
        page.says("English").says("It translates version 2, which stands.").says("Outdated");
        olu.submit(&bind).await.expect(200);
        let page = app.get("/letters/letter").await.expect(200).says("The French text is the binding one.");
        assert_eq!((page.texts("h1"), page.attribute("h1", "lang").as_deref()), (vec![FRENCH[0].1.to_owned()], Some("fr")));
        let page = app.get("/letters/letter/en").await.expect(200).says("It is the only one.");
        page.says("The binding text is the French one: read it.");
        app.get("/letters/letter/fr").await.at("/letters/letter");
        app.get("/letters/letter/ar").await.expect(200).says("before the change");
        let link = app.mailbox().newest_about("bea@bees.example", "Verify your sign-on").await.link("/verify/");
        let page = browser.get(&link).await.expect(200).says("The text of the letter has changed").says("C’est le seul.");
        let back = olu.get("/staff/letters/letter/languages/en/bind").await.expect(200).form();
        browser.submit(&page.form()).await.expect(200).says("Verified. Thank you");
        // From then on it stays.
        olu.submit(&back).await.expect(409);
        let page = olu.get("/staff/letters/letter/languages/en/bind").await.expect(200);
        page.says("Organizations stand behind the binding text. It stays the binding one.");
        olu.get("/staff/letters/letter/languages").await.expect(200).hides("Make it the binding one");
    }
}
