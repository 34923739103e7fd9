//! The conversation with a relay, against a real one in the test process.

use crate::support::smtp::{Act, At, Offers, Security, SmtpServer, closed_port};
use std::time::{Duration, Instant};
use undersigned::mail::{Limits, Outcome, Rendered, Smtp, SmtpUrl, Stage};

const TO: &str = "jane.doe@ngo.example";

const BYTES: &str = "Subject: Confirm\r\n\r\n.A line that begins with a dot\r\n..and two\r\n";

fn mail() -> Rendered {
    Rendered::again("noreply@sign.example", TO, BYTES.into()).unwrap()
}

fn way(url: &str) -> Smtp {
    let short = Duration::from_millis(400);
    let limits = Limits { connect: short, command: short, content: short };
    Smtp::new(SmtpUrl::parse(url).unwrap(), "sign.example", limits).unwrap()
}

async fn outcome(relay: &SmtpServer) -> Outcome {
    way(&relay.url()).send(&mail()).await
}

fn down_at(outcome: &Outcome) -> Option<Stage> {
    match outcome {
        Outcome::RelayDown { stage, .. } => Some(*stage),
        _ => None,
    }
}

#[tokio::test]
async fn a_mail_arrives_byte_for_byte() {
    let relay = SmtpServer::start();
    let outcome = outcome(&relay).await;
    assert_eq!(outcome, Outcome::Delivered { response: "250 2.0.0 taken as Q1".to_owned() });
    let received = relay.received();
    assert_eq!(received.len(), 1);
    assert_eq!((received[0].from.as_str(), received[0].to.as_str()), ("noreply@sign.example", TO));
    // The client ends the mail with an empty line of its own before the dot.
    assert_eq!(received[0].text().trim_end(), BYTES.trim_end());
}

#[tokio::test]
async fn encryption_is_used_in_both_ways_with_a_private_authority() {
    for security in [Security::StartTls, Security::Implicit] {
        let login = Some(("post@sign.example", "p:ss/w@rd %"));
        let relay = SmtpServer::offering(Offers { security, login, ..Offers::default() });
        let outcome = outcome(&relay).await;
        assert!(matches!(outcome, Outcome::Delivered { .. }), "{outcome:?}");
        let received = relay.received();
        assert!(received[0].encrypted);
        assert_eq!(received[0].user.as_deref(), Some("post@sign.example"));
    }
}

#[tokio::test]
async fn a_relay_whose_certificate_is_not_trusted_gets_nothing() {
    for security in [Security::StartTls, Security::Implicit] {
        let relay = SmtpServer::offering(Offers { security, ..Offers::default() });
        let url = relay.url();
        let without_authority = url.split('?').next().unwrap();
        let outcome = way(without_authority).send(&mail()).await;
        assert_eq!(down_at(&outcome), Some(Stage::Tls), "{outcome:?}");
        assert!(relay.received().is_empty());
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_is_not_accepted() {
    for security in [Security::StartTls, Security::Implicit] {
        let relay =
            SmtpServer::offering(Offers { security, certified: "other.example", ..Offers::default() });
        assert_eq!(down_at(&outcome(&relay).await), Some(Stage::Tls));
        assert!(relay.received().is_empty());
    }
}

#[tokio::test]
async fn a_relay_without_encryption_gets_neither_password_nor_mail() {
    let login = Some(("user", "password"));
    let relay = SmtpServer::offering(Offers { login, ..Offers::default() });
    let outcome = way(&format!("smtp://user:password@127.0.0.1:{}", relay.port())).send(&mail()).await;
    assert_eq!(down_at(&outcome), Some(Stage::Tls), "{outcome:?}");
    assert!(!relay.verbs().iter().any(|verb| verb == "AUTH" || verb == "MAIL"), "{:?}", relay.verbs());
}

#[tokio::test]
async fn an_authority_file_that_cannot_be_read_is_named_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "no certificate here").unwrap();
    for path in [empty, folder.path().join("missing.pem")] {
        for scheme in ["smtp", "smtps"] {
            let url = SmtpUrl::parse(&format!("{scheme}://relay.example?ca={}", path.display())).unwrap();
            let error = Smtp::new(url, "sign.example", Limits::default()).err().unwrap().to_string();
            assert!(error.contains(&path.display().to_string()), "{error}");
        }
    }
}

#[tokio::test]
async fn a_log_in_works_with_the_old_mechanism_too() {
    let login = Some(("user", "password"));
    let relay = SmtpServer::offering(Offers { login, mechanisms: "LOGIN", ..Offers::default() });
    let outcome = outcome(&relay).await;
    assert!(matches!(outcome, Outcome::Delivered { .. }), "{outcome:?}");
    assert_eq!(relay.received()[0].user.as_deref(), Some("user"));
}

