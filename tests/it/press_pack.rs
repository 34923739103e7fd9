//! The press pack: what is in it, who gets it, and what it says before the moment of publication.

use crate::listing::until;
use crate::support::app::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::list::{join, set};
use crate::support::{cast, on_both_engines, staff};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use undersigned::campaign::{Access, PressPack, Settings, Status};
use undersigned::clock::{Timestamp, Zone, days, hours};
use zip::ZipArchive;

const PAGE: &str = "/staff/letters/letter/press";
const PUBLIC: &str = "/letters/letter/press.zip";

/// A pack that was fetched.
struct Pack {
    bytes: Vec<u8>,
    name: String,
    comment: String,
    /// By name: the comment and what is in it.
    files: BTreeMap<String, (String, String)>,
    /// In their order.
    names: Vec<String>,
}

async fn fetch(app: &TestApp, path: &str) -> Pack {
    let answer = reqwest::get(app.url(path)).await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    let header =
        |name: &str| answer.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
    assert_eq!(header("content-type"), "application/zip");
    let name = header("content-disposition").replace("attachment; filename=\"", "").replace('"', "");
    let bytes = answer.bytes().await.unwrap().to_vec();
    let mut archive = ZipArchive::new(Cursor::new(bytes.clone())).unwrap();
    let comment = String::from_utf8(archive.comment().to_vec()).unwrap();
    let (mut files, mut names) = (BTreeMap::new(), Vec::new());
    for n in 0..archive.len() {
        let mut file = archive.by_index(n).unwrap();
        let (mut text, said) = (String::new(), file.comment().to_owned());
        file.read_to_string(&mut text).unwrap();
        let name = file.name().unwrap().into_owned();
        names.push(name.clone());
        files.insert(name, (said, text));
    }
    Pack { bytes, name, comment, files, names }
}

impl Pack {
    /// What is in the file whose name ends like this.
    fn text(&self, ending: &str) -> &str {
        let found = self.files.iter().find(|(name, _)| name.ends_with(ending));
        &found.unwrap_or_else(|| panic!("{ending}: {:?}", self.names)).1.1
    }
}

/// Lets everybody fetch it who may.
async fn allow(olu: &Browser, who: &str, contact: &str) -> Page {
    let form = olu.get(PAGE).await.expect(200).form_with("press_contact");
    olu.submit(&form.choose("press_pack", who).fill("press_contact", contact))
        .await
        .expect(200)
        .says("Saved.")
}

