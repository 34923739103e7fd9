//! An organization signs: the form, the mail, the link, the private page.

use crate::support::app::TestApp;
use crate::support::browser::Page;
use crate::support::cast::{self, filled_in, open_letter, send, sign, sign_and_verify};
use crate::support::db::Engine;
use crate::support::list::set;
use crate::support::on_both_engines;
use undersigned::campaign::{Access, Status};
use undersigned::clock::{days, hours, minutes};
use undersigned::text::LinePattern;

const REP: &str = "ada@ngo.example";

on_both_engines! {
    async fn an_organization_signs_and_proves_its_mailbox(app: TestApp) {
        open_letter(&app).await;
        let browser = app.browser();
        let form = filled_in(&browser, "Association for Example Letters", REP).await;
        let sent = send(&browser, &form).await.at("/letters/letter/sign/sent");
        sent.says("Now open your mail").hides(REP);

        let mail = app.mailbox().newest_to(REP).await;
        assert_eq!(mail.subject, "Verify your sign-on: Keep the park open");
        let page = browser.get(&mail.link("/verify/")).await.expect(200);
        let page = page.says("Association for Example Letters").says("I am authorized to add");
        assert_eq!(page.texts("main button").len(), 1);
        let done = browser.submit(&page.form()).await.at("/letters/letter/sign/verified");
        done.says("Verified. Thank you").hides("/verify/");

        let receipt = app.mailbox().newest_about(REP, "verified and waits for review").await;
        let private = browser.get(&receipt.link("/sign-ons/")).await.expect(200);
        private.says("Waiting for review").says("Ada Example").says("Director");
    }

    async fn nothing_that_only_reads_verifies(app: TestApp) {
        open_letter(&app).await;
        let mail = sign(&app, "Bits of Example", REP).await;
        for link in &mail.links {
            let path = format!("/{}", link.splitn(4, '/').nth(3).unwrap_or_default());
            for _ in 0..2 {
                let page = app.browser().get(&path).await;
                for deeper in page.hrefs("body", "") {
                    if deeper.starts_with('/') {
                        app.browser().get(&deeper).await;
                    }
                }
            }
        }
        let page = app.browser().get(&mail.link("/verify/")).await.expect(200);
        page.says("Verify this sign-on");
    }

    async fn pressing_twice_reloading_and_another_browser_show_the_same_success(app: TestApp) {
        open_letter(&app).await;
        let mail = sign(&app, "Bits of Example", REP).await;
        let link = mail.link("/verify/");
        let first = app.browser();
        let form = first.get(&link).await.form();
        for browser in [&first, &first, &app.browser()] {
            browser.submit(&form).await.at("/letters/letter/sign/verified");
        }
        app.browser().get(&link).await.at("/letters/letter/sign/verified");
        app.mailbox().newest_about(REP, "verified and waits").await;
        let receipts = app.mailbox().all_to(REP).await;
        assert_eq!(receipts.iter().filter(|mail| mail.subject.contains("verified and waits")).count(), 1);
    }

    async fn the_typed_code_works_instead_of_the_link(app: TestApp) {
        open_letter(&app).await;
        let code = sign(&app, "Bits of Example", REP).await.code();
        let browser = app.browser();
        let typed = format!(" {} ", code.to_lowercase().replace('-', " "));
        let form = browser.get("/verify").await.expect(200).form();
        browser.submit(&form.fill("code", &typed)).await.at("/letters/letter/sign/verified");
    }

    async fn five_wrong_codes_kill_the_code_and_not_the_link(app: TestApp) {
        open_letter(&app).await;
        let mail = sign(&app, "Bits of Example", REP).await;
        let code = mail.code();
        let browser = app.browser();
        let form = browser.get("/verify").await.form();
        let last = if code.ends_with('0') { '1' } else { '0' };
        let wrong = format!("{}{last}", &code[..8]);
        for _ in 0..5 {
            let page = browser.submit(&form.clone().fill("code", &wrong)).await.expect(422);
            assert_eq!(page.form().value("code"), wrong);
        }
        browser.submit(&form.clone().fill("code", &code)).await.expect(422).says("dead");
        let page = browser.get(&mail.link("/verify/")).await.expect(200);
        browser.submit(&page.form()).await.at("/letters/letter/sign/verified");
    }

    async fn who_typed_a_code_to_death_signs_once_more_and_has_a_fresh_one_at_once(app: TestApp) {
        open_letter(&app).await;
        let code = sign(&app, "Bits of Example", REP).await.code();
        let browser = app.browser();
        let form = browser.get("/verify").await.form();
        let last = if code.ends_with('0') { '1' } else { '0' };
        for _ in 0..5 {
            browser.submit(&form.clone().fill("code", &format!("{}{last}", &code[..8]))).await.expect(422);
        }
        let again = filled_in(&browser, "Bits of Example", REP).await;
        send(&browser, &again).await.at("/letters/letter/sign/sent");
        let codes = app.mailbox().once_there_are(2, REP).await.into_iter().map(|mail| mail.code());
        let fresh = codes.into_iter().find(|other| *other != code).expect("another code");
        browser.submit(&form.fill("code", &fresh)).await.at("/letters/letter/sign/verified");
    }

    async fn the_form_of_an_unlisted_letter_is_left_out_by_search_engines(app: TestApp) {
        let campaign = open_letter(&app).await;
        let robots = |page: &Page| page.body.contains("noindex");
        assert!(!robots(&app.get("/letters/letter/sign").await.expect(200)));
        set(&app.db().await, &campaign, |settings| settings.access = Access::Link).await;
        assert!(robots(&app.get("/letters/letter/sign").await.expect(200)));
    }

    async fn a_form_with_mistakes_comes_back_filled_in(app: TestApp) {
        open_letter(&app).await;
        let browser = app.browser();
        let form = filled_in(&browser, "ACT | The App Example <b>", "a@b").await.fill("website", "javascript:alert(1)");
        let page = browser.submit(&form.fill("note", "Grüße & \"quotes\"")).await.expect(422);
        assert!(page.texts("title")[0].starts_with("Error: "));
        assert_eq!(page.hrefs("[role=alert], .errors", ""), ["#website", "#email"]);
        let again = page.form();
        assert_eq!(again.value("organization"), "ACT | The App Example <b>");
        assert_eq!(again.value("note"), "Grüße & \"quotes\"");
        assert_eq!(again.value("email"), "a@b");
        assert!(again.is_ticked("authority"));
        send(&browser, &again.fill("website", "").fill("email", REP)).await.at("/letters/letter/sign/sent");
    }

    async fn going_back_from_the_review_keeps_everything(app: TestApp) {
        open_letter(&app).await;
        let browser = app.browser();
        let form = filled_in(&browser, "Bits of Example", "ada@gmial.com").await.tick("updates");
        let review = browser.submit(&form).await.expect(200).says("ada@gmail.com");
        let back = browser.submit(&review.form().press("mend")).await.expect(200).form();
        assert_eq!(back.value("organization"), "Bits of Example");
        assert!(back.is_ticked("updates") && back.is_ticked("authority"));
        // The suggestion can be refused.
        send(&browser, &back).await.at("/letters/letter/sign/sent");
    }

    async fn sending_again_while_it_waits_is_the_same_sign_on(app: TestApp) {
        open_letter(&app).await;
        sign(&app, "ARTICLE 20", REP).await;
        app.clock.advance(minutes(10));
        sign(&app, "Article 20.", REP).await;
        let mails = app.mailbox().once_there_are(2, REP).await;
        let browser = app.browser();
        browser.get(&mails[1].link("/verify/")).await.expect(410);
        let page = browser.get(&mails[0].link("/verify/")).await.expect(200).says("Article 20.");
        browser.submit(&page.form()).await.at("/letters/letter/sign/verified");
        browser.get(&mails[1].link("/verify/")).await.at("/letters/letter/sign/verified");
    }

    async fn the_mailbox_that_has_signed_is_told_so_and_the_screen_says_nothing(app: TestApp) {
        open_letter(&app).await;
        sign_and_verify(&app, "Bits of Example", REP).await;
        app.clock.advance(minutes(10));
        let browser = app.browser();
        let form = filled_in(&browser, "Bits of Example", "ADA@ngo.example").await;
        send(&browser, &form).await.at("/letters/letter/sign/sent");
        let mail = app.mailbox().newest_about("ADA@ngo.example", "already signed").await;
        browser.get(&mail.link("/sign-ons/")).await.expect(200).says("Waiting for review");
    }

    async fn one_mailbox_gets_three_mails_an_hour_and_five_in_all(app: TestApp) {
        open_letter(&app).await;
        let browser = app.browser();
        for round in 1..=8 {
            let form = filled_in(&browser, &format!("Example {round}"), REP).await;
            send(&browser, &form).await.at("/letters/letter/sign/sent");
            app.clock.advance(minutes(5));
        }
        app.mailbox().once_there_are(3, REP).await;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        assert_eq!(app.mailbox().all_to(REP).await.len(), 3);
        for round in 9..=12 {
            app.clock.advance(hours(2));
            let form = filled_in(&browser, &format!("Example {round}"), REP).await;
            send(&browser, &form).await.at("/letters/letter/sign/sent");
        }
        app.mailbox().once_there_are(5, REP).await;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        assert_eq!(app.mailbox().all_to(REP).await.len(), 5);
    }

    async fn an_expired_link_is_renewed_in_one_press_and_stays_expired(app: TestApp) {
        open_letter(&app).await;
        let old = sign(&app, "Bits of Example", REP).await.link("/verify/");
        app.clock.advance(days(8));
        let browser = app.browser();
        let page = browser.get(&old).await.expect(410).says("This link has expired");
        browser.submit(&page.form()).await.at("/verify/renewed").says("A fresh link is on its way");
        let fresh = app.mailbox().once_there_are(2, REP).await[0].link("/verify/");
        assert_ne!(fresh, old);
        browser.get(&old).await.expect(410);
        let page = browser.get(&fresh).await.expect(200);
        browser.submit(&page.form()).await.at("/letters/letter/sign/verified");
    }

    async fn unknown_and_malformed_links_get_one_helpful_page(app: TestApp) {
        let unknown = "A".repeat(43);
        for path in [format!("/verify/{unknown}"), "/verify/short".into(), "/verify/%3Cscript%3E".into(), format!("/sign-ons/{unknown}")] {
            app.get(&path).await.expect(404).says("We do not know this link").hides("<script>");
        }
    }

    async fn a_link_works_in_the_grace_after_the_deadline_and_not_later(app: TestApp) {
        let mut settings = cast::settings(&app);
        settings.closes_at = Some(app.clock.now().plus(hours(1)));
        cast::campaign(&app, settings).await;
        let first = sign(&app, "First Example", REP).await;
        let second = sign(&app, "Second Example", "bob@ngo.example").await;
        app.clock.advance(hours(72));
        let browser = app.browser();
        let page = browser.get(&first.link("/verify/")).await.expect(200);
        let late = browser.get(&second.link("/verify/")).await.expect(200).form();
        browser.submit(&page.form()).await.at("/letters/letter/sign/verified");
        app.clock.advance(hours(2));
        browser.submit(&late).await.expect(409).says("This letter is closed");
        browser.get("/letters/letter/sign").await.expect(200).says("This letter is closed");
    }

    async fn a_form_that_comes_too_late_is_kept_on_the_page(app: TestApp) {
        open_letter(&app).await;
        let browser = app.browser();
        let form = filled_in(&browser, "Late Example", REP).await;
        app.clock.advance(days(31));
        browser.submit(&form).await.expect(409).says("Late Example").says("kept nothing");
    }

    async fn a_campaign_that_strangers_may_not_see_answers_like_one_that_is_not_there(app: TestApp) {
        let missing = app.get("/letters/nothing/sign").await.expect(404).body;
        for (slug, change) in [("draft", 0), ("invited", 1), ("later", 2)] {
            let mut settings = cast::settings(&app);
            settings.slug = undersigned::text::Slug::parse(slug).unwrap();
            match change {
                0 => settings.status = Status::Draft,
                1 => settings.access = Access::Invitation,
                _ => settings.published_at = Some(app.clock.now().plus(hours(1))),
            }
            cast::campaign(&app, settings).await;
            let page = app.get(&format!("/letters/{slug}/sign")).await.expect(404);
            // The reference number differs; the words and everything else do not.
            let without_number = |body: &str| body.split("class=\"reference\"").next().unwrap_or_default().to_owned();
            assert_eq!(without_number(&page.body), without_number(&missing));
        }
    }

    async fn they_take_their_name_back_in_two_steps(app: TestApp) {
        open_letter(&app).await;
        let private = sign_and_verify(&app, "Bits of Example", REP).await.link("/sign-ons/");
        let browser = app.browser();
        let page = browser.get(&private).await.expect(200);
        let ask = browser.follow(&page, "Withdraw it").await.expect(200).says("Withdraw your sign-on?");
        browser.get(&private).await.says("Waiting for review");
        for _ in 0..2 {
            browser.submit(&ask.form()).await.expect(200).says("Your sign-on is withdrawn");
        }
        browser.get(&private).await.expect(200).says("Withdrawn");
        app.mailbox().newest_about(REP, "is withdrawn").await;
        let confirmations = app.mailbox().all_to(REP).await;
        assert_eq!(confirmations.iter().filter(|mail| mail.subject.contains("is withdrawn")).count(), 1);
    }

    async fn fifty_identical_submissions_are_one_sign_on_and_one_mail(app: TestApp) {
        open_letter(&app).await;
        let browser = app.browser();
        let form = filled_in(&browser, "Bits of Example", REP).await;
        let review = browser.submit(&form).await.expect(200).form().press("send");
        let at_once = (0..50).map(|_| browser.submit(&review));
        let answers = futures_util::future::join_all(at_once).await;
        for answer in answers {
            answer.at("/letters/letter/sign/sent");
        }
        app.mailbox().newest_to(REP).await;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        assert_eq!(app.mailbox().all_to(REP).await.len(), 1);
    }

    async fn what_nobody_verified_is_erased_with_everything_personal(app: TestApp) {
        open_letter(&app).await;
        let mail = sign(&app, "Bits of Example", REP).await;
        app.clock.advance(days(15));
        app.upkeep().await;
        app.get(&mail.link("/verify/")).await.expect(404);
    }

    async fn a_name_that_looks_like_a_link_becomes_none_in_the_mail(app: TestApp) {
        open_letter(&app).await;
        let mail = sign(&app, "Free pills visit xyz.example", REP).await;
        assert!(mail.links.iter().all(|link| !link.contains("xyz")), "{:?}", mail.links);
        assert!(!mail.text.contains("xyz.example"));
    }
}

