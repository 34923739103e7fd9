//! J19. The mail server stops and comes back; and what is kept of people goes when its time is over.

use super::people::Person;
use super::{listed, scripts, send};
use crate::support::app::TestApp;
use crate::support::cast::open_letter;
use crate::support::db::Engine;
use crate::support::queue::press;
use crate::support::smtp::{SmtpServer, closed_port};
use crate::support::staff::{PASSWORD, log_in, moderator};
use std::process::Output;
use undersigned::clock::{days, minutes};

const NAMES: [&str; 3] = ["Alder", "Birch", "Cedar"];

fn address(name: &str) -> String {
    format!("rep@{}.example", name.to_lowercase())
}

pub async fn journey(engine: Engine) {
    let port = closed_port();
    let relay_url = format!("smtp://127.0.0.1:{port}?tls=none");
    let app = TestApp::spawn_with(engine, &[("UNDERSIGNED_SMTP_URL", &relay_url)]).await;
    let Some(them) = Person::with_a_phone(&app, scripts(engine)).await else { return };
    open_letter(&app).await;

    // Without a mail server the form is taken all the same, and the operator sees what waits.
    for name in &NAMES[..2] {
        send(&them, name, &address(name)).await;
    }
    let waits = outbox(&app);
    assert_eq!(waits.matches("verify").count(), 2, "{waits}");

    // It comes, goes and comes back.
    let relay = SmtpServer::at_port(port).await;
    app.clock.advance(minutes(2));
    relay.wait_for(2).await;
    for name in &NAMES[..2] {
        verify(&app, &them, &relay, name, 1).await;
    }
    relay.wait_for(4).await;
    let before = relay.received();
    drop(relay);
    send(&them, NAMES[2], &address(NAMES[2])).await;
    let relay = SmtpServer::at_port(port).await;
    app.clock.advance(minutes(2));
    relay.wait_for(1).await;
    verify(&app, &them, &relay, NAMES[2], 1).await;
    relay.wait_for(2).await;
    let mut all: Vec<_> =
        before.iter().chain(&relay.received()).filter_map(|mail| mail.header("Message-ID")).collect();
    all.sort();
    let many = all.len();
    all.dedup();
    assert_eq!((many, all.len()), (6, 6), "each mail once: the link and the receipt of three");
    assert!(!outbox(&app).contains("waiting"), "{}", outbox(&app));

    // The list stands when nobody is held any more who could be asked about it.
    let mina = moderator(&app, "letter").await;
    for name in NAMES {
        let page = mina.follow(&mina.get("/staff/letters/letter/queue").await, name).await.expect(200);
        press(&mina, &page, "Approve").await.expect(200);
    }
    listed(&app, &them, &NAMES).await;
    let receipt =
        relay.received_for(&address(NAMES[2])).into_iter().find_map(|mail| link(&mail.text(), "/sign-ons/"));
    let private = receipt.unwrap();
    them.open(&private).await;
    them.stops_at("Your sign-on").await;
    them.says(&address(NAMES[2])).await;
    app.clock.advance(days(30 + 184));
    app.upkeep().await;
    // With the contact goes the link that was theirs.
    them.open(&private).await;
    them.stops_at("We do not know this link").await;
    listed(&app, &them, &NAMES).await;
    let mina = app.browser();
    log_in(&app, &mina, "mina@staff.example", PASSWORD).await;
    let listed = mina.get("/staff/letters/letter/queue?show=approved").await;
    let entry = mina.follow(&listed, NAMES[2]).await.expect(200);
    entry
        .says("What was held of the representative has been erased.")
        .hides(&address(NAMES[2]))
        .hides("Ada Example");
}

/// What the operator's command says of mail that is not done.
fn outbox(app: &TestApp) -> String {
    let Output { status, stdout, stderr } = app.command(&["outbox", "list"]).output().unwrap();
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

/// The first address in a mail as it arrived that leads to this path.
fn link(mail: &str, path: &str) -> Option<String> {
    let rest = &mail[mail.find(path)? + path.len()..];
    let token: String =
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    Some(format!("{path}{token}"))
}

/// Somebody follows the link in their mail, of which they have got so many.
async fn verify(app: &TestApp, them: &Person, relay: &SmtpServer, name: &str, mails: usize) {
    let received = relay.received_for(&address(name));
    assert_eq!(received.len(), mails, "{name}");
    them.open(&app.url(&link(&received[0].text(), "/verify/").unwrap())).await;
    them.stops_at("Verify your sign-on").await;
    them.press("Verify this sign-on").await;
    them.stops_at("Verified. Thank you").await;
}