#[tokio::test]
async fn a_refused_log_in_is_the_relays_matter_not_the_mails() {
    let login = Some(("user", "password"));
    let relay = SmtpServer::offering(Offers { login, ..Offers::default() });
    let outcome = way(&relay.url().replace("password", "wrong")).send(&mail()).await;
    assert_eq!(down_at(&outcome), Some(Stage::Login), "{outcome:?}");
    let none = SmtpServer::offering(Offers { login, mechanisms: "GSSAPI", ..Offers::default() });
    let outcome = way(&none.url()).send(&mail()).await;
    assert_eq!(down_at(&outcome), Some(Stage::Login), "{outcome:?}");
}

#[tokio::test]
async fn nobody_at_the_port_means_that_the_relay_is_down() {
    let outcome = way(&format!("smtp://127.0.0.1:{}?tls=none", closed_port())).send(&mail()).await;
    assert_eq!(down_at(&outcome), Some(Stage::Connect), "{outcome:?}");
}

#[tokio::test]
async fn a_refusal_before_the_recipient_means_that_the_relay_is_down() {
    let cases = [
        (At::Greeting, "554 no service", Stage::Greeting),
        (At::Greeting, "421 too busy", Stage::Greeting),
        (At::Ehlo, "550 not you", Stage::Greeting),
        (At::Login, "535 5.7.8 wrong", Stage::Login),
        (At::Login, "454 4.7.0 later", Stage::Login),
        (At::Sender, "451 4.3.0 later", Stage::Sender),
        (At::Sender, "550 5.7.1 this sender may not", Stage::Sender),
        (At::Sender, "421 4.3.2 closing", Stage::Sender),
    ];
    for (at, line, stage) in cases {
        let relay = SmtpServer::offering(Offers { login: Some(("user", "password")), ..Offers::default() });
        relay.always(at, Act::Say(line));
        let outcome = outcome(&relay).await;
        let code = line.split(' ').next().unwrap();
        assert!(
            matches!(&outcome, Outcome::RelayDown { stage: s, why } if *s == stage && why.starts_with(code)),
            "{at:?} {line}: {outcome:?}"
        );
    }
}

#[tokio::test]
async fn a_relay_that_is_closing_is_down_at_every_stage() {
    for (at, stage) in [(At::Recipient, Stage::Recipient), (At::Data, Stage::Data), (At::Dot, Stage::Content)]
    {
        let relay = SmtpServer::start();
        relay.always(at, Act::SayAndDrop("421 4.3.2 closing"));
        assert_eq!(down_at(&outcome(&relay).await), Some(stage), "{at:?}");
    }
}

#[tokio::test]
async fn a_refusal_from_the_recipient_on_is_about_this_mail() {
    for at in [At::Recipient, At::Data, At::Dot] {
        let relay = SmtpServer::start();
        relay.once(at, Act::Say("450 4.2.1 try later"));
        relay.once(at, Act::Say("550 5.1.1 no such user"));
        let mut way = way(&relay.url());
        let first = way.send(&mail()).await;
        assert_eq!(first, Outcome::RecipientTemporary { code: 450, why: "450 4.2.1 try later".to_owned() });
        let second = way.send(&mail()).await;
        assert_eq!(
            second,
            Outcome::RecipientPermanent { code: 550, why: "550 5.1.1 no such user".to_owned() }
        );
        // The next one goes over the same connection.
        assert!(matches!(way.send(&mail()).await, Outcome::Delivered { .. }));
        assert_eq!(relay.connections(), 1, "{at:?}");
    }
}

#[tokio::test]
async fn a_relay_that_does_not_relay_for_us_ends_no_mail() {
    let relay = SmtpServer::start();
    relay.always(At::Recipient, Act::Say("554 5.7.1 <jane.doe@ngo.example>: Relay access denied"));
    let outcome = outcome(&relay).await;
    let why = "554 5.7.1 (address) Relay access denied".to_owned();
    assert_eq!(outcome, Outcome::RecipientTemporary { code: 554, why });
}

#[tokio::test]
async fn no_outcome_names_the_recipient() {
    for line in
        ["550 5.1.1 <Jane.Doe@NGO.example>: unknown", "550-5.1.1 jane.doe is\r\n550 5.1.1 not known here"]
    {
        for at in [At::Sender, At::Recipient, At::Data, At::Dot] {
            let relay = SmtpServer::start();
            relay.always(at, Act::Say(line));
            let said = format!("{:?}", outcome(&relay).await).to_lowercase();
            assert!(!said.contains("jane") && !said.contains("ngo.example"), "{said}");
        }
    }
}

