//! Those who signed are told once: by a button, after a page that asks, in pieces that can end anywhere.

use super::{PAGE, at_once, blank, save, written};
use crate::consenting::{join, listed};
use crate::kill::machine::{Machine, Rng};
use crate::support::app::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::queue::{entry, press, sent, waiting};
use crate::support::smtp::SmtpServer;
use crate::support::{cast, on_both_engines, staff};
use diesel::prelude::*;
use std::collections::BTreeMap;
use std::time::Duration;
use undersigned::campaign::{Campaign, Delivery, DeliveryLine, Happened, Means, store as campaigns};
use undersigned::clock::{Clock, minutes};
use undersigned::db::schema::{accounts, outbox, told_addresses};
use undersigned::db::{Error, Tx};
use undersigned::delivery::{Event, Telling, store as tellings};
use undersigned::ids::{AccountId, AnyId, DeliveryId, SignOnId, TellingId};
use undersigned::secret::{Keys, Random};
use undersigned::sign_on::{self, Contact, Entry, Origin, SignOn, State};
use undersigned::text::{EmailAddress, OrganizationName, PersonName, RoleTitle};

/// The page that asks.
async fn ask(olu: &Browser, event: &str) -> Page {
    olu.get(&format!("{PAGE}/tell?event={event}")).await
}

/// Ticks and presses.
async fn tell(olu: &Browser, page: &Page) -> Page {
    olu.submit(&page.form_with("seen").tick("sure")).await
}

