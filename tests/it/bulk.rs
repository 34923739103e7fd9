//! One decision about many: what was listed and ticked, each as if it had been decided by itself.

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Form, Page};
use crate::support::cast::{self, open_letter};
use crate::support::on_both_engines;
use crate::support::queue::{Sent, entry, press, sent, waiting};
use crate::support::staff::{moderator, second_moderator};
use futures_util::future::join_all;
use reqwest::Method;
use undersigned::clock::minutes;
use undersigned::ids::SignOnId;
use undersigned::text::Slug;

const QUEUE: &str = "/staff/letters/letter/queue";

/// The form of the queue with these ticked.
async fn ticked(browser: &Browser, ids: &[SignOnId]) -> Form {
    let page = browser.get(QUEUE).await.expect(200);
    let boxes = page.attributes("input[name=entry]", "value");
    ids.iter().fold(page.form_with("listed"), |form, id| {
        let value = boxes.iter().find(|value| value.starts_with(&id.to_string()));
        form.choose("entry", value.expect("it is not listed"))
    })
}

async fn decide(browser: &Browser, form: &Form, button: &str) -> Page {
    browser.submit(&form.clone().press_text(button)).await
}

/// The names under a heading of the result.
fn results(page: &Page) -> Vec<String> {
    page.texts("main ul li")
}

