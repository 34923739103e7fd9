//! Signing by a translation: what is shown, stated and mailed is in its language, and the record says which text that was.

use super::{ARABIC, FRENCH, correct, translate};
use crate::consenting::write;
use crate::support::app::TestApp;
use crate::support::browser::{Browser, Form};
use crate::support::cast::{self, open_letter, send};
use crate::support::list::set;
use crate::support::{on_both_engines, staff};
use undersigned::campaign::{Access, Settings};
use undersigned::clock::minutes;

/// The form in a language, filled in.
pub(super) async fn filled_in(browser: &Browser, tag: &str, organization: &str, email: &str) -> Form {
    let page = browser.get(&format!("/letters/letter/sign?lang={tag}")).await.expect(200);
    page.form()
        .fill("organization", organization)
        .choose("country", "KE")
        .fill("representative", "Ada Example")
        .fill("role", "Director")
        .fill("email", email)
        .choose("basis", "head")
        .tick("authority")
}

/// Signs in a language and verifies; the link to the private page.
pub(super) async fn signs(app: &TestApp, tag: &str, organization: &str, email: &str) -> String {
    let browser = app.browser();
    let form = filled_in(&browser, tag, organization, email).await;
    send(&browser, &form).await.says("Now open your mail");
    let link = app.mailbox().newest_about(email, "Verify your sign-on").await.link("/verify/");
    let page = browser.get(&link).await.expect(200);
    browser.submit(&page.form()).await.says("Verified. Thank you");
    app.mailbox().newest_saying(email, "/sign-ons/").await.link("/sign-ons/")
}

