//! What ends an intention: the answer that is no, another way to sign, erasure, and the end of the letter.

use super::{CONFIRM, DAY, TRACKER, confirmed, days_later, intend};
use crate::support::app::TestApp;
use crate::support::browser::{Browser, Form, Page};
use crate::support::cast::open_letter;
use crate::support::on_both_engines;
use crate::support::staff::organizer;
use undersigned::clock::days;

/// How many mails of the day have gone to an address.
async fn reminded(app: &TestApp, email: &str) -> usize {
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let mails = app.mailbox().all_to(email).await;
    mails.iter().filter(|mail| mail.subject.starts_with(DAY)).count()
}

/// Invites Board Network; the link in its mail.
async fn invitation(app: &TestApp, olu: &Browser) -> String {
    let form = olu
        .get(TRACKER)
        .await
        .form_with("organizations")
        .fill("organizations", "Board Network,info@board.example");
    let preview = olu.submit(&form).await.expect(200);
    olu.submit(&preview.form_with("organizations").press("do")).await.expect(200);
    app.mailbox().newest_to("info@board.example").await.link("/invitations/")
}

/// A confirmed intention that came by an invitation; its link.
async fn by_invitation(app: &TestApp, invitation: &str) -> String {
    let visitor = app.browser();
    let page = visitor.get(&format!("{invitation}/intention")).await.expect(200);
    let form = page
        .form_with("decides_on")
        .choose("country", "KE")
        .fill("representative", "Ada Example")
        .fill("role", "Chair");
    visitor.submit(&form.fill("decides_on", "2026-03-06")).await.at(&format!("{invitation}/intention/sent"));
    let link = app.mailbox().newest_about("info@board.example", CONFIRM).await.link("/intentions/");
    confirmed(app, &link).await.says("We remind you on 6 March 2026");
    link
}

fn sign(page: &Page, organization: &str, email: &str) -> Form {
    let form = page
        .form_with("authority")
        .fill("organization", organization)
        .choose("country", "KE")
        .fill("email", email);
    form.fill("representative", "Ada Example").fill("role", "Chair").choose("basis", "head").tick("authority")
}

/// Signs by the letter's own form and proves the mailbox; the link of the private page.
async fn signed(app: &TestApp, organization: &str, email: &str) -> String {
    let visitor = app.browser();
    let page = visitor.get("/letters/letter/sign").await.expect(200);
    let review = visitor.submit(&sign(&page, organization, email)).await.expect(200);
    visitor.submit(&review.form().press("send")).await.says("Now open your mail");
    let mail = app.mailbox().newest_about(email, "Verify your sign-on").await;
    visitor.submit(&visitor.get(&mail.link("/verify/")).await.form()).await.says("Verified. Thank you");
    app.mailbox().newest_about(email, "waits for review").await.link("/sign-ons/")
}

on_both_engines! {
    async fn whoever_declines_is_not_reminded_of_the_day_either(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let invitation = invitation(&app, &olu).await;
        let link = by_invitation(&app, &invitation).await;
        let visitor = app.browser();
        let page = visitor.get(&invitation).await.expect(200);
        visitor.submit(&page.form_with_button("We do not sign").press_text("We do not sign")).await.says("You declined");
        visitor.get(&link).await.expect(200).says("we do not remind you").hides("Ada Example");
        let olu = days_later(&app, 5).await;
        olu.get(TRACKER).await.expect(200).hides("Ada Example");
        assert_eq!(reminded(&app, "info@board.example").await, 0);
    }

    async fn with_a_revoked_invitation_goes_the_mail_of_the_day(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let invitation = invitation(&app, &olu).await;
        by_invitation(&app, &invitation).await;
        let page = olu.get(TRACKER).await;
        let page = olu.follow(&page, "Board Network").await.expect(200);
        olu.submit(&page.form_with_button("Revoke the invitation")).await.expect(200);
        let olu = days_later(&app, 5).await;
        olu.get(TRACKER).await.expect(200).hides("Ada Example");
        assert_eq!(reminded(&app, "info@board.example").await, 0);
    }

    async fn whoever_has_signed_another_way_is_not_reminded(app: TestApp) {
        open_letter(&app).await;
        organizer(&app, "letter").await;
        let link = intend(&app, "Board Network", "ada@board.example").await;
        confirmed(&app, &link).await;
        app.clock.advance(days(1));
        signed(&app, "The Board Network", "ada@board.example").await;
        app.get(&link).await.expect(200).says("Your form is sent").hides("No mail?");
        app.clock.advance(days(4));
        assert_eq!(reminded(&app, "ada@board.example").await, 0);
    }

    async fn whoever_is_erased_is_not_reminded_and_keeps_nothing_here(app: TestApp) {
        open_letter(&app).await;
        organizer(&app, "letter").await;
        let private = signed(&app, "First Network", "ada@board.example").await;
        let link = intend(&app, "Board Network", "ada@board.example").await;
        confirmed(&app, &link).await;
        let visitor = app.browser();
        let erase = visitor.get(&format!("{private}/erase")).await.expect(200);
        visitor.submit(&erase.form().fill("email", "ada@board.example")).await.expect(200);
        visitor.get(&link).await.expect(404);
        let olu = days_later(&app, 5).await;
        olu.get(TRACKER).await.expect(200).hides("Board Network");
        assert_eq!(reminded(&app, "ada@board.example").await, 0);
    }

    async fn of_a_letter_that_has_closed_nobody_is_reminded(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let link = intend(&app, "Board Network", "ada@board.example").await;
        confirmed(&app, &link).await;
        let late = intend(&app, "Late Network", "late@board.example").await;
        let page = olu.get("/staff/letters/letter/life/close").await.expect(200);
        olu.submit(&page.form_with_button("Close the letter")).await.expect(200).says("The letter is closed");
        app.get(&late).await.expect(200).says("This letter takes no sign-ons now").hides("Yes, remind me");
        app.upkeep().await;
        app.get(&link).await.expect(200).says("we do not remind you").hides("Ada Example");
        app.clock.advance(days(5));
        assert_eq!(reminded(&app, "ada@board.example").await, 0);
    }

    async fn whoever_confirms_after_the_day_gets_the_form_and_no_mail(app: TestApp) {
        open_letter(&app).await;
        organizer(&app, "letter").await;
        let link = intend(&app, "Board Network", "ada@board.example").await;
        app.clock.advance(days(5));
        let visitor = app.browser();
        let page = visitor.get(&link).await.expect(200).says("Was this from you?").hides("Yes, remind me");
        let page = visitor.submit(&page.form_with_button("Yes, show me the form")).await.expect(200);
        let page = page.hides("We remind you on").says("Sign now");
        assert_eq!(page.form_with("authority").value("organization"), "Board Network");
        assert_eq!(reminded(&app, "ada@board.example").await, 0);
    }
}
