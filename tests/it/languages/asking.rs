//! Those who signed by a translation are asked about another text in its language, where that is translated too.

use super::signing::signs;
use super::{ARABIC, FRENCH, translate};
use crate::consenting::{NEW, ask, prepare};
use crate::support::app::TestApp;
use crate::support::cast::open_letter;
use crate::support::{on_both_engines, staff};
use undersigned::clock::days;

on_both_engines! {
    async fn each_is_asked_in_their_own_language_where_the_new_text_is_translated(app: TestApp) {
        open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        translate(&olu, "fr", &FRENCH).await.expect(200);
        translate(&olu, "ar", &ARABIC).await.expect(200);
        signs(&app, "fr", "Alder", "rep@alder.example").await;
        signs(&app, "ar", "Birch", "rep@birch.example").await;
        for name in ["Alder", "Birch"] {
            let queue = olu.get("/staff/letters/letter/queue").await.expect(200);
            let entry = olu.follow(&queue, name).await.expect(200);
            olu.submit(&entry.form_with_button("Approve")).await.expect(200);
        }
        let page = prepare(&olu).await.says("It is not translated into: Arabic, French.");
        assert_eq!(page.link("Translate it first"), "/staff/letters/letter/languages");
        // The other text is translated before anybody is asked; nothing of it is public.
        let page = olu.get("/staff/letters/letter/languages/fr?of=other").await.expect(200).says(NEW);
        let new = "Nous vous demandons de laisser le parc ouvert.\n\nSes portes restent ouvertes.";
        let page = olu.submit(&page.form_with("letter").fill("letter", new).press("save")).await.expect(200);
        page.says("Kept beside the other text.").says("The other text is translated too.");
        app.get("/letters/letter/fr").await.expect(200).says("C’est le seul.");
        app.get("/letters/letter/fr/versions/2").await.expect(404);
        olu.get("/staff/letters/letter/consent").await.says("The other text is translated into: French.");
        ask(&olu, "2026-03-16").await;
        app.upkeep().await;

        let mail = app.mailbox().newest_saying("rep@alder.example", "/consents/").await;
        assert!(mail.subject.ends_with(FRENCH[0].1), "{}", mail.subject);
        assert!(mail.text.contains("[-C’est le seul.-]") && mail.text.contains("{+Ses portes restent ouvertes.+}"), "{}", mail.text);
        assert!(!mail.text.contains(NEW), "{}", mail.text);
        let browser = app.browser();
        let page = browser.get(&mail.link("/consents/")).await.expect(200).says(FRENCH[0].1);
        assert_eq!(page.attribute(".differences", "lang").as_deref(), Some("fr"));
        let page = page.says("The binding text, in English").says(NEW);
        assert_eq!(page.form().value("number"), "2.fr.2");
        let forged = page.form().fill("number", "2.fr.1").press_text("Yes, keep our name");
        browser.submit(&forged).await.expect(409).says("Nothing was changed");
        browser.submit(&page.form().press_text("Yes, keep our name")).await.expect(200).says("Your organization agrees");

        // For whom there is no translation of it, the binding text is shown, and it is said so.
        let told = "There is no translation of this text into Arabic yet. This is the binding text, in English.";
        let mail = app.mailbox().newest_saying("rep@birch.example", "/consents/").await;
        assert!(mail.subject.ends_with(ARABIC[0].1), "{}", mail.subject);
        assert!(mail.text.contains(told) && mail.text.contains(NEW), "{}", mail.text);
        let page = browser.get(&mail.link("/consents/")).await.expect(200).says(told).says(NEW);
        assert_eq!(page.form().value("number"), "2");
        assert_eq!(page.attribute(".differences", "dir").as_deref(), Some("ltr"));
        browser.submit(&page.form().press_text("Yes, keep our name")).await.expect(200);

        // Meanwhile the new text is signed, in French where it is wanted, and the old one stands in every language.
        let page = browser.get("/letters/letter/sign?lang=fr").await.expect(200).says("You sign a new text.");
        assert_eq!(page.form().value("wording"), "2.fr.2");
        assert_eq!(page.link("Open it on a page of its own"), "/letters/letter/fr/versions/2");
        app.get("/letters/letter/fr/versions/2").await.expect(200).says("Ses portes restent ouvertes.");
        browser.get("/letters/letter/sign?lang=ar").await.says("There is no translation into Arabic of the text as it is now.");
        app.get("/letters/letter/fr").await.says("C’est le seul.").says("Alder").hides("Ses portes");

        app.clock.advance(days(15));
        app.upkeep().await;
        let page = crate::listing::until(&app, "/letters/letter/fr", |page| page.body.contains("Ses portes")).await;
        assert_eq!(page.texts("ol.names > li"), ["Alder, Kenya", "Birch, Kenya"]);
        app.get("/letters/letter/ar").await.says("before the change").hides("Alder");
        // The record has both: what was read at first, and what was read then.
        let link = app.mailbox().newest_saying("rep@alder.example", "/sign-ons/").await.link("/sign-ons/");
        let page = app.get(&link).await.says("French: version 1 of the translation, of version 1 of the text");
        page.says("French: version 2 of the translation, of version 2 of the text");
        let link = app.mailbox().newest_saying("rep@birch.example", "/sign-ons/").await.link("/sign-ons/");
        app.get(&link).await.says("Arabic: version 1 of the translation").says("The binding text, version 2");
    }

    async fn a_translation_of_an_earlier_state_of_the_other_text_is_not_used(app: TestApp) {
        open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        translate(&olu, "fr", &FRENCH).await.expect(200);
        signs(&app, "fr", "Alder", "rep@alder.example").await;
        prepare(&olu).await;
        let page = olu.get("/staff/letters/letter/languages/fr?of=other").await.expect(200);
        let form = page.form_with("letter").fill("letter", "Ses portes restent ouvertes.");
        olu.submit(&form.clone().press("save")).await.expect(200);
        let page = crate::consenting::write(&olu, "We ask you to keep the park open at night.").await.expect(200);
        olu.submit(&page.form().choose("kind", "meaning").press("save")).await.expect(200)
            .says("It is not translated into: French.");
        olu.get("/staff/letters/letter/languages").await.says("The other text has changed since it was translated");
        olu.submit(&form.press("save")).await.expect(409).says("somebody was first");
        ask(&olu, "2026-03-16").await;
        app.upkeep().await;
        let mail = app.mailbox().newest_saying("rep@alder.example", "/consents/").await;
        assert!(mail.text.contains("There is no translation of this text into French yet."), "{}", mail.text);
        // It can still be translated while they are asked.
        let page = olu.get("/staff/letters/letter/languages/fr?of=other").await.expect(200).says("about which everybody is asked");
        let form = page.form_with("letter").fill("letter", "Ouvrez le parc la nuit.");
        olu.submit(&form.press("save")).await.expect(200).says("The other text is translated too.");
        app.get(&mail.link("/consents/")).await.expect(200).says("Ouvrez le parc la nuit.").hides("no translation");
    }
}
