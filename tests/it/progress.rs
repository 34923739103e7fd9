//! How far a letter has come: in tables that add up, in drawings that say the same, and as files; also for what was erased since.

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::cast::{self, open_letter, sign, sign_and_verify};
use crate::support::db::Engine;
use crate::support::on_both_engines;
use crate::support::queue::{entry, press, sent, waiting};
use crate::support::staff::{PASSWORD, log_in, organizer};
use std::time::Instant;
use undersigned::campaign::Settings;
use undersigned::clock::{Zone, days, hours};
use undersigned::ids::SignOnId;

const PROGRESS: &str = "/staff/letters/letter/progress";
const QUEUE: &str = "/staff/letters/letter/queue";

/// The rows of a table: its row headers and cells.
fn rows(page: &Page, table: &str) -> Vec<Vec<String>> {
    let count = page.texts(&format!("#{table} tbody tr")).len();
    (1..=count).map(|n| page.texts(&format!("#{table} tbody tr:nth-of-type({n}) > *"))).collect()
}

fn row(page: &Page, table: &str, name: &str) -> Vec<String> {
    let found = rows(page, table).into_iter().find(|row| row[0] == name);
    found.unwrap_or_else(|| panic!("{name}: {:?}", rows(page, table)))[1..].to_vec()
}

async fn decide(browser: &Browser, organization: &str, button: &str) {
    let page = browser.follow(&browser.get(QUEUE).await, organization).await.expect(200);
    press(browser, &page, button).await.expect(200);
}

/// Logged in once more, after days in which the session has ended.
async fn again(app: &TestApp) -> Browser {
    let browser = app.browser();
    log_in(app, &browser, "olu@staff.example", PASSWORD).await;
    browser
}

