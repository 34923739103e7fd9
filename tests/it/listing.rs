//! The numbered list: what everybody sees, when, and from which bytes.

mod editions;
mod freshness;

use crate::support::app::TestApp;
use crate::support::browser::Page;
use crate::support::list::{import_2019, join, leave, names_2019, set};
use crate::support::{cast, on_both_engines};
use serde_json::Value;
use undersigned::campaign::{Access, Status};
use undersigned::clock::{days, hours};
use undersigned::list::store as lists;
use undersigned::secret::sha256_hex;

const FORMS: [&str; 5] = ["", ".csv", ".json", ".txt", ".atom"];

/// The numbers and names of a page.
fn on_page(page: &Page) -> Vec<(u32, String)> {
    let numbers = scraper::Html::parse_document(&page.body);
    let items = scraper::Selector::parse("ol.names > li").unwrap();
    let numbers = numbers.select(&items).map(|item| item.value().attr("value").unwrap().parse().unwrap());
    numbers.zip(page.texts("ol.names > li > bdi")).collect()
}

fn in_json(json: &Value) -> Vec<(u32, String)> {
    let signatories = json["signatories"].as_array().unwrap().iter();
    signatories
        .map(|s| {
            (u32::try_from(s["number"].as_u64().unwrap()).unwrap(), s["name"].as_str().unwrap().to_owned())
        })
        .collect()
}

fn in_csv(csv: &str) -> Vec<(u32, String)> {
    let mut reader = csv::Reader::from_reader(csv.strip_prefix('\u{feff}').unwrap().as_bytes());
    reader.records().map(|row| row.unwrap()).map(|row| (row[0].parse().unwrap(), row[1].to_owned())).collect()
}

fn in_text(text: &str) -> Vec<(u32, String)> {
    let lines = text.lines().map(|line| line.split_once(". ").unwrap());
    lines.map(|(number, name)| (number.parse().unwrap(), name.to_owned())).collect()
}

pub(crate) fn json(page: &Page) -> Value {
    serde_json::from_str(&page.body).unwrap()
}

/// The checksum as somebody computes it who has only the document: all names in it are ASCII, so that sorting them by bytes,
/// as serde_json does, is the canonical order.
pub(crate) fn checksum(document: &Value) -> String {
    let mut document = document.clone();
    let members = document.as_object_mut().unwrap();
    members.remove("sha256");
    members.remove("made_at");
    sha256_hex(document.to_string().as_bytes())
}