#[tokio::test]
async fn a_line_that_changed_since_the_review_is_shown_again() {
    let app = TestApp::spawn(Engine::Sqlite).await;
    let campaign = open_letter(&app).await;
    let browser = app.browser();
    let form = filled_in(&browser, "Bits of Example", REP).await;
    let review = browser.submit(&form).await.expect(200).form().press("send");
    let mut settings = campaign.settings.clone();
    settings.line = LinePattern::parse("{name}, {country}").unwrap();
    let (db, now) = (app.db().await, app.clock.now());
    let changed = db.write(move |tx| undersigned::campaign::store::replace(tx, &campaign, &settings, now));
    assert!(changed.await.unwrap());
    browser.submit(&review).await.expect(200).says("Bits of Example, Kenya").says("Is this the line");
}

#[tokio::test]
async fn thirty_one_sign_ons_from_one_network_are_one_too_many() {
    let app = TestApp::spawn(Engine::Sqlite).await;
    open_letter(&app).await;
    let browser = app.browser();
    for round in 1..=30 {
        let form = filled_in(&browser, &format!("Example {round}"), REP).await;
        send(&browser, &form).await.at("/letters/letter/sign/sent");
    }
    let form = filled_in(&browser, "One too many", REP).await;
    let refused = send(&browser, &form).await.expect(429);
    assert!(refused.header("retry-after").parse::<u32>().unwrap() > 0);
    // Opening pages and links is never refused because of it.
    browser.get("/letters/letter/sign").await.expect(200);
}
