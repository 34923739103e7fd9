//! A letter in several languages: one text binds, the others translate a version of it, and there is one list.

mod asking;
mod ending;
mod folder;
mod signing;

use crate::consenting::{NEW, OLD, listed, write};
use crate::support::app::TestApp;
use crate::support::browser::{Browser, Form, Page};
use crate::support::cast::open_letter;
use crate::support::{on_both_engines, staff};
use reqwest::Method;
use undersigned::campaign::store::{self as campaigns, NewTranslationVersion};
use undersigned::campaign::{Campaign, Rendition, Translation};
use undersigned::ids::{TranslationId, TranslationVersionId};
use undersigned::secret::Random;
use undersigned::text::Language;

/// The letter in French: its title, its statement, its text.
pub(crate) const FRENCH: [(&str, &str); 6] = [
    ("title", "Laissez le parc ouvert"),
    ("recipient", "Le conseil municipal"),
    ("salutation", "Mesdames et Messieurs,"),
    ("closing", "Bien à vous,"),
    ("authority", "J’ai le droit d’ajouter le nom de cette organisation à cette lettre."),
    ("letter", "Nous vous demandons de laisser le parc ouvert.\n\nC’est le seul."),
];

/// The same in Arabic, which is written from right to left.
pub(crate) const ARABIC: [(&str, &str); 6] = [
    ("title", "أبقوا الحديقة مفتوحة"),
    ("recipient", "مجلس المدينة"),
    ("salutation", "السادة الكرام،"),
    ("closing", "مع التحية،"),
    ("authority", "يحق لي إضافة اسم هذه المنظمة إلى هذه الرسالة."),
    ("letter", "نطلب منكم إبقاء الحديقة مفتوحة.\n\nإنها الوحيدة."),
];

/// The page to write a translation, by the page with all of them.
pub(crate) async fn editor(olu: &Browser, tag: &str) -> Page {
    let page = olu.get("/staff/letters/letter/languages").await.expect(200);
    olu.submit(&page.form_with("language").fill("language", tag)).await.expect(200)
}

pub(crate) fn filled(page: &Page, fields: &[(&str, &str)]) -> Form {
    fields.iter().fold(page.form_with("letter"), |form, (name, value)| form.fill(name, value))
}

/// Puts the French translation in beside the running server.
pub(crate) async fn french(app: &TestApp, campaign: &Campaign) {
    let (campaign, now, random) = (campaign.clone(), app.clock.now(), Random::system());
    let says = Rendition::parse(&FRENCH.into_iter().collect()).unwrap();
    let write = move |tx: &mut undersigned::db::Tx<'_>| -> Result<(), undersigned::db::Error> {
        let id = TranslationId::new(now.millis(), random.bytes());
        let language = Language::parse("fr").unwrap();
        let of = Translation { id, campaign: campaign.id, language, retired_at: None };
        campaigns::insert_translation(tx, &of, now)?;
        let id = TranslationVersionId::new(now.millis(), random.bytes());
        let new = NewTranslationVersion { id, says: &says, of_number: 1, mends: None, at: now, by: None };
        campaigns::add_translation_version(tx, &of, new)?;
        Ok(())
    };
    app.db().await.write(write).await.unwrap();
}

/// Writes a translation and saves it; what comes next.
pub(crate) async fn translate(olu: &Browser, tag: &str, fields: &[(&str, &str)]) -> Page {
    let page = editor(olu, tag).await;
    olu.submit(&filled(&page, fields).press("save")).await
}

/// Corrects a translation, and says what that is.
pub(crate) async fn correct(olu: &Browser, tag: &str, letter: &str, kind: &str) -> Page {
    let page =
        translate(olu, tag, &[("letter", letter)]).await.expect(200).says("What changed in the translation");
    olu.submit(&page.form().choose("kind", kind).press("save")).await.expect(200)
}

