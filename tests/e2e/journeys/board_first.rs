//! J7. The board decides on Friday.

use super::people::Person;
use super::{listed, scripts, send_what_is_written};
use crate::journey::verify;
use crate::support::app::TestApp;
use crate::support::cast::open_letter;
use crate::support::db::Engine;
use crate::support::queue::press;
use crate::support::staff::{PASSWORD, log_in, organizer};
use undersigned::clock::days;

const BOARD: &str = "chair@board.example";
const DAY: &str = "Sign if you have decided to";
const TRACKER: &str = "/staff/letters/letter/invitations";

pub async fn journey(engine: Engine) {
    let app = TestApp::spawn(engine).await;
    let Some(chair) = Person::with_a_phone(&app, scripts(engine)).await else { return };
    open_letter(&app).await;
    let olu = organizer(&app, "letter").await;
    chair.open_until("/letters/letter", "Keep the park open").await;
    chair.follow("Sign for your organization").await;
    chair.follow("Tell us the day").await;
    chair.stops_at("Say when you decide").await;
    chair.fill("organization", "Board Network").await;
    chair.choose("country", "KE").await;
    chair.fill("representative", "Ada Example").await;
    chair.fill("role", "Chair").await;
    chair.fill("email", BOARD).await;
    // A field for a day is filled differently in each browser: it is Monday, and a day of last week is chosen first.
    chair.forge("#decides_on", "2026-02-27").await;
    chair.press("Send the link to confirm").await;
    chair.mends("One thing to mend").await;
    chair.forge("#decides_on", "2026-03-06").await;
    chair.press("Send the link to confirm").await;
    chair.stops_at("Now open your mail").await;
    chair.follow_mail(BOARD, "/intentions/").await;
    chair.stops_at("Shall we remind you?").await;
    chair.press("Yes, remind me").await;
    chair.stops_at("Sign once your organization has decided").await;
    chair.says("We remind you on 6 March 2026, 07:00 UTC").await;
    olu.get(TRACKER).await.says("Board Network").says("Waits for the day");
    listed(&app, &chair, &[]).await;
    chair.says("Open for the first signatory.").await;

    // Thursday, Friday.
    app.clock.advance(days(3));
    app.upkeep().await;
    assert_eq!(app.mailbox().all_to(BOARD).await.len(), 1);
    app.clock.advance(days(1));
    app.upkeep().await;
    let mail = app.mailbox().newest_about(BOARD, DAY).await;
    assert!(mail.text.contains("decides today, 6 March 2026"), "{}", mail.text);
    chair.follow_mail(BOARD, "/intentions/").await;
    chair.stops_at("Sign once your organization has decided").await;
    for (name, value) in [("organization", "Board Network"), ("role", "Chair"), ("email", BOARD)] {
        assert_eq!(chair.attributes(&format!("main [name='{name}']"), "value").await, [value]);
    }
    chair.tick("authority").await;
    send_what_is_written(&chair, "Board Network").await;
    verify(&chair, BOARD).await;
    chair.stops_at("Verified. Thank you").await;
    listed(&app, &chair, &[]).await;

    let olu = app.browser();
    log_in(&app, &olu, "olu@staff.example", PASSWORD).await;
    olu.get(TRACKER).await.says("Sent the form");
    let page = olu.follow(&olu.get("/staff/letters/letter/queue").await, "Board Network").await.expect(200);
    press(&olu, &page.says("A body of the organization decided to sign"), "Approve").await.expect(200);
    listed(&app, &chair, &["Board Network"]).await;
    let mails = app.mailbox().all_to(BOARD).await;
    assert_eq!(mails.iter().filter(|mail| mail.subject.starts_with(DAY)).count(), 1);
}