on_both_engines! {
    async fn those_who_signed_are_told_once_after_a_page_that_asks(engine: Engine) {
        let app = at_once(engine).await;
        let (letter, olu, _) = listed(&app, &["Alder", "Birch"]).await;
        // Somebody who represents two organizations, and somebody whose entry waits.
        let both = [sent("Cedar", "https://cedar.example", "rep@alder.example"), sent("Elm", "https://elm.example", "rep@elm.example")];
        let more = waiting(&app, &letter, &both).await;
        press(&olu, &entry(&olu, more[0]).await, "Approve").await.expect(200);
        ask(&olu, "delivered").await.expect(409).says("There is nothing to tell yet");
        save(&olu, blank(&olu, "The Mayor").await).await.expect(200);
        save(&olu, blank(&olu, "The Council").await.fill("delivered_on", "2026-03-01")).await.expect(200);
        save(&olu, blank(&olu, "The Press").await.untick("shown")).await.expect(200);
        let page = olu.get(PAGE).await.expect(200);
        let page = olu.follow(&page, "Tell those who signed that it was delivered").await.expect(200);
        let page = page.says("The Mayor").says("The Council").hides("The Press.").says("3 organizations on the list").says("2 mails, to each address once");
        // Looking sends nothing, nor does a press without the tick.
        olu.submit(&page.form_with("seen")).await.expect(422).says("nobody can call them back");
        let mails = app.mailbox().all_to("rep@birch.example").await;
        assert!(mails.iter().all(|mail| !mail.subject.contains("was delivered")), "it was sent by looking");
        // What they would be told has changed since.
        save(&olu, written(&olu, "The Mayor").await.fill("recipient", "The Lady Mayor")).await.expect(200);
        let again = tell(&olu, &page).await.expect(422).says("has changed since").says("The Lady Mayor");
        let button = again.form_with("seen").tick("sure");
        olu.submit(&button).await.expect(200).says("The mails are on their way");
        olu.submit(&button).await.expect(200).says("The mails are on their way");

        let mail = app.mailbox().newest_about("rep@alder.example", "was delivered").await;
        assert!(mail.text.contains("Delivered to The Lady Mayor\non 2 March 2026, in person."), "{}", mail.text);
        assert!(mail.text.contains("Delivered to The Council\non 1 March 2026, in person."), "{}", mail.text);
        assert!(!mail.text.contains("The Press"), "{}", mail.text);
        let link = mail.link("/letters/letter/updates");
        assert!(mail.text.lines().any(|line| line.ends_with(&link)), "{}", mail.text);
        app.get(&link).await.expect(200).says("Delivered to The Lady Mayor");
        app.mailbox().newest_about("rep@birch.example", "was delivered").await;
        app.upkeep().await;
        for (address, count) in [("rep@alder.example", 1), ("rep@birch.example", 1), ("rep@elm.example", 0)] {
            let mails = app.mailbox().all_to(address).await;
            assert_eq!(mails.iter().filter(|mail| mail.subject.contains("was delivered")).count(), count, "{address}");
        }
        // Which mailboxes these were is forgotten once everybody was told.
        let db = app.db().await;
        let left = db.read(|conn| -> Result<i64, Error> {
            Ok(crate::support::both!(conn, |c| told_addresses::table.count().get_result(c))?)
        });
        assert_eq!(left.await.unwrap(), 0);
        let page = olu.get(PAGE).await.expect(200).says("2 mails, since 2 March 2026, 09:00 UTC, by Olu Organizer");
        page.hides("Tell those who signed that it was delivered");
        let abe = staff::second_administrator(&app).await;
        ask(&abe, "delivered").await.expect(409).says("Olu Organizer had those who signed told just now.");
        // What they were told of is not removed any more.
        assert!(!olu.follow(&olu.get(PAGE).await, "Change it, or add the reply: The Council").await.body.contains("Remove it"));

        // Another one later is told alone, and the reply by a press of its own.
        save(&olu, written(&olu, "The Council").await.fill("replied_on", "2026-03-02").fill("reply", "We *thank* you.")).await.expect(200);
        save(&olu, blank(&olu, "The Governor").await).await.expect(200);
        tell(&olu, &ask(&olu, "replied").await.expect(200).says("a reply came from: The Council.")).await.expect(200);
        let mail = app.mailbox().newest_about("rep@birch.example", "A reply came").await;
        assert!(mail.text.contains("The Council replied on 2 March 2026."), "{}", mail.text);
        tell(&olu, &ask(&olu, "delivered").await.expect(200)).await.expect(200);
        let mail = app.mailbox().newest_saying("rep@birch.example", "The Governor").await;
        assert!(!mail.text.contains("The Council"), "{}", mail.text);
        let acts: Vec<_> = crate::campaigns::history(&app, "letter").await.into_iter().map(|(act, ..)| act).collect();
        assert_eq!(acts.iter().filter(|act| act.starts_with("told those who signed")).count(), 3);
        // Mails that cannot be called back take the second factor.
        save(&olu, blank(&olu, "The King").await).await.expect(200);
        app.clock.advance(minutes(11));
        let page = ask(&olu, "delivered").await.expect(200);
        tell(&olu, &page).await.expect(403).says("Confirm that it is you");
    }

    async fn two_who_press_at_once_tell_everybody_once(engine: Engine) {
        let app = at_once(engine).await;
        let (_, olu, _) = listed(&app, &["Alder", "Birch"]).await;
        let abe = staff::second_administrator(&app).await;
        save(&olu, blank(&olu, "The Mayor").await).await.expect(200);
        let (first, second) = (ask(&olu, "delivered").await.expect(200), ask(&abe, "delivered").await.expect(200));
        let (first, second) = tokio::join!(tell(&olu, &first), tell(&abe, &second));
        let mut statuses = [first.status.as_u16(), second.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{first:?} {second:?}");
        app.mailbox().newest_about("rep@birch.example", "was delivered").await;
        app.upkeep().await;
        let mails = app.mailbox().all_to("rep@alder.example").await;
        assert_eq!(mails.iter().filter(|mail| mail.subject.contains("was delivered")).count(), 1);
    }

    async fn whoever_has_not_been_told_that_they_are_on_the_list_hears_of_that_first_and_then_of_this(app: TestApp) {
        let (letter, olu, _) = listed(&app, &["Alder"]).await;
        app.clock.advance(minutes(5));
        join(&app, &letter, &olu, &["Birch"]).await;
        app.clock.advance(minutes(6));
        save(&olu, blank(&olu, "The Mayor").await).await.expect(200);
        let olu = staff::second_administrator(&app).await;
        tell(&olu, &ask(&olu, "delivered").await.expect(200)).await.expect(200).says("The mails are on their way");
        app.mailbox().newest_about("rep@alder.example", "was delivered").await;
        app.upkeep().await;
        assert!(app.mailbox().all_to("rep@birch.example").await.is_empty(), "it says that they are on the list");
        olu.get(PAGE).await.says("1 mail so far");
        app.clock.advance(minutes(5));
        app.upkeep().await;
        let mail = app.mailbox().newest_about("rep@birch.example", "was delivered").await;
        assert!(mail.text.contains("Delivered to The Mayor"), "{}", mail.text);
        app.upkeep().await;
        olu.get(PAGE).await.says("2 mails, since");
        let alder = app.mailbox().all_to("rep@alder.example").await;
        assert_eq!(alder.iter().filter(|mail| mail.subject.contains("was delivered")).count(), 1);
    }

    async fn telling_goes_on_where_it_was_cut_off_and_nobody_is_told_twice(app: TestApp) {
        const MANY: usize = 180;
        let letter = cast::open_letter(&app).await;
        staff::organizer(&app, "letter").await;
        on_the_list(&app, &letter, MANY).await;
        begin(&app, &letter).await;
        // Whoever tells is cut off again and again, at any moment, as by a kill; two go on at the same time.
        for cut in 1..12_u64 {
            let (one, other) = (app.beside().await, app.beside().await);
            let work = async {
                tokio::join!(
                    undersigned::upkeep::tell(&one.0, &one.1),
                    undersigned::upkeep::tell(&other.0, &other.1)
                )
            };
            drop(tokio::time::timeout(Duration::from_millis(cut * 7), work).await);
        }
        // What is cut off holds the letter for as long as its last piece takes; upkeep comes again.
        let last = app.beside().await;
        for _ in 0..20 {
            if undersigned::upkeep::tell(&last.0, &last.1).await.is_ok() {
                break;
            }
        }
        let written = mails(&app).await;
        assert_eq!(written.values().sum::<i64>(), i64::try_from(MANY).unwrap());
        assert!(written.values().all(|count| *count == 1), "{written:?}");
    }

    async fn the_program_is_killed_while_it_tells_and_nobody_is_told_twice_or_left_out(engine: Engine) {
        const MANY: usize = 250;
        let seed = u64::from(std::process::id());
        let (mut rng, relay) = (Rng::new(seed), SmtpServer::start());
        let mut app = TestApp::spawn(engine).await;
        // The program goes by the real time.
        app.clock.advance(Clock::system().now().since(app.clock.now()));
        let letter = cast::open_letter(&app).await;
        staff::invitation(&app, "olu@staff.example", "organizer", Some("letter"));
        on_the_list(&app, &letter, MANY).await;
        app.stop();
        begin(&app, &letter).await;
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

/// How many mails were written about each entry.
async fn mails(app: &TestApp) -> BTreeMap<Option<AnyId>, i64> {
    let db = app.db().await;
    let read = db.read(|conn| -> Result<Vec<(Option<AnyId>, i64)>, Error> {
        Ok(crate::support::both!(conn, |c| outbox::table
            .filter(outbox::kind.eq("letter-delivered"))
            .group_by(outbox::subject_id)
            .select((outbox::subject_id, diesel::dsl::count_star()))
            .load(c))?)
    });
    read.await.unwrap().into_iter().collect()
}

/// As many organizations on the list, each with a representative.
async fn on_the_list(app: &TestApp, letter: &Campaign, many: usize) {
    let (one, _) = app.beside().await;
    let (keys, random, now): (Keys, _, _) = (one.keys.clone(), Random::system(), app.clock.now());
    let letter = letter.clone();
    let write = move |tx: &mut Tx<'_>| -> Result<(), Error> {
        let last = campaigns::take_places(tx, letter.id, i64::try_from(many).unwrap())?;
        for n in 0..many {
            let name = OrganizationName::parse(&format!("Tree{n}")).unwrap();
            let sign_on = SignOn {
                id: SignOnId::new(now.millis(), random.bytes()),
                campaign: letter.id,
                version: 1,
                origin: Origin::Import,
                letter_version: 1,
                entry: Entry::new(&letter.settings.line, name, None, None, None, None, None),
                authority: None,
                pin: None,
                submitted_at: now,
                verified_at: None,
                undeliverable_at: None,
                attested_at: None,
                is_flagged: false,
                is_distinct: false,
                state: State::Approved { at: now, by: None, joined: last - i64::try_from(n).unwrap() },
            };
            sign_on::store::insert_imported(tx, std::slice::from_ref(&sign_on))?;
            let contact = Contact {
                name: PersonName::parse("Ada Example").unwrap(),
                role: RoleTitle::parse("Director").unwrap(),
                email: EmailAddress::parse(&format!("rep@tree{n}.example")).unwrap(),
                note: None,
                updates: false,
            };
            sign_on::store::insert_contact(tx, &keys, &random, sign_on.id, &contact, now)?;
        }
        Ok(())
    };
    app.db().await.write(write).await.unwrap();
}

/// Writes a delivery down and begins to tell of it, as the button does, without a program that goes on with it.
async fn begin(app: &TestApp, letter: &Campaign) {
    let (one, _) = app.beside().await;
    let (keys, random, now) = (one.keys.clone(), Random::system(), app.clock.now());
    let campaign = letter.id;
    let write = move |tx: &mut Tx<'_>| -> Result<(), Error> {
        let by: AccountId =
            crate::support::both!(&mut **tx, |c| accounts::table.select(accounts::id).first(c))?;
        let delivery = Delivery {
            id: DeliveryId::new(now.millis(), random.bytes()),
            campaign,
            version: 1,
            recipient: DeliveryLine::parse("The Mayor").unwrap(),
            means: Means::Post,
            happened: Happened::At(now),
            edition: None,
            receipt: None,
            reply: None,
            is_shown: true,
            made_at: now,
            made_by: by,
            changed_at: now,
            told_by: None,
            reply_told_by: None,
        };
        campaigns::insert_delivery(tx, &keys, &random, &delivery, None)?;
        let telling = Telling {
            id: TellingId::new(now.millis(), random.bytes()),
            campaign,
            event: Event::Delivered,
            made_at: now,
            made_by: by,
            reached: None,
            mailed: 0,
            done_at: None,
        };
        assert_eq!(tellings::begin(tx, &telling, &[(delivery.id, 1)])?, 1);
        Ok(())
    };
    app.db().await.write(write).await.unwrap();
}