on_both_engines! {
    async fn each_step_is_counted_in_tables_drawings_and_files_and_all_agree(app: TestApp) {
        let zone = Zone::parse("Pacific/Auckland").unwrap();
        cast::campaign(&app, Settings { zone, ..cast::settings(&app) }).await;
        let olu = organizer(&app, "letter").await;
        olu.get(PROGRESS).await.expect(200).says("Nobody was invited yet");
        // One of three who are invited signs, one declines.
        let tracker = "/staff/letters/letter/invitations";
        let form = olu.get(tracker).await.form_with("organizations");
        let list = "Invited Network,a@invited.example\nSilent Network,b@silent.example\nDeclining Network,c@declining.example";
        let preview = olu.submit(&form.fill("organizations", list)).await.expect(200);
        olu.submit(&preview.form_with("organizations").press("do")).await.expect(200);
        let visitor = app.browser();
        let link = app.mailbox().newest_to("a@invited.example").await.link("/invitations/");
        let page = visitor.get(&link).await.expect(200).form_with("organization").choose("country", "NZ");
        let form = page.fill("representative", "Ada Example").fill("role", "Director").choose("basis", "head").tick("authority");
        let review = visitor.submit(&form).await.expect(200);
        visitor.submit(&review.form().press("send")).await;
        let mail = app.mailbox().newest_about("a@invited.example", "Verify your sign-on").await;
        visitor.submit(&visitor.get(&mail.link("/verify/")).await.form()).await.says("Verified. Thank you");
        let link = app.mailbox().newest_to("c@declining.example").await.link("/invitations/");
        let page = visitor.get(&link).await.expect(200);
        visitor.submit(&page.form_with_button("We do not sign").press_text("We do not sign")).await.expect(200);
        // Five come by themselves; it is the evening of 2 March in Auckland.
        for (name, email) in [("Listed Network", "a@listed.example"), ("Leaving Network", "a@leaving.example"), ("Rejected Network", "a@rejected.example")] {
            sign_and_verify(&app, name, email).await;
        }
        sign(&app, "Forgotten Network", "a@forgotten.example").await;
        for name in ["Invited Network", "Listed Network", "Leaving Network"] {
            decide(&olu, name, "Approve").await;
        }
        let page = olu.follow(&olu.get(QUEUE).await, "Rejected Network").await;
        olu.submit(&page.form_with_button("Reject").fill("reason", "not_eligible")).await.expect(200);
        // Two days later in Auckland one leaves, and another one comes.
        app.clock.advance(hours(28));
        let private = app.mailbox().newest_about("a@leaving.example", "verified and waits").await.link("/sign-ons/");
        let page = visitor.get(&format!("{private}/withdraw")).await.expect(200);
        visitor.submit(&page.form()).await.expect(200);
        sign_and_verify(&app, "Late Network", "a@late.example").await;

        let olu = again(&app).await;
        let page = olu.get(PROGRESS).await.expect(200);
        let steps = |page: &Page, name: &str| row(page, "steps-table", name);
        assert_eq!(steps(&page, "Invited"), ["3", "–", "3"]);
        assert_eq!(steps(&page, "Opened by a person"), ["2", "–", "2"]);
        assert_eq!(steps(&page, "Sent the form"), ["1", "5", "6"]);
        assert_eq!(steps(&page, "Verified"), ["1", "4", "5"]);
        assert_eq!(steps(&page, "Approved"), ["1", "2", "3"]);
        let became = |page: &Page, name: &str| row(page, "became-table", name)[2].clone();
        for (name, count) in [
            ("Not verified yet", "1"), ("Waiting for review", "1"), ("On the list", "2"), ("Rejected", "1"), ("Withdrawn", "1"),
            ("Declined the invitation", "1"), ("Never verified, erased", "0"),
        ] {
            assert_eq!(became(&page, name), count, "{name}");
        }
        assert_eq!(row(&page, "countries-table", "Kenya"), ["5", "4", "2"]);
        assert_eq!(row(&page, "countries-table", "New Zealand"), ["1", "1", "1"]);
        assert_eq!(rows(&page, "days-table"), [
            ["2 March 2026", "5", "4", "3"], ["3 March 2026", "0", "0", "0"], ["4 March 2026", "1", "1", "0"],
        ]);
        // The drawings say what the tables say.
        assert_eq!(page.attributes("svg.chart", "role"), ["img", "img", "img"]);
        let drawn = page.texts("svg[aria-labelledby^=steps] text");
        let table: Vec<String> = rows(&page, "steps-table").iter().map(|row| format!("{}: {}", row[0], row[3])).collect();
        assert_eq!(drawn, table);
        let drawn = page.texts("svg[aria-labelledby^=countries] text");
        let table: Vec<String> = rows(&page, "countries-table").iter().map(|row| format!("{}: {}", row[0], row[2])).collect();
        assert_eq!(drawn, table);
        let mut table = Vec::new();
        for kind in 1..=3 {
            table.extend(rows(&page, "days-table").iter().filter(|row| row[kind] != "0").map(|row| format!("{}: {}", row[0], row[kind])));
        }
        assert_eq!(page.texts("svg rect title"), table);
        assert!(!page.body.contains("style="), "the page has no style of its own");
        // So do the files.
        let file = olu.get(&format!("{PROGRESS}/days.csv")).await.expect(200);
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"letter-days.csv\"");
        assert_eq!(file.body, "\u{feff}day,sent,verified,approved\r\n2026-03-02,5,4,3\r\n2026-03-03,0,0,0\r\n2026-03-04,1,1,0\r\n");
        let file = olu.get(&format!("{PROGRESS}/countries.csv")).await.expect(200);
        assert_eq!(file.body, "\u{feff}country,name,sent,verified,approved\r\nKE,Kenya,5,4,2\r\nNZ,New Zealand,1,1,1\r\n");
        let file = olu.get(&format!("{PROGRESS}/steps.csv")).await.expect(200);
        assert!(file.body.contains("\r\nApproved,1,2,3\r\n") && file.body.contains("\r\nInvited,3,,3\r\n"), "{}", file.body);
        olu.get(&format!("{PROGRESS}/other.csv")).await.expect(404);
    }

    async fn what_nobody_verified_is_counted_after_it_was_erased_and_long_times_are_shown_by_weeks(app: TestApp) {
        cast::campaign(&app, Settings { closes_at: None, ..cast::settings(&app) }).await;
        organizer(&app, "letter").await;
        for n in 0..3 {
            sign(&app, &format!("Forgotten Network {n}"), &format!("a@forgotten{n}.example")).await;
        }
        app.clock.advance(days(1));
        sign(&app, "Another Network", "a@another.example").await;
        app.clock.advance(days(22));
        app.upkeep().await;
        let olu = again(&app).await;
        let page = olu.get(PROGRESS).await.expect(200).hides("Forgotten");
        assert_eq!(row(&page, "steps-table", "Sent the form"), ["0", "4", "4"]);
        assert_eq!(row(&page, "became-table", "Never verified, erased"), ["0", "4", "4"]);
        assert_eq!(row(&page, "countries-table", "Kenya"), ["4", "0", "0"]);
        let shown = rows(&page, "days-table");
        assert_eq!((shown.len(), shown[0][1].as_str(), shown[1][1].as_str()), (24, "3", "1"));
        // A second round adds nothing, and what was sent later is added to what there is.
        app.upkeep().await;
        sign(&app, "Third Network", "a@third.example").await;
        app.clock.advance(days(60));
        app.upkeep().await;
        let olu = again(&app).await;
        let page = olu.get(PROGRESS).await.expect(200).says("Week by week");
        assert_eq!(row(&page, "became-table", "Never verified, erased"), ["0", "5", "5"]);
        let shown = rows(&page, "days-table");
        // From Monday 2 March to the week of 24 May, those without anything too.
        assert_eq!((shown.len(), shown[0][0].as_str(), shown[11][0].as_str()), (12, "2 March 2026", "18 May 2026"));
        let counts: Vec<&str> = shown.iter().map(|row| row[1].as_str()).collect();
        assert_eq!(counts, ["4", "0", "0", "1", "0", "0", "0", "0", "0", "0", "0", "0"]);
    }
}

/// Ten thousand sign-ons are counted by the database; reading them for the page would take seconds.
#[tokio::test]
async fn ten_thousand_sign_ons_are_counted_in_a_moment() {
    let app = TestApp::spawn(Engine::Sqlite).await;
    let letter = open_letter(&app).await;
    let names: Vec<(String, String)> =
        (0..10_000).map(|n| (format!("Network {n}"), format!("a@network{n}.example"))).collect();
    let all: Vec<_> =
        names.iter().map(|(name, email)| sent(name, "https://network.example", email)).collect();
    let mut ids: Vec<SignOnId> = Vec::new();
    for some in all.chunks(1000) {
        ids.extend(waiting(&app, &letter, some).await);
    }
    let olu = organizer(&app, "letter").await;
    press(&olu, &entry(&olu, ids[0]).await, "Approve").await.expect(200);
    olu.get(PROGRESS).await.expect(200);
    let began = Instant::now();
    let page = olu.get(PROGRESS).await.expect(200);
    let took = began.elapsed();
    eprintln!("10,000 sign-ons: {took:?}");
    assert_eq!(row(&page, "steps-table", "Verified"), ["0", "10000", "10000"]);
    // A build without optimization, beside other tests; `docs/performance.md` has what was measured.
    assert!(took.as_millis() < 1500, "{took:?}");
}
