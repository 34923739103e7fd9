//! J6. An organization is asked at an address that it has published, objects, and is on the list again once that is cleared up. How an
//! objection ends in a rejection is told by `workbench::objection`.

use super::people::{Person, Staff};
use super::{listed, scripts};
use crate::journey::sign;
use crate::support::app::TestApp;
use crate::support::cast::open_letter;
use crate::support::db::Engine;
use undersigned::clock::minutes;

const PRESS: &str = "press@bits.example";
const REP: &str = "ada@elsewhere.example";

pub async fn journey(engine: Engine) {
    let app = TestApp::spawn(engine).await;
    let Some(outside) = Person::with_a_phone(&app, scripts(engine)).await else { return };
    open_letter(&app).await;
    sign(&outside, "Asked Network", REP).await;
    let mina = Staff::enter(&app, scripts(engine), "moderator", Some("letter")).await;
    mina.open("/staff/letters/letter/queue").await;
    mina.follow("Asked Network").await;
    mina.press("Approve").await;
    mina.stops_at("Nothing to review").await;
    listed(&app, &outside, &["Asked Network"]).await;
    app.clock.advance(minutes(11));

    // Where an address was published has to be said, unless it is at the website's domain.
    mina.open("/staff/letters/letter/queue?show=approved").await;
    mina.follow("Asked Network").await;
    mina.stops_at("Asked Network").await;
    let entry = mina.path().await;
    mina.follow("Ask the organization itself").await;
    mina.stops_at("Ask Asked Network itself").await;
    mina.fill("email", "asked.network@gmail.com").await;
    mina.press("Send the question").await;
    mina.mends("2 things to mend").await;
    mina.fill("email", PRESS).await;
    mina.press("Send the question").await;
    mina.stops_at("Ask Asked Network itself").await;
    mina.says("No answer yet").await;

    outside.follow_mail(PRESS, "/notices/").await;
    outside.stops_at("Did your organization sign this letter?").await;
    let notice = outside.path().await;
    outside.press("No, we did not agree").await;
    outside.stops_at("Your objection is recorded").await;
    listed(&app, &outside, &[]).await;
    outside.open(&notice).await;
    outside.stops_at("You objected to this line").await;
    outside.follow_mail(REP, "/sign-ons/").await;
    outside.stops_at("Your sign-on").await;
    outside.says("On hold").await;

    // They ask, and it was a misunderstanding inside the organization.
    app.mailbox().newest_about("mina@staff.example", "Look at an entry whose organization objects").await;
    mina.open(&entry).await;
    mina.stops_at("Asked Network").await;
    mina.says("Objected to at a published address").await;
    mina.press("Release to the queue").await;
    mina.open(&entry).await;
    mina.press("Approve").await;
    listed(&app, &outside, &["Asked Network"]).await;
    app.clock.advance(minutes(11));
    let told = app.mailbox().newest_about(PRESS, "What came of your objection").await;
    assert!(told.text.replace('\n', " ").contains("The entry is on the list again"), "{}", told.text);
    let told = app.mailbox().once_there_are(4, REP).await;
    assert!(told[0].subject.contains("is on the list"), "{}", told[0].subject);
}