async fn listed(app: &TestApp) -> Vec<String> {
    for _ in 0..40 {
        let page = app.get("/letters/letter").await;
        if page.status == 200 {
            return page.texts("ol.names li");
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the letter is not there after 2 s");
}

on_both_engines! {
    async fn what_is_ticked_is_decided_and_the_rest_is_named_with_its_reason(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        let receipt = cast::sign_and_verify(&app, "Gone Network", "a@gone.example").await;
        let ids = waiting(&app, &letter, &[
            sent("Clear Network", "clear.example", "a@clear.example"),
            sent("N\u{435}twork", "network.example", "a@network.example"),
            sent("Decided Network", "decided.example", "a@decided.example"),
            sent("Article 91", "article91.example", "a@article91.example"),
            sent("ARTICLE91", "other.example", "a@other.example"),
            sent("Claimed Network", "claimed.example", "a@claimed.example"),
            sent("Left Network", "left.example", "a@left.example"),
        ])
        .await;
        let queue = mina.get(QUEUE).await.expect(200);
        let gone = queue.attributes("input[name=entry]", "value");
        let gone = gone.iter().find(|value| !ids.iter().any(|id| value.starts_with(&id.to_string()))).unwrap();
        let form = ticked(&mina, &ids[..6]).await.choose("entry", gone);
        // Meanwhile one is decided, one withdrawn, one claimed.
        let page = entry(&tom, ids[2]).await;
        let next = tom.submit(&page.form_with_button("Hold")).await.expect(200);
        press(&tom, &next, "Let it go").await.expect(200);
        let theirs = app.browser();
        let ask = theirs.get(&format!("{}/withdraw", receipt.link("/sign-ons/"))).await.expect(200);
        theirs.submit(&ask.form()).await.expect(200);
        let page = entry(&tom, ids[5]).await;
        press(&tom, &page, "Claim it").await.expect(200);

        let page = decide(&mina, &form, "Approve those ticked").await.expect(200).says("2 approved, 5 skipped");
        page.clone().says("The mails go out at 2 March 2026, 09:10 UTC.");
        let results = results(&page);
        assert_eq!(results[..2], ["Clear Network", "Article 91"]);
        let of = |name: &str| results.iter().find(|line| line.starts_with(name)).cloned().unwrap_or_default();
        for (name, why) in [
            ("Gone Network", "It has changed since: Withdrawn. The last act was by the representative, 2 March 2026, 09:00 UTC."),
            ("N\u{435}twork", "Its letters can deceive."),
            ("Decided Network", "It has changed since: On hold. The last act was by Tom Twice, 2 March 2026, 09:00 UTC."),
            ("ARTICLE91", "An organization of this name is on the list."),
            ("Claimed Network", "Claimed by Tom Twice, just now."),
        ] {
            assert!(of(name).contains(why), "{name}: {results:?}");
        }
        assert_eq!(listed(&app).await, ["Article 91, Kenya", "Clear Network, Kenya"]);
        entry(&mina, ids[6]).await.says("Waiting for review");

        // Sent once more, it is the first answer for what was done.
        let again = decide(&mina, &form, "Approve those ticked").await.expect(200);
        again.says("2 approved, 5 skipped");
        app.clock.advance(minutes(11));
        app.mailbox().newest_about("a@clear.example", "on the list").await;
        assert_eq!(app.mailbox().all_to("a@clear.example").await.len(), 1);
    }

    async fn a_decision_about_many_is_each_decision_by_itself(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let ids = waiting(&app, &letter, &[
            sent("Single Network", "single.example", "a@single.example"),
            sent("Many Network", "many.example", "a@many.example"),
            sent("Silent Network", "silent.example", "a@silent.example"),
        ])
        .await;
        let form = entry(&mina, ids[0]).await.form_with_button("Reject");
        let words = ("Only libraries\nsign.", "not_eligible");
        mina.submit(&form.fill("reason", words.1).fill("text", words.0)).await.expect(200);
        let many = ticked(&mina, &ids[1..2]).await.fill("reason", words.1).fill("text", words.0);
        decide(&mina, &many, "Reject those ticked").await.expect(200).says("1 rejected");
        let silent = ticked(&mina, &ids[2..]).await.untick("notify").fill("reason", words.1);
        let mend = decide(&mina, &silent, "Reject those ticked").await.expect(422);
        let mend = mend.says("Write why the representative is not told.").form_with("listed");
        assert!(mend.is_ticked("entry"), "the ticks are kept");
        decide(&mina, &mend.fill("text", "A test of ours."), "Reject those ticked").await.expect(200);

        let history = |page: Page| page.texts("dl.dated dd");
        let single = history(entry(&mina, ids[0]).await);
        let of_many = history(entry(&mina, ids[1]).await);
        assert_eq!(single.last(), of_many.last());
        entry(&mina, ids[2]).await.says("Rejected by Mina Moderator. Note: A test of ours.");
        let noted = waiting(&app, &letter, &[sent("Noted Network", "noted.example", "a@noted.example")]).await;
        let many = ticked(&mina, &noted).await.untick("notify").fill("text", "From our meeting in May.");
        decide(&mina, &many, "Approve those ticked").await.expect(200).says("1 approved");
        entry(&mina, noted[0]).await.says("Approved by Mina Moderator. Note: From our meeting in May.");
        app.clock.advance(minutes(11));
        let single = app.mailbox().newest_to("a@single.example").await;
        let of_many = app.mailbox().newest_to("a@many.example").await;
        assert_eq!(single.subject, of_many.subject);
        let plain = |text: &str, name: &str| {
            let lines = text.replace(name, "…");
            lines.lines().filter(|line| !line.contains("/sign-ons/")).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(plain(&single.text, "Single Network"), plain(&of_many.text, "Many Network"));
        assert!(app.mailbox().all_to("a@silent.example").await.is_empty());
        // It is undone on its own page as any other.
        assert_eq!(listed(&app).await, ["Noted Network, Kenya"]);
    }

    async fn only_what_the_page_listed_can_be_decided(app: TestApp) {
        let letter = open_letter(&app).await;
        let mut settings = cast::settings(&app);
        settings.slug = Slug::parse("another").unwrap();
        let other = cast::campaign(&app, settings).await;
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        let ids = waiting(&app, &letter, &[sent("Our Network", "our.example", "a@our.example")]).await;
        let foreign = waiting(&app, &other, &[sent("Their Network", "their.example", "a@their.example")]).await;
        let form = ticked(&mina, &ids).await;
        let later = waiting(&app, &letter, &[sent("Later Network", "later.example", "a@later.example")]).await;
        let own = format!("entry={}%3A2", ids[0]);
        let body = form.clone().press_text("Approve those ticked").encoded();
        let path = format!("{QUEUE}/approve");
        for (forged, status) in [
            (format!("{body}&entry={}:2", foreign[0]), 403),
            (format!("{body}&entry={}:2", later[0]), 403),
            (format!("{body}&entry={}:2", SignOnId::new(1, [1; 10])), 403),
            // What was listed cannot be written anew, nor be that of somebody else.
            (form.clone().smuggle("listed", &later[0].to_string()).smuggle("entry", &format!("{}:2", later[0])).encoded(), 403),
            (ticked(&tom, &ids).await.smuggle("form_token", form.value("form_token")).encoded(), 403),
            (body.replace(&own, "entry=1"), 422),
            (body.replace(&own, &format!("entry={}", ids[0])), 422),
            (body.replace(&own, &format!("entry={}:newest", ids[0])), 422),
            (format!("{body}&entry={}:3", ids[0]), 422),
        ] {
            mina.post(&path, forged.clone()).await.expect(status).says("Nothing was changed");
        }
        mina.post(&format!("{QUEUE}/remove"), body.clone()).await.expect(404);
        mina.post("/staff/letters/another/queue/approve", body.clone()).await.expect(404);
        assert!(listed(&app).await.is_empty());
        assert_eq!(app.get("/letters/another").await.texts("ol.names li"), Vec::<String>::new());
        // Each time it is noted who it was and what they named.
        let noted = noted(&app).await;
        assert_eq!(noted.len(), 5, "{noted:?}");
        assert!(noted.iter().any(|why| *why == foreign[0].to_string()), "{noted:?}");
        // What the form meant can still be done.
        mina.post(&path, body).await.expect(200).says("1 approved");
        decide(&mina, &mina.get(QUEUE).await.form_with("listed"), "Approve those ticked")
            .await
            .expect(422)
            .says("No sign-on was ticked");
    }

    async fn more_than_twenty_at_once_take_the_code_again(app: TestApp) {
        let letter = open_letter(&app).await;
        let mina = moderator(&app, "letter").await;
        let names: Vec<String> = (0..60).map(|n| format!("Network of Town {n}")).collect();
        let all: Vec<Sent> = names.iter().map(|name| sent(name, "", "rep@branch.example")).collect();
        let ids = waiting(&app, &letter, &all).await;
        app.clock.advance(minutes(11));
        let queue = mina.get(QUEUE).await.expect(200);
        assert_eq!(queue.attributes("input[name=entry]", "value").len(), 50);
        let twenty = ticked(&mina, &ids[..20]).await.untick("notify");
        decide(&mina, &twenty, "Approve those ticked").await.expect(200).says("20 approved");
        let forty = ticked(&mina, &ids[20..60]).await.untick("notify");
        let asked = decide(&mina, &forty, "Approve those ticked").await.expect(403);
        assert_eq!(listed(&app).await.len(), 20);
        let code = app.factors.recovery_code("mina@staff.example");
        mina.submit(&asked.form().fill("code", &code)).await.expect(200).says("40 approved");
        let list = app.get("/letters/letter").await;
        let numbers: Vec<String> = (1..=60).map(|n| n.to_string()).collect();
        assert_eq!(list.attributes("ol.names li", "value"), numbers);
    }

    async fn many_against_one_at_once_decide_each_entry_once(app: TestApp) {
        let letter = open_letter(&app).await;
        let (mina, tom) = (moderator(&app, "letter").await, second_moderator(&app, "letter").await);
        let names: Vec<String> = (0..12).map(|n| format!("Network of Town {n}")).collect();
        let addresses: Vec<String> = (0..12).map(|n| format!("rep{n}@town{n}.example")).collect();
        let all: Vec<Sent> = names.iter().zip(&addresses).map(|(name, address)| sent(name, "", address)).collect();
        let ids = waiting(&app, &letter, &all).await;
        let many = ticked(&mina, &ids).await.press_text("Approve those ticked");
        let mut acts = vec![(mina.clone(), many.action().to_owned(), many.encoded())];
        for id in &ids {
            let form = entry(&tom, *id).await.form_with_button("Reject").fill("reason", "not_eligible");
            acts.push((tom.clone(), form.action().to_owned(), form.encoded()));
        }
        let tasks = acts.into_iter().map(|(browser, path, body)| {
            tokio::spawn(async move { browser.once(Method::POST, &path, Some(body)).await.unwrap().status.as_u16() })
        });
        let statuses: Vec<u16> = join_all(tasks).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(statuses[0], 200);
        let mut approved = 0;
        for (n, id) in ids.iter().enumerate() {
            let history = entry(&mina, *id).await.texts("dl.dated dd");
            let decided: Vec<&String> =
                history.iter().filter(|line| line.starts_with("Approved") || line.starts_with("Rejected")).collect();
            assert_eq!(decided.len(), 1, "{history:?}");
            let is_approved = decided[0].starts_with("Approved");
            approved += usize::from(is_approved);
            assert_eq!(statuses[n + 1], if is_approved { 409 } else { 303 }, "{decided:?}");
        }
        assert_eq!(listed(&app).await.len(), approved);
        app.clock.advance(minutes(11));
        for address in &addresses {
            app.mailbox().newest_to(address).await;
            assert_eq!(app.mailbox().all_to(address).await.len(), 1, "{address}");
        }
    }
}

/// What was noted about forms that named what their page did not list.
async fn noted(app: &TestApp) -> Vec<String> {
    use undersigned::db::Error;
    let id = {
        let base_url = app.settings.base_url(app.settings.listen);
        let clock = app.clock.clone();
        let instance =
            undersigned::app::Instance::open(&app.settings, base_url, clock, undersigned::db::Use::Command)
                .await;
        let keys = instance.unwrap().app.keys.clone();
        let read = app.db().await;
        let accounts = read.read(move |conn| undersigned::account::store::every(conn, &keys)).await.unwrap();
        let mina = accounts.into_iter().find(|account| account.person.email.as_str() == "mina@staff.example");
        undersigned::ids::AnyId::from_uuid(mina.unwrap().id.uuid())
    };
    let acts = app
        .db()
        .await
        .read(move |conn| -> Result<_, Error> { undersigned::audit::of(conn, id) })
        .await
        .unwrap();
    let forged = acts.into_iter().filter(|act| act.act == "sent sign-ons that the page did not list");
    forged.filter_map(|act| act.reason).collect()
}
