//! The letter is handed over: that is written down, everybody reads it, and those who signed are told once.

mod telling;

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Form, Page};
use crate::support::db::Engine;
use crate::support::list::{join, set};
use crate::support::{cast, on_both_engines, staff};
use undersigned::campaign::{Access, Settings};
use undersigned::clock::{Timestamp, Zone, days, hours};

pub(crate) const PAGE: &str = "/staff/letters/letter/delivery";

/// An instance that tells decisions at once.
async fn at_once(engine: Engine) -> TestApp {
    TestApp::spawn_with(engine, &[("UNDERSIGNED_MODERATION_DELAY", "0s")]).await
}

/// The empty form, with what must be filled in.
pub(crate) async fn blank(olu: &Browser, recipient: &str) -> Form {
    let form = olu.get(PAGE).await.expect(200).form_with("recipient");
    form.fill("recipient", recipient).choose("means", "person").fill("delivered_on", "2026-03-02")
}

/// Sends it.
pub(crate) async fn save(olu: &Browser, form: Form) -> Page {
    olu.submit(&form.press_text("Save")).await
}

/// The form of one that is written down.
pub(crate) async fn written(olu: &Browser, recipient: &str) -> Form {
    let page = olu.get(PAGE).await.expect(200);
    olu.follow(&page, &format!("Change it, or add the reply: {recipient}"))
        .await
        .expect(200)
        .form_with("recipient")
}

