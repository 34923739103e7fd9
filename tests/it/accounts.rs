//! Staff: how they get in, how they are kept in and out, and what each may do.

mod held;
mod limits;
mod matrix;
mod own;
mod passkeys;
mod roles;
mod second_factor;

use crate::support::app::TestApp;
use crate::support::browser::Page;
use crate::support::cast;
use crate::support::on_both_engines;
use crate::support::staff::{self, PASSWORD, log_in};
use futures_util::future::join_all;
use reqwest::Client;
use undersigned::account::{link, store};
use undersigned::clock::{days, hours, minutes};
use undersigned::config::KeyFile;
use undersigned::secret::{Keys, Random};
use undersigned::text::EmailAddress;

/// The keys of an instance.
pub(crate) fn keys(app: &TestApp) -> Keys {
    Keys::derive(&KeyFile::at(app.data_dir().join("key")).read().unwrap().unwrap())
}

/// A client that shows what a browser hides: the first answer, its cookies and its headers.
async fn bare_post(app: &TestApp, path: &str, cookie: &str, body: String) -> reqwest::Response {
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let request = client.post(app.url(path)).header("origin", &app.base_url).header("cookie", cookie);
    request.header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap()
}

async fn bare_get(app: &TestApp, path: &str, cookie: &str) -> reqwest::Response {
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    client.get(app.url(path)).header("cookie", cookie).send().await.unwrap()
}

/// The cookie of this name that an answer sets, as `session=…`.
fn cookie(answer: &reqwest::Response, name: &str) -> String {
    let mut cookies = answer.headers().get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let cookie = cookies.find(|line| line.starts_with(&format!("{name}="))).unwrap();
    assert!(cookie.contains("; Path=/; HttpOnly; SameSite=Strict"), "{cookie}");
    cookie.split(';').next().unwrap().to_owned()
}

/// Logs in with password and recovery code, in a browser that was logged in with `before`, and gives the session's cookie.
async fn session_cookie_after(app: &TestApp, email: &str, before: &str) -> String {
    let form = app.get("/login").await.form().fill("email", email).fill("password", PASSWORD);
    let answer = bare_post(app, "/login", before, form.encoded()).await;
    assert_eq!(answer.status(), 303);
    let both = format!("{before}; {}", cookie(&answer, "half"));
    let page = bare_get(app, "/login/code", &both).await;
    let (status, headers) = (page.status(), page.headers().clone());
    let page = Page { status, headers, path: "/login/code".to_owned(), body: page.text().await.unwrap() };
    let form = page.form().fill("code", &app.factors.recovery_code(email));
    let answer = bare_post(app, "/login/code", &both, form.encoded()).await;
    assert_eq!(answer.status(), 303);
    cookie(&answer, "session")
}

async fn session_cookie(app: &TestApp, email: &str) -> String {
    session_cookie_after(app, email, "none=").await
}