on_both_engines! {
    async fn who_signs_by_a_translation_reads_states_and_is_told_in_it_and_the_record_says_which(app: TestApp) {
        open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        translate(&olu, "fr", &FRENCH).await.expect(200);
        let (title, statement) = (FRENCH[0].1, FRENCH[4].1);
        let browser = app.browser();
        let page = browser.get("/letters/letter/sign?lang=fr").await.expect(200).says(title).says(statement);
        let page = page.says("You read the letter in French. The binding text is the English one");
        assert_eq!(page.link(title), "/letters/letter/fr");
        assert_eq!(page.attribute("label bdi", "lang").as_deref(), Some("fr"));
        let form = filled_in(&browser, "fr", "Friends of Trees", "ada@trees.example").await;
        assert_eq!((form.value("wording"), form.action()), ("1.fr.1", "/letters/letter/sign?lang=fr"));
        // What is to be mended comes back in French.
        browser.submit(&form.clone().fill("email", "nobody")).await.expect(422).says(title).says(statement);
        let review = browser.submit(&form).await.expect(200).says(title).says(statement);
        browser.submit(&review.form().press("send")).await.says("Now open your mail");
        let mail = app.mailbox().newest_about("ada@trees.example", "Verify your sign-on").await;
        assert_eq!(mail.subject, format!("Verify your sign-on: {title}"));
        assert!(mail.text.contains(title) && !mail.text.contains("Keep the park open"), "{}", mail.text);
        let page = browser.get(&mail.link("/verify/")).await.expect(200).says(title).says(statement);
        browser.submit(&page.form()).await.says("Verified. Thank you");
        let receipt = app.mailbox().newest_about("ada@trees.example", "verified and waits for review").await;
        assert!(receipt.subject.ends_with(title), "{}", receipt.subject);

        // The record: their page, their file, the moderators' page, the history.
        let said = "French: version 1 of the translation, of version 1 of the text";
        let link = receipt.link("/sign-ons/");
        let page = app.get(&link).await.expect(200).says(title).says(said).says(statement);
        app.browser().follow(&page, "Read the text that you agreed to").await.expect(200).says(said).says("C’est le seul.");
        let held: serde_json::Value = serde_json::from_str(&app.get(&format!("{link}/data.json")).await.body).unwrap();
        assert_eq!(held["texts_shown"][0]["language"], "fr");
        assert_eq!((&held["texts_shown"][0]["version"], &held["texts_shown"][0]["translation_version"]), (&1.into(), &1.into()));
        assert_eq!(held["authority"]["statement"], statement);
        let mina = staff::moderator(&app, "letter").await;
        let queue = mina.get("/staff/letters/letter/queue").await.expect(200).says("Keep the park open");
        let entry = mina.follow(&queue, "Friends of Trees").await.expect(200).says(said).says(statement);
        let entry = entry.says("Submitted after reading the letter in French");
        mina.follow(&entry, "Read the translation that they were shown").await.expect(200).says(title).says("C’est le seul.");
        let history = olu.get("/staff/letters/letter/history.csv").await.expect(200);
        assert!(history.body.contains("read the letter in a translation") && history.body.contains(said), "{}", history.body);
        mina.submit(&entry.form_with_button("Approve")).await.expect(200);
        app.clock.advance(minutes(11));
        let mail = app.mailbox().newest_about("ada@trees.example", "Your organization is on the list").await;
        assert!(mail.subject.ends_with(title), "{}", mail.subject);
        app.get("/letters/letter").await.says("Friends of Trees");
        // Whoever reads the binding text is told in it.
        let mail = cast::sign(&app, "Friends of Bees", "bea@bees.example").await;
        assert_eq!(mail.subject, "Verify your sign-on: Keep the park open");
    }

    async fn nobody_signs_by_a_translation_that_they_have_not_read(app: TestApp) {
        open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        translate(&olu, "fr", &FRENCH).await.expect(200);
        let browser = app.browser();
        // A form that names a translation that is none, or no text, is not taken.
        for forged in ["1.fr.7", "1.de.1", "1.fr", "1.fr.", "2.fr.1", ".fr.1", ""] {
            let form = filled_in(&browser, "fr", "Forgers", "f@forgers.example").await.smuggle("wording", forged);
            let review = browser.submit(&form).await.expect(200);
            browser.submit(&review.form().press("send")).await.expect(409).says("Nothing was sent");
        }
        // Open while a slip is mended: taken. Open while the translation is corrected: not, and it comes back with what is said now.
        let open = filled_in(&browser, "fr", "Friends of Trees", "ada@trees.example").await;
        correct(&olu, "fr", "Nous vous demandons de laisser le parc ouvert.\n\nC'est le seul.", "slip").await;
        send(&browser, &open).await.says("Now open your mail");
        let late = filled_in(&browser, "fr", "Friends of Bees", "bea@bees.example").await;
        correct(&olu, "fr", "Nous vous prions de laisser le parc ouvert.", "meaning").await;
        let review = browser.submit(&late).await.expect(200);
        let page = browser.submit(&review.form().press("send")).await.expect(409);
        let page = page.says("the text of the letter has changed since you opened the form");
        assert_eq!((page.form().value("wording"), page.form().value("organization")), ("1.fr.3", "Friends of Bees"));
        send(&browser, &page.form()).await.says("Now open your mail");

        // Open while the binding text changes: it comes back with the binding text, and says why.
        let open = filled_in(&browser, "fr", "Friends of Ponds", "pia@ponds.example").await;
        let page = write(&olu, "We ask you to open the park at night.").await.expect(200);
        olu.submit(&page.form().press("save")).await.expect(200);
        let review = browser.submit(&open).await.expect(200);
        let page = browser.submit(&review.form().press("send")).await.expect(409);
        let page = page.says("There is no translation into French of the text as it is now.").says("at night");
        assert_eq!(page.form().value("wording"), "2");
        // And what was sent before is verified only after the change was read, in the binding text.
        let link = app.mailbox().newest_about("bea@bees.example", "Verify your sign-on").await.link("/verify/");
        let page = browser.get(&link).await.expect(200).says("There is no translation of it into French yet");
        assert_eq!(page.form().value("wording"), "2");
        assert!(page.texts("ins").join(" ").contains("at night"));
        browser.submit(&page.form().without("wording")).await.expect(409).says("Verify your sign-on");
        browser.submit(&page.form()).await.expect(200).says("Verified. Thank you");
        let link = app.mailbox().newest_about("bea@bees.example", "verified and waits").await.link("/sign-ons/");
        app.get(&link).await.says("French: version 3 of the translation").says("The binding text, version 2");
    }

    async fn who_signed_by_a_translation_that_was_wrong_reads_what_was_corrected(app: TestApp) {
        open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        translate(&olu, "ar", &ARABIC).await.expect(200);
        let link = signs(&app, "ar", "Friends of Trees", "ada@trees.example").await;
        let page = app.get(&format!("{link}/text")).await.expect(200).hides("The translation was corrected since");
        assert_eq!(page.attribute(".letter-text", "dir").as_deref(), Some("rtl"));
        correct(&olu, "ar", "نرجو منكم إبقاء الحديقة مفتوحة.\n\nإنها الوحيدة.", "meaning").await;
        let page = app.get(&format!("{link}/text")).await.expect(200).says("The translation was corrected since.");
        assert_eq!(page.texts("del"), ["removed: نطلب"]);
        assert!(page.texts(".letter-text").join(" ").contains("نطلب"), "what was shown stays to be read");
    }

    async fn an_invitation_and_a_preview_are_read_in_another_language_too(app: TestApp) {
        let settings = Settings { access: Access::Invitation, ..cast::settings(&app) };
        let campaign = cast::campaign(&app, settings).await;
        let olu = staff::organizer(&app, "letter").await;
        translate(&olu, "fr", &FRENCH).await.expect(200);
        // A letter that strangers may not see has no address in any language.
        for path in ["", "/fr", "/fr/changes", "/fr/versions/1", "/fr/versions/1.txt", "/sign?lang=fr"] {
            app.get(&format!("/letters/letter{path}")).await.expect(404);
        }
        let page = olu.get("/staff/letters/letter/invitations").await.expect(200);
        let list = "Trees,ada@trees.example,,fr-CA\nBees,bea@bees.example,,de";
        let preview = olu.submit(&page.form_with("organizations").fill("organizations", list)).await.expect(200);
        olu.submit(&preview.form_with("organizations").press("do")).await.expect(200);
        let mail = app.mailbox().newest_to("ada@trees.example").await;
        assert!(mail.subject.ends_with(FRENCH[0].1), "{}", mail.subject);
        let browser = app.browser();
        let page = browser.get(&mail.link("/invitations/")).await.expect(200).says(FRENCH[0].1).says("C’est le seul.");
        let page = page.says("This is a translation. The binding text is the English one.");
        let form = page.form_with("wording");
        assert_eq!(form.value("wording"), "1.fr.1");
        let form = form.choose("country", "KE").fill("representative", "Ada Example").fill("role", "Director");
        let review = browser.submit(&form.choose("basis", "head").tick("authority")).await.expect(200).says(FRENCH[4].1);
        browser.submit(&review.form().press("send")).await.says("Now open your mail");
        let mail = app.mailbox().newest_about("ada@trees.example", "Verify your sign-on").await;
        assert!(mail.subject.ends_with(FRENCH[0].1), "{}", mail.subject);
        let page = browser.follow(&page, "English").await.expect(200).says("It is the only one.");
        assert_eq!(page.form_with("wording").value("wording"), "1");
        // Who is invited in a language into which it is not translated reads the binding text, without a word about it.
        let mail = app.mailbox().newest_to("bea@bees.example").await;
        app.get(&mail.link("/invitations/")).await.expect(200).says("It is the only one.").hides("no translation");

        set(&app.db().await, &campaign, |settings| (settings.access, settings.published_at) = (Access::Public, None)).await;
        let page = olu.get("/staff/letters/letter/previews").await.expect(200);
        let form = page.form_with("link_name").fill("link_name", "For the press").fill("until", "2026-03-10");
        let link = olu.submit(&form).await.expect(200).texts("p.secret a").remove(0);
        let link = link.strip_prefix(&app.base_url).unwrap();
        let page = crate::listing::until(&app, link, |page| page.body.contains("hreflang")).await;
        let page = app.browser().follow(&page, "français").await.expect(200).says("C’est le seul.");
        assert_eq!(page.attribute(".letter-text", "lang").as_deref(), Some("fr"));
        assert!(page.hrefs("body", "").iter().all(|href| !href.starts_with("/letters/")), "{page:?}");
    }
}
