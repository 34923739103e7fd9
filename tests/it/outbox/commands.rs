//! The outbox from the command line, beside a running server.

use crate::support::app::TestApp;
use crate::support::db::{Engine, engines};
use crate::support::smtp::{Act, At, SmtpServer};
use serde_json::Value;
use std::time::Duration;
use undersigned::clock::days;

/// Runs a command: whether it ended well, and what it wrote.
fn run(app: &TestApp, arguments: &[&str]) -> (bool, String) {
    let output = app.command(arguments).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

fn list(app: &TestApp, arguments: &[&str]) -> Vec<Value> {
    let (ok, text) = run(app, &[&["outbox", "list", "--json"], arguments].concat());
    assert!(ok, "{text}");
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn an_operator_sees_why_mail_waits_and_tries_again() {
    for engine in engines() {
        let relay = SmtpServer::start();
        relay.toward("rep@ngo.example", Act::Say("550 5.1.1 <rep@ngo.example> unknown"));
        let app = TestApp::spawn_with(engine, &[("UNDERSIGNED_SMTP_URL", &relay.url())]).await;
        let id = crate::mailbox::put(&app, "Go", "Hello").await.to_string();
        let failed = loop {
            let listed = list(&app, &[]);
            assert_eq!(listed.len(), 1);
            if listed[0]["state"] == "failed" {
                break listed[0].clone();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        assert_eq!(failed["id"], id.as_str());
        assert_eq!(failed["kind"], "test");
        assert_eq!(failed["attempts"], 1);
        assert_eq!(failed["to"], "r***@ngo.example");
        assert_eq!(failed["last_error"], "550 5.1.1 (address) unknown");
        let (_, plain) = run(&app, &["outbox", "list"]);
        assert!(
            plain.starts_with(&id) && plain.contains("(address) unknown") && !plain.contains("rep@"),
            "{plain}"
        );

        relay.mend();
        // The command goes by the machine's clock, and the server's stands.
        app.clock.advance(days(36_500));
        assert_eq!(run(&app, &["outbox", "retry", "--all"]), (true, "1\n".to_owned()));
        relay.wait_for(1).await;
        while !list(&app, &[]).is_empty() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(relay.received_for("rep@ngo.example").len(), 1);
        for act in ["retry", "cancel"] {
            let (ok, text) = run(&app, &["outbox", act, &id]);
            assert!(!ok && text.contains("has gone"), "{text}");
        }
    }
}

#[tokio::test]
async fn an_operator_takes_a_mail_back() {
    for engine in engines() {
        let relay = SmtpServer::start();
        relay.always(At::Greeting, Act::Say("554 5.3.2 no service"));
        let app = TestApp::spawn_with(engine, &[("UNDERSIGNED_SMTP_URL", &relay.url())]).await;
        let id = crate::mailbox::put(&app, "Go", "Hello").await.to_string();
        while !run(&app, &["outbox", "cancel", &id]).0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(list(&app, &[]).is_empty());
        assert_eq!(list(&app, &["--all"])[0]["state"], "cancelled");
        assert!(relay.received().is_empty());
    }
}

#[tokio::test]
async fn wrong_usage_is_refused() {
    let app = TestApp::spawn(Engine::Sqlite).await;
    for arguments in [
        &["outbox", "retry"][..],
        &["outbox", "retry", "1"],
        &["outbox", "retry", "1", "--all"],
        &["outbox", "cancel"],
    ] {
        assert_eq!(app.command(arguments).output().unwrap().status.code(), Some(2), "{arguments:?}");
    }
}

#[tokio::test]
async fn the_doctor_asks_the_relay_and_says_what_it_says() {
    let relay = SmtpServer::start();
    let app = TestApp::spawn(Engine::Sqlite).await;
    let doctor = |url: &str| {
        let output = app.command(&["doctor"]).env("UNDERSIGNED_SMTP_URL", url).output().unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    };
    let (ok, text) = doctor(&relay.url());
    assert!(ok && text.contains("lets us in"), "{text}");
    relay.always(At::Greeting, Act::Say("554 5.3.2 no service"));
    let (ok, text) = doctor(&relay.url());
    assert!(!ok && text.contains("554 5.3.2 no service"), "{text}");
    assert!(relay.received().is_empty());
}
