//! What organizers write to many: counted, confirmed, sent once to each address, and stopped.

mod audiences;
mod cut_off;

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Form, Page};
use crate::support::queue::{sent, waiting};
use crate::support::smtp::SmtpServer;
use crate::support::{cast, on_both_engines, staff};
use diesel::prelude::*;
use std::time::Duration;
use undersigned::campaign::Campaign;
use undersigned::clock::minutes;
use undersigned::db::schema::{contacts, mailing_recipients, mailings};
use undersigned::db::{Error, Tx};
use undersigned::ids::SignOnId;

pub(crate) const PAGE: &str = "/staff/letters/letter/mailings";
pub(crate) const SUBJECT: &str = "News of “{letter}”";
pub(crate) const TEXT: &str = "Dear colleagues of\n{organization}\n\nthe council meets on Monday: https://council.example/agenda.\n\n- one\n- two\n\n{link}";

/// A letter with these names on its list, of which their representatives have been told.
pub(crate) async fn listed(app: &TestApp, names: &[&str]) -> (Campaign, Browser, Vec<SignOnId>) {
    let (letter, _, ids) = crate::consenting::listed(app, names).await;
    app.clock.advance(minutes(11));
    (letter, again(app).await, ids)
}

/// Somebody who runs the letter, after a while in which what they showed, or their session, has ended.
pub(crate) async fn again(app: &TestApp) -> Browser {
    let browser = app.browser();
    staff::log_in(app, &browser, "olu@staff.example", staff::PASSWORD).await;
    browser
}

/// The form of a new mailing, filled in.
pub(crate) async fn form(olu: &Browser, audience: &str) -> Form {
    let page = olu.get(PAGE).await.expect(200);
    page.form_with("audience").choose("audience", audience).fill("subject", SUBJECT).fill("body", TEXT)
}

/// Writes a mailing; the page that says to how many it goes.
pub(crate) async fn counted(olu: &Browser, audience: &str) -> Page {
    let form = form(olu, audience).await;
    olu.submit(&form.press_text("Save, and count whom it goes to")).await.expect(200)
}

/// Sends it, and waits until it has gone to everybody; its page.
pub(crate) async fn send(olu: &Browser, counted: &Page) -> Page {
    let page = olu.submit(&counted.form_with("counted").tick("sure")).await.expect(200);
    until_sent(olu, &page.path).await
}

