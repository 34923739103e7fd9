//! What is kept of whom and until when: announced, shown before it goes, and gone when it was announced; and what somebody erases is nowhere any more.

mod forgotten;

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::cast::{self, open_letter, sign, sign_and_verify};
use crate::support::on_both_engines;
use crate::support::queue::{entry, press};
use crate::support::staff::{PASSWORD, log_in, moderator, organizer};
use serde_json::Value;
use undersigned::clock::{Timestamp, days, minutes};
use undersigned::upkeep::{What, coming, due_now};

const RETENTION: &str = "/staff/letters/letter/retention";
const QUEUE: &str = "/staff/letters/letter/queue";

/// What would be erased now, kind by kind, as the dry run says it.
async fn due(app: &TestApp) -> Vec<(What, usize)> {
    let now = app.clock.now();
    let all = app.db().await.read(move |conn| coming(conn, now)).await.unwrap();
    What::ALL.into_iter().map(|what| (what, due_now(&all, what, now))).collect()
}

/// What a round of upkeep erases, kind by kind.
async fn erased(app: &TestApp) -> Vec<(What, usize)> {
    let base_url = app.settings.base_url(app.settings.listen);
    let usage = undersigned::db::Use::Command;
    let instance =
        undersigned::app::Instance::open(&app.settings, base_url, app.clock.clone(), usage).await.unwrap();
    let round = undersigned::upkeep::round(&instance.app).await.unwrap();
    What::ALL.into_iter().map(|what| (what, round.of(what))).collect()
}

async fn again(app: &TestApp) -> Browser {
    let browser = app.browser();
    log_in(app, &browser, "olu@staff.example", PASSWORD).await;
    browser
}

fn rows(page: &Page, table: &str) -> Vec<Vec<String>> {
    let count = page.texts(&format!("#{table} tbody tr")).len();
    (1..=count).map(|n| page.texts(&format!("#{table} tbody tr:nth-of-type({n}) > *"))).collect()
}

/// One of everything that goes by itself: unverified, rejected, withdrawn, on the list, invited, meaning to sign, reported, handed over, mails.
async fn everything(app: &TestApp, olu: &Browser) {
    let visitor = app.browser();
    sign(app, "Forgotten Network", "a@forgotten.example").await;
    for name in ["listed", "rejected", "leaving", "passing"] {
        sign_and_verify(app, &format!("Network {name}"), &format!("a@{name}.example")).await;
    }
    let reject = olu.follow(&olu.get(QUEUE).await, "Network rejected").await;
    olu.submit(&reject.form_with_button("Reject").fill("reason", "not_eligible")).await.expect(200);
    for name in ["Network listed", "Network passing"] {
        let page = olu.follow(&olu.get(QUEUE).await, name).await;
        press(olu, &page, "Approve").await.expect(200);
    }
    let private =
        app.mailbox().newest_about("a@leaving.example", "waits for review").await.link("/sign-ons/");
    visitor.submit(&visitor.get(&format!("{private}/withdraw")).await.form()).await.expect(200);
    let private =
        app.mailbox().newest_about("a@passing.example", "waits for review").await.link("/sign-ons/");
    let form = visitor.get(&format!("{private}/hand-over")).await.expect(200).form_with("representative");
    let form = form
        .fill("representative", "Bob Next")
        .fill("role", "Secretary")
        .fill("email", "bob@passing.example");
    visitor.submit(&form).await.expect(200);
    let tracker = "/staff/letters/letter/invitations";
    let form = olu.get(tracker).await.form_with("organizations");
    let preview =
        olu.submit(&form.fill("organizations", "Silent Network,b@silent.example")).await.expect(200);
    olu.submit(&preview.form_with("organizations").press("do")).await.expect(200);
    for (name, email, day) in
        [("Board Network", "a@board.example", "2026-03-06"), ("Late Board", "a@late.example", "2026-03-30")]
    {
        let form =
            visitor.get("/letters/letter/intention").await.form_with("decides_on").fill("organization", name);
        let form = form.choose("country", "KE").fill("representative", "Ada Example").fill("role", "Chair");
        visitor.submit(&form.fill("email", email).fill("decides_on", day)).await;
        let link = app.mailbox().newest_about(email, "Confirm when you decide").await.link("/intentions/");
        visitor.submit(&visitor.get(&link).await.form_with_button("Yes, remind me")).await.expect(200);
    }
    let page = visitor.get("/letters/letter/report?entry=listed").await.expect(200);
    let form = page
        .form_with("email")
        .choose("kind", "wrong")
        .fill("text", "Wrong.")
        .fill("email", "r@reader.example");
    visitor.submit(&form).await.at("/letters/letter/report/sent");
}

