//! One's own account: where one is logged in, the password, the recovery codes, and word of what was done.

use super::{bare_get, session_cookie};
use crate::support::app::TestApp;
use crate::support::on_both_engines;
use crate::support::staff::{self, PASSWORD, log_in};
use undersigned::clock::minutes;

const ADA: &str = "ada@staff.example";
const PAGE: &str = "/staff/account";

on_both_engines! {
    async fn somebody_sees_where_they_are_logged_in_and_ends_it(app: TestApp) {
        let ada = staff::administrator(&app).await;
        app.clock.advance(minutes(1));
        let (second, third) = (session_cookie(&app, ADA).await, session_cookie(&app, ADA).await);
        let page = ada.follow(&ada.get("/staff").await, "Ada Administrator").await.at(PAGE);
        let sessions = page.texts("ul.sessions li");
        assert_eq!(sessions.len(), 3, "{sessions:?}");
        assert!(sessions.iter().all(|line| line.starts_with("A browser of an unknown kind")), "{sessions:?}");
        assert_eq!(sessions.iter().filter(|line| line.contains("(this one)")).count(), 1);
        page.clone().hides("127.0.0.1");
        let form = page.form_with("session");
        ada.submit(&form).await.expect(200).says("That browser is logged out.");
        ada.submit(&form).await.expect(200);
        let open = |cookie: String| { let app = &app; async move { bare_get(app, "/staff", &cookie).await.status() == 200 } };
        assert_eq!([open(second.clone()).await, open(third.clone()).await].iter().filter(|open| **open).count(), 1);
        // Nobody ends somebody else's.
        let mina = staff::second_administrator(&app).await;
        let hers = mina.get(PAGE).await.expect(200);
        assert_eq!(hers.texts("ul.sessions li").len(), 1);
        let left = ada.get(PAGE).await.form_with("session").value("session").to_owned();
        let foreign = hers.form_with("current").smuggle("session", &left).encoded();
        mina.post("/staff/account/sessions", foreign).await.expect(200);
        assert!(open(second.clone()).await || open(third.clone()).await);
        let page = ada.get(PAGE).await;
        ada.submit(&page.form_with("others")).await.expect(200).says("Every other browser is logged out.");
        assert!(!open(second).await && !open(third).await);
        ada.get(PAGE).await.at(PAGE).hides("Log out every other browser");
        ada.post("/staff/account/sessions", page.form_with("current").encoded()).await.expect(422);
    }

    async fn a_password_is_changed_by_whoever_knows_it_and_every_other_browser_is_logged_out(app: TestApp) {
        let ada = staff::administrator(&app).await;
        let other = session_cookie(&app, ADA).await;
        let page = ada.get(PAGE).await.expect(200);
        let form = page.form_with("current").fill("current", "not this one, no").fill("password", "ledger kiln sofa");
        ada.submit(&form).await.expect(422).says("not the password that you have now").hides("ledger kiln sofa");
        ada.submit(&form.clone().fill("current", PASSWORD).fill("password", "short")).await.expect(422);
        let form = form.fill("current", PASSWORD);
        ada.submit(&form).await.expect(200).says("Your password is changed");
        assert_eq!(bare_get(&app, "/staff", &other).await.status(), 303);
        ada.get("/staff").await.at("/staff");
        let mail = app.mailbox().newest_about(ADA, "Your password was changed").await;
        assert!(mail.text.contains("The password was changed") && mail.link(PAGE) == PAGE, "{}", mail.text);
        log_in(&app, &app.browser(), ADA, PASSWORD).await.expect(422);
        log_in(&app, &app.browser(), ADA, "ledger kiln sofa").await.expect(200).says("Ada Administrator");
        // It takes the code once more after ten minutes.
        app.clock.advance(minutes(11));
        let form = ada.get(PAGE).await.form_with("current").fill("current", "ledger kiln sofa").fill("password", PASSWORD);
        ada.submit(&form).await.expect(403).says("Confirm that it is you");
    }

    async fn new_recovery_codes_void_the_old_ones(app: TestApp) {
        let ada = staff::administrator(&app).await;
        let page = ada.get(PAGE).await.expect(200).says("10 of your recovery codes are left");
        let shown = ada.submit(&page.form_with_button("Make new recovery codes")).await.expect(200);
        let codes = shown.says("Your recovery codes").texts("ul.codes code");
        assert_eq!(codes.len(), 10);
        app.mailbox().newest_about(ADA, "New recovery codes").await;
        log_in(&app, &app.browser(), ADA, PASSWORD).await.expect(422);
        let browser = app.browser();
        let page = staff::type_password(&browser, ADA, PASSWORD).await.expect(200);
        browser.submit(&page.form().fill("code", &codes[0])).await.expect(200).says("Ada Administrator");
        ada.get(PAGE).await.says("9 of your recovery codes are left");
    }

    async fn a_log_in_from_a_browser_that_is_not_known_is_mailed_and_one_from_a_known_one_is_not(app: TestApp) {
        let ada = staff::administrator(&app).await;
        let new = || async {
            let mails = app.mailbox().all_to(ADA).await;
            mails.iter().filter(|mail| mail.subject.contains("A log-in from a new browser")).count()
        };
        let page = ada.get("/staff").await;
        ada.submit(&page.form_with_button("Log out")).await.expect(200);
        log_in(&app, &ada, ADA, PASSWORD).await.expect(200);
        assert_eq!(new().await, 0, "the browser that she always uses");
        log_in(&app, &app.browser(), ADA, PASSWORD).await.expect(200);
        let mail = app.mailbox().newest_about(ADA, "A log-in from a new browser").await;
        assert!(mail.text.contains("A browser of an unknown kind, on 2 March 2026"), "{}", mail.text);
        assert_eq!(new().await, 1);
    }

    async fn another_app_for_codes_is_mailed(app: TestApp) {
        let ada = staff::administrator(&app).await;
        app.mailbox().once_there_are(1, ADA).await;
        let before = app.mailbox().all_to(ADA).await.len();
        app.clock.advance(minutes(5));
        staff::set_up_factor(&ada, app.clock.now()).await;
        let mails = app.mailbox().once_there_are(before + 1, ADA).await;
        assert!(mails.iter().any(|mail| mail.subject.contains("Your second factor was changed")));
    }
}
