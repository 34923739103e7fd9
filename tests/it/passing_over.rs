//! One row that cannot be read holds up nobody else: what works in the background goes on with the next, and comes back.

use crate::consenting::{ask, listed, prepare};
use crate::delivering::{PAGE, blank, save};
use crate::mailings::{again, all_want_updates, counted, send};
use crate::support::app::TestApp;
use crate::support::db::Engine;
use crate::support::{both, on_both_engines, staff};
use diesel::prelude::*;
use undersigned::app::Instance;
use undersigned::clock::{days, hours};
use undersigned::db::schema::{accounts, contacts};
use undersigned::db::{Error, Tx, Use};
use undersigned::sign_on::store::contact_key;
use undersigned::text::EmailAddress;

/// An instance that tells decisions at once.
async fn at_once(engine: Engine) -> TestApp {
    TestApp::spawn_with(engine, &[("UNDERSIGNED_MODERATION_DELAY", "0s")]).await
}

/// Puts these bytes where the data of whoever represents an organization is sealed; what was there.
async fn put(app: &TestApp, email: &str, sealed: Vec<u8>) -> Vec<u8> {
    let base_url = app.settings.base_url(app.settings.listen);
    let instance = Instance::open(&app.settings, base_url, app.clock.clone(), Use::Command).await.unwrap();
    let key = contact_key(&instance.app.keys, &EmailAddress::parse(email).unwrap()).as_bytes().to_vec();
    let write = move |tx: &mut Tx<'_>| -> Result<Vec<u8>, Error> {
        let theirs = || contacts::table.filter(contacts::email_key.eq(&key));
        let before = both!(&mut **tx, |c| theirs().select(contacts::sealed).first(c))?;
        both!(&mut **tx, |c| diesel::update(theirs()).set(contacts::sealed.eq(&sealed)).execute(c))?;
        Ok(before)
    };
    instance.app.db.write(write).await.unwrap()
}

fn damaged() -> Vec<u8> {
    vec![7; 60]
}

async fn count(app: &TestApp, to: &str, words: &str) -> usize {
    app.mailbox().all_to(to).await.iter().filter(|mail| mail.subject.contains(words)).count()
}

on_both_engines! {
    async fn whose_data_cannot_be_read_keeps_nobody_else_from_being_told_and_is_told_once_it_can_be(engine: Engine) {
        let app = at_once(engine).await;
        let (_, olu, _) = listed(&app, &["Alder", "Birch", "Cedar"]).await;
        save(&olu, blank(&olu, "The Mayor").await).await.expect(200);
        let sealed = put(&app, "rep@alder.example", damaged()).await;
        let page = olu.get(&format!("{PAGE}/tell?event=delivered")).await.expect(200);
        olu.submit(&page.form_with("seen").tick("sure")).await.expect(200);
        for other in ["rep@birch.example", "rep@cedar.example"] {
            app.mailbox().newest_about(other, "was delivered").await;
        }
        app.upkeep().await;
        assert_eq!(count(&app, "rep@alder.example", "was delivered").await, 0);
        olu.get(PAGE).await.says("2 mails so far");
        put(&app, "rep@alder.example", sealed).await;
        app.clock.advance(hours(1));
        app.upkeep().await;
        app.mailbox().newest_about("rep@alder.example", "was delivered").await;
        let olu = again(&app).await;
        olu.get(PAGE).await.says("3 mails,");
        assert_eq!(count(&app, "rep@birch.example", "was delivered").await, 1);
    }

    async fn whose_data_cannot_be_read_holds_up_no_mailing(engine: Engine) {
        let app = at_once(engine).await;
        let (_, olu, _) = listed(&app, &["Alder", "Birch", "Cedar"]).await;
        all_want_updates(&app).await;
        put(&app, "rep@alder.example", damaged()).await;
        let page = counted(&olu, "updates").await;
        send(&olu, &page).await.says("to 2 addresses");
        for other in ["rep@birch.example", "rep@cedar.example"] {
            app.mailbox().newest_about(other, "News of").await;
        }
    }

    async fn whose_data_cannot_be_read_keeps_nobody_else_from_being_asked_and_the_round_ends(engine: Engine) {
        let app = at_once(engine).await;
        let (_, olu, _) = listed(&app, &["Alder", "Birch"]).await;
        let sealed = put(&app, "rep@alder.example", damaged()).await;
        prepare(&olu).await;
        ask(&olu, "2026-03-16").await;
        app.upkeep().await;
        app.mailbox().newest_saying("rep@birch.example", "/consents/").await;
        app.clock.advance(days(15));
        app.upkeep().await;
        app.mailbox().newest_about("rep@birch.example", "no longer stands").await;
        // Who is off the list is told as soon as they can be.
        assert_eq!(count(&app, "rep@alder.example", "no longer stands").await, 0);
        put(&app, "rep@alder.example", sealed).await;
        app.upkeep().await;
        app.mailbox().newest_about("rep@alder.example", "no longer stands").await;
        app.upkeep().await;
        assert_eq!(count(&app, "rep@birch.example", "no longer stands").await, 1);
    }

    async fn an_account_that_cannot_be_read_keeps_no_digest_from_the_others(app: TestApp) {
        let (_, olu, _) = listed(&app, &["Alder"]).await;
        let mina = staff::moderator(&app, "letter").await;
        for one in [&mina, &olu] {
            let page = one.get("/staff/letters/letter/digest").await.expect(200);
            let form = page.form_with("cadence").choose("cadence", "daily").choose("hour", "17");
            one.submit(&form).await.expect(200);
        }
        crate::support::cast::sign_and_verify(&app, "Bits of Freedom", "ada@bits.example").await;
        // Olu came first, so whose turn comes first is theirs.
        let write = |tx: &mut Tx<'_>| -> Result<(), Error> {
            let first: undersigned::ids::AccountId = both!(&mut **tx, |c| accounts::table
                .order(accounts::id)
                .select(accounts::id)
                .first(c))?;
            both!(&mut **tx, |c| diesel::update(accounts::table.find(first))
                .set(accounts::sealed.eq(damaged()))
                .execute(c))?;
            Ok(())
        };
        app.db().await.write(write).await.unwrap();
        app.clock.advance(hours(10));
        app.upkeep().await;
        app.mailbox().newest_saying("mina@staff.example", "because you chose to").await;
    }
}
