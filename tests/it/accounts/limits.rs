//! Guessing passwords: what strangers learn, how often they may try, and whom it hurts.

use crate::support::app::TestApp;
use crate::support::browser::Page;
use crate::support::on_both_engines;
use crate::support::staff::{self, PASSWORD, log_in};
use futures_util::future::join_all;
use undersigned::account::password::Cost;
use undersigned::clock::{hours, minutes};

/// A page without what differs between any two: the form token and what was typed.
fn without_token(page: &Page, typed: &str) -> String {
    let token = page.form().value("form_token").to_owned();
    page.body.replace(&token, "TOKEN").replace(typed, "TYPED")
}

on_both_engines! {
    async fn an_unknown_address_and_a_wrong_password_look_the_same(app: TestApp) {
        staff::administrator(&app).await;
        let invited = staff::invitation(&app, "new@staff.example", "administrator", None);
        app.get(&invited).await.expect(200);
        let mut answers = Vec::new();
        for email in ["ada@staff.example", "bob@staff.example", "new@staff.example", "no address"] {
            let answer = log_in(&app, &app.browser(), email, "not this one, no").await.expect(422);
            answers.push(without_token(&answer, email));
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
        let mut answers = Vec::new();
        for email in ["ada@staff.example", "bob@staff.example", "new@staff.example"] {
            let visitor = app.browser();
            let page = visitor.get("/login/reset").await.expect(200);
            let answer = visitor.submit(&page.form().fill("email", email)).await.expect(200);
            answers.push((answer.path, answer.body));
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
        app.mailbox().newest_about("ada@staff.example", "Set a new password").await;
        assert!(app.mailbox().all_to("bob@staff.example").await.is_empty());
        let to_new = app.mailbox().all_to("new@staff.example").await;
        assert!(to_new.iter().all(|mail| !mail.subject.contains("new password")));
    }

    async fn one_network_may_try_ten_times_in_five_minutes(app: TestApp) {
        staff::administrator(&app).await;
        let visitor = app.browser();
        for _ in 0..10 {
            log_in(&app, &visitor, "ada@staff.example", "not this one, no").await.expect(422);
        }
        let refused = log_in(&app, &visitor, "ada@staff.example", PASSWORD).await.expect(429);
        assert_eq!(refused.header("retry-after"), "300");
        app.clock.advance(minutes(5));
        log_in(&app, &visitor, "ada@staff.example", PASSWORD).await.expect(200);
    }

    async fn a_block_of_networks_may_try_twenty_times_an_hour_and_whoever_works_there_still_gets_in(app: TestApp) {
        let ada = staff::administrator(&app).await;
        let page = ada.get("/staff").await;
        ada.submit(&page.form_with_button("Log out")).await.expect(200);
        let visitor = app.browser();
        for tried in 0..20 {
            app.clock.advance(minutes(if tried == 10 { 6 } else { 1 }));
            log_in(&app, &visitor, &format!("guess{tried}@staff.example"), "not this one, no").await.expect(422);
        }
        app.clock.advance(minutes(6));
        let refused = log_in(&app, &visitor, "ada@staff.example", PASSWORD).await.expect(429);
        assert!(refused.header("retry-after").parse::<u32>().unwrap() > 600);
        // Her own browser has logged in before, and is not among those that guess.
        log_in(&app, &ada, "ada@staff.example", PASSWORD).await.expect(200).says("Ada Administrator");
        app.clock.advance(hours(1));
        log_in(&app, &visitor, "ada@staff.example", PASSWORD).await.expect(200);
    }

    async fn a_mailbox_gets_at_most_three_reset_links_an_hour(app: TestApp) {
        staff::administrator(&app).await;
        let visitor = app.browser();
        for _ in 0..5 {
            let page = visitor.get("/login/reset").await.expect(200);
            visitor.submit(&page.form().fill("email", "ada@staff.example")).await.expect(200).says("Now open your mail");
        }
        let count = || async {
            let mails = app.mailbox().all_to("ada@staff.example").await;
            mails.iter().filter(|mail| mail.subject.contains("new password")).count()
        };
        while count().await < 3 {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        assert_eq!(count().await, 3);
    }

    async fn strangers_who_guess_cannot_lock_the_owner_out(engine: Engine) {
        let app = TestApp::spawn_with(
            engine,
            &[("UNDERSIGNED_LIMIT_LOG_INS_PER_5_MINUTES", "1000"), ("UNDERSIGNED_LIMIT_LOG_INS_PER_DAY", "5")],
        )
        .await;
        let ada = staff::administrator(&app).await;
        let page = ada.get("/staff").await;
        ada.submit(&page.form_with_button("Log out")).await.expect(200);
        for email in ["ada@staff.example", "nobody@staff.example"] {
            let stranger = app.browser();
            for _ in 0..5 {
                log_in(&app, &stranger, email, "not this one, no").await.expect(422);
            }
            let refused = log_in(&app, &stranger, email, "not this one, no").await.expect(429);
            let wait: u32 = refused.says("too many attempts").header("retry-after").parse().unwrap();
            assert!(wait > 86_000, "{wait}");
        }
        log_in(&app, &app.browser(), "ada@staff.example", PASSWORD).await.expect(429);
        // Her own browser has logged in before.
        log_in(&app, &ada, "ada@staff.example", PASSWORD).await.expect(200).says("Ada Administrator");
        app.clock.advance(hours(25));
        log_in(&app, &app.browser(), "ada@staff.example", PASSWORD).await.expect(200);
    }

    async fn a_flood_of_log_ins_is_told_to_come_again_and_starves_nobody(engine: Engine) {
        let limits = [
            ("UNDERSIGNED_LIMIT_LOG_INS_PER_5_MINUTES", "1000"),
            ("UNDERSIGNED_LIMIT_LOG_INS_PER_DAY", "1000"),
        ];
        let app = TestApp::spawn_at_cost(engine, &limits, Cost::STANDARD).await;
        let page = app.get("/login").await.expect(200);
        let form = page.form().fill("email", "nobody@staff.example").fill("password", "not this one, no");
        let flood = tokio::spawn(join_all((0..60).map(|_| {
            let (browser, form) = (app.browser(), form.clone());
            async move { browser.submit(&form).await }
        })));
        for _ in 0..5 {
            app.get("/livez").await.expect(200);
        }
        assert!(!flood.is_finished(), "the public waited for the flood");
        let pages = flood.await.unwrap();
        let busy: Vec<_> = pages.iter().filter(|page| page.status == 503).collect();
        let wrong = pages.iter().filter(|page| page.status == 422).count();
        // On a busy machine some of those that may wait reach the deadline of every request instead.
        let told = busy.iter().filter(|page| page.body.contains("Wait five seconds")).count();
        assert!(told > 0 && wrong > 0 && busy.len() + wrong == 60, "{told} told, {wrong} wrong");
        for page in busy {
            assert_eq!(page.header("retry-after"), "5");
            let kept = page.body.contains("nobody@staff.example") || !page.body.contains("Wait five seconds");
            assert!(kept, "what was typed is kept");
        }
    }
}