on_both_engines! {
    async fn every_form_of_an_edition_says_the_same_numbers_and_names(app: TestApp) {
        let db = app.db().await;
        import_2019(&db, |settings| settings, None).await;
        let printed: Vec<(u32, String)> = (1..).zip(names_2019()).collect();
        assert_eq!(printed.len(), 111);
        let mut page = app.get("/letters/letter-2019").await;
        for _ in 0..20 {
            if page.status == 200 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            page = app.get("/letters/letter-2019").await;
        }
        let page = page.expect(200).says("111 organizations").says("Signed by 111 organizations");
        let [csv, file, text, atom] = [
            app.get("/letters/letter-2019.csv").await.expect(200),
            app.get("/letters/letter-2019.json").await.expect(200),
            app.get("/letters/letter-2019.txt").await.expect(200),
            app.get("/letters/letter-2019.atom").await.expect(200),
        ];
        let document = json(&file);
        assert_eq!(on_page(&page), printed);
        assert_eq!(in_csv(&csv.body), printed);
        assert_eq!(in_json(&document), printed);
        assert_eq!(in_text(&text.body), printed);
        assert_eq!(atom.body.matches("<entry>").count(), 50);
        assert_eq!(document["sha256"], checksum(&document));
        assert_eq!((&document["count"], &document["edition"]), (&111.into(), &1.into()));
        let base = document["sha256"].as_str().unwrap().get(..16).unwrap().to_owned();
        for form in [&page, &csv, &file, &text, &atom] {
            assert!(form.header("etag").starts_with(&format!("\"{base}-")), "{}", form.header("etag"));
            assert_eq!(form.header("x-edition"), "1");
            assert_eq!(form.header("cache-control"), "public, max-age=0, must-revalidate");
        }
        assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
        assert_eq!(csv.body.matches('\n').count(), csv.body.matches("\r\n").count());
        assert!(page.body.len() <= 50_000, "{} bytes", page.body.len());
        assert_eq!(page.attribute(".call a.button", "href").as_deref(), Some("/letters/letter-2019/sign"));
    }

    async fn without_pins_the_letter_of_2019_has_eight_pairs_that_a_report_names(app: TestApp) {
        let db = app.db().await;
        let pinned = import_2019(&db, |settings| settings, None).await;
        let moved = db.read(move |conn| lists::what_moved(conn, &pinned)).await.unwrap();
        assert_eq!((moved.pairs.len(), moved.renumbered.len()), (8, 19));
        assert_eq!(moved.pairs[0], ("Bolo Bhi".to_owned(), "Bits of Freedom".to_owned()));
        assert_eq!(moved.renumbered[0].item, "Bolo Bhi");
        let free = |settings: String| settings.replace("\"numbers\"", "\"none\"").replace("letter-2019", "free");
        let free = import_2019(&db, free, None).await;
        let moved = db.read(move |conn| lists::what_moved(conn, &free)).await.unwrap();
        assert!(moved.pairs.is_empty() && moved.renumbered.is_empty());
        let names = in_json(&json(&seen(&app, "/letters/free.json").await));
        assert_eq!((names[16].1.as_str(), names[17].1.as_str()), ("Bits of Freedom", "Bolo Bhi"));
    }

    async fn where_a_pinned_name_leaves_the_numbers_close_up(app: TestApp) {
        let db = app.db().await;
        let campaign = import_2019(&db, |settings| settings, None).await;
        join(&db, &campaign, "Another Example").await;
        let given = names_2019();
        leave(&db, &campaign, &given[4]).await;
        leave(&db, &campaign, &given[60]).await;
        let listed = in_json(&json(&seen(&app, "/letters/letter-2019.json").await));
        let mut expected = given.clone();
        expected.retain(|name| *name != given[4] && *name != given[60]);
        expected.push("Another Example".to_owned());
        let names: Vec<_> = listed.iter().map(|(_, name)| name.clone()).collect();
        assert_eq!(names, expected, "whoever came later stays behind those with a place of their own");
        assert!(listed.iter().zip(1..).all(|((number, _), place)| *number == place));
    }

    async fn who_has_an_edition_is_told_so_in_every_form_and_encoding(app: TestApp) {
        let db = app.db().await;
        let campaign = cast::open_letter(&app).await;
        join(&db, &campaign, "Bits of Example").await;
        seen(&app, "/letters/letter").await;
        let client = reqwest::Client::new();
        for form in FORMS {
            let address = app.url(&format!("/letters/letter{form}"));
            let mut tags = Vec::new();
            for encoding in ["identity", "gzip", "br"] {
                let ask = || client.get(&address).header("accept-encoding", encoding);
                let first = ask().send().await.unwrap();
                assert_eq!(first.status(), 200);
                let header = |name| first.headers().get(name).map(|v| v.to_str().unwrap().to_owned());
                assert_eq!(header("content-encoding").unwrap_or("identity".to_owned()), encoding);
                assert_eq!(header("vary").unwrap(), "accept-encoding");
                let tag = header("etag").unwrap();
                let again = ask().header("if-none-match", &tag).send().await.unwrap();
                assert_eq!(again.status(), 304);
                assert_eq!(again.headers().get("etag").unwrap().to_str().unwrap(), tag);
                assert!(again.headers().contains_key("x-edition") && again.bytes().await.unwrap().is_empty());
                let head = client.head(&address).header("accept-encoding", encoding).send().await.unwrap();
                assert_eq!(head.headers().get("etag").unwrap().to_str().unwrap(), tag);
                tags.push(tag);
            }
            tags.sort();
            tags.dedup();
            assert_eq!(tags.len(), 3, "strong ETags stand for bytes");
        }
    }

    async fn a_private_letter_answers_like_one_that_does_not_exist(app: TestApp) {
        let (db, now) = (app.db().await, app.clock.now());
        for (slug, change) in [
            ("draft", Box::new(|s: &mut undersigned::campaign::Settings| s.status = Status::Draft)
                as Box<dyn Fn(&mut undersigned::campaign::Settings)>),
            ("invited", Box::new(|s| s.access = Access::Invitation)),
            ("never", Box::new(|s| s.published_at = None)),
            ("tomorrow", Box::new(move |s| s.published_at = Some(now.plus(days(1))))),
        ] {
            let mut settings = cast::settings(&app);
            settings.slug = undersigned::text::Slug::parse(slug).unwrap();
            settings.title = undersigned::campaign::Title::parse("A secret title").unwrap();
            change(&mut settings);
            let campaign = cast::campaign(&app, settings).await;
            join(&db, &campaign, "A Secret Organization").await;
        }
        cast::open_letter(&app).await;
        seen(&app, "/letters/letter").await;
        for rest in ["", ".csv", ".json", ".txt", ".atom", "?q=secret", "?page=2", "/editions", "/editions/1", "/editions/1.json"] {
            let missing = app.get(&format!("/letters/missing{rest}")).await;
            assert_eq!(missing.status, 404);
            for slug in ["draft", "invited", "never", "tomorrow"] {
                let private = app.get(&format!("/letters/{slug}{rest}")).await;
                assert_eq!((private.status, &private.body), (missing.status, &missing.body), "{slug}{rest}");
                let headers = |page: &Page| {
                    let mut headers: Vec<_> = page.headers.iter().map(|(n, v)| (n.clone(), v.clone())).collect();
                    headers.retain(|(name, _)| name != "date");
                    headers.sort_by(|(a, _), (b, _)| a.as_str().cmp(b.as_str()));
                    headers
                };
                assert_eq!(headers(&private), headers(&missing));
            }
        }
        app.get("/").await.expect(200).says("Keep the park open").hides("secret");
        // The moment of publication needs nobody who does something.
        app.clock.advance(days(1));
        app.get("/letters/tomorrow").await.expect(200).says("A Secret Organization");
        app.get("/").await.says("A secret title");
    }

    async fn a_letter_for_those_who_have_its_address_is_announced_nowhere(app: TestApp) {
        let mut settings = cast::settings(&app);
        settings.access = Access::Link;
        cast::campaign(&app, settings).await;
        let page = seen(&app, "/letters/letter").await;
        assert_eq!(page.attribute("meta[name=robots]", "content").as_deref(), Some("noindex"));
        assert_eq!(app.get("/letters/letter.csv").await.header("x-robots-tag"), "noindex");
        app.get("/").await.expect(200).says("No letter is published here").hides("Keep the park open");
    }

    async fn the_page_says_when_it_closes_and_that_it_has_closed(app: TestApp) {
        let mut settings = cast::settings(&app);
        settings.opens_at = Some(app.clock.now().plus(hours(1)));
        cast::campaign(&app, settings).await;
        seen(&app, "/letters/letter").await.says("Not open yet. It opens on 2 March 2026, 10:00 UTC").hides("/sign\"");
        app.clock.advance(hours(1));
        let open = app.get("/letters/letter").await.says("Open for the first signatory").says("Open until 1 April 2026, 09:00 UTC");
        assert_eq!(open.texts("a.button").len(), 2);
        app.clock.advance(days(30));
        let closed = app.get("/letters/letter").await.says("Closed on 1 April 2026, 09:00 UTC").hides("/sign\"");
        assert_eq!(open.header("x-edition"), closed.header("x-edition"));
        assert_ne!(open.header("etag"), closed.header("etag"));
        app.get("/").await.says("Closed on 1 April 2026, 09:00 UTC. No organization has signed.");
    }

    async fn names_are_text_wherever_they_stand(app: TestApp) {
        let db = app.db().await;
        let campaign = cast::open_letter(&app).await;
        let hostile = [
            "=HYPERLINK(\"https://x.example\",\"Click\")",
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(1)>",
            "{{7*7}} & ' ' %00 ${x}",
            "جمعية القواعد المفتوحة",
            "@SUM(1+1)*cmd|' /C calc'!A0",
        ];
        for name in hostile {
            join(&db, &campaign, name).await;
        }
        let page = until(&app, "/letters/letter", |page| page.texts("ol.names > li").len() == 6).await;
        let mut named: Vec<String> = on_page(&page).into_iter().map(|(_, name)| name).collect();
        named.sort();
        let mut expected = hostile.map(str::to_owned).to_vec();
        expected.sort();
        assert_eq!(named, expected);
        let page = page.hides("<script").hides("<img");
        assert_eq!(in_json(&json(&app.get("/letters/letter.json").await)), on_page(&page));
        assert_eq!(in_text(&app.get("/letters/letter.txt").await.body), on_page(&page));
        for (number, name) in in_csv(&app.get("/letters/letter.csv").await.body) {
            let printed = &on_page(&page)[number as usize - 1].1;
            let is_formula = printed.starts_with(['=', '@']);
            assert_eq!(name, format!("{}{printed}", if is_formula { "'" } else { "" }));
        }
        app.get("/letters/letter.atom").await.expect(200).hides("<script");
        app.get("/letters/letter?q=%3Cscript%3Ealert").await.expect(200).hides("<script").says("1 of 6 names");
    }

    async fn a_long_list_is_paged_searched_and_filtered(app: TestApp) {
        let db = app.db().await;
        let rows: String = (1..=1_001)
            .map(|n| format!("Organización {n:04} (O{n}),{}\n", if n == 700 { "KE" } else { "BR" }))
            .collect();
        let settings = |settings: String| settings.replace("\"numbers\"", "\"none\"");
        import_2019(&db, settings, Some(format!("name,country\n{rows}"))).await;
        let first = seen(&app, "/letters/letter-2019").await.says("Page 1 of 3").says("1001 organizations from 2 countries");
        assert_eq!(on_page(&first).len(), 500);
        assert_eq!(first.texts(".names .country")[0], "Brazil");
        let next = first.attribute("a[rel=next]", "href").unwrap();
        assert_eq!(next, "/letters/letter-2019?page=2#signatories");
        let second = app.get("/letters/letter-2019?page=2").await.expect(200);
        assert_eq!(on_page(&second)[0], (501, "Organización 0501 (O501)".to_owned()));
        assert_eq!(second.attribute("a[rel=prev]", "href").as_deref(), Some("/letters/letter-2019#signatories"));
        assert_eq!(second.header("x-edition"), first.header("x-edition"));
        let third = app.get("/letters/letter-2019?page=3").await.expect(200);
        assert_eq!(on_page(&third).len(), 1);
        assert_eq!(third.attribute("a[rel=next]", "href"), None);
        for page in ["0", "4", "x", "99999999999999999999", "-1"] {
            app.get(&format!("/letters/letter-2019?page={page}")).await.expect(404);
        }
        // Case and accents do not count; a number found keeps its place.
        let found = app.get("/letters/letter-2019?q=ORGANIZACION+0700&country=").await.expect(200).says("1 of 1001 names");
        assert_eq!(on_page(&found), [(700, "Organización 0700 (O700)".to_owned())]);
        let kenya = app.get("/letters/letter-2019?q=&country=ke").await.expect(200).says("from Kenya");
        assert_eq!(on_page(&kenya).len(), 1);
        let many = app.get("/letters/letter-2019?q=o&country=BR").await.expect(200);
        let next = many.attribute("a[rel=next]", "href").unwrap();
        assert_eq!(next, "/letters/letter-2019?q=o&country=BR&page=2#signatories");
        for nothing in ["%25", "_", ".*", "%5C", "|", "no+such+name"] {
            let found = app.get(&format!("/letters/letter-2019?q={nothing}")).await.expect(200);
            assert!(on_page(&found).is_empty(), "{nothing}");
        }
        app.get("/letters/letter-2019?country=XX").await.expect(422);
        app.get("/letters/letter-2019?q=%ff").await.expect(400);
        app.get("/letters/letter-2019?q=&country=").await.expect(200).says("Page 1 of 3");
    }

    async fn a_change_of_what_no_form_says_makes_no_edition(app: TestApp) {
        let db = app.db().await;
        let campaign = cast::open_letter(&app).await;
        join(&db, &campaign, "Bits of Example").await;
        seen(&app, "/letters/letter").await;
        let until_then = app.clock.now().plus(days(60));
        set(&db, &campaign, move |settings| settings.closes_at = Some(until_then)).await;
        let page = until(&app, "/letters/letter", |page| page.body.contains("1 May 2026")).await;
        assert_eq!(page.header("x-edition"), "1");
        set(&db, &campaign, |settings| settings.title = undersigned::campaign::Title::parse("Another title").unwrap()).await;
        let page = until(&app, "/letters/letter", |page| page.body.contains("Another title")).await;
        assert_eq!(page.header("x-edition"), "2");
    }
}

/// The page once the server, which did not write it, knows of it.
async fn seen(app: &TestApp, path: &str) -> Page {
    until(app, path, |page| page.status == 200).await
}

/// The page once it is as it should be, which takes less than a second.
pub(crate) async fn until(app: &TestApp, path: &str, there: impl Fn(&Page) -> bool) -> Page {
    let began = std::time::Instant::now();
    loop {
        let page = app.get(path).await;
        if there(&page) {
            return page;
        }
        assert!(began.elapsed().as_secs() < 5, "{page:?}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}
