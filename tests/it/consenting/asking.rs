//! Asking very many: in pieces that can end anywhere and go on later, and nobody is asked twice or left out.

use super::{NEW, ask, listed, prepare, seen};
use crate::kill::machine::{Machine, Rng};
use crate::support::app::TestApp;
use crate::support::queue::{sent, waiting};
use crate::support::smtp::SmtpServer;
use crate::support::{cast, on_both_engines, staff};
use diesel::prelude::*;
use std::collections::BTreeMap;
use std::time::Duration;
use undersigned::campaign::store::{self as campaigns, NewVersion};
use undersigned::campaign::{LetterText, Round};
use undersigned::clock::{Clock, days};
use undersigned::db::Error;
use undersigned::db::schema::{accounts, consent_answers, consent_links, outbox};
use undersigned::ids::{AccountId, AnyId, LetterVersionId, RoundId};
use undersigned::secret::Random;

/// How many mails of a round were written about each entry.
async fn mails(app: &TestApp) -> BTreeMap<Option<AnyId>, i64> {
    let db = app.db().await;
    let read = db.read(|conn| -> Result<Vec<(Option<AnyId>, i64)>, Error> {
        Ok(crate::support::both!(conn, |c| outbox::table
            .filter(outbox::kind.eq("consent"))
            .group_by(outbox::subject_id)
            .select((outbox::subject_id, diesel::dsl::count_star()))
            .load(c))?)
    });
    read.await.unwrap().into_iter().collect()
}

on_both_engines! {
    async fn asking_goes_on_where_it_was_cut_off_and_nobody_is_asked_twice(app: TestApp) {
        const MANY: usize = 180;
        let (letter, olu, _) = listed(&app, &["Alder"]).await;
        let names: Vec<String> = (0..MANY).map(|n| format!("Tree{n}")).collect();
        let sites: Vec<String> = (0..MANY).map(|n| format!("tree{n}.example")).collect();
        let addresses: Vec<String> = (0..MANY).map(|n| format!("rep@tree{n}.example")).collect();
        let all: Vec<_> = (0..MANY).map(|n| sent(&names[n], &sites[n], &addresses[n])).collect();
        waiting(&app, &letter, &all).await;
        prepare(&olu).await.says(&format!("{} organizations stand behind the letter.", MANY + 1));
        ask(&olu, "2026-03-16").await;
        // Whoever asks is cut off again and again, at any moment, as by a kill; two go on at the same time.
        for cut in 1..12_u64 {
            let one = app.beside().await;
            let other = app.beside().await;
            let work = async {
                tokio::join!(
                    undersigned::upkeep::consent(&one.0, &one.1),
                    undersigned::upkeep::consent(&other.0, &other.1)
                )
            };
            drop(tokio::time::timeout(Duration::from_millis(cut * 7), work).await);
        }
        app.upkeep().await;
        let written = mails(&app).await;
        assert_eq!(written.len(), MANY + 1);
        assert!(written.values().all(|count| *count == 1), "{written:?}");
        let db = app.db().await;
        let rows = db.read(|conn| -> Result<(i64, i64), Error> {
            Ok((
                crate::support::both!(conn, |c| consent_answers::table.count().get_result(c))?,
                crate::support::both!(conn, |c| consent_links::table.count().get_result(c))?,
            ))
        });
        let many = i64::try_from(MANY + 1).unwrap();
        assert_eq!(rows.await.unwrap(), (many, many));
        // And at the end: those who are off the list are told once each, however often it is cut off.
        app.clock.advance(days(15));
        for cut in 1..8_u64 {
            let one = app.beside().await;
            let work = undersigned::upkeep::consent(&one.0, &one.1);
            drop(tokio::time::timeout(Duration::from_millis(cut * 9), work).await);
        }
        app.upkeep().await;
        let told = db.read(|conn| -> Result<Vec<(Option<AnyId>, i64)>, Error> {
            Ok(crate::support::both!(conn, |c| outbox::table
                .filter(outbox::kind.eq("not-carried-over"))
                .group_by(outbox::subject_id)
                .select((outbox::subject_id, diesel::dsl::count_star()))
                .load(c))?)
        });
        let told = told.await.unwrap();
        assert_eq!(told.len(), MANY + 1);
        assert!(told.iter().all(|(_, count)| *count == 1), "{told:?}");
        let page = seen(&app).await;
        assert!(page.is_new && page.names.is_empty(), "{NEW}: {page:?}");
    }
}

on_both_engines! {
    async fn the_program_is_killed_while_it_asks_and_nobody_is_asked_twice_or_left_out(engine: Engine) {
        const MANY: usize = 250;
        let seed = u64::from(std::process::id());
        let (mut rng, relay) = (Rng::new(seed), SmtpServer::start());
        let mut app = TestApp::spawn(engine).await;
        // The program goes by the real time.
        app.clock.advance(Clock::system().now().since(app.clock.now()));
        let letter = cast::open_letter(&app).await;
        staff::invitation(&app, "olu@staff.example", "organizer", Some("letter"));
        let names: Vec<String> = (0..MANY).map(|n| format!("Tree{n}")).collect();
        let sites: Vec<String> = (0..MANY).map(|n| format!("tree{n}.example")).collect();
        let addresses: Vec<String> = (0..MANY).map(|n| format!("rep@tree{n}.example")).collect();
        let all: Vec<_> = (0..MANY).map(|n| sent(&names[n], &sites[n], &addresses[n])).collect();
        waiting(&app, &letter, &all).await;
        app.stop();
        begin(&app, letter.id).await;
        let machine = Machine::of(&app, &relay);
        let running = machine.survive(&mut rng, 8, 60).await;
        for _ in 0..800 {
            if mails(&app).await.len() == MANY {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        drop(running);
        let written = mails(&app).await;
        assert_eq!(written.len(), MANY, "seed {seed}");
        assert!(written.values().all(|count| *count == 1), "seed {seed}: {written:?}");
    }
}

/// Begins a round about another text, as the button does, while no program runs.
async fn begin(app: &TestApp, id: undersigned::ids::CampaignId) {
    let (now, random) = (app.clock.now(), Random::system());
    let write = move |tx: &mut undersigned::db::Tx<'_>| -> Result<(), Error> {
        let by: AccountId =
            crate::support::both!(&mut **tx, |c| accounts::table.select(accounts::id).first(c))?;
        let body = LetterText::parse(&format!("We ask you to keep the park open.\n\n{NEW}")).unwrap().into();
        let version = LetterVersionId::new(now.millis(), random.bytes());
        let new = NewVersion { id: version, body: &body, mends: None, stands: false, at: now, by: Some(by) };
        let to_number = campaigns::add_version(tx, id, new)?.number;
        let round = Round {
            id: RoundId::new(now.millis(), random.bytes()),
            campaign: id,
            from_number: 1,
            to_number,
            silence_counts: false,
            made_at: now,
            made_by: by,
            ends_at: now.plus(days(14)),
            settled_at: None,
            stopped: false,
        };
        campaigns::insert_round(tx, &round)
    };
    app.db().await.write(write).await.unwrap();
}
