//! Passkeys in a real browser, with the authenticator that WebDriver gives it.

use crate::chromium::{Chromium, Scripts};
use crate::support::app::TestApp;
use crate::support::on_both_engines;
use crate::support::staff::{PASSWORD, invitation};
use std::time::Duration;
use undersigned::clock::minutes;

/// Waits until the page says this, where no other page follows.
async fn until_it_says(staff: &Chromium, words: &str) {
    for _ in 0..400 {
        if staff.text().await.contains(words) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    staff.says(words).await;
}

on_both_engines! {
    async fn a_passkey_is_made_logs_in_and_confirms(engine: Engine) {
        let app = TestApp::spawn_with(engine, &[("UNDERSIGNED_BASE_URL", "http://localhost:0")]).await;
        let named = app.base_url.replace("127.0.0.1", "localhost");
        let Some(staff) = Chromium::start(Scripts::On, &named).await else { return };
        staff.add_authenticator().await;
        staff.open(&invitation(&app, "ada@staff.example", "administrator", None)).await;
        staff.fill("name", "Ada Administrator").await;
        staff.fill("password", PASSWORD).await;
        staff.press("Accept and log in").await;
        staff.follow("set up your second factor").await;
        staff.follow("make a passkey").await;
        staff.fill("name", "This computer").await;
        staff.press("Make the passkey").await;
        staff.says("Your recovery codes").await;
        staff.follow("I have put them away").await;
        app.clock.advance(minutes(1));
        staff.press("Log out").await;
        staff.open("/login").await;
        staff.fill("email", "ada@staff.example").await;
        staff.fill("password", PASSWORD).await;
        staff.press("Log in").await;
        staff.says("Your passkey").await;
        staff.press("Use a passkey").await;
        assert_eq!(staff.path().await, "/staff");
        staff.says("Ada Administrator").await;
        // Once more, on the way to what takes it.
        app.clock.advance(minutes(11));
        staff.open("/staff/account/passkeys").await;
        staff.says("Confirm that it is you").await;
        staff.press("Use a passkey").await;
        assert_eq!(staff.path().await, "/staff/account/passkeys");
        // The same authenticator says that it has one already.
        staff.fill("name", "Once more").await;
        staff.find("form button.primary").await.click().await.unwrap();
        until_it_says(&staff, "This one is on your account already.").await;
        staff.open("/staff/account").await;
        staff.says("You log in with a passkey").await;
        staff.says("This computer").await;
    }

    async fn without_scripts_the_code_does_and_no_dead_button_is_shown(engine: Engine) {
        let app = TestApp::spawn_with(engine, &[("UNDERSIGNED_BASE_URL", "http://localhost:0")]).await;
        let named = app.base_url.replace("127.0.0.1", "localhost");
        let Some(with) = Chromium::start(Scripts::On, &named).await else { return };
        with.add_authenticator().await;
        with.open(&invitation(&app, "ada@staff.example", "administrator", None)).await;
        with.fill("name", "Ada Administrator").await;
        with.fill("password", PASSWORD).await;
        with.press("Accept and log in").await;
        with.open("/staff/account/passkeys").await;
        with.fill("name", "This computer").await;
        with.press("Make the passkey").await;
        let codes = with.texts("ul.codes code").await;
        let Some(without) = Chromium::start(Scripts::Off, &named).await else { return };
        without.open("/login").await;
        without.fill("email", "ada@staff.example").await;
        without.fill("password", PASSWORD).await;
        without.press("Log in").await;
        let buttons = without.texts("main button").await;
        assert!(!buttons.iter().any(|words| words == "Use a passkey") && buttons.iter().any(|words| words == "Log in"));
        without.fill("code", &codes[0]).await;
        without.press("Log in").await;
        assert_eq!(without.path().await, "/staff");
    }
}
