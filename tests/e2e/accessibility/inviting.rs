//! What the invited see behind their links, and what organizers see of them.

use super::Inspector;
use crate::journeys::people::enroll;
use crate::support::app::TestApp;
use crate::support::cast;
use crate::support::db::Engine;
use crate::support::staff::organizer;
use undersigned::campaign::{Access, Settings};

const TRACKER: &str = "/staff/letters/letter/invitations";

#[tokio::test]
async fn the_pages_of_invitations_break_no_rule() {
    let app = TestApp::spawn(Engine::Sqlite).await;
    let Some(mut inspector) = Inspector::start(&app).await else { return };
    let settings = Settings { access: Access::Invitation, ..cast::settings(&app) };
    cast::campaign(&app, settings).await;
    let olu = organizer(&app, "letter").await;
    let list =
        "Example Network with a Name of Some Length,info@network.example,network.example\nTwo,b@two.example";
    let form = olu.get(TRACKER).await.form_with("organizations").fill("organizations", list);
    let preview = olu.submit(&form).await.expect(200);
    olu.submit(&preview.form_with("organizations").press("do")).await.expect(200);
    let link = app.mailbox().newest_to("info@network.example").await.link("/invitations/");
    let other = app.mailbox().newest_to("b@two.example").await.link("/invitations/");

    inspector.open("/invitations/unknown", "We do not know this link").await;
    inspector.open(&link, "If you do not sign").await;
    inspector.press("Continue to the printed line", "to mend").await;
    inspector.open(&other, "If you do not sign").await;
    inspector.press("We do not sign", "You declined").await;
    inspector.open(&format!("{link}/intention"), "Say when you decide").await;
    inspector.press("Send the link to confirm", "to mend").await;
    // Written down by a browser without scripts, because a field for a date is filled differently in each.
    let visitor = app.browser();
    let form = visitor.get(&format!("{link}/intention")).await.form_with("decides_on");
    let form = form.choose("country", "KE").fill("representative", "Ada Example").fill("role", "Chair");
    visitor.submit(&form.fill("decides_on", "2026-03-06")).await.expect(200);
    inspector.open(&format!("{link}/intention/sent"), "Now open your mail").await;
    let mail = app.mailbox().newest_about("info@network.example", "Confirm when you decide").await;
    let intention = mail.link("/intentions/");
    inspector.open(&intention, "Shall we remind you?").await;
    inspector.press("Yes, remind me", "Sign now").await;

    let oda = ("Oda Organizer", "oda@staff.example");
    enroll(&app, &inspector.browser, oda, "organizer", Some("letter")).await;
    inspector.open(TRACKER, "Who decides later").await;
    inspector.open(&format!("{TRACKER}?show=declined"), "Two").await;
    inspector.open(&link, "You are logged in as staff").await;
    inspector.browser.open(TRACKER).await;
    inspector.browser.fill("organizations", "Three,c@three.example\nFour,nobody").await;
    inspector.press("Look at the list", "1 line cannot be taken").await;
    inspector.press("Invite 1 organization", "1 organization invited").await;
    inspector.press("Look at the list", "to mend").await;
    let page = olu.get(TRACKER).await;
    inspector.open(&page.link("Three"), "Send it to another address").await;
    inspector.press("Send the invitation there", "to mend").await;
    inspector.press("Revoke the invitation", "is revoked").await;
    inspector.end();
}