on_both_engines! {
    async fn all_languages_have_one_list_and_each_page_says_which_text_binds(app: TestApp) {
        let (_, olu, _) = listed(&app, &["Alder", "Birch"]).await;
        let page = app.get("/letters/letter").await.expect(200).hides("hreflang").hides("binding one");
        assert!(page.texts("nav[aria-label='Languages of this letter']").is_empty());
        translate(&olu, "fr", &FRENCH).await.expect(200).says("Saved.").says("Up to date");
        translate(&olu, "ar", &ARABIC).await.expect(200).says("It translates version 1, which stands.");

        let english = app.get("/letters/letter").await.expect(200).says("The English text is the binding one.");
        let alternates: Vec<_> = english.attributes("link[rel=alternate]", "hreflang");
        assert_eq!(alternates, ["en", "ar", "fr", "x-default"]);
        assert_eq!(english.attributes("link[rel=alternate]", "href")[1], format!("{}/letters/letter/ar", app.base_url));
        let names = english.texts("ol.names > li");
        for (tag, dir, fields) in [("fr", "ltr", FRENCH), ("ar", "rtl", ARABIC)] {
            let page = app.get(&format!("/letters/letter/{tag}")).await.expect(200);
            assert_eq!(page.texts("h1"), [fields[0].1]);
            for place in ["h1", ".letter-text"] {
                assert_eq!(page.attribute(place, "lang").as_deref(), Some(tag));
                assert_eq!(page.attribute(place, "dir").as_deref(), Some(dir));
            }
            assert_eq!(page.attribute("html", "lang").as_deref(), Some("en"), "the furniture is English");
            let text = page.texts(".letter-text").join(" ");
            assert!(text.contains(fields[2].1) && text.contains(fields[3].1) && !text.contains(OLD), "{text}");
            let page = page.says("The binding text is the English one: read it.");
            assert_eq!(page.link("read it"), "/letters/letter");
            assert_eq!(page.texts("ol.names > li"), names);
            assert_eq!(page.attributes("ol.names > li", "value"), ["1", "2"]);
            assert_eq!(page.attributes("link[rel=alternate]", "hreflang"), alternates);
            assert_eq!(page.attribute(".call a.button", "href").unwrap(), format!("/letters/letter/sign?lang={tag}"));
            // Finished bytes of the same edition, which a cache may keep.
            assert_eq!(page.header("cache-control"), "public, max-age=0, must-revalidate");
            assert_eq!(page.header("x-edition"), english.header("x-edition"));
            assert_eq!(page.header("vary"), "accept-encoding");
            let (tag_of_it, of_english) = (page.header("etag").to_owned(), english.header("etag"));
            assert!(tag_of_it != of_english && tag_of_it[..17] == of_english[..17], "{tag_of_it} {of_english}");
        }
        let switcher = english.attributes("nav[aria-label='Languages of this letter'] a", "hreflang");
        assert_eq!(switcher, ["ar", "fr"]);
        // Each has one address, and what is no language of the letter is not there.
        app.get("/letters/letter/en").await.at("/letters/letter");
        for missing in ["de", "FR", "fr-CA", "fr/versions/2", "fr/versions/01", "de/changes", "de/versions/1.txt"] {
            app.get(&format!("/letters/letter/{missing}")).await.expect(404);
        }
        let plain = app.get("/letters/letter/fr/versions/1.txt").await.expect(200);
        let parts = [FRENCH[0].1, FRENCH[2].1, FRENCH[5].1, FRENCH[3].1];
        assert_eq!(plain.body, format!("{}\n", parts.join("\n\n")));
        app.get("/letters/letter/fr/versions/1").await.expect(200).says("version 1 of the binding text");
        // The data is the same for all languages.
        app.get("/letters/letter.json").await.expect(200).says("Keep the park open").hides(FRENCH[0].1);
        app.get("/letters/letter/fr.json").await.expect(404);
    }

    async fn a_changed_text_leaves_its_translations_behind_and_everybody_is_told(app: TestApp) {
        open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        translate(&olu, "fr", &FRENCH).await.expect(200);
        translate(&olu, "ar", &ARABIC).await.expect(200);
        // Before it is saved, they are listed.
        let changed = format!("We ask you to keep the park open.\n\n{NEW}");
        let page = write(&olu, &changed).await.expect(200).says("Nothing is saved yet.");
        let page = page.says("These translations are of the text as it was: Arabic, French.").says(NEW);
        app.get("/letters/letter").await.says(OLD);
        olu.submit(&page.form().press("save")).await.expect(200).says("Saved.")
            .says("Translations of an earlier text: Arabic, French.");
        let page = olu.get("/staff/letters/letter/languages").await.expect(200).says("Outdated");
        page.says("The binding text has changed since it was translated into: Arabic, French.");

        // Readers are told, no name stands there, and nobody signs by it.
        let page = app.get("/letters/letter/fr").await.expect(200).says("C’est le seul.");
        let page = page.says("This translation is of the text before the change of 2 March 2026, 09:00 UTC; the binding text has changed since.");
        assert!(page.texts("ol.names").is_empty() && page.texts("a.button").is_empty());
        assert_eq!(page.attribute("meta[name=robots]", "content").as_deref(), Some("noindex"));
        assert!(app.get("/letters/letter").await.attributes("link[rel=alternate]", "hreflang").is_empty());
        let form = app.get("/letters/letter/sign?lang=fr").await.expect(200);
        let form = form.says("There is no translation into French of the text as it is now.").says(NEW);
        assert_eq!(form.form().value("wording"), "2");

        // Translated anew, it is offered again.
        let page = olu.get("/staff/letters/letter/languages/fr").await.expect(200);
        let page = page.says("The form holds the translation of an earlier text.");
        let new = "Nous vous demandons de laisser le parc ouvert.\n\nSes portes restent ouvertes.";
        olu.submit(&page.form_with("letter").fill("letter", new).press("save")).await.expect(200).says("Saved.");
        let page = app.get("/letters/letter/fr").await.expect(200).says("Ses portes restent ouvertes.");
        page.says("Version 2 of this translation, of version 2 of the binding text.").hides("before the change");
        let page = app.get("/letters/letter/fr/changes").await.expect(200).says("It translates version 2 of the binding text.");
        assert_eq!(page.texts("ins"), ["added: Ses portes restent ouvertes."]);
        app.get("/letters/letter/ar").await.says("before the change");
    }

    async fn a_mended_slip_keeps_the_translations_in_use_and_says_so(app: TestApp) {
        let (_, olu, _) = listed(&app, &["Alder"]).await;
        translate(&olu, "fr", &FRENCH).await.expect(200);
        let page = write(&olu, "We ask you to keep the park open!\n\nIt is the only one.").await.expect(200);
        let page = page.says("These translations are of the text as it was: French.");
        olu.submit(&page.form().choose("kind", "slip").press("save")).await.expect(200)
            .says("Translations of an earlier text: French.");
        let page = app.get("/letters/letter/fr").await.expect(200).says("A slip was mended in it after it was translated.");
        assert_eq!(page.texts("ol.names > li").len(), 1);
        let form = app.get("/letters/letter/sign?lang=fr").await.expect(200).says("A slip was mended in the binding text");
        assert_eq!(form.form().value("wording"), "2.fr.1");
        // Looked at once more, it translates the new version.
        let page = olu.get("/staff/letters/letter/languages/fr").await.expect(200);
        olu.submit(&page.form_with("letter").press("save")).await.expect(200).says("It translates version 2, which stands.");
        app.get("/letters/letter/fr").await.hides("A slip was mended in it");
    }

    async fn a_correction_of_a_translation_is_shown_and_changes_nothing_of_the_binding_text(app: TestApp) {
        let (_, olu, _) = listed(&app, &["Alder"]).await;
        translate(&olu, "fr", &FRENCH).await.expect(200);
        let page = translate(&olu, "fr", &[("letter", "Nous demandons un parc ouvert.")]).await.expect(200);
        olu.submit(&page.form().press("save")).await.expect(422).says("Say what the change is.");
        correct(&olu, "fr", "Nous vous demandons de laisser le parc ouvert.\n\nC'est le seul.", "slip").await.says("Saved.");
        correct(&olu, "fr", "Nous vous prions de laisser le parc ouvert.\n\nC'est le seul.", "meaning").await.says("Saved.");
        let page = app.get("/letters/letter/fr/changes").await.expect(200);
        let page = page.says("A slip in the translation was mended: it says the same.");
        page.says("The translation was corrected: it says something else now. The binding text stayed as it was.");
        let page = app.get("/letters/letter").await.expect(200).says("Version 1 of the text");
        assert_eq!(page.texts("ol.names > li").len(), 1);
        let history = olu.get("/staff/letters/letter/history.csv").await.expect(200);
        assert!(history.body.contains("translated the letter") && history.body.contains("mended a slip in a translation"));
        assert!(history.body.contains("\"French: version 3, of version 1 of the text\""), "{}", history.body);
    }

    async fn of_two_who_translate_at_once_the_second_is_told(app: TestApp) {
        open_letter(&app).await;
        let (olu, ada) = (staff::organizer(&app, "letter").await, staff::administrator(&app).await);
        let (first, second) = (editor(&olu, "fr").await, editor(&ada, "fr").await);
        olu.submit(&filled(&first, &FRENCH).press("save")).await.expect(200).says("Saved.");
        let late = filled(&second, &[("title", "Gardez le parc"), ("letter", "Autrement."), ("authority", "Oui.")]);
        let page = ada.submit(&late.press("save")).await.expect(409).says("Nothing was saved: somebody was first.");
        let page = page.says("Olu Organizer translated the letter").says("C’est le seul.");
        assert_eq!(page.form_with("letter").value("title"), "Gardez le parc");
        let page = ada.submit(&page.form_with("letter").press("save")).await.expect(200).says("What changed in the translation");
        ada.submit(&page.form().choose("kind", "meaning").press("save")).await.expect(200).says("Saved.");
        // What cannot be taken is said beside its field, and what is no language, and the binding one.
        let page = editor(&olu, "de").await;
        let page = olu.submit(&filled(&page, &[("letter", "<b>x</b>")]).press("save")).await.expect(422);
        page.says("Remove the HTML").says("Write what a representative confirms");
        let page = olu.get("/staff/letters/letter/languages").await.expect(200);
        for (typed, said) in [("english", "Write a language tag"), ("en", "English is the binding language already.")] {
            olu.submit(&page.form_with("language").fill("language", typed)).await.expect(422).says(said);
        }
        app.get("/letters/letter/de").await.expect(404);
        let settings = olu.get("/staff/letters/letter/settings").await.expect(200);
        let page = olu.submit(&settings.form_with("language").fill("language", "fr")).await.expect(422);
        page.says("The letter is translated into this language.");
    }

    async fn a_page_in_another_language_is_read_from_memory_and_follows_the_list(app: TestApp) {
        let (letter, olu, _) = listed(&app, &["Alder"]).await;
        translate(&olu, "fr", &FRENCH).await.expect(200);
        let page = crate::listing::until(&app, "/letters/letter/fr", |page| page.status == 200).await;
        let head = app.browser().once(Method::HEAD, "/letters/letter/fr", None).await.unwrap();
        assert_eq!((head.status, head.header("etag")), (page.status, page.header("etag")));
        crate::consenting::join(&app, &letter, &olu, &["Birch"]).await;
        let page = crate::listing::until(&app, "/letters/letter/fr", |page| page.body.contains("Birch")).await;
        assert_eq!(page.texts("ol.names > li").len(), 2);
    }
}
