//! One press ends the updates of a letter, whoever presses: a person on our page, or their mail program by itself.

use crate::mailings::{all_want_updates, counted, listed, send};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::on_both_engines;
use reqwest::{Client, Method};
use undersigned::campaign::Access;

/// A letter with an update that has gone to Alder; the link in it that ends updates, and the one to the private page.
async fn updated(app: &TestApp) -> (Browser, String, String) {
    let (_, olu, _) = listed(app, &["Alder", "Birch"]).await;
    all_want_updates(app).await;
    let page = counted(&olu, "updates").await.says("Send it to 2 addresses?");
    send(&olu, &page).await;
    let mail = app.mailbox().newest_about("rep@alder.example", "News of").await;
    (olu, mail.link("/unsubscribe/"), mail.link("/sign-ons/"))
}

/// What a mail program posts, without a cookie.
async fn press(app: &TestApp, link: &str, headers: &[(&'static str, &str)], body: &str) -> (u16, String) {
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let mut request = client.post(app.url(link)).body(body.to_owned());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const BODY: &str = "List-Unsubscribe=One-Click";

on_both_engines! {
    async fn looking_changes_nothing_and_one_press_ends_updates_and_nothing_else(app: TestApp) {
        let (olu, link, private) = updated(&app).await;
        let browser = app.browser();
        for method in [Method::GET, Method::HEAD] {
            browser.once(method, &link, None).await.unwrap().expect(200);
        }
        let page = browser.get(&link).await.expect(200).says("Stop the updates?").says("Keep the park open");
        assert!(!page.body.contains("alder"), "whoever finds the link does not learn whose it is");
        app.get(&private).await.says("You get updates of the letter by mail.");
        // Pressed by a person; and again, which says the same.
        for _ in 0..2 {
            browser.submit(&page.form()).await.expect(200).at(&link).says("You get no more updates");
        }
        browser.get(&link).await.expect(200).says("You get no more updates");
        let page = app.get(&private).await.says("You get no updates of the letter by mail");
        let events = page.texts("dl.dated dd");
        assert_eq!(events.iter().filter(|event| *event == "Updates by mail were switched off").count(), 1, "{events:?}");
        counted(&olu, "updates").await.says("Send it to 1 address?").says("1 because they did not ask for updates, or ended them");
        counted(&olu, "signed").await.says("Send it to 2 addresses?");
        // They change their mind, and change it again, on their own page.
        let browser = app.browser();
        let page = browser.get(&private).await;
        let page = browser.submit(&page.form_with("updates")).await.expect(200).says("You get updates of the letter by mail.");
        counted(&olu, "updates").await.says("Send it to 2 addresses?");
        browser.get(&link).await.says("Stop the updates?");
        browser.submit(&page.form_with("updates")).await.expect(200).says("You get no updates of the letter by mail");
        counted(&olu, "updates").await.says("Send it to 1 address?");
    }

    async fn a_mail_program_presses_without_a_form_of_ours_whatever_it_sends_along(app: TestApp) {
        let parts = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
        let foreign: [&[(&'static str, &str)]; 3] = [
            &[FORM],
            &[FORM, ("origin", "https://mail.example"), ("sec-fetch-site", "cross-site"), ("cookie", "session=x")],
            &[("content-type", "multipart/form-data; boundary=x"), ("origin", "null")],
        ];
        let (_, link, private) = updated(&app).await;
        for (headers, body) in foreign.into_iter().zip([BODY, BODY, parts]) {
            // Switched on again, so that each press has something to do.
            let browser = app.browser();
            let page = browser.get(&private).await.expect(200);
            if page.text().contains("You get no updates") {
                browser.submit(&page.form_with("updates")).await.expect(200);
            }
            app.get(&private).await.says("You get updates of the letter by mail.");
            for _ in 0..2 {
                let (status, body) = press(&app, &link, headers, body).await;
                assert_eq!(status, 200, "{headers:?}: {body}");
                assert!(body.contains("You get no more updates"));
            }
            app.get(&private).await.says("You get no updates of the letter by mail");
        }
        // What does not say that it is a press is none.
        let browser = app.browser();
        let page = browser.get(&private).await;
        browser.submit(&page.form_with("updates")).await.expect(200);
        for body in ["", "One-Click=List-Unsubscribe", "a=b"] {
            assert_eq!(press(&app, &link, &[FORM], body).await.0, 200);
        }
        app.get(&private).await.says("You get updates of the letter by mail.");
        // No other address takes a form from elsewhere, this one's neighbors least of all.
        for path in ["/unsubscribe/", "/unsubscribe", &format!("{link}/x"), &format!("{private}/updates"), "/logout"] {
            let (status, _) = press(&app, path, &[FORM, ("origin", "https://mail.example")], "updates=off").await;
            assert!(status == 403 || status == 404, "{path}: {status}");
        }
        app.get(&private).await.says("You get updates of the letter by mail.");
    }

    async fn an_unknown_link_gets_one_helpful_page_and_a_stranger_learns_nothing(app: TestApp) {
        let (_, link, _) = updated(&app).await;
        let unknown = format!("/unsubscribe/{}", "k".repeat(43));
        let missing = app.get(&unknown).await.expect(404).says("We do not know this link");
        for other in ["/unsubscribe/x", &link[..link.len() - 1], "/unsubscribe/%00"] {
            assert_eq!(app.get(other).await.expect(404).text(), missing.text());
            assert_eq!(press(&app, other, &[FORM], BODY).await.0, 404);
        }
        // The letter is private now: whoever has the link ends updates all the same, and nobody else is told anything.
        let db = app.db().await;
        let campaign = crate::support::list::by_slug(&db, "letter").await;
        crate::support::list::set(&db, &campaign, |settings| settings.access = Access::Invitation).await;
        assert_eq!(app.get(&unknown).await.expect(404).text(), missing.text());
        assert_eq!(press(&app, &link, &[FORM], BODY).await.0, 200);
    }

    async fn guesses_are_counted_and_presses_are_not(app: TestApp) {
        let (_, link, _) = updated(&app).await;
        for _ in 0..70 {
            assert_eq!(press(&app, &link, &[FORM], BODY).await.0, 200, "a provider presses for many at once");
        }
        let mut answers = Vec::new();
        for n in 0..70 {
            answers.push(press(&app, &format!("/unsubscribe/{n:043}"), &[FORM], BODY).await.0);
        }
        assert!(answers.contains(&429), "{answers:?}");
    }
}
