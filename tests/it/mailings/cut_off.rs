//! Sending ends anywhere and goes on later: nobody is written to twice, and nobody is left out.

use super::{counted, in_state, many};
use crate::kill::machine::{Machine, Rng};
use crate::support::app::TestApp;
use crate::support::smtp::SmtpServer;
use crate::support::{cast, on_both_engines, staff};
use diesel::prelude::*;
use std::collections::BTreeMap;
use std::time::Duration;
use undersigned::clock::{Clock, days};
use undersigned::db::schema::{accounts, mailing_recipients, outbox, unsubscribe_links};
use undersigned::db::{Error, Tx};
use undersigned::ids::{AccountId, CampaignId, MailingId};
use undersigned::mailing::{Audience, store};
use undersigned::secret::Random;

const INVITATIONS: &str = "/staff/letters/letter/invitations";

/// How many mails were written to each address, and how many rows say so.
async fn mails(app: &TestApp) -> (BTreeMap<Vec<u8>, i64>, i64, i64) {
    let db = app.db().await;
    let read = db.read(|conn| -> Result<_, Error> {
        let mails: Vec<(Vec<u8>, i64)> = crate::support::both!(conn, |c| outbox::table
            .filter(outbox::kind.eq("mailing-updates"))
            .group_by(outbox::recipient_key)
            .select((outbox::recipient_key, diesel::dsl::count_star()))
            .load(c))?;
        let rows: i64 = crate::support::both!(conn, |c| mailing_recipients::table.count().get_result(c))?;
        let links: i64 = crate::support::both!(conn, |c| unsubscribe_links::table.count().get_result(c))?;
        Ok((mails.into_iter().collect(), rows, links))
    });
    read.await.unwrap()
}

/// Begins a mailing to those who asked for updates, as the button does.
async fn begin(app: &TestApp, campaign: CampaignId, counted: i64) -> MailingId {
    begin_to(app, Audience::Updates, campaign, counted).await
}

/// The same to others.
async fn begin_to(app: &TestApp, audience: Audience, campaign: CampaignId, counted: i64) -> MailingId {
    let (now, random) = (app.clock.now(), Random::system());
    let id = MailingId::new(now.millis(), random.bytes());
    let write = move |tx: &mut Tx<'_>| -> Result<(), Error> {
        let by: AccountId =
            crate::support::both!(&mut **tx, |c| accounts::table.select(accounts::id).first(c))?;
        let words =
            undersigned::mailing::Words::again("News of {letter}", "The council meets.\n\n{link}").unwrap();
        store::insert(tx, (id, campaign), (audience, &words), by, now)?;
        assert!(store::begin(tx, (id, 1), counted, by, now)?);
        Ok(())
    };
    app.db().await.write(write).await.unwrap();
    id
}

on_both_engines! {
    async fn sending_goes_on_where_it_was_cut_off_and_several_servers_do_no_harm(app: TestApp) {
        const MANY: usize = 180;
        let letter = cast::open_letter(&app).await;
        staff::invitation(&app, "olu@staff.example", "organizer", Some("letter"));
        many(&app, &letter, MANY).await;
        begin(&app, letter.id, MANY as i64).await;
        // Two go on at the same time, beside the server itself, and are cut off again and again as by a kill.
        for cut in 1..12_u64 {
            let (one, other) = (app.beside().await, app.beside().await);
            let work = async {
                tokio::join!(
                    undersigned::upkeep::mailings(&one.0, &one.1),
                    undersigned::upkeep::mailings(&other.0, &other.1)
                )
            };
            drop(tokio::time::timeout(Duration::from_millis(cut * 7), work).await);
        }
        for _ in 0..200 {
            if in_state(&app, "sent").await == 1 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let (written, rows, links) = mails(&app).await;
        assert_eq!((written.len(), rows, links), (MANY, MANY as i64, MANY as i64));
        assert!(written.values().all(|count| *count == 1), "{written:?}");
    }

    async fn what_was_taken_back_of_a_mailing_was_no_reminder(engine: Engine) {
        let mut app = TestApp::spawn(engine).await;
        let letter = cast::open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        let page = olu.get(INVITATIONS).await.expect(200);
        let form = page.form_with("organizations").fill("organizations", "Beech,info@beech.example\n");
        let preview = olu.submit(&form).await.expect(200);
        olu.submit(&preview.form_with("organizations").press("do")).await.expect(200);
        app.mailbox().newest_to("info@beech.example").await;
        app.clock.advance(days(6));
        // No postman is there.
        app.stop();
        let id = begin_to(&app, Audience::Invited, letter.id, 1).await;
        let one = app.beside().await;
        undersigned::upkeep::mailings(&one.0, &one.1).await.unwrap();
        let now = app.clock.now();
        let taken_back = app.db().await.write(move |tx| store::take_back_waiting(tx, id, now)).await.unwrap();
        assert_eq!(taken_back, 1);
        app.start().await;
        let olu = app.browser();
        staff::log_in(&app, &olu, "olu@staff.example", staff::PASSWORD).await;
        let rows = olu.get(INVITATIONS).await.expect(200).texts("table tr");
        assert!(rows.iter().any(|row| row.contains("Beech") && row.contains("Mail delivered")), "{rows:?}");
        counted(&olu, "invited").await.says("Send it to 1 address?");
    }

    async fn the_program_is_killed_while_it_sends_and_nobody_is_written_to_twice_or_left_out(engine: Engine) {
        const MANY: usize = 220;
        let seed = u64::from(std::process::id());
        let (mut rng, relay) = (Rng::new(seed), SmtpServer::start());
        let mut app = TestApp::spawn(engine).await;
        // The program goes by the real time.
        app.clock.advance(Clock::system().now().since(app.clock.now()));
        let letter = cast::open_letter(&app).await;
        staff::invitation(&app, "olu@staff.example", "organizer", Some("letter"));
        many(&app, &letter, MANY).await;
        app.stop();
        begin(&app, letter.id, MANY as i64).await;
        let machine = Machine::of(&app, &relay);
        const KILLS: u32 = 8;
        let running = machine.survive(&mut rng, KILLS, 300).await;
        let reached = || -> BTreeMap<String, Vec<String>> {
            let mut all = BTreeMap::<String, Vec<String>>::new();
            for mail in relay.received().into_iter().filter(|mail| mail.to.starts_with("rep@tree")) {
                all.entry(mail.to.clone()).or_default().push(mail.header("Message-ID").unwrap());
            }
            all
        };
        // What a killed postman held on PostgreSQL is taken up again only after its lease: all the others come.
        let held = (KILLS as usize) * 4;
        for _ in 0..800 {
            if reached().len() == MANY || (in_state(&app, "sent").await == 1 && reached().len() + held >= MANY) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        drop(running);
        let (written, rows, _) = mails(&app).await;
        assert_eq!((written.len(), rows, in_state(&app, "sent").await), (MANY, MANY as i64, 1), "seed {seed}");
        assert!(written.values().all(|count| *count == 1), "seed {seed}: {written:?}");
        // What the relay was given: everybody one mail; what was on its way at a kill may have come as an identical copy.
        let (reached, mut copies) = (reached(), 0);
        assert!(reached.len() + held >= MANY, "seed {seed}: {} of {MANY}", reached.len());
        for (to, ids) in &reached {
            assert!(ids.iter().all(|id| id == &ids[0]), "seed {seed}: {to} was written two mails: {ids:?}");
            copies += ids.len() - 1;
        }
        assert!(copies <= held, "seed {seed}: {copies} copies");
    }
}