on_both_engines! {
    async fn the_pack_holds_what_is_public_of_the_edition_and_says_what_is_in_it(app: TestApp) {
        let letter = cast::open_letter(&app).await;
        let db = app.db().await;
        for name in ["Zebra Example", "=HYPERLINK(\"https://x.example\")", "Ant <b>Example</b>"] {
            join(&db, &letter, name).await;
        }
        cast::sign_and_verify(&app, "Bits of Example", "ada@bits.example").await;
        let olu = staff::organizer(&app, "letter").await;
        let page = olu.follow(&olu.get("/staff/letters/letter/queue").await, "Bits of Example").await;
        olu.submit(&page.form_with_button("Approve")).await.expect(200);
        let page = allow(&olu, "published", "Press desk\r\npress@park.example").await;
        let listed = page.texts("main ul li");
        assert_eq!(listed.len(), 6, "{page:?}");
        let pack = fetch(&app, PUBLIC).await;
        assert_eq!((pack.name.as_str(), pack.comment.as_str()), ("letter-press.zip", ""));
        assert_eq!(pack.names, listed);
        let readme = pack.text("README.txt");
        for name in &pack.names {
            assert!(readme.contains(&format!("  {name}: ")), "{name}: {readme}");
        }
        let json: serde_json::Value = serde_json::from_str(&app.get("/letters/letter.json").await.body).unwrap();
        for said in [
            "Signed by 4 organizations from 1 country.",
            &format!("Edition {} of the list", json["edition"]),
            json["sha256"].as_str().unwrap(),
            "Press desk\n  press@park.example",
            "/letters/letter\n",
        ] {
            assert!(readme.contains(said), "{said}: {readme}");
        }
        // The same names as everywhere, in the same order.
        assert_eq!(pack.text("signatories.txt"), app.get("/letters/letter.txt").await.body);
        assert_eq!(pack.text("signatories.csv"), app.get("/letters/letter.csv").await.body);
        assert!(pack.text("signatories.csv").contains("'=HYPERLINK"), "{}", pack.text("signatories.csv"));
        let countries = pack.text("by-country.txt");
        assert!(countries.starts_with("Kenya (1)\n\n  Bits of Example\n"), "{countries}");
        assert!(countries.contains("Without a country (3)\n"), "{countries}");
        let (plain, html) = (pack.text("letter.txt"), pack.text("letter.html"));
        assert!(plain.starts_with("Keep the park open\n") && plain.contains("It is the only one."), "{plain}");
        assert!(html.contains("<p>It is the only one.</p>") && !html.contains("EMBARGO"), "{html}");
        // Nothing of those who represent anybody.
        for (name, (_, text)) in &pack.files {
            assert!(!text.contains("Ada Example") && !text.contains("ada@bits"), "{name}: {text}");
        }
        let answer = reqwest::get(app.url(PUBLIC)).await.unwrap();
        let tag = answer.headers()["etag"].to_str().unwrap().to_owned();
        let again = reqwest::Client::new().get(app.url(PUBLIC)).header("if-none-match", tag).send().await.unwrap();
        assert_eq!(again.status(), 304);
    }

    async fn until_the_moment_every_file_says_that_it_is_under_embargo(app: TestApp) {
        let zone = Zone::parse("Europe/Brussels").unwrap();
        let moment = app.clock.now().plus(days(2));
        let settings = Settings { zone, published_at: Some(moment), ..cast::settings(&app) };
        let letter = cast::campaign(&app, settings).await;
        join(&app.db().await, &letter, "Early Network").await;
        let olu = staff::organizer(&app, "letter").await;
        let form = olu.get("/staff/letters/letter/previews").await.expect(200).form_with("link_name");
        let made = olu.submit(&form.fill("link_name", "Press").fill("until", "2026-03-20")).await.expect(200);
        let link = made.texts("p.secret a").remove(0).strip_prefix(&app.base_url).unwrap().to_owned();
        // Unless organizers allow it, a link shows the letter and no pack.
        until(&app, &link, |page| page.body.contains("Early Network")).await.hides("one archive");
        let path = format!("{link}/press.zip");
        app.get(&path).await.expect(404).says("We do not know this link");
        allow(&olu, "previews", "").await;
        let page = until(&app, &link, |page| page.body.contains("one archive")).await;
        assert_eq!(page.link("Everything as one archive (ZIP)"), path);
        assert!(page.hrefs("body", "").iter().all(|href| !href.starts_with("/letters/")), "{page:?}");
        app.get(PUBLIC).await.expect(404);
        let pack = fetch(&app, &path).await;
        const LINE: &str = "EMBARGO until 4 March 2026, 10:00 Brussels time (09:00 UTC). Please do not publish or pass on anything of it before.";
        const BEGINS: &str = "EMBARGO-until-2026-03-04-0900-UTC-";
        assert_eq!((pack.comment.as_str(), pack.name.starts_with(BEGINS)), (LINE, true), "{}", pack.name);
        assert_eq!(pack.names.len(), 6);
        for (name, (comment, text)) in &pack.files {
            assert!(name.starts_with(BEGINS), "{name}");
            assert_eq!(comment, LINE, "{name}");
            if name.ends_with(".csv") {
                // What reads it would take a line above the header for the header.
                assert!(text.starts_with("\u{feff}number,name,"), "{text}");
            } else {
                let lines: Vec<&str> = text.lines().filter(|line| line.contains(LINE)).collect();
                assert!(lines.len() >= 2, "{name}: {text}");
            }
            if name.ends_with(".txt") {
                assert!(text.starts_with(LINE) && text.ends_with(&format!("{LINE}\n")), "{name}: {text}");
            }
        }
        assert!(!pack.text("README.txt").contains("/letters/letter"), "its address answers nobody yet");
        assert!(pack.text("README.txt").contains("host@park.example"), "whom readers can ask is whom the press can");
        // The link ends, and the pack with it.
        let page = olu.get("/staff/letters/letter/previews").await.expect(200);
        olu.submit(&page.form_with_button("End it: Press").press_text("End it: Press")).await.expect(200);
        app.get(&path).await.expect(404);

        app.clock.advance(days(2) - jiff::SignedDuration::from_micros(1));
        app.get(PUBLIC).await.expect(404);
        app.clock.advance(jiff::SignedDuration::from_micros(1));
        let public = fetch(&app, PUBLIC).await;
        assert_eq!((public.name.as_str(), public.comment.as_str()), ("letter-press.zip", ""));
        for (name, (comment, text)) in &public.files {
            assert!(!name.contains("EMBARGO") && !text.contains("EMBARGO") && comment.is_empty(), "{name}: {text}");
        }
    }

    async fn the_same_edition_and_settings_make_the_same_bytes(engine: Engine) {
        // Its address is a setting, and stands in the pack.
        let mut app = TestApp::spawn_with(engine, &[("UNDERSIGNED_BASE_URL", "https://letters.example")]).await;
        let letter = cast::open_letter(&app).await;
        let db = app.db().await;
        join(&db, &letter, "Bits of Example").await;
        set(&db, &letter, |settings| settings.press_pack = PressPack::Published).await;
        until(&app, "/letters/letter", |page| page.body.contains("Bits of Example")).await;
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        let first = fetch(&app, PUBLIC).await;
        // Later, by another server on the same database, which has nothing of it kept.
        app.clock.advance(hours(5));
        app.stop();
        app.start().await;
        let again = fetch(&app, PUBLIC).await;
        assert!(first.bytes == again.bytes, "the pack differs");
        join(&db, &letter, "Another Example").await;
        until(&app, "/letters/letter", |page| page.body.contains("Another Example")).await;
        assert!(fetch(&app, PUBLIC).await.bytes != first.bytes);
    }

    async fn nobody_but_organizers_fetches_it_unless_they_allow_it(app: TestApp) {
        let letter = cast::open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        app.get("/letters/missing/press.zip").await.expect(404);
        app.get(PUBLIC).await.expect(404);
        let page = olu.get(PAGE).await.expect(200).says("signatories.csv").hides("Everybody can fetch it");
        let stale = page.form_with("press_contact");
        let page = allow(&olu, "published", "").await.says("Everybody can fetch it");
        assert!(page.hrefs("main", "press.zip").iter().any(|href| href.ends_with(PUBLIC)), "{page:?}");
        fetch(&app, PUBLIC).await;
        let abe = staff::second_administrator(&app).await;
        let stale = stale.choose("press_pack", "previews").fill("press_contact", "Stale desk");
        olu.submit(&stale).await.expect(409).says("changed the press pack").says("Stale desk");
        abe.get(PAGE).await.expect(200).hides("Stale desk");
        let long = abe.get(PAGE).await.form_with("press_contact").fill("press_contact", &"x".repeat(301));
        abe.submit(&long).await.expect(422).says("Shorten the text to 300 characters");
        // Private again: the pack is, too; what staff fetch says so.
        set(&app.db().await, &letter, |settings| settings.access = Access::Invitation).await;
        until(&app, "/letters/letter", |page| page.status == 404).await;
        app.get(PUBLIC).await.expect(404);
        olu.get(PAGE).await.expect(200).says("NOT-PUBLIC-signatories.csv");
        set(&app.db().await, &letter, |settings| {
            (settings.access, settings.status) = (Access::Public, Status::Draft);
        }).await;
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        olu.get(PAGE).await.expect(200).says("EMBARGO-signatories.csv");
        let past = Timestamp::parse("2026-01-01T00:00:00Z");
        set(&app.db().await, &letter, move |settings| settings.published_at = past).await;
        app.get(PUBLIC).await.expect(404);
    }
}