pub(crate) async fn until_sent(olu: &Browser, path: &str) -> Page {
    for _ in 0..200 {
        let page = olu.get(path).await.expect(200);
        if page.texts(".state").first().is_some_and(|word| word == "Sent") {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it was not sent within 10 s: {:?}", olu.get(path).await);
}

/// Has everybody at these addresses, or at all of them, get updates.
pub(crate) async fn all_want_updates(app: &TestApp) {
    let write = |tx: &mut Tx<'_>| -> Result<(), Error> {
        crate::support::both!(&mut **tx, |c| diesel::update(contacts::table)
            .set(contacts::updates.eq(true))
            .execute(c))?;
        Ok(())
    };
    app.db().await.write(write).await.unwrap();
}

on_both_engines! {
    async fn a_mailing_is_counted_confirmed_and_goes_to_each_address_once(app: TestApp) {
        let (letter, olu, _) = listed(&app, &["Alder", "Birch"]).await;
        // The same mailbox, written in another way, for another organization, a little later.
        app.clock.advance(minutes(1));
        let ids = waiting(&app, &letter, &[sent("Cedar", "https://cedar.example", "REP@Alder.Example")]).await;
        let entry = crate::support::queue::entry(&olu, ids[0]).await;
        crate::support::queue::press(&olu, &entry, "Approve").await.expect(200);
        app.clock.advance(minutes(11));
        let olu = again(&app).await;
        app.mailbox().all_to("rep@alder.example").await;
        let before = app.mailbox().all().await.len();
        let page = counted(&olu, "signed").await.says("Send it to 2 addresses?").says("1 because the address gets it for another entry");
        let page = page.says("They cannot switch this off").says("Subject: News of “Keep the park open”").says("Example Federation");
        olu.get(PAGE).await.says("Draft").hides("Sending");
        // Nothing is sent by one press: the box has to be ticked.
        let refused = olu.submit(&page.form_with("counted")).await.expect(422).says("Tick this if it may be sent.");
        olu.get(PAGE).await.says("Draft");
        let done = send(&olu, &refused).await.says("to 2 addresses").says("by Olu Organizer");
        // Pressed once more, it is the same.
        olu.submit(&page.form_with("counted").tick("sure")).await.expect(200).says("to 2 addresses");
        let mails = app.mailbox().all().await;
        assert_eq!(mails.len(), before + 2);
        for (address, line) in [("rep@alder.example", "Alder"), ("rep@birch.example", "Birch")] {
            let mail = app.mailbox().newest_about(address, "News of “Keep the park open”").await;
            assert!(mail.text.contains(&format!("    {line}\n")), "{}", mail.text);
            assert!(mail.text.contains("because your organization signed the letter"), "{}", mail.text);
            app.get(&mail.link("/sign-ons/")).await.expect(200).says(line);
            assert!(!mail.text.contains("/unsubscribe/"), "it is necessary: {}", mail.text);
        }
        assert_eq!(done.texts("dl.facts dd")[3].split(' ').next(), Some("2"), "{done:?}");
        olu.get("/staff/letters/letter/history").await.says("wrote a mailing").says("began a mailing").says("finished a mailing");
        // A second mailing is another one.
        let again = counted(&olu, "signed").await.says("Send it to 2 addresses?");
        send(&olu, &again).await;
        assert_eq!(app.mailbox().all().await.len(), before + 4);
    }

    async fn a_count_that_has_changed_is_said_and_nothing_is_sent(app: TestApp) {
        let (letter, olu, _) = listed(&app, &["Alder"]).await;
        let page = counted(&olu, "signed").await.says("Send it to 1 address?");
        crate::consenting::join(&app, &letter, &olu, &["Birch"]).await;
        app.clock.advance(minutes(11));
        let olu = again(&app).await;
        app.mailbox().newest_about("rep@birch.example", "Keep the park open").await;
        let before = app.mailbox().all().await.len();
        let form = page.form_with("counted").tick("sure");
        let page = olu.submit(&form).await.expect(409).says("The count has changed, so nothing was sent.");
        let page = page.says("It was 1 when you looked, and is 2 now.");
        assert!(!page.form_with("counted").is_ticked("sure"), "the new number is confirmed anew");
        assert_eq!(app.mailbox().all().await.len(), before);
        send(&olu, &page).await.says("to 2 addresses");
        // A draft that somebody has changed meanwhile is not sent.
        let page = counted(&olu, "signed").await;
        let draft = olu.get(&page.link("Back to the draft")).await.expect(200);
        let form = draft.form_with("audience").fill("subject", "Another subject");
        olu.submit(&form.press_text("Save as a draft")).await.expect(200).says("The draft is saved.");
        olu.submit(&page.form_with("counted").tick("sure")).await.expect(409).says("Somebody changed it");
    }

    async fn what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(app: TestApp) {
        let (_, olu, _) = listed(&app, &["Alder"]).await;
        for (subject, body, said) in [
            ("", TEXT, "Write a subject"),
            (SUBJECT, " ", "Write the text of the mail."),
            (SUBJECT, "One\n\n<b>Two</b>", "Line 3: write words alone. HTML is not read here."),
            (SUBJECT, "![x](y)", "Line 1: mails of the letter have no pictures."),
            (SUBJECT, "a\n[here](https://evil.example)", "Line 2: write the address itself"),
            (SUBJECT, "{name}", "Line 1: nothing is filled in for {name}."),
            (SUBJECT, "Open {link} now", "Line 1: put {link} on a line of its own."),
            (SUBJECT, "a \u{202E} b", "Line 1: Remove the invisible text-direction character"),
            ("News\u{200B}", TEXT, "Remove the invisible character"),
        ] {
            let form = form(&olu, "updates").await.fill("subject", subject).fill("body", body);
            for button in ["Save as a draft", "Look at it", "Save, and send a test to me"] {
                let page = olu.submit(&form.clone().press_text(button)).await.expect(422).says(said);
                let again = page.form_with("audience");
                assert_eq!(again.value("subject"), subject);
                assert_eq!(again.value("body").trim(), body.trim());
            }
        }
        assert!(olu.get(PAGE).await.text().contains("Nothing has been mailed to many yet."));
        // What is fine is looked at without being saved, as text and as the HTML that goes out.
        let form = form(&olu, "updates").await;
        let page = olu.submit(&form.clone().press_text("Look at it")).await.expect(200).says("As it goes out");
        assert!(page.raw_text("pre").contains("because you asked for updates about the letter"));
        let html = olu.submit(&form.press_text("Open its HTML part")).await.expect(200);
        assert!(html.header("content-security-policy").contains("sandbox"));
        assert!(html.body.contains("href=\"https://council.example/agenda\"") && html.body.contains("<li dir=\"auto\">two</li>"), "{}", html.body);
        olu.get(PAGE).await.says("Nothing has been mailed to many yet.");
    }

    async fn a_test_goes_to_its_writer_alone_marked_and_not_often(app: TestApp) {
        let (_, olu, _) = listed(&app, &["Alder"]).await;
        let tests = async || {
            let all = app.mailbox().all().await;
            all.into_iter().filter(|mail| mail.subject.starts_with("[Test]")).collect::<Vec<_>>()
        };
        let form = form(&olu, "signed").await.press_text("Save, and send a test to me");
        let page = olu.submit(&form).await.expect(200).says("A test is on its way to you.");
        let mail = app.mailbox().newest_about("olu@staff.example", "[Test]").await;
        assert_eq!(mail.subject, "[Test] News of “Keep the park open”");
        assert!(mail.text.contains("Example Federation"), "{}", mail.text);
        let again = page.form_with("audience").press_text("Save, and send a test to me");
        olu.submit(&again).await.expect(200).says("less than a minute ago");
        app.mailbox().newest_to("olu@staff.example").await;
        assert_eq!(tests().await.len(), 1);
        app.clock.advance(minutes(2));
        olu.submit(&again).await.expect(200).says("A test is on its way to you.");
        app.mailbox().newest_to("olu@staff.example").await;
        let all = tests().await;
        assert!(all.len() == 2 && all.iter().all(|mail| mail.to == "olu@staff.example"));
    }

    async fn a_draft_is_thrown_away_only_after_a_page_that_asks(app: TestApp) {
        let (_, olu, _) = listed(&app, &["Alder"]).await;
        let form = form(&olu, "signed").await.press_text("Save as a draft");
        let page = olu.submit(&form).await.expect(200).says("The draft is saved. Nobody has been sent it.");
        // Pressed twice makes one.
        olu.submit(&form).await.expect(200);
        assert_eq!(olu.get(PAGE).await.texts("tbody tr").len(), 1);
        let ask = olu.get(&page.link("Throw this draft away")).await.expect(200).says("Throw this draft away?");
        olu.get(PAGE).await.says("Draft");
        olu.submit(&ask.form_with("version").press_text("Throw it away")).await.expect(200).says("The draft is thrown away.");
        olu.get(PAGE).await.says("Nothing has been mailed to many yet.");
        olu.get(&page.path).await.expect(404);
    }
}

on_both_engines! {
    async fn one_that_is_on_its_way_is_stopped_and_the_rest_is_not_written_to(engine: Engine) {
        const MANY: usize = 230;
        // The relay is away, so what is written waits: a hundred, and no more.
        let url = format!("smtp://127.0.0.1:{}?tls=none", crate::support::smtp::closed_port());
        let app = TestApp::spawn_with(engine, &[("UNDERSIGNED_SMTP_URL", &url)]).await;
        let letter = cast::open_letter(&app).await;
        let olu = staff::organizer(&app, "letter").await;
        many(&app, &letter, MANY).await;
        let page = counted(&olu, "updates").await.says(&format!("Send it to {MANY} addresses?"));
        let page = olu.submit(&page.form_with("counted").tick("sure")).await.expect(200);
        let mut far = String::new();
        for _ in 0..100 {
            far = olu.get(&page.path).await.text();
            if far.contains(&format!("Sending 100 of {MANY}")) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(far.contains(&format!("Sending 100 of {MANY}")), "{far}");
        let ask = olu.get(&olu.get(&page.path).await.link("Stop it")).await.expect(200).says("Stop it?");
        let stopped = olu.submit(&ask.form_with("version").press_text("Stop it")).await.expect(200);
        let stopped = stopped.says("by Olu Organizer").says("The rest was not written to.").text();
        // What the postman holds at this moment goes; he holds four at most.
        let gone: i64 = stopped.split("Stopped ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap().parse().unwrap();
        assert!(gone <= 4, "{stopped}");
        olu.submit(&ask.form_with("version").press_text("Stop it")).await.expect(200).says("Stopped");
        tokio::time::sleep(Duration::from_millis(1500)).await;
        let db = app.db().await;
        let left = db.read(|conn| -> Result<(i64, i64), Error> {
            let waiting = undersigned::db::schema::outbox::table
                .filter(undersigned::db::schema::outbox::kind.eq("mailing-updates"))
                .filter(undersigned::db::schema::outbox::state.eq("waiting"));
            Ok((
                crate::support::both!(conn, |c| waiting.count().get_result(c))?,
                crate::support::both!(conn, |c| mailing_recipients::table.count().get_result(c))?,
            ))
        });
        let (waiting, rows) = left.await.unwrap();
        assert!(waiting <= gone && rows == gone, "{waiting} wait and {rows} were written to, {gone} are said");
    }

    async fn only_updates_can_be_ended_by_one_press_and_what_came_back_is_said(engine: Engine) {
        let relay = SmtpServer::start();
        let app = TestApp::spawn_with(engine, &[("UNDERSIGNED_SMTP_URL", &relay.url())]).await;
        let (letter, olu, _) = listed(&app, &["Alder"]).await;
        let ids = waiting(&app, &letter, &[sent("Birch", "https://birch.example", "rep@birch.example")]).await;
        all_want_updates(&app).await;
        relay.toward("rep@birch.example", crate::support::smtp::Act::Say("550 5.1.1 no such mailbox"));
        let page = counted(&olu, "updates").await.says("Send it to 2 addresses?");
        send(&olu, &page).await;
        let update = until(&relay, "rep@alder.example", "News of").await;
        let link = update.header("List-Unsubscribe").expect("one press ends updates");
        assert!(link.starts_with(&format!("<{}/unsubscribe/", app.base_url)) && link.ends_with('>'), "{link}");
        assert_eq!(update.header("List-Unsubscribe-Post").as_deref(), Some("List-Unsubscribe=One-Click"));
        let mut refused = false;
        for _ in 0..100 {
            refused = olu.get(&format!("/staff/sign-ons/{}", ids[0])).await.text().contains("came back");
            if refused {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(refused, "the entry says that mail came back");
        // News of the letter itself has no such link.
        let news = counted(&olu, "signed").await;
        send(&olu, &news).await;
        let mut mails = Vec::new();
        for _ in 0..200 {
            // They have been told of a decision, too.
            mails = relay.received_for("rep@alder.example");
            mails.retain(|mail| mail.header("Subject").is_some_and(|is| is.contains("News of") || is.contains("=?utf-8?")));
            if mails.len() == 2 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let with = mails.iter().filter(|mail| mail.header("List-Unsubscribe").is_some()).count();
        assert_eq!((mails.len(), with), (2, 1), "{mails:?}");
        // It is not written to again, until a mail to it is taken.
        counted(&olu, "updates").await.says("Send it to 1 address?").says("1 because mail to them came back");
        relay.mend();
        // What they are told next is taken: a question, which leaves them among those who asked for updates.
        let page = crate::support::queue::entry(&olu, ids[0]).await;
        let hold = page.form_with_button("Hold").fill("text", "Who speaks for you?");
        olu.submit(&hold).await.expect(200);
        app.clock.advance(minutes(11));
        let olu = again(&app).await;
        let mut is_mended = false;
        for _ in 0..200 {
            is_mended = !crate::support::queue::entry(&olu, ids[0]).await.text().contains("came back");
            if is_mended {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(is_mended, "a mail to them was taken");
        counted(&olu, "updates").await.says("Send it to 2 addresses?");
    }
}

async fn until(relay: &SmtpServer, to: &str, subject: &str) -> crate::support::smtp::Received {
    for _ in 0..200 {
        let about = |mail: &crate::support::smtp::Received| {
            mail.header("Subject").is_some_and(|is| is.contains(subject) || is.contains("=?utf-8?"))
                && mail.header("List-Unsubscribe").is_some()
        };
        if let Some(mail) = relay.received_for(to).into_iter().find(about) {
            return mail;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no such mail to {to}: {:?}", relay.received());
}

/// So many organizations that asked for updates.
pub(crate) async fn many(app: &TestApp, letter: &undersigned::campaign::Campaign, many: usize) {
    let names: Vec<String> = (0..many).map(|n| format!("Tree{n}")).collect();
    let sites: Vec<String> = (0..many).map(|n| format!("https://tree{n}.example")).collect();
    let addresses: Vec<String> = (0..many).map(|n| format!("rep@tree{n}.example")).collect();
    let all: Vec<_> = (0..many).map(|n| sent(&names[n], &sites[n], &addresses[n])).collect();
    waiting(app, letter, &all).await;
    all_want_updates(app).await;
}

/// How many mailings there are in a state.
pub(crate) async fn in_state(app: &TestApp, state: &'static str) -> i64 {
    let read = move |conn: &mut undersigned::db::Conn| -> Result<i64, Error> {
        Ok(crate::support::both!(conn, |c| mailings::table
            .filter(mailings::state.eq(state))
            .count()
            .get_result(c))?)
    };
    app.db().await.read(read).await.unwrap()
}
