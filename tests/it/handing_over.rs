//! A sign-on is handed to a colleague: by the representative, or by a moderator where that person has left.

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Form, Page};
use crate::support::cast::{open_letter, sign_and_verify};
use crate::support::files::read;
use crate::support::on_both_engines;
use crate::support::queue::{entry, press, sent, waiting};
use crate::support::staff::moderator;
use diesel::connection::SimpleConnection;
use reqwest::Method;
use undersigned::app::Instance;
use undersigned::clock::{days, hours, minutes};
use undersigned::db::{Conn, Error, Use};
use undersigned::secret::{Random, Token};
use undersigned::sign_on::{self, Contact};
use undersigned::text::{EmailAddress, PersonName, RoleTitle};

const ADA: &str = "ada@ngo.example";
const BOB: &str = "bob@ngo.example";
const QUEUE: &str = "/staff/letters/letter/queue";
const OFFER: &str = "Take over your organization";

/// The form that asks a colleague.
async fn offer(ada: &Browser, private: &str, email: &str) -> Form {
    let page = ada.follow(&ada.get(private).await.expect(200), "Hand it to a colleague").await.expect(200);
    page.form_with("representative")
        .fill("representative", "Bob Next")
        .fill("role", "Secretary")
        .fill("email", email)
}

/// Asks a colleague; the path in the mail.
async fn asked(app: &TestApp, ada: &Browser, private: &str, email: &str) -> String {
    let form = offer(ada, private, email).await;
    ada.submit(&form).await.expect(200).says("Until they accept you go on speaking");
    app.mailbox().newest_about(email, OFFER).await.link("/hand-overs/")
}

/// Accepts, with everything that it takes.
fn accept(page: &Page) -> Form {
    page.form_with("answer").choose("basis", "delegated").tick("authority").press_text("Accept")
}

async fn names(app: &TestApp) -> String {
    app.get("/letters/letter.txt").await.expect(200).body
}

