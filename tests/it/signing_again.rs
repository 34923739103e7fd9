//! The form is sent once more: what a mailed link confirms, how much mail a mailbox gets, and what is said when it is too late.

use crate::support::app::TestApp;
use crate::support::browser::Form;
use crate::support::cast::{self, filled_in, open_letter, send, sign, sign_and_verify};
use crate::support::list::{set, set_at};
use crate::support::mailbox::Mail;
use crate::support::on_both_engines;
use crate::support::queue::entry;
use crate::support::staff::moderator;
use futures_util::future::join_all;
use std::time::Duration;
use undersigned::campaign::{Access, Settings, Status};
use undersigned::clock::{days, hours, minutes};
use undersigned::ids::SignOnId;

const REP: &str = "ada@ngo.example";
const NAME: &str = "Bits of Example";

/// Sends the form of an organization for the mailbox `REP`, changed as somebody else might.
async fn send_changed(app: &TestApp, change: impl FnOnce(Form) -> Form) {
    let browser = app.browser();
    let form = change(filled_in(&browser, NAME, REP).await);
    send(&browser, &form).await.at("/letters/letter/sign/sent");
}

/// The mails to the mailbox, newest first, after whatever was still on its way.
async fn all_mails(app: &TestApp) -> Vec<Mail> {
    tokio::time::sleep(Duration::from_millis(400)).await;
    app.mailbox().all_to(REP).await
}

