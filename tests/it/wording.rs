//! The text of a letter: how it is written, looked at and changed, and what everybody reads of that.

use crate::consenting::{OLD, listed, write};
use crate::support::app::TestApp;
use crate::support::cast::open_letter;
use crate::support::{on_both_engines, staff};
use std::time::Duration;

on_both_engines! {
    async fn a_text_is_refused_by_its_line_and_looked_at_as_it_will_print(app: TestApp) {
        let _ = open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        let page = olu.get("/staff/letters/letter/letter").await.expect(200);
        let form = page.form().fill("introduction", "From *us*.").fill("letter", "One.\n\nTwo <b>bold</b>.");
        let page = olu.submit(&form.press("preview")).await.expect(422);
        let page = page.says("Remove the HTML “<b>” in line 3");
        assert_eq!(page.form().value("introduction").trim(), "From *us*.", "nothing typed is lost");
        let form = page.form().fill("letter", "# Please\n\nread [this](https://law.example/a) and [that](https://law.example/b).");
        let page = olu.submit(&form.press("preview")).await.expect(200).says("Preview: not saved yet");
        assert_eq!(page.texts(".letter:not(.as-printed) .introduction em"), ["us"]);
        assert_eq!(page.texts(".as-printed .footnotes li"), ["https://law.example/a", "https://law.example/b"]);
        assert!(page.raw_text("pre").contains("read this [1] and that [2]."), "{}", page.raw_text("pre"));
        assert!(page.form().value("letter").contains("https://law.example/b"), "nothing typed is lost");
        olu.submit(&page.form().press("save")).await.expect(200).says("Saved.");
        // The public reads it so, with the footnotes for whoever prints it, and in the text form.
        let page = app.get("/letters/letter").await.expect(200);
        assert_eq!(page.texts(".introduction em"), ["us"]);
        assert_eq!(page.texts(".fn"), ["[1]", "[2]"]);
        assert_eq!(page.texts(".footnotes li").len(), 2);
        let text = app.get("/letters/letter/versions/2.txt").await.expect(200).body;
        assert!(text.contains("From us.\n\nPlease\n\nread this [1] and that [2].\n\n[1] https://law.example/a\n"), "{text}");
        assert!(text.starts_with("Keep the park open\n\nDear councilors,"), "{text}");
    }

    async fn a_slip_is_mended_at_once_and_everybody_can_read_what_changed(app: TestApp) {
        let (_, olu, _) = listed(&app, &["Alder"]).await;
        let page = write(&olu, "We ask you to keep the parks open.\n\nIt is the only one.").await.expect(200);
        let page = page.says("What changed in the text");
        assert_eq!((page.texts("del"), page.texts("ins")), (vec!["removed: park".to_owned()], vec!["added: parks".to_owned()]));
        app.get("/letters/letter").await.says("keep the park open");
        olu.submit(&page.form().press("save")).await.expect(422).says("Say what the change is.");
        let back = olu.submit(&page.form().press("mend")).await.expect(200);
        assert!(back.form().value("letter").contains("parks"), "nothing typed is lost");
        olu.submit(&page.form().choose("kind", "slip").press("save")).await.expect(200).says("Saved.");
        for _ in 0..60 {
            if app.get("/letters/letter").await.body.contains("keep the parks open") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        // Its name stays: the letter says what it said.
        let page = app.get("/letters/letter").await.says("keep the parks open").says("Version 2 of the text.");
        assert_eq!(page.texts("ol.names > li"), ["Alder, Kenya"]);
        let page = app.browser().follow(&page, "Read what changed").await.expect(200);
        let page = page.says("A slip was mended.").says("2 March 2026, 09:00 UTC");
        assert_eq!(page.texts("ins"), ["added: parks"]);
        app.upkeep().await;
        let mails = app.mailbox().all_to("rep@alder.example").await;
        assert!(mails.iter().all(|mail| !mail.text.contains("/consents/")), "nobody is asked");
        // Each version stays to be read, and no others can be.
        app.get("/letters/letter/versions/1").await.expect(200).says(OLD).says("This text stood earlier.");
        app.get("/letters/letter/versions/2").await.expect(200).says("This is the text that stands.");
        app.get("/letters/letter/versions/3").await.expect(404);
        app.get("/letters/letter/versions/03").await.expect(404);
    }

    async fn another_text_is_kept_and_seen_by_nobody_until_everybody_is_asked(app: TestApp) {
        let (_, olu, _) = listed(&app, &["Alder"]).await;
        crate::consenting::prepare(&olu).await.says("Nothing has changed in public");
        olu.get("/staff/letters/letter/letter").await.says("This text does not stand yet.");
        app.get("/letters/letter/changes").await.hides("unlocked");
        app.get("/letters/letter/versions/2").await.expect(404);
        let page = olu.get("/staff/letters/letter/consent").await.expect(200);
        let form = page.form_with_button("Throw it away").press_text("Throw it away");
        olu.submit(&form).await.expect(200).says("thrown away");
        olu.submit(&form).await.expect(409);
        // Nor is another text thrown away by a page that was of the first one.
        let page = write(&olu, "We ask you to keep the park open.\n\nAnd lit at night.").await.expect(200);
        olu.submit(&page.form().choose("kind", "meaning").press("save")).await.expect(200);
        olu.submit(&form).await.expect(409);
        let page = olu.get("/staff/letters/letter/consent").await.expect(200);
        olu.submit(&page.form_with_button("Throw it away").press_text("Throw it away")).await.expect(200);
        olu.get("/staff/letters/letter/letter").await.hides("does not stand yet").says(OLD);
        // A private letter tells nobody of its versions.
        let db = app.db().await;
        let letter = crate::support::list::by_slug(&db, "letter").await;
        crate::support::list::set(&db, &letter, |settings| settings.published_at = None).await;
        for path in ["changes", "versions/1", "versions/1.txt"] {
            for _ in 0..60 {
                if app.get(&format!("/letters/letter/{path}")).await.status == 404 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            app.get(&format!("/letters/letter/{path}")).await.expect(404);
        }
    }
}