on_both_engines! {
    async fn the_dry_run_says_what_goes_and_exactly_that_goes_on_the_day_that_it_says(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        everything(&app, &olu).await;
        let page = olu.get(RETENTION).await.expect(200);
        let page = page.says("erased six months after the letter closes").says("Nothing: what is over has been erased.");
        assert!(rows(&page, "dates").len() > 5, "{:?}", rows(&page, "dates"));
        page.says("None.");
        app.get("/letters/letter/sign").await.says("is erased six months after the letter closes");
        // Every date that the dry run names today; upkeep erases on each what it said, until nothing is left.
        let start = app.clock.now();
        let forecast = app.db().await.read(move |conn| coming(conn, start)).await.unwrap();
        let mut dates: Vec<Timestamp> = forecast.iter().map(|one| one.on).collect();
        dates.dedup();
        let (mut total, mut told) = (0, 0);
        for date in dates {
            let later = date.plus(minutes(1)).since(app.clock.now());
            if later.is_negative() {
                continue;
            }
            app.clock.advance(later);
            let now = app.clock.now();
            let due = due(&app).await;
            assert!(due.iter().map(|(_, count)| count).sum::<usize>() > 0, "{date}: nothing is due when it was told");
            assert_eq!(erased(&app).await, due, "{date}");
            assert!(crate::retention::due(&app).await.iter().all(|(_, count)| *count == 0), "{date}: something is left");
            told = forecast.iter().filter(|one| one.on < now).count();
            total += due.iter().map(|(_, count)| count).sum::<usize>();
        }
        assert_eq!(told, forecast.len());
        // What comes after is what was written since: mails of the days, and nothing that names a representative.
        assert!(total >= told, "{total} of {told}");
        let now = app.clock.now();
        let left = app.db().await.read(move |conn| coming(conn, now)).await.unwrap();
        assert!(left.iter().all(|one| one.what == What::Mails), "{left:?}");
        let olu = again(&app).await;
        olu.get(RETENTION).await.expect(200).says("Nothing: what is over has been erased.").says("It has closed");
    }

    async fn whose_data_goes_soon_is_named_and_the_entry_stays(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        sign_and_verify(&app, "Rejected Network", "a@rejected.example").await;
        sign_and_verify(&app, "Listed Network", "a@listed.example").await;
        let page = olu.follow(&olu.get(QUEUE).await, "Rejected Network").await;
        let href = page.path.clone();
        olu.submit(&page.form_with_button("Reject").fill("reason", "not_eligible").fill("text", "Not for Ada.")).await.expect(200);
        olu.get(&href).await.expect(200).says("Not for Ada.");
        app.clock.advance(days(2));
        let olu = again(&app).await;
        let page = olu.get(RETENTION).await.expect(200);
        assert_eq!(rows(&page, "going"), [["Rejected Network", "1 April 2026"]]);
        assert!(rows(&page, "dates").contains(&["1 April 2026", "Sign-ons whose representatives’ data is erased", "1"].map(str::to_owned).to_vec()));
        app.clock.advance(days(29));
        let olu = again(&app).await;
        let page = olu.get(RETENTION).await.expect(200);
        assert!(rows(&page, "now").contains(&["Sign-ons whose representatives’ data is erased", "1"].map(str::to_owned).to_vec()), "{page:?}");
        assert_eq!(rows(&page, "going"), [["Rejected Network", "now"]]);
        app.upkeep().await;
        let page = olu.get(RETENTION).await.expect(200).hides("Rejected Network");
        assert!(rows(&page, "going").is_empty());
        // The entry and the reason stay; what staff wrote beside it does not.
        olu.get(&href).await.expect(200).says("Rejected Network").hides("Not for Ada.").hides("a@rejected.example");
    }

    async fn the_command_says_the_same_and_erases_only_without_dry_run(app: TestApp) {
        open_letter(&app).await;
        sign(&app, "Forgotten Network", "a@forgotten.example").await;
        // The command goes by the machine's clock, for which all of this is over.
        let run = |arguments: &[&str]| {
            let output = app.command(arguments).output().unwrap();
            assert!(output.status.success(), "{output:?}");
            String::from_utf8(output.stdout).unwrap()
        };
        let count = |document: &Value, list: &str, what: &str| {
            let all = document[list].as_array().unwrap();
            all.iter().find(|one| one["what"] == what).map(|one| one["count"].as_u64().unwrap())
        };
        let is_over = Timestamp::parse("2026-04-01T00:00:00Z").unwrap() < undersigned::clock::Clock::system().now();
        let dry: Value = serde_json::from_str(&run(&["purge", "--dry-run", "--json"])).unwrap();
        assert_eq!(count(&dry, "due", "unverified"), Some(u64::from(is_over)), "{dry}");
        let again: Value = serde_json::from_str(&run(&["purge", "--dry-run", "--json"])).unwrap();
        assert_eq!((&dry["due"], &dry["coming"]), (&again["due"], &again["coming"]), "a dry run erases nothing");
        let text = run(&["purge", "--dry-run"]);
        assert!(text.contains("unverified") && !text.contains("Forgotten") && !text.contains('@'), "{text}");
        let erased: Value = serde_json::from_str(&run(&["purge", "--json"])).unwrap();
        for what in ["hand_overs", "reports", "invitations", "open_intentions", "intentions", "contacts", "unverified", "mails", "preview_links"] {
            assert_eq!(count(&erased, "erased", what), count(&dry, "due", what), "{what}");
        }
        let after: Value = serde_json::from_str(&run(&["purge", "--dry-run", "--json"])).unwrap();
        assert_eq!(count(&after, "due", "unverified"), Some(0));
    }

    async fn that_an_organizer_read_who_means_to_sign_later_stands_in_the_history(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let history = "/staff/letters/letter/history.csv";
        let tracker = "/staff/letters/letter/invitations";
        olu.get(tracker).await.expect(200);
        olu.get(history).await.expect(200).hides("read who means");
        let visitor = app.browser();
        let form = visitor.get("/letters/letter/intention").await.form_with("decides_on").fill("organization", "Board Network");
        let form = form.choose("country", "KE").fill("representative", "Ada Example").fill("role", "Chair");
        visitor.submit(&form.fill("email", "a@board.example").fill("decides_on", "2026-03-06")).await;
        let link = app.mailbox().newest_about("a@board.example", "Confirm when you decide").await.link("/intentions/");
        visitor.submit(&visitor.get(&link).await.form_with_button("Yes, remind me")).await.expect(200);
        for _ in 0..3 {
            olu.get(tracker).await.expect(200).says("a@board.example").says("stands in the history");
        }
        let read = |page: Page| page.body.matches("Olu Organizer,read who means to sign later,the letter").count();
        let page = olu.get(history).await.expect(200);
        assert!(!page.body.contains("board.example") && !page.body.contains("Ada"), "{}", page.body);
        assert_eq!(read(page), 1, "once an hour");
        app.clock.advance(minutes(59));
        olu.get(tracker).await.expect(200);
        app.clock.advance(minutes(2));
        olu.get(tracker).await.expect(200);
        assert_eq!(read(olu.get(history).await), 2);
    }

    async fn a_moderator_sees_neither_progress_nor_retention(app: TestApp) {
        let letter = open_letter(&app).await;
        let ids = crate::support::queue::waiting(&app, &letter, &[crate::support::queue::sent("First Network", "https://first.example", "a@first.example")]).await;
        let mina = moderator(&app, "letter").await;
        for path in [RETENTION, "/staff/letters/letter/progress", "/staff/letters/letter/progress/days.csv"] {
            mina.get(path).await.expect(403);
        }
        entry(&mina, ids[0]).await.hides("Retention");
        cast::campaign(&app, undersigned::campaign::Settings {
            slug: undersigned::text::Slug::parse("other").unwrap(), ..cast::settings(&app)
        }).await;
        mina.get("/staff/letters/other/digest").await.expect(404);
    }
}