on_both_engines! {
    async fn a_link_that_ends_with_the_letter_says_so_on_the_page_and_in_the_mail(app: TestApp) {
        let closes_at = Some(app.clock.now().plus(days(2)));
        cast::campaign(&app, Settings { closes_at, ..cast::settings(&app) }).await;
        let browser = app.browser();
        let form = cast::filled_in(&browser, "Late Network", "ada@late.example").await;
        let page = cast::send(&browser, &form).await.says("The link works until 7 March 2026, 09:00 UTC");
        page.hides("7 days");
        let mail = app.mailbox().newest_to("ada@late.example").await;
        let text = mail.text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains("The link and the code work until 7 March 2026, 09:00 UTC."), "{text}");
        assert!(text.contains("The letter closes on 4 March 2026, 09:00 UTC."), "{text}");
        // And so it is.
        app.clock.advance(hours(24 * 5) - minutes(1));
        app.get(&mail.link("/verify/")).await.expect(200).says("Late Network");
        app.clock.advance(minutes(1));
        app.get(&mail.link("/verify/")).await.hides("Late Network");
    }

    async fn a_link_confirms_only_what_it_was_mailed_for(app: TestApp) {
        open_letter(&app).await;
        let first = sign(&app, NAME, REP).await;
        let browser = app.browser();
        let opened = browser.get(&first.link("/verify/")).await.expect(200).form();
        // Within the two minutes in which the same form is one press of the button.
        app.clock.advance(minutes(1));
        send_changed(&app, |form| form.fill("website", "https://evil.example").fill("representative", "Eve Example")).await;

        app.mailbox().once_there_are(2, REP).await;
        browser.get(&first.link("/verify/")).await.expect(410).says("only the newest one works");
        browser.submit(&opened).await.at("/verify/renewed");
        let code = browser.get("/verify").await.form().fill("code", &first.code());
        browser.submit(&code).await.expect(422);

        let newest = app.mailbox().newest_to(REP).await;
        let page = browser.get(&newest.link("/verify/")).await.expect(200);
        let page = page.says("evil.example").says("Eve Example").says("Director").says("I head the organization");
        browser.submit(&page.form()).await.at("/letters/letter/sign/verified");
    }

    async fn what_waits_is_not_changed_without_a_word_to_the_mailbox(app: TestApp) {
        open_letter(&app).await;
        sign(&app, NAME, REP).await;
        for n in 2..=4 {
            app.clock.advance(minutes(1));
            send_changed(&app, |form| form.fill("acronym", &format!("BE{n}"))).await;
        }
        let mails = all_mails(&app).await;
        assert_eq!(mails.len(), 3);
        // The fourth would have been one mail too many in an hour: it changed nothing, and the third link works.
        let page = app.get(&mails[0].link("/verify/")).await.expect(200);
        page.says("BE3").hides("BE4");
    }

    async fn the_same_form_sent_again_keeps_the_links_that_were_mailed(app: TestApp) {
        open_letter(&app).await;
        let first = sign(&app, NAME, REP).await;
        app.clock.advance(minutes(1));
        send_changed(&app, |form| form).await;
        assert_eq!(all_mails(&app).await.len(), 1);
        app.clock.advance(minutes(10));
        send_changed(&app, |form| form).await;
        let mails = app.mailbox().once_there_are(2, REP).await;
        for link in [first.link("/verify/"), mails[0].link("/verify/")] {
            app.get(&link).await.expect(200).says(NAME);
        }
    }

    async fn of_twelve_submissions_at_once_three_are_mailed(app: TestApp) {
        open_letter(&app).await;
        let browser = app.browser();
        let mut forms = Vec::new();
        for round in 1..=12 {
            let form = filled_in(&browser, &format!("Example {round}"), REP).await;
            forms.push(browser.submit(&form).await.expect(200).form().press("send"));
        }
        for answer in join_all(forms.iter().map(|form| browser.submit(form))).await {
            answer.at("/letters/letter/sign/sent");
        }
        app.mailbox().once_there_are(3, REP).await;
        assert_eq!(all_mails(&app).await.len(), 3);
    }

    async fn five_mails_in_all_are_five_also_when_they_are_forgotten(app: TestApp) {
        let mut settings = cast::settings(&app);
        settings.closes_at = None;
        cast::campaign(&app, settings).await;
        for round in 1..=5 {
            sign(&app, &format!("Example {round}"), REP).await;
            app.clock.advance(hours(2));
        }
        for _ in 0..2 {
            app.clock.advance(days(31));
            app.upkeep().await;
            assert!(all_mails(&app).await.is_empty(), "the mails are forgotten");
            send_changed(&app, |form| form).await;
            assert!(all_mails(&app).await.is_empty(), "the sixth mail");
        }
    }

    async fn that_it_has_signed_is_told_at_once_and_once(app: TestApp) {
        open_letter(&app).await;
        sign_and_verify(&app, NAME, REP).await;
        for _ in 0..2 {
            send_changed(&app, |form| form).await;
        }
        let told = |mails: &[Mail]| mails.iter().filter(|mail| mail.subject.contains("already signed")).count();
        assert_eq!(told(&all_mails(&app).await), 1);
        app.clock.advance(minutes(3));
        send_changed(&app, |form| form).await;
        assert_eq!(told(&all_mails(&app).await), 2);
    }

    async fn what_a_letter_holds_is_erased_six_months_after_its_button_closed_it(app: TestApp) {
        let mut settings = cast::settings(&app);
        settings.closes_at = None;
        let letter = cast::campaign(&app, settings).await;
        let private = sign_and_verify(&app, NAME, REP).await.link("/sign-ons/");
        let db = app.db().await;
        set(&db, &letter, |settings| settings.status = Status::Closed).await;
        app.clock.advance(days(182));
        app.upkeep().await;
        app.get(&private).await.expect(200).says("Ada Example");
        // Opened again, it is not closed any more.
        set_at(&db, &letter, app.clock.now(), |settings| settings.status = Status::Open).await;
        app.clock.advance(days(2));
        app.upkeep().await;
        app.get(&private).await.expect(200).says("Ada Example");
        set_at(&db, &letter, app.clock.now(), |settings| settings.status = Status::Closed).await;
        app.clock.advance(days(184));
        app.upkeep().await;
        app.get(&private).await.expect(404);
    }

    async fn a_letter_that_takes_no_sign_ons_says_why_since_when_and_whom_to_ask(app: TestApp) {
        let mut settings = cast::settings(&app);
        settings.contact = "https://park.example/contact".to_owned();
        let letter = cast::campaign(&app, settings).await;
        let browser = app.browser();
        let form = filled_in(&browser, NAME, REP).await;
        let db = app.db().await;
        set(&db, &letter, |settings| settings.status = Status::Closed).await;
        let closed = browser.submit(&form).await.expect(409).says("It closed on 2 March 2026, 09:00 UTC").says("too late");
        assert_eq!(closed.link("park.example/contact"), "https://park.example/contact");
        let later = app.clock.now().plus(days(1));
        set(&db, &letter, move |settings| {
            (settings.status, settings.opens_at) = (Status::Open, Some(later));
        })
        .await;
        browser.submit(&form).await.expect(409).says("before the letter opened").says(NAME);
    }

    async fn a_page_of_a_letter_that_is_not_public_has_no_link_to_it(app: TestApp) {
        let letter = open_letter(&app).await;
        let mail = sign(&app, NAME, REP).await;
        set(&app.db().await, &letter, |settings| settings.access = Access::Invitation).await;
        let page = app.get(&mail.link("/verify/")).await.expect(200).says("Keep the park open");
        assert!(page.hrefs("main", "").iter().all(|href| !href.starts_with("/letters/")), "{page:?}");
    }

    async fn withdrawing_what_was_decided_meanwhile_says_who_decided_and_when(app: TestApp) {
        open_letter(&app).await;
        let private = sign_and_verify(&app, NAME, REP).await.link("/sign-ons/");
        let browser = app.browser();
        let ask = browser.get(&format!("{private}/withdraw")).await.expect(200);
        let mina = moderator(&app, "letter").await;
        let queue = mina.get("/staff/letters/letter/queue").await;
        let id = SignOnId::parse(queue.link(NAME).rsplit('/').next().unwrap()).unwrap();
        let form = entry(&mina, id).await.form_with_button("Reject").fill("reason", "not_eligible");
        mina.submit(&form).await.expect(200);
        app.clock.advance(minutes(11));
        let refused = browser.submit(&ask.form()).await.expect(409);
        refused.says("A moderator decided on 2 March 2026, 09:00 UTC: the sign-on is rejected.").hides("Mina");
    }
}
