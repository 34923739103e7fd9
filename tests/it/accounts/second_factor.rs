//! The second factor: set up before the first decision, asked for at every log-in, good once.

use super::{bare_get, bare_post, cookie, keys, session_cookie};
use crate::support::app::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::cast::open_letter;
use crate::support::on_both_engines;
use crate::support::queue::{press, sent, waiting};
use crate::support::staff::{self, PASSWORD, log_in, type_password};
use futures_util::future::join_all;
use jiff::SignedDuration;
use undersigned::account::second_factor::Secret;
use undersigned::account::store;
use undersigned::audit;
use undersigned::clock::{hours, minutes};
use undersigned::ids::AnyId;
use undersigned::text::EmailAddress;

const ADA: &str = "ada@staff.example";

/// The code that somebody's app shows, so many steps from now.
fn code(app: &TestApp, email: &str, steps: i64) -> String {
    app.factors.secret(email).code(Secret::step_at(app.clock.now()) + steps)
}

/// Types the password, then a code.
async fn log_in_with(browser: &Browser, email: &str, code: &str) -> Page {
    let page = type_password(browser, email, PASSWORD).await.expect(200).says("Your code");
    browser.submit(&page.form().fill("code", code)).await
}

on_both_engines! {
    async fn a_decision_without_a_second_factor_is_refused_and_what_was_typed_is_kept(app: TestApp) {
        let campaign = open_letter(&app).await;
        let ids = waiting(&app, &campaign, &[sent("First Network", "https://first.example", "a@first.example")]).await;
        let link = staff::invitation(&app, "mina@staff.example", "moderator", Some("letter"));
        let mina = app.browser();
        let page = mina.get(&link).await.expect(200);
        let home = mina.submit(&page.form().fill("name", "Mina Moderator").fill("password", PASSWORD)).await;
        home.expect(200).says("Before you can decide or change anything, set up your second factor.");
        // She may look.
        mina.get("/staff/letters/letter/queue").await.expect(200).says("First Network");
        let entry = mina.get(&format!("/staff/sign-ons/{}", ids[0])).await.expect(200);
        let form = entry.form_with_button("Hold").fill("text", "Who are “you”, & <why>?");
        let refused = mina.submit(&form).await.expect(403).says("Set up your second factor first");
        assert_eq!(refused.form_with_button("Send it again").value("text"), "Who are “you”, & <why>?");
        mina.get("/staff/letters/letter/queue").await.expect(200).says("First Network");
        staff::set_up_factor(&mina, app.clock.now()).await;
        mina.get("/staff").await.expect(200).hides("Before you can decide");
        mina.submit(&refused.form_with_button("Send it again")).await.expect(200);
        let held = mina.get(&format!("/staff/sign-ons/{}", ids[0])).await.expect(200).says("On hold");
        held.says("Who are “you”, & <why>?");
    }

    async fn every_log_in_asks_for_a_code_that_is_good_once(app: TestApp) {
        staff::administrator(&app).await;
        let ada = app.browser();
        let page = type_password(&ada, ADA, PASSWORD).await.expect(200).says("Your code");
        assert_eq!(page.path, "/login/code");
        // The password alone opens nothing.
        assert_eq!(ada.get("/staff").await.path, "/login");
        let wrong = ada.submit(&page.form().fill("code", "12 34")).await.expect(422).says("Write the six digits");
        let wrong = ada.submit(&wrong.form().fill("code", &code(&app, ADA, 3))).await.expect(422).says("is not right");
        assert_eq!(ada.submit(&wrong.form().fill("code", &code(&app, ADA, 0))).await.expect(200).path, "/staff");
        let again = log_in_with(&app.browser(), ADA, &code(&app, ADA, 0)).await.expect(422);
        again.says("or was used already").hides(&code(&app, ADA, 0));
        log_in_with(&app.browser(), ADA, &code(&app, ADA, -1)).await.expect(422);
        log_in_with(&app.browser(), ADA, &code(&app, ADA, 1)).await.expect(200).says("Ada Administrator");
        app.clock.advance(SignedDuration::from_secs(60));
        log_in_with(&app.browser(), ADA, &code(&app, ADA, 0)).await.expect(200);
    }

    async fn of_fifty_who_use_a_code_at_once_one_gets_in(engine: Engine) {
        // How often one network may try is not what this is about.
        let app = TestApp::spawn_with(engine, &[("UNDERSIGNED_LIMIT_LOG_INS_PER_5_MINUTES", "1000")]).await;
        staff::administrator(&app).await;
        let mut all = Vec::new();
        for _ in 0..50 {
            let browser = app.browser();
            let page = type_password(&browser, ADA, PASSWORD).await.expect(200);
            all.push((browser, page));
        }
        let typed = code(&app, ADA, 0);
        let pressed = all.iter().map(|(browser, page)| {
            let form = page.form().fill("code", &typed);
            async move { browser.once(reqwest::Method::POST, "/login/code", Some(form.encoded())).await.unwrap() }
        });
        let answers = join_all(pressed).await;
        let inside = answers.iter().filter(|page| page.status == 303 && page.header("location") == "/staff").count();
        assert_eq!(inside, 1, "{answers:?}");
    }

    async fn five_wrong_codes_end_the_log_in(app: TestApp) {
        staff::administrator(&app).await;
        let stranger = app.browser();
        let page = type_password(&stranger, ADA, PASSWORD).await.expect(200);
        for _ in 0..4 {
            stranger.submit(&page.form().fill("code", &code(&app, ADA, 5))).await.expect(422);
        }
        stranger.submit(&page.form().fill("code", &code(&app, ADA, 5))).await.expect(403).says("Log in once more");
        let over = stranger.submit(&page.form().fill("code", &code(&app, ADA, 0))).await.expect(200);
        assert_eq!(over.path, "/login");
        log_in_with(&stranger, ADA, &code(&app, ADA, 0)).await.expect(200).says("Ada Administrator");
        // Ten minutes are enough to find a phone.
        let slow = app.browser();
        let page = type_password(&slow, ADA, PASSWORD).await.expect(200);
        app.clock.advance(minutes(10));
        assert_eq!(slow.submit(&page.form().fill("code", &code(&app, ADA, 0))).await.path, "/login");
    }

    async fn whoever_knows_the_password_can_try_so_many_codes_and_not_lock_the_owner_out(engine: Engine) {
        let app = TestApp::spawn_with(
            engine,
            &[("UNDERSIGNED_LIMIT_LOG_INS_PER_5_MINUTES", "1000"), ("UNDERSIGNED_LIMIT_LOG_INS_PER_DAY", "7")],
        )
        .await;
        let ada = staff::administrator(&app).await;
        let page = ada.get("/staff").await;
        ada.submit(&page.form_with_button("Log out")).await.expect(200);
        let mut tried = 0;
        for stranger in [app.browser(), app.browser()] {
            let page = type_password(&stranger, ADA, PASSWORD).await.expect(200);
            while tried < 7 {
                tried += 1;
                if stranger.submit(&page.form().fill("code", "000000")).await.status == 403 {
                    break;
                }
            }
        }
        let stranger = app.browser();
        let page = type_password(&stranger, ADA, PASSWORD).await.expect(200);
        let refused = stranger.submit(&page.form().fill("code", &code(&app, ADA, 0))).await.expect(429);
        assert!(refused.says("too many codes").header("retry-after").parse::<u32>().unwrap() > 86_000);
        // Her own browser has logged in before.
        log_in_with(&ada, ADA, &code(&app, ADA, 0)).await.expect(200).says("Ada Administrator");
        app.clock.advance(hours(25));
        log_in_with(&app.browser(), ADA, &code(&app, ADA, 0)).await.expect(200);
    }

    async fn a_recovery_code_lets_in_once_and_nobody_finds_it_in_the_database(app: TestApp) {
        staff::administrator(&app).await;
        let recovery = app.factors.recovery_code(ADA);
        let typed = recovery.to_lowercase().replace('-', " ");
        log_in_with(&app.browser(), ADA, &typed).await.expect(200).says("Ada Administrator");
        log_in_with(&app.browser(), ADA, &recovery).await.expect(422).says("or was used already");
        let other = format!("{}{}", &app.factors.recovery_code(ADA)[..1], &recovery[1..]);
        log_in_with(&app.browser(), ADA, &other).await.expect(422);
        let (keys, email, number) = (keys(&app), EmailAddress::parse(ADA).unwrap(), 0);
        let (hash, left, secret, acts) = app
            .db()
            .await
            .read(move |conn| {
                let id = store::by_email(conn, &keys, &email)?.unwrap().id;
                let hash = store::recovery_code(conn, id, number)?.unwrap();
                let left = store::recovery_codes_left(conn, id)?;
                let secret = store::code_app(conn, &keys, id)?.unwrap();
                Ok::<_, store::Error>((hash, left, secret, audit::of(conn, AnyId::from_uuid(id.uuid()))?))
            })
            .await
            .unwrap();
        assert!(hash.as_str().starts_with("$argon2id$"), "{}", hash.as_str());
        assert!(left == 9 && secret == app.factors.secret(ADA));
        assert!(acts.iter().any(|act| act.act == "used a recovery code"));
    }

    async fn of_twenty_who_use_a_recovery_code_at_once_one_gets_in(engine: Engine) {
        let app = TestApp::spawn_with(engine, &[("UNDERSIGNED_LIMIT_LOG_INS_PER_5_MINUTES", "1000")]).await;
        staff::administrator(&app).await;
        let recovery = app.factors.recovery_code(ADA);
        let mut all = Vec::new();
        for _ in 0..20 {
            let browser = app.browser();
            let page = type_password(&browser, ADA, PASSWORD).await.expect(200);
            all.push((browser, page.form().fill("code", &recovery)));
        }
        let answers = join_all(all.iter().map(|(browser, form)| async move {
            browser.once(reqwest::Method::POST, "/login/code", Some(form.encoded())).await.unwrap()
        }));
        let answers = answers.await;
        assert_eq!(answers.iter().filter(|page| page.status == 303).count(), 1, "{answers:?}");
    }

    async fn setting_up_shows_a_secret_that_is_kept_only_once_a_code_proves_it(app: TestApp) {
        let link = staff::invitation(&app, ADA, "administrator", None);
        let ada = app.browser();
        let page = ada.get(&link).await.expect(200);
        let accepted = ada.submit(&page.form().fill("name", "Ada Administrator").fill("password", PASSWORD)).await;
        let page = ada.follow(&accepted.expect(200), "set up your second factor").await.expect(200);
        let secret = Secret::parse(&page.texts("code.secret")[0]).unwrap();
        let uri = page.link("open the app");
        assert!(uri.starts_with("otpauth://totp/Undersigned%20127%2E0%2E0%2E1:ada%40staff%2Eexample?secret="), "{uri}");
        assert!(uri.contains(&page.texts("code.secret")[0].replace(' ', "")) && page.body.contains("<svg class=\"qr\""));
        assert_ne!(ada.get("/staff/account/app").await.texts("code.secret"), page.texts("code.secret"), "looking keeps none");
        let now = Secret::step_at(app.clock.now());
        let wrong = ada.submit(&page.form_with("code").fill("code", &secret.code(now + 4))).await.expect(422);
        assert_eq!(wrong.says("not the code that the app shows").texts("code.secret"), page.texts("code.secret"));
        let form = page.form_with("code").fill("code", &secret.code(now));
        ada.submit(&form.clone().smuggle("sealed", "AAAA")).await.expect(422);
        let codes = ada.submit(&form).await.expect(200).texts("ul.codes code");
        assert_eq!(codes.len(), 10);
        // What was shown to set it up is used, and the form is no way around the code.
        log_in_with(&app.browser(), ADA, &secret.code(now)).await.expect(422);
        app.clock.advance(minutes(11));
        assert!(ada.submit(&form).await.expect(200).path.starts_with("/staff/confirm"));
        log_in_with(&app.browser(), ADA, &secret.code(Secret::step_at(app.clock.now()))).await.expect(200);
        // Somebody else's secret is not taken: it is sealed for her account.
        let ben = app.browser();
        let invited = ben.get(&staff::invitation(&app, "ben@staff.example", "administrator", None)).await.expect(200);
        ben.submit(&invited.form().fill("name", "Ben").fill("password", PASSWORD)).await.expect(200);
        let sealed = form.value("sealed").to_owned();
        let his = ben.get("/staff/account/app").await.form_with("code").smuggle("sealed", &sealed);
        ben.submit(&his.fill("code", &secret.code(Secret::step_at(app.clock.now())))).await.expect(422);
    }

    async fn setting_up_gives_a_new_session_and_ends_those_that_showed_less(app: TestApp) {
        let link = staff::invitation(&app, ADA, "administrator", None);
        let page = app.get(&link).await.expect(200);
        let form = page.form().fill("name", "Ada Administrator").fill("password", PASSWORD);
        let first = cookie(&bare_post(&app, &link, "none=", form.encoded()).await, "session");
        let login = app.get("/login").await.form().fill("email", ADA).fill("password", PASSWORD);
        let second = cookie(&bare_post(&app, "/login", "none=", login.encoded()).await, "session");
        let page = bare_get(&app, "/staff/account/app", &first).await;
        let (status, headers) = (page.status(), page.headers().clone());
        let page = Page { status, headers, path: "/staff/account/app".to_owned(), body: page.text().await.unwrap() };
        let secret = Secret::parse(&page.texts("code.secret")[0]).unwrap();
        let form = page.form_with("code").fill("code", &secret.code(Secret::step_at(app.clock.now())));
        let set_up = bare_post(&app, "/staff/account/app", &first, form.encoded()).await;
        assert_eq!(set_up.status(), 200);
        let third = cookie(&set_up, "session");
        assert!(third != first && third != second);
        for (cookie, status) in [(&first, 303), (&second, 303), (&third, 200)] {
            assert_eq!(bare_get(&app, "/staff", cookie).await.status(), status);
        }
    }

    async fn an_act_that_is_hard_to_take_back_asks_for_the_code_again_and_keeps_what_was_typed(app: TestApp) {
        let ada = staff::administrator(&app).await;
        let page = ada.get("/staff/accounts").await.expect(200);
        let form = page.form_with("email").fill("email", "ben@staff.example").choose("role", "administrator");
        app.clock.advance(minutes(10));
        let asked = ada.submit(&form).await.expect(403).says("Confirm that it is you");
        let asked = asked.form_with("code");
        assert_eq!((asked.value("email"), asked.value("role")), ("ben@staff.example", "administrator"));
        assert!(app.mailbox().all_to("ben@staff.example").await.is_empty());
        let wrong = ada.submit(&asked.clone().fill("code", &code(&app, ADA, 4))).await.expect(422).says("is not right");
        let form = wrong.form_with("code").fill("code", &code(&app, ADA, 0));
        ada.submit(&form).await.expect(200).says("The invitation is on its way");
        // It counts for ten minutes.
        app.clock.advance(minutes(9));
        let form = page.form_with("email").fill("email", "cy@staff.example").choose("role", "administrator");
        ada.submit(&form).await.expect(200).says("The invitation is on its way");
        // Five wrong codes end the session.
        app.clock.advance(minutes(1));
        for status in [422, 422, 422, 422, 403] {
            ada.submit(&asked.clone().fill("code", &code(&app, ADA, 4))).await.expect(status);
        }
        assert_eq!(ada.get("/staff").await.path, "/login");
    }

    async fn publishing_asks_for_the_code_again(app: TestApp) {
        open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        app.clock.advance(minutes(10));
        let page = olu.get("/staff/letters/letter/life/unpublish").await.expect(200);
        let asked = press(&olu, &page, "Take it back from the public").await.expect(403).says("Confirm that it is you");
        let published = || async { olu.get("/staff/letters/letter/settings").await.body.contains("/life/unpublish") };
        assert!(published().await);
        let form = asked.form_with("code").fill("code", &app.factors.recovery_code("olu@staff.example"));
        let settings = olu.submit(&form).await.expect(200).says("Keep the park open");
        assert!(!published().await);
        // The settings are no way around it; what does not touch who can read the letter needs no code.
        app.clock.advance(minutes(10));
        let form = settings.form_with("contact").fill("contact", "other@park.example");
        let saved = olu.submit(&form).await.expect(200).says("Saved.");
        let form = saved.form_with("published_at").fill("published_at", "2026-03-02T09:00");
        let asked = olu.submit(&form).await.expect(403).says("Confirm that it is you");
        assert!(!published().await);
        let form = asked.form_with("code").fill("code", &app.factors.recovery_code("olu@staff.example"));
        let saved = olu.submit(&form).await.expect(200).says("Saved.");
        assert_eq!(saved.form_with("published_at").value("published_at"), "2026-03-02T09:00");
    }

    async fn a_wrong_code_and_a_wrong_password_tell_nobody_who_has_an_account(app: TestApp) {
        staff::administrator(&app).await;
        // Without the password of an account nobody gets to the question for the code, whatever they hold.
        let stranger = app.browser();
        assert_eq!(stranger.get("/login/code").await.path, "/login");
        let cookie = session_cookie(&app, ADA).await;
        let half = cookie.replace("session=", "half=");
        assert_eq!(bare_get(&app, "/login/code", &half).await.status(), 303, "a session is no half-open log-in");
        let page = type_password(&stranger, ADA, PASSWORD).await.expect(200);
        let body = page.form().fill("code", &code(&app, ADA, 0)).encoded();
        assert_eq!(bare_post(&app, "/login/code", &half, body).await.headers()["location"], "/login");
        for email in [ADA, "nobody@staff.example"] {
            log_in(&app, &app.browser(), email, "not this one, no").await.expect(422).says("The address or the password is not right.");
        }
    }
}