#[tokio::test]
async fn a_connection_lost_before_the_final_dot_means_that_the_relay_is_down() {
    let cases = [
        (At::Greeting, Stage::Greeting),
        (At::Ehlo, Stage::Greeting),
        (At::Sender, Stage::Sender),
        (At::Recipient, Stage::Recipient),
        (At::Data, Stage::Data),
    ];
    for (at, stage) in cases {
        let relay = SmtpServer::start();
        relay.always(at, Act::Drop);
        assert_eq!(down_at(&outcome(&relay).await), Some(stage), "{at:?}");
    }
    let relay = SmtpServer::offering(Offers { security: Security::StartTls, ..Offers::default() });
    relay.always(At::StartTls, Act::Drop);
    assert_eq!(down_at(&outcome(&relay).await), Some(Stage::Tls));
}

#[tokio::test]
async fn a_connection_lost_after_the_final_dot_leaves_it_open_whether_the_mail_was_taken() {
    for act in [Act::Drop, Act::TakeAndDrop, Act::Stall, Act::Say("what")] {
        let relay = SmtpServer::start();
        relay.always(At::Dot, act.clone());
        let outcome = outcome(&relay).await;
        assert!(matches!(outcome, Outcome::Ambiguous { .. }), "{act:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_relay_that_falls_silent_is_not_waited_for_longer_than_the_limit() {
    for at in [At::Greeting, At::Ehlo, At::Sender, At::Recipient, At::Data] {
        let relay = SmtpServer::start();
        relay.always(at, Act::Stall);
        let start = Instant::now();
        let outcome = outcome(&relay).await;
        assert!(down_at(&outcome).is_some(), "{at:?}: {outcome:?}");
        assert!(start.elapsed() < Duration::from_secs(2), "{at:?} took {:?}", start.elapsed());
    }
}

#[tokio::test]
async fn a_slow_relay_is_waited_for() {
    let relay = SmtpServer::start();
    for at in [At::Greeting, At::Sender, At::Recipient, At::Data, At::Dot] {
        relay.always(at, Act::Late(Duration::from_millis(60)));
    }
    assert!(matches!(outcome(&relay).await, Outcome::Delivered { .. }));
}

#[tokio::test]
async fn an_answer_that_is_no_answer_means_that_the_relay_is_down() {
    let long: &'static str = Box::leak(format!("250 {}", "x".repeat(5000)).into_boxed_str());
    for line in ["2", "hello", "999 what", "", long] {
        for (at, stage) in [(At::Greeting, Stage::Greeting), (At::Recipient, Stage::Recipient)] {
            let relay = SmtpServer::start();
            relay.always(at, Act::SayAndDrop(line));
            let outcome = outcome(&relay).await;
            assert_eq!(down_at(&outcome), Some(stage), "{line:.20}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn mails_share_one_connection_and_a_lost_one_is_replaced() {
    let relay = SmtpServer::start();
    let mut way = way(&relay.url());
    for _ in 0..3 {
        assert!(matches!(way.send(&mail()).await, Outcome::Delivered { .. }));
    }
    assert_eq!(relay.connections(), 1);
    // The relay ends the idle connection: the next mail is not the one to pay for it.
    relay.once(At::Sender, Act::SayAndDrop("421 4.4.2 idle too long"));
    assert!(matches!(way.send(&mail()).await, Outcome::Delivered { .. }));
    assert_eq!(relay.connections(), 2);
    way.close().await;
    assert_eq!(relay.verbs().last().map(String::as_str), Some("QUIT"));
}

#[tokio::test]
async fn a_probe_says_whether_the_relay_lets_us_in_and_sends_nothing() {
    let relay = SmtpServer::start();
    assert_eq!(way(&relay.url()).probe().await, Ok(()));
    relay.always(At::Greeting, Act::Say("554 no service"));
    assert!(way(&relay.url()).probe().await.is_err());
    assert!(relay.received().is_empty());
}

#[tokio::test]
async fn a_hundred_mails_leave_without_waiting_for_acknowledgements() {
    let relay = SmtpServer::start();
    let mut way = way(&relay.url());
    let start = Instant::now();
    for _ in 0..100 {
        assert!(matches!(way.send(&mail()).await, Outcome::Delivered { .. }));
    }
    // With small packets held back each mail takes 40 ms: four seconds.
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}
