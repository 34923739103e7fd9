//! Mail is owed if and only if its cause was committed, goes out once, and waits for a relay that is away.

mod commands;
mod house;
mod races;

use crate::support::db::{Engine, engines};
use crate::support::smtp::{Act, At, SmtpServer};
use house::{DECISION, House, way};
use jiff::SignedDuration;
use std::sync::Arc;
use std::time::Duration;
use undersigned::clock::{Timestamp, hours, minutes};
use undersigned::db::{Conn, Error};
use undersigned::ids::{AnyId, CampaignId};
use undersigned::mail::{self, Listed, Message, News, State, Way};
use undersigned::text::EmailAddress;
use uuid::Uuid;

#[tokio::test]
async fn a_mail_goes_out_once_and_its_text_is_forgotten() {
    for engine in engines() {
        let (house, relay) = (House::new(engine).await, SmtpServer::start());
        let work = house.postman(&relay);
        let id = house.put_to("rep@ngo.example").await;
        let mail = house.until_state(id, State::Sent).await;
        assert_eq!((mail.attempts, mail.to.as_str(), mail.kind.as_str()), (1, "r***@ngo.example", "verify"));
        let received = relay.received();
        assert_eq!(received.len(), 1);
        assert_eq!(received[0].to, "rep@ngo.example");
        assert_eq!(received[0].header("Message-ID").unwrap(), format!("<{id}@sign.example>"));
        assert_eq!(received[0].header("Date").unwrap(), "Mon, 07 Oct 2019 09:00:00 +0000");
        assert_eq!(house.told(), [(id, News::Delivered)]);
        let outbox = house.outbox.clone();
        assert!(house.db.read(move |conn| outbox.kept(conn, 9)).await.unwrap().is_empty());
        work.end().await;
        assert_eq!(relay.verbs().last().unwrap(), "QUIT", "the postman takes his leave");
    }
}

#[tokio::test]
async fn a_cause_that_is_not_committed_owes_no_mail() {
    for engine in engines() {
        let house = House::new(engine).await;
        let prepared = house.outbox.prepare(&House::message("rep@ngo.example")).unwrap();
        let undone: Result<(), Error> = house
            .db
            .write(move |tx| {
                prepared.enqueue(tx)?;
                Err(Error::Panicked)
            })
            .await;
        assert!(undone.is_err());
        assert!(house.listed().await.is_empty());
    }
}

#[tokio::test]
async fn a_recipient_refused_for_now_gets_the_same_bytes_later() {
    for engine in engines() {
        let (house, relay) = (House::new(engine).await, SmtpServer::start());
        relay.once(At::Recipient, Act::Say("450 4.2.1 <rep@ngo.example> try later"));
        // Taken in full and refused after it: what was sent then is compared by its twin below.
        relay.once(At::Dot, Act::Say("451 4.3.0 try later"));
        let work = house.postman(&relay);
        let id = house.put_to("rep@ngo.example").await;
        let first = house.until(id, |mail| mail.attempts == 1 && mail.state == State::Waiting).await;
        assert_eq!(first.next_at.since(house.clock.now()), minutes(1));
        assert_eq!(first.last_error.as_deref(), Some("450 4.2.1 (address) try later"));
        house.later(minutes(1));
        let second = house.until(id, |mail| mail.attempts == 2 && mail.state == State::Waiting).await;
        assert_eq!(second.next_at.since(house.clock.now()), minutes(5));
        house.later(minutes(5));
        let third = house.until_state(id, State::Sent).await;
        assert_eq!((third.attempts, third.last_error), (3, None));
        assert_eq!(relay.received()[0].header("Date").unwrap(), "Mon, 07 Oct 2019 09:00:00 +0000");
        work.end().await;
    }
}

#[tokio::test]
async fn a_recipient_refused_for_good_fails_alone() {
    for engine in engines() {
        let (house, relay) = (House::new(engine).await, SmtpServer::start());
        relay.toward("bad@ngo.example", Act::Say("550 5.1.1 no such user"));
        let work = house.postman(&relay);
        let good = house.put_to("good@ngo.example").await;
        let bad = house.put_to("bad@ngo.example").await;
        let other = house.put_to("other@ngo.example").await;
        let failed = house.until_state(bad, State::Failed).await;
        assert_eq!(failed.last_error.as_deref(), Some("550 5.1.1 no such user"));
        house.until_state(good, State::Sent).await;
        house.until_state(other, State::Sent).await;
        assert!(house.told().contains(&(bad, News::Failed)));
        // Mended, it can be sent again: its text is still there.
        relay.mend();
        let now = house.clock.now();
        assert!(house.db.write(move |tx| mail::retry(tx, bad, now)).await.unwrap());
        house.until_state(bad, State::Sent).await;
        assert_eq!(relay.received_for("bad@ngo.example").len(), 1);
        work.end().await;
    }
}

