//! Several postmen, and postmen who end in the middle.

use super::house::House;
use crate::support::db::{Engine, engines};
use crate::support::smtp::{Act, At, SmtpServer};
use std::collections::BTreeSet;
use std::time::Duration;
use undersigned::clock::minutes;
use undersigned::mail::{News, State};

#[tokio::test]
async fn a_postman_who_was_held_up_too_long_changes_nothing() {
    for engine in engines() {
        let (house, slow, relay) = (House::new(engine).await, SmtpServer::start(), SmtpServer::start());
        slow.always(At::Data, Act::Late(Duration::from_millis(400)));
        let first = house.postman(&slow);
        let id = house.put_to("rep@ngo.example").await;
        house.until_state(id, State::Leased).await;
        // His lease runs out while he waits; another takes the mail up and delivers it.
        house.clock.advance(minutes(3));
        let second = house.postman(&relay);
        house.until_state(id, State::Sent).await;
        slow.wait_for(1).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(house.told(), [(id, News::Delivered)], "the first one's record is refused");
        assert_eq!(slow.received()[0].bytes, relay.received()[0].bytes);
        first.end().await;
        second.end().await;
    }
}

#[tokio::test]
async fn what_a_crashed_server_held_is_sent_by_the_next_one() {
    for engine in engines() {
        let (house, relay) = (House::new(engine).await, SmtpServer::start());
        relay.always(At::Dot, Act::Stall);
        let crashed = house.postman(&relay);
        let ids = [house.put_to("a@ngo.example").await, house.put_to("b@ngo.example").await];
        while !relay.verbs().contains(&"DATA".to_owned()) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        crashed.crash();
        relay.mend();
        let next = house.postman(&relay);
        if engine == Engine::Postgres {
            // There may be other servers there, so only the end of the lease shows that nobody holds it.
            house.later(minutes(3));
        }
        for id in ids {
            house.until_state(id, State::Sent).await;
        }
        // What was in flight may come twice, and then with the same bytes; nothing else does.
        let received = relay.received();
        assert!(received.len() <= 3, "{}", received.len());
        let different: BTreeSet<_> = received.iter().map(|mail| &mail.bytes).collect();
        assert_eq!(different.len(), 2);
        next.end().await;
    }
}

#[tokio::test]
async fn several_servers_send_each_mail_once() {
    for engine in engines() {
        let (house, relay) = (House::new(engine).await, SmtpServer::start());
        let mut ids = Vec::new();
        for n in 0..60 {
            ids.push(house.put_to(&format!("rep{n}@ngo.example")).await);
        }
        let postmen = [house.postman(&relay), house.postman(&relay), house.postman(&relay)];
        for id in &ids {
            assert_eq!(house.until_state(*id, State::Sent).await.attempts, 1);
        }
        assert_eq!(relay.received().len(), 60);
        assert_eq!(house.told().len(), 60);
        for postman in postmen {
            postman.end().await;
        }
    }
}