on_both_engines! {
    async fn a_delivery_is_written_down_and_everybody_reads_it(app: TestApp) {
        let letter = cast::open_letter(&app).await;
        join(&app.db().await, &letter, "Bits of Example").await;
        let before = crate::listing::until(&app, "/letters/letter", |page| page.body.contains("Bits of Example")).await;
        let before = before.hides("What happened since");
        app.get("/letters/letter/updates").await.expect(200).says("Nothing has been written down yet.");
        let olu = staff::organizer(&app, "letter").await;
        olu.get(PAGE).await.expect(200).says("The letter has not been delivered yet.");
        let form = blank(&olu, "The Minister <b>of</b> Parks").await;
        assert_eq!(form.value("edition"), "1", "the live edition is what is offered");
        let form = form.fill("by_whom", "Carrier Example").fill("receipt", "REG-7").fill("delivered_at", "08:30");
        save(&olu, form.clone()).await.expect(200).says("Saved.").says("Carrier Example").says("REG-7");
        // Pressed twice.
        save(&olu, form).await.expect(200).says("Saved.");
        assert_eq!(olu.get(PAGE).await.texts("section h2").len(), 1);

        let page = app.get("/letters/letter").await.expect(200).says("What happened since");
        let page = page.says("Delivered to The Minister <b>of</b> Parks, in person").says("2 March 2026, 08:30 UTC");
        // What only organizers write down for themselves, nobody else reads.
        let page = page.hides("Carrier Example").hides("REG-7");
        assert_eq!(page.header("x-edition"), before.header("x-edition"), "the list has not changed");
        assert_ne!(page.header("etag"), before.header("etag"));
        let sha256 = page.texts("p.edition").remove(0).split("SHA-256 ").nth(1).unwrap().to_owned();
        let all = app.get("/letters/letter/updates").await.expect(200).hides("Carrier Example").hides("REG-7");
        let all = all.says("With edition 1 of the list: 1 organization.").says(&sha256);
        assert_eq!(all.texts("article h2"), ["The letter was published", "Delivered to The Minister <b>of</b> Parks, in person"]);
        let feed = app.get("/letters/letter.atom").await.expect(200);
        assert!(feed.body.contains("<title>Delivered to The Minister &") && !feed.body.contains("<b>of"), "{}", feed.body);
        assert!(feed.header("etag").starts_with(&page.header("etag")[..17]), "{}", feed.header("etag"));

        // The reply is added later; a delivery that is not shown is gone from every page.
        let form = written(&olu, "The Minister <b>of</b> Parks").await;
        assert_eq!((form.value("by_whom"), form.value("delivered_at")), ("Carrier Example", "08:30"));
        let form = form.fill("replied_on", "2026-03-02").fill("reply", "We *thank* you.").fill("reply_link", "ministry.example/reply");
        save(&olu, form).await.expect(200).says("came on 2 March 2026");
        let all = app.get("/letters/letter/updates").await.expect(200).says("The Minister <b>of</b> Parks replied");
        assert_eq!(all.texts("article em"), ["thank"]);
        assert_eq!(all.hrefs("article", "Read it at ministry.example"), ["https://ministry.example/reply"]);
        assert_ne!(app.get("/letters/letter.atom").await.header("etag"), feed.header("etag"));
        save(&olu, written(&olu, "The Minister <b>of</b> Parks").await.untick("shown")).await.expect(200).says("Not shown");
        app.get("/letters/letter").await.expect(200).hides("What happened since");
        app.get("/letters/letter/updates").await.expect(200).hides("Minister");
        assert!(!app.get("/letters/letter.atom").await.body.contains("Minister"));

        let acts: Vec<_> = crate::campaigns::history(&app, "letter").await.into_iter().map(|(act, ..)| act).collect();
        assert_eq!(acts, ["wrote down a delivery", "changed a delivery", "changed a delivery"]);
        // Removed after a page that asks, with what only organizers knew.
        let ask = olu.submit(&written(&olu, "The Minister <b>of</b> Parks").await.press_text("Remove it")).await.expect(200);
        let ask = ask.says("Remove the delivery to The Minister <b>of</b> Parks?");
        olu.get(PAGE).await.says("Carrier Example");
        olu.submit(&ask.form_with("delivery")).await.expect(200).says("Removed.").hides("Carrier Example");
        olu.submit(&ask.form_with("delivery")).await.expect(200).says("Removed.");
    }

    async fn what_cannot_be_so_is_said_beside_its_field_and_no_time_is_guessed(app: TestApp) {
        let zone = Zone::parse("Europe/Brussels").unwrap();
        cast::campaign(&app, Settings { zone, closes_at: None, ..cast::settings(&app) }).await;
        app.clock.advance(Timestamp::parse("2026-11-02T09:00:00Z").unwrap().since(app.clock.now()));
        let olu = staff::organizer(&app, "letter").await;
        let form = blank(&olu, "The Council").await;
        for (fields, why) in [
            (&[("recipient", "")] as &[(&str, &str)], "Write this."),
            (&[("delivered_on", "2026-11-03")], "Write it down once it has been delivered"),
            (&[("delivered_on", "3 March")], "Write the day as year-month-day"),
            (&[("delivered_on", "2026-11-02"), ("delivered_at", "10:01")], "lies ahead"),
            (&[("delivered_on", "2026-03-29"), ("delivered_at", "02:30")], "The clocks go forward over this time."),
            (&[("delivered_on", "2026-10-25"), ("delivered_at", "02:30")], "This time comes twice on that day."),
            (&[("edition", "99")], "There is no edition of this number."),
            (&[("reply", "Thank you.")], "Write the day on which the reply came."),
            (&[("replied_on", "2026-11-03")], "Write it down once the reply has come"),
            (&[("replied_on", "2026-11-02"), ("reply_link", "javascript:alert(1)")], "https:// or http://"),
            (&[("replied_on", "2026-11-02"), ("reply", "<script>alert(1)</script>")], "Remove the HTML"),
        ] {
            let typed = fields.iter().fold(form.clone(), |form, (name, value)| form.fill(name, value));
            let page = save(&olu, typed).await.expect(422).says(why);
            for (name, value) in fields {
                assert_eq!(page.form_with("recipient").value(name), *value);
            }
        }
        save(&olu, form.fill("delivered_on", "2026-11-02").fill("delivered_at", "10:00")).await.expect(200);
        app.get("/letters/letter").await.says("2 November 2026, 10:00 Brussels time (09:00 UTC)");
    }

    async fn whoever_changes_a_stale_page_is_told_who_was_first_and_keeps_what_was_typed(app: TestApp) {
        cast::open_letter(&app).await;
        let (olu, abe) = (staff::organizer(&app, "letter").await, staff::second_administrator(&app).await);
        save(&olu, blank(&olu, "The Council").await).await.expect(200);
        let (first, second) = (written(&olu, "The Council").await, written(&abe, "The Council").await);
        save(&olu, first.fill("receipt", "First")).await.expect(200);
        let page = save(&abe, second.fill("receipt", "Second")).await.expect(409);
        page.says("Olu Organizer changed a delivery").says("Second");
        olu.get(PAGE).await.says("First").hides("Second");
        // Of an archived letter nothing is written down.
        let form = blank(&olu, "The Mayor").await;
        crate::campaigns::act(&app, &olu, "letter", "Close the letter").await.expect(200);
        crate::campaigns::act(&app, &olu, "letter", "Archive the letter").await.expect(200);
        save(&olu, form).await.expect(409).says("archived").says("The Mayor");
        assert!(!olu.get(PAGE).await.expect(200).body.contains("The Mayor"));
    }

    async fn of_a_letter_that_strangers_may_not_see_nobody_reads_where_it_went(app: TestApp) {
        let letter = cast::open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        save(&olu, blank(&olu, "The Canary Council").await).await.expect(200);
        app.get("/letters/letter/updates").await.expect(200).says("Canary");
        let missing = app.get("/letters/missing/updates").await.expect(404);
        set(&app.db().await, &letter, |settings| settings.access = Access::Invitation).await;
        let hidden = crate::listing::until(&app, "/letters/letter/updates", |page| page.status == 404).await;
        assert_eq!(hidden.body.replace("letter", "missing"), missing.body.replace("letter", "missing"));
        // Before the moment of publication neither.
        let later = app.clock.now().plus(days(1));
        set(&app.db().await, &letter, move |settings| {
            (settings.access, settings.published_at) = (Access::Public, Some(later));
        }).await;
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        app.get("/letters/letter/updates").await.expect(404);
        app.clock.advance(hours(24));
        app.get("/letters/letter/updates").await.expect(200).says("Canary");
    }

    async fn who_carried_a_letter_is_sealed_and_erased_with_the_contacts(app: TestApp) {
        let letter = cast::open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        save(&olu, blank(&olu, "The Council").await.fill("by_whom", "Carrier Example")).await.expect(200);
        let db = app.db().await;
        let id = letter.id;
        let of = move |conn: &mut undersigned::db::Conn| -> Result<Vec<Option<Vec<u8>>>, undersigned::db::Error> {
            use diesel::prelude::*;
            use undersigned::db::schema::deliveries;
            Ok(crate::support::both!(conn, |c| deliveries::table
                .filter(deliveries::campaign_id.eq(id))
                .select(deliveries::sealed)
                .load(c))?)
        };
        let sealed = db.read(of).await.unwrap().remove(0).unwrap();
        assert!(!sealed.windows(7).any(|part| part == b"Carrier"));
        app.clock.advance(days(30 + 184));
        app.upkeep().await;
        assert_eq!(db.read(of).await.unwrap(), [None]);
    }
}
