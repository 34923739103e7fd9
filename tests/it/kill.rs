//! The program is killed at random moments under load, and starts again with everything that it acknowledged.
//!
//! `TORTURE_ROUNDS=200 cargo test --release kill::` runs longer; `TORTURE_SEED` repeats the same choices.

mod books;
mod load;
pub(crate) mod machine;

use crate::support::app::TestApp;
use crate::support::cast;
use crate::support::on_both_engines;
use crate::support::smtp::{Received, SmtpServer};
use crate::support::staff;
use books::Books;
use load::Load;
use machine::{Machine, Rng};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use undersigned::clock::Timestamp;

/// As many do something at the same time.
const CLIENTS: usize = 8;
/// It answers again within this time.
const READY: Duration = Duration::from_secs(5);
/// As many mails can be on their way at the moment of death, so as many may arrive twice.
const IN_FLIGHT: usize = 4;

on_both_engines! {
    async fn nothing_acknowledged_is_lost_when_the_process_is_killed(engine: Engine) {
        let rounds: usize = std::env::var("TORTURE_ROUNDS").map_or(20, |text| text.parse().unwrap());
        let seed: u64 = std::env::var("TORTURE_SEED")
            .map_or_else(|_| u64::from(std::process::id()) ^ rounds as u64, |text| text.parse().unwrap());
        eprintln!("{rounds} rounds on {engine:?}, TORTURE_SEED={seed}");
        let (mut rng, relay) = (Rng::new(seed), Arc::new(SmtpServer::start()));
        // The cast and the staff are made by an instance in this process; the one that is killed takes its database over.
        let mut app = TestApp::spawn(engine).await;
        let mut settings = cast::settings(&app);
        // The program goes by the real time.
        (settings.published_at, settings.closes_at) = (Timestamp::parse("2019-10-07T09:00:00Z"), None);
        cast::campaign(&app, settings).await;
        let link = staff::invitation(&app, "mina@staff.example", "moderator", Some("letter"));
        app.stop();
        let machine = Machine::of(&app, &relay);
        let staff = machine.accept(&link).await;

        let (mut load, mut slowest, mut checked) = (Load::new(&machine, staff, relay.clone()), Duration::ZERO, Books::default());
        for round in 1..=rounds {
            let began = Instant::now();
            let running = machine.start().await;
            slowest = slowest.max(began.elapsed());
            assert!(began.elapsed() <= READY, "round {round}: ready after {:?}", began.elapsed());
            checked = Books::read(&app.db().await).await;
            load.check(&checked, &format!("round {round}, seed {seed}"));
            load.run(running, &mut rng).await;
        }
        let running = machine.start().await;
        let last = Books::read(&app.db().await).await;
        load.check(&last, &format!("after the last round, seed {seed}"));
        machine.list_is_dense(&last).await;
        drop(running);
        twins_are_few_and_identical(&relay.received(), rounds);
        let acknowledged = load.acknowledged();
        eprintln!("{acknowledged:?} acknowledged, {} sign-ons, slowest start {slowest:?}", last.sign_ons());
        let every = ["submitted", "verified", "approved", "rejected", "put on hold", "withdrawn"];
        let missing: Vec<_> = every.iter().filter(|act| !acknowledged.contains_key(**act)).collect();
        assert!(rounds < 20 || missing.is_empty(), "never {missing:?}: {acknowledged:?}");
        assert!(last.sign_ons() >= checked.sign_ons());
    }
}

/// A mail that went out just before a kill goes out again: the same bytes, and no more of them than were on their way.
fn twins_are_few_and_identical(received: &[Received], kills: usize) {
    let mut by_id: BTreeMap<String, Vec<&Received>> = BTreeMap::new();
    for mail in received {
        by_id.entry(mail.header("Message-ID").unwrap()).or_default().push(mail);
    }
    let extra: usize = by_id.values().map(|copies| copies.len() - 1).sum();
    assert!(extra <= IN_FLIGHT * kills, "{extra} extra copies after {kills} kills");
    for (id, copies) in by_id {
        assert!(copies.iter().all(|copy| copy.bytes == copies[0].bytes), "copies of {id} differ");
    }
}
