//! An organization is asked at an address that it published, and says that it was not them.

use super::{listed, mina};
use crate::chromium::{Chromium, Scripts};
use crate::support::app::TestApp;
use crate::support::cast::open_letter;
use crate::support::queue::{sent, waiting};
use undersigned::clock::minutes;

const PRESS: &str = "press@asked.example";
const REP: &str = "rep@elsewhere.example";

pub async fn journey(app: &TestApp, scripts: Scripts) {
    let Some(outside) = Chromium::start(scripts, &app.base_url).await else { return };
    let letter = open_letter(app).await;
    let ids = waiting(app, &letter, &[sent("Asked Network", "asked.example", REP)]).await;
    let staff = mina(app, scripts).await.unwrap();
    staff.follow("Asked Network").await;
    staff.press("Approve").await;
    assert_eq!(listed(&outside, 1).await, ["1. Asked Network"]);
    app.clock.advance(minutes(11));
    app.mailbox().newest_about(REP, "is on the list").await;
    let entry = format!("/staff/sign-ons/{}", ids[0]);
    staff.open(&entry).await;
    staff.follow("Ask the organization itself").await;
    staff.fill("email", PRESS).await;
    staff.press("Send the question").await;
    staff.says("No answer yet").await;

    outside.follow_mail(PRESS, "/notices/").await;
    outside.says("Did your organization sign this letter?").await;
    outside.press("No, we did not agree").await;
    outside.says("Your objection is recorded").await;
    assert!(listed(&outside, 0).await.is_empty());
    app.mailbox().newest_about("mina@staff.example", "Look at an entry whose organization objects").await;

    app.clock.advance(minutes(1));
    staff.open(&entry).await;
    staff.says("On hold").await;
    staff.says("Objected to at a published address").await;
    staff.open_details().await;
    staff.choose("reason", "not_eligible").await;
    staff.press("Reject").await;
    app.clock.advance(minutes(11));
    let told = app.mailbox().newest_about(PRESS, "What came of your objection").await;
    assert!(told.text.replace('\n', " ").contains("stays off the list"), "{}", told.text);
    app.mailbox().newest_about(REP, "Your sign-on was not accepted").await;
}
