//! Passkeys: made on the page of the own account, shown at the log-in and where the second factor is asked for once more.

use super::keys;
use crate::support::app::TestApp;
use crate::support::authenticator::Authenticator;
use crate::support::browser::{Browser, Form, Page};
use crate::support::db::Engine;
use crate::support::on_both_engines;
use crate::support::staff::{self, PASSWORD, log_in, type_password};
use futures_util::future::join_all;
use serde_json::Value;
use undersigned::account::passkey::MOST;
use undersigned::account::store;
use undersigned::audit;
use undersigned::clock::minutes;
use undersigned::ids::AnyId;
use undersigned::text::EmailAddress;

const ADA: &str = "ada@staff.example";
const PAGE: &str = "/staff/account/passkeys";
const OWN: &str = "/staff/account";

/// An instance whose address is a name.
async fn named(engine: Engine) -> TestApp {
    let limits = ("UNDERSIGNED_LIMIT_LOG_INS_PER_5_MINUTES", "1000");
    TestApp::spawn_with(engine, &[("UNDERSIGNED_BASE_URL", "http://localhost:0"), limits]).await
}

/// What a browser at that address says where it is.
fn origin(app: &TestApp) -> String {
    app.base_url.replace("127.0.0.1", "localhost")
}

fn authenticator(app: &TestApp) -> Authenticator {
    Authenticator::at(&origin(app))
}

/// What the script asks for with the form's token.
async fn ask(browser: &Browser, path: &str, form: &Form) -> Page {
    let only = form_urlencoded::Serializer::new(String::new())
        .append_pair("form_token", form.value("form_token"))
        .finish();
    browser.post(path, only).await
}

fn challenge(answer: &Page) -> String {
    let options: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((&options["rpId"], &options["userVerification"]), (&"localhost".into(), &"required".into()));
    options["challenge"].as_str().unwrap().to_owned()
}

/// The form of the page with a passkey that was just made.
async fn made(browser: &Browser, key: &mut Authenticator, name: &str) -> Form {
    let page = browser.get(PAGE).await.expect(200);
    let form = page.form_with("made");
    let answer = ask(browser, &format!("{PAGE}/challenge"), &form).await.expect(200);
    let options: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(options["rp"]["id"], "localhost");
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    form.fill("name", name).fill("made", &key.make(options["challenge"].as_str().unwrap()))
}

async fn make(browser: &Browser, key: &mut Authenticator, name: &str) -> Page {
    let form = made(browser, key, name).await;
    browser.submit(&form).await.expect(200)
}

/// The form of the second step of a log-in with a passkey that was just shown.
async fn shown(browser: &Browser, key: &mut Authenticator, email: &str) -> Form {
    let page = type_password(browser, email, PASSWORD).await.expect(200);
    assert!(page.path.starts_with("/login/code"), "{page:?}");
    let answer = ask(browser, "/login/passkey", &page.form()).await.expect(200);
    page.form().fill("passkey", &key.show(&challenge(&answer)))
}

async fn log_in_by(app: &TestApp, key: &mut Authenticator) -> (Browser, Page) {
    let browser = app.browser();
    let form = shown(&browser, key, ADA).await;
    let page = browser.submit(&form).await;
    (browser, page)
}

/// An administrator with an app for codes and a passkey.
async fn ada(app: &TestApp) -> (Browser, Authenticator) {
    let (ada, mut key) = (staff::administrator(app).await, authenticator(app));
    make(&ada, &mut key, "Phone").await.says("Your passkey is kept");
    app.clock.advance(minutes(1));
    (ada, key)
}

