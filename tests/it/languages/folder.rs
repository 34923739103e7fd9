//! A letter in several languages as a folder, and copied.

use super::{ARABIC, FRENCH, editor, filled, translate};
use crate::consenting::write;
use crate::support::app::TestApp;
use crate::support::cast::open_letter;
use crate::support::{on_both_engines, staff};
use std::path::Path;

fn run(app: &TestApp, arguments: &[&str]) -> std::process::Output {
    app.command(arguments).output().unwrap()
}

fn files(folder: &Path) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: std::path::PathBuf| {
        (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(&path).unwrap())
    };
    let mut all: Vec<_> = entries.map(read).collect();
    all.sort();
    all
}

on_both_engines! {
    async fn translations_go_out_and_come_in_elsewhere_without_loss(engine: Engine) {
        let (here, there) = (TestApp::spawn(engine).await, TestApp::spawn(engine).await);
        open_letter(&here).await;
        let olu = staff::organizer(&here, "letter").await;
        translate(&olu, "ar", &ARABIC).await.expect(200);
        let page = editor(&olu, "fr").await;
        let form = filled(&page, &FRENCH).fill("introduction", "De *nous*.").fill("host", "Les amis du parc");
        olu.submit(&form.press("save")).await.expect(200).says("Saved.");
        let out = tempfile::tempdir().unwrap();
        let (a, b) = (out.path().join("a"), out.path().join("b"));
        let export = run(&here, &["campaign", "export", "letter", a.to_str().unwrap()]);
        assert!(export.status.success(), "{export:?}");
        let names: Vec<_> = files(&a).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["campaign.toml", "letter.ar.md", "letter.fr.md", "letter.md", "signatories.csv"]);
        let import = run(&there, &["campaign", "import", a.to_str().unwrap()]);
        assert!(import.status.success(), "{import:?}");
        assert!(run(&there, &["campaign", "export", "letter", b.to_str().unwrap()]).status.success());
        assert_eq!(files(&a), files(&b));
        let page = crate::listing::until(&there, "/letters/letter/fr", |page| page.status == 200).await;
        page.says("De nous.").says("Hosted by Les amis du parc").says("The binding text is the English one");
        there.get("/letters/letter/ar").await.expect(200);

        // What is in the way is named by file and line, and nothing is written.
        let toml = std::fs::read_to_string(a.join("campaign.toml")).unwrap();
        let bad = toml.replace("[translations.fr]", "[translations.fr]\ncolour = \"blue\"").replace("slug = \"letter\"", "slug = \"other\"");
        std::fs::write(a.join("campaign.toml"), bad).unwrap();
        std::fs::write(a.join("letter.de.md"), "Hallo.").unwrap();
        let refused = run(&there, &["campaign", "import", a.to_str().unwrap()]);
        let report = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(1));
        assert!(report.contains("translations.fr: Remove “colour”"), "{report}");
        std::fs::write(a.join("campaign.toml"), toml.replace("slug = \"letter\"", "slug = \"other\"")).unwrap();
        std::fs::remove_file(a.join("letter.fr.md")).unwrap();
        let refused = run(&there, &["campaign", "import", a.to_str().unwrap()]);
        let report = String::from_utf8(refused.stderr).unwrap();
        assert!(report.contains("letter.fr.md: Add this file"), "{report}");
        assert!(report.contains("letter.de.md: Add a table [translations.de]"), "{report}");
        there.get("/letters/other").await.expect(404);
    }

    async fn a_copy_has_the_translations_of_the_text_that_it_copies_and_no_others(app: TestApp) {
        open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        translate(&olu, "ar", &ARABIC).await.expect(200);
        let page = write(&olu, "We ask you to open the park at night.").await.expect(200);
        olu.submit(&page.form().press("save")).await.expect(200);
        translate(&olu, "fr", &FRENCH).await.expect(200);
        let page = olu.get("/staff/letters/letter/copy").await.expect(200);
        olu.submit(&page.form_with("slug").fill("slug", "next").fill("title", "Next")).await.expect(200);
        let page = olu.get("/staff/letters/next/languages").await.expect(200).says("French").hides("Arabic");
        page.says("It translates version 1, which stands.");
    }
}
