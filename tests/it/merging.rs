//! What holds for an entry that was merged into another one: objections, erasing, replacing, undoing, upkeep.

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Page};
use crate::support::cast::{self, open_letter, sign_and_verify};
use crate::support::on_both_engines;
use crate::support::queue::{entry, press, sent, waiting};
use crate::support::staff::moderator;
use diesel::connection::SimpleConnection;
use std::time::Duration;
use undersigned::app::Instance;
use undersigned::clock::{days, minutes};
use undersigned::db::{Conn, Error, Tx, Use};
use undersigned::ids::SignOnId;
use undersigned::sign_on::{self, Standing};

const SECOND: &str = "Add as a second contact";
const QUESTION: &str = "Say whether your organization signed";
const ADA: &str = "ada@ngo.example";
const BOB: &str = "bob@press.ngo.example";

async fn listed(app: &TestApp) -> Vec<String> {
    for _ in 0..40 {
        let page = app.get("/letters/letter").await;
        if page.status == 200 {
            return page.texts("ol.names li > bdi");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the letter is not there after 2 s");
}

/// Whoever reads a published address of the organization is asked about an entry; the link that they get.
async fn ask(app: &TestApp, mina: &Browser, id: SignOnId, to: &str) -> String {
    let page = mina.follow(&entry(mina, id).await, "Ask the organization itself").await.expect(200);
    mina.submit(&page.form_with_button("Send the question").fill("email", to)).await.expect(200);
    app.mailbox().newest_about(to, QUESTION).await.link("/notices/")
}

async fn object(app: &TestApp, link: &str) {
    let organization = app.browser();
    let page = organization.get(link).await.expect(200);
    let no = page.form_with_button("No, we did not agree").press_text("No, we did not agree");
    organization.submit(&no).await.expect(200).says("Your objection is recorded");
}

/// An entry that is on the list, and another one of the organization that waits.
async fn one_listed_one_waiting(app: &TestApp) -> (Browser, [SignOnId; 2]) {
    let letter = open_letter(app).await;
    let mina = moderator(app, "letter").await;
    let all = [
        sent("Asked Network", "asked.example", "a@asked.example"),
        sent("Asked network", "asked.example", "b@asked.example"),
    ];
    let ids = waiting(app, &letter, &all).await;
    press(&mina, &entry(&mina, ids[0]).await, "Approve").await.expect(200);
    assert_eq!(listed(app).await, ["Asked Network"]);
    app.clock.advance(minutes(11));
    (mina, [ids[0], ids[1]])
}

/// Changes the database as somebody does who has it in their hands.
async fn by_hand(app: &TestApp, sql: &'static str) {
    let change = move |tx: &mut Tx<'_>| -> Result<(), Error> {
        match &mut **tx {
            Conn::Sqlite(conn) => conn.batch_execute(sql).map_err(Error::from),
            Conn::Pg(conn) => conn.batch_execute(sql).map_err(Error::from),
        }
    };
    app.db().await.write(change).await.unwrap();
}

fn on_hold(page: &Page) -> bool {
    page.text().contains("On hold")
}

on_both_engines! {
    async fn what_nobody_verified_is_not_given_back_under_what_was_merged_into_it(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        cast::sign(&app, "Paper Network", ADA).await;
        let campaign = letter.id;
        let unverified = app.db().await;
        let unverified = unverified
            .read(move |conn| sign_on::store::in_standing(conn, campaign, &[Standing::AwaitingVerification]))
            .await
            .unwrap();
        let id = unverified[0].id;
        let form = entry(&mina, id).await.form_with_button("Approve with this evidence").fill("received", "paper");
        let form = form.fill("text", "A letter signed by Ada.").fill("vouched_by", "Ben Example");
        mina.submit(&form).await.expect(200);
        app.clock.advance(minutes(1));
        sign_and_verify(&app, "paper network", BOB).await;
        let waits = mina.follow(&mina.get("/staff/letters/letter/queue").await, "paper network").await.expect(200);
        app.clock.advance(minutes(1));
        press(&mina, &waits, SECOND).await.expect(200);
        app.clock.advance(minutes(1));
        let page = entry(&mina, id).await;
        press(&mina, &page, "Undo the decision").await.expect(409).says("Another entry was merged into this one since");
        entry(&mina, id).await.says("On the list");
        app.clock.advance(days(29));
        app.upkeep().await;
        assert_eq!(listed(&app).await, ["Paper Network"]);
    }

    async fn a_part_of_the_upkeep_that_fails_does_not_stop_the_others(app: TestApp) {
        open_letter(&app).await;
        let link = cast::sign(&app, "Late Network", ADA).await.link("/verify/");
        app.clock.advance(days(22));
        by_hand(&app, "alter table reports rename to reports_away").await;
        let base_url = app.settings.base_url(app.settings.listen);
        let instance = Instance::open(&app.settings, base_url, app.clock.clone(), Use::Command).await.unwrap();
        let round = undersigned::upkeep::round(&instance.app).await;
        by_hand(&app, "alter table reports_away rename to reports").await;
        assert!(round.is_err(), "the part that failed is told");
        app.get(&link).await.expect(404);
        let open = app.db().await.read(|conn| undersigned::audit::unlinked(conn, None, 10)).await.unwrap();
        assert!(open.is_empty(), "the history is linked");
    }

    async fn an_objection_about_a_merged_entry_takes_the_one_that_stands_for_it_off_the_list(app: TestApp) {
        let (mina, [stands, merged]) = one_listed_one_waiting(&app).await;
        let link = ask(&app, &mina, merged, "press@asked.example").await;
        app.clock.advance(minutes(1));
        press(&mina, &entry(&mina, merged).await, SECOND).await.expect(200);
        app.clock.advance(minutes(1));
        object(&app, &link).await;
        assert!(listed(&app).await.is_empty());
        assert!(on_hold(&entry(&mina, stands).await));
        app.clock.advance(minutes(1));
        press(&mina, &entry(&mina, merged).await, "Undo the decision").await.expect(200);
        assert!(on_hold(&entry(&mina, merged).await), "the objection was about this one");
    }

    async fn what_is_put_back_after_an_objection_is_on_hold(app: TestApp) {
        let (mina, [id, _]) = one_listed_one_waiting(&app).await;
        let link = ask(&app, &mina, id, "press@asked.example").await;
        app.clock.advance(minutes(1));
        let removal = entry(&mina, id).await.form_with_button("Remove").fill("reason", "asked_for");
        mina.submit(&removal).await.expect(200);
        app.clock.advance(minutes(1));
        object(&app, &link).await;
        app.clock.advance(minutes(1));
        press(&mina, &entry(&mina, id).await, "Undo the decision").await.expect(200);
        assert!(listed(&app).await.is_empty());
        assert!(on_hold(&entry(&mina, id).await));
    }

    async fn whoever_signed_twice_is_erased_in_both(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let all = [
            sent("Twice Network", "twice.example", "a@twice.example"),
            sent("Twice network", "twice.example", "a@twice.example"),
        ];
        let ids = waiting(&app, &letter, &all).await;
        press(&mina, &entry(&mina, ids[0]).await, "Approve").await.expect(200);
        app.clock.advance(minutes(11));
        let link = app.mailbox().newest_about("a@twice.example", "is on the list").await.link("/sign-ons/");
        press(&mina, &entry(&mina, ids[1]).await, SECOND).await.expect(200);
        app.clock.advance(minutes(11));
        let ada = app.browser();
        let form = ada.get(&format!("{link}/erase")).await.expect(200).form_with("email");
        ada.submit(&form.fill("email", "a@twice.example")).await.expect(200);
        let base_url = app.settings.base_url(app.settings.listen);
        let instance = Instance::open(&app.settings, base_url, app.clock.clone(), Use::Command).await.unwrap();
        for id in ids {
            let keys = instance.app.keys.clone();
            let held = app.db().await.read(move |conn| sign_on::store::contacts_of(conn, &keys, id)).await;
            assert!(held.unwrap().is_empty());
        }
    }

    async fn a_sixth_ask_destroys_nothing_and_leaves_the_moderators_theirs(app: TestApp) {
        open_letter(&app).await;
        let (mina, ada) = (moderator(&app, "letter").await, app.browser());
        let private = sign_and_verify(&app, "Bits of Freedom", ADA).await.link("/sign-ons/");
        let page = mina.follow(&mina.get("/staff/letters/letter/queue").await, "Bits of Freedom").await.expect(200);
        let ask = format!("{private}/hand-over");
        let form = ada.get(&ask).await.form_with("representative");
        let form = form.fill("representative", "Bob Next").fill("role", "Secretary");
        ada.submit(&form.fill("email", "bob@ngo.example")).await.expect(200);
        for n in 1..6 {
            app.clock.advance(minutes(3));
            let again = ada.get(&ask).await.form_with_button("Mail the link again").press_text("Mail the link again");
            let answer = ada.submit(&again).await;
            match n {
                5 => answer.expect(422).says("Five links were asked for today"),
                _ => answer.expect(200),
            };
        }
        ada.get(&ask).await.expect(200).says("bob@ngo.example");
        app.clock.advance(minutes(3));
        let page = mina.follow(&mina.get(&page.path).await, "Replace the contact").await.expect(200);
        let form = page.form_with("representative").fill("representative", "Cleo New").fill("role", "Chair");
        let form = form.fill("email", "cleo@ngo.example").fill("text", "Ada left.");
        mina.submit(&form).await.expect(200).says("A moderator asked somebody else");
    }
}
