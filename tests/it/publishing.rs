//! The moment of publication, what is looked at before it, and the rest of a letter's life.

use crate::campaigns::{act, settings};
use crate::support::app::TestApp;
use crate::support::browser::Page;
use crate::support::list::{join, set_at};
use crate::support::queue::{entry, sent, waiting};
use crate::support::{cast, on_both_engines, staff};
use std::sync::Arc;
use std::time::Duration;
use undersigned::audit::Act;
use undersigned::campaign::{Access, Settings, Status};
use undersigned::clock::{Clock, Timestamp, days, hours, minutes};
use undersigned::ids::AnyId;

/// Every public form of the letter.
const FORMS: [&str; 8] = ["", ".csv", ".json", ".txt", ".atom", "/editions", "/sign", "/report"];

/// What was done last.
async fn last(app: &TestApp) -> Act {
    let db = app.db().await;
    let id = crate::support::list::by_slug(&db, "letter").await.id;
    let acts = db.read(move |conn| undersigned::audit::of(conn, AnyId::from_uuid(id.uuid()))).await;
    let acts: Result<_, undersigned::db::Error> = acts;
    acts.unwrap().pop().unwrap()
}

/// One look at an instance: when it was asked, when it had answered, and whether it showed the letter.
struct Look {
    asked: Timestamp,
    answered: Timestamp,
    shows: bool,
}