#[tokio::test]
async fn a_relay_that_is_away_costs_no_attempt_and_everything_goes_when_it_is_back() {
    for engine in engines() {
        let (house, relay) = (House::new(engine).await, SmtpServer::start());
        relay.always(At::Greeting, Act::SayAndDrop("421 4.3.2 not now"));
        let work = house.postman(&relay);
        let mut ids = Vec::new();
        for n in 0..30 {
            ids.push(house.put_to(&format!("rep{n}@ngo.example")).await);
        }
        let down =
            |mail: &Listed| mail.last_error.as_deref().is_some_and(|why| why.contains("relay is down"));
        house.until(ids[0], down).await;
        for pause in [15, 30, 60, 60] {
            house.later(SignedDuration::from_secs(pause));
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
        let tries = relay.connections();
        assert!(tries <= 6, "one mail at a time tries a relay that is down, not {tries}");
        for id in &ids {
            house.until(*id, |mail| mail.attempts == 0 && mail.state == State::Waiting).await;
        }
        relay.mend();
        house.later(SignedDuration::from_secs(60));
        for id in ids {
            assert_eq!(house.until_state(id, State::Sent).await.attempts, 1);
        }
        assert_eq!(relay.received().len(), 30);
        work.end().await;
    }
}

#[tokio::test]
async fn a_message_that_cannot_be_handled_is_put_aside_and_the_others_go() {
    for engine in engines() {
        let (house, relay) = (House::new(engine).await, SmtpServer::start());
        let poison = house.put_to("poison@ngo.example").await;
        house
            .sql(if engine == Engine::Sqlite {
                "update outbox set sealed = x'00'"
            } else {
                "update outbox set sealed = '\\x00'"
            })
            .await;
        let good = house.put_to("good@ngo.example").await;
        let work = house.postman(&relay);
        house.until_state(good, State::Sent).await;
        for attempt in 1..3 {
            house.until(poison, |mail| mail.attempts == attempt && mail.state == State::Waiting).await;
            house.later(minutes(5));
        }
        let aside = house.until_state(poison, State::Quarantined).await;
        assert_eq!(aside.attempts, 3);
        assert!(aside.last_error.is_some());
        assert!(house.told().contains(&(poison, News::Failed)));
        assert_eq!(relay.received().len(), 1);
        work.end().await;
    }
}

#[tokio::test]
async fn a_mail_that_may_have_arrived_is_sent_again_after_15_minutes_with_the_same_bytes() {
    for engine in engines() {
        let (house, relay) = (House::new(engine).await, SmtpServer::start());
        relay.once(At::Dot, Act::TakeAndDrop);
        let work = house.postman(&relay);
        let id = house.put_to("rep@ngo.example").await;
        let waits = house.until(id, |mail| mail.last_error.is_some()).await;
        assert_eq!(waits.next_at.since(house.clock.now()), minutes(15));
        house.later(minutes(14));
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(relay.received().len(), 1);
        house.later(minutes(1));
        house.until_state(id, State::Sent).await;
        let received = relay.received();
        assert_eq!(received.len(), 2);
        assert_eq!(received[0].bytes, received[1].bytes);
        work.end().await;
    }
}

#[tokio::test]
async fn a_decision_that_is_undone_in_time_mails_nobody() {
    for engine in engines() {
        let (house, relay) = (House::new(engine).await, SmtpServer::start());
        let about = |n| Some(AnyId::from_uuid(Uuid::from_u128(n)));
        let not_before = Some(house.clock.now().plus(minutes(10)));
        let decision =
            |to: &str, n| Message { kind: DECISION, about: about(n), not_before, ..House::message(to) };
        let undone = house.put(decision("undone@ngo.example", 1)).await;
        let stands = house.put(decision("stands@ngo.example", 2)).await;
        let work = house.postman(&relay);
        let now = house.clock.now();
        let taken = house.db.write(move |tx| mail::take_back(tx, about(1).unwrap(), &[DECISION], now)).await;
        assert_eq!(taken.unwrap(), 1);
        // Trying everything again does not hurry what waits for its time.
        assert_eq!(house.db.write(move |tx| mail::retry_all(tx, now)).await.unwrap(), 0);
        house.later(minutes(9));
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(relay.received().is_empty());
        house.later(minutes(1));
        house.until_state(stands, State::Sent).await;
        assert_eq!(house.mail(undone).await.state, State::Cancelled);
        assert_eq!(relay.received().len(), 1);
        // It is of the moment at which it goes, not of the one at which it was written.
        assert_eq!(relay.received()[0].header("Date").unwrap(), "Mon, 07 Oct 2019 09:10:00 +0000");
        // What has gone cannot be taken back.
        assert!(!house.db.write(move |tx| mail::cancel(tx, stands, now)).await.unwrap());
        work.end().await;
    }
}

#[tokio::test]
async fn mails_that_strangers_cause_are_counted_for_each_mailbox_and_campaign() {
    for engine in engines() {
        let house = House::new(engine).await;
        let (sqlite, postgres) = (engine == Engine::Sqlite, engine == Engine::Postgres);
        house
            .sql(&format!(
                "insert into campaigns (id, slug, version, status, access, ordering, title, language, recipient, \
                 salutation, closing, host, contact, authority, articles, line, list_revision, made_at) values \
                 ({id}, 'a', 1, 'open', 'public', 'joining', 't', 'en', '', '', '', '', '', 'a', '', '{{name}}', 1, {at})",
                id = if sqlite { "x'00000000000000000000000000000009'" } else { "'00000000-0000-0000-0000-000000000009'" },
                at = if postgres { "now()" } else { "0" },
            ))
            .await;
        let id = CampaignId::from_uuid(Uuid::from_u128(9));
        let campaign = Some(id);
        let count = async |to: &str, since: Timestamp| {
            let (outbox, to) = (house.outbox.clone(), EmailAddress::parse(to).unwrap());
            let act = move |conn: &mut Conn| {
                Ok::<_, undersigned::db::Error>(outbox.written(conn, &to, id, since)?.recently)
            };
            house.db.read(act).await.unwrap()
        };
        let ever = Timestamp::from_micros(0);
        house.put(Message { campaign, ..House::message("rep@ngo.example") }).await;
        house.later(hours(2));
        let hour = house.clock.now().plus(-hours(1));
        house.put(Message { campaign, ..House::message("Rep+letters@ngo.example") }).await;
        let taken_back = house.put(Message { campaign, ..House::message("rep@ngo.example") }).await;
        house.put(Message { campaign, kind: DECISION, ..House::message("rep@ngo.example") }).await;
        house.put(Message { campaign, ..House::message("other@ngo.example") }).await;
        house.put_to("rep@ngo.example").await;
        let now = house.clock.now();
        house.db.write(move |tx| mail::cancel(tx, taken_back, now)).await.unwrap();
        // Two spellings of one mailbox; not what staff cause, what was taken back, or what is of no campaign.
        assert_eq!(count("rep@ngo.example", ever).await, 2);
        assert_eq!(count("rep@ngo.example", hour).await, 1);
        assert_eq!(count("other@ngo.example", ever).await, 1);
        assert_eq!(count("nobody@ngo.example", ever).await, 0);
    }
}

#[tokio::test]
async fn without_a_relay_mail_counts_as_delivered_and_is_kept() {
    for engine in engines() {
        let house = House::new(engine).await;
        let work = house.postman_with(Way::Kept, house.notebook());
        let first = house.put_to("first@ngo.example").await;
        house.until_state(first, State::Sent).await;
        house.later(minutes(1));
        let second = house.put_to("second@ngo.example").await;
        house.until_state(second, State::Sent).await;
        let outbox = house.outbox.clone();
        let kept = house.db.read(move |conn| outbox.kept(conn, 9)).await.unwrap();
        assert_eq!(kept.iter().map(|mail| mail.id).collect::<Vec<_>>(), [second, first], "newest first");
        assert_eq!(kept[1].to, "first@ngo.example");
        assert_eq!(kept[1].subject, "Confirm for first");
        assert!(kept[1].text.contains("https://sign.example/verify/abc"));
        assert_eq!(house.told(), [(first, News::Delivered), (second, News::Delivered)]);
        work.end().await;
    }
}

#[tokio::test]
async fn a_feature_that_fails_over_the_news_does_not_make_the_mail_go_again() {
    for engine in engines() {
        let (house, relay) = (House::new(engine).await, SmtpServer::start());
        let work = house.postman_with(way(&relay), Arc::new(|_tx, _settled| Err(Error::Panicked)));
        let id = house.put_to("rep@ngo.example").await;
        house.until_state(id, State::Sent).await;
        assert_eq!(relay.received().len(), 1);
        work.end().await;
    }
}

#[tokio::test]
async fn a_postman_who_is_told_to_stop_gives_back_what_he_has_not_sent() {
    for engine in engines() {
        let (house, relay) = (House::new(engine).await, SmtpServer::start());
        relay.always(At::Dot, Act::Late(Duration::from_millis(300)));
        let mut ids = Vec::new();
        for n in 0..4 {
            ids.push(house.put_to(&format!("rep{n}@ngo.example")).await);
        }
        let work = house.postman(&relay);
        relay.wait_for(1).await;
        work.end().await;
        assert_eq!(relay.received().len(), 1, "the one in his hands is finished, no other begun");
        let mails = house.listed().await;
        assert_eq!(mails.iter().filter(|mail| mail.state == State::Sent).count(), 1);
        let back = |mail: &&Listed| mail.state == State::Waiting && mail.attempts == 0;
        assert_eq!(mails.iter().filter(back).count(), 3);
    }
}

#[tokio::test]
async fn the_database_holds_no_address_and_no_text_in_the_clear() {
    let house = House::new(Engine::Sqlite).await;
    house.put_to("planted.person@ngo.example").await;
    let folder = house.fresh.folder().unwrap();
    let mut all = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        all.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    let found = |word: &str| all.windows(word.len()).any(|bytes| bytes == word.as_bytes());
    assert!(found("verify"), "the right files were read");
    for word in ["planted", "ngo.example", "Open this page", "sign.example/verify"] {
        assert!(!found(word), "{word}");
    }
}
