//! The same conversation with a relay that others wrote (aiosmtpd), which says what it understood of the mail.

use crate::support::smtp::Certificates;
use serde_json::Value;
use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};
use undersigned::clock::Timestamp;
use undersigned::config::MailFrom;
use undersigned::ids::MailId;
use undersigned::mail::{Kind, Limits, Message, Outcome, Sender, Smtp, SmtpUrl, Stage};
use undersigned::text::EmailAddress;

struct Relay {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
    url: String,
    _folder: tempfile::TempDir,
}

impl Relay {
    /// Starts it, if there is a Python that has it. `script/test` provides one.
    fn start(way: &str) -> Option<Self> {
        let Ok(python) = std::env::var("TEST_PYTHON") else {
            let required = std::env::var_os("TEST_REQUIRE_ALL").is_some()
                || std::env::var("CI").is_ok_and(|ci| ci == "true");
            assert!(!required, "TEST_PYTHON must name a python that has aiosmtpd");
            eprintln!("skipped: TEST_PYTHON names no python that has aiosmtpd");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let certificates = Certificates::made_out_to("localhost");
        let file = |name: &str, content: String| {
            let path = folder.path().join(name);
            std::fs::write(&path, content).unwrap();
            path
        };
        let authority = file("authority.pem", certificates.authority());
        let (certificate, key) = certificates.server();
        let mut process = Command::new(python)
            .args(["-c", include_str!("support/smtp/independent.py"), way])
            .args([file("server.pem", certificate), file("key.pem", key)])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let first = lines.next().expect("the relay starts").unwrap();
        let port = first.strip_prefix("ready ").unwrap();
        let scheme = if way == "implicit" { "smtps" } else { "smtp" };
        let url = format!("{scheme}://user:pass%20word@localhost:{port}?ca={}", authority.display());
        Some(Self { process, lines, url, _folder: folder })
    }

    fn next(&mut self) -> Value {
        serde_json::from_str(&self.lines.next().unwrap().unwrap()).unwrap()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _waited = self.process.wait();
    }
}

#[tokio::test]
async fn a_relay_written_by_others_understands_our_mail() {
    for way in ["starttls", "implicit"] {
        let Some(mut relay) = Relay::start(way) else { return };
        let link = format!("https://sign.example/verify/{}", "k".repeat(43));
        let message = Message {
            kind: Kind::new("verify"),
            to: EmailAddress::parse("Jane+letters@ngo.example").unwrap(),
            subject: "Confirm that 7amleh – المركز العربي signs “Keep it open, and keep it so for ever”"
                .to_owned(),
            text: format!("Press the button on this page:\n\n{link}\n\n.A line with a dot\nÖ ü 中\n"),
            html: format!("<p>Press the button on <a href=\"{link}\">this page</a>. Ö ü 中</p>\n"),
            campaign: None,
            about: None,
            not_before: None,
            unsubscribe: None,
        };
        let sender =
            Sender::new(&MailFrom::parse("Undersigned – Ö <noreply@sign.example>").unwrap()).unwrap();
        let date = Timestamp::parse("2019-10-07T09:00:00Z").unwrap();
        let mail = message.rendered(&sender, MailId::new(1, [1; 10]), date).unwrap();
        let mut smtp =
            Smtp::new(SmtpUrl::parse(&relay.url).unwrap(), sender.domain(), Limits::default()).unwrap();
        for _ in 0..2 {
            let outcome = smtp.send(&mail).await;
            assert!(matches!(outcome, Outcome::Delivered { .. }), "{way}: {outcome:?}");
            let seen = relay.next();
            assert_eq!(seen["from"], "noreply@sign.example");
            assert_eq!(seen["to"], serde_json::json!(["Jane+letters@ngo.example"]));
            assert_eq!(seen["encrypted"], true, "{way}");
            assert_eq!(seen["user"], "user");
            assert_eq!(seen["headers"]["Subject"], message.subject);
            assert_eq!(seen["headers"]["From"], "Undersigned – Ö <noreply@sign.example>");
            assert_eq!(seen["headers"]["Date"], "Mon, 07 Oct 2019 09:00:00 +0000");
            assert_eq!(seen["headers"]["Auto-Submitted"], "auto-generated");
            assert_eq!(
                seen["types"],
                serde_json::json!(["multipart/alternative", "text/plain", "text/html"])
            );
            assert_eq!(
                seen["text"].as_str().unwrap().replace("\r\n", "\n").trim_end(),
                message.text.trim_end()
            );
            assert_eq!(seen["html"].as_str().unwrap().trim_end(), message.html.trim_end());
            assert_eq!(seen["defects"], serde_json::json!([]));
        }
        smtp.close().await;
    }
}

#[tokio::test]
async fn a_relay_written_by_others_refuses_a_wrong_password_and_the_mail_is_not_to_blame() {
    let Some(relay) = Relay::start("starttls") else { return };
    let url = SmtpUrl::parse(&relay.url.replace("pass%20word", "wrong")).unwrap();
    let outcome = Smtp::new(url, "sign.example", Limits::default()).unwrap().probe().await;
    assert_eq!(outcome.unwrap_err().stage, Stage::Login);
}
