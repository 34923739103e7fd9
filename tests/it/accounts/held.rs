//! What `docs/staff-accounts.md` holds staff accounts to, as far as no other story tells it.

use super::{bare_post, session_cookie};
use crate::support::app::TestApp;
use crate::support::cast;
use crate::support::staff::{self, PASSWORD};
use crate::support::{both, on_both_engines};
use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use undersigned::account::{self, Appointment, Role};
use undersigned::app::Instance;
use undersigned::audit::Actor;
use undersigned::clock::{hours, minutes};
use undersigned::config::BaseUrl;
use undersigned::db::Use;
use undersigned::text::EmailAddress;

on_both_engines! {
    async fn the_link_of_the_first_administrator_works_for_half_an_hour(app: TestApp) {
        let first = invited(&app, "ada@staff.example").await;
        app.clock.advance(minutes(29));
        app.get(&first).await.expect(200).says("You are invited as administrator");
        app.clock.advance(minutes(1));
        app.get(&first).await.expect(410);
        // Another one is a command away. Once somebody can log in, the next may take their time.
        let second = invited(&app, "ada@staff.example").await;
        let ada = app.browser();
        let page = ada.get(&second).await.expect(200);
        ada.submit(&page.form().fill("name", "Ada Example").fill("password", PASSWORD)).await.at("/staff");
        let third = invited(&app, "ben@staff.example").await;
        app.clock.advance(hours(71));
        app.get(&third).await.expect(200);
    }

    async fn a_session_is_stored_as_its_digest_alone(app: TestApp) {
        staff::administrator(&app).await;
        let cookie = session_cookie(&app, "ada@staff.example").await;
        let token = BASE64URL_NOPAD.decode(cookie.strip_prefix("session=").unwrap().as_bytes()).unwrap();
        assert_eq!(token.len(), 32);
        let stored = app.db().await.read(digests).await.unwrap();
        assert!(stored.contains(&Sha256::digest(&token).to_vec()) && !stored.contains(&token));
    }

    async fn no_address_of_the_staff_holds_a_token(app: TestApp) {
        let ada = staff::administrator(&app).await;
        let cookie = session_cookie(&app, "ada@staff.example").await;
        let secret = cookie.strip_prefix("session=").unwrap();
        for path in ["/staff", "/staff/account", "/staff/accounts", "/staff/letters", "/staff/confirm", "/staff/account/app"] {
            let page = ada.get(path).await.expect(200);
            let token = page.form_with_button("Log out").value("form_token").to_owned();
            let attributes = [("[href]", "href"), ("[action]", "action"), ("[formaction]", "formaction"), ("[src]", "src")];
            for address in attributes.iter().flat_map(|(selector, name)| page.attributes(selector, name)) {
                // An app's address holds the secret that it is to keep; it leads to no server.
                let is_ours = !address.starts_with("otpauth:");
                assert!(is_ours == address.starts_with('/') || address.starts_with('#') || address.is_empty(), "{path}: {address}");
                assert!(!address.contains(&token) && !address.contains(secret), "{path}: {address}");
            }
            page.hides(secret);
        }
        for (path, form) in [("/login", app.get("/login").await.form()), ("/login/reset", app.get("/login/reset").await.form())] {
            let form = form.fill("email", "ada@staff.example");
            let form = if path == "/login" { form.fill("password", PASSWORD) } else { form };
            let answer = bare_post(&app, path, "none=", form.encoded()).await;
            assert!(["/login/code", "/login/reset/sent"].contains(&answer.headers()["location"].to_str().unwrap()));
        }
    }

    async fn every_page_on_the_way_in_has_the_strict_headers(app: TestApp) {
        cast::open_letter(&app).await;
        let ada = staff::administrator(&app).await;
        let public = ["/", "/letters/letter", "/login", "/login/reset", "/login/reset/sent", "/login/reset/unknown", "/staff/invitations/unknown"];
        let own = ["/staff", "/staff/account", "/staff/account/app", "/staff/account/passkeys", "/staff/confirm", "/staff/accounts", "/staff/letters/letter/queue"];
        for path in public.into_iter().chain(own) {
            let page = ada.get(path).await;
            let policy = page.header("content-security-policy").to_owned();
            for rule in ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
                assert!(policy.contains(rule), "{path}: {policy}");
            }
            for loose in ["unsafe", "*", "data:", "https:"] {
                assert!(!policy.contains(loose), "{path}: {policy}");
            }
            for (name, value) in [
                ("cross-origin-resource-policy", "same-origin"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-embedder-policy", "require-corp"),
                ("referrer-policy", "no-referrer"),
                ("x-content-type-options", "nosniff"),
            ] {
                assert_eq!(page.header(name), value, "{path}: {name}");
            }
            assert!(page.header("permissions-policy").contains("camera=()"), "{path}");
            assert!(page.attributes("[style]", "style").is_empty() && page.texts("style").is_empty(), "{path}");
            assert!(page.texts("script:not([src])").is_empty(), "{path}");
        }
    }
}

/// Invites an administrator as the command does, at the time of the story.
async fn invited(app: &TestApp, email: &str) -> String {
    let base_url = BaseUrl::parse(&app.base_url).unwrap();
    let instance = Instance::open(&app.settings, base_url, app.clock.clone(), Use::Command).await.unwrap();
    let email = EmailAddress::parse(email).unwrap();
    let role = Appointment::new(Role::Administrator, None).unwrap();
    let done = account::invite(&instance.app, &instance.outbox, email, role, Actor::Command).await.unwrap();
    done.href().strip_prefix(&app.base_url).unwrap().to_owned()
}

/// What each session is stored as.
fn digests(conn: &mut undersigned::db::Conn) -> Result<Vec<Vec<u8>>, undersigned::db::Error> {
    use diesel::prelude::*;
    use undersigned::db::schema::sessions;
    Ok(both!(conn, |c| sessions::table.select(sessions::digest).load(c))?)
}
