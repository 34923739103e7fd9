//! “Our board decides on Friday”: an organization writes down when, is reminded on the day by its proved mailbox, and signs or not.

mod ending;

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Form, Page};
use crate::support::cast::{self, open_letter};
use crate::support::on_both_engines;
use crate::support::staff::{PASSWORD, log_in, organizer};
use reqwest::Method;
use std::time::Duration;
use undersigned::campaign::{Access, Settings};
use undersigned::clock::{days, minutes};

const FORM: &str = "/letters/letter/intention";
const CONFIRM: &str = "Confirm when you decide";
const DAY: &str = "Sign if you have decided to";
const TRACKER: &str = "/staff/letters/letter/invitations";

fn filled_in(page: &Page, organization: &str, email: &str) -> Form {
    let form = page.form_with("decides_on").fill("organization", organization).choose("country", "KE");
    let form = form.fill("representative", "Ada Example").fill("role", "Chair").fill("email", email);
    form.fill("decides_on", "2026-03-06")
}

/// Somebody writes down when they decide; the link that their mailbox gets.
async fn intend(app: &TestApp, organization: &str, email: &str) -> String {
    let visitor = app.browser();
    let form = filled_in(&visitor.get(FORM).await.expect(200), organization, email);
    visitor.submit(&form).await.at(&format!("{FORM}/sent")).says("Now open your mail");
    app.mailbox().newest_about(email, CONFIRM).await.link("/intentions/")
}

async fn confirmed(app: &TestApp, link: &str) -> Page {
    let visitor = app.browser();
    let page = visitor.get(link).await.expect(200).says("Shall we remind you?");
    visitor.submit(&page.form_with_button("Yes, remind me")).await.expect(200)
}

async fn days_later(app: &TestApp, count: i64) -> Browser {
    app.clock.advance(days(count));
    let olu = app.browser();
    log_in(app, &olu, "olu@staff.example", PASSWORD).await;
    olu
}

