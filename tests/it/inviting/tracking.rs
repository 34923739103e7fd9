//! What organizers do with one invitation: remind, send elsewhere, and see what came back.

use super::{SUBJECT, TRACKER, again, filled_in, invited, one, row};
use crate::support::app::TestApp;
use crate::support::browser::Page;
use crate::support::cast::open_letter;
use crate::support::on_both_engines;
use crate::support::staff::{organizer, second_administrator};
use undersigned::clock::{days, minutes};
use undersigned::db::{Error, Tx};
use undersigned::ids::AnyId;

async fn reminders(app: &TestApp, to: &str) -> usize {
    let mails = app.mailbox().all_to(to).await;
    mails.iter().filter(|mail| mail.subject.starts_with("Reminder: ")).count()
}

on_both_engines! {
    async fn a_reminder_goes_by_one_press_and_never_soon_after_another_mail(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let link = invited(&app, &olu, "Example Network", "info@network.example").await;
        let page = olu.get(TRACKER).await.expect(200).says("From 7 March 2026, 09:00 UTC on");
        assert!(!page.body.contains("name=\"remind\""));
        let one_page = one(&olu, "Example Network").await.hides("Send a reminder");
        let id = one_page.form_with("id").value("id").to_owned();
        for sent in 1..=3 {
            app.clock.advance(days(5));
            let olu = again(&app).await;
            let button = olu.get(TRACKER).await.expect(200).form_with("remind").press("remind");
            // The same press again is the same reminder.
            for _ in 0..2 {
                olu.submit(&button).await.expect(200).says("A reminder is on its way.");
            }
            app.clock.advance(minutes(3));
            olu.submit(&button).await.expect(409).says("reminded an invited organization 3 minutes ago");
            app.mailbox().once_there_are(sent + 1, "info@network.example").await;
            assert_eq!(reminders(&app, "info@network.example").await, sent);
        }
        // The old link works, and so does the newest.
        let newest = app.mailbox().newest_about("info@network.example", "Reminder: ").await;
        assert!(newest.text.contains("reminds you of the invitation of 2 March 2026"), "{}", newest.text);
        for link in [&link, &newest.link("/invitations/")] {
            app.get(link).await.expect(200).says("Example Network");
        }
        app.clock.advance(days(5));
        let olu = again(&app).await;
        olu.get(TRACKER).await.expect(200).says("They had three reminders, and get no more.");
        let token = olu.get(TRACKER).await.form_with("q").value("form_token").to_owned();
        let forced = format!("form_token={token}&remind={id}%3A4");
        olu.post(&format!("{TRACKER}/one"), forced).await.expect(409).says("get no more").says("Nothing was sent.");
        assert_eq!(reminders(&app, "info@network.example").await, 3);
    }

    async fn whoever_has_sent_the_form_is_not_reminded(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let link = invited(&app, &olu, "Example Network", "info@network.example").await;
        app.clock.advance(days(5));
        let olu = again(&app).await;
        let button = olu.get(TRACKER).await.expect(200).form_with("remind").press("remind");
        let visitor = app.browser();
        let review = visitor.submit(&filled_in(&visitor.get(&link).await)).await.expect(200);
        visitor.submit(&review.form().press("send")).await.at(&format!("{link}/sent"));
        olu.submit(&button).await.expect(409).says("They have sent the form already.").says("Nothing was sent.");
        assert_eq!(reminders(&app, "info@network.example").await, 0);
    }

    async fn an_invitation_goes_to_another_address_and_its_old_links_end(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        let old = invited(&app, &olu, "Example Network", "info@network.example").await;
        invited(&app, &olu, "Example Network", "board@network.example").await;
        let page = olu.get(TRACKER).await.expect(200);
        let rows = page.attributes("tbody th a", "href");
        let mut pages = Vec::new();
        for href in rows {
            pages.push(olu.get(&href).await.expect(200));
        }
        let of = |address: &str| -> Page { pages.iter().find(|page| page.text().contains(&format!("Address{address}"))).unwrap().clone() };
        let form = of("info@network.example").form_with_button("Send the invitation there");
        olu.submit(&form.clone().fill("email", "nobody")).await.expect(422).says("Write the whole address with its @");
        olu.submit(&form.clone().fill("email", "board@network.example")).await.expect(422).says("invited at this address already");
        let button = form.fill("email", "Office@network.example");
        for _ in 0..2 {
            olu.submit(&button).await.expect(200).says("on its way to the new address").says("Office@network.example");
        }
        let mails = app.mailbox().once_there_are(1, "Office@network.example").await;
        assert_eq!(mails.len(), 1);
        app.get(&old).await.expect(404).says("We do not know this link");
        let page = app.get(&mails[0].link("/invitations/")).await.expect(200);
        assert_eq!(page.form_with("organization").value("email"), "Office@network.example");
        // A page that was open since before is told who was first, and keeps what was typed.
        let abe = second_administrator(&app).await;
        let token = abe.get(TRACKER).await.form_with("q").value("form_token").to_owned();
        let stale = of("info@network.example").form_with_button("Revoke the invitation").smuggle("form_token", &token);
        abe.submit(&stale).await.expect(409).says("Olu Organizer sent an invitation to another address");
    }

    async fn a_mail_that_comes_back_is_said_so(app: TestApp) {
        open_letter(&app).await;
        let olu = organizer(&app, "letter").await;
        invited(&app, &olu, "Example Network", "info@network.example").await;
        let id = one(&olu, "Example Network").await.form_with("id").value("id").to_owned();
        let about = AnyId::parse(&id).unwrap();
        let now = app.clock.now();
        let refused = move |tx: &mut Tx<'_>| -> Result<(), Error> { undersigned::sign_on::refused(tx, "invited", about, now) };
        app.db().await.write(refused).await.unwrap();
        assert!(row(&olu, "Example Network").await.contains("Mail came back"));
        app.clock.advance(days(5));
        let olu = again(&app).await;
        one(&olu, "Example Network").await.says("Mail to this address came back: send the invitation to another one.");
        olu.get(&format!("{TRACKER}?show=bounced")).await.expect(200).says("Example Network");
        olu.get(&format!("{TRACKER}?show=delivered")).await.expect(200).says("None.").hides("info@network.example");
        let form = one(&olu, "Example Network").await.form_with_button("Send the invitation there").fill("email", "office@network.example");
        olu.submit(&form).await.expect(200);
        assert_eq!(app.mailbox().newest_to("office@network.example").await.subject, format!("{SUBJECT}: Keep the park open"));
    }
}