on_both_engines! {
    async fn a_passkey_is_made_named_used_to_log_in_and_removed(engine: Engine) {
        let app = named(engine).await;
        let ada = staff::administrator(&app).await;
        let other = app.browser();
        log_in(&app, &other, ADA, PASSWORD).await.expect(200);
        let mut key = authenticator(&app);
        make(&ada, &mut key, "Ada’s phone").await.at("/staff/account?passkey").says("Ada’s phone, made 2 March 2026");
        // It is a change of the second factor: other browsers are out, and a mail says so.
        assert_eq!(other.get("/staff").await.path, "/login");
        app.mailbox().newest_saying(ADA, "A passkey was made with a browser").await;
        app.clock.advance(minutes(1));
        let (browser, page) = log_in_by(&app, &mut key).await;
        page.at("/staff").says("Ada Administrator");
        browser.get(OWN).await.says("You log in with the codes of an app or a passkey").says("last used 2 March 2026");
        // Its name is somebody's own words: nobody reads it in the database. A second one, on another authenticator, is told apart.
        let mut second = authenticator(&app);
        make(&browser, &mut second, "Key ring").await.says("Key ring");
        let page = browser.get(OWN).await;
        assert_eq!(page.texts("ul.passkeys li").len(), 2);
        let form = page.form_with("key");
        let left = browser.submit(&form).await.expect(200).says("That passkey is removed");
        assert_eq!(left.texts("ul.passkeys li").len(), 1, "the first is gone");
        left.says("Key ring");
        app.mailbox().newest_saying(ADA, "A passkey was removed").await;
        browser.submit(&form).await.expect(200);
        log_in_by(&app, &mut key).await.1.expect(422).says("not one of yours here");
        app.clock.advance(minutes(1));
        log_in_by(&app, &mut second).await.1.at("/staff");
        let (of_app, email) = (keys(&app), EmailAddress::parse(ADA).unwrap());
        let db = app.db().await;
        let acts = db.read(move |conn| {
            let id = store::by_email(conn, &of_app, &email)?.unwrap().id;
            Ok::<_, store::Error>(audit::of(conn, AnyId::from_uuid(id.uuid()))?)
        });
        let acts: Vec<_> = acts.await.unwrap().into_iter().map(|act| act.act).collect();
        for act in ["made a passkey", "removed a passkey"] {
            assert!(acts.iter().any(|done| done == act), "{acts:?}");
        }
    }

    async fn a_passkey_can_be_the_first_second_factor_and_brings_recovery_codes(engine: Engine) {
        let app = named(engine).await;
        let ada = app.browser();
        let page = ada.get(&staff::invitation(&app, ADA, "administrator", None)).await.expect(200);
        let page = ada.submit(&page.form().fill("name", "Ada Administrator").fill("password", PASSWORD)).await;
        let page = ada.follow(&page.expect(200), "set up your second factor").await.expect(200);
        let page = ada.follow(&page, "make a passkey").await.at(PAGE);
        page.hides("Other browsers are logged out");
        let mut key = authenticator(&app);
        let codes = make(&ada, &mut key, "Phone").await.says("Your recovery codes").texts("ul.codes code");
        assert_eq!(codes.len(), 10);
        ada.get("/staff").await.at("/staff").hides("Before you can decide");
        ada.get(OWN).await.says("You log in with a passkey").says("10 of your recovery codes are left");
        // It counts as shown: what takes a second factor is taken.
        let form = ada.get("/staff/accounts").await.form_with("email").fill("email", "ben@staff.example");
        ada.submit(&form.choose("role", "administrator")).await.expect(200).says("The invitation is on its way");
        // The password alone opens nothing any more, and a recovery code helps where the passkey is not at hand.
        let stranger = app.browser();
        let page = type_password(&stranger, ADA, PASSWORD).await.expect(200).says("Your passkey").hides("Open the app");
        assert_eq!(stranger.get("/staff").await.path, "/login");
        stranger.submit(&page.form().fill("code", &codes[0])).await.at("/staff");
        app.clock.advance(minutes(1));
        let (ada, page) = log_in_by(&app, &mut key).await;
        page.at("/staff");
        // Of the only second factor nobody is robbed, not even by themselves.
        let form = ada.get(OWN).await.form_with("key");
        ada.submit(&form).await.expect(409).says("your only second factor");
        log_in_by(&app, &mut key).await.1.at("/staff");
    }

    async fn what_is_hard_to_take_back_goes_on_after_a_passkey(engine: Engine) {
        let app = named(engine).await;
        let (ada, mut key) = ada(&app).await;
        app.clock.advance(minutes(11));
        let form = ada.get("/staff/accounts").await.form_with("email").fill("email", "ben@staff.example");
        let page = ada.submit(&form.choose("role", "administrator")).await.expect(403).says("code or passkey once more");
        let form = page.form_with("code");
        let answer = ask(&ada, "/staff/confirm/passkey", &form).await.expect(200);
        let signed = key.show(&challenge(&answer));
        let done = ada.submit(&form.clone().fill("passkey", &signed)).await.expect(200);
        done.says("The invitation is on its way");
        // On the way to a page it is the same.
        app.clock.advance(minutes(11));
        let page = ada.get(PAGE).await.expect(200);
        assert_eq!(page.path, "/staff/confirm?next=%2Fstaff%2Faccount%2Fpasskeys");
        // What was signed once is good for nothing a second time.
        ada.submit(&page.form_with("code").fill("passkey", &signed)).await.expect(422).says("not one of yours here");
        let answer = ask(&ada, "/staff/confirm/passkey", &page.form_with("code")).await;
        let form = page.form_with("code").fill("passkey", &key.show(&challenge(&answer)));
        ada.submit(&form).await.at(PAGE);
    }

    async fn a_challenge_is_good_once_in_time_and_for_the_browser_that_asked(engine: Engine) {
        let app = named(engine).await;
        let (ada, mut key) = ada(&app).await;
        // Sent twice.
        let browser = app.browser();
        let form = shown(&browser, &mut key, ADA).await;
        let page = type_password(&browser, ADA, PASSWORD).await;
        let moved = page.form().fill("passkey", form.value("passkey"));
        browser.submit(&moved).await.expect(422).says("it took too long");
        // Another log-in's, even of the same person.
        let (first, second) = (app.browser(), app.browser());
        let form = shown(&first, &mut key, ADA).await;
        let page = type_password(&second, ADA, PASSWORD).await;
        let borrowed = page.form().fill("passkey", form.value("passkey"));
        second.submit(&borrowed).await.expect(422);
        first.submit(&form).await.at("/staff");
        first.submit(&form).await.at("/staff");
        let third = app.browser();
        let page = type_password(&third, ADA, PASSWORD).await;
        third.submit(&page.form().fill("passkey", form.value("passkey"))).await.expect(422);
        // One for the log-in does not confirm, and one for confirming does not make a passkey.
        app.clock.advance(minutes(11));
        let page = ada.get("/staff/confirm").await.expect(200);
        let login = app.browser();
        let form = shown(&login, &mut key, ADA).await;
        ada.submit(&page.form_with("code").fill("passkey", form.value("passkey"))).await.expect(422);
        let confirm = ask(&ada, "/staff/confirm/passkey", &page.form_with("code")).await;
        let signed = key.show(&challenge(&confirm));
        ada.submit(&page.form_with("code").fill("passkey", &signed)).await.expect(200);
        let page = ada.get(PAGE).await.at(PAGE);
        let wrong = authenticator(&app).make(&challenge(&confirm));
        let form = page.form_with("made").fill("name", "Borrowed").fill("made", &wrong);
        ada.submit(&form).await.expect(422).says("This took too long, or was sent twice");
        // Five minutes are enough to find a key.
        let slow = app.browser();
        let form = shown(&slow, &mut key, ADA).await;
        app.clock.advance(minutes(5));
        slow.submit(&form).await.expect(422).says("it took too long");
    }

    async fn of_twenty_who_send_what_a_passkey_signed_at_once_one_gets_in(engine: Engine) {
        let app = named(engine).await;
        let (_, mut key) = ada(&app).await;
        let browser = app.browser();
        let form = shown(&browser, &mut key, ADA).await;
        let pressed = (0..20).map(|_| browser.once(reqwest::Method::POST, "/login/code", Some(form.encoded())));
        let answers = join_all(pressed).await;
        let inside = answers.iter().filter(|answer| {
            let answer = answer.as_ref().unwrap();
            answer.status == 303 && answer.header("location") == "/staff"
        });
        assert_eq!(inside.count(), 1, "{answers:?}");
    }

    async fn a_passkey_of_another_site_another_person_or_without_a_finger_opens_nothing(engine: Engine) {
        let app = named(engine).await;
        let (ada, mut key) = ada(&app).await;
        let bends: [fn(&mut Authenticator); 4] = [
            |it| it.origin = "http://localhost.evil.example".to_owned(),
            |it| it.rp_id = "evil.example".to_owned(),
            |it| it.flags = 0b001,
            |it| it.counter = 0,
        ];
        for bend in bends {
            let mut bent = key.clone();
            bend(&mut bent);
            log_in_by(&app, &mut bent).await.1.expect(422).says("not one of yours here");
            app.clock.advance(minutes(1));
        }
        key.counter += 10;
        log_in_by(&app, &mut key).await.1.at("/staff");
        // Somebody else's opens their account alone, and a passkey is on one account.
        let abe = staff::second_administrator(&app).await;
        let mut his = authenticator(&app);
        make(&abe, &mut his, "Phone").await;
        log_in_by(&app, &mut his).await.1.expect(422);
        let form = made(&abe, &mut key, "Found").await;
        abe.submit(&form).await.expect(422).says("on an account already");
        // Nobody removes somebody else's.
        let hers = ada.get(OWN).await.form_with("key").value("key").to_owned();
        let form = abe.get(OWN).await.form_with("key").smuggle("key", &hers);
        abe.submit(&form).await.expect(200);
        assert_eq!(ada.get(OWN).await.texts("ul.passkeys li").len(), 1);
        // Without a script, and with nonsense, the page says what is missing; nothing is counted as a try.
        let browser = app.browser();
        let page = type_password(&browser, ADA, PASSWORD).await;
        for _ in 0..7 {
            let sent = page.form().fill("passkey", "{\"credential\":\"AAAA\"}");
            browser.submit(&sent).await.expect(422).says("We could not read what your browser sent");
        }
        let page = ada.get(PAGE).await.form_with("made").fill("name", "Nothing");
        ada.submit(&page).await.expect(422).says("Your browser sent no passkey");
    }

    async fn five_wrong_passkeys_end_the_log_in_and_an_allowance_ends_the_day(engine: Engine) {
        let variables = [
            ("UNDERSIGNED_BASE_URL", "http://localhost:0"),
            ("UNDERSIGNED_LIMIT_LOG_INS_PER_5_MINUTES", "1000"),
            ("UNDERSIGNED_LIMIT_LOG_INS_PER_DAY", "7"),
        ];
        let app = TestApp::spawn_with(engine, &variables).await;
        let (_, mut key) = ada(&app).await;
        let mut forged = Authenticator { credential: key.credential.clone(), ..authenticator(&app) };
        let stranger = app.browser();
        let page = type_password(&stranger, ADA, PASSWORD).await.expect(200);
        for tried in 1..=5 {
            let answer = ask(&stranger, "/login/passkey", &page.form()).await.expect(200);
            let form = page.form().fill("passkey", &forged.show(&challenge(&answer)));
            stranger.submit(&form).await.expect(if tried < 5 { 422 } else { 403 });
        }
        let over = ask(&stranger, "/login/passkey", &page.form()).await.expect(403);
        assert!(over.body.contains("This log-in has ended"), "{over:?}");
        for _ in 0..2 {
            log_in_by(&app, &mut forged).await.1.expect(422);
        }
        log_in_by(&app, &mut key).await.1.expect(429);
    }

    async fn a_disabled_account_is_not_opened_by_a_passkey(engine: Engine) {
        let app = named(engine).await;
        let (_, mut key) = ada(&app).await;
        let browser = app.browser();
        let form = shown(&browser, &mut key, ADA).await;
        let abe = staff::second_administrator(&app).await;
        let accounts = abe.get("/staff/accounts").await.expect(200);
        abe.submit(&accounts.form_with_button("Disable ada@staff.example")).await.expect(200);
        assert_eq!(browser.submit(&form).await.path, "/login");
        ask(&browser, "/login/passkey", &form).await.expect(403);
    }

    async fn there_are_at_most_ten(engine: Engine) {
        let app = named(engine).await;
        let ada = staff::administrator(&app).await;
        for number in 1..=MOST {
            make(&ada, &mut authenticator(&app), &format!("Key {number}")).await.says("Your passkey is kept");
        }
        let form = made(&ada, &mut authenticator(&app), "One more").await;
        ada.submit(&form).await.expect(422).says("You have ten passkeys");
    }

    async fn an_administrator_takes_the_second_factor_of_somebody_back(engine: Engine) {
        let app = named(engine).await;
        let (ada, mut key) = ada(&app).await;
        let abe = staff::second_administrator(&app).await;
        let accounts = abe.get("/staff/accounts").await.expect(200);
        let form = accounts.form_with_button("Take the second factor back of ada@staff.example");
        abe.submit(&form).await.expect(200).says("The second factor is taken back");
        assert_eq!(ada.get("/staff").await.path, "/login");
        app.mailbox().newest_about(ADA, "Your second factor was taken back").await;
        // The password leads to setting up another one, and to nothing else.
        let page = type_password(&ada, ADA, PASSWORD).await.at("/staff");
        page.says("Before you can decide or change anything, set up your second factor.");
        make(&ada, &mut key, "Phone").await.says("Your recovery codes");
        app.clock.advance(minutes(1));
        log_in_by(&app, &mut key).await.1.at("/staff");
    }

    async fn where_the_address_is_a_number_the_page_says_why_there_are_none(app: TestApp) {
        let ada = staff::administrator(&app).await;
        let page = ada.get(PAGE).await.expect(200);
        let page = page.says("the address of this instance is a number").says("Use an app for codes instead");
        assert!(page.attributes("script", "src").is_empty());
        let page = ada.get(OWN).await.expect(200);
        let form = page.form_with_button("Log out");
        ask(&ada, &format!("{PAGE}/challenge"), &form).await.expect(409);
        ask(&ada, "/staff/confirm/passkey", &form).await.expect(409);
    }

    async fn the_pages_that_ask_run_our_script_alone_and_others_none(engine: Engine) {
        let app = named(engine).await;
        let (ada, _) = ada(&app).await;
        let visitor = app.browser();
        let asking = type_password(&visitor, ADA, PASSWORD).await;
        for page in [asking, ada.get("/staff/confirm").await, ada.get(PAGE).await] {
            let policy = page.header("content-security-policy").to_owned();
            assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
            let scripts = page.attributes("script", "src");
            assert!(scripts.len() == 1 && scripts[0].starts_with("/assets/passkey."), "{scripts:?}");
            app.get(&scripts[0]).await.expect(200);
        }
        // Without scripts the button that would do nothing is not shown, and the code does.
        assert_eq!(ada.get("/staff/confirm").await.attributes("div.passkey[hidden]", "data-challenge"), ["/staff/confirm/passkey"]);
        for path in [OWN, "/login"] {
            assert!(!ada.get(path).await.header("content-security-policy").contains("script-src"), "{path}");
        }
    }
}