/// Looks at an instance again and again until then.
async fn watch(url: String, until: Timestamp) -> Vec<Look> {
    let (client, clock, mut looks) = (reqwest::Client::new(), Clock::system(), Vec::new());
    while clock.now() < until {
        for form in ["", ".json"] {
            let asked = clock.now();
            let status = client.get(format!("{url}{form}")).send().await.unwrap().status().as_u16();
            assert!(matches!(status, 200 | 404), "{status}");
            looks.push(Look { asked, answered: clock.now(), shows: status == 200 });
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    looks
}

on_both_engines! {
    async fn a_letter_is_public_at_its_moment_and_not_a_microsecond_before(app: TestApp) {
        let at = app.clock.now().plus(hours(1));
        let campaign = cast::campaign(&app, Settings { published_at: Some(at), ..cast::settings(&app) }).await;
        join(&app.db().await, &campaign, "Early Network").await;
        // Until it is public nothing says that the server knows of it: it looks every 400 ms.
        tokio::time::sleep(Duration::from_secs(2)).await;
        app.clock.advance(at.since(app.clock.now()) - jiff::SignedDuration::from_micros(1));
        for form in FORMS {
            app.get(&format!("/letters/letter{form}")).await.expect(404);
        }
        app.get("/").await.expect(200).hides("Keep the park open");
        // Nothing is written, and nobody wakes up.
        app.clock.advance(jiff::SignedDuration::from_micros(1));
        for form in FORMS {
            app.get(&format!("/letters/letter{form}")).await.expect(200);
        }
        app.get("/").await.expect(200).says("Keep the park open").says("1 organization has signed");
    }

    async fn every_instance_shows_it_at_the_same_moment_by_the_clock_of_the_database(engine: Engine) {
        let first = TestApp::spawn_by_clock(Clock::system(), engine, &[]).await;
        let at = Clock::system().now().plus(jiff::SignedDuration::from_secs(8));
        let of = Settings { published_at: Some(at), closes_at: Some(at.plus(days(1))), ..cast::settings(&first) };
        let campaign = cast::campaign(&first, of).await;
        join(&first.database.open().await, &campaign, "Early Network").await;
        let end = at.plus(jiff::SignedDuration::from_millis(1500));
        // Each is watched from its first answer on.
        let watched = |app: &TestApp| tokio::spawn(watch(app.url("/letters/letter"), end));
        let mut watching = vec![watched(&first)];
        let mut all = vec![first];
        if engine == Engine::Postgres {
            let (url, key) = (all[0].database.url.clone(), all[0].data_dir().join("key").display().to_string());
            let shared = [("UNDERSIGNED_DATABASE_URL", url.as_str()), ("UNDERSIGNED_KEY_FILE", key.as_str())];
            // Two machines whose clocks are wrong: only the database's counts, from the first answer on.
            for wrong in [hours(1), hours(-1)] {
                let clock = Clock::system();
                clock.follow(wrong);
                all.push(TestApp::spawn_by_clock(clock, engine, &shared).await);
                watching.extend(all.last().map(watched));
            }
        }
        for (instance, looks) in watching.into_iter().enumerate() {
            let looks = looks.await.unwrap();
            // A call takes a moment: it was too early only if it was answered before, too late only if it was asked after.
            let slack = jiff::SignedDuration::from_millis(20);
            let early = looks.iter().filter(|look| look.shows && look.answered < at.plus(-slack)).count();
            let late = looks.iter().filter(|look| !look.shows && look.asked > at.plus(jiff::SignedDuration::from_secs(1)));
            let (hidden, shown) = (looks.iter().filter(|look| !look.shows).count(), looks.iter().filter(|look| look.shows).count());
            assert_eq!((early, late.count()), (0, 0), "instance {instance} of {}", all.len());
            assert!(hidden > 5 && shown > 5, "instance {instance}: {hidden} before and {shown} after");
        }
    }

    async fn what_is_open_is_told_before_a_letter_is_published_and_an_old_consent_needs_a_reason(app: TestApp) {
        let of = Settings { closes_at: None, published_at: None, ..cast::settings(&app) };
        let campaign = cast::campaign(&app, of).await;
        let mina = staff::moderator(&app, "letter").await;
        let old = [sent("Old Network", "https://old.example", "a@old.example"), sent("Older Network", "https://older.example", "a@older.example")];
        for id in waiting(&app, &campaign, &old).await {
            mina.submit(&entry(&mina, id).await.form_with_button("Approve")).await.expect(200);
        }
        app.clock.advance(days(29));
        let new = [sent("New Network", "https://new.example", "a@new.example"), sent("Newer Network", "https://newer.example", "a@newer.example")];
        let new = waiting(&app, &campaign, &new).await;
        let ada = staff::administrator(&app).await;
        ada.submit(&entry(&ada, new[0]).await.form_with_button("Approve")).await.expect(200);
        let page = ada.get("/staff/letters/letter/life/publish").await.expect(200);
        let page = page.says("What is still open").says("1 sign-on waits for a decision").hides("days ago</h2>");
        assert_eq!(page.link("1 sign-on waits for a decision"), "/staff/letters/letter/queue");

        app.clock.advance(days(2));
        let ada = again(&app).await;
        let page = ada.get("/staff/letters/letter/life/publish").await.expect(200).says("Verified more than 30 days ago");
        let page = page.says("2 organizations on the list").says("Old Network").says("Older Network").hides("Newer Network");
        let form = page.form_with_button("Publish the letter");
        let page = ada.submit(&form).await.expect(422).says("Write why it is published without asking them again");
        app.get("/letters/letter").await.expect(404);
        let form = page.form_with_button("Publish the letter").fill("consent", "They all confirmed by phone on Monday.");
        ada.submit(&form).await.expect(200).says("The letter is published.");
        app.get("/letters/letter").await.expect(200).says("Old Network");
        let act_of_it = last(&app).await;
        assert_eq!(act_of_it.act, "published the letter");
        assert_eq!(act_of_it.reason.as_deref(), Some("They all confirmed by phone on Monday."));

        // The same where the moment is set ahead: by then more consents are old.
        act(&app, &ada, "letter", "Take it back from the public").await.expect(200);
        let form = settings(&ada, "letter").await.form().fill("published_at", "2026-06-01T09:00");
        let page = ada.submit(&form).await.expect(422).says("3 organizations on the list verified more than 30 days before");
        assert_eq!(page.attribute("#published_at", "value").as_deref(), Some("2026-06-01T09:00"));
        ada.submit(&page.form().fill("consent", "They are asked in May.")).await.expect(200).says("Saved.");
        assert_eq!(last(&app).await.reason.as_deref(), Some("They are asked in May."));
        app.get("/letters/letter").await.expect(404);
        // While the moment lies ahead, home and settings say it; and a reason can be written later.
        ada.get("/staff").await.expect(200).says("3 consents will be older than 30 days when it is public.");
        let page = settings(&ada, "letter").await.says("3 consents will be older than 30 days").says("Old Network");
        app.clock.advance(jiff::SignedDuration::from_secs(1));
        ada.submit(&page.form().fill("consent", "All three wrote on Tuesday.")).await.expect(200).says("Saved.");
        let written = last(&app).await;
        assert_eq!(written.act, "wrote why nobody is asked again before the letter is public");
        assert_eq!(written.reason.as_deref(), Some("All three wrote on Tuesday."));
        // What is written for a change that publishes nothing is not kept as a reason.
        app.clock.advance(jiff::SignedDuration::from_secs(1));
        let form = settings(&ada, "letter").await.form().fill("published_at", "").fill("consent", &"x".repeat(9000));
        ada.submit(&form).await.expect(200).says("Saved.");
        assert_eq!(last(&app).await.reason, None);
        let form = settings(&ada, "letter").await.form().fill("published_at", "2026-06-01T09:00");
        let page = ada.submit(&form).await.expect(422);
        let long = page.form().fill("consent", &"x".repeat(501));
        let page = ada.submit(&long).await.expect(422).says("Shorten the text to 500 characters");
        ada.submit(&page.form().fill("consent", "They are asked in May.")).await.expect(200).says("Saved.");
        // What changes nothing about the moment asks nothing.
        ada.submit(&settings(&ada, "letter").await.form().fill("host", "Friends")).await.expect(200).says("Saved.");
        // To open it to everybody who was not invited is to publish it.
        set_at(&app.db().await, &campaign, app.clock.now(), |settings| {
            (settings.published_at, settings.access) = (settings.opens_at.or(settings.published_at), Access::Invitation);
        }).await;
        let form = settings(&ada, "letter").await.form().choose("access", "link");
        ada.submit(&form).await.expect(422).says("verified more than 30 days before");
    }

    async fn what_is_confirmed_is_what_was_shown(app: TestApp) {
        let campaign = cast::open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        act(&app, &olu, "letter", "Close the letter").await.expect(200);
        let page = olu.get("/staff/letters/letter/life/archive").await.expect(200).hides("What is still open");
        let form = page.form_with_button("Archive the letter").smuggle("anyway", "yes");
        waiting(&app, &campaign, &[sent("Late Network", "https://late.example", "a@late.example")]).await;
        let page = olu.submit(&form).await.expect(409).says("what is open is not what your page showed");
        let form = page.says("1 sign-on waits for a decision").form_with_button("Archive the letter");
        assert_eq!(set_of(&app).await.status, Status::Closed);
        olu.submit(&form.tick("anyway")).await.expect(200).says("The letter is archived");
    }

    async fn an_archived_letter_is_rewritten_by_nobody_and_what_was_typed_comes_back(app: TestApp) {
        let campaign = cast::open_letter(&app).await;
        join(&app.db().await, &campaign, "Early Network").await;
        let late = cast::sign(&app, "Bits of Example", "ada@bits.example").await;
        let late_page = app.browser().get(&late.link("/verify/")).await.expect(200);
        let olu = staff::organizer(&app, "letter").await;
        act(&app, &olu, "letter", "Close the letter").await.expect(200);
        let page = olu.get("/staff/letters/letter/life/archive").await.expect(200);
        let form = page.form_with_button("Archive the letter").tick("anyway");
        olu.submit(&form).await.expect(200).says("The letter is archived");
        let before = crate::campaigns::history(&app, "letter").await;
        // From pages that are no older than the archive.
        let text = olu.get("/staff/letters/letter/letter").await.form_with("letter").fill("letter", "Another text altogether.");
        let page = olu.submit(&text.press("save")).await.expect(409).says("It is archived");
        page.says("Another text altogether.");
        for button in ["keep", "free"] {
            let pins = olu.get("/staff/letters/letter/moved").await.form().press(button);
            olu.submit(&pins).await.expect(409).says("It is archived");
        }
        let moderation = olu.get("/staff/letters/letter/moderation").await;
        let guide = moderation.form_with("guide").fill("guide", "Another guide altogether.");
        olu.submit(&guide).await.expect(409).says("It is archived").says("Another guide altogether.");
        let close = olu.post("/staff/letters/letter/life/close", moderation.form_with("guide").encoded()).await;
        close.expect(409).says("It is archived");
        assert_eq!(crate::campaigns::history(&app, "letter").await, before);
        app.get("/letters/letter").await.says("We ask you to keep the park open.").says("Early Network");
        // Nothing is verified into it.
        let page = app.browser().submit(&late_page.form()).await;
        assert!(!page.body.contains("Verified. Thank you"), "{page:?}");
        // It can be taken back from the public.
        app.clock.advance(minutes(1));
        let ask = olu.get("/staff/letters/letter/life/unpublish").await.expect(200);
        olu.submit(&ask.form_with_button("Take it back from the public")).await.expect(200).says("not public any more");
        app.get("/letters/letter").await.expect(404);
        assert_eq!(set_of(&app).await.status, Status::Archived);
    }

    async fn a_letter_that_is_to_become_public_later_is_not_archived(app: TestApp) {
        let at = app.clock.now().plus(days(3));
        let of = Settings { published_at: Some(at), status: Status::Closed, ..cast::settings(&app) };
        cast::campaign(&app, of).await;
        let olu = staff::organizer(&app, "letter").await;
        olu.get("/staff/letters/letter/life/archive").await.expect(200).says("It is to become public at a moment that is set");
        act(&app, &olu, "letter", "Take it back from the public").await.expect(200);
        act(&app, &olu, "letter", "Archive the letter").await.expect(200).says("The letter is archived");
    }

    async fn what_is_sent_while_sign_ons_are_paused_is_told_of_the_pause(engine: Engine) {
        let app = TestApp::spawn(engine).await;
        let campaign = cast::open_letter(&app).await;
        let browser = app.browser();
        let form = cast::filled_in(&browser, "Late Example", "ada@late.example").await;
        let page = browser.submit(&form).await.expect(200);
        let send = page.form().press("send");
        // The form is read as open; then the letter is paused while the submission waits for the database.
        let (holding, held) = (std::sync::mpsc::channel(), tokio::sync::oneshot::channel());
        let (db, of) = (app.db().await, campaign.clone());
        let now = app.clock.now();
        let pausing = tokio::spawn(async move {
            let paused = Settings { paused: "Back on Monday.".to_owned(), ..of.settings.clone() };
            db.write(move |tx| {
                let _ = held.0.send(());
                let _ = holding.1.recv_timeout(Duration::from_secs(3));
                undersigned::campaign::store::replace(tx, &of, &paused, now)
            }).await
        });
        held.1.await.unwrap();
        let sending = tokio::spawn(async move { browser.submit(&send).await });
        tokio::time::sleep(Duration::from_secs(1)).await;
        holding.0.send(()).unwrap();
        let paused: Result<bool, undersigned::db::Error> = pausing.await.unwrap();
        assert!(paused.unwrap());
        let page = sending.await.unwrap();
        // The embedded database has one writer, so there the submission came second; the server's may have taken it.
        if engine == Engine::Sqlite {
            page.expect(409).says("Back on Monday.").says("Late Example");
        }
    }

    async fn a_pause_says_why_takes_nothing_and_leaves_the_list(app: TestApp) {
        let campaign = cast::open_letter(&app).await;
        join(&app.db().await, &campaign, "Early Network").await;
        let before = cast::sign(&app, "Bits of Example", "ada@bits.example").await;
        let form = cast::filled_in(&app.browser(), "Late Example", "ada@late.example").await;
        let olu = staff::organizer(&app, "letter").await;
        let ask = olu.follow(&settings(&olu, "letter").await, "Pause sign-ons").await.expect(200);
        let mend = olu.submit(&ask.form_with_button("Pause sign-ons")).await.expect(422);
        let form_of_pause = mend.form_with_button("Pause sign-ons").fill("message", "We mend\nthe text. Back on <Monday>.");
        olu.submit(&form_of_pause).await.expect(200).says("Sign-ons are paused").says("Paused by its organizers");
        let page = app.get("/letters/letter").await.expect(200).says("Sign-ons are paused. We mend the text. Back on <Monday>.");
        page.says("Early Network").hides("Sign for your organization</a>").hides("<Monday>");
        app.get("/").await.says("Sign-ons are paused.");
        app.get("/letters/letter/sign").await.expect(200).says("Back on <Monday>.");
        let page = app.browser().submit(&form).await.expect(409).says("while sign-ons were paused");
        page.says("Late Example");
        // What was sent before goes on.
        let page = app.browser().get(&before.link("/verify/")).await.expect(200);
        app.browser().submit(&page.form()).await.says("Verified. Thank you");
        act(&app, &olu, "letter", "End the pause").await.expect(200).says("The pause is over");
        app.get("/letters/letter/sign").await.expect(200).says("Sign for your organization");
        app.get("/letters/letter").await.hides("Sign-ons are paused");
    }

    async fn a_letter_is_archived_when_nothing_waits_or_somebody_says_so_and_can_be_taken_out(app: TestApp) {
        let campaign = cast::open_letter(&app).await;
        waiting(&app, &campaign, &[sent("Waiting Network", "https://w.example", "a@w.example")]).await;
        let olu = staff::organizer(&app, "letter").await;
        olu.get("/staff/letters/letter/life/archive").await.expect(200).says("Close it first.");
        let page = olu.follow(&settings(&olu, "letter").await, "Close the letter").await.expect(200);
        let page = page.says("1 sign-on waits for a decision").says("erased six months from now");
        olu.submit(&page.form_with_button("Close the letter")).await.expect(200).says("The letter is closed");
        let stale = settings(&olu, "letter").await.form().fill("host", "Somebody");
        let page = olu.follow(&settings(&olu, "letter").await, "Archive the letter").await.expect(200).says("What is still open");
        let page = olu.submit(&page.form_with_button("Archive the letter")).await.expect(422).says("Settle what waits first");
        let form = page.form_with_button("Archive the letter").tick("anyway");
        let page = olu.submit(&form).await.expect(200).says("The letter is archived").says("Archived");
        page.says("The settings of an archived letter cannot be changed.");
        olu.submit(&stale).await.expect(409).says("archived");
        app.get("/letters/letter").await.expect(200).says("Closed");
        app.get("/letters/letter/report").await.expect(200).says("archived");
        let page = act(&app, &olu, "letter", "Take it out of the archive").await.expect(200);
        page.says("The letter is out of the archive").says("Closed to new sign-ons");
        let now = set_of(&app).await;
        assert_eq!(now.status, Status::Closed);
    }
}

/// The administrator in another browser: nobody stays logged in for days.
async fn again(app: &TestApp) -> Arc<crate::support::browser::Browser> {
    let browser = app.browser();
    let page: Page = staff::log_in(app, &browser, "ada@staff.example", staff::PASSWORD).await;
    page.expect(200);
    app.clock.advance(minutes(1));
    Arc::new(browser)
}

async fn set_of(app: &TestApp) -> Settings {
    crate::support::list::by_slug(&app.db().await, "letter").await.settings
}
