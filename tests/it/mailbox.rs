//! Without a relay, mail is kept and can be read at this machine; with one, there is no mailbox page and mail goes out.

use crate::support::app::TestApp;
use crate::support::db::{Engine, engines};
use crate::support::smtp::SmtpServer;
use crate::support::{cast, staff};
use undersigned::clock::hours;
use undersigned::config::{KeyFile, MailFrom};
use undersigned::ids::MailId;
use undersigned::mail::{Kind, Message, Outbox, Sender};
use undersigned::secret::{Keys, Random};
use undersigned::text::EmailAddress;

/// Puts a mail into the outbox from beside the server, as a command does.
pub(crate) async fn put(app: &TestApp, subject: &str, text: &str) -> MailId {
    let root = KeyFile::at(app.data_dir().join("key")).read().unwrap().unwrap();
    let sender = Sender::new(&MailFrom::parse("noreply@sign.example").unwrap()).unwrap();
    let outbox = Outbox::new(Keys::derive(&root), Random::system(), app.clock.clone(), sender);
    let message = Message {
        kind: Kind::new("test"),
        to: EmailAddress::parse("rep@ngo.example").unwrap(),
        subject: subject.to_owned(),
        text: text.to_owned(),
        html: String::new(),
        campaign: None,
        about: None,
        not_before: None,
        unsubscribe: None,
    };
    let prepared = outbox.prepare(&message).unwrap();
    app.db().await.write(move |tx| prepared.enqueue(tx)).await.unwrap()
}

#[tokio::test]
async fn kept_mail_is_shown_whole_and_newest_first() {
    for engine in engines() {
        let app = TestApp::spawn(engine).await;
        app.get("/mailbox").await.expect(200).says("No mail was written yet.");
        put(&app, "The first", "Hello\n\nhttps://sign.example/verify/one\n\n<b>& that is all</b>\n").await;
        let first = app.mailbox().newest_to("rep@ngo.example").await;
        assert_eq!(first.subject, "The first");
        assert_eq!(first.links, ["https://sign.example/verify/one"]);
        assert_eq!(first.text.trim(), "Hello\n\nhttps://sign.example/verify/one\n\n<b>& that is all</b>");
        app.clock.advance(jiff::SignedDuration::from_secs(1));
        put(&app, "The second", "Hello").await;
        app.mailbox().newest_about("rep@ngo.example", "The second").await;
        let subjects: Vec<_> = app.mailbox().all().await.into_iter().map(|mail| mail.subject).collect();
        assert_eq!(subjects, ["The second", "The first"]);
    }
}

#[tokio::test]
async fn the_mailbox_is_for_a_browser_on_this_machine_only() {
    let app = TestApp::spawn(Engine::Sqlite).await;
    let client = reqwest::Client::new();
    for (name, value) in [
        ("x-forwarded-for", "192.0.2.1"),
        ("forwarded", "for=192.0.2.1"),
        ("x-real-ip", "192.0.2.1"),
        ("via", "1.1 proxy"),
        ("host", "sign.example"),
    ] {
        let request = client.get(app.url("/mailbox")).header(name, value);
        let status = request.send().await.unwrap().status().as_u16();
        assert!(status == 404 || (name == "host" && (400..500).contains(&status)), "{name}: {status}");
    }
    assert_eq!(client.head(app.url("/mailbox")).send().await.unwrap().status(), 200);
    assert_eq!(client.post(app.url("/mailbox")).send().await.unwrap().status().as_u16() / 100, 4);
}

#[tokio::test]
async fn with_a_relay_mail_goes_out_and_there_is_no_mailbox() {
    for engine in engines() {
        let relay = SmtpServer::start();
        let app = TestApp::spawn_with(engine, &[("UNDERSIGNED_SMTP_URL", &relay.url())]).await;
        app.get("/mailbox").await.expect(404);
        let id = put(&app, "Go", "Hello").await;
        let received = relay.wait_for(1).await;
        assert_eq!(received[0].to, "rep@ngo.example");
        assert_eq!(received[0].header("Message-ID").unwrap(), format!("<{id}@sign.example>"));
    }
}

#[tokio::test]
async fn where_nobody_was_appointed_the_administrators_are_told_what_waits() {
    for engine in engines() {
        let app = TestApp::spawn(engine).await;
        cast::open_letter(&app).await;
        staff::administrator(&app).await;
        cast::sign_and_verify(&app, "Friends of Trees", "rep@trees.example").await;
        app.mailbox().newest_about("ada@staff.example", "Review new sign-ons").await;
        app.clock.advance(hours(2));
        staff::moderator(&app, "letter").await;
        cast::sign_and_verify(&app, "Friends of Bees", "rep@bees.example").await;
        app.mailbox().newest_about("mina@staff.example", "Review new sign-ons").await;
        let told = app.mailbox().all_to("ada@staff.example").await;
        assert_eq!(told.iter().filter(|mail| mail.subject.contains("Review new sign-ons")).count(), 1);
    }
}
