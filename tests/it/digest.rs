//! The mail with what is new: to whoever chose it, once for each period, and none where there is nothing to tell.

use crate::kill::machine::{Machine, Rng};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::cast::{self, open_letter, sign_and_verify};
use crate::support::mailbox::Mail;
use crate::support::queue::{entry, press, sent, waiting};
use crate::support::smtp::SmtpServer;
use crate::support::staff::{PASSWORD, log_in, moderator, organizer, second_moderator};
use crate::support::{both, on_both_engines};
use diesel::prelude::*;
use std::collections::BTreeMap;
use std::time::Duration;
use undersigned::campaign::{Settings, Status};
use undersigned::clock::{Clock, Zone, days, hours, minutes};
use undersigned::db::schema::{accounts, digests as chosen, outbox};
use undersigned::db::{Error, Tx};
use undersigned::ids::{AccountId, CampaignId};
use undersigned::text::Slug;

const CHOOSE: &str = "/staff/letters/letter/digest";
const MINA: &str = "mina@staff.example";
const OLU: &str = "olu@staff.example";

async fn choose(browser: &Browser, cadence: &str, hour: &str) {
    let page = browser.get(CHOOSE).await.expect(200);
    let form = page.form_with("cadence").choose("cadence", cadence).choose("hour", hour);
    browser.submit(&form).await.expect(200).says("Saved.");
}