on_both_engines! {
    async fn an_intention_reminds_on_its_day_and_becomes_a_submission(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let visitor = app.browser();
        let sign = visitor.get("/letters/letter/sign").await.expect(200);
        let page = visitor.follow(&sign, "Tell us the day").await.expect(200).says("This signs nothing.").says("erased 14 days after the day");
        let wrong = visitor.submit(&filled_in(&page, "Board Network", "ada@board.example").fill("decides_on", "2026-03-02")).await;
        let wrong = wrong.expect(422).says("Choose a day after today.");
        let late = visitor.submit(&wrong.form_with("decides_on").fill("decides_on", "2026-04-02")).await.expect(422);
        let form = late.says("before the letter closes, on 1 April 2026").form_with("decides_on").fill("decides_on", "2026-03-06");
        for _ in 0..2 {
            visitor.submit(&form).await.at(&format!("{FORM}/sent"));
        }
        let mail = app.mailbox().newest_about("ada@board.example", CONFIRM).await;
        assert_eq!(app.mailbox().all_to("ada@board.example").await.len(), 1, "the same press owes one mail");
        let link = mail.link("/intentions/");
        // Nobody knows of it before the mailbox is proved, and a scanner proves nothing.
        for method in [Method::GET, Method::HEAD, Method::GET] {
            app.browser().once(method, &link, None).await.unwrap().expect(200);
        }
        olu.get(TRACKER).await.expect(200).hides("Board Network");
        olu.get(&link).await.expect(200).says("somebody else’s").hides("Board Network");
        app.clock.advance(minutes(10));
        confirmed(&app, &link).await.says("We remind you on 6 March 2026, 07:00 UTC");
        olu.get(TRACKER).await.expect(200).says("Who decides later").says("Board Network").says("6 March 2026").says("Waits for the day");
        // It is neither counted nor listed; the letter was made beside the server, which learns of it a moment later.
        for _ in 0..80 {
            if app.get("/letters/letter").await.status == 200 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        for path in ["/letters/letter", "/letters/letter.json", "/letters/letter.csv", "/", "/letters/letter/sign"] {
            app.get(path).await.expect(200).hides("Board Network");
        }
        app.get("/letters/letter").await.says("Open for the first signatory.");
        assert_eq!(app.mailbox().all_to("ada@board.example").await.len(), 1);

        let olu = days_later(&app, 4).await;
        let mail = app.mailbox().newest_about("ada@board.example", DAY).await;
        assert!(mail.text.contains("decides today, 6 March 2026"), "{}", mail.text);
        let link = mail.link("/intentions/");
        let page = visitor.get(&link).await.expect(200);
        let form = page.form_with("authority");
        assert_eq!((form.value("organization"), form.value("role"), form.value("basis")), ("Board Network", "Chair", "decision"));
        let review = visitor.submit(&form.tick("authority")).await.expect(200).says("Is this the line to be printed?");
        assert_eq!(review.path, link);
        visitor.submit(&review.form().press("send")).await.at(&format!("{link}/sent")).says("Now open your mail");
        // Until the mailbox is proved a mistyped address can be mended.
        visitor.get(&link).await.expect(200).says("Your form is sent").says("a mistyped one gets none");
        let mail = app.mailbox().newest_about("ada@board.example", "Verify your sign-on").await;
        visitor.submit(&visitor.get(&mail.link("/verify/")).await.form()).await.at("/letters/letter/sign/verified");
        visitor.get(&link).await.expect(200).says("Your form is sent").hides("a mistyped one gets none");
        olu.get(TRACKER).await.expect(200).says("Sent the form").hides("ada@board.example");
        // When it is over it is gone.
        app.clock.advance(days(15));
        app.upkeep().await;
        visitor.get(&link).await.expect(404).says("We do not know this link");
        let olu = days_later(&app, 0).await;
        olu.get(TRACKER).await.expect(200).hides("Who decides later");
    }

    async fn whoever_takes_an_intention_back_is_not_reminded_and_is_forgotten(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let link = intend(&app, "Board Network", "ada@board.example").await;
        let page = confirmed(&app, &link).await;
        let button = page.form_with_button("Take back what I wrote down");
        let visitor = app.browser();
        for _ in 0..2 {
            visitor.submit(&button).await.expect(200).says("Who wrote it down is erased, and we do not remind you.");
        }
        visitor.get(&link).await.expect(200).hides("Ada Example").hides("ada@board.example");
        olu.get(TRACKER).await.expect(200).says("Ended").hides("ada@board.example").hides("Ada Example");
        app.clock.advance(days(5));
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        assert!(app.mailbox().all_to("ada@board.example").await.iter().all(|mail| !mail.subject.starts_with(DAY)));
    }

    async fn the_newest_day_counts_and_what_nobody_proves_is_erased(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let first = intend(&app, "Board Network", "ada@board.example").await;
        confirmed(&app, &first).await;
        app.clock.advance(minutes(10));
        let visitor = app.browser();
        let form = filled_in(&visitor.get(FORM).await, "Board Network", "ada@board.example").fill("decides_on", "2026-03-09");
        visitor.submit(&form).await.at(&format!("{FORM}/sent"));
        app.mailbox().once_there_are(2, "ada@board.example").await;
        let second = app.mailbox().newest_about("ada@board.example", CONFIRM).await.link("/intentions/");
        confirmed(&app, &second).await.says("9 March 2026");
        visitor.get(&first).await.expect(200).says("Not waiting any more");
        let unproved = intend(&app, "Never Network", "nobody@never.example").await;
        olu.get(TRACKER).await.expect(200).hides("Never Network");
        let olu = days_later(&app, 8).await;
        app.upkeep().await;
        visitor.get(&unproved).await.expect(404);
        app.mailbox().newest_about("ada@board.example", DAY).await;
        let about_day = app.mailbox().all_to("ada@board.example").await;
        assert_eq!(about_day.iter().filter(|mail| mail.subject.starts_with(DAY)).count(), 1);
        olu.get(TRACKER).await.expect(200).says("Reminded");
    }

    async fn strangers_cause_no_more_mails_by_intentions_than_by_anything_else(app: TestApp) {
        open_letter(&app).await;
        for n in 0..5 {
            let visitor = app.browser();
            let form = filled_in(&visitor.get(FORM).await, &format!("Network {n}"), "victim@board.example");
            visitor.submit(&form).await.at(&format!("{FORM}/sent")).says("Now open your mail");
        }
        app.mailbox().once_there_are(3, "victim@board.example").await;
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        let mails = app.mailbox().all_to("victim@board.example").await;
        assert_eq!(mails.len(), 3, "three in an hour");
        assert!(mails.iter().all(|mail| mail.links.len() == 1 && mail.link("/intentions/").len() > 40));
    }

    async fn of_a_private_letter_only_the_invited_say_when_they_decide(app: TestApp) {
        let settings = Settings { access: Access::Invitation, ..cast::settings(&app) };
        cast::campaign(&app, settings).await;
        let olu = organizer(&app, "letter").await;
        for path in [FORM, "/letters/letter/intention/sent"] {
            app.get(path).await.expect(404);
        }
        let form = olu.get(TRACKER).await.form_with("organizations").fill("organizations", "Board Network,info@board.example");
        let preview = olu.submit(&form).await.expect(200);
        olu.submit(&preview.form_with("organizations").press("do")).await.expect(200);
        let invitation = app.mailbox().newest_to("info@board.example").await.link("/invitations/");
        let visitor = app.browser();
        let page = visitor.get(&invitation).await.expect(200);
        let page = visitor.follow(&page, "Tell us the day").await.expect(200).says("shown to those who are invited alone");
        let form = page.form_with("decides_on");
        assert_eq!((form.value("organization"), form.value("email")), ("Board Network", "info@board.example"));
        let form = form.choose("country", "KE").fill("representative", "Ada Example").fill("role", "Chair").fill("decides_on", "2026-03-06");
        visitor.submit(&form).await.at(&format!("{invitation}/intention/sent"));
        let link = app.mailbox().newest_about("info@board.example", CONFIRM).await.link("/intentions/");
        confirmed(&app, &link).await.says("Sign now");
        // With the invitation goes what came by it.
        let page = olu.get(TRACKER).await;
        let page = olu.follow(&page, "Board Network").await.expect(200);
        olu.submit(&page.form_with_button("Revoke the invitation")).await.expect(200);
        visitor.get(&link).await.expect(404).says("We do not know this link");
    }
}