on_both_engines! {
    async fn a_colleague_takes_over_and_the_old_link_ends(app: TestApp) {
        open_letter(&app).await;
        let (mina, ada, bob) = (moderator(&app, "letter").await, app.browser(), app.browser());
        let private = sign_and_verify(&app, "Bits of Freedom", ADA).await.link("/sign-ons/");
        let page = mina.follow(&mina.get(QUEUE).await, "Bits of Freedom").await;
        press(&mina, &page, "Approve").await.expect(200);
        app.clock.advance(minutes(11));
        let form = offer(&ada, &private, "Ada@NGO.example").await;
        ada.submit(&form).await.expect(422).says("This is the address that the mails go to now.");
        ada.submit(&form.clone().fill("email", BOB).without("form_token")).await.expect(403);
        let form = form.fill("email", "bob@other.example").fill("representative", "See https://evil.example");
        for _ in 0..2 {
            ada.submit(&form).await.expect(200).says("Asked on").says("bob@other.example");
        }
        let mail = app.mailbox().newest_about("bob@other.example", OFFER).await;
        assert_eq!(app.mailbox().all_to("bob@other.example").await.len(), 1, "pressed twice, asked once");
        assert!(!mail.text.contains("evil") && !mail.text.contains("Ada Example"), "{}", mail.text);
        let link = mail.link("/hand-overs/");

        for _ in 0..2 {
            bob.get(&link).await.expect(200).says("Take over this sign-on?").says("Ada Example").says("Bits of Freedom");
            bob.once(Method::HEAD, &link, None).await.unwrap().expect(200);
        }
        mina.get(&link).await.expect(200).says("You are logged in as staff").hides("Accept");
        ada.get(&private).await.expect(200).says("Ada Example").says("A colleague was asked to take over");
        let page = bob.get(&link).await;
        let hasty = page.form_with("answer").press_text("Accept");
        bob.submit(&hasty).await.expect(422).says("Choose on what your authority").says("Tick the box");
        bob.submit(&accept(&page).smuggle("statement", "I may do everything.")).await.expect(409).says("reworded since");
        bob.submit(&accept(&page).without("form_token")).await.expect(403).says("Take over this sign-on?");
        for _ in 0..2 {
            bob.submit(&accept(&page)).await.at("/hand-overs/accepted").says("You speak for the organization now");
        }
        bob.get(&link).await.at("/hand-overs/accepted");

        for page in ["", "/edit", "/withdraw", "/erase", "/hand-over", "/data.json"] {
            ada.get(&format!("{private}{page}")).await.expect(404).says("We do not know this link");
        }
        let told = app.mailbox().newest_about(ADA, "Somebody else speaks for your organization").await;
        assert!(told.links.is_empty(), "{}", told.text);
        let his = app.mailbox().newest_about("bob@other.example", "You speak for your organization").await.link("/sign-ons/");
        let his = bob.get(&his).await.expect(200).hides("Ada Example").hides(ADA);
        his.says("On the list").says("A colleague took over").says("The head of the organization asked me to sign");
        assert!(names(&app).await.contains("1. Bits of Freedom"), "the entry stays as it is");
        let page = mina.follow(&mina.get(&format!("{QUEUE}?show=approved")).await, "Bits of Freedom").await;
        let page = page.says("at an address of another domain than the one before").says("Took over by the representative.");
        page.says("The address is at other.example, the website is ngo.example: they differ.").hides("Ada Example");
    }

    async fn a_hand_over_is_declined_renewed_and_taken_back(app: TestApp) {
        open_letter(&app).await;
        let (ada, bob) = (app.browser(), app.browser());
        let private = sign_and_verify(&app, "Bits of Freedom", ADA).await.link("/sign-ons/");
        let link = asked(&app, &ada, &private, BOB).await;
        let page = bob.get(&link).await;
        let decline = page.form_with("answer").press_text("Decline");
        for _ in 0..2 {
            bob.submit(&decline).await.at("/hand-overs/declined").says("You have declined");
        }
        bob.submit(&accept(&page)).await.at("/hand-overs/declined");
        app.mailbox().newest_about(ADA, "the hand-over was declined").await;
        ada.get(&private).await.says("Ada Example").says("The colleague declined");

        app.clock.advance(minutes(3));
        asked(&app, &ada, &private, BOB).await;
        let first = app.mailbox().once_there_are(2, BOB).await.remove(0).link("/hand-overs/");
        app.clock.advance(days(14));
        bob.get(&first).await.expect(410).says("This link has expired").hides("Accept");
        let page = ada.get(&format!("{private}/hand-over")).await.says("The link has expired.");
        let renew = page.form_with("do").press_text("Mail the link again");
        for _ in 0..2 {
            ada.submit(&renew).await.expect(200).says("Until they accept");
        }
        let second = app.mailbox().once_there_are(3, BOB).await.remove(0).link("/hand-overs/");
        assert_ne!(first, second);
        bob.get(&first).await.expect(410);
        let page = bob.get(&second).await.expect(200);
        let back = ada.get(&format!("{private}/hand-over")).await.form_with("do").press_text("Take it back");
        for _ in 0..2 {
            ada.submit(&back).await.expect(200).hides(BOB);
        }
        bob.submit(&accept(&page)).await.expect(409).says("Whoever asked you has taken it back.");
        bob.get(&second).await.expect(410);
        ada.get(&private).await.says("The colleague is not asked any more");
    }

    async fn what_was_withdrawn_meanwhile_cannot_be_taken_over(app: TestApp) {
        open_letter(&app).await;
        let (ada, bob) = (app.browser(), app.browser());
        for n in 0..3 {
            let (email, next) = (format!("a{n}@ngo.example"), format!("b{n}@ngo.example"));
            let private = sign_and_verify(&app, &format!("Network {n}"), &email).await.link("/sign-ons/");
            let page = bob.get(&asked(&app, &ada, &private, &next).await).await.expect(200);
            let withdraw = ada.get(&format!("{private}/withdraw")).await.form();
            let acceptance = accept(&page);
            let (taken, withdrawn) = match n {
                0 => {
                    let withdrawn = ada.submit(&withdraw).await;
                    (bob.submit(&acceptance).await, withdrawn)
                }
                _ => tokio::join!(bob.submit(&acceptance), ada.submit(&withdraw)),
            };
            match withdrawn.status.as_u16() {
                200 => {
                    taken.expect(409).says("The sign-on is withdrawn.");
                    bob.get(&page.path).await.expect(410).says("There is nothing to take over");
                    ada.get(&format!("{private}/hand-over")).await.expect(200).says("nothing to hand over any more");
                }
                _ => {
                    taken.at("/hand-overs/accepted");
                    withdrawn.expect(404);
                }
            }
        }
    }

    async fn a_moderator_replaces_a_contact_who_is_told_and_can_object(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, ada, bob) = (moderator(&app, "letter").await, app.browser(), app.browser());
        let ids = waiting(&app, &letter, &[sent("Left Network", "left.example", "ada@left.example")]).await;
        let page = entry(&mina, ids[0]).await;
        let page = mina.follow(&page, "Replace the contact").await.expect(200).says("ada@left.example");
        let form = page.form_with("representative").fill("representative", "Bob Next").fill("role", "Secretary");
        let form = form.fill("email", "bob@left.example");
        mina.submit(&form).await.expect(422).says("Say why: the history keeps it.");
        let form = form.fill("text", "Ada left in May; the office called.");
        mina.submit(&form).await.expect(200).says("A moderator asked somebody else");
        mina.submit(&form).await.expect(200);
        let link = app.mailbox().newest_about("bob@left.example", OFFER).await.link("/hand-overs/");
        assert_eq!(app.mailbox().all_to("bob@left.example").await.len(), 1, "pressed twice, asked once");
        let object = app.mailbox().newest_about("ada@left.example", "Object if you still speak").await.link("/hand-overs/");
        assert!(object.ends_with("/object"));
        app.get(&link.replace("/hand-overs/", "/sign-ons/")).await.expect(404);
        app.get(&format!("{link}/object")).await.expect(404).says("We do not know this link");
        app.get(object.trim_end_matches("/object")).await.expect(404);

        let page = bob.get(&link).await.expect(200).says("lost touch with whoever signed").hides("Ada Example");
        let objecting = ada.get(&object).await.expect(200).says("Do you still speak for the organization?");
        ada.once(Method::HEAD, &object, None).await.unwrap().expect(200);
        bob.get(&link).await.expect(200).says("Take over this sign-on?");
        for _ in 0..2 {
            ada.submit(&objecting.form()).await.at("/hand-overs/objected").says("Your objection is recorded");
        }
        bob.submit(&accept(&page)).await.expect(409).says("This hand-over is on hold");
        app.mailbox().newest_about("mina@staff.example", "Look at a hand-over").await;
        let mails = app.mailbox().all_to("mina@staff.example").await;
        assert_eq!(mails.iter().filter(|mail| mail.subject.starts_with("Look at a hand-over")).count(), 1);
        let seen = entry(&mina, ids[0]).await.says("on hold until a moderator decides").says("Objected to the hand-over");
        let seen = seen.says("Note: Ada left in May; the office called.");
        let page = mina.follow(&seen, "Replace the contact").await.says("On hold");
        let refused = mina.submit(&page.form_with_button("Go on with it")).await.expect(422);
        assert_eq!(refused.texts("p.error"), ["Say why: the history keeps it."], "beside the one that was sent alone");
        assert_eq!(refused.attributes(".summary a", "href"), ["#go-on-text"]);
        assert_eq!(refused.attributes("p.error", "id"), ["go-on-text-error"]);
        let go_on = page.form_with_button("Go on with it").fill("text", "Bob showed the minutes.");
        for _ in 0..2 {
            mina.submit(&go_on).await.expect(200).hides("On hold");
        }
        app.clock.advance(minutes(1));
        let page = bob.get(&link).await.expect(200);
        bob.submit(&accept(&page)).await.at("/hand-overs/accepted");
        app.mailbox().newest_about("ada@left.example", "Somebody else speaks for your organization").await;
        let seen = entry(&mina, ids[0]).await.says("Bob Next, Secretary").hides("Ada Example").says("Somebody else took over on");
        assert!(!seen.text().contains("another domain"));
        app.clock.advance(minutes(1));
        ada.get(&object).await.expect(200).says("They have accepted.");
        let objecting = ada.get(&object).await.form();
        ada.submit(&objecting).await.at("/hand-overs/objected");
        entry(&mina, ids[0]).await.says("Somebody else took over, and whoever spoke before objects");
    }

    async fn what_a_moderator_asked_is_taken_back_by_pressing_once_or_twice(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, bob) = (moderator(&app, "letter").await, app.browser());
        let ids = waiting(&app, &letter, &[sent("Left Network", "left.example", "ada@left.example")]).await;
        let page = mina.follow(&entry(&mina, ids[0]).await, "Replace the contact").await.expect(200);
        let form = page.form_with("representative").fill("representative", "Bob Next").fill("role", "Secretary");
        let form = form.fill("email", "bob@left.example").fill("text", "Ada left in May.");
        let page = mina.submit(&form).await.expect(200).says("A moderator asked somebody else");
        let link = app.mailbox().newest_about("bob@left.example", OFFER).await.link("/hand-overs/");
        let offered = bob.get(&link).await.expect(200);
        app.clock.advance(minutes(3));
        let back = page.form_with_button("Take it back").press_text("Take it back");
        for _ in 0..2 {
            mina.submit(&back).await.expect(200).hides("A moderator asked somebody else");
        }
        bob.submit(&accept(&offered)).await.expect(409).says("Whoever asked you has taken it back.");
        let history = entry(&mina, ids[0]).await;
        assert_eq!(history.text().matches("Took the hand-over back").count(), 1);
    }

    async fn a_mailbox_gets_no_more_than_its_mails_and_a_sign_on_causes_five_a_day(app: TestApp) {
        open_letter(&app).await;
        let ada = app.browser();
        let private = sign_and_verify(&app, "Bits of Freedom", ADA).await.link("/sign-ons/");
        for n in 0..5 {
            app.clock.advance(minutes(3));
            let page = ada.get(&format!("{private}/hand-over")).await;
            let form = match n {
                0 => offer(&ada, &private, BOB).await,
                _ => page.form_with("do").press_text("Mail the link again"),
            };
            ada.submit(&form).await.expect(200).says("at most three mails an hour");
        }
        assert_eq!(app.mailbox().once_there_are(3, BOB).await.len(), 3);
        app.clock.advance(hours(2));
        let page = ada.get(&format!("{private}/hand-over")).await;
        let renew = page.form_with("do").press_text("Mail the link again");
        ada.submit(&renew).await.expect(422).says("Five links were asked for today");
        app.clock.advance(days(1));
        let page = ada.get(&format!("{private}/hand-over")).await;
        ada.submit(&page.form_with("do").press_text("Mail the link again")).await.expect(200);
        assert_eq!(app.mailbox().once_there_are(4, BOB).await.len(), 4);
    }

    async fn who_was_asked_and_never_answered_is_forgotten(app: TestApp) {
        open_letter(&app).await;
        let ada = app.browser();
        let private = sign_and_verify(&app, "Bits of Freedom", ADA).await.link("/sign-ons/");
        let link = asked(&app, &ada, &private, BOB).await;
        app.clock.advance(days(15));
        app.upkeep().await;
        ada.get(&format!("{private}/hand-over")).await.says(BOB);
        app.clock.advance(days(7));
        app.upkeep().await;
        ada.get(&format!("{private}/hand-over")).await.expect(200).hides(BOB);
        app.get(&link).await.expect(410).says("This link has expired");
    }

    async fn a_link_shows_one_persons_data_and_ends_with_it(app: TestApp) {
        let letter = open_letter(&app).await;
        let ids = waiting(&app, &letter, &[sent("Two Network", "two.example", "ada@two.example")]).await;
        let base_url = app.settings.base_url(app.settings.listen);
        let instance = Instance::open(&app.settings, base_url, app.clock.clone(), Use::Command).await.unwrap();
        let (keys, random, now, id) = (instance.app.keys.clone(), Random::system(), app.clock.now(), ids[0]);
        let cleo = Contact {
            name: PersonName::parse("Cleo Second").unwrap(),
            role: RoleTitle::parse("Treasurer").unwrap(),
            email: EmailAddress::parse("cleo@two.example").unwrap(),
            note: None,
            updates: false,
        };
        let tokens = [Token::make(&random), Token::make(&random)];
        let links: Vec<String> = tokens.iter().map(|token| format!("/sign-ons/{}", token.reveal())).collect();
        let write = move |tx: &mut undersigned::db::Tx<'_>| -> Result<(), sign_on::store::ContactError> {
            sign_on::store::insert_contact(tx, &keys, &random, id, &cleo, now)?;
            for contact in sign_on::store::contacts_of(tx, &keys, id)? {
                let token = &tokens[usize::from(contact.name.as_str() == "Cleo Second")];
                assert!(sign_on::store::insert_private_link(tx, token.digest(), contact.id, now)?);
            }
            Ok(())
        };
        instance.app.db.write(write).await.unwrap();
        for (link, own, other) in [(&links[0], "Ada Example", "Cleo Second"), (&links[1], "Cleo Second", "Ada Example")] {
            for page in ["", "/data.json", "/hand-over"] {
                app.get(&format!("{link}{page}")).await.expect(200).hides(other);
            }
            app.get(link).await.says(own);
        }
        let cleo = app.browser();
        let page = cleo.get(&format!("{}/erase", links[1])).await.expect(200);
        let form = page.form_with("email");
        cleo.submit(&form.clone().fill("email", "ada@two.example")).await.expect(422).says("Nothing is held about this address");
        cleo.submit(&form.fill("email", "cleo@two.example")).await.at("/sign-ons/erased").says("What names you is erased");
        cleo.get(&links[1]).await.expect(404);
        app.get(&links[0]).await.expect(200).says("Ada Example");
    }

    async fn links_mailed_before_belong_to_the_contact_that_there_was(app: TestApp) {
        open_letter(&app).await;
        let private = sign_and_verify(&app, "Bits of Freedom", ADA).await.link("/sign-ons/");
        let db = app.db().await;
        for way in ["down", "up"] {
            db.write(move |tx| match tx.as_mut() {
                Conn::Sqlite(conn) => conn.batch_execute(&migration("sqlite", way)).map_err(Error::from),
                Conn::Pg(conn) => conn.batch_execute(&migration("postgres", way)).map_err(Error::from),
            })
            .await
            .unwrap();
        }
        app.get(&private).await.expect(200).says("Ada Example").says(ADA);
    }
}

fn migration(engine: &str, way: &str) -> String {
    read(&format!("migrations/{engine}/00000000000190_links_of_contacts/{way}.sql"))
}