/// The digests that somebody has got, the newest first, once there are so many; mail is on its way for a moment.
async fn digests(app: &TestApp, who: &str, count: usize) -> Vec<Mail> {
    for _ in 0..100 {
        if read(app, who).await.len() >= count {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // What is not to come is given the time in which it would.
    tokio::time::sleep(Duration::from_millis(1200)).await;
    let mails = read(app, who).await;
    assert_eq!(mails.len(), count, "{:?}", mails.iter().map(|mail| &mail.text).collect::<Vec<_>>());
    mails
}

async fn read(app: &TestApp, who: &str) -> Vec<Mail> {
    let all = app.mailbox().all_to(who).await;
    all.into_iter().filter(|mail| mail.text.contains("because you chose to")).collect()
}

on_both_engines! {
    async fn what_is_new_is_mailed_once_a_day_to_whoever_chose_it_and_nothing_where_there_is_nothing(app: TestApp) {
        open_letter(&app).await;
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        mina.get("/staff/account").await.expect(200).says("Choose what is mailed to you");
        let page = mina.get("/staff/digests").await.expect(200).says("No mail");
        mina.follow(&page, "Keep the park open").await.expect(200).says("names organizations and nobody’s representative");
        let page = mina.get(CHOOSE).await;
        mina.submit(&page.form_with("cadence").smuggle("cadence", "yearly")).await.expect(422).says("Choose how often");
        choose(&mina, "daily", "17").await;
        mina.get("/staff/digests").await.expect(200).says("Once a day");
        // It is 09:00 UTC on 2 March. At 17:00 there is nothing to tell.
        app.clock.advance(hours(9));
        app.upkeep().await;
        digests(&app, MINA, 0).await;

        sign_and_verify(&app, "Bits of Freedom", "ada@bits.example").await;
        let private = sign_and_verify(&app, "Leaving Network", "ada@leaving.example").await.link("/sign-ons/");
        let visitor = app.browser();
        visitor.submit(&visitor.get(&format!("{private}/withdraw")).await.form()).await.expect(200);
        app.upkeep().await;
        digests(&app, MINA, 0).await;
        app.clock.advance(hours(24));
        for _ in 0..3 {
            app.upkeep().await;
        }
        let mails = digests(&app, MINA, 1).await;
        let mail = &mails[0];
        assert_eq!(mail.subject, "Review 1 sign-on: Keep the park open");
        for words in [
            "since 2 March 2026, 17:00 UTC",
            "Verified, and waiting for review: 1\n    Bits of Freedom",
            "Withdrawn: 1\n    Leaving Network",
            "Sign-ons to review: 1",
        ] {
            assert!(mail.text.contains(words), "{words:?} in {}", mail.text);
        }
        // Whoever represents them is nowhere in it, and each link stands alone on its line.
        for personal in ["Ada", "ada@", "bits.example", "Director"] {
            assert!(!mail.text.contains(personal), "{personal} in {}", mail.text);
        }
        assert_eq!(mail.links.len(), 2, "{:?}", mail.links);
        for link in &mail.links {
            assert!(mail.text.lines().any(|line| line == link), "{link} in {}", mail.text);
        }
        assert!(mail.link(CHOOSE) == CHOOSE && mail.link("/staff/letters/letter/queue").ends_with("/queue"));
        // Tom chose nothing.
        digests(&app, "tom@staff.example", 0).await;
        drop(tom);

        // What waits is told again the next day; when it is done, what was done; then nothing.
        app.clock.advance(hours(24));
        app.upkeep().await;
        let mails = digests(&app, MINA, 2).await;
        assert!(mails[0].text.contains("Nothing has changed"), "{}", mails[0].text);
        log_in(&app, &mina, MINA, PASSWORD).await;
        let page = mina.follow(&mina.get("/staff/letters/letter/queue").await, "Bits of Freedom").await;
        press(&mina, &page, "Approve").await.expect(200);
        app.clock.advance(hours(24));
        app.upkeep().await;
        let mails = digests(&app, MINA, 3).await;
        assert!(mails[0].text.contains("Approved: 1\n    Bits of Freedom"), "{}", mails[0].text);
        assert_eq!(mails[0].subject, "What is new: Keep the park open");
        app.clock.advance(days(3));
        app.upkeep().await;
        digests(&app, MINA, 3).await;
        // None from then on, when somebody chooses none.
        log_in(&app, &mina, MINA, PASSWORD).await;
        choose(&mina, "none", "17").await;
        sign_and_verify(&app, "Third Network", "ada@third.example").await;
        app.clock.advance(days(2));
        app.upkeep().await;
        digests(&app, MINA, 3).await;
    }

    async fn three_servers_that_look_at_the_same_moment_mail_it_once(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        choose(&mina, "daily", "12").await;
        app.clock.advance(hours(2));
        waiting(&app, &letter, &[sent("First Network", "https://first.example", "a@first.example")]).await;
        app.clock.advance(hours(2));
        let mut servers = Vec::new();
        for _ in 0..3 {
            servers.push(app.beside().await);
        }
        let [one, two, three] = [0, 1, 2].map(|n| undersigned::upkeep::digests(&servers[n].0, &servers[n].1));
        let (one, two, three) = tokio::join!(one, two, three);
        assert!(one.is_ok() && two.is_ok() && three.is_ok());
        digests(&app, MINA, 1).await;
        // A program that was away for days tells once what has happened since.
        waiting(&app, &letter, &[sent("Second Network", "https://second.example", "a@second.example")]).await;
        app.clock.advance(days(5));
        app.upkeep().await;
        app.upkeep().await;
        let mails = digests(&app, MINA, 2).await;
        assert!(mails[0].text.contains("Second Network") && !mails[0].text.contains("First Network"), "{}", mails[0].text);
    }

    async fn a_day_has_one_mail_in_the_letters_zone_also_when_the_clocks_are_changed(app: TestApp) {
        let zone = Zone::parse("Europe/Brussels").unwrap();
        let closes_at = Some(app.clock.now().plus(days(60)));
        let letter = cast::campaign(&app, Settings { zone, closes_at, ..cast::settings(&app) }).await;
        let mina = moderator(&app, "letter").await;
        // 27 March, 23:00 in Brussels; the clocks are put forward over 02:00 on the 29th.
        app.clock.advance(days(25).checked_add(hours(13)).unwrap());
        log_in(&app, &mina, MINA, PASSWORD).await;
        mina.get(CHOOSE).await.expect(200).says("Brussels time");
        choose(&mina, "daily", "2").await;
        waiting(&app, &letter, &[sent("First Network", "https://first.example", "a@first.example")]).await;
        for count in 1..=2 {
            app.clock.advance(hours(24));
            app.upkeep().await;
            digests(&app, MINA, count).await;
        }
        app.clock.advance(hours(24));
        app.upkeep().await;
        let mails = digests(&app, MINA, 3).await;
        assert!(mails[0].text.contains("since 29 March 2026, 03:00 Brussels time (01:00 UTC)"), "{}", mails[0].text);
    }

    async fn as_it_happens_tells_what_has_happened_and_the_week_is_told_on_monday(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, olu) = (moderator(&app, "letter").await, organizer(&app, "letter").await);
        choose(&mina, "hourly", "8").await;
        choose(&olu, "weekly", "8").await;
        app.clock.advance(minutes(10));
        let ids = waiting(&app, &letter, &[sent("First Network", "https://first.example", "a@first.example")]).await;
        app.upkeep().await;
        digests(&app, MINA, 0).await;
        app.clock.advance(minutes(55));
        app.upkeep().await;
        digests(&app, MINA, 1).await;
        app.clock.advance(hours(5));
        app.upkeep().await;
        digests(&app, MINA, 1).await;
        digests(&app, OLU, 0).await;
        app.clock.advance(days(6).checked_add(hours(17)).unwrap());
        app.upkeep().await;
        let mails = digests(&app, OLU, 1).await;
        assert!(mails[0].text.contains("First Network"), "the Monday after");
        assert!(ids.len() == 1 && !mails[0].text.contains("a@first.example"));
    }

    async fn whoever_does_not_work_on_a_letter_any_more_hears_nothing_of_it(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, ada) = (moderator(&app, "letter").await, crate::support::staff::administrator(&app).await);
        choose(&mina, "daily", "10").await;
        choose(&ada, "daily", "10").await;
        let ids = waiting(&app, &letter, &[sent("First Network", "https://first.example", "a@first.example")]).await;
        entry(&ada, ids[0]).await.says("First Network");
        let (keys, now) = (crate::accounts::keys(&app), app.clock.now());
        let email = undersigned::text::EmailAddress::parse(MINA).unwrap();
        let write = move |tx: &mut undersigned::db::Tx<'_>| {
            let id = undersigned::account::store::by_email(tx, &keys, &email)?.unwrap().id;
            Ok::<_, undersigned::account::store::Error>(undersigned::account::store::set_disabled(tx, id, Some(now))?)
        };
        app.db().await.write(write).await.unwrap();
        app.clock.advance(hours(3));
        app.upkeep().await;
        digests(&app, MINA, 0).await;
        digests(&app, "ada@staff.example", 1).await;
        // Of an archived letter nobody hears.
        crate::support::list::set_at(&app.db().await, &letter, app.clock.now(), |settings| settings.status = Status::Archived).await;
        app.clock.advance(days(2));
        app.upkeep().await;
        digests(&app, "ada@staff.example", 1).await;
    }
}