on_both_engines! {
    async fn there_is_no_default_account_and_the_first_administrator_comes_by_a_one_time_link(app: TestApp) {
        let visitor = app.browser();
        assert_eq!(visitor.get("/staff").await.expect(200).path, "/login");
        for (email, password) in [("admin@localhost.example", "admin"), ("root@staff.example", "password")] {
            log_in(&app, &visitor, email, password).await.expect(422).says("The address or the password is not right.");
        }
        let link = staff::invitation(&app, "ada@staff.example", "administrator", None);
        assert!(link.starts_with("/staff/invitations/"), "{link}");
        let ada = app.browser();
        let page = ada.get(&link).await.expect(200).says("You are invited as administrator");
        ada.get(&link).await.expect(200);
        for (password, says) in [
            ("short", "at least 12 characters"),
            ("Password1234!", "among those that are tried first"),
            ("ada-example-2026", "your name, your address"),
        ] {
            let form = page.form().fill("name", "Ada Example").fill("password", password);
            ada.submit(&form).await.expect(422).says(says).hides(password);
        }
        let form = page.form().fill("name", "Ada Example").fill("password", "   три слова и ещё одно ");
        let home = ada.submit(&form).await.expect(200).says("Ada Example");
        assert_eq!(home.path, "/staff");
        app.get(&link).await.expect(410).says("This link no longer works");
        let again = app.browser();
        log_in(&app, &again, "ADA@staff.example", "   три слова и ещё одно ").await.expect(200).says("Ada Example");
    }

    async fn an_invitation_works_once_even_when_twenty_press_at_the_same_moment(app: TestApp) {
        let link = staff::invitation(&app, "ada@staff.example", "administrator", None);
        let page = app.get(&link).await.expect(200);
        let pressed = (0..20).map(|n| {
            let form = page.form().fill("name", &format!("Person {n}")).fill("password", PASSWORD);
            let browser = app.browser();
            // On two processors one password is hashed at a time and sixteen wait: who is told to come again does.
            async move {
                let mut page = browser.submit(&form).await;
                while page.status == 503 {
                    page = browser.submit(&form).await;
                }
                page
            }
        });
        let pages = join_all(pressed).await;
        let inside = pages.iter().filter(|page| page.path == "/staff" && page.status == 200).count();
        let told = pages.iter().filter(|page| page.status == 410).count();
        assert_eq!((inside, told), (1, 19), "{pages:?}");
    }

    async fn an_invitation_ends_after_three_days_and_a_newer_one_replaces_it(app: TestApp) {
        let ada = staff::administrator(&app).await;
        let invite = || async {
            let page = ada.get("/staff/accounts").await.expect(200);
            let form = page.form_with("email").fill("email", "ben@staff.example").choose("role", "administrator");
            ada.submit(&form).await.expect(200).says("The invitation is on its way")
        };
        invite().await.says("Invited");
        let first = app.mailbox().newest_about("ben@staff.example", "Set up your account").await;
        let first = first.link("/staff/invitations/");
        app.get(&first).await.expect(200);
        // The button pressed twice is one invitation, and its link goes on working.
        invite().await;
        app.get(&first).await.expect(200);
        assert_eq!(app.mailbox().all_to("ben@staff.example").await.len(), 1);
        app.clock.advance(minutes(5));
        invite().await;
        app.get(&first).await.expect(410);
        let second = loop {
            let newest = app.mailbox().newest_to("ben@staff.example").await.link("/staff/invitations/");
            if newest != first {
                break newest;
            }
        };
        app.clock.advance(hours(71));
        app.get(&second).await.expect(200);
        app.clock.advance(hours(1));
        app.get(&second).await.expect(410);
        app.get("/staff/invitations/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").await.expect(404);
    }

    async fn somebody_who_has_an_account_gets_one_more_role_without_a_link(app: TestApp) {
        cast::open_letter(&app).await;
        let mina = staff::moderator(&app, "letter").await;
        let ada = staff::administrator(&app).await;
        mina.get("/staff/letters/letter/settings").await.expect(403);
        let page = ada.get("/staff/accounts").await.expect(200);
        let form = page.form_with("email").fill("email", "mina@staff.example").choose("role", "organizer");
        ada.submit(&form).await.expect(422).says("Choose the letter");
        let added = ada.submit(&form.choose("campaign", "letter")).await.expect(200);
        added.says("it has the role now").says("organizer of Keep the park open");
        mina.get("/staff/letters/letter/settings").await.expect(200);
        let mail = app.mailbox().newest_about("mina@staff.example", "You are organizer now").await;
        assert!(mail.text.contains("Keep the park open"), "{}", mail.text);
        // From the command line no link is needed either, and a lesser role takes nothing away.
        let printed = staff::invitation(&app, "mina@staff.example", "moderator", Some("letter"));
        assert_eq!(printed, "/staff");
        mina.get("/staff/letters/letter/settings").await.expect(200);
    }

    async fn logging_out_ends_the_session_everywhere_at_once(app: TestApp) {
        staff::administrator(&app).await;
        let cookie = session_cookie(&app, "ada@staff.example").await;
        let home = bare_get(&app, "/staff", &cookie).await;
        assert_eq!(home.status(), 200);
        let page = Page {
            status: home.status(),
            headers: home.headers().clone(),
            path: "/staff".to_owned(),
            body: home.text().await.unwrap(),
        };
        let form = page.form_with_button("Log out");
        assert_eq!(bare_post(&app, "/logout", &cookie, form.clone().without("form_token").encoded()).await.status(), 403);
        let out = bare_post(&app, "/logout", &cookie, form.encoded()).await;
        assert_eq!((out.status().as_u16(), out.headers()["location"].to_str().unwrap()), (303, "/login"));
        assert_eq!(out.headers()["clear-site-data"], "\"cache\", \"storage\"");
        assert!(out.headers()["set-cookie"].to_str().unwrap().starts_with("session=; Path=/"));
        assert_eq!(bare_get(&app, "/staff", &cookie).await.status(), 303);
        // Pressed once more, it gives the same answer.
        assert_eq!(bare_post(&app, "/logout", &cookie, form.encoded()).await.status(), 303);
    }

    async fn a_log_in_gives_a_new_session_and_goes_on_to_where_somebody_wanted(app: TestApp) {
        staff::administrator(&app).await;
        let old = session_cookie(&app, "ada@staff.example").await;
        assert_ne!(session_cookie_after(&app, "ada@staff.example", &old).await, old);
        assert_eq!(bare_get(&app, "/staff", &old).await.status(), 303, "the session before has ended");
        let ada = app.browser();
        let page = ada.get("/staff/accounts?page=2").await.expect(200);
        assert_eq!(page.path, "/login?next=%2Fstaff%2Faccounts%3Fpage%3D2");
        let form = page.form().fill("email", "ada@staff.example").fill("password", PASSWORD);
        let page = ada.submit(&form).await.expect(200);
        assert_eq!(page.path, "/login/code?next=%2Fstaff%2Faccounts%3Fpage%3D2");
        let code = || app.factors.recovery_code("ada@staff.example");
        assert_eq!(ada.submit(&page.form().fill("code", &code())).await.expect(200).path, "/staff/accounts?page=2");
        for (form_is_touched, code_is_touched) in [(true, false), (false, true)] {
            let elsewhere = app.browser();
            let touch = |form: crate::support::browser::Form, it: bool| if it { form.smuggle("next", "//evil.example/staff") } else { form };
            let page = elsewhere.submit(&touch(form.clone().without("next"), form_is_touched)).await.expect(200);
            let form = touch(page.form().fill("code", &code()), code_is_touched);
            assert_eq!(elsewhere.submit(&form).await.expect(200).path, "/staff");
        }
        let arrived = Client::new().get(app.url("/staff/accounts")).header("sec-fetch-site", "cross-site");
        let arrived = arrived.send().await.unwrap();
        assert!(arrived.url().path() == "/staff/accounts" && arrived.status() == 200);
        assert!(arrived.text().await.unwrap().contains("content=\"0; url=/staff/accounts\""));
    }

    async fn a_session_ends_after_an_hour_without_a_visit_and_after_twelve_hours_with(app: TestApp) {
        let ada = staff::administrator(&app).await;
        for _ in 0..12 {
            app.clock.advance(minutes(59));
            assert_eq!(ada.get("/staff").await.path, "/staff");
        }
        app.clock.advance(minutes(12));
        assert_eq!(ada.get("/staff").await.path, "/login");
        log_in(&app, &ada, "ada@staff.example", PASSWORD).await.says("Ada Administrator");
        app.clock.advance(minutes(60));
        assert_eq!(ada.get("/staff").await.path, "/login");
    }

    async fn an_act_after_the_end_of_the_session_keeps_what_was_typed(app: TestApp) {
        let ada = staff::administrator(&app).await;
        let page = ada.get("/staff/accounts").await.expect(200);
        let form = page.form_with("email").fill("email", "ben@staff.example").choose("role", "administrator");
        app.clock.advance(hours(2));
        ada.submit(&form).await.expect(403).says("You are not logged in").says("ben@staff.example");
        log_in(&app, &ada, "ada@staff.example", PASSWORD).await.expect(200);
        ada.submit(&form).await.expect(200).says("The invitation is on its way");
    }

    async fn looking_at_pages_writes_nothing_within_a_minute(app: TestApp) {
        let ada = staff::administrator(&app).await;
        let db = app.db().await;
        let seen = || async {
            let seen = db.read(sightings);
            seen.await.unwrap()
        };
        let first = seen().await;
        app.clock.advance(jiff::SignedDuration::from_secs(59));
        ada.get("/staff").await.expect(200);
        assert_eq!(seen().await, first);
        app.clock.advance(jiff::SignedDuration::from_secs(1));
        ada.get("/staff").await.expect(200);
        assert_ne!(seen().await, first);
    }

    async fn a_reset_link_works_once_and_ends_every_other_session(app: TestApp) {
        let ada = staff::administrator(&app).await;
        let visitor = app.browser();
        let page = visitor.get("/login").await;
        let page = visitor.follow(&page, "I do not know my password").await.expect(200);
        let asked = visitor.submit(&page.form().fill("email", "ada@staff.example")).await.expect(200);
        asked.says("If there is an account with that address, a link is on its way to it.");
        let mail = app.mailbox().newest_about("ada@staff.example", "Set a new password").await;
        let link = mail.link("/login/reset/");
        assert_eq!(ada.get("/staff").await.path, "/staff", "asking changes nothing");
        let page = visitor.get(&link).await.expect(200).says("ada@staff.example");
        visitor.submit(&page.form().fill("password", "undersigned1234")).await.expect(422);
        let form = page.form().fill("password", "ledger kiln sofa");
        // The second factor is asked for as ever.
        let page = visitor.submit(&form).await.expect(200);
        assert_eq!((page.path.as_str(), visitor.get("/staff").await.path.as_str()), ("/login/code", "/login"));
        let code = app.factors.recovery_code("ada@staff.example");
        assert_eq!(visitor.submit(&page.form().fill("code", &code)).await.expect(200).path, "/staff");
        assert_eq!(ada.get("/staff").await.path, "/login");
        app.browser().submit(&form).await.expect(410);
        log_in(&app, &ada, "ada@staff.example", PASSWORD).await.expect(422);
        log_in(&app, &ada, "ada@staff.example", "ledger kiln sofa").await.expect(200);
        app.clock.advance(hours(1));
        let page = visitor.get("/login/reset").await;
        visitor.submit(&page.form().fill("email", "ada@staff.example")).await;
        let mail = app.mailbox().newest_about("ada@staff.example", "Set a new password").await;
        app.clock.advance(hours(1));
        app.get(&mail.link("/login/reset/")).await.expect(410);
    }

    async fn a_disabled_account_is_out_at_the_next_request(app: TestApp) {
        cast::open_letter(&app).await;
        let ada = staff::administrator(&app).await;
        let mina = staff::moderator(&app, "letter").await;
        let page = ada.get("/staff/accounts").await.expect(200).says("Mina Moderator").says("moderator of Keep the park open");
        assert_eq!(mina.get("/staff").await.path, "/staff");
        let page = ada.submit(&page.form_with_button("Disable mina@staff.example")).await.expect(200);
        page.clone().says("Disabled");
        assert_eq!(mina.get("/staff").await.path, "/login");
        log_in(&app, &mina, "mina@staff.example", PASSWORD).await.expect(422).says("is not right");
        ada.submit(&page.form_with_button("Enable mina@staff.example")).await.expect(200);
        log_in(&app, &mina, "mina@staff.example", PASSWORD).await.expect(200);
        let page = ada.get("/staff/accounts").await;
        ada.submit(&page.form_with_button("Log out everywhere mina@staff.example")).await.expect(200);
        assert_eq!(mina.get("/staff").await.path, "/login");
        let form = page.form_with_button("Disable mina@staff.example");
        let (keys, email) = (keys(&app), EmailAddress::parse("ada@staff.example").unwrap());
        let own = app.db().await.read(move |conn| store::by_email(conn, &keys, &email)).await.unwrap().unwrap();
        let own = ada.post(&format!("/staff/accounts/{}/disable", own.id), form.encoded()).await;
        own.expect(409).says("You cannot disable your own account");
    }

    async fn the_link_of_the_demonstration_logs_in_once(app: TestApp) {
        staff::administrator(&app).await;
        let (keys, now) = (keys(&app), app.clock.now());
        let db = app.db().await;
        let made = db.write(move |tx| {
            let email = EmailAddress::parse("ada@staff.example").unwrap();
            let account = store::by_email(tx, &keys, &email)?.unwrap();
            Ok::<_, store::Error>(link::make(tx, &Random::system(), account.id, now)?)
        });
        let path = made.await.unwrap();
        let visitor = app.browser();
        let page = visitor.get(&path).await.expect(200).says("It works once");
        assert_eq!(visitor.submit(&page.form()).await.expect(200).path, "/staff");
        app.browser().submit(&page.form()).await.expect(410);
        app.clock.advance(days(1));
        app.get(&path).await.expect(410);
    }

    async fn a_form_of_staff_must_say_where_it_comes_from_and_carry_its_token(app: TestApp) {
        let ada = staff::administrator(&app).await;
        let cookie = session_cookie(&app, "ada@staff.example").await;
        let page = ada.get("/staff/accounts").await.expect(200);
        let form = page.form_with("email").fill("email", "ben@staff.example").choose("role", "administrator");
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let send = |path: &str, headers: &[(&'static str, &str)], body: String| {
            let mut request = client.post(app.url(path)).header("cookie", &cookie).body(body);
            request = request.header("content-type", "application/x-www-form-urlencoded");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            async move { request.send().await.unwrap().status().as_u16() }
        };
        let log_in = app.get("/login").await.form().fill("email", "ada@staff.example").fill("password", PASSWORD);
        for (path, body) in [
            ("/staff/accounts/invite", form.encoded()),
            ("/login", log_in.encoded()),
            ("/logout", form.encoded()),
            ("/login/reset", log_in.encoded()),
        ] {
            for headers in [
                &[][..],
                &[("sec-fetch-site", "none")],
                &[("origin", "https://evil.example")],
                &[("origin", "null"), ("sec-fetch-site", "cross-site")],
            ] {
                assert_eq!(send(path, headers, body.clone()).await, 403, "{path} {headers:?}");
            }
        }
        let ours = [("origin", app.base_url.as_str())];
        assert_eq!(send("/staff/accounts/invite", &ours, form.clone().without("form_token").encoded()).await, 403);
        let public = log_in.value("form_token").to_owned();
        let borrowed = form.clone().smuggle("form_token", &public);
        assert_eq!(send("/staff/accounts/invite", &ours, borrowed.encoded()).await, 403);
        assert_eq!(send("/staff/accounts/invite", &ours, form.encoded()).await, 303);
    }
}

/// When each session was last seen.
fn sightings(
    conn: &mut undersigned::db::Conn,
) -> Result<Vec<undersigned::clock::Timestamp>, undersigned::db::Error> {
    use diesel::prelude::*;
    use undersigned::db::Conn;
    use undersigned::db::schema::sessions;
    let seen = sessions::table.select(sessions::seen_at);
    Ok(match conn {
        Conn::Sqlite(c) => seen.load(c)?,
        Conn::Pg(c) => seen.load(c)?,
    })
}