/// How many digests were written of each letter.
async fn written(app: &TestApp) -> BTreeMap<Option<CampaignId>, i64> {
    let db = app.db().await;
    let read = db.read(|conn| -> Result<Vec<(Option<CampaignId>, i64)>, Error> {
        Ok(both!(conn, |c| outbox::table
            .filter(outbox::kind.eq("digest"))
            .group_by(outbox::campaign_id)
            .select((outbox::campaign_id, diesel::dsl::count_star()))
            .load(c))?)
    });
    read.await.unwrap().into_iter().collect()
}

on_both_engines! {
    async fn the_program_is_killed_while_it_tells_what_is_new_and_no_digest_comes_twice_or_is_left_out(engine: Engine) {
        const MANY: usize = 60;
        let seed = u64::from(std::process::id());
        let (mut rng, relay) = (Rng::new(seed), SmtpServer::start());
        let mut app = TestApp::spawn(engine).await;
        // The program goes by the real time; what is new happened more than a day ago.
        app.clock.advance(Clock::system().now().since(app.clock.now()) - hours(26));
        crate::support::staff::administrator(&app).await;
        let mut letters = Vec::new();
        for n in 0..MANY {
            let slug = Slug::parse(&format!("letter{n}")).unwrap();
            let letter = cast::campaign(&app, Settings { slug, ..cast::settings(&app) }).await;
            waiting(&app, &letter, &[sent("New Network", "https://new.example", "a@new.example")]).await;
            letters.push(letter.id);
        }
        app.stop();
        let told_until = app.clock.now().plus(hours(-24));
        let choose = move |tx: &mut Tx<'_>| -> Result<(), Error> {
            let who: AccountId = both!(&mut **tx, |c| accounts::table.select(accounts::id).first(c))?;
            for letter in &letters {
                let row = (
                    chosen::account_id.eq(who),
                    chosen::campaign_id.eq(*letter),
                    chosen::cadence.eq("daily"),
                    chosen::hour.eq(12_i64),
                    chosen::told_until.eq(told_until),
                );
                both!(&mut **tx, |c| diesel::insert_into(chosen::table).values(row).execute(c))?;
            }
            Ok(())
        };
        app.db().await.write(choose).await.unwrap();
        let machine = Machine::of(&app, &relay);
        let running = machine.survive(&mut rng, 8, 400).await;
        for _ in 0..800 {
            if written(&app).await.len() == MANY {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        drop(running);
        // Who looks once more tells nothing again.
        let running = machine.start().await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        drop(running);
        let written = written(&app).await;
        assert_eq!(written.len(), MANY, "seed {seed}");
        assert!(written.values().all(|count| *count == 1), "seed {seed}: {written:?}");
    }
}
